//! What a message says of its customer: the attributes as plain values.

use std::collections::BTreeMap;

use super::outbox::{OutboxEntry, OutboxKey, Standing, TemplateValue};
use super::steps::Turn;
use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use crate::base::limit::STORE_VALUE_BYTES_MAX;
use crate::base::value::Value;
use crate::live::moment::Moment;
use crate::schema::AttributeId;

/// An entry without its key, channel and address, due at once.
pub fn entry(moment: &Moment, turn: &Turn<'_>, step: &str, template: &str) -> OutboxEntry {
    let customer = moment.snapshot.id(turn.row).to_owned();
    OutboxEntry {
        key: OutboxKey([0; 16]),
        plan: turn.plan.name.to_string(),
        step: step.to_owned(),
        channel: String::new(),
        template: template.to_owned(),
        row: turn.row,
        address: None,
        entered_at: turn.entered_at,
        due_at: moment.now.0,
        attempt: 0,
        standing: Standing::Waiting,
        values: values(moment, turn, step, &customer),
        customer,
    }
}

fn values(
    moment: &Moment,
    turn: &Turn<'_>,
    step: &str,
    customer: &str,
) -> BTreeMap<String, TemplateValue> {
    let mut values = BTreeMap::new();
    let attributes = &moment.snapshot.schema().attributes;
    for (id, field) in (0u16..).map(AttributeId).zip(attributes) {
        let column = moment.snapshot.attribute(id, moment.now);
        if let Some(value) = column.get(turn.row) {
            let value = plain(&value, &field.kind, moment.zone());
            values.insert(field.name.to_string(), value);
        }
    }
    let text = |text: &str| TemplateValue::Text(text.to_owned());
    values.insert("id".to_owned(), text(customer));
    values.insert("plan".to_owned(), text(&turn.plan.name));
    values.insert("step".to_owned(), text(step));
    values
}

fn plain(value: &Value, kind: &Kind, zone: &Zone) -> TemplateValue {
    match value {
        Value::Bool(value) => TemplateValue::Yes(*value),
        Value::Int(value) => TemplateValue::Whole(*value),
        Value::Number(value) => TemplateValue::Number(*value),
        Value::Money(value) => TemplateValue::Money(value.to_string()),
        Value::Set(members) => {
            let inner = match kind {
                Kind::Set(inner) => &**inner,
                other => other,
            };
            let members = members.iter().map(|member| member.display(inner, zone));
            TemplateValue::List(members.collect())
        }
        Value::Text(_) | Value::Enum(_) | Value::Date(_) | Value::Time(_) => {
            TemplateValue::Text(value.display(kind, zone))
        }
    }
}

/// Whether the entry is small enough for the store, with room for the reasons that come later.
pub fn fits(entry: &OutboxEntry) -> Result<bool, String> {
    const REASON_BYTES: usize = 4 << 10;
    Ok(entry.to_bytes()?.len() + REASON_BYTES <= STORE_VALUE_BYTES_MAX)
}
