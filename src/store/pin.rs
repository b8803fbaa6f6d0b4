//! Records as they stood at one commit, read while later commits change them: each commit
//! keeps what it writes over until the reader has passed that key. Writers never wait for it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::engine::{Engine, Order};
use super::error::StoreError;
use super::key;
use crate::base::limit;

/// Where commits keep what a reader has yet to see. There is one for a store.
pub struct Pins {
    held: Mutex<Option<Pinned>>,
    bytes_max: usize,
}

/// What one reader needs.
#[derive(Default)]
struct Pinned {
    /// Keys below have been read.
    passed: Vec<u8>,
    /// Values at the pinned commit of keys that changed since; `None`: it had none.
    before: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    bytes: usize,
    /// More changed than is kept.
    overtaken: bool,
}

impl Default for Pins {
    fn default() -> Self {
        Self::with_room(limit::BACKUP_CHANGED_BYTES_MAX)
    }
}

impl Pins {
    fn with_room(bytes_max: usize) -> Self {
        Self {
            held: Mutex::default(),
            bytes_max,
        }
    }

    /// Keeps the value that a commit is about to write over.
    pub fn keep(&self, key: &[u8], old: Option<&[u8]>) {
        let mut held = self.lock();
        let Some(pinned) = held.as_mut() else {
            return;
        };
        if pinned.overtaken || *key < *pinned.passed || pinned.before.contains_key(key) {
            return;
        }
        pinned.bytes += key.len() + old.map_or(0, <[u8]>::len);
        if pinned.bytes > self.bytes_max {
            *pinned = Pinned {
                overtaken: true,
                ..Pinned::default()
            };
            return;
        }
        let old = old.map(<[u8]>::to_vec);
        pinned.before.insert(key.to_vec(), old);
    }

    /// Pins the records as they are; between two commits only.
    pub fn begin(&self) -> Result<Pin<'_>, StoreError> {
        let mut held = self.lock();
        if held.is_some() {
            return Err(StoreError::BackupRuns);
        }
        *held = Some(Pinned::default());
        Ok(Pin(self))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pinned>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to read records as pinned; given up when dropped.
pub struct Pin<'a>(&'a Pins);

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

/// Gets a whole key and its value.
pub type Take<'a> = &'a mut dyn FnMut(Vec<u8>, Vec<u8>) -> Result<(), StoreError>;

impl Pin<'_> {
    /// Visits all records and catalog entries as of the pinned commit, by rising key.
    pub fn read(&self, engine: &Engine, take: Take) -> Result<(), StoreError> {
        for (from, until) in key::beside_facts() {
            let mut next = from;
            while next < until {
                let mut chunk = BTreeMap::new();
                let (mut bytes, mut end) = (0, until.clone());
                engine.scan(&next, &until, Order::Rising, &mut |key, value| {
                    bytes += key.len() + value.len();
                    chunk.insert(key.to_vec(), value.to_vec());
                    if bytes < limit::BACKUP_READ_BYTES {
                        return Ok(true);
                    }
                    // The least key above this one.
                    end = [key, &[0]].concat();
                    Ok(false)
                })?;
                self.turn_back(&end, &mut chunk)?;
                chunk.remove(key::TALLY);
                chunk
                    .into_iter()
                    .try_for_each(|(key, value)| take(key, value))?;
                next = end;
            }
        }
        Ok(())
    }

    /// Puts what was read below `end` back to what it was; from now on changes there are not kept.
    fn turn_back(
        &self,
        end: &[u8],
        chunk: &mut BTreeMap<Vec<u8>, Vec<u8>>,
    ) -> Result<(), StoreError> {
        let mut held = self.0.lock();
        let Some(pinned) = held.as_mut().filter(|pinned| !pinned.overtaken) else {
            return Err(StoreError::BackupOvertaken {
                bytes_max: self.0.bytes_max as u64,
            });
        };
        let later = pinned.before.split_off(end);
        for (key, old) in std::mem::replace(&mut pinned.before, later) {
            pinned.bytes = pinned
                .bytes
                .saturating_sub(key.len() + old.as_ref().map_or(0, Vec::len));
            match old {
                Some(old) => chunk.insert(key, old),
                None => chunk.remove(&key),
            };
        }
        pinned.passed = end.to_vec();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::Tuning;

    fn engine(folder: &std::path::Path) -> Engine {
        let engine = Engine::open(folder, Tuning::default()).unwrap();
        let put = |at: u16| {
            let key = [&[0x20], &at.to_be_bytes()[..]].concat();
            (key, Some(vec![1; 4_000]))
        };
        engine.put((0..200).map(put).collect()).unwrap();
        engine
    }

    fn change(pins: &Pins, engine: &Engine, at: u16, value: Option<&[u8]>) {
        let key = [&[0x20], &at.to_be_bytes()[..]].concat();
        pins.keep(&key, engine.get(&key).unwrap().as_deref());
        engine.put(vec![(key, value.map(<[u8]>::to_vec))]).unwrap();
    }

    #[test]
    fn what_changes_while_it_is_read_reads_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (engine, pins) = (engine(folder.path()), Pins::default());
        let mut was = BTreeMap::new();
        let pin = pins.begin().unwrap();
        pin.read(&engine, &mut |key, value| {
            was.insert(key, value);
            Ok(())
        })
        .unwrap();
        drop(pin);
        assert_eq!(was.len(), 200);
        let pin = pins.begin().unwrap();
        assert_eq!(pins.begin().err(), Some(StoreError::BackupRuns));
        for at in [0, 3, 150, 199, 300] {
            change(&pins, &engine, at, Some(b"first"));
            change(&pins, &engine, at, (at % 2 == 0).then_some(b"second"));
        }
        let (mut seen, mut at) = (BTreeMap::new(), 0);
        pin.read(&engine, &mut |key, value| {
            // Ahead of the reader and behind it.
            change(&pins, &engine, 199 - at % 200, None);
            change(&pins, &engine, at + 400, Some(b"new"));
            at += 1;
            seen.insert(key, value);
            Ok(())
        })
        .unwrap();
        assert!(seen == was);
        drop(pin);
        assert!(pins.lock().is_none());
    }

    #[test]
    fn a_reader_that_is_overtaken_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (engine, pins) = (engine(folder.path()), Pins::with_room(10_000));
        let pin = pins.begin().unwrap();
        (0..3).for_each(|at| change(&pins, &engine, at, None));
        let told = pin.read(&engine, &mut |_, _| Ok(())).unwrap_err();
        assert_eq!(told, StoreError::BackupOvertaken { bytes_max: 10_000 });
    }
}
