//! Conditions over periods: `months(C, last 6 whole months)` and its like.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

fn bank() -> Bank {
    let mut bank = Bank::new(NOON);
    for (at, amount) in [
        ("2023-12-31T23:59:59", "900"),
        ("2024-01-01T00:00", "60"),
        ("2024-01-31T23:59:59", "60"),
        ("2024-02-10", "30"),
        ("2024-03-05", "150"),
        ("2024-03-30", "5"),
        ("2024-05-20", "101"),
        ("2024-06-02", "500"),
    ] {
        bank.event("purchase", at, &[("amount", amount)]);
    }
    bank
}

#[test]
fn months_count_those_in_which_the_condition_holds() {
    bank().all_say(&[
        (
            "months(sum(purchase.amount) > 100, last 5 whole months)",
            "3",
        ),
        (
            "months(sum(purchase.amount) > 100, last 6 whole months)",
            "4",
        ),
        ("months(count(purchase) >= 2, last 5 whole months)", "2"),
        ("months(none(purchase), last 5 whole months)", "1"),
        ("quarters(count(purchase) >= 2, last 2 whole quarters)", "1"),
        ("years(any(purchase), last 3 whole years)", "1"),
        ("weeks(any(purchase), last 6 whole weeks)", "2"),
        ("days(any(purchase), last 30 whole days)", "1"),
        (
            "months(sum(purchase.amount) > 100, last 5 whole months) >= 3",
            "yes",
        ),
        (
            "月数（合计（purchase.amount） 超过 100，近5整月） 不低于 3",
            "yes",
        ),
    ]);
}

#[test]
fn a_metrics_name_is_read_over_the_month_too() {
    bank().all_say(&[
        ("spent", "1806"),
        ("months(spent > 100, last 5 whole months)", "3"),
        ("months(spent_more > 300, last 5 whole months)", "3"),
        (
            "months(spent > 100, last 5 whole months) + spent / 1806",
            "4",
        ),
    ]);
}

#[test]
fn a_window_of_its_own_stands() {
    bank().all_say(&[
        (
            "months(sum(purchase.amount, last 90 days) > 100, last 4 whole months)",
            "4",
        ),
        (
            "months(any(purchase, since 2024-06-01), last 4 whole months)",
            "4",
        ),
        // The bound is an aggregate without a window: the first purchase of each month.
        (
            "months(count(purchase, since first(purchase).at) = 1, last 5 whole months)",
            "0",
        ),
        (
            "months(count(purchase, since last(purchase).at) <= 2, last 5 whole months)",
            "1",
        ),
    ]);
}

#[test]
fn unknown_months_are_not_counted() {
    bank().all_say(&[
        (
            "months(avg(purchase.amount) < 100, last 5 whole months)",
            "3",
        ),
        (
            "months(not avg(purchase.amount) < 100, last 5 whole months)",
            "1",
        ),
        ("months(assets > 5, last 5 whole months)", "0"),
        ("months(assets > 5, last 5 whole months) = 0", "yes"),
    ]);
}

#[test]
fn what_has_no_date_is_read_as_it_is_now() {
    let mut bank = bank();
    bank.set(&[("visits", "3")]);
    bank.loan("c", "L1", "2024-06-01", &[("amount", "5")]);
    bank.all_say(&[
        ("months(visits = 3, last 5 whole months)", "5"),
        ("months(count(loan) = 1, last 5 whole months)", "5"),
        (
            "months(visits = 3 and any(purchase), last 5 whole months)",
            "4",
        ),
    ]);
}

#[test]
fn other_customers_are_asked_over_the_month_too() {
    let mut bank = bank();
    bank.customer("d");
    bank.join("friend", "d", "c", "");
    let asked = "months(any friend (count(purchase) >= 2), last 5 whole months)";
    assert_eq!(bank.says_of("d", asked), "2");
    let inside = "any friend (months(count(purchase) >= 2, last 5 whole months) = 2)";
    assert_eq!(bank.says_of("d", inside), "yes");
}

#[test]
fn series_inside_go_by_units_of_the_month() {
    bank().all_say(&[
        (
            "months(count(purchase by day) = 2, last 5 whole months)",
            "2",
        ),
        (
            "months(streak(purchase by week) >= 1, last 5 whole months)",
            "4",
        ),
        (
            "months(peak(count(purchase), 7 days) = 2, last 5 whole months)",
            "0",
        ),
        ("months(gap(purchase) > 20, last 5 whole months)", "2"),
        (
            "months(trend(sum(purchase.amount) by day) < 0, last 5 whole months)",
            "2",
        ),
    ]);
}

#[test]
fn inside_where_months_are_the_customers() {
    bank().all_say(&[
        (
            "count(purchase where amount > 50 * months(count(purchase) >= 2, last 5 whole months))",
            "4",
        ),
        (
            "months(any(purchase where amount > self.assets default 100), last 5 whole months)",
            "2",
        ),
    ]);
}
