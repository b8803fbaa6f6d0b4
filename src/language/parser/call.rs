//! Calls: functions, aggregates, and what stands in their brackets.

use super::grammar::{Node, Rule};
use super::list::Places;
use super::mistake;
use super::ranked::Ranked;
use super::reader::{Part, Reader};
use super::token::fold;
use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::LIST_ITEMS_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{Call, Expr, ExprNode, HALF_LIFE_TAG, Name, Window, WindowNode};
use crate::language::words;

/// What stands in the brackets of a call.
#[derive(Debug, Default)]
pub struct Arguments {
    /// Plain ones, in order.
    pub arguments: Vec<Expr>,
    /// `a:` before each; as many.
    pub tags: Vec<Option<Name>>,
    /// `where C`
    pub filter: Option<Expr>,
    /// `by day`
    pub by: Option<Unit>,
    /// Among whom, in which groups.
    pub ranked: Ranked,
    /// The window.
    pub window: Option<Window>,
    /// Of the highest tree among them.
    pub height: u32,
}

impl Reader<'_> {
    /// A name, or with brackets a call.
    pub(super) fn named_operand(&mut self, node: Node<'_>) -> Option<Part> {
        let mut span = self.span(&node);
        let mut inner = node.into_inner();
        let name = inner.next()?;
        let Some(arguments) = inner.next() else {
            let name = self.name(&name);
            span = name.span;
            return Some(Part::leaf(Expr {
                node: ExprNode::Name(name),
                span,
            }));
        };
        let name = self.call_name(&name);
        let mut list = self.arguments(arguments)?;
        // `before (X)` is the window of an aggregate; the function takes two texts.
        if list.window.is_none()
            && let Some(window) = list.arguments.pop_if(|last| is_before(last))
        {
            list.tags.pop();
            list.window = before_window(window);
        }
        let height = list.height;
        let node = ExprNode::Call(Box::new(Call {
            name,
            arguments: list.arguments,
            tags: list.tags,
            filter: list.filter.map(Box::new),
            by: list.by,
            among: list.ranked.among.map(Box::new),
            per: list.ranked.per,
            ties_by_id: list.ranked.ties_by_id,
            window: list.window.map(Box::new),
        }));
        self.over(node, span, height)
    }

    /// Canonical English when it is a word of the table.
    fn call_name(&mut self, node: &Node<'_>) -> Name {
        let mut name = self.name(node);
        if !name.quoted
            && let Some(word) = words::function(&name.text)
        {
            name.text = word.english.to_owned();
        }
        name
    }

    /// The arguments in brackets; `None` when one is at fault.
    pub fn arguments(&mut self, node: Node<'_>) -> Option<Arguments> {
        let span = self.span(&node);
        let mut list = Arguments::default();
        let mut places = Places::default();
        let mut good = true;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::argument => {
                    let sound = self.argument(inner, &mut list).is_some();
                    places.part(place, sound);
                    good &= sound;
                }
                Rule::separator => good &= self.separated(&mut places, place),
                Rule::wrong_separator => good = self.wrong_separator(place),
                _ => {
                    self.stray_in(&mut places, place);
                    good = false;
                }
            }
        }
        if list.arguments.len() > LIST_ITEMS_MAX {
            self.report(mistake::too_many(span));
            good = false;
        }
        good.then_some(list)
    }

    fn argument(&mut self, node: Node<'_>, list: &mut Arguments) -> Option<()> {
        let span = self.span(&node);
        let mut value = None;
        let mut tag = None;
        let mut good = true;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::half_life => {
                    let (count, unit) = self.counted(&inner)?;
                    list.arguments.push(Expr {
                        node: ExprNode::Span { count, unit },
                        span: place,
                    });
                    list.tags.push(Some(Name {
                        text: HALF_LIFE_TAG.to_owned(),
                        quoted: false,
                        span: place,
                    }));
                }
                Rule::tag => tag = inner.into_inner().next().map(|word| self.name(&word)),
                Rule::window => {
                    let window = self.window(inner);
                    good &= self.put_window(list, window, place).is_some();
                }
                Rule::expr => {
                    value = self.flat(inner);
                    good &= value.is_some();
                }
                Rule::window_end => {
                    let window = value
                        .take()
                        .and_then(|bound| self.window_with_end(bound, inner));
                    good &= self.put_window(list, window, span).is_some();
                }
                Rule::where_clause => good &= self.filter(inner, place, list).is_some(),
                Rule::by_clause => good &= self.by_unit(&inner, place, list),
                Rule::among_clause | Rule::per_clause | Rule::ties_clause => {
                    let height = self.ranked(inner, place, &mut list.ranked);
                    list.height = list.height.max(height.unwrap_or(0));
                    good &= height.is_some();
                }
                Rule::later_clause => {
                    let name = self.shown(place);
                    self.report(mistake::not_yet(&name, place));
                    good = false;
                }
                _ => {}
            }
        }
        if let Some(value) = value {
            list.height = list.height.max(value.height);
            if list.window.is_some() && good {
                self.report(
                    Diagnostic::error(
                        codes::SAID_TWICE,
                        "the window is the last part in the brackets",
                        span,
                    )
                    .help("write `sum(purchase.amount where C, last 90 days)`"),
                );
                good = false;
            }
            list.arguments.push(value.expr);
            list.tags.push(tag);
        }
        good.then_some(())
    }

    /// `by day`, once.
    fn by_unit(&mut self, node: &Node<'_>, place: Span, list: &mut Arguments) -> bool {
        let units = node.clone().into_inner();
        let unit = units
            .filter_map(|unit| words::unit(&fold(unit.as_str())))
            .last();
        if list.by.is_some() {
            self.report(
                Diagnostic::error(codes::SAID_TWICE, "a second `by`", place)
                    .help("one unit is enough: `count(login by day)`"),
            );
            return false;
        }
        list.by = unit;
        unit.is_some()
    }

    fn put_window(
        &mut self,
        list: &mut Arguments,
        window: Option<(Window, u32)>,
        place: Span,
    ) -> Option<()> {
        let (window, height) = window?;
        list.height = list.height.max(height);
        if let Some(first) = &list.window {
            let first = first.span;
            self.report(
                Diagnostic::error(codes::SAID_TWICE, "a second window", place)
                    .also(first, "the first one")
                    .help(
                        "`between X and Y` has two ends; other tests of the date go into `where`",
                    ),
            );
            return None;
        }
        list.window = Some(window);
        Some(())
    }

    fn filter(&mut self, node: Node<'_>, place: Span, list: &mut Arguments) -> Option<()> {
        let Some(expr) = node
            .into_inner()
            .find(|inner| inner.as_rule() == Rule::expr)
        else {
            self.report(
                Diagnostic::error(
                    codes::MISSING_VALUE,
                    "a condition is missing after `where`",
                    place,
                )
                .help("write `count(purchase where amount > 100)`"),
            );
            return None;
        };
        let filter = self.flat(expr)?;
        list.height = list.height.max(filter.height);
        if let Some(first) = &list.filter {
            let first = first.span;
            self.report(
                Diagnostic::error(codes::SAID_TWICE, "a second `where`", place)
                    .also(first, "the first one")
                    .help("join the conditions with `and`"),
            );
            return None;
        }
        list.filter = Some(filter.expr);
        Some(())
    }
}

fn is_before(expr: &Expr) -> bool {
    match &expr.node {
        ExprNode::Call(call) => {
            words::BEFORE.english == call.name.text
                && call.arguments.len() == 1
                && call.filter.is_none()
                && call.window.is_none()
        }
        _ => false,
    }
}

fn before_window(expr: Expr) -> Option<Window> {
    let span = expr.span;
    match expr.node {
        ExprNode::Call(mut call) => {
            let bound = call.arguments.pop()?;
            Some(Window {
                node: WindowNode::Before(Box::new(bound)),
                span,
            })
        }
        _ => None,
    }
}
