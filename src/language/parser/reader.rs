//! What every part of the parser carries: the text, where it lies, what was found wrong.

use super::cut::place_as_typed;
use super::grammar::Node;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::EXPRESSION_HEIGHT_MAX;
use crate::base::span::{SourceId, Span};
use crate::language::codes;
use crate::language::syntax::{Expr, ExprNode};

/// Reads one item or one expression.
pub struct Reader<'t> {
    /// The whole text of the source.
    pub text: &'t str,
    /// Where in the text the part that is read begins.
    pub base: usize,
    /// Names the text.
    pub source: SourceId,
    /// Spaces that were added to the part where words without spaces are cut, ascending.
    pub spaces: Vec<usize>,
    /// Findings so far.
    pub diagnostics: Vec<Diagnostic>,
}

/// A part of an expression while it is put together.
#[derive(Clone, Debug)]
pub struct Part {
    /// The tree.
    pub expr: Expr,
    /// With its brackets.
    pub outer: Span,
    /// Of the tree.
    pub height: u32,
    /// Ends in a `default` that stands in no bracket.
    pub bare_default: bool,
    /// In brackets.
    pub bracketed: bool,
}

impl Part {
    /// A tree without parts.
    pub fn leaf(expr: Expr) -> Self {
        Self::over(expr, 0)
    }

    /// A tree over parts of that height.
    fn over(expr: Expr, height: u32) -> Self {
        let outer = expr.span;
        Self {
            expr,
            outer,
            height: height.saturating_add(1),
            bare_default: false,
            bracketed: false,
        }
    }
}

impl<'t> Reader<'t> {
    /// A tree over parts of that height; refuses what is too high.
    pub fn over(&mut self, node: ExprNode, span: Span, height: u32) -> Option<Part> {
        let part = Part::over(Expr { node, span }, height);
        if part.height <= EXPRESSION_HEIGHT_MAX {
            return Some(part);
        }
        self.report(
            Diagnostic::error(
                codes::NESTED_TOO_DEEP,
                "this expression has too many levels",
                span,
            )
            .help(format!(
                "at most {EXPRESSION_HEIGHT_MAX}; give a part of it a name of its own with `metric`"
            )),
        );
        None
    }

    /// A reader of the part that begins at `base`.
    pub fn new(text: &'t str, base: usize, source: SourceId) -> Self {
        Self {
            text,
            base,
            source,
            spaces: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Bytes `start..end` of the part that is read, as they lie in the text as typed.
    pub fn place(&self, start: usize, end: usize) -> Span {
        let place = |at: usize| {
            let at = self.base + place_as_typed(&self.spaces, at);
            u32::try_from(at).unwrap_or(u32::MAX)
        };
        Span::new(self.source, place(start), place(end))
    }

    /// Where a node lies; space that the grammar passed over at its end is not part of it.
    pub fn span(&self, node: &Node<'_>) -> Span {
        let lies = node.as_span();
        let start = lies.start();
        self.place(start, start + lies.as_str().trim_end().len())
    }

    /// What lies there.
    pub fn slice(&self, span: Span) -> &'t str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// What lies there, in backticks, on one line and not long.
    pub fn shown(&self, span: Span) -> String {
        shown(self.slice(span))
    }

    /// Sees to it that what could not be read since `before` was reported: a part that is left
    /// out without a word would be a rule that is dead.
    pub fn reported(&mut self, failed: bool, before: usize, span: Span) {
        if failed && self.diagnostics.len() == before {
            let said = self.shown(span);
            let message = format!("{said} cannot be read");
            self.report(Diagnostic::error(codes::UNREADABLE, message, span));
        }
    }

    /// Adds a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// In backticks, on one line and not long.
pub fn shown(text: &str) -> String {
    const CHARACTERS_MAX: usize = 40;
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let mut short: String = line.chars().take(CHARACTERS_MAX).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    format!("`{short}`")
}
