//! A file cut into records on a thread of its own, a few batches ahead of whoever evaluates them. The
//! order stays that of the file.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use super::batch::Batch;
use super::error::ImportError;
use super::parquet::Table;
use super::reading::{Closing, Reading};
use super::record::Next;
use crate::base::limit::{IMPORT_BATCHES_AHEAD, IMPORT_TABLES_AHEAD};

/// What the thread that cuts sends.
enum Piece {
    Batch(Batch),
    Table(Table),
    Failed(ImportError),
    End,
}

/// Records in order.
pub struct Feed {
    pieces: Receiver<Piece>,
    spent: Sender<Batch>,
    /// What is given: these, then those.
    batch: Batch,
    table: Table,
    has_ended: bool,
}

impl Feed {
    /// The next record; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Next<'_>>, ImportError> {
        while !self.has_ended && self.batch.is_drained() && self.table.is_drained() {
            match self.pieces.recv() {
                Ok(Piece::Batch(batch)) => {
                    let spent = std::mem::replace(&mut self.batch, batch);
                    // Nobody needs it any more when the file is at its end.
                    let _ = self.spent.send(spent);
                }
                Ok(Piece::Table(table)) => self.table = table,
                Ok(Piece::Failed(error)) => return Err(error),
                Ok(Piece::End) => self.has_ended = true,
                // The thread has ended without a word: whoever waits for it hears why.
                Err(_) => return Err(ImportError::Cancelled),
            }
        }
        Ok(match self.batch.is_drained() {
            true => self.table.next(),
            false => self.batch.next(),
        })
    }
}

/// Lets `work` read a file that is cut beside it. What is known of the file at its end comes back beside
/// the result.
pub fn ahead<T>(
    reading: Reading,
    work: impl FnOnce(&mut Feed) -> Result<T, ImportError>,
) -> Result<(T, Closing), ImportError> {
    let path: PathBuf = reading.path().to_path_buf();
    std::thread::scope(|scope| {
        let (send, pieces) = sync_channel(match reading.is_of_columns() {
            true => IMPORT_TABLES_AHEAD,
            false => IMPORT_BATCHES_AHEAD,
        });
        let (spent, returned) = channel();
        let cutter = std::thread::Builder::new()
            .name("tamis-cutter".to_owned())
            .spawn_scoped(scope, move || cut(reading, &send, &returned))
            .map_err(|error| ImportError::Unreadable { path, error })?;
        let mut feed = Feed {
            pieces,
            spent,
            batch: Batch::default(),
            table: Table::default(),
            has_ended: false,
        };
        let result = work(&mut feed);
        // Should the work have stopped early, the thread that cuts finds nobody to send to.
        drop(feed);
        match cutter.join() {
            Ok(closing) => Ok((result?, closing)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Cuts until the end, a failure, or until nobody listens.
fn cut(mut reading: Reading, send: &SyncSender<Piece>, returned: &Receiver<Batch>) -> Closing {
    let last = loop {
        let (piece, last) = match reading.table() {
            Ok(Some(table)) => (Piece::Table(table), None),
            Ok(None) => {
                let mut batch = returned.try_recv().unwrap_or_default();
                batch.clear();
                let last = match reading.fill(&mut batch) {
                    Ok(true) => None,
                    Ok(false) => Some(Piece::End),
                    Err(error) => Some(Piece::Failed(error)),
                };
                (Piece::Batch(batch), last)
            }
            Err(error) => (Piece::Failed(error), Some(Piece::End)),
        };
        if send.send(piece).is_err() {
            return Closing::default();
        }
        if let Some(last) = last {
            break last;
        }
    };
    let closing = reading.closing();
    // Whoever stopped listening knows why.
    let _ = send.send(last);
    closing
}
