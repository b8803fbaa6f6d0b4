//! Answers as they leave the program: tables for people, JSON, CSV and NDJSON for
//! programs. The shapes are a contract: others script against them. The command line
//! and the server write the same bytes because both write them here. What is asked and
//! where the bytes go lives elsewhere.

pub mod backup;
pub mod care;
pub mod codes;
pub mod count;
pub mod customer;
pub mod explain;
pub mod finding;
pub mod noted;
pub mod preview;
pub mod problem;
pub mod query;
pub mod report;
pub mod rows;
pub mod schema;
pub mod score;
pub mod table;
pub mod tiers;
pub mod trace;
pub mod value;

/// Forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Table,
    /// One object.
    Json,
    /// With a header line.
    Csv,
    /// One object a line.
    Ndjson,
}

/// A value that serde knows, as JSON into a sink.
pub fn json(out: &mut dyn std::io::Write, value: &impl serde::Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
