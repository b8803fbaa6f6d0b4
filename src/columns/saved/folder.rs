//! The columns of one log in their folder: a file for each kind of event and 30 dates, a file
//! for the rest, and a list that names them. The list is what counts: it is renamed into its place when
//! all it names is on the disk, and files it does not name are removed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Weak};

use serde::{Deserialize, Serialize};

use super::base::SavedBase;
use super::file::{self, Reading, VERSION, Writing};
use super::parts::{SavedCell, read_texts};
use crate::base::calendar::Zone;
use crate::base::checksum::xxh3;
use crate::columns::cell::{Cell, Events};
use crate::columns::hidden::Hidden;
use crate::columns::latest::Latest;
use crate::columns::snapshot::Snapshot;
use crate::columns::starts::Almanac;
use crate::schema::Schema;

const LIST: &str = "COLUMNS";
const DRAFT: &str = ".new";
const OWNER_ONLY: u32 = 0o600;
/// Threads that hold pages against their checksums.
const READERS: usize = 2;

/// What lies in the folder.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct List {
    version: u64,
    program: String,
    /// Hash of the shape of the schema and of the zone.
    shape: u64,
    /// Log position after the last fact in it.
    position: u64,
    base: String,
    months: Vec<Month>,
}

/// A file of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Month {
    kind: u16,
    bucket: i32,
    file: String,
    cells: u64,
}

/// What a saving wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Files written; the others were there.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Columns under another shape are others. The shape is hashed as it is written for people, which may
/// change from version to version: then they are made anew.
fn shape_of(schema: &Schema, zone: &Zone) -> u64 {
    xxh3(format!("{:?} {:?}", schema.shape(), zone.name()).as_bytes())
}

/// The snapshot saved in a folder, at most up to a position; why there is none that can be used.
pub fn load(folder: &Path, schema: &Schema, zone: Zone, until: u64) -> Result<Snapshot, String> {
    let list = read_list(folder)?;
    if list.version != VERSION || list.program != env!("CARGO_PKG_VERSION") {
        return Err("they were made by another version".to_owned());
    }
    if list.shape != shape_of(schema, &zone) {
        return Err("they were made under another schema".to_owned());
    }
    if list.position > until {
        return Err("they reach further than the log".to_owned());
    }
    let (reading, saved) = Reading::open::<SavedBase>(folder, &list.base)?;
    let other = || format!("{}: not of this schema", list.base);
    let base = saved.read(&schema.attributes, &reading).ok_or_else(other)?;
    let mut almanac = Almanac::new(zone);
    let mut kinds: Vec<Vec<Arc<Cell>>> = vec![Vec::new(); schema.events.len()];
    for (month, cells) in read_months(folder, &list.months)? {
        let (reading, cells) = cells;
        let kind = kinds.get_mut(usize::from(month.kind)).ok_or_else(other)?;
        for saved in cells {
            let starts = almanac.bucket(saved.bucket);
            let cell = saved.read(&reading, starts);
            kind.push(Arc::new(cell.ok_or_else(other)?));
        }
    }
    let mut events = Vec::new();
    for (mut cells, saved) in kinds.into_iter().zip(&saved.events) {
        cells.sort_by_key(|cell| (cell.chunk, cell.bucket));
        let dictionaries = read_texts(&saved.dictionaries, &reading).ok_or_else(other)?;
        events.push(Arc::new(Events {
            cells,
            dictionaries,
            count: saved.count,
            members: saved.members,
            latest: Latest::default(),
        }));
    }
    let counts = (events.len(), base.holdings.len(), base.relations.len());
    if counts
        != (
            schema.events.len(),
            schema.holdings.len(),
            schema.relations.len(),
        )
    {
        return Err(other());
    }
    Ok(Snapshot {
        schema: Arc::new(schema.clone()),
        almanac,
        position: list.position,
        rows: base.rows,
        ids: Arc::new(base.ids),
        attributes: base.attributes,
        events,
        holdings: base.holdings,
        relations: base.relations,
        hidden: Hidden::default(),
        no_events: Arc::default(),
    })
}

type Cells = (Reading, Vec<SavedCell>);

/// Opens the files of events, which reads all of them.
fn read_months<'a>(folder: &Path, months: &'a [Month]) -> Result<Vec<(&'a Month, Cells)>, String> {
    let read = |months: &'a [Month]| -> Result<Vec<(&'a Month, Cells)>, String> {
        let open = |month: &'a Month| Ok((month, Reading::open(folder, &month.file)?));
        months.iter().map(open).collect()
    };
    let part = months.len().div_ceil(READERS).max(1);
    std::thread::scope(|scope| {
        let readers: Vec<_> = months
            .chunks(part)
            .map(|months| scope.spawn(move || read(months)))
            .collect();
        let mut found = Vec::new();
        for reader in readers {
            let read = reader.join();
            found.extend(read.map_err(|_| "reading them failed".to_owned())??);
        }
        Ok(found)
    })
}

