//! Files that are not what the rules say, and a disk that is full: each is answered
//! with its reason, and nothing that was good is lost.

use std::io::Write;
use std::path::PathBuf;

use crate::place::{Place, Ran};

const RULES: &str = r#"
customer { joined: date  assets: money  name: text }
source people "people.csv" {
  format csv, delimiter ";"
  customer { id = id  joined = joined  assets = assets  name = name }
}
"#;

fn place() -> Place {
    Place::with(&[("rules.tamis", RULES.as_bytes())])
}

/// Imports a file of those bytes as `people`.
fn import(place: &Place, name: &str, bytes: &[u8]) -> Ran {
    let path: PathBuf = place.rules().join(name);
    std::fs::write(&path, bytes).unwrap();
    place.run(&["import", &format!("people={}", path.display())])
}

fn count(place: &Place) -> String {
    place
        .run(&["query", "assets >= 0", "--count", "--format", "csv"])
        .out
        .lines()
        .nth(1)
        .unwrap_or("")
        .chars()
        .take_while(|letter| *letter != ',')
        .collect()
}

#[test]
fn whole_files_that_cannot_be_read_are_refused() {
    let place = place();
    assert_eq!(
        import(
            &place,
            "good.csv",
            b"id;joined;assets;name\n1;2020-01-01;5.5;A\n"
        )
        .code,
        0
    );
    let mut packed = Vec::new();
    {
        // Stored blocks of gzip, cut in the middle.
        let long = "1;2020-01-01;5;A\n".repeat(5_000);
        packed.extend_from_slice(&gzip(format!("id;joined;assets;name\n{long}").as_bytes()));
    }
    packed.truncate(packed.len() / 2);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        (
            "comma.csv",
            b"id,joined,assets,name\n1,2020-01-01,5,A\n".to_vec(),
        ),
        ("other.csv", b"key;opened;sum;title\n1;2;3;4\n".to_vec()),
        ("empty.csv", Vec::new()),
        ("cut.csv.gz", packed),
    ];
    let mut told = String::new();
    for (name, bytes) in cases {
        let ran = import(&place, name, &bytes);
        assert_eq!(ran.code, 3, "{name}: {ran}");
        told.push_str(&format!("# {name}\n{}\n", ran.err));
    }
    insta::assert_snapshot!(told);
    assert_eq!(count(&place), "1");
}

#[test]
fn bad_rows_are_kept_with_their_reasons_and_the_rest_goes_in() {
    let place = place();
    let mut file = b"id;joined;assets;name\n".to_vec();
    file.extend_from_slice(b"1;2020-01-01;5.5;A\n");
    file.extend_from_slice(b"2;2020-02-30;5;A\n");
    file.extend_from_slice(b"3;2020-01-01;99999999999999999999;A\n");
    file.extend_from_slice(b"4;2020-01-01;5;\xff\xfe\n");
    file.extend_from_slice(b"5;2020-01-01;5\n");
    file.extend_from_slice(b";2020-01-01;5;A\n");
    file.extend_from_slice(b"6;2020-01-01;7;");
    file.extend_from_slice("x".repeat(10 << 20).as_bytes());
    file.extend_from_slice(b"\n7;2020-01-01;7;B\n");
    let ran = import(&place, "rows.csv", &file);
    assert_eq!(ran.code, 0, "{ran}");
    insta::assert_snapshot!("bad_rows", ran);
    assert_eq!(count(&place), "2");
    let rejects = std::fs::read(place.data().join("rejects/people.csv")).unwrap();
    let rejects = String::from_utf8_lossy(&rejects).replace(&"x".repeat(1_000), "");
    let rejects = place.shown(&rejects);
    assert!(rejects.len() < 10_000, "{}", rejects.len());
    insta::assert_snapshot!("rejects", rejects);
}

