//! Columns on the disk, so that a start need not make them of the whole log: files that are
//! mapped, checked page by page, named for a log position, and thrown away when in doubt. What
//! columns mean is not here. `docs/STORE.md` draws the bytes.

mod base;
mod file;
mod folder;
mod list;
mod map;
mod parts;
mod saver;

pub use folder::{is_meant, load};
pub use list::tidy;
pub use map::{Map, Plain, Run};
pub use saver::{Saver, Written};

use std::io;
use std::path::Path;

use crate::store::StoreError;

/// That the system refused something in a folder of columns.
pub fn refused(folder: &Path, error: &io::Error) -> StoreError {
    StoreError::Io {
        action: "save columns in".to_owned(),
        path: folder.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests;
