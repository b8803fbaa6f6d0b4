//! Filters saved from outside while the folder lives its own life.

use tamis::live::rule_set::Outcome;
use tamis::live::saved::{self, Draft, Expected, SaveError, Standing};
use tamis::rules::revision::Revision;

use crate::bank::{Place, Running};

fn save(bank: &Running, name: &str, expression: &str) -> Result<Revision, SaveError> {
    save_expecting(bank, name, expression, Expected::Any)
}

fn save_expecting(
    bank: &Running,
    name: &str,
    expression: &str,
    expected: Expected,
) -> Result<Revision, SaveError> {
    let draft = Draft {
        name,
        label: None,
        expression,
    };
    let saved = bank.reloader.save_filter(draft, expected, "王芳")?;
    Ok(saved.filter.unwrap().revision.unwrap())
}

#[test]
fn a_save_serves_at_once_and_after_a_restart_though_another_file_is_broken() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    place.write("a.tamis", "filter old: age >=\n");
    bank.until_told(&place.rules(), Outcome::Refused);
    let revision = save(&bank, "富裕", "old and city = \"Praha\"").unwrap();
    assert_eq!(bank.count("富裕"), Some(2));
    let set = bank.live().rule_set.accepted.clone();
    assert_eq!((&*set.author, set.filters), ("王芳", 2));
    // What is wrong with the folder is told without a gap.
    let told = bank.live().rule_set.attempt().unwrap();
    assert_eq!(told.outcome, Outcome::Refused);
    let text = std::fs::read_to_string(place.rules().join(saved::file_of("富裕"))).unwrap();
    assert_eq!(text, "filter 富裕: old and city = \"Praha\"\n");
    assert_eq!(revision, Revision::of(&text));
    bank.stop();
    let bank = place.start().unwrap();
    assert_eq!(bank.count("富裕"), Some(2));
    // Once the file is mended the folder is what serves, with the save.
    place.write("a.tamis", "filter old: age >= 70\n");
    bank.until_told(&place.rules(), Outcome::Accepted);
    assert_eq!((bank.count("old"), bank.count("富裕")), (Some(3), Some(1)));
    bank.stop();
}

#[test]
fn saves_that_would_harm_others_are_refused_and_leave_no_file() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    assert!(matches!(
        save(&bank, "old", "age > 1"),
        Err(SaveError::Taken { .. })
    ));
    assert!(matches!(
        save(&bank, "x", "aeg > 1"),
        Err(SaveError::Text(..))
    ));
    let first = save(&bank, "x", "age > 50").unwrap();
    let second = save(&bank, "x", "age > 60").unwrap();
    let stale = save_expecting(&bank, "x", "age > 70", Expected::Revision(first));
    let Err(SaveError::Stale { current }) = stale else {
        panic!("{stale:?}");
    };
    assert_eq!(current, Some(second));
    place.write("b.tamis", "filter leans: x and old\n");
    bank.until_told(&place.rules(), Outcome::Accepted);
    let Err(SaveError::Used { by, .. }) = bank.reloader.delete_filter("x", Expected::Any, "me")
    else {
        panic!("removed");
    };
    assert_eq!(by, ["leans"]);
    place.remove("b.tamis");
    bank.until("without the other", |live| {
        live.members.of("leans").is_none()
    });
    let gone = bank
        .reloader
        .delete_filter("x", Expected::Revision(second), "me");
    assert!(gone.unwrap().filter.is_none());
    assert_eq!(bank.count("x"), None);
    assert!(!place.rules().join(saved::file_of("x")).exists());
    let live = bank.live();
    let filters = saved::list(Standing::from(&live.moment));
    assert_eq!(filters.len(), 1);
    assert_eq!(filters[0].revision, None);
    bank.stop();
}

#[test]
fn a_rules_folder_that_cannot_be_written_is_named() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    std::fs::write(place.rules().join("saved"), "in the way").unwrap();
    let refused = save(&bank, "x", "age > 50");
    assert!(
        matches!(refused, Err(SaveError::Unwritable { .. })),
        "{refused:?}"
    );
    assert_eq!(bank.count("x"), None);
    std::fs::remove_file(place.rules().join("saved")).unwrap();
    save(&bank, "x", "age > 50").unwrap();
    bank.stop();
}

#[test]
fn saves_and_files_at_once_lose_nothing() {
    let place = Place::new(&[("a.tamis", "filter old: age >= 60\n")]);
    let bank = place.start().unwrap();
    bank.send_people();
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let bank = &bank;
            scope.spawn(move || {
                for number in 0..6 {
                    let name = format!("s{writer}_{number}");
                    save(bank, &name, &format!("age > {}", number * 10)).unwrap();
                }
            });
        }
        for number in 0..30 {
            place.write("a.tamis", &format!("filter old: age >= {number}\n"));
        }
    });
    place.write("a.tamis", "filter old: age >= 90\n");
    bank.until("all of it", |live| {
        live.members.of("old").unwrap().count() == 1 && live.members.iter().count() == 19
    });
    for writer in 0..3 {
        for number in 0..6_u64 {
            let members = bank.count(&format!("s{writer}_{number}"));
            assert_eq!(members, Some(9 - number));
        }
    }
    bank.stop();
}
