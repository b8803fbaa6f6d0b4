//! Sets: membership and reading them back as values. A missing set or member makes
//! a test unknown.

use std::borrow::Cow;

use super::cache::{Cache, CodeSet};
use super::meter;
use super::text;
use super::vector::{NumberData, Place, Sets, Truth, Vector, View};
use super::words;
use crate::base::kind::Kind;
use crate::base::text::fold;
use crate::base::value::Value;
use crate::columns::code;
use crate::columns::dictionary::Dictionary;
use crate::columns::packed::Values;

/// The set of a lane; `None` = missing.
pub fn value(sets: &Sets<'_>, lane: usize, kind: &Kind) -> Option<Value> {
    match sets {
        Sets::Owned(values) => values.get(lane).cloned().flatten(),
        Sets::Stored {
            view, dictionary, ..
        } => view
            .packed
            .value(view.place.at(lane), kind, Some(dictionary)),
    }
}

/// Whether sets hold a member. `kinds` are those of the set and of the member.
pub fn contains(
    folded: bool,
    sets: &Vector<'_>,
    member: &Vector<'_>,
    kinds: (&Kind, &Kind),
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Truth {
    if let (
        Vector::Sets(Sets::Stored {
            view,
            dictionary,
            presence,
        }),
        Some(wanted),
    ) = (sets, constant(member, kinds.1))
    {
        let address = std::ptr::from_ref::<Dictionary>(dictionary).addr();
        let codes = cache.codes((operation, address), || {
            matching(folded, dictionary, &wanted)
        });
        return Truth::of(holding(*view, &codes, len), presence.clone());
    }
    let answers = (0..len).map(|lane| {
        let Some(Value::Set(items)) = sets.value(lane, kinds.0) else {
            return None;
        };
        let wanted = member.value(lane, kinds.1)?;
        Some(Value::Bool(
            items.iter().any(|item| same(folded, item, &wanted)),
        ))
    });
    match text::from_values(answers.collect(), &Kind::Bool) {
        Vector::Truth(truth) => truth,
        _ => Truth::constant(None, len),
    }
}

fn same(folded: bool, item: &Value, wanted: &Value) -> bool {
    match (folded, item, wanted) {
        (true, Value::Text(item), Value::Text(wanted)) => fold(item) == fold(wanted),
        _ => item.order(wanted).is_eq(),
    }
}

/// The value, if it is the same and present in every lane.
fn constant(member: &Vector<'_>, kind: &Kind) -> Option<Value> {
    let same = match member {
        Vector::Texts(texts) => texts.constant().is_some(),
        Vector::Keys(keys) => keys.is_constant(),
        Vector::Numbers(numbers) => {
            matches!(numbers.data, NumberData::Constant(_)) && numbers.presence.is_none()
        }
        Vector::Truth(_) | Vector::Sets(_) => false,
    };
    if same { member.value(0, kind) } else { None }
}

/// Codes of the members that are meant.
fn matching(folded: bool, dictionary: &Dictionary, wanted: &Value) -> CodeSet {
    let mut found = words::none(dictionary.len());
    if let (true, Value::Text(wanted)) = (folded, wanted) {
        let wanted = fold(wanted);
        found = words::from_fn(dictionary.len(), |at| {
            u32::try_from(at)
                .ok()
                .and_then(|code| dictionary.get(code))
                .is_some_and(|text| fold(text) == wanted)
        });
    } else if let Some(at) = code::member_text(wanted).and_then(|text| dictionary.code(&text)) {
        words::set(&mut found, at as usize);
    }
    CodeSet::new(found)
}

/// Lanes whose set holds one of the codes.
fn holding(view: View<'_>, codes: &CodeSet, len: usize) -> Vec<u64> {
    if codes.empty {
        return words::none(len);
    }
    meter::read(len, view.packed.values.width_bytes());
    if let Values::Masks { values } = &view.packed.values {
        let wanted = codes.words.first().copied().unwrap_or(0);
        let masks = match view.place {
            Place::Range { from, len } => {
                Cow::Borrowed(values.get(from..from + len).unwrap_or_default())
            }
            Place::Picks(_) => Cow::Owned(view.place.take(values, |mask| mask)),
        };
        return words::from_slice(&masks, |mask| mask & wanted != 0);
    }
    words::from_fn(len, |lane| {
        view.packed
            .members(view.place.at(lane))
            .is_some_and(|mut members| members.any(|code| words::get(&codes.words, code as usize)))
    })
}
