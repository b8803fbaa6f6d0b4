//! Small values under keys beside the facts, one shelf for each use. A record that is given
//! with facts becomes true together with the last of them.

use super::error::StoreError;
use super::fact::Row;
use crate::base::limit;

/// What a record is for: the first byte of its key. The bytes are the format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shelf {
    /// `20`: state kept for a customer.
    Customer,
    /// `40`: members of rules.
    Membership,
    /// `41`: reviews of tiers.
    Review,
    /// `50`: steps that fall due.
    Due,
    /// `60`: effects on the world, to be delivered.
    Outbox,
    /// `61`: keys of requests that must not act twice.
    Idempotency,
    /// `70`: who did what.
    Audit,
    /// `80`: accepted rule sets.
    RuleSet,
    /// `90`: sources imported.
    Source,
}

impl Shelf {
    const ALL: [Shelf; 9] = [
        Shelf::Customer,
        Shelf::Membership,
        Shelf::Review,
        Shelf::Due,
        Shelf::Outbox,
        Shelf::Idempotency,
        Shelf::Audit,
        Shelf::RuleSet,
        Shelf::Source,
    ];

    /// The shelf whose keys begin with that byte.
    pub fn of_byte(byte: u8) -> Option<Shelf> {
        Self::ALL.into_iter().find(|shelf| shelf.byte() == byte)
    }

    /// The first byte of its keys.
    pub fn byte(self) -> u8 {
        match self {
            Shelf::Customer => 0x20,
            Shelf::Membership => 0x40,
            Shelf::Review => 0x41,
            Shelf::Due => 0x50,
            Shelf::Outbox => 0x60,
            Shelf::Idempotency => 0x61,
            Shelf::Audit => 0x70,
            Shelf::RuleSet => 0x80,
            Shelf::Source => 0x90,
        }
    }
}

/// Keys of [`Shelf::Customer`] that begin with it say whom the store erased. A salvage takes them over
/// from wherever they can be read.
pub const ERASURES: &[u8] = b"\0erased/";
/// After it: where the key of the hashes lies under which erased ids are kept.
pub const ERASURES_KEY: &[u8] = b"key";
/// That key.
pub type ErasuresKey = [u8; 32];
/// Where an erased customer lies whom the store never had, in the first four bytes of the value; no customer gets
/// that row.
pub const NOWHERE: Row = Row(u32::MAX);

/// One value to be set or removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// What for.
    pub shelf: Shelf,
    /// At most 254 bytes.
    pub key: Vec<u8>,
    /// At most [`limit::STORE_VALUE_BYTES_MAX`] bytes; `None` removes it.
    pub value: Option<Vec<u8>>,
}

/// Bytes of the records of one request, so that they fit one commit beside a block.
pub const RECORDS_BYTES_MAX: usize = limit::STORE_COMMIT_BYTES_MAX / 2;

/// The whole key of a record.
pub fn full_key(shelf: Shelf, key: &[u8]) -> Vec<u8> {
    let mut full = vec![shelf.byte()];
    full.extend_from_slice(key);
    full
}

/// Bytes of all of them; refuses one that is too large, and too many.
pub fn check(records: &[Record], value_bytes_max: usize) -> Result<usize, StoreError> {
    let mut total = 0;
    for record in records {
        let bytes = record.value.as_ref().map_or(0, Vec::len);
        total += bytes + record.key.len() + 1;
        let refused = |bytes: usize, bytes_max: usize| StoreError::TooLarge {
            what: format!("a record on shelf {:02x}", record.shelf.byte()),
            bytes: bytes as u64,
            bytes_max: bytes_max as u64,
        };
        if record.key.len() >= limit::STORE_KEY_BYTES_MAX {
            return Err(refused(record.key.len(), limit::STORE_KEY_BYTES_MAX - 1));
        }
        if bytes > value_bytes_max {
            return Err(refused(bytes, value_bytes_max));
        }
    }
    let total_max = RECORDS_BYTES_MAX.max(value_bytes_max + limit::STORE_KEY_BYTES_MAX);
    if total > total_max {
        return Err(StoreError::TooLarge {
            what: "the records of one request".to_owned(),
            bytes: total as u64,
            bytes_max: total_max as u64,
        });
    }
    Ok(total)
}
