//! The schema out of its items: customer, events, holdings, relations.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::limit;
use crate::base::span::Span;
use crate::base::text;
use crate::schema::{Event, Field, Holding, Part, Relation, RelationEnd, Schema};

use super::super::codes;
use super::super::resolve::BuiltIn;
use super::super::suggest;
use super::super::syntax::{FieldSyntax, Item, ItemNode, KindSyntax, Name, Quoted};
use super::declare::{Declarations, Space};

/// Names whose declaration failed, so that using them draws no second report.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Broken {
    /// Names and labels.
    pub(in super::super) words: BTreeSet<String>,
    /// Whether the customer's own block failed: then any name may have been one of its attributes.
    pub(in super::super) customer: bool,
}

impl Broken {
    /// Whether an unknown word may be one of the failed declarations.
    pub(super) fn hides(&self, word: &str) -> bool {
        self.customer || self.words.contains(word)
    }
}

/// Builds everything but the settings.
pub(in super::super) fn schema(
    items: &[&Item],
    declarations: &mut Declarations,
    broken: &mut Broken,
) -> Schema {
    let mut build = Build {
        schema: Schema::default(),
        declarations,
        broken,
    };
    for item in items {
        build.item(item);
    }
    let mut schema = build.schema;
    super::declare_care(items, &mut schema, declarations);
    schema
}

struct Build<'b> {
    schema: Schema,
    declarations: &'b mut Declarations,
    broken: &'b mut Broken,
}

/// A name as shared text.
pub(super) fn shared(name: &Name) -> Arc<str> {
    Arc::from(name.text.as_str())
}

/// A label as shared text.
pub(super) fn label_of(label: Option<&Quoted>) -> Option<Arc<str>> {
    label.map(|label| Arc::from(&*text::nfc(&label.text)))
}

/// The comment above as shared text.
pub(super) fn description_of(description: Option<&String>) -> Option<Arc<str>> {
    description.map(|text| Arc::from(text.as_str()))
}

