//! A business zone as a table of offsets, so that kernels need only integers.
//! The zone data is compiled in: the same answer on every machine. Only user of jiff.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{DAY_SECONDS, Date, Instant};
use crate::base::checksum::Hasher;

/// One stretch of time with one offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    /// First instant, in seconds; the first stretch starts at `i64::MIN`.
    start: i64,
    /// Local time minus UTC, in seconds.
    offset: i64,
}

/// Zones made so far, by name.
static MADE: Mutex<BTreeMap<Arc<str>, Zone>> = Mutex::new(BTreeMap::new());

/// A time zone. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Zone {
    name: Arc<str>,
    stretches: Arc<[Stretch]>,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Zone {
    /// The zone of that IANA name, or `None` if the bundled data has none. A table is made once a
    /// process: it reaches to the end of the calendar and takes milliseconds.
    pub fn load(name: &str) -> Option<Self> {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = made.get(name) {
            return Some(zone.clone());
        }
        let zone = Self::make(name)?;
        // Only names that the bundled data has get here: some hundreds.
        made.insert(zone.name.clone(), zone.clone());
        Some(zone)
    }

    fn make(name: &str) -> Option<Self> {
        let zone = jiff::tz::TimeZone::get(name).ok()?;
        let first = zone.to_offset(jiff::Timestamp::MIN);
        let mut stretches = vec![Stretch {
            start: i64::MIN,
            offset: i64::from(first.seconds()),
        }];
        for transition in zone.following(jiff::Timestamp::MIN) {
            let offset = i64::from(transition.offset().seconds());
            if stretches.last().is_some_and(|last| last.offset != offset) {
                stretches.push(Stretch {
                    start: transition.timestamp().as_second(),
                    offset,
                });
            }
        }
        Some(Self {
            name: name.into(),
            stretches: stretches.into(),
        })
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self {
            name: "UTC".into(),
            stretches: [Stretch {
                start: i64::MIN,
                offset: 0,
            }]
            .into(),
        }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A hash of its clock changes: the same name may mean others in other zone data.
    pub fn digest(&self) -> u64 {
        let mut hasher = Hasher::new();
        for stretch in self.stretches.iter() {
            hasher.write(&stretch.start.to_le_bytes());
            hasher.write(&stretch.offset.to_le_bytes());
        }
        hasher.finish()
    }

    /// The same under another name, as other zone data would have it.
    #[cfg(test)]
    pub fn called(&self, name: &str) -> Self {
        Self {
            name: name.into(),
            ..self.clone()
        }
    }

    fn index(&self, at: i64) -> usize {
        self.stretches
            .partition_point(|stretch| stretch.start <= at)
            .saturating_sub(1)
    }

    /// Local time minus UTC at that instant, in seconds.
    pub fn offset(&self, at: Instant) -> i64 {
        self.stretches
            .get(self.index(at.0))
            .map_or(0, |stretch| stretch.offset)
    }

    /// The date on the wall at that instant.
    pub fn date_of(&self, at: Instant) -> Date {
        self.local(at).0
    }

    /// The dates on the wall at those instants, as days since 1970-01-01.
    pub fn dates_of<'i>(&self, instants: impl IntoIterator<Item = &'i i64>) -> Vec<i64> {
        // Neighbours mostly lie in one stretch of time.
        let (mut from, mut to, mut offset) = (0, 0, 0);
        let date = |at: &i64| {
            if *at < from || *at >= to {
                let index = self.index(*at);
                let stretch = |index: usize| self.stretches.get(index);
                from = stretch(index).map_or(i64::MIN, |stretch| stretch.start);
                to = stretch(index + 1).map_or(i64::MAX, |next| next.start);
                offset = stretch(index).map_or(0, |stretch| stretch.offset);
            }
            let day = at.saturating_add(offset).div_euclid(DAY_SECONDS);
            day.clamp(i64::from(i32::MIN), i64::from(i32::MAX))
        };
        instants.into_iter().map(date).collect()
    }

    /// The date and the second of the clock face, 0..86400.
    pub fn local(&self, at: Instant) -> (Date, u32) {
        let local = at.0.saturating_add(self.offset(at));
        let day = local
            .div_euclid(DAY_SECONDS)
            .clamp(i64::from(i32::MIN), i64::from(i32::MAX));
        (Date(day as i32), local.rem_euclid(DAY_SECONDS) as u32)
    }

    /// Whether the date on the wall is that one from an instant up to, not including, another.
    pub fn shows(&self, date: Date, from: Instant, to: Instant) -> bool {
        let stretches = self.stretches.iter().enumerate().skip(self.index(from.0));
        let mut shown = stretches.take_while(|(_, stretch)| stretch.start < to.0);
        // As long as the offset is one the date only grows, so that the first and the last instant tell.
        shown.all(|(at, stretch)| {
            let next = self.stretches.get(at + 1);
            let end = next.map_or(to.0, |next| next.start.min(to.0));
            let start = stretch.start.max(from.0);
            start >= end
                || (self.date_of(Instant(start)) == date && self.date_of(Instant(end - 1)) == date)
        })
    }

    /// The first instant of a date.
    pub fn start_of(&self, date: Date) -> Instant {
        self.instant(date, 0)
    }

    /// The instant at which the clock shows that second of that date. Where the clock skips it, as much
    /// later as it skips; where the clock shows it twice, the first time.
    pub fn instant(&self, date: Date, second: u32) -> Instant {
        let wall = i64::from(date.0) * DAY_SECONDS + i64::from(second);
        // Offsets lie within a day of UTC, so only stretches near the wall time can hold it.
        let from = self.index(wall.saturating_sub(2 * DAY_SECONDS));
        let mut best = wall - self.stretches.get(from).map_or(0, |stretch| stretch.offset);
        for (at, stretch) in self.stretches.iter().enumerate().skip(from) {
            if stretch.start > wall.saturating_add(2 * DAY_SECONDS) {
                break;
            }
            let candidate = wall - stretch.offset;
            let end = self
                .stretches
                .get(at + 1)
                .map_or(i64::MAX, |next| next.start);
            if candidate < stretch.start {
                break;
            }
            best = candidate;
            if candidate < end {
                break;
            }
        }
        Instant(best)
    }

    /// The date, if the instant is that date's first.
    pub fn date_only(&self, at: Instant) -> Option<Date> {
        let date = self.date_of(at);
        (self.start_of(date) == at).then_some(date)
    }

    /// ISO 8601 with the offset: `2024-06-30T09:30:00+02:00`.
    pub fn format(&self, at: Instant) -> String {
        let (date, second) = self.local(at);
        let offset = self.offset(at);
        let (sign, minutes) = if offset < 0 {
            ('-', -offset / 60)
        } else {
            ('+', offset / 60)
        };
        let (hour, minute, rest) = (second / 3_600, second / 60 % 60, second % 60);
        format!(
            "{date}T{hour:02}:{minute:02}:{rest:02}{sign}{:02}:{:02}",
            minutes / 60,
            minutes % 60
        )
    }

    /// Reads `2024-06-30T09:30[:00][Z|+02:00]` (a blank may stand for the `T`); without an offset the
    /// clock is this zone's. A bare date is its start.
    pub fn parse(&self, text: &str) -> Option<Instant> {
        let Some((day, clock)) = text.split_once(['T', ' ']) else {
            return Date::parse(text).map(|date| self.start_of(date));
        };
        let date = Date::parse(day)?;
        let (clock, offset) = split_offset(clock)?;
        let second = parse_clock(clock)?;
        match offset {
            Some(offset) => Some(Instant(
                i64::from(date.0) * DAY_SECONDS + i64::from(second) - offset,
            )),
            None => Some(self.instant(date, second)),
        }
    }
}

