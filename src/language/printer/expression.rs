//! Expressions as one line of text, with the fewest brackets that read back the same.

use super::call::{call, top};
use super::number::{number, span};
use super::sign::{arithmetic_sign, local_time, sign, since_word, text_word};
use super::window::window;
use super::{close, colon, comma, name, open, text};
use crate::base::recursion::deep;
use crate::language::syntax::{
    ArithmeticOp, CaseArm, Choice, CompareOp, Expr, ExprNode, Name, Quantifier,
};
use crate::language::words::{self, Tongue, Word};

/// How tightly a form holds together; a part looser than its place wants brackets.
/// `default` lies below arithmetic: beside it, it is always written in brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// `if`
    If,
    /// `or`
    Or,
    /// `and`
    And,
    /// `not`
    Not,
    /// `=`, `in`, `between`, `contains`, `is missing`
    Compare,
    /// `default`
    Default,
    /// `+ -`
    Sum,
    /// `* /`
    Product,
    /// a leading minus
    Sign,
    /// `days since`
    Since,
    /// names, values, calls, brackets
    Operand,
}

/// The canonical text of an expression, one line.
pub fn expression(expr: &Expr, tongue: Tongue) -> String {
    deep(|| write(expr, tongue))
}

/// In brackets when it is looser than that.
pub fn at_least(level: Level, expr: &Expr, tongue: Tongue) -> String {
    let inner = expression(expr, tongue);
    if level_of(&expr.node) < level {
        format!("{}{inner}{}", open(tongue), close(tongue))
    } else {
        inner
    }
}

fn level_of(node: &ExprNode) -> Level {
    match node {
        ExprNode::If { .. } => Level::If,
        ExprNode::Or(_) => Level::Or,
        ExprNode::And(_) => Level::And,
        ExprNode::Not(_) => Level::Not,
        // Printed with `not` before it: a range with an open end has no `not between`.
        ExprNode::Between {
            low_included,
            high_included,
            negated: true,
            ..
        } if !(*low_included && *high_included) => Level::Not,
        ExprNode::Compare { .. }
        | ExprNode::Between { .. }
        | ExprNode::In { .. }
        | ExprNode::InWindow { .. }
        | ExprNode::TextTest { .. }
        | ExprNode::IsMissing { .. }
        // What it goes by would take up whatever is tighter.
        | ExprNode::Top(_) => Level::Compare,
        ExprNode::Default { .. } => Level::Default,
        ExprNode::Arithmetic { op, .. } => match op {
            ArithmeticOp::Add | ArithmeticOp::Subtract => Level::Sum,
            ArithmeticOp::Multiply | ArithmeticOp::Divide => Level::Product,
        },
        ExprNode::Negate(_) => Level::Sign,
        ExprNode::Number(value) if value.mantissa < 0 => Level::Sign,
        ExprNode::Since { .. } => Level::Since,
        _ => Level::Operand,
    }
}

fn write(expr: &Expr, tongue: Tongue) -> String {
    match &expr.node {
        ExprNode::Number(value) => number(*value, tongue),
        ExprNode::Text(value) => text(value),
        ExprNode::Bool(true) => words::YES.text(tongue).to_owned(),
        ExprNode::Bool(false) => words::NO.text(tongue).to_owned(),
        ExprNode::Date(date) => date.to_string(),
        ExprNode::Time(time) => local_time(*time),
        ExprNode::Today => words::TODAY.text(tongue).to_owned(),
        ExprNode::Now => words::NOW.text(tongue).to_owned(),
        ExprNode::Missing => words::MISSING.text(tongue).to_owned(),
        ExprNode::Clear => words::CLEAR.text(tongue).to_owned(),
        ExprNode::Span { count, unit } => span(*count, *unit, tongue),
        ExprNode::Ago { count, unit } => {
            let ago = words::AGO.text(tongue);
            match tongue {
                Tongue::English => format!("{} {ago}", span(*count, *unit, tongue)),
                Tongue::Chinese => format!("{}{ago}", span(*count, *unit, tongue)),
            }
        }
        ExprNode::Name(value) => name(value, tongue),
        ExprNode::Field { base, field } => format!(
            "{}.{}",
            at_least(Level::Operand, base, tongue),
            name(field, tongue)
        ),
        ExprNode::Call(value) => call(value, tongue),
        ExprNode::Top(value) => top(value, tongue),
        ExprNode::Plugin { plugin, function } => {
            let mut called = format!("{}.{}", words::PLUGIN.text(tongue), name(plugin, tongue));
            if let Some(function) = function {
                called.push('.');
                called.push_str(&name(function, tongue));
            }
            format!("{called}{}{}", open(tongue), close(tongue))
        }
        ExprNode::Since { unit, from } => {
            let word = since_word(*unit).text(tongue);
            match tongue {
                Tongue::English => format!("{word} {}", at_least(Level::Operand, from, tongue)),
                Tongue::Chinese => format!("{word}（{}）", expression(from, tongue)),
            }
        }
        ExprNode::Relation {
            quantifier,
            relations,
            steps,
            condition,
        } => relation(*quantifier, relations, *steps, condition, tongue),
        ExprNode::If {
            condition,
            then,
            otherwise,
        } => format!(
            "{} {} {} {} {} {}",
            words::IF.text(tongue),
            at_least(Level::Or, condition, tongue),
            words::THEN.text(tongue),
            at_least(Level::Or, then, tongue),
            words::ELSE.text(tongue),
            expression(otherwise, tongue)
        ),
        ExprNode::Case(arms) => case(arms, tongue),
        ExprNode::Followed(steps) => super::followed::followed(steps, tongue),
        other => logic(other, tongue),
    }
}

