//! Reports: their head, their columns, their order.

use super::grammar::{Node, Rule};
use super::item::Named;
use super::list;
use super::reader::Reader;
use super::token::fold;
use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::REPORT_COLUMNS_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::report::{Over, Report, ReportColumn};
use crate::language::syntax::{Expr, ItemNode};
use crate::language::words;

const LINES: &str = "measures (`NAME \"label\": count(customer)`), `order by E desc` and `top 20`";
const PER: &str =
    "write `per branch, band: if age < 30 then \"young\" else \"other\"`, `per at by month`";

/// The clauses said so far. An inner `None`: said, and at fault.
#[derive(Default)]
struct Clauses {
    over: Option<Option<Over>>,
    filter: Option<Option<Expr>>,
    per: bool,
    groups: Vec<ReportColumn>,
    measures: Vec<ReportColumn>,
    measured: bool,
    ordered: bool,
    order: Vec<(Expr, bool)>,
    top: Option<Option<i64>>,
}

impl Reader<'_> {
    pub(super) fn report_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let (mut name, mut label) = (None, None);
        let mut clauses = Clauses::default();
        let mut body = false;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::item_name => name = Some(self.name(&node)),
                Rule::label => label = Some(self.quoted(&node)),
                Rule::report_body => {
                    body = true;
                    self.report_body(node, &mut clauses);
                }
                Rule::rest => self.stray(span, None),
                Rule::EOI => {}
                _ => self.report_clause(node, span, &mut clauses),
            }
        }
        let named = self.named(name, label, head);
        if !body {
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, "`{` is missing", head)
                    .help("write `report NAME per branch { n: count(customer) }`"),
            );
            return None;
        }
        if !clauses.measured {
            self.report(
                Diagnostic::error(codes::MISSING_VALUE, "this report measures nothing", head)
                    .help("write a measure between its brackets: `n: count(customer)`"),
            );
        }
        let over = match clauses.over {
            Some(over) => Some(over?),
            None => None,
        };
        let filter = match clauses.filter {
            Some(filter) => Some(filter?),
            None => None,
        };
        let top = match clauses.top {
            Some(top) => Some(top?),
            None => None,
        };
        let report = Report {
            over,
            filter,
            groups: clauses.groups,
            measures: clauses.measures,
            order: clauses.order,
            top,
        };
        Some((named?, ItemNode::Report(Box::new(report))))
    }

    /// `over`, `where`, `per`.
    fn report_clause(&mut self, node: Node<'_>, span: Span, clauses: &mut Clauses) {
        match node.as_rule() {
            Rule::report_over => {
                self.once(clauses.over.is_some(), span);
                clauses.over = Some(self.report_over(node, span));
            }
            Rule::report_where => {
                self.once(clauses.filter.is_some(), span);
                let expr = node.into_inner().find(|part| part.as_rule() == Rule::expr);
                let Some(expr) = expr else {
                    let help = "write `where active and age >= 18`";
                    self.wanted(span, "a condition is missing after `where`", help);
                    clauses.filter = Some(None);
                    return;
                };
                clauses.filter = Some(self.flat(expr).map(|part| part.expr));
            }
            Rule::report_per => {
                self.once(clauses.per, span);
                clauses.per = true;
                let mut said = false;
                for column in node.into_inner() {
                    if column.as_rule() == Rule::report_column {
                        said = true;
                        clauses.groups.extend(self.report_column(column));
                    }
                }
                if !said {
                    self.wanted(span, "it does not say what the groups are", PER);
                }
                self.bounded_columns(clauses.groups.len(), span);
            }
            _ => {}
        }
    }

    fn report_over(&mut self, node: Node<'_>, span: Span) -> Option<Over> {
        let said = node
            .into_inner()
            .find(|part| part.as_rule() != Rule::kw_over);
        match said {
            Some(part) if part.as_rule() == Rule::over_source => {
                let name = part
                    .into_inner()
                    .find(|part| part.as_rule() == Rule::over_subject)?;
                Some(Over::Source(self.name(&name)))
            }
            Some(part) => Some(Over::Facts(self.name(&part))),
            None => {
                let help = "write `over loan`, or `over source orders` for the records of a file";
                self.wanted(span, "it does not say what its rows are", help);
                None
            }
        }
    }

    fn report_body(&mut self, node: Node<'_>, clauses: &mut Clauses) {
        for line in node.into_inner() {
            let span = self.span(&line);
            match line.as_rule() {
                Rule::report_column => {
                    clauses.measured = true;
                    if let Some(column) = self.report_column(line) {
                        if column.period.is_some() {
                            self.report(
                                Diagnostic::error(
                                    codes::UNKNOWN_LINE,
                                    "`by` makes groups, and this is a measure",
                                    column.span,
                                )
                                .help("write `per at by month` before the brackets"),
                            );
                        }
                        clauses.measures.push(column);
                    }
                    self.bounded_columns(clauses.measures.len(), span);
                }
                Rule::report_order => {
                    self.once(clauses.ordered, span);
                    clauses.ordered = true;
                    clauses.order = self.report_order(line, span);
                }
                Rule::report_top => {
                    self.once(clauses.top.is_some(), span);
                    clauses.top = Some(self.report_top(line, span));
                }
                Rule::separator => {}
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                _ => self.bad_line(span, LINES),
            }
        }
    }

    fn bounded_columns(&mut self, count: usize, span: Span) {
        if count == REPORT_COLUMNS_MAX + 1 {
            self.report(Diagnostic::error(
                codes::LIST_TOO_LONG,
                format!("a report has at most {REPORT_COLUMNS_MAX} groups and as many measures"),
                span,
            ));
        }
    }

    /// A group or a measure.
    pub(super) fn report_column(&mut self, node: Node<'_>) -> Option<ReportColumn> {
        let span = self.span(&node);
        let (mut name, mut label, mut value) = (None, None, None);
        let mut period = Some(None);
        for part in node.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::column_head => {
                    for part in part.into_inner() {
                        match part.as_rule() {
                            Rule::item_name => name = Some(self.name(&part)),
                            Rule::label => label = Some(self.quoted(&part)),
                            _ => {}
                        }
                    }
                }
                Rule::expr => value = self.flat(part).map(|part| part.expr),
                Rule::by_period => period = self.report_period(part, place).map(Some),
                _ => {}
            }
        }
        if let Some(name) = &name {
            self.refuse_reserved(name);
        }
        Some(ReportColumn {
            name,
            label,
            value: value?,
            period: period?,
            span,
        })
    }

    /// `by month`
    fn report_period(&mut self, node: Node<'_>, span: Span) -> Option<Unit> {
        let unit = node
            .into_inner()
            .filter(|part| part.as_rule() != Rule::kw_by)
            .find_map(|part| words::unit(&fold(part.as_str())));
        if unit.is_none_or(Unit::is_duration) {
            let help = "write `by day`, or by week, month, quarter, year";
            self.wanted(span, "a unit of the calendar is missing after `by`", help);
            return None;
        }
        unit
    }

    fn report_order(&mut self, node: Node<'_>, span: Span) -> Vec<(Expr, bool)> {
        let mut order = Vec::new();
        let mut said = false;
        for key in node.into_inner() {
            if key.as_rule() != Rule::report_key {
                continue;
            }
            said = true;
            let (mut expr, mut descending) = (None, false);
            for part in key.into_inner() {
                match part.as_rule() {
                    Rule::expr => expr = self.flat(part).map(|part| part.expr),
                    Rule::kw_desc => descending = true,
                    _ => {}
                }
            }
            order.extend(expr.map(|expr| (expr, descending)));
        }
        if !said {
            let help = "write `order by assets desc, n`";
            self.wanted(span, "there is nothing to order by here", help);
        }
        order
    }

    fn report_top(&mut self, node: Node<'_>, span: Span) -> Option<i64> {
        let count = node.into_inner().find(|part| part.as_rule() == Rule::count);
        let count = count.and_then(|count| {
            let place = self.span(&count);
            self.count(&fold(count.as_str()), place)
        });
        if count.is_none_or(|count| count < 1) {
            self.wanted(span, "a count of rows is missing", "write `top 20`");
            return None;
        }
        count
    }

    /// The columns of a list: `branch, band: if … else …, at by month`.
    pub(super) fn only_columns(&mut self, tree: Node<'_>) -> Vec<ReportColumn> {
        let mut columns = Vec::new();
        let mut places = list::Places::default();
        for node in tree.into_inner() {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::report_column => {
                    let column = self.report_column(node);
                    places.part(span, column.is_some());
                    columns.extend(column);
                    self.bounded_columns(columns.len(), span);
                }
                Rule::separator => {
                    self.separated(&mut places, span);
                }
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::EOI => {}
                _ => self.stray_in(&mut places, span),
            }
        }
        columns
    }
}
