//! Sketches of files that are damaged, oddly named, too wide, or written in forms that no kind is read from.

use super::*;
use crate::base::limit::FIELDS_MAX;

fn text_of(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    sketch(&path).unwrap()
}

fn error_of(name: &str, content: &[u8]) -> ImportError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    sketch(&path).unwrap_err()
}

/// Customers of Chinese towns; the line behind them is the 102nd.
fn towns() -> Vec<u8> {
    let rows: String = (0..100).map(|row| format!("u{row},上海\n")).collect();
    format!("id,city\n{rows}").into_bytes()
}

#[test]
fn a_damaged_byte_makes_no_other_encoding() {
    let mut file = towns();
    file.extend(b"v,\xff\nw,ok\n");
    let text = text_of("towns.csv", &file);
    assert!(!text.contains("encoding"), "{text}");
    let line = "# 1 line is not UTF-8 (line 102); an import keeps it as a reject.\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("上海"), "{text}");
    // Lines of another encoding among them are no reason either.
    let mut file = towns();
    for row in 0..10 {
        file.extend(format!("g{row},").as_bytes());
        file.extend(b"\xb1\xb1\xbe\xa9\r\n");
    }
    let text = text_of("towns.csv", &file);
    let line = "# 10 lines are not UTF-8 (line 102, 103, 104, 105, 106, …); an import keeps them as rejects.\n";
    assert!(text.contains(line), "{text}");
    let chinese = |text: &str| crate::ingest::text::encoded(text, "gb18030");
    let mut file = chinese(&String::from_utf8(towns()).unwrap());
    file.extend(b"v,\xff\n");
    let text = text_of("towns.csv", &file);
    assert!(text.contains("encoding \"gb18030\""), "{text}");
    assert!(
        text.contains("# 1 line is not gb18030 (line 102)"),
        "{text}"
    );
    assert!(
        text.contains("# The encoding gb18030 is a guess: "),
        "{text}"
    );
    let text = text_of("latin.csv", b"id,name\n1,M\xfcller\n2,Ol\xe9\n");
    assert!(
        text.contains("# The encoding windows-1252 is a guess: "),
        "{text}"
    );
}

#[test]
fn two_bytes_a_letter_are_seen_without_a_mark() {
    let content = String::from_utf8(towns()).unwrap();
    for label in ["utf-16le", "utf-16be"] {
        let file = crate::ingest::text::encoded(&content, label);
        let (text, report) = made("towns.csv", &file);
        assert_eq!((report.rows, report.accepted), (100, 100));
        assert!(text.contains(&format!("encoding \"{label}\"")), "{text}");
        let said = format!("# The encoding {label} is a guess: no mark says so");
        assert!(text.contains(&said), "{text}");
    }
    let mut marked = b"\xff\xfe".to_vec();
    marked.extend(crate::ingest::text::encoded(&content, "utf-16le"));
    let (text, _) = made("towns.csv", &marked);
    assert!(!text.contains("encoding"), "{text}");
}

#[test]
fn a_header_with_a_doubled_or_an_empty_name_is_a_header() {
    let names = "# Its first line is taken for names: nothing in it is a number or a day.\n";
    let (text, report) = made("a.csv", b"id,amount,amount,name\na,1,2,x\nb,3,4,y\n");
    assert_eq!((report.rows, report.accepted), (2, 2));
    assert!(text.contains(names), "{text}");
    assert!(
        text.contains("which is meant: amount, amount.\n") && text.contains("id = id"),
        "{text}"
    );
    let (text, report) = made("a.csv", b"id,,amount,\na,1,2,3\nb,3,4,5\n");
    assert_eq!((report.rows, report.accepted), (2, 2));
    assert!(text.contains(names), "{text}");
    assert!(
        text.contains("# Left out, for they have no name: column 2, column 4.\n"),
        "{text}"
    );
    let (text, report) = made("a.csv", "id,é,e\u{301}\na,1,2\nb,1,2\n".as_bytes());
    assert_eq!((report.rows, report.accepted), (2, 2));
    assert!(text.contains("customer { }"), "{text}");
    let (text, report) = made("a.csv", b"a,1\nb,2\n");
    assert_eq!((report.rows, report.accepted), (2, 2));
    let data = "# Its first line is taken for a record, for `1` in it is no name;";
    assert!(text.contains(data), "{text}");
}

