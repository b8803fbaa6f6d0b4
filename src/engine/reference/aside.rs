//! Facts that an aggregate could not judge: its condition was unknown for them.

use std::collections::{BTreeMap, BTreeSet};

use super::aggregate::consider;
use super::people::People;
use super::place::{Place, Question};
use super::tree::{everything, names, operands};
use crate::base::calendar::{Instant, Zone};
use crate::base::recursion::deep;
use crate::base::value::Value;
use crate::language::typed::{Aggregate, Node, Rules, Subfield, Subject, Typed};
use crate::schema::FieldId;

/// Facts left aside, by the aggregate's name as `name` makes it and the name of the missing field.
pub fn left_aside(
    rules: &Rules,
    people: &dyn People,
    rows: &[u32],
    typed: &Typed,
    at: (Instant, &Zone),
    name: &dyn Fn(&Typed) -> String,
) -> BTreeMap<(String, String), u64> {
    let question = Question::new(rules, people, at.0, at.1);
    let mut aggregates: BTreeMap<String, &Aggregate> = BTreeMap::new();
    gather(rules, typed, &mut |typed, aggregate| {
        aggregates.insert(name(typed), aggregate);
    });
    let mut counts = BTreeMap::new();
    for row in rows {
        let person = people.person(*row);
        let place = Place::of(&question, *row, &person);
        for (name, aggregate) in &aggregates {
            for item in consider(&place, aggregate).into_iter().flatten() {
                if item.verdict.is_some() {
                    continue;
                }
                for field in missing_fields(rules, aggregate, item.fact.fields) {
                    let field = field_name(rules, aggregate.subject, field);
                    *counts.entry((name.clone(), field)).or_insert(0) += 1;
                }
            }
        }
    }
    counts
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
    let mut read = BTreeSet::new();
    if let Some(filter) = &aggregate.filter {
        fields_of(rules, filter, &mut read);
        // Further inside only its name leads to it.
        names(filter, &mut |named, around| {
            if let (0, Subfield::Field(id)) = (around, named.take) {
                read.insert(id);
            }
        });
    }
    read.retain(|id| fields.get(usize::from(id.0)).is_none_or(Option::is_none));
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

/// Every aggregate over facts of the customer asked about, those of names and those inside `where` included;
/// not one that speaks of a fact bound around it, for it counts anew for each of these.
fn gather<'a>(rules: &'a Rules, typed: &'a Typed, found: &mut dyn FnMut(&'a Typed, &'a Aggregate)) {
    match &typed.node {
        // A rank table was made before; nothing of it is looked at again.
        Node::Ranked { .. } => return,
        Node::Aggregate(aggregate) => {
            let mut speaks_of_others = false;
            names(typed, &mut |_, _| speaks_of_others = true);
            if !speaks_of_others {
                found(typed, aggregate);
            }
            if let Some(filter) = &aggregate.filter {
                deep(|| gather(rules, filter, found));
            }
        }
        Node::Followed(followed) => {
            for filter in followed.steps.iter().flat_map(|step| &step.filter) {
                deep(|| gather(rules, filter, found));
            }
        }
        Node::Related { .. } | Node::RelatedAggregate { .. } => {
            everything(typed, 0, &mut |part, _| {
                if let Node::OfSelf(of) = &part.node {
                    deep(|| gather(rules, of, found));
                }
            });
        }
        _ => {}
    }
    for part in operands(rules, typed) {
        deep(|| gather(rules, part, found));
    }
}
