//! One kind of holding with its history: every state of every key, laid out by
//! the owner in that state, each with the instant at which the key's next one begins.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ahead::{Asked, Dates, concerns};
use super::builder::members;
use super::cell::blocks;
use super::column::CHUNK_ROWS;
use super::dictionary::{Dictionary, Full};
use super::holding::{HoldingChunk, Holdings};
use super::homes::Homes;
use super::intake::member_count;
use super::packed::Packed;
use super::periods::{Period, Periods};
use super::person::{HoldingHistory, HoldingState};
use super::raw::{Raw, pack_keys};
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::schema::Field;
use crate::store::fact::Row;

/// States of the owners of one chunk.
#[derive(Debug)]
pub(super) struct TenureChunk {
    /// In force or not.
    pub all: Arc<HoldingChunk>,
    /// Since of the key's next state; an absent one has none; `None` = none has.
    pub until: Option<Packed>,
    pub versions: Periods<HoldingChunk>,
}

/// All that is known of one kind of holding.
#[derive(Debug, Default)]
pub(super) struct TenureStore {
    pub keys: Arc<Dictionary>,
    pub dictionaries: Vec<Option<Arc<Dictionary>>>,
    pub chunks: Vec<Option<Arc<TenureChunk>>>,
    /// By key: chunks that hold its states.
    pub homes: Homes,
    /// States in force or not.
    pub count: u64,
    /// Set members that the states hold together.
    pub members: u64,
}

/// A state while it is moved about.
#[derive(Clone, Copy, Debug)]
struct State {
    row: u32,
    key: u32,
    since: Option<i64>,
    until: Option<i64>,
    /// Place of its fields in the pool.
    fields: u32,
}

/// States that are not merged yet, in log order.
#[derive(Debug)]
pub(super) struct TenureStage {
    pub dictionaries: Vec<Option<Arc<Dictionary>>>,
    pub keys: Arc<Dictionary>,
    /// Set members, as given.
    pub members: u64,
    states: Vec<State>,
    fields: Vec<Raw>,
}

impl TenureStage {
    pub fn count(&self) -> u64 {
        self.states.len() as u64
    }

    /// Adds a state whose values fit their fields.
    pub fn push(
        &mut self,
        row: u32,
        key: &Arc<str>,
        since: Option<Instant>,
        values: &[Option<Value>],
    ) -> Result<(), Full> {
        let key = match self.keys.code(key) {
            Some(code) => code,
            None => Arc::make_mut(&mut self.keys).intern(key)?,
        };
        let dictionaries = self.dictionaries.iter_mut();
        for ((raw, value), dictionary) in self.fields.iter_mut().zip(values).zip(dictionaries) {
            raw.push(value.as_ref(), dictionary.as_mut())?;
        }
        let given: usize = values.iter().map(|value| members(value.as_ref())).sum();
        self.members += given as u64;
        self.states.push(State {
            row,
            key,
            since: since.map(|since| since.0),
            until: None,
            fields: u32::try_from(self.states.len()).unwrap_or(u32::MAX),
        });
        Ok(())
    }
}

/// States of the chunks that a merge touches, with their fields.
#[derive(Debug)]
struct Pool {
    fields: Vec<Raw>,
    len: usize,
}

impl Pool {
    fn new(fields: &[Field]) -> Self {
        Self {
            fields: fields.iter().map(|field| Raw::new(&field.kind)).collect(),
            len: 0,
        }
    }

    /// Takes a chunk apart.
    fn take(&mut self, number: u32, chunk: &TenureChunk) -> Vec<State> {
        let all = &chunk.all;
        let start = self.len;
        for (at, raw) in self.fields.iter_mut().enumerate() {
            raw.extend(all.fields.get(at).and_then(Option::as_ref), all.len());
        }
        self.len += all.len();
        let owners = all.rows.iter().zip(&all.keys).enumerate();
        owners
            .map(|(at, (row, key))| State {
                row: number * CHUNK_ROWS + u32::from(*row),
                key: *key,
                since: all.since(at).map(|since| since.0),
                until: chunk.until.as_ref().and_then(|until| until.key(at)),
                fields: u32::try_from(start + at).unwrap_or(u32::MAX),
            })
            .collect()
    }

