//! Operands: values, names, brackets, relations, `case`, and the lists inside them.

use super::grammar::{Node, Rule};
use super::mistake;
use super::reader::{Part, Reader};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::LIST_ITEMS_MAX;
use crate::base::span::Span;
use crate::language::syntax::{CaseArm, Expr, ExprNode, Name, Quantifier};
use crate::language::words;
use crate::language::{codes, foreign};

impl Reader<'_> {
    /// An operand with the fields taken of it.
    pub fn operand(&mut self, node: Node<'_>) -> Option<Part> {
        let mut inner = node.into_inner();
        let mut part = self.primary(inner.next()?);
        for access in inner {
            let span = self.span(&access);
            let mut names = access.into_inner();
            let field = names.find(|node| matches!(node.as_rule(), Rule::word | Rule::quoted_name));
            let arguments = names.next();
            let (Some(field), Some(base)) = (field, part.take()) else {
                continue;
            };
            let field = self.name(&field);
            let whole = base.outer.to(span);
            if let Some(arguments) = arguments {
                part = self.plugin(base, field, arguments, whole);
                continue;
            }
            let takes = matches!(
                base.expr.node,
                ExprNode::Name(_) | ExprNode::Call(_) | ExprNode::Field { .. }
            );
            if !takes || base.bracketed {
                self.report(
                    Diagnostic::error(
                        codes::MISSING_VALUE,
                        "a field is taken of a name or a call",
                        whole,
                    )
                    .help(
                        "write `purchase.amount`, `last(login).at`, `lookup(SOURCE, KEY).COLUMN`",
                    ),
                );
                continue;
            }
            let node = ExprNode::Field {
                base: Box::new(base.expr),
                field,
            };
            part = self.over(node, whole, base.height);
        }
        part
    }

    /// `plugin.NAME()` and `plugin.NAME.FUNCTION()`: the only calls after a dot.
    fn plugin(&mut self, base: Part, last: Name, arguments: Node<'_>, whole: Span) -> Option<Part> {
        let is_word = |expr: &Expr| match &expr.node {
            ExprNode::Name(name) => !name.quoted && words::PLUGIN.is(&name.text),
            _ => false,
        };
        let place = last.span;
        let advice = foreign::advice(&last.text);
        let node = match base.expr.node {
            _ if base.bracketed => None,
            ExprNode::Name(_) if is_word(&base.expr) => Some(ExprNode::Plugin {
                plugin: Box::new(last),
                function: None,
            }),
            ExprNode::Field { base, field } if is_word(&base) => Some(ExprNode::Plugin {
                plugin: Box::new(field),
                function: Some(Box::new(last)),
            }),
            _ => None,
        };
        let Some(node) = node else {
            let name = self.shown(whole);
            self.report(match advice {
                Some(advice) => mistake::brought(&self.shown(place), place, advice),
                None => mistake::not_yet(&name, whole),
            });
            return None;
        };
        if arguments.into_inner().next().is_some() {
            self.report(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    "a plugin's function takes nothing in its brackets",
                    whole,
                )
                .help("what it reads of a customer stands in its plugin.toml"),
            );
            return None;
        }
        self.over(node, whole, base.height)
    }

    fn primary(&mut self, node: Node<'_>) -> Option<Part> {
        let span = self.span(&node);
        let leaf = |node| Some(Part::leaf(Expr { node, span }));
        match node.as_rule() {
            Rule::number => {
                let value = self.number(&node)?;
                leaf(ExprNode::Number(value))
            }
            Rule::bad_number => {
                self.bad_number(&node);
                None
            }
            Rule::date | Rule::zh_date | Rule::moment | Rule::bad_date | Rule::bad_moment => {
                let value = self.dated(&node)?;
                leaf(value)
            }
            Rule::ago => {
                let (count, unit) = self.counted(&node)?;
                leaf(ExprNode::Ago { count, unit })
            }
            Rule::span => {
                let (count, unit) = self.counted(&node)?;
                leaf(ExprNode::Span { count, unit })
            }
            Rule::quote_text => {
                let text = self.quoted(&node).text;
                leaf(ExprNode::Text(text))
            }
            Rule::single_quoted => {
                let inner: String = node.as_str().trim_matches(['\'', '‘', '’']).to_owned();
                self.report(
                    Diagnostic::error(codes::SINGLE_QUOTE, "text stands in double quotes", span)
                        .help(format!("write `\"{inner}\"`")),
                );
                None
            }
            Rule::literal => leaf(literal(node)?),
            Rule::named => self.named_operand(node),
            Rule::group => self.group(node),
            Rule::top_form => self.top(node),
            Rule::followed => self.followed(node),
            Rule::relation => self.relation(node),
            Rule::case_block => self.case(node),
            Rule::all_of | Rule::any_of | Rule::at_least => self.several(node),
            _ => None,
        }
    }

    fn group(&mut self, node: Node<'_>) -> Option<Part> {
        let outer = self.span(&node);
        if node.as_str().starts_with(['[', '［']) {
            self.report(
                Diagnostic::error(
                    codes::FOREIGN_WORD,
                    "square brackets mean nothing here",
                    outer,
                )
                .help("lists and groups stand in ( )"),
            );
            return None;
        }
        let mut part = None;
        let mut empty = true;
        let mut before = None;
        for inner in node.into_inner() {
            empty = false;
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::expr => {
                    before = Some(span);
                    part = self.flat(inner);
                }
                _ if before.is_some() && part.is_none() => {}
                _ => {
                    self.stray(span, before);
                    part = None;
                }
            }
        }
        if empty {
            self.report(
                Diagnostic::error(codes::MISSING_VALUE, "these brackets are empty", outer)
                    .help("write an expression in them, or take them away"),
            );
        }
        let mut part = part?;
        part.outer = outer;
        part.bare_default = false;
        part.bracketed = true;
        Some(part)
    }

    fn relation(&mut self, node: Node<'_>) -> Option<Part> {
        let span = self.span(&node);
        let mut quantifier = Quantifier::Any;
        let mut relations: Vec<Name> = Vec::new();
        let mut steps = Some(1);
        let mut condition = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::quantifier => {
                    quantifier = match inner.into_inner().next().map(|word| word.as_rule()) {
                        Some(Rule::kw_all_relation) => Quantifier::All,
                        Some(Rule::kw_none_relation) => Quantifier::None,
                        _ => Quantifier::Any,
                    }
                }
                Rule::relation_name => {
                    let name = self.name(&inner);
                    relations.push(name);
                }
                Rule::steps => steps = self.small_count(inner),
                Rule::group => condition = self.group(inner),
                _ => {}
            }
        }
        let condition = condition?;
        let node = ExprNode::Relation {
            quantifier,
            relations,
            steps: steps?,
            condition: Box::new(condition.expr),
        };
        self.over(node, span, condition.height)
    }

    /// The count inside `within 2 steps`, `at least 2 of`.
    fn small_count(&mut self, node: Node<'_>) -> Option<u32> {
        let count = node
            .into_inner()
            .find(|inner| inner.as_rule() == Rule::count)?;
        let span = self.span(&count);
        let number = self.count(&super::token::fold(count.as_str()), span)?;
        match u32::try_from(number) {
            Ok(number) if number > 0 => Some(number),
            _ => {
                self.report(
                    Diagnostic::error(codes::WRONG_COUNT, "this count is 1 or more", span)
                        .help("and below 4 thousand million"),
                );
                None
            }
        }
    }

    fn case(&mut self, node: Node<'_>) -> Option<Part> {
        let span = self.span(&node);
        let mut arms = Vec::new();
        let mut height = 0;
        let mut good = true;
        let mut before = None;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::arm => {
                    before = Some(place);
                    match self.arm(inner) {
                        Some((arm, arm_height)) => {
                            height = height.max(arm_height);
                            arms.push(arm);
                        }
                        None => good = false,
                    }
                }
                Rule::stray => {
                    self.stray(place, before);
                    good = false;
                }
                Rule::wrong_separator => good = self.wrong_separator(place),
                _ => {}
            }
        }
        if !good {
            return None;
        }
        let first_else = arms
            .iter()
            .position(|arm: &CaseArm| arm.condition.is_none());
        if arms.is_empty() || first_else.is_some_and(|at| at + 1 < arms.len()) {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_CHOICE,
                    "a `case` has branches, and `else` is the last",
                    span,
                )
                .help("write `case { C1: A, C2: B, else: D }`"),
            );
            return None;
        }
        if arms.len() > LIST_ITEMS_MAX {
            self.report(mistake::too_many(span));
            return None;
        }
        self.over(ExprNode::Case(arms), span, height)
    }

    fn arm(&mut self, node: Node<'_>) -> Option<(CaseArm, u32)> {
        let span = self.span(&node);
        let mut condition = None;
        let mut is_else = false;
        let mut value = None;
        let mut said = false;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::kw_else => is_else = true,
                Rule::expr => condition = self.flat(inner),
                Rule::arm_value => {
                    let expr = inner.into_inner().find(|node| node.as_rule() == Rule::expr);
                    said = expr.is_some();
                    value = expr.and_then(|expr| self.flat(expr));
                }
                _ => {}
            }
        }
        if !said {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_CHOICE,
                    "this branch has no `: VALUE`",
                    span,
                )
                .help("write `case { C1: A, C2: B, else: D }`"),
            );
            return None;
        }
        let value = value?;
        let (condition, height) = match condition {
            Some(part) => (Some(part.expr), part.height),
            None if is_else => (None, 0),
            None => return None,
        };
        Some((
            CaseArm {
                condition,
                value: value.expr,
            },
            height.max(value.height),
        ))
    }

    /// `all of (…)`, `any of (…)`, `at least 2 of (…)`.
    fn several(&mut self, node: Node<'_>) -> Option<Part> {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut count = None;
        let mut list = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::at_least_head => count = self.small_count(inner),
                Rule::arguments => list = self.plain_list(inner),
                _ => {}
            }
        }
        let (mut of, height) = list?;
        let node = match rule {
            Rule::at_least => ExprNode::AtLeast { count: count?, of },
            _ if of.len() == 1 => {
                let mut part = Part::leaf(of.pop()?);
                part.height = height;
                part.outer = span;
                part.bracketed = true;
                return Some(part);
            }
            Rule::all_of => ExprNode::And(of),
            _ => ExprNode::Or(of),
        };
        self.over(node, span, height)
    }

    /// Expressions in brackets, without windows, `where` and whatever else belongs to calls.
    pub(super) fn plain_list(&mut self, node: Node<'_>) -> Option<(Vec<Expr>, u32)> {
        let span = self.span(&node);
        let list = self.arguments(node)?;
        let tagged = list.tags.iter().any(Option::is_some);
        let placed = !list.ranked.per.is_empty() || list.ranked.among.is_some();
        let dressed = tagged || placed || list.ranked.ties_by_id || list.by.is_some();
        if list.filter.is_some() || list.window.is_some() || dressed {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_LIST,
                    "the parts of this list are plain: no window, no `where`, no `by`, no `among`",
                    span,
                )
                .help("put these inside the brackets of an aggregate or a rank"),
            );
            return None;
        }
        if list.arguments.is_empty() {
            self.report(Diagnostic::error(
                codes::INCOMPLETE_LIST,
                "this list is empty",
                span,
            ));
            return None;
        }
        Some((list.arguments, list.height))
    }
}

fn literal(node: Node<'_>) -> Option<ExprNode> {
    Some(match node.into_inner().next()?.as_rule() {
        Rule::kw_yes => ExprNode::Bool(true),
        Rule::kw_no => ExprNode::Bool(false),
        Rule::kw_today => ExprNode::Today,
        Rule::kw_now => ExprNode::Now,
        _ => ExprNode::Missing,
    })
}
