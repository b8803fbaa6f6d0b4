//! Folders good and bad.

use std::fs;

use super::*;
use crate::base::limit;

#[test]
fn files_are_read_in_the_order_of_their_paths() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("b")).unwrap();
    fs::create_dir(folder.path().join(".hidden")).unwrap();
    fs::write(folder.path().join("c.tamis"), "filter c: city = \"x\"\n").unwrap();
    fs::write(
        folder.path().join("b/a.tamis"),
        "\u{FEFF}customer { city: text }\n",
    )
    .unwrap();
    fs::write(folder.path().join(".hidden/d.tamis"), "nonsense").unwrap();
    fs::write(folder.path().join("notes.txt"), "nonsense").unwrap();
    let loaded = load(folder.path()).unwrap();
    let names: Vec<&str> = loaded
        .sources
        .iter()
        .map(|(_, s)| s.name.as_str())
        .collect();
    assert_eq!(names, ["b/a.tamis", "c.tamis"]);
    assert!(loaded.is_sound(), "{:?}", loaded.diagnostics);
    assert_eq!(loaded.rules.definitions.len(), 1);
}

#[test]
fn a_source_knows_the_folder_of_its_rule_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("x/y")).unwrap();
    let text = "source s \"s.csv\" { format csv  key a }\n";
    fs::write(folder.path().join("x/y/s.tamis"), text).unwrap();
    let loaded = load(folder.path()).unwrap();
    assert_eq!(loaded.rules.sources[0].folder, "x/y");
}

#[test]
fn a_wrong_byte_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.tamis"),
        b"# one\n# \xE5\xB9\xB4\xFF\n",
    )
    .unwrap();
    let error = load(folder.path()).unwrap_err();
    let LoadError::NotUtf8 {
        line, column, byte, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!((*line, *column, *byte), (2, 4, 0xFF));
    assert!(error.to_string().contains("a.tamis:2:4: byte 0xFF"));
}

#[test]
fn what_cannot_be_read_is_an_error_and_never_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        load(folder.path()).unwrap_err(),
        LoadError::NoRules(folder.path().to_owned())
    );
    let gone = folder.path().join("gone");
    assert!(matches!(load(&gone), Err(LoadError::Unreadable { path, .. }) if path == gone));
    let large = folder.path().join("large.tamis");
    fs::write(&large, vec![b'#'; limit::RULE_FILE_BYTES_MAX + 1]).unwrap();
    assert_eq!(
        load(folder.path()).unwrap_err(),
        LoadError::TooLarge { path: large }
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_or_in_a_circle_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("a.tamis")).unwrap();
    assert!(matches!(
        load(folder.path()),
        Err(LoadError::Unreadable { .. })
    ));
    fs::remove_file(folder.path().join("a.tamis")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("round")).unwrap();
    assert!(matches!(load(folder.path()), Err(LoadError::TooMany(_))));
}
