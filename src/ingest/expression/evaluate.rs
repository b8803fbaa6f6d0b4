//! One compiled expression over one record. Missing is `None`; a condition that is
//! missing is unknown; what cannot be read refuses the record.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::arithmetic::arithmetic;
use super::cell::Cell;
use super::read::{Said, read};
use super::{Choice, Code, Column, Reading};
use crate::base::calendar::{Instant, Unit, Zone};
use crate::base::text;
use crate::base::value::Value;
use crate::ingest::fault::{self, Fault};
use crate::ingest::lookup::Tables;
use crate::ingest::record::Record;
use crate::ingest::texts::Texts;
use crate::language::typed::{CompareOp, Given, TextOp};

/// A value, missing, or the reason why the record is refused.
pub type Evaluated<'r> = Result<Option<Cell<'r>>, Box<Fault>>;

/// A word that means nothing to the list it was matched with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// The column it came from, when it came from one.
    pub column: Option<std::sync::Arc<str>>,
    /// The word.
    pub word: String,
}

/// What an expression sees.
pub struct Evaluator<'r> {
    /// The record at hand.
    pub record: Record<'r>,
    /// Cells that mean missing, compared before trimming; `None` = fields are texts as they stand in the
    /// file, and never missing.
    pub missing: Option<&'r [String]>,
    /// All lookups.
    pub tables: &'r Tables,
    /// The business zone.
    pub zone: &'r Zone,
    /// Texts that came before.
    pub texts: &'r Texts,
    /// Words met that mean nothing; the caller takes them out.
    pub unknown: std::cell::RefCell<Vec<UnknownWord>>,
    /// In a report: what is given of the record's group.
    pub given: &'r BTreeMap<Given, Option<Value>>,
}

impl<'r> Evaluator<'r> {
    /// The value of an expression.
    pub fn value(&self, code: &'r Code) -> Evaluated<'r> {
        Ok(Some(match code {
            Code::Constant(value) => Cell::of(value),
            Code::Missing => return Ok(None),
            Code::Clear => Cell::Clear,
            Code::Column(column) => return Ok(self.column(column).map(Cell::Text)),
            Code::Given(given) => match self.given.get(given) {
                Some(Some(value)) => Cell::of(value),
                _ => return Ok(None),
            },
            Code::RecordNumber => Cell::Int(self.record.number as i64),
            Code::Lookup { source, slot, key } => {
                let Some(key) = self.text(key)? else {
                    return Ok(None);
                };
                return Ok(self
                    .tables
                    .find(*source, *slot, &key)
                    .map(|text| Cell::Text(Cow::Borrowed(text))));
            }
            Code::Default(parts) => {
                let [value, fallback] = &**parts;
                return match self.value(value)? {
                    Some(value) => Ok(Some(value)),
                    None => self.value(fallback),
                };
            }
            Code::If(parts) => {
                let [when, then, otherwise] = &**parts;
                return match self.verdict(when)? {
                    Some(true) => self.value(then),
                    Some(false) => self.value(otherwise),
                    None => Ok(None),
                };
            }
            Code::Case { arms, otherwise } => {
                for (when, then) in arms {
                    match self.verdict(when)? {
                        Some(true) => return self.value(then),
                        Some(false) => {}
                        None => return Ok(None),
                    }
                }
                return match otherwise {
                    Some(otherwise) => self.value(otherwise),
                    None => Ok(None),
                };
            }
            Code::Arithmetic { op, parts } => {
                let [left, right] = &**parts;
                let (Some(left), Some(right)) = (self.value(left)?, self.value(right)?) else {
                    return Ok(None);
                };
                return arithmetic(*op, left, right);
            }
            Code::Call {
                function,
                arguments,
                kind,
                of,
            } => {
                return self.call(*function, arguments, kind, of);
            }
            Code::Read(reading) => return self.read(reading),
            _ => return self.derived(code),
        }))
    }

    /// What is made of one or two values; else a condition.
    fn derived(&self, code: &'r Code) -> Evaluated<'r> {
        Ok(Some(match code {
            Code::Negate(value) => match self.value(value)? {
                Some(Cell::Int(value)) => Cell::Int(value.checked_neg().ok_or_else(overflow)?),
                Some(Cell::Number(value)) => Cell::Number(-value),
                Some(Cell::Money(value)) => Cell::Money(value.checked_neg().ok_or_else(overflow)?),
                _ => return Ok(None),
            },
            Code::Convert { value, kind } => match self.value(value)? {
                None => return Ok(None),
                Some(cell) => cell.convert(kind, self.zone).ok_or_else(overflow)?,
            },
            Code::DateAdd { base, count, unit } => match self.value(base)? {
                None => return Ok(None),
                Some(base) => self.add(base, *count, *unit).ok_or_else(overflow)?,
            },
            Code::DaysBetween(parts) => {
                let [later, earlier] = &**parts;
                let day = |cell: Option<Cell<'r>>| cell.and_then(|cell| cell.date(self.zone));
                match (day(self.value(later)?), day(self.value(earlier)?)) {
                    (Some(later), Some(earlier)) => {
                        Cell::Int(i64::from(later.0) - i64::from(earlier.0))
                    }
                    _ => return Ok(None),
                }
            }
            _ => return Ok(self.verdict(code)?.map(Cell::Bool)),
        }))
    }

    /// A raw field: compared with the missing marks, then trimmed; empty is missing.
    fn column(&self, column: &Column) -> Option<Cow<'r, str>> {
        let field = self.record.field(column.position);
        match self.missing {
            Some(missing) => clean(field, missing),
            None if field.is_ascii() => Some(Cow::Borrowed(field)),
            None => Some(text::nfc(field)),
        }
    }

    /// A raw field as it stands in the file.
    pub fn raw(&self, column: &Column) -> &'r str {
        self.record.field(column.position)
    }

