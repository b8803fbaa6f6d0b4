//! Names inside a source: raw columns, the record's number, lookups in other sources.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::resolve::BuiltIn;
use super::super::suggest;
use super::super::syntax::{Call, ExprNode, Name};
use super::super::typed::{Function, Node, SourceFileId, Typed};
use super::super::words;
use super::convert::call_of;
use super::{Checker, Scope, Want, describe};

impl Checker<'_> {
    /// A name inside a source: a raw column, or `row`.
    pub(super) fn column(&mut self, source: usize, name: &Name, want: Want<'_>) -> Option<Typed> {
        if BuiltIn::of(name) == Some(BuiltIn::Row) && !self.stands_for_value(name) {
            return Some(Typed {
                node: Node::RecordNumber,
                kind: Kind::Int,
                span: name.span,
            });
        }
        if matches!(want, Want::Target(_))
            && !name.quoted
            && words::CLEAR.is(&name.text)
            && !self.stands_for_value(name)
        {
            return self.nothing(Node::Clear, "clear", want, name.span);
        }
        let at = self.column_of(source, name)?;
        if let Some(Kind::Enum(values)) = want.kind() {
            let words = values.values.iter().map(|value| &*value.name);
            if let Some(near) = suggest::near(&name.text, words)
                && !self.stands_for_value(name)
            {
                self.found.push(
                    Diagnostic::warning(
                        codes::NEAR_CHOICE,
                        format!("`{}` is read as a column of the file", name.text),
                        name.span,
                    )
                    .help(format!("did you mean the value `{near}`?")),
                );
            }
        }
        Some(Typed {
            node: Node::Column(at),
            kind: Kind::Text,
            span: name.span,
        })
    }

    /// The position of a raw column, noted as used. Reports one that the header lacks.
    fn column_of(&mut self, source: usize, name: &Name) -> Option<u32> {
        let raw = self.raw.get_mut(source)?;
        if let Some(header) = &raw.header
            && !header.contains(&name.text)
        {
            let help = suggest::help(
                &name.text,
                header.iter().map(String::as_str),
                "the header of the source names its columns",
            );
            let finding = Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("the source has no column `{}`", name.text),
                name.span,
            );
            return self.fail(finding.help(help));
        }
        let at = match raw.columns.iter().position(|column| *column == name.text) {
            Some(at) => at,
            None => {
                raw.columns.push(name.text.clone());
                raw.columns.len() - 1
            }
        };
        u32::try_from(at).ok()
    }

    /// `lookup(SOURCE, E).COLUMN`.
    pub(super) fn lookup(&mut self, call: &Call, column: &Name, span: Span) -> Option<Typed> {
        let Scope::Source(_) = self.scope else {
            return self.fail(
                Diagnostic::error(
                    codes::NOT_HERE,
                    "`lookup` reads a file, so it stands only inside a source",
                    call.name.span,
                )
                .help("give the customer an attribute and fill it in the source"),
            );
        };
        if self.source_of_rows().is_some() {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                "a report over the records of a source reads that file alone",
                call.name.span,
            ));
        }
        let [source, key] = call.arguments.as_slice() else {
            return self.fail(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    "`lookup` takes a source and a key",
                    span,
                )
                .help("lookup(SOURCE, KEY).COLUMN"),
            );
        };
        let key = self.infer(key, Want::Hint(&Kind::Text));
        let ExprNode::Name(name) = &source.node else {
            return self.fail(Diagnostic::error(
                codes::UNKNOWN_SOURCE,
                "the first argument of `lookup` is the name of a source",
                source.span,
            ));
        };
        let id = self.source_of(name)?;
        if self.raw.get(id.0 as usize).is_some_and(|raw| !raw.has_key) {
            return self.fail(
                Diagnostic::error(
                    codes::NO_KEY,
                    format!("`{}` has no key to look up", name.text),
                    name.span,
                )
                .help("give that source a `key COLUMN`"),
            );
        }
        let column = self.column_of(id.0 as usize, column)?;
        let key = self.as_text(key?, "a key")?;
        Some(Typed {
            node: Node::Lookup {
                source: id,
                column,
                key: Box::new(key),
            },
            kind: Kind::Text,
            span,
        })
    }

    pub(super) fn source_of(&mut self, name: &Name) -> Option<SourceFileId> {
        if let Some(id) = self.world.names.find_source(&name.text) {
            return Some(id);
        }
        if self.world.broken.hides(&name.text) {
            return None;
        }
        let help = suggest::help(
            &name.text,
            self.world.names.source_words(),
            "declare `source NAME \"FILE\" { … key COLUMN }`",
        );
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_SOURCE,
                format!("no source is called `{}`", name.text),
                name.span,
            )
            .help(help),
        )
    }

    /// Ids and keys are text; a record's number is written as one.
    pub(super) fn as_text(&mut self, typed: Typed, what: &str) -> Option<Typed> {
        match typed.kind {
            Kind::Text => Some(typed),
            Kind::Int => Some(call_of(Function::ToText, typed, Kind::Text)),
            _ if matches!(typed.node, Node::Missing) => Some(Typed {
                kind: Kind::Text,
                ..typed
            }),
            _ => self.fail(
                Diagnostic::error(
                    codes::MISMATCH,
                    format!("{what} is text, and this is {}", describe(&typed.kind)),
                    typed.span,
                )
                .help("`text(…)` makes a text of it"),
            ),
        }
    }
}
