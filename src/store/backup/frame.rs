//! Frames: runs of blocks or records, packed by zstd, each under a head of twelve bytes. What a
//! frame must be is said by the manifest.

use crate::base::limit;
use crate::store::block::wire::{Reader, put_run};

/// What a frame holds. The numbers are the format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// 1: keys and values of records and catalog entries, each a run.
    Records,
    /// 2: blocks as the log holds them, each a run.
    Blocks,
    /// 3: the manifest.
    Manifest,
}

impl Kind {
    /// Its byte.
    pub fn code(self) -> u8 {
        match self {
            Kind::Records => 1,
            Kind::Blocks => 2,
            Kind::Manifest => 3,
        }
    }
}

/// Bytes of a head: kind, three zeros, bytes unpacked, bytes packed.
pub const HEAD_BYTES: usize = 12;
/// Effort of zstd: the usual one.
const LEVEL: i32 = 3;

/// Head and packed bytes.
pub fn seal(kind: Kind, raw: &[u8]) -> std::io::Result<Vec<u8>> {
    let packed = zstd::bulk::compress(raw, LEVEL)?;
    let mut bytes = Vec::with_capacity(HEAD_BYTES + packed.len());
    bytes.extend_from_slice(&[kind.code(), 0, 0, 0]);
    bytes.extend_from_slice(&(raw.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&(packed.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&packed);
    Ok(bytes)
}

/// Unpacks a frame; the fault in words.
pub fn open(kind: Kind, bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut reader = Reader::new(bytes);
    let head = (reader.word(), reader.word(), reader.word());
    let (Some(code), Some(raw), Some(length)) = head else {
        return Err("it is shorter than a head");
    };
    if code != u32::from(kind.code()) {
        return Err("it is of another kind");
    }
    let raw = raw as usize;
    if raw > limit::BACKUP_FRAME_BYTES_MAX {
        return Err("it is larger than any frame");
    }
    let packed = reader.take(length as usize).filter(|_| reader.is_empty());
    let packed = packed.ok_or("its length is not the one in its head")?;
    let unpacked = zstd::bulk::decompress(packed, raw).map_err(|_| "it cannot be unpacked")?;
    match unpacked.len() == raw {
        true => Ok(unpacked),
        false => Err("it unpacks to another length"),
    }
}

/// Appends runs and says when a frame is full.
#[derive(Default)]
pub struct Gathered {
    /// Unpacked.
    pub raw: Vec<u8>,
    /// Runs, or pairs of them.
    pub items: u64,
}

impl Gathered {
    /// One more item made of these runs.
    pub fn push(&mut self, runs: &[&[u8]]) {
        runs.iter().for_each(|run| put_run(&mut self.raw, run));
        self.items += 1;
    }

    /// Whether it is time to write it.
    pub fn is_full(&self) -> bool {
        self.raw.len() >= limit::BACKUP_FRAME_BYTES_AIM
    }
}
