//! A page as a terminal shows it.

use super::entry::Entry;
use crate::base::text::width;

/// Columns of a line; examples and answers are not broken.
const LINE_COLUMNS_MAX: usize = 96;

/// The page as plain text, ended by a line break.
pub fn text(entry: &Entry) -> String {
    let mut out = format!("{}: {}\n", entry.code, entry.meaning);
    part(&mut out, "Why", &broken(entry.why));
    if let Some(example) = &entry.example {
        part(&mut out, "Example", &indented(example));
    }
    if let Some(answer) = &entry.answer {
        part(&mut out, "Answer", &indented(answer));
    }
    if let Some(test) = &entry.test {
        let sentence = format!("No text alone raises it; the test is {test}.");
        part(&mut out, "Example", &broken(&sentence));
    }
    if let Some(what) = entry.brought_by {
        part(
            &mut out,
            "Example",
            &broken(&format!("Brought about by {what}.")),
        );
    }
    part(&mut out, "To mend it", &broken(entry.mend));
    if !entry.refuses {
        out.push_str("\nNothing is refused: what it is told of is taken all the same.\n");
    }
    out
}

fn part(out: &mut String, head: &str, body: &str) {
    out.push('\n');
    out.push_str(head);
    out.push_str(":\n");
    out.push_str(body);
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("  {line}\n"),
        })
        .collect()
}

/// Indented, and broken between words.
fn broken(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && width(&line) + 1 + width(word) > LINE_COLUMNS_MAX {
            out.push_str(&format!(" {line}\n"));
            line.clear();
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&format!(" {line}\n"));
    out
}