#[test]
fn a_file_of_no_records_is_no_empty_one() {
    let long = format!("id,{}\na,1\n", "n".repeat(2_000_000));
    let cases: [(&str, &[u8], &str, &str); 10] = [
        ("a.csv", b"", "I006", "is empty"),
        ("a.ndjson", b"\n\n", "I006", "is empty"),
        ("a.csv", b"id,amount\n", "I032", "has columns and no rows"),
        ("a.csv", b"id,amount", "I032", "has columns and no rows"),
        (
            "a.csv",
            long.as_bytes(),
            "I031",
            "the only one, on line 1: the line is longer",
        ),
        (
            "a.csv",
            b"id,amount\na\nb\n",
            "I031",
            "the first, on line 2: the record has 1 fields",
        ),
        (
            "a.ndjson",
            b"[{\"id\":1},{\"id\":2}]",
            "I031",
            "a JSON array is not JSON lines",
        ),
        (
            "a.ndjson",
            b"[\n{\"id\":1},\n{\"id\":2},\n]",
            "I031",
            "a JSON array is not JSON lines",
        ),
        (
            "a.ndjson",
            b"{\n \"id\":\n 1\n}\n",
            "I031",
            "an object of JSON lines stands on one line",
        ),
        ("a.ndjson", b"id\na\n", "I031", "the first, on line 1: "),
    ];
    for (name, content, code, words) in cases {
        let error = error_of(name, content);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn what_a_rule_file_cannot_hold_is_left_out_by_number() {
    let columns = FIELDS_MAX + 500;
    let mut file = String::from("id");
    (1..columns).for_each(|column| file.push_str(&format!(",c{column}")));
    for row in 0..3 {
        file.push_str(&format!("\nk{row}"));
        (1..columns).for_each(|_| file.push_str(",5"));
    }
    let text = text_of("wide.csv", file.as_bytes());
    let line = "# 499 columns more are left out: there may be 2000 fields.\n";
    assert!(text.contains(line), "{}", &text[..500]);
    let mut sources = Sources::default();
    sources.add("sketch.tamis", text);
    let found = compile::rules(&sources).diagnostics;
    assert!(found.iter().all(|one| !one.is_error()), "{found:?}");
    let file = format!("id,{},{0}y\na,1,2\nb,3,4\n", "x".repeat(150));
    let (text, report) = made("long.csv", file.as_bytes());
    assert_eq!((report.rows, report.accepted), (2, 2));
    assert!(
        text.contains("# Left out, for no rule can name them: xxx"),
        "{text}"
    );
    let odd = "id,`tick`,\"new\nline\",\"qu\"\"ote\",a{b}c,#hash,é,e\u{301},\u{1F600}\na,1,2,3,4,5,6,7,8\nb,1,2,3,4,5,6,7,8\n";
    let (_, report) = made("odd.csv", odd.as_bytes());
    assert_eq!((report.rows, report.accepted), (2, 2));
}

#[test]
fn a_codec_is_named_and_nothing_but_codecs_is_an_error() {
    let file = |name: &str| {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/ingest/parquet/tests/files/"
        );
        PathBuf::from(format!("{folder}{name}"))
    };
    let text = sketch(&file("mixed_codecs.parquet")).unwrap();
    assert!(
        text.contains("cannot be unpacked: name (brotli).\n"),
        "{text}"
    );
    let error = sketch(&file("people_brotli_1.parquet")).unwrap_err();
    assert_eq!(error.code(), "I023");
    assert!(error.to_string().contains("brotli"), "{error}");
}

#[test]
fn values_in_another_form_come_with_what_reads_them() {
    let of = |values: &[&str]| {
        let rows = values.iter().zip(0..);
        let rows: String = rows
            .map(|(value, row)| format!("k{row};{value}\n"))
            .collect();
        made("a.csv", format!("id;v\n{rows}").as_bytes())
    };
    let (text, _) = of(&["1,234.56", "12,345.00", "999.00"]);
    let said = "# looks like amounts with a comma for thousands, such as `1,234.56`: `replace(v, \",\", \"\")` reads them";
    assert!(text.contains(said), "{text}");
    // Taken at its word, the sketch reads them.
    let folder = tempfile::tempdir().unwrap();
    for (values, kind, reading) in [
        (
            &["1,234.56", "999.00"][..],
            "money",
            "replace(v, \",\", \"\")",
        ),
        (
            &["(100.00)", "3"],
            "money",
            "replace(replace(v, \"(\", \"-\"), \")\", \"\")",
        ),
        (
            &["12%", "3.5%"],
            "number",
            "number(replace(v, \"%\", \"\")) / 100",
        ),
        (
            &["5万", "1.2万"],
            "number",
            "number(replace(v, \"万\", \"\")) * 10000",
        ),
    ] {
        let (text, _) = of(values);
        assert!(text.contains(&format!("`{reading}`")), "{text}");
        let text = text.replace("v: text", &format!("v: {kind}"));
        let text = text.replace("v = v", &format!("v = {reading}"));
        let path = folder.path().join("a.csv");
        std::fs::write(&path, format!("id;v\nk0;{}\nk1;{}\n", values[0], values[1])).unwrap();
        let (_, report) = imported_by(&path, text);
        assert_eq!((report.rows, report.accepted), (2, 2));
    }
    for values in [["+5", "+6"], ["1e3", "2.5E2"]] {
        let (text, _) = of(&values);
        assert!(text.contains("v: int"), "{text}");
    }
    let (text, _) = of(&["+5.50", "2.5E2"]);
    assert!(
        text.contains("v: money") || text.contains("v: number"),
        "{text}"
    );
    let mut days = vec!["2024-01-31"; 50];
    days.push("31.12.2024");
    let (text, _) = of(&days);
    let said = "# nearly every value is a date as yyyy-MM-dd; 1 are not (line 52)";
    assert!(text.contains(said) && text.contains("v: text"), "{text}");
}
