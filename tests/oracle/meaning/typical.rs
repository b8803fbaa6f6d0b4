//! What is typical of facts: `median stddev mode modes share gap recorded`.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

fn bank_with(purchases: &[(&str, &[(&str, &str)])]) -> Bank {
    let mut bank = Bank::new(NOON);
    for (at, fields) in purchases {
        bank.event("purchase", at, fields);
    }
    bank
}

#[test]
fn the_median_is_midway_between_the_two_middle_values() {
    let mut bank = bank_with(&[
        ("2024-06-01", &[("amount", "10"), ("points", "1")]),
        ("2024-06-02", &[("amount", "40"), ("points", "9")]),
        ("2024-06-03", &[("amount", "0.0001"), ("points", "5")]),
    ]);
    bank.all_say(&[
        ("median(purchase.amount)", "10"),
        ("median(purchase.points)", "5"),
        ("median(purchase.weight)", "missing"),
        ("median(purchase.amount where points > 9)", "missing"),
    ]);
    bank.event(
        "purchase",
        "2024-06-04",
        &[("amount", "10.0003"), ("points", "2")],
    );
    bank.event("purchase", "2024-06-05", &[]);
    bank.all_say(&[
        // 10.00015 is rounded to the even neighbour.
        ("median(purchase.amount)", "10.0002"),
        ("median(purchase.points)", "3.5"),
        ("median(purchase.amount, last 28 days)", "5.0002"),
        ("中位数（purchase.points）", "3.5"),
    ]);
}

#[test]
fn the_deviation_is_that_of_a_sample() {
    let mut bank = bank_with(&[("2024-06-01", &[("weight", "2"), ("amount", "1")])]);
    bank.all_say(&[("stddev(purchase.weight)", "missing")]);
    bank.event(
        "purchase",
        "2024-06-02",
        &[("weight", "4"), ("amount", "2")],
    );
    bank.all_say(&[
        ("stddev(purchase.weight)", "1.4142135623730951"),
        ("stddev(purchase.amount)", "0.7071"),
        ("标准差（purchase.amount）", "0.7071"),
    ]);
    // The one-pass formula would lose every digit here.
    for weight in [
        "1000000000004",
        "1000000000007",
        "1000000000013",
        "1000000000016",
    ] {
        bank.event(
            "purchase",
            "2024-06-03",
            &[("weight", weight), ("product", "far")],
        );
    }
    let far = "stddev(purchase.weight where product = \"far\")";
    bank.all_say(&[(far, "5.477225575051661")]);
}

#[test]
fn the_mode_is_the_most_frequent_and_of_several_the_smallest() {
    let bank = bank_with(&[
        ("2024-06-01", &[("product", "tea"), ("points", "7")]),
        ("2024-06-02", &[("product", "bread"), ("points", "7")]),
        ("2024-06-03", &[("product", "tea"), ("points", "-1")]),
        ("2024-06-04", &[("product", "bread")]),
        ("2024-06-05", &[("product", "apple")]),
    ]);
    bank.all_say(&[
        ("mode(purchase.product)", "bread"),
        ("mode(purchase.product, last 28 days)", "apple"),
        ("mode(purchase.points)", "7"),
        ("mode(login.device)", "missing"),
        ("modes(purchase.product, 2)", "bread, tea"),
        ("modes(purchase.product, 3)", "apple, bread, tea"),
        ("modes(purchase.product, 1) contains \"bread\"", "yes"),
        ("modes(login.device, 3)", ""),
        ("modes(purchase.points, 1)", "7"),
        ("众数集（purchase.product，2） 包含 \"tea\"", "yes"),
    ]);
}

#[test]
fn the_mode_of_listed_values_follows_their_order() {
    let mut bank = Bank::new(NOON);
    bank.loan("c", "L1", "", &[("status", "B")]);
    bank.loan("c", "L2", "", &[("status", "A")]);
    bank.all_say(&[
        ("mode(loan.status)", "A"),
        ("modes(loan.status, 2)", "A, B"),
    ]);
}

#[test]
fn a_share_is_yes_among_yes_and_no() {
    let mut bank = Bank::new(NOON);
    bank.all_say(&[("share(purchase where points > 1)", "missing")]);
    bank.event("purchase", "2024-06-01", &[("points", "1")]);
    bank.all_say(&[("share(purchase where points > 1)", "0")]);
    bank.event("purchase", "2024-06-02", &[("points", "5")]);
    bank.event("purchase", "2024-06-03", &[]);
    bank.event("purchase", "2024-06-04", &[("points", "6")]);
    bank.all_say(&[
        ("share(purchase where points > 1)", "0.6666666666666666"),
        ("share(purchase where points > 1, last 28 days)", "1"),
        ("share(purchase where 1 > 0)", "1"),
        ("share(purchase where 1 > 2)", "0"),
        ("占比（purchase 其中 points > 1，近28天） = 1", "yes"),
        ("share(login where 1 > 0)", "missing"),
    ]);
}

