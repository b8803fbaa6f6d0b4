//! How far the store has come: written under one key in every commit, so that it is true
//! of exactly what that commit holds. The witness keeps a part of it outside the log.

use super::block::Summary;
use crate::base::checksum::xxh3;

/// Counters and checksums of the whole store after one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tally {
    /// Names this log; a folder made anew or rewritten gets another one.
    pub epoch: u64,
    /// Commits so far.
    pub commits: u64,
    /// Facts so far = the log position after the last one.
    pub position: u64,
    /// Customers so far = the next row.
    pub customers: u32,
    /// Events among the facts.
    pub events: u64,
    /// Blocks.
    pub blocks: u64,
    /// Bytes of all blocks, packed.
    pub block_bytes: u64,
    /// Checksum of the last block, 0 when there is none. Each block carries that of the one before.
    pub last_checksum: u64,
    /// Key/value pairs beside blocks and this tally.
    pub records: u64,
    /// XOR of [`pair_hash`] over those pairs.
    pub digest: u64,
}

/// Bytes of an encoded tally.
pub const TALLY_BYTES: usize = 88;
const MAGIC: u32 = u32::from_le_bytes(*b"TaTl");

impl Tally {
    /// Fixed width, little-endian, XXH3-64 at the end.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(TALLY_BYTES);
        bytes.extend_from_slice(&MAGIC.to_le_bytes());
        bytes.extend_from_slice(&self.customers.to_le_bytes());
        for number in self.numbers() {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&xxh3(&bytes).to_le_bytes());
        bytes
    }

    /// Counts a sealed block in.
    pub fn add_block(&mut self, summary: &Summary, bytes: usize, checksum: u64) {
        self.position += u64::from(summary.count);
        self.customers += summary.customers;
        self.events += u64::from(summary.events);
        self.blocks += 1;
        self.block_bytes += bytes as u64;
        self.last_checksum = checksum;
    }

    /// Its facts, with the commits and records of another tally of the same log.
    #[must_use]
    pub fn over(&self, other: &Tally) -> Tally {
        Tally {
            commits: other.commits,
            records: other.records,
            digest: other.digest,
            ..*self
        }
    }

    fn numbers(&self) -> [u64; 9] {
        [
            self.epoch,
            self.commits,
            self.position,
            self.events,
            self.blocks,
            self.block_bytes,
            self.last_checksum,
            self.records,
            self.digest,
        ]
    }

    /// `None` when the bytes are not a sound tally.
    pub fn decode(bytes: &[u8]) -> Option<Tally> {
        let (body, sum) = bytes.split_at_checked(TALLY_BYTES - 8)?;
        (sum == xxh3(body).to_le_bytes()).then_some(())?;
        let (head, numbers) = body.split_at_checked(8)?;
        let (magic, customers) = head.split_at_checked(4)?;
        (magic == MAGIC.to_le_bytes()).then_some(())?;
        let mut numbers = numbers
            .chunks_exact(8)
            .filter_map(|chunk| Some(u64::from_le_bytes(chunk.try_into().ok()?)));
        let mut next = || numbers.next();
        Some(Tally {
            customers: u32::from_le_bytes(customers.try_into().ok()?),
            epoch: next()?,
            commits: next()?,
            position: next()?,
            events: next()?,
            blocks: next()?,
            block_bytes: next()?,
            last_checksum: next()?,
            records: next()?,
            digest: next()?,
        })
    }
}

/// What one key/value pair adds to the digest.
pub fn pair_hash(key: &[u8], value: &[u8]) -> u64 {
    let mut hasher = crate::base::checksum::Hasher::new();
    hasher.write(&(key.len() as u64).to_le_bytes());
    hasher.write(key);
    hasher.write(value);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_and_refuses_each_changed_bit() {
        let tally = Tally {
            epoch: 1,
            commits: 2,
            position: 3,
            customers: 4,
            events: 5,
            blocks: 6,
            block_bytes: 7,
            last_checksum: 8,
            records: 9,
            digest: 10,
        };
        let bytes = tally.encode();
        assert_eq!(bytes.len(), TALLY_BYTES);
        assert_eq!(Tally::decode(&bytes), Some(tally));
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Tally::decode(&changed), None, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(Tally::decode(&bytes[..length]), None, "cut at {length}");
        }
    }

    #[test]
    fn a_pair_is_not_its_neighbour() {
        assert_ne!(pair_hash(b"ab", b"c"), pair_hash(b"a", b"bc"));
    }
}
