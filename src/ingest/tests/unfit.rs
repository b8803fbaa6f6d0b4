//! Files that are something else than their names say.

use super::*;

fn refused(name: &str, content: &[u8]) -> ImportError {
    let mut file = clients();
    file.file = name.to_owned();
    let bank = Bank::new(vec![file]);
    bank.write(name, content);
    assert_eq!(
        examine(&bank.rules, &bank.files(), &|_| {})
            .map(|_| ())
            .unwrap_err()
            .code(),
        sketch(&bank.path(name)).unwrap_err().code()
    );
    let error = bank.import().unwrap_err();
    assert_eq!(error.exit_code(), 3);
    assert_eq!(bank.position(), 0);
    error
}

#[test]
fn what_is_no_text_is_refused() {
    let tail = b"\x14\0\x06\0;;;\n1;2;3;4\n".repeat(20);
    for (head, words) in [
        (&b"PK\x03\x04"[..], "a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook"),
        (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
        (b"%PDF-1.7", "a PDF document"),
    ] {
        for name in ["clients.csv", "clients.ndjson", "clients.xlsx"] {
            let error = refused(name, &[head, &tail].concat());
            assert_eq!(error.code(), "I030");
            assert!(error.to_string().contains(words), "{error}");
        }
    }
    let noise: Vec<u8> = (0..9_000_u32)
        .map(|at| ((at * at * 31) >> 7) as u8)
        .collect();
    assert_eq!(refused("clients.csv", &noise).code(), "I030");
    let error = refused("clients.csv.gz", b"id;name;born;wealth\nc1;;;\n");
    assert_eq!(error.code(), "I004");
    assert!(error.to_string().contains("take `.gz` off its name"));
}
