//! Calls with what stands in their brackets, and `top 10% by x`.

use super::expression::{Level, at_least, expression};
use super::number::number;
use super::window::{short_unit, window};
use super::{close, colon, comma, name, open};
use crate::base::calendar::Unit;
use crate::base::decimal::Decimal;
use crate::language::syntax::{Call, Expr, HALF_LIFE_TAG, Name, Top};
use crate::language::words::{self, Tongue};

/// `sum(purchase.amount where C by month, last 90 days)`
pub fn call(call: &Call, tongue: Tongue) -> String {
    let word = words::function(&call.name.text).filter(|_| !call.name.quoted);
    let called = match word {
        Some(word) => word.text(tongue).to_owned(),
        None => name(&call.name, tongue),
    };
    let placed = call.places();
    let last = call.arguments.len().saturating_sub(1);
    let mut parts: Vec<String> = Vec::with_capacity(call.arguments.len() + 1);
    for (at, argument) in call.arguments.iter().enumerate() {
        let tag = call.tags.get(at).and_then(Option::as_ref);
        let tag = tag.map_or_else(String::new, |tag| tagged(tag, tongue));
        // An open end would take up the clauses that follow.
        let closed = at == last && placed && call.filter.is_none();
        parts.push(tag + &part(argument, closed, tongue));
    }
    let mut clauses = Vec::new();
    if let Some(filter) = &call.filter {
        let (word, filter) = (words::WHERE.text(tongue), part(filter, placed, tongue));
        clauses.push(format!("{word} {filter}"));
    }
    if let Some(unit) = call.by {
        clauses.push(by_unit(unit, tongue));
    }
    clauses.extend(ranked(
        call.among.as_deref(),
        &call.per,
        call.ties_by_id,
        tongue,
    ));
    if !clauses.is_empty() {
        let clauses = clauses.join(" ");
        match parts.last_mut() {
            Some(last) => {
                last.push(' ');
                last.push_str(&clauses);
            }
            None => parts.push(clauses),
        }
    }
    if let Some(inside) = &call.window {
        parts.push(window(inside, tongue));
    }
    format!(
        "{called}{}{}{}",
        open(tongue),
        parts.join(comma(tongue)),
        close(tongue)
    )
}

fn part(expr: &Expr, closed: bool, tongue: Tongue) -> String {
    match closed {
        true => at_least(Level::Default, expr, tongue),
        false => expression(expr, tongue),
    }
}

/// `by month`, `按月`.
pub fn by_unit(unit: Unit, tongue: Tongue) -> String {
    let by = words::BY.text(tongue);
    match tongue {
        Tongue::English => format!("{by} {}", words::unit_word(unit).english),
        Tongue::Chinese => format!("{by}{}", short_unit(unit)),
    }
}

/// `top 10% by x among F per A ties by id`
pub fn top(top: &Top, tongue: Tongue) -> String {
    let word = if top.bottom {
        words::BOTTOM
    } else {
        words::TOP
    };
    let count = match top.share {
        true => share(top.count),
        false => number(top.count, tongue),
    };
    let mut parts = vec![
        word.text(tongue).to_owned(),
        count,
        words::BY.text(tongue).to_owned(),
        at_least(Level::Default, &top.by, tongue),
    ];
    parts.extend(ranked(
        top.among.as_deref(),
        &top.per,
        top.ties_by_id,
        tongue,
    ));
    parts.join(" ")
}

/// `5%`
pub fn share(share: Decimal) -> String {
    let percent = share.shifted(2);
    percent.map_or_else(|| share.to_string(), |percent| format!("{percent}%"))
}

/// `among F`, `per A`, `ties by id`
pub fn ranked(among: Option<&Expr>, per: &[Expr], ties_by_id: bool, tongue: Tongue) -> Vec<String> {
    let mut clauses = Vec::new();
    if let Some(among) = among {
        let among = at_least(Level::Default, among, tongue);
        clauses.push(format!("{} {among}", words::AMONG.text(tongue)));
    }
    let per = match per {
        [] => None,
        [one] => Some(at_least(Level::Operand, one, tongue)),
        many => {
            let many: Vec<String> = many.iter().map(|one| expression(one, tongue)).collect();
            let many = many.join(comma(tongue));
            Some(format!("{}{many}{}", open(tongue), close(tongue)))
        }
    };
    if let Some(per) = per {
        clauses.push(format!("{} {per}", words::PER.text(tongue)));
    }
    if ties_by_id {
        clauses.push(words::TIES_BY_ID.text(tongue).to_owned());
    }
    clauses
}

/// `a: `; a half-life stands before its length without a colon.
fn tagged(tag: &Name, tongue: Tongue) -> String {
    match (!tag.quoted && tag.text == HALF_LIFE_TAG, tongue) {
        (false, _) => name(tag, tongue) + colon(tongue),
        (true, Tongue::English) => format!("{} ", words::HALF_LIFE.english),
        (true, Tongue::Chinese) => words::HALF_LIFE.chinese.to_owned(),
    }
}
