//! Comments: their normal form, those that stand between items, and all of a text.

use super::Before;
use super::token::{Trivia, tokens};

/// `# said`: one blank behind the mark, none at the end. Rules of signs (`#----`) stay.
pub fn normal(line: &str) -> String {
    let said = line.trim_end();
    let said = said.strip_prefix(['#', '＃']).unwrap_or(said);
    let plain = said.is_empty()
        || said.starts_with(|first: char| {
            first.is_whitespace() || matches!(first, '#' | '＃' | '!' | '-' | '=' | '*')
        });
    let said = said.replacen('\u{3000}', " ", usize::from(said.starts_with('\u{3000}')));
    if plain {
        format!("#{said}")
    } else {
        format!("# {said}")
    }
}

/// Every comment of a text, in order.
pub fn all(text: &str) -> Vec<String> {
    let found = tokens(text).trivia.into_iter();
    found
        .filter_map(|(_, trivia)| match trivia {
            Trivia::Blank => None,
            Trivia::Line(said) | Trivia::End(said) => Some(said),
        })
        .collect()
}

/// Bytes of a comment that stands on the rest of a line, with the blanks before it.
pub fn at_line_end(rest: &str) -> usize {
    let line = rest.split('\n').next().unwrap_or("");
    if line.trim_start().starts_with(['#', '＃']) {
        line.trim_end().len()
    } else {
        0
    }
}

/// Writes what stands between two items: comments, and an empty line where there was one or
/// where an item of several lines stands beside. `next` says whether the next item has
/// several lines; `None` at the end of the file.
pub fn between(text: &str, before: Before, next: Option<bool>, out: &mut String) {
    let mut lines: Vec<Option<String>> = Vec::new();
    for line in text.split('\n') {
        let said = line.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        if said.is_empty() {
            lines.push(None);
        } else {
            // A comment that is moved in belongs to the item before it.
            let inner = line.starts_with([' ', '\t', '\u{3000}'])
                && before != Before::Start
                && lines.iter().flatten().all(|said| said.starts_with(' '));
            let indent = if inner { "  " } else { "" };
            lines.push(Some(format!("{indent}{}", normal(said))));
        }
    }
    // The rest of the line before, and the start of the line behind.
    if before != Before::Start {
        lines.remove(0);
    }
    if next.is_some() {
        lines.pop();
    }
    let mut wanted = false;
    let mut written = false;
    for line in lines {
        match line {
            None => wanted = true,
            Some(line) => {
                let first = !written && before == Before::Start;
                let apart =
                    !written && before == Before::Item { many: true } && !line.starts_with(' ');
                if (wanted && !first) || apart {
                    out.push('\n');
                }
                out.push_str(&line);
                out.push('\n');
                written = true;
                wanted = false;
            }
        }
    }
    let Some(many) = next else { return };
    let first = !written && before == Before::Start;
    let beside = before == Before::Item { many: true } || many;
    if !first && (wanted || (beside && !written)) {
        out.push('\n');
    }
}
