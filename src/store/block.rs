//! Blocks of facts as the log holds them: a head that says what the block is and where it
//! belongs, and a body packed by column ([`body`], [`group`]). Reading never panics, whatever
//! the bytes are.

pub mod body;
pub mod column;
pub mod group;
pub mod integers;
pub mod pack;
pub mod texts;
pub mod wire;

pub use body::Body;

use crate::base::checksum::Hasher;
use crate::base::limit;
use wire::Reader;

/// Bytes of a head.
pub const HEAD_BYTES: usize = 88;
const MAGIC: u32 = u32::from_le_bytes(*b"TaBl");
const VERSION: u16 = 1;
const KIND_FACTS: u8 = 1;

/// What a reader can know of a block without its body. Fixed width, little-endian.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Log position of its first fact.
    pub first: u64,
    /// Checksum of the block before it, 0 for the first: the last one pins them all.
    pub before: u64,
    /// Bytes of the body.
    pub length: u32,
    /// What the body says of itself.
    pub summary: Summary,
}

/// Counts and ranges of a body, so that readers can pass over it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Facts.
    pub count: u32,
    /// Events among them.
    pub events: u32,
    /// Customers among them.
    pub customers: u32,
    /// Least and greatest instant of its events, in seconds; least > greatest when it has none.
    pub instants: (i64, i64),
    /// Least and greatest row of its events; least > greatest when it has none.
    pub rows: (u32, u32),
    /// Bit `number on disk modulo 64` of each event kind in it.
    pub kinds: u64,
}

impl Summary {
    /// Of nothing.
    pub const EMPTY: Summary = Summary {
        count: 0,
        events: 0,
        customers: 0,
        instants: (i64::MAX, i64::MIN),
        rows: (u32::MAX, 0),
        kinds: 0,
    };

    /// Takes an event in.
    pub fn add_event(&mut self, slot: u16, row: u32, at: i64) {
        self.events += 1;
        self.instants = (self.instants.0.min(at), self.instants.1.max(at));
        self.rows = (self.rows.0.min(row), self.rows.1.max(row));
        self.kinds |= 1 << (slot % 64);
    }
}

/// What is wrong with a block, in words.
pub type Fault = &'static str;

/// Head and body as one value, and its checksum.
pub fn seal(body: &Body, first: u64, before: u64) -> (Vec<u8>, u64) {
    let summary = &body.summary;
    let mut bytes = Vec::with_capacity(HEAD_BYTES + body.bytes.len());
    bytes.extend_from_slice(&MAGIC.to_le_bytes());
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&[KIND_FACTS, 0]);
    bytes.extend_from_slice(&summary.count.to_le_bytes());
    bytes.extend_from_slice(&(body.bytes.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&first.to_le_bytes());
    bytes.extend_from_slice(&before.to_le_bytes());
    bytes.extend_from_slice(&summary.instants.0.to_le_bytes());
    bytes.extend_from_slice(&summary.instants.1.to_le_bytes());
    bytes.extend_from_slice(&summary.rows.0.to_le_bytes());
    bytes.extend_from_slice(&summary.rows.1.to_le_bytes());
    bytes.extend_from_slice(&summary.kinds.to_le_bytes());
    bytes.extend_from_slice(&summary.events.to_le_bytes());
    bytes.extend_from_slice(&summary.customers.to_le_bytes());
    bytes.extend_from_slice(&[0; 8]);
    let mut hasher = Hasher::new();
    hasher.write(&bytes);
    hasher.write(&body.bytes);
    let checksum = hasher.finish();
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes.extend_from_slice(&body.bytes);
    (bytes, checksum)
}

/// Head, body and checksum of a stored block, once its checksum holds.
pub fn open(bytes: &[u8]) -> Result<(Head, &[u8], u64), Fault> {
    let split = bytes.split_at_checked(HEAD_BYTES);
    let (head, body) = split.ok_or("it is shorter than a head")?;
    let split = head.split_at_checked(HEAD_BYTES - 8);
    let (checked, sum) = split.ok_or("it is shorter than a head")?;
    let mut hasher = Hasher::new();
    hasher.write(checked);
    hasher.write(body);
    let checksum = hasher.finish();
    if sum != checksum.to_le_bytes() {
        return Err("its checksum does not hold");
    }
    let head = read_head(checked).ok_or("its head is not one of this format")?;
    if head.length as usize != body.len() {
        return Err("its length is not the one in its head");
    }
    Ok((head, body, checksum))
}

fn read_head(bytes: &[u8]) -> Option<Head> {
    let mut reader = Reader::new(bytes);
    (reader.word()? == MAGIC).then_some(())?;
    let [low, high, kind, _] = reader.take(4)? else {
        return None;
    };
    (u16::from_le_bytes([*low, *high]) == VERSION && *kind == KIND_FACTS).then_some(())?;
    let count = reader.word()?;
    (count > 0 && count as usize <= limit::BLOCK_FACTS_MAX).then_some(())?;
    let length = reader.word()?;
    let (first, before) = (reader.long()?, reader.long()?);
    let instants = (reader.long()? as i64, reader.long()? as i64);
    let rows = (reader.word()?, reader.word()?);
    let kinds = reader.long()?;
    let (events, customers) = (reader.word()?, reader.word()?);
    Some(Head {
        first,
        before,
        length,
        summary: Summary {
            count,
            events,
            customers,
            instants,
            rows,
            kinds,
        },
    })
}

#[cfg(test)]
mod tests;
