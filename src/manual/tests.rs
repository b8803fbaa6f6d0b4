//! Every page is true: its example raises its code, its test exists, and the written manual is
//! the one that these pages make.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::base::code::Raised;

/// Set to `write`, the manual is written instead of compared.
const WRITE: &str = "TAMIS_DIAGNOSTICS";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_example_raises_its_code_and_no_other_error() {
    let mut wrong = String::new();
    for page in pages() {
        let Some((_, found)) = world::findings(page) else {
            continue;
        };
        let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
        let others = found
            .iter()
            .any(|finding| finding.is_error() && finding.code != page.code);
        if others || !codes.contains(&page.code) {
            wrong.push_str(&format!("{}: {codes:?}\n", page.code));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_test_that_is_named_exists() {
    for page in pages() {
        let Raised::Test { file, name } = page.raised else {
            continue;
        };
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(
            text.contains(&format!("fn {name}(")),
            "{}: no `{name}` in {file}",
            page.code
        );
    }
}

#[test]
fn codes_are_declared_once_and_in_order() {
    let mut seen = BTreeSet::new();
    for page in pages() {
        assert!(seen.insert(page.code), "{} twice", page.code);
        assert!(is_code(page.code), "{}", page.code);
    }
    let language: Vec<&str> = language::codes::pages().map(|page| page.code).collect();
    assert!(language.is_sorted(), "{language:?}");
}

#[test]
fn every_page_is_a_sentence_a_reason_and_an_advice() {
    for page in pages() {
        let full = |text: &str| text.ends_with('.') && text.len() > 20;
        assert!(!page.meaning.ends_with('.'), "{}", page.code);
        assert!(full(page.why) && full(page.mend), "{}", page.code);
    }
}

/// Codes that stand in the sources and have no page.
#[test]
fn no_code_of_these_letters_lacks_its_page() {
    let mut lacking = BTreeSet::new();
    for file in rust_files(&root().join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let quoted = text.split('"').skip(1).step_by(2);
        for word in quoted.filter(|word| is_code(word)) {
            let counts = ["E", "W", "I", "R", "S", "L", "V", "A"]
                .iter()
                .any(|letter| word.starts_with(letter));
            if counts && find(word).is_none() {
                lacking.insert(word.to_owned());
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:?}");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn codes_are_found_in_either_case() {
    assert_eq!(find("e203").map(|page| page.code), Some("E203"));
    assert!(find("E999").is_none() && is_code("E999"));
    assert!(!is_code("E20") && !is_code("rich") && !is_code("E2034") && !is_code("1203"));
}

#[test]
fn a_page_on_a_terminal() {
    insta::assert_snapshot!("a_page", text(&Entry::of(find("E203").unwrap())));
    insta::assert_snapshot!(
        "a_page_with_a_test",
        text(&Entry::of(find("I201").unwrap()))
    );
}

#[test]
fn the_written_manual_is_this_one() {
    let path = root().join("docs/DIAGNOSTICS.md");
    let wanted = manual();
    if std::env::var(WRITE).is_ok_and(|wish| wish == "write") {
        std::fs::write(&path, &wanted).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written
        .lines()
        .zip(wanted.lines())
        .find(|(written, wanted)| written != wanted);
    assert!(
        written == wanted,
        "docs/DIAGNOSTICS.md differs: {differs:?}; {WRITE}=write writes it"
    );
}

/// What a section is called, by the beginning of its codes.
const SECTIONS: &[(&str, &str)] = &[
    ("E1", "The text cannot be read"),
    ("E2", "Names"),
    ("E3", "Kinds of values"),
    ("E4", "Schema, sources, care plans, tests"),
    ("E5", "Limits"),
    ("E6", "Tests of rules"),
    ("W6", "Warnings: taken, and someone should look"),
    ("E70", "Settings"),
    ("W70", "Settings: warnings"),
    ("E71", "Message templates"),
    ("I0", "An import as a whole"),
    ("I1", "One record"),
    ("I2", "Notes of an import: taken, and someone should look"),
    ("I3", "Lines of a request"),
    ("R", "Rules folders"),
    ("S", "The store"),
    ("L", "The running core"),
    ("V", "Saved filters"),
    ("A", "Requests"),
];

const HEAD: &str = "# Diagnostics

Every code with its sentence, why it exists, an example with the answer as it is printed, and how to
mend it. `tamis explain E203` and `GET /v1/diagnostics/E203` show one page. This file is made of the
tables of the program (`TAMIS_DIAGNOSTICS=write cargo test --lib manual::`); a test holds it to them.

Codes are stable. `E` refuses, `W` warns and refuses nothing, `I` is told of data that come in, `R` of a rules
folder, `S` of the store, `L` and `V` of a running server and its saved filters, `A` of a request.
The examples are added to these rules; where data are needed, three in ten customers have no `city`
and the first `login` is of 2023-01-02.
";

fn manual() -> String {
    let mut out = format!("{HEAD}\n```tamis\n{BANK}```\n");
    let mut section = "";
    for page in pages() {
        let entry = Entry::of(page);
        let (_, title) = SECTIONS
            .iter()
            .find(|(start, _)| page.code.starts_with(start))
            .unwrap();
        if *title != section {
            section = title;
            out.push_str(&format!("\n## {title}\n"));
        }
        out.push_str(&format!(
            "\n### {}: {}\n\n{}\n",
            entry.code, entry.meaning, entry.why
        ));
        if let (Some(example), Some(answer)) = (&entry.example, &entry.answer) {
            // A character that turns the text would turn this page too.
            let example = example.replace('\u{202e}', "\\u{202e}");
            out.push_str(&format!(
                "\n```tamis\n{example}\n```\n\n```text\n{answer}\n```\n"
            ));
        }
        if let Some((file, name)) = entry.test.as_deref().and_then(|test| test.split_once(' ')) {
            out.push_str(&format!("\nRaised in `{file}` by `{name}`.\n"));
        }
        if let Some(what) = entry.brought_by {
            out.push_str(&format!("\nBrought about by {what}.\n"));
        }
        out.push_str(&format!("\nTo mend it: {}\n", entry.mend));
    }
    out
}
