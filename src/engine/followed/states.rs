//! The states of a search and the way from those of one step to those of the next.

use super::events::{Event, Events, Order, is_over, lies};
use crate::base::kind::Kind;
use crate::columns::column::BLOCK_ROWS;
use crate::engine::aggregate::sweep::FactLanes;
use crate::engine::block::Block;
use crate::engine::evaluate::{Around, Bound, Outer, Run};
use crate::engine::outcome::RunError;
use crate::engine::text::from_values;
use crate::engine::vector::{Place, Vector};
use crate::engine::words;
use crate::language::typed::Subfield;
use crate::plan::operation::{FollowedOp, StepOp};

/// What has been picked for one customer, as far as it matters later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    /// The customer.
    pub lane: u16,
    /// Events that later conditions name, in the order of [`States::live`].
    bound: Vec<u32>,
    /// The step that picked last, and its event.
    last: (u32, u32),
    /// The next event may not come after this one.
    until: Option<Order>,
}

/// A state and an event of the step at hand.
type Pair = (usize, u32);

/// A search over the customers of a block.
pub struct States<'s, 'a> {
    /// The run.
    pub run: &'a Run<'a>,
    /// The customers.
    pub block: &'s Block<'a>,
    /// What is sought.
    pub op: &'a FollowedOp,
    /// What conditions read of the program around them.
    pub outer: &'s [Outer<'a>],
    /// What they know of other customers.
    pub around: &'s Around<'a>,
    /// By step.
    pub events: &'s [Events<'a>],
    /// Which steps' events the present states keep, ascending.
    pub live: Vec<u32>,
    /// Pairs looked at.
    pub looked: u64,
}

/// The event that a lane of a condition has from an earlier step.
struct Earlier<'e, 'a> {
    events: &'e [Events<'a>],
    /// Which steps are kept, in the order of the states.
    live: &'e [u32],
    states: Vec<&'e State>,
}

impl Bound for Earlier<'_, '_> {
    fn vector(&self, step: u32, take: Subfield, kind: &Kind) -> Vector<'static> {
        let kept = self.live.iter().position(|live| *live == step);
        let events = self.events.get(step as usize);
        let value = |state: &&State| {
            let at = state.bound.get(kept?).copied()?;
            events?.value(at, take, kind)
        };
        from_values(self.states.iter().map(value).collect(), kind)
    }
}

