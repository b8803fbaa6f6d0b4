//! The home of each dependency: named in the comment above it in Cargo.toml,
//! held against the paths of the sources.

use std::collections::BTreeSet;

use crate::tokens::Kind;
use crate::tree::{Source, Tree};

/// A dependency as Cargo.toml tells it.
#[derive(Debug)]
struct Dependency {
    /// As Rust code writes it.
    name: String,
    /// The comment above, joined.
    comment: String,
    /// Paths without their ending, `/` separated.
    homes: Vec<String>,
    /// Only tests may use it.
    test: bool,
}

/// Dependencies without a reason or a home, and imports away from home.
pub fn broken(tree: &Tree) -> Vec<String> {
    let dependencies = read(&tree.manifest);
    let mut broken = Vec::new();
    for dependency in &dependencies {
        if dependency.comment.is_empty() {
            broken.push(format!(
                "Cargo.toml: `{}` has no comment that says why it is here",
                dependency.name
            ));
        } else if dependency.homes.is_empty() && !dependency.test {
            broken.push(format!(
                "Cargo.toml: the comment above `{}` names no `home: PATH`",
                dependency.name
            ));
        }
    }
    for source in &tree.sources {
        let local = local_names(source);
        for (at, token) in source.tokens.iter().enumerate() {
            if token.kind != Kind::Word || source.test || token.test {
                continue;
            }
            let Some(dependency) = dependencies.iter().find(|item| item.name == token.text) else {
                continue;
            };
            if !is_crate_path(source, at) || local.contains(&token.text) {
                continue;
            }
            if dependency.test {
                broken.push(format!(
                    "{}:{}: `{}` is for tests only",
                    source.path, token.line, dependency.name
                ));
            } else if !dependency
                .homes
                .iter()
                .any(|home| lives(&source.path, home))
            {
                broken.push(format!(
                    "{}:{}: `{}` lives in {} alone",
                    source.path,
                    token.line,
                    dependency.name,
                    dependency.homes.join(", ")
                ));
            }
        }
    }
    broken
}

/// Whether a file is that home or lies in it; the home may be written with or without `.rs`.
fn lives(path: &str, home: &str) -> bool {
    let stem = home.trim_end_matches(".rs");
    path == format!("{stem}.rs") || path.starts_with(&format!("{stem}/"))
}

/// Whether the word there starts a path or is imported whole.
fn is_crate_path(source: &Source, at: usize) -> bool {
    let token = |at: Option<usize>| at.and_then(|at| source.tokens.get(at));
    let before = token(at.checked_sub(1));
    let global = before.is_some_and(|sign| sign.is("::"))
        && !token(at.checked_sub(2)).is_some_and(|word| {
            word.kind == Kind::Word && !["use", "return", "in"].contains(&word.text.as_str())
                || word.is(">")
        });
    let starts = !before.is_some_and(|sign| sign.is("::") || sign.is("."));
    let follows = token(Some(at + 1)).is_some_and(|sign| sign.is("::"));
    let whole = before.is_some_and(|word| word.is("use"))
        && token(Some(at + 1)).is_some_and(|next| next.is(";") || next.is("as"));
    whole || (follows && (starts || global))
}

/// Names that the file itself declares as modules or imports from this crate: they hide a crate's name.
fn local_names(source: &Source) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut tokens = source.tokens.iter();
    while let Some(token) = tokens.next() {
        if token.is("mod") {
            names.extend(tokens.next().map(|name| name.text.clone()));
        } else if token.is("use") {
            let import: Vec<_> = tokens.by_ref().take_while(|token| !token.is(";")).collect();
            let of_this_crate = import
                .first()
                .is_some_and(|first| ["crate", "self", "super"].contains(&first.text.as_str()));
            for (at, word) in import.iter().enumerate() {
                let last = import
                    .get(at + 1)
                    .is_none_or(|next| next.is(",") || next.is("}"));
                if of_this_crate && last && word.kind == Kind::Word {
                    names.insert(word.text.clone());
                }
            }
        }
    }
    names
}

/// The dependencies of a manifest. A comment holds for the lines directly below it.
fn read(manifest: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut section = "";
    let mut comment = String::new();
    let mut fresh = false;
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            comment.clear();
        } else if let Some(text) = line.strip_prefix('#') {
            if !fresh {
                comment.clear();
            }
            fresh = true;
            comment.push_str(text);
        } else if line.trim().is_empty() {
            comment.clear();
            fresh = false;
        } else if section.ends_with("dependencies") {
            fresh = false;
            let Some((name, _)) = line.split_once('=') else {
                continue;
            };
            let name = name.trim().split('.').next().unwrap_or_default();
            found.push(Dependency {
                name: name.replace('-', "_"),
                homes: homes(&comment),
                comment: comment.trim().to_owned(),
                test: section != "dependencies",
            });
        }
    }
    found
}

/// What stands after `home:` or `homes:`.
fn homes(comment: &str) -> Vec<String> {
    let Some((_, list)) = comment
        .split_once("home:")
        .or_else(|| comment.split_once("homes:"))
    else {
        return Vec::new();
    };
    list.split(',')
        .map(|home| home.trim().to_owned())
        .filter(|home| !home.is_empty())
        .collect()
}

#[test]
fn the_manifest_is_read_as_people_write_it() {
    let found = read(
        "[dependencies]\n# Why; home: src/a, src/b.rs\npest = \"1\"\npest-derive = \"1\"\n\nbare = \"2\"\n[dev-dependencies]\n# Random rows\nproptest = { version = \"1\" }\n",
    );
    let lines: Vec<_> = found
        .iter()
        .map(|item| format!("{} {:?} {}", item.name, item.homes, item.comment.is_empty()))
        .collect();
    assert_eq!(
        lines,
        [
            "pest [\"src/a\", \"src/b.rs\"] false",
            "pest_derive [\"src/a\", \"src/b.rs\"] false",
            "bare [] true",
            "proptest [] false",
        ]
    );
    assert!(lives("src/a.rs", "src/a"));
    assert!(lives("src/a/deep/x.rs", "src/a"));
    assert!(lives("src/b.rs", "src/b.rs"));
    assert!(!lives("src/ab.rs", "src/a"));
}

#[test]
fn a_module_of_the_same_name_hides_a_crate() {
    let source = |text: &str| Source {
        path: "src/x.rs".to_owned(),
        text: text.to_owned(),
        tokens: crate::tokens::cut(text),
        test: false,
    };
    let uses = |text: &str| {
        let source = source(text);
        let hidden = local_names(&source).contains("csv");
        (0..source.tokens.len())
            .filter(|at| {
                source.tokens.get(*at).is_some_and(|token| token.is("csv"))
                    && is_crate_path(&source, *at)
                    && !hidden
            })
            .count()
    };
    assert_eq!(uses("use csv::Reader;"), 1);
    assert_eq!(uses("fn f() { let x = csv::Reader::new(); }"), 1);
    assert_eq!(uses("use csv as table;"), 1);
    assert_eq!(uses("fn f() { ::csv::read() }"), 1);
    assert_eq!(uses("mod csv; fn f() { csv::read() }"), 0);
    assert_eq!(uses("use super::{csv, b}; fn f() { csv::read() }"), 0);
    assert_eq!(uses("fn f() { self.csv; a::csv::read() }"), 0);
}
