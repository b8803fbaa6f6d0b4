//! What a file says of itself: whether it is Parquet, which columns it has, and whether those that
//! are wanted can be read.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use parquet::basic::{Compression, LogicalType};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

use super::column::Column;
use super::kind::Kind;
use super::{damaged, guarded};
use crate::base::limit::{PARQUET_CHUNK_BYTES_MAX, RECORD_COLUMNS_MAX};
use crate::base::text::nfc;
use crate::ingest::error::ImportError;
use crate::ingest::header;
use crate::ingest::reading::Columns;

/// What a Parquet file begins and ends with; the other when its footer is encrypted.
const MARK: [u8; 4] = *b"PAR1";
const ENCRYPTED_MARK: [u8; 4] = *b"PARE";
const GZIP_MARK: [u8; 2] = [0x1f, 0x8b];

/// Whether a file begins and ends as Parquet does. One that cannot be read does not; it is told of later.
pub fn is_marked(path: &Path) -> bool {
    let marks = || -> std::io::Result<[[u8; 4]; 2]> {
        let (mut head, mut foot) = ([0; 4], [0; 4]);
        let mut file = File::open(path)?;
        file.read_exact(&mut head)?;
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut foot)?;
        Ok([head, foot])
    };
    let is_mark = |marks: [[u8; 4]; 2]| marks == [MARK; 2] || marks == [ENCRYPTED_MARK; 2];
    marks().is_ok_and(is_mark)
}

