//! Facts of one customer: which of them an aggregate considers, which count,
//! and what becomes of them.

use super::compare::order;
use super::evaluate::truth;
use super::fold::{count, fold};
use super::number::size;
use super::place::{Fact, Place};
use super::series::{self, Counted};
use super::window::{self, Ready};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::math;
use crate::base::value::Value;
use crate::columns::person::{HoldingHistory, HoldingState, PastEvent};
use crate::language::typed::{
    Aggregate, AggregateFunction, Decay, Elapsed, Subfield, Subject, Window,
};
use crate::schema::{EventId, FieldId};
use std::sync::Arc;

/// A fact inside the window, with what the condition says of it.
pub(crate) struct Considered<'a> {
    /// The fact.
    pub fact: Fact<'a>,
    /// Yes counts; unknown is left aside. Without a condition, yes.
    pub verdict: Option<bool>,
}

/// Facts in the window and not after `now`, in the order of `first` and `last`;
/// `None` when a bound of the window is missing.
pub(crate) fn consider<'a>(
    place: &Place<'a>,
    aggregate: &Aggregate,
) -> Option<Vec<Considered<'a>>> {
    let ready = window::ready(place, &aggregate.window)?;
    let facts = facts(place, aggregate.subject);
    let considered = facts
        .into_iter()
        .filter(|fact| in_window(place, aggregate, &ready, fact.at))
        .map(|fact| {
            let verdict = match &aggregate.filter {
                Some(filter) => place.with(fact, |place| truth(place, filter)),
                None => Some(true),
            };
            Considered { fact, verdict }
        });
    Some(considered.collect())
}

/// All facts of a customer not after `now`.
pub(crate) fn facts_until_now<'a>(place: &Place<'a>, subject: Subject) -> Vec<Fact<'a>> {
    let now = place.question.now;
    let facts = facts(place, subject).into_iter();
    facts
        .filter(|fact| fact.at.is_none_or(|at| at <= now))
        .collect()
}

/// The aggregate's value; `kind` is the kind of the expression.
pub(super) fn aggregate(place: &Place, aggregate: &Aggregate, kind: &Kind) -> Option<Value> {
    let considered = consider(place, aggregate)?;
    let counted: Vec<Fact> = considered
        .iter()
        .filter(|item| item.verdict == Some(true))
        .map(|item| item.fact)
        .collect();
    let taken = |fact: &Fact| taken(fact, aggregate.field);
    match aggregate.function {
        AggregateFunction::Count => Some(count(counted.len())),
        AggregateFunction::Any => Some(Value::Bool(!counted.is_empty())),
        AggregateFunction::None => Some(Value::Bool(counted.is_empty())),
        AggregateFunction::First => taken(counted.first()?),
        AggregateFunction::Last => taken(counted.last()?),
        AggregateFunction::Decay(decay) => decayed(place, &counted, aggregate.field, decay),
        AggregateFunction::Share => share(&considered),
        AggregateFunction::Elapsed(elapsed) => {
            let (answered, seconds) = answered(place, elapsed, &counted);
            math::finite(seconds as f64 / answered as f64 / 3_600.0).map(Value::Number)
        }
        AggregateFunction::Gap => {
            let values = Vec::new();
            let facts = counted.as_slice();
            series::gap(place.question, &Counted { facts, values })
        }
        AggregateFunction::Series(of) => {
            let values = counted.iter().map(taken).collect();
            let facts = counted.as_slice();
            series::series(place, aggregate, of, &Counted { facts, values }, kind)
        }
        function => {
            let values: Vec<Value> = counted.iter().filter_map(taken).collect();
            fold(function, &values, kind)
        }
    }
}

/// Each fact halves for every half-life that lies between its date and today.
fn decayed(
    place: &Place,
    counted: &[Fact],
    field: Option<Subfield>,
    decay: Decay,
) -> Option<Value> {
    let question = place.question;
    let mut sum = 0.0;
    for fact in counted {
        let number = match field {
            None => 1.0,
            Some(_) => match taken(fact, field) {
                Some(value) => size(&value)?,
                None => continue,
            },
        };
        let age = question.today().0 - question.zone.date_of(fact.at?).0;
        let halvings = -f64::from(age) * std::f64::consts::LN_2;
        sum += number * math::exp(halvings / f64::from(decay.half_life_days));
    }
    math::finite(sum).map(Value::Number)
}

