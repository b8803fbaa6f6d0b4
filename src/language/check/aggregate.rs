//! Aggregates over the customer's events and holdings: `sum(purchase.amount where C, W)`.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::functions::{Entry, Gives, Wants};
use super::super::resolve::{BuiltIn, Counted, field_of, field_words};
use super::super::suggest;
use super::super::syntax::{Call, ExprNode, Name};
use super::super::typed::{
    Aggregate, AggregateFunction, EventPartId, Node, Subfield, Subject, Typed, Window,
};
use super::bound::kept;
use super::event_part::with_part;
use super::{Checker, Scope, describe};

/// An aggregate's call, taken apart.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    pub(super) entry: &'static Entry,
    pub(super) function: AggregateFunction,
    pub(super) subject: &'a Name,
    pub(super) field: Option<&'a Name>,
    pub(super) call: &'a Call,
    pub(super) span: Span,
}

impl Checker<'_> {
    /// `taken`: the field after the brackets (`first(purchase).at`).
    pub(super) fn aggregate(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        function: AggregateFunction,
        taken: Option<&Name>,
        span: Span,
    ) -> Option<Typed> {
        let word = entry.name;
        if let Scope::Source(_) = self.scope {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                format!("a source has no facts yet, so `{word}` means nothing here"),
                call.name.span,
            ));
        }
        let function = self.by_units(call, function, span)?;
        let [argument] = call.arguments.as_slice() else {
            return self.fail(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    format!("`{word}` takes one event, holding or relation"),
                    span,
                )
                .help(format!("as in `{}`", entry.example)),
            );
        };
        let (subject, field) = match &argument.node {
            ExprNode::Name(name) => (name, None),
            ExprNode::Field { base, field } => match &base.node {
                ExprNode::Name(name) => (name, Some(field)),
                _ => return self.no_subject(entry, argument.span),
            },
            _ => return self.no_subject(entry, argument.span),
        };
        let shape = Shape {
            entry,
            function,
            subject,
            field: taken.or(field),
            call,
            span,
        };
        if let (Some(extra), Some(_)) = (field, taken) {
            return self.fail(Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                "a field is taken twice",
                extra.span,
            ));
        }
        match self.world.names.find_subject(&subject.text) {
            Some(Counted::Event(id)) => self.over_facts(Subject::Event(id), None, shape),
            Some(Counted::Part(id)) => self.over_part(id, shape),
            Some(Counted::Holding(id)) => self.over_facts(Subject::Holding(id), None, shape),
            Some(Counted::Relation(step)) => self.over_relation(step, shape),
            Some(Counted::Texts(_)) => self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!(
                        "`{}` leads to texts, which are not aggregated",
                        subject.text
                    ),
                    subject.span,
                )
                .help(format!("ask `{} contains \"…\"`", subject.text)),
            ),
            None => self.unknown_subject(subject, field),
        }
    }

    fn no_subject(&mut self, entry: &Entry, span: Span) -> Option<Typed> {
        self.fail(
            Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                format!(
                    "`{}` aggregates an event, a holding or a relation",
                    entry.name
                ),
                span,
            )
            .help(format!("as in `{}`", entry.example)),
        )
    }

    /// Reports a subject that is not declared.
    pub(super) fn unknown_subject<T>(&mut self, name: &Name, field: Option<&Name>) -> Option<T> {
        let word = &name.text;
        if self.world.broken.hides(word) {
            return None;
        }
        let words = self.world.names.subject_words();
        let help = match (suggest::near(word, words), field) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, _) if BuiltIn::of(name) == Some(BuiltIn::Customer) => {
                "a rule is about one customer; `count(customer)` belongs to reports".to_owned()
            }
            (None, None) if self.stands_for_value(name) => {
                format!(
                    "`{word}` is a value of the customer, not an event; use it without an aggregate"
                )
            }
            (None, _) => {
                let words = self.world.names.subject_words();
                match suggest::some_of(words, 8) {
                    known if known.is_empty() => "declare an `event` first".to_owned(),
                    known => format!("declared are {known}"),
                }
            }
        };
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_SUBJECT,
                format!("no event, holding or relation is called `{word}`"),
                name.span,
            )
            .help(help),
        )
    }

    fn over_part(&mut self, id: EventPartId, shape: Shape<'_>) -> Option<Typed> {
        let event = self.event_part(id, shape.subject.span)?;
        self.over_facts(Subject::Event(event), Some(id), shape)
    }

    fn over_facts(
        &mut self,
        subject: Subject,
        part: Option<EventPartId>,
        shape: Shape<'_>,
    ) -> Option<Typed> {
        if shape.function == AggregateFunction::Share && shape.call.filter.is_none() {
            let name = &shape.subject.text;
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    "`share` lacks the condition whose share it tells",
                    shape.span,
                )
                .help(format!("`share({name} where …)`")),
            );
        }
        let other = self.scope.other();
        let field = self.subfield(subject, shape);
        let name = shape.call.tags.first().and_then(Option::as_ref);
        self.fresh_name(name)?;
        let filter = match &shape.call.filter {
            None => Some(None),
            Some(filter) => self
                .within(Scope::Fact { subject, other }, |checker| {
                    checker.under(name, subject, |checker| {
                        checker.condition(filter, "`where`")
                    })
                })
                .map(Some),
        };
        let window = self.aggregate_window(subject, shape);
        let (field, kind) = field?;
        let filter = with_part(part, shape.subject.span, filter?);
        Some(Typed {
            node: Node::Aggregate(Box::new(Aggregate {
                function: shape.function,
                subject,
                name: kept(name),
                field,
                filter,
                window: window?,
            })),
            kind,
            span: shape.span,
        })
    }

    fn aggregate_window(&mut self, subject: Subject, shape: Shape<'_>) -> Option<Window> {
        let Some(window) = &shape.call.window else {
            return Some(Window::All);
        };
        if let Subject::Holding(_) = subject {
            let dated = self
                .fields(subject)
                .iter()
                .find(|field| matches!(field.kind, Kind::Date | Kind::Time))
                .map_or("FIELD", |field| &*field.name);
            return self.fail(
                Diagnostic::error(
                    codes::WINDOW_HOLDING,
                    format!(
                        "`{}` is a holding: it has a state, and no window",
                        shape.subject.text
                    ),
                    window.span,
                )
                .help(format!(
                    "`where {dated} in last 90 days` asks for one of its dates"
                )),
            );
        }
        let scope = self.scope.of_customer();
        self.within(scope, |checker| checker.window(window, false))
    }

    /// What is taken of each fact, and the kind that comes out.
    fn subfield(&mut self, subject: Subject, shape: Shape<'_>) -> Option<(Option<Subfield>, Kind)> {
        let Some(parameter) = shape.entry.parameters.first() else {
            if let Some(field) = shape.field {
                return self.needless_field(shape, field);
            }
            let kind = match shape.entry.gives {
                Gives::Bool => Kind::Bool,
                Gives::Number => Kind::Number,
                _ => Kind::Int,
            };
            return Some((None, kind));
        };
        let Some(name) = shape.field else {
            return self.wanted_field(parameter.wants, subject, shape);
        };
        let (subfield, kind) = self.take(subject, name)?;
        let kind = self.aggregated(shape, parameter.wants, kind, name)?;
        Some((Some(subfield), kind))
    }

    fn needless_field<T>(&mut self, shape: Shape<'_>, field: &Name) -> Option<T> {
        let (word, subject, part) = (shape.entry.name, &shape.subject.text, &field.text);
        let help = match shape.function {
            AggregateFunction::Count => format!(
                "`distinct({subject}.{part})` counts values, `count({subject} where {part} is present)` facts"
            ),
            _ => format!("write `{word}({subject} where {part} …)`"),
        };
        self.fail(
            Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                format!("`{word}` takes facts, not a field of them"),
                field.span,
            )
            .help(help),
        )
    }

    fn wanted_field<T>(&mut self, wants: Wants, subject: Subject, shape: Shape<'_>) -> Option<T> {
        let (word, name) = (shape.entry.name, &shape.subject.text);
        let single = matches!(
            shape.function,
            AggregateFunction::First | AggregateFunction::Last
        );
        let fitting = self
            .fields(subject)
            .iter()
            .filter(|field| field_fits(wants, &field.kind))
            .map(|field| &*field.name)
            .next()
            .unwrap_or(if wants == Wants::Numeric {
                "FIELD"
            } else {
                "at"
            });
        let help = if single {
            format!("take a field of it: `{word}({name}).{fitting}`")
        } else {
            format!("`{word}({name}.{fitting})`")
        };
        let message = if single {
            format!("`{word}({name})` is a whole fact, not a value")
        } else {
            format!("`{word}` needs a field of `{name}`")
        };
        self.fail(Diagnostic::error(codes::AGGREGATE_SHAPE, message, shape.span).help(help))
    }

    /// A field, the instant or the key.
    pub(super) fn take(&mut self, subject: Subject, name: &Name) -> Option<(Subfield, Kind)> {
        if let Some(id) = field_of(self.fields(subject), &name.text) {
            return Some((Subfield::Field(id), self.field_kind(subject, id)?));
        }
        if self.is_key(subject, name) {
            return Some((Subfield::Key, Kind::Text));
        }
        if BuiltIn::of(name) == Some(BuiltIn::At) {
            return Some((Subfield::At, Kind::Time));
        }
        let fields = self.fields(subject);
        let key = self.key_name(subject);
        let words = || field_words(fields).chain(key).chain(["at"]);
        let otherwise = format!("it has {}", suggest::some_of(words(), 12));
        let help = suggest::help(&name.text, words(), &otherwise);
        let owner = self.subject_name(subject);
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_FIELD,
                format!("`{owner}` has no field `{}`", name.text),
                name.span,
            )
            .help(help),
        )
    }

    /// The kind that an aggregate makes of a field's kind.
    pub(super) fn aggregated(
        &mut self,
        shape: Shape<'_>,
        wants: Wants,
        kind: Kind,
        name: &Name,
    ) -> Option<Kind> {
        if !field_fits(wants, &kind) {
            return self.fail(
                Diagnostic::error(
                    codes::ARGUMENT_KIND,
                    format!(
                        "`{}` takes {}, and `{}` is {}",
                        shape.entry.name,
                        wants.describe(),
                        name.text,
                        describe(&kind)
                    ),
                    name.span,
                )
                .help("`count`, `distinct`, `first` and `last` take any kind"),
            );
        }
        Some(match shape.entry.gives {
            Gives::Field => kind,
            Gives::Mean if kind == Kind::Money => Kind::Money,
            Gives::Mean => Kind::Number,
            Gives::Bool => Kind::Bool,
            _ => Kind::Int,
        })
    }

    pub(super) fn subject_name(&self, subject: Subject) -> &str {
        let schema = self.world.schema;
        match subject {
            Subject::Event(id) => schema.event(id).map_or("", |event| &event.name),
            Subject::Holding(id) => schema.holding(id).map_or("", |holding| &holding.name),
        }
    }
}

fn field_fits(wants: Wants, kind: &Kind) -> bool {
    match wants {
        Wants::Numeric => kind.is_numeric(),
        Wants::Ordered => kind.is_numeric() || matches!(kind, Kind::Date | Kind::Time),
        Wants::Printable => !matches!(kind, Kind::Set(_)),
        _ => true,
    }
}
