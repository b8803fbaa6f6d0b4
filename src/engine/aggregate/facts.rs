//! Facts as lanes: a run of events of one cell, or of holdings of one chunk, and
//! what can be read of them.

use std::ops::Range;

use crate::base::kind::Kind;
use crate::columns::cell::{Cell, Events};
use crate::columns::holding::{HoldingChunk, Holdings};
use crate::columns::packed::Packed;
use crate::engine::meter;
use crate::engine::text::TextTable;
use crate::engine::vector::{KeyData, Place, Texts, Vector};
use crate::engine::words;
use crate::language::typed::Subfield;
use crate::schema::FieldId;

/// Lanes of a block are at most this: what a row of a run keeps of its place in the block.
pub const LANE_MASK: u16 = 4_095;
/// Lanes of a whole block. A lane after the mask is surely below it, so that figures of a whole block
/// are reached without a test.
pub const LANES: usize = 4_096;

/// Where facts lie.
#[derive(Clone, Copy, Debug)]
pub enum Table<'a> {
    /// Events.
    Cell {
        /// The cell.
        cell: &'a Cell,
        /// Its kind's dictionaries.
        events: &'a Events,
    },
    /// Holdings in force.
    Holdings {
        /// The chunk.
        chunk: &'a HoldingChunk,
        /// Its kind's dictionaries and keys.
        holdings: &'a Holdings,
    },
}

impl<'a> Table<'a> {
    /// Tells it from every other one of the same snapshot.
    pub fn address(&self) -> usize {
        match self {
            Table::Cell { cell, .. } => std::ptr::from_ref(*cell).addr(),
            Table::Holdings { chunk, .. } => std::ptr::from_ref(*chunk).addr(),
        }
    }

    /// Row within the chunk of each fact.
    pub fn rows(&self) -> &'a [u16] {
        match self {
            Table::Cell { cell, .. } => &cell.rows,
            Table::Holdings { chunk, .. } => &chunk.rows,
        }
    }

    /// Facts of one block of 4,096 rows.
    pub fn block(&self, block: usize) -> Range<usize> {
        match self {
            Table::Cell { cell, .. } => cell.block(block),
            Table::Holdings { chunk, .. } => chunk.block(block),
        }
    }

    /// Facts of one row.
    pub fn row_range(&self, row: u16) -> Range<usize> {
        match self {
            Table::Cell { cell, .. } => cell.row_range(row),
            Table::Holdings { chunk, .. } => chunk.row_range(row),
        }
    }

    /// The values of a field; `None` = no fact of the table has it.
    pub fn packed(&self, field: FieldId) -> Option<&'a Packed> {
        let at = usize::from(field.0);
        match self {
            Table::Cell { cell, .. } => cell.fields.get(at)?.as_ref(),
            Table::Holdings { chunk, .. } => chunk.fields.get(at)?.as_ref(),
        }
    }

    /// A field of the facts.
    pub fn field<'b>(&self, field: FieldId, kind: &Kind, place: Place<'b>) -> Vector<'b>
    where
        'a: 'b,
    {
        let dictionaries = match self {
            Table::Cell { events, .. } => &events.dictionaries,
            Table::Holdings { holdings, .. } => &holdings.dictionaries,
        };
        let dictionary = dictionaries
            .get(usize::from(field.0))
            .and_then(Option::as_deref);
        Vector::stored(kind, self.packed(field), dictionary, place)
    }

    /// Instants of the facts; an undated holding's is missing.
    pub fn at<'b>(&self, place: Place<'b>) -> Vector<'b>
    where
        'a: 'b,
    {
        match self {
            Table::Cell { cell, .. } => {
                meter::read(1, cell.time_bytes(place.len()));
                let instants = (0..place.len()).map(|lane| cell.instant(place.at(lane)).0);
                Vector::keys(instants.collect(), None)
            }
            Table::Holdings { chunk, .. } => {
                Vector::stored(&Kind::Time, chunk.since.as_ref(), None, place)
            }
        }
    }

    /// Keys of holdings; events have none.
    pub fn key<'b>(&self, place: Place<'b>) -> Vector<'b>
    where
        'a: 'b,
    {
        match self {
            Table::Cell { .. } => Vector::missing(&Kind::Text, place.len()),
            Table::Holdings { chunk, holdings } => Vector::Texts(Texts {
                codes: KeyData::Owned(place.take(&chunk.keys, i64::from)),
                table: TextTable::Stored(&holdings.keys),
                presence: None,
            }),
        }
    }

    /// What an aggregate takes of each fact.
    pub fn subfield<'b>(&self, field: Subfield, kind: &Kind, place: Place<'b>) -> Vector<'b>
    where
        'a: 'b,
    {
        match field {
            Subfield::Field(field) => self.field(field, kind, place),
            Subfield::At => self.at(place),
            Subfield::Key => self.key(place),
        }
    }
}

/// Facts handed to a fold together.
#[derive(Clone, Debug)]
pub struct Batch<'a, 'b> {
    /// Where they lie.
    pub table: Table<'a>,
    /// Which of them, by row, then time.
    pub place: Place<'b>,
    /// Lane of each fact's customer, after [`LANE_MASK`].
    pub lanes: &'b [u16],
    /// Those that count; `None` = all.
    pub selected: Option<Vec<u64>>,
}

impl Batch<'_, '_> {
    /// Gives (index in the batch, lane of the customer) of each fact that counts, in order.
    #[inline]
    pub fn each(&self, take: impl FnMut(usize, usize)) {
        visit(self.lanes, self.selected.as_deref(), take);
    }

    /// The same without the facts whose value is missing.
    #[inline]
    pub fn each_present(&self, vector: &Vector<'_>, take: impl FnMut(usize, usize)) {
        let selected = words::both(self.selected.as_deref(), vector.presence().as_deref());
        visit(self.lanes, selected.as_deref(), take);
    }
}

/// The same of bare lanes.
#[inline]
pub fn visit(lanes: &[u16], selected: Option<&[u64]>, mut take: impl FnMut(usize, usize)) {
    match selected {
        None => {
            for (index, lane) in lanes.iter().enumerate() {
                take(index, usize::from(lane & LANE_MASK));
            }
        }
        Some(selected) => {
            for (at, (word, lanes)) in selected.iter().zip(lanes.chunks(64)).enumerate() {
                if *word == u64::MAX {
                    for (bit, lane) in lanes.iter().enumerate() {
                        take(at * 64 + bit, usize::from(lane & LANE_MASK));
                    }
                    continue;
                }
                let mut rest = *word;
                while rest != 0 {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    if let Some(lane) = lanes.get(bit) {
                        take(at * 64 + bit, usize::from(lane & LANE_MASK));
                    }
                }
            }
        }
    }
}
