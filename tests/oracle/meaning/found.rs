//! Faults that random worlds found, kept small.

use super::Bank;
use super::bank::told;

const NOON: &str = "2024-06-30T12:00";

#[test]
fn ranges_that_join_to_everything_still_ask_for_a_value() {
    let bank = Bank::new(NOON);
    // The ranges meet and cover every number; the last choice keeps the list from becoming constant.
    bank.all_say(&[
        ("score in (..<0.5, 0.5.., quota / assets)", "unknown"),
        ("score not in (..<0.5, 0.5.., quota / assets)", "unknown"),
        ("visits in (..<5, 5.., visits)", "unknown"),
    ]);
}

#[test]
fn days_between_missing_dates_do_not_overflow() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("score", "1")]);
    bank.all_say(&[
        (
            "birth - (if score > 2 then birth else min(purchase.due))",
            "missing",
        ),
        ("(birth + 1 day) - max(purchase.due)", "missing"),
    ]);
}

#[test]
fn days_since_a_date_that_cannot_be_do_not_overflow() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("birth", "9999-12-31")]);
    bank.all_say(&[
        ("days since (birth + 1 day)", "missing"),
        ("days since min(purchase.due)", "missing"),
        ("weeks since max(purchase.due)", "missing"),
    ]);
}

#[test]
fn nothing_is_left_aside_by_a_window_whose_bound_is_missing() {
    let mut bank = Bank::new(NOON);
    bank.event("purchase", "2024-06-01", &[]);
    for window in ["before seen", "since birth", "between birth and 2024-06-30"] {
        let text = format!("count(purchase where product = \"fund\", {window})");
        assert_eq!(bank.says(&text), "missing");
        assert_eq!(bank.run(&text).left_aside, [], "{window}");
    }
}

#[test]
fn parts_with_one_text_are_blamed_together() {
    let mut bank = Bank::new(NOON);
    bank.customer("d");
    bank.set(&[("visits", "9223372036854775807"), ("assets", "1")]);
    bank.set_of("d", "", &[("assets", "1")]);
    // `visits` itself is missing for one, its widening to money for the other.
    let outcome = bank.run("visits > assets");
    let because = told(&outcome.outputs[0].missing_because);
    assert_eq!(because, [("visits".to_owned(), 2)]);
}
