//! What goes over to a guest and what comes back: columns of a batch made of the values
//! told, and a guest's column checked value by value. Nothing is asked here.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::guest::Failure;
use super::interface::{Batch, Column, Explanation, Link, Texts, Values, word_of};
use super::manifest::ManifestFunction;
use crate::base::kind::Kind;
use crate::base::limit::{PLUGIN_PARTS_MAX, TEXT_BYTES_MAX};
use crate::base::math;
use crate::base::text::nfc;
use crate::columns::bits::Bits;
use crate::engine::external::{Account, Link as Joined, ScoreData};
use crate::engine::outcome::{OutputResult, ResultData};

/// A batch of some places of the values told.
pub(super) fn batch(told: &[OutputResult], kinds: &[Kind], places: &[u32]) -> Batch {
    let columns = told.iter().zip(kinds);
    Batch {
        rows: u32::try_from(places.len()).unwrap_or(u32::MAX),
        columns: columns
            .map(|(told, kind)| column(told, kind, places))
            .collect(),
    }
}

/// Whether a value was told.
pub(super) fn is_told(told: &OutputResult, at: usize) -> bool {
    match (&told.condition, &told.values) {
        (Some(condition), _) => condition.yes.get(at) || condition.no.get(at),
        (None, Some(values)) => values.presence.get(at),
        (None, None) => false,
    }
}

fn column(told: &OutputResult, kind: &Kind, places: &[u32]) -> Column {
    let present = bytes(places.len(), |lane| {
        let at = places.get(lane).map_or(0, |at| *at as usize);
        is_told(told, at)
    });
    let take = |keys: &[i64]| -> Vec<i64> {
        let at = |place: &u32| keys.get(*place as usize).copied().unwrap_or(0);
        places.iter().map(at).collect()
    };
    let values = match (
        kind,
        &told.condition,
        told.values.as_ref().map(|it| &it.data),
    ) {
        (Kind::Bool, Some(condition), _) => {
            let yes = |at: &u32| u8::from(condition.yes.get(*at as usize));
            Values::Flag(places.iter().map(yes).collect())
        }
        (Kind::Number, _, Some(ResultData::Numbers(numbers))) => {
            let at = |place: &u32| numbers.get(*place as usize).copied().unwrap_or(0.0);
            Values::Number(places.iter().map(at).collect())
        }
        (Kind::Int, _, Some(ResultData::Keys(keys))) => Values::Int(take(keys)),
        (Kind::Time, _, Some(ResultData::Keys(keys))) => Values::Time(take(keys)),
        (Kind::Text, _, Some(ResultData::Texts(texts))) => Values::Text(dictionary(texts, places)),
        // The checker gives every input its kind; anything else comes over as nothing at all.
        (kind, ..) => empty(kind, places.len()),
    };
    Column { values, present }
}

fn empty(kind: &Kind, rows: usize) -> Values {
    match kind {
        Kind::Bool => Values::Flag(vec![0; rows]),
        Kind::Number => Values::Number(vec![0.0; rows]),
        Kind::Int => Values::Int(vec![0; rows]),
        Kind::Time => Values::Time(vec![0; rows]),
        _ => Values::Text(Texts {
            dict: Vec::new(),
            codes: vec![0; rows],
        }),
    }
}

fn dictionary(texts: &[Arc<str>], places: &[u32]) -> Texts {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut found = Texts {
        dict: Vec::new(),
        codes: Vec::with_capacity(places.len()),
    };
    for place in places {
        let text = texts.get(*place as usize).map_or("", |text| text);
        let next = u32::try_from(found.dict.len()).unwrap_or(u32::MAX);
        let code = *known.entry(text).or_insert(next);
        if code == next {
            found.dict.push(text.to_owned());
        }
        found.codes.push(code);
    }
    found
}

/// One bit a row; nothing when all are set.
fn bytes(rows: usize, test: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut bytes = vec![0_u8; rows.div_ceil(8)];
    let mut all = true;
    for row in 0..rows {
        match (test(row), bytes.get_mut(row / 8)) {
            (true, Some(byte)) => *byte |= 1 << (row % 8),
            _ => all = false,
        }
    }
    if all { Vec::new() } else { bytes }
}

