//! Three-valued logic, membership, choices.

use super::Bank;
use super::bank::told;

const NOON: &str = "2024-06-30T12:00";

/// `vip`, `quota`, `score` and `level` are missing.
fn bank() -> Bank {
    let mut bank = Bank::new(NOON);
    bank.set(&[("visits", "4"), ("assets", "150"), ("city", "Praha")]);
    bank
}

#[test]
fn not_unknown_is_unknown() {
    bank().all_say(&[("vip", "unknown"), ("not vip", "unknown")]);
}

#[test]
fn false_and_unknown_is_false() {
    bank().all_say(&[
        ("vip and visits = 5", "no"),
        ("visits = 5 and vip", "no"),
        ("vip and visits = 4", "unknown"),
    ]);
}

#[test]
fn true_or_unknown_is_true() {
    bank().all_say(&[
        ("vip or visits = 4", "yes"),
        ("visits = 4 or vip", "yes"),
        ("vip or visits = 5", "unknown"),
    ]);
}

#[test]
fn at_least_n_counts_yeses_and_unknowns() {
    bank().all_say(&[
        ("at least 2 of (vip, visits = 4, visits > 3)", "yes"),
        ("at least 3 of (vip, visits = 4, visits > 3)", "unknown"),
        ("at least 2 of (vip, visits = 5, visits = 6)", "no"),
        ("at least 1 of (vip, visits = 5)", "unknown"),
        ("all of (visits = 4, visits > 3)", "yes"),
        ("any of (visits = 5, vip)", "unknown"),
    ]);
}

#[test]
fn is_missing_and_is_present_ask_directly() {
    bank().all_say(&[
        ("vip is missing", "yes"),
        ("vip is present", "no"),
        ("visits is missing", "no"),
        ("visits is present", "yes"),
        ("(vip and visits = 4) is missing", "yes"),
        ("(vip and visits = 5) is missing", "no"),
    ]);
}

#[test]
fn default_leaves_unknown() {
    bank().all_say(&[
        ("quota default 0", "0"),
        ("(quota default 0) < 1", "yes"),
        ("quota < 1", "unknown"),
        ("assets default 0", "150"),
        ("vip default no", "no"),
    ]);
}

#[test]
fn a_missing_side_makes_a_comparison_unknown() {
    bank().all_say(&[
        ("quota = 1", "unknown"),
        ("quota != 1", "unknown"),
        ("assets > quota", "unknown"),
        ("quota = quota", "unknown"),
        ("level = low", "unknown"),
    ]);
}

#[test]
fn between_is_known_by_the_end_that_decides() {
    bank().all_say(&[
        ("assets between 200 and quota", "no"),
        ("assets between 100 and quota", "unknown"),
        ("assets between quota and 100", "no"),
        ("assets not between 200 and quota", "yes"),
        ("quota between 1 and 2", "unknown"),
    ]);
}

#[test]
fn in_is_known_by_a_match() {
    bank().all_say(&[
        ("assets in (quota, 150)", "yes"),
        ("assets in (quota, 151)", "unknown"),
        ("assets not in (quota, 150)", "no"),
        ("assets not in (quota, 151)", "unknown"),
        ("assets in (150..quota, 1)", "unknown"),
        ("quota in (1, 2)", "unknown"),
        ("assets in (1, 2)", "no"),
        ("city in (\"Praha\", \"Brno\")", "yes"),
        ("city not in (\"Brno\")", "yes"),
    ]);
}

#[test]
fn if_over_an_unknown_condition_is_missing() {
    bank().all_say(&[
        ("if vip then 1 else 2", "missing"),
        ("if visits = 4 then 1 else 2", "1"),
        ("if visits = 5 then 1 else 2", "2"),
    ]);
}

#[test]
fn case_takes_the_first_yes() {
    bank().all_say(&[
        (
            "case { visits = 5: 1, visits = 4: 2, visits > 3: 3, else: 4 }",
            "2",
        ),
        ("case { visits = 5: 1, else: 4 }", "4"),
        ("case { vip: 1, visits = 4: 2, else: 4 }", "missing"),
        ("case { visits = 4: 2, vip: 1, else: 4 }", "2"),
        ("case { visits = 5: 1, visits = 6: 2 }", "missing"),
    ]);
}

#[test]
fn inside_where_only_yes_counts() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-01", &[("product", "fund")]);
    bank.event("purchase", "2024-06-02", &[]);
    bank.event("purchase", "2024-06-03", &[("product", "card")]);
    bank.all_say(&[
        ("count(purchase where product = \"fund\")", "1"),
        ("count(purchase where product != \"fund\")", "1"),
        ("count(purchase where product is missing)", "1"),
        ("none(purchase where vip)", "yes"),
    ]);
}

#[test]
fn facts_whose_condition_is_unknown_are_left_aside_and_told() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-01", &[]);
    bank.event("purchase", "2024-06-02", &[("points", "3")]);
    bank.event("purchase", "2020-06-02", &[]);
    let outcome = bank.run("count(purchase where product = \"fund\", last 90 days)");
    let aside: Vec<(String, u64)> = outcome
        .left_aside
        .iter()
        .map(|it| (it.field.to_string(), it.events))
        .collect();
    assert_eq!(aside, [("product".to_owned(), 2)]);
}

#[test]
fn yes_no_and_unknown_add_up_to_all() {
    let mut bank = bank();
    for (id, visits) in [("d", "5"), ("e", "1"), ("f", "")] {
        bank.customer(id);
        if !visits.is_empty() {
            bank.set_of(id, "", &[("visits", visits)]);
        }
    }
    let outcome = bank.run("visits > 3");
    assert_eq!(
        outcome.outputs[0].condition.as_ref().unwrap().counts(),
        (2, 1, 1)
    );
}

#[test]
fn unknown_names_the_fields_to_blame() {
    let mut bank = bank();
    bank.customer("d");
    let outcome = bank.run("vip and visits > 3");
    let because = told(&outcome.outputs[0].missing_because);
    assert_eq!(because, [("vip".to_owned(), 2), ("visits".to_owned(), 1)]);
}

#[test]
fn a_definition_may_stand_on_others_at_any_depth() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-01", &[("amount", "10")]);
    bank.all_say(&[
        ("spent_more", "30"),
        ("rich", "no"),
        ("not_rich", "yes"),
        ("neither", "no"),
        ("count(purchase where amount < spent_twice)", "1"),
    ]);
}
