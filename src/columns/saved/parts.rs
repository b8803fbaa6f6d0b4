//! Packed runs, texts, cells and chunks to slabs and back.

use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::file::{Reading, Slab, Writing};
use crate::columns::bits::Bits;
use crate::columns::cell::{Cell, blocks};
use crate::columns::dictionary::Dictionary;
use crate::columns::edge::EdgeChunk;
use crate::columns::holding::HoldingChunk;
use crate::columns::order::{Groups, Order};
use crate::columns::packed::{Packed, Values};
use crate::columns::seconds::Seconds;
use crate::columns::starts::Starts;

/// A [`Packed`].
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedPacked {
    presence: Option<SavedBits>,
    values: SavedValues,
    bounds: Option<(i64, i64)>,
}

/// Its [`Values`].
#[derive(Debug, Serialize, Deserialize)]
enum SavedValues {
    Constant { base: i64, len: u64 },
    U8(i64, u32, Slab),
    U16(i64, u32, Slab),
    U32(i64, u32, Slab),
    I64(Slab),
    F64(Slab),
    Masks(Slab),
    Lists(Slab, Slab),
}

impl SavedPacked {
    pub fn write(packed: &Packed, to: &mut Writing) -> io::Result<Self> {
        let presence = write_bits(packed.presence.as_ref(), to)?;
        let values = match &packed.values {
            Values::Constant { base, len } => SavedValues::Constant {
                base: *base,
                len: *len as u64,
            },
            Values::U8 { base, step, values } => SavedValues::U8(*base, *step, to.slab(values)?),
            Values::U16 { base, step, values } => SavedValues::U16(*base, *step, to.slab(values)?),
            Values::U32 { base, step, values } => SavedValues::U32(*base, *step, to.slab(values)?),
            Values::I64 { values } => SavedValues::I64(to.slab(values)?),
            Values::F64 { values } => SavedValues::F64(to.slab(values)?),
            Values::Masks { values } => SavedValues::Masks(to.slab(values)?),
            Values::Lists { offsets, codes } => {
                SavedValues::Lists(to.slab(offsets)?, to.slab(codes)?)
            }
        };
        Ok(Self {
            presence,
            values,
            bounds: packed.bounds,
        })
    }

    pub fn read(&self, from: &Reading) -> Option<Packed> {
        let presence = read_bits(self.presence, from)?;
        let values = match self.values {
            SavedValues::Constant { base, len } => Values::Constant {
                base,
                len: usize::try_from(len).ok()?,
            },
            SavedValues::U8(base, step, slab) => Values::U8 {
                base,
                step,
                values: from.run(slab)?,
            },
            SavedValues::U16(base, step, slab) => Values::U16 {
                base,
                step,
                values: from.run(slab)?,
            },
            SavedValues::U32(base, step, slab) => Values::U32 {
                base,
                step,
                values: from.run(slab)?,
            },
            SavedValues::I64(slab) => Values::I64 {
                values: from.run(slab)?,
            },
            SavedValues::F64(slab) => Values::F64 {
                values: from.run(slab)?,
            },
            SavedValues::Masks(slab) => Values::Masks {
                values: from.run(slab)?,
            },
            SavedValues::Lists(offsets, codes) => Values::Lists {
                offsets: from.run(offsets)?,
                codes: from.run(codes)?,
            },
        };
        Some(Packed {
            presence,
            values,
            bounds: self.bounds,
        })
    }
}

/// Words of [`Bits`], and how many bits.
type SavedBits = (Slab, u64);

fn write_bits(bits: Option<&Bits>, to: &mut Writing) -> io::Result<Option<SavedBits>> {
    let bits = bits.map(|bits| Ok((to.slab(&bits.words)?, bits.len as u64)));
    bits.transpose()
}

fn read_bits(saved: Option<SavedBits>, from: &Reading) -> Option<Option<Bits>> {
    let Some((words, len)) = saved else {
        return Some(None);
    };
    Some(Some(Bits {
        words: from.list(words)?,
        len: usize::try_from(len).ok()?,
    }))
}

/// Writes one that may be missing.
pub fn write_one(packed: Option<&Packed>, to: &mut Writing) -> io::Result<Option<SavedPacked>> {
    packed
        .map(|packed| SavedPacked::write(packed, to))
        .transpose()
}

/// Reads one that may be missing; `None`: it is not as written.
pub fn read_one(saved: Option<&SavedPacked>, from: &Reading) -> Option<Option<Packed>> {
    match saved {
        None => Some(None),
        Some(saved) => saved.read(from).map(Some),
    }
}

/// Writes those of a list that are there.
pub fn write_each(
    list: &[Option<Packed>],
    to: &mut Writing,
) -> io::Result<Vec<Option<SavedPacked>>> {
    list.iter()
        .map(|packed| write_one(packed.as_ref(), to))
        .collect()
}

/// Reads those of a list that are there.
pub fn read_each(saved: &[Option<SavedPacked>], from: &Reading) -> Option<Vec<Option<Packed>>> {
    saved
        .iter()
        .map(|saved| read_one(saved.as_ref(), from))
        .collect()
}

/// A [`Dictionary`]: the bytes of each text, and all of them.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedTexts {
    lengths: Slab,
    bytes: Slab,
}

impl SavedTexts {
    pub fn write(texts: &Dictionary, to: &mut Writing) -> io::Result<Self> {
        let lengths: Vec<u32> = texts.texts.iter().map(|text| text.len() as u32).collect();
        let mut bytes = Vec::with_capacity(lengths.iter().map(|length| *length as usize).sum());
        for text in texts.texts.iter() {
            bytes.extend_from_slice(text.as_bytes());
        }
        Ok(Self {
            lengths: to.slab(&lengths)?,
            bytes: to.slab(&bytes)?,
        })
    }

