//! The instants at which the dates of one cell start, and finding the cell of an
//! instant. A date here is the span from its start to the start of the next date.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cell::CELL_DAYS;
use crate::base::calendar::{DAY_SECONDS, Date, Instant, Zone};

/// Starts of the dates of one bucket of 30, and of the first date after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starts {
    /// First date is `bucket × 30` days since 1970-01-01.
    pub bucket: i32,
    /// Seconds; ascending.
    pub seconds: [i64; CELL_DAYS as usize + 1],
    is_plain: bool,
}

/// Of a date that is plain; longer ones are those that a zone once had twice.
const PLAIN_SECONDS_MAX: i64 = DAY_SECONDS + DAY_SECONDS / 4;

impl Starts {
    fn new(zone: &Zone, bucket: i32) -> Self {
        let first = bucket.saturating_mul(CELL_DAYS);
        let mut seconds = [0; CELL_DAYS as usize + 1];
        for (day, start) in (0..).zip(seconds.iter_mut()) {
            *start = zone.start_of(Date(first.saturating_add(day))).0;
        }
        let dates = (0..).zip(seconds.iter().zip(seconds.iter().skip(1)));
        let is_plain = dates.into_iter().all(|(day, (from, to))| {
            let date = Date(first.saturating_add(day));
            to - from <= PLAIN_SECONDS_MAX && zone.shows(date, Instant(*from), Instant(*to))
        });
        Self {
            bucket,
            seconds,
            is_plain,
        }
    }

    /// Start of the first date.
    pub fn first(&self) -> Instant {
        Instant(self.seconds.first().copied().unwrap_or_default())
    }

    /// Start of the first date after the last.
    pub fn end(&self) -> Instant {
        Instant(self.seconds.last().copied().unwrap_or_default())
    }

    /// Whether the date on the wall is the cell's at every instant, and no date much longer than a day: so it is
    /// wherever the clock is changed by day, and not where it is turned back over midnight.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// The instant so many seconds after the start of a date, 0..30 within the bucket.
    pub fn instant(&self, day: u8, seconds: u32) -> Instant {
        let start = self.seconds.get(usize::from(day)).copied();
        Instant(start.unwrap_or_default() + i64::from(seconds))
    }

    /// Date within the bucket and seconds since its start, if the instant lies in the bucket.
    pub fn place(&self, at: Instant) -> Option<(u8, u32)> {
        if at < self.first() || at >= self.end() {
            return None;
        }
        let day = self.seconds.partition_point(|start| *start <= at.0) - 1;
        let start = self.seconds.get(day)?;
        Some((u8::try_from(day).ok()?, u32::try_from(at.0 - start).ok()?))
    }
}

/// Buckets met so far in one zone.
#[derive(Clone, Debug)]
pub(super) struct Almanac {
    zone: Zone,
    buckets: Arc<BTreeMap<i32, Arc<Starts>>>,
    latest: Option<Arc<Starts>>,
}

/// First and last date of the calendar: 0001-01-01 and 9999-12-31.
const DATES: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

