//! The repository's own texts, read once: Rust sources with their tokens, and
//! the other files that people write.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::tokens::{self, Kind, Token};

/// A Rust file.
pub struct Source {
    /// Relative to the repository, `/` separated.
    pub path: String,
    /// As it is.
    pub text: String,
    /// Without comments; literals are one token.
    pub tokens: Vec<Token>,
    /// Whether all of it is test code.
    pub test: bool,
}

/// All texts.
pub struct Tree {
    /// Rust files below src, tests and benches, sorted by path.
    pub sources: Vec<Source>,
    /// Cargo.toml.
    pub manifest: String,
    /// Rules, grammar, scripts and pages: path and text, sorted.
    pub others: Vec<(String, String)>,
}

impl Tree {
    /// Reads the repository the test was built from.
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = Vec::new();
        for folder in ["src", "tests", "benches"] {
            for path in files(&root.join(folder)) {
                if path.extension().is_some_and(|ending| ending == "rs") {
                    let text = read(&path);
                    let tokens = tokens::mark_tests(tokens::cut(&text));
                    let path = relative(root, &path);
                    let test = !path.starts_with("src/");
                    sources.push(Source {
                        path,
                        text,
                        tokens,
                        test,
                    });
                }
            }
        }
        mark_test_files(&mut sources);
        let mut others = Vec::new();
        for name in ["README.md", "Cargo.toml", "clippy.toml", ".ci/run"] {
            if root.join(name).exists() {
                others.push((name.to_owned(), read(&root.join(name))));
            }
        }
        for folder in ["docs", "grammar", "rules"] {
            for path in files(&root.join(folder)) {
                let ending = path
                    .extension()
                    .and_then(|ending| ending.to_str())
                    .unwrap_or_default();
                if ["md", "tamis", "pest"].contains(&ending) {
                    others.push((relative(root, &path), read(&path)));
                }
            }
        }
        Self {
            sources,
            manifest: read(&root.join("Cargo.toml")),
            others,
        }
    }
}

/// All files below a folder that may be absent, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    found.into_iter().collect()
}

fn read(path: &Path) -> String {
    match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// Files reached by `#[cfg(test)] mod NAME;` are test code, with all below them.
fn mark_test_files(sources: &mut [Source]) {
    let mut stems = BTreeSet::new();
    for source in sources.iter() {
        let folder = module_folder(&source.path);
        for three in source.tokens.windows(3) {
            if let [word, name, end] = three
                && word.test
                && word.is("mod")
                && name.kind == Kind::Word
                && end.is(";")
            {
                stems.insert(format!("{folder}/{}", name.text));
            }
        }
    }
    for source in sources {
        source.test |= stems.iter().any(|stem| {
            source.path == format!("{stem}.rs") || source.path.starts_with(&format!("{stem}/"))
        });
    }
}

/// The folder in which a file's `mod NAME;` are sought.
fn module_folder(path: &str) -> String {
    let stem = path.trim_end_matches(".rs");
    for root in ["/mod", "/lib", "/main"] {
        if let Some(folder) = stem.strip_suffix(root) {
            return folder.to_owned();
        }
    }
    stem.to_owned()
}