#[test]
fn a_gap_counts_dates_between_neighbours() {
    let mut bank = Bank::new(NOON);
    bank.event("login", "2024-03-30T23:59", &[]);
    bank.all_say(&[("gap(login)", "missing")]);
    bank.event("login", "2024-03-30T08:00", &[]);
    bank.all_say(&[("gap(login)", "0")]);
    // The clock is turned in between: 23 hours, one date.
    bank.event("login", "2024-04-01T00:00", &[]);
    bank.event("login", "2024-04-20T12:00", &[]);
    bank.event("login", "2024-07-20", &[]);
    bank.all_say(&[
        ("gap(login)", "19"),
        ("gap(login, before 2024-04-02)", "2"),
        ("gap(login where device is present)", "missing"),
        ("最长间隔（login）", "19"),
    ]);
}

#[test]
fn a_gap_over_holdings_leaves_undated_ones_out() {
    let mut bank = Bank::new(NOON);
    bank.loan("c", "L1", "", &[]);
    bank.loan("c", "L3", "2024-01-05", &[]);
    bank.loan("c", "L2", "2024-01-01", &[]);
    bank.all_say(&[("gap(loan)", "4")]);
}

#[test]
fn recorded_is_since_when_the_value_is_held() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("visits", "1")]);
    bank.set_of("c", "2024-03-01", &[("city", "Brno")]);
    bank.set_of("c", "2024-05-01T09:30", &[("city", "Brno")]);
    bank.set_of("c", "2024-08-01", &[("city", "Praha")]);
    bank.all_say(&[
        ("recorded(visits)", "missing"),
        ("recorded(level)", "missing"),
        ("recorded(city)", "2024-05-01T09:30:00+02:00"),
        ("days since recorded(city)", "60"),
        ("更新时刻（city） 属于 近90天", "yes"),
        ("any(purchase, since recorded(city))", "no"),
    ]);
    bank.at("2024-04-30");
    bank.all_say(&[("recorded(city)", "2024-03-01T00:00:00+01:00")]);
    bank.at("2024-02-01");
    bank.all_say(&[("recorded(city)", "missing")]);
}

#[test]
fn what_is_cleared_is_not_recorded() {
    let mut bank = Bank::new(NOON);
    bank.set_of("c", "2024-03-01", &[("city", "Brno")]);
    bank.set_of("c", "2024-05-01", &[("city", "")]);
    bank.all_say(&[("recorded(city)", "missing")]);
}

#[test]
fn elapsed_goes_from_each_event_to_the_first_answer_after_it() {
    let mut bank = Bank::new(NOON);
    let all = "elapsed(a: login, b: purchase)";
    bank.all_say(&[(all, "missing")]);
    bank.event("login", "2024-06-01T08:00", &[("device", "x")]);
    bank.event("login", "2024-06-02T08:00", &[("device", "y")]);
    bank.event("login", "2024-06-29T08:00", &[("device", "x")]);
    bank.all_say(&[(all, "missing")]);
    bank.event("purchase", "2024-06-01T07:00", &[("product", "x")]);
    bank.event("purchase", "2024-06-02T09:30", &[("product", "x")]);
    bank.event("purchase", "2024-06-03T08:00", &[("product", "y")]);
    bank.event("purchase", "2024-06-04T08:00", &[]);
    bank.event("purchase", "2024-07-01", &[("product", "x")]);
    bank.all_say(&[
        (all, "13.5"),
        (
            "elapsed(a: login, b: purchase where b.product = a.device)",
            "24.75",
        ),
        (
            "elapsed(q: login, r: purchase where q.device = r.product, since 2024-06-02)",
            "24",
        ),
        (
            "elapsed(a: login, b: purchase, since 2024-06-29)",
            "missing",
        ),
        (
            "elapsed(a: purchase, b: purchase where b.product = a.product)",
            "26.5",
        ),
        (
            "间隔（a：login，b：purchase 其中 b.product = a.device） = 24.75",
            "yes",
        ),
    ]);
}

#[test]
fn an_answer_in_the_same_instant_comes_later_in_the_sequence() {
    let mut bank = Bank::new(NOON);
    bank.event("purchase", "2024-06-01T08:00", &[]);
    bank.event("login", "2024-06-01T08:00", &[]);
    bank.all_say(&[
        ("elapsed(a: login, b: purchase)", "missing"),
        ("elapsed(a: purchase, b: login)", "0"),
    ]);
}
