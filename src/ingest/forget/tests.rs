//! Files of rejects with people in them who are to be forgotten, and others who stay as they are.

use super::*;
use crate::ingest::fault::{self, Fault};
use crate::ingest::rejects::{Reject, Rejects};

/// Keeps records of a source as an import does.
fn kept(folder: &Path, ending: &str, head: &[u8], records: &[&[u8]]) -> (PathBuf, PathBuf) {
    let mut rejects = Rejects::new(
        folder,
        "people",
        Path::new("a,b.csv"),
        ending,
        head.to_vec(),
    );
    let fault = Fault::cell(fault::NO_DATE, "x", "is not a \"date\", nor anything");
    for (line, raw) in (2..).zip(records) {
        let reject = Reject {
            line,
            raw,
            is_whole: true,
            fault: &fault,
        };
        rejects.add(reject).unwrap();
    }
    let kept = rejects.finish().unwrap().kept.unwrap();
    (kept.reasons, kept.records.unwrap())
}

fn forget(folder: &Path, texts: &[&str]) -> u64 {
    rejects(folder, texts.iter().copied()).unwrap()
}

#[test]
fn records_that_name_them_go_and_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    let text = "file,line,column,code,reason,record\na.csv,3,,I1,bad,\"C7,Ada\nLove\"\na.csv,4,,I1,bad,C17\nx,5,,I1,\"no C7!\",y\n";
    fs::write(&path, text).unwrap();
    let removed = rejects(folder.path(), ["C7", "客户-1"].into_iter()).unwrap();
    assert_eq!(removed, 2);
    let left = "file,line,column,code,reason,record\na.csv,4,,I1,bad,C17\n";
    assert_eq!(fs::read_to_string(&path).unwrap(), left);
    assert_eq!(rejects(folder.path(), ["C7"].into_iter()).unwrap(), 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(
        rejects(&folder.path().join("none"), [""].into_iter()).unwrap(),
        0
    );
}

#[test]
fn ids_are_found_as_files_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let lines: [&[u8]; 5] = [
        br#"{"id":"\u5ba2\u6237-7","name":"Ada"}"#,
        "{\"id\":\"Rene\u{301}\"}".as_bytes(),
        br#"{"id":"O\"Neil"}"#,
        b"{\"id\":\"c8\",\"half\":\xbf\xcd}",
        br#"{"id":"c9""#,
    ];
    let (reasons, records) = kept(folder.path(), "ndjson", b"", &lines);
    let gone = forget(folder.path(), &["客户-7", "René", "O\"Neil", "c9"]);
    assert_eq!(gone, 8);
    let left = fs::read(&records).unwrap();
    assert_eq!(left, [lines[3], b"\n"].concat(), "bytes stay as they were");
    let reasons = fs::read_to_string(reasons).unwrap();
    assert_eq!(reasons.lines().count(), 2, "{reasons}");
    assert!(reasons.contains("c8"));
}

