//! Files of texts, written by the tests that read them.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// How texts are stored.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// One after the other.
    Plain,
    /// Each without the beginning that it shares with the one before.
    Delta,
    /// One after the other, packed.
    Packed,
}

/// Writes columns of those names; a list of rows for each row group.
pub fn write<const N: usize>(
    path: &Path,
    names: [&str; N],
    way: Way,
    groups: &[Vec<[Option<String>; N]>],
) {
    let columns: String = names
        .iter()
        .map(|name| format!("optional byte_array {name} (STRING); "))
        .collect();
    let schema = Arc::new(parse_message_type(&format!("message rows {{ {columns} }}")).unwrap());
    let properties = WriterProperties::builder().set_dictionary_enabled(false);
    let properties = match way {
        Way::Plain => properties.set_encoding(Encoding::PLAIN),
        Way::Delta => properties.set_encoding(Encoding::DELTA_BYTE_ARRAY),
        Way::Packed => properties.set_compression(Compression::ZSTD(Default::default())),
    };
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).unwrap();
    for rows in groups {
        let mut group = writer.next_row_group().unwrap();
        for at in 0..N {
            let mut column = group.next_column().unwrap().unwrap();
            // Some at a time: a test that writes much holds little.
            for rows in rows.chunks(64) {
                let texts = rows.iter().filter_map(|row| row[at].as_deref());
                let texts: Vec<ByteArray> = texts.map(ByteArray::from).collect();
                let levels = rows.iter().map(|row| i16::from(row[at].is_some()));
                let levels: Vec<i16> = levels.collect();
                let typed = column.typed::<ByteArrayType>();
                typed.write_batch(&texts, Some(&levels), None).unwrap();
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

/// `id`, `name`, `born` and `wealth` of so many clients, the last quarter of them in a row group of its own.
pub fn write_clients(path: &Path, count: usize) {
    let row = |number: usize| {
        let some = |text: String| Some(text);
        [
            some(format!("c{number}")),
            some(format!("n{}", number % 7)),
            None,
            some(number.to_string()),
        ]
    };
    let first = count - count / 4;
    let groups = [
        (0..first).map(row).collect(),
        (first..count).map(row).collect(),
    ];
    write(path, ["id", "name", "born", "wealth"], Way::Packed, &groups);
}

/// A file of [`write_clients`] whose last row group cannot be unpacked.
pub fn damaged(whole: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let at = bytes.len() - bytes.len() / 8;
    bytes[at - 2_000..at].fill(0);
    bytes
}
