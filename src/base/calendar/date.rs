//! A day of the proleptic Gregorian calendar, and calendar arithmetic on it.
//! Conversions after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".

use std::fmt;

use super::Unit;

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Date(pub i32);

/// Years a date may have; outside it a date is a typing mistake.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9_999;
/// The days of these years: 0001-01-01 and 9999-12-31.
const DAYS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

impl Date {
    /// The date, if the calendar has it and its year is 1..=9999.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !YEARS.contains(&year)
            || !(1..=12).contains(&month)
            || day < 1
            || day > month_days(year, month)
        {
            return None;
        }
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let month_from_march = (month as i32 + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// So many days after 1970-01-01, if its year is 1..=9999.
    pub fn of_day(days: i64) -> Option<Self> {
        let days = i32::try_from(days).ok()?;
        DAYS.contains(&days).then_some(Self(days))
    }

    /// Year, month 1..=12, day 1..=31.
    pub fn ymd(self) -> (i32, u32, u32) {
        let shifted = i64::from(self.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month as u32, day as u32)
    }

    /// 1 = Monday .. 7 = Sunday.
    pub fn weekday(self) -> u32 {
        (i64::from(self.0) + 3).rem_euclid(7) as u32 + 1
    }

    /// Moved by signed units; months and longer keep the day of the month, clamped to the month's end.
    /// `None` outside the calendar and for hours and minutes.
    pub fn add(self, count: i64, unit: Unit) -> Option<Self> {
        let days = match unit {
            Unit::Minute | Unit::Hour => return None,
            Unit::Day => count,
            Unit::Week => count.checked_mul(7)?,
            Unit::Month => return self.add_months(count),
            Unit::Quarter => return self.add_months(count.checked_mul(3)?),
            Unit::Year => return self.add_months(count.checked_mul(12)?),
        };
        Self::of_day(i64::from(self.0).checked_add(days)?)
    }

    fn add_months(self, count: i64) -> Option<Self> {
        let (year, month, day) = self.ymd();
        let months = (i64::from(year) * 12 + i64::from(month) - 1).checked_add(count)?;
        let year = i32::try_from(months.div_euclid(12)).ok()?;
        let month = months.rem_euclid(12) as u32 + 1;
        if !YEARS.contains(&year) {
            return None;
        }
        Self::from_ymd(year, month, day.min(month_days(year, month)))
    }

    /// First date of the unit that holds this one; weeks start on Monday. Hours and minutes give the date itself.
    pub fn start_of(self, unit: Unit) -> Self {
        let (year, month, day) = self.ymd();
        let back = |days: u32| Self(self.0 - days as i32);
        match unit {
            Unit::Minute | Unit::Hour | Unit::Day => self,
            Unit::Week => back(self.weekday() - 1),
            Unit::Month => back(day - 1),
            Unit::Quarter => Self::from_ymd(year, (month - 1) / 3 * 3 + 1, 1).unwrap_or(self),
            Unit::Year => Self::from_ymd(year, 1, 1).unwrap_or(self),
        }
    }

    /// Completed units from here to `until`; negative when `until` is earlier. A month or year is
    /// complete on the day on which its return falls: from 29 February a year on 28 February.
    pub fn completed(self, unit: Unit, until: Self) -> i64 {
        if until < self {
            return -until.completed(unit, self);
        }
        let days = i64::from(until.0) - i64::from(self.0);
        match unit {
            Unit::Minute | Unit::Hour | Unit::Day => days,
            Unit::Week => days / 7,
            Unit::Month => self.completed_months(until),
            Unit::Quarter => self.completed_months(until) / 3,
            Unit::Year => self.completed_months(until) / 12,
        }
    }

    fn completed_months(self, until: Self) -> i64 {
        let (from_year, from_month, _) = self.ymd();
        let (year, month, _) = until.ymd();
        let months = i64::from(year - from_year) * 12 + i64::from(month) - i64::from(from_month);
        match self.add_months(months) {
            Some(turn) if turn <= until => months,
            _ => months - 1,
        }
    }

    /// The next return of this day of the year on or after `today`; 29 February returns on the 28th
    /// where the year has none.
    pub fn anniversary(self, today: Self) -> Self {
        let (_, month, day) = self.ymd();
        let (year, _, _) = today.ymd();
        let in_year = |year: i32| Self::from_ymd(year, month, day.min(month_days(year, month)));
        match in_year(year) {
            Some(turn) if turn >= today => turn,
            this_year => in_year(year + 1).or(this_year).unwrap_or(today),
        }
    }

    /// Reads `2024-06-30`, exactly so.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, count: usize| {
            part.len() == count && part.bytes().all(|b| b.is_ascii_digit())
        };
        if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        Self::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days of a month.
fn month_days(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn agrees_with_jiff_over_all_days() {
        let mut day = jiff::civil::date(1, 1, 1);
        let first = Date::from_ymd(1, 1, 1).unwrap();
        for offset in 0..3_652_059 {
            let ours = Date(first.0 + offset);
            assert_eq!(
                ours.ymd(),
                (i32::from(day.year()), day.month() as u32, day.day() as u32)
            );
            assert_eq!(
                Date::from_ymd(ours.ymd().0, ours.ymd().1, ours.ymd().2),
                Some(ours)
            );
            if offset % 101 == 0 {
                assert_eq!(ours.weekday(), day.weekday().to_monday_one_offset() as u32);
            }
            if let Ok(next) = day.tomorrow() {
                day = next;
            }
        }
        let holds = |days: i32| Date::of_day(i64::from(days)).is_some();
        assert!(holds(first.0 + 3_652_058) && !holds(first.0 + 3_652_059));
        assert!(holds(first.0) && !holds(first.0 - 1));
    }

    #[test]
    fn months_clamp_to_the_months_end() {
        assert_eq!(
            date("2024-01-31").add(1, Unit::Month),
            Some(date("2024-02-29"))
        );
        assert_eq!(
            date("2024-03-31").add(-1, Unit::Month),
            Some(date("2024-02-29"))
        );
        assert_eq!(
            date("2024-02-29").add(1, Unit::Year),
            Some(date("2025-02-28"))
        );
        assert_eq!(
            date("2024-05-31").add(-1, Unit::Quarter),
            Some(date("2024-02-29"))
        );
        assert_eq!(date("9999-12-31").add(1, Unit::Day), None);
        assert_eq!(date("2024-01-01").add(i64::MAX, Unit::Week), None);
        assert_eq!(date("2024-01-01").add(1, Unit::Hour), None);
    }

    #[test]
    fn completed_units_turn_on_the_anniversary() {
        assert_eq!(
            date("2000-02-29").completed(Unit::Year, date("2001-02-27")),
            0
        );
        assert_eq!(
            date("2000-02-29").completed(Unit::Year, date("2001-02-28")),
            1
        );
        assert_eq!(
            date("2024-01-31").completed(Unit::Month, date("2024-02-28")),
            0
        );
        assert_eq!(
            date("2024-01-31").completed(Unit::Month, date("2024-02-29")),
            1
        );
        assert_eq!(
            date("2024-01-31").completed(Unit::Month, date("2024-03-30")),
            1
        );
        assert_eq!(
            date("2024-06-30").completed(Unit::Year, date("2014-07-01")),
            -9
        );
        assert_eq!(
            date("2024-06-30").completed(Unit::Day, date("2024-06-28")),
            -2
        );
        assert_eq!(
            date("2024-06-30").completed(Unit::Week, date("2024-07-13")),
            1
        );
    }

    #[test]
    fn anniversaries_fall_on_the_28th_without_a_29th() {
        assert_eq!(
            date("2000-02-29").anniversary(date("2023-01-01")),
            date("2023-02-28")
        );
        assert_eq!(
            date("2000-02-29").anniversary(date("2023-03-01")),
            date("2024-02-29")
        );
        assert_eq!(
            date("1990-06-30").anniversary(date("2024-06-30")),
            date("2024-06-30")
        );
        assert_eq!(
            date("1990-06-30").anniversary(date("2024-07-01")),
            date("2025-06-30")
        );
    }

    #[test]
    fn units_start_where_the_calendar_says() {
        assert_eq!(date("2024-06-30").start_of(Unit::Week), date("2024-06-24"));
        assert_eq!(date("2024-06-30").start_of(Unit::Month), date("2024-06-01"));
        assert_eq!(
            date("2024-06-30").start_of(Unit::Quarter),
            date("2024-04-01")
        );
        assert_eq!(date("2024-06-30").start_of(Unit::Year), date("2024-01-01"));
    }

    #[test]
    fn only_iso_dates_are_read() {
        for bad in [
            "2024-6-30",
            "2024-02-30",
            "20240630",
            "2024-06-30T",
            "0000-01-01",
            "+024-01-01",
            "",
        ] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }
}