#[test]
fn a_quote_that_never_closes_is_named_by_its_first_line() {
    let place = place();
    let mut file =
        b"id;joined;assets;name\n1;2020-01-01;5.5;A\n2;2020-01-01;5;\"never closed\n".to_vec();
    file.extend_from_slice("3;2020-01-01;5;B\n".repeat(100_000).as_bytes());
    let ran = import(&place, "quote.csv", &file);
    insta::assert_snapshot!(ran);
}

#[test]
fn a_full_disk_is_said_and_what_was_there_stays() {
    let place = place();
    assert_eq!(
        import(
            &place,
            "good.csv",
            b"id;joined;assets;name\n1;2020-01-01;5.5;A\n"
        )
        .code,
        0
    );
    let path = place.rules().join("more.csv");
    std::fs::write(&path, "id;joined;assets;name\n2;2020-01-01;5.5;B\n").unwrap();
    let program = place.command(&["import", &format!("people={}", path.display())]);
    // No file of this shell's children may grow past a kilobyte: as good as a full disk.
    let mut shell = std::process::Command::new("sh");
    shell
        .arg("-c")
        .arg("ulimit -f 1; trap '' XFSZ; exec \"$@\"")
        .arg("sh")
        .arg(program.get_program())
        .args(program.get_args());
    let ran = place.ran(shell.output().unwrap());
    assert_eq!(ran.code, 4, "{ran}");
    assert!(ran.err.starts_with("error"), "{ran}");
    assert_eq!(count(&place), "1");
}

/// Bytes as gzip with stored blocks (RFC 1951, 3.2.4), so that no packer is needed here.
/// Packed, in blocks that are stored as they are.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks: Vec<&[u8]> = bytes.chunks(60_000).collect();
    for (at, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        out.push(u8::from(at + 1 == blocks.len()));
        out.write_all(&length.to_le_bytes()).unwrap();
        out.write_all(&(!length).to_le_bytes()).unwrap();
        out.write_all(block).unwrap();
    }
    out.write_all(&tamis::base::checksum::crc32(bytes).to_le_bytes())
        .unwrap();
    out.write_all(&u32::try_from(bytes.len()).unwrap().to_le_bytes())
        .unwrap();
    out
}

#[test]
fn an_import_of_which_nothing_is_good_fails() {
    let place = place();
    let head = "id;joined;assets;name\n";
    let bad = format!("{head}1;2020-02-30;5.5;A\n;2020-01-01;5.5;B\n");
    let ran = import(&place, "bad.csv", bad.as_bytes());
    assert_eq!(ran.code, 3, "{ran}");
    assert!(
        ran.err.contains("error: of people no record was taken"),
        "{ran}"
    );
    assert!(place.data().join("rejects/people.records.csv").exists());
    let some = format!("{bad}2;2020-01-01;5.5;C\n");
    assert_eq!(import(&place, "some.csv", some.as_bytes()).code, 0);
    // What is stored already was good.
    assert_eq!(import(&place, "some.csv", some.as_bytes()).code, 0);
    assert_eq!(import(&place, "none.csv", head.as_bytes()).code, 0);
}

#[test]
fn what_a_file_says_to_a_terminal_is_not_done() {
    let place = place();
    let text = "id;joined;assets;name;\u{1b}[2J\n1;2020-01-01;5;\u{1b}]0 x\u{7};1\n2\u{1b};;;;\n";
    let path = place.rules().join("people.csv");
    std::fs::write(&path, text.as_bytes()).unwrap();
    let path = path.display().to_string();
    let runs = [
        place.run(&["import", "--dry-run"]),
        place.run(&["import", "--sketch", &path]),
        place.run(&["import"]),
        place.run(&["query", "assets > 0", "--show", "name"]),
    ];
    for ran in runs {
        assert_eq!(ran.code, 0, "{ran}");
        let is_raw = |letter: char| letter.is_control() && letter != '\n';
        assert!(
            !ran.out.contains(is_raw) && !ran.err.contains(is_raw),
            "{ran}"
        );
    }
}

#[test]
fn a_source_without_a_file_is_a_slip() {
    let ran = place().run(&["import", "people="]);
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.err.contains("`people=` names no file"), "{ran}");
}
