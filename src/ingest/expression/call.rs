//! Functions over present values. Outside its domain a function is missing.

use std::borrow::Cow;

use super::Code;
use super::cell::{Cell, whole};
use super::evaluate::{Evaluated, Evaluator};
use crate::base::kind::Kind;
use crate::base::{math, text};
use crate::language::typed::Function;

impl<'r> Evaluator<'r> {
    /// Every function but those that read text as another kind.
    pub(super) fn call(
        &self,
        function: Function,
        arguments: &'r [Code],
        kind: &Kind,
        of: &Kind,
    ) -> Evaluated<'r> {
        if function == Function::MissingIf {
            return self.missing_if(arguments);
        }
        let mut cells = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match self.value(argument)? {
                Some(cell) => cells.push(cell),
                None => return Ok(None),
            }
        }
        Ok(match function {
            Function::Left
            | Function::Right
            | Function::Middle
            | Function::Length
            | Function::Upper
            | Function::Lower
            | Function::Trim
            | Function::Replace
            | Function::Before
            | Function::After => texts(function, cells),
            Function::ToText => self.to_text(cells, of),
            Function::ToNumber | Function::ToDate | Function::ToTime | Function::Read => {
                cells.pop().and_then(|cell| cell.convert(kind, self.zone))
            }
            Function::Year
            | Function::Quarter
            | Function::Month
            | Function::Day
            | Function::Weekday => self.calendar(function, cells.pop()),
            Function::Min | Function::Max => extreme(function, cells),
            Function::Clamp => clamp(cells),
            _ => numbers(function, &cells, kind),
        })
    }

    fn missing_if(&self, arguments: &'r [Code]) -> Evaluated<'r> {
        let Some((first, marks)) = arguments.split_first() else {
            return Ok(None);
        };
        let Some(value) = self.text(first)? else {
            return Ok(None);
        };
        let raw = match first {
            Code::Column(column) => self.raw(column),
            _ => "",
        };
        for mark in marks {
            if let Some(mark) = self.text(mark)?
                && (*mark == *value || (!raw.is_empty() && *mark == *raw))
            {
                return Ok(None);
            }
        }
        Ok(Some(Cell::Text(value)))
    }

    fn to_text(&self, mut cells: Vec<Cell<'r>>, of: &Kind) -> Option<Cell<'r>> {
        match cells.pop()? {
            Cell::Text(text) => Some(Cell::Text(text)),
            cell => Some(Cell::Text(Cow::Owned(
                cell.into_value()?.display(of, self.zone),
            ))),
        }
    }

    fn calendar(&self, function: Function, cell: Option<Cell<'r>>) -> Option<Cell<'r>> {
        let date = cell?.date(self.zone)?;
        let (year, month, day) = date.ymd();
        Some(Cell::Int(match function {
            Function::Year => i64::from(year),
            Function::Quarter => i64::from(month.div_ceil(3)),
            Function::Month => i64::from(month),
            Function::Day => i64::from(day),
            _ => i64::from(date.weekday()),
        }))
    }
}

fn texts<'r>(function: Function, cells: Vec<Cell<'r>>) -> Option<Cell<'r>> {
    let mut cells = cells.into_iter();
    let Cell::Text(value) = cells.next()? else {
        return None;
    };
    let mut whole = || cells.next()?.int();
    let cut = match function {
        Function::Length => return Some(Cell::Int(text::length(&value))),
        Function::Left => {
            let count = whole()?;
            piece(value, |text| Some(text::left(text, count)))
        }
        Function::Right => {
            let count = whole()?;
            piece(value, |text| Some(text::right(text, count)))
        }
        Function::Middle => {
            let (from, count) = (whole()?, whole()?);
            piece(value, |text| Some(text::middle(text, from, count)))
        }
        Function::Trim => piece(value, |text| Some(text::trim(text))),
        Function::Upper => Some(Cow::Owned(value.to_uppercase())),
        Function::Lower => Some(Cow::Owned(value.to_lowercase())),
        Function::Replace => match (cells.next()?, cells.next()?) {
            (Cell::Text(what), Cell::Text(with)) if !what.is_empty() => {
                Some(Cow::Owned(value.replace(&*what, &with)))
            }
            _ => None,
        },
        Function::Before | Function::After => {
            let Cell::Text(mark) = cells.next()? else {
                return None;
            };
            match function {
                Function::Before => piece(value, |text| text::before(text, &mark)),
                _ => piece(value, |text| text::after(text, &mark)),
            }
        }
        _ => None,
    };
    cut.map(Cell::Text)
}

