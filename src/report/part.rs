//! The kernel: a batch of rows into the groups of one part, and one part into another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::key::{Groups, Raw, Texts, part};
use super::layout::{Layout, TallyAt};
use super::tallied::Tallied;
use crate::base::calendar::{Date, Unit};
use crate::base::kind::Kind;
use crate::base::limit::REPORT_VALUES_MAX;
use crate::base::value::Value;
use crate::columns::bits::Bits;
use crate::columns::code;
use crate::engine::RunError;
use crate::engine::outcome::Condition;
use crate::engine::rows::{Gathered, GivenColumns, Lanes};
use crate::ingest::raw::GivenValues;
use crate::language::typed::{Given, Report, TallyFunction};

/// Rows of whatever sort, with what a pass asks of them.
pub trait Batch {
    /// Lanes that are rows.
    fn counted(&self) -> Bits;
    /// One of the things asked, over all lanes.
    fn column(&mut self, at: usize) -> Result<Gathered, RunError>;
    /// Whom to blame where it is missing among those lanes.
    fn blame(&mut self, at: usize, among: &Bits) -> Result<Vec<(Arc<str>, u64)>, RunError>;
    /// The whole row as one text, where rows are records.
    fn whole(&mut self) -> Result<Gathered, RunError>;
    /// What is given of the group of each lane.
    fn give(&mut self, given: Given, values: Vec<Option<Value>>, kind: &Kind);
}

impl Batch for Lanes<'_> {
    fn counted(&self) -> Bits {
        Lanes::counted(self)
    }

    fn column(&mut self, at: usize) -> Result<Gathered, RunError> {
        Lanes::column(self, at)
    }

    fn blame(&mut self, at: usize, among: &Bits) -> Result<Vec<(Arc<str>, u64)>, RunError> {
        Lanes::blame(self, at, among)
    }

    fn whole(&mut self) -> Result<Gathered, RunError> {
        Err(RunError::Malformed("only records are taken whole"))
    }

    fn give(&mut self, given: Given, values: Vec<Option<Value>>, kind: &Kind) {
        Lanes::give(self, given, values, kind);
    }
}

/// Rows that could not be judged, and what they lack.
#[derive(Clone, Debug, Default)]
pub struct Unjudged {
    /// How many.
    pub rows: u64,
    /// By label.
    pub because: BTreeMap<Arc<str>, u64>,
}

impl Unjudged {
    fn note(&mut self, rows: &mut dyn Batch, at: usize, among: &Bits) -> Result<(), RunError> {
        if !among.any() {
            return Ok(());
        }
        self.rows += among.count();
        for (label, count) in rows.blame(at, among)? {
            *self.because.entry(label).or_default() += count;
        }
        Ok(())
    }

    fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        for (label, count) in other.because {
            *self.because.entry(label).or_default() += count;
        }
    }

    /// Most often lacking first, then by label.
    pub fn reasons(self) -> Vec<(Arc<str>, u64)> {
        let mut because: Vec<_> = self.because.into_iter().collect();
        because.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        because
    }
}

/// What later passes know of the groups.
#[derive(Clone, Copy)]
pub struct Before<'b> {
    /// Texts of their keys.
    pub texts: &'b Texts,
    /// All groups.
    pub groups: &'b Groups,
    /// Measures of earlier passes, by group.
    pub given: &'b GivenColumns,
}

impl Before<'_> {
    /// The measures of the group with those keys; `None` where no row was grouped under them.
    pub fn of(self, report: &Report, keys: &[Option<Value>]) -> Option<GivenValues> {
        let mut key = Vec::with_capacity(keys.len() * 2);
        for (value, group) in keys.iter().zip(&report.groups) {
            let word = match (value, group.period) {
                (None, _) => None,
                (Some(Value::Text(text)), _) => Some(self.texts.find(text)?),
                (Some(Value::Number(number)), _) => Some((number + 0.0).to_bits()),
                (Some(value), period) => {
                    let word = code::key(value)?.cast_unsigned();
                    Some(period.map_or(word, |unit| first_day(word, unit)))
                }
            };
            key.extend(part(word));
        }
        let place = self.groups.find(&key)? as usize;
        let given = self.given.iter();
        let given = given.map(|(given, _, values)| (*given, values.get(place).cloned().flatten()));
        Some(given.collect())
    }
}

