//! Files that are wrong as a whole, and records that are: clear words, nothing lost, nothing silent.

use std::cell::RefCell;
use std::io::Write;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::language::typed::{Format, SourceFileId};

const CLIENTS: &str = "id;name;born;wealth\nc1;Ann;1970-01-02;10.5\nc2;Bob;;20\n";

fn fails(bank: &Bank) -> ImportError {
    let error = bank.import().unwrap_err();
    assert_eq!(error.exit_code(), 3, "{error}");
    error
}

#[test]
fn a_wrong_file_stops_the_import_before_anything_is_written() {
    let cases: [(&str, &str, &str); 4] = [
        (
            "who;what\n1;2\n",
            "I007",
            "has no column `at`, `amount`, `way`, `id`; it has `who`, `what`",
        ),
        ("who,at,amount,way,id\n", "I007", "is the delimiter \",\"?"),
        ("", "I006", "is empty"),
        (
            "who;at;at;amount;way;id\n",
            "I008",
            "the column `at` stands twice",
        ),
    ];
    for (content, code, words) in cases {
        let bank = Bank::new(vec![clients(), buys(true)]);
        bank.write("clients.csv", CLIENTS);
        bank.write("buys.csv", content);
        let error = fails(&bank);
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(bank.position(), 0);
    }
    let bank = Bank::new(vec![clients()]);
    assert_eq!(fails(&bank).code(), "I001");
    std::fs::create_dir(bank.path("clients.csv")).unwrap();
    assert_eq!(fails(&bank).code(), "I002");
}

#[test]
fn a_header_without_records_is_noted() {
    let bank = Bank::new(vec![clients()]);
    bank.write("clients.csv", "id;name;born;wealth\r\n");
    let report = bank.import().unwrap().remove(0);
    assert_eq!((report.rows, report.notes[0].code), (0, "I204"));
}

#[test]
fn encodings_formats_and_lookups_are_checked_first() {
    let mut file = clients();
    if let Format::Csv { encoding, .. } = &mut file.format {
        *encoding = "utf-9".to_owned();
    }
    let mut ring = clients();
    let lookup = typed(
        Node::Lookup {
            source: SourceFileId(0),
            column: 1,
            key: Box::new(column(0)),
        },
        Kind::Text,
    );
    ring.key = Some((lookup, None));
    let mut rows = clients();
    rows.format = Format::Parquet;
    rows.file = "clients.parquet".to_owned();
    for (file, code) in [(file, "I009"), (ring, "I013"), (rows, "I010")] {
        let bank = Bank::new(vec![file]);
        bank.write("clients.csv", CLIENTS);
        bank.write("clients.parquet", CLIENTS);
        assert_eq!(fails(&bank).code(), code);
    }
}

#[test]
fn truncated_gzip_says_how_much_is_stored() {
    let bank = Bank::new(vec![clients(), buys(true)]);
    bank.write("clients.csv", CLIENTS);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"who;at;amount;way;id\n").unwrap();
    for id in 0..100_000 {
        writeln!(encoder, "c1;2024-01-01;5;web;{}", id * 7_919 % 100_003).unwrap();
    }
    let whole = encoder.finish().unwrap();
    bank.write("buys.csv.gz", &whole[..whole.len() - 100]);
    let error = fails(&bank);
    assert_eq!(error.code(), "I004");
    let said = error.to_string();
    assert!(
        said.contains("buys.csv.gz") && said.contains("facts of this import are stored already"),
        "{said}"
    );
    bank.write("buys.csv.gz", &whole);
    let reports = bank.import().unwrap();
    // It is another file: what came of the cut one is gone.
    assert_eq!(counts(&reports[0]), [2, 0, 0, 0]);
    assert_eq!(counts(&reports[1]), [100_000, 0, 0, 0]);
}

