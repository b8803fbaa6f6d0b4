//! One log in the place of another: the new one lies whole and verified in a folder of its own;
//! a mark decides which of the two is the store, and from then on every opening finishes what a
//! crash cut off.

use std::fs;
use std::path::Path;

use super::engine::sync_path;
use super::error::StoreError;
use super::folder::{self, LOG, WITNESS};

/// The folder in which the new log is made.
pub const COMPACT: &str = "compact";
/// From this mark on the new log is the store.
const SWAP: &str = "SWAP";
/// The log before it, until all is done.
pub const OLD: &str = "sled.old";
/// Files made from the old log; they fit no other.
pub const COLUMNS: &str = "columns";

/// Puts the log in `compact` in the place of the store's. Both are closed.
pub fn swap(data: &Path) -> Result<(), StoreError> {
    folder::mark(data, SWAP)?;
    settle(data)
}

/// Finishes a swap that was begun; throws away a new log that was not.
pub fn settle(data: &Path) -> Result<(), StoreError> {
    if data.join(SWAP).exists() {
        STEPS.iter().try_for_each(|step| step(data))?;
    }
    folder::remove_folder(&data.join(OLD))?;
    folder::remove_folder(&data.join(COMPACT))
}

/// Whether a new log waits in `compact` to take the place of the old one.
pub fn is_begun(data: &Path) -> bool {
    data.join(SWAP).exists()
}

type Step = fn(&Path) -> Result<(), StoreError>;

/// What is done after the mark; any of them may be found done already.
const STEPS: [Step; 5] = [
    |data| {
        // The old log goes aside only while the new one waits.
        match data.join(COMPACT).join(LOG).exists() && data.join(LOG).exists() {
            true => {
                folder::remove_folder(&data.join(OLD))?;
                rename(data, LOG, OLD)
            }
            false => Ok(()),
        }
    },
    |data| take(data, LOG),
    |data| take(data, WITNESS),
    |data| folder::remove_folder(&data.join(COLUMNS)),
    |data| folder::unmark(data, SWAP),
];

/// Takes a file or folder out of `compact`, if it is still there.
fn take(data: &Path, name: &str) -> Result<(), StoreError> {
    let from = Path::new(COMPACT).join(name);
    match data.join(&from).exists() {
        true => rename(data, &from.display().to_string(), name),
        false => Ok(()),
    }
}

fn rename(data: &Path, from: &str, to: &str) -> Result<(), StoreError> {
    let source = data.join(from);
    fs::rename(&source, data.join(to))
        .map_err(|error| StoreError::io("rename", &source, &error))?;
    // Both ends: that it is gone here has to be on the disk with that it is there.
    if let Some(parent) = source.parent().filter(|parent| *parent != data) {
        sync_path(parent)?;
    }
    sync_path(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two logs that differ by one word.
    fn lay(data: &Path) {
        for (place, text) in [(data.to_owned(), "old"), (data.join(COMPACT), "new")] {
            fs::create_dir_all(place.join(LOG)).unwrap();
            fs::write(place.join(LOG).join("db"), text).unwrap();
            fs::write(place.join(WITNESS), text).unwrap();
        }
        fs::create_dir(data.join(COLUMNS)).unwrap();
    }

    fn found(data: &Path) -> (String, String) {
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        (read(&data.join(LOG).join("db")), read(&data.join(WITNESS)))
    }

    #[test]
    fn cut_off_anywhere_one_of_the_two_is_whole() {
        for steps in 0..=STEPS.len() + 1 {
            let folder = tempfile::tempdir().unwrap();
            let data = folder.path();
            lay(data);
            if steps > 0 {
                folder::mark(data, SWAP).unwrap();
            }
            for step in STEPS.iter().take(steps.saturating_sub(1)) {
                step(data).unwrap();
            }
            // What the next opening does, itself cut off once.
            settle(data).unwrap();
            settle(data).unwrap();
            let text = if steps == 0 { "old" } else { "new" };
            assert_eq!(found(data), (text.to_owned(), text.to_owned()), "{steps}");
            assert_eq!(data.join(COLUMNS).exists(), steps == 0);
            for rest in [COMPACT, SWAP, OLD] {
                assert!(!data.join(rest).exists(), "{steps} {rest}");
            }
        }
    }
}
