//! Files that are written, broken, mended and replaced under a running core.

use tamis::live::rule_set::{FOLDER, Outcome};

use crate::bank::Place;

#[test]
fn a_broken_file_leaves_the_old_set_serving_and_a_mended_one_serves() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    assert_eq!(bank.count("old"), Some(4));
    let first = bank.live();
    place.write("a.tamis", "filter old: aeg >= 50\nfilter young: age <\n");
    let told = bank.until_told(&place.rules(), Outcome::Refused);
    assert_eq!(told.errors(), 2);
    assert!(told.rendered.contains("a.tamis:1:13"), "{}", told.rendered);
    assert_eq!(&*told.author, FOLDER);
    assert_eq!(bank.count("old"), Some(4));
    assert_eq!(bank.live().rule_set.accepted, first.rule_set.accepted);
    // A fact that comes meanwhile is judged by the set that serves.
    bank.send(
        tamis::ingest::facts::IncomingKind::Customers,
        "{\"id\":\"c10\",\"age\":100}",
    );
    assert_eq!(bank.count("old"), Some(5));
    place.write("a.tamis", "filter old: age >= 50\nfilter young: age < 30\n");
    let told = bank.until_told(&place.rules(), Outcome::Accepted);
    assert_eq!(told.errors(), 0);
    assert_eq!((bank.count("old"), bank.count("young")), (Some(6), Some(3)));
    let set = bank.live().rule_set.accepted.clone();
    assert_eq!((set.sequence, set.filters), (2, 2));
    assert_eq!(bank.live().rule_set.history.len(), 2);
    // Who took the first moment keeps it to the end.
    assert_eq!(first.members.of("old").unwrap().count(), 4);
    assert!(first.members.of("young").is_none());
    let question = tamis::live::question::Question {
        filter: "old",
        ..Default::default()
    };
    let answer = first.moment.ask(&question, &Default::default()).unwrap();
    assert_eq!(answer.count, 4);
    bank.stop();
}

#[test]
fn a_file_replaced_a_hundred_times_a_second_settles_on_what_it_says_last() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    for number in 0..300 {
        let text = match number % 3 {
            0 => "filter old: age >=".to_owned(),
            _ => format!("filter old: age >= {}\n", number % 100),
        };
        place.write("a.tamis", &text);
    }
    place.write("a.tamis", "filter old: age >= 70\n");
    bank.until("the last text", |live| {
        live.members.of("old").unwrap().count() == 3
    });
    bank.until_told(&place.rules(), Outcome::Accepted);
    bank.stop();
}

#[test]
fn a_folder_that_is_gone_is_told_and_taken_when_it_is_back() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    let aside = place.rules().with_file_name("aside");
    std::fs::rename(place.rules(), &aside).unwrap();
    bank.until("the refusal", |live| {
        let told = live.rule_set.attempt();
        told.is_some_and(|told| told.outcome == Outcome::Refused && told.findings[0].code == "R001")
    });
    assert_eq!(bank.count("old"), Some(0));
    std::fs::rename(&aside, place.rules()).unwrap();
    bank.until_told(&place.rules(), Outcome::Unchanged);
    place.write("a.tamis", "filter older: age >= 60\n");
    bank.until("the new name", |live| live.members.of("older").is_some());
    bank.stop();
}

#[test]
fn a_rule_that_others_use_is_missed_by_name() {
    let place = Place::new(&[
        ("a.tamis", "filter old: age >= 60\n"),
        (
            "b.tamis",
            "filter far: old and city = \"Brno\"\nmetric x: if old then 1 else 0\n",
        ),
    ]);
    let bank = place.start().unwrap();
    place.remove("a.tamis");
    let told = bank.until_told(&place.rules(), Outcome::Refused);
    assert_eq!(
        told.findings[0].message,
        "`old` was removed and `far`, `x` still use it"
    );
    assert_eq!(told.findings.len(), 1);
    assert!(bank.count("old").is_some());
    bank.stop();
}

#[test]
fn a_file_that_is_no_text_is_told_with_its_place() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    std::fs::write(place.rules().join("b.tamis"), b"filter x\xFF").unwrap();
    bank.until("the refusal", |live| {
        let told = live.rule_set.attempt();
        told.is_some_and(|told| told.findings.iter().any(|it| it.code == "R004"))
    });
    place.remove("b.tamis");
    bank.until_told(&place.rules(), Outcome::Unchanged);
    bank.stop();
}
