//! One number for all that some folders hold. Names, contents, and what cannot be read
//! count; times and owners of files do not.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Watched;
use crate::base::checksum::Hasher;
use crate::base::limit::{RULE_FILES_MAX, RULE_FOLDERS_DEPTH_MAX, WATCH_FILE_BYTES_MAX};

/// Of all folders together.
pub(super) fn fingerprint(folders: &[Watched]) -> u64 {
    let mut walk = Walk {
        hasher: Hasher::new(),
        entries: 0,
        endings: &[],
    };
    for folder in folders {
        walk.endings = folder.endings;
        walk.word(b"root", folder.folder.as_os_str().as_encoded_bytes());
        walk.below(&folder.folder, 0);
    }
    walk.hasher.finish()
}

struct Walk {
    hasher: Hasher,
    entries: usize,
    endings: &'static [&'static str],
}

impl Walk {
    /// A piece under its sort, so that no two lists of pieces give the same bytes.
    fn word(&mut self, sort: &[u8], piece: &[u8]) {
        self.hasher.write(sort);
        self.hasher.write(&(piece.len() as u64).to_le_bytes());
        self.hasher.write(piece);
    }

    fn below(&mut self, folder: &Path, depth: usize) {
        if depth > RULE_FOLDERS_DEPTH_MAX || self.entries > RULE_FILES_MAX {
            return self.word(b"deep", b"");
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.word(b"none", error.kind().to_string().as_bytes()),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort_unstable();
        for path in paths {
            self.entry(&path, depth);
        }
        self.word(b"end", b"");
    }

    fn entry(&mut self, path: &Path, depth: usize) {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        if name.starts_with(b".") {
            return;
        }
        self.entries += 1;
        let counts = path
            .extension()
            .is_some_and(|ending| self.endings.iter().any(|known| ending == *known));
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                self.word(b"into", name);
                self.below(path, depth + 1);
            }
            Ok(about) if counts && about.is_file() => {
                self.word(b"file", name);
                self.content(path);
            }
            // What is no file is read by nobody, but that it is there counts.
            Ok(_) if counts => self.word(b"odd", name),
            Err(error) if counts => {
                self.word(b"lost", name);
                self.word(b"why", error.kind().to_string().as_bytes());
            }
            _ => {}
        }
    }

    fn content(&mut self, path: &Path) {
        let mut bytes = Vec::new();
        let read = fs::File::open(path)
            .and_then(|file| file.take(WATCH_FILE_BYTES_MAX).read_to_end(&mut bytes));
        match read {
            Ok(_) => self.word(b"says", &bytes),
            Err(error) => self.word(b"why", error.kind().to_string().as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_contents_count_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let watched = [Watched {
            folder: folder.path().to_owned(),
            endings: &["tamis"],
        }];
        let at = |name: &str| folder.path().join(name);
        let mut seen = vec![fingerprint(&watched)];
        let mut changed = |wanted: bool| {
            let now = fingerprint(&watched);
            assert_eq!(!seen.contains(&now), wanted);
            seen.push(now);
        };
        fs::write(at("a.tamis"), "x").unwrap();
        changed(true);
        fs::write(at("a.tamis"), "y").unwrap();
        changed(true);
        fs::rename(at("a.tamis"), at("b.tamis")).unwrap();
        changed(true);
        fs::write(at("b.tamis"), "y").unwrap();
        fs::write(at(".b.tamis.swp"), "y").unwrap();
        fs::write(at("b.tamis~"), "y").unwrap();
        fs::write(at("data.csv"), "y").unwrap();
        changed(false);
        fs::create_dir(at("c")).unwrap();
        changed(true);
        fs::write(at("c/d.tamis"), "").unwrap();
        changed(true);
        fs::remove_dir_all(folder.path()).unwrap();
        changed(true);
    }

    #[cfg(unix)]
    #[test]
    fn circles_and_links_to_nowhere_end() {
        let folder = tempfile::tempdir().unwrap();
        let watched = [Watched {
            folder: folder.path().to_owned(),
            endings: &["tamis"],
        }];
        let empty = fingerprint(&watched);
        std::os::unix::fs::symlink("nowhere", folder.path().join("a.tamis")).unwrap();
        let lost = fingerprint(&watched);
        assert_ne!(lost, empty);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("round")).unwrap();
        assert_ne!(fingerprint(&watched), lost);
    }
}