    fn chunk(&self, mut states: Vec<State>, keys: &Dictionary) -> TenureChunk {
        states.sort_by(|a, b| {
            let by_time = (a.row, a.since).cmp(&(b.row, b.since));
            by_time.then_with(|| keys.get(a.key).cmp(&keys.get(b.key)))
        });
        let rows: Vec<u16> = states
            .iter()
            .map(|state| (state.row % CHUNK_ROWS) as u16)
            .collect();
        let order: Vec<u32> = states.iter().map(|state| state.fields).collect();
        TenureChunk {
            all: Arc::new(HoldingChunk {
                blocks: blocks(&rows),
                rows,
                keys: states.iter().map(|state| state.key).collect(),
                since: dates(states.iter().map(|state| state.since)),
                fields: self.fields.iter().map(|raw| raw.pack(&order)).collect(),
            }),
            until: dates(states.iter().map(|state| state.until)),
            versions: Periods::default(),
        }
    }
}

fn dates(dates: impl Iterator<Item = Option<i64>> + Clone) -> Option<Packed> {
    let dated: Vec<bool> = dates.clone().map(|date| date.is_some()).collect();
    let keys: Vec<i64> = dates.map(Option::unwrap_or_default).collect();
    dated.contains(&true).then(|| pack_keys(&keys, &dated))
}

impl TenureStore {
    pub fn new(dictionaries: Vec<Option<Arc<Dictionary>>>) -> Self {
        Self {
            dictionaries,
            ..Self::default()
        }
    }

    pub fn stage(&self, fields: &[Field]) -> TenureStage {
        TenureStage {
            dictionaries: self.dictionaries.clone(),
            keys: Arc::clone(&self.keys),
            members: 0,
            states: Vec::new(),
            fields: fields.iter().map(|field| Raw::new(&field.kind)).collect(),
        }
    }

    /// The same with more states; chunks without a state of the keys they name are shared.
    pub fn merged(&self, stage: TenureStage, fields: &[Field]) -> Self {
        let named: BTreeSet<u32> = stage.states.iter().map(|state| state.key).collect();
        let mut touched: BTreeSet<u32> = stage
            .states
            .iter()
            .map(|state| state.row / CHUNK_ROWS)
            .collect();
        for key in &named {
            touched.extend(self.homes.of(*key));
        }
        let mut pool = Pool::new(fields);
        let mut by_chunk: BTreeMap<u32, Vec<State>> = BTreeMap::new();
        let mut by_key: BTreeMap<u32, Vec<State>> = BTreeMap::new();
        for number in &touched {
            let kept = by_chunk.entry(*number).or_default();
            if let Some(Some(chunk)) = self.chunks.get(*number as usize) {
                for state in pool.take(*number, chunk) {
                    if named.contains(&state.key) {
                        by_key.entry(state.key).or_default().push(state);
                    } else {
                        kept.push(state);
                    }
                }
            }
        }
        for states in by_key.values_mut() {
            states.sort_by_key(|state| state.since);
        }
        let shift = u32::try_from(pool.len).unwrap_or(u32::MAX);
        for (raw, staged) in pool.fields.iter_mut().zip(&stage.fields) {
            raw.append(staged);
        }
        for state in &stage.states {
            let mut state = *state;
            state.fields += shift;
            add(by_key.entry(state.key).or_default(), state);
        }
        let mut homes = self.homes.clone();
        for (key, states) in &mut by_key {
            limit(states);
            homes.set(*key, states.iter().map(|state| state.row / CHUNK_ROWS));
            for state in states {
                by_chunk
                    .entry(state.row / CHUNK_ROWS)
                    .or_default()
                    .push(*state);
            }
        }
        let mut merged = Self {
            dictionaries: stage.dictionaries,
            chunks: self.chunks.clone(),
            homes,
            count: self.count,
            members: self.members,
            keys: stage.keys,
        };
        for (number, states) in by_chunk {
            merged.replace(number as usize, &pool, states);
        }
        merged
    }