fn read_list(folder: &Path) -> Result<List, String> {
    let path = folder.join(LIST);
    let told = |why: &str| format!("{}: {why}", path.display());
    let bytes = fs::read(&path).map_err(|error| told(&error.to_string()))?;
    let (list, sum) = bytes
        .split_last_chunk::<8>()
        .ok_or_else(|| told("it was cut off"))?;
    if *sum != xxh3(list).to_le_bytes() {
        return Err(told("it is damaged"));
    }
    postcard::from_bytes(list).map_err(|_| told("it is of another format"))
}

/// Saves snapshots of one log, each time only what has changed since.
#[derive(Default, Debug)]
pub struct Saver {
    /// Cells that are in files, by file.
    cells: BTreeMap<String, Vec<Weak<Cell>>>,
}

impl Saver {
    /// Saves a snapshot in the folder, next to which no other log's columns stay. What was read from there, or
    /// saved by this very saver, and has not changed is not written again.
    ///
    /// # Errors
    /// The system refused a file; what was saved before is still there.
    pub fn save(&mut self, folder: &Path, snapshot: &Snapshot) -> io::Result<Written> {
        save(self, folder, snapshot)
    }

    /// Whether the cells are those of the file, all of them and unchanged.
    fn knows(&self, month: &Month, cells: &[&Arc<Cell>]) -> bool {
        let lies_there = |cell: &&Arc<Cell>| {
            let file = cell.rows.file();
            file.is_some_and(|file| **file.name() == *month.file)
        };
        let saved = self.cells.get(&month.file);
        let was_saved = saved.is_some_and(|saved| {
            let mut both = saved.iter().zip(cells);
            saved.len() == cells.len()
                && both.all(|(saved, cell)| std::ptr::eq(saved.as_ptr(), Arc::as_ptr(cell)))
        });
        month.cells == cells.len() as u64 && (was_saved || cells.iter().all(lies_there))
    }
}

fn save(saver: &mut Saver, folder: &Path, snapshot: &Snapshot) -> io::Result<Written> {
    prepare(folder)?;
    let before = read_list(folder).ok();
    let shape = shape_of(&snapshot.schema, snapshot.zone());
    let mut written = Written::default();
    if let Some(list) = &before
        && list.shape == shape
        && list.position == snapshot.position
        && list.version == VERSION
        && list.program == env!("CARGO_PKG_VERSION")
    {
        return Ok(written);
    }
    let known = before.map_or_else(Vec::new, |list| list.months);
    let months = save_months(saver, (folder, snapshot), &known, &mut written)?;
    let base = format!("base.{}.col", snapshot.position);
    let draft = format!("{base}{DRAFT}");
    let mut writing = Writing::create(&folder.join(&draft))?;
    let directory = SavedBase::write(snapshot, &mut writing)?;
    written.bytes += writing.finish(&directory)?;
    written.files += 1;
    file::settle(folder, &draft, &base)?;
    file::sync(folder)?;
    let list = List {
        version: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        shape,
        position: snapshot.position,
        base,
        months,
    };
    write_list(folder, &list)?;
    tidy(folder, &list)?;
    let named = |file: &String| list.months.iter().any(|month| month.file == *file);
    saver.cells.retain(|file, _| named(file));
    Ok(written)
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

fn save_months(
    saver: &mut Saver,
    (folder, snapshot): (&Path, &Snapshot),
    known: &[Month],
    written: &mut Written,
) -> io::Result<Vec<Month>> {
    let mut months = Vec::new();
    for (kind, events) in (0_u16..).zip(&snapshot.events) {
        let mut buckets: BTreeMap<i32, Vec<&Arc<Cell>>> = BTreeMap::new();
        for cell in &events.cells {
            buckets.entry(cell.bucket).or_default().push(cell);
        }
        for (bucket, cells) in buckets {
            let mut found = known.iter();
            let found = found.find(|month| (month.kind, month.bucket) == (kind, bucket));
            if let Some(month) = found.filter(|month| saver.knows(month, &cells)) {
                months.push(month.clone());
                continue;
            }
            let file = format!("{kind}.{bucket}.{}.col", snapshot.position);
            let draft = format!("{file}{DRAFT}");
            let mut writing = Writing::create(&folder.join(&draft))?;
            let saved: Vec<SavedCell> = cells
                .iter()
                .map(|cell| SavedCell::write(cell, &mut writing))
                .collect::<io::Result<_>>()?;
            written.bytes += writing.finish(&saved)?;
            written.files += 1;
            file::settle(folder, &draft, &file)?;
            let cells = cells.into_iter().map(Arc::downgrade).collect();
            saver.cells.insert(file.clone(), cells);
            months.push(Month {
                kind,
                bucket,
                file,
                cells: saved.len() as u64,
            });
        }
    }
    Ok(months)
}

fn write_list(folder: &Path, list: &List) -> io::Result<()> {
    let mut bytes = postcard::to_allocvec(list).map_err(io::Error::other)?;
    let sum = xxh3(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    let draft = format!("{LIST}{DRAFT}");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(OWNER_ONLY)
        .open(folder.join(&draft))?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    file::settle(folder, &draft, LIST)?;
    file::sync(folder)
}

/// Removes what the list does not name. Whoever has such a file mapped keeps it.
fn tidy(folder: &Path, list: &List) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let named = *name == *LIST
            || *name == *list.base
            || list.months.iter().any(|month| *month.file == *name);
        if !named {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
