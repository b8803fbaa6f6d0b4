//! The channel that goes nowhere: each message is one line of a file in the data folder, on the
//! disk before it counts as taken. A message that is already there is not written again.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant as Moment};

use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::message::{Message, values_as_json};
use super::outcome::Outcome;
use crate::base::calendar::{Instant, Zone};
use crate::base::limit;
use crate::care::outbox::OutboxKey;

/// The file, within the data folder.
pub const FILE_NAME: &str = "recorded.ndjson";

/// Writes lines in the order in which they come; clones share the file.
#[derive(Clone)]
pub(super) struct Recorder {
    waiting: mpsc::Sender<Line>,
}

/// A line with the one who waits for it.
struct Line {
    key: OutboxKey,
    bytes: Vec<u8>,
    written: oneshot::Sender<Result<(), String>>,
}

impl Recorder {
    /// Opens the file, or begins it. A last line that was not finished is cut off: nobody was told
    /// that it was taken. The file has one writer: who comes while another's last lines are being
    /// written waits for them.
    pub(super) fn open(data_folder: &Path) -> Result<Self, String> {
        Self::open_within(
            data_folder,
            Duration::from_millis(limit::RECORDER_WAIT_MS_MAX),
        )
    }

    fn open_within(data_folder: &Path, wait: Duration) -> Result<Self, String> {
        let path = data_folder.join(FILE_NAME);
        let book = Book::open(path, wait)?;
        let (waiting, lines) = mpsc::channel(limit::RECORDER_QUEUE_MAX);
        thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || book.write_all_that_comes(lines))
            .map_err(|error| format!("the recorder cannot start: {error}"))?;
        Ok(Self { waiting })
    }

    /// `at` is the clock's present.
    pub(super) async fn carry(&self, message: &Message, at: Instant) -> Outcome {
        let (written, answer) = oneshot::channel();
        let line = Line {
            key: message.entry.key,
            bytes: line(message, at),
            written,
        };
        if self.waiting.send(line).await.is_err() {
            return Outcome::later("the recorder has ended");
        }
        match answer.await {
            Ok(Ok(())) => Outcome::Taken,
            Ok(Err(reason)) => Outcome::later(reason),
            Err(_) => Outcome::later("the recorder has ended"),
        }
    }
}

/// The file and what is in it.
struct Book {
    path: PathBuf,
    file: File,
    /// Bytes that are whole lines.
    length: u64,
    keys: HashSet<OutboxKey>,
}

impl Book {
    fn open(path: PathBuf, wait: Duration) -> Result<Self, String> {
        let unusable = |error: std::io::Error| format!("{}: {error}", path.display());
        let mut file = open_file(&path).map_err(unusable)?;
        lock(&file, wait).map_err(unusable)?;
        let mut keys = HashSet::new();
        let mut length = 0;
        let mut reader = BufReader::new(&mut file);
        let mut text = Vec::new();
        loop {
            text.clear();
            let bytes = reader.read_until(b'\n', &mut text).map_err(unusable)?;
            if bytes == 0 || text.last() != Some(&b'\n') {
                break;
            }
            length += bytes as u64;
            keys.extend(key_of(&text));
        }
        file.set_len(length).map_err(unusable)?;
        file.seek(SeekFrom::End(0)).map_err(unusable)?;
        Ok(Self {
            path,
            file,
            length,
            keys,
        })
    }

    /// Until the last sender is gone. Lines that wait together are synced together.
    fn write_all_that_comes(mut self, mut lines: mpsc::Receiver<Line>) {
        while let Some(first) = lines.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < limit::RECORDER_QUEUE_MAX {
                match lines.try_recv() {
                    Ok(line) => batch.push(line),
                    Err(_) => break,
                }
            }
            let result = self.write(&batch);
            for line in batch {
                // Who no longer waits was cancelled; the line stands all the same.
                let _ = line.written.send(result.clone());
            }
        }
    }

    fn write(&mut self, batch: &[Line]) -> Result<(), String> {
        self.follow_the_file()?;
        let mut bytes = Vec::new();
        let mut fresh = HashSet::new();
        for line in batch {
            if !self.keys.contains(&line.key) && fresh.insert(line.key) {
                bytes.extend_from_slice(&line.bytes);
            }
        }
        if self.keys.len() + fresh.len() > limit::RECORDER_LINES_MAX {
            return Err(format!(
                "the recorder holds {} lines; move the file away",
                limit::RECORDER_LINES_MAX
            ));
        }
        let written = self
            .file
            .write_all(&bytes)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a line would spoil the next; if the file cannot be cut, the next opening does it.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::End(0));
            return Err(format!("{}: {error}", self.path.display()));
        }
        self.length += bytes.len() as u64;
        self.keys.extend(fresh);
        Ok(())
    }

    /// If somebody moved the file away, a new one is begun; what was recorded stays known.
    fn follow_the_file(&mut self) -> Result<(), String> {
        let unusable = |error: std::io::Error| format!("{}: {error}", self.path.display());
        let ours = self.file.metadata().map_err(unusable)?;
        let is_ours = fs::metadata(&self.path)
            .is_ok_and(|there| there.ino() == ours.ino() && there.dev() == ours.dev());
        if !is_ours || ours.len() != self.length {
            self.file.unlock().map_err(unusable)?;
            let wait = Duration::from_millis(limit::RECORDER_WAIT_MS_MAX);
            let fresh = Self::open(self.path.clone(), wait);
            if fresh.is_err() {
                // Ours may come back to its place, and must have no second writer then.
                lock(&self.file, wait).map_err(unusable)?;
            }
            let mut fresh = fresh?;
            fresh.keys.extend(std::mem::take(&mut self.keys));
            *self = fresh;
        }
        Ok(())
    }
}

/// Opens for reading and writing; a new file's name is on the disk too.
fn open_file(path: &Path) -> std::io::Result<File> {
    let is_new = !path.exists();
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    if is_new && let Some(folder) = path.parent() {
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}

/// Makes us the one writer until the file is closed.
fn lock(file: &File, wait: Duration) -> std::io::Result<()> {
    const LOOK: Duration = Duration::from_millis(5);
    let began = Moment::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if began.elapsed() >= wait => {
                let why = "another recorder is writing this file";
                return Err(std::io::Error::new(std::io::ErrorKind::WouldBlock, why));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(LOOK),
        }
    }
}

/// The key of a line; none if somebody edited it.
fn key_of(line: &[u8]) -> Option<OutboxKey> {
    let json: serde_json::Value = serde_json::from_slice(line).ok()?;
    OutboxKey::parse(json.get("key")?.as_str()?)
}

fn line(message: &Message, at: Instant) -> Vec<u8> {
    let entry = &message.entry;
    let mut bytes = json!({
        "key": entry.key.to_string(),
        "at": Zone::utc().format(at),
        "channel": entry.channel,
        "plan": entry.plan,
        "step": entry.step,
        "template": entry.template,
        "customer": entry.customer,
        "address": entry.address,
        "subject": message.letter.subject,
        "text": message.letter.text,
        "html": message.letter.html,
        "values": values_as_json(&entry.values),
    })
    .to_string()
    .into_bytes();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests;
