//! Saves good and bad, each against a small set.

use std::fs;

use super::*;
use crate::base::render::render;
use crate::rules::load_texts;

const BASE: &[(&str, &str)] = &[
    (
        "schema.tamis",
        "customer { city \"城市\": text  age \"年龄\": int  assets \"资产\": money }\nevent login { }\n",
    ),
    (
        "filters.tamis",
        "# By hand.\nfilter old \"老客户\": age >= 60\nmetric logins: count(login)\n",
    ),
];

fn set(more: &[(&str, &str)]) -> Loaded {
    let pairs = BASE.iter().chain(more);
    load_texts(
        pairs
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    )
}

fn standing(loaded: &Loaded) -> Standing<'_> {
    assert!(
        loaded.is_sound(),
        "{}",
        render(&loaded.sources, &loaded.diagnostics, false)
    );
    Standing {
        sources: &loaded.sources,
        rules: &loaded.rules,
    }
}

fn save(loaded: &Loaded, name: &str, expression: &str) -> Result<Change, SaveError> {
    let draft = Draft {
        name,
        label: None,
        expression,
    };
    prepare(standing(loaded), draft, Expected::Any)
}

#[test]
fn a_save_is_one_canonical_item_in_the_tongue_it_was_typed_in() {
    let loaded = set(&[]);
    let draft = Draft {
        name: "富裕",
        label: Some("Rich \"old\""),
        expression: "资产>=1000000  且 (老客户 或 城市 = \"Praha\")",
    };
    let change = prepare(standing(&loaded), draft, Expected::New).unwrap();
    assert_eq!(
        change.text.as_deref(),
        Some("筛选 富裕 \"Rich \"\"old\"\"\"：资产 >= 100万 且 （老客户 或 城市 = \"Praha\"）\n")
    );
    assert_eq!(change.file, file_of("富裕"));
    assert!(change.file.starts_with("saved/") && change.file.is_ascii());
    let saved = find(standing(&change.loaded), "富裕").unwrap();
    assert_eq!(saved.revision, change.revision());
    assert_eq!(saved.label.as_deref(), Some("Rich \"old\""));
    assert_eq!(list(standing(&change.loaded)).len(), 2);
    let english = save(&loaded, "x", "年龄 > 3 and\n not old").unwrap();
    assert_eq!(
        english.text.as_deref(),
        Some("filter x: 年龄 > 3 and not old\n")
    );
}

#[test]
fn findings_point_into_what_was_typed() {
    let loaded = set(&[]);
    let typed = "age > 3 and\n(old or\n ctiy = \"Praha\")\nand aeg < 5";
    let Err(SaveError::Text(sources, findings)) = save(&loaded, "x", typed) else {
        panic!("a good save");
    };
    let told: Vec<&str> = findings.iter().map(|f| sources.slice(f.span())).collect();
    assert_eq!(told, ["ctiy", "aeg"]);
    insta::assert_snapshot!("names", render(&sources, &findings, false));
    let Err(SaveError::Text(sources, findings)) = save(&loaded, "x", "age > \"three\"") else {
        panic!("a good save");
    };
    assert_eq!(sources.slice(findings[0].span()), "\"three\"");
    // Warnings too.
    let change = save(&loaded, "x", "age > 3 and age < 2").unwrap();
    assert_eq!(change.warnings[0].places[0].file, EXPRESSION);
}

#[test]
fn nothing_but_one_expression_gets_in() {
    let loaded = set(&[]);
    for typed in [
        "age > 3\nfilter evil: age < 3",
        "age > 3\nparam p = 1",
        "",
        "age > 3 # why\nfilter evil: age < 3",
        "age > 3)",
        "age",
        "x",
    ] {
        let found = save(&loaded, "x", typed);
        assert!(
            matches!(found, Err(SaveError::Text(..))),
            "{typed}: {found:?}"
        );
    }
    // A circle is told where it is closed.
    let first = save(&loaded, "a", "age > 3").unwrap().loaded;
    let second = save(&first, "b", "a and old").unwrap().loaded;
    let Err(SaveError::Text(sources, findings)) = save(&second, "a", "old or b") else {
        panic!("a circle");
    };
    assert_eq!(findings[0].code, "E208");
    assert!(sources.get(findings[0].span().source).is_some());
}

