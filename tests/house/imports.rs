//! The import law: for each folder of src the folders it may use. Read from the
//! `crate::…` and `super::…` paths of the sources, test code aside.

use crate::tokens::{Kind, Token};
use crate::tree::{Source, Tree};

/// Folder and what it may import beside itself; `a::b` allows only that part of `a`.
/// From the lowest to the highest.
const LAW: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("settings", &["base"]),
    ("letters", &["base"]),
    ("schema", &["base"]),
    ("language", &["base", "schema"]),
    ("plan", &["base", "schema", "language"]),
    ("store", &["base", "schema"]),
    ("columns", &["base", "schema", "store"]),
    (
        "engine",
        &[
            "base",
            "schema",
            "plan",
            "columns",
            "store::fact",
            "language::typed",
            "language::printer",
            "language::words",
        ],
    ),
    (
        "ingest",
        &[
            "base", "schema", "language", "plan", "columns", "engine", "store",
        ],
    ),
    (
        "report",
        &[
            "base", "schema", "language", "plan", "columns", "engine", "ingest",
        ],
    ),
    ("enrol", &["base", "language"]),
    (
        "rules",
        &[
            "base",
            "letters",
            "schema",
            "language",
            "store::fact",
            "columns::person",
            "engine",
            "enrol",
        ],
    ),
    (
        "host",
        &["base", "columns::bits", "engine", "language::typed"],
    ),
    (
        "live",
        &[
            "base", "schema", "language", "plan", "store", "columns", "engine", "ingest", "rules",
            "host", "report",
        ],
    ),
    (
        "care",
        &[
            "base", "schema", "language", "plan", "store", "columns", "engine", "enrol", "live",
        ],
    ),
    ("console", &["base"]),
    (
        "delivery",
        &[
            "base",
            "settings",
            "letters",
            "language::typed",
            "care::outbox",
            "care::order",
        ],
    ),
    (
        "form",
        &[
            "base", "schema", "language", "plan", "store", "columns", "engine", "live", "care",
            "report",
        ],
    ),
    (
        "manual",
        &[
            "base",
            "language",
            "letters",
            "settings",
            "ingest",
            "rules",
            "store::codes",
            "live::codes",
            "form::codes",
        ],
    ),
    (
        "server",
        &[
            "base", "settings", "schema", "language", "plan", "store", "columns", "engine",
            "ingest", "rules", "host", "live", "report", "care", "delivery", "console", "form",
            "manual",
        ],
    ),
    ("cli", &["*"]),
];

/// Whether a path of two folders may stand in that folder.
fn allowed(folder: &str, path: &[String]) -> bool {
    let Some(first) = path.first() else {
        return true;
    };
    let Some((_, list)) = LAW.iter().find(|(name, _)| *name == folder) else {
        return false;
    };
    first == folder
        || list.iter().any(|entry| match entry.split_once("::") {
            Some((upper, lower)) => {
                first == upper && path.get(1).is_some_and(|second| second == lower)
            }
            None => *entry == "*" || first == entry,
        })
}

