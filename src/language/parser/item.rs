//! Items: their heads, and params, metrics and filters whole. Schema and sources have
//! files of their own.

use super::cut::{self, Body, Cut};
use super::grammar::{Node, Rule, read};
use super::reader::Reader;
use super::split::{Head, Piece, description};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::lexicon::Lexicon;
use crate::language::syntax::{Choice, Expr, Item, ItemNode, Name, Quoted};
use crate::language::words::{self, Role, Word};
use crate::language::{codes, suggest};

/// The name and label of a head.
pub struct Named {
    /// First name.
    pub name: Name,
    /// Second name.
    pub label: Option<Quoted>,
}

impl Reader<'_> {
    /// One item whose quotes and brackets are sound, from its plain text; words without spaces are
    /// cut into these names.
    pub fn item(&mut self, piece: &Piece, plain: &str, names: &Lexicon) -> Option<Item> {
        let head = self.place(0, piece.head_end - piece.start);
        let rule = match piece.head {
            Head::Item(keyword) => rule_of(keyword)?,
            Head::Unknown => {
                self.unknown_item(head);
                return None;
            }
        };
        let cut = match body_of(rule) {
            None => Cut::without(plain),
            Some(body) => match cut::cut(plain, piece.start, self.source, body, names) {
                Ok(cut) => cut,
                Err(found) => {
                    self.diagnostics.extend(found);
                    return None;
                }
            },
        };
        let text = cut.text.as_ref();
        self.spaces = cut.spaces;
        let nodes: Vec<Node<'_>> = match read(rule, text) {
            Ok(mut pairs) => pairs.next()?.into_inner().collect(),
            Err(at) => {
                self.unreadable(at.min(text.len()), head);
                return None;
            }
        };
        let before = self.diagnostics.len();
        let whole = self.place(0, text.len());
        let (named, node) = self.body(rule, nodes, head)?;
        if self
            .diagnostics
            .iter()
            .skip(before)
            .any(Diagnostic::is_error)
        {
            return None;
        }
        let description = description(self.text, piece.start);
        Some(Item {
            name: named.name,
            label: named.label,
            description,
            node,
            span: whole,
        })
    }

    fn body(&mut self, rule: Rule, nodes: Vec<Node<'_>>, head: Span) -> Option<(Named, ItemNode)> {
        match rule {
            Rule::settings_item => self.settings(nodes, head),
            Rule::customer_item | Rule::event_item | Rule::holding_item => {
                self.facts(rule, nodes, head)
            }
            Rule::relation_item => self.relation_item(nodes, head),
            Rule::source_item => self.source_item(nodes, head),
            Rule::param_item => self.param(nodes, head),
            Rule::care_item => self.care_item(nodes, head),
            Rule::score_item => self.score_item(nodes, head),
            Rule::scorecard_item => self.scorecard_item(nodes, head),
            Rule::stages_item => self.stages_item(nodes, head),
            Rule::tiers_item => self.tiers_item(nodes, head),
            Rule::test_item => self.test_item(nodes, head),
            Rule::report_item => self.report_item(nodes, head),
            _ => self.rule_item(rule, nodes, head),
        }
    }

    /// The keyword as a name: `settings` and `customer` have no other.
    pub fn keyword_name(&self, word: Word, head: Span) -> Name {
        Name {
            text: word.english.to_owned(),
            quoted: false,
            span: head,
        }
    }

    /// Checks a head's name; a label alone serves as the name.
    pub fn named(
        &mut self,
        name: Option<Name>,
        label: Option<Quoted>,
        head: Span,
    ) -> Option<Named> {
        let (name, label) = match (name, label) {
            (Some(name), label) => (name, label),
            (None, Some(label)) => (
                Name {
                    text: label.text,
                    quoted: true,
                    span: label.span,
                },
                None,
            ),
            (None, None) => {
                let message = format!("{} has no name", self.shown(head));
                self.report(Diagnostic::error(codes::ITEM_NAME, message, head).help(
                    "write a name after it: letters, digits and `_`, not starting with a digit",
                ));
                return None;
            }
        };
        self.refuse_reserved(&name);
        Some(Named { name, label })
    }

    /// An unquoted name may not read like a word that stands beside operands.
    pub fn refuse_reserved(&mut self, name: &Name) {
        if !name.quoted
            && (words::is_reserved(&name.text)
                || words::find(&name.text, &[Role::Literal]).is_some())
        {
            let message = format!("`{}` is a word of the language", name.text);
            self.report(
                Diagnostic::error(codes::ITEM_NAME, message, name.span).help(format!(
                    "another name, or `{}` in backticks or 【】 everywhere",
                    name.text
                )),
            );
        }
    }

    /// The mark after a head.
    fn head_mark(&mut self, mark: Option<&Node<'_>>, wanted: char, after: Span) {
        let Some(node) = mark else {
            let place = Span::new(after.source, after.end, after.end);
            let message = format!("`{wanted}` is missing after {}", self.shown(after));
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, message, place.to(after)).help(format!(
                    "write `{wanted}` between the head and what it stands for"
                )),
            );
            return;
        };
        let written = super::token::fold(node.as_str());
        if written.trim() != wanted.to_string() {
            let span = self.span(node);
            let message = format!("{} stands where `{wanted}` belongs", self.shown(span));
            self.report(Diagnostic::error(codes::ITEM_HEAD, message, span));
        }
    }

    fn rule_item(
        &mut self,
        rule: Rule,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let parts = self.parts(nodes, head);
        self.says_something(&parts);
        let named = self.named(parts.name, parts.label, head);
        let expr = parts.expr??;
        let node = if rule == Rule::metric_item {
            ItemNode::Metric(expr)
        } else {
            ItemNode::Filter(expr)
        };
        Some((named?, node))
    }

    /// The colon after the head, and something after it.
    pub(super) fn says_something(&mut self, parts: &Parts<'_>) {
        self.head_mark(parts.mark.as_ref(), ':', parts.head);
        if parts.expr.is_none() && !parts.stray {
            let message = format!("{} says nothing", self.shown(parts.head));
            self.report(
                Diagnostic::error(codes::MISSING_VALUE, message, parts.head)
                    .help("write an expression after its `:`"),
            );
        }
    }

    fn param(&mut self, nodes: Vec<Node<'_>>, head: Span) -> Option<(Named, ItemNode)> {
        let parts = self.parts(nodes, head);
        let named = self.named(parts.name, parts.label, head);
        self.head_mark(parts.mark.as_ref(), '=', parts.head);
        if parts.expr.is_none() && !parts.stray {
            self.report(
                Diagnostic::error(codes::MISSING_VALUE, "this param has no value", parts.head)
                    .help("write `param NAME = 5 range 1..20`"),
            );
        }
        let range = match parts.range {
            Some(clause) => Some(self.range_clause(clause)?),
            None => None,
        };
        let value = parts.expr??;
        Some((named?, ItemNode::Param { value, range }))
    }

    /// `range 1..20`; both ends.
    pub(super) fn range_clause(&mut self, node: Node<'_>) -> Option<(Expr, Expr)> {
        let span = self.span(&node);
        let range = node
            .into_inner()
            .find(|inner| inner.as_rule() == Rule::range);
        let inner: Vec<Node<'_>> = range
            .into_iter()
            .flat_map(|range| range.into_inner())
            .collect();
        let choice = if inner.is_empty() {
            None
        } else {
            Some(self.range(inner, span)?.0)
        };
        match choice {
            Some(Choice::Range {
                low: Some(low),
                high: Some(high),
                high_included: true,
                ..
            }) => Some((*low, *high)),
            _ => {
                self.report(
                    Diagnostic::error(
                        codes::MISSING_VALUE,
                        "a range has two ends, both included",
                        span,
                    )
                    .help("write `range 1..20`, 范围 1..20"),
                );
                None
            }
        }
    }

    /// Sorts the nodes of a one-expression item.
    pub(super) fn parts<'n>(&mut self, nodes: Vec<Node<'n>>, head: Span) -> Parts<'n> {
        let mut parts = Parts {
            name: None,
            label: None,
            mark: None,
            expr: None,
            range: None,
            stray: false,
            head,
        };
        let mut before = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::item_name => {
                    parts.name = Some(self.name(&node));
                    parts.head = head.to(span);
                }
                Rule::label => {
                    parts.label = Some(self.quoted(&node));
                    parts.head = head.to(span);
                }
                Rule::head_mark => parts.mark = Some(node),
                Rule::expr => {
                    before = Some(span);
                    parts.expr = Some(self.flat(node).map(|part| part.expr));
                }
                Rule::range_clause => parts.range = Some(node),
                Rule::rest => {
                    parts.stray = true;
                    if !matches!(parts.expr, Some(None)) {
                        self.stray(span, before);
                    }
                }
                _ => {}
            }
        }
        parts
    }

    fn unknown_item(&mut self, head: Span) {
        let word = self.shown(head);
        let items = || words::ALL.iter().filter(|word| word.role == Role::Item);
        let names: Vec<&str> = items().map(|word| word.english).collect();
        let help = suggest::help_with_rule(
            self.slice(head).trim(),
            items().flat_map(|word| [word.english, word.chinese]),
            &format!("items are {}", names.join(", ")),
        );
        self.report(
            Diagnostic::error(codes::OUTSIDE_ITEM, format!("{word} opens no item"), head)
                .help(help),
        );
    }

    /// Something that the grammar of the item did not take.
    fn unreadable(&mut self, at: usize, head: Span) {
        let place = self.place(at, at);
        let item = self.shown(head);
        self.report(
            Diagnostic::error(
                codes::UNREADABLE,
                format!("this {item} cannot be read from here on"),
                place,
            )
            .also(head, ""),
        );
    }
}

