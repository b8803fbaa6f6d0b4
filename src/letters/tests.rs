//! Letters read from a folder, checked, filled in.

use std::fs;

use super::*;
use crate::base::render::render;
use crate::base::source::Sources;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let templates = folder.path().join(FOLDER_NAME);
    fs::create_dir(&templates).unwrap();
    for (name, text) in files {
        fs::write(templates.join(name), text).unwrap();
    }
    folder
}

fn known() -> BTreeSet<String> {
    ["id", "name", "assets", "plan", "step"]
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// The letters, and what is said of them.
fn read(files: &[(&str, &str)]) -> (Letters, String) {
    let folder = folder(files);
    let mut sources = Sources::default();
    let (letters, mut found) = load(folder.path(), &mut sources);
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
        (".hidden", ""),
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
        ("notes.md", ""),
    ]);
    insta::assert_snapshot!("letter_faults", faults);
    assert_eq!(
        letters.names().collect::<Vec<_>>(),
        ["d_unknown", "f_filter"]
    );
}

#[test]
fn without_a_folder_there_are_no_letters() {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Sources::default();
    let (letters, found) = load(folder.path(), &mut sources);
    assert!(found.is_empty());
    assert_eq!(letters.names().count(), 0);
    fs::write(folder.path().join(FOLDER_NAME), "a file").unwrap();
    let (_, found) = load(folder.path(), &mut sources);
    assert_eq!(found.len(), 1);
}

#[test]
fn sizes_and_kinds_of_files_are_bounded() {
    let large = format!("Subject: x\n\n{}", "x".repeat(262_144));
    let (letters, faults) = read(&[("large.txt", &large)]);
    assert!(faults.contains("larger than 262144 bytes"), "{faults}");
    assert!(!letters.has("large"));
    let folder = folder(&[]);
    fs::create_dir(folder.path().join(FOLDER_NAME).join("a.txt")).unwrap();
    fs::write(folder.path().join(FOLDER_NAME).join("b.txt"), [b'S', 0xff]).unwrap();
    let mut sources = Sources::default();
    let (_, found) = load(folder.path(), &mut sources);
    let messages: Vec<_> = found.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`templates/a.txt` cannot be read: it is not a file",
            "`templates/b.txt` cannot be read: it is not UTF-8",
        ]
    );
}
