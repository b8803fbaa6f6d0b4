//! Lists: the members of `in (…)`, ranges, and the commas between parts.

use super::element::Set;
use super::grammar::{Node, Rule};
use super::mistake;
use super::reader::{Part, Reader};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::LIST_ITEMS_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{Choice, Expr, ExprNode};

impl Reader<'_> {
    /// The members of an `in` list.
    pub fn choices(&mut self, node: Node<'_>) -> Option<(Set, u32)> {
        let span = self.span(&node);
        let mut good = true;
        if node.as_str().starts_with(['[', '［']) {
            self.report(
                Diagnostic::error(codes::FOREIGN_WORD, "a list stands in round brackets", span)
                    .help("write `in (a, b)`"),
            );
            good = false;
        }
        let mut list: Vec<Choice> = Vec::new();
        let mut height = 0;
        let mut places = Places::default();
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::choice => {
                    let inner: Vec<Node<'_>> = inner.into_inner().collect();
                    let choice = self.range(inner, place);
                    places.part(place, choice.is_some());
                    match choice {
                        Some((choice, choice_height)) => {
                            height = height.max(choice_height);
                            list.push(choice);
                        }
                        None => good = false,
                    }
                }
                Rule::quote_text | Rule::word => {
                    places.part(place, true);
                    let part = self.lone(&inner);
                    height = height.max(part.height);
                    list.push(Choice::One(part.expr));
                }
                Rule::separator => good &= self.separated(&mut places, place),
                Rule::wrong_separator => good = self.wrong_separator(place),
                _ => {
                    self.stray_in(&mut places, place);
                    good = false;
                }
            }
        }
        if list.is_empty() && good {
            self.report(
                Diagnostic::error(codes::INCOMPLETE_LIST, "this list is empty", span)
                    .help("write `in (a, b)`"),
            );
            good = false;
        }
        if list.len() > LIST_ITEMS_MAX {
            self.report(mistake::too_many(span));
            good = false;
        }
        good.then_some((Set::Choices(list), height))
    }

    /// A text or a name that stands alone.
    fn lone(&mut self, node: &Node<'_>) -> Part {
        let (node, span) = match node.as_rule() {
            Rule::word => {
                let name = self.name(node);
                let span = name.span;
                (ExprNode::Name(name), span)
            }
            _ => {
                let text = self.quoted(node);
                (ExprNode::Text(text.text), text.span)
            }
        };
        Part::leaf(Expr { node, span })
    }

    /// `a`, `a..b`, `a..<b`, `..b`, `a..`, from what pest found.
    pub fn range(&mut self, inner: Vec<Node<'_>>, span: Span) -> Option<(Choice, u32)> {
        let mut low = None;
        let mut high = None;
        let mut mark = None;
        let mut good = true;
        for node in inner {
            if node.as_rule() != Rule::range_end {
                low = self.flat(node);
                good &= low.is_some();
                continue;
            }
            for end in node.into_inner() {
                if end.as_rule() == Rule::range_mark {
                    mark = Some(super::token::fold(end.as_str()));
                } else {
                    high = self.flat(end);
                    good &= high.is_some();
                }
            }
        }
        if !good {
            return None;
        }
        let height = low
            .iter()
            .chain(&high)
            .map(|part| part.height)
            .max()
            .unwrap_or(0);
        let Some(mark) = mark else {
            return low.map(|part| (Choice::One(part.expr), height));
        };
        if low.is_none() && high.is_none() {
            self.report(Diagnostic::error(
                codes::MISSING_VALUE,
                "a range has at least one end",
                span,
            ));
            return None;
        }
        let choice = Choice::Range {
            low: low.map(|part| Box::new(part.expr)),
            high: high.map(|part| Box::new(part.expr)),
            high_included: mark != "..<",
            span,
        };
        Some((choice, height))
    }

    /// A separator; a place between two of them is empty.
    pub fn separated(&mut self, places: &mut Places, span: Span) -> bool {
        let good = places.filled;
        if !good {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_LIST,
                    "a part is missing before this comma",
                    span,
                )
                .help("take the comma away, or write the part"),
            );
        }
        places.filled = false;
        places.faulty = false;
        good
    }

    /// Text that fits nowhere; after a part at fault it mostly follows from that.
    pub fn stray_in(&mut self, places: &mut Places, span: Span) {
        if !places.faulty {
            self.stray(span, places.last);
        }
        places.part(span, false);
    }

    /// A semicolon between the parts of a list.
    pub fn wrong_separator(&mut self, span: Span) -> bool {
        self.report(
            Diagnostic::error(
                codes::WRONG_SEPARATOR,
                "the parts of a list are parted by commas",
                span,
            )
            .help("write `,` or ，"),
        );
        false
    }
}

/// Which place of a list has a part.
#[derive(Debug, Default)]
pub struct Places {
    /// Whether the place at hand has one.
    pub filled: bool,
    /// Whether the part at hand is at fault, and reported.
    pub faulty: bool,
    /// The part before.
    pub last: Option<Span>,
}

impl Places {
    /// A part stands here.
    pub fn part(&mut self, span: Span, sound: bool) {
        self.filled = true;
        self.faulty = !sound;
        self.last = Some(span);
    }
}
