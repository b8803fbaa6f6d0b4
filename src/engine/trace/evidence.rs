//! What an aggregate or a relation looked at: facts that counted, facts left aside,
//! other customers by verdict. Lists are bounded and say how long they are.

use std::sync::Arc;

use super::{Bounded, Evidence, RankBound, SeenFact, SeenField, SeenOther, Wording, units};
use crate::base::limit::TRACE_EVIDENCE_MAX;
use crate::engine::rank::Standing;
use crate::engine::reference::aside::missing_fields;
use crate::engine::reference::place::{Fact, NOTHING_GIVEN, Place};
use crate::engine::reference::{consider, counted, others, standing, truth, value_at};
use crate::language::typed::{
    Aggregate, Node, Population, RankMeasure, Reach, RelationStep, Subject, Typed,
};
use crate::language::words;
use crate::schema::{Field, Schema};

/// Of aggregates and relations; nothing for other parts, nor where a bound is missing.
pub(super) fn evidence(place: &Place, typed: &Typed) -> Option<Evidence> {
    match &typed.node {
        Node::Aggregate(aggregate) => match units::measured(place, aggregate) {
            Some(units) => Some(Evidence::Units(bounded(units, |unit| unit))),
            None => facts(place, aggregate),
        },
        Node::Periods {
            unit,
            count,
            condition,
        } => {
            let units = units::judged(place, *unit, *count, condition);
            Some(Evidence::Units(bounded(units, |unit| unit)))
        }
        Node::Plugin { call, .. } => {
            let (by, account) = place.question.people.account(call, place.row)?;
            Some(Evidence::Plugin { by, account })
        }
        Node::Ranked {
            measure,
            population,
        } => ranked(place, *measure, population),
        Node::Related {
            step, condition, ..
        } => others_of(place, *step, Some(condition)),
        Node::RelatedAggregate { step, filter, .. } => others_of(place, *step, filter.as_deref()),
        _ => None,
    }
}

fn ranked(place: &Place, measure: RankMeasure, population: &Population) -> Option<Evidence> {
    if let RankMeasure::Overall(_) = measure {
        let population = counted(place, population)?;
        return Some(Evidence::Overall { population });
    }
    let Standing::Inside {
        smaller,
        greater,
        population: size,
    } = standing(place, population)
    else {
        return None;
    };
    let bound = match measure {
        RankMeasure::Top(reach) => Some(bound(place, population, reach, u64::from(size))),
        _ => None,
    };
    Some(Evidence::Ranked {
        rank: u64::from(greater) + 1,
        smaller: u64::from(smaller),
        population: u64::from(size),
        bound,
    })
}

fn bound(place: &Place, population: &Population, reach: Reach, size: u64) -> RankBound {
    let places = reach.places(size);
    let count = match reach.count.shifted(2) {
        Some(count) if reach.share => format!("{count}%"),
        _ => reach.count.to_string(),
    };
    let word = if reach.bottom {
        words::BOTTOM
    } else {
        words::TOP
    };
    RankBound {
        text: Wording {
            english: format!("{} {count}", word.english),
            chinese: format!("{} {count}", word.chinese),
        },
        bottom: reach.bottom,
        places,
        value: value_at(place, population, places, reach.bottom),
        kind: population.value.kind.clone(),
    }
}

/// A name beside its label.
fn wording(name: &Arc<str>, label: &Option<Arc<str>>) -> Wording {
    Wording {
        english: name.to_string(),
        chinese: label.as_ref().unwrap_or(name).to_string(),
    }
}

fn facts(place: &Place, aggregate: &Aggregate) -> Option<Evidence> {
    let schema = &place.question.rules.schema;
    let (subject, fields) = subject(schema, aggregate.subject)?;
    let mut considered = consider(place, aggregate)?;
    considered.reverse();
    let seen = |verdict: Option<bool>| -> Vec<Fact> {
        let of = considered.iter().filter(|item| item.verdict == verdict);
        of.map(|item| item.fact).collect()
    };
    Some(Evidence::Facts {
        subject,
        counted: bounded(seen(Some(true)), |fact| seen_fact(fields, fact, Vec::new())),
        left_aside: bounded(seen(None), |fact| {
            let missing = missing_fields(aggregate, fact.fields);
            let missing = missing
                .iter()
                .filter_map(|id| fields.get(usize::from(id.0)))
                .map(|field| wording(&field.name, &field.label));
            seen_fact(fields, fact, missing.collect())
        }),
    })
}

fn subject(schema: &Schema, subject: Subject) -> Option<(Wording, &[Field])> {
    match subject {
        Subject::Event(id) => {
            let event = schema.event(id)?;
            Some((wording(&event.name, &event.label), &event.fields))
        }
        Subject::Holding(id) => {
            let holding = schema.holding(id)?;
            Some((wording(&holding.name, &holding.label), &holding.fields))
        }
    }
}

fn seen_fact(fields: &[Field], fact: Fact, missing: Vec<Wording>) -> SeenFact {
    let fields = fields.iter().zip(fact.fields).filter_map(|(field, value)| {
        Some(SeenField {
            name: wording(&field.name, &field.label),
            kind: field.kind.clone(),
            value: value.clone()?,
        })
    });
    SeenFact {
        at: fact.at,
        key: fact.key.map(Arc::from),
        fields: fields.collect(),
        missing,
    }
}

fn others_of(place: &Place, step: RelationStep, condition: Option<&Typed>) -> Option<Evidence> {
    let relation = place.question.rules.schema.relation(step.relation)?;
    let (mut yes, mut no, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for row in others(place, step) {
        let person = place.question.people.person(row);
        let other = Place {
            question: place.question,
            row,
            person: &person,
            fact: None,
            given: &NOTHING_GIVEN,
        };
        let seen = SeenOther {
            row,
            id: Arc::clone(&person.id),
        };
        match condition.map_or(Some(true), |condition| truth(&other, condition)) {
            Some(true) => yes.push(seen),
            Some(false) => no.push(seen),
            None => unknown.push(seen),
        }
    }
    let relation = match (&relation.inverse, step.inverse) {
        (Some(inverse), true) => wording(inverse, &relation.inverse_label),
        _ => wording(&relation.name, &relation.label),
    };
    Some(Evidence::Others {
        relation,
        yes: bounded(yes, |seen| seen),
        no: bounded(no, |seen| seen),
        unknown: bounded(unknown, |seen| seen),
    })
}

fn bounded<T, U>(items: Vec<T>, show: impl FnMut(T) -> U) -> Bounded<U> {
    Bounded {
        total: items.len() as u64,
        shown: items
            .into_iter()
            .take(TRACE_EVIDENCE_MAX)
            .map(show)
            .collect(),
    }
}
