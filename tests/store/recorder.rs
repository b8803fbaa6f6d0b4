//! Builds the recorder (`recorder.c`) once, runs a child under it, reads its records.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::child::Orders;

/// One thing a process did to a file or folder, which is named by its inode.
#[derive(Clone, Debug)]
pub enum Step {
    Create {
        node: u64,
        path: PathBuf,
    },
    Folder {
        node: u64,
        path: PathBuf,
    },
    Write {
        node: u64,
        at: usize,
        bytes: Vec<u8>,
    },
    /// `sync_file_range`
    Range {
        node: u64,
        at: usize,
        length: usize,
    },
    Sync {
        node: u64,
    },
    Truncate {
        node: u64,
        length: usize,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove {
        path: PathBuf,
    },
}

/// The preloaded library; it lives as long as the test program.
pub fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let library = folder.join(format!("recorder-{}.so", std::process::id()));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/store/recorder.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-o"])
            .arg(&library)
            .args([source, "-ldl", "-lpthread"])
            .output()
            .expect("these tests need a C compiler named cc");
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "cc: {said}");
        library
    })
}

/// Runs a child under the recorder and gives what it did below `root`.
pub fn record(orders: &Orders, root: &Path) -> Vec<Step> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let output = orders
        .command()
        .env("LD_PRELOAD", library())
        .env("TAMIS_RECORD_ROOT", root)
        .env("TAMIS_RECORD_LOG", log.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the child failed: {said}");
    read(&fs::read(log.path()).unwrap())
}

fn read(mut bytes: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut renamed = PathBuf::new();
    while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(&bytes[..end]).unwrap();
        bytes = &bytes[end + 1..];
        let (kind, rest) = line.split_once(' ').unwrap();
        let words: Vec<&str> = rest.splitn(3, ' ').collect();
        let number = |at: usize| words[at].parse::<u64>().unwrap();
        let named = || PathBuf::from(rest.split_once(' ').unwrap().1);
        let step = match kind {
            "C" => Step::Create {
                node: number(0),
                path: named(),
            },
            "D" => Step::Folder {
                node: number(0),
                path: named(),
            },
            "W" => {
                let (written, behind) = bytes.split_at(number(2) as usize);
                bytes = behind;
                Step::Write {
                    node: number(0),
                    at: number(1) as usize,
                    bytes: written.to_vec(),
                }
            }
            "R" => Step::Range {
                node: number(0),
                at: number(1) as usize,
                length: number(2) as usize,
            },
            "F" => Step::Sync { node: number(0) },
            "T" => Step::Truncate {
                node: number(0),
                length: number(1) as usize,
            },
            "M" => {
                renamed = PathBuf::from(rest);
                continue;
            }
            "N" => Step::Rename {
                from: renamed.clone(),
                to: PathBuf::from(rest),
            },
            "U" => Step::Remove {
                path: PathBuf::from(rest),
            },
            other => panic!("no such record: {other}"),
        };
        steps.push(step);
    }
    steps
}
