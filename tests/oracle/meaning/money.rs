//! Money is exact.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";
const GREATEST: &str = "922337203685477.5807";

fn spending(amounts: &[&str]) -> Bank {
    let mut bank = Bank::new(NOON);
    for amount in amounts {
        bank.event("purchase", "2024-06-01", &[("amount", amount)]);
    }
    bank
}

#[test]
fn sums_are_exact() {
    assert_eq!(
        spending(&["0.1", "0.2"]).says("sum(purchase.amount)"),
        "0.3"
    );
    assert_eq!(
        spending(&["0.1", "0.2"]).says("sum(purchase.amount) = 0.3"),
        "yes"
    );
}

#[test]
fn money_times_number_is_rounded_half_even_at_four_places() {
    for (assets, wanted) in [("0.0001", "0"), ("0.0003", "0.0002"), ("0.0005", "0.0002")] {
        let mut bank = Bank::new(NOON);
        bank.set(&[("assets", assets), ("score", "0.5")]);
        bank.all_say(&[
            ("assets * 0.5", wanted),
            ("score * assets", wanted),
            ("assets / 2", wanted),
        ]);
    }
}

#[test]
fn the_average_is_rounded_half_even() {
    assert_eq!(
        spending(&["0.0001", "0.0002"]).says("avg(purchase.amount)"),
        "0.0002"
    );
    assert_eq!(
        spending(&["0.0002", "0.0003"]).says("avg(purchase.amount)"),
        "0.0002"
    );
}

#[test]
fn sums_have_128_bits_and_are_fitted_back() {
    let bank = spending(&[GREATEST, "5", "-5"]);
    assert_eq!(bank.says("sum(purchase.amount)"), GREATEST);
    assert_eq!(
        spending(&[GREATEST, GREATEST]).says("avg(purchase.amount)"),
        GREATEST
    );
}

#[test]
fn a_sum_that_does_not_fit_is_missing() {
    assert_eq!(
        spending(&[GREATEST, "0.0001"]).says("sum(purchase.amount)"),
        "missing"
    );
    let mut bank = Bank::new(NOON);
    bank.set(&[("assets", GREATEST)]);
    bank.all_say(&[
        ("assets + 1", "missing"),
        ("assets * 2", "missing"),
        ("assets + 1 > 0", "unknown"),
    ]);
}

#[test]
fn money_over_money_is_a_number_and_over_a_number_money() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("assets", "10"), ("quota", "4")]);
    bank.all_say(&[
        ("assets / quota", "2.5"),
        ("assets / 4", "2.5"),
        ("assets / (quota - 4)", "missing"),
        ("assets - quota", "6"),
    ]);
}

#[test]
fn money_rounds_to_whole_units_half_away_from_zero() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("assets", "2.5"), ("quota", "-2.5")]);
    bank.all_say(&[
        ("round(assets)", "3"),
        ("round(quota)", "-3"),
        ("floor(quota)", "-3"),
        ("round(assets + 0.0349, 2)", "2.53"),
    ]);
}
