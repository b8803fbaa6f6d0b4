//! `limit 2 per customer per 7 days`: in no such span of time more messages than that, whatever
//! plan they come from.

use super::length;
use super::quiet::{self, Quiet};
use crate::base::calendar::{Instant, Zone};
use crate::base::limit::CARE_DELAYS_MAX;
use crate::language::typed::CareLength;

/// Whether one more message at that instant keeps the limit. `contacts` ascending, past and planned.
pub fn allows(limit: (u64, CareLength), contacts: &[Instant], at: Instant, zone: &Zone) -> bool {
    breach(limit, contacts, at, zone).is_none()
}

/// The first message of a span that one more at that instant would make too full. When the new one
/// would itself be the first of the span, the one after it.
fn breach(
    (most, span): (u64, CareLength),
    contacts: &[Instant],
    at: Instant,
    zone: &Zone,
) -> Option<Instant> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let place = contacts.partition_point(|contact| *contact <= at);
    let mut all = contacts.to_vec();
    all.insert(place, at);
    let first = place.saturating_sub(most);
    for start in first..=place {
        let (Some(low), Some(high)) = (all.get(start), all.get(start.saturating_add(most))) else {
            continue;
        };
        if length::is_within(*low, span, *high, zone) {
            let anchor = if start == place { start + 1 } else { start };
            return all.get(anchor).copied();
        }
    }
    None
}

/// When a message may go out: not before `at`, outside quiet hours, within the limit. `None` when no
/// such time is found.
pub fn earliest(
    at: Instant,
    contacts: &[Instant],
    limit: Option<(u64, CareLength)>,
    quiet: Option<Quiet<'_>>,
    zone: &Zone,
) -> Option<Instant> {
    let mut at = at;
    for _ in 0..CARE_DELAYS_MAX {
        at = quiet.map_or(at, |quiet| quiet::end(at, quiet));
        let Some(limit) = limit else {
            return Some(at);
        };
        let Some(anchor) = breach(limit, contacts, at, zone) else {
            return Some(at);
        };
        at = clear_of(anchor, limit.1, at, zone)?;
    }
    None
}

/// The first instant after `at` that is no longer within the span from `anchor`, at the same time of day.
fn clear_of(anchor: Instant, span: CareLength, at: Instant, zone: &Zone) -> Option<Instant> {
    if span.unit.is_duration() {
        return Some(length::after(anchor, span, zone).max(Instant(at.0 + 1)));
    }
    let (_, second) = zone.local(at);
    let date = zone.date_of(anchor).add(span.count, span.unit)?;
    Some(zone.instant(date, second).max(Instant(at.0 + 1)))
}
