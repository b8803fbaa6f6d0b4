//! Texts: tables of codes, tests and what functions make of them. A test with one
//! constant side is answered once for each dictionary entry and looked up by code.
//! A missing side makes a test unknown and a function's result missing.

use std::sync::Arc;

use super::cache::{Cache, CodeSet};
use super::compare;
use super::meter;
use super::outcome::RunError;
use super::vector::{KeyData, NumberData, Numbers, Place, Texts, Truth, Vector};
use super::words;
use crate::base::kind::Kind;
use crate::base::text::fold;
use crate::base::value::Value;
use crate::columns::Snapshot;
use crate::columns::code;
use crate::columns::dictionary::Dictionary;
use crate::columns::packed::Values;
use crate::language::typed::TextOp;

/// What codes stand for.
#[derive(Clone, Debug)]
pub enum TextTable<'a> {
    /// Of a column or field; every text once.
    Stored(&'a Dictionary),
    /// Made once for the run of a stored one, by the same codes.
    Mapped(Arc<Vec<Arc<str>>>),
    /// Made for this block.
    Local(Arc<Vec<Arc<str>>>),
    /// Ids of customers by row.
    Ids(&'a Snapshot),
}

impl<'a> TextTable<'a> {
    /// The text of a code; empty for a code that is none (absent lanes).
    pub fn get(&self, code: i64) -> &str {
        let at = usize::try_from(code).unwrap_or(usize::MAX);
        match self {
            TextTable::Stored(dictionary) => dictionary.texts.get(at).map_or("", |text| text),
            TextTable::Mapped(texts) | TextTable::Local(texts) => {
                texts.get(at).map_or("", |text| text)
            }
            TextTable::Ids(snapshot) => u32::try_from(code).map_or("", |row| snapshot.id(row)),
        }
    }

    /// The text of a code, to keep.
    pub fn shared(&self, code: i64) -> Arc<str> {
        let at = usize::try_from(code).unwrap_or(usize::MAX);
        let found = match self {
            TextTable::Stored(dictionary) => dictionary.texts.get(at).cloned(),
            TextTable::Mapped(texts) | TextTable::Local(texts) => texts.get(at).cloned(),
            TextTable::Ids(_) => None,
        };
        found.unwrap_or_else(|| Arc::from(self.get(code)))
    }

    /// Where it lies and how long it is, if it stays there for the whole run.
    fn lasting(&self) -> Option<(usize, usize)> {
        match self {
            TextTable::Stored(dictionary) => Some((
                std::ptr::from_ref::<Dictionary>(dictionary).addr(),
                dictionary.texts.len(),
            )),
            TextTable::Mapped(texts) => Some((Arc::as_ptr(texts).addr(), texts.len())),
            TextTable::Local(_) | TextTable::Ids(_) => None,
        }
    }

    /// The dictionary of a column or a field.
    pub fn stored(&self) -> Option<&'a Dictionary> {
        match self {
            TextTable::Stored(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// Whether equal codes mean equal texts in both.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (TextTable::Stored(left), TextTable::Stored(right)) => std::ptr::eq(*left, *right),
            (TextTable::Ids(_), TextTable::Ids(_)) => true,
            _ => false,
        }
    }
}

impl Texts<'_> {
    /// The text of a lane; means nothing where absent.
    pub fn at(&self, lane: usize) -> &str {
        self.table.get(self.codes.at(lane))
    }

    /// The text, when it is the same and present in every lane.
    pub fn constant(&self) -> Option<&str> {
        match (&self.codes, &self.presence) {
            (KeyData::Constant(code), None) => Some(self.table.get(*code)),
            _ => None,
        }
    }

    /// Whether both are codes of the same dictionary.
    pub fn shares_codes(&self, other: &Self) -> bool {
        self.table.same(&other.table)
    }
}