#[test]
fn names_are_names_of_any_script() {
    let loaded = set(&[]);
    for name in ["近90天_活跃", "Größe", "ひらがな", " spaced_out "] {
        assert!(save(&loaded, name, "age > 3").is_ok(), "{name}");
    }
    let long = "长".repeat(NAME_CHARACTERS_MAX + 1);
    for name in [
        "",
        "and",
        "且",
        "true",
        "care x",
        "9lives",
        "a-b",
        "a`b",
        "a】",
        "a\nb",
        "x\u{202e}y",
        &long,
    ] {
        let found = save(&loaded, name, "age > 3");
        assert!(
            matches!(found, Err(SaveError::Name { .. })),
            "{name}: {found:?}"
        );
    }
    let labelled = |label: &str| {
        let draft = Draft {
            name: "x",
            label: Some(label),
            expression: "age > 3",
        };
        prepare(standing(&loaded), draft, Expected::Any)
    };
    assert!(labelled("").unwrap().text.unwrap().starts_with("filter x:"));
    for label in ["a\nb", "a\u{202e}b", &long] {
        assert!(matches!(labelled(label), Err(SaveError::Name { .. })));
    }
    assert!(matches!(
        labelled("城市"),
        Err(SaveError::Taken {
            what: "an attribute",
            ..
        })
    ));
}

#[test]
fn what_is_written_by_hand_is_left_alone() {
    let loaded = set(&[]);
    for name in ["old", "老客户", "logins", "city"] {
        let Err(SaveError::Taken { word, file, .. }) = save(&loaded, name, "age > 3") else {
            panic!("{name}");
        };
        assert_eq!(word, name);
        assert!(["filters.tamis", "schema.tamis"].contains(&file.as_str()));
    }
    assert!(matches!(
        prepare_removal(standing(&loaded), "old", Expected::Any),
        Err(SaveError::HandWritten { .. })
    ));
    assert!(matches!(
        prepare_removal(standing(&loaded), "nobody", Expected::Any),
        Err(SaveError::Missing { .. })
    ));
}

#[test]
fn who_changed_another_revision_is_told_the_current_one() {
    let first = save(&set(&[]), "a", "age > 3").unwrap();
    let revision = first.revision();
    let draft = Draft {
        name: "a",
        label: None,
        expression: "age > 4",
    };
    let prepare = |expected| prepare(standing(&first.loaded), draft, expected);
    assert!(prepare(Expected::Revision(revision.unwrap())).is_ok());
    let other = Expected::Revision(Revision::of("x"));
    for expected in [Expected::New, other] {
        let Err(SaveError::Stale { current }) = prepare(expected) else {
            panic!("not stale");
        };
        assert_eq!(current, revision);
    }
    assert!(matches!(
        prepare_removal(standing(&first.loaded), "a", other),
        Err(SaveError::Stale { .. })
    ));
}

#[test]
fn a_filter_that_others_use_stays() {
    let first = save(&set(&[]), "a", "age > 3").unwrap().loaded;
    let second = save(&first, "b", "a and old").unwrap().loaded;
    let Err(SaveError::Used { name, by }) = prepare_removal(standing(&second), "a", Expected::Any)
    else {
        panic!("removed");
    };
    assert_eq!((name.as_str(), by), ("a", vec!["b".to_owned()]));
    let third = prepare_removal(standing(&second), "b", Expected::Any).unwrap();
    assert_eq!(third.text, None);
    assert!(prepare_removal(standing(&third.loaded), "a", Expected::Any).is_ok());
}

#[test]
fn files_are_replaced_whole_and_a_strangers_change_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let first = save(&set(&[]), "a", "age > 3").unwrap();
    let path = folder.path().join(&first.file);
    first.write(folder.path()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "filter a: age > 3\n");
    // Written again, as after a start that had lost the answer.
    first.write(folder.path()).unwrap();
    let second = save(&first.loaded, "a", "age > 4").unwrap();
    second.write(folder.path()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "filter a: age > 4\n");
    second.undo(folder.path()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "filter a: age > 3\n");
    fs::write(&path, "filter a: age > 99\n").unwrap();
    assert!(matches!(
        second.write(folder.path()),
        Err(SaveError::ChangedOnDisk { .. })
    ));
    fs::write(&path, "filter a: age > 3\n").unwrap();
    let gone = prepare_removal(standing(&first.loaded), "a", Expected::Any).unwrap();
    gone.write(folder.path()).unwrap();
    assert!(!path.exists());
    let left = fs::read_dir(folder.path().join(FOLDER)).unwrap().count();
    assert_eq!(left, 0);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let change = save(&set(&[]), "a", "age > 3").unwrap();
    // A file in the place of the folder: refused to every user, root too.
    fs::write(folder.path().join(FOLDER), "x").unwrap();
    let Err(error @ SaveError::Unwritable { .. }) = change.write(folder.path()) else {
        panic!("written");
    };
    assert_eq!(error.code(), "V009");
    assert!(error.to_string().contains("saved/"));
}
