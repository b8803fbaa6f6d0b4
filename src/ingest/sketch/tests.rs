//! Sketches of files made for a purpose, and of every real file that is bundled: each text is sound,
//! and importing the same file with it takes every record.

mod files;

use std::path::PathBuf;

use super::*;
use crate::base::limit::PROFILE_DISTINCT_MAX;
use crate::base::span::SourceId;
use crate::ingest::{Files, SourceReport, import};
use crate::language::layout;
use crate::language::lexicon::Lexicon;
use crate::store::Store;

/// The sketch laid out, and what an import of the file with it says.
fn tried(path: &Path) -> (String, SourceReport) {
    imported_by(path, sketch(path).unwrap())
}

/// The same by another text.
fn imported_by(path: &Path, text: String) -> (String, SourceReport) {
    let text = layout::file(&text, SourceId(0), &Lexicon::default(), None)
        .unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Sources::default();
    sources.add("sketch.tamis", text.clone());
    let compiled = compile::rules(&sources);
    let errors: Vec<_> = compiled
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let rules = compiled.rules;
    let files = Files {
        rules: path.parent().unwrap().to_path_buf(),
        rejects: folder.path().join("rejects"),
        ..Files::default()
    };
    let store = Store::open(folder.path(), &rules.schema).unwrap();
    let (store, mut reports) = import(store, &rules, &files, &|_| {}).unwrap();
    store.close().unwrap();
    let report = reports.remove(0);
    assert_eq!(report.reasons, [], "{}\n{text}", path.display());
    assert!(
        report.accepted > 0 && report.repeated == 0,
        "{report:?}\n{text}"
    );
    (text, report)
}

fn made(name: &str, content: &[u8]) -> (String, SourceReport) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    tried(&path)
}

#[test]
fn customers_have_a_field_for_each_column() {
    let mut file =
        String::from("编号|Full Name|born|balance|score|kind|agrees|opened|note|empty|2nd|id|if\n");
    for number in 0..40 {
        let kind = ["private client", "firm", "客户"][number % 3];
        file.push_str(&format!(
            "{:04}|\"Name {number}\"|1970-02-{:02}|{number}.50|0.{number}123|{kind}|{}|0{}/04/2024|?||{number}|x{number}|y{}\n",
            number,
            number % 28 + 1,
            ["yes", "no"][number % 2],
            number % 9 + 1,
            number % 20,
        ));
    }
    let (text, report) = made("my clients.csv", file.as_bytes());
    assert_eq!((report.rows, report.accepted), (40, 40));
    insta::assert_snapshot!(text);
}

#[test]
fn rows_of_the_same_customer_are_events() {
    let mut file =
        String::from("{\"tx\":0,\"client_id\":7,\"at\":\"2024-01-01T00:00:00Z\",\"amount\":1}\n");
    for number in 1..60 {
        file.push_str(&format!(
            "{{\"tx\":{number},\"client_id\":{},\"at\":\"2024-01-01T00:00:{number:02}Z\",\"amount\":{number}.25,\"way\":\"{}\"}}\n",
            number % 20,
            ["web", "app"][number % 2]
        ));
    }
    let (text, report) = made("payments.ndjson", file.as_bytes());
    assert_eq!((report.rows, report.accepted), (60, 60));
    insta::assert_snapshot!(text);
}

#[test]
fn other_dresses_are_found() {
    let (text, _) = made("wide.csv", b"\xff\xfei\0d\0,\0a\0\n\x001\0,\0x\0\n\0");
    assert!(text.contains("format csv, delimiter \",\""), "{text}");
    let (text, _) = made("chinese.txt", b"id;name\n1;\xbf\xcd\xbb\xa7\n2;\xbf\xcd\n");
    assert!(text.contains("encoding \"gb18030\""), "{text}");
    let (text, _) = made("bare.txt", b"1\t20\n2\t30\n");
    assert!(
        text.contains("delimiter \"\\t\", header (column_1, column_2)"),
        "{text}"
    );
    let error = sketch(Path::new("/nowhere")).unwrap_err();
    assert_eq!(error.code(), "I003");
}

