//! The moment a question is asked in, and the questions themselves: rule set, data
//! snapshot and instant held together, so that everything one answer says comes from
//! one view; and the sets of members of the saved filters, kept exact as facts come and
//! time passes. Watching files and swapping moments will live here too; reading a
//! folder, a store or the clock does not.

pub mod answer;
pub mod members;
pub mod moment;
pub mod question;
pub mod statistics;
pub mod why;
