//! Other customers and texts that a customer is joined to.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::evaluate::{truth, value};
use super::fold::{count, fold};
use super::logic;
use super::place::Place;
use crate::base::value::Value;
use crate::columns::person::{Edge, Person};
use crate::language::typed::{AggregateFunction, Node, Quantifier, Reach, Typed};
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

/// The customers that the relations lead to at `now`, each once, by ascending row.
pub(crate) fn others(place: &Place, reach: &Reach) -> Vec<u32> {
    let near = next_to(place, place.person, reach);
    let mut found = near.clone();
    let mut rim = near.clone();
    for _ in 1..reach.steps {
        let mut next = BTreeSet::new();
        for row in rim {
            let person = place.question.people.person(row);
            next.extend(next_to(place, &person, reach));
        }
        rim = next.difference(&found).copied().collect();
        found.extend(&rim);
    }
    // A way round leads to others; only an edge of one's own leads to oneself.
    if !near.contains(&place.row) {
        found.remove(&place.row);
    }
    found.into_iter().collect()
}

/// One step from a person, by any of the kinds.
fn next_to(place: &Place, person: &Person, reach: &Reach) -> BTreeSet<u32> {
    let mut rows = BTreeSet::new();
    for step in &reach.kinds {
        let edges = match step.inverse {
            false => &person.relations_out,
            true => &person.relations_in,
        };
        for edge in in_force(place, edges.get(usize::from(step.relation.0))) {
            if let Target::Customer(row) = &edge.other {
                rows.insert(row.0);
            }
        }
    }
    rows
}

/// `any`, `all`, `none`.
pub(super) fn related(
    place: &Place,
    quantifier: Quantifier,
    reach: &Reach,
    condition: &Typed,
) -> Option<bool> {
    let truths: Vec<Option<bool>> = others(place, reach)
        .into_iter()
        .map(|row| place.at_other(row, |other| truth(other, condition)))
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
    let mut counted = others(place, &Reach::from(*step));
    if let Some(filter) = filter {
        counted.retain(|row| place.at_other(*row, |other| truth(other, filter)) == Some(true));
    }
    match (function, of) {
        (AggregateFunction::Count, _) => Some(count(counted.len())),
        (AggregateFunction::Any, _) => Some(Value::Bool(!counted.is_empty())),
        (AggregateFunction::None, _) => Some(Value::Bool(counted.is_empty())),
        (_, None) => None,
        (function, Some(of)) => {
            let values: Vec<Value> = counted
                .into_iter()
                .filter_map(|row| place.at_other(row, |other| value(other, of)))
                .collect();
            fold(*function, &values, &typed.kind)
        }
    }
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
