//! Reviews of tiers in a running core: kept in the store with what follows from them,
//! made up after a sleep, neither lost nor held again by a kill.

use std::fs;
use std::path::Path;

use tamis::base::calendar::Date;
use tamis::engine::reviewed::Reviews;
use tamis::ingest::facts::IncomingKind;
use tamis::live::members::Cause;
use tamis::live::review_records;

use crate::running::Bank;

const GRADE: &str =
    "tiers grade by assets { gold: top 25%  silver: top 50%  basic: else  keep 25% }";
const DAY: i64 = 86_400;

fn bank() -> Bank {
    let bank = Bank::new(GRADE, "2024-05-10T12:00");
    let lines = "{\"id\":\"a\",\"assets\":100}\n{\"id\":\"b\",\"assets\":90}\n{\"id\":\"c\",\"assets\":80}\n{\"id\":\"d\",\"assets\":70}";
    bank.send(IncomingKind::Customers, lines);
    bank
}

fn stored(bank: &Bank) -> Reviews {
    let loaded = bank.core().with_store(review_records::load);
    loaded.unwrap().unwrap()
}

fn dates(reviews: &Reviews) -> Vec<String> {
    reviews
        .iter()
        .map(|(_, review)| review.date.to_string())
        .collect()
}

fn stands(reviews: &Reviews, date: &str) -> String {
    let standing = reviews.at("grade", Date::parse(date).unwrap()).unwrap();
    let class = |row| standing.class(row).map_or("-", |class| &**class).to_owned();
    (0..4).map(class).collect::<Vec<_>>().join(" ")
}

/// What a kill leaves: the folder as it is now, opened by another.
fn killed(bank: &mut Bank, seconds: i64) {
    let (from, to) = (
        bank.folder.path().join("data"),
        bank.folder.path().join("killed"),
    );
    copied(&from, &to);
    bank.core.take().unwrap().close().unwrap();
    fs::remove_dir_all(&from).unwrap();
    fs::rename(&to, &from).unwrap();
    bank.pass(seconds);
    bank.open();
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => copied(&entry.path(), &target),
            kind if kind.is_file() => drop(fs::copy(entry.path(), target).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn a_review_is_in_the_store_with_what_follows_from_it() {
    let mut bank = bank();
    bank.look();
    assert_eq!(dates(&stored(&bank)), [""; 0]);
    bank.pass(DAY / 2 + 60);
    bank.look();
    assert_eq!(dates(&stored(&bank)), ["2024-05-11"]);
    assert_eq!(
        &stored(&bank),
        &**bank.core().live().members.ranks().reviews()
    );
    bank.send(IncomingKind::Customers, "{\"id\":\"d\",\"assets\":500}");
    bank.look();
    assert_eq!(bank.told["grade = gold"], ["a".to_owned()].into());
    let seen = bank.seen;
    killed(&mut bank, 0);
    bank.look();
    assert_eq!(
        (bank.seen, dates(&stored(&bank))),
        (seen, vec!["2024-05-11".to_owned()])
    );
    bank.pass(DAY);
    bank.look();
    // a fell by one place, which is kept.
    assert_eq!(
        bank.told["grade = gold"],
        ["a".to_owned(), "d".to_owned()].into()
    );
    assert_eq!(
        stands(&stored(&bank), "2024-05-12"),
        "gold silver basic gold"
    );
}

#[test]
fn a_core_that_slept_makes_up_each_date_and_tells_once() {
    let mut bank = bank();
    bank.pass(DAY);
    bank.look();
    let sent = bank.now().0;
    // Dated ahead: each counts from its own date on.
    for (days, assets) in [(1, 500), (2, 50)] {
        let since = bank
            .zone
            .format(tamis::base::calendar::Instant(sent + days * DAY));
        let line = format!("{{\"id\":\"d\",\"assets\":{assets},\"since\":\"{since}\"}}");
        bank.send(IncomingKind::Customers, &line);
    }
    killed(&mut bank, 4 * DAY);
    let reviews = stored(&bank);
    let made_up = [
        "2024-05-11",
        "2024-05-12",
        "2024-05-13",
        "2024-05-14",
        "2024-05-15",
    ];
    assert_eq!(dates(&reviews), made_up);
    let at = |date| stands(&reviews, date);
    assert_eq!(at("2024-05-12"), "gold silver basic basic");
    // The first of four; a is kept, b fell to the third place, which silver keeps.
    assert_eq!(at("2024-05-13"), "gold silver basic gold");
    assert_eq!(at("2024-05-14"), "gold silver basic basic");
    bank.look();
    let seen = bank.seen;
    killed(&mut bank, 0);
    bank.look();
    assert_eq!((bank.seen, dates(&stored(&bank)).len()), (seen, 5));
}

#[test]
fn after_a_long_sleep_the_last_month_of_dates_is_made_up() {
    let mut bank = bank();
    bank.pass(DAY);
    bank.look();
    killed(&mut bank, 100 * DAY);
    let reviews = stored(&bank);
    let found = dates(&reviews);
    assert_eq!(found.len(), 32, "{found:?}");
    assert_eq!(
        (&*found[0], &*found[1], &*found[31]),
        ("2024-05-11", "2024-07-20", "2024-08-19")
    );
}

#[test]
fn a_sleep_is_told_as_found_after_a_restart() {
    let mut bank = bank();
    bank.pass(DAY);
    bank.send(IncomingKind::Customers, "{\"id\":\"d\",\"assets\":500}");
    bank.look();
    let seen = bank.seen;
    killed(&mut bank, DAY);
    let (records, _) = bank.core().matches(seen, 10).unwrap();
    let told: Vec<(&str, bool)> = records
        .iter()
        .map(|it| (&*it.rule, it.cause == Cause::Restart))
        .collect();
    assert_eq!(told, [("grade = gold", true), ("grade = basic", true)]);
    bank.look();
}
