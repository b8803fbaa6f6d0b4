//! What an import leaves beside the facts that nobody sees yet: by what the same import is known again, and which
//! files it reads.

use super::Mark;
use crate::base::checksum::xxh3;
use crate::ingest::erasure::Erasures;
use crate::language::typed::Rules;

/// Bytes of the hash at its beginning; the names of the files follow.
const HASH_BYTES: usize = 8;

/// Of one import. Equal ones make the same facts of the same files, in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(Vec<u8>);

impl Note {
    /// Of these files, read by these rules, but for who was erased; `lookups`: what is only looked up.
    pub fn of(rules: &Rules, files: &[Mark], lookups: &[Mark], erased: &Erasures) -> Self {
        let mut told = format!(
            "{}\0{:?}\0{:?}\0{} {:?}\0",
            env!("CARGO_PKG_VERSION"),
            rules.schema.shape(),
            rules.sources,
            erased.len(),
            erased.rows()
        );
        for mark in files.iter().chain(lookups) {
            // A file may be mended in the middle: then its facts are others, though both ends are the same.
            let file = (&mark.source, mark.print.written(), mark.changed_nanos);
            told.push_str(&format!("{file:?}"));
        }
        let mut names: Vec<Vec<u8>> = files.iter().map(Mark::name).collect();
        names.sort_unstable();
        let hash = xxh3(told.as_bytes()).to_le_bytes();
        Self([&hash[..], &names.concat()].concat())
    }

    /// As the store keeps it.
    pub fn written(&self) -> Vec<u8> {
        self.0.clone()
    }
}

/// Whether a written note names the file.
pub fn names(note: &[u8], name: &[u8]) -> bool {
    let names = note.get(HASH_BYTES..).unwrap_or_default();
    names.chunks(super::NAME_BYTES).any(|one| one == name)
}
