//! Parquet as other writers make it: every type, codec, page and way to break it.

mod broken;
mod long;
pub mod made;
mod pieces;

use std::path::PathBuf;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;

pub fn file(name: &str) -> PathBuf {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ingest/parquet/tests/files"
    );
    PathBuf::from(folder).join(name)
}

pub fn names(list: &str) -> Vec<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

/// A file of `id` and `name`, in bytes that need not be text.
pub fn write_people(path: &Path, people: &[(&str, &[u8])]) {
    let message =
        "message people { required byte_array id (STRING); required byte_array name (STRING); }";
    let schema = Arc::new(parse_message_type(message).unwrap());
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let ids: Vec<ByteArray> = people.iter().map(|(id, _)| (*id).into()).collect();
    let names = people.iter().map(|(_, name)| name.to_vec().into());
    for values in [ids, names.collect()] {
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

/// Records as their fields between bars, refused ones as their code.
pub fn rows(path: &Path, wanted: &[String]) -> Result<Vec<String>, ImportError> {
    let mut rows = Rows::open(path, wanted)?;
    let mut said = Vec::new();
    while let Some(next) = rows.next()? {
        said.push(match next {
            Next::Record(record) => record.fields().collect::<Vec<_>>().join("|"),
            Next::Broken(broken) => broken.fault.code.to_owned(),
        });
    }
    Ok(said)
}

#[test]
fn every_type_is_written_exactly() {
    let path = file("kinds.parquet");
    let all = columns(&path).unwrap().names;
    let read = rows(&path, &all).unwrap();
    let fields: Vec<Vec<&str>> = read.iter().map(|row| row.split('|').collect()).collect();
    let mut said = String::new();
    for (at, name) in all.iter().enumerate() {
        assert_eq!(fields[1][at], "", "{name}");
        said.push_str(&format!("{name}: {} … {}\n", fields[0][at], fields[2][at]));
    }
    insta::assert_snapshot!(said);
    let old = rows(&file("old_times.parquet"), &names("at_ns")).unwrap();
    assert_eq!(old, ["2024-06-30T12:34:56", "", "1969-12-31T23:59:59"]);
}

#[test]
fn every_codec_gives_the_same_rows() {
    let wanted = names("wealth id born name");
    let first = rows(&file("people_none_1.parquet"), &wanted).unwrap();
    assert_eq!(first.len(), 1_000);
    assert_eq!(
        [&first[0], &first[1], &first[999]],
        ["0.00|c0||n0", "0.01|c1|1970-01-02|n1", "9.99|c999||n5"]
    );
    for codec in ["none", "snappy", "gzip", "zstd", "lz4"] {
        for version in [1, 2] {
            let path = file(&format!("people_{codec}_{version}.parquet"));
            assert!(rows(&path, &wanted).unwrap() == first, "{}", path.display());
        }
    }
}

#[test]
fn columns_that_cannot_be_read_are_known_apart() {
    let known = |name: &str| columns(&file(name)).unwrap();
    let found = known("mixed_codecs.parquet");
    assert_eq!(
        (found.names, found.unread),
        (names("id born wealth"), names("name"))
    );
    assert_eq!(found.packed, [("name".to_owned(), "brotli")]);
    let found = known("people_brotli_1.parquet");
    assert_eq!((found.names.len(), found.unread.len()), (0, 4));
}

#[test]
fn rows_are_counted_though_no_column_is_wanted() {
    let path = file("people_none_1.parquet");
    let mut reader = Rows::open(&path, &[]).unwrap();
    let mut count = 0;
    while let Some(Next::Record(record)) = reader.next().unwrap() {
        count += 1;
        assert_eq!((record.number, record.width()), (count, 0));
    }
    assert_eq!(count, 1_000);
    assert_eq!(
        reader.bytes_done().load(Ordering::Relaxed),
        reader.bytes_total()
    );
}
