//! Windows of time: `in the last 90 days`, `近90天`.

use super::shape::as_written;
use super::{Reader, say};
use crate::base::calendar::Unit;
use crate::language::typed::{Node, Subfield, Typed, Window};
use crate::language::words::{self, Tongue, Word};

impl Reader<'_> {
    /// When the facts of an aggregate lie: after their name in English, before it in Chinese.
    /// Empty for no window. `apart`: whether bounds that are worked out stand apart.
    pub(super) fn window(&mut self, window: &Window, apart: bool) -> String {
        match window {
            Window::All => String::new(),
            Window::Last { count, unit, whole } => {
                let length = self.length(*count, *unit, *whole);
                say!(self, " in the last {length}", "近{length}")
            }
            Window::Previous { count, unit } => {
                let length = self.length(*count, *unit, false);
                say!(
                    self,
                    " in the {length} before the last {length}",
                    "近{length}之前的{length}"
                )
            }
            Window::Rolling { count, unit } => {
                let length = self.length(*count, *unit, false);
                say!(
                    self,
                    " in the last {length} to the minute",
                    "截至此刻的滚动{length}"
                )
            }
            Window::Next { count, unit } => {
                let length = self.length(*count, *unit, false);
                say!(self, " in the next {length}", "未来{length}")
            }
            Window::This(unit) => {
                let word = this(*unit).text(self.tongue);
                say!(self, " {word}", "{word}")
            }
            Window::PreviousCalendar(unit) => {
                let word = previous(*unit).text(self.tongue);
                say!(self, " in the {word}", "{word}")
            }
            Window::Since(from) => {
                let from = self.bound(from, apart);
                say!(self, " since {from}", "自{from}起的")
            }
            Window::Before(to) => {
                let to = self.bound(to, apart);
                say!(self, " before {to}", "{to}之前的")
            }
            Window::Between(low, high) => {
                let (low, high) = (self.operand(low), self.bound(high, apart));
                say!(self, " from {low} to {high}", "自{low}至{high}的")
            }
            Window::WithinAfter { count, unit, from } => {
                let length = self.length(*count, *unit, false);
                let from = self.bound(from, apart);
                say!(
                    self,
                    " within {length} after {from}",
                    "{from}之后{length}内的"
                )
            }
        }
    }

    fn bound(&mut self, bound: &Typed, apart: bool) -> String {
        let said = match apart {
            true => self.operand(bound),
            false => self.last_operand(bound),
        };
        let of_fact = matches!(
            &as_written(bound).node,
            Node::Aggregate(aggregate) if aggregate.field == Some(Subfield::At)
        );
        // 自最近一次投诉起: the time goes without saying.
        match said.strip_suffix("的时间") {
            Some(fact) if of_fact => fact.to_owned(),
            _ => said,
        }
    }

    /// Of a date: that it lies in a window.
    pub(super) fn falls(&mut self, window: &Window, not: bool) -> String {
        let text = self.window(window, false);
        match self.tongue {
            Tongue::English => {
                let not = if not { "not" } else { "" };
                format!("{not}{text}").trim_start().to_owned()
            }
            Tongue::Chinese => {
                let not = if not { "不" } else { "" };
                match text.strip_suffix('的') {
                    Some(text) => format!("{not}在{text}的期间内"),
                    None => format!("{not}在{text}内"),
                }
            }
        }
    }
}

fn this(unit: Unit) -> Word {
    match unit {
        Unit::Week => words::THIS_WEEK,
        Unit::Month => words::THIS_MONTH,
        Unit::Quarter => words::THIS_QUARTER,
        Unit::Year => words::THIS_YEAR,
        Unit::Minute | Unit::Hour | Unit::Day => words::THIS_DAY,
    }
}

fn previous(unit: Unit) -> Word {
    match unit {
        Unit::Week => words::PREVIOUS_WEEK,
        Unit::Month => words::PREVIOUS_MONTH,
        Unit::Quarter => words::PREVIOUS_QUARTER,
        Unit::Year => words::PREVIOUS_YEAR,
        Unit::Minute | Unit::Hour | Unit::Day => words::PREVIOUS_DAY,
    }
}
