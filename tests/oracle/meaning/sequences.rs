//! One event after the other.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

/// A purchase of 100 on the 10th, logins on the 12th (web) and the 20th (app).
fn bank() -> Bank {
    let mut bank = Bank::new(NOON);
    bank.event("purchase", "2024-06-10T09:00", &[("amount", "100")]);
    bank.event("login", "2024-06-12T08:00", &[("device", "web")]);
    bank.event("login", "2024-06-20T08:00", &[("device", "app")]);
    bank
}

#[test]
fn each_step_comes_after_the_one_before() {
    bank().all_say(&[
        ("followed(purchase, login)", "yes"),
        ("followed(login, purchase)", "no"),
        ("followed(login, login)", "yes"),
        ("followed(login, login, login)", "no"),
        ("followed(purchase, login where device = \"app\")", "yes"),
        ("先后（purchase，login 其中 device = \"app\"）", "yes"),
    ]);
}

#[test]
fn within_counts_dates_from_the_step_before() {
    bank().all_say(&[
        ("followed(purchase, login within 2 days)", "yes"),
        ("followed(purchase, login within 1 days)", "no"),
        ("followed(purchase, login within 3 to 9 days)", "no"),
        ("followed(purchase, login within 3 to 10 days)", "yes"),
        ("followed(purchase, login within 46 hours)", "no"),
        ("followed(purchase, login within 47 hours)", "yes"),
        ("先后（purchase，3至10天内 login）", "yes"),
        ("先后（purchase，1天内 login）", "no"),
    ]);
}

#[test]
fn a_later_first_event_may_be_the_one_that_fits() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-19T09:00", &[]);
    bank.all_say(&[
        (
            "followed(purchase, login where device = \"app\" within 1 days)",
            "yes",
        ),
        ("followed(purchase, purchase, login within 1 days)", "yes"),
    ]);
}

#[test]
fn later_steps_name_earlier_ones() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-21T09:00", &[("amount", "60")]);
    bank.event("purchase", "2024-06-22T09:00", &[("amount", "20")]);
    let half = |days| {
        format!(
            "followed(a: purchase, b: purchase where b.amount >= a.amount / 2 within {days} days)"
        )
    };
    assert_eq!(bank.says(&half(11)), "yes");
    assert_eq!(bank.says(&half(10)), "no");
    bank.all_say(&[
        ("followed(a: purchase, login, c: purchase where amount < a.amount / 4)", "yes"),
        ("followed(a: purchase, login, c: purchase where amount < a.amount / 5)", "no"),
        (
            "followed(a: purchase, b: purchase where amount < a.amount, c: purchase where amount < a.amount - b.amount)",
            "yes",
        ),
        ("先后（甲：purchase，乙：11天内 purchase 其中 乙.amount >= 甲.amount / 2）", "yes"),
    ]);
}

#[test]
fn events_of_an_instant_stand_by_their_sequence() {
    let mut bank = Bank::new(NOON);
    bank.event("login", "2024-06-10T09:00", &[]);
    bank.event("purchase", "2024-06-10T09:00", &[]);
    bank.all_say(&[
        ("followed(login, purchase)", "yes"),
        ("followed(purchase, login)", "no"),
        ("followed(login, purchase within 0 days)", "yes"),
    ]);
}

#[test]
fn absence_holds_when_its_span_is_over() {
    let mut bank = Bank::new(NOON);
    bank.event("login", "2024-06-25T23:00", &[]);
    let quiet = |days| format!("followed(login, no purchase within {days} days)");
    assert_eq!(bank.says(&quiet(4)), "yes");
    assert_eq!(bank.says(&quiet(5)), "no", "the 30th is the fifth day");
    assert_eq!(
        bank.says("followed(login, no purchase within 109 hours)"),
        "no"
    );
    assert_eq!(
        bank.says("followed(login, no purchase within 108 hours)"),
        "yes"
    );
    bank.event("purchase", "2024-06-29T00:00", &[("amount", "5")]);
    assert_eq!(bank.says(&quiet(4)), "no");
    assert_eq!(bank.says(&quiet(3)), "yes");
    assert_eq!(bank.says("先后（login，3天内 未 purchase）"), "yes");
    bank.all_say(&[
        (
            "followed(login, no purchase where amount > 5 within 4 days)",
            "yes",
        ),
        ("followed(login, no purchase within 1 to 4 days)", "no"),
    ]);
    bank.at("2024-07-01T00:00");
    assert_eq!(bank.says("followed(login, no login within 5 days)"), "yes");
}

