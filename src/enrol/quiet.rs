//! `quiet 21:00 to 08:00`: what falls due in these hours waits until they end.

use crate::base::calendar::{Instant, Unit, Zone};

/// Quiet hours on the clock of a customer.
#[derive(Clone, Copy, Debug)]
pub struct Quiet<'z> {
    /// First minute since midnight.
    pub from: u16,
    /// First minute that is quiet no more; less than [`Quiet::from`] when they go over midnight.
    pub to: u16,
    /// The customer's own zone, else that of the business.
    pub zone: &'z Zone,
}

/// Whether it is quiet then.
pub fn is_quiet(at: Instant, quiet: Quiet<'_>) -> bool {
    let (_, second) = quiet.zone.local(at);
    let minute = second / 60;
    let (from, to) = (u32::from(quiet.from), u32::from(quiet.to));
    if from < to {
        (from..to).contains(&minute)
    } else {
        minute >= from || minute < to
    }
}

/// The instant itself, or the end of the quiet hours that it falls into.
pub fn end(at: Instant, quiet: Quiet<'_>) -> Instant {
    if !is_quiet(at, quiet) {
        return at;
    }
    let (date, second) = quiet.zone.local(at);
    let until = u32::from(quiet.to) * 60;
    let date = if second < until {
        Some(date)
    } else {
        date.add(1, Unit::Day)
    };
    match date {
        // A clock that is set forward may pass over the end: then the first minute after it.
        Some(date) => {
            let mut end = quiet.zone.instant(date, until).max(at);
            while is_quiet(end, quiet) {
                end = Instant(end.0 + 60);
            }
            end
        }
        None => at,
    }
}
