//! Neighbouring lines of a block with their labels, or their `=`, below each other.

use super::token::{Gap, Kind, Token, tokens};
use crate::base::text::width;

/// Columns of the widest name that its neighbours are aligned with; a wider one stands apart.
const NAME_COLUMNS_MAX: usize = 30;

/// What is aligned in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// `name "label":`
    Label,
    /// `name = value`
    Value,
}

/// A line that may be aligned.
struct Line {
    what: What,
    /// Brackets open around it.
    depth: usize,
    /// Which line of the text it is.
    number: usize,
    /// Columns of its name.
    name: usize,
    /// Where the blanks behind the name end.
    at: usize,
}

/// The text with blanks behind names, so that what follows them is aligned.
pub fn aligned(text: &str) -> String {
    let lines = lines(text);
    let mut pads: Vec<(usize, usize)> = Vec::new();
    let mut rest = lines.as_slice();
    while let Some(first) = rest.first() {
        let mut many = 1;
        while let (Some(last), Some(next)) = (rest.get(many - 1), rest.get(many)) {
            let beside = next.what == first.what
                && next.depth == first.depth
                && only_comments(text, last.number + 1, next.number);
            if !beside {
                break;
            }
            many += 1;
        }
        let (run, behind) = rest.split_at_checked(many).unwrap_or((rest, &[]));
        let widest = run.iter().map(|line| line.name).max().unwrap_or(0);
        pads.extend(run.iter().map(|line| (line.at, widest - line.name)));
        rest = behind;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, pad) in pads {
        out.push_str(text.get(from..at).unwrap_or(""));
        out.push_str(&" ".repeat(pad));
        from = at;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// Whether the lines between two are comments, none of them empty.
fn only_comments(text: &str, from: usize, to: usize) -> bool {
    from == to
        || text
            .lines()
            .skip(from)
            .take(to - from)
            .all(|line| line.trim_start().starts_with('#'))
}

fn lines(text: &str) -> Vec<Line> {
    let list = tokens(text).tokens;
    let mut found = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut number = 0;
    let mut counted = 0;
    for (at, token) in list.iter().enumerate() {
        if matches!(token.gap, Gap::Line(_)) && open.last() == Some(&"{") {
            let before = text.get(counted..token.start).unwrap_or("");
            number += before.matches('\n').count();
            counted = token.start;
            found.extend(line(
                text,
                list.get(at..).unwrap_or_default(),
                open.len(),
                number,
            ));
        }
        match token.text {
            "{" | "(" | "（" => open.push(token.text),
            "}" | ")" | "）" => {
                open.pop();
            }
            _ => {}
        }
    }
    found
}

/// The line that these tokens begin, if something in it is aligned and it is whole.
fn line(text: &str, list: &[Token<'_>], depth: usize, number: usize) -> Option<Line> {
    let (name, rest) = list.split_first()?;
    let second = rest.first()?;
    let quoted = name.kind == Kind::Quote && name.text.starts_with(['`', '【']);
    let columns = width(name.text);
    if (name.kind != Kind::Word && !quoted) || columns > NAME_COLUMNS_MAX {
        return None;
    }
    let what = match (second.kind, second.text) {
        (Kind::Quote, label) if label.starts_with('"') => What::Label,
        (Kind::Sign, "=") => What::Value,
        _ => return None,
    };
    let colon = rest
        .get(1)
        .is_some_and(|token| matches!(token.text, ":" | "："));
    if second.gap != Gap::Space || (what == What::Label && !colon) {
        return None;
    }
    let end = text
        .get(name.start..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |length| name.start + length);
    let inside = |token: &&Token<'_>| token.start < end;
    let opened = list
        .iter()
        .take_while(inside)
        .map(|token| match token.text {
            "{" | "(" | "（" => 1i64,
            "}" | ")" | "）" => -1,
            _ => 0,
        });
    (opened.sum::<i64>() == 0).then_some(Line {
        what,
        depth,
        number,
        name: columns,
        at: second.start,
    })
}
