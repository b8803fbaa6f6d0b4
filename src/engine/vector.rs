//! What an operation yields for one block: one lane a row (or a fact), with
//! presence. Stored columns are borrowed and unpacked only by the kernel that
//! needs them wide. Kernels are elsewhere.

use std::borrow::Cow;
use std::sync::Arc;

use super::outcome::RunError;
use super::text::TextTable;
use super::words;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::columns::code;
use crate::columns::dictionary::Dictionary;
use crate::columns::packed::{Packed, Values};

/// Which places of a packed run the lanes are.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// Neighbours.
    Range {
        /// First place.
        from: usize,
        /// How many.
        len: usize,
    },
    /// One place a lane.
    Picks(&'a [u32]),
}

impl Place<'_> {
    /// How many lanes.
    pub fn len(self) -> usize {
        match self {
            Place::Range { len, .. } => len,
            Place::Picks(picks) => picks.len(),
        }
    }

    /// The place of a lane.
    pub fn at(self, lane: usize) -> usize {
        match self {
            Place::Range { from, .. } => from + lane,
            Place::Picks(picks) => picks.get(lane).map_or(usize::MAX, |pick| *pick as usize),
        }
    }

    /// One past the last place.
    pub fn end(self) -> usize {
        match self {
            Place::Range { from, len } => from + len,
            Place::Picks(picks) => picks.iter().max().map_or(0, |pick| *pick as usize + 1),
        }
    }

    /// The bits of those places.
    pub fn bits(self, all: &[u64]) -> Vec<u64> {
        match self {
            Place::Range { from, len } => words::slice(all, from, len),
            Place::Picks(picks) => words::from_slice(picks, |pick| words::get(all, pick as usize)),
        }
    }

    /// The values of those places.
    pub fn take<T: Copy + Default, R>(self, all: &[T], wide: impl Fn(T) -> R) -> Vec<R> {
        match self {
            Place::Range { from, len } => {
                let run = all.get(from..from + len).unwrap_or_default();
                run.iter().map(|value| wide(*value)).collect()
            }
            Place::Picks(picks) => picks
                .iter()
                .map(|pick| wide(all.get(*pick as usize).copied().unwrap_or_default()))
                .collect(),
        }
    }
}

/// Part of a packed run.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The run.
    pub packed: &'a Packed,
    /// Its lanes.
    pub place: Place<'a>,
}

impl View<'_> {
    /// Presence of the lanes; `None` = all.
    pub fn presence(&self) -> Option<Vec<u64>> {
        let presence = self.packed.presence.as_ref()?;
        let bits = self.place.bits(&presence.words);
        (!words::is_all(&bits, self.place.len())).then_some(bits)
    }
}

/// Two-valued sides of a condition: neither = unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Known to hold.
    pub yes: Vec<u64>,
    /// Known not to hold; `None` = wherever not yes.
    pub no: Option<Vec<u64>>,
}

impl Truth {
    /// Decided where `presence` says so.
    pub fn of(mut yes: Vec<u64>, presence: Option<Vec<u64>>) -> Self {
        let no = presence.map(|present| {
            words::and_into(&mut yes, &present);
            words::and_not(&present, &yes)
        });
        Self { yes, no }
    }

    /// The same for every lane.
    pub fn constant(value: Option<bool>, len: usize) -> Self {
        match value {
            Some(true) => Self {
                yes: words::all(len),
                no: None,
            },
            Some(false) => Self {
                yes: words::none(len),
                no: None,
            },
            None => Self {
                yes: words::none(len),
                no: Some(words::none(len)),
            },
        }
    }

    /// The lanes that are *no*.
    pub fn no(&self, len: usize) -> Cow<'_, [u64]> {
        match &self.no {
            Some(no) => Cow::Borrowed(no),
            None => Cow::Owned(words::not(&self.yes, len)),
        }
    }

    /// Lanes that are *yes* or *no*; `None` = all.
    pub fn known(&self) -> Option<Vec<u64>> {
        self.no.as_ref().map(|no| words::or(&self.yes, no))
    }

    /// The other way round; unknown stays.
    pub fn negated(&self, len: usize) -> Self {
        match &self.no {
            Some(no) => Self {
                yes: no.clone(),
                no: Some(self.yes.clone()),
            },
            None => Self {
                yes: words::not(&self.yes, len),
                no: None,
            },
        }
    }

    /// Negated if asked.
    pub fn turned(self, negated: bool, len: usize) -> Self {
        if negated { self.negated(len) } else { self }
    }

    /// One lane.
    pub fn at(&self, lane: usize) -> Option<bool> {
        if words::get(&self.yes, lane) {
            return Some(true);
        }
        match &self.no {
            None => Some(false),
            Some(no) => words::get(no, lane).then_some(false),
        }
    }
}

/// Where keys come from.
#[derive(Clone, Debug)]
pub enum KeyData<'a> {
    /// The same in every lane.
    Constant(i64),
    /// Still packed.
    Stored(View<'a>),
    /// Computed.
    Owned(Vec<i64>),
}

