//! Dates and instants of a column: in which way all of them are written, their ends, the odd ones.

use super::{Misses, is_called};
use crate::base::calendar::{Date, Pattern, Zone};
use crate::ingest::facts::calendar::whole_second;

/// Ways of writing, tried in this order; of two that fit the first counts.
const PATTERNS: [&str; 19] = [
    "yyyy-MM-dd",
    "yyyyMMdd",
    "yyyy/MM/dd",
    "yyyy.MM.dd",
    "yyyy年MM月dd日",
    "dd.MM.yyyy",
    "dd/MM/yyyy",
    "MM/dd/yyyy",
    "dd-MM-yyyy",
    "yyMMdd",
    "yyyyMMddHHmmss",
    "yyyy/MM/dd HH:mm:ss",
    "yyyy/MM/dd HH:mm",
    "dd.MM.yyyy HH:mm:ss",
    "dd.MM.yyyy HH:mm",
    "dd/MM/yyyy HH:mm:ss",
    "dd/MM/yyyy HH:mm",
    "MM/dd/yyyy HH:mm",
    "yyMMdd HH:mm:ss",
];
/// Digits alone are as often numbers: their column is called by one of these, or its years are near.
const NAMES: [&str; 19] = [
    "date", "day", "time", "datum", "born", "birth", "since", "issued", "opened", "closed",
    "month", "日期", "时间", "日", "生日", "出生", "起", "到期", "at",
];
/// Years in which digits alone are taken for dates without such a name.
const YEARS_NEAR: std::ops::RangeInclusive<i32> = 1900..=2100;
/// Values that fill a gap rather than say a day.
const FILLERS: [(i32, u32, u32); 8] = [
    (1, 1, 1),
    (1753, 1, 1),
    (1899, 12, 30),
    (1899, 12, 31),
    (1900, 1, 1),
    (1970, 1, 1),
    (2099, 12, 31),
    (9999, 12, 31),
];
/// The last year that a bank's dates speak of.
const YEAR_MAX: i32 = 2100;

/// A way of writing dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// `None` = an instant as machines write it.
    pub pattern: Option<&'static str>,
    /// Whether day and month could also stand the other way round.
    pub is_ambiguous: bool,
}

impl Written {
    /// Whether it says a time of the day.
    pub fn has_clock(&self) -> bool {
        self.pattern.is_none_or(|pattern| pattern.contains("HH"))
    }
}

type Day = (Date, u32);

/// One way while nearly every value fits it.
#[derive(Debug)]
struct Way {
    pattern: Option<&'static str>,
    /// The same, cut.
    cut: Option<Pattern>,
    ends: Option<(Day, Day)>,
    is_near: bool,
    fillers: Vec<(Date, u64)>,
    late: u64,
    /// Values that are written otherwise.
    misses: Misses,
}

#[derive(Debug)]
pub struct Dates {
    is_called: bool,
    seen: u64,
    ways: Vec<Way>,
    zone: Zone,
}

impl Dates {
    pub fn new(name: &str) -> Self {
        let way = |pattern: Option<&'static str>| Way {
            pattern,
            cut: pattern.and_then(Pattern::new),
            ends: None,
            is_near: true,
            fillers: Vec::new(),
            late: 0,
            misses: Misses::default(),
        };
        let patterns = PATTERNS.into_iter().map(Some).chain([None]);
        Self {
            is_called: is_called(name, &NAMES),
            seen: 0,
            ways: patterns.map(way).collect(),
            zone: Zone::utc(),
        }
    }

    pub fn see(&mut self, value: &str, line: u64) {
        self.seen += 1;
        let (zone, seen) = (&self.zone, self.seen);
        self.ways.retain_mut(|way| {
            if way.see(value, zone) {
                return true;
            }
            way.misses.add(line);
            !way.misses.are_too_many(seen)
        });
    }

    /// The way that fits the most of the values, of which there are some; of two that fit alike the first. The values
    /// that it does not fit come with it.
    pub fn guess(&self, count: u64) -> Option<(Written, &Misses)> {
        let fits = |way: &&Way| {
            if way.ends.is_none() {
                return false;
            }
            let is_digits = way
                .pattern
                .is_some_and(|pattern| pattern.bytes().all(|byte| byte.is_ascii_alphabetic()));
            match way.pattern {
                Some("yyMMdd") => self.is_called,
                _ if is_digits => self.is_called || way.is_near && count >= 10,
                _ => true,
            }
        };
        let fitting = self.ways.iter().filter(fits);
        let first = fitting.min_by_key(|way| way.misses.count)?;
        let is_ambiguous = first.pattern.is_some_and(|pattern| {
            let other = match pattern.split_at_checked(10) {
                Some(("dd/MM/yyyy", clock)) => format!("MM/dd/yyyy{clock}"),
                _ => return false,
            };
            self.ways
                .iter()
                .any(|way| way.pattern == Some(other.as_str()) && way.misses == first.misses)
        });
        let written = Written {
            pattern: first.pattern,
            is_ambiguous,
        };
        Some((written, &first.misses))
    }

    pub fn ends(&self, written: &Written) -> Option<(String, String)> {
        let (least, greatest) = self.way(written)?.ends?;
        let show = |(date, second): Day| match written.has_clock() {
            false => date.to_string(),
            true => format!(
                "{date}T{:02}:{:02}:{:02}",
                second / 3_600,
                second / 60 % 60,
                second % 60
            ),
        };
        Some((show(least), show(greatest)))
    }

    pub fn doubtful(&self, written: &Written) -> Vec<(String, u64)> {
        let Some(way) = self.way(written) else {
            return Vec::new();
        };
        let fillers = way.fillers.iter();
        let mut found: Vec<(String, u64)> = fillers
            .map(|(date, count)| (date.to_string(), *count))
            .collect();
        if way.late > 0 {
            found.push((format!("after {YEAR_MAX}"), way.late));
        }
        found
    }

    fn way(&self, written: &Written) -> Option<&Way> {
        self.ways.iter().find(|way| way.pattern == written.pattern)
    }
}

impl Way {
    /// Whether the value is written so.
    fn see(&mut self, value: &str, zone: &Zone) -> bool {
        let read = match &self.cut {
            Some(pattern) => {
                let read = pattern.read(value);
                read.map(|(date, second)| (date, second.unwrap_or(0)))
            }
            None => zone.parse(&whole_second(value)).map(|at| zone.local(at)),
        };
        let Some(day) = read else {
            return false;
        };
        self.ends = Some(match self.ends {
            None => (day, day),
            Some((least, greatest)) => (least.min(day), greatest.max(day)),
        });
        let ymd = day.0.ymd();
        self.is_near &= YEARS_NEAR.contains(&ymd.0);
        if FILLERS.contains(&ymd) {
            match self.fillers.iter_mut().find(|(date, _)| *date == day.0) {
                Some((_, count)) => *count += 1,
                None => self.fillers.push((day.0, 1)),
            }
        } else {
            self.late += u64::from(ymd.0 > YEAR_MAX);
        }
        true
    }
}
