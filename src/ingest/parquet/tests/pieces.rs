//! How many rows are unpacked together.

use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;
use crate::base::limit::PARQUET_PIECE_BYTES;

const ROWS: usize = 2_000;
const HUGE: usize = 777;

/// The text of a row: one of ten long ones, none in every seventh, one longer than a record once.
fn text(row: usize) -> Option<String> {
    let letter = char::from(b'a' + (row % 10) as u8);
    match row {
        HUGE => Some("huge".repeat(PARQUET_PIECE_BYTES / 3)),
        _ if row.is_multiple_of(7) => None,
        _ => Some(letter.to_string().repeat(30_000)),
    }
}

/// A file of so many rows, in which equal texts stand once.
fn write(path: &Path, rows: usize, text: fn(usize) -> Option<String>) {
    let message = "message rows { required int64 number; optional byte_array text (STRING); \
                   optional int64 odd; }";
    let schema = Arc::new(parse_message_type(message).unwrap());
    let properties = WriterProperties::builder().set_dictionary_page_size_limit(64 << 20);
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let numbers: Vec<i64> = (0..rows as i64).collect();
    let texts: Vec<Option<String>> = (0..rows).map(text).collect();
    let said: Vec<ByteArray> = texts
        .iter()
        .flatten()
        .map(|text| text.as_str().into())
        .collect();
    let levels = |is_there: &dyn Fn(usize) -> bool| -> Vec<i16> {
        (0..rows).map(|row| i16::from(is_there(row))).collect()
    };
    let mut column = group.next_column().unwrap().unwrap();
    let number = column.typed::<Int64Type>();
    number.write_batch(&numbers, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let there = levels(&|row| texts[row].is_some());
    let text = column.typed::<ByteArrayType>();
    text.write_batch(&said, Some(&there), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let odd: Vec<i64> = numbers.iter().copied().filter(|row| row % 2 == 1).collect();
    let there = levels(&|row| row % 2 == 1);
    let number = column.typed::<Int64Type>();
    number.write_batch(&odd, Some(&there), None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn long_texts_make_short_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    write(&path, ROWS, text);
    assert!(std::fs::metadata(&path).unwrap().len() < 2 * PARQUET_PIECE_BYTES as u64);
    let mut rows = Rows::open(&path, &names("number text odd")).unwrap();
    let mut row = 0;
    while let Some(mut piece) = rows.piece().unwrap() {
        let mut bytes = 0;
        while let Some(next) = piece.next() {
            let record = match next {
                Next::Record(record) => record,
                Next::Broken(broken) => {
                    assert_eq!((broken.number, broken.fault.code), (778, "I103"));
                    assert_eq!(row, HUGE);
                    row += 1;
                    continue;
                }
            };
            assert_ne!(row, HUGE);
            assert_eq!(record.number, row as u64 + 1);
            assert_eq!(record.field(0), row.to_string());
            assert!(record.field(1) == text(row).unwrap_or_default(), "{row}");
            let odd = if row % 2 == 1 {
                row.to_string()
            } else {
                String::new()
            };
            assert_eq!(record.field(2), odd);
            bytes += record.field(1).len();
            row += 1;
        }
        assert!(bytes <= PARQUET_PIECE_BYTES, "{bytes} before {row}");
    }
    assert_eq!(row, ROWS);
}

#[test]
fn short_rows_make_whole_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    write(&path, PARQUET_BATCH_ROWS_MAX + 8, |row| {
        Some(format!("row {row}"))
    });
    let mut rows = Rows::open(&path, &names("number text odd")).unwrap();
    let mut counts = Vec::new();
    while let Some(mut piece) = rows.piece().unwrap() {
        let mut count = 0;
        while piece.next().is_some() {
            count += 1;
        }
        counts.push(count);
    }
    assert_eq!(counts, [PARQUET_BATCH_ROWS_MAX, 8]);
}