/// Yes where the predicate holds, unknown where the text is missing. `operation` names the test in the cache.
pub fn test(
    texts: &Texts<'_>,
    len: usize,
    cache: &Cache,
    operation: usize,
    predicate: impl Fn(&str) -> bool,
) -> Truth {
    let presence = texts.presence.clone();
    if let KeyData::Constant(code) = texts.codes {
        let holds = predicate(texts.table.get(code));
        let yes = if holds {
            words::all(len)
        } else {
            words::none(len)
        };
        return Truth::of(yes, presence);
    }
    let Some((address, entries)) = texts
        .table
        .lasting()
        .filter(|(_, entries)| cache.worth_it(*entries))
    else {
        return Truth::of(
            words::from_fn(len, |lane| {
                presence.as_ref().is_none_or(|bits| words::get(bits, lane))
                    && predicate(texts.at(lane))
            }),
            presence,
        );
    };
    let set = cache.codes((operation, address), || {
        CodeSet::new(words::from_fn(entries, |code| {
            predicate(texts.table.get(code as i64))
        }))
    });
    Truth::of(lookup(&texts.codes, &set, len), presence)
}

/// Lanes whose code is in the set.
pub fn lookup(codes: &KeyData<'_>, set: &CodeSet, len: usize) -> Vec<u64> {
    if set.empty {
        return words::none(len);
    }
    if let Some(code) = set.single {
        return compare::within(codes, code, code, len);
    }
    let holds = |code: usize| words::get(&set.words, code);
    if let KeyData::Stored(view) = codes
        && let Place::Range { from, len } = view.place
    {
        // Codes of texts are looked up in the width in which they are stored.
        let packed = &view.packed.values;
        let run = from..from + len;
        let found = match packed {
            Values::U8 { base, step, values } => looked_up(values.get(run), *base, *step, holds),
            Values::U16 { base, step, values } => looked_up(values.get(run), *base, *step, holds),
            Values::U32 { base, step, values } => looked_up(values.get(run), *base, *step, holds),
            _ => None,
        };
        if let Some(found) = found {
            meter::read(len, packed.width_bytes());
            return found;
        }
    }
    words::from_slice(&codes.wide(len), |code| {
        holds(usize::try_from(code).unwrap_or(usize::MAX))
    })
}

/// Which stored codes hold; `None` where they are not stored as they are counted.
fn looked_up<T: Copy + Into<u32>>(
    run: Option<&[T]>,
    base: i64,
    step: u32,
    holds: impl Fn(usize) -> bool,
) -> Option<Vec<u64>> {
    let base = usize::try_from(base).ok().filter(|_| step == 1)?;
    let test = |stored: T| {
        let stored: u32 = stored.into();
        holds(base + stored as usize)
    };
    Some(words::from_slice(run.unwrap_or_default(), test))
}

/// Lane by lane, two texts. Unknown where either is missing.
pub fn test_pairs(
    left: &Texts<'_>,
    right: &Texts<'_>,
    len: usize,
    predicate: impl Fn(&str, &str) -> bool,
) -> Truth {
    let presence = words::both(left.presence.as_deref(), right.presence.as_deref());
    let yes = words::from_fn(len, |lane| {
        presence.as_ref().is_none_or(|bits| words::get(bits, lane))
            && predicate(left.at(lane), right.at(lane))
    });
    Truth::of(yes, presence)
}

fn holds(op: TextOp, value: &str, pattern: &str) -> bool {
    match op {
        TextOp::Contains => value.contains(pattern),
        TextOp::StartsWith => value.starts_with(pattern),
        TextOp::EndsWith => value.ends_with(pattern),
        // Patterns are their own operation.
        TextOp::Matches => false,
    }
}

