//! Kinds of facts that widen, narrow, go and come back.

use tamis::ingest::facts::IncomingKind;
use tamis::live::rule_set::Outcome;

use crate::bank::{Place, SCHEMA};

#[test]
fn wider_kinds_are_taken_and_changed_ones_refused_with_their_count() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    place.write(
        "schema.tamis",
        &SCHEMA.replace("city: text", "city: text  vip: bool"),
    );
    place.write("a.tamis", "filter old: age >= 60\nfilter chosen: vip\n");
    bank.until("the wider set", |live| live.members.of("chosen").is_some());
    bank.send(IncomingKind::Customers, "{\"id\":\"c1\",\"vip\":true}");
    assert_eq!(
        (bank.count("old"), bank.count("chosen")),
        (Some(4), Some(1))
    );
    let serves = bank.live().rule_set.accepted.clone();
    // Another kind: as the facts lie, they would mean nothing.
    place.write(
        "schema.tamis",
        &SCHEMA.replace("age: int", "age: text  vip: bool"),
    );
    place.write("a.tamis", "filter old: age = \"x\"\n");
    let told = bank.until_told(&place.rules(), Outcome::Refused);
    let message = &told.findings[0].message;
    assert!(message.contains("age was"), "{message}");
    assert!(message.contains("10 facts carry it"), "{message}");
    assert_eq!(bank.live().rule_set.accepted, serves);
    assert_eq!(bank.count("old"), Some(4));
    bank.send(IncomingKind::Customers, "{\"id\":\"c10\",\"age\":99}");
    assert_eq!(bank.count("old"), Some(5));
    bank.stop();
    // Refused at a start as well; the set accepted last serves.
    let bank = place.start().unwrap();
    assert_eq!(
        (bank.count("old"), bank.count("chosen")),
        (Some(5), Some(1))
    );
    let told = bank.until_told(&place.rules(), Outcome::Refused);
    assert!(told.findings[0].message.contains("11 facts carry it"));
    bank.stop();
}

#[test]
fn what_is_taken_out_is_hidden_and_comes_back() {
    let place = Place::new(&[("a.tamis", "filter far: city = \"Brno\"\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    assert_eq!(bank.count("far"), Some(5));
    place.write("schema.tamis", &SCHEMA.replace("  city: text", ""));
    place.write("a.tamis", "filter old: age >= 60\n");
    bank.until("the narrower set", |live| live.members.of("old").is_some());
    assert_eq!(bank.count("old"), Some(4));
    place.write("schema.tamis", SCHEMA);
    place.write("a.tamis", "filter far: city = \"Brno\"\n");
    bank.until("the old set", |live| live.members.of("far").is_some());
    assert_eq!(bank.count("far"), Some(5));
    bank.stop();
}
