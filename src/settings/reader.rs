//! Reads the tables of a TOML text key by key and notes what is wrong with their places. Keys
//! that nobody asked for are faults. Knows nothing of what the keys mean.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::{SourceId, Span};

/// What was found wrong so far, in one text.
pub(super) struct Faults {
    source: SourceId,
    pub(super) found: Vec<Diagnostic>,
}

impl Faults {
    pub(super) fn new(source: SourceId) -> Self {
        Self {
            source,
            found: Vec::new(),
        }
    }

    /// A place of the text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.source, place(range.start), place(range.end))
    }

    /// Notes a fault.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        place: Span,
        help: impl Into<String>,
    ) {
        self.found
            .push(Diagnostic::error(code, message, place).help(help));
    }
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// One table and the keys that were asked for.
pub(super) struct Table<'t> {
    entries: &'t DeTable<'t>,
    /// As a message names it: `[channel.email]`.
    name: String,
    span: Span,
    asked: BTreeSet<&'static str>,
}

impl<'t> Table<'t> {
    pub(super) fn new(entries: &'t DeTable<'t>, name: impl Into<String>, span: Span) -> Self {
        Self {
            entries,
            name: name.into(),
            span,
            asked: BTreeSet::new(),
        }
    }

    /// Where the table stands.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    fn value(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.insert(key);
        self.entries.get(key)
    }

    fn wrong<T>(
        &self,
        faults: &mut Faults,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
    ) -> Option<T> {
        let place = faults.span(value.span());
        faults.error(
            codes::WRONG_VALUE,
            format!("`{key}` in {} is not {wanted}", self.name),
            place,
            format!("write {wanted}"),
        );
        None
    }

    /// A text that is not empty and holds no control characters.
    pub(super) fn text(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
    ) -> Option<Placed<String>> {
        let value = self.value(key)?;
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() && !text.chars().any(char::is_control) => {
                Some(Placed {
                    value: text.to_owned(),
                    span: faults.span(value.span()),
                })
            }
            _ => self.wrong(faults, key, value, "a text in quotes on one line"),
        }
    }

    /// A text that must be there.
    pub(super) fn text_wanted(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
    ) -> Option<Placed<String>> {
        let text = self.text(faults, key);
        self.must(faults, key);
        text
    }

    /// Notes it if the key is missing.
    pub(super) fn must(&self, faults: &mut Faults, key: &'static str) {
        if !self.entries.contains_key(key) {
            faults.error(
                codes::MISSING_KEY,
                format!("{} has no `{key}`", self.name),
                self.span,
                format!("add a line `{key} = …`"),
            );
        }
    }

    /// A whole number within a range.
    pub(super) fn number(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<u64> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|number| {
            u64::from_str_radix(number.as_str().trim_start_matches('+'), number.radix()).ok()
        });
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => {
                let wanted = format!("a whole number from {} to {}", range.start(), range.end());
                self.wrong(faults, key, value, &wanted)
            }
        }
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let value = self.value(key)?;
        let found = value.get_ref().as_str().and_then(|word| {
            choices
                .iter()
                .find(|(choice, _)| *choice == word)
                .map(|(_, meaning)| *meaning)
        });
        if found.is_none() {
            let words: Vec<String> = choices
                .iter()
                .map(|(word, _)| format!("\"{word}\""))
                .collect();
            return self.wrong(faults, key, value, &format!("one of {}", words.join(", ")));
        }
        found
    }

    /// A list of texts.
    pub(super) fn texts(
        &mut self,
        faults: &mut Faults,
        key: &'static str,
    ) -> Option<Vec<Placed<String>>> {
        let value = self.value(key)?;
        let texts: Option<Vec<Placed<String>>> = value.get_ref().as_array().and_then(|items| {
            items
                .iter()
                .map(|item| {
                    let text = item.get_ref().as_str()?;
                    (!text.trim().is_empty()).then(|| Placed {
                        value: text.to_owned(),
                        span: faults.span(item.span()),
                    })
                })
                .collect()
        });
        match texts {
            Some(texts) => Some(texts),
            None => self.wrong(faults, key, value, "a list of texts, `[\"…\", \"…\"]`"),
        }
    }

    /// A table below this one.
    pub(super) fn table(&mut self, faults: &mut Faults, key: &'static str) -> Option<Table<'t>> {
        let value = self.value(key)?;
        match value.get_ref().as_table() {
            Some(entries) => Some(Table::new(
                entries,
                format!("[{key}]"),
                faults.span(value.span()),
            )),
            None => self.wrong(faults, key, value, &format!("a section, `[{key}]`")),
        }
    }

    /// Every table below this one, whatever its name, sorted by name.
    pub(super) fn tables(mut self, faults: &mut Faults, kind: &str) -> Vec<(String, Table<'t>)> {
        let mut found = Vec::new();
        let entries = self.entries;
        for (key, value) in entries {
            let name = key.get_ref();
            match value.get_ref().as_table() {
                Some(entries) => {
                    let place = faults.span(key.span());
                    let shown = format!("[{kind}.{name}]");
                    found.push((name.to_string(), Table::new(entries, shown, place)));
                }
                None => {
                    let wanted = format!("a section, `[{kind}.{name}]`");
                    self.wrong::<()>(faults, name, value, &wanted);
                }
            }
        }
        self.asked.clear();
        found
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self, faults: &mut Faults) {
        let known: Vec<String> = self.asked.iter().map(|key| format!("`{key}`")).collect();
        for (key, _) in self.entries {
            if self.asked.contains(key.get_ref().as_ref()) {
                continue;
            }
            let place = faults.span(key.span());
            faults.error(
                codes::UNKNOWN_KEY,
                format!("`{}` means nothing in {}", key.get_ref(), self.name),
                place,
                format!("known here: {}", known.join(", ")),
            );
        }
    }
}

/// The text as tables; faults of the form are noted.
pub(super) fn parse<'t>(text: &'t str, faults: &mut Faults) -> Spanned<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = faults.span(error.span().unwrap_or(0..0));
        faults.error(
            codes::NO_TOML,
            format!("the settings cannot be read: {}", error.message()),
            place,
            "settings are TOML: sections in brackets, lines `key = value`, texts in quotes",
        );
    }
    table
}