/// Answers of all batches of one call while they are put together.
pub(super) struct Answers {
    kind: Kind,
    range: Option<(f64, f64)>,
    /// As many as customers were told of.
    numbers: Vec<f64>,
    ints: Vec<i64>,
    texts: Vec<Arc<str>>,
    flags: Bits,
    pub present: Bits,
    pub missing: BTreeMap<Arc<str>, u64>,
    explain: bool,
    /// Why there is no answer, by place.
    pub notes: BTreeMap<u32, Arc<str>>,
}

impl Answers {
    /// Reasons are kept by customer when answers are to be explained.
    pub fn new(function: &ManifestFunction, rows: usize, explain: bool) -> Self {
        let kind = &function.output;
        let of = |wanted: Kind| if *kind == wanted { rows } else { 0 };
        Self {
            numbers: vec![0.0; of(Kind::Number)],
            ints: vec![0; of(Kind::Int)],
            texts: vec![Arc::from(""); of(Kind::Text)],
            flags: Bits::none(of(Kind::Bool)),
            kind: kind.clone(),
            range: function.range,
            explain,
            notes: BTreeMap::new(),
            present: Bits::none(rows),
            missing: BTreeMap::new(),
        }
    }

    /// A customer has no answer.
    pub fn lacks(&mut self, place: u32, reason: &str) {
        if self.explain {
            self.notes.insert(place, reason.into());
        }
        match self.missing.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                self.missing.insert(reason.into(), 1);
            }
        }
    }

    /// Takes the answers to one batch; the places are those it was made of.
    pub fn take(&mut self, column: &Column, places: &[u32]) -> Result<(), Failure> {
        let rows = places.len();
        let bits = rows.div_ceil(8);
        if !column.present.is_empty() && column.present.len() != bits {
            return Err(wrong_length("presence bytes", column.present.len(), bits));
        }
        let lengths = match &column.values {
            Values::Number(list) => list.len(),
            Values::Int(list) | Values::Time(list) => list.len(),
            Values::Flag(list) => list.len(),
            Values::Text(texts) => texts.codes.len(),
        };
        if lengths != rows {
            return Err(wrong_length("values", lengths, rows));
        }
        let dict = match &column.values {
            Values::Text(texts) => texts.dict.iter().map(|text| nfc(text).into()).collect(),
            _ => Vec::new(),
        };
        for (lane, place) in places.iter().enumerate() {
            let byte = column.present.get(lane / 8);
            if byte.is_some_and(|byte| byte >> (lane % 8) & 1 == 0) {
                self.lacks(*place, "it gave none");
                continue;
            }
            match self.one(&column.values, &dict, lane, *place as usize)? {
                Ok(()) => self.present.set(*place as usize, true),
                Err(reason) => self.lacks(*place, &reason),
            }
        }
        Ok(())
    }

    /// One value into its place; inside, why it is none.
    fn one(
        &mut self,
        values: &Values,
        dict: &[Arc<str>],
        lane: usize,
        at: usize,
    ) -> Result<Result<(), String>, Failure> {
        let within = |number: f64| match self.range {
            Some((low, high)) if number < low || number > high => {
                Err(format!("it lies outside {low}..{high}"))
            }
            _ => Ok(()),
        };
        Ok(match (values, &self.kind) {
            (Values::Number(list), Kind::Number) => {
                let number = list.get(lane).copied().unwrap_or(f64::NAN) + 0.0;
                if !number.is_finite() {
                    return Ok(Err("it is no finite number".to_owned()));
                }
                let fits = within(number);
                put(&mut self.numbers, at, number);
                fits
            }
            (Values::Int(list), Kind::Int) => {
                let number = list.get(lane).copied().unwrap_or(0);
                let fits = within(number as f64);
                put(&mut self.ints, at, number);
                fits
            }
            (Values::Flag(list), Kind::Bool) => match list.get(lane) {
                Some(flag @ (0 | 1)) => {
                    self.flags.set(at, *flag == 1);
                    Ok(())
                }
                _ => Err("it is neither 0 nor 1".to_owned()),
            },
            (Values::Text(texts), Kind::Text) => {
                let code = texts.codes.get(lane).copied().unwrap_or(u32::MAX);
                let Some(text) = dict.get(code as usize) else {
                    return Err(wrong_length("texts", texts.dict.len(), code as usize + 1));
                };
                if text.len() > TEXT_BYTES_MAX {
                    return Ok(Err(format!("it is longer than {TEXT_BYTES_MAX} bytes")));
                }
                put(&mut self.texts, at, Arc::clone(text));
                Ok(())
            }
            (values, kind) => {
                let given = match values {
                    Values::Number(_) => "number",
                    Values::Int(_) => "int",
                    Values::Flag(_) => "bool",
                    Values::Text(_) => "text",
                    Values::Time(_) => "time",
                };
                let reason = format!(
                    "it answered {given} where its manifest says {}",
                    word_of(kind)
                );
                return Err(Failure::new("plugin_kind", reason));
            }
        })
    }

    /// The number in a place, for what its parts add up to.
    fn number(&self, at: usize) -> Option<f64> {
        let number = match self.kind {
            Kind::Number => self.numbers.get(at).copied(),
            Kind::Int => self.ints.get(at).map(|number| *number as f64),
            _ => None,
        };
        number.filter(|_| self.present.get(at))
    }

    /// How the answers in some places come about, as far as the guest's word holds.
    pub fn accounts(
        &self,
        explanation: &Explanation,
        places: &[u32],
    ) -> Result<Vec<Account>, Failure> {
        if explanation.parts.len() > PLUGIN_PARTS_MAX {
            let reason = format!("it explained with more than {PLUGIN_PARTS_MAX} parts");
            return Err(Failure::new("plugin_length", reason));
        }
        for part in &explanation.parts {
            if part.values.len() != places.len() {
                return Err(wrong_length(
                    "values of a part",
                    part.values.len(),
                    places.len(),
                ));
            }
        }
        let accounts = places.iter().enumerate().map(|(lane, place)| {
            let parts: Vec<(Arc<str>, f64)> = explanation
                .parts
                .iter()
                .filter_map(|part| {
                    let value = part.values.get(lane).copied()?;
                    Some((super::guest::sentence(&part.name).into(), value))
                })
                .collect();
            self.account(parts, explanation.link, *place as usize)
        });
        Ok(accounts.collect())
    }

    fn account(&self, parts: Vec<(Arc<str>, f64)>, link: Link, at: usize) -> Account {
        let sum: f64 = parts.iter().map(|(_, part)| part).sum();
        let (link, follows) = match link {
            Link::None => (Joined::None, None),
            Link::Sum => (Joined::Sum, Some(sum)),
            Link::Logistic => (Joined::Logistic, Some(1.0 / (1.0 + math::exp(-sum)))),
        };
        // A part in a million: both sides add in their own order.
        let agrees = match (follows, self.number(at)) {
            (Some(told), Some(answer)) => (told - answer).abs() <= 1e-6 * answer.abs().max(1.0),
            _ => true,
        };
        Account {
            parts,
            link: if agrees { link } else { Joined::None },
            note: (!agrees).then(|| "its parts do not add up to its answer".into()),
        }
    }

    pub fn data(self) -> (ScoreData, Bits, BTreeMap<Arc<str>, u64>) {
        let data = match self.kind {
            Kind::Int => ScoreData::Ints(self.ints),
            Kind::Bool => ScoreData::Flags(self.flags),
            Kind::Text => ScoreData::Texts(self.texts),
            _ => ScoreData::Numbers(self.numbers),
        };
        (data, self.present, self.missing)
    }
}

fn put<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

fn wrong_length(what: &str, given: usize, wanted: usize) -> Failure {
    let reason = format!("it answered {given} {what} where there are {wanted}");
    Failure::new("plugin_length", reason)
}
