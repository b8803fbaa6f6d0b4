//! How long files and functions may be.

use crate::tokens::{Kind, Token, item_end};
use crate::tree::Tree;

/// Lines of one file of src.
const FILE_LINES_MAX: usize = 500;
/// Lines of one function, from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;

/// Files and functions that are too long.
pub fn broken(tree: &Tree) -> Vec<String> {
    let mut broken = Vec::new();
    for source in &tree.sources {
        if !source.path.starts_with("src/") {
            continue;
        }
        let lines = source.text.lines().count();
        if lines > FILE_LINES_MAX {
            broken.push(format!("{}: {lines} lines", source.path));
        }
        for (name, line, lines) in functions(&source.tokens) {
            if lines > FUNCTION_LINES_MAX {
                broken.push(format!(
                    "{}:{line}: `fn {name}` has {lines} lines",
                    source.path
                ));
            }
        }
    }
    broken
}

/// Name, first line and length of every function with a body.
fn functions(tokens: &[Token]) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let [word, name] = pair else { continue };
        if !word.is("fn") || name.kind != Kind::Word {
            continue;
        }
        let end = item_end(tokens, at);
        if let Some(last) = end.checked_sub(1).and_then(|last| tokens.get(last))
            && last.is("}")
        {
            found.push((name.text.clone(), word.line, last.line + 1 - word.line));
        }
    }
    found
}

#[test]
fn functions_are_measured_from_fn_to_brace() {
    let tokens = crate::tokens::cut(
        "trait T { fn a(x: [u8; 4]) -> u8; }\nfn b() {\n  let f: fn(u8) = c;\n}\nfn d() { \"}\" }",
    );
    assert_eq!(
        functions(&tokens),
        [("b".to_owned(), 2, 3), ("d".to_owned(), 5, 1)]
    );
}
