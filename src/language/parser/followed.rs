//! Sequences: `followed(a: credit, no login, b: withdrawal where C within 1 to 3 days)`.

use super::grammar::{Node, Rule};
use super::list::Places;
use super::reader::{Part, Reader};
use super::token::fold;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{ExprNode, FollowedStep, Reach};
use crate::language::words;

impl Reader<'_> {
    /// A sequence with its steps.
    pub fn followed(&mut self, node: Node<'_>) -> Option<Part> {
        let span = self.span(&node);
        let mut steps = Vec::new();
        let mut height = 0;
        let mut good = true;
        let mut places = Places::default();
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::kw_followed => {}
                Rule::followed_step => {
                    let step = self.followed_step(inner, place);
                    places.part(place, step.is_some());
                    match step {
                        Some((step, step_height)) => {
                            height = height.max(step_height);
                            steps.push(step);
                        }
                        None => good = false,
                    }
                }
                Rule::separator => good &= self.separated(&mut places, place),
                Rule::wrong_separator => good = self.wrong_separator(place),
                _ => {
                    self.stray_in(&mut places, place);
                    good = false;
                }
            }
        }
        if !good {
            return None;
        }
        self.over(ExprNode::Followed(steps), span, height)
    }

    fn followed_step(&mut self, node: Node<'_>, span: Span) -> Option<(FollowedStep, u32)> {
        let mut name = None;
        let mut absent = false;
        let mut event = None;
        let mut filter = None;
        let mut height = 0;
        let mut within: Option<Reach> = None;
        let mut good = true;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::tag => name = inner.into_inner().next().map(|word| self.name(&word)),
                Rule::kw_not_followed => absent = true,
                Rule::followed_event => event = Some(self.name(&inner)),
                Rule::where_clause => {
                    let expr = inner.into_inner().find(|it| it.as_rule() == Rule::expr);
                    match expr {
                        Some(expr) => match self.flat(expr) {
                            Some(part) => {
                                height = part.height;
                                filter = Some(part.expr);
                            }
                            None => good = false,
                        },
                        None => {
                            self.wanted(
                                place,
                                "a condition is missing after `where`",
                                "write `withdrawal where amount > 100`",
                            );
                            good = false;
                        }
                    }
                }
                _ => {
                    if let Some(first) = &within {
                        let first = first.span;
                        self.report(
                            Diagnostic::error(codes::SAID_TWICE, "a second `within`", place)
                                .also(first, "the first one"),
                        );
                        good = false;
                    }
                    match self.reach(inner, place) {
                        Some(reach) => within = Some(reach),
                        None => good = false,
                    }
                }
            }
        }
        let step = FollowedStep {
            name,
            absent,
            event: event?,
            filter,
            within,
            span,
        };
        good.then_some((step, height))
    }

    /// `within 1 to 3 days`
    fn reach(&mut self, node: Node<'_>, span: Span) -> Option<Reach> {
        let mut counts = Vec::new();
        let mut unit = None;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::count => counts.push(self.count(&fold(inner.as_str()), place)?),
                _ => unit = words::unit(&fold(inner.as_str())).or(unit),
            }
        }
        let (low, high) = match counts.as_slice() {
            [high] => (0, *high),
            [low, high] => (*low, *high),
            _ => return None,
        };
        let Some(unit) = unit else {
            self.wanted(
                span,
                "a count without its unit",
                "write `within 3 days`, 3天内",
            );
            return None;
        };
        Some(Reach {
            low,
            high,
            unit,
            span,
        })
    }
}
