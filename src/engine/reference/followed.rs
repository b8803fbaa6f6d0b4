//! Sequences of events, sought one event at a time: the first step's event, then one
//! after it for the next step, and so on, taking the last choice back where nothing fits.

use std::collections::BTreeSet;

use super::aggregate::{event_fact, events};
use super::evaluate::truth;
use super::place::{Fact, Place};
use super::tree::names;
use crate::base::calendar::{Date, Instant, Unit};
use crate::columns::person::PastEvent;
use crate::language::typed::{Followed, FollowedStep, Within};

/// Where an event stands among all events of the customer.
type Order = (Instant, i64);

fn order(event: &PastEvent) -> Order {
    (event.at, event.sequence)
}

/// Whether such events can be picked.
pub(super) fn holds(place: &Place, followed: &Followed) -> bool {
    found(place, followed).is_some()
}

/// The events of the steps that are not absent, in their order: of all that fit, the earliest first one,
/// with it the earliest second one, and so on.
pub(crate) fn found<'a>(place: &Place<'a>, followed: &Followed) -> Option<Vec<Fact<'a>>> {
    let now = place.question.now;
    let of_step = |step: &FollowedStep| -> Vec<&'a PastEvent> {
        let mut list = events(place, step.event);
        list.retain(|event| event.at <= now);
        list
    };
    let mut search = Search {
        place,
        followed,
        events: followed.steps.iter().map(of_step).collect(),
        picked: vec![None; followed.steps.len()],
        hopeless: BTreeSet::new(),
    };
    search.from(0).then(|| {
        let picked = search.picked.iter().flatten();
        picked.map(|event| event_fact(event)).collect()
    })
}

/// What has been picked so far.
struct Search<'p, 'a> {
    place: &'p Place<'a>,
    followed: &'p Followed,
    /// By step, in their order.
    events: Vec<Vec<&'a PastEvent>>,
    /// By step; absent steps pick nothing.
    picked: Vec<Option<&'a PastEvent>>,
    /// A step, the event before it and the events that it and later ones name, from which nothing led
    /// to the end: what was picked otherwise makes no difference.
    hopeless: BTreeSet<(usize, Vec<Option<Order>>)>,
}

