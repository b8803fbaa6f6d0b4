//! Who enters a care plan and why not, when plans fall due, when a message may go out: functions
//! of plain values. Knows no store, asks no engine, keeps nothing; `care` gathers what is decided on.

pub mod arm;
pub mod decide;
pub mod length;
pub mod pressure;
pub mod quiet;
pub mod reason;
pub mod schedule;
pub mod uplift;

#[cfg(test)]
mod tests;

pub use decide::{Candidate, Today, Verdict, decide};
pub use reason::Reason;
