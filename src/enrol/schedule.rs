//! The instants of `every day at 09:30`, `every month on day 1 at 10:00`, `every year on 02-05`.

use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::language::typed::CareWhen;

/// Seconds looked back for an occasion that was missed: a year and some days.
const MISSED_SECONDS_MAX: i64 = 370 * 86_400;

/// The first occasion after an instant; `None` where time alone lets nobody in.
pub fn next_after(when: &CareWhen, after: Instant, zone: &Zone) -> Option<Instant> {
    let today = zone.date_of(after);
    let (year, month, _) = today.ymd();
    let minute = match when {
        CareWhen::EveryDay { minute }
        | CareWhen::EveryMonth { minute, .. }
        | CareWhen::EveryYear { minute, .. } => *minute,
        CareWhen::Enters | CareWhen::AfterEvent(..) | CareWhen::ByHand => return None,
    };
    let date = |step: i64| match when {
        CareWhen::EveryDay { .. } => today.add(step, Unit::Day),
        CareWhen::EveryMonth { day, .. } => {
            let first = Date::from_ymd(year, month, 1)?.add(step, Unit::Month)?;
            let (year, month, _) = first.ymd();
            day_of(year, month, *day)
        }
        CareWhen::EveryYear { month, day, .. } => {
            day_of(year + i32::try_from(step).ok()?, *month, *day)
        }
        _ => None,
    };
    let instants = (0..=2).filter_map(|step| {
        let date = date(step)?;
        Some(zone.instant(date, u32::from(minute) * 60))
    });
    instants.filter(|at| *at > after).min()
}

/// The last occasion after `from` and not after `until`.
pub fn last_until(when: &CareWhen, from: Instant, until: Instant, zone: &Zone) -> Option<Instant> {
    let mut last = None;
    let mut at = from.max(Instant(until.0.saturating_sub(MISSED_SECONDS_MAX)));
    while let Some(next) = next_after(when, at, zone).filter(|next| *next <= until) {
        last = Some(next);
        at = next;
    }
    last
}

/// That day, or the last one of a shorter month.
fn day_of(year: i32, month: u32, day: u32) -> Option<Date> {
    (1..=day)
        .rev()
        .find_map(|day| Date::from_ymd(year, month, day))
}