/// Everything that joins or tests operands.
fn logic(node: &ExprNode, tongue: Tongue) -> String {
    let operand = |expr| at_least(Level::Default, expr, tongue);
    match node {
        ExprNode::Not(inner) => format!(
            "{} {}",
            words::NOT.text(tongue),
            at_least(Level::Not, inner, tongue)
        ),
        ExprNode::And(parts) => joined(parts, words::AND, tongue),
        ExprNode::Or(parts) => joined(parts, words::OR, tongue),
        ExprNode::AtLeast { count, of } => {
            let list = listed(of.iter().map(|part| expression(part, tongue)), tongue);
            let (at_least, items) = (words::AT_LEAST.text(tongue), words::OF_ITEMS.text(tongue));
            format!("{at_least} {count} {items}{list}")
        }
        ExprNode::Compare { op, left, right } => {
            // A unit before `=` reads as the name of an assignment.
            let before = if *op == CompareOp::Equal && ends_in_span(left) {
                format!(
                    "{}{}{}",
                    open(tongue),
                    expression(left, tongue),
                    close(tongue)
                )
            } else {
                operand(left)
            };
            format!("{before} {} {}", sign(*op), operand(right))
        }
        ExprNode::Between { .. } => between(node, tongue),
        ExprNode::In {
            value,
            choices,
            negated,
        } => {
            let word = if *negated { words::NOT_IN } else { words::IN };
            let list = listed(
                choices.iter().map(|choice| one_choice(choice, tongue)),
                tongue,
            );
            format!("{} {}{list}", operand(value), word.text(tongue))
        }
        ExprNode::InWindow {
            value,
            window: inside,
            negated,
        } => {
            let word = if *negated { words::NOT_IN } else { words::IN };
            format!(
                "{} {} {}",
                operand(value),
                word.text(tongue),
                window(inside, tongue)
            )
        }
        other => tested(other, tongue),
    }
}

/// ` (a, b)`, （a，b）
pub fn listed(parts: impl Iterator<Item = String>, tongue: Tongue) -> String {
    let gap = if tongue == Tongue::English { " " } else { "" };
    let parts: Vec<String> = parts.collect();
    format!(
        "{gap}{}{}{}",
        open(tongue),
        parts.join(comma(tongue)),
        close(tongue)
    )
}

/// `X between A and B` where both ends belong, else `A < X <= B`.
fn between(node: &ExprNode, tongue: Tongue) -> String {
    let ExprNode::Between {
        value,
        low,
        low_included,
        high,
        high_included,
        negated,
    } = node
    else {
        return String::new();
    };
    let operand = |expr| at_least(Level::Default, expr, tongue);
    if *low_included && *high_included {
        let word = if *negated {
            words::NOT_BETWEEN
        } else {
            words::BETWEEN
        };
        let (word, and) = (word.text(tongue), words::BETWEEN_AND.text(tongue));
        return format!(
            "{} {word} {} {and} {}",
            operand(value),
            operand(low),
            operand(high)
        );
    }
    let less = |included: &bool| if *included { "<=" } else { "<" };
    let range = format!(
        "{} {} {} {} {}",
        operand(low),
        less(low_included),
        operand(value),
        less(high_included),
        operand(high)
    );
    if *negated {
        format!("{} {range}", words::NOT.text(tongue))
    } else {
        range
    }
}

