//! Windows with bounds: `since`, `before`, `between`, `within … after`; and the
//! ends of ranges of values.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

fn counted(window: &str, seen: &str, instants: &[(&str, &str)]) {
    for (at, wanted) in instants {
        let mut bank = Bank::new(NOON);
        if !seen.is_empty() {
            bank.set(&[("seen", seen)]);
        }
        bank.purchases(&[at]);
        let count = bank.says(&format!("count(purchase, {window})"));
        assert_eq!(count, *wanted, "{window}: {at}");
    }
}

#[test]
fn since_a_date_includes_it_from_its_start() {
    counted(
        "since 2024-06-01",
        "",
        &[("2024-06-01", "1"), ("2024-05-31T23:59:59", "0")],
    );
}

#[test]
fn since_an_instant_includes_it() {
    let seen = "2024-06-01T10:00";
    counted(
        "since seen",
        seen,
        &[("2024-06-01T10:00", "1"), ("2024-06-01T09:59:59", "0")],
    );
}

#[test]
fn before_leaves_its_bound_out() {
    counted(
        "before 2024-06-01",
        "",
        &[("2024-06-01", "0"), ("2024-05-31T23:59:59", "1")],
    );
    let seen = "2024-06-01T10:00";
    counted(
        "before seen",
        seen,
        &[("2024-06-01T10:00", "0"), ("2024-06-01T09:59:59", "1")],
    );
}

#[test]
fn between_dates_includes_both_whole() {
    counted(
        "between 2024-06-01 and 2024-06-02",
        "",
        &[
            ("2024-05-31T23:59:59", "0"),
            ("2024-06-01", "1"),
            ("2024-06-02T23:59:59", "1"),
            ("2024-06-03", "0"),
        ],
    );
}

#[test]
fn between_bounds_the_wrong_way_round_is_empty() {
    counted(
        "between 2024-06-02 and 2024-06-01",
        "",
        &[("2024-06-01T12:00", "0")],
    );
}

#[test]
fn within_n_days_after_are_the_dates_x_to_x_plus_n() {
    counted(
        "within 2 days after seen",
        "2024-06-01T18:00",
        &[
            ("2024-06-01", "1"),
            ("2024-06-03T23:59:59", "1"),
            ("2024-06-04", "0"),
            ("2024-05-31T23:59:59", "0"),
        ],
    );
}

#[test]
fn within_n_hours_after_are_a_duration_with_both_ends() {
    counted(
        "within 2 hours after seen",
        "2024-06-01T18:00",
        &[
            ("2024-06-01T17:59:59", "0"),
            ("2024-06-01T18:00", "1"),
            ("2024-06-01T20:00", "1"),
            ("2024-06-01T20:00:01", "0"),
        ],
    );
}

#[test]
fn a_missing_bound_makes_the_aggregate_missing_count_too() {
    let mut bank = Bank::new(NOON);
    bank.purchases(&["2024-06-01"]);
    bank.all_say(&[
        ("count(purchase, since seen)", "missing"),
        ("any(purchase, before seen)", "unknown"),
        ("none(purchase, between 2024-01-01 and birth)", "unknown"),
        ("sum(purchase.amount, within 3 days after seen)", "missing"),
        ("2024-06-01 in since birth", "unknown"),
    ]);
}

#[test]
fn a_window_may_start_at_an_event() {
    let mut bank = Bank::new(NOON);
    bank.event("login", "2024-06-10T10:00", &[]);
    bank.purchases(&["2024-06-10T09:59:59", "2024-06-10T10:00", "2024-06-20"]);
    assert_eq!(bank.says("count(purchase, since last(login).at)"), "2");
}

#[test]
fn between_includes_both_ends() {
    for (visits, wanted) in [("29", "no"), ("30", "yes"), ("45", "yes"), ("46", "no")] {
        let mut bank = Bank::new(NOON);
        bank.set(&[("visits", visits)]);
        assert_eq!(bank.says("visits between 30 and 45"), wanted, "{visits}");
        assert_eq!(bank.says("visits in (30..45)"), wanted, "{visits}");
    }
}

#[test]
fn a_half_open_range_leaves_the_upper_end_out() {
    for (visits, wanted) in [("18", "yes"), ("64", "yes"), ("65", "no")] {
        let mut bank = Bank::new(NOON);
        bank.set(&[("visits", visits)]);
        assert_eq!(bank.says("visits in (18..<65)"), wanted, "{visits}");
    }
}

#[test]
fn a_chain_of_comparisons_is_a_range() {
    for (assets, wanted) in [
        ("49.9999", "no"),
        ("50", "yes"),
        ("499.9999", "yes"),
        ("500", "no"),
    ] {
        let mut bank = Bank::new(NOON);
        bank.set(&[("assets", assets)]);
        assert_eq!(bank.says("50 <= assets < 500"), wanted, "{assets}");
    }
}

#[test]
fn chinese_words_of_bounds_include_or_leave_out() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("visits", "5")]);
    bank.all_say(&[
        ("visits 不低于 5", "yes"),
        ("visits 不超过 5", "yes"),
        ("visits 超过 5", "no"),
        ("visits 低于 5", "no"),
        ("visits 不满 5", "no"),
    ]);
}
