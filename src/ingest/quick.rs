//! Plain readings of one column, which is what most assignments of sources are, without evaluating
//! them part by part. Only what is plainly a value is read here: whatever is in doubt, faults first, is left
//! to [`super::expression`], which says the same where both give a value.

mod digits;
mod words;

use std::cell::RefCell;

use self::words::Words;
use super::expression::{Code, Evaluator, boolean, clean, number};
use super::parquet::{Kind as Stored, Raw};
use crate::base::calendar::{DAY_SECONDS, Date, Instant, Pattern, Zone};
use crate::base::kind::Kind;
use crate::base::limit::TEXT_BYTES_MAX;
use crate::base::money::{MONEY_PLACES, MONEY_SCALE, Money};
use crate::base::value::Value;
use crate::language::typed::CompareOp;

/// Floats up to here hold every whole number.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// Decimals of so many digits are told apart by floats.
const DECIMAL_MAX: f64 = 1e15;
/// Powers of ten up to here are floats.
const PLACES_OF_FLOAT_MAX: u32 = 22;

/// A reading of a column.
#[derive(Debug)]
pub struct Quick {
    position: usize,
    reads: Reads,
}

#[derive(Debug)]
enum Reads {
    Text,
    Bool,
    /// Whether it is that text.
    Is(Box<str>),
    Int,
    Number,
    Money,
    Enum(Words),
    Date(Option<Pattern>),
    Time {
        pattern: Option<Pattern>,
        /// `None` = the business zone.
        zone: Option<Zone>,
        starts: Starts,
    },
}

impl Quick {
    /// The reading that an expression of that kind is; `None`: it is none, or its value needs another step.
    pub fn of(code: &Code, kind: &Kind) -> Option<Self> {
        let (column, reads) = match code {
            Code::Column(column) if *kind == Kind::Text => (column, Reads::Text),
            Code::Compare {
                op: CompareOp::Equal,
                left,
                right,
            } if *kind == Kind::Bool => match (&**left, &**right) {
                (Code::Column(column), Code::Constant(Value::Text(text)))
                | (Code::Constant(Value::Text(text)), Code::Column(column)) => {
                    (column, Reads::Is(Box::from(&**text)))
                }
                _ => return None,
            },
            Code::Read(reading) if reading.kind == *kind => {
                let Code::Column(column) = &reading.value else {
                    return None;
                };
                let pattern = match &reading.pattern {
                    Some(pattern) => Some(Pattern::new(pattern)?),
                    None => None,
                };
                (column, Reads::of(kind, pattern, reading.zone.clone())?)
            }
            _ => return None,
        };
        Some(Self {
            position: column.position,
            reads,
        })
    }

    /// What a record says there; `None`: it is not plain.
    pub fn value(&self, see: &Evaluator<'_>) -> Option<Option<Value>> {
        let text = match see.record.cell(self.position) {
            Raw::Text(text) => text,
            Raw::Missing => return Some(None),
            // A mark of missing is compared with a number as it is written.
            _ if see
                .missing
                .is_none_or(|marks| marks.iter().any(|mark| !mark.is_empty())) =>
            {
                return None;
            }
            raw => return self.reads.typed(raw, see.zone),
        };
        // Every reading but that of an expression over raw fields has its marks.
        let Some(text) = clean(text, see.missing?) else {
            return Some(None);
        };
        self.reads.text(&text, see).map(Some)
    }

    /// The whole number that stands there as one.
    pub fn int(code: &Code, see: &Evaluator<'_>) -> Option<i64> {
        let Code::Column(column) = code else {
            return None;
        };
        let is_plain = |marks: &[String]| marks.iter().all(String::is_empty);
        match see.record.cell(column.position) {
            Raw::Int(number, Stored::Int { .. }) => {
                see.missing.is_some_and(is_plain).then_some(number)
            }
            _ => None,
        }
    }
}

impl Reads {
    fn of(kind: &Kind, pattern: Option<Pattern>, zone: Option<Zone>) -> Option<Self> {
        Some(match kind {
            Kind::Text => Self::Text,
            Kind::Bool => Self::Bool,
            Kind::Int => Self::Int,
            Kind::Number => Self::Number,
            Kind::Money => Self::Money,
            Kind::Enum(list) => Self::Enum(Words::of(list)),
            Kind::Date => Self::Date(pattern),
            Kind::Time => Self::Time {
                pattern,
                zone,
                starts: Starts::default(),
            },
            Kind::Set(_) => return None,
        })
    }

    /// `text` is trimmed and not empty.
    fn text(&self, text: &str, see: &Evaluator<'_>) -> Option<Value> {
        Some(match self {
            Self::Text if text.len() > TEXT_BYTES_MAX => return None,
            Self::Text => Value::Text(see.texts.keep(text)),
            Self::Bool => Value::Bool(boolean(text)?),
            Self::Is(wanted) => Value::Bool(**wanted == *text),
            Self::Int => Value::Int(digits::whole(text.as_bytes())?),
            Self::Number => Value::Number(number(text)?),
            Self::Money => Value::Money(Money(digits::fixed(text.as_bytes(), MONEY_PLACES)?)),
            Self::Enum(words) => Value::Enum(words.find(text)?),
            Self::Date(pattern) => Value::Date(match pattern {
                Some(pattern) => pattern.read(text)?.0,
                None => digits::date(text.as_bytes())?,
            }),
            Self::Time {
                pattern,
                zone,
                starts,
            } => {
                let zone = zone.as_ref().unwrap_or(see.zone);
                let (date, second) = match pattern {
                    Some(pattern) => pattern.read(text)?,
                    None => digits::instant(text.as_bytes())?,
                };
                Value::Time(starts.instant(zone, date, second.unwrap_or(0)))
            }
        })
    }

