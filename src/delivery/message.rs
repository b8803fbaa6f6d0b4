//! One message ready to be carried: an outbox entry with its text filled in.

use std::collections::BTreeMap;

use super::outcome::Outcome;
use crate::base::template::Item;
use crate::care::outbox::{EMAIL, OutboxEntry, TemplateValue};
use crate::letters::{FilledLetter, Letters};

/// An entry with its letter.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// As begun.
    pub(super) entry: OutboxEntry,
    /// Its text.
    pub(super) letter: FilledLetter,
}

impl Message {
    /// Fills the text in. What cannot be filled in will not be by trying again.
    pub(super) fn new(entry: OutboxEntry, letters: &Letters) -> Result<Self, Outcome> {
        if entry.channel == EMAIL
            && entry
                .address
                .as_deref()
                .is_none_or(|it| it.trim().is_empty())
        {
            return Err(Outcome::Impossible("no address".to_owned()));
        }
        let values = items(&entry.values);
        match letters.fill(&entry.template, &values) {
            Ok(letter) => Ok(Self { entry, letter }),
            Err(fault) => Err(Outcome::Impossible(fault.to_string())),
        }
    }
}

fn items(values: &BTreeMap<String, TemplateValue>) -> BTreeMap<String, Item> {
    values
        .iter()
        .map(|(name, value)| (name.clone(), item(value)))
        .collect()
}

fn item(value: &TemplateValue) -> Item {
    match value {
        TemplateValue::Text(text) | TemplateValue::Money(text) => Item::text(text.as_str()),
        TemplateValue::Whole(number) => Item::Int(*number),
        TemplateValue::Number(number) => Item::Number(*number),
        TemplateValue::Yes(answer) => Item::Bool(*answer),
        TemplateValue::List(texts) => {
            Item::List(texts.iter().map(|text| Item::text(text.as_str())).collect())
        }
    }
}

/// The values as JSON: money stays a decimal text, so that no digit is lost.
pub(super) fn values_as_json(values: &BTreeMap<String, TemplateValue>) -> serde_json::Value {
    let members = values.iter().map(|(name, value)| {
        let json = match value {
            TemplateValue::Text(text) | TemplateValue::Money(text) => text.as_str().into(),
            TemplateValue::Whole(number) => (*number).into(),
            TemplateValue::Number(number) => (*number).into(),
            TemplateValue::Yes(answer) => (*answer).into(),
            TemplateValue::List(texts) => texts.clone().into(),
        };
        (name.clone(), json)
    });
    serde_json::Value::Object(members.collect())
}
