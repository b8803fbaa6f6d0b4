//! Windows as spans of stamps. A stamp is a date and the seconds since that date's
//! start in one integer, ordered like the instants themselves, so that date windows
//! and durations are the same two comparisons and a cell of events needs no clock.
//!
//! A missing bound makes the lane's span missing; bounds the wrong way round hold
//! nothing; a date past the calendar's end is its end.

use std::borrow::Cow;

use super::outcome::RunError;
use super::vector::{Truth, Vector};
use super::words;
use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::base::kind::Kind;
use crate::plan::operation::{Slot, WindowOp};

/// Stamps of one date: more than the seconds of the longest one.
pub const DAY_STAMPS: i64 = 1 << 17;

/// The instant of a question.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Now.
    pub now: Instant,
    /// The business zone.
    pub zone: &'a Zone,
}

/// First stamp of a date.
pub fn day_stamp(days: i64) -> i64 {
    days.saturating_mul(DAY_STAMPS)
}

impl Moment<'_> {
    /// Date of now.
    pub fn today(&self) -> Date {
        self.zone.date_of(self.now)
    }

    /// Stamp of an instant.
    pub fn stamp(&self, at: Instant) -> i64 {
        let date = self.zone.date_of(at);
        let second = at.0.saturating_sub(self.zone.start_of(date).0);
        // A date may start a little late where the clock skips midnight.
        day_stamp(i64::from(date.0)) + second.clamp(0, DAY_STAMPS - 1)
    }

    /// The first stamp after now.
    pub fn end(&self) -> i64 {
        self.stamp(self.now) + 1
    }
}

/// From a stamp up to, not including, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Included.
    pub from: i64,
    /// Excluded.
    pub to: i64,
}

impl Span {
    /// Everything.
    pub const ALL: Self = Self {
        from: i64::MIN,
        to: i64::MAX,
    };

    /// Whether the stamp is inside.
    pub fn holds(self, stamp: i64) -> bool {
        (self.from <= stamp) & (stamp < self.to)
    }
}

/// Spans of the lanes of a block.
#[derive(Clone, Debug)]
pub enum Spans {
    /// The same for all.
    Fixed(Span),
    /// One a lane.
    PerLane {
        /// Included.
        from: Vec<i64>,
        /// Excluded.
        to: Vec<i64>,
        /// Lanes whose bounds are present; `None` = all.
        presence: Option<Vec<u64>>,
    },
}

impl Spans {
    /// No lane sees past now, and one whose bound is missing sees nothing.
    pub fn cut(mut self, end: i64) -> Self {
        match &mut self {
            Spans::Fixed(span) => span.to = span.to.min(end),
            Spans::PerLane { to, presence, .. } => {
                for (lane, to) in to.iter_mut().enumerate() {
                    let present = presence.as_ref().is_none_or(|it| words::get(it, lane));
                    *to = if present { (*to).min(end) } else { i64::MIN };
                }
            }
        }
        self
    }

    /// The span of a lane.
    pub fn lane(&self, lane: usize) -> Span {
        match self {
            Spans::Fixed(span) => *span,
            Spans::PerLane { from, to, .. } => Span {
                from: from.get(lane).copied().unwrap_or(i64::MAX),
                to: to.get(lane).copied().unwrap_or(i64::MIN),
            },
        }
    }

    /// What all lanes together may see, for skipping.
    pub fn hull(&self) -> Span {
        match self {
            Spans::Fixed(span) => *span,
            Spans::PerLane { from, to, .. } => Span {
                from: from.iter().copied().min().unwrap_or(i64::MAX),
                to: to.iter().copied().max().unwrap_or(i64::MIN),
            },
        }
    }

    /// What every lane sees, for leaving out the test.
    pub fn core(&self) -> Span {
        match self {
            Spans::Fixed(span) => *span,
            Spans::PerLane { from, to, .. } => Span {
                from: from.iter().copied().max().unwrap_or(i64::MAX),
                to: to.iter().copied().min().unwrap_or(i64::MIN),
            },
        }
    }

