//! Reports: the clauses of the head, and a line each for measures, order and bound.

use super::call::by_unit;
use super::{close, colon, comma, expression, name, open, quoted};
use crate::language::syntax::report::{Over, Report, ReportColumn};
use crate::language::syntax::{Expr, ExprNode};
use crate::language::words::{self, Tongue};

/// What stands between the name and the brackets.
pub fn head(report: &Report, tongue: Tongue) -> String {
    let mut head = String::new();
    match &report.over {
        None => {}
        Some(Over::Facts(subject)) => {
            let word = words::OVER.text(tongue);
            head.push_str(&format!(" {word} {}", name(subject, tongue)));
        }
        Some(Over::Source(source)) => {
            let (over, word) = (words::OVER.text(tongue), words::SOURCE.text(tongue));
            head.push_str(&format!(" {over} {word} {}", name(source, tongue)));
        }
    }
    if let Some(filter) = &report.filter {
        let word = words::WHERE.text(tongue);
        let mut text = expression(filter, tongue);
        if ends_in_rank(filter) && !report.groups.is_empty() {
            // `top 10 by x` would take the groups' `per` for its own.
            text = format!("{}{text}{}", open(tongue), close(tongue));
        }
        head.push_str(&format!(" {word} {text}"));
    }
    if !report.groups.is_empty() {
        let groups: Vec<String> = report
            .groups
            .iter()
            .map(|group| column(group, tongue))
            .collect();
        let word = words::PER.text(tongue);
        head.push_str(&format!(" {word} {}", groups.join(comma(tongue))));
    }
    head
}

/// Whether `top … by …` stands at the end.
fn ends_in_rank(expr: &Expr) -> bool {
    match &expr.node {
        ExprNode::Top(_) => true,
        ExprNode::Not(inner) | ExprNode::Negate(inner) => ends_in_rank(inner),
        ExprNode::And(parts) | ExprNode::Or(parts) => parts.last().is_some_and(ends_in_rank),
        ExprNode::Compare { right, .. } | ExprNode::Arithmetic { right, .. } => ends_in_rank(right),
        ExprNode::Default { fallback, .. } => ends_in_rank(fallback),
        ExprNode::If { otherwise, .. } => ends_in_rank(otherwise),
        _ => false,
    }
}

/// The lines between the brackets.
pub fn lines(report: &Report, tongue: Tongue) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for measure in &report.measures {
        // Without a comma the next line would be read on: `5` and `year: …`, `a` and `(b)`.
        if let Some(last) = lines.last_mut()
            && (measure.name.is_none() || last.ends_with(char::is_numeric))
        {
            last.push_str(comma(tongue).trim_end());
        }
        lines.push(line(measure, tongue));
    }
    let ends_in_unit =
        |line: &str| line.ends_with(['天', '周', '月', '度', '年', '时', '钟', '日']);
    if !report.order.is_empty() {
        let mut keys: Vec<String> = report
            .order
            .iter()
            .map(|(key, descending)| {
                let key = expression(key, tongue);
                match descending {
                    true => format!("{key} {}", words::DESC.text(tongue)),
                    false => key,
                }
            })
            .collect();
        // `5天` and `前 20` would be read as `5天前`.
        if let Some(last) = keys.last_mut()
            && report.top.is_some()
            && ends_in_unit(last)
        {
            last.push(' ');
            last.push_str(words::ASC.text(tongue));
        }
        let word = words::ORDER_BY.text(tongue);
        lines.push(format!("{word} {}", keys.join(comma(tongue))));
    }
    if let Some(top) = report.top {
        if let Some(last) = lines.last_mut()
            && report.order.is_empty()
            && ends_in_unit(last)
        {
            last.push_str(comma(tongue).trim_end());
        }
        lines.push(format!("{} {top}", words::TOP_ROWS.text(tongue)));
    }
    lines
}

/// A measure; in brackets where it would begin like another line of the block.
fn line(measure: &ReportColumn, tongue: Tongue) -> String {
    let text = column(measure, tongue);
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let first = text.split(|letter| !is_letter(letter)).next();
    let first = first.unwrap_or_default();
    // `前 20` is written without its blank as well.
    let first = match first.trim_end_matches(char::is_numeric) {
        "" => first,
        word => word,
    };
    let other = [words::TOP_ROWS, words::ORDER_BY];
    match measure.name {
        None if other.iter().any(|word| word.is(first)) => {
            format!("{}{text}{}", open(tongue), close(tongue))
        }
        _ => text,
    }
}

fn column(column: &ReportColumn, tongue: Tongue) -> String {
    let mut text = String::new();
    if let Some(own) = &column.name {
        text.push_str(&name(own, tongue));
        if let Some(label) = &column.label {
            text.push(' ');
            text.push_str(&quoted(label));
        }
        text.push_str(colon(tongue));
    }
    text.push_str(&expression(&column.value, tongue));
    if let Some(unit) = column.period {
        text.push(' ');
        text.push_str(&by_unit(unit, tongue));
    }
    text
}