#[test]
fn quotes_that_never_close_join_no_records() {
    let folder = tempfile::tempdir().unwrap();
    let records: [&[u8]; 6] = [
        b"c1;\"never closed",
        b"C7;\"Ada\nLovelace\";x",
        b"c2;5\" pipe;\xbf\xcd\xbb\xa7",
        b"c3;\"O\"\"Neil, C7\";x",
        b"c4;\"two\nlines\"",
        b"c5;\xff",
    ];
    let head = b"\xef\xbb\xbfid;\"na\nme\";C7\n";
    let (reasons, path) = kept(folder.path(), "csv", head, &records);
    assert_eq!(forget(folder.path(), &["C7"]), 2);
    let stay = [0, 2, 4, 5].map(|at| [records[at], b"\n"].concat());
    assert_eq!(
        fs::read(&path).unwrap(),
        [&head[..], &stay.concat()].concat()
    );
    let reasons = fs::read_to_string(reasons).unwrap();
    assert!(!reasons.contains("Lovelace") && reasons.contains("never closed"));
    assert_eq!(forget(folder.path(), &["nobody"]), 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_mark_of_the_encoding_stays_before_the_first_record_that_does() {
    let folder = tempfile::tempdir().unwrap();
    let (_, path) = kept(
        folder.path(),
        "csv",
        b"\xef\xbb\xbf",
        &[b"C7;x", b"c1;\"a\nb\""],
    );
    assert_eq!(forget(folder.path(), &["C7"]), 1);
    assert_eq!(fs::read(&path).unwrap(), b"\xef\xbb\xbfc1;\"a\nb\"\n");
}

#[test]
fn records_that_somebody_has_changed_go_whole_where_they_name_them() {
    let folder = tempfile::tempdir().unwrap();
    let (reasons, path) = kept(folder.path(), "csv", b"id\n", &[b"C7;x", b"c1;\"a\nb\""]);
    fs::write(&path, "id\nc1;mended\n").unwrap();
    assert_eq!(forget(folder.path(), &["C7"]), 1);
    assert!(path.exists() && !fs::read_to_string(&reasons).unwrap().contains("C7"));
    fs::write(&path, "id\nC7;mended\nc1;x\n").unwrap();
    assert_eq!(forget(folder.path(), &["C7"]), 3);
    assert!(!path.exists() && reasons.exists());
    // Records without reasons are not known to be whole either.
    fs::remove_file(reasons).unwrap();
    fs::write(&path, "id\nC7;x\n").unwrap();
    fs::write(path.with_file_name("people.csv.partial"), "half").unwrap();
    assert_eq!(forget(folder.path(), &["c1"]), 0);
    assert_eq!(forget(folder.path(), &["C7"]), 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn lines_of_other_files_are_kept_as_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recorded.ndjson");
    fs::write(&path, b"a\xff\nb\nc").unwrap();
    let gone = rewrite_lines(&path, &mut |line| !line.starts_with('b')).unwrap();
    assert_eq!((gone, fs::read(&path).unwrap()), (1, b"a\xff\nc".to_vec()));
}

#[test]
fn the_path_of_the_file_and_the_column_of_the_fault_name_nobody_in_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = Rejects::new(
        folder.path(),
        "people",
        Path::new("/in/2024/pays.csv"),
        "csv",
        b"id;born\n".to_vec(),
    );
    let fault = Fault::cell(fault::NO_DATE, "x", "is not a date").within(Some(&"born".into()));
    for raw in [&b"c1;x"[..], b"c2;x"] {
        let reject = Reject {
            line: 2,
            raw,
            is_whole: true,
            fault: &fault,
        };
        kept.add(reject).unwrap();
    }
    let kept = kept.finish().unwrap().kept.unwrap();
    let reasons = || fs::read_to_string(&kept.reasons).unwrap();
    let before = reasons();
    assert_eq!(forget(folder.path(), &["born"]), 0);
    assert_eq!(reasons(), before);
    // The path may speak of the customer all the same: it goes, and every record stays.
    assert_eq!(forget(folder.path(), &["2024"]), 0);
    assert_eq!(reasons(), before.replace("/in/2024/pays.csv", ""));
    let records = fs::read(kept.records.as_ref().unwrap()).unwrap();
    assert_eq!(records, b"id;born\nc1;x\nc2;x\n");
    assert_eq!(forget(folder.path(), &["c1"]), 1);
    assert!(!reasons().contains("c1") && reasons().contains("c2"));
}

#[test]
fn numbers_of_lines_and_names_of_columns_name_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (reasons, path) = kept(
        folder.path(),
        "csv",
        b"id;code\n",
        &[b"c1;x", b"5;y", b"3;z"],
    );
    let before = fs::read(&reasons).unwrap();
    assert_eq!(
        forget(folder.path(), &["2", "code", "record", "file", "I107"]),
        0
    );
    assert_eq!(fs::read(&reasons).unwrap(), before);
    assert_eq!(forget(folder.path(), &["3"]), 1);
    assert_eq!(fs::read(&path).unwrap(), b"id;code\nc1;x\n5;y\n");
}

#[test]
fn the_rejects_of_each_file_are_looked_through() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("rejects");
    let head = b"id,born\n";
    for (name, records) in [("jan", [b"C7,x", b"C8,x"]), ("feb", [b"C9,x", b"C7,y"])] {
        let file = folder.path().join(format!("{name}.csv"));
        fs::write(&file, name).unwrap();
        let kept = Rejects::new(&place, "people", &file, "csv", head.to_vec());
        let mut kept = kept.beside(&file).unwrap();
        let fault = Fault::cell(fault::NO_DATE, "x", "is no date");
        for raw in records {
            let reject = Reject {
                line: 2,
                raw,
                is_whole: true,
                fault: &fault,
            };
            kept.add(reject).unwrap();
        }
        kept.finish().unwrap();
    }
    assert_eq!(forget(&place, &["C7"]), 2);
    let read = |name: &str| fs::read_to_string(place.join(name)).unwrap();
    assert_eq!(read("people.records.csv"), "id,born\nC8,x\n");
    assert_eq!(read("people.2.records.csv"), "id,born\nC9,x\n");
    assert!(!read("people.2.csv").contains("C7"));
}
