//! One relation with its history: every edge once, from both ends, with the
//! earliest instant from which it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::ahead::{Asked, Dates, concerns};
use super::attribute::rows_of_chunk;
use super::cell::blocks;
use super::column::{CHUNK_ROWS, Column};
use super::dictionary::{Dictionary, Full};
use super::edge::{EdgeChunk, Edges};
use super::packed::{Packed, Values};
use super::periods::{Period, Periods};
use super::raw::{Raw, pack_keys};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::schema::RelationEnd;
use crate::store::fact::{Row, Target};

/// Edges of one chunk in one direction.
#[derive(Debug)]
pub(super) struct LinkChunk {
    /// In force or not.
    pub all: Arc<EdgeChunk>,
    pub versions: Periods<EdgeChunk>,
    /// Sets of far ends, for relations to text.
    pub sets: Periods<Packed>,
}

pub(super) type Chunks = Vec<Option<Arc<LinkChunk>>>;

/// All that is known of one relation.
#[derive(Debug, Default)]
pub(super) struct LinkStore {
    pub out: Chunks,
    pub into: Chunks,
    pub texts: Option<Arc<Dictionary>>,
    /// Edges in force or not.
    pub count: u64,
}

/// An edge from one of its ends.
type Half = (u16, u32, Option<i64>);

/// Edges that are not merged yet.
#[derive(Debug)]
pub(super) struct LinkStage {
    pub texts: Option<Arc<Dictionary>>,
    pub count: u64,
    out: BTreeMap<u32, Vec<Half>>,
    into: BTreeMap<u32, Vec<Half>>,
}

impl LinkStage {
    /// Adds an edge whose far end is of the relation's sort.
    pub fn push(&mut self, from: u32, to: &Target, since: Option<Instant>) -> Result<(), Full> {
        let since = since.map(|since| since.0);
        let far = match to {
            Target::Customer(row) => {
                let half = ((row.0 % CHUNK_ROWS) as u16, from, since);
                self.into.entry(row.0 / CHUNK_ROWS).or_default().push(half);
                row.0
            }
            Target::Text(text) => Arc::make_mut(self.texts.get_or_insert_default()).intern(text)?,
        };
        let half = ((from % CHUNK_ROWS) as u16, far, since);
        self.out.entry(from / CHUNK_ROWS).or_default().push(half);
        self.count += 1;
        Ok(())
    }
}

impl LinkStore {
    pub fn new(end: RelationEnd) -> Self {
        Self {
            texts: (end == RelationEnd::Text).then(Arc::default),
            ..Self::default()
        }
    }

    pub fn texts(&self) -> Option<&Dictionary> {
        self.texts.as_deref()
    }

    pub fn stage(&self) -> LinkStage {
        LinkStage {
            texts: self.texts.clone(),
            count: 0,
            out: BTreeMap::new(),
            into: BTreeMap::new(),
        }
    }

    /// The same with more edges; chunks that none of them concerns are shared.
    pub fn merged(&self, stage: LinkStage) -> Self {
        let out = merged(&self.out, stage.out);
        let chunks = out.iter().flatten();
        Self {
            count: chunks.map(|chunk| chunk.all.len() as u64).sum(),
            out,
            into: merged(&self.into, stage.into),
            texts: stage.texts,
        }
    }

    /// The same without edges from and to some customers; `None` when there are none.
    pub fn without(&self, rows: &BTreeSet<u32>) -> Option<Self> {
        let chunk_of = |row: u32| row / CHUNK_ROWS;
        let (mut out, mut into) = (BTreeSet::new(), BTreeSet::new());
        for row in rows {
            for (far, _) in halves(&self.out, *row) {
                out.insert(chunk_of(*row));
                if self.texts.is_none() {
                    into.insert(chunk_of(far));
                }
            }
            for (near, _) in halves(&self.into, *row) {
                into.insert(chunk_of(*row));
                out.insert(chunk_of(near));
            }
        }
        if out.is_empty() && into.is_empty() {
            return None;
        }
        let ends = self.texts.is_none();
        let out = thinned(&self.out, &out, rows, ends);
        let chunks = out.iter().flatten();
        Some(Self {
            count: chunks.map(|chunk| chunk.all.len() as u64).sum(),
            into: thinned(&self.into, &into, rows, ends),
            out,
            texts: self.texts.clone(),
        })
    }

