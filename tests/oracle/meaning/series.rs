//! Facts unit by unit: `count(… by day) streak peak trend rising falling`.

use super::Bank;

/// A Sunday, the last day of a month and of a week.
const NOON: &str = "2024-06-30T12:00";

fn logins(instants: &[&str]) -> Bank {
    let mut bank = Bank::new(NOON);
    for at in instants {
        bank.event("login", at, &[]);
    }
    bank
}

/// A purchase on the tenth of each of the months.
fn monthly(purchases: &[(&str, &[&str])]) -> Bank {
    let mut bank = Bank::new(NOON);
    for (month, amounts) in purchases {
        for amount in *amounts {
            let fields = [
                ("amount", *amount),
                ("points", *amount),
                ("weight", *amount),
            ];
            bank.event("purchase", &format!("{month}-10"), &fields);
        }
    }
    bank
}

#[test]
fn units_with_a_fact_are_counted_once() {
    let bank = logins(&[
        "2024-06-03T00:00",
        "2024-06-03T23:59:59",
        "2024-06-09",
        "2024-06-10",
        "2024-05-31",
        "2024-07-01",
    ]);
    bank.all_say(&[
        ("count(login by day)", "4"),
        ("count(login by week)", "3"),
        ("count(login by month)", "2"),
        ("count(login by year)", "1"),
        ("count(login by day, last 28 days)", "3"),
        ("count(login where device is present by day)", "0"),
        ("次数（login 按日，近28天）", "3"),
    ]);
}

#[test]
fn a_streak_crosses_the_ends_of_months_and_includes_today() {
    let bank = logins(&[
        "2024-02-28",
        "2024-02-29",
        "2024-03-01T23:59",
        "2024-03-01T00:01",
        "2024-06-29",
        "2024-06-30",
        "2024-07-01",
    ]);
    bank.all_say(&[
        ("streak(login by day)", "3"),
        ("streak(login by day, last 7 days)", "2"),
        ("streak(login by month)", "2"),
        ("streak(login by quarter)", "2"),
        ("streak(purchase by day)", "0"),
        ("连续（login 按天）", "3"),
    ]);
}

#[test]
fn a_streak_by_week_turns_on_monday() {
    // 31 December is a Monday; the weeks of two years are neighbours.
    let bank = logins(&["2018-12-30", "2018-12-31", "2019-01-07"]);
    bank.all_say(&[
        ("streak(login by week)", "3"),
        ("streak(login by year)", "2"),
    ]);
}

#[test]
fn a_peak_is_the_busiest_run_of_dates() {
    let bank = logins(&[
        "2024-03-25T23:00",
        "2024-03-31T00:30",
        "2024-03-31T20:00",
        "2024-04-01T00:00",
        "2024-05-05",
    ]);
    bank.all_say(&[
        ("peak(count(login), 7 days)", "3"),
        ("peak(count(login), 8 days)", "4"),
        ("peak(count(login), 1 weeks)", "3"),
        ("peak(count(login), 1 days)", "2"),
        ("peak(count(login), 7 days, last 92 days)", "3"),
        ("peak(count(login, last 91 days), 2 days)", "1"),
        ("peak(count(purchase), 7 days)", "0"),
        ("峰值（次数（login），7天）", "3"),
    ]);
}

#[test]
fn a_peak_of_sums_may_leave_dates_out_on_both_sides() {
    let mut bank = Bank::new(NOON);
    for (day, amount) in [("01", "-5"), ("03", "10"), ("05", "-5")] {
        let fields = [("amount", amount), ("points", amount), ("weight", amount)];
        bank.event("purchase", &format!("2024-06-{day}"), &fields);
    }
    bank.all_say(&[
        ("peak(sum(purchase.amount), 3 days)", "10"),
        ("peak(sum(purchase.points), 4 days)", "5"),
        ("peak(sum(purchase.weight), 5 days)", "5"),
        ("peak(sum(purchase.weight where points < 0), 2 days)", "-5"),
        ("peak(sum(loan.amount), 2 days)", "0"),
    ]);
}

