//! A typed expression as one canonical line: labels of plans and traces. It goes
//! back to syntax, with names from the rule set, and is printed from there.

use std::sync::Arc;

use super::{expression, is_plain};
use crate::base::calendar::Zone;
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::recursion::deep;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::language::syntax::{
    ArithmeticOp, Call, CaseArm, Choice, Expr, ExprNode, LocalTime, Name, TextOp, Window,
    WindowNode,
};
use crate::language::typed::{
    self, EventPartId, Node, RelationStep, Rules, Subfield, Subject, Typed,
};
use crate::language::words::{self, Tongue, Word};
use crate::schema::Field;

mod call;
mod ranked;

pub use ranked::population;

/// One line of canonical text. `subject` says whose fields [`Node::Field`] means:
/// the event or holding of the `where` that the expression stands in, if any.
pub fn typed(rules: &Rules, subject: Option<Subject>, typed: &Typed, tongue: Tongue) -> String {
    let zone = Zone::load(&rules.schema.settings.time_zone).unwrap_or_else(Zone::utc);
    let writer = Writer {
        rules,
        subject,
        tongue,
        zone: &zone,
    };
    expression(&writer.expr(typed), tongue)
}

/// What names depend on.
#[derive(Clone, Copy)]
struct Writer<'a> {
    rules: &'a Rules,
    subject: Option<Subject>,
    tongue: Tongue,
    zone: &'a Zone,
}

fn at(node: ExprNode) -> Expr {
    Expr {
        node,
        span: Span::default(),
    }
}

fn named(text: &str) -> Name {
    Name {
        text: text.to_owned(),
        quoted: !is_plain(text),
        span: Span::default(),
    }
}