    /// Edges in force at an instant.
    pub fn at(&self, now: Instant, rows: u32) -> Edges {
        let out = at(&self.out, now, rows);
        let chunks = out.iter().flatten();
        Edges {
            count: chunks.map(|chunk| chunk.len() as u64).sum(),
            out,
            into: at(&self.into, now, rows),
            texts: self.texts.clone(),
        }
    }

    /// Far ends in force at an instant as sets of text; a customer without any has the empty set.
    pub fn texts_at(&self, now: Instant, rows: u32) -> Column {
        let chunks = (0..rows.div_ceil(CHUNK_ROWS) as usize).map(|at| {
            let count = rows_of_chunk(at, rows);
            Some(match self.out.get(at).and_then(Option::as_ref) {
                None => empty_sets(count),
                Some(chunk) => chunk.sets(now, count),
            })
        });
        Column {
            kind: Kind::Set(Arc::new(Kind::Text)),
            chunks: chunks.collect(),
            dictionary: self.texts.clone(),
        }
    }

    /// Far ends of a customer's edges with their instants, in force or not.
    pub fn from(&self, row: u32) -> Vec<(Target, Option<Instant>)> {
        let halves = halves(&self.out, row);
        let mut edges: Vec<_> = halves
            .filter_map(|(far, since)| {
                let target = match &self.texts {
                    Some(texts) => Target::Text(Arc::clone(texts.get(far)?)),
                    None => Target::Customer(Row(far)),
                };
                Some((target, since))
            })
            .collect();
        edges.sort();
        edges
    }

    /// Near ends of the edges to a customer with their instants, in force or not.
    pub fn to(&self, row: u32) -> Vec<(Target, Option<Instant>)> {
        let halves = halves(&self.into, row);
        halves
            .map(|(near, since)| (Target::Customer(Row(near)), since))
            .collect()
    }

    /// For each row with an edge dated after `now`, the first such date; `into`: edges to the row.
    pub fn ahead(&self, into: bool, asked: Asked<'_>, now: i64) -> Vec<(u32, i64)> {
        let mut found = Vec::new();
        let chunks = if into { &self.into } else { &self.out };
        for (number, chunk) in (0u32..).zip(chunks) {
            let Some(chunk) = chunk.as_ref().filter(|_| concerns(asked, number)) else {
                continue;
            };
            let dates = Dates {
                rows: &chunk.all.rows,
                blocks: &chunk.all.blocks,
            };
            let since = |at: usize| chunk.all.since(at).map(|since| since.0);
            if chunk.all.since.is_some() {
                dates.first_after(number, asked, now, since, &mut found);
            }
        }
        found
    }

    /// Customers at the other end of a row's edges, in force or not, ascending; `into`: of edges to the row.
    pub fn others(&self, into: bool, row: u32) -> Vec<u32> {
        if self.texts.is_some() {
            return Vec::new();
        }
        let chunks = if into { &self.into } else { &self.out };
        let mut others: Vec<u32> = halves(chunks, row).map(|(other, _)| other).collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    /// Bytes of the facts, and of versions made of them.
    pub fn memory_bytes(&self) -> (usize, usize) {
        let mut facts = self.texts.as_ref().map_or(0, |texts| texts.memory_bytes());
        let mut versions = 0;
        for chunk in self.out.iter().chain(&self.into).flatten() {
            facts += chunk.all.memory_bytes();
            versions += chunk.versions.memory_bytes(EdgeChunk::memory_bytes)
                + chunk.sets.memory_bytes(Packed::memory_bytes);
        }
        (facts, versions)
    }
}

fn halves(chunks: &Chunks, row: u32) -> impl Iterator<Item = (u32, Option<Instant>)> + '_ {
    let chunk = chunks.get((row / CHUNK_ROWS) as usize);
    chunk.into_iter().flatten().flat_map(move |chunk| {
        let range = chunk.all.row_range((row % CHUNK_ROWS) as u16);
        range.filter_map(|at| Some((*chunk.all.others.get(at)?, chunk.all.since(at))))
    })
}

fn merged(old: &Chunks, stages: BTreeMap<u32, Vec<Half>>) -> Chunks {
    let mut chunks = old.clone();
    for (number, mut halves) in stages {
        let place = number as usize;
        if chunks.len() <= place {
            chunks.resize(place + 1, None);
        }
        if let Some(chunk) = chunks.get_mut(place) {
            if let Some(old) = chunk {
                halves.extend(old.halves());
            }
            // Undated comes first, then the earliest: that one stays.
            halves.sort_unstable();
            halves.dedup_by_key(|half| (half.0, half.1));
            *chunk = Some(Arc::new(LinkChunk::of(&halves)));
        }
    }
    chunks
}

