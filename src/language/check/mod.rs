//! Syntax → Typed: every name resolved, every kind known, every finding reported.
//!
//! A checker works in a [`Scope`] (whose names count) and hands down a [`Want`]
//! (which kind the place would like). A part that failed has reported why and comes
//! back as `None`, so that one fault draws no second report.

mod aggregate;
mod arithmetic;
mod bins;
mod bound;
mod call;
mod care;
mod care_goal;
mod choice;
mod clause;
mod column;
mod compare;
mod condition;
mod convert;
mod decay;
mod declare;
mod definition;
mod elapsed;
mod event_part;
mod field;
mod followed;
mod format;
mod holds;
mod horizon;
mod interval;
mod literal;
mod measured;
mod membership;
mod name;
mod outline;
mod param;
mod period;
mod plugin;
mod present;
mod ranked;
mod related;
mod report;
mod route;
mod schema;
mod score;
mod scorecard;
mod series;
mod settings;
mod since;
mod source;
mod stages;
mod tally;
mod test;
mod tiers;
mod together;
mod walk;
mod warning;
mod weighted;
mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::calendar::Zone;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit;
use crate::base::recursion::deep;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::Schema;

use super::codes;
use super::resolve::Names;
use super::syntax::{Expr, ExprNode};
use super::typed::{
    DefinitionId, Node, Param, ParamId, PluginCall, PluginSignatures, Subject, Typed,
};

pub(super) use care::{CARE_EVENTS, declare_care};
pub(super) use care_goal::bind;
pub(super) use declare::Declarations;
pub(super) use definition::{Definitions, Slot, declare_definitions, heading, is_definition};
pub(super) use event_part::{EventParts, event_part_items};
pub(super) use format::format;
pub use measured::Measured;
pub(super) use param::params;
pub(super) use report::{Parts as ReportParts, Reporting, declare_reports};
pub(super) use schema::{Broken, schema};
pub(super) use settings::settings;
pub(super) use source::{RawSource, raw_sources};
pub(super) use walk::{every_node, every_node_mut};
pub(super) use warning::{rule_warnings, unused_metrics, unused_params, warnings};

/// Whose names count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The customer's; `other` inside a relation's condition.
    Customer {
        /// Whether it is the customer at the other end of a relation.
        other: bool,
    },
    /// Inside `where`: the fact's fields, then the customer's names.
    Fact {
        /// What is aggregated.
        subject: Subject,
        /// Whether the customer is the one at the other end of a relation.
        other: bool,
    },
    /// The raw columns of the source with that position.
    Source(usize),
    /// A group of rows of the report at hand: its measures, and aggregates over its rows.
    Group,
}

impl Scope {
    /// The same customer, outside any `where`.
    fn of_customer(self) -> Self {
        match self {
            Scope::Fact { other, .. } => Scope::Customer { other },
            other => other,
        }
    }

    fn other(self) -> bool {
        match self {
            Scope::Customer { other } | Scope::Fact { other, .. } => other,
            Scope::Source(_) | Scope::Group => false,
        }
    }
}

/// Which kind the place would like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Want<'k> {
    /// Any.
    Any,
    /// Literals and bare words become this kind where they can.
    Hint(&'k Kind),
    /// As `Hint`; in a source raw text is read as this kind.
    Target(&'k Kind),
}

impl<'k> Want<'k> {
    fn kind(self) -> Option<&'k Kind> {
        match self {
            Want::Any => None,
            Want::Hint(kind) | Want::Target(kind) => Some(kind),
        }
    }
}

/// What a check stands on.
#[derive(Clone, Copy)]
pub(super) struct World<'r> {
    /// Kinds of facts.
    pub schema: &'r Schema,
    /// Params, all of known kind.
    pub params: &'r [Param],
    /// The index of names.
    pub names: &'r Names,
    /// The business zone.
    pub zone: &'r Zone,
    /// Names whose declaration failed: they draw no second report.
    pub broken: &'r Broken,
    /// What the plugins at hand offer.
    pub plugins: &'r PluginSignatures,
}