/// Yes among yes and no.
fn share(considered: &[Considered]) -> Option<Value> {
    let of = |verdict: bool| {
        let facts = considered.iter().map(|item| item.verdict);
        facts.filter(|it| *it == Some(verdict)).count() as f64
    };
    let (yes, no) = (of(true), of(false));
    math::finite(yes / (yes + no)).map(Value::Number)
}

/// How many of the events have an answer, and the seconds to each first one together.
pub(crate) fn answered(place: &Place, elapsed: Elapsed, questions: &[Fact]) -> (u64, i64) {
    let mut answers = facts(place, Subject::Event(elapsed.answer));
    answers.retain(|answer| answer.at.is_some_and(|at| at <= place.question.now));
    let answer_of = |question: &Fact| {
        let fits = |answer: &&Fact| {
            let after = (answer.at, answer.sequence) > (question.at, question.sequence);
            after
                && elapsed.pairs().all(|(asked, given)| {
                    let of =
                        |fact: &Fact, field: FieldId| taken(fact, Some(Subfield::Field(field)));
                    match (of(question, asked), of(answer, given)) {
                        (Some(asked), Some(given)) => order(&asked, &given).is_eq(),
                        _ => false,
                    }
                })
        };
        let found = answers.iter().find(fits)?;
        Some(found.at?.0 - question.at?.0)
    };
    let waits: Vec<i64> = questions.iter().filter_map(answer_of).collect();
    (waits.len() as u64, waits.iter().sum())
}

/// What the aggregate takes of one fact.
pub(crate) fn taken(fact: &Fact, field: Option<Subfield>) -> Option<Value> {
    match field? {
        Subfield::Field(id) => fact.fields.get(usize::from(id.0))?.clone(),
        Subfield::At => fact.at.map(Value::Time),
        Subfield::Key => fact.key.map(|key| Value::Text(Arc::from(key))),
    }
}

/// A fact after `now` is never seen. An undated holding lies in no window.
fn in_window(place: &Place, aggregate: &Aggregate, ready: &Ready, at: Option<Instant>) -> bool {
    let question = place.question;
    let Some(at) = at else {
        return matches!(aggregate.window, Window::All);
    };
    let holds = match series::over_period(question, aggregate) {
        Some((first, last)) => (first..=last).contains(&question.zone.date_of(at)),
        None => window::moment(question, &Value::Time(at))
            .is_some_and(|moment| window::holds(question, ready, moment)),
    };
    at <= question.now && holds
}

fn facts<'a>(place: &Place<'a>, subject: Subject) -> Vec<Fact<'a>> {
    match subject {
        Subject::Event(id) => events(place, id).into_iter().map(event_fact).collect(),
        Subject::Holding(id) => {
            let histories = place.person.holdings.get(usize::from(id.0));
            let mut facts: Vec<Fact> = histories
                .into_iter()
                .flatten()
                .filter_map(|history| {
                    let state = in_force(history, place.question.now)?;
                    (state.owner.0 == place.row).then(|| Fact {
                        at: state.since,
                        key: Some(&history.key),
                        sequence: None,
                        fields: &state.fields,
                    })
                })
                .collect();
            facts.sort_by_key(|fact| (fact.at, fact.key));
            facts
        }
    }
}

/// Events of one kind in the order of `first` and `last`, those after `now` among them.
pub(super) fn events<'a>(place: &Place<'a>, id: EventId) -> Vec<&'a PastEvent> {
    let events = place.person.events.get(usize::from(id.0));
    let mut events: Vec<&PastEvent> = events.into_iter().flatten().collect();
    events.sort_by_key(|event| (event.at, event.sequence));
    events
}

/// An event as a condition sees it.
pub(super) fn event_fact(event: &PastEvent) -> Fact<'_> {
    Fact {
        at: Some(event.at),
        key: None,
        sequence: Some(event.sequence),
        fields: &event.fields,
    }
}

/// The last state not after `now`; the undated one stands first.
fn in_force(history: &HoldingHistory, now: Instant) -> Option<&HoldingState> {
    history
        .states
        .iter()
        .rfind(|state| state.since.is_none_or(|since| since <= now))
}