    pub fn read(&self, from: &Reading) -> Option<Dictionary> {
        let (lengths, bytes) = (from.run::<u32>(self.lengths)?, from.run::<u8>(self.bytes)?);
        let mut rest = std::str::from_utf8(&bytes).ok()?;
        let mut texts: Vec<Arc<str>> = Vec::with_capacity(lengths.len());
        for length in &lengths {
            let (text, later) = rest.split_at_checked(*length as usize)?;
            texts.push(text.into());
            rest = later;
        }
        rest.is_empty().then(|| Dictionary::of_distinct(texts))
    }
}

/// Writes dictionaries by field.
pub fn write_texts(
    list: &[Option<Arc<Dictionary>>],
    to: &mut Writing,
) -> io::Result<Vec<Option<SavedTexts>>> {
    let write = |texts: &Option<Arc<Dictionary>>| {
        let texts = texts.as_ref().map(|texts| SavedTexts::write(texts, to));
        texts.transpose()
    };
    list.iter().map(write).collect()
}

/// Reads dictionaries by field.
pub fn read_texts(
    saved: &[Option<SavedTexts>],
    from: &Reading,
) -> Option<Vec<Option<Arc<Dictionary>>>> {
    let read = |saved: &Option<SavedTexts>| match saved {
        None => Some(None),
        Some(saved) => saved.read(from).map(|texts| Some(Arc::new(texts))),
    };
    saved.iter().map(read).collect()
}

/// A [`Cell`].
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedCell {
    pub bucket: i32,
    pub chunk: u32,
    rows: Slab,
    days: Slab,
    /// With a plane of seventeenth bits.
    seconds: Option<(SavedPacked, Option<SavedBits>)>,
    /// Which events have a base together, and the bases.
    bases: Option<((u8, u32), SavedPacked)>,
    rest: SavedPacked,
    fields: Vec<Option<SavedPacked>>,
}

impl SavedCell {
    pub fn write(cell: &Cell, to: &mut Writing) -> io::Result<Self> {
        Ok(Self {
            bucket: cell.bucket,
            chunk: cell.chunk,
            rows: to.slab(&cell.rows)?,
            days: to.slab(&cell.days)?,
            seconds: match &cell.seconds {
                None => None,
                Some(Seconds { low, high }) => {
                    Some((SavedPacked::write(low, to)?, write_bits(high.as_ref(), to)?))
                }
            },
            bases: match &cell.order.bases {
                None => None,
                Some((groups, bases)) => Some((groups.coded(), SavedPacked::write(bases, to)?)),
            },
            rest: SavedPacked::write(&cell.order.rest, to)?,
            fields: write_each(&cell.fields, to)?,
        })
    }

    pub fn read(&self, from: &Reading, starts: Arc<Starts>) -> Option<Cell> {
        let rows = from.run(self.rows)?;
        Some(Cell {
            bucket: self.bucket,
            chunk: self.chunk,
            blocks: blocks(&rows),
            rows,
            days: from.run(self.days)?,
            seconds: match &self.seconds {
                None => None,
                Some((low, high)) => Some(Seconds {
                    low: low.read(from)?,
                    high: read_bits(*high, from)?,
                }),
            },
            order: Order {
                bases: match &self.bases {
                    None => None,
                    Some((groups, bases)) => Some((Groups::decoded(*groups)?, bases.read(from)?)),
                },
                rest: self.rest.read(from)?,
            },
            fields: read_each(&self.fields, from)?,
            starts,
        })
    }
}

/// A [`HoldingChunk`] with the ends of its states.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedHoldings {
    rows: Slab,
    keys: Slab,
    since: Option<SavedPacked>,
    fields: Vec<Option<SavedPacked>>,
}

impl SavedHoldings {
    pub fn write(chunk: &HoldingChunk, to: &mut Writing) -> io::Result<Self> {
        Ok(Self {
            rows: to.slab(&chunk.rows)?,
            keys: to.slab(&chunk.keys)?,
            since: write_one(chunk.since.as_ref(), to)?,
            fields: write_each(&chunk.fields, to)?,
        })
    }

    pub fn read(&self, from: &Reading) -> Option<HoldingChunk> {
        let rows: Vec<u16> = from.list(self.rows)?;
        Some(HoldingChunk {
            blocks: blocks(&rows),
            rows,
            keys: from.list(self.keys)?,
            since: read_one(self.since.as_ref(), from)?,
            fields: read_each(&self.fields, from)?,
        })
    }
}

/// An [`EdgeChunk`].
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedEdges {
    rows: Slab,
    others: Slab,
    since: Option<SavedPacked>,
}

impl SavedEdges {
    pub fn write(chunk: &EdgeChunk, to: &mut Writing) -> io::Result<Self> {
        Ok(Self {
            rows: to.slab(&chunk.rows)?,
            others: to.slab(&chunk.others)?,
            since: write_one(chunk.since.as_ref(), to)?,
        })
    }

    pub fn read(&self, from: &Reading) -> Option<EdgeChunk> {
        let rows: Vec<u16> = from.list(self.rows)?;
        Some(EdgeChunk {
            blocks: blocks(&rows),
            rows,
            others: from.list(self.others)?,
            since: read_one(self.since.as_ref(), from)?,
        })
    }
}
