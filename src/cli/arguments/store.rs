//! Options of the verbs that look after the store.

use std::path::PathBuf;

use clap::Args;

use super::Summary;

#[derive(Args, Debug)]
pub(in crate::cli) struct Verify {
    /// Make a new store there of all that can still be read; this one is left as it is
    #[arg(long, value_name = "NEW")]
    pub(in crate::cli) salvage: Option<PathBuf>,
    /// With --salvage: a backup that has what the store has not
    #[arg(long, value_name = "FILE", requires = "salvage")]
    pub(in crate::cli) backup: Option<PathBuf>,
    /// With --salvage: a store or a newer backup that knows who was erased: they are erased here too
    #[arg(long, value_name = "STORE-OR-BACKUP", requires = "salvage")]
    pub(in crate::cli) erased_in: Option<PathBuf>,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(in crate::cli) format: Summary,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct Backup {
    /// The folder it is written to, as tamis-N.tbk; made if need be
    #[arg(value_name = "TO")]
    pub(in crate::cli) to: PathBuf,
    /// Only what came since the newest backup of this store in that folder
    #[arg(long)]
    pub(in crate::cli) incremental: bool,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(in crate::cli) format: Summary,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct Restore {
    /// The backup; those that it follows on lie beside it
    #[arg(value_name = "FROM")]
    pub(in crate::cli) from: PathBuf,
    /// A store or a newer backup that knows who was erased since: they are erased here too
    #[arg(long, value_name = "STORE-OR-BACKUP")]
    pub(in crate::cli) erased_in: Option<PathBuf>,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(in crate::cli) format: Summary,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct Compact {
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(in crate::cli) format: Summary,
}