#[test]
fn broken_records_are_kept_with_their_reason_and_can_be_mended() {
    let bank = Bank::new(vec![clients(), buys(true)]);
    bank.write("clients.csv", CLIENTS);
    let lines: [&[u8]; 12] = [
        b"who;at;amount;way;id",
        b"c1;2024-01-01;1;web;1",
        b"c1;2024-02-30;1;web;2",
        b"c1;2024-01-01;99999999999999999999;web;3",
        b"c9;2024-01-01;1;web;4",
        b"c1;;1;web;5",
        b"c1;2024-01-01;1;fax;6",
        b"c1;2024-01-01;1",
        b"c1;2024-01-01;\xff;web;8",
        b";2024-01-01;1;web;9",
        b"c1;2024-01-01;1;\"web;10",
        b"c2;2024-01-01;1;web;11",
    ];
    bank.write("buys.csv", [lines.join(&b'\n'), b"\n".to_vec()].concat());
    let report = bank.import().unwrap().remove(1);
    assert_eq!(counts(&report), [3, 0, 8, 0]);
    let reasons = std::fs::read(report.rejects_file.clone().unwrap()).unwrap();
    let reasons = String::from_utf8(reasons)
        .unwrap()
        .replace(bank.path("buys.csv").to_str().unwrap(), "FILE");
    insta::assert_snapshot!(reasons);
    let codes: Vec<&str> = report.reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(
        codes,
        [
            "I101", "I102", "I104", "I105", "I107", "I111", "I112", "I113"
        ]
    );
    let note = &report.notes[0];
    assert_eq!((note.code, note.lines.as_slice()), ("I201", &[7][..]));

    let mend = report.mend_file.unwrap();
    let mut text = Vec::new();
    for (at, line) in std::fs::read(&mend)
        .unwrap()
        .split(|byte| *byte == b'\n')
        .enumerate()
    {
        let line: &[u8] = match (at, line) {
            (0, header) => header,
            (_, b"") => continue,
            (at, _) => format!("c2;2024-05-0{at};1;web;{}", at + 50)
                .leak()
                .as_bytes(),
        };
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    std::fs::write(&mend, text).unwrap();
    let files = Files {
        given: vec![("buys".to_owned(), mend.clone())],
        ..bank.files()
    };
    let report = bank.import_with(&files).unwrap().remove(0);
    assert_eq!(counts(&report), [8, 0, 0, 0]);
    assert!(!mend.exists(), "nothing is left to mend");
}

#[test]
fn rejects_stay_until_their_own_file_comes_again() {
    let bank = Bank::new(vec![clients()]);
    let head = "id;name;born;wealth\n";
    bank.write("clients.csv", format!("{head};Ann;;\n;Bob;;\n"));
    let first = bank.import().unwrap().remove(0);
    assert_eq!(counts(&first), [0, 0, 2, 0]);
    assert!(first.notes.is_empty());
    bank.write("clients.csv", format!("{head}c1;Cid;;x\n"));
    let second = bank.import().unwrap().remove(0);
    assert_eq!(counts(&second), [0, 0, 1, 0]);
    bank.write("clients.csv", format!("{head}c2;Dan;;1\n"));
    let third = bank.import().unwrap().remove(0);
    assert_eq!(counts(&third), [1, 0, 0, 0]);
    let note = &third.notes[0];
    assert_eq!((note.code, note.count), ("I207", 2));
    for (report, wanted) in [
        (&first, format!("{head};Ann;;\n;Bob;;\n")),
        (&second, format!("{head}c1;Cid;;x\n")),
    ] {
        let mend = report.mend_file.as_ref().unwrap();
        assert!(
            note.message
                .contains(&report.rejects_file.as_ref().unwrap().display().to_string())
        );
        assert_eq!(std::fs::read_to_string(mend).unwrap(), wanted);
    }
    let mend = first.mend_file.unwrap();
    std::fs::write(&mend, format!("{head}c3;Ann;;\nc4;Bob;;\n")).unwrap();
    let files = Files {
        given: vec![("clients".to_owned(), mend.clone())],
        ..bank.files()
    };
    let mended = bank.import_with(&files).unwrap().remove(0);
    assert_eq!((counts(&mended), mended.notes[0].count), ([2, 0, 0, 0], 1));
    assert!(!mend.exists() && second.mend_file.unwrap().exists());
}

#[test]
fn ids_with_control_characters_are_refused() {
    let bank = Bank::new(vec![clients(), buys(true), loans(), links()]);
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;A\u{1b}nn;;\nc\0;Bob;;\n\"c\n3\";Cid;;\nc\u{85}4;Dan;;\né;Eve;;\n",
    );
    bank.write(
        "buys.csv",
        "who;at;amount;way;id\nc1;2024-01-01;1;web;a\u{7}\n",
    );
    bank.write("loans.csv", "key;who;since;amount\nl\u{1b};c1;;1\n");
    bank.write("links.csv", "a;b\nc1;c\t1\n");
    let reports = bank.import().unwrap();
    assert_eq!(counts(&reports[0]), [2, 0, 3, 0]);
    for report in &reports {
        assert_eq!(report.reasons[0].0, "I116", "{report:?}");
    }
    let reasons = std::fs::read_to_string(reports[0].rejects_file.as_ref().unwrap()).unwrap();
    assert!(
        reasons.contains(",id,I116,\"`c ` has a control character"),
        "{reasons}"
    );
}

