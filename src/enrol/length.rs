//! Lengths of time laid from an instant: days and longer by the calendar of a zone, hours and
//! minutes as durations.

use crate::base::calendar::{Instant, Zone};
use crate::language::typed::CareLength;

/// The instant a length of time after another: for days and longer at the same time of day. An
/// instant beyond the calendar is the last one.
pub fn after(from: Instant, length: CareLength, zone: &Zone) -> Instant {
    if let Some(seconds) = seconds_of(length) {
        return Instant(from.0.saturating_add(seconds));
    }
    let (date, second) = zone.local(from);
    match date.add(length.count, length.unit) {
        Some(date) => zone.instant(date, second),
        None => Instant(i64::MAX),
    }
}

/// Whether `at` lies within a length of time that begins with `from`: for days and longer by dates,
/// the first one counted.
pub fn is_within(from: Instant, length: CareLength, at: Instant, zone: &Zone) -> bool {
    if seconds_of(length).is_some() {
        return at < after(from, length, zone);
    }
    let first = zone.date_of(from);
    match first.add(length.count, length.unit) {
        Some(end) => zone.date_of(at) < end,
        None => true,
    }
}

/// The seconds of hours and minutes; `None` for what is counted in dates.
fn seconds_of(length: CareLength) -> Option<i64> {
    let seconds = length.unit.seconds()?;
    length
        .unit
        .is_duration()
        .then(|| length.count.saturating_mul(seconds))
}
