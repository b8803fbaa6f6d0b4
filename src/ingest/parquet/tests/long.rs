//! Rows longer than a record may be, and how much is held of those that are not.

use super::made::{Way, write};
use super::*;
use crate::base::limit::{PARQUET_STRIDE_ROWS, RECORD_BYTES_MAX};

/// A text of so many bytes.
fn text(bytes: usize) -> Option<String> {
    Some("x".repeat(bytes))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Each record as the lengths of its fields, each refusal as its place and words.
fn told(rows: &mut Rows) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(next) = rows.next().unwrap() {
        told.push(match next {
            Next::Record(record) => {
                let lengths: Vec<usize> = record.fields().map(str::len).collect();
                format!("{}: {lengths:?}", record.number)
            }
            Next::Broken(broken) => {
                let fault = broken.fault;
                let column = fault.column.as_deref().unwrap_or("none");
                format!("{}: {} {column}: {fault}", broken.line, fault.code)
            }
        });
    }
    told
}

#[test]
fn a_row_longer_than_a_record_is_refused_by_its_place_and_the_next_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.parquet");
    let third = RECORD_BYTES_MAX / 3 + 1;
    let rows = vec![
        [some("first"), None, None],
        [text(RECORD_BYTES_MAX - 1), text(1), None],
        [text(1), text(RECORD_BYTES_MAX), None],
        [None, None, None],
        [text(third), text(third), text(third + 5)],
        [None, text(4 << 20), text(2 << 20)],
        [some("last"), None, text(1)],
    ];
    let first = vec![[some("a"), some("b"), some("c")]];
    let long = |line: u64, column: &str, of: usize, bytes: usize| {
        format!(
            "{line}: I103 {column}: the row has {of} bytes in the columns that are read, {bytes} of them here; \
             a record has at most 1048576, and nothing of this one is kept"
        )
    };
    for way in [Way::Plain, Way::Delta, Way::Packed] {
        write(&path, ["a", "b", "c"], way, &[first.clone(), rows.clone()]);
        let mut all = Rows::open(&path, &names("a b c")).unwrap();
        let most = RECORD_BYTES_MAX;
        let wanted = [
            "1: [1, 1, 1]".to_owned(),
            "2: [5, 0, 0]".to_owned(),
            format!("3: [{}, 1, 0]", most - 1),
            long(4, "b", most + 1, most),
            "5: [0, 0, 0]".to_owned(),
            long(6, "c", 3 * third + 5, third + 5),
            long(7, "b", 6 << 20, 4 << 20),
            "8: [4, 0, 1]".to_owned(),
        ];
        assert_eq!(told(&mut all), wanted, "{way:?}");
        // What nobody wants is not counted.
        let mut some = Rows::open(&path, &names("a")).unwrap();
        let lengths = told(&mut some);
        assert_eq!(lengths[3], "4: [1]", "{way:?}");
        assert_eq!(lengths[5], format!("6: [{third}]"), "{way:?}");
        // Whoever looks at a file sees the rest of such a row.
        let mut looked = Rows::open(&path, &names("a b c")).unwrap();
        looked.pass_over();
        let lengths = told(&mut looked);
        assert_eq!(lengths[3], "4: [1, 0, 0]", "{way:?}");
        assert_eq!(lengths[5], format!("6: [{third}, {third}, 0]"), "{way:?}");
        assert_eq!(lengths[6], "7: [0, 0, 0]", "{way:?}");
        assert_eq!(looked.passed_over(), [0, 2, 2], "{way:?}");
    }
}

/// Reads a file whose texts have that many bytes in their row: all of them, and at most so many at once.
fn holds_at_most(path: &Path, bytes_max: usize, bytes_of: &dyn Fn(usize) -> usize) {
    let mut rows = Rows::open(path, &names("a")).unwrap();
    let (mut row, mut most) = (0, 0);
    while rows.held > 0 || rows.hold().unwrap() {
        most = most.max(rows.columns[0].bytes());
        let mut piece = rows.piece().unwrap().unwrap();
        while let Some(Next::Record(record)) = piece.next() {
            assert_eq!(record.field(0).len(), bytes_of(row), "{row}");
            row += 1;
        }
    }
    assert_eq!(row as u64, rows.rows_total);
    assert!(most <= bytes_max as u64, "{most} of {bytes_max}");
}

#[test]
fn long_texts_that_share_a_beginning_are_held_a_piece_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alike.parquet");
    let bytes = 100_000;
    let rows = vec![[text(bytes)]; 1_000];
    write(&path, ["a"], Way::Delta, &[rows]);
    assert!(std::fs::metadata(&path).unwrap().len() < 10 * bytes as u64);
    holds_at_most(&path, PARQUET_PIECE_BYTES + bytes, &|_| bytes);
}

#[test]
fn a_few_long_texts_among_many_short_ones_are_held_some_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uneven.parquet");
    let (short, bytes) = (60_000, 100_000);
    let bytes_of = |row: usize| if row < short { 1 } else { bytes };
    let rows = (0..short + 500).map(|row| [text(bytes_of(row))]).collect();
    write(&path, ["a"], Way::Plain, &[rows]);
    let most = PARQUET_PIECE_BYTES + PARQUET_STRIDE_ROWS * bytes;
    holds_at_most(&path, most, &bytes_of);
}