impl Almanac {
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            buckets: Arc::default(),
            latest: None,
        }
    }

    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The bucket of an instant, the date in it and the seconds since that date's start; `None` outside
    /// the calendar.
    pub fn place(&mut self, at: Instant) -> Option<(Arc<Starts>, u8, u32)> {
        if let Some(starts) = &self.latest
            && let Some((day, seconds)) = starts.place(at)
        {
            return Some((Arc::clone(starts), day, seconds));
        }
        let date = self.zone.date_of(at);
        if !DATES.contains(&date.0) {
            return None;
        }
        // Where the clock turns back over midnight, the date on the wall may be the one before the span that holds the instant.
        let near = date.0.div_euclid(CELL_DAYS);
        for bucket in [near, near + 1] {
            let starts = self.bucket(bucket);
            if let Some((day, seconds)) = starts.place(at) {
                self.latest = Some(Arc::clone(&starts));
                return Some((starts, day, seconds));
            }
        }
        None
    }

    /// The starts of a bucket's dates.
    pub fn bucket(&mut self, bucket: i32) -> Arc<Starts> {
        if let Some(starts) = self.buckets.get(&bucket) {
            return Arc::clone(starts);
        }
        let starts = Arc::new(Starts::new(&self.zone, bucket));
        Arc::make_mut(&mut self.buckets).insert(bucket, Arc::clone(&starts));
        starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_has_one_place_and_places_keep_the_order() {
        for name in [
            "Europe/Prague",
            "America/St_Johns",
            "America/Sao_Paulo",
            "Pacific/Apia",
            "Asia/Manila",
        ] {
            let mut almanac = Almanac::new(Zone::load(name).unwrap());
            let mut last = None;
            for at in (-4_000_000_000i64..1_800_000_000).step_by(12_347) {
                let (starts, day, seconds) = almanac.place(Instant(at)).unwrap();
                assert_eq!(starts.instant(day, seconds), Instant(at), "{name} {at}");
                let place = (starts.bucket, day, seconds);
                assert!(last < Some(place), "{name} {at}");
                last = Some(place);
            }
        }
    }

    #[test]
    fn a_clock_turned_back_over_midnight_does_not_split_the_span_of_a_date() {
        // Until 2011 the clocks of St. John's went from 00:01 back to 23:01 of the day before.
        let zone = Zone::load("America/St_Johns").unwrap();
        let mut almanac = Almanac::new(zone.clone());
        let mut other_date = 0;
        for at in (540_000_000i64..1_330_000_000).step_by(1_200) {
            let (starts, day, seconds) = almanac.place(Instant(at)).unwrap();
            assert_eq!(starts.instant(day, seconds), Instant(at));
            let date = Date(starts.bucket * CELL_DAYS + i32::from(day));
            assert!(zone.start_of(date).0 <= at && at < zone.start_of(Date(date.0 + 1)).0);
            if zone.date_of(Instant(at)) != date {
                other_date += 1;
            }
        }
        assert!(other_date > 50, "{other_date}");
    }

    #[test]
    fn dates_are_plain_but_where_the_wall_shows_another() {
        for (name, from, to) in [
            ("Europe/Prague", "1990-01-01", "2030-12-31"),
            ("America/Sao_Paulo", "1990-01-01", "2030-12-31"),
            ("America/St_Johns", "2012-01-01", "2030-12-31"),
            ("America/St_Johns", "1988-01-01", "2010-12-31"),
            // The 30th of December 2011 was left out.
            ("Pacific/Apia", "2011-01-01", "2012-12-31"),
            // The 18th of October 1867 came twice.
            ("America/Juneau", "1867-01-01", "1868-12-31"),
        ] {
            let zone = Zone::load(name).unwrap();
            let mut almanac = Almanac::new(zone.clone());
            let (mut plain, mut other) = (0, 0);
            let bucket = |text| Date::parse(text).unwrap().0.div_euclid(CELL_DAYS);
            for bucket in bucket(from)..=bucket(to) {
                let starts = almanac.bucket(bucket);
                let (first, end) = (starts.first().0, starts.end().0);
                let shows = |at: i64| {
                    let (day, seconds) = starts.place(Instant(at)).unwrap();
                    let date = Date(bucket * CELL_DAYS + i32::from(day));
                    zone.date_of(Instant(at)) == date && i64::from(seconds) < PLAIN_SECONDS_MAX
                };
                assert_eq!(
                    starts.is_plain(),
                    (first..end).step_by(600).all(shows),
                    "{name} {bucket}"
                );
                match starts.is_plain() {
                    true => plain += 1,
                    false => other += 1,
                }
            }
            let expects_other = name == "America/Juneau" || from == "1988-01-01";
            assert!(plain > 20 && (other > 0) == expects_other, "{name} {other}");
        }
    }

    #[test]
    fn prague_days_of_23_and_25_hours() {
        let zone = Zone::load("Europe/Prague").unwrap();
        let mut almanac = Almanac::new(zone.clone());
        for (text, hours) in [("2024-03-31", 23), ("2024-10-27", 25), ("1969-12-31", 24)] {
            let date = Date::parse(text).unwrap();
            let last = Instant(zone.start_of(Date(date.0 + 1)).0 - 1);
            let (starts, day, seconds) = almanac.place(last).unwrap();
            assert_eq!(starts.bucket * CELL_DAYS + i32::from(day), date.0);
            assert_eq!(seconds, hours * 3_600 - 1);
        }
        assert_eq!(almanac.place(Instant(i64::MAX)), None);
        assert_eq!(almanac.place(Instant(i64::MIN)), None);
    }
}
