//! Windows: `last 90 days`, 近三个月, 自 X 起.

use super::grammar::{Node, Rule};
use super::reader::{Part, Reader};
use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{Window, WindowNode};

impl Reader<'_> {
    /// A window and the height of the highest tree in it.
    pub fn window(&mut self, node: Node<'_>) -> Option<(Window, u32)> {
        self.window_form(node.into_inner().next()?)
    }

    /// One form of a window.
    pub fn window_form(&mut self, node: Node<'_>) -> Option<(Window, u32)> {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::window_counted => {
                let node = self.counted_window(node, span)?;
                Some((Window { node, span }, 0))
            }
            Rule::window_calendar => {
                let node = calendar(node.into_inner().next()?.as_rule())?;
                Some((Window { node, span }, 0))
            }
            Rule::window_between => self.window_between(node, span),
            Rule::window_within => {
                let inner: Vec<Node<'_>> = node.into_inner().collect();
                let mark = inner
                    .iter()
                    .find(|node| node.as_rule() == Rule::within_mark);
                let counted = mark.and_then(|mark| self.counted(mark));
                let says_after = inner.iter().any(|node| node.as_rule() == Rule::kw_after);
                let bound = self.bounds(inner).pop();
                if !says_after || bound.is_none() {
                    self.report(
                        Diagnostic::error(codes::INCOMPLETE_WINDOW, "`within` lacks its `after`", span)
                            .help("write `within 30 days after X`, X 之后30天内; for the days up to now, `last 30 days`"),
                    );
                    return None;
                }
                let bound = bound??;
                let (count, unit) = counted?;
                let height = bound.height;
                let from = Box::new(bound.expr);
                Some((
                    Window {
                        node: WindowNode::WithinAfter { count, unit, from },
                        span,
                    },
                    height,
                ))
            }
            rule => {
                let bound = self.bounds(node.into_inner().collect()).pop();
                let Some(bound) = bound else {
                    self.report(
                        Diagnostic::error(
                            codes::INCOMPLETE_WINDOW,
                            "a date or an instant is missing here",
                            span,
                        )
                        .help(
                            "write `since 2024-01-01`, 自 2024-01-01 起, `before last(login).at`",
                        ),
                    );
                    return None;
                };
                let bound = bound?;
                let height = bound.height;
                let from = Box::new(bound.expr);
                let node = if rule == Rule::window_since {
                    WindowNode::Since(from)
                } else {
                    WindowNode::Before(from)
                };
                Some((Window { node, span }, height))
            }
        }
    }

    /// A bound before 之前 or 之后30天内.
    pub fn window_with_end(&mut self, bound: Part, node: Node<'_>) -> Option<(Window, u32)> {
        let span = bound.outer.to(self.span(&node));
        let height = bound.height;
        let from = Box::new(bound.expr);
        let end = node.into_inner().next()?;
        let node = if end.as_rule() == Rule::end_within {
            let (count, unit) = self.counted(&end)?;
            WindowNode::WithinAfter { count, unit, from }
        } else {
            WindowNode::Before(from)
        };
        Some((Window { node, span }, height))
    }

    /// Every bound among these, read; `None` where one is at fault.
    fn bounds(&mut self, nodes: Vec<Node<'_>>) -> Vec<Option<Part>> {
        nodes
            .into_iter()
            .filter(|node| node.as_rule() == Rule::bound)
            .map(|node| self.flat(node))
            .collect()
    }

    fn window_between(&mut self, node: Node<'_>, span: Span) -> Option<(Window, u32)> {
        let mut bounds = self.bounds(node.into_inner().collect()).into_iter();
        let (Some(low), Some(high)) = (bounds.next(), bounds.next()) else {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_WINDOW,
                    "a window between has two ends",
                    span,
                )
                .help("write `between X and Y`, 介于 X 与 Y"),
            );
            return None;
        };
        let (low, high) = (low?, high?);
        let height = low.height.max(high.height);
        let node = WindowNode::Between(Box::new(low.expr), Box::new(high.expr));
        Some((Window { node, span }, height))
    }

    fn counted_window(&mut self, node: Node<'_>, span: Span) -> Option<WindowNode> {
        let mut first = None;
        let mut whole = false;
        for inner in node.clone().into_inner() {
            match inner.as_rule() {
                Rule::kw_whole | Rule::zh_whole => whole = true,
                rule => first = first.or(Some(rule)),
            }
        }
        let (count, unit) = self.counted(&node)?;
        if count < 1 {
            self.report(Diagnostic::error(
                codes::WRONG_COUNT,
                "a window has one unit at least",
                span,
            ));
            return None;
        }
        let first = first?;
        let is_last = matches!(first, Rule::kw_last | Rule::zh_last);
        if whole && (!is_last || unit.is_duration()) {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_WINDOW,
                    "`whole` goes with `last` and with days or longer units",
                    span,
                )
                .help("write `last 6 whole months`, 近6整月"),
            );
            return None;
        }
        Some(match first {
            Rule::kw_previous | Rule::zh_previous => WindowNode::Previous { count, unit },
            Rule::kw_rolling | Rule::zh_rolling => {
                if matches!(unit, Unit::Month | Unit::Quarter | Unit::Year) {
                    self.report(
                        Diagnostic::error(
                            codes::INCOMPLETE_WINDOW,
                            "a rolling window has a fixed length",
                            span,
                        )
                        .help("write `rolling 90 days`; months and longer go with `last`"),
                    );
                    return None;
                }
                WindowNode::Rolling { count, unit }
            }
            Rule::kw_next | Rule::zh_next => WindowNode::Next { count, unit },
            _ => WindowNode::Last { count, unit, whole },
        })
    }
}

fn calendar(rule: Rule) -> Option<WindowNode> {
    Some(match rule {
        Rule::kw_this_day => WindowNode::This(Unit::Day),
        Rule::kw_this_week => WindowNode::This(Unit::Week),
        Rule::kw_this_month => WindowNode::This(Unit::Month),
        Rule::kw_this_quarter => WindowNode::This(Unit::Quarter),
        Rule::kw_this_year => WindowNode::This(Unit::Year),
        Rule::kw_previous_day => WindowNode::PreviousCalendar(Unit::Day),
        Rule::kw_previous_week => WindowNode::PreviousCalendar(Unit::Week),
        Rule::kw_previous_month => WindowNode::PreviousCalendar(Unit::Month),
        Rule::kw_previous_quarter => WindowNode::PreviousCalendar(Unit::Quarter),
        Rule::kw_previous_year => WindowNode::PreviousCalendar(Unit::Year),
        _ => return None,
    })
}
