//! One source, files of every form: what is declared, what is found, what is given by hand.

use super::*;
use crate::ingest::parquet::tests::write_people;
use crate::ingest::raw::{GivenValues, Raw};
use crate::language::typed::{Delimiter, Format, SourceFileId};

const PEOPLE: [&str; 4] = ["id", "name", "born", "wealth"];

fn found(header: Option<&[&str]>) -> SourceFile {
    let mut file = clients();
    file.format = Format::Csv {
        delimiter: Delimiter::Found,
        quote: Some(b'"'),
        header: header.map(|names| names.iter().map(|name| name.to_string()).collect()),
        encoding: "utf-8".to_owned(),
    };
    file
}

fn as_format(format: Format, name: &str) -> SourceFile {
    let mut file = clients();
    file.format = format;
    file.file = name.to_owned();
    file
}

fn parquet(name: &str) -> PathBuf {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ingest/parquet/tests/files"
    );
    PathBuf::from(folder).join(name)
}

fn given(bank: &Bank, path: PathBuf) -> Files {
    Files {
        given: vec![("clients".to_owned(), path)],
        ..bank.files()
    }
}

#[test]
fn the_delimiter_is_found_by_the_header() {
    for sign in [",", ";", "\t", "|"] {
        let first = PEOPLE.join(sign);
        // Other signs inside a name, or more of them inside a quoted one, mislead nobody.
        let odd = format!("{first}{sign}\"a,b;c|d\te,f;g|h\"");
        let row = ["c1", "\"Ann, B; C|D\"", "", "1"].join(sign);
        for (header, end) in [(&first, ""), (&odd, &*format!("{sign}x"))] {
            let bank = Bank::new(vec![found(None)]);
            bank.write("clients.csv", format!("{header}\r\n{row}{end}\r\n"));
            assert_eq!(counts(&bank.import().unwrap()[0]), [1, 0, 0, 0], "{header}");
        }
        let bank = Bank::new(vec![found(Some(&PEOPLE))]);
        bank.write("clients.csv", format!("{row}\n{row}\n"));
        assert_eq!(counts(&bank.import().unwrap()[0]), [2, 0, 0, 0], "{sign:?}");
    }
    let bank = Bank::new(vec![found(None)]);
    bank.write("clients.csv", "id;name\nc1;Ann\n");
    let error = bank.import().unwrap_err();
    assert_eq!(error.code(), "I007");
    assert!(
        error
            .to_string()
            .contains("no column `born`, `wealth`; it has `id`, `name`")
    );
}

#[test]
fn json_lines_are_a_format_like_every_other() {
    let bank = Bank::new(vec![as_format(Format::Ndjson, "clients.ndjson")]);
    let lines = [
        "{\"id\":\"c1\",\"name\":\"Ann\",\"born\":\"1970-01-02\",\"wealth\":10.5}",
        "{\"id\":2,\"wealth\":12345678901234.5678,\"born\":null}",
        "{\"id\":\"c3\",\"wealth\":\"much\"}",
        "{\"id\":\"c4\",",
    ];
    bank.write("clients.ndjson", lines.join("\n"));
    let report = bank.import().unwrap().remove(0);
    assert_eq!(counts(&report), [2, 0, 2, 0]);
    assert_eq!(report.reasons, [("I106", 1), ("I301", 1)]);
    let mend = report.mend_file.unwrap();
    let kept = std::fs::read_to_string(&mend).unwrap();
    assert_eq!(kept, format!("{}\n{}\n", lines[2], lines[3]));
    let mended = kept.replace("\"much\"", "1e3").replace("c4\",", "c4\"}");
    std::fs::write(&mend, mended).unwrap();
    let report = bank
        .import_with(&given(&bank, mend.clone()))
        .unwrap()
        .remove(0);
    assert_eq!(counts(&report), [2, 0, 0, 0], "{report:?}");
    assert!(!mend.exists());
    assert_eq!(bank.snapshot().rows(), 4);
}

#[test]
fn a_key_that_no_line_has_is_noted() {
    let bank = Bank::new(vec![as_format(Format::Ndjson, "clients.ndjson")]);
    bank.write("clients.ndjson", "{\"id\":\"c1\",\"born\":null}\n");
    let report = bank.import().unwrap().remove(0);
    let notes: Vec<(&str, &str)> = report
        .notes
        .iter()
        .map(|note| (note.code, note.message.as_str()))
        .collect();
    assert_eq!(
        notes,
        [
            ("I206", "no line has the key `name`"),
            ("I206", "no line has the key `wealth`")
        ]
    );
}

