//! The HTTP side: listening, guarding, refusing, answering. Only user of axum. What is
//! answered comes from `live` and is written by `form`; nothing here computes. Work that
//! needs the processor leaves the runtime's threads through `gate`.

mod accept;
mod bare;
mod body;
mod chunks;
mod control;
mod disk;
mod gate;
mod guard;
mod heart;
mod journal;
mod listen;
mod metrics;
mod openapi;
mod parameters;
mod patient;
mod refusal;
mod router;
mod routes;
mod run;
mod signals;
mod spool;
mod state;
mod warnings;

pub use heart::Heart;
pub use run::{Door, ServeError, Setup, run};
pub use spool::FOLDER as INCOMING_FOLDER;

/// The version that the control socket and every answer name.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Header of an answer that carries [`VERSION`].
pub const VERSION_HEADER: &str = "tamis-version";
/// Header of an answer: what its form has no place for, as a JSON list of lines in ASCII.
pub const NOTES_HEADER: &str = "tamis-notes";
/// Header of an event stream: the record after which it begins.
pub const SEQUENCE_HEADER: &str = "tamis-sequence";
/// Header of a request: columns that a table must fit.
pub const COLUMNS_HEADER: &str = "tamis-columns";
/// Header of a request: whether diagnostics are drawn in colour.
pub const COLOR_HEADER: &str = "tamis-color";
/// Code of the refusal of an `as_of` that is neither a date nor an instant.
pub const AS_OF: &str = refusal::AS_OF.0;
/// Code of the refusal of a name that no care plan has.
pub const NO_PLAN: &str = refusal::NO_PLAN.0;
/// Code of the refusal of a name that no report has.
pub const NO_REPORT: &str = refusal::NO_REPORT.0;
/// Code of the refusal of a report that has no table.
pub const NO_TABLE: &str = refusal::NO_TABLE.0;
/// Name of the control socket in the data folder.
pub const CONTROL_SOCKET: &str = "control.sock";
/// Where a backup is asked for, on the control socket alone.
pub const BACKUP_PATH: &str = "/control/backup";
