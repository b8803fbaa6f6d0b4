//! The sentence of each error.

use std::fmt;

use super::StoreError;

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Locked { folder, pid } => {
                write!(f, "the store {} is in use", folder.display())?;
                match pid {
                    Some(pid) => write!(f, " by process {pid}"),
                    None => write!(f, " by another process"),
                }
            }
            StoreError::NotAStore { folder, reason } => {
                write!(f, "{} is not a store: {reason}", folder.display())
            }
            StoreError::OlderFormat {
                found,
                known,
                program,
            } => write!(
                f,
                "the store has the older format {found}, written by tamis {program}; this program reads format {known}"
            ),
            StoreError::NewerFormat {
                found,
                known,
                program,
            } => write!(
                f,
                "the store has the newer format {found}, written by tamis {program}; this program reads format {known}"
            ),
            other => content(other, f),
        }
    }
}

/// Sentences about what is inside, not about the folder.
fn content(error: &StoreError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match error {
        StoreError::RolledBack {
            store,
            witness,
            store_commits,
            witness_commits,
        } => write!(
            f,
            "the store was rolled back: it ends at position {store} (commit {store_commits}), acknowledged was position {witness} (commit {witness_commits})"
        ),
        StoreError::Witness { reason } => write!(f, "the witness of the store: {reason}"),
        StoreError::Damaged { what } => write!(f, "the store is damaged: {what}"),
        StoreError::OpenTimeout { seconds } => {
            write!(f, "the store did not open within {seconds} s")
        }
        StoreError::NoSpace { free, needed } => write!(
            f,
            "the disk is too full to write: {free} bytes free, {needed} wanted"
        ),
        StoreError::TooLarge {
            what,
            bytes,
            bytes_max,
        } => write!(
            f,
            "{what} takes {bytes} bytes, at most {bytes_max} are stored"
        ),
        StoreError::BadFact { reason } => write!(f, "the fact was refused: {reason}"),
        StoreError::KindChanged {
            field,
            was,
            is,
            facts,
        } => write!(
            f,
            "{field} was {was} and is now {is}; {facts} facts carry it"
        ),
        StoreError::ValuesRemoved {
            field,
            values,
            facts,
        } => write!(
            f,
            "{field} no longer lists {}; {facts} facts carry it",
            values.join(", ")
        ),
        StoreError::Io {
            action,
            path,
            reason,
        } => write!(f, "could not {action} {}: {reason}", path.display()),
        StoreError::Write { reason } => write!(f, "writing the store failed: {reason}"),
        StoreError::Stopped => write!(f, "the store no longer takes writes"),
        StoreError::OtherKinds { facts, kinds } => write!(
            f,
            "the rules declare none of the kinds of facts in the store, which holds {facts} facts and knows {kinds}"
        ),
        StoreError::OpenToOthers { folder, mode } => write!(
            f,
            "others than its owner may read the data folder {} (rights {mode:03o})",
            folder.display()
        ),
        StoreError::Reader { reason } => write!(f, "{reason}"),
        other => backup(other, f),
    }
}

/// Sentences about backups.
fn backup(error: &StoreError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match error {
        StoreError::BadBackup { path, what } => {
            write!(f, "the backup {} cannot be used: {what}", path.display())
        }
        StoreError::NoEarlierBackup { folder } => write!(
            f,
            "{} holds no backup of this log that another could follow on",
            folder.display()
        ),
        StoreError::ChainBroken { path, what } => {
            write!(f, "no backup can follow on {}: {what}", path.display())
        }
        StoreError::BackupRuns => write!(f, "a backup is being made already"),
        StoreError::BackupOvertaken { bytes_max } => write!(
            f,
            "more than {bytes_max} bytes of records changed while the backup was made"
        ),
        StoreError::BackupStopped => write!(
            f,
            "the backup was given up: the store is being closed or opened anew"
        ),
        StoreError::FolderTaken { folder, found } => {
            write!(f, "{} holds something already: {found}", folder.display())
        }
        StoreError::NothingToSalvage { tried } => {
            write!(f, "nothing of the store could be read: {tried}")
        }
        StoreError::OtherErasures { what } => {
            write!(f, "the erasures are those of another store: {what}")
        }
        StoreError::OlderErasures { what } => {
            write!(f, "whom the store erased since cannot be told: {what}")
        }
        StoreError::Locked { .. }
        | StoreError::NotAStore { .. }
        | StoreError::OlderFormat { .. }
        | StoreError::NewerFormat { .. }
        | StoreError::RolledBack { .. }
        | StoreError::Witness { .. }
        | StoreError::Damaged { .. }
        | StoreError::OpenTimeout { .. }
        | StoreError::NoSpace { .. }
        | StoreError::TooLarge { .. }
        | StoreError::BadFact { .. }
        | StoreError::KindChanged { .. }
        | StoreError::ValuesRemoved { .. }
        | StoreError::Io { .. }
        | StoreError::Write { .. }
        | StoreError::Stopped
        | StoreError::OtherKinds { .. }
        | StoreError::OpenToOthers { .. }
        | StoreError::Reader { .. } => write!(f, "{}", error.code()),
    }
}
