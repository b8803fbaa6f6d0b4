//! Values of a column as they are stored, and what they become with a place for every row.

use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::errors::Result;

use super::kind::Kind;
use super::table::Cells;
use super::value;

/// Values of a piece that are not null, by how they are stored.
pub enum Stored {
    None,
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// Bytes that are no text, with their row.
pub type NoText = (usize, Vec<u8>);

/// Takes the first so many.
pub fn head<T>(values: &mut Vec<T>, count: usize) -> Vec<T> {
    let rest = values.split_off(count.min(values.len()));
    std::mem::replace(values, rest)
}

/// Values with a place for every row; `all` where every row has one.
fn spread<T: Copy + Default>(values: Vec<T>, there: Option<&[bool]>) -> Vec<T> {
    let Some(there) = there else {
        return values;
    };
    let mut values = values.into_iter();
    let place = |there: &bool| match there {
        true => values.next().unwrap_or_default(),
        false => T::default(),
    };
    there.iter().map(place).collect()
}

/// Values written one after the other, with an end for every row.
fn written<T>(
    values: &[T],
    there: Option<&[bool]>,
    broken: &mut Vec<NoText>,
    mut write: impl FnMut(&T, &mut Vec<u8>),
) -> Cells {
    let rows = there.map_or(values.len(), <[bool]>::len);
    let mut values = values.iter();
    let mut ends = Vec::with_capacity(rows);
    let mut bytes = Vec::new();
    for row in 0..rows {
        let is_there = there.is_none_or(|there| there.get(row) == Some(&true));
        if is_there && let Some(value) = values.next() {
            let start = bytes.len();
            write(value, &mut bytes);
            if std::str::from_utf8(bytes.get(start..).unwrap_or(&[])).is_err() {
                broken.push((row, bytes.split_off(start)));
            }
        }
        ends.push(bytes.len());
    }
    Cells::Text {
        // Each of them is text.
        text: String::from_utf8(bytes).unwrap_or_default(),
        ends,
    }
}

impl Stored {
    /// Empties it; the room stays.
    pub fn clear(&mut self) {
        match self {
            Self::None => {}
            Self::Bool(values) => values.clear(),
            Self::Int32(values) => values.clear(),
            Self::Int64(values) => values.clear(),
            Self::Int96(values) => values.clear(),
            Self::Float(values) => values.clear(),
            Self::Double(values) => values.clear(),
            Self::Bytes(values) => values.clear(),
            Self::Fixed(values) => values.clear(),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Bool(values) => values.len(),
            Self::Int32(values) => values.len(),
            Self::Int64(values) => values.len(),
            Self::Int96(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Double(values) => values.len(),
            Self::Bytes(values) => values.len(),
            Self::Fixed(values) => values.len(),
        }
    }

    /// Takes the first so many.
    pub fn head(&mut self, count: usize) -> Self {
        match self {
            Self::None => Self::None,
            Self::Bool(values) => Self::Bool(head(values, count)),
            Self::Int32(values) => Self::Int32(head(values, count)),
            Self::Int64(values) => Self::Int64(head(values, count)),
            Self::Int96(values) => Self::Int96(head(values, count)),
            Self::Float(values) => Self::Float(head(values, count)),
            Self::Double(values) => Self::Double(head(values, count)),
            Self::Bytes(values) => Self::Bytes(head(values, count)),
            Self::Fixed(values) => Self::Fixed(head(values, count)),
        }
    }

    /// Bytes of each value from that one on, where some are longer than others.
    pub fn sizes(&self, from: usize) -> Box<dyn Iterator<Item = u64> + '_> {
        match self {
            Self::Bytes(values) => {
                let values = values.get(from..).unwrap_or(&[]).iter();
                Box::new(values.map(|value| value.len() as u64))
            }
            Self::Fixed(values) => {
                let values = values.get(from..).unwrap_or(&[]).iter();
                Box::new(values.map(|value| value.len() as u64))
            }
            _ => Box::new(std::iter::empty()),
        }
    }