#[test]
fn values_of_sensitive_fields_are_shown_nowhere_but_in_the_record() {
    let bank = Bank::new(vec![clients()]);
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;Ann;1970-02-30;1\nc2;Bob;1970-02-28;x\n",
    );
    let report = bank.import().unwrap().remove(0);
    let reasons = std::fs::read_to_string(report.rejects_file.unwrap()).unwrap();
    assert!(
        reasons.contains(",born,I107,the value is not a date,c1;Ann;1970-02-30;1\n"),
        "{reasons}"
    );
    assert!(
        reasons.contains(",wealth,I106,`x` is not an amount of money,"),
        "{reasons}"
    );
}

#[test]
fn a_huge_line_is_refused_alone() {
    let bank = Bank::new(vec![clients()]);
    bank.write(
        "clients.csv",
        format!("{CLIENTS}c3;{};;\nc4;Dan;;1\n", "x".repeat(10 << 20)),
    );
    let report = bank.import().unwrap().remove(0);
    assert_eq!(counts(&report), [3, 0, 1, 0]);
    assert_eq!(
        (report.reasons.as_slice(), report.mend_file.as_ref()),
        (&[("I103", 1)][..], None)
    );
    let kept = std::fs::metadata(report.rejects_file.unwrap())
        .unwrap()
        .len();
    assert!(kept < 5_000, "{kept}");
}

#[test]
fn other_encodings_are_mended_in_utf8() {
    let mut file = clients();
    if let Format::Csv { encoding, .. } = &mut file.format {
        *encoding = "gb18030".to_owned();
    }
    let bank = Bank::new(vec![file]);
    bank.write(
        "clients.csv",
        b"id;name;born;wealth\nc1;\xbf\xcd\xbb\xa7;x;\nc2;\xff;;\n",
    );
    let report = bank.import().unwrap().remove(0);
    assert_eq!(report.reasons, [("I101", 1), ("I107", 1)]);
    let mend = report.mend_file.unwrap();
    let text = std::fs::read(&mend).unwrap();
    let wanted = [
        "\u{feff}id;name;born;wealth\nc1;客户;x;\nc2;".as_bytes(),
        b"\xff;;\n",
    ]
    .concat();
    assert_eq!(text, wanted);
    let mended = String::from_utf8_lossy(&text)
        .replace("x;", ";")
        .replace('\u{fffd}', "客");
    std::fs::write(&mend, mended).unwrap();
    let files = Files {
        given: vec![("clients".to_owned(), mend)],
        ..bank.files()
    };
    assert_eq!(counts(&bank.import_with(&files).unwrap()[0]), [2, 0, 0, 0]);
}

#[test]
fn an_import_is_watched_and_stopped() {
    let bank = Bank::new(vec![clients()]);
    let mut lines = String::from("id;name;born;wealth\n");
    for id in 0..5_000 {
        lines.push_str(&format!("c{id};;;\n"));
    }
    bank.write("clients.csv", &lines);
    let told = RefCell::new(Vec::new());
    let store = Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    let (store, _) = import(store, &bank.rules, &bank.files(), &|progress| {
        told.borrow_mut().push(progress)
    })
    .unwrap();
    store.close().unwrap();
    let told = told.into_inner();
    let last = told.last().unwrap();
    assert_eq!(
        (last.rows, last.stage, last.is_done),
        (5_000, Stage::Customers, true)
    );
    assert_eq!(
        (last.bytes_done, last.bytes_total),
        (lines.len() as u64, lines.len() as u64)
    );
    let cancel = Arc::new(AtomicBool::new(false));
    cancel.store(true, Ordering::Relaxed);
    let files = Files {
        cancel: Some(cancel),
        ..bank.files()
    };
    let error = bank.import_with(&files).unwrap_err();
    assert_eq!((error.code(), error.exit_code()), ("I019", 1));
}

/// Sources whose import was cut off.
fn cut_off(store: &Store) -> Vec<String> {
    let found = unfinished(store).unwrap().into_iter();
    found.map(|one| one.source).collect()
}

