//! Lines of JSON as programs write them, and every way to break one.

use super::*;

/// Records and refusals as one line each: `number@line field|field` or `number@line CODE column`.
fn read(bytes: &[u8], wanted: &str) -> Vec<String> {
    let wanted: Vec<String> = wanted.split_whitespace().map(str::to_owned).collect();
    let mut lines = Lines::new(Box::new(io::Cursor::new(bytes.to_vec())), &wanted);
    let mut seen = Vec::new();
    while let Some(next) = lines.next().unwrap() {
        seen.push(match next {
            Next::Record(record) => {
                let fields: Vec<&str> = record.fields().collect();
                format!("{}@{} {}", record.number, record.line, fields.join("|"))
            }
            Next::Broken(broken) => {
                let column = broken.fault.column.as_deref().unwrap_or("").to_owned();
                let said = format!(
                    "{}@{} {} {column}",
                    broken.number, broken.line, broken.fault.code
                );
                said.trim().to_owned()
            }
        });
    }
    seen
}

#[test]
fn keys_become_fields_in_the_order_wanted() {
    let text = concat!(
        "{\"b\": 12345678901234567890.120, \"a\":\"x\\u5ba2\\n\", \"c\":[1,2]}\r\n",
        "\n   \r\n",
        "{\"a\":null,\"b\":true,\"other\":{\"deep\":[[]]}}\n",
        "{\"c\":[\"红\",null,1.5],\"b\":\"\"}",
    );
    assert_eq!(
        read(text.as_bytes(), "a b c"),
        [
            "1@1 x客\n|12345678901234567890.120|1;2",
            "2@4 |true|",
            "3@5 ||红;;1.5"
        ]
    );
    assert_eq!(read("{\"e\u{301}\":1}".as_bytes(), "é"), ["1@1 1"]);
    assert_eq!(read(b"", "a"), [""; 0]);
}

#[test]
fn a_broken_line_costs_itself_alone() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(RECORD_BYTES_MAX));
    let lines: [(&[u8], &str); 12] = [
        (b"{\"a\":1", "I301"),
        (b"nothing", "I301"),
        (b"{\"a\":1} {\"a\":2}", "I301"),
        (b"{\"a\":\"\x01\"}", "I301"),
        (b"[1]", "I302"),
        (b"{\"a\":1,\"a\":2}", "I303 a"),
        (b"{\"a\":{\"x\":1}}", "I304 a"),
        (b"{\"a\":[[1]]}", "I304 a"),
        (b"{\"a\":[\"1;2\"]}", "I304 a"),
        (b"{\"a\":\"\\ud800\"}", "I307 a"),
        (b"{\"a\":\"\xff\"}", "I101"),
        (long.as_bytes(), "I103"),
    ];
    for (line, wanted) in lines {
        let bytes = [b"{\"a\":0}\n", line, b"\n{\"a\":9}\n"].concat();
        let shown = String::from_utf8_lossy(line.get(..30).unwrap_or(line)).into_owned();
        assert_eq!(
            read(&bytes, "a"),
            [
                "1@1 0".to_owned(),
                format!("2@2 {wanted}"),
                "3@3 9".to_owned()
            ],
            "{shown}"
        );
    }
}

#[test]
fn keys_are_met_in_order_and_missed_ones_known() {
    let text = "{\"b\":1}\nbroken\n{\"a\":{},\"b\":2,\"c\":null}\n";
    let found = keys(Box::new(io::Cursor::new(text))).unwrap();
    assert_eq!(found, (["b", "a", "c"].map(str::to_owned).to_vec(), false));
    let wanted = ["c".to_owned(), "d".to_owned()];
    let mut lines = Lines::new(Box::new(io::Cursor::new(text)), &wanted);
    while lines.next().unwrap().is_some() {}
    assert_eq!(lines.never_seen(), [1]);
}

#[test]
fn values_that_are_none_are_passed_over_where_that_is_asked() {
    let text = concat!(
        "{\"a\":{\"x\":1},\"b\":2}\n",
        "{\"b\":3,\"a\":[1,[2]]}\n",
        "{\"a\":[\"red\"],\"b\":4}\n",
        "{\"a\":1,\"a\":2}\n",
        "{\"a\":{},\"b\":1,\"b\":2}\n",
        "{\"a\":[[]],\"b\":1\n",
    );
    let wanted = ["a".to_owned(), "b".to_owned()];
    let mut lines = Lines::new(Box::new(io::Cursor::new(text)), &wanted);
    lines.pass_over();
    let mut seen = Vec::new();
    while let Some(next) = lines.next().unwrap() {
        seen.push(match next {
            Next::Record(record) => record.fields().collect::<Vec<_>>().join("|"),
            Next::Broken(broken) => broken.fault.code.to_owned(),
        });
    }
    assert_eq!(seen, ["|2", "|3", "red|4", "I303", "I303", "I301"]);
    assert_eq!(lines.passed_over(), [2, 0]);
}

#[test]
fn keys_are_found_in_whatever_order_they_stand() {
    let text = "{\"c\":3,\"a\":1,\"b\":2}\n{\"a\":4,\"x\":0,\"b\":5,\"c\":6}\n{\"b\":7}\n";
    assert_eq!(
        read(text.as_bytes(), "a b c"),
        ["1@1 1|2|3", "2@2 4|5|6", "3@3 |7|"]
    );
    let many: Vec<String> = (0..40).map(|key| format!("k{key}")).collect();
    let line = |keys: &mut dyn Iterator<Item = usize>| {
        let members: Vec<String> = keys.map(|key| format!("\"k{key} \":{key}")).collect();
        format!("{{{}}}\n", members.join(","))
    };
    let text = line(&mut (0..40)) + &line(&mut (0..40).rev()) + &line(&mut (0..40).step_by(2));
    let said = read(text.as_bytes(), &many.join(" "));
    let all: Vec<String> = (0..40).map(|key: i32| key.to_string()).collect();
    assert_eq!(said[0], format!("1@1 {}", all.join("|")));
    assert_eq!(said[1], format!("2@2 {}", all.join("|")));
    assert!(said[2].starts_with("3@3 0||2||4||"), "{}", said[2]);
}

#[test]
fn that_there_are_more_keys_than_are_read_is_said() {
    let line = |count: usize| {
        let keys: Vec<String> = (0..count).map(|key| format!("\"k{key}\":0")).collect();
        format!("{{{}}}\n", keys.join(","))
    };
    for (count, more) in [(RECORD_COLUMNS_MAX, false), (RECORD_COLUMNS_MAX + 1, true)] {
        let found = keys(Box::new(io::Cursor::new(line(count)))).unwrap();
        assert_eq!((found.0.len(), found.1), (RECORD_COLUMNS_MAX, more));
    }
}
