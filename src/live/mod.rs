//! The moment a question is asked in, and the questions themselves: rule set, data
//! snapshot and instant held together, so that everything one answer says comes from
//! one view; and the sets of members of the saved filters, kept exact as facts come and
//! time passes; and the rule set that serves: who changed it and when, what became of the
//! last attempt, the sets accepted before, the watch over its folder.

pub mod accepted;
pub mod answer;
pub mod members;
pub mod moment;
pub mod question;
pub mod rule_set;
pub mod statistics;
pub mod watch;
pub mod why;