#[test]
fn parquet_is_a_format_and_its_rejects_are_json_lines() {
    let mut file = as_format(Format::Parquet, "people.parquet");
    if let RouteTarget::Customer { fields, .. } = &mut file.routes[0].target {
        // Names are no dates: every row is refused.
        fields[1] = (AttributeId(1), read(column(1), Kind::Date));
    }
    let bank = Bank::new(vec![file]);
    std::fs::copy(
        parquet("people_zstd_2.parquet"),
        bank.path("people.parquet"),
    )
    .unwrap();
    let report = bank.import().unwrap().remove(0);
    assert_eq!((report.rows, report.rejected), (1_000, 1_000));
    let mend = report.mend_file.unwrap();
    assert!(mend.ends_with("clients.records.ndjson"));
    let kept = std::fs::read_to_string(&mend).unwrap();
    let second = kept.lines().nth(1).unwrap();
    assert_eq!(
        second,
        r#"{"born":"1970-01-02","id":"c1","name":"n1","wealth":"0.01"}"#
    );
    let mut mended = kept;
    for number in 0..7 {
        mended = mended.replace(&format!("\"n{number}\""), "\"1980-05-05\"");
    }
    std::fs::write(&mend, mended).unwrap();
    let report = bank.import_with(&given(&bank, mend)).unwrap().remove(0);
    assert_eq!(counts(&report), [1_000, 0, 0, 0]);
}

#[test]
fn rows_of_parquet_that_are_no_text_are_kept_with_their_bytes() {
    let mut file = source("clients", "people.parquet", "id name");
    file.format = Format::Parquet;
    file.routes = vec![route(
        RouteTarget::Customer {
            id: column(0),
            since: None,
            fields: vec![(AttributeId(0), column(1))],
        },
        None,
    )];
    let bank = Bank::new(vec![file]);
    let people: [(&str, &[u8]); 3] = [("c1", b"Ann"), ("c2", b"B\xffb"), ("c3", "客".as_bytes())];
    write_people(&bank.path("people.parquet"), &people);
    let report = bank.import().unwrap().remove(0);
    assert_eq!(counts(&report), [2, 0, 1, 0]);
    let mend = report.mend_file.unwrap();
    let kept = std::fs::read_to_string(&mend).unwrap();
    assert_eq!(kept, "{\"id\":\"c2\",\"name\":{\"bytes\":\"42ff62\"}}\n");
    let reasons = std::fs::read_to_string(report.rejects_file.unwrap()).unwrap();
    assert!(
        reasons.contains(",2,name,I101,") && reasons.contains("42ff62"),
        "{reasons}"
    );
    // As it is nobody takes it.
    let report = bank
        .import_with(&given(&bank, mend.clone()))
        .unwrap()
        .remove(0);
    assert_eq!(counts(&report), [0, 0, 1, 0]);
    std::fs::write(&mend, kept.replace("{\"bytes\":\"42ff62\"}", "\"Bob\"")).unwrap();
    let report = bank.import_with(&given(&bank, mend)).unwrap().remove(0);
    assert_eq!(counts(&report), [1, 0, 0, 0]);
}

#[test]
fn a_row_of_parquet_that_is_too_long_is_refused_like_a_line() {
    use crate::ingest::parquet::tests::made::{Way, write};
    let bank = Bank::new(vec![as_format(Format::Parquet, "clients.parquet")]);
    let row = |id: &str, name: String| [Some(id.to_owned()), Some(name), None, None];
    let rows = vec![
        row("c1", "Ann".to_owned()),
        row("c2", "B".repeat(2 << 20)),
        row("c3", "Cyd".to_owned()),
    ];
    let path = bank.path("clients.parquet");
    write(&path, PEOPLE, Way::Packed, &[rows]);
    let quality = examine(&bank.rules, &bank.files(), &|_| {}).unwrap();
    assert_eq!(quality[0].refused[0].code, "I103");
    let name = quality[0].columns.iter().find(|one| one.name == "name");
    let name = name.unwrap();
    assert_eq!((name.rows, name.missing, name.distinct), (3, 0, 2));
    let doubt = "beyond 1048576 bytes with the rest of its row".to_owned();
    assert_eq!(name.doubtful, [(doubt, 1)]);
    let report = bank.import().unwrap().remove(0);
    assert_eq!(counts(&report), [2, 0, 1, 0]);
    assert_eq!(
        (report.reasons, report.mend_file),
        (vec![("I103", 1)], None)
    );
    let reasons = std::fs::read_to_string(report.rejects_file.unwrap()).unwrap();
    let told = ",2,name,I103,\"the row has 2097154 bytes in the columns that are read, 2097152 of them here; a record has at most 1048576, and nothing of this one is kept\",";
    assert!(reasons.contains(told), "{reasons}");
}

