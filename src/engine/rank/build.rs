//! A rank table from the columns of everyone: who belongs, to which group, and in which
//! order. Sorting is all that grows faster than the customers: n log n.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::sort::{self, Member};
use super::{Group, OUTSIDE, Place, RankTable, UNKNOWN, turned};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::columns::Snapshot;
use crate::engine::outcome::{OutputResult, ResultColumn, ResultData};

/// What is known of everyone, by row.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    /// What they are ordered by.
    pub value: &'a OutputResult,
    /// Who belongs; `None` = everyone.
    pub among: Option<&'a OutputResult>,
    /// What makes groups.
    pub per: &'a [OutputResult],
    /// Whether equal values are ordered by id.
    pub ties_by_id: bool,
}

/// Of whoever it is not known of.
const UNPLACED: Place = Place {
    group: UNKNOWN,
    smaller: 0,
    greater: 0,
};

/// One member in the order of the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    group: u32,
    key: i64,
    /// Place among all ids where ties are ordered by them, else 0.
    tie: u32,
    row: u32,
}

impl RankTable {
    /// The table of these members, whose columns are those of the snapshot at that instant.
    pub fn build(members: Members<'_>, snapshot: &Snapshot, at: Instant) -> Self {
        let rows = snapshot.rows() as usize;
        let mut places = vec![UNPLACED; rows];
        let kind = members
            .value
            .values
            .as_ref()
            .map_or(Kind::Bool, |values| values.kind.clone());
        if members.per.is_empty() && !members.ties_by_id {
            let belonging = belonging(members, &mut places);
            let sorted = one_group(belonging, &mut places);
            let len = u32::try_from(sorted.len()).unwrap_or(u32::MAX);
            return Self {
                at,
                kind,
                places,
                groups: if len == 0 {
                    Vec::new()
                } else {
                    vec![Group { start: 0, len }]
                },
                sorted,
                figures: OnceLock::new(),
            };
        }
        let groups = grouped(members.per, rows);
        let ties = ties(members.ties_by_id, snapshot);
        let mut entries = Vec::new();
        for (key, row) in belonging(members, &mut places) {
            let index = row as usize;
            let group = groups
                .as_ref()
                .map_or(Some(0), |groups| groups.get(index).copied().flatten());
            if let Some(group) = group {
                let tie = ties.get(index).copied().unwrap_or(0);
                entries.push(Entry {
                    group,
                    key,
                    tie,
                    row,
                });
            }
        }
        entries.sort_unstable();
        let mut table = Self {
            at,
            kind,
            places,
            groups: Vec::new(),
            sorted: entries.iter().map(|entry| entry.key).collect(),
            figures: OnceLock::new(),
        };
        table.place(&entries);
        table
    }

    /// Gives every member its place; entries are in order.
    fn place(&mut self, entries: &[Entry]) {
        let mut start = 0_u32;
        for members in entries.chunk_by(|a, b| a.group == b.group) {
            let len = u32::try_from(members.len()).unwrap_or(u32::MAX);
            let group = u32::try_from(self.groups.len()).unwrap_or(UNKNOWN);
            self.groups.push(Group { start, len });
            start = start.saturating_add(len);
            let mut smaller = 0_u32;
            for equal in members.chunk_by(|a, b| (a.key, a.tie) == (b.key, b.tie)) {
                let count = u32::try_from(equal.len()).unwrap_or(u32::MAX);
                let greater = len.saturating_sub(smaller).saturating_sub(count);
                for entry in equal {
                    if let Some(place) = self.places.get_mut(entry.row as usize) {
                        *place = Place {
                            group,
                            smaller,
                            greater,
                        };
                    }
                }
                smaller = smaller.saturating_add(count);
            }
        }
    }
}

/// Keys and rows of those who belong, by row; whoever does not has it said in his place.
fn belonging(members: Members<'_>, places: &mut [Place]) -> Vec<Member> {
    let mut found = Vec::with_capacity(places.len());
    for (row, place) in (0_u32..).zip(places) {
        let index = row as usize;
        match members.among.map(|among| holds(among, index)) {
            None | Some(Some(true)) => {}
            Some(Some(false)) => {
                place.group = OUTSIDE;
                continue;
            }
            Some(None) => continue,
        }
        if let Some(key) = key(members.value, index) {
            found.push((key, row));
        }
    }
    found
}

