//! A piece of a file as columns of values that keep their type, so that what is a number needs not pass
//! through text. Who asks for text gets it, exactly as a file of delimited text would say it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::kind::Kind;
use super::value;
use crate::base::limit::RECORD_BYTES_MAX;
use crate::ingest::fault::Fault;
use crate::ingest::record::{Broken, Next, Record};

/// Values of one column, one a row; where a row has none, anything stands in its place.
#[derive(Debug)]
pub enum Cells {
    /// yes or no
    Bool(Vec<bool>),
    /// Whole numbers by their meaning.
    Int(Vec<i64>, Kind),
    /// Floats of 64 bits.
    Number(Vec<f64>),
    /// Texts, and all else written as text; empty where a row has none.
    Text {
        /// All of them, one after the other.
        text: String,
        /// Where each ends.
        ends: Vec<usize>,
    },
}

/// One column of a piece.
#[derive(Debug)]
pub struct Values {
    /// Which rows have a value; `None` = all.
    pub there: Option<Vec<bool>>,
    /// What they are.
    pub cells: Cells,
}

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Raw<'a> {
    /// None.
    Missing,
    /// yes or no
    Bool(bool),
    /// A whole number by its meaning.
    Int(i64, Kind),
    /// A float.
    Number(f64),
    /// A text as it stands in the file.
    Text(&'a str),
}

/// Some rows of a file, in its order.
#[derive(Debug, Default)]
pub struct Table {
    /// Number of the row before the first.
    before: u64,
    rows: usize,
    /// The row that is given next.
    at: usize,
    columns: Vec<Values>,
    /// Rows that are refused, by place, and how they are kept.
    broken: VecDeque<(usize, Fault, Vec<u8>)>,
    /// The refused row that was given last.
    refused: Vec<u8>,
    /// The row given last, as text.
    line: OnceCell<Line>,
}

#[derive(Debug, Default)]
struct Line {
    text: String,
    ends: Vec<usize>,
}

/// A row of a piece.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    table: &'a Table,
    at: usize,
}

impl Table {
    /// So many rows behind that number; `broken` lies by rising place.
    pub fn new(
        before: u64,
        rows: usize,
        columns: Vec<Values>,
        broken: VecDeque<(usize, Fault, Vec<u8>)>,
    ) -> Self {
        Self {
            before,
            rows,
            at: 0,
            columns,
            broken,
            refused: Vec::new(),
            line: OnceCell::new(),
        }
    }

    /// Whether all rows were given.
    pub fn is_drained(&self) -> bool {
        self.at >= self.rows
    }

    /// The next row; `None` when all were given.
    pub fn next(&mut self) -> Option<Next<'_>> {
        if self.is_drained() {
            return None;
        }
        let at = self.at;
        self.at += 1;
        self.line.take();
        let number = self.before + self.at as u64;
        let fault = self.broken.pop_front_if(|(place, ..)| *place == at);
        Some(match fault {
            Some((_, fault, raw)) => {
                self.refused = raw;
                Next::Broken(Broken {
                    number,
                    line: number,
                    raw: &self.refused,
                    fault,
                })
            }
            None => Next::Record(Record::of_row(number, Row { table: self, at })),
        })
    }
}

/// A refused row as it is kept: one JSON object. What is no text stands there as an object with its bytes, which no
/// source reads, so that nobody takes the row before it is mended. Nothing where it is too long.
pub fn kept(
    names: &[&str],
    values: &[Values],
    place: usize,
    no_texts: Vec<(usize, Vec<u8>)>,
) -> Vec<u8> {
    let mut object = BTreeMap::new();
    for (name, values) in names.iter().zip(values) {
        let mut text = Vec::new();
        values.raw(place).write(&mut text);
        if let (false, Ok(text)) = (text.is_empty(), String::from_utf8(text)) {
            object.insert(*name, Value::String(text));
        }
    }
    for (at, bytes) in no_texts
        .into_iter()
        .filter(|(_, bytes)| bytes.len() <= RECORD_BYTES_MAX)
    {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some(name) = names.get(at) {
            object.insert(*name, serde_json::json!({ "bytes": digits }));
        }
    }
    // Texts by texts are always JSON.
    let mut line = serde_json::to_vec(&object).unwrap_or_default();
    if line.len() > RECORD_BYTES_MAX {
        line.clear();
    }
    line
}

impl<'a> Row<'a> {
    /// How many columns.
    pub fn width(self) -> usize {
        self.table.columns.len()
    }

    /// The value of a column.
    pub fn raw(self, position: usize) -> Raw<'a> {
        let Some(values) = self.table.columns.get(position) else {
            return Raw::Missing;
        };
        values.raw(self.at)
    }

    /// The value of a column as text; empty where there is none.
    pub fn field(self, position: usize) -> &'a str {
        if let Raw::Text(text) = self.raw(position) {
            return text;
        }
        let (text, ends) = self.line();
        let start = position.checked_sub(1).and_then(|before| ends.get(before));
        let end = ends.get(position).copied().unwrap_or(0);
        text.get(start.copied().unwrap_or(0)..end).unwrap_or("")
    }

    /// All values as text, and where each ends.
    pub fn line(self) -> (&'a str, &'a [usize]) {
        let line = self.table.line.get_or_init(|| {
            let mut bytes = Vec::new();
            let mut ends = Vec::with_capacity(self.table.columns.len());
            for values in &self.table.columns {
                values.raw(self.at).write(&mut bytes);
                ends.push(bytes.len());
            }
            Line {
                // Texts and digits.
                text: String::from_utf8(bytes).unwrap_or_default(),
                ends,
            }
        });
        (&line.text, &line.ends)
    }
}

impl Values {
    fn raw(&self, at: usize) -> Raw<'_> {
        if let Some(there) = &self.there
            && there.get(at) != Some(&true)
        {
            return Raw::Missing;
        }
        let raw = match &self.cells {
            Cells::Bool(values) => values.get(at).map(|value| Raw::Bool(*value)),
            Cells::Int(values, kind) => values.get(at).map(|value| Raw::Int(*value, *kind)),
            Cells::Number(values) => values.get(at).map(|value| Raw::Number(*value)),
            Cells::Text { text, ends } => {
                let start = at.checked_sub(1).and_then(|before| ends.get(before));
                let start = start.copied().unwrap_or(0);
                let end = ends.get(at).copied().unwrap_or(start);
                text.get(start..end).map(Raw::Text)
            }
        };
        raw.unwrap_or(Raw::Missing)
    }
}

impl Raw<'_> {
    /// As text; nothing where there is none.
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Raw::Missing => {}
            Raw::Bool(yes) => value::boolean(yes, out),
            Raw::Int(number, kind) => value::int(number, kind, out),
            Raw::Number(number) => value::float(number, out),
            Raw::Text(text) => out.extend_from_slice(text.as_bytes()),
        }
    }
}
