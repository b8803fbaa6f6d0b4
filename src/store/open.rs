//! Opening and closing a store: what is done before the log is touched, what is held against
//! the witness, and what makes a new folder a store.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;
use std::sync::{Arc, mpsc};

use super::catalog::{Catalog, Entry, Tables};
use super::committer::Committer;
use super::engine::{Engine, Order, sync_path};
use super::error::StoreError;
use super::folder::{Copied, Folder, LOG, State, WITNESS};
use super::key;
use super::kinds;
use super::log::{self, Shared};
use super::options::Options;
use super::space;
use super::tail::{self, Tail};
use super::tally::Tally;
use super::verify;
use super::witness::{self, Witness};
use super::writer::{Part, Writer, is_refusal};
use super::{Opened, Store};
use crate::base::limit;
use crate::schema::Schema;

/// Opens what is in a locked folder, or makes it.
pub fn open(folder: Folder, schema: &Schema, options: Options) -> Result<Store, StoreError> {
    let state = folder.inspect()?;
    let free = (options.free_bytes)(folder.path())
        .map_err(|error| StoreError::io("ask for free space of", folder.path(), &error))?;
    if free < limit::STORE_OPEN_BYTES_MIN {
        // Others took all there was and the program was ended from outside: it made no room itself.
        space::drop_ballast(folder.path());
    }
    let copied = match state {
        State::New => Copied::NotNeeded,
        State::Store { clean: true } => {
            folder.unmark_clean()?;
            Copied::NotNeeded
        }
        State::Store { clean: false } => folder.copy_log(free)?,
    };
    let (writer, tail) = if state == State::New {
        (make(&folder, &options)?, None)
    } else {
        resume(&folder, &options)?
    };
    folder.drop_copy()?;
    let (writer, catalog, tail) = fit_schema(&folder, writer, tail, schema)?;
    space::keep_ballast(folder.path(), free, options.ballast_bytes)
        .map_err(|error| StoreError::io("set space aside in", folder.path(), &error))?;
    let tail = tail.map_or(tail::State::None, tail::State::Hidden);
    let shared = Shared::new(&writer, catalog, tail.sight(&writer.tally));
    let shared = Arc::new(shared);
    let (sender, receiver) = mpsc::sync_channel(limit::STORE_QUEUE_MAX);
    let committer = Committer::new(writer, shared.clone(), receiver, tail);
    let thread = std::thread::Builder::new()
        .name("tamis-commit".to_owned())
        .spawn(move || committer.run())
        .map_err(|error| StoreError::io("start a thread for", folder.path(), &error))?;
    Ok(Store {
        folder: Some(folder),
        shared: Some(shared),
        sender: Some(sender),
        thread: Some(thread),
        // Asked of who begins; whoever opens it anew for wider rules is let pass.
        options: Options {
            other_kinds: true,
            ..options
        },
        opened: Opened { state, copied },
    })
}

/// A new store: nothing is acknowledged before all of it is durable, names included.
fn make(folder: &Folder, options: &Options) -> Result<Writer, StoreError> {
    let writer = begin(folder, options, 0)?;
    finish(folder)?;
    Ok(writer)
}

/// A new log, all of it durable; whoever opens the folder before [`finish`] throws it away.
pub fn begin(folder: &Folder, options: &Options, commits: u64) -> Result<Writer, StoreError> {
    folder.begin_making()?;
    let engine = Engine::open(&folder.join(LOG), options.tuning)?;
    let tally = Tally {
        epoch: RandomState::new().build_hasher().finish(),
        commits,
        ..Tally::default()
    };
    engine.put(vec![(key::TALLY.to_vec(), Some(tally.encode()))])?;
    engine.sync()?;
    engine.sync_names()?;
    let witness = Witness::create(&folder.join(WITNESS), &tally)?;
    sync_path(folder.path())?;
    Ok(writer(folder, options, engine, witness, tally))
}

/// From now on the folder is a store.
pub fn finish(folder: &Folder) -> Result<(), StoreError> {
    folder.finish_making()?;
    sync_path(parent_of(folder.path()))
}

/// The folder in which a folder lies.
pub fn parent_of(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|parent| parent.as_os_str() != "")
        .unwrap_or_else(|| Path::new("."))
}

fn resume(folder: &Folder, options: &Options) -> Result<(Writer, Option<Tail>), StoreError> {
    let engine = Engine::open(&folder.join(LOG), options.tuning)?;
    let (witness, seen) = Witness::open(&folder.join(WITNESS))?;
    let tally = match engine.get(key::TALLY)? {
        Some(bytes) => Tally::decode(&bytes)
            .ok_or_else(|| StoreError::damaged("the tally of the store is unreadable"))?,
        // The first commit of all holds one, so that the log was rolled back to nothing.
        None => Tally {
            epoch: seen.epoch,
            ..Tally::default()
        },
    };
    witness::compare(&tally, &seen)?;
    verify::check_records(&engine, &tally)?;
    let tail = Tail::of(&engine, &tally)?;
    Ok((writer(folder, options, engine, witness, tally), tail))
}

fn writer(
    folder: &Folder,
    options: &Options,
    engine: Engine,
    witness: Witness,
    tally: Tally,
) -> Writer {
    Writer {
        engine: Arc::new(engine),
        witness,
        folder: folder.path().to_owned(),
        options: options.clone(),
        tally,
        pins: Arc::default(),
    }
}

