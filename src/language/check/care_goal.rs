//! Goals are about the time since the customer entered: each aggregate of events without a window
//! of its own gets that time as its window, also behind a metric's name, and sequences only see
//! events of that time.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::recursion::deep;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::{EventId, FieldId, Schema};

use super::super::codes;
use super::super::typed::{
    Aggregate, AggregateFunction, CareLength, CarePlan, CompareOp, Definition, FollowedStep, Node,
    Subfield, Subject, Typed, Window,
};
use super::care::CARE_EVENTS;
use super::walk::each_part_mut;
use super::{boolean, literal};

/// Binds the goal of a plan to its entries.
pub(in super::super) fn bind(
    plan: &mut CarePlan,
    schema: &Schema,
    definitions: &[Definition],
    found: &mut Vec<Diagnostic>,
) {
    let name = Arc::clone(&plan.name);
    let Some(goal) = &mut plan.goal else {
        return;
    };
    let mut events = schema.events.iter();
    let entered = CARE_EVENTS.first().and_then(|(word, _)| {
        let at = events.position(|event| &*event.name == *word)?;
        u16::try_from(at).ok().map(EventId)
    });
    let Some(entered) = entered else {
        return;
    };
    let binding = Binding {
        entered,
        plan: name,
        within: goal.within,
        definitions,
    };
    binding.bind(&mut goal.condition, false, found);
}

struct Binding<'d> {
    entered: EventId,
    plan: Arc<str>,
    within: CareLength,
    definitions: &'d [Definition],
}

impl Binding<'_> {
    /// `other`: whether the expression is about a related customer.
    fn bind(&self, typed: &mut Typed, other: bool, found: &mut Vec<Diagnostic>) {
        let span = typed.span;
        if let Node::Definition(id) = &typed.node
            && let Some(definition) = self.definitions.get(id.0 as usize)
        {
            let mut written_out = definition.expression.clone();
            written_out.span = span;
            if other {
                // Nothing of it changes, and written out `self` would be whose goal this is.
                self.bind_parts(&mut written_out, true, found);
                return;
            }
            *typed = written_out;
        }
        self.bind_parts(typed, other, found);
    }

    fn bind_parts(&self, typed: &mut Typed, other: bool, found: &mut Vec<Diagnostic>) {
        let far = match typed.node {
            // Inside, what has no window is read over each unit.
            Node::Periods { .. } => return,
            Node::Related { .. } | Node::RelatedAggregate { .. } => true,
            Node::OfSelf(_) => false,
            _ => other,
        };
        each_part_mut(typed, &mut |part| deep(|| self.bind(part, far, found)));
        let span = typed.span;
        match &mut typed.node {
            Node::Aggregate(aggregate)
                if matches!(aggregate.subject, Subject::Event(_))
                    && aggregate.window == Window::All =>
            {
                if other {
                    found.push(
                        Diagnostic::error(
                            codes::WINDOW,
                            "in a goal, what related customers did wants a window of its own",
                            span,
                        )
                        .help("as in `any spouse (any(purchase, last 30 days))`"),
                    );
                } else {
                    aggregate.window = self.window(span);
                }
            }
            Node::Followed(_) if other => found.push(
                Diagnostic::error(
                    codes::WINDOW,
                    "in a goal, a sequence of what related customers did has no time to count in",
                    span,
                )
                .help("ask for one event, as in `any spouse (any(purchase, last 30 days))`"),
            ),
            Node::Followed(followed) => {
                for step in &mut followed.steps {
                    self.in_time(step, span);
                }
            }
            _ => {}
        }
    }

    /// Only events in the time of the goal, as every aggregate has it.
    fn in_time(&self, step: &mut FollowedStep, span: Span) {
        let at = Typed {
            node: Node::At,
            kind: Kind::Time,
            span,
        };
        let in_time = Node::InWindow {
            value: Box::new(at),
            window: Box::new(self.window(span)),
            negated: false,
        };
        let in_time = boolean(in_time, span);
        step.filter = Some(match step.filter.take() {
            Some(filter) => boolean(Node::And(vec![in_time, filter]), span),
            None => in_time,
        });
    }

    fn window(&self, span: Span) -> Window {
        let end = Typed {
            node: Node::DateAdd {
                base: Box::new(self.entry(span)),
                count: self.within.count,
                unit: self.within.unit,
            },
            kind: Kind::Time,
            span,
        };
        Window::Between(Box::new(self.entry(span)), Box::new(end))
    }

    /// `last(campaign_entered where plan = "NAME").at`
    fn entry(&self, span: Span) -> Typed {
        let field = Typed {
            node: Node::Field(FieldId(0)),
            kind: Kind::Text,
            span,
        };
        let name = literal(Value::Text(Arc::clone(&self.plan)), Kind::Text, span);
        let of_plan = Node::Compare {
            op: CompareOp::Equal,
            left: Box::new(field),
            right: Box::new(name),
        };
        Typed {
            node: Node::Aggregate(Box::new(Aggregate {
                function: AggregateFunction::Last,
                subject: Subject::Event(self.entered),
                name: None,
                field: Some(Subfield::At),
                filter: Some(boolean(of_plan, span)),
                window: Window::All,
            })),
            kind: Kind::Time,
            span,
        }
    }
}
