//! `tamis check` against a store, and the pages that `tamis explain` shows for codes.

use crate::place::Place;

const RULES: &str = r#"settings { time_zone "Europe/Prague"  clock starts 2024-06-30T09:00 }
customer { city: text }
event login { device: text }
source people "people.csv" { format csv, header (id, city)  customer { id = id  city = city } }
source logins "logins.csv" { format csv, header (id, at)  event login { customer = id  at = date(at, "yyyy-MM-dd") } }
filter elsewhere: city != "Brno"
filter silent: none(login, last 5 years)
filter seen: any(login, last 90 days)
metric idle: 5
"#;

#[test]
fn what_the_data_say_is_told_with_the_store_and_refuses_nothing() {
    let place = Place::with(&[
        ("rules.tamis", RULES.as_bytes()),
        ("people.csv", b"1,Brno\n2,\n3,Praha\n4,\n"),
        ("logins.csv", b"1,2023-01-02\n3,2024-05-01\n"),
    ]);
    let before = place.run(&["check"]);
    assert_eq!(before.code, 0, "{before}");
    assert!(
        !before.err.contains("W605") && before.err.contains("W613"),
        "{before}"
    );
    let imported = place.run(&["import"]);
    assert_eq!(imported.code, 0, "{imported}");
    assert!(
        !imported.err.contains("W613"),
        "asking is not checking: {imported}"
    );
    insta::assert_snapshot!("checked_with_a_store", place.run(&["check"]).err);
}

#[test]
fn a_code_is_explained_by_its_page() {
    let place = Place::with(&[]);
    let page = place.run(&["explain", "e203"]);
    assert_eq!((page.code, page.err.as_str()), (0, ""), "{page}");
    assert!(page.out.starts_with("E203: an event, holding"), "{page}");
    assert!(
        page.out.contains("help: did you mean `purchase`?"),
        "{page}"
    );
    let none = place.run(&["explain", "E999"]);
    assert_eq!((none.code, none.out.as_str()), (2, ""), "{none}");
    assert!(
        none.err.contains("no diagnostic has the code `E999`"),
        "{none}"
    );
}
