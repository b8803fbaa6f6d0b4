//! Groups by their keys, and values as single words of 64 bits: keys as they are, numbers
//! by their bits, texts by a code of their own.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::kind::Kind;
use crate::base::limit::REPORT_GROUPS_MAX;
use crate::base::value::Value;
use crate::columns::bits::Bits;
use crate::columns::code;
use crate::engine::RunError;
use crate::engine::outcome::ResultData;
use crate::engine::rows::Gathered;

/// Texts met so far.
#[derive(Debug, Default)]
pub struct Texts {
    codes: HashMap<Arc<str>, u64>,
    list: Vec<Arc<str>>,
}

impl Texts {
    /// The code of a text; a new one if it is new.
    pub fn code(&mut self, text: &Arc<str>) -> u64 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.list.len() as u64;
        self.codes.insert(Arc::clone(text), code);
        self.list.push(Arc::clone(text));
        code
    }

    /// The code of a text that was met.
    pub fn find(&self, text: &str) -> Option<u64> {
        self.codes.get(text).copied()
    }

    /// The text of a code.
    pub fn text(&self, code: u64) -> Option<&Arc<str>> {
        self.list.get(usize::try_from(code).ok()?)
    }

    /// Takes in the texts of another table; gives by their codes there the codes here.
    pub fn merge(&mut self, other: &Self) -> Vec<u64> {
        other.list.iter().map(|text| self.code(text)).collect()
    }
}

/// One column as words.
#[derive(Debug)]
pub struct Raw {
    /// One a lane; absent ones mean nothing.
    pub words: Vec<u64>,
    /// Which are present.
    pub present: Bits,
}

impl Raw {
    /// From what the engine gives.
    pub fn of(column: Gathered, texts: &mut Texts) -> Result<Self, RunError> {
        match column {
            Gathered::Condition(condition) => {
                let mut present = condition.no;
                present.or(&condition.yes);
                let words = (0..present.len).map(|lane| u64::from(condition.yes.get(lane)));
                Ok(Self {
                    words: words.collect(),
                    present,
                })
            }
            Gathered::Values(column) => {
                let words = match column.data {
                    ResultData::Keys(keys) => keys.iter().map(|key| key.cast_unsigned()).collect(),
                    ResultData::Numbers(numbers) => {
                        numbers.iter().map(|number| number.to_bits()).collect()
                    }
                    ResultData::Texts(list) => {
                        let mut words = vec![0; list.len()];
                        for lane in column.presence.iter() {
                            if let (Some(word), Some(text)) = (words.get_mut(lane), list.get(lane))
                            {
                                *word = texts.code(text);
                            }
                        }
                        words
                    }
                    ResultData::Sets(_) => return Err(RunError::Malformed("a set in a report")),
                };
                Ok(Self {
                    words,
                    present: column.presence,
                })
            }
        }
    }

    /// The word of a lane; `None` = missing.
    pub fn get(&self, lane: usize) -> Option<u64> {
        let word = self.words.get(lane).copied();
        word.filter(|_| self.present.get(lane))
    }
}

/// The value of a word.
pub fn value(word: u64, kind: &Kind, texts: &Texts) -> Option<Value> {
    match kind {
        Kind::Number => Some(Value::Number(f64::from_bits(word))),
        Kind::Text => texts.text(word).cloned().map(Value::Text),
        kind => code::value(kind, word.cast_signed(), None),
    }
}

/// Groups in the order in which they were met. A key has two words for each of its parts:
/// whether it is there, and which it is.
#[derive(Debug, Default)]
pub struct Groups {
    places: HashMap<Box<[u64]>, u32>,
    keys: Vec<Box<[u64]>>,
}

impl Groups {
    /// The place of a key, entered if it is new.
    pub fn place(&mut self, key: &[u64]) -> Result<u32, RunError> {
        if let Some(place) = self.places.get(key) {
            return Ok(*place);
        }
        if self.keys.len() >= REPORT_GROUPS_MAX {
            return Err(RunError::Full {
                what: "groups of a report",
                max: REPORT_GROUPS_MAX,
            });
        }
        let place = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.places.insert(key.into(), place);
        self.keys.push(key.into());
        Ok(place)
    }

    /// The place of a key that was met.
    pub fn find(&self, key: &[u64]) -> Option<u32> {
        self.places.get(key).copied()
    }

    /// By place.
    pub fn keys(&self) -> &[Box<[u64]>] {
        &self.keys
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.keys.len()
    }
}

/// The two words of a part of a key.
pub fn part(word: Option<u64>) -> [u64; 2] {
    match word {
        Some(word) => [1, word],
        None => [0, 0],
    }
}

/// A key's part as a word again.
pub fn word(part: &[u64]) -> Option<u64> {
    match part {
        [1, word] => Some(*word),
        _ => None,
    }
}