/// One pass over expressions. See the module.
pub(super) struct Checker<'r> {
    pub(super) world: World<'r>,
    pub(super) definitions: Definitions<'r>,
    pub(super) raw: Vec<RawSource>,
    pub(super) scope: Scope,
    pub(super) found: Vec<Diagnostic>,
    pub(super) used_params: BTreeSet<ParamId>,
    pub(super) parts: EventParts<'r>,
    /// Facts that the place at hand stands under, the outermost first.
    bound: Vec<bound::BoundFact>,
    pub(super) used_definitions: BTreeSet<DefinitionId>,
    /// Plugins whose inputs are being checked, the outermost first.
    asking: Vec<Arc<PluginCall>>,
    depth: usize,
    /// The report being checked.
    reporting: Option<Box<Reporting>>,
    /// Whether the scope is that of one row of that report, in which measures have their names.
    at_row: bool,
}

impl<'r> Checker<'r> {
    pub(super) fn new(world: World<'r>, definitions: Definitions<'r>, raw: Vec<RawSource>) -> Self {
        Self {
            world,
            definitions,
            raw,
            scope: Scope::Customer { other: false },
            found: Vec::new(),
            used_params: BTreeSet::new(),
            parts: EventParts::Ready(&[]),
            bound: Vec::new(),
            used_definitions: BTreeSet::new(),
            asking: Vec::new(),
            depth: 0,
            reporting: None,
            at_row: false,
        }
    }