/// Sources of three kinds, with 60,000 events.
fn wide(with_id: bool) -> Bank {
    let bank = Bank::new(vec![clients(), buys(with_id), loans()]);
    bank.write("clients.csv", CLIENTS);
    let mut lines = String::from("who;at;amount;way;id\n");
    for id in 0..60_000 {
        lines.push_str(&format!("c{};2024-01-01;5;web;{id}\n", id % 2 + 1));
    }
    bank.write("buys.csv", &lines);
    let mut lines = String::from("key;who;since;amount\n");
    for key in 0..3_000 {
        lines.push_str(&format!("L{key};c2;2024-01-01;5\n"));
    }
    bank.write("loans.csv", &lines);
    bank
}

/// Cuts its import off behind the events, when all but the last 10,000 of them are stored: that is said and
/// remembered, but seen by nobody.
fn stop(bank: &Bank) {
    let cancel = Arc::new(AtomicBool::new(false));
    let files = Files {
        cancel: Some(Arc::clone(&cancel)),
        ..bank.files()
    };
    let open = || Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    let stopped = import(open(), &bank.rules, &files, &|progress| {
        if &*progress.source == "loans" {
            cancel.store(true, Ordering::Relaxed);
        }
    });
    let error = stopped.err().unwrap();
    assert_eq!((error.code(), error.exit_code()), ("I019", 1));
    let said = error.to_string();
    assert!(
        said.contains(" facts of this import are stored already, but shown to nobody"),
        "{said}"
    );
    let store = open();
    assert_eq!(cut_off(&store), ["buys", "clients", "loans"]);
    assert!(unfinished(&store).unwrap().iter().all(|one| !one.is_seen));
    store.close().unwrap();
}

#[test]
fn an_import_that_was_stopped_is_known_until_it_is_repeated() {
    let bank = wide(true);
    stop(&bank);
    assert_eq!(bank.position(), 0);
    let open = || Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    // One of the two sources whole: the other is still known to be cut off.
    let one = Files {
        given: vec![("clients".to_owned(), bank.path("clients.csv"))],
        ..bank.files()
    };
    assert_eq!(counts(&bank.import_with(&one).unwrap()[0]), [2, 0, 0, 0]);
    let store = open();
    assert_eq!(cut_off(&store), ["buys", "loans"]);
    assert_eq!((store.position(), store.customers()), (4, 2));
    store.close().unwrap();
    let reports = bank.import().unwrap();
    assert_eq!(counts(&reports[0]), [0, 2, 0, 0]);
    assert_eq!(counts(&reports[1]), [60_000, 0, 0, 0]);
    let store = open();
    assert!(unfinished(&store).unwrap().is_empty());
    store.close().unwrap();
}

#[test]
fn an_import_that_was_stopped_goes_on_where_it_was() {
    // With ids what is stored is looked for, without them it is counted.
    for with_id in [true, false] {
        goes_on(with_id);
    }
}

fn goes_on(with_id: bool) {
    let bank = wide(with_id);
    stop(&bank);
    assert_eq!(bank.position(), 0);
    let reports = bank.import().unwrap();
    assert_eq!(counts(&reports[0]), [0, 2, 0, 0]);
    assert_eq!(counts(&reports[1]), [10_000, 50_000, 0, 0]);
    assert_eq!(counts(&reports[2]), [3_000, 0, 0, 0]);
    let store = Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    assert!(unfinished(&store).unwrap().is_empty());
    assert_eq!(store.tail_note().unwrap(), None);
    let other = Bank::new(vec![clients(), buys(with_id), loans()]);
    for name in ["clients.csv", "buys.csv", "loans.csv"] {
        other.write(name, std::fs::read(bank.path(name)).unwrap());
    }
    other.import().unwrap();
    let whole = Store::open(&other.path("data"), &bank.rules.schema).unwrap();
    let facts = |store: &Store| {
        let mut facts = Vec::new();
        let mut take = |_, part: Vec<_>| {
            facts.extend(part);
            Ok(())
        };
        store.scan(0, &mut take).unwrap();
        facts
    };
    assert!(facts(&store) == facts(&whole));
}

/// Counting what is stored holds only while the same records are taken.
#[test]
fn an_erasure_since_it_was_stopped_makes_it_begin_anew() {
    let bank = wide(false);
    let one = Files {
        given: vec![("clients".to_owned(), bank.path("clients.csv"))],
        ..bank.files()
    };
    bank.import_with(&one).unwrap();
    stop(&bank);
    assert_eq!(bank.position(), 4);
    super::erased::erase(&bank, "c1", 0);
    let reports = bank.import().unwrap();
    assert_eq!(counts(&reports[1]), [30_000, 0, 30_000, 0]);
    assert_eq!(bank.position(), 4 + 30_000 + 3_000);
}
