//! Text and sets.

use super::Bank;

fn bank(city: &str) -> Bank {
    let mut bank = Bank::new("2024-06-30T12:00");
    bank.set(&[("city", city), ("tags", "VIP,gold")]);
    bank
}

#[test]
fn equality_is_exact() {
    bank("Praha").all_say(&[("city = \"Praha\"", "yes"), ("city = \"praha\"", "no")]);
}

#[test]
fn a_tilde_ignores_case_width_and_surrounding_space() {
    bank(" ＰＲＡＨＡ ").all_say(&[
        ("city ~= \"praha\"", "yes"),
        ("city ~contains \"RAH\"", "yes"),
        ("city ~starts with \"pr\"", "yes"),
        ("city ~ends with \"HA\"", "yes"),
        ("city contains \"rah\"", "no"),
        ("city ~matches \"^praha$\"", "yes"),
        ("city matches \"praha\"", "no"),
    ]);
}

#[test]
fn order_is_by_code_point() {
    bank("a").all_say(&[
        ("city > \"Z\"", "yes"),
        ("city < \"é\"", "yes"),
        ("city < \"上\"", "yes"),
    ]);
    // Above the basic plane, after what UTF-16 would sort last.
    bank("\u{1f600}").all_say(&[("city > \"\u{ff5e}\"", "yes")]);
}

#[test]
fn text_is_compared_in_normal_form() {
    bank("é").all_say(&[("city = \"e\u{301}\"", "yes")]);
}

#[test]
fn a_pattern_is_found_anywhere() {
    bank("Praha 4").all_say(&[
        ("city matches \"[0-9]\"", "yes"),
        ("city matches \"^[0-9]\"", "no"),
    ]);
}

#[test]
fn text_tests_of_missing_text_are_unknown() {
    let bank = Bank::new("2024-06-30T12:00");
    bank.all_say(&[
        ("city contains \"a\"", "unknown"),
        ("city matches \"a\"", "unknown"),
        ("tags contains \"VIP\"", "unknown"),
    ]);
}

#[test]
fn a_set_contains_its_members() {
    bank("x").all_say(&[
        ("tags contains \"VIP\"", "yes"),
        ("tags contains \"vip\"", "no"),
        ("tags ~contains \"vip\"", "yes"),
        ("tags contains \"silver\"", "no"),
    ]);
}

#[test]
fn characters_count_from_one() {
    bank("客户资产").all_say(&[
        ("left(city, 2)", "客户"),
        ("right(city, 1)", "产"),
        ("middle(city, 2, 2)", "户资"),
        ("length(city)", "4"),
    ]);
}

#[test]
fn no_mark_is_missing() {
    bank("a-b-c").all_say(&[
        ("before(city, \"-\")", "a"),
        ("after(city, \"-\")", "b-c"),
        ("before(city, \"+\")", "missing"),
        ("replace(city, \"-\", \"\")", "abc"),
    ]);
}
