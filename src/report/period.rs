//! Units of the calendar as keys: a date stands for the unit that it is the first day of.

use crate::base::calendar::{Date, Unit};

/// `2010-12-31`, `2010-W52`, `2010-12`, `2010-Q4`, `2010`.
pub fn period_text(start: Date, unit: Unit) -> String {
    let (year, month, _) = start.ymd();
    match unit {
        Unit::Week => {
            // A week belongs to the year that its Thursday lies in.
            let thursday = Date(start.0.saturating_add(3));
            let (year, ..) = thursday.ymd();
            let first = Date::from_ymd(year, 1, 1).map_or(thursday.0, |first| first.0);
            format!("{year:04}-W{:02}", (thursday.0 - first) / 7 + 1)
        }
        Unit::Month => format!("{year:04}-{month:02}"),
        Unit::Quarter => format!("{year:04}-Q{}", month.div_ceil(3)),
        Unit::Year => format!("{year:04}"),
        Unit::Day | Unit::Hour | Unit::Minute => start.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_called_as_calendars_call_them() {
        let text = |day: &str, unit| {
            let date = Date::parse(day).unwrap().start_of(unit);
            period_text(date, unit)
        };
        assert_eq!(text("2010-12-31", Unit::Day), "2010-12-31");
        assert_eq!(text("2010-12-31", Unit::Week), "2010-W52");
        assert_eq!(text("2021-01-03", Unit::Week), "2020-W53");
        assert_eq!(text("2018-12-31", Unit::Week), "2019-W01");
        assert_eq!(text("2010-12-31", Unit::Month), "2010-12");
        assert_eq!(text("2010-12-31", Unit::Quarter), "2010-Q4");
        assert_eq!(text("2010-12-31", Unit::Year), "2010");
    }
}