/// Lays the schema over the catalog. A refused schema leaves a store that was closed in order.
fn fit_schema(
    folder: &Folder,
    mut writer: Writer,
    tail: Option<Tail>,
    schema: &Schema,
) -> Result<(Writer, Catalog, Option<Tail>), StoreError> {
    match merge_schema(&mut writer, tail, schema) {
        Ok((catalog, tail)) => Ok((writer, catalog, tail)),
        Err(error) => {
            writer.witness.sync()?;
            if let Some(engine) = Arc::into_inner(writer.engine) {
                engine.close()?;
            }
            let sound = matches!(
                error,
                StoreError::OtherKinds { .. }
                    | StoreError::KindChanged { .. }
                    | StoreError::ValuesRemoved { .. }
                    | StoreError::TooLarge { .. }
                    | StoreError::NoSpace { .. }
            );
            if sound {
                folder.mark_clean()?;
            }
            Err(error)
        }
    }
}

/// What of a schema contradicts facts that are stored, each with how many.
pub fn refusals(
    engine: &Engine,
    tally: &Tally,
    schema: &Schema,
) -> Result<Vec<StoreError>, StoreError> {
    let conflicts = read_tables(engine)?.conflicts(schema);
    if conflicts.is_empty() {
        return Ok(Vec::new());
    }
    let counts = log::count_affected(engine, tally, &conflicts)?;
    let affected = conflicts.into_iter().zip(counts);
    Ok(affected
        .filter(|(_, facts)| *facts > 0)
        .map(|(conflict, facts)| conflict.refusal(facts))
        .collect())
}

fn merge_schema(
    writer: &mut Writer,
    tail: Option<Tail>,
    schema: &Schema,
) -> Result<(Catalog, Option<Tail>), StoreError> {
    let mut tables = read_tables(&writer.engine)?;
    let seen = tail
        .as_ref()
        .map_or(writer.tally, |tail| tail.floor.over(&writer.tally));
    if !writer.options.other_kinds {
        kinds::check(&writer.engine, &seen, &tables, schema)?;
    }
    let refusals = refusals(&writer.engine, &seen, schema)?;
    if let Some(refusal) = refusals.into_iter().next() {
        return Err(refusal);
    }
    let tail = keep_tail(writer, tail, !tables.conflicts(schema).is_empty())?;
    let too_many = || StoreError::TooLarge {
        what: "the catalog of names".to_owned(),
        bytes: u64::from(u16::MAX) + 1,
        bytes_max: u64::from(u16::MAX),
    };
    let first = tables.entries;
    let added = tables.merge(schema).ok_or_else(too_many)?;
    write_entries(writer, first, &added)?;
    let catalog = tables.catalog(schema).ok_or_else(too_many)?;
    Ok((catalog, tail))
}

/// The tail, unless nobody can take it up any more. `conflicting`: its facts may carry what this schema says
/// otherwise, so that they would lose it.
fn keep_tail(
    writer: &mut Writer,
    tail: Option<Tail>,
    conflicting: bool,
) -> Result<Option<Tail>, StoreError> {
    let Some(tail) = tail else {
        return Ok(None);
    };
    if !conflicting && tail.has_facts(&writer.tally) {
        return Ok(Some(tail));
    }
    match tail::drop(writer, &tail) {
        Ok(()) => Ok(None),
        // Reading goes on where the disk is full.
        Err(error) if is_refusal(&error) && !conflicting => Ok(Some(tail)),
        Err(error) => Err(error),
    }
}

pub fn read_tables(engine: &Engine) -> Result<Tables, StoreError> {
    let mut tables = Tables::default();
    let (from, until) = ([key::CATALOG], [key::CATALOG + 1]);
    engine.scan(&from, &until, Order::Rising, &mut |key, value| {
        match key::catalog_entry(key) == Some(tables.entries) {
            true => add_entry(&mut tables, value)?,
            false => return Err(unreadable_entry(&tables)),
        }
        Ok(true)
    })?;
    Ok(tables)
}

/// The same of entries in their order.
pub fn tables_of(entries: &[Vec<u8>]) -> Result<Tables, StoreError> {
    let mut tables = Tables::default();
    for value in entries {
        add_entry(&mut tables, value)?;
    }
    Ok(tables)
}

fn add_entry(tables: &mut Tables, value: &[u8]) -> Result<(), StoreError> {
    let entry = postcard::from_bytes::<Entry>(value).ok();
    let taken = entry.and_then(|entry| tables.add(&entry));
    taken.map(|_| ()).ok_or_else(|| unreadable_entry(tables))
}

fn unreadable_entry(tables: &Tables) -> StoreError {
    StoreError::damaged(format!(
        "entry {} of the catalog of names is unreadable",
        tables.entries
    ))
}

fn write_entries(writer: &mut Writer, first: u32, entries: &[Entry]) -> Result<(), StoreError> {
    let mut part = Part::default();
    let mut bytes = 0;
    for (number, entry) in (first..).zip(entries) {
        let value = postcard::to_allocvec(entry)
            .map_err(|error| StoreError::bad(format!("a name of the schema: {error}")))?;
        bytes += value.len();
        part.records.insert(key::catalog(number), Some(value));
        if bytes >= limit::STORE_COMMIT_BYTES_MAX / 2 {
            let tally = writer.tally;
            writer.commit(std::mem::take(&mut part), tally)?;
            bytes = 0;
        }
    }
    if !part.records.is_empty() {
        let tally = writer.tally;
        writer.commit(part, tally)?;
    }
    Ok(())
}
