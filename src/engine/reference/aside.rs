//! Facts that an aggregate could not judge: its condition was unknown for them.

use std::collections::{BTreeMap, BTreeSet};

use super::aggregate::{consider, facts_until_now};
use super::evaluate::truth;
use super::people::People;
use super::place::{Fact, Place, Question};
use super::series::units;
use super::tree::{conditions, names, operands, written};
use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::base::recursion::deep;
use crate::base::value::Value;
use crate::language::typed::{Aggregate, Node, Rules, Subfield, Subject, Typed};
use crate::schema::FieldId;

/// First and last date of the unit that is asked over, inside `months(…)` and its like.
type Period = Option<(Date, Date)>;

/// What holds facts against a condition.
#[derive(Clone, Copy)]
enum Holder<'a> {
    Aggregate(&'a Aggregate),
    /// A step's condition.
    Step(Subject, &'a Typed),
}

/// Facts left aside, by the text of the aggregate or sequence as `name` makes it and the name of the
/// missing field. What is asked under one text several times counts once.
pub fn left_aside(
    rules: &Rules,
    people: &dyn People,
    rows: &[u32],
    typed: &Typed,
    at: (Instant, &Zone),
    name: &dyn Fn(&Typed) -> String,
) -> BTreeMap<(String, String), u64> {
    let question = Question::new(rules, people, at.0, at.1);
    let mut holders: Vec<(String, Holder, Period)> = Vec::new();
    let mut gathering = Gathering {
        question: &question,
        period: None,
        found: &mut |typed, holder, period| holders.push((name(typed), holder, period)),
    };
    gathering.gather(typed);
    let periods: BTreeSet<(Date, Date)> = holders.iter().filter_map(|(.., of)| *of).collect();
    let over = |(first, last)| ((first, last), question.over(first, last));
    let units: BTreeMap<(Date, Date), Question> = periods.into_iter().map(over).collect();
    let mut counts = BTreeMap::new();
    for row in rows {
        let person = people.person(*row);
        let mut facts = BTreeSet::new();
        for (name, holder, period) in &holders {
            let unit = period.and_then(|period| units.get(&period));
            let question = unit.unwrap_or(&question);
            let place = Place::of(question, *row, &person);
            for (fact, field) in lacking(&place, *holder) {
                facts.insert((name.clone(), field, fact));
            }
        }
        for (name, field, _) in facts {
            *counts.entry((name, field)).or_insert(0) += 1;
        }
    }
    counts
}

/// Facts that could not be judged, by where they lie, each with the fields it lacks.
fn lacking(place: &Place, holder: Holder) -> Vec<(usize, String)> {
    let rules = place.question.rules;
    let (subject, filter, facts) = match holder {
        Holder::Aggregate(aggregate) => {
            let considered = consider(place, aggregate).into_iter().flatten();
            let open = considered.filter(|item| item.verdict.is_none());
            let facts: Vec<Fact> = open.map(|item| item.fact).collect();
            (aggregate.subject, aggregate.filter.as_ref(), facts)
        }
        Holder::Step(subject, filter) => {
            let mut facts = facts_until_now(place, subject);
            facts.retain(|fact| place.with(*fact, |place| truth(place, filter)).is_none());
            (subject, Some(filter), facts)
        }
    };
    let read = filter.map(|filter| read_of_fact(rules, filter));
    let mut found = Vec::new();
    for fact in facts {
        for field in lacked(read.clone().unwrap_or_default(), fact.fields) {
            found.push((
                fact.fields.as_ptr().addr(),
                field_name(rules, subject, field),
            ));
        }
    }
    found
}

fn field_name(rules: &Rules, subject: Subject, id: FieldId) -> String {
    let fields = match subject {
        Subject::Event(event) => rules.schema.event(event).map(|it| &it.fields),
        Subject::Holding(holding) => rules.schema.holding(holding).map(|it| &it.fields),
    };
    let field = fields.and_then(|fields| fields.get(usize::from(id.0)));
    field
        .map(|field| field.name.to_string())
        .unwrap_or_default()
}

/// Fields that the condition reads and the fact lacks.
pub(crate) fn missing_fields(
    rules: &Rules,
    aggregate: &Aggregate,
    fields: &[Option<Value>],
) -> BTreeSet<FieldId> {
    let filter = aggregate.filter.as_ref();
    let read = filter.map(|filter| read_of_fact(rules, filter));
    lacked(read.unwrap_or_default(), fields)
}

fn lacked(mut read: BTreeSet<FieldId>, fields: &[Option<Value>]) -> BTreeSet<FieldId> {
    read.retain(|id| fields.get(usize::from(id.0)).is_none_or(Option::is_none));
    read
}

/// Fields of the fact at hand that a condition reads.
fn read_of_fact(rules: &Rules, filter: &Typed) -> BTreeSet<FieldId> {
    let mut read = BTreeSet::new();
    fields_of(rules, filter, &mut read);
    // Further inside only its name leads to it.
    names(filter, &mut |named, around| {
        if let (0, Subfield::Field(id)) = (around, named.take) {
            read.insert(id);
        }
    });
    read
}

/// Fields of the fact at hand that a condition reads; definitions never read them, nor do the bounds of
/// aggregates inside it.
fn fields_of(rules: &Rules, typed: &Typed, found: &mut BTreeSet<FieldId>) {
    if let Node::Field(id) = typed.node {
        found.insert(id);
    }
    if matches!(typed.node, Node::Aggregate(_) | Node::Definition(_)) {
        return;
    }
    for part in operands(rules, typed) {
        deep(|| fields_of(rules, part, found));
    }
}

/// Every condition about facts of the customer asked about, those of names and those inside `where`
/// included; not one that speaks of a fact bound around it, for it counts anew for each of these.
struct Gathering<'g, 'a> {
    question: &'g Question<'a>,
    period: Period,
    found: &'g mut dyn FnMut(&'a Typed, Holder<'a>, Period),
}

impl<'a> Gathering<'_, 'a> {
    fn gather(&mut self, typed: &'a Typed) {
        match &typed.node {
            // A rank table was made before; nothing of it is looked at again.
            Node::Ranked { .. } => return,
            Node::Aggregate(aggregate) => {
                if !speaks_beyond(typed, 0) {
                    (self.found)(typed, Holder::Aggregate(aggregate), self.period);
                }
                if let Some(filter) = &aggregate.filter {
                    deep(|| self.gather(filter));
                }
            }
            Node::Followed(followed) => {
                let alone = !speaks_beyond(typed, 0);
                for step in &followed.steps {
                    let Some(filter) = &step.filter else { continue };
                    if alone && !speaks_beyond(filter, 1) {
                        let holder = Holder::Step(Subject::Event(step.event), filter);
                        (self.found)(typed, holder, self.period);
                    }
                    deep(|| self.gather(filter));
                }
            }
            Node::Related { .. } | Node::RelatedAggregate { .. } => self.of_self(typed),
            Node::Periods {
                unit,
                count,
                condition,
            } => self.over_units((*unit, *count), &mut |all| all.gather(condition)),
            _ => {}
        }
        for part in operands(self.question.rules, typed) {
            deep(|| self.gather(part));
        }
    }

    /// Once for each unit.
    fn over_units(&mut self, (unit, count): (Unit, u16), visit: &mut dyn FnMut(&mut Self)) {
        let before = self.period;
        for (first, last) in units(self.question.today(), unit, count) {
            self.period = Some((first, last));
            deep(|| visit(self));
        }
        self.period = before;
    }

    /// What is said of the customer asked about inside the condition about others.
    fn of_self(&mut self, typed: &'a Typed) {
        match &typed.node {
            Node::OfSelf(of) => deep(|| self.gather(of)),
            Node::Periods {
                unit,
                count,
                condition,
            } => self.over_units((*unit, *count), &mut |all| all.of_self(condition)),
            _ => {
                let inside = conditions(typed).into_iter().map(|(inside, _)| inside);
                for part in written(typed).into_iter().chain(inside) {
                    deep(|| self.of_self(part));
                }
            }
        }
    }
}

/// Whether something speaks of a fact further out than so many.
fn speaks_beyond(typed: &Typed, own: usize) -> bool {
    let mut beyond = false;
    names(typed, &mut |_, around| beyond |= around >= own);
    beyond
}
