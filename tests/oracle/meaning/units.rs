//! `since`, date arithmetic, parts of dates, dates beside instants.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

fn with(fields: &[(&str, &str)]) -> Bank {
    let mut bank = Bank::new(NOON);
    bank.set(fields);
    bank
}

#[test]
fn days_since_counts_whole_dates() {
    let bank = with(&[("seen", "2024-06-29T23:59")]);
    assert_eq!(bank.says("days since seen"), "1");
}

#[test]
fn the_future_is_negative() {
    let bank = with(&[("birth", "2024-07-02"), ("seen", "2024-06-30T14:00")]);
    assert_eq!(bank.says("days since birth"), "-2");
    assert_eq!(bank.says("hours since seen >= -2"), "yes");
    assert_eq!(bank.says("hours since seen >= -1"), "no");
}

#[test]
fn months_and_years_since_turn_on_the_anniversary() {
    with(&[("birth", "2000-06-30")]).all_say(&[("years since birth", "24")]);
    with(&[("birth", "2000-07-01")]).all_say(&[("years since birth", "23")]);
    with(&[("birth", "2024-05-31")]).all_say(&[("months since birth", "1")]);
    with(&[("birth", "2024-05-30")]).all_say(&[("months since birth", "1")]);
    with(&[("birth", "2023-06-30")]).all_say(&[("quarters since birth", "4")]);
    with(&[("birth", "2024-06-17")]).all_say(&[("weeks since birth", "1")]);
}

#[test]
fn hours_since_measures_the_duration() {
    let bank = with(&[("seen", "2024-06-30T00:01")]);
    bank.all_say(&[
        ("hours since seen >= 11", "yes"),
        ("hours since seen >= 12", "no"),
        ("minutes since seen = 719", "yes"),
    ]);
}

#[test]
fn anniversaries_of_leap_days_fall_on_the_28th() {
    let mut bank = with(&[("birth", "2000-02-29")]);
    bank.at("2023-02-25T12:00");
    assert_eq!(bank.says("anniversary(birth)"), "2023-02-28");
    assert_eq!(bank.says("anniversary(birth) in next 7 days"), "yes");
    bank.at("2024-02-25T12:00");
    assert_eq!(bank.says("anniversary(birth)"), "2024-02-29");
}

#[test]
fn adding_months_clamps_to_the_months_end() {
    with(&[("birth", "2024-01-31")]).all_say(&[
        ("birth + 1 month", "2024-02-29"),
        ("birth - 2 months", "2023-11-30"),
        ("birth + 90 days", "2024-04-30"),
    ]);
}

#[test]
fn an_instant_moves_by_dates_at_the_same_clock_time() {
    let bank = with(&[("seen", "2024-03-30T12:00")]);
    bank.all_say(&[
        ("seen + 1 day", "2024-03-31T12:00:00+02:00"),
        ("seen + 24 hours", "2024-03-31T13:00:00+02:00"),
    ]);
}

#[test]
fn dates_subtract_to_whole_days() {
    let bank = with(&[("birth", "2024-06-01"), ("seen", "2024-06-29T23:59")]);
    assert_eq!(bank.says("today - birth"), "29");
    assert_eq!(bank.says("seen - birth"), "28");
}

#[test]
fn a_date_beside_an_instant_stands_for_its_whole_day() {
    let bank = with(&[("seen", "2024-06-29T15:00")]);
    bank.all_say(&[
        ("seen = 2024-06-29", "yes"),
        ("seen > 2024-06-29", "no"),
        ("seen >= 2024-06-29", "yes"),
        ("seen between 2024-06-28 and 2024-06-29", "yes"),
        ("seen < 2024-06-29", "no"),
    ]);
}

#[test]
fn an_event_with_only_a_date_happens_at_its_start() {
    let mut bank = Bank::new(NOON);
    bank.purchases(&["2024-06-29"]);
    assert_eq!(bank.says("last(purchase).at"), "2024-06-29T00:00:00+02:00");
}

#[test]
fn ago_is_a_date_before_today() {
    let bank = with(&[("birth", "2024-06-20")]);
    bank.all_say(&[
        ("birth = 10 days ago", "yes"),
        ("birth > 10 days ago", "no"),
    ]);
}
