//! What may stand at a place of a text: names, words and values of lists that fit there, in
//! the tongue of the text. Taken from the tables and the rule set; no second list.

mod place;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use place::Place;

use super::functions;
use super::layout::tongue_among;
use super::lexicon::Lexicon;
use super::parser::{self, Class, Expected};
use super::typed::{DefinitionKind, Rules};
use super::words::{self, Role, Tongue};
use crate::base::kind::Kind;
use crate::base::limit::COMPLETIONS_MAX;
use crate::schema::Field;

/// What a candidate is, in the order in which they are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CandidateKind {
    /// A value of a list.
    Choice,
    /// A field of a fact.
    Field,
    /// An event, a holding or a relation.
    Subject,
    /// An attribute of the customer.
    Attribute,
    /// A metric, filter or other rule.
    Rule,
    /// A param.
    Param,
    /// A function or an aggregate.
    Function,
    /// A word of the language.
    Word,
}

/// One text that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it is.
    pub kind: CandidateKind,
    /// What is put in.
    pub text: String,
    /// Its kind, its other name, how it is called.
    pub about: String,
}

/// What fits at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// First byte of what is replaced.
    pub start: usize,
    /// One past its last byte: the place asked about.
    pub end: usize,
    /// At most [`COMPLETIONS_MAX`].
    pub candidates: Vec<Candidate>,
}

/// What fits at byte `at` of a text: items of a rule file, or one expression.
pub fn complete(rules: &Rules, text: &str, at: usize, items: bool) -> Completion {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = text.get(..at).unwrap_or("");
    let run = before
        .char_indices()
        .rev()
        .take_while(|(_, letter)| letter.is_alphanumeric() || *letter == '_')
        .last()
        .map_or(at, |(start, _)| start);
    let typed = before.get(run..).unwrap_or("");
    let names = Lexicon::of_rules(rules);
    // Words may touch in Chinese: the longest end of the run that begins something is completed.
    let starts = typed.char_indices().filter(|(start, _)| {
        let end = typed
            .get(..*start)
            .and_then(|head| head.chars().next_back());
        *start == 0 || end.is_some_and(|end| end >= '\u{2e80}' || end.is_ascii_digit())
    });
    let mut starts: Vec<usize> = starts.map(|(start, _)| run + start).collect();
    if starts.is_empty() {
        starts.push(at);
    }
    for start in starts {
        let head = before.get(..start).unwrap_or("");
        let part = before.get(start..).unwrap_or("");
        let found = candidates(rules, &names, head, part, items);
        if !found.is_empty() {
            return Completion {
                start,
                end: at,
                candidates: found,
            };
        }
    }
    Completion {
        start: at,
        end: at,
        candidates: Vec::new(),
    }
}

fn candidates(
    rules: &Rules,
    names: &Lexicon,
    head: &str,
    typed: &str,
    items: bool,
) -> Vec<Candidate> {
    let Some(expected) = parser::expected(head, names) else {
        return Vec::new();
    };
    let dense = typed.starts_with(|letter| letter >= '\u{2e80}');
    let mut found = Found {
        tongue: if dense {
            Tongue::Chinese
        } else {
            tongue_among(head, names)
        },
        typed: typed.to_lowercase(),
        texts: BTreeMap::new(),
    };
    if items && (head.is_empty() || head.ends_with('\n')) {
        found.words(|word| word.role == Role::Item);
    } else {
        found.of_place(rules, &Place::of(rules, names, head), expected);
    }
    let texts = found.texts.into_iter().take(COMPLETIONS_MAX);
    texts
        .map(|((kind, text), about)| Candidate { kind, text, about })
        .collect()
}

/// Candidates as they are gathered.
struct Found {
    tongue: Tongue,
    /// What was typed, in small letters.
    typed: String,
    /// What each says of itself.
    texts: BTreeMap<(CandidateKind, String), String>,
}

impl Found {
    fn fits(&self, text: &str) -> bool {
        !text.is_empty() && text.to_lowercase().starts_with(&self.typed)
    }

    fn put(&mut self, kind: CandidateKind, text: &str, about: impl Into<String>) {
        if self.fits(text) && text.to_lowercase() != self.typed {
            let place = self.texts.entry((kind, text.to_owned()));
            place.or_insert_with(|| about.into());
        }
    }