/// Groups with what is held of them.
#[derive(Debug)]
pub struct Part {
    /// Texts of keys and of different values.
    pub texts: Texts,
    /// Met so far.
    pub groups: Groups,
    /// One for each tally of the pass.
    pub tallied: Vec<Tallied>,
    /// Rows that were grouped.
    pub counted: u64,
    /// Rows that the condition leaves out.
    pub no: u64,
    /// Rows that the condition cannot judge.
    pub unknown: Unjudged,
    /// The same of each tally.
    pub aside: Vec<Unjudged>,
    held: usize,
}

impl Part {
    /// Without rows.
    pub fn new(report: &Report, layout: &Layout<'_>) -> Self {
        let tallies = layout.tallies.iter();
        let tallied = tallies
            .filter_map(|at| report.tallies.get(at.tally))
            .map(Tallied::new);
        Self {
            texts: Texts::default(),
            groups: Groups::default(),
            tallied: tallied.collect(),
            counted: 0,
            no: 0,
            unknown: Unjudged::default(),
            aside: vec![Unjudged::default(); layout.tallies.len()],
            held: 0,
        }
    }

    /// Adds rows.
    pub fn take(
        &mut self,
        rows: &mut dyn Batch,
        report: &Report,
        layout: &Layout<'_>,
        before: Option<Before<'_>>,
    ) -> Result<(), RunError> {
        let mut inside = rows.counted();
        if layout.filtered {
            let condition = condition(rows.column(0)?)?;
            let unknown = unknown(&inside, &condition);
            self.unknown.note(rows, 0, &unknown)?;
            let all = inside.count();
            inside.and(&condition.yes);
            self.no += all - unknown.count() - inside.count();
        }
        self.counted += inside.count();
        if !inside.any() {
            return Ok(());
        }
        let group_of = self.group(rows, report, layout, &inside)?;
        if let Some(before) = before {
            self.give(rows, report, before, &group_of);
        }
        for at in 0..layout.tallies.len() {
            self.tally(rows, report, layout, at, &inside, &group_of)?;
        }
        if self.held > REPORT_VALUES_MAX {
            return Err(full());
        }
        Ok(())
    }

    /// The group of each lane inside; of others nothing is said.
    fn group(
        &mut self,
        rows: &mut dyn Batch,
        report: &Report,
        layout: &Layout<'_>,
        inside: &Bits,
    ) -> Result<Vec<u32>, RunError> {
        let mut keys = Vec::with_capacity(report.groups.len());
        for (at, group) in report.groups.iter().enumerate() {
            let mut raw = Raw::of(rows.column(layout.keys + at)?, &mut self.texts)?;
            if let Some(unit) = group.period {
                raw.words
                    .iter_mut()
                    .for_each(|word| *word = first_day(*word, unit));
            }
            keys.push(raw);
        }
        let mut group_of = vec![0; inside.len];
        let mut key = Vec::with_capacity(keys.len() * 2);
        for lane in inside.iter() {
            key.clear();
            for raw in &keys {
                key.extend(part(raw.get(lane)));
            }
            if let Some(group) = group_of.get_mut(lane) {
                *group = self.groups.place(&key)?;
            }
        }
        let groups = self.groups.len();
        self.tallied
            .iter_mut()
            .for_each(|tallied| tallied.grow(groups));
        Ok(group_of)
    }

    /// Hands each row the measures of its group.
    fn give(&self, rows: &mut dyn Batch, report: &Report, before: Before<'_>, group_of: &[u32]) {
        let keys = self.groups.keys().iter();
        let places: Vec<Option<u32>> = keys
            .map(|key| {
                before
                    .groups
                    .find(&self.known_key(key, report, before.texts)?)
            })
            .collect();
        for (given, kind, values) in before.given {
            if let Given::Measure(_) = given {
                let of = |group: &u32| {
                    let place = (*places.get(*group as usize)?)?;
                    values.get(place as usize)?.clone()
                };
                rows.give(*given, group_of.iter().map(of).collect(), kind);
            }
        }
    }

