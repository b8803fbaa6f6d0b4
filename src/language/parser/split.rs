//! The first look at a text: quotes and brackets checked, a file cut into its items at
//! the heads in column 1. A fault in one item never hides those of the next.

use std::borrow::Cow;

use super::grammar::{Rule, read};
use super::reader::shown;
use super::scan::{self, Bracket, Scanned, Sign};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::NESTING_MAX;
use crate::base::recursion::reading;
use crate::base::span::{SourceId, Span};
use crate::language::codes;

/// Lines that begin with a word over which one head may spread: its word, its name, its label and
/// what follows them.
const HEAD_LINES_MAX: usize = 4;

/// What the first look finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MarkKind {
    Sign(Sign),
    Head(Head),
}

/// How an item opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// With a word of the table.
    Item(Rule),
    /// With a word that opens nothing.
    Unknown,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    kind: MarkKind,
    start: usize,
    end: usize,
}

/// One item's text, from its head to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// How it opens.
    pub head: Head,
    /// First byte of the head.
    pub start: usize,
    /// One past the opening word.
    pub head_end: usize,
    /// One past the item's last byte.
    pub end: usize,
}

/// The marks of one text.
#[derive(Debug)]
pub struct Skimmed<'t> {
    text: &'t str,
    /// What the grammar reads, as long as the text.
    pub plain: Cow<'t, str>,
    source: SourceId,
    marks: Vec<Mark>,
}

/// Looks over a text.
pub fn skim(text: &str, source: SourceId) -> Skimmed<'_> {
    let scanned = scan::scan(text);
    let plain = scanned.plain(text);
    let mut marks = heads(&scanned, &plain);
    marks.extend(scanned.signs.into_iter().map(|(sign, at)| Mark {
        kind: MarkKind::Sign(sign),
        start: at.start,
        end: at.end,
    }));
    marks.sort_by_key(|mark| mark.start);
    Skimmed {
        text,
        plain,
        source,
        marks,
    }
}

/// The heads of items among the lines that may begin with a word.
fn heads(scanned: &Scanned, plain: &str) -> Vec<Mark> {
    let words = &scanned.words;
    let ends = words.iter().skip(HEAD_LINES_MAX).copied();
    let ends = ends.chain(std::iter::repeat(plain.len()));
    let head = |(start, end): (&usize, usize)| {
        let mut tree = read(Rule::head, plain.get(*start..end)?).ok()?;
        let node = tree.next()?.into_inner().next()?;
        let head = match node.as_rule() {
            Rule::item_head => Head::Item(node.clone().into_inner().next()?.as_rule()),
            _ => Head::Unknown,
        };
        Some(Mark {
            kind: MarkKind::Head(head),
            start: start + node.as_span().start(),
            end: start + node.as_span().end(),
        })
    };
    // Room is seen to once and not for each line.
    reading(|| words.iter().zip(ends).filter_map(head).collect())
}

