//! What an operation yields for one block: one lane a row (or a fact), with
//! presence. Stored columns are borrowed and unpacked only by the kernel that
//! needs them wide. Kernels are elsewhere.

mod data;
mod gathered;
mod narrow;
mod place;
mod truth;

use std::borrow::Cow;
use std::sync::Arc;

use self::narrow::Narrow;
use super::outcome::RunError;
use super::text::TextTable;
use super::words;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::columns::code;
use crate::columns::dictionary::Dictionary;
use crate::columns::packed::{Packed, Values};

pub use data::{KeyData, Keys, NumberData, Numbers, Sets, Texts};
pub use place::{Place, View};
pub use truth::Truth;

/// One vector.
#[derive(Clone, Debug)]
pub enum Vector<'a> {
    /// Bool.
    Truth(Truth),
    /// Int, Money, Enum, Date, Time.
    Keys(Keys<'a>),
    /// Number.
    Numbers(Numbers<'a>),
    /// Text.
    Texts(Texts<'a>),
    /// Set.
    Sets(Sets<'a>),
}

impl<'a> Vector<'a> {
    /// Computed keys.
    pub fn keys(keys: Vec<i64>, presence: Option<Vec<u64>>) -> Self {
        Vector::Keys(Keys {
            data: KeyData::Owned(keys),
            presence,
        })
    }

    /// Computed numbers.
    pub fn numbers(numbers: Vec<f64>, presence: Option<Vec<u64>>) -> Self {
        Vector::Numbers(Numbers {
            data: NumberData::Owned(numbers),
            presence,
        })
    }

    /// The same, laid out narrowly where that is possible: worth it for what is read many times.
    #[must_use]
    pub fn narrowed(self) -> Self {
        let Vector::Keys(keys) = self else {
            return self;
        };
        let narrow = match &keys.data {
            KeyData::Owned(keys) => Narrow::of(keys),
            KeyData::Counts(counts) => Narrow::of(counts),
            KeyData::Constant(_) | KeyData::Stored(_) | KeyData::Narrow(_) => None,
        };
        Vector::Keys(match narrow {
            Some(narrow) => Keys {
                data: KeyData::Narrow(narrow),
                ..keys
            },
            None => keys,
        })
    }

    /// Missing in every lane.
    pub fn missing(kind: &Kind, len: usize) -> Self {
        let nothing = Some(words::none(len));
        match kind {
            Kind::Bool => Vector::Truth(Truth::constant(None, len)),
            Kind::Number => Vector::Numbers(Numbers {
                data: NumberData::Constant(0.0),
                presence: nothing,
            }),
            Kind::Text => Vector::Texts(Texts {
                codes: KeyData::Constant(0),
                table: TextTable::Local(Arc::new(Vec::new())),
                presence: nothing,
            }),
            Kind::Set(_) => Vector::Sets(Sets::Owned(vec![None; len])),
            _ => Vector::Keys(Keys {
                data: KeyData::Constant(0),
                presence: nothing,
            }),
        }
    }

    /// The same in every lane.
    pub fn constant(value: Option<&Value>, kind: &Kind, len: usize) -> Self {
        let Some(value) = value else {
            return Self::missing(kind, len);
        };
        match value {
            Value::Bool(value) => Vector::Truth(Truth::constant(Some(*value), len)),
            Value::Number(number) => Vector::Numbers(Numbers {
                data: NumberData::Constant(number + 0.0),
                presence: None,
            }),
            Value::Text(text) => Vector::Texts(Texts {
                codes: KeyData::Constant(0),
                table: TextTable::Local(Arc::new(vec![Arc::clone(text)])),
                presence: None,
            }),
            Value::Set(_) => Vector::Sets(Sets::Owned(vec![Some(value.clone()); len])),
            other => Vector::Keys(Keys {
                data: KeyData::Constant(code::key(other).unwrap_or(0)),
                presence: None,
            }),
        }
    }

    /// A part of a packed run, in the shape its kind asks for. `None` as run = missing everywhere.
    pub fn stored(
        kind: &Kind,
        packed: Option<&'a Packed>,
        dictionary: Option<&'a Dictionary>,
        place: Place<'a>,
    ) -> Self {
        let Some(packed) = packed else {
            return Self::missing(kind, place.len());
        };
        if place.end() > packed.len() {
            return Self::stored_short(kind, packed, dictionary, place);
        }
        let view = View { packed, place };
        let presence = view.presence();
        let data = KeyData::Stored(view);
        match (kind, dictionary) {
            (Kind::Bool, _) => {
                let yes = super::compare::within(&data, 1, 1, place.len());
                Vector::Truth(Truth::of(yes, presence))
            }
            (Kind::Number, _) => Vector::Numbers(Numbers {
                data: NumberData::Stored(view),
                presence,
            }),
            (Kind::Text, Some(dictionary)) => Vector::Texts(Texts {
                codes: data,
                table: TextTable::Stored(dictionary),
                presence,
            }),
            (Kind::Set(_), Some(dictionary)) => Vector::Sets(Sets::Stored {
                view,
                dictionary,
                presence,
            }),
            (Kind::Text | Kind::Set(_), None) => Self::missing(kind, place.len()),
            _ => Vector::Keys(Keys { data, presence }),
        }
    }

    /// The same of a run that ends before the lanes do: what lies past its end is missing.
    fn stored_short(
        kind: &Kind,
        packed: &Packed,
        dictionary: Option<&Dictionary>,
        place: Place<'_>,
    ) -> Self {
        let lanes = 0..place.len();
        let values = lanes.map(|lane| packed.value(place.at(lane), kind, dictionary));
        super::text::from_values(values.collect(), kind)
    }

    /// Where it is present; `None` = everywhere.
    pub fn presence(&self) -> Option<Cow<'_, [u64]>> {
        match self {
            Vector::Truth(truth) => truth.known().map(Cow::Owned),
            Vector::Keys(keys) => keys.presence.as_deref().map(Cow::Borrowed),
            Vector::Numbers(numbers) => numbers.presence.as_deref().map(Cow::Borrowed),
            Vector::Texts(texts) => texts.presence.as_deref().map(Cow::Borrowed),
            Vector::Sets(Sets::Stored { presence, .. }) => presence.as_deref().map(Cow::Borrowed),
            Vector::Sets(Sets::Owned(values)) => {
                Some(Cow::Owned(words::from_fn(values.len(), |lane| {
                    values.get(lane).is_some_and(Option::is_some)
                })))
            }
        }
    }

    /// Whether the lane is present.
    pub fn is_present(&self, lane: usize) -> bool {
        match self {
            Vector::Truth(truth) => truth.at(lane).is_some(),
            Vector::Sets(Sets::Owned(values)) => values.get(lane).is_some_and(Option::is_some),
            other => other
                .presence()
                .is_none_or(|present| words::get(&present, lane)),
        }
    }

    /// One lane as a value.
    pub fn value(&self, lane: usize, kind: &Kind) -> Option<Value> {
        match self {
            Vector::Truth(truth) => truth.at(lane).map(Value::Bool),
            _ if !self.is_present(lane) => None,
            Vector::Keys(keys) => code::value(kind, keys.data.at(lane), None),
            Vector::Numbers(numbers) => Some(Value::Number(match &numbers.data {
                NumberData::Constant(number) => *number,
                NumberData::Owned(numbers) => numbers.get(lane).copied()?,
                NumberData::Stored(view) => match &view.packed.values {
                    Values::F64 { values } => values.get(view.place.at(lane)).copied()?,
                    _ => return None,
                },
            })),
            Vector::Texts(texts) => Some(Value::Text(texts.table.shared(texts.codes.at(lane)))),
            Vector::Sets(sets) => super::set::value(sets, lane, kind),
        }
    }

    /// As a condition.
    pub fn truth(&self) -> Result<&Truth, RunError> {
        match self {
            Vector::Truth(truth) => Ok(truth),
            _ => Err(RunError::Malformed("a condition is not a yes or no")),
        }
    }

    /// As keys.
    pub fn as_keys(&self) -> Result<&Keys<'a>, RunError> {
        match self {
            Vector::Keys(keys) => Ok(keys),
            _ => Err(RunError::Malformed("an operand is not kept as a key")),
        }
    }

    /// As texts.
    pub fn texts(&self) -> Result<&Texts<'a>, RunError> {
        match self {
            Vector::Texts(texts) => Ok(texts),
            _ => Err(RunError::Malformed("an operand is not a text")),
        }
    }

    /// As numbers: Int and Money are widened.
    pub fn as_numbers(&self, kind: &Kind, len: usize) -> Result<Cow<'_, Numbers<'a>>, RunError> {
        match self {
            Vector::Numbers(numbers) => Ok(Cow::Borrowed(numbers)),
            Vector::Keys(keys) => {
                let wide = keys.data.wide(len);
                let numbers = match kind {
                    Kind::Money => wide.iter().map(|key| Money(*key).to_number()).collect(),
                    _ => wide.iter().map(|key| *key as f64).collect(),
                };
                Ok(Cow::Owned(Numbers {
                    data: NumberData::Owned(numbers),
                    presence: keys.presence.clone(),
                }))
            }
            _ => Err(RunError::Malformed("an operand is not numeric")),
        }
    }
}
