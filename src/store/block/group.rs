//! A group: the facts of one block that have the same columns. Its frame can be read without
//! the schema; its columns lie one after the other, each under its length, so that a reader may
//! pass over those it does not want.

use super::wire::{Reader, put_run, put_varint};
use crate::base::limit;

/// What the facts of a group are. The numbers are the format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sort {
    /// 0: columns row, id.
    Customer,
    /// 1: columns row, since, then fields.
    Attributes,
    /// 2: columns row, at, sequence, identity, then fields.
    Event,
    /// 3: columns row, key, since, then fields.
    Holding,
    /// 4: columns from, to (row), since.
    Edge,
    /// 5: columns from, to (text), since.
    TextEdge,
}

impl Sort {
    const ALL: [Sort; 6] = [
        Sort::Customer,
        Sort::Attributes,
        Sort::Event,
        Sort::Holding,
        Sort::Edge,
        Sort::TextEdge,
    ];

    /// Columns before those of fields.
    pub fn fixed(self) -> usize {
        match self {
            Sort::Customer | Sort::Attributes => 2,
            Sort::Event => 4,
            Sort::Holding | Sort::Edge | Sort::TextEdge => 3,
        }
    }
}

/// What makes facts share columns: sort, kind on disk, fields on disk.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Shape {
    /// What they are.
    pub sort: Sort,
    /// Number on disk of the event, holding or relation kind; 0 for the others.
    pub slot: u16,
    /// Numbers on disk of the fields, in the order of their columns.
    pub fields: Vec<u16>,
}

/// A group as it lies in a body.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// What its facts share.
    pub shape: Shape,
    /// Its facts.
    pub count: usize,
    /// Fixed columns, then those of fields.
    pub columns: Vec<&'a [u8]>,
}

impl<'a> Group<'a> {
    /// A column by its place.
    pub fn column(&self, at: usize) -> Option<Reader<'a>> {
        Some(Reader::new(self.columns.get(at)?))
    }

    /// Field columns with their numbers on disk.
    pub fn fields(&self) -> impl Iterator<Item = (u16, &'a [u8])> {
        let columns = self.columns.iter().skip(self.shape.sort.fixed()).copied();
        self.shape.fields.iter().copied().zip(columns)
    }
}

/// Appends a group; `columns` are the fixed ones and one for each field.
pub fn write(shape: &Shape, count: usize, columns: &[Vec<u8>], out: &mut Vec<u8>) {
    let sort = Sort::ALL.iter().position(|sort| *sort == shape.sort);
    out.push(sort.unwrap_or(0) as u8);
    put_varint(out, u64::from(shape.slot));
    put_varint(out, count as u64);
    put_varint(out, shape.fields.len() as u64);
    for field in &shape.fields {
        put_varint(out, u64::from(*field));
    }
    for column in columns {
        put_run(out, column);
    }
}

/// All groups of a body that holds `count` facts, and the reader at what follows them.
/// `None`: the bytes are not groups, or hold more values than a block may.
pub fn read_all(body: &[u8], count: usize) -> Option<(Vec<Group<'_>>, Reader<'_>)> {
    let mut reader = Reader::new(body);
    let groups = reader.count(count)?;
    let (mut facts, mut values) = (0, 0);
    let mut read = Vec::with_capacity(groups);
    for _ in 0..groups {
        let group = read_one(&mut reader, count - facts)?;
        facts += group.count;
        values += group.count.checked_mul(group.columns.len())?;
        // Fixed columns are not counted when blocks are made, hence twice the bound.
        (values <= 2 * limit::BLOCK_VALUES_MAX).then_some(())?;
        read.push(group);
    }
    (facts == count).then_some((read, reader))
}

fn read_one<'a>(reader: &mut Reader<'a>, count_max: usize) -> Option<Group<'a>> {
    let sort = *Sort::ALL.get(reader.byte()? as usize)?;
    let slot = u16::try_from(reader.varint()?).ok()?;
    let count = reader.count(count_max)?;
    let fields = reader.count(limit::FIELDS_MAX)?;
    let fields: Option<Vec<u16>> = (0..fields)
        .map(|_| u16::try_from(reader.varint()?).ok())
        .collect();
    let shape = Shape {
        sort,
        slot,
        fields: fields?,
    };
    let columns: Option<Vec<&[u8]>> = (0..sort.fixed() + shape.fields.len())
        .map(|_| reader.run())
        .collect();
    Some(Group {
        shape,
        count,
        columns: columns?,
    })
}
