//! Sequences of events, step by step for all customers of a block.
//!
//! After each step stand its *states*: the event picked last, and the events of earlier
//! steps that a later condition still names. What was picked otherwise makes no
//! difference, so that equal states are one. With n events of a kind a customer has, and
//! w steps named at once by later conditions, a step has at most n^(w + 1) states, and
//! each is held against n events: n^(w + 2) pairs a step, n² where no condition names
//! another step. A step of which nothing later depends on, neither by name nor by its
//! place in time, keeps its first event alone: whatever follows a later one follows that.

mod events;
mod pair;
mod states;

use self::events::Events;
use self::states::{State, States};
use super::block::Block;
use super::evaluate::{Around, Outer, Run};
use super::outcome::RunError;
use super::vector::{Truth, Vector};
use super::words;
use crate::plan::operation::FollowedOp;

/// Who has a sequence, and what it cost to tell.
struct Found {
    yes: Vec<u64>,
    /// Events or pairs looked at.
    looked: u64,
}

/// Whether each customer of a block has such a sequence, and how many pairs of a state and an event were
/// looked at. `outer`: what the conditions read of the program around them.
pub fn followed<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    op: &'a FollowedOp,
    outer: &[Outer<'a>],
    around: &Around<'a>,
) -> Result<(Vector<'a>, u64), RunError> {
    if let Some(Found { yes, looked }) = pair::pair(run, block, op, outer, around)? {
        return Ok((Vector::Truth(Truth::of(yes, None)), looked));
    }
    let mut events: Vec<Events<'a>> = Vec::with_capacity(op.steps.len());
    for step in &op.steps {
        events.push(Events::new(run, block, step, outer, around)?);
    }
    let mut search = States {
        run,
        block,
        op,
        outer,
        around,
        events: &events,
        live: Vec::new(),
        looked: 0,
    };
    let mut states: Vec<State> = search.first();
    for at in 1..op.steps.len() {
        if states.is_empty() {
            break;
        }
        states = search.step(at, states)?;
    }
    let mut yes = words::none(block.len());
    for state in &states {
        words::set(&mut yes, usize::from(state.lane));
    }
    Ok((Vector::Truth(Truth::of(yes, None)), search.looked))
}
