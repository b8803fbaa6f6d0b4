//! `tamis preview` over a small store.

use tamis::base::clock::Clock;
use tamis::engine::RunOptions;
use tamis::live::core::{Core, Opening};

use crate::place::Place;

const SCHEMA: &str = r#"
customer { age: int  city: text }
source people "people.csv" {
  format csv
  customer { id = id  age = age  city = city }
}
"#;
const PEOPLE: &str = "id,age,city\na,20,Praha\nb,40,Brno\nc,60,Praha\nd,80,\n";

fn place() -> Place {
    let place = Place::with(&[
        ("schema.tamis", SCHEMA.as_bytes()),
        (
            "filters.tamis",
            b"param limit = 50\nfilter old: age >= limit\nfilter far: not (city = \"Praha\")\n",
        ),
        ("people.csv", PEOPLE.as_bytes()),
    ]);
    assert_eq!(place.run(&["import"]).code, 0);
    place
}

/// A draft beside the rules folder.
fn draft(place: &Place, name: &str, text: &str) -> String {
    let path = place.rules().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Keeps the set of the folder as the one accepted last, as a server does.
fn accept(place: &Place) {
    let opening = Opening {
        store_folder: place.data(),
        loaded: tamis::rules::load(place.rules()).unwrap(),
        plugins: std::sync::Arc::default(),
        clock: Clock::System,
        options: RunOptions::default(),
        ranks_seconds: 60,
    };
    Core::open(opening, ()).unwrap().close().unwrap();
}

#[test]
fn a_file_shows_what_it_would_do() {
    let place = place();
    let text = "filter young: age < 30\nfilter both: old and far\n";
    let path = draft(&place, "more.tamis", text);
    insta::assert_snapshot!("preview_new", place.run(&["preview", &path]));
    let json = place.run(&["preview", &path, "--format", "json", "--samples", "1"]);
    assert_eq!(json.code, 0);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["same"], 2);
    assert_eq!(json["added"][0]["name"], "young");
    assert_eq!(json["added"][0]["members"], 1);
}

#[test]
fn a_changed_file_is_held_against_the_set_accepted_last() {
    let place = place();
    accept(&place);
    draft(&place, "broken.tamis", "filter x: age >\n");
    let text = "param limit = 70\nfilter old: age >= limit\nfilter away: city = \"Brno\"\n";
    let path = draft(&place, "filters.tamis", text);
    insta::assert_snapshot!("preview_changed", place.run(&["preview", &path]));
}

/// By how a condition is written, not by what stands beside it.
#[test]
fn parts_are_said_in_the_tongue_of_their_own_rule() {
    let place = place();
    accept(&place);
    let text = "param limit = 50\nfilter old \"老年\": age between 30 and 90\nfilter far: city 不属于（“Brno”、“Praha”）\n";
    let path = draft(&place, "filters.tamis", text);
    insta::assert_snapshot!("preview_tongues", place.run(&["preview", &path]));
}

#[test]
fn bad_files_are_answered_with_their_reason() {
    let place = place();
    let wrong = draft(&place, "more.tamis", "filter young: aeg < 30\n");
    insta::assert_snapshot!("preview_wrong", place.run(&["preview", &wrong]));
    assert_eq!(place.run(&["preview", "nowhere.tamis"]).code, 3);
    let other = draft(&place, "notes.txt", "x");
    assert_eq!(place.run(&["preview", &other]).code, 2);
    let kinds = draft(&place, "more.tamis", "event login { }\n");
    let ran = place.run(&["preview", &kinds]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("kinds of facts"), "{}", ran.err);
}