impl<'a> Search<'_, 'a> {
    /// Whether the steps from this one on can be picked, after those before it.
    fn from(&mut self, at: usize) -> bool {
        let Some(step) = self.followed.steps.get(at) else {
            return true;
        };
        let state = (at, self.matters(at));
        if self.hopeless.contains(&state) {
            return false;
        }
        let fits = if step.absent {
            self.is_absent(at) && self.from(at + 1)
        } else {
            self.picks(at)
        };
        if !fits {
            self.hopeless.insert(state);
        }
        fits
    }

    fn picks(&mut self, at: usize) -> bool {
        for event in self.events.get(at).cloned().unwrap_or_default() {
            if !self.may_follow(at, event) || !self.gap_is_clear(at, event) {
                continue;
            }
            if let Some(place) = self.picked.get_mut(at) {
                *place = Some(event);
            }
            if self.from(at + 1) {
                return true;
            }
            if let Some(place) = self.picked.get_mut(at) {
                *place = None;
            }
        }
        false
    }

    /// The event picked last before a step.
    fn before(&self, at: usize) -> Option<&'a PastEvent> {
        let earlier = self.picked.get(..at)?;
        earlier.iter().rev().flatten().next().copied()
    }

    /// The event before the step, and every event that a condition from there on speaks of.
    fn matters(&self, at: usize) -> Vec<Option<Order>> {
        let mut named_later = BTreeSet::new();
        for (later, step) in self.followed.steps.iter().enumerate().skip(at) {
            if let Some(filter) = &step.filter {
                names(filter, &mut |_, around| {
                    named_later.extend(later.checked_sub(around));
                });
            }
        }
        // A `no` without a span stands between events: those before it decide as well.
        let waits = self.followed.steps.get(at).is_some_and(|step| !step.absent);
        let gap = self.followed.steps.iter().take(at).rev();
        let gap = gap.take_while(|step| waits && step.absent);
        for filter in gap.flat_map(|step| &step.filter) {
            names(filter, &mut |_, _| named_later.extend(0..at));
        }
        let named = |place: usize| named_later.contains(&place);
        let mut found = vec![self.before(at).map(order)];
        for (place, event) in self.picked.iter().enumerate() {
            found.push(event.filter(|_| named(place)).map(order));
        }
        found
    }

    /// Whether an event can be taken for a step, after what has been picked.
    fn may_follow(&self, at: usize, event: &PastEvent) -> bool {
        let Some(step) = self.followed.steps.get(at) else {
            return false;
        };
        if let Some(before) = self.before(at) {
            let far = step.within;
            if order(event) <= order(before) || !far.is_none_or(|far| self.lies(before, event, far))
            {
                return false;
            }
        }
        self.qualifies(at, step, event)
    }

    /// Whether the step's condition is yes of an event.
    fn qualifies(&self, at: usize, step: &FollowedStep, event: &PastEvent) -> bool {
        let Some(filter) = &step.filter else {
            return true;
        };
        let nothing = Fact {
            at: None,
            key: None,
            sequence: None,
            fields: &[],
        };
        let earlier: Vec<Fact> = (0..at)
            .map(|place| match self.picked.get(place) {
                Some(Some(event)) => event_fact(event),
                _ => nothing,
            })
            .collect();
        let place = self.place;
        place.with_all(&earlier, event_fact(event), |place| truth(place, filter)) == Some(true)
    }

    /// Whether an event lies as far from another as a step says.
    fn lies(&self, before: &PastEvent, event: &PastEvent, far: Within) -> bool {
        if let Some(seconds) = seconds(far.unit) {
            let passed = i128::from(event.at.0) - i128::from(before.at.0);
            return passed >= i128::from(far.low) * seconds
                && passed <= i128::from(far.high) * seconds;
        }
        let zone = self.place.question.zone;
        let (from, date) = (zone.date_of(before.at), zone.date_of(event.at));
        let first = from.add(far.low, far.unit).unwrap_or(Date(i32::MAX));
        let last = from.add(far.high, far.unit).unwrap_or(Date(i32::MAX));
        first <= date && date <= last
    }

    /// Whether the span of an absent step has passed.
    fn is_over(&self, before: &PastEvent, far: Within) -> bool {
        let question = self.place.question;
        if let Some(seconds) = seconds(far.unit) {
            let passed = i128::from(question.now.0) - i128::from(before.at.0);
            return passed > i128::from(far.high) * seconds;
        }
        let from = question.zone.date_of(before.at);
        let last = from.add(far.high, far.unit).unwrap_or(Date(i32::MAX));
        question.today() > last
    }

    /// Whether an absent step with a span of its own holds; without one it is judged with the next event.
    fn is_absent(&self, at: usize) -> bool {
        let (Some(step), Some(before)) = (self.followed.steps.get(at), self.before(at)) else {
            return false;
        };
        let Some(far) = step.within else {
            return true;
        };
        let mut list = self.events.get(at).into_iter().flatten();
        self.is_over(before, far) && !list.any(|event| self.may_follow(at, event))
    }

    /// Whether the absent steps without a span just before a step have nothing up to its event.
    fn gap_is_clear(&self, at: usize, next: &PastEvent) -> bool {
        let earlier = self.followed.steps.iter().enumerate().take(at).rev();
        let absent = earlier.take_while(|(_, step)| step.absent);
        let mut open = absent.filter(|(_, step)| step.within.is_none());
        open.all(|(place, _)| {
            let mut list = self.events.get(place).into_iter().flatten();
            !list.any(|event| order(event) < order(next) && self.may_follow(place, event))
        })
    }
}

fn seconds(unit: Unit) -> Option<i128> {
    unit.seconds()
        .filter(|_| unit.is_duration())
        .map(i128::from)
}
