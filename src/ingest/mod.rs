//! Files of any dress become clean facts in the store; what does not is kept with
//! file, line, column and reason. Opening, decoding, cutting, evaluating, comparing and
//! writing are a file each; `run` has the order of work.

mod account;
mod batch;
mod buffer;
pub mod codes;
mod csv;
pub mod erasure;
mod error;
mod event;
mod expression;
pub mod facts;
mod fault;
mod feed;
pub mod forget;
mod form;
mod header;
mod identity;
mod intake;
mod lookup;
mod ndjson;
mod open;
mod order;
mod outcome;
mod parquet;
mod profile;
mod progress;
mod quality;
mod quick;
pub mod raw;
mod reading;
mod record;
mod refused;
mod register;
mod rejects;
mod report;
mod route;
mod run;
mod signature;
mod similar;
mod sink;
mod sketch;
mod source;
mod state;
mod stream;
mod text;
mod texts;
mod unfinished;
mod unfit;
mod weight;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use account::Listed;
pub use error::ImportError;
pub use progress::{Progress, Stage};
pub use quality::{ColumnQuality, Quality, RepeatedKey, RepeatedKeys, examine};
pub use report::{Note, SourceReport};
pub use sketch::sketch;
pub use unfinished::{GivenUp, Mark, Unfinished, beginning, ending, give_up, unfinished};

use crate::language::typed::Rules;
use crate::store::Store;

/// Where an import finds its files and leaves its rejects.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The rules folder: files lie beside the rule file that names them.
    pub rules: PathBuf,
    /// Files given by hand as (source, file); when there are any, only those sources are imported.
    pub given: Vec<(String, PathBuf)>,
    /// The folder for rejected records; made when it is needed.
    pub rejects: PathBuf,
    /// Set from outside to stop between two records; nobody sees what was written until the import is repeated.
    pub cancel: Option<Arc<AtomicBool>>,
    /// Set by the import when every record is read: from then on nothing is stopped any more.
    pub is_read: Option<Arc<AtomicBool>>,
}

/// Imports the sources of a rule set. Every file is found and its header checked before anything
/// is written; facts are written in rounds, all of them are seen when the last one is, and repeating an import
/// writes nothing that is there. One that was cut off is gone on with where it is the same import.
///
/// # Errors
/// [`ImportError`]; the store is closed then, and nobody sees the rounds that were written.
pub fn import(
    store: Store,
    rules: &Rules,
    files: &Files,
    progress: &dyn Fn(Progress),
) -> Result<(Store, Vec<SourceReport>), ImportError> {
    run::run(store, rules, files, progress)
}

/// Reads the sources given by hand, whose files lie ready, and hands their facts over in rounds of at most
/// [`crate::base::limit::IMPORT_STREAM_FACTS_MAX`] to `submit`, which says what became of each or `None` to stop. Before
/// the first round every file was read to its end, so that nothing of a broken one is handed over. Refused records are
/// not kept; the first `listed_max` of each source are listed. Within a round the last record about a customer, a holding
/// or an edge decides; of a later round each is told.
///
/// # Errors
/// [`ImportError`]; what was handed over stays.
pub fn stream(
    rules: &Rules,
    files: &Files,
    listed_max: usize,
    submit: &mut dyn FnMut(Vec<facts::Incoming>) -> Option<Vec<facts::LineOutcome>>,
) -> Result<Vec<(SourceReport, Vec<Listed>)>, ImportError> {
    run::stream(rules, files, listed_max, submit)
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
