//! Files that are not there, are none, are cut short or swell.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::ingest::testing::source;

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(path: &Path) -> Result<Vec<u8>, ImportError> {
    let mut opened = open(path)?;
    let mut all = Vec::new();
    opened
        .stream
        .read_to_end(&mut all)
        .map_err(|error| read_error(path, error))?;
    assert_eq!(
        opened.bytes_done.load(Ordering::Relaxed),
        opened.bytes_total
    );
    Ok(all)
}

#[test]
fn a_file_lies_beside_its_rules_plain_or_packed() {
    let folder = tempfile::tempdir().unwrap();
    let mut source = source("s", "a.csv", "");
    source.folder = "bank".to_owned();
    std::fs::create_dir(folder.path().join("bank")).unwrap();
    let missing = locate(folder.path(), &source, None).unwrap_err();
    assert_eq!(missing.code(), "I001");
    assert!(missing.to_string().contains("bank/a.csv.gz"), "{missing}");
    let there = folder.path().join("bank/a.csv.gz");
    std::fs::write(&there, packed(b"id\n1\n")).unwrap();
    assert_eq!(locate(folder.path(), &source, None).unwrap(), there);
    assert_eq!(read(&there).unwrap(), b"id\n1\n");
    let by_hand = folder.path().join("b.csv");
    std::fs::write(&by_hand, b"id\n2\n").unwrap();
    assert_eq!(
        locate(folder.path(), &source, Some(&by_hand)).unwrap(),
        by_hand
    );
    let wrong = locate(folder.path(), &source, Some(folder.path())).unwrap_err();
    assert_eq!((wrong.code(), wrong.exit_code()), ("I002", 3));
}

#[test]
fn several_gzip_members_are_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gz");
    std::fs::write(&path, [packed(b"id\n"), packed(b"1\n")].concat()).unwrap();
    assert_eq!(read(&path).unwrap(), b"id\n1\n");
}

#[test]
fn gzip_cut_anywhere_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gz");
    let whole = packed(&b"1;2;3\n".repeat(1_000));
    for length in [3, 11, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = read(&path).unwrap_err();
        let ImportError::Gzip {
            offset,
            path: named,
            ..
        } = &error
        else {
            panic!("{error}");
        };
        assert_eq!((error.code(), named), ("I004", &path));
        assert!(*offset <= length as u64, "{offset} of {length}");
    }
    let mut flipped = whole.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 1;
    std::fs::write(&path, flipped).unwrap();
    assert_eq!(
        read(&path).unwrap_err().code(),
        "I004",
        "the checksum counts"
    );
}

#[test]
fn gzip_that_swells_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.gz");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..(GZIP_FREE_BYTES >> 20) + 2 {
        encoder.write_all(&zeros).unwrap();
    }
    std::fs::write(&path, encoder.finish().unwrap()).unwrap();
    let mut opened = open(&path).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let error = loop {
        match opened.stream.read(&mut buffer) {
            Ok(count) => assert!(count > 0, "it must not end"),
            Err(error) => break read_error(&path, error),
        }
    };
    assert_eq!(error.code(), "I005");
}