impl KeyData<'_> {
    /// One key a lane; what stands in absent lanes means nothing.
    pub fn wide(&self, len: usize) -> Cow<'_, [i64]> {
        match self {
            KeyData::Constant(key) => Cow::Owned(vec![*key; len]),
            KeyData::Owned(keys) => Cow::Borrowed(keys),
            KeyData::Stored(view) => {
                let place = view.place;
                match &view.packed.values {
                    Values::Constant { base, .. } => Cow::Owned(vec![*base; len]),
                    Values::U8 { base, values } => {
                        Cow::Owned(place.take(values, |value| base + i64::from(value)))
                    }
                    Values::U16 { base, values } => {
                        Cow::Owned(place.take(values, |value| base + i64::from(value)))
                    }
                    Values::U32 { base, values } => {
                        Cow::Owned(place.take(values, |value| base + i64::from(value)))
                    }
                    Values::I64 { values } => match place {
                        Place::Range { from, len } => {
                            Cow::Borrowed(values.get(from..from + len).unwrap_or_default())
                        }
                        Place::Picks(_) => Cow::Owned(place.take(values, |value| value)),
                    },
                    Values::F64 { .. } | Values::Masks { .. } | Values::Lists { .. } => {
                        Cow::Owned(vec![0; len])
                    }
                }
            }
        }
    }

    /// The key of one lane; means nothing where absent.
    pub fn at(&self, lane: usize) -> i64 {
        match self {
            KeyData::Constant(key) => *key,
            KeyData::Owned(keys) => keys.get(lane).copied().unwrap_or(0),
            KeyData::Stored(view) => packed_key(view.packed, view.place.at(lane)),
        }
    }
}

/// The key at a place of a packed run; means nothing where absent.
pub fn packed_key(packed: &Packed, at: usize) -> i64 {
    match &packed.values {
        Values::Constant { base, .. } => *base,
        Values::U8 { base, values } => base + values.get(at).map_or(0, |value| i64::from(*value)),
        Values::U16 { base, values } => base + values.get(at).map_or(0, |value| i64::from(*value)),
        Values::U32 { base, values } => base + values.get(at).map_or(0, |value| i64::from(*value)),
        Values::I64 { values } => values.get(at).copied().unwrap_or(0),
        Values::F64 { .. } | Values::Masks { .. } | Values::Lists { .. } => 0,
    }
}

/// Int, Money, Enum, Date, Time as 64-bit keys.
#[derive(Clone, Debug)]
pub struct Keys<'a> {
    /// The keys.
    pub data: KeyData<'a>,
    /// `None` = all present.
    pub presence: Option<Vec<u64>>,
}

impl Keys<'_> {
    /// Whether the key is the same and present in every lane.
    pub fn is_constant(&self) -> bool {
        matches!(self.data, KeyData::Constant(_)) && self.presence.is_none()
    }
}

/// Where numbers come from.
#[derive(Clone, Debug)]
pub enum NumberData<'a> {
    /// The same in every lane.
    Constant(f64),
    /// As stored.
    Stored(View<'a>),
    /// Computed.
    Owned(Vec<f64>),
}

/// Numbers: finite, and never minus zero, so that equal numbers have equal bits.
#[derive(Clone, Debug)]
pub struct Numbers<'a> {
    /// The numbers.
    pub data: NumberData<'a>,
    /// `None` = all present.
    pub presence: Option<Vec<u64>>,
}

impl Numbers<'_> {
    /// One number a lane.
    pub fn wide(&self, len: usize) -> Cow<'_, [f64]> {
        match &self.data {
            NumberData::Constant(number) => Cow::Owned(vec![*number; len]),
            NumberData::Owned(numbers) => Cow::Borrowed(numbers),
            NumberData::Stored(view) => match (&view.packed.values, view.place) {
                (Values::F64 { values }, Place::Range { from, len }) => {
                    Cow::Borrowed(values.get(from..from + len).unwrap_or_default())
                }
                (Values::F64 { values }, place) => Cow::Owned(place.take(values, |value| value)),
                _ => Cow::Owned(vec![0.0; len]),
            },
        }
    }
}

/// Texts as codes into a table.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    /// Codes.
    pub codes: KeyData<'a>,
    /// What they stand for.
    pub table: TextTable<'a>,
    /// `None` = all present.
    pub presence: Option<Vec<u64>>,
}

/// Sets: as stored, or as plain values.
#[derive(Clone, Debug)]
pub enum Sets<'a> {
    /// Masks or lists of dictionary codes.
    Stored {
        /// The column's part.
        view: View<'a>,
        /// Its members' texts.
        dictionary: &'a Dictionary,
        /// `None` = all present.
        presence: Option<Vec<u64>>,
    },
    /// One a lane.
    Owned(Vec<Option<Value>>),
}

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
            Vector::Sets(Sets::Owned(values)) => Some(Cow::Owned(words::from_fn(
                values.len(),
                |lane| values.get(lane).is_some_and(Option::is_some),
            ))),
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

    /// As sets.
    pub fn sets(&self) -> Result<&Sets<'a>, RunError> {
        match self {
            Vector::Sets(sets) => Ok(sets),
            _ => Err(RunError::Malformed("an operand is not a set")),
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
