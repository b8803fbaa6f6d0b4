//! The delimiter that a source leaves open, found by the first line of its file.

use std::path::Path;

use super::Layout;
use crate::base::text::nfc;
use crate::ingest::error::ImportError;
use crate::ingest::reading::{cut, stopped};

/// What delimited text is parted by; of those that fit alike the first counts.
const CANDIDATES: [u8; 4] = *b",;\t|";

/// The delimiter under which the first line names the most of the columns `wanted`; of those the one
/// that cuts it into the most fields. A file without a header line is held against the width of the
/// header that the source gives.
pub fn find(path: &Path, layout: &Layout, wanted: &[String]) -> Result<u8, ImportError> {
    let mut chosen = b',';
    let mut best = (0, 1);
    for candidate in CANDIDATES {
        let layout = Layout {
            delimiter: Some(candidate),
            ..layout.clone()
        };
        let (mut records, ..) = cut(&layout, path)?;
        let first = records.header().map_err(|error| stopped(path, error))?;
        let first = first.unwrap_or_default();
        let fits = match &layout.header {
            Some(given) => usize::from(given.len() == first.len()),
            None => {
                let named: Vec<String> = first.iter().map(|name| clean(name)).collect();
                let is_there = |name: &&String| named.contains(&clean(name));
                wanted.iter().filter(is_there).count()
            }
        };
        let score = (fits, first.len());
        if score > best {
            best = score;
            chosen = candidate;
        }
    }
    Ok(chosen)
}

fn clean(name: &str) -> String {
    nfc(name.trim()).into_owned()
}