/// What a one-expression item is made of. `expr` is `Some(None)` when at fault.
pub(super) struct Parts<'n> {
    pub(super) name: Option<Name>,
    pub(super) label: Option<Quoted>,
    mark: Option<Node<'n>>,
    pub(super) expr: Option<Option<Expr>>,
    pub(super) range: Option<Node<'n>>,
    stray: bool,
    /// Keyword, name and label.
    head: Span,
}

/// How the runs of an item are cut; `None` where any run may be the name of a column or a field.
fn body_of(rule: Rule) -> Option<Body> {
    match rule {
        Rule::settings_item
        | Rule::customer_item
        | Rule::event_item
        | Rule::holding_item
        | Rule::relation_item
        | Rule::source_item => None,
        Rule::care_item => Some(Body::Care),
        Rule::scorecard_item => Some(Body::Rows),
        _ => Some(Body::Lines),
    }
}

fn rule_of(keyword: Rule) -> Option<Rule> {
    Some(match keyword {
        Rule::kw_settings => Rule::settings_item,
        Rule::kw_customer => Rule::customer_item,
        Rule::kw_event => Rule::event_item,
        Rule::kw_holding => Rule::holding_item,
        Rule::kw_relation => Rule::relation_item,
        Rule::kw_source => Rule::source_item,
        Rule::kw_param => Rule::param_item,
        Rule::kw_metric => Rule::metric_item,
        Rule::kw_filter => Rule::filter_item,
        Rule::kw_care => Rule::care_item,
        Rule::kw_score => Rule::score_item,
        Rule::kw_scorecard => Rule::scorecard_item,
        Rule::kw_stages => Rule::stages_item,
        Rule::kw_tiers => Rule::tiers_item,
        Rule::kw_test => Rule::test_item,
        Rule::kw_report => Rule::report_item,
        _ => return None,
    })
}
