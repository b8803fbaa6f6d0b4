//! `tamis fmt`: files laid out, checked, turned into the other tongue; broken ones left alone.

use std::path::Path;

use crate::place::Place;

const SCHEMA: &str =
    "# Whom we know.\ncustomer \"客户\" { age \"年龄\": int   assets \"资产\": money }\n";
const RULES: &str = "filter rich:   assets>=50k   # enough\nfilter old \"年长\": age>=60\n";

fn text(place: &Place, name: &str) -> String {
    std::fs::read_to_string(place.rules().join(name)).unwrap()
}

#[test]
fn files_are_checked_and_then_laid_out() {
    let place = Place::with(&[
        ("schema.tamis", SCHEMA.as_bytes()),
        ("rules.tamis", RULES.as_bytes()),
    ]);
    let ran = place.run(&["fmt", "--check"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (1, "rules.tamis\nschema.tamis\n"),
        "{ran}"
    );
    assert_eq!(text(&place, "rules.tamis"), RULES, "--check writes nothing");
    let ran = place.run(&["fmt"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "rules.tamis\nschema.tamis\n"),
        "{ran}"
    );
    assert_eq!(
        text(&place, "rules.tamis"),
        "filter rich: assets >= 50k  # enough\nfilter old \"年长\": age >= 60\n"
    );
    let ran = place.run(&["fmt", "--check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran}");
    let left: Vec<_> = std::fs::read_dir(place.rules()).unwrap().collect();
    assert_eq!(left.len(), 2, "nothing is left beside the files");
}

#[test]
fn one_file_turns_into_chinese_and_back() {
    let place = Place::with(&[
        ("schema.tamis", SCHEMA.as_bytes()),
        ("rules.tamis", RULES.as_bytes()),
    ]);
    let path = place.rules().join("rules.tamis");
    let path = path.to_str().unwrap();
    assert_eq!(place.run(&["fmt"]).code, 0);
    let english = text(&place, "rules.tamis");
    let schema = text(&place, "schema.tamis");
    assert_eq!(place.run(&["fmt", "--to", "zh", path]).code, 0);
    assert_eq!(
        text(&place, "rules.tamis"),
        "筛选 rich：assets >= 5万  # enough\n筛选 old \"年长\"：age >= 60\n"
    );
    assert_eq!(text(&place, "schema.tamis"), schema, "other files stay");
    // Without a tongue asked for, the words stay Chinese.
    assert_eq!(place.run(&["fmt", "--check"]).code, 0);
    assert_eq!(place.run(&["check"]).code, 0);
    assert_eq!(place.run(&["fmt", "--to", "en", path]).code, 0);
    assert_eq!(text(&place, "rules.tamis"), english);
}

#[test]
fn spaces_are_written_into_chinese() {
    let rules = "筛选 甲：年龄介于30与45且资产超过3.5万\n";
    let place = Place::with(&[
        ("schema.tamis", SCHEMA.as_bytes()),
        ("rules.tamis", rules.as_bytes()),
    ]);
    assert_eq!(place.run(&["fmt"]).code, 0);
    assert_eq!(
        text(&place, "rules.tamis"),
        "筛选 甲：年龄 介于 30 与 45 且 资产 > 3.5万\n"
    );
}

#[test]
fn a_broken_file_stays_and_its_neighbours_are_laid_out() {
    let broken = "filter rich: assets >= \nfilter old:age>3\n";
    let place = Place::with(&[
        ("broken.tamis", broken.as_bytes()),
        ("schema.tamis", SCHEMA.as_bytes()),
    ]);
    let ran = place.run(&["fmt"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, "schema.tamis\n"), "{ran}");
    assert!(
        ran.err.contains("E107") && ran.err.contains("broken.tamis"),
        "{ran}"
    );
    assert_eq!(text(&place, "broken.tamis"), broken);
}

/// Every bundled rule set is in its canonical layout.
#[test]
fn the_bundled_rules_are_laid_out() {
    let place = Place::bank();
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in std::fs::read_dir(bundled).unwrap() {
        let folder = entry.unwrap().path();
        let has_rules = std::fs::read_dir(&folder).is_ok_and(|files| {
            files.flatten().any(|file| {
                file.path()
                    .extension()
                    .is_some_and(|ending| ending == "tamis")
            })
        });
        if has_rules {
            let ran = place.run(&["fmt", "--check", "--rules", folder.to_str().unwrap()]);
            assert_eq!(
                (ran.code, ran.out.as_str()),
                (0, ""),
                "{}: {ran}",
                folder.display()
            );
        }
    }
}