/// Gives each of the members without groups his place; their keys, ascending.
fn one_group(members: Vec<Member>, places: &mut [Place]) -> Vec<i64> {
    let Some(extent) = sort::extent(&members) else {
        return Vec::new();
    };
    let len = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let place = |smaller: u32, count: u32| Place {
        group: 0,
        smaller,
        greater: len.saturating_sub(smaller).saturating_sub(count),
    };
    let mut put = |row: u32, place: Place| {
        if let Some(free) = places.get_mut(row as usize) {
            *free = place;
        }
    };
    let mut smaller = 0_u32;
    if let Some(counts) = sort::counts(&members, extent) {
        let mut of_keys = Vec::with_capacity(counts.len());
        let mut sorted = Vec::with_capacity(members.len());
        for (step, count) in (0_i64..).zip(counts) {
            let key = extent.0.wrapping_add(step);
            of_keys.push(place(smaller, count));
            sorted.resize(sorted.len() + count as usize, key);
            smaller = smaller.saturating_add(count);
        }
        for (key, row) in &members {
            let place = of_keys.get(key.wrapping_sub(extent.0) as usize);
            put(*row, place.copied().unwrap_or(UNPLACED));
        }
        return sorted;
    }
    let sorted = sort::by_key(members, extent);
    for equal in sorted.chunk_by(|one, other| one.0 == other.0) {
        let count = u32::try_from(equal.len()).unwrap_or(u32::MAX);
        for (_, row) in equal {
            put(*row, place(smaller, count));
        }
        smaller = smaller.saturating_add(count);
    }
    sorted.iter().map(|(key, _)| *key).collect()
}

/// By row, its place among all ids; empty when nobody asks.
fn ties(wanted: bool, snapshot: &Snapshot) -> Vec<u32> {
    if !wanted {
        return Vec::new();
    }
    let mut ties = vec![0; snapshot.rows() as usize];
    for (place, row) in (0_u32..).zip(snapshot.by_id()) {
        if let Some(tie) = ties.get_mut(*row as usize) {
            *tie = place;
        }
    }
    ties
}

fn holds(among: &OutputResult, index: usize) -> Option<bool> {
    among.condition.as_ref().and_then(|among| among.get(index))
}

/// The key of a row's value; of kinds without an order only whether it has one.
fn key(value: &OutputResult, index: usize) -> Option<i64> {
    let values = match (&value.condition, &value.values) {
        (Some(condition), _) => return condition.get(index).map(i64::from),
        (None, values) => values.as_ref()?,
    };
    if !values.presence.get(index) {
        return None;
    }
    match &values.data {
        ResultData::Texts(_) | ResultData::Sets(_) => Some(0),
        ResultData::Keys(keys) => keys.get(index).copied(),
        ResultData::Numbers(numbers) => {
            let number = numbers.get(index)? + 0.0;
            Some(turned(number.to_bits() as i64))
        }
    }
}

/// By row, the number of its group; rows that lack a part of it have none. `None` = all are one.
fn grouped(per: &[OutputResult], rows: usize) -> Option<Vec<Option<u32>>> {
    let mut columns = per.iter().map(|key| numbered(key, rows));
    let mut groups = columns.next()?;
    for column in columns {
        let mut known: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for (group, more) in groups.iter_mut().zip(column) {
            *group = match (*group, more) {
                (Some(group), Some(more)) => Some(next(&mut known, (group, more))),
                _ => None,
            };
        }
    }
    Some(groups)
}

/// By row, a number that equal values share.
fn numbered(key: &OutputResult, rows: usize) -> Vec<Option<u32>> {
    if let Some(condition) = &key.condition {
        let number = |row| condition.get(row).map(u32::from);
        return (0..rows).map(number).collect();
    }
    let Some(values) = &key.values else {
        return vec![None; rows];
    };
    match &values.data {
        ResultData::Texts(texts) => {
            let mut known: BTreeMap<Arc<str>, u32> = BTreeMap::new();
            let mut number =
                |row: usize| present(values, texts, row).map(|text| next(&mut known, text));
            (0..rows).map(&mut number).collect()
        }
        ResultData::Keys(keys) => {
            let mut known: BTreeMap<i64, u32> = BTreeMap::new();
            let mut number =
                |row: usize| present(values, keys, row).map(|key| next(&mut known, key));
            (0..rows).map(&mut number).collect()
        }
        // Neither makes groups.
        ResultData::Numbers(_) | ResultData::Sets(_) => vec![None; rows],
    }
}

fn present<T: Clone>(column: &ResultColumn, data: &[T], row: usize) -> Option<T> {
    column
        .presence
        .get(row)
        .then(|| data.get(row).cloned())
        .flatten()
}

/// The number of a key; a new one gets the next.
fn next<K: Ord>(known: &mut BTreeMap<K, u32>, key: K) -> u32 {
    let fresh = u32::try_from(known.len()).unwrap_or(UNKNOWN);
    *known.entry(key).or_insert(fresh)
}
