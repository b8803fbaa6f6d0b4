//! Files that cannot be read to their end, sent to a running server: nothing of them is taken.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::import::{cut_gzip, figures, people, place, send_as};
use crate::place::{Place, Server};

/// More than a round, so that one would be seen before the damage is met.
const COUNT: usize = 21_000;

/// One form of file: broken in its middle, then mended.
struct Case {
    source: &'static str,
    kind: &'static str,
    broken: Vec<u8>,
    mended: Vec<u8>,
    code: &'static str,
}

/// The file is refused, and nothing of it is left; mended it is taken whole.
fn leaves_nothing(case: Case) {
    let place = place();
    let server = place.serve();
    let refused = send_as(&server, case.source, case.kind, &case.broken);
    let told = refused.text();
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (422, case.code),
        "{told}"
    );
    assert!(told.contains("nothing of the file is taken"), "{told}");
    assert!(!told.contains("incoming"), "{told}");
    assert_eq!(server.count("id is present"), 0);
    server.stop();
    assert_eq!(warned(&place), "");
    let server: Server = place.serve();
    let taken = send_as(&server, case.source, case.kind, &case.mended);
    assert_eq!(taken.status, 200, "{}", taken.text());
    let count = COUNT as u64;
    assert_eq!(figures(&taken.json()), [count, count, 0, 0, 0]);
    assert_eq!(server.count("id is present"), count);
    server.stop();
    assert_eq!(warned(&place), "");
}

/// What a verb says of imports that were cut off.
fn warned(place: &Place) -> String {
    let said = place.run(&["query", "assets >= 0", "--count"]).err;
    let lines = said.lines().filter(|line| line.contains("cut off"));
    lines.collect()
}

/// The packed bytes, whole: a last empty block and the sums behind those of [`cut_gzip`].
fn whole_gzip(bytes: &[u8]) -> Vec<u8> {
    let sum = tamis::base::checksum::crc32(bytes).to_le_bytes();
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let end = [&[1, 0, 0, 0xff, 0xff][..], &sum, &length].concat();
    [cut_gzip(bytes), end].concat()
}

#[test]
fn of_packed_text_that_is_cut_short_nothing_is_taken() {
    let file = people(COUNT);
    leaves_nothing(Case {
        source: "people",
        kind: "text/csv",
        broken: cut_gzip(file.as_bytes()),
        mended: whole_gzip(file.as_bytes()),
        code: "I004",
    });
}

#[test]
fn of_text_whose_quotes_never_close_nothing_is_taken() {
    let file = people(COUNT);
    let quotes = "x\",\"\n".repeat(500_000);
    leaves_nothing(Case {
        source: "people",
        kind: "text/csv",
        broken: format!("{file}{quotes}").into_bytes(),
        mended: file.into_bytes(),
        code: "I011",
    });
}

#[test]
fn of_packed_json_lines_that_are_cut_short_nothing_is_taken() {
    let lines = (0..COUNT).map(|number| format!("{{\"id\":\"c{number}\",\"assets\":{number}}}\n"));
    let file: String = lines.collect();
    leaves_nothing(Case {
        source: "lines",
        kind: "application/x-ndjson",
        broken: cut_gzip(file.as_bytes()),
        mended: whole_gzip(file.as_bytes()),
        code: "I004",
    });
}

#[test]
fn of_a_table_with_a_damaged_page_nothing_is_taken() {
    let mended = table();
    let mut broken = mended.clone();
    // Within the second row group.
    let at = broken.len() - broken.len() / 8;
    broken[at - 500..at].fill(0);
    leaves_nothing(Case {
        source: "table",
        kind: "application/vnd.apache.parquet",
        broken,
        mended,
        code: "I010",
    });
}

/// Parquet of two row groups, the first with more rows than a round has facts.
fn table() -> Vec<u8> {
    let message = "message rows { required byte_array id (STRING); \
                   required byte_array wealth (STRING); required byte_array name (STRING); }";
    let schema = Arc::new(parse_message_type(message).unwrap());
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_compression(Compression::ZSTD(Default::default()));
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for rows in [0..COUNT - 900, COUNT - 900..COUNT] {
        let mut group = writer.next_row_group().unwrap();
        for head in ["c", "", "n"] {
            let texts = rows.clone().map(|row| format!("{head}{row}"));
            let texts: Vec<ByteArray> = texts.map(|text| text.as_str().into()).collect();
            let mut column = group.next_column().unwrap().unwrap();
            let typed = column.typed::<ByteArrayType>();
            typed.write_batch(&texts, None, None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}