    /// A text, as far as it is one.
    pub fn text(&self, code: &'r Code) -> Result<Option<Cow<'r, str>>, Box<Fault>> {
        Ok(match self.value(code)? {
            Some(Cell::Text(text)) => Some(text),
            Some(Cell::Int(value)) => Some(Cow::Owned(value.to_string())),
            _ => None,
        })
    }

    fn read(&self, reading: &'r Reading) -> Evaluated<'r> {
        let text = match self.value(&reading.value)? {
            Some(Cell::Text(text)) => text,
            // A choice between texts may also say `clear`.
            other => return Ok(other),
        };
        let word = matches!(
            reading.kind,
            crate::base::kind::Kind::Enum(_) | crate::base::kind::Kind::Set(_)
        )
        .then(|| text.clone());
        match read(reading, text, self.zone) {
            Ok(Said::Value(value)) => Ok(Some(value)),
            Ok(Said::UnknownWord) => {
                self.unknown.borrow_mut().push(UnknownWord {
                    column: reading.column.clone(),
                    word: word.unwrap_or_default().into_owned(),
                });
                Ok(None)
            }
            Err(fault) => Err(Box::new(fault.within(reading.column.as_ref()))),
        }
    }

    fn add(&self, base: Cell<'r>, count: i64, unit: Unit) -> Option<Cell<'r>> {
        Some(match (base, unit.seconds()) {
            (Cell::Date(date), _) => Cell::Date(date.add(count, unit)?),
            (Cell::Time(at), Some(seconds)) if unit.is_duration() => {
                Cell::Time(Instant(at.0.checked_add(count.checked_mul(seconds)?)?))
            }
            (Cell::Time(at), _) => {
                let (date, second) = self.zone.local(at);
                Cell::Time(self.zone.instant(date.add(count, unit)?, second))
            }
            _ => return None,
        })
    }

    /// A condition: yes, no or unknown.
    pub fn verdict(&self, code: &'r Code) -> Result<Option<bool>, Box<Fault>> {
        Ok(match code {
            Code::Not(value) => self.verdict(value)?.map(|verdict| !verdict),
            Code::And(list) => self.count(list, false)?,
            Code::Or(list) => self.count(list, true)?,
            Code::AtLeast { count, of } => {
                let (mut yes, mut unknown) = (0, 0);
                for part in of {
                    match self.verdict(part)? {
                        Some(true) => yes += 1,
                        Some(false) => {}
                        None => unknown += 1,
                    }
                }
                match yes >= *count {
                    true => Some(true),
                    false if yes + unknown < *count => Some(false),
                    false => None,
                }
            }
            Code::Compare { op, left, right } => match (self.value(left)?, self.value(right)?) {
                (Some(left), Some(right)) => compare(*op, &left, &right),
                _ => None,
            },
            Code::Between {
                parts,
                included,
                negated,
            } => {
                let [value, low, high] = &**parts;
                let value = self.value(value)?;
                let (low, high) = (self.value(low)?, self.value(high)?);
                let above = ends(value.as_ref(), low.as_ref(), included.0, false);
                let below = ends(value.as_ref(), high.as_ref(), included.1, true);
                both(above, below).map(|inside| inside != *negated)
            }
            Code::In {
                value,
                choices,
                negated,
            } => match self.value(value)? {
                None => None,
                Some(value) => self
                    .is_among(&value, choices)?
                    .map(|found| found != *negated),
            },
            Code::TextTest { op, folded, parts } => {
                let [value, pattern] = &**parts;
                match (self.text(value)?, self.text(pattern)?) {
                    (Some(value), Some(pattern)) => Some(text_test(*op, *folded, &value, &pattern)),
                    _ => None,
                }
            }
            Code::Matches { value, pattern } => {
                self.text(value)?.map(|text| pattern.is_match(&text))
            }
            Code::IsMissing { value, negated } => {
                let missing = matches!(self.value(value)?, None | Some(Cell::Clear));
                Some(missing != *negated)
            }
            _ => match self.value(code)? {
                Some(Cell::Bool(verdict)) => Some(verdict),
                _ => None,
            },
        })
    }

    /// Kleene: `decisive` wins at once, else an unknown part makes the whole unknown.
    fn count(&self, list: &'r [Code], decisive: bool) -> Result<Option<bool>, Box<Fault>> {
        let mut whole = Some(!decisive);
        for part in list {
            match self.verdict(part)? {
                Some(verdict) if verdict == decisive => return Ok(Some(decisive)),
                Some(_) => {}
                None => whole = None,
            }
        }
        Ok(whole)
    }

    fn is_among(
        &self,
        value: &Cell<'r>,
        choices: &'r [Choice],
    ) -> Result<Option<bool>, Box<Fault>> {
        let mut whole = Some(false);
        for choice in choices {
            let verdict = match choice {
                Choice::One(one) => self.value(one)?.map(|one| one == *value),
                Choice::Range {
                    low,
                    high,
                    high_included,
                } => {
                    let mut inside = Some(true);
                    if let Some(low) = low {
                        inside = both(
                            inside,
                            ends(Some(value), self.value(low)?.as_ref(), true, false),
                        );
                    }
                    if let Some(high) = high {
                        let high = self.value(high)?;
                        inside = both(
                            inside,
                            ends(Some(value), high.as_ref(), *high_included, true),
                        );
                    }
                    inside
                }
            };
            match verdict {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => whole = None,
            }
        }
        Ok(whole)
    }
}

/// A raw field as expressions see it.
pub fn clean<'r>(raw: &'r str, missing: &[String]) -> Option<Cow<'r, str>> {
    if raw.is_empty() || missing.iter().any(|mark| mark == raw) {
        return None;
    }
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return None;
    }
    Some(if trimmed.is_ascii() {
        Cow::Borrowed(trimmed)
    } else {
        text::nfc(trimmed)
    })
}

