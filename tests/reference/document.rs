//! `docs/LANGUAGE.md` is `language.md` beside this file with the tables of the code put in, and every
//! block in it and in the guides is checked, asked in both tongues, and read. `TAMIS_WORDS=write` writes
//! the files anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::fixture::Fixture;
use tamis::language::forms::{CONDITIONS, Form, ITEMS, WINDOWS};
use tamis::language::functions::{Callee, Entry, Gives, TABLE};
use tamis::language::typed::AggregateFunction;
use tamis::language::words::{ALL, Role, Tongue};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Holds a file to what it should be, or writes it.
fn hold(path: &str, wanted: &str) {
    if std::env::var("TAMIS_WORDS").as_deref() == Ok("write") {
        std::fs::write(root().join(path), wanted).unwrap();
    }
    let found = std::fs::read_to_string(root().join(path)).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is not what the tables and the rules make of it; run: TAMIS_WORDS=write cargo test --test reference"
    );
}

/// A text with every block run, and the words after a block put in.
fn run_blocks(fixture: &Fixture, text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    let mut read: BTreeMap<Tongue, String> = BTreeMap::new();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").unwrap();
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block = block
            .iter()
            .fold(String::new(), |text, line| text + line + "\n");
        match fence {
            "words en" => out.push_str(&read[&Tongue::English]),
            "words zh" => out.push_str(&read[&Tongue::Chinese]),
            _ => out.push_str(&block),
        }
        match fence {
            "tamis" => read = fixture.items(&block),
            "tamis alone" => fixture.alone(&block),
            "tamis expression" => read = expressions(fixture, &block),
            _ => {}
        }
        out.push_str("```\n");
    }
    out
}

fn expressions(fixture: &Fixture, block: &str) -> BTreeMap<Tongue, String> {
    let mut all: BTreeMap<Tongue, String> = BTreeMap::new();
    for line in block.lines().filter(|line| !line.is_empty()) {
        for (tongue, words) in fixture.expression(line).words {
            all.entry(tongue).or_default().push_str(&words);
        }
    }
    all
}

/// An example in both tongues and in their words.
fn example(fixture: &Fixture, out: &mut String, text: &str) {
    let said = fixture.expression(text);
    let (english, chinese) = (&said.english, &said.chinese);
    writeln!(out, "```\n{english}\n{chinese}\n```\n").unwrap();
    let many = said.words.values().any(|words| words.lines().count() > 1);
    if many {
        out.push_str("```text\n");
    }
    for tongue in Tongue::BOTH {
        for line in said.words[&tongue].lines() {
            match many {
                true => writeln!(out, "{line}").unwrap(),
                // Two blanks keep a line of its own.
                false => writeln!(out, "> {line}  ").unwrap(),
            }
        }
    }
    out.push_str(if many { "```\n\n" } else { "\n" });
}

fn gives(gives: Gives) -> &'static str {
    match gives {
        Gives::Bool => "yes or no",
        Gives::Int => "a whole number",
        Gives::Number => "a number",
        Gives::Text => "text",
        Gives::Date => "a date",
        Gives::Time => "an instant",
        Gives::First => "the kind of the first argument",
        Gives::Whole => "a whole number; of money money",
        Gives::Field => "the kind of the field",
        Gives::Mean => "a number; of money money",
    }
}

fn entry(fixture: &Fixture, out: &mut String, entry: &Entry) {
    let shape = match (entry.callee, entry.parameters) {
        (Callee::Aggregate(AggregateFunction::Decay(_)), _) => entry.shape(),
        (Callee::Aggregate(AggregateFunction::First | AggregateFunction::Last), _) => {
            format!("{}(event).field", entry.name)
        }
        (Callee::Aggregate(_), []) => format!("{}(event)", entry.name),
        (Callee::Aggregate(_), _) => format!("{}(event.field)", entry.name),
        _ => entry.shape(),
    };
    let chinese = entry.word(Tongue::Chinese);
    writeln!(out, "### `{shape}` · {chinese}\n").unwrap();
    let takes: Vec<String> = entry
        .parameters
        .iter()
        .map(|one| format!("{}: {}", one.name, one.wants.describe()))
        .collect();
    let mut doc = entry.doc.to_owned();
    doc[..1].make_ascii_uppercase();
    write!(out, "{doc}. ").unwrap();
    if !takes.is_empty() {
        write!(out, "Takes {}. ", takes.join("; ")).unwrap();
    }
    writeln!(out, "Gives {}.\n", gives(entry.gives)).unwrap();
    if entry.source_only {
        fixture.in_source(entry.example);
        writeln!(out, "In sources only.\n\n```\n{}\n```\n", entry.example).unwrap();
    } else {
        example(fixture, out, entry.example);
    }
}

