//! Who of the candidates enters: each gets one verdict, so that recipients, held out and
//! suppressed are the candidates, exactly. What is unknown keeps a customer out.

use super::arm;
use super::length;
use super::pressure;
use super::reason::Reason;
use crate::base::calendar::{Instant, Zone};
use crate::language::typed::CarePlan;

/// A customer of the audience, with all that is decided on.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Id.
    pub customer: &'a str,
    /// `exclude`; `None` is unknown. *No* for a plan that excludes nobody.
    pub excluded: Option<bool>,
    /// The attribute `as do_not_contact`; *no* where the schema has none.
    pub do_not_contact: Option<bool>,
    /// The attribute `as consent`; *yes* where the schema has none.
    pub consent: Option<bool>,
    /// Whether there is an address; true for a plan that sends no mail.
    pub reachable: bool,
    /// Whether the customer is in the plan, or was let in by this occasion.
    pub in_plan: bool,
    /// When the customer last entered the plan.
    pub last_entry: Option<Instant>,
    /// Messages of all plans, past and planned, ascending.
    pub contacts: &'a [Instant],
}

/// What has happened on the date of the decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    /// Who entered the steps.
    pub recipients: u64,
    /// Who is only watched.
    pub held_out: u64,
    /// Whether customers wait for an approval.
    pub holding: bool,
    /// Whether a person approved more than expected.
    pub approved: bool,
}

/// What becomes of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Enters the steps.
    Recipient,
    /// Is only watched.
    HeldOut,
    /// Does not enter.
    Suppressed(Reason),
}

/// One verdict for each candidate, in their order. `zone` is that of the business.
pub fn decide(
    plan: &CarePlan,
    now: Instant,
    today: Today,
    candidates: &[Candidate<'_>],
    zone: &Zone,
) -> Vec<Verdict> {
    let date = zone.date_of(now);
    let mut verdicts: Vec<Verdict> = candidates
        .iter()
        .map(|candidate| match personal(plan, now, candidate, zone) {
            Some(reason) => Verdict::Suppressed(reason),
            None if arm::is_held_out(&plan.name, candidate.customer, plan.holdout_millionths) => {
                Verdict::HeldOut
            }
            None => Verdict::Recipient,
        })
        .collect();
    if let Some(most) = plan.limit_day {
        let room = most.saturating_sub(today.recipients);
        let wanted = verdicts
            .iter()
            .filter(|verdict| **verdict == Verdict::Recipient)
            .count();
        if u64::try_from(wanted).unwrap_or(u64::MAX) > room {
            let mut places: Vec<(u64, usize)> = candidates
                .iter()
                .enumerate()
                .filter(|(at, _)| !matches!(verdicts.get(*at), Some(Verdict::Suppressed(_))))
                .map(|(at, one)| (arm::place_of_day(&plan.name, one.customer, date), at))
                .collect();
            places.sort_unstable();
            close_at(room, &places, &mut verdicts);
        }
    }
    let entering = verdicts
        .iter()
        .filter(|verdict| !matches!(verdict, Verdict::Suppressed(_)))
        .count();
    if let Some(most) = plan.expect_day
        && !today.approved
        && entering > 0
    {
        let entered = today.recipients.saturating_add(today.held_out);
        let all = entered.saturating_add(u64::try_from(entering).unwrap_or(u64::MAX));
        if today.holding || all > most {
            for verdict in &mut verdicts {
                if !matches!(verdict, Verdict::Suppressed(_)) {
                    *verdict = Verdict::Suppressed(Reason::ExpectationHeld);
                }
            }
        }
    }
    verdicts
}

/// Lets in by place until the room is taken. Whoever comes after that is out, held out or not: both
/// sides of the comparison end at the same place of the queue.
fn close_at(room: u64, places: &[(u64, usize)], verdicts: &mut [Verdict]) {
    let mut left = room;
    for (_, at) in places {
        let Some(verdict) = verdicts.get_mut(*at) else {
            continue;
        };
        if left == 0 {
            *verdict = Verdict::Suppressed(Reason::DayLimit);
        } else if *verdict == Verdict::Recipient {
            left -= 1;
        }
    }
}

/// What keeps this customer out, whoever else comes.
fn personal(
    plan: &CarePlan,
    now: Instant,
    candidate: &Candidate<'_>,
    zone: &Zone,
) -> Option<Reason> {
    if candidate.in_plan {
        return Some(Reason::AlreadyIn);
    }
    if let (Some(span), Some(last)) = (plan.once_per, candidate.last_entry)
        && length::is_within(last, span, now, zone)
    {
        return Some(Reason::OncePer);
    }
    if let Some(reason) = silence(candidate) {
        return Some(reason);
    }
    if !candidate.reachable {
        return Some(Reason::NoAddress);
    }
    if let Some(limit) = plan.limit_customer
        && !pressure::allows(limit, candidate.contacts, now, zone)
    {
        return Some(Reason::CustomerLimit);
    }
    None
}

/// What forbids to turn to this customer, at entering and before each action.
pub fn silence(candidate: &Candidate<'_>) -> Option<Reason> {
    match candidate.excluded {
        Some(false) => {}
        Some(true) => return Some(Reason::Excluded),
        None => return Some(Reason::ExcludeUnknown),
    }
    if candidate.do_not_contact != Some(false) {
        return Some(Reason::DoNotContact);
    }
    if candidate.consent != Some(true) {
        return Some(Reason::NoConsent);
    }
    None
}
