//! Quotes that nobody closed, and values that have several lines because they were written so.

use super::*;

const HEADER: &str = "id;name;born;wealth";

/// A thousand clients; those given have a quote before their name, or behind it.
fn people(opened: &[usize], closed: &[usize]) -> String {
    let mut lines = vec![HEADER.to_owned()];
    for row in 1..1_000 {
        let open = if opened.contains(&row) { "\"" } else { "" };
        let close = if closed.contains(&row) { "\"" } else { "" };
        lines.push(format!("r{row};{open}n{row}{close};1970-01-02;{row}"));
    }
    lines.join("\n")
}

fn imported(content: &str) -> Result<SourceReport, ImportError> {
    let bank = Bank::new(vec![clients()]);
    bank.write("clients.csv", content);
    Ok(bank.import()?.remove(0))
}

#[test]
fn two_stray_quotes_swallow_nobody() {
    let report = imported(&people(&[10, 500], &[])).unwrap();
    assert_eq!(counts(&report), [997, 0, 2, 0]);
    assert_eq!(report.reasons, [("I104", 2)]);
    assert_eq!(report.notes, []);
    let all: Vec<usize> = (1..1_000).collect();
    let error = imported(&people(&all, &[])).unwrap_err();
    assert_eq!(error.code(), "I011");
}

#[test]
fn a_value_of_several_lines_is_noted() {
    // It cannot be told from one that is meant.
    let report = imported(&people(&[10], &[500])).unwrap();
    assert_eq!(counts(&report), [509, 0, 0, 0]);
    let note = &report.notes[0];
    assert_eq!(
        (note.code, note.count, note.lines.as_slice()),
        ("I210", 1, &[11][..])
    );
    assert_eq!(
        note.message,
        "a value has several lines, the longest 491 from line 11 on; one that is not meant to has an open quote"
    );
    let rows: String = (0..9)
        .map(|row| format!("\r\nc{row};\"a\r\nb\";;{row}"))
        .collect();
    let report = imported(&format!("{HEADER}{rows}")).unwrap();
    assert_eq!(counts(&report), [9, 0, 0, 0]);
    let note = &report.notes[0];
    assert_eq!((report.notes.len(), note.count), (1, 9));
    assert_eq!(note.lines, [2, 4, 6, 8, 10]);
    assert!(note.message.contains("the longest 2 from line 2 on"));
}