    /// Lanes whose bounds are present; `None` = all.
    pub fn presence(&self) -> Option<&Vec<u64>> {
        match self {
            Spans::Fixed(_) => None,
            Spans::PerLane { presence, .. } => presence.as_ref(),
        }
    }
}

/// The date that many units away; past the calendar's end its first or last number.
fn shifted(date: Date, count: i64, unit: Unit) -> Date {
    date.add(count, unit).unwrap_or(if count < 0 {
        Date(i32::MIN)
    } else {
        Date(i32::MAX)
    })
}

/// Stamps of the dates `first ..< end`.
fn dates(first: Date, end: Date) -> Span {
    Span {
        from: day_stamp(i64::from(first.0)),
        to: day_stamp(i64::from(end.0)),
    }
}

fn after(date: Date) -> Date {
    Date(date.0.saturating_add(1))
}

/// (now − from, now − to] as a duration; months and longer have none and hold nothing.
fn duration(moment: &Moment<'_>, from: i64, to: i64, unit: Unit) -> Span {
    let Some(seconds) = unit.seconds() else {
        return Span { from: 0, to: 0 };
    };
    let back = |count: i64| {
        let at = moment.now.0.saturating_sub(count.saturating_mul(seconds));
        moment.stamp(Instant(at)).saturating_add(1)
    };
    Span {
        from: back(from),
        to: back(to),
    }
}

/// The span of a window that now alone decides; `None` for the others.
pub fn fixed(window: &WindowOp, moment: &Moment<'_>) -> Option<Span> {
    let today = moment.today();
    let back = |count: i64, unit: Unit| shifted(today, count.saturating_neg(), unit);
    Some(match *window {
        WindowOp::All => Span::ALL,
        WindowOp::Last {
            count,
            unit,
            whole: false,
        } if unit.is_duration() => duration(moment, count, 0, unit),
        WindowOp::Last {
            count,
            unit,
            whole: false,
        } => dates(after(back(count, unit)), after(today)),
        WindowOp::Last {
            count,
            unit,
            whole: true,
        } => {
            let start = today.start_of(unit);
            dates(shifted(start, count.saturating_neg(), unit), start)
        }
        WindowOp::Previous { count, unit } if unit.is_duration() => {
            duration(moment, count.saturating_mul(2), count, unit)
        }
        WindowOp::Previous { count, unit } => dates(
            after(back(count.saturating_mul(2), unit)),
            after(back(count, unit)),
        ),
        WindowOp::Rolling { count, unit } => duration(moment, count, 0, unit),
        WindowOp::Next { count, unit } => dates(today, shifted(today, count, unit)),
        WindowOp::This(unit) => {
            let start = today.start_of(unit);
            dates(start, shifted(start, 1, unit))
        }
        WindowOp::PreviousCalendar(unit) => {
            let start = today.start_of(unit);
            dates(shifted(start, -1, unit), start)
        }
        WindowOp::Back { unit, back } => {
            let start = today.start_of(unit);
            let from = |back: i64| shifted(start, back.saturating_neg(), unit);
            dates(from(i64::from(back)), from(i64::from(back) - 1))
        }
        WindowOp::Since(_)
        | WindowOp::Before(_)
        | WindowOp::Between(..)
        | WindowOp::WithinAfter { .. } => return None,
    })
}

/// Slots that bound the window.
pub fn bounds(window: &WindowOp) -> Vec<Slot> {
    match window {
        WindowOp::Since(from) | WindowOp::Before(from) | WindowOp::WithinAfter { from, .. } => {
            vec![*from]
        }
        WindowOp::Between(from, to) => vec![*from, *to],
        _ => Vec::new(),
    }
}

/// Stamps of Dates (their start) and Times.
pub fn stamps(
    of: &Vector<'_>,
    kind: &Kind,
    moment: &Moment<'_>,
    len: usize,
) -> Result<Vec<i64>, RunError> {
    let keys = of.as_keys()?.data.wide(len);
    Ok(match kind {
        Kind::Date => keys.iter().map(|days| day_stamp(*days)).collect(),
        _ => keys.iter().map(|at| moment.stamp(Instant(*at))).collect(),
    })
}

