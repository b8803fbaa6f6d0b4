//! Names where a value is wanted: values of a list first where the place wants one,
//! then the fact's fields, then the customer's names and the rules'.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::{Field, FieldId};
use std::sync::Arc;

use super::super::codes;
use super::super::resolve::{BuiltIn, Counted, Named, field_of, field_words};
use super::super::suggest;
use super::super::syntax::Name;
use super::super::typed::{Node, Subject, Typed};
use super::{Checker, Scope, Want, literal};

impl<'r> Checker<'r> {
    pub(super) fn name(&mut self, name: &Name, want: Want<'_>) -> Option<Typed> {
        if let Some(Kind::Enum(values)) = want.kind()
            && let Some(code) = values.find(&name.text)
        {
            if self.stands_for_value(name) {
                self.found.push(
                    Diagnostic::warning(
                        codes::CHOICE_AND_NAME,
                        format!(
                            "`{}` is a value of the list here, and also a name",
                            name.text
                        ),
                        name.span,
                    )
                    .saying("read as the value of the list")
                    .help(format!(
                        "write \"{}\" to mean the value of the list",
                        name.text
                    )),
                );
            }
            let kind = Kind::Enum(values.clone());
            return Some(literal(Value::Enum(code), kind, name.span));
        }
        if let Scope::Group = self.scope {
            return self.name_in_group(name);
        }
        if let Scope::Source(source) = self.scope {
            return match self.measure_at_row(name) {
                Some(measure) if !self.stands_for_value(name) => Some(measure),
                _ => self.column(source, name, want),
            };
        }
        if let Some(typed) = self.field_of_fact(name) {
            return Some(typed);
        }
        match self.world.names.find_value(&name.text) {
            Some(named) => self.named(named, name.span),
            None => self.built_in(name, want),
        }
    }

    fn field_of_fact(&self, name: &Name) -> Option<Typed> {
        let Scope::Fact { subject, .. } = self.scope else {
            return None;
        };
        let span = name.span;
        if let Some(id) = field_of(self.fields(subject), &name.text) {
            let kind = self.field_kind(subject, id)?;
            return Some(Typed {
                node: Node::Field(id),
                kind,
                span,
            });
        }
        if self.is_key(subject, name) {
            return Some(Typed {
                node: Node::Key,
                kind: Kind::Text,
                span,
            });
        }
        (BuiltIn::of(name) == Some(BuiltIn::At)).then_some(Typed {
            node: Node::At,
            kind: Kind::Time,
            span,
        })
    }

    pub(super) fn named(&mut self, named: Named, span: Span) -> Option<Typed> {
        let (node, kind) = match named {
            Named::Attribute(id) => {
                let kind = self.world.schema.attribute(id)?.kind.clone();
                (Node::Attribute(id), kind)
            }
            Named::Texts(id) => (Node::RelationTexts(id), Kind::Set(Arc::new(Kind::Text))),
            Named::Param(id) => {
                self.used_params.insert(id);
                let kind = self.world.params.get(id.0 as usize)?.kind.clone();
                (Node::Param(id), kind)
            }
            Named::Definition(id) => {
                self.used_definitions.insert(id);
                (Node::Definition(id), self.definition(id, span)?)
            }
        };
        Some(Typed { node, kind, span })
    }

    fn built_in(&mut self, name: &Name, want: Want<'_>) -> Option<Typed> {
        let not_here = |message: &str| Diagnostic::error(codes::NOT_HERE, message, name.span);
        match BuiltIn::of(name) {
            Some(BuiltIn::Id) => Some(Typed {
                node: Node::CustomerId,
                kind: Kind::Text,
                span: name.span,
            }),
            Some(BuiltIn::At) => self.fail(
                not_here("`at` is the instant of a fact, known only inside `where`")
                    .help("take it of one fact: `last(EVENT).at`"),
            ),
            Some(BuiltIn::Row) => self.fail(not_here("`row` is known only inside a source")),
            Some(BuiltIn::Myself) => self.fail(
                not_here("`self` is the customer asked about, not a value")
                    .help("take an attribute of it: `self.NAME`"),
            ),
            _ => self.unknown_name(name, want),
        }
    }

