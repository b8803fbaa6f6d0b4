//! The model: sixteen writers, each with a customer of its own, take turns. A turn is one call
//! that appends the turn's facts and sets the writer's record to it. Whatever happened, a store
//! must hold whole turns without gaps, at least those that were acknowledged.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tamis::base::calendar::{Instant, Zone};
use tamis::base::kind::Kind;
use tamis::base::span::Span;
use tamis::base::value::Value;
use tamis::columns::Snapshot;
use tamis::schema::{Event, EventId, Field, Schema};
use tamis::store::compact::{Compacted, Work};
use tamis::store::fact::{Fact, Row};
use tamis::store::{Options, Record, Shelf, Store, StoreError, Tuning};

use crate::child::undisturbed;

/// Writers, and customers.
pub const WRITERS: u32 = 16;

/// How much a turn writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// One to five facts, a record of 100 bytes.
    Small,
    /// 300 facts, a record of 8,000 bytes.
    Block,
    /// One to five facts, a record of 64 kB.
    Large,
    /// One fact, a record of 1 MB: more than the store takes.
    Huge,
}

impl Size {
    pub fn parse(text: &str) -> Size {
        match text {
            "small" => Size::Small,
            "block" => Size::Block,
            "large" => Size::Large,
            "huge" => Size::Huge,
            other => panic!("no such size: {other}"),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Size::Small => "small",
            Size::Block => "block",
            Size::Large => "large",
            Size::Huge => "huge",
        }
    }

    fn facts(self, row: u32, turn: u32) -> u32 {
        match self {
            Size::Small | Size::Large => 1 + (mix(row, turn) % 5) as u32,
            Size::Block => 300,
            Size::Huge => 1,
        }
    }

    fn record_bytes(self) -> usize {
        match self {
            Size::Small => 100,
            Size::Block => 8_000,
            Size::Large => 64 << 10,
            Size::Huge => 1 << 20,
        }
    }
}

/// A number out of two.
pub fn mix(a: u32, b: u32) -> u64 {
    let mut number = u64::from(a) << 32 | u64::from(b);
    for _ in 0..2 {
        number ^= number >> 29;
        number = number.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    number ^ number >> 32
}

/// A repeatable stream of numbers.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let low = mix(self.0 as u32, (self.0 >> 32) as u32);
        (low % bound.max(1) as u64) as usize
    }
}

pub fn schema() -> Schema {
    let field = |name: &str, kind| Field {
        name: name.into(),
        label: None,
        description: None,
        kind,
        sensitive: false,
        part: None,
        span: Span::default(),
    };
    Schema {
        events: vec![Event {
            name: "turn".into(),
            label: None,
            description: None,
            fields: vec![field("part", Kind::Int), field("parts", Kind::Int)],
            span: Span::default(),
        }],
        ..Schema::default()
    }
}

/// The product's options, but for the ballast, and rules changed on demand.
pub fn options(tuning: Tuning) -> Options {
    Options {
        ballast_bytes: 0,
        tuning,
        commit_bytes_max: if tuning.blobs_allowed {
            4 << 20
        } else {
            256 << 10
        },
        ..Options::default()
    }
}

