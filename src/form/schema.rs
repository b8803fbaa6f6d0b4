//! What a customer, an event, a holding and a relation have, as programs read it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::kind::Kind;
use crate::language::words::{self, Tongue};
use crate::schema::{Field, Part, RelationEnd, Schema};

/// The kinds of facts that the rules know.
#[derive(Serialize, ToSchema)]
pub struct SchemaForm<'a> {
    time_zone: &'a str,
    customer_label: Option<&'a str>,
    attributes: Vec<FieldForm<'a>>,
    events: Vec<EventForm<'a>>,
    holdings: Vec<HoldingForm<'a>>,
    relations: Vec<RelationForm<'a>>,
}

/// A field with its kind.
#[derive(Serialize, ToSchema)]
struct FieldForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
    description: Option<&'a str>,
    /// As rules write it: `money`, `one of`, `set of text`.
    kind: String,
    /// Of `one of`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<ValueForm<'a>>,
    sensitive: bool,
    /// What it stands for beyond its kind: `email`, `consent`.
    part: Option<&'static str>,
}

/// A value of a `one of` kind.
#[derive(Serialize, ToSchema)]
struct ValueForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
}

/// A kind of event.
#[derive(Serialize, ToSchema)]
struct EventForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
    description: Option<&'a str>,
    fields: Vec<FieldForm<'a>>,
}

/// A kind of holding.
#[derive(Serialize, ToSchema)]
struct HoldingForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
    description: Option<&'a str>,
    /// What its key is called in rules.
    key: &'a str,
    fields: Vec<FieldForm<'a>>,
}

/// A kind of relation.
#[derive(Serialize, ToSchema)]
struct RelationForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
    description: Option<&'a str>,
    inverse: Option<&'a str>,
    inverse_label: Option<&'a str>,
    /// `customer` or `text`.
    to: &'static str,
}

impl<'a> SchemaForm<'a> {
    /// A schema.
    pub fn new(schema: &'a Schema) -> Self {
        Self {
            time_zone: &schema.settings.time_zone,
            customer_label: schema.customer_label.as_deref(),
            attributes: fields(&schema.attributes),
            events: schema
                .events
                .iter()
                .map(|event| EventForm {
                    name: &event.name,
                    label: event.label.as_deref(),
                    description: event.description.as_deref(),
                    fields: fields(&event.fields),
                })
                .collect(),
            holdings: schema
                .holdings
                .iter()
                .map(|holding| HoldingForm {
                    name: &holding.name,
                    label: holding.label.as_deref(),
                    description: holding.description.as_deref(),
                    key: &holding.key,
                    fields: fields(&holding.fields),
                })
                .collect(),
            relations: schema
                .relations
                .iter()
                .map(|relation| RelationForm {
                    name: &relation.name,
                    label: relation.label.as_deref(),
                    description: relation.description.as_deref(),
                    inverse: relation.inverse.as_deref(),
                    inverse_label: relation.inverse_label.as_deref(),
                    to: match relation.end {
                        RelationEnd::Customer => "customer",
                        RelationEnd::Text => "text",
                    },
                })
                .collect(),
        }
    }
}

fn fields(fields: &[Field]) -> Vec<FieldForm<'_>> {
    fields
        .iter()
        .map(|field| FieldForm {
            name: &field.name,
            label: field.label.as_deref(),
            description: field.description.as_deref(),
            kind: kind(&field.kind),
            values: match &field.kind {
                Kind::Enum(list) => list
                    .values
                    .iter()
                    .map(|value| ValueForm {
                        name: &value.name,
                        label: value.label.as_deref(),
                    })
                    .collect(),
                _ => Vec::new(),
            },
            sensitive: field.sensitive,
            part: field.part.map(part),
        })
        .collect()
}

/// A kind as rules write it; of a list of values only that it is one.
pub fn kind(kind: &Kind) -> String {
    let word = match kind {
        Kind::Bool => words::BOOL,
        Kind::Int => words::INT,
        Kind::Number => words::NUMBER,
        Kind::Money => words::MONEY,
        Kind::Text => words::TEXT,
        Kind::Date => words::DATE,
        Kind::Time => words::TIME,
        Kind::Enum(_) => return "one of".to_owned(),
        Kind::Set(inner) => return format!("set of {}", self::kind(inner)),
    };
    word.text(Tongue::English).to_owned()
}

fn part(part: Part) -> &'static str {
    match part {
        Part::Email => "email",
        Part::Phone => "phone",
        Part::Consent => "consent",
        Part::DoNotContact => "do_not_contact",
        Part::TimeZone => "time_zone",
        Part::Language => "language",
        Part::Branch => "branch",
        Part::Manager => "manager",
    }
}
