//! Arithmetic, functions, aggregates of numbers.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

fn bank() -> Bank {
    let mut bank = Bank::new(NOON);
    bank.set(&[("visits", "3"), ("score", "2.5")]);
    bank
}

#[test]
fn arithmetic_with_a_missing_operand_is_missing() {
    bank().all_say(&[
        ("assets + 1", "missing"),
        ("-quota", "missing"),
        ("visits + 1", "4"),
    ]);
}

#[test]
fn division_by_zero_is_missing() {
    bank().all_say(&[
        ("visits / (visits - 3)", "missing"),
        ("score / (score - 2.5)", "missing"),
        ("1 / (visits - 3) > 0", "unknown"),
    ]);
}

#[test]
fn division_never_truncates() {
    bank().all_say(&[("visits / 2", "1.5")]);
}

#[test]
fn what_does_not_fit_is_missing() {
    let mut bank = bank();
    bank.set(&[("visits", "9223372036854775807"), ("score", "1e308")]);
    bank.all_say(&[
        ("visits + 1", "missing"),
        ("visits * 2", "missing"),
        ("visits - 1", "9223372036854775806"),
        ("score * 10", "missing"),
        ("exp(score)", "missing"),
    ]);
    bank.set(&[("visits", "-9223372036854775808")]);
    bank.all_say(&[("-visits", "missing"), ("abs(visits)", "missing")]);
}

#[test]
fn an_overflow_makes_nobody_elses_answer_missing() {
    let mut bank = bank();
    bank.customer("d");
    bank.set_of("d", "", &[("visits", "9223372036854775807")]);
    assert_eq!(bank.says_of("d", "visits * 2 > 0"), "unknown");
    assert_eq!(bank.says_of("c", "visits * 2 > 0"), "yes");
}

#[test]
fn outside_its_domain_a_function_is_missing() {
    bank().all_say(&[
        ("log(score - 2.5)", "missing"),
        ("sqrt(score - 3)", "missing"),
        ("log(score - 1.5)", "0"),
    ]);
}

#[test]
fn round_is_half_away_from_zero() {
    let mut bank = bank();
    bank.all_say(&[
        ("round(score)", "3"),
        ("round(-score)", "-3"),
        ("floor(-score)", "-3"),
    ]);
    bank.set(&[("score", "1.25")]);
    bank.all_say(&[("round(score, 1)", "1.3")]);
}

#[test]
fn scale_is_clamped_to_0_and_1() {
    bank().all_say(&[
        ("scale(score, 0, 10)", "0.25"),
        ("scale(score, 3, 10)", "0"),
        ("scale(score, 0, 2)", "1"),
        ("scale(score, 2, 2)", "missing"),
    ]);
}

#[test]
fn clamp_keeps_within_its_ends() {
    bank().all_say(&[("clamp(visits, 5, 9)", "5"), ("clamp(visits, 0, 2)", "2")]);
}

#[test]
fn aggregates_of_nothing_are_0_or_missing() {
    bank().all_say(&[
        ("count(purchase)", "0"),
        ("sum(purchase.points)", "0"),
        ("sum(purchase.weight)", "0"),
        ("distinct(purchase.product)", "0"),
        ("avg(purchase.points)", "missing"),
        ("min(purchase.weight)", "missing"),
        ("max(purchase.due)", "missing"),
        ("first(purchase).product", "missing"),
        ("last(purchase).at", "missing"),
        ("any(purchase)", "no"),
        ("none(purchase)", "yes"),
    ]);
}

#[test]
fn aggregates_skip_missing_values() {
    let mut bank = bank();
    bank.event(
        "purchase",
        "2024-06-01",
        &[("points", "4"), ("product", "a")],
    );
    bank.event("purchase", "2024-06-02", &[]);
    bank.event(
        "purchase",
        "2024-06-03",
        &[("points", "5"), ("product", "a")],
    );
    bank.all_say(&[
        ("count(purchase)", "3"),
        ("sum(purchase.points)", "9"),
        ("avg(purchase.points)", "4.5"),
        ("min(purchase.points)", "4"),
        ("max(purchase.points)", "5"),
        ("distinct(purchase.product)", "1"),
    ]);
}

#[test]
fn sums_of_numbers_add_in_the_order_of_time_and_sequence() {
    let mut bank = bank();
    // In the log the small one stands first; by time it is added to the great one and lost.
    bank.event("purchase", "2024-06-02", &[("weight", "1")]);
    bank.event("purchase", "2024-06-01", &[("weight", "1e16")]);
    bank.event("purchase", "2024-06-03", &[("weight", "-1e16")]);
    assert_eq!(bank.says("sum(purchase.weight)"), "0");
    let mut bank = self::bank();
    bank.event_of("c", "purchase", "2024-06-01", Some(3), &[("weight", "1")]);
    bank.event_of(
        "c",
        "purchase",
        "2024-06-01",
        Some(1),
        &[("weight", "1e16")],
    );
    bank.event_of(
        "c",
        "purchase",
        "2024-06-01",
        Some(2),
        &[("weight", "-1e16")],
    );
    assert_eq!(bank.says("sum(purchase.weight)"), "1");
}

#[test]
fn a_sum_of_whole_numbers_may_pass_through_what_does_not_fit() {
    let mut bank = bank();
    for points in ["9223372036854775807", "5", "-5"] {
        bank.event("purchase", "2024-06-01", &[("points", points)]);
    }
    assert_eq!(bank.says("sum(purchase.points)"), "9223372036854775807");
    bank.event("purchase", "2024-06-01", &[("points", "1")]);
    assert_eq!(bank.says("sum(purchase.points)"), "missing");
}

#[test]
fn zero_has_one_sign() {
    let mut bank = bank();
    bank.set(&[("score", "0")]);
    bank.all_say(&[
        ("-score", "0"),
        ("-score = score", "yes"),
        ("score * -1", "0"),
    ]);
}

#[test]
fn a_param_is_its_number() {
    bank().all_say(&[("large", "100"), ("visits < large", "yes")]);
}
