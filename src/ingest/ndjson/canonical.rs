//! One form for all ways of writing the same JSON object: keys sorted, nothing between, escapes only where
//! they must be, no key without a value. Numbers keep their digits.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// A line in that form; `None` when it is no object.
pub fn canonical(line: &str) -> Option<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(line).ok()?;
    let said = members.iter().filter(|(_, value)| value.get() != "null");
    let mut out = String::with_capacity(line.len());
    write_members(&mut out, said);
    Some(out)
}

fn write_members<'a>(
    out: &mut String,
    members: impl Iterator<Item = (&'a String, &'a &'a RawValue)>,
) {
    out.push('{');
    for (at, (key, value)) in members.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_text(out, key);
        out.push(':');
        write(out, value.get());
    }
    out.push('}');
}

/// A value of any kind; JSON whose depth is bounded where the line was read as a whole.
fn write(out: &mut String, raw: &str) {
    let is_written = match raw.bytes().next() {
        Some(b'{') => serde_json::from_str::<BTreeMap<String, &RawValue>>(raw)
            .map(|members| write_members(out, members.iter())),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(raw).map(|members| {
            out.push('[');
            for (at, member) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(out, member.get());
            }
            out.push(']');
        }),
        Some(b'"') => serde_json::from_str::<String>(raw).map(|text| write_text(out, &text)),
        _ => {
            out.push_str(raw);
            Ok(())
        }
    };
    // Half a character in an escape: as it stands.
    if is_written.is_err() {
        out.push_str(raw);
    }
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
}
