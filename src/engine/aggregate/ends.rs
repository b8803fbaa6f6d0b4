//! `first` and `last`: the field of the one fact that comes first or last by
//! (instant, sequence, log order); missing when there is none or it lacks the field.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length: rows of a batch are rows of the block"
)]

use super::facts::{Batch, Table};
use super::fold::{Fold, Shape};
use crate::base::kind::Kind;
use crate::engine::outcome::RunError;
use crate::engine::text::TextTable;
use crate::engine::vector::{KeyData, Place, Sets, Texts, Truth, Vector};
use crate::engine::words;
use crate::language::typed::{AggregateFunction, Subfield};

/// No fact yet.
const NOTHING: u32 = u32::MAX;

/// Where the fact of each lane lies.
pub struct Ends<'a> {
    last: bool,
    field: Subfield,
    kind: &'a Kind,
    tables: Vec<Table<'a>>,
    /// Index into `tables`, or [`NOTHING`].
    table: Vec<u32>,
    fact: Vec<u32>,
    open: usize,
}

impl<'a> Ends<'a> {
    /// Nothing yet.
    pub fn new(shape: Shape<'a>, field: Subfield) -> Self {
        Self {
            last: shape.function == AggregateFunction::Last,
            field,
            kind: shape.kind,
            tables: Vec::new(),
            table: vec![NOTHING; shape.len],
            fact: vec![0; shape.len],
            open: shape.len,
        }
    }

    /// The number of the batch's table; batches of one table come together.
    fn number(&mut self, table: Table<'a>) -> u32 {
        let start = |table: &Table<'a>| table.rows().as_ptr();
        if self.tables.last().map(start) != Some(start(&table)) {
            self.tables.push(table);
        }
        self.tables.len() as u32 - 1
    }

    /// Gives the lanes that have a fact of a table, and the field of those facts, table by table.
    fn gather(
        &self,
        mut read: impl FnMut(&[usize], &Vector<'_>) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut facts = vec![(Vec::new(), Vec::new()); self.tables.len()];
        for (lane, table) in self.table.iter().enumerate() {
            if let Some((lanes, places)) = facts.get_mut(*table as usize) {
                lanes.push(lane);
                places.push(self.fact[lane]);
            }
        }
        for (table, (lanes, places)) in self.tables.iter().zip(&facts) {
            if !lanes.is_empty() {
                let vector = table.subfield(self.field, self.kind, Place::Picks(places));
                read(lanes, &vector)?;
            }
        }
        Ok(())
    }

    /// The dictionary that the tables share, if any of them has the field.
    fn dictionary(&self) -> Option<TextTable<'a>> {
        let nothing = Place::Picks(&[]);
        self.tables.iter().find_map(
            |table| match table.subfield(self.field, self.kind, nothing) {
                Vector::Texts(texts) => texts.table.stored().map(TextTable::Stored),
                _ => None,
            },
        )
    }
}

impl<'a> Fold<'a> for Ends<'a> {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let number = self.number(batch.table);
        let (table, fact, last) = (&mut self.table, &mut self.fact, self.last);
        let mut found = 0;
        batch.each(|index, lane| {
            let fresh = table[lane] == NOTHING;
            // Newest tables come first for `last`; within one, facts ascend and the latest stays.
            if fresh || (last && table[lane] == number) {
                found += usize::from(fresh);
                table[lane] = number;
                fact[lane] = batch.place.at(index) as u32;
            }
        });
        self.open -= found;
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.open == 0
    }

    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        let len = self.table.len();
        let mut there = words::none(len);
        let lanes_if = |wanted: bool| if wanted { len } else { 0 };
        let mut keys = vec![0; lanes_if(!matches!(self.kind, Kind::Number))];
        let mut numbers = vec![0.0; len - keys.len()];
        let mut values = vec![None; lanes_if(matches!(self.kind, Kind::Set(_)))];
        self.gather(|lanes, vector| {
            let present = vector.presence();
            for (index, lane) in lanes.iter().enumerate() {
                if present
                    .as_ref()
                    .is_none_or(|present| words::get(present, index))
                {
                    there[lane / 64] |= 1 << (lane % 64);
                }
            }
            let count = lanes.len();
            match vector {
                Vector::Keys(from) => put(&mut keys, lanes, from.data.wide(count).iter().copied()),
                Vector::Texts(from) => {
                    put(&mut keys, lanes, from.codes.wide(count).iter().copied())
                }
                Vector::Numbers(from) => put(&mut numbers, lanes, from.wide(count).iter().copied()),
                Vector::Truth(from) => {
                    let bit = |index| i64::from(words::get(&from.yes, index));
                    put(&mut keys, lanes, (0..count).map(bit));
                }
                Vector::Sets(_) => {
                    let value = |index| vector.value(index, self.kind);
                    put(&mut values, lanes, (0..count).map(value));
                }
            }
            Ok(())
        })?;
        let presence = words::both(presence.as_deref(), Some(&there));
        Ok(match self.kind {
            Kind::Bool => Vector::Truth(Truth::of(
                words::from_slice(&keys, |key| key != 0),
                presence,
            )),
            Kind::Number => Vector::numbers(numbers, presence),
            Kind::Set(_) => {
                let shown = |lane: usize| presence.as_ref().is_none_or(|p| words::get(p, lane));
                let lanes = values.into_iter().enumerate();
                let shown = lanes.map(|(lane, value)| value.filter(|_| shown(lane)));
                Vector::Sets(Sets::Owned(shown.collect()))
            }
            Kind::Text => match self.dictionary() {
                Some(table) => Vector::Texts(Texts {
                    codes: KeyData::Owned(keys),
                    table,
                    presence,
                }),
                None => Vector::missing(self.kind, len),
            },
            _ => Vector::keys(keys, presence),
        })
    }
}

fn put<T>(target: &mut [T], lanes: &[usize], values: impl Iterator<Item = T>) {
    for (lane, value) in lanes.iter().zip(values) {
        target[*lane] = value;
    }
}
