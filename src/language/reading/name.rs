//! What things are called: labels where there are some, names with blanks for their lines, and the
//! plurals and articles of English.

use super::{Place, Reader, say};
use crate::language::typed::{
    DefinitionId, DefinitionKind, EventPartId, ParamId, RelationStep, Subfield, Subject,
};
use crate::language::words::{self, Tongue};
use crate::schema::{AttributeId, Field, RelationId};

/// What one and several things of a sort are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noun {
    /// `purchase`, `消费`.
    pub(super) one: String,
    /// `purchases`, `消费`.
    pub(super) many: String,
    /// Whether `who` and not `that` stands for it.
    pub(super) person: bool,
}

impl Noun {
    /// `a purchase`, `an offer`, `消费`.
    pub(super) fn with_article(&self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Chinese => self.one.clone(),
            Tongue::English => {
                let vowel = self
                    .one
                    .starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
                format!("{} {}", if vowel { "an" } else { "a" }, self.one)
            }
        }
    }
}

impl Reader<'_> {
    /// A name or its label, as it is read: the label in its own script, a name with blanks.
    pub(super) fn choose(&self, name: &str, label: Option<&str>) -> String {
        match (self.tongue, label) {
            (Tongue::Chinese, Some(label)) => label.to_owned(),
            (Tongue::English, Some(label)) if is_latin(label) => label.to_owned(),
            (Tongue::Chinese, None) => name.to_owned(),
            (Tongue::English, _) => name.replace('_', " ").trim().to_owned(),
        }
    }

    /// The same in quotes: the names of rules.
    pub(super) fn title(&self, name: &str, label: Option<&str>) -> String {
        format!("“{}”", self.choose(name, label))
    }

    /// A rule's name that stands for a value. Chinese needs no quotes around its own letters.
    pub(super) fn value_name(&self, name: &str, label: Option<&str>) -> String {
        let chosen = self.choose(name, label);
        match self.tongue == Tongue::Chinese && !is_latin(&chosen) {
            true => chosen,
            false => format!("“{chosen}”"),
        }
    }

    pub(super) fn field_name(&self, field: Option<&Field>) -> String {
        field.map_or_else(
            || "?".to_owned(),
            |field| self.choose(&field.name, field.label.as_deref()),
        )
    }

    fn fields(&self, subject: Subject) -> &[Field] {
        let schema = &self.rules.schema;
        match subject {
            Subject::Event(id) => schema.event(id).map(|event| event.fields.as_slice()),
            Subject::Holding(id) => schema.holding(id).map(|holding| holding.fields.as_slice()),
        }
        .unwrap_or_default()
    }

    /// What is taken of a fact: `amount`, `time`.
    pub(super) fn taken(&self, subject: Subject, take: Subfield) -> String {
        match (take, subject) {
            (Subfield::Field(id), _) => self.field_name(self.fields(subject).get(id.0 as usize)),
            (Subfield::At, Subject::Event(_)) => say!(self, "time", "时间"),
            (Subfield::At, Subject::Holding(_)) => say!(self, "start date", "起始日"),
            (Subfield::Key, Subject::Holding(id)) => match self.rules.schema.holding(id) {
                Some(holding) => self.choose(&holding.key, None),
                None => words::KEY.text(self.tongue).to_owned(),
            },
            (Subfield::Key, Subject::Event(_)) => words::KEY.text(self.tongue).to_owned(),
        }
    }

    /// Something of the customer, told from what the facts or records at hand have.
    pub(super) fn of_customer(&self, name: &str) -> String {
        match self.place {
            Place::Customer | Place::Other => name.to_owned(),
            Place::Fact(_) | Place::Record | Place::Group => {
                say!(self, "the customer's {name}", "客户的{name}")
            }
        }
    }

    pub(super) fn attribute(&self, id: AttributeId) -> String {
        let name = self.field_name(self.rules.schema.attribute(id));
        self.of_customer(&name)
    }

    pub(super) fn relation(&self, id: RelationId) -> String {
        match self.rules.schema.relation(id) {
            Some(relation) => self.choose(&relation.name, relation.label.as_deref()),
            None => "?".to_owned(),
        }
    }

    /// The others at the end of a relation.
    pub(super) fn step(&self, step: RelationStep) -> Noun {
        let relation = self.rules.schema.relation(step.relation);
        let name = match relation {
            None => "?".to_owned(),
            Some(relation) => match (&relation.inverse, step.inverse) {
                (Some(inverse), true) => self.choose(inverse, relation.inverse_label.as_deref()),
                _ => self.choose(&relation.name, relation.label.as_deref()),
            },
        };
        self.noun(name, true)
    }

    /// A name in both numbers.
    pub(super) fn noun(&self, name: String, person: bool) -> Noun {
        match self.tongue {
            Tongue::Chinese => Noun {
                many: name.clone(),
                one: name,
                person,
            },
            Tongue::English => {
                // What is called by what happened has no plural of its own.
                let happened =
                    name.ends_with("ed") || name.ends_with("sent") || name.ends_with("done");
                let one = match happened && !person {
                    true => format!("{name} event"),
                    false => name,
                };
                Noun {
                    many: plural(&one),
                    one,
                    person,
                }
            }
        }
    }

    /// Facts of a sort.
    pub(super) fn subject(&self, subject: Subject) -> Noun {
        let schema = &self.rules.schema;
        let found = match subject {
            Subject::Event(id) => schema
                .event(id)
                .map(|event| (&*event.name, event.label.as_deref())),
            Subject::Holding(id) => schema
                .holding(id)
                .map(|holding| (&*holding.name, holding.label.as_deref())),
        };
        let name = found.map_or_else(|| "?".to_owned(), |(name, label)| self.choose(name, label));
        self.noun(name, false)
    }

    /// Events of a named part.
    pub(super) fn part(&self, id: EventPartId) -> Noun {
        let name = match self.rules.event_part(id) {
            Some(part) => self.choose(&part.name, part.label.as_deref()),
            None => "?".to_owned(),
        };
        self.noun(name, false)
    }

    /// A rule by its name; whether it is a filter.
    pub(super) fn definition_name(&self, id: DefinitionId) -> (String, bool) {
        match self.rules.definition(id) {
            None => ("?".to_owned(), false),
            Some(rule) => {
                let filter = rule.kind == DefinitionKind::Filter;
                let name = match filter {
                    true => self.title(&rule.name, rule.label.as_deref()),
                    false => self.value_name(&rule.name, rule.label.as_deref()),
                };
                (name, filter)
            }
        }
    }

    /// A number that rules share, with its value: `“rich from” (50,000)`.
    pub(super) fn param(&self, id: ParamId) -> String {
        match self.rules.param(id) {
            None => "?".to_owned(),
            Some(param) => {
                let name = self.value_name(&param.name, param.label.as_deref());
                let value = self.literal(&param.value, &param.kind);
                say!(self, "{name} ({value})", "{name}（{value}）")
            }
        }
    }

    /// Customers.
    pub(super) fn customer(&self) -> Noun {
        Noun {
            one: say!(self, "customer", "客户"),
            many: say!(self, "customers", "客户"),
            person: true,
        }
    }
}

/// Whether a label is in letters that English is written in.
pub(super) fn is_latin(label: &str) -> bool {
    // Latin letters and their marks end before this one.
    label.chars().all(|letter| letter < '\u{250}')
}

/// The plural of an English noun.
pub(super) fn plural(one: &str) -> String {
    let hissing = ["s", "x", "ch", "sh", "z"];
    if !one.is_ascii() {
        return one.to_owned();
    }
    if hissing.iter().any(|end| one.ends_with(end)) {
        return format!("{one}es");
    }
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{one}s"),
    }
}

/// Whether a name reads like several things: `assets`, `inhabitants`.
pub(super) fn is_plural(name: &str) -> bool {
    let name = name.trim_end_matches('”');
    let ending = ["ss", "us", "is", "as"];
    name.ends_with('s') && !ending.iter().any(|end| name.ends_with(end))
}