    /// A name by the one of its two forms that the tongue prefers, or that was begun.
    fn named(&mut self, kind: CandidateKind, name: &str, label: Option<&str>, about: &str) {
        let (first, second) = match (self.tongue, label) {
            (Tongue::Chinese, Some(label)) => (label, name),
            (_, label) => (name, label.unwrap_or("")),
        };
        if self.fits(first) {
            self.put(kind, first, format!("{second} {about}").trim());
        } else {
            self.put(kind, second, format!("{first} {about}").trim());
        }
    }

    fn words(&mut self, wanted: impl Fn(&words::Word) -> bool) {
        let other = |tongue| match tongue {
            Tongue::English => Tongue::Chinese,
            Tongue::Chinese => Tongue::English,
        };
        for word in words::ALL.iter().filter(|word| wanted(word)) {
            let said = word.text(self.tongue);
            self.put(CandidateKind::Word, said, word.text(other(self.tongue)));
        }
    }

    fn of_place(&mut self, rules: &Rules, place: &Place<'_>, expected: Expected) {
        if expected.field {
            match place.base {
                Some(fields) => self.fields(CandidateKind::Field, fields),
                None if place.of_self => {
                    self.fields(CandidateKind::Attribute, &rules.schema.attributes);
                }
                None => {}
            }
            return;
        }
        if expected.relation {
            self.relations(rules);
        }
        if expected.unit {
            self.words(|word| word.role == Role::Unit);
        }
        if expected.value {
            self.values(rules, place);
        }
        if expected.joint {
            let joins = [Class::Infix, Class::Postfix, Class::Either, Class::By];
            // Of windows only Chinese ends stand behind a value: X 之前.
            let chinese = self.tongue == Tongue::Chinese;
            self.words(|word| {
                let classes = parser::classes_of(word);
                (chinese || word.role != Role::Window)
                    && classes.iter().any(|class| joins.contains(class))
            });
        }
    }

    fn values(&mut self, rules: &Rules, place: &Place<'_>) {
        if let Some(Kind::Enum(values)) = &place.compared {
            for value in &values.values {
                self.named(
                    CandidateKind::Choice,
                    &value.name,
                    value.label.as_deref(),
                    "",
                );
            }
            // Beside a list its values are meant; other names come when one is begun.
            if self.typed.is_empty() {
                return;
            }
        }
        if place.counted {
            self.subjects(rules);
        }
        if let Some(fields) = place.fact {
            self.fields(CandidateKind::Field, fields);
        }
        self.fields(CandidateKind::Attribute, &rules.schema.attributes);
        for definition in &rules.definitions {
            let about = match definition.kind {
                DefinitionKind::Filter => "a filter",
                _ => definition.expression.kind.describe(),
            };
            let label = definition.label.as_deref();
            self.named(CandidateKind::Rule, &definition.name, label, about);
        }
        for param in &rules.params {
            let about = param.kind.describe();
            self.named(
                CandidateKind::Param,
                &param.name,
                param.label.as_deref(),
                about,
            );
        }
        self.functions();
        let opens = [Class::Prefix, Class::Quantifier, Class::Value, Class::Call];
        self.words(|word| {
            let is_function = matches!(
                word.role,
                Role::Aggregate | Role::Function | Role::LaterFunction | Role::Kind
            );
            !is_function
                && parser::classes_of(word)
                    .iter()
                    .any(|class| opens.contains(class))
        });
    }

    fn functions(&mut self) {
        for entry in functions::TABLE {
            self.put(
                CandidateKind::Function,
                entry.word(self.tongue),
                entry.shape(),
            );
        }
    }

    fn fields(&mut self, kind: CandidateKind, fields: &[Field]) {
        for field in fields {
            self.named(
                kind,
                &field.name,
                field.label.as_deref(),
                field.kind.describe(),
            );
        }
    }

    fn subjects(&mut self, rules: &Rules) {
        let schema = &rules.schema;
        let kind = CandidateKind::Subject;
        for event in &schema.events {
            self.named(kind, &event.name, event.label.as_deref(), "an event");
        }
        for holding in &schema.holdings {
            self.named(kind, &holding.name, holding.label.as_deref(), "a holding");
        }
        self.relations(rules);
    }

    fn relations(&mut self, rules: &Rules) {
        let kind = CandidateKind::Subject;
        for relation in &rules.schema.relations {
            self.named(
                kind,
                &relation.name,
                relation.label.as_deref(),
                "a relation",
            );
            if let Some(inverse) = &relation.inverse {
                self.named(
                    kind,
                    inverse,
                    relation.inverse_label.as_deref(),
                    "a relation",
                );
            }
        }
    }
}
