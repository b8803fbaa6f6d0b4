//! The committed texts: those of the corpus folder and the bundled rules, cut at items.

use std::path::{Path, PathBuf};

/// Longer texts are parted, so that their mutants are many and soon read.
const TEXT_BYTES_MAX: usize = 2_000;

/// Every text, in the order of the files' names.
pub fn texts() -> Vec<String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/fuzz/corpus", "rules", "src/language"] {
        collect(&top.join(folder), &mut files);
    }
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut part = String::new();
        for line in text.split_inclusive('\n') {
            let head = !line.starts_with([' ', '}', '\n', '#']);
            if head && part.len() > TEXT_BYTES_MAX {
                texts.push(std::mem::take(&mut part));
            }
            part.push_str(line);
        }
        texts.push(part);
    }
    texts
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "tamis") {
            files.push(path);
        }
    }
}
