//! Windows of dates.

use super::Bank;

/// A Sunday.
const NOON: &str = "2024-06-30T12:00";

fn counted(now: &str, window: &str, instants: &[(&str, &str)]) {
    for (at, wanted) in instants {
        let mut bank = Bank::new(now);
        bank.purchases(&[at]);
        let count = bank.says(&format!("count(purchase, {window})"));
        assert_eq!(count, *wanted, "{window} at {now}: {at}");
    }
}

#[test]
fn dates_are_those_of_the_business_zone() {
    let window = "last 1 day";
    counted(
        NOON,
        window,
        &[("2024-06-29T22:30Z", "1"), ("2024-06-29T21:30Z", "0")],
    );
}

#[test]
fn last_90_days_are_the_90_dates_up_to_and_including_today() {
    counted(
        NOON,
        "last 90 days",
        &[
            ("2024-06-30", "1"),
            ("2024-04-02", "1"),
            ("2024-04-01T23:59:59", "0"),
        ],
    );
}

#[test]
fn last_90_whole_days_are_the_90_before_today() {
    counted(
        NOON,
        "last 90 whole days",
        &[
            ("2024-06-30", "0"),
            ("2024-06-29T23:59:59", "1"),
            ("2024-04-01", "1"),
            ("2024-03-31T23:59:59", "0"),
        ],
    );
}

#[test]
fn previous_90_days_are_the_90_before_last_90_days() {
    counted(
        NOON,
        "previous 90 days",
        &[
            ("2024-04-02", "0"),
            ("2024-04-01T23:59:59", "1"),
            ("2024-01-03", "1"),
            ("2024-01-02T23:59:59", "0"),
        ],
    );
}

#[test]
fn last_n_months_start_the_day_after_the_date_n_months_back() {
    counted(
        NOON,
        "last 1 month",
        &[("2024-05-31", "1"), ("2024-05-30T23:59:59", "0")],
    );
}

#[test]
fn the_date_n_months_back_is_clamped_to_the_months_end() {
    counted(
        "2024-03-31T12:00",
        "last 1 month",
        &[("2024-03-01", "1"), ("2024-02-29T23:59:59", "0")],
    );
}

#[test]
fn previous_n_months_end_where_last_n_months_start() {
    counted(
        NOON,
        "previous 1 month",
        &[
            ("2024-05-31", "0"),
            ("2024-05-30", "1"),
            ("2024-05-01", "1"),
            ("2024-04-30", "0"),
        ],
    );
}

#[test]
fn whole_months_are_the_calendar_months_before_this_one() {
    counted(
        NOON,
        "last 2 whole months",
        &[
            ("2024-06-01", "0"),
            ("2024-05-31T23:59:59", "1"),
            ("2024-04-01", "1"),
            ("2024-03-31T23:59:59", "0"),
        ],
    );
}

#[test]
fn whole_quarters_and_years_are_those_before_this_one() {
    counted(
        NOON,
        "last 1 whole quarter",
        &[
            ("2024-01-01", "1"),
            ("2024-03-31", "1"),
            ("2024-04-01", "0"),
        ],
    );
    counted(
        NOON,
        "last 1 whole year",
        &[
            ("2023-01-01", "1"),
            ("2023-12-31", "1"),
            ("2024-01-01", "0"),
        ],
    );
}

#[test]
fn last_weeks_are_seven_dates_each() {
    counted(
        NOON,
        "last 2 weeks",
        &[("2024-06-17", "1"), ("2024-06-16T23:59:59", "0")],
    );
}

#[test]
fn weeks_start_on_monday() {
    counted(
        NOON,
        "this week",
        &[("2024-06-24", "1"), ("2024-06-23T23:59:59", "0")],
    );
    counted(
        NOON,
        "last 1 whole week",
        &[
            ("2024-06-24", "0"),
            ("2024-06-23", "1"),
            ("2024-06-17", "1"),
            ("2024-06-16", "0"),
        ],
    );
}

