//! The simulated time of the lives: each begins later than all before it, some in quiet
//! hours, some a moment before these begin or end.

use tamis::base::calendar::{Date, Instant, Unit, Zone};

use super::chance;

/// Where a life lies against quiet hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    Open,
    Quiet,
    /// They begin or end during it.
    Edge,
}

/// A life is over before the next slot; none goes past midnight.
const SLOTS: [(u32, Hours); 7] = [
    (3 * 3_600, Hours::Quiet),
    (8 * 3_600 - 3, Hours::Edge),
    (10 * 3_600, Hours::Open),
    (14 * 3_600, Hours::Open),
    (18 * 3_600 + 1_800, Hours::Open),
    (21 * 3_600 - 3, Hours::Edge),
    (22 * 3_600 + 1_800, Hours::Quiet),
];
/// The slot of the morning at which every day begins that is only waited for.
const MORNING: usize = 2;

/// When the occasions of the plan `daily` are: seconds of the day.
pub const OCCASION_SECONDS: u32 = 9 * 3_600 + 1_800;

/// When a life begins.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub day: i64,
    pub hours: Hours,
    second: u32,
}

/// Slots one after another.
pub struct Calendar {
    zone: Zone,
    day: i64,
    at: usize,
}

impl Calendar {
    pub fn new() -> Self {
        Self {
            zone: Zone::load("Asia/Shanghai").unwrap(),
            day: 0,
            at: MORNING,
        }
    }

    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Where it stands.
    pub fn slot(&self) -> Slot {
        let (second, hours) = SLOTS[self.at];
        Slot {
            day: self.day,
            hours,
            second,
        }
    }

    /// One or two slots on.
    pub fn go_on(&mut self, seed: u64) {
        self.at += 1 + usize::try_from(chance(seed) % 2).unwrap();
        if self.at >= SLOTS.len() {
            self.at -= SLOTS.len();
            self.day += 1;
        }
    }

    /// To the next morning.
    pub fn go_to_morning(&mut self) {
        (self.day, self.at) = (self.day + 1, MORNING);
    }

    /// The instant of a slot.
    pub fn instant(&self, slot: Slot) -> Instant {
        let first = Date::from_ymd(2024, 3, 1).unwrap();
        self.zone
            .instant(first.add(slot.day, Unit::Day).unwrap(), slot.second)
    }

    /// The day of an instant, as slots count them, and its second.
    pub fn local(&self, at: Instant) -> (i64, u32) {
        let (date, second) = self.zone.local(at);
        let first = Date::from_ymd(2024, 3, 1).unwrap();
        (i64::from(date.0 - first.0), second)
    }
}

/// Whether it is quiet at that second of the day.
pub fn is_quiet(second: u32) -> bool {
    !(8 * 3_600..21 * 3_600).contains(&second)
}

/// Occasions of the plan `daily` between two instants, the second included.
pub fn occasions(calendar: &Calendar, after: Instant, until: Instant) -> u64 {
    let passed = |at: Instant| {
        let (day, second) = calendar.local(at);
        day + i64::from(second >= OCCASION_SECONDS)
    };
    u64::try_from(passed(until) - passed(after)).unwrap()
}
