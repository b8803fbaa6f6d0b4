//! `elapsed(a: question, b: reply where b.case = a.case)`: two events with names, and
//! the fields in which an answer is like its question.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::schema::{EventId, FieldId};

use super::super::codes;
use super::super::functions::Entry;
use super::super::resolve::{Counted, field_of, field_words};
use super::super::suggest;
use super::super::syntax::{Call, CompareOp, Expr, ExprNode, Name};
use super::super::typed::{
    Aggregate, AggregateFunction, ELAPSED_FIELDS_MAX, Elapsed, Node, Subject, Typed, Window,
};
use super::{Checker, Scope, describe};

/// A named event.
#[derive(Clone, Copy)]
struct Side<'a> {
    name: &'a str,
    event: EventId,
}

impl Checker<'_> {
    pub(super) fn elapsed(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        span: Span,
    ) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                "a source has no facts yet, so `elapsed` means nothing here",
                call.name.span,
            ));
        }
        let ([from, to], None) = (call.arguments.as_slice(), call.by) else {
            return self.wrong_form(entry, "takes two events", span);
        };
        let mut tags = call
            .tags
            .iter()
            .map(|tag| tag.as_ref().map(|name| &*name.text));
        let from = self.side(from, tags.next().flatten(), entry);
        let to = self.side(to, tags.next().flatten(), entry);
        let (from, to) = (from?, to?);
        if from.name == to.name && !from.name.is_empty() {
            return self.wrong_form(entry, "gives its two events different names", span);
        }
        let mut elapsed = Elapsed {
            answer: to.event,
            equal: [None; ELAPSED_FIELDS_MAX],
        };
        let tests = call.filter.as_deref().map_or_else(Vec::new, parts);
        if tests.len() > ELAPSED_FIELDS_MAX {
            let why = format!("compares at most {ELAPSED_FIELDS_MAX} fields");
            return self.wrong_form(entry, &why, span);
        }
        for (place, test) in elapsed.equal.iter_mut().zip(tests) {
            *place = Some(self.equal_fields(test, from, to, entry)?);
        }
        let window = match &call.window {
            None => Window::All,
            Some(window) => {
                let scope = self.scope.of_customer();
                self.within(scope, |checker| checker.window(window, false))?
            }
        };
        let aggregate = Aggregate {
            function: AggregateFunction::Elapsed(elapsed),
            subject: Subject::Event(from.event),
            name: None,
            field: None,
            filter: None,
            window,
        };
        Some(Typed {
            node: Node::Aggregate(Box::new(aggregate)),
            kind: Kind::Number,
            span,
        })
    }

    fn side<'a>(
        &mut self,
        argument: &Expr,
        tag: Option<&'a str>,
        entry: &'static Entry,
    ) -> Option<Side<'a>> {
        let ExprNode::Name(name) = &argument.node else {
            return self.wrong_form(entry, "takes two events", argument.span);
        };
        match self.world.names.find_subject(&name.text) {
            Some(Counted::Event(event)) => Some(Side {
                name: tag.unwrap_or(""),
                event,
            }),
            Some(_) => self.wrong_form(entry, "takes two events", argument.span),
            None => self.unknown_subject(name, None),
        }
    }

    /// `b.case = a.case`, either way round.
    fn equal_fields(
        &mut self,
        test: &Expr,
        from: Side<'_>,
        to: Side<'_>,
        entry: &'static Entry,
    ) -> Option<(FieldId, FieldId)> {
        let why = "compares a field of the one with a field of the other";
        let ExprNode::Compare {
            op: CompareOp::Equal,
            left,
            right,
        } = &test.node
        else {
            return self.wrong_form(entry, why, test.span);
        };
        let (Some(left), Some(right)) = (named_field(left), named_field(right)) else {
            return self.wrong_form(entry, why, test.span);
        };
        let pair = if left.0 == from.name && right.0 == to.name {
            (left.1, right.1)
        } else if left.0 == to.name && right.0 == from.name {
            (right.1, left.1)
        } else {
            return self.wrong_form(entry, why, test.span);
        };
        let question = self.event_field(from.event, pair.0);
        let answer = self.event_field(to.event, pair.1);
        let (question, answer) = (question?, answer?);
        let same = match (&question.1, &answer.1) {
            (Kind::Enum(one), Kind::Enum(other)) => one.same_values(other),
            (one, other) => one == other,
        };
        if !same || matches!(question.1, Kind::Set(_)) {
            return self.fail(Diagnostic::error(
                codes::MISMATCH,
                format!(
                    "{} and {} do not go together",
                    describe(&question.1),
                    describe(&answer.1)
                ),
                test.span,
            ));
        }
        Some((question.0, answer.0))
    }

    fn event_field(&mut self, event: EventId, name: &Name) -> Option<(FieldId, Kind)> {
        let subject = Subject::Event(event);
        let fields = self.fields(subject);
        if let Some(id) = field_of(fields, &name.text) {
            return Some((id, self.field_kind(subject, id)?));
        }
        let otherwise = format!("it has {}", suggest::some_of(field_words(fields), 12));
        let help = suggest::help(&name.text, field_words(fields), &otherwise);
        let owner = self.subject_name(subject);
        let message = format!("`{owner}` has no field `{}`", name.text);
        self.fail(Diagnostic::error(codes::UNKNOWN_FIELD, message, name.span).help(help))
    }
}

/// The tests that `and` joins.
fn parts(filter: &Expr) -> Vec<&Expr> {
    match &filter.node {
        ExprNode::And(parts) => parts.iter().collect(),
        _ => vec![filter],
    }
}

/// `a.case` as its two names.
fn named_field(expr: &Expr) -> Option<(&str, &Name)> {
    match &expr.node {
        ExprNode::Field { base, field } => match &base.node {
            ExprNode::Name(name) => Some((&name.text, field)),
            _ => None,
        },
        _ => None,
    }
}
