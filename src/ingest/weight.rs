//! How much of a block a fact takes: the store refuses facts beyond its largest value,
//! and one record must not stop an import.

use super::fault::{self, Fault};
use crate::base::limit::{FACT_TEXT_BYTES_MAX, STORE_VALUE_BYTES_MAX};
use crate::base::value::Value;

/// Bytes that a value brings with it beyond a word.
pub fn of(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Set(members) => members
            .iter()
            .map(|member| size_of::<u64>() + of(member))
            .sum(),
        _ => 0,
    }
}

/// Refuses fields that no block holds together.
pub fn check<'a>(values: impl Iterator<Item = &'a Value>) -> Result<(), Box<Fault>> {
    let bytes: usize = values.map(of).sum();
    if bytes <= FACT_TEXT_BYTES_MAX {
        return Ok(());
    }
    Err(Box::new(Fault::record(
        fault::LONG_TEXT,
        format!(
            "the texts of one fact have {bytes} bytes together; at most {FACT_TEXT_BYTES_MAX} can be kept"
        ),
    )))
}

const _: () = assert!(FACT_TEXT_BYTES_MAX < STORE_VALUE_BYTES_MAX);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_count_together() {
        let text = Value::Text("x".repeat(FACT_TEXT_BYTES_MAX / 2).into());
        let set = Value::Set([text.clone(), Value::Int(1)].into());
        assert!(check([&text, &text].into_iter()).is_ok());
        assert_eq!(
            check([&text, &set].into_iter()).unwrap_err().code,
            fault::LONG_TEXT
        );
    }
}
