//! Conditions that can never hold, or always do: tests of one value against
//! constants, alone and side by side.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::typed::{
    AggregateFunction, Choice, CompareOp, Function, Node, Series, Typed, Window,
};
use super::interval::{HIGHEST, LOWEST, Ranges, point};
use super::outline::outline;
use super::walk::forget_places;

/// A test of one value against constants.
struct Atom<'t> {
    /// What is tested.
    about: About<'t>,
    /// Every point that the value can take.
    possible: Ranges,
    /// The points at which the test holds.
    holds: Ranges,
    span: Span,
}

/// What a test is about.
enum About<'t> {
    /// A value, or a condition taken as one.
    Value(&'t Typed),
    /// Whether there is a value.
    Missing(&'t Typed),
}

impl About<'_> {
    fn value(&self) -> (bool, &Typed) {
        match self {
            Self::Value(value) => (false, *value),
            Self::Missing(value) => (true, *value),
        }
    }

    /// The same number for the same expression, mostly another for another.
    fn outline(&self) -> (bool, u64) {
        let (missing, value) = self.value();
        (missing, outline(value))
    }

    /// The same text for the same expression, wherever it stands, and for no other.
    fn text(&self) -> String {
        let mut value = self.value().1.clone();
        forget_places(&mut value);
        format!("{value:?}")
    }
}

/// Reports what can be said of this node alone and of its direct parts together.
pub(super) fn judge(typed: &Typed, found: &mut Vec<Diagnostic>) {
    match &typed.node {
        Node::Compare { .. } | Node::Between { .. } | Node::In { .. } => {
            // Who lists every value of a list asks whether it is known, or thinks of values to come.
            let every_value = matches!(&typed.node, Node::In { value, negated: false, .. }
                if matches!(value.kind, Kind::Enum(_)));
            match atom(typed).and_then(|atom| alone(&atom)) {
                Some(always) if !(always && every_value) => found.push(report(always, typed.span)),
                _ => {}
            }
            if let Node::In { choices, .. } = &typed.node {
                choices.iter().for_each(|choice| empty_range(choice, found));
            }
        }
        Node::And(parts) => side_by_side(parts, false, typed.span, found),
        Node::Or(parts) => side_by_side(parts, true, typed.span, found),
        Node::AtLeast { count, of } if *count as usize > of.len() => {
            found.push(report(false, typed.span).help(format!("there are only {}", of.len())));
        }
        Node::AtLeast { count: 0, .. } => found.push(report(true, typed.span)),
        Node::Aggregate(aggregate) => empty_window(&aggregate.window, typed.span, found),
        Node::InWindow { window, .. } => empty_window(window, typed.span, found),
        _ => {}
    }
}

fn report(always: bool, span: Span) -> Diagnostic {
    if always {
        Diagnostic::warning(
            codes::ALWAYS,
            "this always holds, where it is known at all",
            span,
        )
    } else {
        Diagnostic::warning(codes::NEVER, "this can never hold", span)
    }
}

/// `Some(true)` = always, `Some(false)` = never.
fn alone(atom: &Atom<'_>) -> Option<bool> {
    let holds = atom.holds.and(&atom.possible);
    if holds.is_empty() {
        return Some(false);
    }
    (holds == atom.possible).then_some(true)
}

/// The tests of one value, where there are two or more, in the order of the first of each.
fn about_the_same(parts: &[Typed]) -> Vec<Vec<Atom<'_>>> {
    let mut alike: BTreeMap<(bool, u64), Vec<Atom<'_>>> = BTreeMap::new();
    for atom in parts.iter().filter_map(atom) {
        alike.entry(atom.about.outline()).or_default().push(atom);
    }
    let mut groups = Vec::new();
    for alike in alike.into_values().filter(|alike| alike.len() > 1) {
        let mut same: BTreeMap<String, Vec<Atom<'_>>> = BTreeMap::new();
        for atom in alike {
            same.entry(atom.about.text()).or_default().push(atom);
        }
        groups.extend(same.into_values().filter(|group| group.len() > 1));
    }
    groups.sort_by_key(|group| group.first().map(|atom| atom.span));
    groups
}

fn side_by_side(parts: &[Typed], either: bool, span: Span, found: &mut Vec<Diagnostic>) {
    for group in about_the_same(parts) {
        // One that is always or never so by itself is reported there.
        if group.iter().any(|atom| alone(atom).is_some()) {
            continue;
        }
        let Some(first) = group.first() else { continue };
        let mut left = first.possible.clone();
        for atom in &group {
            let kept = if either {
                atom.holds.not()
            } else {
                atom.holds.clone()
            };
            left = left.and(&kept);
            if left.is_empty() {
                found.push(
                    report(either, atom.span)
                        .saying(if either {
                            "with this, one of them always holds"
                        } else {
                            "this excludes what stands before it"
                        })
                        .also(first.span, "this is about the same value")
                        .also(span, ""),
                );
                break;
            }
        }
    }
}

fn empty_range(choice: &Choice, found: &mut Vec<Diagnostic>) {
    let Choice::Range {
        low: Some(low),
        high: Some(high),
        high_included,
    } = choice
    else {
        return;
    };
    if let (Some(from), Some(to)) = (constant(low), constant(high))
        && (from > to || (from == to && !high_included))
    {
        found.push(report(false, low.span.to(high.span)).saying("this range is empty"));
    }
}

