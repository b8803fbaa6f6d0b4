//! What a plan would do now: who of its audience would enter, and why the others would not.
//! Nothing is changed and nothing is sent.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::ask::Parts;
use super::entry::verdicts;
use super::state::State;
use crate::base::limit::CARE_SAMPLES_MAX;
use crate::enrol::Verdict;
use crate::language::typed::{CarePlan, CareWhen};
use crate::live::members::Members;
use crate::live::moment::Moment;

/// The audience of a plan with what would become of everyone in it, came all of them now.
/// `recipients + held_out + suppressed = members`, exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Preview {
    /// First name of the plan.
    pub plan: String,
    /// The instant looked at, with its offset.
    pub at: String,
    /// Customers of the audience.
    pub members: u64,
    /// Who would enter the steps.
    pub recipients: u64,
    /// Who would only be watched.
    pub held_out: u64,
    /// Who would not enter, by reason.
    pub suppressed: BTreeMap<&'static str, u64>,
    /// Customers of the audience who do not enter by being in it: a plan with `when enters` waits for
    /// those who come from now on.
    pub already_in: u64,
    /// Some customers of each verdict: `recipient`, `held_out` or the reason, ids ascending by row.
    pub samples: BTreeMap<&'static str, Vec<String>>,
}

/// The preview of a plan at the moment.
///
/// # Errors
/// A sentence: who the plan is for is not known now.
pub fn preview(
    moment: &Moment,
    members: &Members,
    state: &State,
    plan: &CarePlan,
) -> Result<Preview, String> {
    let set = members
        .of(&plan.audience_name())
        .ok_or("this plan is not watched")?;
    if let Some(why) = &set.stale {
        return Err(format!("who this plan is for is not known now: {why}"));
    }
    let rows: Vec<u32> = set
        .rows()
        .filter(|row| !moment.snapshot.is_hidden(*row))
        .collect();
    let verdicts = verdicts(moment, state, &Parts::of(moment), plan, &rows);
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let stays_out = plan.when == CareWhen::Enters && !plan.those_already_in;
    let mut preview = Preview {
        plan: plan.name.to_string(),
        at: moment.zone().format(moment.now),
        members: count(rows.len()),
        recipients: 0,
        held_out: 0,
        suppressed: BTreeMap::new(),
        already_in: if stays_out { count(rows.len()) } else { 0 },
        samples: BTreeMap::new(),
    };
    for (row, verdict) in rows.iter().zip(verdicts) {
        let word = match verdict {
            Verdict::Recipient => {
                preview.recipients += 1;
                "recipient"
            }
            Verdict::HeldOut => {
                preview.held_out += 1;
                "held_out"
            }
            Verdict::Suppressed(reason) => {
                *preview.suppressed.entry(reason.word()).or_default() += 1;
                reason.word()
            }
        };
        let samples = preview.samples.entry(word).or_default();
        if samples.len() < CARE_SAMPLES_MAX {
            samples.push(moment.snapshot.id(*row).to_owned());
        }
    }
    Ok(preview)
}
