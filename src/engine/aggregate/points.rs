//! Functions that look at all of a customer's facts side by side: the facts that
//! count are laid by customer, in order of time, and then each customer's are read
//! together. What is made of them is said in `summary` and `series`.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length, an index below the batch's, a place below the count of facts"
)]

use super::facts::{Batch, Table};
use super::fold::{Fold, Shape};
use super::series::{self, Extents, Facts};
use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::columns::code;
use crate::engine::meter;
use crate::engine::outcome::RunError;
use crate::engine::summary::{self, number_of, raw_of};
use crate::engine::text::{TextTable, from_values};
use crate::engine::vector::{Place, Vector};
use crate::engine::window::{Moment, Spans};
use crate::engine::words;
use crate::language::typed::{AggregateFunction, FactMeasure, Subfield};

/// Facts laid side by side.
pub struct Points<'a> {
    function: AggregateFunction,
    field: Option<Subfield>,
    taken: &'a Kind,
    kind: &'a Kind,
    len: usize,
    extents: Extents,
    zone: &'a Zone,
    /// Of each fact.
    lanes: Vec<u16>,
    dates: Vec<i32>,
    values: Vec<i64>,
    present: Vec<bool>,
    /// Where codes of texts are looked up.
    texts: Option<TextTable<'a>>,
}

impl<'a> Points<'a> {
    /// No fact yet.
    pub fn new(shape: Shape<'a>, spans: &Spans, moment: &Moment<'a>) -> Self {
        Self {
            function: shape.function,
            field: shape.field,
            taken: shape.taken,
            kind: shape.kind,
            len: shape.len,
            extents: Extents::of(spans, moment, shape.len),
            zone: moment.zone,
            lanes: Vec::new(),
            dates: Vec::new(),
            values: Vec::new(),
            present: Vec::new(),
            texts: None,
        }
    }

    fn is_dated(&self) -> bool {
        matches!(
            self.function,
            AggregateFunction::Gap | AggregateFunction::Series(_)
        )
    }

    /// Dates of the facts; an undated holding has none.
    fn dates_of(&self, batch: &Batch<'_, '_>) -> Vec<Option<i32>> {
        let date = |fact: usize| match batch.table {
            Table::Cell { cell, .. } => Some(cell.day_start() + i32::from(*cell.days.get(fact)?)),
            Table::Holdings { chunk, .. } => Some(self.zone.date_of(chunk.since(fact)?).0),
        };
        let facts = 0..batch.place.len();
        meter::read(facts.len(), 1);
        facts.map(|index| date(batch.place.at(index))).collect()
    }

    /// The values of a batch, raw.
    fn raw(&mut self, batch: &Batch<'a, '_>, vector: &Vector<'_>) -> Result<Vec<i64>, RunError> {
        let len = batch.lanes.len();
        Ok(match vector {
            Vector::Keys(keys) => keys.data.wide(len).into_owned(),
            Vector::Numbers(numbers) => numbers.wide(len).iter().copied().map(raw_of).collect(),
            Vector::Texts(texts) => {
                if self.texts.is_none() {
                    self.texts = self.dictionary(batch.table);
                }
                texts.codes.wide(len).into_owned()
            }
            Vector::Truth(truth) => {
                let bit = |index| i64::from(words::get(&truth.yes, index));
                (0..len).map(bit).collect()
            }
            Vector::Sets(_) => return Err(RunError::Malformed("sets are not laid side by side")),
        })
    }