    fn replace(&mut self, number: usize, pool: &Pool, states: Vec<State>) {
        if self.chunks.len() <= number {
            self.chunks.resize(number + 1, None);
        }
        let Some(place) = self.chunks.get_mut(number) else {
            return;
        };
        if let Some(old) = place.take() {
            self.count -= old.all.len() as u64;
            self.members -= member_count(&old.all.fields);
        }
        if !states.is_empty() {
            let chunk = pool.chunk(states, &self.keys);
            self.count += chunk.all.len() as u64;
            self.members += member_count(&chunk.all.fields);
            *place = Some(Arc::new(chunk));
        }
    }

    /// States in force at an instant.
    pub fn at(&self, now: Instant, rows: u32) -> Holdings {
        let number = rows.div_ceil(CHUNK_ROWS) as usize;
        let all = self.chunks.iter().chain(std::iter::repeat(&None));
        let chunks: Vec<_> = all
            .take(number)
            .map(|chunk| {
                let chunk = chunk.as_ref()?.at(now);
                (!chunk.is_empty()).then_some(chunk)
            })
            .collect();
        let in_force = chunks.iter().flatten();
        Holdings {
            count: in_force.map(|chunk| chunk.len() as u64).sum(),
            chunks,
            keys: Arc::clone(&self.keys),
            dictionaries: self.dictionaries.clone(),
        }
    }

    /// Keys that are or were a customer's, sorted, with all their states, whoever owned them.
    pub fn histories(&self, row: u32, fields: &[Field]) -> Vec<HoldingHistory> {
        let chunk = self.chunks.get((row / CHUNK_ROWS) as usize);
        let Some(chunk) = chunk.and_then(Option::as_ref) else {
            return Vec::new();
        };
        let own = chunk.all.row_range((row % CHUNK_ROWS) as u16);
        let codes: BTreeSet<u32> = chunk
            .all
            .keys
            .get(own)
            .unwrap_or_default()
            .iter()
            .copied()
            .collect();
        let mut histories: Vec<_> = codes
            .into_iter()
            .filter_map(|code| {
                Some(HoldingHistory {
                    key: Arc::clone(self.keys.get(code)?),
                    states: self.states(code, fields),
                })
            })
            .collect();
        histories.sort_by(|a, b| a.key.cmp(&b.key));
        histories
    }

    /// As [`Self::histories`], of each key only the states in which it is the customer's own: these lie
    /// together, while the others have to be sought.
    pub fn own_histories(&self, row: u32, fields: &[Field]) -> Vec<HoldingHistory> {
        let chunk = self.chunks.get((row / CHUNK_ROWS) as usize);
        let Some(chunk) = chunk.and_then(Option::as_ref) else {
            return Vec::new();
        };
        let mut histories: BTreeMap<&Arc<str>, Vec<HoldingState>> = BTreeMap::new();
        for at in chunk.all.row_range((row % CHUNK_ROWS) as u16) {
            let code = chunk.all.keys.get(at);
            if let Some(key) = code.and_then(|code| self.keys.get(*code)) {
                let state = self.state(&chunk.all, at, Row(row), fields);
                histories.entry(key).or_default().push(state);
            }
        }
        let history = |(key, mut states): (&Arc<str>, Vec<HoldingState>)| {
            states.sort_by_key(|state| state.since);
            let key = Arc::clone(key);
            HoldingHistory { key, states }
        };
        histories.into_iter().map(history).collect()
    }

    /// For each row that enters or leaves a state of a key after `now`, the first such instant.
    pub fn ahead(&self, asked: Asked<'_>, now: i64) -> Vec<(u32, i64)> {
        let mut found = Vec::new();
        for (number, chunk) in (0u32..).zip(&self.chunks) {
            let Some(chunk) = chunk.as_ref().filter(|_| concerns(asked, number)) else {
                continue;
            };
            let dates = Dates {
                rows: &chunk.all.rows,
                blocks: &chunk.all.blocks,
            };
            let since = |at: usize| chunk.all.since(at).map(|since| since.0);
            let until = |at: usize| chunk.until.as_ref().and_then(|until| until.key(at));
            let first = |at: usize| {
                let ends = [since(at), until(at)].into_iter().flatten();
                ends.filter(|end| *end > now).min()
            };
            if chunk.all.since.is_some() || chunk.until.is_some() {
                dates.first_after(number, asked, now, first, &mut found);
            }
        }
        found
    }

