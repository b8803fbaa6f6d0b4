//! Three-valued logic and choices: `not and or`, `at least`, `if`, `case`.
//! Unknown is `None`.

use super::evaluate::{truth, value};
use super::place::Place;
use crate::base::value::Value;
use crate::language::typed::{Node, Typed};

/// `not`, `and`, `or`, `at least N of`.
pub(super) fn condition(place: &Place, node: &Node) -> Option<bool> {
    match node {
        Node::Not(of) => truth(place, of).map(|yes| !yes),
        Node::And(of) => all(&truths(place, of)),
        Node::Or(of) => any(&truths(place, of)),
        Node::AtLeast { count, of } => at_least(*count as usize, &truths(place, of)),
        _ => None,
    }
}

/// `if` and `case`.
pub(super) fn choice(place: &Place, node: &Node) -> Option<Value> {
    match node {
        Node::If {
            condition,
            then,
            otherwise,
        } => match truth(place, condition)? {
            true => value(place, then),
            false => value(place, otherwise),
        },
        Node::Case { arms, otherwise } => {
            for (condition, then) in arms {
                if truth(place, condition)? {
                    return value(place, then);
                }
            }
            value(place, otherwise.as_deref()?)
        }
        _ => None,
    }
}

fn truths(place: &Place, of: &[Typed]) -> Vec<Option<bool>> {
    of.iter().map(|part| truth(place, part)).collect()
}

/// No if any is no, else unknown if any is unknown, else yes.
pub(super) fn all(truths: &[Option<bool>]) -> Option<bool> {
    if truths.contains(&Some(false)) {
        Some(false)
    } else if truths.contains(&None) {
        None
    } else {
        Some(true)
    }
}

/// Yes if any is yes, else unknown if any is unknown, else no.
pub(super) fn any(truths: &[Option<bool>]) -> Option<bool> {
    if truths.contains(&Some(true)) {
        Some(true)
    } else if truths.contains(&None) {
        None
    } else {
        Some(false)
    }
}

fn at_least(count: usize, truths: &[Option<bool>]) -> Option<bool> {
    let yes = truths.iter().filter(|truth| **truth == Some(true)).count();
    let unknown = truths.iter().filter(|truth| truth.is_none()).count();
    if yes >= count {
        Some(true)
    } else if yes + unknown < count {
        Some(false)
    } else {
        None
    }
}
