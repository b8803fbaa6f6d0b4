//! Backups: one file that holds a store as it was at one commit, or what came since an earlier
//! one; made while the store serves, restored into a new folder. `docs/STORE.md` draws the file.

mod file;
mod frame;
mod line;
mod manifest;
mod restore;
mod write;

pub use super::draft::check_target;
pub use file::Backup;
pub use manifest::{Manifest, file_name};
pub use restore::{Chain, Finish, Restored, restore};
pub use write::{BackedUp, Job, write};

#[cfg(test)]
mod tests;