impl Skimmed<'_> {
    /// The items in order. A head in column 1 counts where no bracket is open, in round
    /// brackets, and where the open brackets are never closed.
    pub fn pieces(&self) -> Vec<Piece> {
        let lowest = self.lowest_depths();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut open: Vec<Bracket> = Vec::new();
        let mut depth = 0i64;
        let mut base = 0i64;
        for (mark, lowest) in self.marks.iter().zip(lowest) {
            match mark.kind {
                MarkKind::Sign(Sign::Open(bracket)) => {
                    depth += 1;
                    open.push(bracket);
                }
                MarkKind::Sign(Sign::Close(_)) => {
                    depth -= 1;
                    open.pop();
                }
                MarkKind::Head(head) => {
                    let outside = open.is_empty();
                    let never_closed = lowest > base || open.last() != Some(&Bracket::Curly);
                    let known = head != Head::Unknown;
                    let counts = outside || (never_closed && known);
                    if !counts {
                        continue;
                    }
                    open.clear();
                    base = depth;
                    if let Some(last) = pieces.last_mut() {
                        last.end = mark.start;
                    }
                    pieces.push(Piece {
                        head,
                        start: mark.start,
                        head_end: mark.end,
                        end: self.text.len(),
                    });
                }
                MarkKind::Sign(Sign::Quote | Sign::NameQuote) => {}
            }
        }
        for piece in &mut pieces {
            piece.end = self.trimmed_end(piece.start, piece.end);
        }
        pieces
    }

    /// For each mark the lowest bracket depth from there to the end.
    fn lowest_depths(&self) -> Vec<i64> {
        let step = |mark: &Mark| match mark.kind {
            MarkKind::Sign(Sign::Open(_)) => 1,
            MarkKind::Sign(Sign::Close(_)) => -1,
            _ => 0,
        };
        let mut depth: i64 = self.marks.iter().map(step).sum();
        let mut lowest = depth;
        let mut depths: Vec<i64> = self
            .marks
            .iter()
            .rev()
            .map(|mark| {
                let here = lowest;
                depth -= step(mark);
                lowest = lowest.min(depth);
                here
            })
            .collect();
        depths.reverse();
        depths
    }

    /// Without blank lines and whole comment lines at the end.
    fn trimmed_end(&self, start: usize, end: usize) -> usize {
        let mut text = self.text.get(start..end).unwrap_or("");
        loop {
            text = text.trim_end();
            let line_start = text.rfind('\n').map_or(0, |at| at + 1);
            let line = text.get(line_start..).unwrap_or("").trim_start();
            if line_start == 0 || !is_comment(line) {
                return start + text.len();
            }
            text = text.get(..line_start).unwrap_or("");
        }
    }

    /// What is wrong with quotes and brackets in this range.
    pub fn faults(&self, start: usize, end: usize) -> Vec<Diagnostic> {
        let first = self.marks.partition_point(|mark| mark.start < start);
        let marks: Vec<&Mark> = self
            .marks
            .iter()
            .skip(first)
            .take_while(|mark| mark.start < end)
            .collect();
        let quotes: Vec<Diagnostic> = marks
            .iter()
            .filter_map(|mark| self.quote_fault(mark))
            .collect();
        // A quote without end swallows the brackets after it: they say nothing then.
        if quotes.is_empty() {
            self.bracket_faults(&marks, end)
        } else {
            quotes
        }
    }

    fn quote_fault(&self, mark: &Mark) -> Option<Diagnostic> {
        let text = self.text.get(mark.start..mark.end).unwrap_or("");
        let open = text.chars().next().unwrap_or('"');
        let span = self.span(mark.start, mark.end);
        let (message, close) = match mark.kind {
            MarkKind::Sign(Sign::Quote) => (
                "this quote is never closed",
                match open {
                    '“' => '”',
                    '「' => '」',
                    other => other,
                },
            ),
            MarkKind::Sign(Sign::NameQuote) => (
                "this quoted name is empty or never closed",
                match open {
                    '【' => '】',
                    other => other,
                },
            ),
            _ => return None,
        };
        Some(
            Diagnostic::error(codes::UNCLOSED_QUOTE, message, span).help(match close {
                '`' => "close it with a backtick on the same line".to_owned(),
                close => format!("close it with `{close}` on the same line"),
            }),
        )
    }

    fn bracket_faults(&self, marks: &[&Mark], end: usize) -> Vec<Diagnostic> {
        /// Further ones mostly follow from the first.
        const FAULTS_MAX: usize = 3;
        let mut faults = Vec::new();
        let mut open: Vec<(Bracket, &Mark)> = Vec::new();
        let mut too_deep = false;
        for mark in marks {
            match mark.kind {
                MarkKind::Sign(Sign::Open(bracket)) => {
                    open.push((bracket, mark));
                    if open.len() > NESTING_MAX && !too_deep {
                        too_deep = true;
                        faults.push(
                            Diagnostic::error(
                                codes::NESTED_TOO_DEEP,
                                "brackets are nested too deep here",
                                self.span(mark.start, mark.end),
                            )
                            .help(format!("at most {NESTING_MAX} levels; give an inner part a name of its own with `metric`")),
                        );
                    }
                }
                MarkKind::Sign(Sign::Close(bracket)) => {
                    let known = open.iter().rposition(|(other, _)| *other == bracket);
                    let Some(known) = known else {
                        faults.push(self.unfitting(open.pop(), mark));
                        continue;
                    };
                    for (_, unclosed) in open.drain(known..).skip(1) {
                        faults.push(self.unclosed(unclosed, mark.start, mark.end));
                    }
                }
                _ => {}
            }
        }
        for (_, unclosed) in open.into_iter().rev().take(FAULTS_MAX) {
            let last = self
                .text
                .get(..end)
                .and_then(|text| text.chars().next_back());
            let width = last.map_or(0, char::len_utf8);
            faults.push(self.unclosed(unclosed, end.saturating_sub(width), end));
        }
        faults.truncate(FAULTS_MAX);
        faults
    }

    /// A closing bracket whose kind is not open: a slip for the one that is, or one too many.
    fn unfitting(&self, open: Option<(Bracket, &Mark)>, mark: &Mark) -> Diagnostic {
        let written = shown(self.text.get(mark.start..mark.end).unwrap_or(""));
        let place = self.span(mark.start, mark.end);
        let Some((_, opener)) = open else {
            return Diagnostic::error(
                codes::UNOPENED_BRACKET,
                format!("{written} closes nothing"),
                place,
            )
            .help("take it away, or open it where the part begins");
        };
        let close = self.closing(opener);
        Diagnostic::error(
            codes::UNCLOSED_BRACKET,
            format!("{written} stands where `{close}` belongs"),
            place,
        )
        .also(self.span(opener.start, opener.end), "opened here")
    }

    /// The bracket that closes this one.
    fn closing(&self, opener: &Mark) -> &'static str {
        match self.text.get(opener.start..opener.end).unwrap_or("") {
            "(" => ")",
            "（" => "）",
            "[" => "]",
            "［" => "］",
            "{" => "}",
            _ => "｝",
        }
    }

    fn unclosed(&self, opener: &Mark, start: usize, end: usize) -> Diagnostic {
        let close = self.closing(opener);
        Diagnostic::error(
            codes::UNCLOSED_BRACKET,
            format!("`{close}` is missing"),
            self.span(start, end),
        )
        .also(
            self.span(opener.start, opener.end),
            "opened here and never closed",
        )
        .help(format!("write `{close}` where the part ends"))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.source, place(start), place(end))
    }
}

/// Whether a line without leading space is a comment.
pub fn is_comment(line: &str) -> bool {
    line.starts_with(['#', '＃'])
}

/// The comment lines directly above a place: `#` and one space taken away.
pub fn description(text: &str, start: usize) -> Option<String> {
    let before = text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    // Only what begins its line has a comment above it.
    if !before
        .get(line_start..)?
        .trim_start_matches('\u{feff}')
        .trim()
        .is_empty()
    {
        return None;
    }
    let mut lines: Vec<&str> = Vec::new();
    for line in before.get(..line_start)?.lines().rev() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if !is_comment(line) {
            break;
        }
        let said = line.trim_start_matches(['#', '＃']);
        lines.push(said.strip_prefix(' ').unwrap_or(said));
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
