//! Events on their way into cells: gathered per cell in log order, then merged
//! with the cell's older version. Cells that get no event are shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::builder::members;
use super::cell::{Cell, Events, blocks};
use super::column::CHUNK_ROWS;
use super::dictionary::{Dictionary, Full};
use super::order::Order;
use super::packed::Packed;
use super::raw::Raw;
use super::seconds::Seconds;
use super::starts::Starts;
use crate::base::value::Value;
use crate::schema::Field;

/// Where and when an event lies.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub row: u32,
    pub starts: Arc<Starts>,
    pub day: u8,
    pub seconds: u32,
    pub sequence: i64,
}

/// Events of one cell, in log order.
#[derive(Debug)]
struct CellStage {
    starts: Arc<Starts>,
    rows: Vec<u16>,
    days: Vec<u8>,
    seconds: Vec<u32>,
    sequences: Vec<i64>,
    fields: Vec<Raw>,
}

/// Events of one kind that are not merged yet.
#[derive(Debug)]
pub(super) struct EventsStage {
    pub dictionaries: Vec<Option<Arc<Dictionary>>>,
    pub count: u64,
    /// Set members, as given.
    pub members: u64,
    cells: BTreeMap<(u32, i32), CellStage>,
}

impl EventsStage {
    pub fn new(dictionaries: Vec<Option<Arc<Dictionary>>>) -> Self {
        Self {
            dictionaries,
            count: 0,
            members: 0,
            cells: BTreeMap::new(),
        }
    }

    /// Adds an event whose values fit their fields.
    pub fn push(
        &mut self,
        place: &Place,
        values: &[Option<Value>],
        fields: &[Field],
    ) -> Result<(), Full> {
        let key = (place.row / CHUNK_ROWS, place.starts.bucket);
        let cell = self.cells.entry(key).or_insert_with(|| CellStage {
            starts: Arc::clone(&place.starts),
            rows: Vec::new(),
            days: Vec::new(),
            seconds: Vec::new(),
            sequences: Vec::new(),
            fields: fields.iter().map(|field| Raw::new(&field.kind)).collect(),
        });
        let dictionaries = self.dictionaries.iter_mut();
        for ((raw, value), dictionary) in cell.fields.iter_mut().zip(values).zip(dictionaries) {
            raw.push(value.as_ref(), dictionary.as_mut())?;
        }
        cell.rows.push((place.row % CHUNK_ROWS) as u16);
        cell.days.push(place.day);
        cell.seconds.push(place.seconds);
        cell.sequences.push(place.sequence);
        self.count += 1;
        let given: usize = values.iter().map(|value| members(value.as_ref())).sum();
        self.members += given as u64;
        Ok(())
    }

    /// The older events and these.
    pub fn merged(self, old: &Events, fields: &[Field]) -> Events {
        let mut cells = Vec::with_capacity(old.cells.len() + self.cells.len());
        let mut olds = old.cells.iter().peekable();
        let mut members = old.members;
        let touched: BTreeSet<u32> = self.cells.keys().map(|(chunk, _)| *chunk).collect();
        let mut gains = old.latest.gains(touched);
        for (key, stage) in self.cells {
            while let Some(before) = olds.next_if(|cell| (cell.chunk, cell.bucket) < key) {
                cells.push(Arc::clone(before));
            }
            gains.add(key.0, stage.instants());
            let before = olds.next_if(|cell| (cell.chunk, cell.bucket) == key);
            let cell = stage.merged(key.0, before.map(|cell| &**cell), fields);
            members += member_count(&cell.fields);
            members -= before.map_or(0, |cell| member_count(&cell.fields));
            cells.push(Arc::new(cell));
        }
        cells.extend(olds.cloned());
        Events {
            latest: old.latest.following(&cells, gains),
            cells,
            dictionaries: self.dictionaries,
            count: old.count + self.count,
            members,
        }
    }
}

/// How many set members the fields hold together.
pub(super) fn member_count(fields: &[Option<Packed>]) -> u64 {
    fields.iter().flatten().map(Packed::member_count).sum()
}