fn empty_window(window: &Window, span: Span, found: &mut Vec<Diagnostic>) {
    let Window::Between(from, to) = window else {
        return;
    };
    if from.kind == to.kind
        && let (Some(low), Some(high)) = (constant(from), constant(to))
        && low > high
    {
        found.push(
            report(false, span)
                .also(from.span, "from here")
                .also(to.span, "back to here"),
        );
    }
}

fn constant(typed: &Typed) -> Option<i128> {
    match &typed.node {
        Node::Literal(value) => point(value),
        _ => None,
    }
}

fn atom(typed: &Typed) -> Option<Atom<'_>> {
    let (value, holds) = match &typed.node {
        Node::Compare { op, left, right } => match (constant(left), constant(right)) {
            (_, Some(end)) => (&**left, compared(*op, end)?),
            (Some(end), None) => (&**right, compared(turned(*op), end)?),
            (None, None) => return yes(typed),
        },
        Node::Between {
            value,
            low,
            low_included,
            high,
            high_included,
            negated,
        } => {
            let low = constant(low)? + i128::from(!low_included);
            let high = constant(high)? - i128::from(!high_included);
            let between = Ranges::from(low, high);
            (&**value, if *negated { between.not() } else { between })
        }
        Node::In {
            value,
            choices,
            negated,
        } => {
            let points: Option<Vec<(i128, i128)>> = choices.iter().map(choice_range).collect();
            let any = Ranges::any_of(points?);
            (&**value, if *negated { any.not() } else { any })
        }
        Node::Not(inner) => {
            let inner = atom(inner)?;
            return Some(Atom {
                holds: inner.holds.not(),
                span: typed.span,
                ..inner
            });
        }
        Node::IsMissing { value, negated } => {
            let wanted = i128::from(!negated);
            return Some(Atom {
                about: About::Missing(value),
                ..atom_of(typed, Ranges::from(wanted, wanted))
            });
        }
        Node::And(_) | Node::Or(_) | Node::AtLeast { .. } | Node::Literal(_) => return None,
        _ => return yes(typed),
    };
    Some(Atom {
        span: typed.span,
        ..atom_of(value, holds)
    })
}

/// A condition without a constant beside it, as the test that it is yes.
fn yes(typed: &Typed) -> Option<Atom<'_>> {
    (typed.kind == Kind::Bool).then(|| atom_of(typed, Ranges::from(1, 1)))
}

fn atom_of(value: &Typed, holds: Ranges) -> Atom<'_> {
    Atom {
        about: About::Value(value),
        possible: possible(value),
        holds,
        span: value.span,
    }
}

fn choice_range(choice: &Choice) -> Option<(i128, i128)> {
    match choice {
        Choice::One(one) => constant(one).map(|point| (point, point)),
        Choice::Range {
            low,
            high,
            high_included,
        } => {
            let low = match low {
                Some(low) => constant(low)?,
                None => LOWEST,
            };
            let high = match high {
                Some(high) => constant(high)? - i128::from(!high_included),
                None => HIGHEST,
            };
            Some((low, high))
        }
    }
}

pub(super) fn compared(op: CompareOp, end: i128) -> Option<Ranges> {
    Some(match op {
        CompareOp::Equal => Ranges::from(end, end),
        CompareOp::NotEqual => Ranges::from(end, end).not(),
        CompareOp::Less => Ranges::from(LOWEST, end - 1),
        CompareOp::LessEqual => Ranges::from(LOWEST, end),
        CompareOp::Greater => Ranges::from(end + 1, HIGHEST),
        CompareOp::GreaterEqual => Ranges::from(end, HIGHEST),
        CompareOp::Like => return None,
    })
}

fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        same => same,
    }
}

/// Every point that a value can take, as far as its expression tells.
pub(super) fn possible(typed: &Typed) -> Ranges {
    match (&typed.node, &typed.kind) {
        (Node::Literal(value), _) => match point(value) {
            Some(point) => Ranges::from(point, point),
            None => Ranges::from(LOWEST, HIGHEST),
        },
        (_, Kind::Bool) => Ranges::from(0, 1),
        (_, Kind::Enum(values)) => {
            let last = i128::try_from(values.values.len()).unwrap_or(HIGHEST) - 1;
            Ranges::from(0, last)
        }
        (Node::Aggregate(aggregate), Kind::Int) if counts(aggregate.function) => {
            Ranges::from(0, HIGHEST)
        }
        (Node::Periods { count, .. }, _) => Ranges::from(0, i128::from(*count)),
        (Node::RelatedAggregate { function, .. }, Kind::Int) if counts(*function) => {
            Ranges::from(0, HIGHEST)
        }
        (Node::Call { function, .. }, Kind::Int) => match function {
            Function::Length => Ranges::from(0, HIGHEST),
            Function::Quarter => Ranges::from(1, 4),
            Function::Month => Ranges::from(1, 12),
            Function::Day => Ranges::from(1, 31),
            Function::Weekday => Ranges::from(1, 7),
            _ => Ranges::from(LOWEST, HIGHEST),
        },
        _ => Ranges::from(LOWEST, HIGHEST),
    }
}

fn counts(function: AggregateFunction) -> bool {
    matches!(
        function,
        AggregateFunction::Count
            | AggregateFunction::Distinct
            | AggregateFunction::Gap
            | AggregateFunction::Series(Series::Units(_) | Series::Streak(_))
    )
}