fn tested(node: &ExprNode, tongue: Tongue) -> String {
    let operand = |expr| at_least(Level::Default, expr, tongue);
    match node {
        ExprNode::TextTest {
            op,
            folded,
            value,
            pattern,
        } => format!(
            "{} {}{} {}",
            operand(value),
            if *folded { "~" } else { "" },
            text_word(*op).text(tongue),
            operand(pattern)
        ),
        ExprNode::IsMissing { value, negated } => {
            let word = if *negated {
                words::IS_PRESENT
            } else {
                words::IS_MISSING
            };
            format!("{} {}", operand(value), word.text(tongue))
        }
        ExprNode::Default { value, fallback } => {
            let value = match &value.node {
                ExprNode::Default { .. } => expression(value, tongue),
                _ => at_least(Level::Since, value, tongue),
            };
            format!(
                "{value} {} {}",
                words::DEFAULT.text(tongue),
                at_least(Level::Since, fallback, tongue)
            )
        }
        ExprNode::Arithmetic { op, left, right } => {
            let (left_level, right_level) = match op {
                ArithmeticOp::Add | ArithmeticOp::Subtract => (Level::Sum, Level::Product),
                ArithmeticOp::Multiply | ArithmeticOp::Divide => (Level::Product, Level::Sign),
            };
            format!(
                "{} {} {}",
                at_least(left_level, left, tongue),
                arithmetic_sign(*op, tongue),
                at_least(right_level, right, tongue)
            )
        }
        ExprNode::Negate(inner) => {
            // A minus before a bare number is part of the number.
            let level = match &inner.node {
                ExprNode::Number(_) => None,
                _ => Some(Level::Since),
            };
            match level {
                Some(level) => format!("-{}", at_least(level, inner, tongue)),
                None => format!(
                    "-{}{}{}",
                    open(tongue),
                    expression(inner, tongue),
                    close(tongue)
                ),
            }
        }
        _ => String::new(),
    }
}

fn joined(parts: &[Expr], word: Word, tongue: Tongue) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| at_least(Level::Not, part, tongue))
        .collect();
    parts.join(&format!(" {} ", word.text(tongue)))
}

fn ends_in_span(expr: &Expr) -> bool {
    match &expr.node {
        ExprNode::Span { .. } => true,
        ExprNode::Arithmetic { right, .. } => ends_in_span(right),
        ExprNode::Default { fallback, .. } => ends_in_span(fallback),
        ExprNode::Negate(inner) => ends_in_span(inner),
        ExprNode::Since { from, .. } => ends_in_span(from),
        _ => false,
    }
}

/// A member of a list.
pub fn one_choice(choice: &Choice, tongue: Tongue) -> String {
    match choice {
        Choice::One(expr) => expression(expr, tongue),
        Choice::Range {
            low,
            high,
            high_included,
            ..
        } => {
            let end = |end: &Option<Box<Expr>>| {
                end.as_deref()
                    .map(|expr| at_least(Level::Default, expr, tongue))
                    .unwrap_or_default()
            };
            let mark = if *high_included { ".." } else { "..<" };
            format!("{}{mark}{}", end(low), end(high))
        }
    }
}

fn relation(
    quantifier: Quantifier,
    relations: &[Name],
    steps: u32,
    condition: &Expr,
    tongue: Tongue,
) -> String {
    let word = match quantifier {
        Quantifier::Any => words::ANY_RELATION,
        Quantifier::All => words::ALL_RELATION,
        Quantifier::None => words::NONE_RELATION,
    };
    let names: Vec<String> = relations
        .iter()
        .map(|relation| name(relation, tongue))
        .collect();
    let names = names.join(&format!(" {} ", words::OR.text(tongue)));
    let reach = match tongue {
        _ if steps == 1 => String::new(),
        Tongue::English => format!(
            " {} {steps} {}",
            words::WITHIN.english,
            words::STEPS.english
        ),
        Tongue::Chinese => format!(
            " {steps}{}{}",
            words::STEPS.chinese,
            words::WITHIN_END.chinese
        ),
    };
    let gap = if tongue == Tongue::English { " " } else { "" };
    format!(
        "{} {names}{reach}{gap}{}{}{}",
        word.text(tongue),
        open(tongue),
        expression(condition, tongue),
        close(tongue)
    )
}

fn case(arms: &[CaseArm], tongue: Tongue) -> String {
    let arms: Vec<String> = arms
        .iter()
        .map(|arm| {
            let condition = match &arm.condition {
                Some(condition) => expression(condition, tongue),
                None => words::ELSE.text(tongue).to_owned(),
            };
            format!(
                "{condition}{}{}",
                colon(tongue),
                expression(&arm.value, tongue)
            )
        })
        .collect();
    format!(
        "{} {{ {} }}",
        words::CASE.text(tongue),
        arms.join(comma(tongue))
    )
}
