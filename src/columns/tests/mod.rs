//! Snapshots as a whole: against a naive model, against themselves however they
//! came to be, what they share, what they refuse.

pub(super) mod facts;
mod hidden;
mod model;
mod observed;
mod refusal;
mod sharing;
mod speed;
mod whole;
