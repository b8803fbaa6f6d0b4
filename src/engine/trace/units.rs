//! Units of the calendar behind an answer: what a condition came to in each, what an
//! aggregate measured in each.

use super::SeenUnit;
use crate::base::calendar::{Date, Unit};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::reference::place::Place;
use crate::engine::reference::{period_verdicts, unit_values};
use crate::language::typed::{Aggregate, AggregateFunction, Series, Typed};

/// Of a condition over periods, the latest first.
pub(super) fn judged(place: &Place, unit: Unit, count: u16, condition: &Typed) -> Vec<SeenUnit> {
    let verdicts = period_verdicts(place, unit, count, condition).into_iter();
    let seen = verdicts.map(|(first, verdict)| SeenUnit {
        name: name(first, unit),
        kind: Kind::Bool,
        value: verdict.map(Value::Bool),
    });
    seen.collect()
}

/// Of a trend and its like, the latest first; nothing for other aggregates.
pub(super) fn measured(place: &Place, aggregate: &Aggregate) -> Option<Vec<SeenUnit>> {
    let (Series::Trend { unit, .. } | Series::Rising { unit, .. } | Series::Falling { unit, .. }) =
        series(aggregate)?
    else {
        return None;
    };
    let units = unit_values(place, aggregate)?.into_iter().rev();
    let seen = units.map(|(first, value)| SeenUnit {
        name: name(first, unit),
        kind: match value {
            Some(Value::Money(_)) => Kind::Money,
            Some(Value::Number(_)) => Kind::Number,
            _ => Kind::Int,
        },
        value,
    });
    Some(seen.collect())
}

fn series(aggregate: &Aggregate) -> Option<Series> {
    match aggregate.function {
        AggregateFunction::Series(series) => Some(series),
        _ => None,
    }
}

/// The name of the unit that begins on that date.
fn name(first: Date, unit: Unit) -> String {
    let (year, month, _) = first.ymd();
    match unit {
        Unit::Minute | Unit::Hour | Unit::Day => first.to_string(),
        Unit::Week => {
            // A week belongs to the year of its Thursday.
            let thursday = Date(first.0.saturating_add(3));
            let (year, ..) = thursday.ymd();
            let days = thursday.0 - thursday.start_of(Unit::Year).0;
            format!("{year:04}-W{:02}", days / 7 + 1)
        }
        Unit::Month => format!("{year:04}-{month:02}"),
        Unit::Quarter => format!("{year:04}-Q{}", month.div_ceil(3)),
        Unit::Year => format!("{year:04}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_named_as_periods_are() {
        let named = |date: &str, unit| name(Date::parse(date).unwrap().start_of(unit), unit);
        assert_eq!(named("2010-12-31", Unit::Day), "2010-12-31");
        assert_eq!(named("2010-12-31", Unit::Week), "2010-W52");
        assert_eq!(named("2021-01-03", Unit::Week), "2020-W53");
        assert_eq!(named("2018-12-31", Unit::Week), "2019-W01");
        assert_eq!(named("2010-12-31", Unit::Month), "2010-12");
        assert_eq!(named("2010-12-31", Unit::Quarter), "2010-Q4");
        assert_eq!(named("2010-12-31", Unit::Year), "2010");
    }
}
