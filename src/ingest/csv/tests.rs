//! Every dress of delimited text, and every way to break it.

use super::*;

/// Records and refusals as one line each: `number@line field|field` or `number@line CODE`.
fn read(
    bytes: &[u8],
    delimiter: Option<u8>,
    quote: Option<u8>,
    width: Option<usize>,
) -> Vec<String> {
    let mut records = Records::new(Box::new(io::Cursor::new(bytes.to_vec())), delimiter, quote);
    if let Some(width) = width {
        records.expect_width(width);
    }
    let mut seen = Vec::new();
    while let Some(next) = records.next().unwrap() {
        seen.push(match next {
            Next::Record(record) => {
                let fields: Vec<&str> = record.fields().collect();
                format!("{}@{} {}", record.number, record.line, fields.join("|"))
            }
            Next::Broken(broken) => {
                format!("{}@{} {}", broken.number, broken.line, broken.fault.code)
            }
        });
    }
    seen
}

fn csv(bytes: &[u8]) -> Vec<String> {
    read(bytes, Some(b';'), Some(b'"'), Some(2))
}

#[test]
fn records_keep_their_lines_in_every_dress() {
    let cases: [(&[u8], &[&str]); 8] = [
        (b"a;b\nc;d\n", &["1@1 a|b", "2@2 c|d"]),
        (b"a;b\r\nc;d\r\n", &["1@1 a|b", "2@2 c|d"]),
        (b"a;b\rc;d\r", &["1@1 a|b", "2@2 c|d"]),
        (b"\n\na;b\n\r\n\nc;d", &["1@3 a|b", "2@6 c|d"]),
        (b"\"x\ny\";b\nc;d\n", &["1@1 x\ny|b", "2@3 c|d"]),
        (b"\"x\"\"y\";b\n;\n", &["1@1 x\"y|b", "2@2 |"]),
        (b"", &[]),
        (b"\n\n", &[]),
    ];
    for (bytes, wanted) in cases {
        assert_eq!(csv(bytes), wanted, "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(
        read(b"a\"b;\"c\n", Some(b';'), None, None),
        ["1@1 a\"b|\"c"],
        "without a quote nothing quotes"
    );
}

#[test]
fn blanks_of_any_number_cut_a_line() {
    let bytes = b"  1 19970101  2\t29.33 \n\n 2 \"a b\" \"\" x\n 3 \"open\n4 b c d";
    assert_eq!(
        read(bytes, None, Some(b'"'), Some(4)),
        [
            "1@1 1|19970101|2|29.33",
            "2@3 2|a b||x",
            "3@4 I104",
            "4@5 4|b|c|d"
        ]
    );
    assert_eq!(read(b" 1 \"a\n", None, None, None), ["1@1 1|\"a"]);
}

#[test]
fn wrong_width_and_invalid_text_refuse_only_their_record() {
    assert_eq!(
        csv(b"a;b\nc\n\xff;d\ne;f;g\n\xe5\xae;\xa2\nh;i\n"),
        [
            "1@1 a|b", "2@2 I102", "3@3 I101", "4@4 I102", "5@5 I101", "6@6 h|i"
        ]
    );
    let mut records = Records::new(Box::new(&b"a;\"b\nc\xff\"\n"[..]), Some(b';'), Some(b'"'));
    let Some(Next::Broken(broken)) = records.next().unwrap() else {
        panic!("it is broken");
    };
    assert_eq!(broken.raw, b"a;\"b\nc\xff\"");
    assert!(
        broken.fault.to_string().starts_with("byte 2 of line 2 "),
        "{}",
        broken.fault
    );
}

#[test]
fn an_open_quote_costs_its_line_alone() {
    assert_eq!(
        csv(b"a;b\n\"c;d\ne;f\ng;h"),
        ["1@1 a|b", "2@2 I104", "3@3 e|f", "4@4 g|h"]
    );
    let mut long = b"a;b\n\"c;d\n".to_vec();
    long.extend(b"e;f\n".repeat(RECORD_BYTES_MAX / 2));
    let seen = csv(&long);
    assert_eq!(
        seen.len(),
        2 + RECORD_BYTES_MAX / 2,
        "nothing is lost behind it"
    );
    assert_eq!(seen[1..3], ["2@2 I104", "3@3 e|f"]);
}

#[test]
fn a_quote_that_closes_in_another_line_costs_its_line_alone() {
    for (end, quote) in [("\n", '"'), ("\r\n", '"'), ("\r", '"'), ("\n", '\'')] {
        let mut lines: Vec<String> = (0..100).map(|row| format!("r{row};n{row}")).collect();
        lines[10] = format!("r10;{quote}n10");
        lines[70] = format!("r70;{quote}n70");
        lines[80] = format!("r80;{quote}a{quote}{quote};{end}b{quote}");
        for last in ["", end] {
            let bytes = (lines.join(end) + last).into_bytes();
            let seen = read(&bytes, Some(b';'), u8::try_from(quote).ok(), Some(2));
            assert_eq!(seen.len(), 100, "{end:?}");
            // The second one runs to the one of line 81, which is sound.
            assert_eq!(seen[9..12], ["10@10 r9|n9", "11@11 I104", "12@12 r11|n11"]);
            assert_eq!(seen[70..72], ["71@71 I104", "72@72 r71|n71"]);
            assert_eq!(seen[80], format!("81@81 r80|a{quote};{end}b"));
            assert_eq!(seen[99], "100@101 r99|n99");
        }
    }
    // On one line text may follow a quote.
    assert_eq!(csv(b"\"Alpha\" Ltd;b\n"), ["1@1 Alpha Ltd|b"]);
    assert_eq!(csv(b"\"Alpha\" Ltd;\"b\nc\"\n"), ["1@1 Alpha Ltd|b\nc"]);
    // The last record may lack its line end, and its quote.
    assert_eq!(csv(b"a;\"b\nc;\"d"), ["1@1 I104", "2@2 I104"]);
}

#[test]
fn a_file_of_quotes_that_close_in_the_next_line_is_given_up() {
    let bytes = b"r;\"n\n".repeat(3_000);
    let mut records = Records::new(Box::new(io::Cursor::new(bytes)), Some(b';'), Some(b'"'));
    let mut refused = 0;
    let stopped = loop {
        match records.next() {
            Ok(Some(Next::Broken(broken))) if broken.fault.code == "I104" => refused += 1,
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, RECORD_RESTARTS_MAX);
    assert!(matches!(stopped, ReadError::OpenQuotes(101)), "{stopped:?}");
}

#[test]
fn a_line_of_ten_megabytes_is_refused_and_the_next_read() {
    for delimiter in [Some(b';'), None] {
        let mut bytes = b"a;b\n".to_vec();
        bytes.extend(b"x".repeat(10 << 20));
        bytes.extend(b"\r\nc;d\n");
        let width = delimiter.map(|_| 2);
        let seen = read(&bytes, delimiter, Some(b'"'), width);
        assert_eq!(seen.len(), 3);
        assert_eq!(seen[1], "2@2 I103");
        assert!(seen[2].starts_with("3@3 c"), "{}", seen[2]);
        bytes.truncate(9 << 20);
        let seen = read(&bytes, delimiter, Some(b'"'), width);
        assert_eq!(seen[1..], ["2@2 I103"], "also without an end");
    }
    let mut quoted = b"\"".to_vec();
    quoted.extend(b"x".repeat(2 << 20));
    quoted.extend(b"\nc;d\n");
    assert_eq!(csv(&quoted), ["1@1 I103", "2@2 c|d"]);
}

#[test]
fn a_record_of_exactly_the_limit_is_read() {
    let mut bytes = b"a;".to_vec();
    bytes.extend(b"x".repeat(RECORD_BYTES_MAX - 3));
    bytes.push(b'\n');
    let longest = csv(&bytes);
    assert!(longest[0].starts_with("1@1 a|xxx"));
    bytes.insert(2, b'x');
    assert_eq!(csv(&bytes), ["1@1 I103"]);
}

#[test]
fn a_file_of_open_quotes_is_given_up() {
    let bytes = b"x\";\"\n".repeat(500_000);
    let mut records = Records::new(Box::new(io::Cursor::new(bytes)), Some(b';'), Some(b'"'));
    let stopped = loop {
        match records.next() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it must not end"),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(stopped, ReadError::OpenQuotes(line) if line > u64::from(RECORD_RESTARTS_MAX))
    );
}

#[test]
fn more_columns_than_a_table_has_are_refused() {
    let mut bytes = b";".repeat(40_000);
    bytes.extend(b"\na;b\n");
    assert_eq!(csv(&bytes), ["1@1 I102", "2@2 a|b"]);
}

#[test]
fn the_header_is_not_counted() {
    let mut records = Records::new(
        Box::new(&b"\xef\xbb\xbfa;b\n1;2\n"[..]),
        Some(b';'),
        Some(b'"'),
    );
    assert_eq!(records.header().unwrap().unwrap(), ["a", "b"]);
    let Some(Next::Record(record)) = records.next().unwrap() else {
        panic!("one record");
    };
    assert_eq!(
        (record.number, record.line, record.field(1), record.field(2)),
        (1, 2, "2", "")
    );
    assert!(
        Records::new(Box::new(&b""[..]), None, None)
            .header()
            .unwrap()
            .is_none()
    );
    assert_eq!(
        better_delimiter("a,b,c|d", Some(b';')).unwrap(),
        "is the delimiter \",\"?"
    );
    assert_eq!(better_delimiter("a;b", Some(b';')), None);
}

/// All of a record, or why it is none.
fn shown(next: Next<'_>) -> String {
    match next {
        Next::Record(record) => {
            let fields: Vec<&str> = record.fields().collect();
            let raw = String::from_utf8_lossy(record.raw);
            let (number, line) = (record.number, record.line);
            format!("{number}@{line} {} of {raw}", fields.join("|"))
        }
        Next::Broken(broken) => {
            format!("{}@{} {}", broken.number, broken.line, broken.fault.code)
        }
    }
}

/// A file record by record; `batched`: with plain lines cut at once.
fn read_whole(bytes: &[u8], width: Option<usize>, batched: bool) -> Vec<String> {
    let input = Box::new(io::Cursor::new(bytes.to_vec()));
    let mut records = Records::new(input, Some(b';'), Some(b'"'));
    if let Some(width) = width {
        records.expect_width(width);
    }
    let (mut seen, mut batch) = (Vec::new(), Batch::default());
    loop {
        if batched && records.add_plain(&mut batch) {
            continue;
        }
        while let Some(next) = batch.next() {
            seen.push(shown(next));
        }
        batch.clear();
        match records.next().unwrap() {
            Some(next) => seen.push(shown(next)),
            None => return seen,
        }
    }
}

proptest::proptest! {
    #[test]
    fn lines_cut_at_once_are_the_same_records(
        pieces in proptest::collection::vec(
            proptest::prop_oneof![
                proptest::strategy::Just(&b"abc;d\n"[..]),
                proptest::strategy::Just(&b"\xe5\xae\xa2;longer than one word of eight\r\n"[..]),
                proptest::strategy::Just(&b"a;\"b;\nc\"\n"[..]),
                proptest::strategy::Just(&b"\n"[..]),
                proptest::strategy::Just(&b"\r"[..]),
                proptest::strategy::Just(&b"\r\n"[..]),
                proptest::strategy::Just(&b"x;y"[..]),
                proptest::strategy::Just(&b";"[..]),
                proptest::strategy::Just(&b"\xff;b\n"[..]),
                proptest::strategy::Just(&b"a;\"open\n"[..]),
                proptest::strategy::Just(&b"a;\"open\r\n"[..]),
            ],
            0..60,
        ),
        many in 0_usize..200,
        wide in proptest::prelude::any::<bool>(),
    ) {
        let mut bytes = b"plain;line\n".repeat(many);
        bytes.extend(pieces.concat());
        let width = wide.then_some(2);
        proptest::prop_assert_eq!(read_whole(&bytes, width, true), read_whole(&bytes, width, false));
    }
}

#[test]
fn a_line_end_of_two_bytes_behind_an_empty_line_is_one() {
    let bytes = b"\nlong enough to be plain;a\r\nx;y";
    let lines = [
        "1@2 long enough to be plain|a of long enough to be plain;a",
        "2@3 x|y of x;y",
    ];
    for batched in [true, false] {
        assert_eq!(read_whole(bytes, None, batched), lines);
    }
}
