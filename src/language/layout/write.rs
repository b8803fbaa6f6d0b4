//! Canonical text with the comments of the text as written, its long lines broken.

use std::borrow::Cow;

use super::align::align;
use super::columns;
use super::lines::{closers, joints};
use super::token::{Gap, Kind, Token, Trivia, tokens};
use crate::base::recursion::deep;
use crate::base::text::width;

/// Columns of a line before it is broken.
const LINE_COLUMNS_MAX: usize = 100;
/// Columns by which a part is moved in.
const INDENT: usize = 2;

/// Where the comments of a text go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// Beside the token beside which they stand.
    WhereTheyStand,
    /// To the end of the canonical line that holds it: there a comment never parts words that
    /// are read as one.
    AtLineEnds,
}

/// Lays the canonical text of one item or expression out, with the comments of the written
/// one. Comments of the canonical text are left out: they stand in the written one.
pub fn write(written: &str, canonical: &str, comments: Comments) -> String {
    let written = tokens(written);
    let canonical = tokens(canonical);
    let list = canonical.tokens;
    let mut texts: Vec<Cow<'_, str>> = list.iter().map(|token| token.text.into()).collect();
    let mut before: Vec<Vec<Trivia>> = vec![Vec::new(); list.len() + 1];
    let mut behind: Vec<Vec<String>> = vec![Vec::new(); list.len() + 1];
    let percent =
        |token: &Token<'_>| token.kind == Kind::Number && token.text.ends_with(['%', '％']);
    if !written.trivia.is_empty() || written.tokens.iter().any(percent) {
        let pairs = align(&written.tokens, &list);
        for (token, pair) in written.tokens.iter().zip(&pairs) {
            if percent(token)
                && let Some(text) = pair.and_then(|at| texts.get_mut(at))
            {
                *text = share(token.text).into();
            }
        }
        place(&written.trivia, &pairs, &list, &mut before, &mut behind);
        if comments == Comments::AtLineEnds {
            move_to_line_ends(&list, &mut before, &mut behind);
        }
    }
    let mut layout = Layout {
        closers: closers(&list),
        tokens: &list,
        texts,
        before,
        behind,
        out: String::new(),
        column: 0,
        fresh: true,
        broken: false,
    };
    layout.all();
    columns::aligned(&layout.out)
}

/// `50%` as typed, without blanks and full width.
fn share(text: &str) -> String {
    crate::language::parser::folded(text).into_owned()
}

/// Where a comment comes to rest. Ordered as the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rest {
    token: usize,
    behind: bool,
}

/// Puts each comment beside the token of the canonical text that it stood beside, and never
/// before one that stood above it.
fn place(
    trivia: &[(usize, Trivia)],
    pairs: &[Option<usize>],
    tokens: &[Token<'_>],
    before: &mut [Vec<Trivia>],
    behind: &mut [Vec<String>],
) {
    let mut reached = Rest {
        token: 0,
        behind: false,
    };
    for (at, trivia) in trivia {
        let rest = match trivia {
            Trivia::End(_) => {
                let last = pairs.iter().take(*at).rev().flatten().next().copied();
                // A comma belongs to the part before it.
                let last = last.map(|last| match tokens.get(last + 1).map(|token| token.text) {
                    Some("," | "，") => last + 1,
                    _ => last,
                });
                Rest {
                    token: last.unwrap_or(0),
                    behind: last.is_some(),
                }
            }
            _ => {
                let next = pairs.iter().skip(*at).flatten().next().copied();
                Rest {
                    token: next.unwrap_or(tokens.len()),
                    behind: false,
                }
            }
        };
        reached = reached.max(rest);
        match trivia {
            Trivia::Line(said) | Trivia::End(said) if reached.behind => {
                if let Some(list) = behind.get_mut(reached.token) {
                    list.push(said.clone());
                }
            }
            Trivia::Blank if reached.behind => {}
            trivia => {
                if let Some(list) = before.get_mut(reached.token) {
                    list.push(match trivia {
                        Trivia::End(said) => Trivia::Line(said.clone()),
                        trivia => trivia.clone(),
                    });
                }
            }
        }
    }
}

/// Moves what stands inside of a canonical line behind its last token, in its order.
fn move_to_line_ends(tokens: &[Token<'_>], before: &mut [Vec<Trivia>], behind: &mut [Vec<String>]) {
    let mut moved: Vec<String> = Vec::new();
    for at in 0..tokens.len() {
        let begins = matches!(tokens.get(at).map(|token| token.gap), Some(Gap::Line(_)));
        if let Some(list) = before.get_mut(at)
            && at > 0
            && !begins
        {
            let said = std::mem::take(list).into_iter();
            moved.extend(said.filter_map(|trivia| match trivia {
                Trivia::Blank => None,
                Trivia::Line(said) | Trivia::End(said) => Some(said),
            }));
        }
        let next = tokens.get(at + 1).map(|token| token.gap);
        if let Some(list) = behind.get_mut(at) {
            moved.append(list);
            if matches!(next, None | Some(Gap::Line(_))) {
                *list = std::mem::take(&mut moved);
            }
        }
    }
}

/// Whether a bracket opens and closes in the range.
fn closers_in(closers: &[Option<usize>], from: usize, to: usize) -> bool {
    closers
        .iter()
        .take(to)
        .skip(from)
        .flatten()
        .any(|closer| *closer < to)
}

struct Layout<'a> {
    tokens: &'a [Token<'a>],
    texts: Vec<Cow<'a, str>>,
    closers: Vec<Option<usize>>,
    before: Vec<Vec<Trivia>>,
    behind: Vec<Vec<String>>,
    out: String,
    column: usize,
    /// Nothing stands on the line yet.
    fresh: bool,
    /// A comment ended the line.
    broken: bool,
}

