//! One line of JSON as keys and plain values. Numbers keep their digits, texts become
//! NFC, a key may stand once. Knows no schema.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::fault::{self, LineFault};
use crate::base::limit::{FACT_KEYS_MAX, FACT_NUMBER_CHARACTERS_MAX, SET_MEMBERS_MAX};
use crate::base::text::nfc;
use crate::ingest::fault::{LONG_TEXT, NO_NUMBER, excerpt};

/// A value as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// null
    Null,
    /// true or false
    Bool(bool),
    /// Digits as sent, perhaps with an exponent.
    Number(Box<str>),
    /// NFC
    Text(Box<str>),
    /// Members of a set; none of them is a list.
    List(Vec<Json>),
}

impl Json {
    /// What it is, for messages.
    pub fn describe(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
        }
    }
}

/// Keys and values of one object, in its order; keys are NFC.
pub fn object(line: &str) -> Result<Vec<(String, Json)>, LineFault> {
    let object: Object<'_> = serde_json::from_str(line).map_err(|error| unreadable(&error))?;
    if object.count > FACT_KEYS_MAX {
        return Err(LineFault::line(
            fault::TOO_MANY_KEYS,
            format!(
                "the line has {} keys; a fact has at most {FACT_KEYS_MAX}",
                object.count
            ),
        ));
    }
    let mut seen = BTreeSet::new();
    let mut pairs = Vec::with_capacity(object.pairs.len());
    for (key, raw) in object.pairs {
        let key = nfc(&key).into_owned();
        if !seen.insert(key.clone()) {
            return Err(LineFault::key(
                fault::REPEATED_KEY,
                &key,
                "the key stands more than once in the line",
            ));
        }
        let value = value(raw.get(), true).map_err(|fault| LineFault {
            field: Some(excerpt(&key)),
            ..fault
        })?;
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// Keys with values not looked into, and how many keys there were.
struct Object<'a> {
    pairs: Vec<(String, &'a RawValue)>,
    count: usize,
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Object<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Object {
            pairs: Vec::new(),
            count: 0,
        };
        while let Some(key) = map.next_key::<String>()? {
            object.count += 1;
            if object.count > FACT_KEYS_MAX {
                map.next_value::<IgnoredAny>()?;
            } else {
                object.pairs.push((key, map.next_value()?));
            }
        }
        Ok(object)
    }
}

/// The value of a piece of JSON that is known to be well cut.
fn value(raw: &str, list: bool) -> Result<Json, LineFault> {
    let first = raw.bytes().next().unwrap_or(b' ');
    Ok(match first {
        b'n' => Json::Null,
        b't' => Json::Bool(true),
        b'f' => Json::Bool(false),
        b'"' => {
            let text: String = serde_json::from_str(raw).map_err(|error| unreadable(&error))?;
            Json::Text(match nfc(&text) {
                std::borrow::Cow::Borrowed(_) => text.into_boxed_str(),
                std::borrow::Cow::Owned(normal) => normal.into_boxed_str(),
            })
        }
        b'[' if list => {
            let members: Vec<&RawValue> =
                serde_json::from_str(raw).map_err(|error| unreadable(&error))?;
            if members.len() > SET_MEMBERS_MAX {
                return Err(LineFault::line(
                    LONG_TEXT,
                    format!(
                        "the list has {} members; a set has at most {SET_MEMBERS_MAX}",
                        members.len()
                    ),
                ));
            }
            let members = members.iter().map(|member| value(member.get(), false));
            Json::List(members.collect::<Result<_, _>>()?)
        }
        b'[' => return Err(nested("a list inside a list")),
        b'{' => return Err(nested("an object")),
        _ if raw.len() > FACT_NUMBER_CHARACTERS_MAX => {
            return Err(LineFault::line(
                NO_NUMBER,
                format!(
                    "the number has {} characters; at most {FACT_NUMBER_CHARACTERS_MAX} are read",
                    raw.len()
                ),
            ));
        }
        _ => Json::Number(raw.into()),
    })
}

fn nested(what: &str) -> LineFault {
    LineFault::line(
        fault::NESTED,
        format!("a field holds one value or a list of values, not {what}"),
    )
}

/// What the reader of JSON could not read. Its own words name no content.
pub fn unreadable(error: &serde_json::Error) -> LineFault {
    let text = error.to_string();
    if text.contains("surrogate") || text.contains("hex escape") {
        return LineFault::line(
            fault::HALF_CHARACTER,
            format!(
                "a `\\u` escape near column {} is only half of a character",
                error.column()
            ),
        );
    }
    match error.classify() {
        Category::Data => LineFault::line(
            fault::NOT_AN_OBJECT,
            "the line is JSON, but no object: write `{\"key\": value, …}`",
        ),
        _ => {
            let reason = text.split(" at line ").next().unwrap_or_default();
            LineFault::line(
                fault::NOT_JSON,
                format!(
                    "the line is not JSON: {reason}, at column {}",
                    error.column()
                ),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_as_sent() {
        let pairs = object(
            r#"{"a": 12345678901234567890.12345, "b":"e\u0301", "c":[1,"x",null], "d":null, "e":true, "f":-1E+400}"#,
        )
        .unwrap();
        let values: Vec<Json> = pairs.into_iter().map(|(_, value)| value).collect();
        assert_eq!(
            values,
            [
                Json::Number("12345678901234567890.12345".into()),
                Json::Text("é".into()),
                Json::List(vec![
                    Json::Number("1".into()),
                    Json::Text("x".into()),
                    Json::Null
                ]),
                Json::Null,
                Json::Bool(true),
                Json::Number("-1E+400".into()),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_by_code() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        let digits = format!("{{\"a\":1{}}}", "0".repeat(1_000));
        let keys: Vec<String> = (0..=FACT_KEYS_MAX)
            .map(|at| format!("\"k{at}\":1"))
            .collect();
        let wide = format!("{{{}}}", keys.join(","));
        let long = format!("{{\"a\":[0{}]}}", ",0".repeat(SET_MEMBERS_MAX));
        for (line, code, field) in [
            ("{", fault::NOT_JSON, None),
            ("{} {}", fault::NOT_JSON, None),
            ("{\"a\":01}", fault::NOT_JSON, None),
            ("{\"a\":NaN}", fault::NOT_JSON, None),
            ("{\"a\":1,}", fault::NOT_JSON, None),
            ("{\"a\":\"\u{1}\"}", fault::NOT_JSON, None),
            ("[]", fault::NOT_AN_OBJECT, None),
            ("\"secret\"", fault::NOT_AN_OBJECT, None),
            ("{\"a\":1,\"a\":1}", fault::REPEATED_KEY, Some("a")),
            ("{\"é\":1,\"e\\u0301\":1}", fault::REPEATED_KEY, Some("é")),
            ("{\"a\":{\"b\":1}}", fault::NESTED, Some("a")),
            ("{\"a\":[[1]]}", fault::NESTED, Some("a")),
            (&deep, fault::NESTED, Some("a")),
            ("{\"a\":\"\\ud800\"}", fault::HALF_CHARACTER, Some("a")),
            ("{\"a\":\"\\udc00x\"}", fault::HALF_CHARACTER, Some("a")),
            (
                "{\"a\":\"\\ud800\\u0041\"}",
                fault::HALF_CHARACTER,
                Some("a"),
            ),
            ("{\"\\ud800\":1}", fault::HALF_CHARACTER, None),
            (&digits, NO_NUMBER, Some("a")),
            (&wide, fault::TOO_MANY_KEYS, None),
            (&long, LONG_TEXT, Some("a")),
        ] {
            let shown: String = line.chars().take(40).collect();
            let found = object(line).unwrap_err();
            assert_eq!(
                (found.code, found.field.as_deref()),
                (code, field),
                "{shown}"
            );
            assert!(!found.message.contains("secret"));
        }
    }
}
