//! Letters read, checked, filled in.

use super::*;
use crate::base::render::render;
use crate::base::source::Sources;

fn known() -> BTreeSet<String> {
    ["id", "name", "assets", "plan", "step"]
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// The letters, and what is said of them.
fn read(files: &[(&str, &str)]) -> (Letters, String) {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(format!("{FOLDER_NAME}/{name}"), *text);
    }
    let (letters, mut found) = of(&sources);
    found.extend(letters.check(&known()));
    (letters, render(&sources, &found, false))
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, Item> {
    pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Item::text(*text)))
        .collect()
}

#[test]
fn a_letter_has_a_subject_a_text_and_perhaps_html() {
    let (letters, faults) = read(&[
        (
            "hello.txt",
            "Subject: Dear {{ name }}\n\nYou hold {{ assets }}.\n",
        ),
        (
            "hello.html",
            "<p>You hold <b>{{ assets }}</b>, {{ name }}.</p>",
        ),
        ("bye.txt", "Subject:  Bye\r\n\r\n"),
        ("hello.txt~", "what an editor left"),
    ]);
    assert_eq!(faults, "");
    assert_eq!(letters.names().collect::<Vec<_>>(), ["bye", "hello"]);
    assert_eq!(letters.variables("hello"), ["assets", "name"]);
    let filled = letters
        .fill("hello", &values(&[("name", "A & B"), ("assets", "1.50")]))
        .unwrap();
    assert_eq!(filled.subject, "Dear A & B");
    assert_eq!(filled.text, "You hold 1.50.\n");
    assert_eq!(
        filled.html.as_deref(),
        Some("<p>You hold <b>1.50</b>, A &amp; B.</p>")
    );
    let bye = letters.fill("bye", &values(&[])).unwrap();
    assert_eq!((bye.subject.as_str(), bye.text.as_str()), ("Bye", ""));
    assert_eq!(bye.html, None);
}

#[test]
fn a_value_cannot_add_lines_to_the_head() {
    let (letters, _) = read(&[("hello.txt", "Subject: Dear {{ name }}\n\nx")]);
    let filled = letters
        .fill(
            "hello",
            &values(&[("name", "Eve\r\nBcc: all@bank.example\r\n\r\nmore\u{0}")]),
        )
        .unwrap();
    assert_eq!(filled.subject, "Dear Eve Bcc: all@bank.example more");
}

#[test]
fn what_is_missing_is_named_and_no_value_shown() {
    let (letters, _) = read(&[("hello.txt", "Subject: x\n\nDear {{ name }}, {{ assets }}")]);
    let fault = letters
        .fill("hello", &values(&[("name", "Jan Novak")]))
        .unwrap_err();
    assert_eq!(
        fault.to_string(),
        "template `hello`: the value `assets` is missing"
    );
    assert_eq!(
        letters.fill("other", &values(&[])).unwrap_err().to_string(),
        "there is no template `other`"
    );
}

#[test]
fn every_fault_has_its_place() {
    let (letters, faults) = read(&[
        ("a_no_subject.txt", "Dear customer\n\nHello"),
        ("b_second_line.txt", "Subject: x\nFrom: me\n\nHello"),
        ("c_empty_subject.txt", "Subject:\n\nHello"),
        ("d_unknown.txt", "Subject: x\n\nDear {{ surname }}"),
        ("e_syntax.txt", "Subject: x\n\nDear {{ name"),
        ("f_filter.txt", "Subject: x\n\nDear {{ name | shout }}"),
        ("g_include.txt", "Subject: x\n\n{%- include 'a.txt' %}"),
        ("h_alone.html", "<p>"),
    ]);
    insta::assert_snapshot!("letter_faults", faults);
    assert_eq!(
        letters.names().collect::<Vec<_>>(),
        ["d_unknown", "f_filter"]
    );
}

#[test]
fn only_files_of_the_folder_itself_are_templates() {
    for (path, wanted) in [
        ("templates/a.txt", true),
        ("templates/两格 b.html", true),
        ("templates/a.b.txt", true),
        ("templates/a.txt~", false),
        ("templates/.a.txt", false),
        ("templates/.txt", false),
        ("templates/deep/a.txt", false),
        ("templates/a.md", false),
        ("templates.txt", false),
        ("more/templates/a.txt", false),
        ("a.tamis", false),
    ] {
        assert_eq!(is_template(path), wanted, "{path}");
    }
}

#[test]
fn sizes_are_bounded() {
    let large = format!("Subject: x\n\n{}", "x".repeat(262_145));
    let (letters, faults) = read(&[("large.txt", &large)]);
    assert!(!faults.is_empty());
    assert!(!letters.has("large"));
}

#[test]
fn the_template_of_the_manual_is_sound() {
    let manual = include_str!("../../docs/OPERATIONS.md");
    let example = manual
        .split("```\n")
        .find(|block| block.starts_with(SUBJECT))
        .unwrap();
    let (letters, found) = {
        let mut sources = Sources::default();
        sources.add(format!("{FOLDER_NAME}/example.txt"), example);
        of(&sources)
    };
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(letters.variables("example"), ["cards", "name"]);
    let mut values = values(&[("name", "Jan")]);
    let cards = ["gold", "junior"].map(Item::text);
    values.insert("cards".to_owned(), Item::List(cards.to_vec()));
    let filled = letters.fill("example", &values).unwrap();
    assert_eq!(filled.subject, "Jan, we miss you");
    assert_eq!(filled.text, "Dear Jan,\nyou hold gold, junior.\n");
}