/// A piece of a text: borrowed as long as the text is.
fn piece<'r>(value: Cow<'r, str>, cut: impl Fn(&str) -> Option<&str>) -> Option<Cow<'r, str>> {
    match value {
        Cow::Borrowed(text) => cut(text).map(Cow::Borrowed),
        Cow::Owned(text) => cut(&text).map(|part| Cow::Owned(part.to_owned())),
    }
}

fn extreme(function: Function, cells: Vec<Cell<'_>>) -> Option<Cell<'_>> {
    cells
        .into_iter()
        .reduce(|best, cell| match best.order(&cell) {
            Some(order) if order.is_gt() == (function == Function::Max) || order.is_eq() => best,
            _ => cell,
        })
}

fn clamp(cells: Vec<Cell<'_>>) -> Option<Cell<'_>> {
    let [value, low, high]: [Cell<'_>; 3] = cells.try_into().ok()?;
    if low.order(&high)?.is_gt() {
        return None;
    }
    if value.order(&low)?.is_lt() {
        return Some(low);
    }
    Some(if value.order(&high)?.is_gt() {
        high
    } else {
        value
    })
}

fn numbers<'r>(function: Function, cells: &[Cell<'r>], kind: &Kind) -> Option<Cell<'r>> {
    let first = cells.first()?;
    let number = |at: usize| cells.get(at)?.number();
    let value = number(0)?;
    let result = match function {
        Function::Round | Function::Floor | Function::Abs => {
            return rounded(function, first, cells.get(1).and_then(Cell::int), kind);
        }
        Function::Log if value > 0.0 => math::log(value),
        Function::Exp => math::exp(value),
        Function::Sqrt if value >= 0.0 => value.sqrt(),
        Function::Scale => {
            let (low, high) = (number(1)?, number(2)?);
            if low == high {
                return None;
            }
            ((value - low) / (high - low)).clamp(0.0, 1.0)
        }
        _ => return None,
    };
    math::finite(result).map(Cell::Number)
}

fn rounded<'r>(
    function: Function,
    cell: &Cell<'r>,
    places: Option<i64>,
    kind: &Kind,
) -> Option<Cell<'r>> {
    let digits = u32::try_from(places.unwrap_or(0))
        .ok()
        .filter(|digits| *digits <= 9)?;
    Some(match (function, cell) {
        (Function::Abs, Cell::Int(value)) => Cell::Int(value.checked_abs()?),
        (Function::Abs, Cell::Number(value)) => Cell::Number(value.abs()),
        (Function::Abs, Cell::Money(value)) if value.0 < 0 => Cell::Money(value.checked_neg()?),
        (Function::Abs, Cell::Money(value)) => Cell::Money(*value),
        (_, Cell::Int(value)) => Cell::Int(*value),
        (Function::Round, Cell::Money(value)) => Cell::Money(value.round(digits)?),
        (Function::Floor, Cell::Money(value)) => Cell::Money(value.floor()?),
        (Function::Round, Cell::Number(value)) => {
            let value = math::round_half_away(*value, digits)?;
            match kind {
                Kind::Int => Cell::Int(whole(value)?),
                _ => Cell::Number(value),
            }
        }
        (_, Cell::Number(value)) => Cell::Int(whole(value.floor())?),
        _ => return None,
    })
}
