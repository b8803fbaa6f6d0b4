//! Facts unit by unit: `streak trend rising falling peak gap` and units with a fact,
//! for one customer whose facts lie in order of time.

use crate::base::calendar::{Date, Unit, Zone};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::summary::{Figure, measure, of_size};
use crate::engine::window::{DAY_STAMPS, Moment, Span, Spans};
use crate::language::typed::{FactMeasure, Series};

/// The first date of the calendar: 0001-01-01.
const FIRST_DATE: i32 = -719_162;

/// The dates of a window that lie wholly in it and are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// `None` = without a beginning.
    from: Option<i32>,
    /// Excluded.
    to: i32,
}

impl Extent {
    fn of(span: Span, moment: &Moment<'_>) -> Self {
        let date = |stamp: i64| {
            let days = stamp.div_euclid(DAY_STAMPS);
            let days = days.clamp(i64::from(i32::MIN), i64::from(i32::MAX) - 1);
            (days as i32, stamp.rem_euclid(DAY_STAMPS))
        };
        let from = (span.from != i64::MIN).then(|| {
            let (day, second) = date(span.from);
            (day + i32::from(second > 0)).max(FIRST_DATE)
        });
        let (day, second) = date(span.to);
        let whole = second > 0 && second >= seconds_of(Date(day), moment.zone);
        Self {
            from,
            to: (day + i32::from(whole)).min(moment.today().0),
        }
    }
}

fn seconds_of(date: Date, zone: &Zone) -> i64 {
    zone.start_of(Date(date.0.saturating_add(1))).0 - zone.start_of(date).0
}

/// The extents of the lanes of a block.
#[derive(Clone, Debug)]
pub enum Extents {
    /// The same for all.
    Fixed(Extent),
    /// One a lane.
    PerLane(Vec<Extent>),
}

impl Extents {
    /// Of windows that are cut at now.
    pub fn of(spans: &Spans, moment: &Moment<'_>, len: usize) -> Self {
        match spans {
            Spans::Fixed(span) => Extents::Fixed(Extent::of(*span, moment)),
            Spans::PerLane { .. } => {
                let lanes = (0..len).map(|lane| Extent::of(spans.lane(lane), moment));
                Extents::PerLane(lanes.collect())
            }
        }
    }

    /// Of a lane.
    pub fn lane(&self, lane: usize) -> Extent {
        let nothing = Extent {
            from: Some(0),
            to: 0,
        };
        match self {
            Extents::Fixed(extent) => *extent,
            Extents::PerLane(extents) => extents.get(lane).copied().unwrap_or(nothing),
        }
    }
}

/// Dated facts of one customer in order of time.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    /// Of each fact.
    pub dates: &'f [i32],
    /// Raw values as `summary` reads them; without a field, nothing.
    pub values: &'f [i64],
    /// Which facts have a value; without a field, nothing.
    pub present: &'f [bool],
    /// Kind of the values.
    pub kind: &'f Kind,
}

impl<'f> Facts<'f> {
    /// Present values of the facts from one place up to another.
    fn values(&self, from: usize, to: usize) -> Vec<i64> {
        let values = self.values.get(from..to).unwrap_or_default();
        let present = self.present.get(from..to).unwrap_or_default();
        let pairs = values.iter().zip(present);
        pairs
            .filter(|(_, there)| **there)
            .map(|(value, _)| *value)
            .collect()
    }

    fn figure(&self, of: FactMeasure, from: usize, to: usize) -> Option<Figure> {
        measure(of, to - from, &mut self.values(from, to), self.kind)
    }

    fn zero(&self, of: FactMeasure) -> Figure {
        match self.kind {
            Kind::Number if of == FactMeasure::Sum => Figure::Number(0.0),
            _ => Figure::Whole(0),
        }
    }

    /// Facts from one place up to another that share a unit, unit by unit.
    fn units(self, unit: Unit) -> impl Iterator<Item = (i64, usize, usize)> + use<'f> {
        let mut start = 0;
        let runs = self
            .dates
            .chunk_by(move |one, next| index(*one, unit) == index(*next, unit));
        runs.map(move |run| {
            let from = start;
            start += run.len();
            let at = run.first().map_or(0, |date| index(*date, unit));
            (at, from, from + run.len())
        })
    }
}

