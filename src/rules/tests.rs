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

/// A rule set with a plan, and these templates.
fn with_templates(templates: &[(&str, &str)]) -> Loaded {
    let rules = "customer { name: text, sensitive  email: text, as email }\nfilter all: name is present\ncare hello {\n  for all\n  when enters\n  step first: if all then send email \"welcome\" else send crm \"sorry\"\n}\n";
    let mut texts = Texts::from([("z.tamis".to_owned(), rules.to_owned())]);
    for (name, text) in templates {
        texts.insert(format!("templates/{name}"), (*text).to_owned());
    }
    load_texts(texts)
}

fn messages(loaded: &Loaded) -> Vec<String> {
    let found = loaded.diagnostics.iter();
    found
        .map(|found| format!("{} {}", found.code, found.message))
        .collect()
}

#[test]
fn what_care_plans_send_is_there_and_asks_for_values_that_are_there() {
    let sound = with_templates(&[
        (
            "welcome.txt",
            "Subject: Dear {{ name }}\n\n{{ id }} {{ plan }} {{ step }}",
        ),
        ("sorry.txt", "Subject: x\n\ny"),
        ("unused.txt", "Subject: x\n\ny"),
    ]);
    assert_eq!(messages(&sound), Vec::<String>::new());
    let names: Vec<&str> = sound.sources.iter().map(|(_, s)| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "z.tamis",
            "templates/sorry.txt",
            "templates/unused.txt",
            "templates/welcome.txt"
        ]
    );
    // The set's texts lead back to the set, templates included.
    let again = load_texts(sound.texts());
    assert_eq!(again.revision, sound.revision);
    assert_eq!(revision_of(&sound.texts()), sound.revision);
    for file in &sound.files {
        assert_eq!(Revision::of(&sound.texts()[&file.name]), file.revision);
    }

    let faulty = with_templates(&[
        ("welcome.txt", "Subject: Dear {{ surname }}\n\nx"),
        ("broken.txt", "no subject"),
    ]);
    assert!(!faulty.is_sound());
    assert_eq!(
        messages(&faulty),
        [
            "E712 the first line of the template is no subject",
            "E713 the template `welcome` asks for `surname`, which is no value of a customer",
            "E714 there is no template `sorry`",
        ]
    );
    assert_ne!(faulty.revision, sound.revision);
}

#[test]
fn templates_are_read_with_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("templates")).unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("templates/a.txt"), "Subject: x\n\ny").unwrap();
    fs::write(at("templates/notes.md"), "nonsense").unwrap();
    assert!(matches!(load(folder.path()), Err(LoadError::NoRules(_))));
    fs::write(at("a.tamis"), "customer { city: text }\n").unwrap();
    let loaded = load(folder.path()).unwrap();
    assert!(loaded.is_sound(), "{:?}", loaded.diagnostics);
    assert!(letters::of(&loaded.sources).0.has("a"));
    fs::write(at("templates/b.html"), [0xff]).unwrap();
    assert!(matches!(
        load(folder.path()),
        Err(LoadError::NotUtf8 { .. })
    ));
}
