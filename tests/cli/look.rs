//! Looking at files before they are imported: a dry run, and a sketch of rules for a file.

use crate::place::Place;

const RULES: &str = r#"
customer { born: date sensitive  assets: money  kind: one of (private, firm) }
event pay { amount: money }
source people "people.csv" {
  format csv
  missing "?"
  customer { id = id  born = born  assets = assets  kind = kind }
}
source pays "pays.ndjson" { event pay { customer = who  at = at  id = id  amount = amount } }
"#;

const PEOPLE: &str = "id;born;assets;kind;age
c1;1900-01-01;10.50;private;20
c2;2001-05-06;?;firm;130
c2;2001-05-07;7;shop;30
c4;2001-05-08;-;firm;
;2001-05-08;1;firm;
";

const PAYS: &str = r#"{"id":1,"who":"c1","at":"2024-01-01","amount":5}
{"id":1,"who":"nobody","at":"9999-12-31","amount":"much"}
"#;

fn place() -> Place {
    Place::with(&[
        ("rules.tamis", RULES.as_bytes()),
        ("people.csv", PEOPLE.as_bytes()),
        ("pays.ndjson", PAYS.as_bytes()),
    ])
}

#[test]
fn a_dry_run_says_what_files_are_like_and_writes_nothing() {
    let place = place();
    insta::assert_snapshot!("dry_run", place.run(&["import", "--dry-run"]));
    insta::assert_snapshot!(
        "dry_run_json",
        place.run(&["import", "--dry-run", "--format", "json"])
    );
    assert!(!place.data().exists());
}

#[test]
fn a_sketch_is_a_sound_rule_file_for_its_file() {
    let place = place();
    let file = place.rules().join("people.csv");
    let sketch = place.run(&["import", "--sketch", file.to_str().unwrap()]);
    insta::assert_snapshot!("sketch", sketch);
    let fresh = Place::with(&[
        ("people.csv", PEOPLE.as_bytes()),
        ("sketch.tamis", sketch.out.as_bytes()),
    ]);
    let checked = fresh.run(&["check"]);
    assert_eq!(checked.code, 0, "{checked}");
    let laid_out = fresh.run(&["fmt", "--check"]);
    assert_eq!(laid_out.code, 0, "{laid_out}");
    let imported = fresh.run(&["import", "--format", "json"]);
    assert!(
        imported.out.contains("\"rows\":5,\"accepted\":5"),
        "{imported}"
    );
    let missing = place.run(&["import", "--sketch", "nowhere.csv"]);
    assert_eq!(missing.code, 3, "{missing}");
}
