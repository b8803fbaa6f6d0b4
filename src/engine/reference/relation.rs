//! Other customers and texts that a customer is joined to.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::evaluate::{truth, value};
use super::fold::{count, fold};
use super::logic;
use super::place::{NOTHING_GIVEN, Place};
use crate::base::value::Value;
use crate::columns::person::{Edge, Person};
use crate::language::typed::{AggregateFunction, Node, Quantifier, RelationStep, Typed};
use crate::schema::RelationId;
use crate::store::fact::Target;

/// The texts of a relation that hold at `now`, as a set; empty when there is none.
pub(super) fn texts(place: &Place, id: RelationId) -> Value {
    let edges = place.person.relations_out.get(usize::from(id.0));
    let texts: BTreeSet<Arc<str>> = in_force(place, edges)
        .filter_map(|edge| match &edge.other {
            Target::Text(text) => Some(Arc::clone(text)),
            Target::Customer(_) => None,
        })
        .collect();
    Value::Set(texts.into_iter().map(Value::Text).collect())
}

/// The customers at the other end at `now`, each once, by ascending row.
pub(crate) fn others(place: &Place, step: RelationStep) -> Vec<u32> {
    let edges = match step.inverse {
        false => &place.person.relations_out,
        true => &place.person.relations_in,
    };
    let rows: BTreeSet<u32> = in_force(place, edges.get(usize::from(step.relation.0)))
        .filter_map(|edge| match &edge.other {
            Target::Customer(row) => Some(row.0),
            Target::Text(_) => None,
        })
        .collect();
    rows.into_iter().collect()
}

/// `any`, `all`, `none`.
pub(super) fn related(
    place: &Place,
    quantifier: Quantifier,
    step: RelationStep,
    condition: &Typed,
) -> Option<bool> {
    let truths: Vec<Option<bool>> = others(place, step)
        .into_iter()
        .map(|row| at_other(place, row, |other| truth(other, condition)))
        .collect();
    match quantifier {
        Quantifier::Any => logic::any(&truths),
        Quantifier::All => logic::all(&truths),
        Quantifier::None => logic::any(&truths).map(|yes| !yes),
    }
}

/// Other customers folded: those with yes; missing values are skipped.
pub(super) fn aggregate(place: &Place, typed: &Typed) -> Option<Value> {
    let Node::RelatedAggregate {
        function,
        step,
        value: of,
        filter,
    } = &typed.node
    else {
        return None;
    };
    let mut counted = others(place, *step);
    if let Some(filter) = filter {
        counted.retain(|row| at_other(place, *row, |other| truth(other, filter)) == Some(true));
    }
    match (function, of) {
        (AggregateFunction::Count, _) => Some(count(counted.len())),
        (AggregateFunction::Any, _) => Some(Value::Bool(!counted.is_empty())),
        (AggregateFunction::None, _) => Some(Value::Bool(counted.is_empty())),
        (_, None) => None,
        (function, Some(of)) => {
            let values: Vec<Value> = counted
                .into_iter()
                .filter_map(|row| at_other(place, row, |other| value(other, of)))
                .collect();
            fold(*function, &values, &typed.kind)
        }
    }
}

/// Reads something in the context of another customer.
fn at_other<R>(place: &Place, row: u32, read: impl FnOnce(&Place) -> R) -> R {
    let person: Arc<Person> = place.question.people.person(row);
    read(&Place {
        question: place.question,
        row,
        person: &person,
        fact: None,
        given: &NOTHING_GIVEN,
    })
}

fn in_force<'a>(
    place: &Place,
    edges: Option<&'a Vec<Edge>>,
) -> impl Iterator<Item = &'a Edge> + use<'a> {
    let now = place.question.now;
    edges
        .into_iter()
        .flatten()
        .filter(move |edge| edge.since.is_none_or(|since| since <= now))
}