/// Which unit of the calendar holds a date; the next unit has the next number.
fn index(date: i32, unit: Unit) -> i64 {
    match unit {
        Unit::Minute | Unit::Hour | Unit::Day => i64::from(date),
        // 1970-01-01 was a Thursday, weeks start on Monday.
        Unit::Week => (i64::from(date) + 3).div_euclid(7),
        Unit::Month | Unit::Quarter | Unit::Year => {
            let (year, month, _) = Date(date).ymd();
            let months = i64::from(year) * 12 + i64::from(month) - 1;
            months.div_euclid(match unit {
                Unit::Month => 1,
                Unit::Quarter => 3,
                _ => 12,
            })
        }
    }
}

/// The greatest number of days between neighbours.
pub fn gap(dates: &[i32]) -> Option<i64> {
    let neighbours = dates.iter().zip(dates.iter().skip(1));
    neighbours
        .map(|(one, next)| i64::from(*next) - i64::from(*one))
        .max()
}

/// What a series gives; `kind`: that of the result.
pub fn series(series: Series, facts: Facts<'_>, extent: Extent, kind: &Kind) -> Option<Value> {
    match series {
        Series::Units(unit) => int(facts.units(unit).count()),
        Series::Streak(unit) => int(streak(facts, unit)),
        Series::Peak { of, dates } => peak(facts, of, i32::from(dates))?.value(kind),
        Series::Trend { of, unit } => trend(facts, of, unit, extent, kind)?.value(kind),
        Series::Rising { of, unit } => {
            ordered(facts, of, unit, extent, |one, next| one < next).map(Value::Bool)
        }
        Series::Falling { of, unit } => {
            ordered(facts, of, unit, extent, |one, next| one > next).map(Value::Bool)
        }
    }
}

fn int(count: usize) -> Option<Value> {
    i64::try_from(count).ok().map(Value::Int)
}

fn streak(facts: Facts<'_>, unit: Unit) -> usize {
    let (mut longest, mut length, mut last) = (0, 0, None);
    for (at, ..) in facts.units(unit) {
        length = match last {
            Some(before) if before + 1 == at => length + 1,
            _ => 1,
        };
        longest = longest.max(length);
        last = Some(at);
    }
    longest
}

/// Of runs of so many dates the greatest. At each start tried a fact enters or leaves the run, and between
/// two of them it holds the same facts: linear in the facts once the starts are sorted. Sums of numbers are
/// added anew for each run from the sums of its dates, at most as many as it is long.
fn peak(facts: Facts<'_>, of: FactMeasure, length: i32) -> Option<Figure> {
    let days: Vec<(i64, usize, usize)> = facts.units(Unit::Day).collect();
    let sums = DaySums::of(facts, of, &days)?;
    let (mut low, mut high) = (0, 0);
    let mut running = 0i128;
    let mut greatest: Option<Figure> = None;
    for start in starts(facts.dates, length) {
        let end = i64::from(start) + i64::from(length);
        while days.get(high).is_some_and(|day| day.0 < end) {
            running += sums.whole(high);
            high += 1;
        }
        while days.get(low).is_some_and(|day| day.0 < i64::from(start)) {
            running -= sums.whole(low);
            low += 1;
        }
        if low >= high {
            continue;
        }
        let found = match &sums {
            DaySums::Whole(_) => Figure::Whole(i64::try_from(running).ok()?),
            DaySums::Numbers(days) => {
                let within = days.get(low..high).unwrap_or_default();
                let total = within.iter().fold(0.0, |sum, day| sum + day);
                of_size(total, &Kind::Number)?
            }
        };
        if greatest.is_none_or(|best| found > best) {
            greatest = Some(found);
        }
    }
    Some(greatest.unwrap_or_else(|| facts.zero(of)))
}

