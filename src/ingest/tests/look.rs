//! Looking at the files of an import without importing: what is said, and what is not shown.

use super::*;
use crate::ingest::raw::{GivenValues, Raw};
use crate::language::typed::{Format, SourceFileId};

fn looked(bank: &Bank) -> Vec<Quality> {
    examine(&bank.rules, &bank.files(), &|_| {}).unwrap()
}

fn by_name<'a>(quality: &'a Quality, name: &str) -> &'a ColumnQuality {
    let mut columns = quality.columns.iter();
    columns.find(|column| column.name == name).unwrap()
}

fn json_clients() -> SourceFile {
    let mut file = clients();
    file.format = Format::Ndjson;
    file.file = "clients.ndjson".to_owned();
    file
}

/// `births.csv` with `key`; clients are born as it says.
pub fn births(column_name: &str) -> [SourceFile; 2] {
    let mut file = source("births", "births.csv", "id born");
    file.columns[1] = column_name.to_owned();
    file.key = Some((column(0), None));
    let born = Node::Lookup {
        source: SourceFileId(0),
        column: 1,
        key: Box::new(column(0)),
    };
    let mut clients = source("clients", "clients.csv", "id");
    clients.routes = vec![route(
        RouteTarget::Customer {
            id: column(0),
            since: None,
            fields: vec![(AttributeId(1), read(typed(born, Kind::Text), Kind::Date))],
        },
        None,
    )];
    [file, clients]
}

#[test]
fn objects_that_nobody_reads_hide_nothing_else() {
    let bank = Bank::new(vec![json_clients()]);
    let lines = [
        r#"{"id":"c1","name":"Ann","born":null,"wealth":1,"address":{"city":"Brno"},"note":"x"}"#,
        r#"{"id":"c2","name":"Bob","born":null,"wealth":2,"address":{"city":"Praha"},"note":{}}"#,
    ];
    bank.write("clients.ndjson", lines.join("\n"));
    let quality = looked(&bank).remove(0);
    assert_eq!(
        (quality.report.accepted, quality.unread.as_slice()),
        (2, &["address".to_owned()][..])
    );
    let name = by_name(&quality, "name");
    assert_eq!((name.rows, name.kind, name.distinct), (2, "text", 2));
    let note = by_name(&quality, "note");
    assert_eq!((note.missing, note.distinct), (0, 1));
    assert_eq!(
        note.doubtful,
        [("an object or a list in a list".to_owned(), 1)]
    );
    assert_eq!(counts(&bank.import().unwrap()[0]), [2, 0, 0, 0]);
}

#[test]
fn columns_that_are_looked_up_for_a_sensitive_field_are_not_shown() {
    for (in_file, in_rules) in [
        ("born", "born"),
        ("ne\u{301}", "n\u{e9}"),
        ("n\u{e9}", "ne\u{301}"),
    ] {
        let bank = Bank::new(births(in_rules).to_vec());
        bank.write(
            "births.csv",
            format!("id;{in_file}\nc1;1970-01-02\nc2;1980-01-02\n"),
        );
        bank.write("clients.csv", "id\nc1\nc2\n");
        let quality = looked(&bank).remove(0);
        assert_eq!(by_name(&quality, in_file).ends, None, "{in_rules}");
        assert!(by_name(&quality, "id").ends.is_some());
    }
}

#[test]
fn a_key_that_a_lookup_never_meets_is_noted() {
    let [mut file, clients] = births("born");
    file.format = Format::Ndjson;
    file.file = "births.ndjson".to_owned();
    let bank = Bank::new(vec![file, clients]);
    bank.write(
        "births.ndjson",
        "{\"id\":\"c1\",\"birth\":\"1970-01-02\"}\n",
    );
    bank.write("clients.csv", "id\nc1\n");
    for report in [&bank.import().unwrap()[0], &looked(&bank)[0].report] {
        let notes: Vec<&str> = report.notes.iter().map(|note| note.code).collect();
        assert_eq!(notes, ["I206", "I205"]);
        assert_eq!(report.notes[0].message, "no line has the key `born`");
    }
}

#[test]
fn columns_that_nobody_uses_may_be_packed_in_any_way() {
    let mut file = source("clients", "mixed.parquet", "id wealth");
    file.format = Format::Parquet;
    file.routes = vec![route(
        RouteTarget::Customer {
            id: column(0),
            since: None,
            fields: vec![(AttributeId(2), read(column(1), Kind::Money))],
        },
        None,
    )];
    let bank = Bank::new(vec![file]);
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ingest/parquet/tests/files/mixed_codecs.parquet"
    );
    std::fs::copy(path, bank.path("mixed.parquet")).unwrap();
    let quality = looked(&bank).remove(0);
    assert_eq!(
        (quality.report.accepted, quality.unread.as_slice()),
        (10, &["name".to_owned()][..])
    );
    let zone = crate::base::calendar::Zone::utc();
    let (asked, folder) = (column(0), bank.path(""));
    let columns = ["id".to_owned()];
    let mut raw = Raw::open(&bank.rules, SourceFileId(0), &folder, &columns, &[&asked]).unwrap();
    let mut given = |_: &[Option<crate::base::value::Value>]| GivenValues::new();
    let first = raw.next(&zone, true, 0, &mut given).unwrap().unwrap();
    assert_eq!(first.whole.as_deref(), Some("2:c00:4:0.00"));
}