    fn unknown_name(&mut self, name: &Name, want: Want<'_>) -> Option<Typed> {
        if self.is_bound(name) {
            return self.bound_as_value(name);
        }
        if let Some(measure) = self.measure_at_row(name) {
            return Some(measure);
        }
        if let Some(counted) = self.world.names.find_subject(&name.text) {
            return self.subject_as_value(name, counted);
        }
        if self.world.broken.hides(&name.text) {
            return None;
        }
        let fields = match self.scope {
            Scope::Fact { subject, .. } => self.fields(subject),
            _ => &[],
        };
        let key = match self.scope {
            Scope::Fact { subject, .. } => self.key_name(subject),
            _ => None,
        };
        let words = || {
            field_words(fields)
                .chain(key)
                .chain(self.world.names.value_words())
        };
        if let Some(Kind::Enum(values)) = want.kind() {
            let values = values.clone();
            let beside = suggest::near(&name.text, words()).map(str::to_owned);
            return self.unknown_choice(&name.text, &values, beside, name.span);
        }
        let otherwise = "declare it, or quote it if a text is meant";
        let help = suggest::help_with_rule(&name.text, words(), otherwise);
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("nothing is called `{}` here", name.text),
                name.span,
            )
            .help(help),
        )
    }

    fn subject_as_value<T>(&mut self, name: &Name, counted: Counted) -> Option<T> {
        let word = &name.text;
        let (what, help) = match counted {
            Counted::Event(_) | Counted::Part(_) => (
                "an event",
                format!("count it: `count({word})`, or take a field: `last({word}).at`"),
            ),
            Counted::Holding(_) => (
                "a holding",
                format!("count it: `count({word})`, or take a field: `last({word}).at`"),
            ),
            Counted::Relation(_) | Counted::Texts(_) => (
                "a relation",
                format!("ask `any {word} (…)` or `count({word})`"),
            ),
        };
        self.fail(
            Diagnostic::error(
                codes::NOT_A_VALUE,
                format!("`{word}` is {what}, not a value"),
                name.span,
            )
            .help(help),
        )
    }

    /// Whether the name would stand for something were no list wanted.
    pub(super) fn stands_for_value(&self, name: &Name) -> bool {
        match self.scope {
            Scope::Source(source) => self
                .raw
                .get(source)
                .and_then(|raw| raw.header.as_ref())
                .is_some_and(|header| header.contains(&name.text)),
            _ => {
                self.field_of_fact(name).is_some()
                    || self.world.names.find_value(&name.text).is_some()
                    || matches!(BuiltIn::of(name), Some(BuiltIn::Id))
            }
        }
    }

    /// The kind of a name if it stands for a value, reporting nothing new about it.
    pub(super) fn kind_of_name(&mut self, name: &Name) -> Option<Kind> {
        if let Scope::Group = self.scope {
            return self.column_kind(&name.text);
        }
        if let Scope::Source(_) = self.scope {
            return match self.column_kind(&name.text) {
                Some(kind) if self.at_row && !self.stands_for_value(name) => Some(kind),
                _ => Some(Kind::Text),
            };
        }
        if let Some(typed) = self.field_of_fact(name) {
            return Some(typed.kind);
        }
        match self.world.names.find_value(&name.text) {
            Some(Named::Definition(id)) => self.definition(id, name.span),
            Some(Named::Attribute(id)) => Some(self.world.schema.attribute(id)?.kind.clone()),
            Some(Named::Param(id)) => Some(self.world.params.get(id.0 as usize)?.kind.clone()),
            _ if self.at_row => self.column_kind(&name.text),
            _ => None,
        }
    }

    /// The fields of an event or a holding.
    pub(super) fn fields(&self, subject: Subject) -> &'r [Field] {
        let schema = self.world.schema;
        match subject {
            Subject::Event(id) => schema.event(id).map_or(&[], |event| &event.fields),
            Subject::Holding(id) => schema.holding(id).map_or(&[], |holding| &holding.fields),
        }
    }

    pub(super) fn field_kind(&self, subject: Subject, id: FieldId) -> Option<Kind> {
        self.fields(subject)
            .get(id.0 as usize)
            .map(|field| field.kind.clone())
    }

    /// What the key of a holding is called.
    pub(super) fn key_name(&self, subject: Subject) -> Option<&'r str> {
        match subject {
            Subject::Event(_) => None,
            Subject::Holding(id) => Some(&self.world.schema.holding(id)?.key),
        }
    }

    /// Whether the name is that of the holding's key.
    pub(super) fn is_key(&self, subject: Subject, name: &Name) -> bool {
        self.key_name(subject)
            .is_some_and(|key| *key == *name.text || BuiltIn::of(name) == Some(BuiltIn::Key))
    }
}
