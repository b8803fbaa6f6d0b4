//! Files that cannot be read, wholly or in part, and what is said of them.

use super::*;

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let cases = [
        (file("people_brotli_1.parquet"), "id", "I023", "brotli"),
        (file("kinds.parquet"), "list", "I024", "holds lists"),
        (file("kinds.parquet"), "place", "I024", "`\"place.city\"`"),
        (file("kinds.parquet"), "i9", "I007", "`i9`"),
        (
            write("csv", b"id,name\nc1,Ann\n"),
            "id",
            "I010",
            "does not begin",
        ),
        (
            write("gz", b"\x1f\x8b\x08\x00rest"),
            "id",
            "I010",
            "unpack it first",
        ),
        (write("short", b"PAR1rest"), "id", "I010", "cut short"),
        (write("empty", b""), "id", "I010", "does not begin"),
        (file("sealed_column.parquet"), "wealth", "I022", "encrypted"),
        (
            write("sealed", b"PARErest of itPARE"),
            "id",
            "I022",
            "encrypted",
        ),
    ];
    for (path, wanted, code, words) in cases {
        let error = rows(&path, &names(wanted)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let part = rows(&file("kinds.parquet"), &names("place.city")).unwrap();
    assert_eq!(part, ["Brno", "", ""]);
    let others = rows(&file("people_snappy_1.parquet"), &names("id")).unwrap();
    assert_eq!(
        others.len(),
        1_000,
        "columns that nobody wants may be anything"
    );
}

#[test]
fn what_the_library_calls_its_parts_is_not_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.parquet");
    let message = "message wide { required fixed_len_byte_array(17) sum (DECIMAL(40,6)); }";
    let schema = Arc::new(parse_message_type(message).unwrap());
    let file = File::create(&path).unwrap();
    let writer = SerializedFileWriter::new(file, schema, Default::default()).unwrap();
    writer.close().unwrap();
    let error = rows(&path, &names("sum")).unwrap_err().to_string();
    assert!(error.ends_with("(decimals of 40 digits)"), "{error}");
    let inner = "snappy: corrupt input (header mismatch; expected 2 decompressed bytes)";
    let error = damaged(&path, &ParquetError::External(inner.into())).to_string();
    assert!(error.ends_with("be read: snappy: corrupt input"), "{error}");
}

/// Damage in the values themselves may go unseen, as the format has no checksums that writers set;
/// but it never ends the program, and a file cut short is never taken for a whole one.
#[test]
fn a_file_cut_or_damaged_anywhere_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.parquet");
    let wanted = names("id name born wealth");
    for codec in ["none", "zstd"] {
        let whole = std::fs::read(file(&format!("people_{codec}_2.parquet"))).unwrap();
        for at in (0..whole.len()).step_by(97) {
            std::fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(
                rows(&path, &wanted).unwrap_err().code(),
                "I010",
                "cut at {at}"
            );
        }
        for at in (0..whole.len()).step_by(61) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            std::fs::write(&path, &bytes).unwrap();
            if let Err(error) = rows(&path, &wanted) {
                assert!(error.exit_code() == 3, "damaged at {at}: {error}");
            }
        }
    }
}
