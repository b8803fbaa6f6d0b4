//! Events that are stored and not yet in the columns, by what makes them the same.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use crate::base::calendar::Instant;
use crate::ingest::identity::Already;
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};

/// An odd number without a pattern: what is multiplied by it is spread over all bits.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// Another one.
const MIX: u64 = 0xd6e8_feb8_6659_fd93;

/// Kind, customer, instant, identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub EventId, pub Row, pub Instant, pub u64);

impl Hash for Key {
    /// All parts count: events of equal content have equal identities, and there may be millions of them.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self(event, row, at, identity) = self;
        let whose = u64::from(row.0) << 16 | u64::from(event.0);
        let spread = |value: u64, by: u64| {
            let wide = u128::from(value) * u128::from(by);
            (wide as u64) ^ (wide >> u64::BITS) as u64
        };
        let place = spread(whose ^ MIX, SPREAD) ^ at.0.cast_unsigned();
        state.write_u64(spread(place, MIX) ^ spread(*identity, SPREAD));
    }
}

/// Some events.
#[derive(Debug, Default)]
pub struct Recent(HashSet<Key, BuildHasherDefault<Already>>);

impl Recent {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn contains(&self, key: &Key) -> bool {
        !self.0.is_empty() && self.0.contains(key)
    }

    /// Adds those of the facts that are events of such a kind.
    pub fn extend(&mut self, facts: &[Fact], of: impl Fn(EventId) -> bool) {
        let keys = facts.iter().filter_map(|fact| match fact {
            Fact::Event {
                event,
                row,
                at,
                identity,
                ..
            } if of(*event) => Some(Key(*event, *row, *at, *identity)),
            _ => None,
        });
        self.0.extend(keys);
    }

    /// Forgets all; the room stays.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn equal_contents_spread() {
        let set = Recent::default();
        let mut hashes = HashSet::new();
        for row in 0..100 {
            for at in 0..100 {
                for event in 0..2 {
                    let key = Key(EventId(event), Row(row), Instant(at), 7);
                    // What a table of 2^20 places tells apart.
                    hashes.insert(set.0.hasher().hash_one(key) & 0xfffff);
                }
            }
        }
        assert!(hashes.len() > 19_500, "{}", hashes.len());
    }
}
