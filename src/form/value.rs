//! One value as JSON, as CSV text, or as people read it.

use serde::ser::{Serialize, Serializer};

use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use crate::base::value::Value;

/// A value with what is needed to write it. Missing is JSON null and empty text; money is a decimal
/// string, dates and instants ISO 8601, sets lists.
pub struct Written<'a> {
    /// The value; `None` = missing.
    pub value: Option<&'a Value>,
    /// Its kind.
    pub kind: &'a Kind,
    /// Zone of instants.
    pub zone: &'a Zone,
}

impl Written<'_> {
    /// As CSV and tables have it.
    pub fn text(&self) -> String {
        self.value
            .map_or_else(String::new, |value| value.display(self.kind, self.zone))
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(value) = self.value else {
            return serializer.serialize_none();
        };
        match (value, self.kind) {
            (Value::Bool(yes), _) => serializer.serialize_bool(*yes),
            (Value::Int(number), _) => serializer.serialize_i64(*number),
            (Value::Number(number), _) => serializer.serialize_f64(*number),
            (Value::Set(items), Kind::Set(inner)) => {
                serializer.collect_seq(items.iter().map(|item| Written {
                    value: Some(item),
                    kind: inner,
                    zone: self.zone,
                }))
            }
            _ => serializer.serialize_str(&self.text()),
        }
    }
}
