//! Scores, scorecards, stages and tiers.

use super::call::{ranked, share};
use super::expression::{Level, at_least, listed, one_choice};
use super::item::{label, rule};
use super::sign::{arithmetic_sign, sign};
use super::{colon, expression, name};
use crate::base::text::width;
use crate::language::syntax::score::{Bin, BinTest, CardLine, Score, Scorecard, Stage, Tiers};
use crate::language::syntax::{ArithmeticOp, Choice, Expr, ExprNode};
use crate::language::words::{self, Tongue};

/// Columns of a line before a sum is broken.
const LINE_COLUMNS_MAX: usize = 98;

/// ` range 0..100`
pub fn range((low, high): (&Expr, &Expr), tongue: Tongue) -> String {
    let end = |end| at_least(Level::Default, end, tongue);
    format!(" {} {}..{}", words::RANGE.text(tongue), end(low), end(high))
}

/// A whole score.
pub fn score(mut head: String, score: &Score, tongue: Tongue) -> String {
    if let Some((low, high)) = &score.range {
        head.push_str(&range((low, high), tongue));
    }
    rule(head, &score.expression, tongue)
}

/// A sum that does not fit one line: one summand a line.
pub fn sum_lines(expr: &Expr, tongue: Tongue) -> Option<String> {
    if width(&expression(expr, tongue)) <= LINE_COLUMNS_MAX {
        return None;
    }
    let mut lines = Vec::new();
    let mut rest = expr;
    while let ExprNode::Arithmetic { op, left, right } = &rest.node
        && matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract)
    {
        let part = at_least(Level::Product, right, tongue);
        lines.push(format!("  {} {part}", arithmetic_sign(*op, tongue)));
        rest = left;
    }
    if lines.is_empty() {
        return None;
    }
    lines.push(format!("    {}", at_least(Level::Sum, rest, tongue)));
    lines.reverse();
    Some(lines.join("\n"))
}

/// `scorecard NAME base 20 range 0..100`
pub fn card_head(mut head: String, card: &Scorecard, tongue: Tongue) -> String {
    if let Some(base) = &card.base {
        let word = words::BASE.text(tongue);
        head.push_str(&format!(" {word} {}", expression(base, tongue)));
    }
    if let Some((low, high)) = &card.range {
        head.push_str(&range((low, high), tongue));
    }
    head
}

/// One line a row or `when`.
pub fn card_lines(card: &Scorecard, tongue: Tongue) -> Vec<String> {
    card.lines
        .iter()
        .map(|line| match line {
            CardLine::Row { value, bins, .. } => {
                let bins: Vec<String> = bins.iter().map(|bin| one_bin(bin, tongue)).collect();
                let mut value = expression(value, tongue);
                // A text at the start would read as the reason of the points before it.
                if value.starts_with('"') {
                    value = format!("{}{value}{}", super::open(tongue), super::close(tongue));
                }
                format!("{value}{}{}", colon(tongue), bins.join(" | "))
            }
            CardLine::When {
                condition,
                points,
                reason,
                ..
            } => format!(
                "{} {} -> {}{}",
                words::WHEN.text(tongue),
                expression(condition, tongue),
                expression(points, tongue),
                label(reason.as_ref())
            ),
        })
        .collect()
}

fn one_bin(bin: &Bin, tongue: Tongue) -> String {
    format!(
        "{} -> {}{}",
        bin_test(&bin.test, tongue),
        expression(&bin.points, tongue),
        label(bin.reason.as_ref())
    )
}

fn bin_test(test: &BinTest, tongue: Tongue) -> String {
    match test {
        BinTest::Missing => words::MISSING.text(tongue).to_owned(),
        BinTest::Else => words::ELSE.text(tongue).to_owned(),
        BinTest::Compare(op, end) => {
            format!("{} {}", sign(*op), at_least(Level::Default, end, tongue))
        }
        BinTest::Choices(choices) => match choices.as_slice() {
            [Choice::One(one)] => at_least(Level::Default, one, tongue),
            [range] => one_choice(range, tongue),
            several => {
                let several = several.iter().map(|choice| one_choice(choice, tongue));
                listed(several, tongue).trim_start().to_owned()
            }
        },
    }
}

/// `churned "流失客户": none(purchase, last 365 days)`, one line a stage.
pub fn stage_lines(stages: &[Stage], tongue: Tongue) -> Vec<String> {
    let lines = stages.iter().map(|stage| {
        let condition = match &stage.condition {
            Some(condition) => expression(condition, tongue),
            None => words::ELSE.text(tongue).to_owned(),
        };
        let (name, label) = (name(&stage.name, tongue), label(stage.label.as_ref()));
        format!("{name}{label}{}{condition}", colon(tongue))
    });
    lines.collect()
}

/// `tiers grade by value per branch`
pub fn tiers_head(mut head: String, tiers: &Tiers, tongue: Tongue) -> String {
    let by = at_least(Level::Default, &tiers.by, tongue);
    head.push_str(&format!(" {} {by}", words::BY.text(tongue)));
    for clause in ranked(None, &tiers.per, false, tongue) {
        head.push_str(&format!(" {clause}"));
    }
    head
}

/// `gold "金": top 5%`, one line a tier, and `keep 2%`.
pub fn tier_lines(tiers: &Tiers, tongue: Tongue) -> Vec<String> {
    let lines = tiers.tiers.iter().map(|tier| {
        let reach = match tier.top {
            Some(top) => format!("{} {}", words::TOP.text(tongue), share(top)),
            None => words::ELSE.text(tongue).to_owned(),
        };
        let (name, label) = (name(&tier.name, tongue), label(tier.label.as_ref()));
        format!("{name}{label}{}{reach}", colon(tongue))
    });
    let keep = tiers.keep.as_ref();
    let keep = keep.map(|(keep, _)| format!("{} {}", words::KEEP.text(tongue), share(*keep)));
    lines.chain(keep).collect()
}
