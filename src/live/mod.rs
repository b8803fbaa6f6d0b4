//! The moment a question is asked in, and the questions themselves: rule set, data
//! snapshot and instant held together, so that everything one answer says comes from
//! one view; and the sets of members of the saved filters, kept exact as facts come and
//! time passes; the one thread that writes, with what it publishes; and the rule set that
//! serves: who changed it and when, what became of the last attempt, the sets accepted
//! before, the watch over its folder. Who follows the changes and what anyone is told over
//! the wire lies above.

pub mod accepted;
pub mod answer;
mod batch;
pub mod codes;
pub mod core;
mod exchange;
pub mod failure;
pub mod follow;
pub mod forget;
mod heart;
pub mod history;
mod kept;
pub mod listing;
pub mod measured;
pub mod members;
pub mod moment;
mod opening;
pub mod present;
pub mod preview;
pub mod question;
pub mod ranks;
pub mod recorded;
pub mod reload;
pub mod review_records;
mod reviewer;
pub mod rule_set;
pub mod run;
pub mod saved;
mod saving;
pub mod score;
pub mod statistics;
pub mod table;
mod turn;
pub mod watch;
pub mod why;