    /// Everyone who owns or owned the key in some state, in force or not; ascending.
    pub fn owners(&self, key: &str) -> Vec<u32> {
        let Some(code) = self.keys.code(key) else {
            return Vec::new();
        };
        let mut owners: Vec<u32> = self
            .states(code, &[])
            .iter()
            .map(|state| state.owner.0)
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    fn states(&self, code: u32, fields: &[Field]) -> Vec<HoldingState> {
        let mut states = Vec::new();
        for number in self.homes.of(code) {
            let Some(Some(chunk)) = self.chunks.get(number as usize) else {
                continue;
            };
            let all = &chunk.all;
            let places = all.keys.iter().zip(&all.rows).enumerate();
            for (at, (_, row)) in places.filter(|(_, (key, _))| **key == code) {
                let owner = Row(number * CHUNK_ROWS + u32::from(*row));
                states.push(self.state(all, at, owner, fields));
            }
        }
        states.sort_by_key(|state| state.since);
        states
    }

    fn state(&self, all: &HoldingChunk, at: usize, owner: Row, fields: &[Field]) -> HoldingState {
        let values = fields.iter().enumerate().map(|(field, described)| {
            let dictionary = self.dictionaries.get(field).and_then(Option::as_deref);
            let packed = all.fields.get(field)?.as_ref()?;
            packed.value(at, &described.kind, dictionary)
        });
        HoldingState {
            since: all.since(at),
            owner,
            fields: values.collect(),
        }
    }

    /// Bytes of the facts, and of versions made of them.
    pub fn memory_bytes(&self) -> (usize, usize) {
        let mut facts = self.keys.memory_bytes() + self.homes.memory_bytes();
        let texts = self.dictionaries.iter().flatten();
        facts += texts.map(|texts| texts.memory_bytes()).sum::<usize>();
        let mut versions = 0;
        for chunk in self.chunks.iter().flatten() {
            facts +=
                chunk.all.memory_bytes() + chunk.until.as_ref().map_or(0, Packed::memory_bytes);
            versions += chunk.versions.memory_bytes(HoldingChunk::memory_bytes);
        }
        (facts, versions)
    }
}

/// Adds a state to a key's history, which is sorted by since, each since once.
fn add(states: &mut Vec<State>, state: State) {
    if state.since.is_none() {
        states.clear();
        states.push(state);
        return;
    }
    let place = states.partition_point(|other| other.since < state.since);
    match states.get_mut(place) {
        Some(same) if same.since == state.since => *same = state,
        _ => states.insert(place, state),
    }
}

/// Each state ends where the next begins.
fn limit(states: &mut [State]) {
    let mut until = None;
    for state in states.iter_mut().rev() {
        state.until = until;
        until = state.since;
    }
}

impl TenureChunk {
    fn at(&self, now: Instant) -> Arc<HoldingChunk> {
        if self.all.since.is_none() && self.until.is_none() {
            return Arc::clone(&self.all);
        }
        self.versions.at(now, || {
            let all = &self.all;
            let until = |at: usize| self.until.as_ref().and_then(|until| until.key(at));
            let since = |at: usize| all.since(at).map(|since| since.0);
            let places: Vec<u32> = (0..all.len())
                .filter(|at| since(*at).is_none_or(|since| since <= now.0))
                .filter(|at| until(*at).is_none_or(|until| now.0 < until))
                .filter_map(|at| u32::try_from(at).ok())
                .collect();
            let changes = (0..all.len()).flat_map(|at| [since(at), until(at)]);
            (Period::between(changes.flatten(), now), all.picked(&places))
        })
    }
}
