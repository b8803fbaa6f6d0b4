//! What can go wrong with a store, each with a stable code, one sentence and what the
//! operator can do about it. Every one of them ends a command with exit code 4.

use std::path::{Path, PathBuf};

use super::codes;

mod help;
mod sentence;

/// Trouble of the store. [`std::fmt::Display`] gives the sentence; [`StoreError::help`] what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Another process has the store open.
    Locked {
        /// The data folder.
        folder: PathBuf,
        /// Who holds it, when its lock file says so.
        pid: Option<u32>,
    },
    /// The folder holds other things.
    NotAStore {
        /// The data folder.
        folder: PathBuf,
        /// Why it is none.
        reason: String,
    },
    /// Written in a format that this program no longer reads.
    OlderFormat {
        /// Format number found.
        found: u32,
        /// Format number of this program.
        known: u32,
        /// Version of the program that wrote it.
        program: String,
    },
    /// Written in a format that this program does not know yet.
    NewerFormat {
        /// Format number found.
        found: u32,
        /// Format number of this program.
        known: u32,
        /// Version of the program that wrote it.
        program: String,
    },
    /// The log ends before what the witness saw committed.
    RolledBack {
        /// Log position of the store, in facts.
        store: u64,
        /// Log position of the witness, in facts.
        witness: u64,
        /// Commits of the store.
        store_commits: u64,
        /// Commits of the witness.
        witness_commits: u64,
    },
    /// The witness is unreadable or belongs to another store.
    Witness {
        /// What is wrong with it.
        reason: String,
    },
    /// Bytes are not what was written.
    Damaged {
        /// What is affected, in the operator's words.
        what: String,
    },
    /// Opening did not end in time.
    OpenTimeout {
        /// Seconds waited.
        seconds: u64,
    },
    /// The disk is too full to write; reading goes on.
    NoSpace {
        /// Bytes free.
        free: u64,
        /// Bytes wanted free before a commit.
        needed: u64,
    },
    /// One fact or record is larger than a block may be.
    TooLarge {
        /// Which one.
        what: String,
        /// Its bytes, packed.
        bytes: u64,
        /// The most that is taken.
        bytes_max: u64,
    },
    /// A fact that does not fit the schema or the rows.
    BadFact {
        /// Why.
        reason: String,
    },
    /// A field with stored values changed its kind.
    KindChanged {
        /// The field: `age`, `purchase.amount`, `relation spouse`.
        field: String,
        /// Kind on disk.
        was: String,
        /// Kind in the schema.
        is: String,
        /// Facts that carry a value of it.
        facts: u64,
    },
    /// A value of a list was taken out of the schema while facts carry it.
    ValuesRemoved {
        /// The field.
        field: String,
        /// The names taken out that are in use.
        values: Vec<String>,
        /// Facts that carry one of them.
        facts: u64,
    },
    /// The operating system refused to read or prepare a file.
    Io {
        /// What was tried.
        action: String,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A write or an fsync failed: what the disk holds is unknown until the store is opened again.
    Write {
        /// What the system said.
        reason: String,
    },
    /// The store no longer takes writes: a write failed before, or it is being closed.
    Stopped,
    /// A backup is not what was written, or not one at all.
    BadBackup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what is lost with it.
        what: String,
    },
    /// There is no backup that an incremental one could follow on.
    NoEarlierBackup {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// On the newest backup no other may follow: the two could never be restored.
    ChainBroken {
        /// The newest one.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// A backup is being made already.
    BackupRuns,
    /// More changed while a backup was made than is kept for it.
    BackupOvertaken {
        /// Bytes kept.
        bytes_max: u64,
    },
    /// A backup was given up because the store is being closed, or opened anew for other kinds of facts.
    BackupStopped,
    /// A folder or name that has to be free is not.
    FolderTaken {
        /// Which.
        folder: PathBuf,
        /// What is there.
        found: String,
    },
    /// Nothing of a damaged store could be read.
    NothingToSalvage {
        /// What was tried, and how it ended.
        tried: String,
    },
    /// Erasures of another store cannot be taken over.
    OtherErasures {
        /// What shows that it is another one.
        what: String,
    },
    /// Who was erased cannot be learnt from a state that is not newer.
    OlderErasures {
        /// What it is, and what it is not newer than.
        what: String,
    },
    /// The rules know none of the kinds of facts in the store.
    OtherKinds {
        /// Facts stored.
        facts: u64,
        /// Some of the kinds that the store knows.
        kinds: String,
    },
    /// Others than the owner may read the folder.
    OpenToOthers {
        /// The data folder.
        folder: PathBuf,
        /// Its rights, in octal.
        mode: u32,
    },
    /// The reader of a scan refused to go on.
    Reader {
        /// Its own words.
        reason: String,
    },
}

/// Exit code of a command that met any [`StoreError`].
pub const EXIT_CODE: u8 = 4;

impl StoreError {
    /// Stable code: `S` and three digits.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Locked { .. } => codes::LOCKED,
            StoreError::NotAStore { .. } => codes::NOT_A_STORE,
            StoreError::OlderFormat { .. } => codes::OLDER_FORMAT,
            StoreError::NewerFormat { .. } => codes::NEWER_FORMAT,
            StoreError::RolledBack { .. } => codes::ROLLED_BACK,
            StoreError::Witness { .. } => codes::WITNESS,
            StoreError::Damaged { .. } => codes::DAMAGED,
            StoreError::OpenTimeout { .. } => codes::OPEN_TIMEOUT,
            StoreError::NoSpace { .. } => codes::NO_SPACE,
            StoreError::TooLarge { .. } => codes::TOO_LARGE,
            StoreError::BadFact { .. } => codes::BAD_FACT,
            StoreError::KindChanged { .. } => codes::KIND_CHANGED,
            StoreError::ValuesRemoved { .. } => codes::VALUES_REMOVED,
            StoreError::Io { .. } => codes::IO,
            StoreError::Write { .. } => codes::WRITE,
            StoreError::Stopped => codes::STOPPED,
            StoreError::BadBackup { .. } => codes::BAD_BACKUP,
            StoreError::NoEarlierBackup { .. } => codes::NO_EARLIER_BACKUP,
            StoreError::ChainBroken { .. } => codes::CHAIN_BROKEN,
            StoreError::BackupRuns => codes::BACKUP_RUNS,
            StoreError::BackupOvertaken { .. } => codes::BACKUP_OVERTAKEN,
            StoreError::BackupStopped => codes::BACKUP_STOPPED,
            StoreError::FolderTaken { .. } => codes::FOLDER_TAKEN,
            StoreError::OtherErasures { .. } => codes::OTHER_ERASURES,
            StoreError::OlderErasures { .. } => codes::OLDER_ERASURES,
            StoreError::OtherKinds { .. } => codes::OTHER_KINDS,
            StoreError::OpenToOthers { .. } => codes::OPEN_TO_OTHERS,
            StoreError::NothingToSalvage { .. } => codes::NOTHING_TO_SALVAGE,
            StoreError::Reader { .. } => codes::READER,
        }
    }

    /// The exit code it maps to.
    pub fn exit_code(&self) -> u8 {
        EXIT_CODE
    }

    /// A backup that cannot be used, in words.
    pub(crate) fn bad_backup(path: &Path, what: impl Into<String>) -> Self {
        StoreError::BadBackup {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    /// An error of the operating system at a path.
    pub(crate) fn io(action: &str, path: &Path, error: &std::io::Error) -> Self {
        StoreError::Io {
            action: action.to_owned(),
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }

    /// Damage, in words.
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        StoreError::Damaged { what: what.into() }
    }

    /// Erasures of another store, in words.
    pub(crate) fn other_erasures(what: impl Into<String>) -> Self {
        StoreError::OtherErasures { what: what.into() }
    }

    /// A refused fact, in words.
    pub(crate) fn bad(reason: impl Into<String>) -> Self {
        StoreError::BadFact {
            reason: reason.into(),
        }
    }
}

impl std::error::Error for StoreError {}