/// Opens a store that no other process holds. A child that another test of this process starts has our lock
/// of a store just closed until it runs its own program: that is waited for.
pub fn open(folder: &Path) -> Result<Store, StoreError> {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(5);
    loop {
        match Store::open_with(folder, &schema(), options(Tuning::default())) {
            Err(StoreError::Locked { pid, .. })
                if pid == Some(std::process::id()) && std::time::Instant::now() < until =>
            {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            other => return other,
        }
    }
}

/// Writes the store of a folder anew, in its place.
pub fn compact(folder: &Path) -> Result<Compacted, StoreError> {
    let _undisturbed = undisturbed();
    let store = Store::open_with(folder, &Schema::default(), options(Tuning::default()))?;
    let work = Work {
        erased: &BTreeSet::new(),
        fate: &mut |_, _, value| Some(value),
        beside: &mut |_| Ok(()),
    };
    tamis::store::compact::compact(store, work)
}

/// The columns of a store: saved ones and what came after them.
pub fn columns(store: &Store) -> Result<Snapshot, String> {
    let columns = Snapshot::from_store(store, &schema(), Zone::utc());
    columns.map_err(|error| error.to_string())
}

fn turn_of(row: u32, turn: u32, size: Size) -> (Vec<Fact>, Vec<Record>) {
    let parts = size.facts(row, turn);
    let facts = (0..parts).map(|part| Fact::Event {
        event: EventId(0),
        row: Row(row),
        at: Instant(i64::from(turn)),
        sequence: None,
        identity: mix(row, turn) ^ u64::from(part),
        fields: vec![
            Some(Value::Int(i64::from(part))),
            Some(Value::Int(i64::from(parts))),
        ],
    });
    let record = Record {
        shelf: Shelf::Customer,
        key: row.to_be_bytes().to_vec(),
        value: Some(record_of(row, turn, size.record_bytes())),
    };
    (facts.collect(), vec![record])
}

/// The turn, then bytes that follow from it and do not repeat.
fn record_of(row: u32, turn: u32, bytes: usize) -> Vec<u8> {
    let words = (0_u32..).flat_map(|word| mix(row ^ word << 5, turn).to_le_bytes());
    let mut value = turn.to_be_bytes().to_vec();
    value.extend(words.take(bytes - 4));
    value
}

/// The customers, if they are not there yet.
pub fn bring_customers(store: &Store) -> Result<(), StoreError> {
    if store.customers() == 0 {
        let customers = (0..WRITERS).map(|row| Fact::Customer {
            row: Row(row),
            id: format!("writer {row}").into(),
        });
        store.append(customers.collect())?;
    }
    Ok(())
}

/// All writers take that many turns more; `acknowledged` hears of each.
pub fn write(store: &Store, size: Size, turns: u32, acknowledged: &(dyn Fn(u32, u32) + Sync)) {
    let failed = Arc::new(AtomicBool::new(false));
    std::thread::scope(|scope| {
        for row in 0..WRITERS {
            let failed = failed.clone();
            scope.spawn(move || {
                let first = next_turn(store, row);
                for turn in first..first.saturating_add(turns) {
                    let (facts, records) = turn_of(row, turn, size);
                    if store.append_with(facts, records).is_err() {
                        failed.store(true, Ordering::SeqCst);
                        return;
                    }
                    acknowledged(row, turn);
                }
            });
        }
    });
    assert!(!failed.load(Ordering::SeqCst), "an append failed");
}

/// Appends what is missing of an import: so many turns of each writer, of which no record speaks before its end.
pub fn fill(store: &Store, size: Size, turns: u32) {
    let mut first: Turns = [0; WRITERS as usize];
    for (row, first) in (0..).zip(&mut first) {
        *first = next_turn(store, row);
    }
    let is_of_it = |fact: &&Fact| match fact {
        Fact::Event { row, at, .. } => at.0 >= i64::from(first[row.0 as usize]),
        _ => false,
    };
    let mut stored = 0;
    let counted = store.scan(0, &mut |_, facts| {
        stored += facts.iter().filter(is_of_it).count();
        Ok(())
    });
    counted.unwrap();
    let turns = (0..turns).flat_map(|turn| (0..WRITERS).map(move |row| (row, turn)));
    let facts = turns.flat_map(|(row, turn)| turn_of(row, first[row as usize] + turn, size).0);
    let facts: Vec<Fact> = facts.collect();
    let at_once = match size {
        Size::Block => 500,
        _ => 20,
    };
    for part in facts[stored..].chunks(at_once) {
        store.append(part.to_vec()).unwrap();
    }
}

/// Ends an import: its turns are seen, and each writer's record is set to its last one.
pub fn end(store: &Store, size: Size, turns: u32, acknowledged: &dyn Fn(u32, u32)) {
    let last: Vec<u32> = (0..WRITERS)
        .map(|row| next_turn(store, row) + turns - 1)
        .collect();
    // All of them must fit one commit.
    let record = |row: u32| Record {
        shelf: Shelf::Customer,
        key: row.to_be_bytes().to_vec(),
        value: Some(record_of(row, last[row as usize], size.record_bytes())),
    };
    store.end_tail((0..WRITERS).map(record).collect()).unwrap();
    for row in 0..WRITERS {
        acknowledged(row, last[row as usize]);
    }
}

fn next_turn(store: &Store, row: u32) -> u32 {
    let record = store.record(Shelf::Customer, &row.to_be_bytes()).unwrap();
    record.map_or(0, |record| turn_in(&record) + 1)
}

fn turn_in(record: &[u8]) -> u32 {
    u32::from_be_bytes(record[..4].try_into().unwrap())
}

/// Turns that a store must hold: by writer, how many.
pub type Turns = [u32; WRITERS as usize];

/// Whether the store verifies and holds whole turns; how many of each writer. Else what is wrong.
pub fn check(store: &Store) -> Result<Turns, String> {
    let verified = store.verify().map_err(|error| error.to_string())?;
    if !verified.is_sound() {
        return Err(format!("{:?}", verified.damage));
    }
    let rebuilt = Snapshot::of_log(store, &schema(), Zone::utc());
    let rebuilt = rebuilt.map_err(|error| error.to_string())?;
    if let Some(differing) = columns(store)?.difference(&rebuilt) {
        return Err(differing);
    }
    let mut turns = [0; WRITERS as usize];
    let mut inside: [Option<i64>; WRITERS as usize] = [None; WRITERS as usize];
    let scanned = store.scan(0, &mut |_, facts| {
        for fact in facts {
            if let Err(wrong) = take(&fact, &mut turns, &mut inside) {
                return Err(StoreError::Reader { reason: wrong });
            }
        }
        Ok(())
    });
    scanned.map_err(|error| error.to_string())?;
    for row in 0..WRITERS {
        if inside[row as usize].is_some() {
            return Err(format!("the last turn of writer {row} is half there"));
        }
        let record = store.record(Shelf::Customer, &row.to_be_bytes());
        let record = record.map_err(|error| error.to_string())?;
        let told = record.as_ref().map_or(0, |record| turn_in(record) + 1);
        if told != turns[row as usize] {
            return Err(format!(
                "writer {row} has {} turns, its record says {told}",
                turns[row as usize]
            ));
        }
        if let Some(record) = record
            && record != record_of(row, told - 1, record.len())
        {
            return Err(format!("the record of writer {row} is another one"));
        }
    }
    Ok(turns)
}

fn take(
    fact: &Fact,
    turns: &mut Turns,
    inside: &mut [Option<i64>; WRITERS as usize],
) -> Result<(), String> {
    let Fact::Event {
        row,
        at,
        identity,
        fields,
        ..
    } = fact
    else {
        return Ok(());
    };
    let [Some(Value::Int(part)), Some(Value::Int(parts))] = fields[..] else {
        return Err(format!("a fact without its fields: {fact:?}"));
    };
    let place = row.0 as usize;
    let expected = inside[place].unwrap_or(0);
    let turn = turns[place];
    if i64::from(turn) != at.0 || part != expected || *identity != mix(row.0, turn) ^ part as u64 {
        return Err(format!(
            "{fact:?}, expected was part {expected} of turn {turn}"
        ));
    }
    if part + 1 == parts {
        turns[place] += 1;
        inside[place] = None;
    } else {
        inside[place] = Some(part + 1);
    }
    Ok(())
}

/// Opens, checks, and holds against what was acknowledged; `Err` says what is wrong.
pub fn check_folder(folder: &Path, acknowledged: &Turns) -> Result<Turns, String> {
    check_tuned(folder, acknowledged, Tuning::default())
}

/// As [`check_folder`], opened with the rules it was written with.
pub fn check_tuned(folder: &Path, acknowledged: &Turns, tuning: Tuning) -> Result<Turns, String> {
    let _undisturbed = undisturbed();
    let store = Store::open_with(folder, &schema(), options(tuning))
        .map_err(|error| format!("{}: {error}", error.code()))?;
    let turns = check(&store)?;
    for (row, (held, told)) in turns.iter().zip(acknowledged).enumerate() {
        if held < told {
            return Err(format!(
                "writer {row}: {told} turns were acknowledged, {held} are there"
            ));
        }
    }
    store.close().map_err(|error| error.to_string())?;
    Ok(turns)
}

/// How often, unless the variable says otherwise.
pub fn times(variable: &str, usual: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}