impl<'a> States<'_, 'a> {
    fn op_at(&self, at: usize) -> Result<&'a StepOp, RunError> {
        let step = self.op.steps.get(at);
        step.ok_or(RunError::Malformed("a step that is none"))
    }

    fn list(&self, step: usize) -> &[Event] {
        self.events.get(step).map_or(&[], |events| &events.list)
    }

    fn last(&self, state: &State) -> Option<&Event> {
        let (step, at) = state.last;
        self.list(step as usize).get(at as usize)
    }

    /// Steps up to this one whose events a later condition names, ascending.
    fn named_after(&self, at: usize) -> Vec<u32> {
        let later = self.op.steps.iter().skip(at + 1);
        let mut live: Vec<u32> = later.flat_map(StepOp::reads).collect();
        live.sort_unstable();
        live.dedup();
        live.retain(|step| *step as usize <= at);
        live
    }

    /// Whether later steps ask more of the place in time of this step's event than to come after it.
    fn is_measured_from(&self, at: usize) -> bool {
        let mut later = self.op.steps.iter().skip(at + 1);
        later
            .next()
            .is_some_and(|next| next.absent || next.within.is_some())
    }

    /// The states of the first step.
    pub fn first(&mut self) -> Vec<State> {
        let live = self.named_after(0);
        let list = (0u32..).zip(self.list(0));
        let states = list.map(|(at, event)| State {
            lane: event.lane,
            bound: live.iter().map(|_| at).collect(),
            last: (0, at),
            until: None,
        });
        let states = states.collect();
        self.live = live;
        self.kept(0, states)
    }

    /// The states of a step from those of the one before.
    pub fn step(&mut self, at: usize, states: Vec<State>) -> Result<Vec<State>, RunError> {
        let step = self.op_at(at)?;
        if step.absent {
            return self.absent(at, step, states);
        }
        let pairs = self.pairs(at, step, &states);
        let pairs = self.judged(at, step, &states, pairs)?;
        let live = self.named_after(at);
        let mut found = Vec::with_capacity(pairs.len());
        for (place, event) in pairs {
            let Some(state) = states.get(place) else {
                continue;
            };
            let kept = live.iter().map(|step| {
                let kept = self.live.iter().position(|kept| kept == step);
                let kept = kept.and_then(|kept| state.bound.get(kept));
                kept.copied().unwrap_or(event)
            });
            found.push(State {
                lane: state.lane,
                bound: kept.collect(),
                last: (at as u32, event),
                until: None,
            });
        }
        self.live = live;
        Ok(self.kept(at, found))
    }

    /// Each state once; where only the order of events matters, the earliest for each of what is named.
    fn kept(&self, at: usize, mut states: Vec<State>) -> Vec<State> {
        // Events of one step ascend with their place in its list.
        states.sort_unstable();
        if self.is_measured_from(at) {
            states.dedup();
        } else {
            states.dedup_by(|one, first| (one.lane, &one.bound) == (first.lane, &first.bound));
        }
        states
    }

    /// Events that may follow each state, conditions that name earlier events aside.
    fn pairs(&mut self, at: usize, step: &StepOp, states: &[State]) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let Some(events) = self.events.get(at) else {
            return pairs;
        };
        let zone = self.run.moment.zone;
        let mut looked = 0;
        for (place, state) in states.iter().enumerate() {
            let Some(last) = self.last(state) else {
                continue;
            };
            let within = step.within.map(|within| (within, zone));
            let range = events.after(state.lane, last.order, within);
            looked += range.len() as u64;
            for (at, event) in range
                .clone()
                .zip(events.list.get(range).unwrap_or_default())
            {
                let near = step.within.is_none_or(|within| lies(last, event, within));
                // Where the next event has to stand says nothing of one that is absent.
                let until = state.until.filter(|_| !step.absent);
                if near && until.is_none_or(|until| event.order <= until) {
                    pairs.push((place, at as u32));
                }
            }
        }
        self.looked += looked;
        pairs
    }

    /// Pairs of which the step's condition holds; one that names no earlier event was asked before.
    fn judged(
        &self,
        at: usize,
        step: &StepOp,
        states: &[State],
        mut pairs: Vec<Pair>,
    ) -> Result<Vec<Pair>, RunError> {
        let Some(filter) = step.filter.as_ref().filter(|_| !step.reads().is_empty()) else {
            return Ok(pairs);
        };
        let list = self.list(at);
        let table = |pair: &Pair| list.get(pair.1 as usize).map_or(0, |event| event.table);
        pairs.sort_by_key(|pair| table(pair));
        let mut found = Vec::with_capacity(pairs.len());
        for of_table in pairs.chunk_by(|one, two| table(one) == table(two)) {
            let tables = self.events.get(at).map(|events| &events.tables);
            let of = of_table.first().map_or(0, |pair| table(pair) as usize);
            let Some(of) = tables.and_then(|tables| tables.get(of)) else {
                continue;
            };
            for piece in of_table.chunks(BLOCK_ROWS as usize) {
                let events = piece.iter().filter_map(|(_, at)| list.get(*at as usize));
                let (lanes, facts): (Vec<u16>, Vec<u32>) =
                    events.map(|event| (event.lane, event.fact)).unzip();
                let states = piece.iter().filter_map(|(place, _)| states.get(*place));
                let earlier = Earlier {
                    events: self.events,
                    live: &self.live,
                    states: states.collect(),
                };
                let facts_at_hand = FactLanes {
                    block: self.block,
                    lanes: &lanes,
                    outer: self.outer,
                    around: self.around,
                };
                let place = (*of, Place::Picks(&facts));
                let verdicts = facts_at_hand.judge(self.run, filter, place, Some(&earlier))?;
                let yes = words::positions(&verdicts.yes);
                found.extend(yes.filter_map(|at| piece.get(at)).copied());
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// States after whose last event there is none of an absent step: in its span, which has to be over,
    /// or else up to the next event.
    fn absent(
        &mut self,
        at: usize,
        step: &StepOp,
        mut states: Vec<State>,
    ) -> Result<Vec<State>, RunError> {
        let moment = &self.run.moment;
        if let Some(within) = step.within {
            let (now, today) = (moment.now, moment.today());
            states.retain(|state| {
                let last = self.last(state);
                last.is_some_and(|last| is_over(last, within, now, today))
            });
        }
        let pairs = self.pairs(at, step, &states);
        let pairs = self.judged(at, step, &states, pairs)?;
        let mut first: Vec<Option<Order>> = vec![None; states.len()];
        for (place, event) in pairs {
            let order = self.list(at).get(event as usize).map(|event| event.order);
            if let Some(known) = first.get_mut(place) {
                *known = [*known, order].into_iter().flatten().min();
            }
        }
        if step.within.is_some() {
            let mut first = first.iter();
            states.retain(|_| first.next().is_some_and(Option::is_none));
            return Ok(states);
        }
        for (state, first) in states.iter_mut().zip(first) {
            state.until = [state.until, first].into_iter().flatten().min();
        }
        Ok(states)
    }
}