/// Order within a cell: row, date, seconds; then sequence; then place, which follows the log.
type Key = (u64, i64, u32);

fn key(row: u16, day: u8, seconds: u32, sequence: i64, at: u32) -> Key {
    let place = u64::from(row) << 40 | u64::from(day) << 32 | u64::from(seconds);
    (place, sequence, at)
}

impl CellStage {
    /// Row within the chunk and instant of each event.
    fn instants(&self) -> impl Iterator<Item = (u16, i64)> {
        let times = self.days.iter().zip(&self.seconds);
        let events = self.rows.iter().zip(times);
        events.map(|(row, (day, seconds))| (*row, self.starts.instant(*day, *seconds).0))
    }

    fn merged(self, chunk: u32, old: Option<&Cell>, fields: &[Field]) -> Cell {
        let known = old.map_or(0, Cell::len);
        let mut all = CellStage {
            starts: self.starts,
            rows: old.map_or_else(Vec::new, |cell| cell.rows.to_vec()),
            days: old.map_or_else(Vec::new, |cell| cell.days.to_vec()),
            seconds: old
                .and_then(|cell| Some(cell.seconds.as_ref()?.unpack(0..known)))
                .unwrap_or_else(|| vec![0; known]),
            sequences: old.map_or_else(Vec::new, |cell| {
                (0..known).map(|at| cell.sequence(at)).collect()
            }),
            fields: Vec::with_capacity(fields.len()),
        };
        for (at, (field, staged)) in fields.iter().zip(&self.fields).enumerate() {
            if known == 0 {
                continue;
            }
            let packed = old.and_then(|cell| cell.fields.get(at)?.as_ref());
            let mut raw = Raw::new(&field.kind);
            raw.extend(packed, known);
            raw.append(staged);
            all.fields.push(raw);
        }
        if known == 0 {
            all.fields = self.fields;
        }
        all.rows.extend(self.rows);
        all.days.extend(self.days);
        all.seconds.extend(self.seconds);
        all.sequences.extend(self.sequences);
        let order = all.order(known);
        all.packed(chunk, &order)
    }

    /// Places in the order of the cell; the first `known` are in that order already.
    fn order(&self, known: usize) -> Vec<u32> {
        let times = self.days.iter().zip(&self.seconds);
        let keys = self.rows.iter().zip(times).zip(&self.sequences);
        let mut keys: Vec<Key> = (0u32..)
            .zip(keys)
            .map(|(at, ((row, (day, seconds)), sequence))| key(*row, *day, *seconds, *sequence, at))
            .collect();
        let (before, new) = keys.split_at_mut_checked(known).unwrap_or_default();
        new.sort_unstable();
        let mut order = Vec::with_capacity(self.rows.len());
        let mut before = before.iter().peekable();
        for key in new {
            while let Some(earlier) = before.next_if(|earlier| **earlier < *key) {
                order.push(earlier.2);
            }
            order.push(key.2);
        }
        order.extend(before.map(|key| key.2));
        order
    }

    fn packed(&self, chunk: u32, order: &[u32]) -> Cell {
        let rows: Vec<u16> = pick(&self.rows, order);
        let days: Vec<u8> = pick(&self.days, order);
        let seconds: Vec<u32> = pick(&self.seconds, order);
        Cell {
            bucket: self.starts.bucket,
            chunk,
            blocks: blocks(&rows),
            rows: rows.into(),
            seconds: Seconds::pack(&seconds),
            order: Order::pack(&pick(&self.sequences, order), &days, &seconds),
            days: days.into(),
            fields: self.fields.iter().map(|raw| raw.pack(order)).collect(),
            starts: Arc::clone(&self.starts),
        }
    }
}

/// The items at those places, which exist, in that order.
pub(super) fn pick<T: Copy + Default>(items: &[T], order: &[u32]) -> Vec<T> {
    let item = |at: &u32| items.get(*at as usize).copied().unwrap_or_default();
    order.iter().map(item).collect()
}