#[test]
fn an_id_is_repeated_where_an_import_would_say_so() {
    let bank = Bank::new(vec![clients(), buys(true)]);
    bank.write("clients.csv", "id;name;born;wealth\nc1;;;\nc2;;;\n");
    let lines = [
        "who;at;amount;way;id",
        "c1;2024-01-01;1;web;7",
        "c2;2024-01-01;1;web;7",
        "c1;2024-01-02;1;web;7",
        "c1;2024-01-01;2;web;7",
    ];
    bank.write("buys.csv", lines.join("\n"));
    let looked = looked(&bank).remove(1);
    assert_eq!(counts(&looked.report), [3, 1, 0, 0]);
    let repeated = looked.repeated;
    let said: Vec<(&str, u64)> = repeated.iter().map(|one| (&*one.of, one.count)).collect();
    assert_eq!(said, [("buy", 1)]);
    assert_eq!(counts(&bank.import().unwrap()[1]), [3, 1, 0, 0]);
}

#[test]
fn repeated_keys_are_counted_once_and_the_first_are_named() {
    let bank = Bank::new(vec![clients(), loans()]);
    let rows: String = (0..30).map(|row| format!("c{};A;;\n", row % 10)).collect();
    bank.write("clients.csv", format!("id;name;born;wealth\n{rows}"));
    bank.write(
        "loans.csv",
        "key;who;since;amount\nl1;c1;;1\nl2;c1;;1\nl1;c2;;1\n",
    );
    let looked = looked(&bank);
    let keys = &looked[0].repeated[0];
    assert_eq!(
        (&*keys.of, keys.count, keys.first.len()),
        ("customer", 10, 5)
    );
    let first = &keys.first[0];
    assert_eq!(first.key.as_deref(), Some("c0"));
    assert_eq!((first.count, first.lines.as_slice()), (3, &[2, 12, 22][..]));
    let loan = &looked[1].repeated[0].first;
    assert_eq!(
        (loan[0].key.as_deref(), loan[0].lines.as_slice()),
        (Some("l1"), &[2, 4][..])
    );
}

#[test]
fn keys_of_a_sensitive_column_are_not_named() {
    let mut file = loans();
    // `born` of a customer is sensitive, and comes from the same column as the key.
    file.routes.push(route(
        RouteTarget::Customer {
            id: column(1),
            since: None,
            fields: vec![(AttributeId(1), read(column(0), Kind::Date))],
        },
        None,
    ));
    let bank = Bank::new(vec![file]);
    bank.write(
        "loans.csv",
        "key;who;since;amount\n1970-01-01;c1;;1\n1970-01-01;c2;;1\n",
    );
    let looked = looked(&bank);
    let loan = &looked[0].repeated[0];
    assert_eq!((&*loan.of, loan.count), ("loan", 1));
    assert_eq!(
        (loan.first[0].key.as_deref(), loan.first[0].lines.len()),
        (None, 2)
    );
}

#[test]
fn ids_that_look_alike_are_noted_before_they_are_imported() {
    let bank = Bank::new(vec![clients()]);
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nA1;A;;\na1;B;;\nA1;C;;\n",
    );
    let note = looked(&bank).remove(0).report.notes.remove(0);
    assert_eq!((note.code, note.count), ("I203", 2));
    assert!(note.message.ends_with(": `A1`, `a1`"), "{}", note.message);
}

#[test]
fn the_first_refused_records_are_listed() {
    let bank = Bank::new(vec![clients()]);
    let rows: String = (0..9)
        .map(|row| format!("c{row};;1970-02-30;{row}\n"))
        .collect();
    bank.write("clients.csv", format!("id;name;born;wealth\n{rows}"));
    let quality = looked(&bank).remove(0);
    assert_eq!((quality.report.rejected, quality.refused.len()), (9, 5));
    let first = &quality.refused[0];
    assert_eq!(
        (first.line, first.code, first.column.as_deref()),
        (2, "I107", Some("born"))
    );
    assert_eq!(first.message, "the value is not a date");
}

#[test]
fn one_bad_cell_takes_no_report_of_its_column_away() {
    let bank = Bank::new(vec![clients()]);
    let mut rows: Vec<String> = (0..1_000)
        .map(|row| format!("c{row};n{row};;{}.50", row % 7))
        .collect();
    rows[300] = "c300;n;;much".to_owned();
    rows[5] = "c5;n;;-4.00".to_owned();
    bank.write(
        "clients.csv",
        format!("id;name;born;wealth\n{}\n", rows.join("\n")),
    );
    let quality = looked(&bank).remove(0);
    assert_eq!((quality.report.rejected, quality.report.accepted), (1, 999));
    let wealth = by_name(&quality, "wealth");
    assert_eq!(wealth.kind, "number");
    assert_eq!(wealth.ends, Some(("-4".to_owned(), "6.5".to_owned())));
    assert_eq!(
        wealth.doubtful,
        [
            ("negative where nearly all are positive".to_owned(), 1),
            ("no number (line 302)".to_owned(), 1)
        ]
    );
}
