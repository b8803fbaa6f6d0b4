//! Files that are taken round by round: one that cannot be read to its end hands nothing over.

use std::io::Write;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::base::limit::IMPORT_STREAM_FACTS_MAX;
use crate::ingest::facts::LineOutcome;
use crate::ingest::form::Form;
use crate::ingest::parquet::tests::made;
use crate::ingest::reading::Reading;

/// More than two rounds.
const COUNT: usize = IMPORT_STREAM_FACTS_MAX * 2 + 500;

fn csv() -> Vec<u8> {
    let lines = (0..COUNT).map(|number| format!("c{number};n;;{number}\n"));
    format!("id;name;born;wealth\n{}", lines.collect::<String>()).into_bytes()
}

fn ndjson() -> Vec<u8> {
    let lines = (0..COUNT).map(|number| format!("{{\"id\":\"c{number}\",\"wealth\":{number}}}\n"));
    lines.collect::<String>().into_bytes()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// How many facts were handed over, in how many rounds, and how it ended.
fn streamed(bank: &Bank, files: &Files) -> (usize, usize, Result<u64, &'static str>) {
    let (mut facts, mut rounds) = (0, 0);
    let read = stream(&bank.rules, files, 10, &mut |some| {
        facts += some.len();
        rounds += 1;
        Some(vec![LineOutcome::Accepted; some.len()])
    });
    let told = read.map(|reports| reports[0].0.accepted);
    (facts, rounds, told.map_err(|error| error.code()))
}

fn given(bank: &Bank, name: &str) -> Files {
    Files {
        given: vec![("clients".to_owned(), bank.path(name))],
        ..bank.files()
    }
}

#[test]
fn nothing_is_handed_over_of_a_file_that_cannot_be_read_to_its_end() {
    let bank = Bank::new(vec![clients()]);
    let cut = |whole: &[u8]| packed(whole)[..packed(whole).len() - 100].to_vec();
    let quotes = b"x\";\"\n".repeat(500_000);
    made::write_clients(&bank.path("clients.parquet"), COUNT);
    let table = std::fs::read(bank.path("clients.parquet")).unwrap();
    let damaged = made::damaged(&table);
    let cases: [(&str, Vec<u8>, Vec<u8>, &str); 4] = [
        ("packed.csv", packed(&csv()), cut(&csv()), "I004"),
        ("plain.csv", csv(), [csv(), quotes].concat(), "I011"),
        ("packed.ndjson", packed(&ndjson()), cut(&ndjson()), "I004"),
        ("table.parquet", table, damaged, "I010"),
    ];
    for (name, sound, broken, code) in cases {
        bank.write(name, broken);
        let files = given(&bank, name);
        assert_eq!(streamed(&bank, &files), (0, 0, Err(code)), "{name}");
        bank.write(name, sound);
        let taken = streamed(&bank, &files);
        assert_eq!(taken, (COUNT, 3, Ok(COUNT as u64)), "{name}");
    }
}

#[test]
fn records_that_are_refused_are_no_reason_to_take_nothing() {
    let bank = Bank::new(vec![clients()]);
    let mut file = csv();
    file.extend(b"one field\n\xff;;;\n");
    file.extend(b"x".repeat(2 << 20));
    file.extend(b"\nlast;n;;1\n");
    bank.write("clients.csv", file);
    let taken = streamed(&bank, &given(&bank, "clients.csv"));
    assert_eq!(taken, (COUNT + 1, 3, Ok(COUNT as u64 + 1)));
}

#[test]
fn reading_through_ends_when_somebody_asks_for_it() {
    let bank = Bank::new(vec![clients()]);
    bank.write("clients.csv", csv());
    bank.write("clients.ndjson", ndjson());
    made::write_clients(&bank.path("clients.parquet"), COUNT);
    let wanted = &bank.rules.sources[0].columns;
    for name in ["clients.csv", "clients.ndjson", "clients.parquet"] {
        let path = bank.path(name);
        let form = Form::of(&bank.rules.sources[0], &path).unwrap();
        let looks = std::cell::Cell::new(0);
        let read = |looks_max: usize| {
            looks.set(0);
            let (reading, _) = Reading::open(&form, &path, wanted).unwrap();
            reading.read_through(&|| {
                looks.set(looks.get() + 1);
                match looks.get() > looks_max {
                    true => Err(ImportError::Cancelled),
                    false => Ok(()),
                }
            })
        };
        read(usize::MAX).unwrap();
        assert!(looks.get() > 5, "{name}");
        assert!(matches!(read(3), Err(ImportError::Cancelled)), "{name}");
        assert_eq!(looks.get(), 4, "{name}");
        let files = given(&bank, name);
        let cancel = Arc::new(AtomicBool::new(true));
        let files = Files {
            cancel: Some(Arc::clone(&cancel)),
            ..files
        };
        assert_eq!(streamed(&bank, &files), (0, 0, Err("I019")), "{name}");
        cancel.store(false, Ordering::Relaxed);
        assert_eq!(streamed(&bank, &files).0, COUNT, "{name}");
    }
}
