//! Params: constants that rules share.

use crate::base::calendar::Zone;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::text;
use crate::base::value::Value;
use std::sync::Arc;

use super::super::codes;
use super::super::resolve::BuiltIn;
use super::super::syntax::{Expr, ExprNode, Item, ItemNode};
use super::super::typed::Param;
use super::declare::{Declarations, Space};
use super::schema::{Broken, description_of, label_of, shared};

/// All params. One whose value is no constant is reported and left out.
pub(in super::super) fn params(
    items: &[&Item],
    zone: &Zone,
    declarations: &mut Declarations,
    broken: &mut Broken,
) -> Vec<Param> {
    let mut params = Vec::new();
    for item in items {
        let ItemNode::Param { value, range } = &item.node else {
            continue;
        };
        let reserved = [BuiltIn::Id, BuiltIn::At, BuiltIn::Myself];
        declarations.reserve(&item.name, &reserved, "the language");
        let label = item.label.as_ref();
        declarations.declare(Space::Value, &item.name, label, "a param");
        match param(item, value, range.as_ref(), zone) {
            Ok(param) => params.push(param),
            Err(finding) => {
                declarations.found.push(finding);
                broken.words.insert(item.name.text.clone());
                let label = item.label.iter().map(|label| label.text.clone());
                broken.words.extend(label);
            }
        }
    }
    params
}

fn param(
    item: &Item,
    value: &Expr,
    range: Option<&(Expr, Expr)>,
    zone: &Zone,
) -> Result<Param, Diagnostic> {
    let (value, mut kind) = constant(value, zone)?;
    let mut value = value;
    let range = match range {
        None => None,
        Some((low, high)) => {
            let span = low.span.to(high.span);
            let (low, low_kind) = constant(low, zone)?;
            let (high, high_kind) = constant(high, zone)?;
            let kinds = [&kind, &low_kind, &high_kind];
            if !kinds.iter().all(|kind| kind.is_numeric()) {
                return Err(range_fault("only a number has a range", span));
            }
            let float = kinds.contains(&&Kind::Number);
            let (low, high) = if float {
                kind = Kind::Number;
                value = floated(value);
                (floated(low), floated(high))
            } else {
                (low, high)
            };
            if low.order(&value).is_gt() || value.order(&high).is_gt() {
                return Err(range_fault(
                    "the range does not hold the param's value",
                    span,
                ));
            }
            Some((low, high))
        }
    };
    Ok(Param {
        name: shared(&item.name),
        label: label_of(item.label.as_ref()),
        description: description_of(item.description.as_ref()),
        value,
        kind,
        range,
        span: item.span,
    })
}

fn range_fault(message: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::PARAM_RANGE, message, span)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a bound beside a fraction is a number"
)]
fn floated(value: Value) -> Value {
    match value {
        Value::Int(whole) => Value::Number(whole as f64),
        other => other,
    }
}

/// A literal, with or without a minus.
fn constant(expr: &Expr, zone: &Zone) -> Result<(Value, Kind), Diagnostic> {
    let number = match &expr.node {
        ExprNode::Number(number) => *number,
        ExprNode::Negate(inner) => match &inner.node {
            ExprNode::Number(number) => number.negated(),
            _ => return Err(no_constant(expr.span)),
        },
        ExprNode::Text(written) => {
            return Ok((Value::Text(Arc::from(&*text::nfc(written))), Kind::Text));
        }
        ExprNode::Bool(value) => return Ok((Value::Bool(*value), Kind::Bool)),
        ExprNode::Date(date) => return Ok((Value::Date(*date), Kind::Date)),
        ExprNode::Time(time) => {
            let instant = zone.instant(time.date, time.second);
            return Ok((Value::Time(instant), Kind::Time));
        }
        _ => return Err(no_constant(expr.span)),
    };
    if let Some(whole) = number.to_int() {
        return Ok((Value::Int(whole), Kind::Int));
    }
    let float = number.to_number();
    if float.is_finite() {
        return Ok((Value::Number(float), Kind::Number));
    }
    Err(Diagnostic::error(
        codes::NUMBER_RANGE,
        "this number is too large",
        expr.span,
    ))
}

fn no_constant(span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::WANTED_CONSTANT,
        "a param is a constant: a number, a text, a date, yes or no",
        span,
    )
    .help("what is computed is a `metric`")
}