#[test]
fn a_file_given_by_hand_may_have_another_form() {
    let bank = Bank::new(vec![clients()]);
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;n1;1970-01-02;0.01\n",
    );
    assert_eq!(counts(&bank.import().unwrap()[0]), [1, 0, 0, 0]);
    bank.write(
        "new.jsonl",
        "{\"id\":\"c1\",\"name\":\"n1\",\"born\":\"1970-01-02\",\"wealth\":0.01}",
    );
    let files = given(&bank, bank.path("new.jsonl"));
    assert_eq!(counts(&bank.import_with(&files).unwrap()[0]), [0, 1, 0, 0]);
    // Parquet is known by its first and last bytes, whatever it is called.
    std::fs::copy(parquet("people_lz4_1.parquet"), bank.path("unnamed")).unwrap();
    let files = given(&bank, bank.path("unnamed"));
    assert_eq!(
        counts(&bank.import_with(&files).unwrap()[0]),
        [999, 1, 0, 0]
    );

    let bank = Bank::new(vec![as_format(Format::Parquet, "clients.parquet")]);
    bank.write(
        "clients.csv",
        "id,name,born,wealth\nc1,n1,1970-01-02,0.01\n",
    );
    let files = given(&bank, bank.path("clients.csv"));
    assert_eq!(counts(&bank.import_with(&files).unwrap()[0]), [1, 0, 0, 0]);
}

#[test]
fn four_letters_make_no_parquet_of_a_text() {
    let mut file = source("clients", "clients.txt", "PAR1 name");
    file.routes = vec![route(
        RouteTarget::Customer {
            id: column(0),
            since: None,
            fields: vec![(AttributeId(0), column(1))],
        },
        None,
    )];
    let bank = Bank::new(vec![file]);
    bank.write("clients.txt", "PAR1;name\nc1;Ann\n");
    assert_eq!(counts(&bank.import().unwrap()[0]), [1, 0, 0, 0]);
}

#[test]
fn one_import_takes_one_file_of_a_source() {
    let bank = Bank::new(vec![clients()]);
    bank.write("clients.csv", "id;name;born;wealth\nc1;;;\n");
    let files = Files {
        given: ["clients", "clients"]
            .map(|name| (name.to_owned(), bank.path("clients.csv")))
            .to_vec(),
        ..bank.files()
    };
    let error = bank.import_with(&files).unwrap_err();
    assert_eq!((error.code(), bank.position()), ("I025", 0));
}

#[test]
fn a_column_that_a_later_file_lacks_stops_that_file() {
    let bank = Bank::new(vec![found(None)]);
    bank.write("january.csv", "id,name,born,wealth,more\nc1,Ann,,1,x\n");
    bank.write("february.csv", "id,name,born\nc2,Bob,\n");
    bank.import_with(&given(&bank, bank.path("january.csv")))
        .unwrap();
    let before = bank.position();
    let error = bank
        .import_with(&given(&bank, bank.path("february.csv")))
        .unwrap_err();
    assert_eq!((error.code(), bank.position()), ("I007", before));
    assert!(
        error.to_string().contains("has no column `wealth`"),
        "{error}"
    );
}

#[test]
fn a_record_in_another_encoding_is_refused_by_name() {
    let bank = Bank::new(vec![found(None)]);
    bank.write(
        "clients.csv",
        b"id,name,born,wealth\nc1,\xe5\xae\xa2,,1\nc2,\xbf\xcd\xbb\xa7,,2\nc3,Ann,,3\n",
    );
    let report = bank.import().unwrap().remove(0);
    assert_eq!(counts(&report), [2, 0, 1, 0]);
    let reasons = std::fs::read_to_string(report.rejects_file.unwrap()).unwrap();
    assert!(
        reasons.contains(",3,,I101,byte 4 of line 3 is no text in the encoding of the file; the record looks like gb18030,"),
        "{reasons}"
    );
}

#[test]
fn raw_records_of_every_form_are_read_for_reports() {
    let zone = crate::base::calendar::Zone::utc();
    let lines = as_format(Format::Ndjson, "clients.ndjson");
    let table = as_format(Format::Parquet, "people.parquet");
    let bank = Bank::new(vec![lines, table]);
    bank.write(
        "clients.ndjson",
        "{\"name\":\"Ann\",\"x\":1}\n{\"x\": 1, \"name\":\"Ann\"}\n{}\n[]\n",
    );
    std::fs::copy(
        parquet("people_none_1.parquet"),
        bank.path("people.parquet"),
    )
    .unwrap();
    let mut said = Vec::new();
    for source in [0, 1] {
        let columns = ["name".to_owned()];
        let asked = column(0);
        let id = SourceFileId(source);
        let folder = bank.path("");
        let mut raw = Raw::open(&bank.rules, id, &folder, &columns, &[&asked]).unwrap();
        let mut given = |_: &[Option<crate::base::value::Value>]| GivenValues::new();
        let mut wholes = std::collections::BTreeSet::new();
        let mut count = 0;
        while let Some(record) = raw.next(&zone, true, 0, &mut given).unwrap() {
            wholes.insert(record.whole.unwrap());
            count += u64::from(record.values[0].is_some());
        }
        said.push((count, wholes.len(), raw.broken()));
    }
    assert_eq!(said, [(3, 2, 1), (1_000, 1_000, 0)]);
}
