//! What of a change is not held yet. A dated fact is held when the same holds from the
//! same instant; an undated one when it is what holds timelessly, whatever dated facts
//! lie over it: else reading the files again would take those away.

use std::rc::Rc;
use std::sync::Arc;

use super::super::weight;
use super::{Change, Entry, Given, Key, State, States};
use crate::base::limit::FACT_TEXT_BYTES_MAX;
use crate::base::value::Value;
use crate::columns::person::{Held, HoldingState, Person};
use crate::schema::AttributeId;
use crate::store::fact::{Fact, Row};

impl States {
    /// Facts to write; none when all is held.
    pub(super) fn compare(
        &self,
        entry: &Entry,
        rows: u32,
        held: &mut dyn FnMut(Row) -> Rc<Person>,
    ) -> Vec<Fact> {
        let is_new = entry.is_new(rows, self.may_hold);
        match (&entry.key, &entry.change) {
            (Key::Customer(row), Change::Customer { id, given }) => {
                let person = if is_new { Rc::default() } else { held(*row) };
                let mut facts: Vec<Fact> = id
                    .iter()
                    .filter(|_| is_new)
                    .map(|id| Fact::Customer {
                        row: *row,
                        id: Arc::clone(id),
                    })
                    .collect();
                facts.extend(attributes(*row, given, &person));
                facts
            }
            (Key::Holding(holding, key), Change::Holding { states }) => {
                let mut is_held = |state: &State| {
                    let person = if is_new {
                        Rc::default()
                    } else {
                        held(state.row)
                    };
                    let histories = person.holdings.get(holding.0 as usize);
                    let mut histories = histories.into_iter().flatten();
                    let history = histories.find(|history| history.key == *key);
                    history.is_some_and(|history| holds(&history.states, state))
                };
                // An undated state that is written takes away the dated ones.
                let anew = states
                    .iter()
                    .any(|state| state.since.is_none() && !is_held(state));
                states
                    .iter()
                    .filter(|state| anew || !is_held(state))
                    .map(|state| Fact::Holding {
                        holding: *holding,
                        row: state.row,
                        key: Arc::clone(key),
                        since: state.since,
                        fields: state.fields.clone(),
                    })
                    .collect()
            }
            (Key::Edge(relation, from, to), Change::Edge { since }) => {
                let person = if is_new { Rc::default() } else { held(*from) };
                let edges = person.relations_out.get(relation.0 as usize);
                // An undated edge holds before every dated one.
                let mut edges = edges.into_iter().flatten();
                if edges.any(|edge| edge.other == *to && edge.since <= *since) {
                    return Vec::new();
                }
                vec![Fact::Relation {
                    relation: *relation,
                    from: *from,
                    to: to.clone(),
                    since: *since,
                }]
            }
            _ => Vec::new(),
        }
    }
}

/// One fact for each instant from which attributes hold, undated first.
fn attributes(row: Row, given: &[Given], person: &Person) -> Vec<Fact> {
    // An undated value that is written takes away the dated ones.
    let anew: Vec<AttributeId> = given
        .iter()
        .filter(|one| one.since.is_none() && !is_held(one, given, person))
        .map(|one| one.attribute)
        .collect();
    let mut news: Vec<&Given> = given
        .iter()
        .filter(|one| anew.contains(&one.attribute) || !is_held(one, given, person))
        .collect();
    news.sort_by_key(|given| (given.since, given.attribute));
    let mut facts: Vec<Fact> = Vec::new();
    let mut bytes = 0;
    for given in news {
        let more = given.value.as_ref().map_or(0, weight::of);
        let field = (given.attribute, given.value.clone());
        match facts.last_mut() {
            Some(Fact::Attributes { since, fields, .. })
                if *since == given.since && bytes + more <= FACT_TEXT_BYTES_MAX =>
            {
                fields.push(field);
                bytes += more;
            }
            _ => {
                bytes = more;
                facts.push(Fact::Attributes {
                    row,
                    since: given.since,
                    fields: vec![field],
                });
            }
        }
    }
    facts
}

fn is_held(one: &Given, all: &[Given], person: &Person) -> bool {
    let history = person.attributes.get(one.attribute.0 as usize);
    let history = history.map_or(&[][..], Vec::as_slice);
    if let Some(held) = history.iter().rfind(|held| held.since == one.since) {
        return held.value == one.value;
    }
    // Clearing changes nothing where nothing is held but what is given beside it.
    let is_given = |held: &Held| {
        all.iter()
            .any(|other| other.attribute == one.attribute && other.since == held.since)
    };
    one.since.is_none() && one.value.is_none() && history.iter().all(is_given)
}

fn holds(states: &[HoldingState], given: &State) -> bool {
    let same = states.iter().rfind(|state| state.since == given.since);
    same.is_some_and(|state| state.owner == given.row && same_fields(&state.fields, &given.fields))
}

/// A field that one of both has not is missing there.
pub(in crate::ingest) fn same_fields(a: &[Option<Value>], b: &[Option<Value>]) -> bool {
    (0..a.len().max(b.len())).all(|at| {
        let of = |fields: &[Option<Value>]| fields.get(at).cloned().flatten();
        of(a) == of(b)
    })
}