    /// A value that is typed in its file.
    fn typed(&self, raw: Raw<'_>, zone: &Zone) -> Option<Option<Value>> {
        let value = match (self, raw) {
            (_, Raw::Number(number)) if number.is_nan() => return Some(None),
            (Self::Bool, Raw::Bool(yes)) => Value::Bool(yes),
            (Self::Is(wanted), Raw::Bool(yes)) => {
                Value::Bool(**wanted == *if yes { "true" } else { "false" })
            }
            (Self::Int, Raw::Int(number, Stored::Int { .. })) => Value::Int(number),
            (Self::Number, Raw::Int(number, Stored::Int { .. })) => Value::Number(number as f64),
            (Self::Money, Raw::Int(number, Stored::Int { .. })) => {
                Value::Money(Money(number.checked_mul(MONEY_SCALE)?))
            }
            (Self::Money, Raw::Int(number, Stored::Decimal { places })) => {
                let factor = 10_i64.pow(MONEY_PLACES.checked_sub(places)?);
                Value::Money(Money(number.checked_mul(factor)?))
            }
            (Self::Number, Raw::Int(number, Stored::Decimal { places })) => {
                Value::Number(quotient(number, places)?)
            }
            (Self::Number, Raw::Number(number)) if number.is_finite() => Value::Number(number),
            (Self::Money, Raw::Number(number)) => Value::Money(decimal(number)?),
            (Self::Date(None), Raw::Int(days, Stored::Date)) => Value::Date(Date::of_day(days)?),
            (
                Self::Time {
                    pattern: None,
                    zone: own,
                    starts,
                },
                Raw::Int(parts, Stored::Time { per_second, is_utc }),
            ) => {
                let seconds = parts.div_euclid(per_second);
                let date = Date::of_day(seconds.div_euclid(DAY_SECONDS))?;
                let second = u32::try_from(seconds.rem_euclid(DAY_SECONDS)).ok()?;
                Value::Time(match is_utc {
                    true => Instant(seconds),
                    false => starts.instant(own.as_ref().unwrap_or(zone), date, second),
                })
            }
            _ => return None,
        };
        Some(Some(value))
    }
}

/// `number / 10^places` as the float that those digits are nearest to.
fn quotient(number: i64, places: u32) -> Option<f64> {
    let wide = number as f64;
    // Both are exact, so that one division rounds as reading the digits does.
    let is_exact = wide.abs() < WHOLE_MAX && places <= PLACES_OF_FLOAT_MAX;
    let power = (0..places).fold(1.0, |power: f64, _| power * 10.0);
    is_exact.then_some(wide / power)
}

/// The money that the fewest digits of a float say, where they have at most four places.
fn decimal(number: f64) -> Option<Money> {
    let scale = MONEY_SCALE as f64;
    let parts = (number * scale).round();
    // So few digits are the only ones of their length that name this float.
    let is_it = parts.abs() < DECIMAL_MAX && (parts / scale) == number;
    is_it.then_some(Money(parts as i64))
}

/// Dates of which the start was asked for.
const STARTS: usize = 1_024;

/// When dates begin on the clock of one zone, those that were asked for last.
#[derive(Debug, Default)]
struct Starts(RefCell<Vec<Option<Start>>>);

#[derive(Clone, Copy, Debug)]
struct Start {
    date: Date,
    /// `None`: the clock is changed on that date.
    at: Option<Instant>,
}

impl Starts {
    /// As [`Zone::instant`].
    fn instant(&self, zone: &Zone, date: Date, second: u32) -> Instant {
        let mut starts = self.0.borrow_mut();
        if starts.is_empty() {
            starts.resize(STARTS, None);
        }
        let place = date.0.cast_unsigned() as usize % STARTS;
        let Some(slot) = starts.get_mut(place) else {
            return zone.instant(date, second);
        };
        let start = match slot {
            Some(start) if start.date == date => *start,
            _ => *slot.insert(Start::of(zone, date)),
        };
        match start.at {
            Some(at) => Instant(at.0 + i64::from(second)),
            None => zone.instant(date, second),
        }
    }
}

impl Start {
    fn of(zone: &Zone, date: Date) -> Self {
        let at = zone.start_of(date);
        let last = Instant(at.0 + DAY_SECONDS - 1);
        let next = zone.start_of(Date(date.0.saturating_add(1)));
        let is_plain = next.0 - at.0 == DAY_SECONDS && zone.offset(at) == zone.offset(last);
        Self {
            date,
            at: is_plain.then_some(at),
        }
    }
}

#[cfg(test)]
mod tests;
