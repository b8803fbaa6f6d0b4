//! What is told of facts unit by unit, and conditions counted over units.

use super::clause::Clause;
use super::facts::Facts;
use super::shape::{as_written, is_name};
use super::{Reader, say};
use crate::base::calendar::Unit;
use crate::language::syntax::CompareOp;
use crate::language::typed::{Aggregate, AggregateFunction, Node, Series, Subject, Typed};
use crate::language::words::{self, Tongue};

impl Reader<'_> {
    /// What a series gives.
    pub(super) fn series(
        &mut self,
        series: Series,
        facts: &Facts,
        field: Option<&str>,
        dated: bool,
    ) -> String {
        let one = facts.one();
        let (when, rest) = facts.when_and_rest();
        let measure =
            |reader: &Self, of: AggregateFunction| reader.measured(of, facts, field, true, dated);
        match series {
            Series::Units(unit) => {
                let (units, number) = (self.units(2, unit), number_of(unit));
                say!(
                    self,
                    "the number of {units} with {one}",
                    "{when}有{rest}的{number}"
                )
            }
            Series::Streak(unit) => {
                let (units, number) = (self.units(2, unit), number_of(unit));
                say!(
                    self,
                    "the longest run of {units} with {one}",
                    "{when}有{rest}的最长连续{number}"
                )
            }
            Series::Peak { of, dates } => {
                let measure = measure(self, of.function());
                say!(
                    self,
                    "the greatest value, for any {dates} days in a row, of {measure}",
                    "任意连续{dates}天内{measure}的最大值"
                )
            }
            Series::Trend { of, unit } => {
                let measure = measure(self, of.function());
                let word = words::unit_word(unit).english;
                let each = each(unit);
                say!(
                    self,
                    "the trend (slope per {word}) of {measure}",
                    "{measure}的{each}变化趋势"
                )
            }
            Series::Rising { of, unit } => {
                let measure = measure(self, of.function());
                let (word, each) = (words::unit_word(unit).english, each(unit));
                say!(
                    self,
                    "{measure} is greater in each {word} than in the one before",
                    "{measure}{each}递增"
                )
            }
            Series::Falling { of, unit } => {
                let measure = measure(self, of.function());
                let (word, each) = (words::unit_word(unit).english, each(unit));
                say!(
                    self,
                    "{measure} is smaller in each {word} than in the one before",
                    "{measure}{each}递减"
                )
            }
        }
    }

    /// Series that are conditions.
    pub(super) fn rises(&mut self, aggregate: &Aggregate, negated: bool) -> Option<Clause> {
        let AggregateFunction::Series(Series::Rising { .. } | Series::Falling { .. }) =
            aggregate.function
        else {
            return None;
        };
        let text = self.aggregate(aggregate);
        let text = match negated {
            false => text,
            true => say!(self, "it is not so that {text}", "并非{text}"),
        };
        let own = matches!(aggregate.subject, Subject::Event(_)) && !negated;
        Some(match own {
            true => Clause::Whose(text),
            false => Clause::Whole(text),
        })
    }

    /// `in at least 4 of the last 6 whole months …`.
    pub(super) fn in_periods(
        &mut self,
        op: CompareOp,
        left: &Typed,
        right: &Typed,
        negated: bool,
    ) -> Option<Clause> {
        let Node::Periods {
            unit,
            count,
            condition,
        } = &as_written(left).node
        else {
            return None;
        };
        if negated || !is_name(right) {
            return None;
        }
        let end = self.value(right);
        let op = self.count_of(op, &end)?;
        let length = self.length(i64::from(*count), *unit, true);
        let condition = self.in_a_clause(condition);
        let (units, each) = (self.units(2, *unit), each(*unit).trim_start_matches('逐'));
        let word = words::unit_word(*unit).english;
        Some(Clause::Whole(say!(
            self,
            "in {op} of the last {length}, {condition} (in that {word})",
            "近{length}中{op}{units}当{each}{condition}"
        )))
    }

    /// In how many units a condition holds.
    pub(super) fn periods(&mut self, unit: Unit, count: u16, condition: &Typed) -> String {
        let length = self.length(i64::from(count), unit, true);
        let number = number_of(unit);
        let condition = self.in_a_clause(condition);
        let units = self.units(2, unit);
        match self.tongue {
            Tongue::English => format!(
                "the number of {units}, of the last {length}, in which {condition} (in that {})",
                words::unit_word(unit).english
            ),
            Tongue::Chinese => format!("近{length}中当期{condition}的{number}"),
        }
    }
}

/// `天数`, `月数`.
fn number_of(unit: Unit) -> &'static str {
    let word = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => words::DAYS,
        Unit::Week => words::WEEKS,
        Unit::Month => words::MONTHS,
        Unit::Quarter => words::QUARTERS,
        Unit::Year => words::YEARS,
    };
    word.chinese
}

/// `逐月`.
fn each(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute | Unit::Hour | Unit::Day => "逐日",
        Unit::Week => "逐周",
        Unit::Month => "逐月",
        Unit::Quarter => "逐季",
        Unit::Year => "逐年",
    }
}
