//! What a plan achieved: those who entered its steps against those only watched, on its goal.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::ask;
use super::record::PlanKey;
use super::state::State;
use crate::base::calendar::{Instant, Unit};
use crate::enrol::length;
use crate::enrol::uplift::{self, Group};
use crate::language::typed::{CareGoal, CarePlan};
use crate::live::moment::Moment;

/// How the interval is made.
const METHOD: &str =
    "difference of two shares, 95 % interval after Newcombe 1998, method 10 (Wilson scores)";

/// One side of the comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Side {
    /// Customers whose time is over.
    pub measured: u64,
    /// Those who reached the goal.
    pub reached: u64,
    /// Those of whom it cannot be said; they count as not having reached it.
    pub unknown: u64,
    /// Reached of measured, 0..=1.
    pub share: Option<f64>,
    /// Customers whose time is not over yet; counted nowhere else.
    pub still_running: u64,
}

/// The difference that the plan made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// Share of the treated less that of the held out.
    pub uplift: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A plan measured by its goal. Each customer counts once, by the last entry.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Report {
    /// First name of the plan.
    pub plan: String,
    /// The instant of the report, with its offset.
    pub at: String,
    /// Customers who entered the steps.
    pub treated: Side,
    /// Customers only watched.
    pub held_out: Side,
    /// `None` while a side is empty.
    pub difference: Option<Difference>,
    /// Where the interval comes from.
    pub method: &'static str,
}

/// The report of a plan at the moment.
///
/// # Errors
/// A sentence: the plan has no goal, or the goal has no answer.
pub fn report(moment: &Moment, state: &State, plan: &CarePlan) -> Result<Report, String> {
    let goal = plan.goal.as_ref().ok_or_else(|| {
        format!(
            "`{}` has no goal; write `goal CONDITION within 30 days`",
            plan.name
        )
    })?;
    let (mut treated, mut held_out) = (Side::default(), Side::default());
    let mut by_end: BTreeMap<Instant, Vec<(u32, bool)>> = BTreeMap::new();
    for (row, (entered_at, is_held_out)) in last_entries(state, PlanKey::of(&plan.name)) {
        if moment.snapshot.is_hidden(row) {
            continue;
        }
        match end_of(moment, goal, Instant(entered_at)) {
            Some(end) => by_end.entry(end).or_default().push((row, is_held_out)),
            None if is_held_out => held_out.still_running += 1,
            None => treated.still_running += 1,
        }
    }
    for (end, entries) in by_end {
        let rows: Vec<u32> = entries.iter().map(|(row, _)| *row).collect();
        let answers = ask::condition(&moment.at(end), &goal.condition, &rows)?;
        for ((_, is_held_out), answer) in entries.iter().zip(answers) {
            let side = if *is_held_out {
                &mut held_out
            } else {
                &mut treated
            };
            side.measured += 1;
            side.reached += u64::from(answer == Some(true));
            side.unknown += u64::from(answer.is_none());
        }
    }
    let group = |side: &Side| Group {
        members: side.measured,
        reached: side.reached,
    };
    treated.share = uplift::share(group(&treated));
    held_out.share = uplift::share(group(&held_out));
    let difference = uplift::uplift(group(&treated), group(&held_out));
    Ok(Report {
        plan: plan.name.to_string(),
        at: moment.zone().format(moment.now),
        treated,
        held_out,
        difference: difference.map(|it| Difference {
            uplift: it.difference,
            low: it.low,
            high: it.high,
        }),
        method: METHOD,
    })
}

/// When each customer last entered, and whether only to be watched.
fn last_entries(state: &State, plan: PlanKey) -> BTreeMap<u32, (i64, bool)> {
    let of_plan = state.enrolments().filter(|(_, key, ..)| *key == plan);
    of_plan
        .map(|(row, _, entered_at, enrolment)| (row, (entered_at, enrolment.held_out)))
        .collect()
}

/// The last instant of the date on which the goal's time ends, so that customers are asked about date by
/// date; `None` while it is not over.
fn end_of(moment: &Moment, goal: &CareGoal, entered_at: Instant) -> Option<Instant> {
    let zone = moment.zone();
    let end = length::after(entered_at, goal.within, zone);
    let next = zone.date_of(end).add(1, Unit::Day)?;
    (end < moment.now).then(|| Instant(zone.start_of(next).0 - 1).min(moment.now))
}