impl Build<'_> {
    fn item(&mut self, item: &Item) {
        match &item.node {
            ItemNode::Customer { fields } => {
                let reserved = [BuiltIn::Id, BuiltIn::Since, BuiltIn::Myself];
                self.schema.customer_label = label_of(item.label.as_ref());
                for field in fields {
                    self.declarations
                        .reserve(&field.name, &reserved, "every customer");
                    let label = field.label.as_ref();
                    self.declarations
                        .declare(Space::Value, &field.name, label, "an attribute");
                }
                self.schema.attributes = self.fields(fields, true, item.span);
            }
            ItemNode::Event { fields } => self.event(item, fields),
            ItemNode::EventPart { .. } => {
                self.subject(item, "a named part of an event");
                self.not_of_care(item);
            }
            ItemNode::Holding { key, fields } => self.holding(item, key.as_ref(), fields),
            ItemNode::Relation { inverse, to_text } => {
                self.relation(item, inverse.as_ref(), *to_text);
            }
            _ => {}
        }
    }

    fn subject(&mut self, item: &Item, what: &'static str) {
        let reserved = [BuiltIn::Customer, BuiltIn::Record, BuiltIn::Myself];
        self.declarations
            .reserve(&item.name, &reserved, "the language");
        let label = item.label.as_ref();
        self.declarations
            .declare(Space::Subject, &item.name, label, what);
        let kinds =
            self.schema.events.len() + self.schema.holdings.len() + self.schema.relations.len();
        if kinds == limit::FACT_KINDS_MAX {
            self.declarations.found.push(Diagnostic::error(
                codes::TOO_MANY,
                format!(
                    "at most {} events, holdings and relations",
                    limit::FACT_KINDS_MAX
                ),
                item.name.span,
            ));
        }
    }

    fn not_of_care(&mut self, item: &Item) {
        let mut of_care = super::CARE_EVENTS.iter();
        if of_care.any(|(name, _)| *name == item.name.text) {
            let why = "this event is filled by care plans and cannot be declared";
            self.declarations.reserved(&item.name, why);
        }
    }

    fn event(&mut self, item: &Item, fields: &[FieldSyntax]) {
        self.subject(item, "an event");
        self.not_of_care(item);
        let reserved = [
            BuiltIn::At,
            BuiltIn::Id,
            BuiltIn::Customer,
            BuiltIn::Sequence,
        ];
        self.names_of_fields(None, fields, &reserved, "every event");
        let fields = self.fields(fields, false, item.span);
        self.schema.events.push(Event {
            name: shared(&item.name),
            label: label_of(item.label.as_ref()),
            description: description_of(item.description.as_ref()),
            fields,
            span: item.span,
        });
    }

    fn holding(&mut self, item: &Item, key: Option<&Name>, fields: &[FieldSyntax]) {
        self.subject(item, "a holding");
        let reserved = [BuiltIn::At, BuiltIn::Customer, BuiltIn::Key, BuiltIn::Since];
        self.names_of_fields(key, fields, &reserved, "every holding");
        let fields = self.fields(fields, false, item.span);
        self.schema.holdings.push(Holding {
            name: shared(&item.name),
            label: label_of(item.label.as_ref()),
            description: description_of(item.description.as_ref()),
            key: key.map_or_else(|| Arc::from("key"), shared),
            fields,
            span: item.span,
        });
    }

    fn relation(&mut self, item: &Item, inverse: Option<&(Name, Option<Quoted>)>, to_text: bool) {
        self.subject(item, "a relation");
        if to_text {
            let label = item.label.as_ref();
            self.declarations
                .declare(Space::Value, &item.name, label, "a relation to text");
        }
        if let Some((name, label)) = inverse {
            if to_text {
                let finding = Diagnostic::error(
                    codes::KIND_SHAPE,
                    "a relation to text has no way back",
                    name.span,
                );
                self.declarations.found.push(finding);
            }
            self.declarations
                .declare(Space::Subject, name, label.as_ref(), "a relation");
        }
        self.schema.relations.push(Relation {
            name: shared(&item.name),
            label: label_of(item.label.as_ref()),
            description: description_of(item.description.as_ref()),
            inverse: inverse.map(|(name, _)| shared(name)),
            inverse_label: inverse.and_then(|(_, label)| label_of(label.as_ref())),
            end: if to_text {
                RelationEnd::Text
            } else {
                RelationEnd::Customer
            },
            span: item.span,
        });
    }

    fn names_of_fields(
        &mut self,
        key: Option<&Name>,
        fields: &[FieldSyntax],
        reserved: &[BuiltIn],
        place: &str,
    ) {
        let mut names = Declarations::default();
        if let Some(key) = key {
            names.declare(Space::Value, key, None, "the key");
        }
        for field in fields {
            names.reserve(&field.name, reserved, place);
            let label = field.label.as_ref();
            names.declare(Space::Value, &field.name, label, "a field");
        }
        self.declarations.found.append(&mut names.found);
    }

    fn fields(&mut self, fields: &[FieldSyntax], customer: bool, span: Span) -> Vec<Field> {
        if fields.len() > limit::FIELDS_MAX {
            self.declarations.found.push(Diagnostic::error(
                codes::TOO_MANY,
                format!("at most {} fields", limit::FIELDS_MAX),
                span,
            ));
        }
        let mut parts: Vec<Part> = Vec::new();
        let mut built = Vec::with_capacity(fields.len());
        for field in fields {
            let Some(kind) = self.kind(&field.kind.0, field.kind.1) else {
                self.broken.words.insert(field.name.text.clone());
                let label = field.label.iter().map(|label| label.text.clone());
                self.broken.words.extend(label);
                continue;
            };
            let part = field
                .part
                .as_ref()
                .and_then(|part| self.part(part, &kind, customer, &mut parts));
            built.push(Field {
                name: shared(&field.name),
                label: label_of(field.label.as_ref()),
                description: description_of(field.description.as_ref()),
                kind,
                sensitive: field.sensitive,
                part,
                span: field.name.span,
            });
        }
        built
    }

    fn kind(&mut self, kind: &KindSyntax, span: Span) -> Option<Kind> {
        match kind {
            KindSyntax::Plain(kind) => Some(kind.clone()),
            KindSyntax::SetOf(inner) => match self.kind(inner, span)? {
                Kind::Set(_) => {
                    let finding =
                        Diagnostic::error(codes::KIND_SHAPE, "a set holds values, not sets", span);
                    self.declarations.found.push(finding);
                    None
                }
                inner => Some(Kind::Set(Arc::new(inner))),
            },
            KindSyntax::OneOf(values) => self.list(values, span),
        }
    }

    fn list(&mut self, values: &[(Name, Option<Quoted>)], span: Span) -> Option<Kind> {
        if values.is_empty() || values.len() > limit::ENUM_VALUES_MAX {
            self.declarations.found.push(Diagnostic::error(
                codes::TOO_MANY,
                format!("a list has 1 to {} values", limit::ENUM_VALUES_MAX),
                span,
            ));
            return None;
        }
        let mut names = Declarations::default();
        let mut list = Vec::with_capacity(values.len());
        for (name, label) in values {
            names.declare(Space::Value, name, label.as_ref(), "a value of this list");
            list.push(EnumValue {
                name: shared(name),
                label: label_of(label.as_ref()),
            });
        }
        self.declarations.found.append(&mut names.found);
        Some(Kind::Enum(Arc::new(EnumKind { values: list })))
    }

    fn part(
        &mut self,
        name: &Name,
        kind: &Kind,
        customer: bool,
        taken: &mut Vec<Part>,
    ) -> Option<Part> {
        let fault = |message: String, help: String| {
            Diagnostic::error(codes::PART, message, name.span).help(help)
        };
        let found = PARTS
            .iter()
            .find(|(_, word, _)| *word == name.text.to_ascii_lowercase());
        let finding = match found {
            None => {
                let words = || PARTS.iter().map(|(_, word, _)| *word);
                let all = format!("the parts are {}", suggest::some_of(words(), PARTS.len()));
                fault(
                    format!("there is no part `{}`", name.text),
                    suggest::help(&name.text, words(), &all),
                )
            }
            Some(_) if !customer => fault(
                "only the customer's attributes play a part".to_owned(),
                "leave `as …` out".to_owned(),
            ),
            Some((part, word, _)) if taken.contains(part) => fault(
                format!("`{word}` is played by two attributes"),
                "leave it to one of them".to_owned(),
            ),
            Some((_, word, needs)) if !needs.fits(kind) => fault(
                format!("`{word}` is played by {}", needs.describe()),
                "change the kind, or leave `as …` out".to_owned(),
            ),
            Some((part, ..)) => {
                taken.push(*part);
                return Some(*part);
            }
        };
        self.declarations.found.push(finding);
        None
    }
}

/// The kind that a part needs.
#[derive(Clone, Copy)]
enum Needs {
    Text,
    TextOrList,
    Bool,
}

impl Needs {
    fn fits(self, kind: &Kind) -> bool {
        match self {
            Needs::Text => *kind == Kind::Text,
            Needs::TextOrList => matches!(kind, Kind::Text | Kind::Enum(_)),
            Needs::Bool => *kind == Kind::Bool,
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Needs::Text => "a text",
            Needs::TextOrList => "a text or one of a list",
            Needs::Bool => "yes or no",
        }
    }
}

const PARTS: [(Part, &str, Needs); 8] = [
    (Part::Email, "email", Needs::Text),
    (Part::Phone, "phone", Needs::Text),
    (Part::Consent, "consent", Needs::Bool),
    (Part::DoNotContact, "do_not_contact", Needs::Bool),
    (Part::TimeZone, "time_zone", Needs::Text),
    (Part::Language, "language", Needs::TextOrList),
    (Part::Branch, "branch", Needs::TextOrList),
    (Part::Manager, "manager", Needs::TextOrList),
];