/// The spans of a window for the lanes of a block; `bounds` are those of [`bounds`], with their kinds.
pub fn spans(
    window: &WindowOp,
    moment: &Moment<'_>,
    bounds: &[(&Vector<'_>, &Kind)],
    len: usize,
) -> Result<Spans, RunError> {
    if let Some(span) = fixed(window, moment) {
        return Ok(Spans::Fixed(span));
    }
    let Some((first, kind)) = bounds.first() else {
        return Err(RunError::Malformed("a window lacks its bound"));
    };
    let presence = first.presence().map(Cow::into_owned);
    let from = stamps(first, kind, moment, len)?;
    let per_lane = |from, to, presence| Spans::PerLane { from, to, presence };
    Ok(match window {
        WindowOp::Before(_) => per_lane(vec![i64::MIN; len], from, presence),
        WindowOp::Between(..) => {
            let Some((last, kind)) = bounds.get(1) else {
                return Err(RunError::Malformed("a window lacks its second bound"));
            };
            let step = if let Kind::Date = kind { DAY_STAMPS } else { 1 };
            let to = stamps(last, kind, moment, len)?;
            let to = to.iter().map(|stamp| stamp.saturating_add(step)).collect();
            let presence = words::both(presence.as_deref(), last.presence().as_deref());
            per_lane(from, to, presence)
        }
        WindowOp::WithinAfter { count, unit, .. } => {
            let keys = first.as_keys()?.data.wide(len);
            let reach = keys
                .iter()
                .map(|key| within_after(*key, kind, *count, *unit, moment));
            let (from, to) = reach.map(|span| (span.from, span.to)).unzip();
            per_lane(from, to, presence)
        }
        // `since` ends at now, in aggregates and for dates alike.
        _ => per_lane(from, vec![moment.end(); len], presence),
    })
}

fn within_after(key: i64, kind: &Kind, count: i64, unit: Unit, moment: &Moment<'_>) -> Span {
    if let Some(seconds) = unit.seconds().filter(|_| unit.is_duration()) {
        let from = match kind {
            Kind::Date => super::dates::start(key, moment.zone),
            _ => key,
        };
        let to = from.saturating_add(count.saturating_mul(seconds));
        return Span {
            from: moment.stamp(Instant(from)),
            to: moment.stamp(Instant(to)).saturating_add(1),
        };
    }
    let first = match kind {
        Kind::Date => super::dates::date(key),
        _ => moment.zone.date_of(Instant(key)),
    };
    dates(first, after(shifted(first, count, unit)))
}

/// Whether Dates or Times lie in their lane's span; unknown where they or a bound are missing.
pub fn holds(
    value: &Vector<'_>,
    kind: &Kind,
    spans: &Spans,
    moment: &Moment<'_>,
    len: usize,
) -> Result<Truth, RunError> {
    let presence = words::both(
        value.presence().as_deref(),
        spans.presence().map(Vec::as_slice),
    );
    if let (Kind::Date, Spans::Fixed(span)) = (kind, spans) {
        // A date lies in the span when its first stamp does: round both ends up to dates.
        let up = |stamp: i64| {
            stamp.div_euclid(DAY_STAMPS) + i64::from(stamp.rem_euclid(DAY_STAMPS) != 0)
        };
        let last = up(span.to).saturating_sub(1);
        let yes = super::compare::within(&value.as_keys()?.data, up(span.from), last, len);
        return Ok(Truth::of(yes, presence));
    }
    let stamps = stamps(value, kind, moment, len)?;
    let yes = match spans {
        Spans::Fixed(span) => words::from_slice(&stamps, |stamp| span.holds(stamp)),
        Spans::PerLane { .. } => words::from_fn(len, |lane| {
            stamps
                .get(lane)
                .is_some_and(|stamp| spans.lane(lane).holds(*stamp))
        }),
    };
    Ok(Truth::of(yes, presence))
}