#[test]
fn this_unit_is_the_whole_calendar_unit() {
    counted(
        NOON,
        "this month",
        &[("2024-06-01", "1"), ("2024-05-31", "0")],
    );
    counted(
        NOON,
        "this quarter",
        &[("2024-04-01", "1"), ("2024-03-31", "0")],
    );
    counted(
        NOON,
        "this year",
        &[("2024-01-01", "1"), ("2023-12-31", "0")],
    );
    counted(
        NOON,
        "this day",
        &[("2024-06-30", "1"), ("2024-06-29", "0")],
    );
}

#[test]
fn previous_unit_is_the_calendar_unit_before() {
    counted(
        NOON,
        "previous month",
        &[
            ("2024-06-01", "0"),
            ("2024-05-31", "1"),
            ("2024-05-01", "1"),
            ("2024-04-30", "0"),
        ],
    );
    counted(
        NOON,
        "previous day",
        &[("2024-06-29", "1"), ("2024-06-28", "0")],
    );
    counted(
        NOON,
        "previous week",
        &[("2024-06-17", "1"), ("2024-06-24", "0")],
    );
    counted(
        NOON,
        "previous quarter",
        &[("2024-01-01", "1"), ("2024-04-01", "0")],
    );
    counted(
        NOON,
        "previous year",
        &[("2023-01-01", "1"), ("2024-01-01", "0")],
    );
}

#[test]
fn next_n_days_includes_today() {
    for (birth, wanted) in [
        ("2024-06-29", "no"),
        ("2024-06-30", "yes"),
        ("2024-07-06", "yes"),
        ("2024-07-07", "no"),
    ] {
        let mut bank = Bank::new(NOON);
        bank.set(&[("birth", birth)]);
        assert_eq!(bank.says("birth in next 7 days"), wanted, "{birth}");
    }
}

#[test]
fn next_n_months_end_the_day_before_their_return() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("birth", "2024-07-29")]);
    assert_eq!(bank.says("birth in next 1 month"), "yes");
    bank.set(&[("birth", "2024-07-30")]);
    assert_eq!(bank.says("birth in next 1 month"), "no");
}

#[test]
fn facts_after_now_are_never_seen() {
    for window in [
        "last 1 day",
        "this month",
        "between 2024-06-01 and 2025-01-01",
        "since 2024-06-01",
        "before 2025-01-01",
        "within 90 days after 2024-06-01",
    ] {
        counted(
            NOON,
            window,
            &[("2024-06-30T12:00:01", "0"), ("2024-06-30T12:00", "1")],
        );
    }
    let mut bank = Bank::new(NOON);
    bank.purchases(&["2024-07-01"]);
    assert_eq!(bank.says("any(purchase)"), "no");
}

#[test]
fn a_date_in_a_window_is_not_cut_at_now() {
    let mut bank = Bank::new("2024-06-10T12:00");
    bank.set(&[("birth", "2024-06-20"), ("seen", "2024-06-10T13:00")]);
    bank.all_say(&[
        ("birth in this month", "yes"),
        ("birth not in this month", "no"),
        ("birth in between 2024-06-01 and 2024-06-30", "yes"),
        ("birth in within 30 days after 2024-06-01", "yes"),
        ("seen in this month", "yes"),
    ]);
}

#[test]
fn only_since_ends_at_now() {
    let mut bank = Bank::new("2024-06-10T12:00");
    bank.set(&[("birth", "2024-06-11"), ("seen", "2024-06-10T12:00:01")]);
    assert_eq!(bank.says("birth in since 2024-06-01"), "no");
    assert_eq!(bank.says("seen in since 2024-06-01"), "no");
    bank.set(&[("birth", "2024-06-10"), ("seen", "2024-06-10T12:00")]);
    assert_eq!(bank.says("birth in since 2024-06-01"), "yes");
    assert_eq!(bank.says("seen in since 2024-06-01"), "yes");
}

#[test]
fn a_missing_date_in_a_window_is_unknown() {
    let bank = Bank::new(NOON);
    bank.all_say(&[
        ("birth in last 30 days", "unknown"),
        ("birth not in last 30 days", "unknown"),
    ]);
}