fn entries(fixture: &Fixture, wanted: impl Fn(&Callee) -> bool) -> String {
    let mut out = String::new();
    for one in TABLE.iter().filter(|one| wanted(&one.callee)) {
        entry(fixture, &mut out, one);
    }
    out
}

fn forms(fixture: &Fixture, forms: &[Form]) -> String {
    let mut out = String::new();
    for form in forms {
        writeln!(out, "- {}\n", form.doc).unwrap();
        let mut shown = String::new();
        example(fixture, &mut shown, form.example);
        for line in shown.lines() {
            match line {
                "" => out.push('\n'),
                line => writeln!(out, "  {line}").unwrap(),
            }
        }
    }
    out
}

fn items() -> String {
    let mut out = String::from("| English | 中文 | What it is for |\n| --- | --- | --- |\n");
    for (word, doc) in ITEMS {
        writeln!(out, "| `{}` | {} | {doc} |", word.english, word.chinese).unwrap();
    }
    out
}

/// Every word, by where it stands.
fn words() -> String {
    let roles = [
        (Role::Kind, "Kinds"),
        (Role::Schema, "Schema, sources and heads"),
        (Role::Operator, "Between and around operands"),
        (Role::Compare, "Comparisons"),
        (Role::CompareAfter, "Comparisons after a value"),
        (Role::Literal, "Values"),
        (Role::Since, "Time since"),
        (Role::Window, "Windows"),
        (Role::Unit, "Units"),
        (Role::Quantifier, "Relations"),
        (Role::BuiltIn, "Built-in names"),
        (Role::Care, "Care plans"),
        (Role::Channel, "Channels"),
        (Role::Report, "Reports"),
        (Role::Test, "Tests"),
    ];
    let mut out = String::new();
    for (role, title) in roles {
        writeln!(
            out,
            "### {title}\n\n| English | 中文 | Also read |\n| --- | --- | --- |"
        )
        .unwrap();
        for word in ALL.iter().filter(|word| word.role == role) {
            let cell = |text: &str| match text {
                "" => String::new(),
                text => format!("`{text}`"),
            };
            let others: Vec<String> = word.read.iter().map(|word| format!("`{word}`")).collect();
            let (english, chinese) = (cell(word.english), cell(word.chinese));
            writeln!(out, "| {english} | {chinese} | {} |", others.join(" ")).unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_reference_is_what_the_tables_make() {
    let fixture = Fixture::new();
    let mut text = run_blocks(&fixture, &read("tests/reference/language.md"));
    let aggregates = |callee: &Callee| matches!(callee, Callee::Aggregate(_) | Callee::Form(_));
    for (mark, part) in [
        ("{{items}}", items()),
        ("{{conditions}}", forms(&fixture, CONDITIONS)),
        ("{{windows}}", forms(&fixture, WINDOWS)),
        ("{{aggregates}}", entries(&fixture, aggregates)),
        (
            "{{ranks}}",
            entries(&fixture, |callee| matches!(callee, Callee::Ranked(_))),
        ),
        (
            "{{functions}}",
            entries(&fixture, |callee| matches!(callee, Callee::Scalar(_))),
        ),
        ("{{words}}", words()),
    ] {
        assert!(text.contains(mark), "{mark}");
        text = text.replace(mark, part.trim_end());
    }
    hold("docs/LANGUAGE.md", &text);
}

#[test]
fn every_rule_of_the_guides_runs_and_reads_so() {
    let fixture = Fixture::new();
    for path in ["docs/guide/en.md", "docs/guide/zh.md"] {
        hold(path, &run_blocks(&fixture, &read(path)));
    }
}