impl Writer<'_> {
    fn choose(&self, name: &Arc<str>, label: &Option<Arc<str>>) -> Name {
        match (self.tongue, label) {
            (Tongue::Chinese, Some(label)) => named(label),
            _ => named(name),
        }
    }

    fn word(&self, word: Word) -> Name {
        Name {
            text: word.text(self.tongue).to_owned(),
            quoted: false,
            span: Span::default(),
        }
    }

    /// A name that the rule set does not have; only a fault elsewhere makes one.
    fn unknown(&self) -> Name {
        Name {
            text: "?".to_owned(),
            quoted: true,
            span: Span::default(),
        }
    }

    fn field_of(&self, field: Option<&Field>) -> Name {
        match field {
            Some(field) => self.choose(&field.name, &field.label),
            None => self.unknown(),
        }
    }

    fn subject_fields(&self, subject: Subject) -> &[Field] {
        let schema = &self.rules.schema;
        match subject {
            Subject::Event(id) => schema.event(id).map(|event| event.fields.as_slice()),
            Subject::Holding(id) => schema.holding(id).map(|holding| holding.fields.as_slice()),
        }
        .unwrap_or_default()
    }

    fn subfield(&self, subject: Option<Subject>, field: Subfield) -> Name {
        match (field, subject) {
            (Subfield::Field(id), Some(subject)) => {
                self.field_of(self.subject_fields(subject).get(id.0 as usize))
            }
            (Subfield::Field(_), None) => self.unknown(),
            (Subfield::At, _) => self.word(words::AT),
            (Subfield::Key, Some(Subject::Holding(id))) => match self.rules.schema.holding(id) {
                Some(holding) => named(&holding.key),
                None => self.unknown(),
            },
            (Subfield::Key, _) => self.word(words::KEY),
        }
    }

    /// The customer's own field; `self.` where a field of the fact hides it.
    fn attribute(&self, name: Name) -> ExprNode {
        let hidden = self.subject.is_some_and(|subject| {
            self.subject_fields(subject).iter().any(|field| {
                *field.name == *name.text || field.label.as_deref() == Some(&name.text)
            })
        });
        if hidden {
            self.of_self(name)
        } else {
            ExprNode::Name(name)
        }
    }

    fn of_self(&self, name: Name) -> ExprNode {
        ExprNode::Field {
            base: Box::new(at(ExprNode::Name(self.word(words::SELF)))),
            field: name,
        }
    }

    fn part(&self, id: EventPartId) -> Name {
        match self.rules.event_part(id) {
            Some(part) => self.choose(&part.name, &part.label),
            None => self.unknown(),
        }
    }

    fn step(&self, step: RelationStep) -> Name {
        let Some(relation) = self.rules.schema.relation(step.relation) else {
            return self.unknown();
        };
        match (&relation.inverse, step.inverse) {
            (Some(inverse), true) => self.choose(inverse, &relation.inverse_label),
            _ => self.choose(&relation.name, &relation.label),
        }
    }

    fn boxed(&self, typed: &Typed) -> Box<Expr> {
        Box::new(self.expr(typed))
    }

    fn list(&self, list: &[Typed]) -> Vec<Expr> {
        list.iter().map(|typed| self.expr(typed)).collect()
    }

    fn expr(&self, typed: &Typed) -> Expr {
        let node = deep(|| self.node(typed));
        Expr {
            node,
            span: typed.span,
        }
    }

    fn node(&self, typed: &Typed) -> ExprNode {
        let schema = &self.rules.schema;
        match &typed.node {
            Node::Literal(value) => self.value(value, &typed.kind),
            Node::Missing => ExprNode::Missing,
            Node::Clear => ExprNode::Clear,
            Node::Today => ExprNode::Today,
            Node::Now => ExprNode::Now,
            Node::CustomerId => self.attribute(self.word(words::ID)),
            Node::Attribute(id) => self.attribute(self.field_of(schema.attribute(*id))),
            Node::Field(id) => ExprNode::Name(self.subfield(self.subject, Subfield::Field(*id))),
            Node::At => ExprNode::Name(self.subfield(self.subject, Subfield::At)),
            Node::Key => ExprNode::Name(self.subfield(self.subject, Subfield::Key)),
            Node::Named(named) => ExprNode::Field {
                base: Box::new(at(ExprNode::Name(self::named(&named.name)))),
                field: self.subfield(Some(named.subject), named.take),
            },
            Node::Part(id) => ExprNode::Name(self.part(*id)),
            Node::OfSelf(inner) => match self.expr(inner).node {
                ExprNode::Name(name) => self.of_self(name),
                other => other,
            },
            Node::RelationTexts(id) => self.attribute(match schema.relation(*id) {
                Some(relation) => self.choose(&relation.name, &relation.label),
                None => self.unknown(),
            }),
            Node::Definition(id) => self.attribute(match self.rules.definition(*id) {
                Some(rule) => self.choose(&rule.name, &rule.label),
                None => self.unknown(),
            }),
            Node::Param(id) => ExprNode::Name(match self.rules.param(*id) {
                Some(param) => self.choose(&param.name, &param.label),
                None => self.unknown(),
            }),
            Node::Given { name, .. } => ExprNode::Name(named(name)),
            Node::Column(position) => ExprNode::Name(named(&format!("column {}", position + 1))),
            Node::RecordNumber => ExprNode::Name(self.word(words::ROW)),
            Node::Not(inner) => ExprNode::Not(self.boxed(inner)),
            Node::And(parts) => ExprNode::And(self.list(parts)),
            Node::Or(parts) => ExprNode::Or(self.list(parts)),
            Node::AtLeast { count, of } => ExprNode::AtLeast {
                count: *count,
                of: self.list(of),
            },
            Node::Convert(inner) => self.node(inner),
            Node::If {
                condition,
                then,
                otherwise,
            } => ExprNode::If {
                condition: self.boxed(condition),
                then: self.boxed(then),
                otherwise: self.boxed(otherwise),
            },
            Node::Case { arms, otherwise } => self.case(arms, otherwise.as_deref()),
            other => self.compare(other),
        }
    }

    fn compare(&self, node: &Node) -> ExprNode {
        match node {
            Node::Compare { op, left, right } => ExprNode::Compare {
                op: *op,
                left: self.boxed(left),
                right: self.boxed(right),
            },
            Node::Between {
                value,
                low,
                low_included,
                high,
                high_included,
                negated,
            } => ExprNode::Between {
                value: self.boxed(value),
                low: self.boxed(low),
                low_included: *low_included,
                high: self.boxed(high),
                high_included: *high_included,
                negated: *negated,
            },
            Node::In {
                value,
                choices,
                negated,
            } => ExprNode::In {
                value: self.boxed(value),
                choices: choices.iter().map(|choice| self.choice(choice)).collect(),
                negated: *negated,
            },
            Node::InWindow {
                value,
                window,
                negated,
            } => match self.window(window) {
                Some(window) => ExprNode::InWindow {
                    value: self.boxed(value),
                    window: Box::new(window),
                    negated: *negated,
                },
                None => ExprNode::IsMissing {
                    value: self.boxed(value),
                    negated: !negated,
                },
            },
            Node::IsMissing { value, negated } => ExprNode::IsMissing {
                value: self.boxed(value),
                negated: *negated,
            },
            other => self.tested(other),
        }
    }

    fn tested(&self, node: &Node) -> ExprNode {
        match node {
            Node::TextTest {
                op,
                folded,
                value,
                pattern,
            } => self.text_test(*op, *folded, value, self.boxed(pattern)),
            Node::Matches {
                folded,
                value,
                pattern,
            } => {
                let pattern = at(ExprNode::Text(pattern.to_string()));
                self.text_test(TextOp::Matches, *folded, value, Box::new(pattern))
            }
            Node::SetContains {
                folded,
                set,
                member,
            } => self.text_test(TextOp::Contains, *folded, set, self.boxed(member)),
            other => self.arithmetic(other),
        }
    }

    fn text_test(&self, op: TextOp, folded: bool, value: &Typed, pattern: Box<Expr>) -> ExprNode {
        ExprNode::TextTest {
            op,
            folded,
            value: self.boxed(value),
            pattern,
        }
    }

    fn arithmetic(&self, node: &Node) -> ExprNode {
        match node {
            Node::Default { value, fallback } => ExprNode::Default {
                value: self.boxed(value),
                fallback: self.boxed(fallback),
            },
            Node::Arithmetic { op, left, right } => ExprNode::Arithmetic {
                op: *op,
                left: self.boxed(left),
                right: self.boxed(right),
            },
            Node::Negate(inner) => ExprNode::Negate(self.boxed(inner)),
            Node::DateAdd { base, count, unit } => {
                let (op, count) = if *count < 0 {
                    (ArithmeticOp::Subtract, count.saturating_neg())
                } else {
                    (ArithmeticOp::Add, *count)
                };
                ExprNode::Arithmetic {
                    op,
                    left: self.boxed(base),
                    right: Box::new(at(ExprNode::Span { count, unit: *unit })),
                }
            }
            Node::DaysBetween { left, right } => ExprNode::Arithmetic {
                op: ArithmeticOp::Subtract,
                left: self.boxed(left),
                right: self.boxed(right),
            },
            Node::Since { unit, from } => ExprNode::Since {
                unit: *unit,
                from: self.boxed(from),
            },
            other => self.called(other),
        }
    }

    fn case(&self, arms: &[(Typed, Typed)], otherwise: Option<&Typed>) -> ExprNode {
        let arms = arms.iter().map(|(condition, value)| CaseArm {
            condition: Some(self.expr(condition)),
            value: self.expr(value),
        });
        let otherwise = otherwise.map(|value| CaseArm {
            condition: None,
            value: self.expr(value),
        });
        ExprNode::Case(arms.chain(otherwise).collect())
    }

    fn choice(&self, choice: &typed::Choice) -> Choice {
        match choice {
            typed::Choice::One(value) => Choice::One(self.expr(value)),
            typed::Choice::Range {
                low,
                high,
                high_included,
            } => Choice::Range {
                low: low.as_ref().map(|end| self.boxed(end)),
                high: high.as_ref().map(|end| self.boxed(end)),
                high_included: *high_included,
                span: Span::default(),
            },
        }
    }

    /// `None` for [`typed::Window::All`].
    fn window(&self, window: &typed::Window) -> Option<Window> {
        use typed::Window as From;
        let node = match window {
            From::All => return None,
            From::Last { count, unit, whole } => WindowNode::Last {
                count: *count,
                unit: *unit,
                whole: *whole,
            },
            From::Previous { count, unit } => WindowNode::Previous {
                count: *count,
                unit: *unit,
            },
            From::Rolling { count, unit } => WindowNode::Rolling {
                count: *count,
                unit: *unit,
            },
            From::Next { count, unit } => WindowNode::Next {
                count: *count,
                unit: *unit,
            },
            From::This(unit) => WindowNode::This(*unit),
            From::PreviousCalendar(unit) => WindowNode::PreviousCalendar(*unit),
            From::Since(from) => WindowNode::Since(self.boxed(from)),
            From::Before(to) => WindowNode::Before(self.boxed(to)),
            From::Between(low, high) => WindowNode::Between(self.boxed(low), self.boxed(high)),
            From::WithinAfter { count, unit, from } => WindowNode::WithinAfter {
                count: *count,
                unit: *unit,
                from: self.boxed(from),
            },
        };
        Some(Window {
            node,
            span: Span::default(),
        })
    }

    fn value(&self, value: &Value, kind: &Kind) -> ExprNode {
        match value {
            Value::Bool(value) => ExprNode::Bool(*value),
            Value::Int(value) => number(&value.to_string()),
            Value::Number(value) => number(&value.to_string()),
            Value::Money(value) => number(&value.to_string()),
            Value::Text(value) => ExprNode::Text(value.to_string()),
            Value::Enum(code) => self.enum_value(*code, kind),
            Value::Date(date) => ExprNode::Date(*date),
            Value::Time(instant) => {
                let (date, second) = self.zone.local(*instant);
                ExprNode::Time(LocalTime { date, second })
            }
            Value::Set(_) => ExprNode::Text(value.display(kind, self.zone)),
        }
    }

    fn enum_value(&self, code: u16, kind: &Kind) -> ExprNode {
        let found = match kind {
            Kind::Enum(values) => values.values.get(code as usize),
            _ => None,
        };
        let Some(value) = found else {
            return ExprNode::Name(self.unknown());
        };
        let name = self.choose(&value.name, &value.label);
        if name.quoted {
            ExprNode::Text(name.text)
        } else {
            ExprNode::Name(name)
        }
    }

    fn calling(&self, name: &str, arguments: Vec<Expr>) -> Call {
        let name = Name {
            text: name.to_owned(),
            quoted: false,
            span: Span::default(),
        };
        Call::plain(name, arguments)
    }
}

/// A number whose digits a decimal cannot hold is shown as text.
fn number(digits: &str) -> ExprNode {
    match Decimal::parse(digits) {
        Some(value) => ExprNode::Number(value),
        None => ExprNode::Text(digits.to_owned()),
    }
}