    /// The texts of the field's codes, which all tables share.
    fn dictionary(&self, table: Table<'a>) -> Option<TextTable<'a>> {
        match table.subfield(self.field?, self.taken, Place::Picks(&[])) {
            Vector::Texts(texts) => texts.table.stored().map(TextTable::Stored),
            _ => None,
        }
    }

    /// Where the facts of each lane begin once they are laid out, and which fact lies at each place.
    fn layout(&self) -> (Vec<usize>, Vec<usize>) {
        let mut starts = vec![0; self.len + 1];
        for lane in &self.lanes {
            starts[usize::from(*lane) + 1] += 1;
        }
        for lane in 0..self.len {
            starts[lane + 1] += starts[lane];
        }
        let mut next = starts.clone();
        let mut order = vec![0; self.lanes.len()];
        for (fact, lane) in self.lanes.iter().enumerate() {
            let place = &mut next[usize::from(*lane)];
            order[*place] = fact;
            *place += 1;
        }
        (starts, order)
    }

    fn result(&self, lane: usize, facts: Facts<'_>, values: &mut [i64]) -> Option<Value> {
        match self.function {
            AggregateFunction::Gap => series::gap(facts.dates).map(Value::Int),
            AggregateFunction::Series(of) => {
                series::series(of, facts, self.extents.lane(lane), self.kind)
            }
            AggregateFunction::Mode => {
                let (raw, _) = *self.frequent(values).first()?;
                self.value(raw)
            }
            AggregateFunction::Modes(wanted) => {
                let frequent = self.frequent(values);
                let members = frequent.iter().take(usize::from(wanted));
                let mut members: Vec<Value> =
                    members.filter_map(|(raw, _)| self.value(*raw)).collect();
                members.sort_by(Value::order);
                Some(Value::Set(members.into()))
            }
            function => {
                let measure = FactMeasure::of(function)?;
                summary::measure(measure, values.len(), values, self.taken)?.value(self.kind)
            }
        }
    }

    /// Different values with how often each is there, the most frequent first, of equals the smallest.
    fn frequent(&self, values: &mut [i64]) -> Vec<(i64, usize)> {
        values.sort_unstable();
        let runs = values.chunk_by(|one, next| one == next);
        let runs = runs.filter_map(|run| Some((*run.first()?, run.len())));
        let mut counts: Vec<(i64, usize)> = runs.collect();
        let by_value = |a: i64, b: i64| match (&self.texts, self.taken) {
            (Some(texts), _) => texts.get(a).cmp(texts.get(b)),
            (None, Kind::Number) => number_of(a).total_cmp(&number_of(b)),
            _ => a.cmp(&b),
        };
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| by_value(a.0, b.0)));
        counts
    }

    fn value(&self, raw: i64) -> Option<Value> {
        match (&self.texts, self.taken) {
            (Some(texts), _) => Some(Value::Text(texts.shared(raw))),
            (None, Kind::Number) => Some(Value::Number(number_of(raw))),
            (None, Kind::Bool) => Some(Value::Bool(raw != 0)),
            (None, Kind::Money) => Some(Value::Money(Money(raw))),
            (None, kind) => code::value(kind, raw, None),
        }
    }
}

impl<'a> Fold<'a> for Points<'a> {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let vector = self
            .field
            .map(|field| batch.table.subfield(field, self.taken, batch.place));
        if !self.is_dated() {
            let vector = vector.ok_or(RunError::Malformed("an aggregate lacks its field"))?;
            let raw = self.raw(batch, &vector)?;
            let (lanes, values) = (&mut self.lanes, &mut self.values);
            batch.each_present(&vector, |index, lane| {
                lanes.push(lane as u16);
                values.push(raw[index]);
            });
            return Ok(());
        }
        let dates = self.dates_of(batch);
        let raw = match &vector {
            Some(vector) => Some((self.raw(batch, vector)?, vector.presence())),
            None => None,
        };
        batch.each(|index, lane| {
            let Some(date) = dates[index] else { return };
            self.lanes.push(lane as u16);
            self.dates.push(date);
            if let Some((raw, presence)) = &raw {
                let there = presence.as_ref().is_none_or(|bits| words::get(bits, index));
                self.values.push(raw[index]);
                self.present.push(there);
            }
        });
        Ok(())
    }

    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        let (starts, order) = self.layout();
        let dates = laid(&self.dates, &order);
        let mut values = laid(&self.values, &order);
        let present = laid(&self.present, &order);
        let results = (0..self.len).map(|lane| {
            if presence
                .as_ref()
                .is_some_and(|bits| !words::get(bits, lane))
            {
                return None;
            }
            let own = starts[lane]..starts[lane + 1];
            let mut own_values = values.get_mut(own.clone()).unwrap_or_default().to_vec();
            let facts = Facts {
                dates: dates.get(own.clone()).unwrap_or_default(),
                values: values.get(own.clone()).unwrap_or_default(),
                present: present.get(own).unwrap_or_default(),
                kind: self.taken,
            };
            self.result(lane, facts, &mut own_values)
        });
        Ok(from_values(results.collect(), self.kind))
    }
}

/// In that order; what was not gathered stays empty.
fn laid<T: Copy>(items: &[T], order: &[usize]) -> Vec<T> {
    order
        .iter()
        .filter_map(|fact| items.get(*fact).copied())
        .collect()
}