#[test]
fn every_bundled_file_is_imported_by_its_sketch() {
    let rules = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"));
    let parquet = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ingest/parquet/tests/files/people_zstd_2.parquet"
    ));
    let mut tried_files = 0;
    let mut said = String::new();
    let mut paths = vec![parquet];
    for folder in ["bank", "cdnow", "marketing"] {
        let mut names: Vec<PathBuf> = std::fs::read_dir(rules.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "gz"))
            .collect();
        names.sort();
        paths.extend(names);
    }
    for path in paths {
        let size = std::fs::metadata(&path).unwrap().len();
        // The large ones take minutes in an unoptimised build and have no form of their own.
        if size > 800_000 {
            continue;
        }
        let (text, report) = tried(&path);
        tried_files += 1;
        let kind = if text.contains("\nevent ") {
            "events"
        } else {
            "customers"
        };
        let name = path.file_name().unwrap().to_str().unwrap();
        said.push_str(&format!(
            "{name}: {kind}, {} rows, {} skipped\n",
            report.rows, report.skipped
        ));
    }
    assert!(tried_files > 15, "{tried_files}");
    insta::assert_snapshot!(said);
}

#[test]
fn columns_that_no_source_reads_are_named() {
    let kinds = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ingest/parquet/tests/files/kinds.parquet"
    );
    let text = sketch(Path::new(kinds)).unwrap();
    let line = text.lines().find(|line| line.starts_with("# Left out"));
    assert_eq!(
        line,
        Some(
            "# Left out, for they hold lists or kinds that no source reads: \
             place.tags.list.element, list.list.element."
        )
    );
}

#[test]
fn keys_that_hold_objects_are_named_and_the_rest_is_sketched() {
    let lines: String = (0..8)
        .map(|number| {
            format!("{{\"id\":\"c{number}\",\"age\":{number},\"address\":{{\"city\":\"Brno\"}},\"deep\":[[1]]}}\n")
        })
        .collect();
    let (text, report) = made("people.ndjson", lines.as_bytes());
    assert_eq!((report.rows, report.accepted), (8, 8));
    assert!(text.contains(
        "# Left out, for they hold objects or lists that no source reads: address, deep."
    ));
    assert!(text.contains("customer { age: int }\n"), "{text}");
}

#[test]
fn what_cannot_be_unpacked_is_left_out() {
    let mixed = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ingest/parquet/tests/files/mixed_codecs.parquet"
    );
    let (text, report) = tried(Path::new(mixed));
    assert_eq!((report.rows, report.accepted), (10, 10));
    assert!(
        text.contains("# Left out, for they are packed in a way that cannot be unpacked: name ("),
        "{text}"
    );
}

#[test]
fn many_customers_are_no_events_at_their_birth() {
    let mut file = String::from("client_id,born,note\n");
    for number in 0..PROFILE_DISTINCT_MAX + 10 {
        file.push_str(&format!("k{number},19{:02}-05-06,\n", number % 90 + 10));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clients.csv");
    std::fs::write(&path, &file).unwrap();
    let text = sketch(&path).unwrap();
    assert!(
        text.contains("    id = client_id\n") && !text.contains("event"),
        "{text}"
    );
    // One of them twice: whose rows they are, and when.
    std::fs::write(&path, file + "k7,1950-05-06,\n").unwrap();
    let text = sketch(&path).unwrap();
    assert!(text.contains("customer = client_id\n"), "{text}");
}

#[test]
fn texts_for_missing_are_listed_as_they_stand() {
    let (text, report) = made("people.csv", b"id,age\na,1\nb,\\N\nc,3\nd,NULL\n");
    assert_eq!((report.rows, report.accepted), (4, 4));
    assert!(text.contains("missing \"NULL\", \"\\N\"\n"), "{text}");
    assert!(text.contains("customer { age: int }\n"), "{text}");
}

#[test]
fn accented_letters_are_no_chinese_ones() {
    let mut file = b"id;name\n1;M\xfcller\n2;Caf\xe9 Ol\xe9\n3;Zo\xeb\n".to_vec();
    let (text, _) = made("latin.csv", &file);
    assert!(text.contains("encoding \"windows-1252\""), "{text}");
    // A rare character has a second byte that letters have too.
    file = b"id;name\n1;\xbf\xcd\xbb\xa7\n2;\xd6\xec\xe9\x46\xbb\xf9\n".to_vec();
    let (text, _) = made("chinese.csv", &file);
    assert!(text.contains("encoding \"gb18030\""), "{text}");
}

#[test]
fn columns_that_no_rule_can_name_are_left_out() {
    let (text, report) = made(
        "people.csv",
        "id,\"two\nlines\",age,a`b】\nc1,x,1,y\nc2,x,2,y\n".as_bytes(),
    );
    assert_eq!((report.rows, report.accepted), (2, 2));
    assert!(
        text.contains("# Left out, for no rule can name them: two lines, a`b】.\n"),
        "{text}"
    );
}

#[test]
fn a_folder_is_no_file_to_sketch() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(sketch(folder.path()).unwrap_err().code(), "I002");
}
