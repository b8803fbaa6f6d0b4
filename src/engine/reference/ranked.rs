//! A customer among all others: everyone is asked for the value, whether he belongs and
//! in which group he is, and the smaller and the greater ones are counted.

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use super::compare::order;
use super::evaluate::{truth, value};
use super::place::{Place, Question};
use crate::base::deviation::deviation;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::{MONEY_SCALE, Money};
use crate::base::quantile::Quantile;
use crate::base::value::Value;
use crate::engine::rank::Standing;
use crate::language::printer;
use crate::language::typed::{Figure, Population, RankMeasure};

/// One who belongs.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    row: u32,
    id: Arc<str>,
    value: Value,
    group: Vec<Value>,
}

/// What a measure is for the customer at a place; `kind` is that of the expression.
pub(super) fn ranked(
    place: &Place,
    measure: RankMeasure,
    population: &Population,
    kind: &Kind,
) -> Option<Value> {
    if let RankMeasure::Overall(figure) = measure {
        let question = place.question;
        let name = || printer::population(question.rules, population);
        return match question.people.figure(&name, figure) {
            Some(known) => known,
            None => overall(figure, &members(place, population), kind),
        };
    }
    let (smaller, greater, size) = match standing(place, population) {
        Standing::Outside => {
            return matches!(measure, RankMeasure::Top(_)).then_some(Value::Bool(false));
        }
        Standing::Unknown => return None,
        Standing::Inside {
            smaller,
            greater,
            population,
        } => (
            i64::from(smaller),
            i64::from(greater),
            i64::from(population),
        ),
    };
    Some(match measure {
        RankMeasure::Percentile => {
            let others = size - 1;
            Value::Number(if others == 0 {
                0.0
            } else {
                smaller as f64 / others as f64
            })
        }
        RankMeasure::Rank => Value::Int(greater + 1),
        RankMeasure::Quantile(parts) => Value::Int(1 + i64::from(parts) * smaller / size),
        RankMeasure::Top(reach) => {
            let before = if reach.bottom { smaller } else { greater };
            let ahead = u64::try_from(before).ok()?;
            Value::Bool(ahead < reach.places(u64::try_from(size).ok()?))
        }
        RankMeasure::Overall(_) => return None,
    })
}

/// Where the customer at a place stands: as handed in, else by asking everyone.
pub(crate) fn standing(place: &Place, population: &Population) -> Standing {
    let question = place.question;
    let name = || printer::population(question.rules, population);
    if let Some(known) = question.people.standing(&name, place.row) {
        return known;
    }
    let own = at_basis(place, |basis| {
        if basis.person.id.is_empty() {
            return Err(Standing::Unknown);
        }
        belongs(basis, population)
    });
    let own = match own {
        Ok(own) => own,
        Err(elsewhere) => return elsewhere,
    };
    let members = members(place, population);
    let peers = peers(&members, &own.group);
    let place_of = |peer: &Member| compared(peer, &own, population.ties_by_id);
    let smaller = peers.partition_point(|peer| place_of(peer).is_lt());
    let not_greater = peers.partition_point(|peer| place_of(peer).is_le());
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    Standing::Inside {
        smaller: count(smaller),
        greater: count(peers.len() - not_greater),
        population: count(peers.len()),
    }
}

fn compared(one: &Member, other: &Member, ties_by_id: bool) -> Ordering {
    let by_value = order(&one.value, &other.value);
    match ties_by_id {
        true => by_value.then_with(|| one.id.as_bytes().cmp(other.id.as_bytes())),
        false => by_value,
    }
}

/// Groups in some order, so that equal ones lie together.
fn by_group(one: &[Value], other: &[Value]) -> Ordering {
    let mut parts = one.iter().zip(other).map(|(a, b)| order(a, b));
    parts.find(|part| part.is_ne()).unwrap_or(Ordering::Equal)
}

/// Those of one group, ascending.
fn peers<'m>(members: &'m [Member], group: &[Value]) -> &'m [Member] {
    let start = members.partition_point(|member| by_group(&member.group, group).is_lt());
    let end = members.partition_point(|member| by_group(&member.group, group).is_le());
    members.get(start..end).unwrap_or_default()
}

/// Whether the customer belongs, and as what; else where he stands.
fn belongs(place: &Place, population: &Population) -> Result<Member, Standing> {
    let place = place.customer();
    if let Some(among) = &population.among {
        match truth(&place, among) {
            Some(true) => {}
            Some(false) => return Err(Standing::Outside),
            None => return Err(Standing::Unknown),
        }
    }
    let of = value(&place, &population.value).ok_or(Standing::Unknown)?;
    let group: Option<Vec<Value>> = population
        .per
        .iter()
        .map(|key| value(&place, key))
        .collect();
    Ok(Member {
        row: place.row,
        id: Arc::clone(&place.person.id),
        value: of,
        group: group.ok_or(Standing::Unknown)?,
    })
}

