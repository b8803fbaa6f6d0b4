//! Which part of a condition makes the difference for one customer: the old answer and
//! the new one taken apart and laid side by side.

use crate::engine::trace::{Join, Part, Verdict, Wording};

/// A part with what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Canonical one-line text.
    pub text: Wording,
    /// Of the customer in question.
    pub verdict: Verdict,
}

/// The part that decided before and the one that decides then; one side may have none.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reason {
    /// Of the rule that serves.
    pub was: Option<Said>,
    /// Of the rule as it would be.
    pub is: Option<Said>,
}

/// Why `old` and `new` differ.
pub(super) fn reason(old: &Part, new: &Part) -> Reason {
    if let (Some(old), Some(new)) = (inside(old), inside(new)) {
        return reason(old, new);
    }
    let join = joined(old).or_else(|| joined(new));
    match join {
        Some(join) if suits(old, join) && suits(new, join) => of_parts(old, new, join),
        _ => Reason {
            was: said(old),
            is: said(new),
        },
    }
}

/// The one part of a name or a `not`, which the difference then is in. A name that differs from the other side's
/// is left whole.
fn inside(part: &Part) -> Option<&Part> {
    let passes = part.join.is_none_or(|join| join == Join::Not);
    match part.children.as_slice() {
        [child] if passes && child.verdict().is_some() => Some(child),
        _ => None,
    }
}

fn joined(part: &Part) -> Option<Join> {
    part.join
        .filter(|join| matches!(join, Join::All | Join::Any))
}

/// Whether it is so joined, or a single part that could be.
fn suits(part: &Part, join: Join) -> bool {
    joined(part).is_none_or(|own| own == join)
}

fn parts(part: &Part, join: Join) -> Vec<&Part> {
    match part.join == Some(join) {
        true => part.children.iter().collect(),
        false => vec![part],
    }
}

fn of_parts(old: &Part, new: &Part, join: Join) -> Reason {
    let (olds, news) = (parts(old, join), parts(new, join));
    for part in &olds {
        let other = news.iter().find(|other| other.text == part.text);
        if let Some(other) = other.filter(|other| other.verdict() != part.verdict()) {
            return reason(part, other);
        }
    }
    let only = |these: &[&Part], those: &[&Part]| -> Vec<usize> {
        let alone = these.iter().enumerate();
        alone
            .filter(|(_, part)| !those.iter().any(|other| other.text == part.text))
            .map(|(at, _)| at)
            .collect()
    };
    let (only_old, only_new) = (only(&olds, &news), only(&news, &olds));
    let pick = |list: &[&Part], places: &[usize], wanted: Option<Verdict>| {
        let yes = wanted == Some(Verdict::Yes);
        let mut found = places.iter().filter_map(|at| list.get(*at).copied());
        found
            .find(|part| (part.verdict() == Some(Verdict::Yes)) == yes)
            .and_then(said)
    };
    if let ([at_old], [at_new]) = (only_old.as_slice(), only_new.as_slice())
        && let (Some(old), Some(new)) = (olds.get(*at_old), news.get(*at_new))
        && (joined(old).is_some() || joined(new).is_some())
    {
        return reason(old, new);
    }
    Reason {
        was: pick(&olds, &only_old, old.verdict()),
        is: pick(&news, &only_new, new.verdict()),
    }
}

fn said(part: &Part) -> Option<Said> {
    Some(Said {
        text: part.text.clone(),
        verdict: part.verdict()?,
    })
}
