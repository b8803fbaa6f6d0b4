//! Lanes of one vector as lanes of another: what a fact's filter reads of its customer.

use super::{KeyData, Keys, NumberData, Numbers, Sets, Texts, Truth, Vector};
use crate::base::kind::Kind;
use crate::engine::words;

impl<'a> Vector<'a> {
    /// The same with one lane for each of `lanes`, which name lanes of this one after `mask`.
    pub fn gathered<'g>(&self, lanes: &[u16], mask: u16, len: usize, kind: &Kind) -> Vector<'g>
    where
        'a: 'g,
    {
        let from = |lane: &u16| usize::from(lane & mask);
        let presence = |presence: &Option<Vec<u64>>| {
            presence
                .as_ref()
                .map(|bits| words::from_slice(lanes, |lane| words::get(bits, from(&lane))))
        };
        let codes = |data: &KeyData<'_>| match data {
            KeyData::Constant(key) => KeyData::Constant(*key),
            data => {
                let wide = data.wide(len);
                let take = |lane: &u16| wide.get(from(lane)).copied().unwrap_or(0);
                KeyData::Owned(lanes.iter().map(take).collect())
            }
        };
        match self {
            Vector::Truth(truth) => {
                let bits = |bits: &Vec<u64>| {
                    words::from_slice(lanes, |lane| words::get(bits, from(&lane)))
                };
                Vector::Truth(Truth {
                    yes: bits(&truth.yes),
                    no: truth.no.as_ref().map(bits),
                })
            }
            Vector::Keys(keys) => Vector::Keys(Keys {
                data: codes(&keys.data),
                presence: presence(&keys.presence),
            }),
            Vector::Texts(texts) => Vector::Texts(Texts {
                codes: codes(&texts.codes),
                table: texts.table.clone(),
                presence: presence(&texts.presence),
            }),
            Vector::Numbers(numbers) => {
                let data = match numbers.data {
                    NumberData::Constant(number) => NumberData::Constant(number),
                    _ => {
                        let wide = numbers.wide(len);
                        let take = |lane: &u16| wide.get(from(lane)).copied().unwrap_or(0.0);
                        NumberData::Owned(lanes.iter().map(take).collect())
                    }
                };
                Vector::Numbers(Numbers {
                    data,
                    presence: presence(&numbers.presence),
                })
            }
            Vector::Sets(_) => {
                let values = lanes.iter().map(|lane| self.value(from(lane), kind));
                Vector::Sets(Sets::Owned(values.collect()))
            }
        }
    }
}
