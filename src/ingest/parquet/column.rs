//! One column being read: a piece of its values unpacked, given row by row as text.

use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::errors::{ParquetError, Result};

use super::kind::Kind;
use super::value;

/// Values of a piece that are not null, by how they are stored.
enum Values {
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

/// A column of one value a row.
pub struct Column {
    /// As wanted.
    pub name: String,
    /// Its place among the columns of the file.
    pub leaf: usize,
    kind: Kind,
    /// The level of a value that is there; 0 = no row is without.
    level_max: i16,
    reader: Option<ColumnReader>,
    levels: Vec<i16>,
    values: Values,
    /// The next row of the piece, and the next value.
    row: usize,
    value: usize,
    rows: usize,
}

impl Column {
    /// Not begun.
    pub fn new(name: String, leaf: usize, kind: Kind, level_max: i16) -> Self {
        Self {
            name,
            leaf,
            kind,
            level_max,
            reader: None,
            levels: Vec::new(),
            values: Values::None,
            row: 0,
            value: 0,
            rows: 0,
        }
    }

    /// Goes on with the next row group.
    pub fn begin(&mut self, reader: ColumnReader) {
        self.reader = Some(reader);
    }

    /// Unpacks so many rows.
    pub fn fill(&mut self, rows: usize) -> Result<()> {
        (self.row, self.value, self.rows) = (0, 0, 0);
        self.levels.clear();
        self.values.clear();
        let Some(reader) = &mut self.reader else {
            return Err(ParquetError::General("a column that was not begun".into()));
        };
        while self.rows < rows {
            let wanted = rows - self.rows;
            let read = self.values.read(reader, wanted, &mut self.levels)?;
            if read == 0 {
                return Err(ParquetError::EOF(format!(
                    "the column `{}` ends {wanted} rows before its row group",
                    self.name
                )));
            }
            self.rows += read;
        }
        Ok(())
    }

    /// Writes the value of the next row; nothing where it is null. `false`: there is no such row.
    pub fn write(&mut self, out: &mut Vec<u8>) -> bool {
        if self.row >= self.rows {
            return false;
        }
        let is_there =
            self.level_max == 0 || self.levels.get(self.row).copied() == Some(self.level_max);
        self.row += 1;
        if !is_there {
            return true;
        }
        let at = self.value;
        self.value += 1;
        self.values.write(at, self.kind, out)
    }
}

impl Values {
    fn clear(&mut self) {
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

    /// Adds values of at most so many rows; how many rows that were.
    fn read(
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

    /// Writes one; `false`: there is none at that place.
    fn write(&self, at: usize, kind: Kind, out: &mut Vec<u8>) -> bool {
        match self {
            Self::None => None,
            Self::Bool(values) => values.get(at).map(|value| value::boolean(*value, out)),
            Self::Int32(values) => values.get(at).map(|value| match kind {
                Kind::Int { unsigned: true } => {
                    value::whole(i128::from(value.cast_unsigned()), out)
                }
                _ => value::int(i64::from(*value), kind, out),
            }),
            Self::Int64(values) => values.get(at).map(|value| match kind {
                Kind::Int { unsigned: true } => {
                    value::whole(i128::from(value.cast_unsigned()), out)
                }
                _ => value::int(*value, kind, out),
            }),
            Self::Int96(values) => values.get(at).map(|value| value::old_time(value, out)),
            Self::Float(values) => values.get(at).map(|value| value::float(*value, out)),
            Self::Double(values) => values.get(at).map(|value| value::float(*value, out)),
            Self::Bytes(values) => values
                .get(at)
                .map(|value| value::bytes(value.data(), kind, out)),
            Self::Fixed(values) => values
                .get(at)
                .map(|value| value::bytes(value.data(), kind, out)),
        }
        .is_some()
    }
}
