//! Starts with sound folders, broken ones, and none.

use tamis::live::reload::StartError;
use tamis::live::rule_set::Outcome;

use crate::bank::{Place, SCHEMA};

#[test]
fn a_start_with_a_broken_folder_serves_the_set_accepted_last() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    place.write("a.tamis", "filter old: age >= 50\n");
    bank.until_told(&place.rules(), Outcome::Accepted);
    let served = bank.live().rule_set.accepted.clone();
    bank.stop();
    place.write("a.tamis", "filter old: age >=\n");
    place.write("schema.tamis", "customer { nonsense }\n");
    for _ in 0..2 {
        let bank = place.start().unwrap();
        assert_eq!(bank.count("old"), Some(5));
        assert_eq!(bank.live().rule_set.accepted, served);
        let told = bank.until_told(&place.rules(), Outcome::Refused);
        assert!(told.errors() >= 2);
        bank.stop();
    }
    std::fs::remove_dir_all(place.rules()).unwrap();
    let bank = place.start().unwrap();
    assert_eq!(bank.count("old"), Some(5));
    std::fs::create_dir(place.rules()).unwrap();
    place.write("schema.tamis", SCHEMA);
    place.write("b.tamis", "filter young: age < 30\n");
    bank.until("the new folder", |live| live.members.of("young").is_some());
    assert_eq!(bank.count("old"), None);
    assert_eq!(bank.count("young"), Some(3));
    bank.stop();
}

#[test]
fn a_first_start_with_a_broken_folder_says_what_is_wrong() {
    let place = Place::new(&[("a.tamis", "filter old: aeg >= 60\n")]);
    let Err(StartError::Rules(told)) = place.start() else {
        panic!("it began");
    };
    assert_eq!(told.findings[0].code, "E201");
    assert!(!place.data().exists());
}