/// Everyone who belongs, group by group and ascending; found once for each question.
fn members(place: &Place, population: &Population) -> Rc<Vec<Member>> {
    let question = place.question;
    let address = std::ptr::from_ref(population).addr();
    if let Some(known) = question.populations.borrow().get(&address) {
        return Rc::clone(known);
    }
    let found = at_basis(place, |basis| {
        let question = basis.question;
        let all = (0..question.people.rows()).filter_map(|row| {
            let person = question.people.person(row);
            // A hidden customer has not even an id.
            let there = !person.id.is_empty();
            let place = Place::of(question, row, &person);
            there.then(|| belongs(&place, population).ok()).flatten()
        });
        let mut all: Vec<Member> = all.collect();
        all.sort_by(|a, b| {
            by_group(&a.group, &b.group).then_with(|| compared(a, b, population.ties_by_id))
        });
        Rc::new(all)
    });
    let mut populations = question.populations.borrow_mut();
    populations.insert(address, Rc::clone(&found));
    found
}

/// The same customer at the instant, and among the people, that ranks are taken of.
fn at_basis<R>(place: &Place, read: impl FnOnce(&Place) -> R) -> R {
    let question = place.question;
    let Some((people, now)) = question.people.ranked_at() else {
        return read(&place.alone());
    };
    let basis = Question::new(question.rules, people, now, question.zone);
    let person = people.person(place.row);
    read(&Place::of(&basis, place.row, &person))
}

/// The value at a place of the customer's group: from 1, the greatest first or the smallest first.
pub(crate) fn value_at(
    place: &Place,
    population: &Population,
    at: u64,
    smallest_first: bool,
) -> Option<Value> {
    let question = place.question;
    let name = || printer::population(question.rules, population);
    if let Some(known) = question
        .people
        .value_at(&name, place.row, at, smallest_first)
    {
        return known;
    }
    let members = members(place, population);
    let own = members.iter().find(|member| member.row == place.row)?;
    let peers = peers(&members, &own.group);
    let before = usize::try_from(at.checked_sub(1)?).ok()?;
    let at = match smallest_first {
        true => before,
        false => peers.len().checked_sub(1)?.checked_sub(before)?,
    };
    peers.get(at).map(|peer| peer.value.clone())
}

/// How many belong.
pub(crate) fn counted(place: &Place, population: &Population) -> Option<u64> {
    let question = place.question;
    let name = || printer::population(question.rules, population);
    match question.people.figure(&name, Figure::Count) {
        Some(Some(Value::Int(count))) => u64::try_from(count).ok(),
        Some(_) => None,
        None => u64::try_from(members(place, population).len()).ok(),
    }
}

fn overall(figure: Figure, members: &[Member], kind: &Kind) -> Option<Value> {
    let mut values: Vec<&Value> = members.iter().map(|member| &member.value).collect();
    values.sort_by(|a, b| order(a, b));
    match figure {
        Figure::Count => i64::try_from(values.len()).ok().map(Value::Int),
        Figure::Min => values.first().copied().cloned(),
        Figure::Max => values.last().copied().cloned(),
        Figure::Sum => sum(&values, kind),
        Figure::Avg => mean(&values, kind),
        Figure::Median => median(&values, kind),
        Figure::Stddev => {
            let spread = deviation(&numbers(&values))?;
            match kind {
                Kind::Money => Money(MONEY_SCALE).times(spread).map(Value::Money),
                _ => Some(Value::Number(spread)),
            }
        }
    }
}

/// Whole numbers, or ten-thousandths.
fn whole(values: &[&Value]) -> Vec<i64> {
    let one = |value: &&Value| match value {
        Value::Int(whole) => Some(*whole),
        Value::Money(money) => Some(money.0),
        _ => None,
    };
    values.iter().filter_map(one).collect()
}

fn numbers(values: &[&Value]) -> Vec<f64> {
    let one = |value: &&Value| super::number::size(value);
    values.iter().filter_map(one).collect()
}

fn added(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |sum, number| sum + number)
}

fn exactly(values: &[&Value]) -> i128 {
    whole(values).into_iter().map(i128::from).sum()
}

fn sum(values: &[&Value], kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Number => finite(added(&numbers(values))).map(Value::Number),
        Kind::Money => Money::from_sum(exactly(values)).map(Value::Money),
        _ => i64::try_from(exactly(values)).ok().map(Value::Int),
    }
}

fn mean(values: &[&Value], kind: &Kind) -> Option<Value> {
    let count = values.len();
    match (kind, values.first()?) {
        (Kind::Money, _) => {
            Money::average(exactly(values), u64::try_from(count).ok()?).map(Value::Money)
        }
        (_, Value::Int(_)) => finite(exactly(values) as f64 / count as f64).map(Value::Number),
        _ => finite(added(&numbers(values)) / count as f64).map(Value::Number),
    }
}

fn median(values: &[&Value], kind: &Kind) -> Option<Value> {
    match (kind, values.first()?) {
        (Kind::Money, _) => Quantile::MEDIAN.money(&whole(values)).map(Value::Money),
        (_, Value::Int(_)) => Quantile::MEDIAN.whole(&whole(values)).map(Value::Number),
        _ => Quantile::MEDIAN.number(&numbers(values)).map(Value::Number),
    }
}