pub(super) fn overflow() -> Box<Fault> {
    Box::new(Fault::record(
        fault::OVERFLOW,
        "a result does not fit its kind",
    ))
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether a value lies on the right side of one end.
fn ends(
    value: Option<&Cell<'_>>,
    end: Option<&Cell<'_>>,
    included: bool,
    upper: bool,
) -> Option<bool> {
    let order = value?.order(end?)?;
    let order = if upper { order.reverse() } else { order };
    Some(order.is_gt() || (included && order.is_eq()))
}

fn compare(op: CompareOp, left: &Cell<'_>, right: &Cell<'_>) -> Option<bool> {
    if let (CompareOp::Like, Cell::Text(left), Cell::Text(right)) = (op, left, right) {
        return Some(text::fold(left) == text::fold(right));
    }
    let order = left.order(right)?;
    Some(match op {
        CompareOp::Equal | CompareOp::Like => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterEqual => order.is_ge(),
    })
}

fn text_test(op: TextOp, folded: bool, value: &str, pattern: &str) -> bool {
    if folded {
        return text_test(op, false, &text::fold(value), &text::fold(pattern));
    }
    match op {
        TextOp::Contains | TextOp::Matches => value.contains(pattern),
        TextOp::StartsWith => value.starts_with(pattern),
        TextOp::EndsWith => value.ends_with(pattern),
    }
}
