//! Imports of many files.

use super::*;
use crate::base::limit::IMPORT_FILES_MAX;

/// So many sources, each with a file of one client in a folder whose path has 200 bytes or more.
fn bank(count: usize) -> Bank {
    let sources = (0..count).map(|number| SourceFile {
        name: format!("s{number}").into(),
        file: format!("{}/{number:010}.csv", "f".repeat(190)),
        ..clients()
    });
    let bank = Bank::new(sources.collect());
    std::fs::create_dir(bank.path(&"f".repeat(190))).unwrap();
    bank
}

#[test]
fn a_thousand_files_are_one_import() {
    let bank = bank(1_000);
    let write = |number: usize, line: &str| {
        let file = &bank.rules.sources[number].file;
        bank.write(file, format!("id;name;born;wealth\n{line}\n"));
    };
    for number in 0..1_000 {
        write(number, &format!("c{number};n;;{number}"));
    }
    let all: Vec<[u64; 4]> = bank.import().unwrap().iter().map(counts).collect();
    assert_eq!(all, [[1, 0, 0, 0]; 1_000]);
    assert_eq!(bank.snapshot().rows(), 1_000);
    let store = Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    assert_eq!(unfinished(&store).unwrap(), []);
    store.close().unwrap();
}

#[test]
fn more_files_than_one_import_takes_are_refused_before_any_is_opened() {
    let bank = bank(IMPORT_FILES_MAX + 1);
    let error = bank.import().unwrap_err();
    assert_eq!((error.code(), error.exit_code()), ("I026", 3));
    let said = error.to_string();
    assert!(said.contains("4001 files are too many"), "{said}");
    assert!(said.contains("import the others after them"), "{said}");
    assert_eq!(bank.position(), 0);
    // One of them alone is as good as ever.
    let name = bank.rules.sources[7].name.to_string();
    bank.write("one.csv", "id;name;born;wealth\nc1;;;\n");
    let files = Files {
        given: vec![(name, bank.path("one.csv"))],
        ..bank.files()
    };
    assert_eq!(counts(&bank.import_with(&files).unwrap()[0]), [1, 0, 0, 0]);
}
