//! What functions of aggregates and units of time are called in a plan's text.

use crate::base::calendar::Unit;
use crate::language::typed::{AggregateFunction, FactMeasure, Series};

/// The function of an aggregate.
pub(super) fn function_name(function: AggregateFunction) -> String {
    let name = match function {
        AggregateFunction::Count => "count",
        AggregateFunction::Sum => "sum",
        AggregateFunction::Avg => "avg",
        AggregateFunction::Min => "min",
        AggregateFunction::Max => "max",
        AggregateFunction::Distinct => "distinct",
        AggregateFunction::First => "first",
        AggregateFunction::Last => "last",
        AggregateFunction::Any => "any",
        AggregateFunction::None => "none",
        AggregateFunction::Decay(_) => "decay",
        AggregateFunction::Median => "median",
        AggregateFunction::Stddev => "stddev",
        AggregateFunction::Mode => "mode",
        AggregateFunction::Modes(wanted) => return format!("{wanted} modes"),
        AggregateFunction::Share => "share",
        AggregateFunction::Gap => "gap",
        AggregateFunction::Elapsed(_) => "elapsed",
        AggregateFunction::Series(series) => return series_name(series),
    };
    name.to_owned()
}

fn series_name(series: Series) -> String {
    let of = |name: &str, of: FactMeasure, unit: Unit| {
        format!("{name} {} by {}", function_name(of.function()), units(unit))
    };
    match series {
        Series::Units(unit) => format!("{} with", units(unit)),
        Series::Streak(unit) => format!("streak of {}", units(unit)),
        Series::Peak { of, dates } => {
            format!("peak {} of {dates} dates", function_name(of.function()))
        }
        Series::Trend { of: measure, unit } => of("trend", measure, unit),
        Series::Rising { of: measure, unit } => of("rising", measure, unit),
        Series::Falling { of: measure, unit } => of("falling", measure, unit),
    }
}

/// A unit of time, several of it.
pub(super) fn units(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::Week => "weeks",
        Unit::Month => "months",
        Unit::Quarter => "quarters",
        Unit::Year => "years",
    }
}