/// Some chunks without edges of some customers; `ends`: the other end is a customer too.
fn thinned(old: &Chunks, places: &BTreeSet<u32>, rows: &BTreeSet<u32>, ends: bool) -> Chunks {
    let mut chunks = old.clone();
    for number in places {
        let Some(Some(chunk)) = chunks.get_mut(*number as usize) else {
            continue;
        };
        let first = number * CHUNK_ROWS;
        let mut halves = chunk.halves();
        halves.retain(|(near, far, _)| {
            let is_near = rows.contains(&(first + u32::from(*near)));
            !(is_near || ends && rows.contains(far))
        });
        *chunk = Arc::new(LinkChunk::of(&halves));
    }
    chunks
}

fn edge_chunk(halves: &[Half]) -> EdgeChunk {
    let rows: Vec<u16> = halves.iter().map(|half| half.0).collect();
    let since: Vec<i64> = halves.iter().map(|half| half.2.unwrap_or(0)).collect();
    let dated: Vec<bool> = halves.iter().map(|half| half.2.is_some()).collect();
    EdgeChunk {
        blocks: blocks(&rows),
        rows,
        others: halves.iter().map(|half| half.1).collect(),
        since: dated.contains(&true).then(|| pack_keys(&since, &dated)),
    }
}

fn at(chunks: &Chunks, now: Instant, rows: u32) -> Vec<Option<Arc<EdgeChunk>>> {
    let number = rows.div_ceil(CHUNK_ROWS) as usize;
    let all = chunks.iter().chain(std::iter::repeat(&None));
    all.take(number)
        .map(|chunk| {
            let chunk = chunk.as_ref()?.at(now);
            (!chunk.is_empty()).then_some(chunk)
        })
        .collect()
}

impl LinkChunk {
    /// Of edges by rising ends, each once.
    fn of(halves: &[Half]) -> Self {
        Self {
            all: Arc::new(edge_chunk(halves)),
            versions: Periods::default(),
            sets: Periods::default(),
        }
    }

    fn halves(&self) -> Vec<Half> {
        let pairs = self.all.rows.iter().zip(&self.all.others).enumerate();
        pairs
            .map(|(at, (row, other))| (*row, *other, self.all.since(at).map(|since| since.0)))
            .collect()
    }

    fn at(&self, now: Instant) -> Arc<EdgeChunk> {
        if self.all.since.is_none() {
            return Arc::clone(&self.all);
        }
        self.versions.at(now, || {
            let mut halves = self.halves();
            halves.retain(|half| half.2.is_none_or(|since| since <= now.0));
            (self.period(now), edge_chunk(&halves))
        })
    }

    fn period(&self, now: Instant) -> Period {
        let changes = (0..self.all.len()).filter_map(|at| self.all.since(at));
        Period::between(changes.map(|since| since.0), now)
    }

    fn sets(&self, now: Instant, count: usize) -> Arc<Packed> {
        let make = || {
            let chunk = self.at(now);
            let mut raw = Raw::new(&Kind::Set(Arc::new(Kind::Text)));
            let mut from = 0;
            for row in 0..count {
                let rest = chunk.rows.get(from..).unwrap_or_default();
                let own = rest.iter().take_while(|other| usize::from(**other) == row);
                let to = from + own.count();
                let codes = chunk.others.get(from..to).unwrap_or_default();
                raw.push_codes(codes.iter().copied());
                from = to;
            }
            raw.pack_all().unwrap_or_else(|| sets_of_nothing(count))
        };
        // Customers that entered since then made the chunk longer.
        let long_enough = |kept: &Packed| kept.len() == count;
        self.sets
            .fitting(now, long_enough, || (self.period(now), make()))
    }
}

fn sets_of_nothing(count: usize) -> Packed {
    Packed {
        presence: None,
        values: Values::Masks {
            values: vec![0; count].into(),
        },
        bounds: None,
    }
}

/// A chunk of customers none of whom has an edge.
fn empty_sets(count: usize) -> Arc<Packed> {
    static WHOLE: OnceLock<Arc<Packed>> = OnceLock::new();
    if count == CHUNK_ROWS as usize {
        let whole = || Arc::new(sets_of_nothing(CHUNK_ROWS as usize));
        return Arc::clone(WHOLE.get_or_init(whole));
    }
    Arc::new(sets_of_nothing(count))
}