    /// Reports and fails.
    fn fail<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.found.push(diagnostic);
        None
    }

    fn within<T>(&mut self, scope: Scope, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.scope, scope);
        let at_row = std::mem::take(&mut self.at_row);
        let result = work(self);
        self.scope = before;
        self.at_row = at_row;
        result
    }

    /// Runs with the depth of a fresh expression, which stands under no fact.
    fn afresh<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.depth);
        let around = std::mem::take(&mut self.bound);
        let result = work(self);
        self.depth = before;
        self.bound = around;
        result
    }

    /// The expression, of whatever kind comes out. `None`: reported.
    pub(super) fn infer(&mut self, expr: &Expr, want: Want<'_>) -> Option<Typed> {
        if self.depth >= limit::EXPRESSION_DEPTH_MAX {
            return self.fail(
                Diagnostic::error(
                    codes::NESTED_TOO_DEEP,
                    format!(
                        "this expression is more than {} parts deep",
                        limit::EXPRESSION_DEPTH_MAX
                    ),
                    expr.span,
                )
                .help("name a part of it as a metric"),
            );
        }
        self.depth += 1;
        let typed = deep(|| self.infer_node(expr, want));
        self.depth -= 1;
        typed
    }

    /// A whole expression that stands alone.
    pub(super) fn whole(&mut self, expr: &Expr) -> Option<Typed> {
        self.infer(expr, Want::Any)
    }

    fn infer_node(&mut self, expr: &Expr, want: Want<'_>) -> Option<Typed> {
        let span = expr.span;
        if let (
            Scope::Group,
            ExprNode::Field { .. } | ExprNode::Relation { .. } | ExprNode::Plugin { .. },
        ) = (self.scope, &expr.node)
        {
            return self.one_value_a_row(span, None);
        }
        match &expr.node {
            ExprNode::Number(number) => self.number(*number, want, span),
            ExprNode::Text(text) => self.text(text, want, span),
            ExprNode::Bool(value) => Some(literal(Value::Bool(*value), Kind::Bool, span)),
            ExprNode::Date(date) => Some(literal(Value::Date(*date), Kind::Date, span)),
            ExprNode::Time(time) => Some(self.local_time(*time, span)),
            ExprNode::Today => self.clock(Node::Today, Kind::Date, span),
            ExprNode::Now => self.clock(Node::Now, Kind::Time, span),
            ExprNode::Ago { count, unit } => self.ago(*count, *unit, span),
            ExprNode::Span { .. } => self.stray_span(span),
            ExprNode::Name(name) => self.name(name, want),
            ExprNode::Field { base, field } => self.field(base, field, span),
            ExprNode::Call(call) => self.call(call, want, span),
            ExprNode::Followed(steps) => self.followed(steps, span),
            ExprNode::Top(top) => self.top(top, span),
            ExprNode::Plugin { plugin, function } => self.plugin(plugin, function.as_deref(), span),
            ExprNode::Since { unit, from } => self.since(*unit, from, false, span),
            ExprNode::Relation {
                quantifier,
                relations,
                steps,
                condition,
            } => self.related(*quantifier, relations, *steps, condition, span),
            ExprNode::Not(inner) => {
                let inner = self.condition(inner, "`not`")?;
                Some(boolean(Node::Not(Box::new(inner)), span))
            }
            ExprNode::And(parts) => {
                let parts = self.conditions(parts, "`and`")?;
                Some(boolean(Node::And(parts), span))
            }
            ExprNode::Or(parts) => {
                let parts = self.conditions(parts, "`or`")?;
                Some(boolean(Node::Or(parts), span))
            }
            ExprNode::AtLeast { count, of } => {
                let of = self.conditions(of, "`at least`")?;
                Some(boolean(Node::AtLeast { count: *count, of }, span))
            }
            _ => self.infer_test(expr, want),
        }
    }

    fn infer_test(&mut self, expr: &Expr, want: Want<'_>) -> Option<Typed> {
        let span = expr.span;
        match &expr.node {
            ExprNode::Compare { op, left, right } => self.compare(*op, left, right, span),
            ExprNode::Between {
                value,
                low,
                low_included,
                high,
                high_included,
                negated,
            } => {
                let ends = (*low_included, *high_included);
                self.between(value, low, high, ends, *negated, span)
            }
            ExprNode::In {
                value,
                choices,
                negated,
            } => self.membership(value, choices, *negated, span),
            ExprNode::InWindow {
                value,
                window,
                negated,
            } => self.in_window(value, window, *negated, span),
            ExprNode::TextTest {
                op,
                folded,
                value,
                pattern,
            } => self.text_test(*op, *folded, value, pattern, span),
            ExprNode::IsMissing { value, negated } => {
                let value = Box::new(self.infer(value, Want::Any)?);
                let negated = *negated;
                Some(boolean(Node::IsMissing { value, negated }, span))
            }
            ExprNode::Default { value, fallback } => self.fallback(value, fallback, want, span),
            ExprNode::If {
                condition,
                then,
                otherwise,
            } => self.choose(condition, then, otherwise, want, span),
            ExprNode::Case(arms) => self.case(arms, want, span),
            ExprNode::Arithmetic { op, left, right } => {
                self.arithmetic(*op, left, right, want, span)
            }
            ExprNode::Negate(inner) => self.negate(inner, want, span),
            ExprNode::Missing => self.nothing(Node::Missing, "missing", want, span),
            ExprNode::Clear => self.nothing(Node::Clear, "clear", want, span),
            _ => None,
        }
    }
}

/// A literal of that kind.
fn literal(value: Value, kind: Kind, span: Span) -> Typed {
    Typed {
        node: Node::Literal(value),
        kind,
        span,
    }
}

/// A condition.
fn boolean(node: Node, span: Span) -> Typed {
    Typed {
        node,
        kind: Kind::Bool,
        span,
    }
}

/// How a kind is called in a finding; a list shows its first values.
pub(super) fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Enum(values) => {
            let names = values.values.iter().map(|value| &*value.name);
            format!("one of ({})", super::suggest::some_of(names, 4))
        }
        Kind::Set(inner) => match &**inner {
            Kind::Text => "a set of text".to_owned(),
            inner => format!("a set of values ({})", inner.describe()),
        },
        kind => kind.describe().to_owned(),
    }
}