/// `contains`, `starts with`, `ends with`; folded tests fold both sides.
pub fn text_test(
    op: TextOp,
    folded: bool,
    value: &Texts<'_>,
    pattern: &Texts<'_>,
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Truth {
    match (pattern.constant(), folded) {
        (Some(pattern), false) => test(value, len, cache, operation, |text| {
            holds(op, text, pattern)
        }),
        (Some(pattern), true) => {
            let pattern = fold(pattern);
            test(value, len, cache, operation, |text| {
                holds(op, &fold(text), &pattern)
            })
        }
        (None, false) => test_pairs(value, pattern, len, |text, by| holds(op, text, by)),
        (None, true) => test_pairs(value, pattern, len, |text, by| {
            holds(op, &fold(text), &fold(by))
        }),
    }
}

/// What a function makes of each entry of a dictionary, in the layout of its result.
#[derive(Debug)]
pub enum Mapped {
    /// Kinds kept as keys.
    Keys(Vec<i64>, Vec<u64>),
    /// Number.
    Numbers(Vec<f64>, Vec<u64>),
    /// Text.
    Texts(Arc<Vec<Arc<str>>>, Vec<u64>),
}

impl Mapped {
    /// By code.
    pub fn new(values: Vec<Option<Value>>, kind: &Kind) -> Self {
        let present = words::from_fn(values.len(), |code| {
            values.get(code).is_some_and(Option::is_some)
        });
        match kind {
            Kind::Number => {
                let number = |value| match value {
                    Some(Value::Number(number)) => number,
                    _ => 0.0,
                };
                Mapped::Numbers(values.into_iter().map(number).collect(), present)
            }
            Kind::Text => {
                let text = |value| match value {
                    Some(Value::Text(text)) => text,
                    _ => Arc::from(""),
                };
                Mapped::Texts(Arc::new(values.into_iter().map(text).collect()), present)
            }
            _ => {
                let key = |value: Option<Value>| value.as_ref().and_then(code::key).unwrap_or(0);
                Mapped::Keys(values.into_iter().map(key).collect(), present)
            }
        }
    }

    /// The lanes of a block, by their codes.
    pub fn lanes<'a>(&self, texts: &Texts<'a>, len: usize) -> Vector<'a> {
        let codes = texts.codes.wide(len);
        let at = |code: &i64| usize::try_from(*code).unwrap_or(usize::MAX);
        let entry_present = match self {
            Mapped::Keys(_, present) | Mapped::Numbers(_, present) | Mapped::Texts(_, present) => {
                present
            }
        };
        let mut presence = words::from_slice(&codes, |code| words::get(entry_present, at(&code)));
        if let Some(present) = &texts.presence {
            words::and_into(&mut presence, present);
        }
        match self {
            Mapped::Keys(keys, _) => {
                let take = |code| keys.get(at(code)).copied().unwrap_or(0);
                Vector::keys(codes.iter().map(take).collect(), Some(presence))
            }
            Mapped::Numbers(numbers, _) => {
                let take = |code| numbers.get(at(code)).copied().unwrap_or(0.0);
                Vector::Numbers(Numbers {
                    data: NumberData::Owned(codes.iter().map(take).collect()),
                    presence: Some(presence),
                })
            }
            Mapped::Texts(table, _) => Vector::Texts(Texts {
                codes: texts.codes.clone(),
                table: TextTable::Mapped(Arc::clone(table)),
                presence: Some(presence),
            }),
        }
    }
}

/// Applies a function to each text, once an entry where that pays.
pub fn map<'a>(
    texts: &Texts<'a>,
    kind: &Kind,
    len: usize,
    cache: &Cache,
    operation: usize,
    function: impl Fn(&str) -> Option<Value>,
) -> Result<Vector<'a>, RunError> {
    let lasting = texts.table.lasting();
    if let Some((address, entries)) = lasting.filter(|(_, entries)| cache.worth_it(*entries))
        && !matches!(texts.codes, KeyData::Constant(_))
    {
        let mapped = cache.mapped((operation, address), || {
            let values = (0..entries).map(|code| function(texts.table.get(code as i64)));
            Ok(Mapped::new(values.collect(), kind))
        })?;
        return Ok(mapped.lanes(texts, len));
    }
    let values = (0..len).map(|lane| {
        let present = texts
            .presence
            .as_ref()
            .is_none_or(|bits| words::get(bits, lane));
        present.then(|| function(texts.at(lane))).flatten()
    });
    Ok(from_values(values.collect(), kind))
}

/// A vector of values one by one: the slow way in, for what is rare.
pub fn from_values<'a>(values: Vec<Option<Value>>, kind: &Kind) -> Vector<'a> {
    let len = values.len();
    if let Kind::Set(_) = kind {
        return Vector::Sets(super::vector::Sets::Owned(values));
    }
    if let Kind::Bool = kind {
        let is = |wanted: bool| {
            words::from_fn(
                len,
                |lane| matches!(values.get(lane), Some(Some(Value::Bool(value))) if *value == wanted),
            )
        };
        return Vector::Truth(Truth {
            yes: is(true),
            no: Some(is(false)),
        });
    }
    match Mapped::new(values, kind) {
        Mapped::Keys(keys, presence) => Vector::keys(keys, Some(presence)),
        Mapped::Numbers(numbers, presence) => Vector::numbers(numbers, Some(presence)),
        Mapped::Texts(table, presence) => Vector::Texts(Texts {
            codes: KeyData::Owned((0..len as i64).collect()),
            table: TextTable::Local(table),
            presence: Some(presence),
        }),
    }
}