#[test]
fn a_trend_is_the_slope_through_complete_units() {
    let bank = monthly(&[
        ("2024-01", &["10"]),
        ("2024-02", &["20"]),
        ("2024-03", &["15", "15"]),
        ("2024-05", &["50"]),
        // Neither the month that runs nor the one that the window cuts counts.
        ("2024-06", &["7000"]),
        ("2023-12", &["9000"]),
    ]);
    bank.all_say(&[
        (
            "trend(sum(purchase.points) by month, since 2024-01-01)",
            "6",
        ),
        (
            "trend(sum(purchase.amount) by month, since 2024-01-01)",
            "6",
        ),
        (
            "trend(sum(purchase.amount) by month, since 2023-12-15)",
            "6",
        ),
        (
            "trend(sum(purchase.points) by month, last 5 whole months)",
            "6",
        ),
        // From 31 December on: January to May.
        ("trend(count(purchase) by month, last 6 months)", "-0.1"),
        // April has no mean: x is 0, 1, 2 and 4.
        (
            "trend(avg(purchase.points) by month, since 2024-01-01)",
            "9.571428571428571",
        ),
        (
            "trend(sum(purchase.points) by month, last 1 whole months)",
            "missing",
        ),
        ("trend(count(login) by month, last 5 whole months)", "0"),
        ("trend(max(loan.amount) by month)", "missing"),
        ("趋势（合计（purchase.points） 按月，近5整月）", "6"),
    ]);
}

#[test]
fn without_a_window_a_trend_begins_with_the_first_fact() {
    let bank = monthly(&[
        ("2024-03", &["1"]),
        ("2024-04", &["2"]),
        ("2024-05", &["3"]),
    ]);
    bank.all_say(&[
        ("trend(sum(purchase.weight) by month)", "1"),
        ("rising(sum(purchase.weight) by month)", "yes"),
        (
            "rising(sum(purchase.weight) by month, before 2024-05-31)",
            "yes",
        ),
        (
            "falling(sum(purchase.weight) by month, before 2024-05-01)",
            "no",
        ),
        (
            "rising(sum(purchase.weight) by month, last 4 whole months)",
            "yes",
        ),
        (
            "rising(sum(purchase.weight) by month, last 5 whole months)",
            "no",
        ),
    ]);
}

#[test]
fn rising_is_strict_and_the_month_that_runs_is_left_out() {
    let bank = monthly(&[
        ("2024-02", &["5"]),
        ("2024-03", &["6", "1"]),
        ("2024-04", &["8"]),
        ("2024-05", &["8"]),
        ("2024-06", &["1"]),
    ]);
    bank.all_say(&[
        (
            "rising(sum(purchase.amount) by month, since 2024-02-01)",
            "no",
        ),
        (
            "rising(sum(purchase.amount) by month, between 2024-02-01 and 2024-04-30)",
            "yes",
        ),
        (
            "rising(sum(purchase.amount) by month, between 2024-01-15 and 2024-05-15)",
            "yes",
        ),
        (
            "falling(sum(purchase.amount) by month, last 2 whole months)",
            "no",
        ),
        (
            "rising(max(purchase.points) by month, between 2024-02-01 and 2024-04-30)",
            "yes",
        ),
        (
            "rising(count(purchase) by quarter, last 2 whole quarters)",
            "yes",
        ),
        ("递增（次数（purchase） 按季度，近2整季度）", "yes"),
    ]);
}

#[test]
fn a_unit_without_a_value_makes_it_unknown_but_a_sum_is_nothing() {
    let bank = monthly(&[("2024-03", &["5"]), ("2024-05", &["7"])]);
    bank.all_say(&[
        (
            "rising(avg(purchase.amount) by month, last 3 whole months)",
            "unknown",
        ),
        (
            "rising(sum(purchase.amount) by month, last 3 whole months)",
            "no",
        ),
        (
            "rising(sum(purchase.amount) by month, last 2 whole months)",
            "yes",
        ),
        (
            "falling(count(purchase) by month, between 2024-03-01 and 2024-04-30)",
            "yes",
        ),
        (
            "rising(count(purchase) by month, last 1 whole months)",
            "unknown",
        ),
        ("rising(count(login) by month, last 2 whole months)", "no"),
        (
            "rising(stddev(purchase.amount) by month, last 3 whole months)",
            "unknown",
        ),
        ("falling(count(login) by week, last 4 whole weeks)", "no"),
    ]);
}

#[test]
fn a_unit_is_complete_from_its_first_second_to_its_last() {
    let bank = monthly(&[("2024-03", &["1"]), ("2024-04", &["2"])]);
    let over = |from: &str, to: &str| {
        bank.says(&format!(
            "rising(count(purchase) by month, between {from} and {to})"
        ))
    };
    assert_eq!(over("2024-03-01T00:00", "2024-04-30T23:59"), "unknown");
    assert_eq!(over("2024-03-01T00:00", "2024-05-01T00:00"), "no");
    assert_eq!(over("2024-03-01T00:01", "2024-05-01T00:00"), "unknown");
    assert_eq!(over("2024-03-01", "2024-04-30"), "no");
    let by_month = "trend(sum(purchase.points) by month, last 3000 hours)";
    // From 26 February 2024 on.
    assert_eq!(bank.says(by_month), "-0.5");
}
