//! What an aggregate or a relation looked at: facts that counted, facts left aside,
//! other customers by verdict. Lists are bounded and say how long they are.

use std::sync::Arc;

use super::{Bounded, Evidence, RankBound, SeenFact, SeenField, SeenOther, Wording, units};
use crate::base::limit::TRACE_EVIDENCE_MAX;
use crate::engine::rank::Standing;
use crate::engine::reference::aside::missing_fields;
use crate::engine::reference::place::{Fact, Place};
use crate::engine::reference::{
    answered, consider, counted, followed, others, standing, truth, value_at,
};
use crate::language::typed::{
    Aggregate, AggregateFunction, Elapsed, Followed, Node, Population, RankMeasure, RankReach,
    Reach, Subject, Typed,
};
use crate::language::words::{self, Tongue};
use crate::schema::{Field, Schema};

/// Of aggregates and relations; nothing for other parts, nor where a bound is missing.
pub(super) fn evidence(place: &Place, typed: &Typed) -> Option<Evidence> {
    match &typed.node {
        Node::Aggregate(aggregate) => match aggregate.function {
            AggregateFunction::Elapsed(elapsed) => answers(place, aggregate, elapsed),
            _ => match units::measured(place, aggregate) {
                Some(units) => Some(Evidence::Units(bounded(units, |unit| unit))),
                None => facts(place, aggregate),
            },
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
        Node::Followed(followed) => sequence(place, followed),
        Node::Related {
            reach, condition, ..
        } => others_of(place, reach, Some(condition)),
        Node::RelatedAggregate { step, filter, .. } => {
            others_of(place, &Reach::from(*step), filter.as_deref())
        }
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

fn bound(place: &Place, population: &Population, reach: RankReach, size: u64) -> RankBound {
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
            let missing = missing_fields(place.question.rules, aggregate, fact.fields);
            let missing = missing
                .iter()
                .filter_map(|id| fields.get(usize::from(id.0)))
                .map(|field| wording(&field.name, &field.label));
            seen_fact(fields, fact, missing.collect())
        }),
    })
}

fn answers(place: &Place, aggregate: &Aggregate, elapsed: Elapsed) -> Option<Evidence> {
    let (subject, _) = subject(&place.question.rules.schema, aggregate.subject)?;
    let considered = consider(place, aggregate)?;
    let asked = considered.iter().filter(|item| item.verdict == Some(true));
    let asked: Vec<Fact> = asked.map(|item| item.fact).collect();
    let (answered, _) = answered(place, elapsed, &asked);
    Some(Evidence::Answers {
        subject,
        answered,
        unanswered: asked.len() as u64 - answered,
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

/// The events that make the sequence; nothing where there is none.
fn sequence(place: &Place, followed: &Followed) -> Option<Evidence> {
    let schema = &place.question.rules.schema;
    let picked = followed::found(place, followed)?;
    let steps = followed.steps.iter().filter(|step| !step.absent);
    let events = steps.zip(picked).filter_map(|(step, fact)| {
        let (subject, fields) = subject(schema, Subject::Event(step.event))?;
        Some((subject, seen_fact(fields, fact, Vec::new())))
    });
    Some(Evidence::Sequence {
        events: events.collect(),
    })
}

fn others_of(place: &Place, reach: &Reach, condition: Option<&Typed>) -> Option<Evidence> {
    let (mut yes, mut no, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for row in others(place, reach) {
        place.at_other(row, |other| {
            let seen = SeenOther {
                row,
                id: Arc::clone(&other.person.id),
            };
            match condition.map_or(Some(true), |condition| truth(other, condition)) {
                Some(true) => yes.push(seen),
                Some(false) => no.push(seen),
                None => unknown.push(seen),
            }
        });
    }
    Some(Evidence::Others {
        relation: relation(place, reach)?,
        yes: bounded(yes, |seen| seen),
        no: bounded(no, |seen| seen),
        unknown: bounded(unknown, |seen| seen),
    })
}

/// The names of the kinds, each in its direction.
fn relation(place: &Place, reach: &Reach) -> Option<Wording> {
    let mut kinds = Vec::with_capacity(reach.kinds.len());
    for step in &reach.kinds {
        let relation = place.question.rules.schema.relation(step.relation)?;
        kinds.push(match (&relation.inverse, step.inverse) {
            (Some(inverse), true) => wording(inverse, &relation.inverse_label),
            _ => wording(&relation.name, &relation.label),
        });
    }
    let joined = |tongue: Tongue| {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.in_tongue(tongue)).collect();
        kinds.join(&format!(" {} ", words::OR.text(tongue)))
    };
    Some(Wording {
        english: joined(Tongue::English),
        chinese: joined(Tongue::Chinese),
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
