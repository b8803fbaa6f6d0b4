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
pub use map::{Map, Plain, Run};
pub use saver::{Saver, Written};

#[cfg(test)]
mod tests;
