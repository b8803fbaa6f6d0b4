//! Answers as tables for people and as JSON, CSV and NDJSON for programs. The shapes
//! are a contract: others script against them.

pub(super) mod count;
pub(super) mod rows;
pub(super) mod table;
pub(super) mod value;
