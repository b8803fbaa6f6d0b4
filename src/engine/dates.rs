//! Dates and instants lane by lane, in the business zone. A missing operand and a
//! date outside the calendar are missing.

use std::borrow::Cow;

use super::arithmetic::each;
use super::outcome::RunError;
use super::vector::Vector;
use super::window::Moment;
use super::words;
use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::base::kind::Kind;

/// The first instant of a date, both as keys.
pub fn start(days: i64, zone: &Zone) -> i64 {
    zone.start_of(date(days)).0
}

/// The date of a key; keys of dates fit.
pub fn date(days: i64) -> Date {
    Date(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
}

/// Dates as days: of Dates as they are, of Times their business date.
pub fn days<'v>(
    of: &'v Vector<'_>,
    kind: &Kind,
    zone: &Zone,
    len: usize,
) -> Result<Cow<'v, [i64]>, RunError> {
    let keys = of.as_keys()?.data.wide(len);
    if let Kind::Time = kind {
        return Ok(Cow::Owned(zone.dates_of(keys.iter())));
    }
    Ok(keys)
}

fn presence(of: &Vector<'_>) -> Option<Vec<u64>> {
    of.presence().map(Cow::into_owned)
}

/// A date moves by dates; an instant by its duration, or by dates at the same clock time.
pub fn add<'a>(
    base: &Vector<'_>,
    kind: &Kind,
    count: i64,
    unit: Unit,
    zone: &Zone,
    len: usize,
) -> Result<Vector<'a>, RunError> {
    let keys = base.as_keys()?.data.wide(len);
    let step = |key: i64| match (kind, unit.seconds().filter(|_| unit.is_duration())) {
        (Kind::Time, Some(seconds)) => key.checked_add(count.checked_mul(seconds)?),
        (Kind::Time, None) => {
            let (date, second) = zone.local(Instant(key));
            Some(zone.instant(date.add(count, unit)?, second).0)
        }
        _ => date(key).add(count, unit).map(|date| i64::from(date.0)),
    };
    let (keys, presence) = each(&keys, presence(base), step);
    Ok(Vector::keys(keys, presence))
}

/// Whole days left − right.
pub fn days_between<'a>(
    left: (&Vector<'_>, &Kind),
    right: (&Vector<'_>, &Kind),
    zone: &Zone,
    len: usize,
) -> Result<Vector<'a>, RunError> {
    let presence = words::both(left.0.presence().as_deref(), right.0.presence().as_deref());
    let (left, right) = (
        days(left.0, left.1, zone, len)?,
        days(right.0, right.1, zone, len)?,
    );
    // Lanes without presence may hold anything; dates that are there are far from the ends.
    let between = left
        .iter()
        .zip(right.iter())
        .map(|(left, right)| left.wrapping_sub(*right));
    Ok(Vector::keys(between.collect(), presence))
}

/// Completed units up to now; what lies ahead is negative.
pub fn since<'a>(
    unit: Unit,
    from: &Vector<'_>,
    kind: &Kind,
    moment: &Moment<'_>,
    len: usize,
) -> Result<Vector<'a>, RunError> {
    let today = moment.today();
    if let Some(seconds) = unit.seconds().filter(|_| unit.is_duration()) {
        let keys = from.as_keys()?.data.wide(len);
        let (since, presence) = each(&keys, presence(from), |key| {
            let at = match kind {
                Kind::Date => start(key, moment.zone),
                _ => key,
            };
            // Division of whole numbers drops the rest towards zero and keeps the sign.
            Some(moment.now.0.checked_sub(at)? / seconds)
        });
        return Ok(Vector::keys(since, presence));
    }
    let days = days(from, kind, moment.zone, len)?;
    let since = match unit {
        // As in `days_between`: lanes without presence may hold anything.
        Unit::Day => days
            .iter()
            .map(|day| i64::from(today.0).wrapping_sub(*day))
            .collect(),
        _ => days
            .iter()
            .map(|day| date(*day).completed(unit, today))
            .collect(),
    };
    Ok(Vector::keys(since, presence(from)))
}
