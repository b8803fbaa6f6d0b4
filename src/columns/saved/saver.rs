//! The columns of one log written into their folder: a file for each kind of event and 30 dates, or
//! for more dates where those were too many files, a file for the rest, and the list that names them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Weak};

use super::base::SavedBase;
use super::file::{self, Writing};
use super::list::{List, Mark, Part, draft, tidy};
use super::parts::SavedCell;
use crate::base::limit::COLUMN_FILES_MAX;
use crate::columns::cell::Cell;
use crate::columns::snapshot::Snapshot;

/// Buckets in one file at which every kind of event has at most two, one of dates before 1970: a kind has
/// fewer buckets than these.
const WIDTH_MAX: i32 = 1 << 17;

/// What a saving wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Files written; the others were there.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Saves snapshots of one log, each time only what has changed since.
#[derive(Debug)]
pub struct Saver {
    /// Cells that are in files, by file.
    cells: BTreeMap<String, Vec<Weak<Cell>>>,
    /// Log position of what it saved last.
    position: Option<u64>,
    files_max: usize,
}

impl Default for Saver {
    fn default() -> Self {
        Self::of_files(COLUMN_FILES_MAX)
    }
}

impl Saver {
    /// One that writes at most so many files of events, or two a kind.
    pub(super) fn of_files(files_max: usize) -> Self {
        Self {
            cells: BTreeMap::new(),
            position: None,
            files_max,
        }
    }

    /// Saves a snapshot in the folder, next to which no other log's columns stay. What was read from there, or
    /// saved by this very saver, and has not changed is not written again.
    ///
    /// # Errors
    /// The system refused a file; what was saved before is still there, and nothing else.
    pub fn save(&mut self, folder: &Path, snapshot: &Snapshot) -> io::Result<Written> {
        let saved = self.save_beside(folder, snapshot);
        if saved.is_err() {
            // What was written takes up room that the next attempt needs; why it failed is what is told.
            let _ = tidy(folder);
        }
        saved
    }

    /// Leaves what is no longer named.
    fn save_beside(&mut self, folder: &Path, snapshot: &Snapshot) -> io::Result<Written> {
        prepare(folder)?;
        let before = List::read(folder).ok();
        let (mark, position) = (
            Mark::of(&snapshot.schema, snapshot.zone()),
            snapshot.position,
        );
        // A list may name files that were refused when they were to be read.
        let is_sound = self.position == Some(position) || snapshot.saved == Some(position);
        if let Some(list) = before.as_ref().filter(|_| is_sound)
            && list.is_of(mark, position)
        {
            return Ok(Written::default());
        }
        let mut written = Written::default();
        let known = before.map_or_else(Vec::new, |list| list.parts);
        let parts = self.save_parts((folder, snapshot, mark), &known, &mut written)?;
        let base = mark.base(position);
        write(folder, &base, &mut written, |to| {
            SavedBase::write(snapshot, to)
        })?;
        file::sync(folder)?;
        let list = List::new(mark, position, base, parts);
        list.write(folder)?;
        self.position = Some(position);
        let named: BTreeSet<&str> = list.parts.iter().map(|part| part.file.as_str()).collect();
        self.cells.retain(|file, _| named.contains(file.as_str()));
        Ok(written)
    }

    fn save_parts(
        &mut self,
        (folder, snapshot, mark): (&Path, &Snapshot, Mark),
        known: &[Part],
        written: &mut Written,
    ) -> io::Result<Vec<Part>> {
        let known: BTreeMap<_, &Part> = known
            .iter()
            .map(|part| ((part.kind, part.bucket), part))
            .collect();
        let width = self.width(snapshot);
        let mut parts = Vec::new();
        for (kind, events) in (0_u16..).zip(&snapshot.events) {
            let mut buckets: BTreeMap<i32, Vec<&Arc<Cell>>> = BTreeMap::new();
            for cell in &events.cells {
                let first = cell.bucket.div_euclid(width) * width;
                buckets.entry(first).or_default().push(cell);
            }
            for (bucket, cells) in buckets {
                let part = known.get(&(kind, bucket));
                if let Some(part) = part.filter(|part| self.knows(part, &cells)) {
                    parts.push((*part).clone());
                    continue;
                }
                let file = mark.part(kind, bucket, snapshot.position);
                write(folder, &file, written, |to| {
                    let cells = cells.iter().map(|cell| SavedCell::write(cell, to));
                    cells.collect::<io::Result<Vec<_>>>()
                })?;
                parts.push(Part {
                    kind,
                    bucket,
                    file: file.clone(),
                    cells: cells.len() as u64,
                });
                let cells = cells.into_iter().map(Arc::downgrade).collect();
                self.cells.insert(file, cells);
            }
        }
        Ok(parts)
    }

    /// How many buckets share a file.
    fn width(&self, snapshot: &Snapshot) -> i32 {
        let kinds: Vec<BTreeSet<i32>> = snapshot
            .events
            .iter()
            .map(|events| events.cells.iter().map(|cell| cell.bucket).collect())
            .collect();
        let files = |width: i32| -> usize {
            let files = kinds.iter().map(|buckets| {
                let firsts = buckets.iter().map(|bucket| bucket.div_euclid(width));
                firsts.collect::<BTreeSet<i32>>().len()
            });
            files.sum()
        };
        let mut width = 1;
        while width < WIDTH_MAX && files(width) > self.files_max {
            width *= 2;
        }
        width
    }

    /// Whether the cells are those of the file, all of them and unchanged.
    fn knows(&self, part: &Part, cells: &[&Arc<Cell>]) -> bool {
        let lies_there = |cell: &&Arc<Cell>| {
            let file = cell.rows.file();
            file.is_some_and(|file| **file.name() == *part.file)
        };
        let saved = self.cells.get(&part.file);
        let was_saved = saved.is_some_and(|saved| {
            let mut both = saved.iter().zip(cells);
            saved.len() == cells.len()
                && both.all(|(saved, cell)| std::ptr::eq(saved.as_ptr(), Arc::as_ptr(cell)))
        });
        part.cells == cells.len() as u64 && (was_saved || cells.iter().all(lies_there))
    }
}

/// Writes a file under another name and gives it its own.
fn write<D: serde::Serialize>(
    folder: &Path,
    name: &str,
    written: &mut Written,
    content: impl FnOnce(&mut Writing) -> io::Result<D>,
) -> io::Result<()> {
    let draft = draft(name);
    let mut writing = Writing::create(&folder.join(&draft))?;
    let directory = content(&mut writing)?;
    written.bytes += writing.finish(&directory)?;
    written.files += 1;
    file::settle(folder, &draft, name)
}

/// Makes the folder, and removes those of other logs.
fn prepare(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let Some(parent) = folder.parent() else {
        return Ok(());
    };
    for entry in fs::read_dir(parent)? {
        let path = entry?.path();
        if path != folder && path.is_dir() {
            fs::remove_dir_all(&path)?;
        }
    }
    file::sync(parent)?;
    match parent.parent() {
        Some(data) => file::sync(data),
        None => Ok(()),
    }
}
