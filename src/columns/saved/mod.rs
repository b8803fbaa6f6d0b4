//! Columns on the disk, so that a start need not make them of the whole log: files that are
//! mapped, checked page by page, named for a log position, and thrown away when in doubt. What
//! columns mean is not here. `docs/STORE.md` draws the bytes.

mod base;
mod file;
mod folder;
mod map;
mod parts;

pub use folder::{Saver, Written, load};
pub use map::{Map, Plain, Run};

#[cfg(test)]
mod tests;
