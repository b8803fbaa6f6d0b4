//! One form for all ways of writing the same JSON object: keys sorted, nothing between, escapes only where
//! they must be, no key without a value. Numbers keep their digits.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::base::limit::JSON_NESTING_MAX;

/// A line in that form; `None` when it is no object, or holds values inside each other beyond
/// [`JSON_NESTING_MAX`].
pub fn canonical(line: &str) -> Option<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(line).ok()?;
    let said = members.iter().filter(|(_, value)| value.get() != "null");
    let mut out = String::with_capacity(line.len());
    write_members(&mut out, said, JSON_NESTING_MAX)?;
    Some(out)
}

/// `levels`: how many more may lie inside.
fn write_members<'a>(
    out: &mut String,
    members: impl Iterator<Item = (&'a String, &'a &'a RawValue)>,
    levels: usize,
) -> Option<()> {
    out.push('{');
    for (at, (key, value)) in members.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_text(out, key);
        out.push(':');
        write(out, value.get(), levels)?;
    }
    out.push('}');
    Some(())
}

fn write_items(out: &mut String, items: &[&RawValue], levels: usize) -> Option<()> {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item.get(), levels)?;
    }
    out.push(']');
    Some(())
}

/// A value of any kind. Its reader knows no depth, and each level is read anew: `None` below the last.
fn write(out: &mut String, raw: &str, levels: usize) -> Option<()> {
    match raw.bytes().next() {
        Some(b'{') => {
            let inside = levels.checked_sub(1)?;
            if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw) {
                return write_members(out, members.iter(), inside);
            }
        }
        Some(b'[') => {
            let inside = levels.checked_sub(1)?;
            if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw) {
                return write_items(out, &items, inside);
            }
        }
        Some(b'"') => {
            if let Ok(text) = serde_json::from_str::<String>(raw) {
                write_text(out, &text);
                return Some(());
            }
        }
        _ => {}
    }
    // Numbers and words; and half a character in an escape.
    out.push_str(raw);
    Some(())
}

fn write_text(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_is_written_alike() {
        let wanted = Some(r#"{"a":[1.50,{"x":null,"y":"客"}],"b":"q\"r"}"#.to_owned());
        for line in [
            r#"{"b":"q\"r","a":[1.50,{"y":"客","x":null}]}"#,
            r#" { "a" : [ 1.50 , {"x":null, "y":"\u5ba2"} ], "c":null, "b":"q\u0022r" } "#,
        ] {
            assert_eq!(canonical(line), wanted, "{line}");
        }
        assert_ne!(canonical(r#"{"a":1}"#), canonical(r#"{"a":1.0}"#));
        assert_ne!(canonical(r#"{"a":"1"}"#), canonical(r#"{"a":1}"#));
        assert_eq!(
            canonical(r#"{"a":"\ud800"}"#).as_deref(),
            Some(r#"{"a":"\ud800"}"#)
        );
        assert_eq!(canonical("[1]"), None);
    }

    #[test]
    fn what_lies_too_deep_has_no_such_form() {
        let line = |open: &str, close: &str, depth: usize| {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            format!(r#"{{"id":"a","x":{open}1{close}}}"#)
        };
        assert_eq!(canonical(&line("[", "]", 400_000)), None);
        assert_eq!(canonical(&line(r#"{"k":"#, "}", 100_000)), None);
        let shallow = line("[", "]", 20);
        assert_eq!(canonical(&shallow).as_ref(), Some(&shallow));
    }
}
