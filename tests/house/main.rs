//! The law of the house: who may import whom, where each dependency lives, how
//! long a file may be, what a module says of itself. Reads the sources as text;
//! runs nothing of the program.

#![expect(clippy::panic, reason = "a test: panicking is how it speaks")]

mod dependencies;
mod imports;
mod manners;
mod size;
mod tokens;
mod tree;

use tree::Tree;

/// Fails with every broken law at once, one a line.
fn uphold(law: &str, broken: &[String]) {
    assert!(
        broken.is_empty(),
        "\n{law}\n{} broken:\n  {}\n",
        broken.len(),
        broken.join("\n  ")
    );
}

#[test]
fn folders_import_only_what_the_layout_allows() {
    let tree = Tree::read();
    uphold(
        "The import law (docs/ARCHITECTURE.md). Move the code, or pass the value in.",
        &imports::broken(&tree),
    );
}

#[test]
fn each_dependency_has_a_reason_and_is_imported_from_its_home_alone() {
    let tree = Tree::read();
    uphold(
        "Every dependency in Cargo.toml has a comment above it: why, and `home: PATH`. Only that path imports it.",
        &dependencies::broken(&tree),
    );
}

#[test]
fn files_and_functions_stay_short() {
    let tree = Tree::read();
    uphold(
        "A file of src has at most 500 lines, a function at most 70. Split at the second noun.",
        &size::broken(&tree),
    );
}

#[test]
fn modules_say_what_lives_in_them() {
    let tree = Tree::read();
    uphold(
        "The first line of every Rust file opens with `//!`: what lives here and what does not.",
        &manners::without_opening(&tree),
    );
}

#[test]
fn nothing_is_left_undone_and_the_project_speaks_of_itself_alone() {
    let tree = Tree::read();
    uphold(
        "Text that does not belong: unfinished work, or how, where and by whom something was made.",
        &manners::words(&tree),
    );
}

#[test]
fn decisions_are_numbered_once() {
    let tree = Tree::read();
    uphold(
        "docs/decisions/NNN-topic.md: three digits, each number once, a heading first.",
        &manners::decisions(&tree),
    );
}