/// Every path that leaves its folder against the law.
pub fn broken(tree: &Tree) -> Vec<String> {
    let mut broken = Vec::new();
    for source in &tree.sources {
        if source.test {
            continue;
        }
        let Some(inside) = source.path.strip_prefix("src/") else {
            continue;
        };
        let folder = inside
            .split('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs");
        if folder == "lib" || folder == "main" {
            continue;
        }
        let Some((_, list)) = LAW.iter().find(|(name, _)| *name == folder) else {
            broken.push(format!(
                "{}: the folder `{folder}` has no line in tests/house/imports.rs",
                source.path
            ));
            continue;
        };
        for (line, path) in paths(source) {
            if !allowed(folder, &path) {
                broken.push(format!(
                    "{}:{line}: `{folder}` may not use `{}`; it may use: {}",
                    source.path,
                    path.iter().take(2).cloned().collect::<Vec<_>>().join("::"),
                    if list.is_empty() {
                        "nothing of this crate".to_owned()
                    } else {
                        list.join(", ")
                    }
                ));
            }
        }
    }
    broken
}

/// Paths from the root of the crate, with their lines, outside test code.
fn paths(source: &Source) -> Vec<(usize, Vec<String>)> {
    let depth = module_depth(&source.path);
    let mut found = Vec::new();
    for (at, token) in source.tokens.iter().enumerate() {
        if token.test || token.kind != Kind::Word {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| source.tokens.get(at));
        if before.is_some_and(|before| before.is("::")) {
            continue;
        }
        let start = match token.text.as_str() {
            "crate" => at + 1,
            "super" => {
                let supers = source
                    .tokens
                    .iter()
                    .skip(at)
                    .step_by(2)
                    .take_while(|token| token.is("super"))
                    .count();
                if supers < depth {
                    continue;
                }
                at + 2 * supers - 1
            }
            _ => continue,
        };
        for path in expand(&source.tokens, start) {
            found.push((token.line, path));
        }
    }
    found
}

/// How many `super` lead from a file to the root.
fn module_depth(path: &str) -> usize {
    let parts = path.split('/').count() - 1;
    if path.ends_with("/mod.rs") {
        parts - 1
    } else {
        parts
    }
}

/// The paths of at most two names that follow a `::`, groups opened.
fn expand(tokens: &[Token], start: usize) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    follow(tokens, start, &[], &mut found);
    found
}

fn follow(tokens: &[Token], at: usize, before: &[String], found: &mut Vec<Vec<String>>) {
    let goes_on = tokens.get(at).is_some_and(|token| token.is("::"));
    let next = tokens.get(at + 1);
    match next {
        Some(token) if goes_on && before.len() < 2 => {
            if token.is("{") {
                for start in group(tokens, at + 1) {
                    member(tokens, start, before, found);
                }
            } else {
                member(tokens, at + 1, before, found);
            }
        }
        _ => {
            if !before.is_empty() {
                found.push(before.to_vec());
            }
        }
    }
}

fn member(tokens: &[Token], at: usize, before: &[String], found: &mut Vec<Vec<String>>) {
    if let Some(token) = tokens.get(at) {
        let mut path = before.to_vec();
        path.push(token.text.clone());
        follow(tokens, at + 1, &path, found);
    }
}

/// Where the members of a `{…}` group start.
fn group(tokens: &[Token], open: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut depth = 0_usize;
    let mut fresh = true;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is("{") {
            depth += 1;
            if depth > 1 {
                fresh = false;
            }
        } else if token.is("}") {
            depth -= 1;
            if depth == 0 {
                break;
            }
        } else if token.is(",") && depth == 1 {
            fresh = true;
        } else if fresh && depth == 1 {
            starts.push(at);
            fresh = false;
        }
    }
    starts
}

#[test]
fn groups_and_supers_are_followed() {
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
        tokens: crate::tokens::mark_tests(crate::tokens::cut(text)),
        test: false,
    };
    let flat = |source: &Source| -> Vec<String> {
        paths(source)
            .into_iter()
            .map(|(_, path)| path.join("::"))
            .collect()
    };
    let one = source(
        "src/engine/run.rs",
        "use crate::{language::{typed::X, syntax}, plan}; use super::super::store::S; use super::kernel; #[cfg(test)] use crate::cli;",
    );
    assert_eq!(
        flat(&one),
        ["language::typed", "language::syntax", "plan", "store::S"]
    );
    let two = source(
        "src/engine/mod.rs",
        "use super::store; pub(crate) fn f() {}",
    );
    assert_eq!(flat(&two), ["store"]);
}

#[test]
fn the_law_itself_has_no_circle() {
    for (at, (name, list)) in LAW.iter().enumerate() {
        for entry in *list {
            let target = entry.split("::").next().unwrap_or_default();
            let below = LAW.iter().take(at).any(|(lower, _)| *lower == target);
            assert!(
                below || target == "*",
                "{name} imports {target}, which is not below it"
            );
        }
    }
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    assert!(allowed("engine", &path("language::typed")));
    assert!(!allowed("engine", &path("language::syntax")));
    assert!(!allowed("engine", &path("language")));
    assert!(!allowed("base", &path("schema")));
    assert!(allowed("cli", &path("store")));
}
