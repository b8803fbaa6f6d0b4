//! One expression at one place. Says what each node means and leaves the details
//! to its siblings; knows nothing of plans, columns or blocks of rows.

use std::sync::Arc;

use super::people::People;
use super::place::{Place, Question};
use super::{
    aggregate, compare, date, followed, function, logic, number, ranked, relation, series, tiers,
};
use crate::base::calendar::{Instant, Zone};
use crate::base::recursion::deep;
use crate::base::value::Value;
use crate::columns::person::{Held, Person};
use crate::language::typed::{DefinitionId, Node, Rules, Typed};
use crate::schema::AttributeId;

/// The value of `typed` for the customer in `row` at `now`; `None` is missing,
/// for a `Bool` unknown. Nodes that only sources know are missing.
pub fn evaluate(
    rules: &Rules,
    people: &dyn People,
    row: u32,
    typed: &Typed,
    now: Instant,
    zone: &Zone,
) -> Option<Value> {
    let question = Question::new(rules, people, now, zone);
    let person = people.person(row);
    value(&Place::of(&question, row, &person), typed)
}

/// The same of some rows, in their order; what concerns everyone is worked out once.
pub fn evaluate_rows(
    rules: &Rules,
    people: &dyn People,
    rows: &[u32],
    typed: &Typed,
    (now, zone): (Instant, &Zone),
) -> Vec<Option<Value>> {
    let question = Question::new(rules, people, now, zone);
    let of_row = |row: &u32| {
        let person = people.person(*row);
        value(&Place::of(&question, *row, &person), typed)
    };
    rows.iter().map(of_row).collect()
}

/// The value at a place.
pub(crate) fn value(place: &Place, typed: &Typed) -> Option<Value> {
    deep(|| node(place, typed))
}

/// The value of a condition; `None` is unknown.
pub(crate) fn truth(place: &Place, typed: &Typed) -> Option<bool> {
    match value(place, typed)? {
        Value::Bool(yes) => Some(yes),
        _ => None,
    }
}

fn node(place: &Place, typed: &Typed) -> Option<Value> {
    let question = place.question;
    match &typed.node {
        Node::Literal(value) => Some(value.clone()),
        Node::Missing
        | Node::Clear
        | Node::Column(_)
        | Node::RecordNumber
        | Node::Lookup { .. } => None,
        Node::Today => Some(Value::Date(question.today())),
        Node::Now => Some(Value::Time(question.now)),
        Node::CustomerId => Some(Value::Text(Arc::clone(&place.person.id))),
        Node::Attribute(id) => attribute(place.person, *id, question.now),
        Node::Field(id) => place.fact?.fields.get(usize::from(id.0))?.clone(),
        Node::At => place.fact?.at.map(Value::Time),
        Node::Key => place.fact?.key.map(|key| Value::Text(Arc::from(key))),
        Node::Named(_) | Node::Part(_) | Node::OfSelf(_) => around(place, &typed.node),
        Node::RelationTexts(id) => Some(relation::texts(place, *id)),
        Node::Definition(id) => definition(place, *id),
        Node::Given { given, .. } => place.given.get(given)?.clone(),
        Node::Param(id) => question.rules.param(*id).map(|param| param.value.clone()),
        Node::Not(_) | Node::And(_) | Node::Or(_) | Node::AtLeast { .. } => {
            logic::condition(place, &typed.node).map(Value::Bool)
        }
        Node::Compare { .. }
        | Node::Between { .. }
        | Node::In { .. }
        | Node::InWindow { .. }
        | Node::TextTest { .. }
        | Node::Matches { .. }
        | Node::SetContains { .. } => compare::condition(place, &typed.node).map(Value::Bool),
        Node::IsMissing { value: of, negated } => {
            Some(Value::Bool(value(place, of).is_none() != *negated))
        }
        Node::Default {
            value: first,
            fallback,
        } => value(place, first).or_else(|| value(place, fallback)),
        Node::If { .. } | Node::Case { .. } => logic::choice(place, &typed.node),
        Node::Arithmetic { op, left, right } => {
            number::arithmetic(*op, value(place, left)?, value(place, right)?)
        }
        Node::Negate(of) => number::negate(value(place, of)?),
        Node::Convert(from) => number::convert(value(place, from)?, &typed.kind, question.zone),
        Node::DateAdd { base, count, unit } => {
            date::add(value(place, base)?, *count, *unit, question.zone)
        }
        Node::DaysBetween { left, right } => {
            date::days_between(value(place, left)?, value(place, right)?, question.zone)
        }
        Node::Since { unit, from } => date::since(question, *unit, value(place, from)?),
        Node::Call {
            function,
            arguments,
        } => function::call(place, *function, arguments),
        _ => gathered(place, typed),
    }
}

/// What is made of facts, of other customers, of time gone by, and of what plugins said.
fn gathered(place: &Place, typed: &Typed) -> Option<Value> {
    let question = place.question;
    match &typed.node {
        Node::Plugin { call, .. } => question.people.outside(call, place.row),
        Node::Ranked {
            measure,
            population,
        } => ranked::ranked(place, *measure, population, &typed.kind),
        Node::Aggregate(aggregate) => aggregate::aggregate(place, aggregate, &typed.kind),
        Node::Followed(followed) => Some(Value::Bool(followed::holds(place, followed))),
        Node::Related {
            quantifier,
            reach,
            condition,
        } => relation::related(place, *quantifier, reach, condition).map(Value::Bool),
        Node::RelatedAggregate { .. } => relation::aggregate(place, typed),
        Node::Periods {
            unit,
            count,
            condition,
        } => Some(series::periods(place, *unit, *count, condition)),
        Node::Recorded(id) => recorded(place.person, *id, question.now),
        Node::Reviewed(tiers) => tiers::reviewed(place, tiers, &typed.kind),
        _ => None,
    }
}

/// What is said of a fact further out, of the fact at hand by a name, or of whoever is asked about.
fn around(place: &Place, node: &Node) -> Option<Value> {
    match node {
        Node::Named(named) => {
            let fact = place.bound.iter().rev().nth(named.out as usize)?;
            aggregate::taken(fact, Some(named.take))
        }
        Node::Part(id) => {
            let part = place.question.rules.event_part(*id)?;
            place.anew(|place| value(place, &part.condition))
        }
        Node::OfSelf(of) => value(&place.myself.unwrap_or(place).customer(), of),
        _ => None,
    }
}

/// The last value not after `now`; undated ones stand first.
pub(super) fn attribute(person: &Person, id: AttributeId, now: Instant) -> Option<Value> {
    held(person, id, now)?.value.clone()
}

/// Since when the attribute has its value.
fn recorded(person: &Person, id: AttributeId, now: Instant) -> Option<Value> {
    let held = held(person, id, now)?;
    held.value.as_ref()?;
    held.since.map(Value::Time)
}

fn held(person: &Person, id: AttributeId, now: Instant) -> Option<&Held> {
    person
        .attributes
        .get(usize::from(id.0))?
        .iter()
        .rfind(|held| held.since.is_none_or(|since| since <= now))
}

/// A definition speaks of the customer, wherever its name is written.
fn definition(place: &Place, id: DefinitionId) -> Option<Value> {
    let question = place.question;
    if let Some(known) = question.known.borrow().get(&(place.row, id)) {
        return known.clone();
    }
    let expression = &question.rules.definition(id)?.expression;
    let found = value(&place.alone(), expression);
    question
        .known
        .borrow_mut()
        .insert((place.row, id), found.clone());
    found
}