#[test]
fn absence_without_a_span_goes_to_the_next_event() {
    bank().all_say(&[
        ("followed(purchase, no login, login where device = \"app\")", "no"),
        ("followed(purchase, no login, login where device = \"web\")", "yes"),
        ("followed(login, no purchase, login)", "yes"),
        (
            "followed(a: purchase, no l: login where l.at < a.at + 3 days, login where device = \"app\")",
            "no",
        ),
    ]);
}

#[test]
fn what_is_unknown_of_an_event_leaves_it_aside() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-15T09:00", &[]);
    bank.all_say(&[
        ("followed(login, purchase where amount > 5)", "no"),
        (
            "followed(login, no purchase where amount > 5 within 7 days)",
            "yes",
        ),
        ("followed(login, purchase where amount is missing)", "yes"),
    ]);
}

#[test]
fn events_ahead_are_not_seen() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-30T12:01", &[]);
    assert_eq!(bank.says("followed(login, purchase)"), "no");
    bank.at("2024-06-30T12:01");
    assert_eq!(bank.says("followed(login, purchase)"), "yes");
}

#[test]
fn a_fact_has_a_name_for_aggregates_inside() {
    let mut bank = bank();
    bank.event("login", "2024-06-25T08:00", &[("device", "app")]);
    bank.all_say(&[
        ("count(t: login where any(login where device = t.device and at > t.at))", "1"),
        ("count(t: login where none(login, within 5 days after t.at))", "0"),
        ("count(t: login where count(login, within 5 days after t.at) = 2)", "1"),
        ("次数（甲：login 其中 有（login 其中 device = 甲.device 且 时间 > 甲.时间））", "1"),
        ("count(t: login where followed(x: purchase, login where device = t.device and at = t.at))", "3"),
    ]);
}

/// (text, field, facts) of what was left aside.
fn aside(bank: &Bank, text: &str) -> Vec<(String, String, u64)> {
    let outcome = bank.run(text);
    let found = outcome.left_aside.iter();
    found
        .map(|it| (it.aggregate.to_string(), it.field.to_string(), it.events))
        .collect()
}

#[test]
fn what_a_step_leaves_aside_is_counted_once() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-11T09:00", &[("points", "1")]);
    bank.event("purchase", "2024-06-12T09:00", &[("amount", "7")]);
    let once = |text: &str, count| vec![(text.to_owned(), "amount".to_owned(), count)];
    let both = "followed(purchase where amount > 50, login)";
    assert_eq!(aside(&bank, both), once(both, 1));
    // Two steps leave the same event aside.
    let twice = "followed(purchase where amount > 50, no purchase where amount > 5 within 2 days)";
    assert_eq!(aside(&bank, twice), once(twice, 1));
    // What is held against an earlier event is asked for each of these.
    let named = "followed(a: purchase, b: purchase where amount > a.amount)";
    assert_eq!(aside(&bank, named), []);
}

#[test]
fn what_the_units_of_a_period_leave_aside_is_counted_once() {
    let mut bank = Bank::new(NOON);
    for at in [
        "2024-03-10",
        "2024-04-10",
        "2024-05-10",
        "2024-05-11",
        "2024-06-10",
    ] {
        bank.event("purchase", at, &[]);
    }
    let once = |text: &str, count| vec![(text.to_owned(), "amount".to_owned(), count)];
    // April and May; of its own window each purchase counts once, though two units ask.
    let units = "months(any(purchase where amount > 5), last 2 whole months) > 0";
    assert_eq!(
        aside(&bank, units),
        once("any(purchase where amount > 5)", 3)
    );
    let own = "months(any(purchase where amount > 5, last 365 days), last 2 whole months) > 0";
    assert_eq!(
        aside(&bank, own),
        once("any(purchase where amount > 5, last 365 days)", 5)
    );
}