/// Opens a file and reads its footer; how many bytes it has comes with it.
pub fn open(path: &Path) -> Result<(SerializedFileReader<File>, u64), ImportError> {
    let unreadable = |error| ImportError::Unreadable {
        path: path.to_path_buf(),
        error,
    };
    let parquet = |reason: &str| ImportError::Parquet {
        path: path.to_path_buf(),
        reason: reason.to_owned(),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let bytes_total = file.metadata().map_err(unreadable)?.len();
    let mut head = Vec::new();
    let mut foot = Vec::new();
    let mark_bytes = MARK.len() as u64;
    file.by_ref()
        .take(mark_bytes)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    file.seek(SeekFrom::Start(bytes_total.saturating_sub(mark_bytes)))
        .map_err(unreadable)?;
    file.by_ref()
        .take(mark_bytes)
        .read_to_end(&mut foot)
        .map_err(unreadable)?;
    if head == ENCRYPTED_MARK || foot == ENCRYPTED_MARK {
        return Err(ImportError::Encrypted {
            path: path.to_path_buf(),
        });
    }
    if head.starts_with(&GZIP_MARK) {
        return Err(parquet(
            "it is packed with gzip, and Parquet is packed within: unpack it first",
        ));
    }
    if head != MARK {
        return Err(parquet("it does not begin with the mark of Parquet"));
    }
    if foot != MARK {
        return Err(parquet("it is cut short: the mark at its end is not there"));
    }
    let reader = guarded(path, || {
        SerializedFileReader::new(file).map_err(|error| damaged(path, &error))
    })?;
    Ok((reader, bytes_total))
}

/// The columns of a file, in its order: those that a source can read, and those that none can: lists, kinds
/// without a counterpart, pieces that cannot be unpacked.
pub fn columns(path: &Path) -> Result<Columns, ImportError> {
    let (reader, _) = open(path)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let mut found = Columns::default();
    for (leaf, column) in schema.columns().iter().enumerate() {
        let name = column.path().string();
        if !is_flat(column) || Kind::of(column).is_none() {
            found.unread.push(name);
            continue;
        }
        match check_chunks(path, &reader, &name, leaf) {
            Ok(()) => found.names.push(name),
            Err(ImportError::Codec { codec, .. }) => {
                found.packed.push((name.clone(), codec));
                found.unread.push(name);
            }
            Err(ImportError::ColumnKind { .. }) => found.unread.push(name),
            // A file that is damaged is an error all the same.
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// One value a row at most, in no list.
fn is_flat(column: &ColumnDescriptor) -> bool {
    column.max_rep_level() == 0
}

/// The columns wanted, in that order; each must be there, be flat, have a kind and a codec.
pub fn choose(
    path: &Path,
    reader: &SerializedFileReader<File>,
    wanted: &[String],
) -> Result<Vec<Column>, ImportError> {
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let leaves = schema.columns();
    let names: Vec<String> = leaves.iter().map(|leaf| leaf.path().string()).collect();
    for name in wanted {
        refuse_nested(path, schema, name)?;
    }
    let positions = header::positions(path, &names, wanted, None)?;
    let mut columns = Vec::with_capacity(wanted.len());
    for (name, leaf) in wanted.iter().zip(positions) {
        let at = leaf as usize;
        let Some(descriptor) = leaves.get(at) else {
            continue;
        };
        let Some(kind) = Kind::of(descriptor) else {
            return Err(ImportError::ColumnKind {
                path: path.to_path_buf(),
                name: name.clone(),
                what: format!(
                    "is of a type that has no value here ({})",
                    type_of(descriptor)
                ),
            });
        };
        check_chunks(path, reader, name, at)?;
        columns.push(Column::new(
            name.clone(),
            at,
            kind,
            descriptor.max_def_level(),
        ));
    }
    Ok(columns)
}

/// A name that stands for several values of a row, or for parts.
fn refuse_nested(path: &Path, schema: &SchemaDescriptor, name: &str) -> Result<(), ImportError> {
    let clean = nfc(name.trim());
    let leaves = schema.columns().iter();
    let under: Vec<_> = leaves
        .filter(|leaf| {
            let full = leaf.path().string();
            let top = leaf.path().parts().first().map(String::as_str);
            (full == *clean && !is_flat(leaf)) || (full != *clean && top == Some(&*clean))
        })
        .collect();
    if under.is_empty() {
        return Ok(());
    }
    let parts: Vec<String> = under
        .iter()
        .filter(|leaf| is_flat(leaf))
        .map(|leaf| format!("`\"{}\"`", leaf.path().string()))
        .take(RECORD_COLUMNS_MAX)
        .collect();
    let what = match parts.is_empty() {
        true => "holds lists; a source reads one value of each row".to_owned(),
        false => format!("has parts; name one of them: {}", parts.join(", ")),
    };
    Err(ImportError::ColumnKind {
        path: path.to_path_buf(),
        name: name.to_owned(),
        what,
    })
}

/// Whether every piece of a column can be unpacked, before any is.
fn check_chunks(
    path: &Path,
    reader: &SerializedFileReader<File>,
    name: &str,
    leaf: usize,
) -> Result<(), ImportError> {
    let column_kind = |what: String| ImportError::ColumnKind {
        path: path.to_path_buf(),
        name: name.to_owned(),
        what,
    };
    for group in reader.metadata().row_groups() {
        let Some(chunk) = group.columns().get(leaf) else {
            return Err(ImportError::Parquet {
                path: path.to_path_buf(),
                reason: format!("a row group lacks the column `{name}`"),
            });
        };
        let missing = match chunk.compression() {
            Compression::BROTLI(_) => Some("brotli"),
            Compression::LZO => Some("lzo"),
            _ => None,
        };
        if let Some(codec) = missing {
            return Err(ImportError::Codec {
                path: path.to_path_buf(),
                name: name.to_owned(),
                codec,
            });
        }
        let bytes = u64::try_from(chunk.uncompressed_size()).unwrap_or(u64::MAX);
        if bytes > PARQUET_CHUNK_BYTES_MAX {
            return Err(column_kind(format!(
                "unpacks to {bytes} bytes in one row group; at most {PARQUET_CHUNK_BYTES_MAX} are read: write smaller row groups"
            )));
        }
    }
    Ok(())
}

fn type_of(column: &ColumnDescriptor) -> String {
    match column.logical_type_ref() {
        Some(LogicalType::Decimal(decimal)) => format!("decimals of {} digits", decimal.precision),
        Some(logical) => {
            // The name of the kind; what else is known of it is not for people.
            let name = format!("{logical:?}");
            name.split(|letter: char| !letter.is_alphanumeric())
                .next()
                .map_or_else(String::new, str::to_lowercase)
        }
        None => format!("{} {}", column.physical_type(), column.converted_type()),
    }
}
