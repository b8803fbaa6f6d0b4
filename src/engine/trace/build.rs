//! Takes an expression apart for one customer.

use std::collections::BTreeSet;

use super::evidence::evidence;
use super::made::made_of;
use super::reason::reason;
use super::{Join, Part, Trace, Wording};
use crate::base::calendar::{Instant, Zone};
use crate::base::recursion::deep;
use crate::engine::reference::People;
use crate::engine::reference::place::{Place, Question};
use crate::engine::reference::tree::operands;
use crate::engine::reference::value;
use crate::language::printer;
use crate::language::typed::{DefinitionId, Node, Rules, Typed};
use crate::language::words::Tongue;

/// Why `typed` is what it is for the customer in `row` at `now`. A name's own tree is
/// shown where the name first stands.
pub fn trace(
    rules: &Rules,
    people: &dyn People,
    row: u32,
    typed: &Typed,
    now: Instant,
    zone: &Zone,
) -> Trace {
    let question = Question::new(rules, people, now, zone);
    let person = people.person(row);
    let place = Place::of(&question, row, &person);
    let root = part(&place, typed, &mut BTreeSet::new());
    Trace {
        customer: person.id.clone(),
        now,
        ranks_at: people.ranks_shown(),
        tiers: people.tiers_shown(),
        root,
    }
}

/// The canonical text in both tongues.
pub(super) fn wording_of(place: &Place, typed: &Typed) -> Wording {
    let rules = place.question.rules;
    Wording {
        english: printer::typed(rules, None, typed, Tongue::English),
        chinese: printer::typed(rules, None, typed, Tongue::Chinese),
    }
}

pub(super) fn part(place: &Place, typed: &Typed, shown: &mut BTreeSet<DefinitionId>) -> Part {
    let rules = place.question.rules;
    let found = value(place, typed);
    let named = match typed.node {
        Node::Definition(id) => Some(id),
        _ => None,
    };
    let shown_before = named.is_some_and(|id| !shown.insert(id));
    let definition = named.and_then(|id| rules.definition(id));
    let inputs = operands(rules, typed);
    let made = match shown_before {
        true => Some(Vec::new()),
        false => definition.and_then(|definition| deep(|| made_of(place, definition, shown))),
    };
    let children = made.unwrap_or_else(|| {
        inputs
            .iter()
            .map(|input| plain(input))
            .filter(|input| !is_constant(input))
            .map(|input| deep(|| part(place, input, shown)))
            .collect()
    });
    let missing = found.is_none().then(|| {
        let inputs_missing = inputs.iter().any(|input| value(place, input).is_none());
        reason(place, typed, inputs_missing)
    });
    Part {
        text: wording_of(place, typed),
        kind: typed.kind.clone(),
        value: found,
        reason: missing,
        join: join(&typed.node),
        shown_before,
        children,
        evidence: evidence(place, typed),
        label: None,
        adds: None,
    }
}

/// Without widenings, which nobody wrote.
fn plain(typed: &Typed) -> &Typed {
    match &typed.node {
        Node::Convert(inner) => plain(inner),
        _ => typed,
    }
}

/// What its own text already says.
fn is_constant(typed: &Typed) -> bool {
    matches!(
        typed.node,
        Node::Literal(_) | Node::Missing | Node::Clear | Node::Today | Node::Now
    )
}

fn join(node: &Node) -> Option<Join> {
    match node {
        Node::And(_) => Some(Join::All),
        Node::Or(_) => Some(Join::Any),
        Node::AtLeast { count, .. } => Some(Join::AtLeast(*count)),
        Node::Not(_) => Some(Join::Not),
        _ => None,
    }
}
