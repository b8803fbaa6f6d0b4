//! Instants as machines write them: ISO 8601, with or without an offset, a date alone
//! for its start. Facts hold whole seconds, so that a fraction is cut off.

use std::borrow::Cow;

use super::fault;
use crate::base::calendar::{Date, Instant, Zone};
use crate::ingest::fault::{Fault, NO_TIME};

/// The instant that a text names; without an offset the clock is that of the zone.
pub fn instant(text: &str, zone: &Zone) -> Result<Instant, Box<Fault>> {
    let at = zone.parse(&whole_second(text)).ok_or_else(|| {
        Box::new(Fault::cell(
            NO_TIME,
            text,
            "is not an instant; write `2026-01-31T09:30:00+08:00`, or a date",
        ))
    })?;
    within_calendar(at, text, zone)?;
    Ok(at)
}

/// Refuses instants outside the years of the calendar: an offset can lead there.
pub fn within_calendar(at: Instant, text: &str, zone: &Zone) -> Result<(), Box<Fault>> {
    let first = Date::from_ymd(1, 1, 1);
    let last = Date::from_ymd(9_999, 12, 31);
    let date = Some(zone.date_of(at));
    if first <= date && date <= last {
        return Ok(());
    }
    Err(Box::new(Fault::cell(
        fault::OUT_OF_CALENDAR,
        text,
        "lies outside the years 1 to 9999",
    )))
}

/// The same without a fraction of its second.
pub fn whole_second(text: &str) -> Cow<'_, str> {
    let Some((before, after)) = text.split_once('.') else {
        return Cow::Borrowed(text);
    };
    let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let is_second = before.len() >= "2026-01-31T09:30:00".len();
    if !is_second || rest.len() == after.len() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{before}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_as_machines_write_them() {
        let zone = Zone::load("Asia/Shanghai").unwrap();
        let shown = |text| instant(text, &zone).map(|at| zone.format(at));
        for text in [
            "2026-01-31T09:30:00+08:00",
            "2026-01-31T09:30:00",
            "2026-01-31 09:30",
            "2026-01-31T01:30:00Z",
            "2026-01-31T01:30:00.999Z",
            "2026-01-31T09:30:00.000001+08:00",
        ] {
            assert_eq!(shown(text).as_deref(), Ok("2026-01-31T09:30:00+08:00"));
        }
        assert_eq!(
            shown("2026-01-31").as_deref(),
            Ok("2026-01-31T00:00:00+08:00")
        );
        for (text, code) in [
            ("yesterday", NO_TIME),
            ("2026-02-30", NO_TIME),
            ("2026-01-31T09:30:00.Z", NO_TIME),
            ("2026-01-31.5", NO_TIME),
            ("", NO_TIME),
            ("9999-12-31T23:59:59Z", fault::OUT_OF_CALENDAR),
        ] {
            assert_eq!(shown(text).unwrap_err().code, code, "{text}");
        }
    }
}
