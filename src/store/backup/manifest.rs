//! The list at the end of a backup: what it holds of which store, what it follows on, and the
//! SHA-256 of each frame.

use serde::{Deserialize, Serialize};

use super::frame::Kind;
use crate::base::secret::sha256;
use crate::store::tally::Tally;

/// Bytes at the head of a file.
pub const HEAD: &[u8; 16] = b"TamisBak\x01\0\0\0\0\0\0\0";
/// Bytes at the very end: where the manifest's frame begins, its SHA-256, and this.
pub const END: &[u8; 8] = b"TamisEnd";
/// Bytes of the tail.
pub const TAIL_BYTES: usize = 8 + 32 + 8;

/// What a backup says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the program that made it.
    pub program: String,
    /// Format number of the store.
    pub store_format: u32,
    /// The tally of the store, as it is stored.
    tally: Vec<u8>,
    /// Log position of the first block in it: 0, or where it follows on.
    pub from: u64,
    /// What it follows on.
    pub base: Option<Base>,
    /// In the order of the file.
    pub frames: Vec<Frame>,
}

/// An earlier backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Base {
    /// The commit it is of.
    pub commits: u64,
    /// [`Manifest::name`] of it.
    pub name: [u8; 32],
}

/// One frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Frame {
    /// Its kind as a byte.
    pub kind: u8,
    /// Bytes with its head.
    pub bytes: u64,
    /// Of the frame as it lies in the file.
    pub sha256: [u8; 32],
    /// Blocks or records in it.
    pub items: u64,
    /// Of blocks: the first log position and the one after the last.
    pub positions: (u64, u64),
}

impl Frame {
    /// What is lost without it.
    pub fn describe(&self) -> String {
        match self.kind == Kind::Blocks.code() {
            true => format!(
                "facts from position {} to {}",
                self.positions.0, self.positions.1
            ),
            false => format!("{} records beside the facts", self.items),
        }
    }
}

impl Manifest {
    /// Of a store at that tally, nothing in it yet.
    pub fn new(tally: &Tally, from: u64, base: Option<Base>) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            store_format: crate::store::folder::FORMAT,
            tally: tally.encode(),
            from,
            base,
            frames: Vec::new(),
        }
    }

    /// Out of its bytes.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let manifest: Self = postcard::from_bytes(bytes).ok()?;
        Tally::decode(&manifest.tally)?;
        Some(manifest)
    }

    /// How far the store had come.
    pub fn tally(&self) -> Tally {
        Tally::decode(&self.tally).unwrap_or_default()
    }

    /// Names a backup: the SHA-256 of its manifest's frame, which holds those of all others.
    pub fn name(frame: &[u8]) -> [u8; 32] {
        sha256(frame)
    }
}

/// File name of the backup of that commit.
pub fn file_name(commits: u64) -> String {
    format!("tamis-{commits}.tbk")
}

/// The commit in a file name.
pub fn commits_in(name: &str) -> Option<u64> {
    name.strip_prefix("tamis-")?
        .strip_suffix(".tbk")?
        .parse()
        .ok()
}
