//! Sources: format, lookups, routes.

use super::grammar::{Node, Rule};
use super::item::Named;
use super::reader::Reader;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::FIELDS_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{
    Assignment, DelimiterSyntax, Expr, ExprNode, FormatSyntax, ItemNode, KeySyntax, Name, Route,
    RouteTarget,
};
use crate::language::words;

/// What stands in the braces of a source.
#[derive(Default)]
struct Body {
    format: FormatSyntax,
    key: Option<KeySyntax>,
    skip: Vec<Expr>,
    routes: Vec<Route>,
}

impl Reader<'_> {
    pub(super) fn source_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut name = None;
        let mut texts = Vec::new();
        let mut body = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::item_name => name = Some(self.name(&node)),
                Rule::quote_text => texts.push(self.quoted(&node)),
                Rule::source_body => body = Some(self.source_body(node)),
                Rule::rest => self.stray(span, None),
                _ => {}
            }
        }
        let file = texts.pop();
        let label = texts.pop();
        if let Some(third) = texts.pop() {
            self.once(true, third.span);
        }
        let named = self.named(name, label, head);
        let Some(file) = file else {
            self.wanted(
                head,
                "the file of this source is missing",
                "write `source NAME \"file.csv\" { … }`",
            );
            return None;
        };
        let Some(body) = body else {
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, "`{` is missing", head)
                    .help("write `source NAME \"file.csv\" { format csv  … }`"),
            );
            return None;
        };
        let Body {
            format,
            key,
            skip,
            routes,
        } = body;
        Some((
            named?,
            ItemNode::Source {
                file,
                format: Box::new(format),
                key,
                skip,
                routes,
            },
        ))
    }

    fn source_body(&mut self, node: Node<'_>) -> Body {
        let mut body = Body::default();
        for inner in node.into_inner() {
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::key_line => {
                    self.once(body.key.is_some(), span);
                    body.key = self.key(inner, span);
                }
                Rule::skip_line => {
                    let clause = inner.into_inner().find(|node| node.as_rule() == Rule::when_clause);
                    match clause {
                        Some(clause) => body.skip.extend(self.when(clause)),
                        None => self.wanted(span, "`when` is missing", "write `skip when CONDITION`"),
                    }
                }
                Rule::route => body.routes.extend(self.route(inner, span)),
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(
                    span,
                    "`format`, `delimiter`, `quote`, `header`, `encoding`, `missing`, `key`, `skip when`, and routes such as `event NAME { … }`",
                ),
                Rule::separator => {}
                _ => self.format_part(inner, span, &mut body.format),
            }
        }
        body
    }

    fn format_part(&mut self, node: Node<'_>, span: Span, format: &mut FormatSyntax) {
        let rule = node.as_rule();
        let value = node.clone().into_inner().find(|inner| {
            matches!(
                inner.as_rule(),
                Rule::word | Rule::quote_text | Rule::kw_blanks | Rule::name_list
            )
        });
        if rule == Rule::missing_line {
            let marks: Vec<_> = node
                .into_inner()
                .filter(|inner| inner.as_rule() == Rule::quote_text)
                .map(|mark| self.quoted(&mark))
                .collect();
            if marks.is_empty() {
                self.wanted(span, "the marks are missing", "write `missing \"\", \"?\"`");
            }
            format.missing.extend(marks);
            return;
        }
        let Some(value) = value else {
            self.wanted(
                span,
                "a value is missing here",
                "write `format csv`, `delimiter \";\"`, `delimiter blanks`, `header (a, b)`, `encoding \"utf-8\"`",
            );
            return;
        };
        match rule {
            Rule::format_line => {
                self.once(format.format.is_some(), span);
                format.format = Some(self.name(&value));
            }
            Rule::delimiter_line => {
                self.once(format.delimiter.is_some(), span);
                format.delimiter = Some(if value.as_rule() == Rule::kw_blanks {
                    DelimiterSyntax::Blanks
                } else {
                    DelimiterSyntax::Character(self.quoted(&value))
                });
            }
            Rule::quote_line => {
                self.once(format.quote.is_some(), span);
                format.quote = Some(self.quoted(&value));
            }
            Rule::encoding_line => {
                self.once(format.encoding.is_some(), span);
                format.encoding = Some(self.quoted(&value));
            }
            _ => {
                self.once(format.header.is_some(), span);
                format.header = self.names(value, span);
            }
        }
    }

    fn names(&mut self, node: Node<'_>, span: Span) -> Option<Vec<Name>> {
        let mut names = Vec::new();
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::item_name | Rule::quote_text => {
                    let name = self.name(&inner);
                    names.push(name);
                }
                Rule::wrong_separator => {
                    self.wrong_separator(place);
                }
                Rule::stray => self.stray(place, names.last().map(|name| name.span)),
                _ => {}
            }
        }
        if names.is_empty() || names.len() > FIELDS_MAX {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_LIST,
                    "this list is empty or too long",
                    span,
                )
                .help(format!("from 1 to {FIELDS_MAX} names, parted by commas")),
            );
            return None;
        }
        Some(names)
    }

    fn key(&mut self, node: Node<'_>, span: Span) -> Option<KeySyntax> {
        let mut key = None;
        let mut when = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::expr => key = Some(self.flat(inner).map(|part| part.expr)),
                Rule::when_clause => when = Some(self.when(inner)),
                _ => {}
            }
        }
        let Some(key) = key else {
            self.wanted(
                span,
                "the key is missing",
                "write `key account_id when type = \"OWNER\"`",
            );
            return None;
        };
        let when = match when {
            Some(when) => Some(when?),
            None => None,
        };
        Some(KeySyntax { key: key?, when })
    }

    fn when(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        let expr = node
            .into_inner()
            .find(|inner| inner.as_rule() == Rule::expr);
        let Some(expr) = expr else {
            self.wanted(
                span,
                "a condition is missing after `when`",
                "write `when type = \"OWNER\"`",
            );
            return None;
        };
        self.flat(expr).map(|part| part.expr)
    }

    fn route(&mut self, node: Node<'_>, span: Span) -> Option<Route> {
        let mut target = None;
        let mut when = None;
        let mut assignments = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::route_target => target = self.route_target(inner),
                Rule::when_clause => when = Some(self.when(inner)),
                Rule::assignments => assignments = Some(self.assignments(inner)),
                _ => {}
            }
        }
        let Some(assignments) = assignments else {
            self.report(
                Diagnostic::error(
                    codes::ITEM_HEAD,
                    "`{` is missing after the head of this route",
                    span,
                )
                .help("write `event NAME when CONDITION { customer = …  at = … }`"),
            );
            return None;
        };
        let when = match when {
            Some(when) => Some(when?),
            None => None,
        };
        Some(Route {
            target: target?,
            when,
            assignments,
            span,
        })
    }

    fn route_target(&mut self, node: Node<'_>) -> Option<RouteTarget> {
        let span = self.span(&node);
        let mut inner = node.into_inner();
        let keyword = inner.next()?.as_rule();
        if keyword == Rule::kw_customer {
            return Some(RouteTarget::Customer);
        }
        let Some(name) = inner.next() else {
            self.wanted(span, "this route has no name", "write `event NAME { … }`");
            return None;
        };
        let name = self.name(&name);
        Some(match keyword {
            Rule::kw_event => RouteTarget::Event(name),
            Rule::kw_holding => RouteTarget::Holding(name),
            _ => RouteTarget::Relation(name),
        })
    }

    pub(super) fn assignments(&mut self, node: Node<'_>) -> Vec<Assignment> {
        let mut list = Vec::new();
        for inner in node.into_inner() {
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::assignment => list.extend(self.assignment(inner, span)),
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(span, "`FIELD = EXPRESSION`"),
                _ => {}
            }
        }
        list
    }

    fn assignment(&mut self, node: Node<'_>, span: Span) -> Option<Assignment> {
        let mut name = None;
        let mut value = None;
        let mut mark = String::new();
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::item_name => name = Some(self.name(&inner)),
                Rule::assign_mark => mark = super::token::fold(inner.as_str()).into_owned(),
                Rule::expr => value = Some(self.flat(inner)),
                _ => {}
            }
        }
        let mut name = name?;
        if !name.quoted
            && let Some(english) = words::built_in(&name.text)
        {
            name.text = english.to_owned();
        }
        if mark != "=" {
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, "a route assigns with `=`", span)
                    .help(format!("write `{} = …`", name.text)),
            );
        }
        let Some(value) = value else {
            self.wanted(
                span,
                "a value is missing after `=`",
                "write an expression, or `missing`, or `clear`",
            );
            return None;
        };
        let mut value = value?.expr;
        if let ExprNode::Name(word) = &value.node
            && !word.quoted
            && words::CLEAR.is(&word.text)
        {
            value.node = ExprNode::Clear;
        }
        Some(Assignment { name, value })
    }
}
