//! A body is cut into lines and each line into its parts: what the fact is, of whom,
//! from when, and fields by name. Pure: no schema, no data.

use std::sync::Arc;

use super::fault::{self, LineFault};
use super::json::{self, Json};
use super::{Incoming, IncomingKind, Sent};
use crate::base::limit::{FACT_LINE_BYTES_MAX, FACT_LINES_MAX, ID_BYTES_MAX};
use crate::ingest::fault::{LONG_TEXT, NO_ID, NO_INSTANT, excerpt};

/// One line of a body with its number, from 1.
pub type ParsedLine = (u64, Result<Incoming, LineFault>);

/// Cuts a body into lines; empty lines are counted and left out.
///
/// # Errors
/// The body as a whole is refused when it has more than [`FACT_LINES_MAX`] lines that are not empty.
pub fn parse_lines(kind: IncomingKind, bytes: &[u8]) -> Result<Vec<ParsedLine>, LineFault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = Vec::new();
    for (number, line) in (1u64..).zip(bytes.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if lines.len() == FACT_LINES_MAX {
            return Err(LineFault::line(
                fault::TOO_MANY_LINES,
                format!(
                    "a request has at most {FACT_LINES_MAX} lines; send the rest in further ones"
                ),
            ));
        }
        lines.push((number, parse(kind, line)));
    }
    Ok(lines)
}

fn parse(kind: IncomingKind, line: &[u8]) -> Result<Incoming, LineFault> {
    if line.len() > FACT_LINE_BYTES_MAX {
        return Err(LineFault::line(
            fault::TOO_LONG,
            format!(
                "the line has {} bytes; at most {FACT_LINE_BYTES_MAX} are read",
                line.len()
            ),
        ));
    }
    let line = std::str::from_utf8(line).map_err(|error| {
        LineFault::line(
            fault::INVALID_TEXT,
            format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1),
        )
    })?;
    let mut parts = Parts(json::object(line)?);
    Ok(match kind {
        IncomingKind::Customers => Incoming::Customer {
            id: parts.id("id")?,
            since: parts.text("since")?,
            fields: parts.rest(),
        },
        IncomingKind::Events => Incoming::Event {
            event: parts.name("event")?,
            customer: parts.id("customer")?,
            at: parts.text("at")?.ok_or_else(|| {
                LineFault::key(
                    NO_INSTANT,
                    "at",
                    "an event needs `at`, the instant or date at which it happened",
                )
            })?,
            id: parts.id_if_given("id")?,
            fields: parts.rest(),
        },
        IncomingKind::Holdings => Incoming::Holding {
            holding: parts.name("holding")?,
            customer: parts.id("customer")?,
            key: parts.id("key")?,
            since: parts.text("since")?,
            fields: parts.rest(),
        },
        IncomingKind::Relations => {
            let relation = Incoming::Relation {
                relation: parts.name("relation")?,
                from: parts.id("from")?,
                to: parts.id("to")?,
                since: parts.text("since")?,
            };
            parts.nothing_more()?;
            relation
        }
    })
}

/// Keys and values not yet taken.
struct Parts(Vec<(String, Json)>);

impl Parts {
    /// The value of a key; null counts as not given.
    fn take(&mut self, key: &str) -> Option<Json> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        let (_, value) = self.0.remove(at);
        (value != Json::Null).then_some(value)
    }

    fn text(&mut self, key: &str) -> Result<Option<Box<str>>, LineFault> {
        match self.take(key) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(other) => Err(LineFault::key(
                fault::WRONG_SORT,
                key,
                format!(
                    "`{key}` is {}; it is a text: put it in quotes",
                    other.describe()
                ),
            )),
        }
    }

    /// What the fact is called.
    fn name(&mut self, key: &str) -> Result<Box<str>, LineFault> {
        self.text(key)?.ok_or_else(|| {
            LineFault::key(
                fault::NO_PART,
                key,
                format!("each line names its {key}: `\"{key}\": \"NAME\"`"),
            )
        })
    }

    /// An id that must be there.
    fn id(&mut self, key: &str) -> Result<Arc<str>, LineFault> {
        self.id_if_given(key)?
            .ok_or_else(|| LineFault::key(NO_ID, key, format!("`{key}` is not given or empty")))
    }

    fn id_if_given(&mut self, key: &str) -> Result<Option<Arc<str>>, LineFault> {
        let Some(id) = self.text(key)?.filter(|id| !id.is_empty()) else {
            return Ok(None);
        };
        if id.len() > ID_BYTES_MAX {
            return Err(LineFault::key(
                LONG_TEXT,
                key,
                format!("`{key}` is longer than {ID_BYTES_MAX} bytes"),
            ));
        }
        if id.chars().any(char::is_control) {
            return Err(LineFault::key(
                fault::BAD_ID,
                key,
                format!(
                    "`{}` holds a control character; any other character is fine",
                    excerpt(&id)
                ),
            ));
        }
        Ok(Some(Arc::from(id)))
    }

    fn rest(self) -> Vec<Sent> {
        let rest = self.0.into_iter();
        rest.map(|(name, value)| (name.into_boxed_str(), value))
            .collect()
    }

    fn nothing_more(&self) -> Result<(), LineFault> {
        match self.0.first() {
            None => Ok(()),
            Some((key, _)) => Err(LineFault::key(
                fault::UNKNOWN_FIELD,
                key,
                "a relation has `relation`, `from`, `to` and `since`, no fields",
            )),
        }
    }
}