    /// The same key with the codes of another table of texts.
    fn known_key(&self, key: &[u64], report: &Report, texts: &Texts) -> Option<Vec<u64>> {
        let mut known = Vec::with_capacity(key.len());
        for (pair, group) in key.chunks(2).zip(&report.groups) {
            let word = match (super::key::word(pair), &group.value.kind) {
                (Some(word), Kind::Text) => Some(texts.find(self.texts.text(word)?)?),
                (word, _) => word,
            };
            known.extend(part(word));
        }
        Some(known)
    }

    fn tally(
        &mut self,
        rows: &mut dyn Batch,
        report: &Report,
        layout: &Layout<'_>,
        number: usize,
        inside: &Bits,
        group_of: &[u32],
    ) -> Result<(), RunError> {
        let (
            Some(TallyAt {
                tally,
                value,
                filter,
            }),
            Some(aside),
            Some(tallied),
        ) = (
            layout.tallies.get(number).copied(),
            self.aside.get_mut(number),
            self.tallied.get_mut(number),
        )
        else {
            return Ok(());
        };
        let function = report.tallies.get(tally).map(|tally| tally.function);
        let mut inside = inside.clone();
        if let Some(filter) = filter {
            let condition = condition(rows.column(filter)?)?;
            aside.note(rows, filter, &unknown(&inside, &condition))?;
            inside.and(&condition.yes);
        }
        let raw = match (value, function) {
            (Some(value), Some(TallyFunction::Share)) => {
                let condition = condition(rows.column(value)?)?;
                aside.note(rows, value, &unknown(&inside, &condition))?;
                Some(Raw::of(Gathered::Condition(condition), &mut self.texts)?)
            }
            (Some(value), _) => Some(Raw::of(rows.column(value)?, &mut self.texts)?),
            (None, Some(TallyFunction::Distinct)) => Some(Raw::of(rows.whole()?, &mut self.texts)?),
            (None, _) => None,
        };
        for lane in inside.iter() {
            let group = group_of.get(lane).copied().unwrap_or(0);
            match &raw {
                None => self.held += tallied.take(group, 0),
                Some(raw) => {
                    if let Some(word) = raw.get(lane) {
                        self.held += tallied.take(group, word);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds another part.
    pub fn merge(&mut self, other: Self, report: &Report) -> Result<(), RunError> {
        self.counted += other.counted;
        self.no += other.no;
        self.unknown.merge(other.unknown);
        for (known, more) in self.aside.iter_mut().zip(other.aside) {
            known.merge(more);
        }
        let texts = self.texts.merge(&other.texts);
        let code = |word: u64| {
            usize::try_from(word)
                .ok()
                .and_then(|at| texts.get(at).copied())
        };
        let mut places = Vec::with_capacity(other.groups.len());
        let mut key = Vec::new();
        for foreign in other.groups.keys() {
            key.clear();
            for (pair, group) in foreign.chunks(2).zip(&report.groups) {
                let word = match (super::key::word(pair), &group.value.kind) {
                    (Some(word), Kind::Text) => code(word),
                    (word, _) => word,
                };
                key.extend(part(word));
            }
            places.push(self.groups.place(&key)?);
        }
        let groups = self.groups.len();
        for (known, more) in self.tallied.iter_mut().zip(other.tallied) {
            known.grow(groups);
            self.held += known.merge(more, &places, &texts);
        }
        match self.held > REPORT_VALUES_MAX {
            true => Err(full()),
            false => Ok(()),
        }
    }
}

fn full() -> RunError {
    RunError::Full {
        what: "values held for medians, cuts, deviations and counts of different values",
        max: REPORT_VALUES_MAX,
    }
}

fn condition(column: Gathered) -> Result<Condition, RunError> {
    match column {
        Gathered::Condition(condition) => Ok(condition),
        Gathered::Values(_) => Err(RunError::Malformed("a condition is not a yes or no")),
    }
}

fn unknown(inside: &Bits, condition: &Condition) -> Bits {
    let mut unknown = inside.clone();
    unknown.and_not(&condition.yes);
    unknown.and_not(&condition.no);
    unknown
}

/// The first day of the unit that holds a day.
fn first_day(word: u64, unit: Unit) -> u64 {
    let date = i32::try_from(word.cast_signed()).map(Date);
    date.map_or(word, |date| {
        i64::from(date.start_of(unit).0).cast_unsigned()
    })
}
