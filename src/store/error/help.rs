//! What the operator can do about each error.

use super::StoreError;

impl StoreError {
    /// What the operator can do.
    pub fn help(&self) -> &'static str {
        match self {
            StoreError::Locked { .. } => "stop that process, or name another folder with --data",
            StoreError::NotAStore { .. } => {
                "name the folder of the store with --data, or an empty one; where it was a store, take what can be read: tamis verify --salvage NEW"
            }
            StoreError::OlderFormat { .. } => {
                "go on with the program version that wrote it, or import the files into a new store"
            }
            StoreError::NewerFormat { .. } => {
                "use the program version that wrote it, or a later one"
            }
            StoreError::RolledBack { .. } => {
                "acknowledged facts are missing: put back the newest folder or backup; sled.before, if there, is the state before it was opened"
            }
            StoreError::Witness { .. } => {
                "put the whole folder back from one copy, never single files of it, or restore a backup into a new folder"
            }
            StoreError::Damaged { .. } => {
                "keep the folder as it is and restore a backup into a new one, or make one of what can be read: tamis verify --salvage NEW --backup FILE"
            }
            StoreError::OpenTimeout { .. } => {
                "look at the load of the disk and try again; if it repeats, restore a backup into a new folder"
            }
            StoreError::NoSpace { .. } => "make room on the disk; questions are answered meanwhile",
            StoreError::TooLarge { .. } => "shorten the texts or sets of this fact",
            StoreError::BadFact { .. } => "send facts of the schema the store was opened with",
            StoreError::KindChanged { .. } => {
                "declare the field as it was, or give the new kind a new name"
            }
            StoreError::ValuesRemoved { .. } => "put the values back into the list",
            StoreError::Io { .. } => "look at the rights, the disk and the path",
            StoreError::Write { .. } => {
                "look at the disk, then start again: everything acknowledged is kept, the rest may be sent again"
            }
            StoreError::Stopped => "start again",
            StoreError::BadBackup { .. } => {
                "restore from another backup; an earlier one holds less, not other things"
            }
            StoreError::NoEarlierBackup { .. } => "make a full one first, without --incremental",
            StoreError::ChainBroken { .. } => {
                "make a full one, without --incremental; backups that follow on each other stay together in one folder"
            }
            StoreError::BackupRuns => "wait until it is done",
            StoreError::BackupOvertaken { .. } => {
                "make it at a quieter hour, or while the server is stopped"
            }
            StoreError::BackupStopped => "make it again",
            StoreError::FolderTaken { .. } => "name a folder that is new or empty",
            StoreError::OtherErasures { .. } => {
                "name a store or a backup of the same store, newer than the backup restored"
            }
            StoreError::OlderErasures { .. } => {
                "name the store itself or a newer backup of it, or leave --erased-in out"
            }
            StoreError::OtherKinds { .. } => {
                "name the rules of this store with --rules, or another store with --data; --other-kinds starts all the same"
            }
            StoreError::OpenToOthers { .. } => {
                "take the rights away: chmod 700 on the folder; it holds what is known of every customer"
            }
            StoreError::NothingToSalvage { .. } => "name a backup with --backup, or restore one",
            StoreError::Reader { .. } => "see the message",
        }
    }
}