    /// Takes the bytes out of a value.
    pub fn empty(&mut self, at: usize) {
        match self {
            Self::Bytes(values) => {
                if let Some(value) = values.get_mut(at) {
                    *value = ByteArray::from(Vec::new());
                }
            }
            Self::Fixed(values) => {
                if let Some(value) = values.get_mut(at) {
                    *value = FixedLenByteArray::from(Vec::new());
                }
            }
            _ => {}
        }
    }

    /// Adds values of at most so many rows; how many rows that were.
    pub fn read(
        &mut self,
        reader: &mut ColumnReader,
        rows: usize,
        levels: &mut Vec<i16>,
    ) -> Result<usize> {
        /// Reads into a list of the reader's own type, made when the column is new.
        macro_rules! into {
            ($variant:ident, $reader:expr) => {{
                if !matches!(self, Self::$variant(_)) {
                    *self = Self::$variant(Vec::new());
                }
                let Self::$variant(values) = self else {
                    return Ok(0);
                };
                $reader.read_records(rows, Some(levels), None, values)?
            }};
        }
        let (records, ..) = match reader {
            ColumnReader::BoolColumnReader(reader) => into!(Bool, reader),
            ColumnReader::Int32ColumnReader(reader) => into!(Int32, reader),
            ColumnReader::Int64ColumnReader(reader) => into!(Int64, reader),
            ColumnReader::Int96ColumnReader(reader) => into!(Int96, reader),
            ColumnReader::FloatColumnReader(reader) => into!(Float, reader),
            ColumnReader::DoubleColumnReader(reader) => into!(Double, reader),
            ColumnReader::ByteArrayColumnReader(reader) => into!(Bytes, reader),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => into!(Fixed, reader),
        };
        Ok(records)
    }

    /// The values with a place for every row, as numbers where numbers say the same.
    pub fn take(&mut self, kind: Kind, there: Option<&[bool]>, broken: &mut Vec<NoText>) -> Cells {
        let unsigned = matches!(kind, Kind::Int { unsigned: true });
        match self {
            Self::None => Cells::Bool(Vec::new()),
            Self::Bool(values) => Cells::Bool(spread(std::mem::take(values), there)),
            Self::Int32(values) => {
                let wide = values.iter().map(|value| match unsigned {
                    true => i64::from(value.cast_unsigned()),
                    false => i64::from(*value),
                });
                Cells::Int(spread(wide.collect(), there), kind)
            }
            Self::Int64(values) if unsigned && values.iter().any(|value| *value < 0) => {
                written(values, there, broken, |value, out| {
                    value::whole(i128::from(value.cast_unsigned()), out);
                })
            }
            Self::Int64(values) => Cells::Int(spread(std::mem::take(values), there), kind),
            Self::Int96(values) => written(values, there, broken, value::old_time),
            // In as few digits as name a float of 32 bits: a wider one would show more.
            Self::Float(values) => written(values, there, broken, |value, out| {
                value::float(*value, out)
            }),
            Self::Double(values) => Cells::Number(spread(std::mem::take(values), there)),
            Self::Bytes(values) => decimals(values.iter().map(ByteArray::data), kind, there)
                .unwrap_or_else(|| {
                    written(values, there, broken, |value, out| {
                        value::bytes(value.data(), kind, out);
                    })
                }),
            Self::Fixed(values) => {
                let data = values.iter().map(|value| value.data());
                decimals(data, kind, there).unwrap_or_else(|| {
                    written(values, there, broken, |value, out| {
                        value::bytes(value.data(), kind, out);
                    })
                })
            }
        }
    }
}

/// Decimals in bytes as numbers; `None`: they are none, or one of them is too large.
fn decimals<'a>(
    values: impl Iterator<Item = &'a [u8]>,
    kind: Kind,
    there: Option<&[bool]>,
) -> Option<Cells> {
    let Kind::Decimal { .. } = kind else {
        return None;
    };
    let small = values.map(|bytes| i64::try_from(value::big_endian(bytes)?).ok());
    let small: Vec<i64> = small.collect::<Option<_>>()?;
    Some(Cells::Int(spread(small, there), kind))
}
