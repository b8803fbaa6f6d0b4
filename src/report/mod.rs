//! Reports: rows of a snapshot or of a file, grouped and measured. Rows come a batch at a
//! time and leave only what their groups hold, so that memory follows the groups. What a
//! report says is `language`'s business, how a table is written `form`'s.

mod find;
mod key;
mod layout;
mod measure;
mod part;
mod period;
mod records;
pub mod reference;
mod run;
mod table;
mod tallied;
#[cfg(test)]
mod tests;

pub use find::explain;
pub use period::period_text;
pub use run::{Files, ReportError, View, run};
pub use table::{Aside, Column, Table};