/// `09:30` or `09:30:15` as a second of the clock face.
fn parse_clock(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| {
        let good = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if good { part.parse::<u32>().ok() } else { None }
    });
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = match parts.next() {
        None => 0,
        Some(second) => second?,
    };
    let fits = parts.next().is_none() && hour < 24 && minute < 60 && second < 60;
    fits.then_some(hour * 3_600 + minute * 60 + second)
}

/// The clock and its offset in seconds, if one is written.
fn split_offset(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, offset) = text.split_at_checked(at)?;
    let seconds = i64::from(parse_clock(offset.get(1..)?)?);
    Some((
        clock,
        Some(if offset.starts_with('-') {
            -seconds
        } else {
            seconds
        }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_jiff_at_every_hour_of_odd_zones() {
        for name in [
            "Europe/Prague",
            "Asia/Shanghai",
            "America/Sao_Paulo",
            "Asia/Kathmandu",
            "UTC",
        ] {
            let zone = Zone::load(name).unwrap();
            let theirs = jiff::tz::TimeZone::get(name).unwrap();
            for at in (-2_500_000_000i64..2_500_000_000).step_by(40_009) {
                let civil = theirs.to_datetime(jiff::Timestamp::from_second(at).unwrap());
                let (date, second) = zone.local(Instant(at));
                assert_eq!(
                    date.ymd(),
                    (
                        i32::from(civil.year()),
                        civil.month() as u32,
                        civil.day() as u32
                    )
                );
                assert_eq!(
                    second,
                    civil.hour() as u32 * 3_600
                        + civil.minute() as u32 * 60
                        + civil.second() as u32
                );
                let back = theirs
                    .to_ambiguous_timestamp(civil)
                    .compatible()
                    .unwrap()
                    .as_second();
                assert_eq!(zone.instant(date, second).0, back, "{name} {civil}");
                let midnight = theirs
                    .to_ambiguous_timestamp(civil.date().to_datetime(jiff::civil::Time::midnight()))
                    .compatible()
                    .unwrap();
                assert_eq!(zone.start_of(date).0, midnight.as_second(), "{name} {date}");
            }
        }
    }

    #[test]
    fn a_skipped_clock_time_moves_forward_and_a_doubled_one_is_the_first() {
        let prague = Zone::load("Europe/Prague").unwrap();
        let day = |text: &str| Date::parse(text).unwrap();
        let skipped = prague.instant(day("2024-03-31"), 2 * 3_600 + 1_800);
        assert_eq!(prague.format(skipped), "2024-03-31T03:30:00+02:00");
        let doubled = prague.instant(day("2024-10-27"), 2 * 3_600 + 1_800);
        assert_eq!(prague.format(doubled), "2024-10-27T02:30:00+02:00");
    }

    #[test]
    fn instants_are_read_as_written() {
        let zone = Zone::load("Asia/Shanghai").unwrap();
        assert_eq!(
            zone.parse("2024-06-30T09:30"),
            zone.parse("2024-06-30T01:30:00Z")
        );
        assert_eq!(
            zone.parse("2024-06-30 09:30:00"),
            zone.parse("2024-06-30T03:30:00+02:00")
        );
        assert_eq!(zone.parse("2024-06-30"), zone.parse("2024-06-30T00:00:00"));
        for bad in [
            "2024-06-30T",
            "2024-06-30T9:30",
            "2024-06-30T24:00",
            "2024-06-30T09:30+2",
            "x",
        ] {
            assert_eq!(zone.parse(bad), None, "{bad}");
        }
        assert_eq!(Zone::load("Mars/Base"), None);
    }
}