impl Layout<'_> {
    fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    fn text(&self, at: usize) -> &str {
        self.texts.get(at).map_or("", |text| text.as_ref())
    }

    /// The lines of the canonical text, each broken where it has to be.
    fn all(&mut self) {
        let mut from = 0;
        while from < self.tokens.len() {
            let mut to = from + 1;
            while self
                .token(to)
                .is_some_and(|token| !matches!(token.gap, Gap::Line(_)))
            {
                to += 1;
            }
            let indent = match self.token(from).map(|token| token.gap) {
                Some(Gap::Line(indent)) => indent,
                _ => 0,
            };
            self.line_break(indent);
            self.line(from, to, indent);
            from = to;
        }
        let last = self.before.get_mut(self.tokens.len()).map(std::mem::take);
        self.trivia(&last.unwrap_or_default(), INDENT, false);
        while self.out.ends_with('\n') {
            self.out.pop();
        }
    }

    /// One line of the canonical text; the head of a rule ends at its colon when what
    /// follows has to be broken.
    fn line(&mut self, from: usize, to: usize, indent: usize) {
        let head = (from == 0 && self.is_forced(from, to))
            .then(|| self.head_colon(to))
            .flatten();
        match head {
            Some(colon) if colon + 1 < to => {
                self.flat(from, colon + 1, indent);
                self.line_break(indent + INDENT);
                self.sequence(colon + 1, to, indent + INDENT, true);
            }
            _ => {
                let own = from > 0 && self.is_body(from);
                self.sequence(from, to, indent, own);
            }
        }
    }

    /// The colon behind the head of a rule; none in a block. One that touches what follows is
    /// that of a clock.
    fn head_colon(&self, to: usize) -> Option<usize> {
        let ends = |at: usize| match self.text(at) {
            "：" => true,
            ":" => self.token(at + 1).is_some_and(|next| next.gap != Gap::None),
            _ => false,
        };
        (0..to)
            .take_while(|at| !matches!(self.text(*at), "{" | "(" | "（"))
            .find(|at| ends(*at))
    }

    /// Whether the line is the body of a rule: the line before ends in a colon.
    fn is_body(&self, from: usize) -> bool {
        from.checked_sub(1)
            .is_some_and(|last| matches!(self.text(last), ":" | "："))
    }

    /// Whether a comment inside breaks the range.
    fn is_forced(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| {
            let has_line = |trivia: &Trivia| matches!(trivia, Trivia::Line(_));
            let before = self.before.get(at);
            let behind = self.behind.get(at);
            (at > from && before.is_some_and(|list| list.iter().any(has_line)))
                || (at + 1 < to && behind.is_some_and(|list| !list.is_empty()))
        })
    }

    fn columns(&self, from: usize, to: usize) -> usize {
        let gap = |at: usize| match self.token(at).map(|token| token.gap) {
            _ if at == from && self.fresh => 0,
            Some(Gap::None) | None => 0,
            Some(Gap::Wide) => 2,
            Some(_) => 1,
        };
        (from..to).map(|at| gap(at) + width(self.text(at))).sum()
    }

    fn fits(&self, from: usize, to: usize) -> bool {
        !self.is_forced(from, to) && self.column + self.columns(from, to) <= LINE_COLUMNS_MAX
    }

    /// A range of tokens; `own` when it has its lines to itself, so that their starts align.
    fn sequence(&mut self, from: usize, to: usize, indent: usize, own: bool) {
        if self.fits(from, to) {
            self.flat(from, to, indent);
            return;
        }
        let groups = closers_in(&self.closers, from, to);
        let found = joints(self.tokens, &self.closers, from, to);
        // `one of (…), sensitive`: the bracket is broken, not what follows it.
        let found = found.filter(|joints| own || !groups || !joints.commas);
        let Some(joints) = found else {
            self.groups(from, to, indent);
            return;
        };
        let inner = if own && !joints.moved {
            indent
        } else {
            indent + INDENT
        };
        let mut start = from;
        for end in joints.starts.into_iter().chain([to]) {
            if start > from {
                self.line_break(inner);
            }
            let here = if start > from { inner } else { indent };
            deep(|| self.sequence(start, end, here, false));
            start = end;
        }
    }

    /// A range whose brackets are all that can be broken.
    fn groups(&mut self, from: usize, to: usize, indent: usize) {
        let mut at = from;
        while at < to {
            let closer = self.closers.get(at).copied().flatten();
            let Some(closer) = closer.filter(|closer| *closer < to && *closer > at + 1) else {
                self.one(at, indent);
                at += 1;
                continue;
            };
            let later =
                (closer + 1..to).any(|at| self.closers.get(at).is_some_and(Option::is_some));
            let whole = self.fits(at, to) || (later && self.fits(at, closer + 1));
            if whole {
                self.flat(at, closer + 1, indent);
            } else {
                self.one(at, indent);
                self.line_break(indent + INDENT);
                deep(|| self.sequence(at + 1, closer, indent + INDENT, true));
                self.line_break(indent);
                self.one(closer, indent);
            }
            at = closer + 1;
        }
    }

    fn flat(&mut self, from: usize, to: usize, indent: usize) {
        (from..to).for_each(|at| self.one(at, indent));
    }

    /// One token with its comments.
    fn one(&mut self, at: usize, indent: usize) {
        let list = self.before.get_mut(at).map(std::mem::take);
        let list = list.unwrap_or_default();
        let closes = matches!(self.text(at), ")" | "）" | "}");
        if list.iter().any(|trivia| matches!(trivia, Trivia::Line(_))) {
            let inside = if self.fresh && !closes {
                indent
            } else {
                indent + INDENT
            };
            self.trivia(&list, inside, true);
            self.line_break(if closes { indent } else { inside });
        } else if !list.is_empty() && self.fresh && self.in_block(at) && !closes {
            self.trivia(&list, indent, true);
        }
        if self.broken {
            self.line_break(indent + INDENT);
        }
        let gap = self.token(at).map_or(Gap::None, |token| token.gap);
        let blanks = match gap {
            _ if self.fresh => 0,
            Gap::None => 0,
            Gap::Wide => 2,
            Gap::Space | Gap::Line(_) => 1,
        };
        let text = self.text(at).to_owned();
        if self.fresh {
            self.out.push_str(&" ".repeat(self.column));
        }
        self.out.push_str(&" ".repeat(blanks));
        self.out.push_str(&text);
        self.column += blanks + width(&text);
        self.fresh = false;
        for said in self
            .behind
            .get_mut(at)
            .map(std::mem::take)
            .unwrap_or_default()
        {
            if self.broken {
                self.line_break(indent + INDENT);
                self.out.push_str(&" ".repeat(self.column));
                self.out.push_str(&said);
            } else {
                self.out.push_str("  ");
                self.out.push_str(&said);
            }
            self.fresh = false;
            self.broken = true;
        }
    }

    /// Whether the innermost open bracket is that of a block.
    fn in_block(&self, at: usize) -> bool {
        let opener = (0..at).rev().find(|opener| {
            self.closers
                .get(*opener)
                .copied()
                .flatten()
                .is_some_and(|closer| closer >= at)
        });
        opener.is_some_and(|opener| self.text(opener) == "{" && opener + 1 < at)
    }

    /// Comments and empty lines before a token.
    fn trivia(&mut self, list: &[Trivia], indent: usize, blanks: bool) {
        let mut blank = false;
        for trivia in list {
            match trivia {
                Trivia::Blank => blank = blanks,
                Trivia::Line(said) | Trivia::End(said) => {
                    self.line_break(indent);
                    if blank && !self.after_opener() {
                        self.out.push('\n');
                    }
                    blank = false;
                    self.out.push_str(&" ".repeat(indent));
                    self.out.push_str(said);
                    self.fresh = false;
                    self.line_break(indent);
                }
            }
        }
        if blank && self.fresh && !self.after_opener() {
            self.out.push('\n');
        }
    }

    fn after_opener(&self) -> bool {
        let said = self.out.trim_end();
        said.is_empty() || said.ends_with(['{', '(', '（'])
    }

    /// Begins a line, unless one has begun.
    fn line_break(&mut self, indent: usize) {
        if !self.fresh {
            while self.out.ends_with(' ') {
                self.out.pop();
            }
            self.out.push('\n');
        }
        self.fresh = true;
        self.broken = false;
        self.column = indent;
    }
}
