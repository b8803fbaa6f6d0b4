//! The endpoints, one noun a file: each reads its parameters, asks `live`, and has `form`
//! write the answer.

pub mod backup;
pub mod care;
pub mod check;
pub mod complete;
pub mod customers;
pub mod diagnostics;
pub mod explain;
pub mod facts;
pub mod filters;
pub mod format;
pub mod health;
pub mod import;
pub mod matches;
pub mod members;
pub mod messages;
pub mod metrics;
pub mod page;
pub mod plugins;
pub mod preview;
pub mod query;
pub mod reports;
pub mod rules;
pub mod saved;
pub mod schema;
pub mod scores;
pub mod tasks;
pub mod why;