/// First dates of the runs to be tried, ascending.
fn starts(dates: &[i32], length: i32) -> Vec<i32> {
    let enter = dates.iter().map(|date| date.saturating_sub(length - 1));
    let leave = dates.iter().map(|date| date.saturating_add(1));
    let mut starts: Vec<i32> = enter.chain(leave).collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// What each date with facts adds to a run.
enum DaySums {
    Whole(Vec<i128>),
    Numbers(Vec<f64>),
}

impl DaySums {
    fn of(facts: Facts<'_>, of: FactMeasure, days: &[(i64, usize, usize)]) -> Option<Self> {
        if let Figure::Number(_) = facts.zero(of) {
            let sums = days.iter().map(|day| facts.figure(of, day.1, day.2));
            let sums: Option<Vec<Figure>> = sums.collect();
            return Some(Self::Numbers(sums?.into_iter().map(Figure::size).collect()));
        }
        let sum = |day: &(i64, usize, usize)| match of {
            FactMeasure::Count => (day.2 - day.1) as i128,
            _ => facts.values(day.1, day.2).into_iter().map(i128::from).sum(),
        };
        Some(Self::Whole(days.iter().map(sum).collect()))
    }

    fn whole(&self, at: usize) -> i128 {
        match self {
            Self::Whole(sums) => sums.get(at).copied().unwrap_or(0),
            Self::Numbers(_) => 0,
        }
    }
}

/// The complete units of the window: the first, and how many.
fn complete(facts: Facts<'_>, unit: Unit, extent: Extent) -> Option<(i64, i64)> {
    let first = match extent.from {
        // A unit that began before the window is not complete.
        Some(from) => {
            let at = index(from, unit);
            at + i64::from(from > FIRST_DATE && index(from - 1, unit) == at)
        }
        None => index(*facts.dates.first()?, unit),
    };
    Some((first, index(extent.to, unit).saturating_sub(first).max(0)))
}

/// Units with facts among so many from the first on, by their place among these.
fn measured(
    facts: Facts<'_>,
    of: FactMeasure,
    unit: Unit,
    (first, count): (i64, i64),
) -> impl Iterator<Item = (i64, Option<Figure>)> {
    let within = facts
        .units(unit)
        .map(move |(at, from, to)| (at - first, from, to));
    within
        .filter(move |(at, ..)| (0..count).contains(at))
        .map(move |(at, from, to)| (at, facts.figure(of, from, to)))
}

/// The slope through the units that have a value. Units without facts count as 0 where the measure says
/// so: they add nothing to the numerator, and to the rest in closed form.
fn trend(
    facts: Facts<'_>,
    of: FactMeasure,
    unit: Unit,
    extent: Extent,
    kind: &Kind,
) -> Option<Figure> {
    let units = complete(facts, unit, extent)?;
    let found: Vec<(i64, Option<Figure>)> = measured(facts, of, unit, units).collect();
    let points = found
        .iter()
        .filter_map(|(at, figure)| Some((*at, (*figure)?.size())));
    let points: Vec<(i64, f64)> = points.collect();
    let unfit = found.len() - points.len();
    let all_count = of.counts_nothing() && unfit == 0;
    let places: Vec<i64> = match of.counts_nothing() {
        _ if all_count => Vec::new(),
        // A sum that does not fit leaves its unit out.
        true => {
            let out: Vec<i64> = found
                .iter()
                .filter(|(_, it)| it.is_none())
                .map(|(at, _)| *at)
                .collect();
            (0..units.1)
                .filter(|at| out.binary_search(at).is_err())
                .collect()
        }
        false => points.iter().map(|(at, _)| *at).collect(),
    };
    let count = if all_count {
        units.1
    } else {
        i64::try_from(places.len()).ok()?
    };
    if count < 2 {
        return None;
    }
    let (mean, along) = if all_count {
        // Both are exact: the mean is a half, the squares are quarters.
        let squares = i128::from(count) * (i128::from(count) * i128::from(count) - 1);
        ((count - 1) as f64 / 2.0, squares as f64 / 12.0)
    } else {
        let sum: i128 = places.iter().map(|at| i128::from(*at)).sum();
        let mean = sum as f64 / count as f64;
        let square = |at: &i64| (*at as f64 - mean) * (*at as f64 - mean);
        (
            mean,
            places
                .iter()
                .map(square)
                .fold(0.0, |sum, square| sum + square),
        )
    };
    let across = points
        .iter()
        .map(|(at, height)| (*at as f64 - mean) * height);
    of_size(across.fold(0.0, |sum, part| sum + part) / along, kind)
}

/// Whether each unit stands so to the next.
fn ordered(
    facts: Facts<'_>,
    of: FactMeasure,
    unit: Unit,
    extent: Extent,
    stands: impl Fn(Figure, Figure) -> bool,
) -> Option<bool> {
    let units = complete(facts, unit, extent).filter(|(_, count)| *count >= 2)?;
    let mut figures: Vec<(i64, Figure)> = Vec::new();
    for (at, figure) in measured(facts, of, unit, units) {
        figures.push((at, figure?));
    }
    let empty = usize::try_from(units.1).ok()? - figures.len();
    if empty > 0 && !of.counts_nothing() {
        return None;
    }
    // Two units with nothing are equal, wherever they are.
    if empty > 1 {
        return Some(false);
    }
    if empty == 1 {
        let missing = (0..).zip(&figures).find(|(at, (place, _))| at != place);
        let place = missing.map_or(units.1 - 1, |(at, _)| at);
        figures.push((place, facts.zero(of)));
        figures.sort_unstable_by_key(|(at, _)| *at);
    }
    let mut neighbours = figures.iter().zip(figures.iter().skip(1));
    Some(neighbours.all(|((_, one), (_, next))| stands(*one, *next)))
}
