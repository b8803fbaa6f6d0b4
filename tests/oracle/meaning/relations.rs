//! Other customers and texts.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

/// Friends `d` (poor) and `e` (unknown) of `c`; `f` has none.
fn bank() -> Bank {
    let mut bank = Bank::new(NOON);
    for id in ["d", "e", "f"] {
        bank.customer(id);
    }
    bank.set_of("d", "", &[("assets", "5"), ("score", "0.1")]);
    bank.join("friend", "c", "d", "");
    bank.join("friend", "c", "e", "");
    bank
}

#[test]
fn any_is_yes_by_one_else_unknown_by_one_else_no() {
    bank().all_say(&[
        ("any friend (assets < 10)", "yes"),
        ("any friend (assets > 10)", "unknown"),
        ("any friend (assets is missing)", "yes"),
    ]);
    assert_eq!(bank().says_of("f", "any friend (assets < 10)"), "no");
}

#[test]
fn all_is_no_by_one_else_unknown_by_one_else_yes() {
    bank().all_say(&[
        ("all friend (assets > 10)", "no"),
        ("all friend (assets < 10)", "unknown"),
        ("all friend (visits is missing)", "yes"),
    ]);
    assert_eq!(bank().says_of("f", "all friend (assets > 10)"), "yes");
}

#[test]
fn none_is_not_any() {
    bank().all_say(&[
        ("none friend (assets < 10)", "no"),
        ("none friend (assets > 10)", "unknown"),
    ]);
    assert_eq!(bank().says_of("f", "none friend (assets < 10)"), "yes");
}

#[test]
fn the_inverse_goes_the_other_way() {
    let bank = bank();
    assert_eq!(bank.says_of("d", "count(friend_of)"), "1");
    assert_eq!(bank.says_of("c", "count(friend_of)"), "0");
    assert_eq!(bank.says_of("d", "any friend_of (id = \"c\")"), "yes");
}

#[test]
fn several_kinds_are_asked_together() {
    let bank = bank();
    assert_eq!(
        bank.says_of("d", "any friend or friend_of (id = \"c\")"),
        "yes"
    );
    assert_eq!(
        bank.says_of("c", "none friend or friend_of (id = \"f\")"),
        "yes"
    );
}

#[test]
fn each_other_customer_counts_once_and_only_with_yes() {
    let mut bank = bank();
    bank.join("friend", "c", "d", "2024-01-01");
    bank.all_say(&[
        ("count(friend)", "2"),
        ("count(friend where assets < 10)", "1"),
        ("count(friend where assets > 10)", "0"),
        ("sum(friend.assets)", "5"),
        ("avg(friend.assets)", "5"),
        ("max(friend.assets)", "5"),
    ]);
    assert_eq!(bank.says_of("f", "sum(friend.assets)"), "0");
    assert_eq!(bank.says_of("f", "avg(friend.assets)"), "missing");
}

#[test]
fn edges_hold_from_their_since() {
    let mut bank = Bank::new(NOON);
    bank.customer("d");
    bank.join("friend", "c", "d", "2024-05-01");
    bank.join("friend", "c", "d", "2024-03-01");
    bank.at("2024-02-29");
    assert_eq!(bank.says("count(friend)"), "0");
    bank.at("2024-03-01");
    assert_eq!(bank.says("count(friend)"), "1");
    bank.join("friend", "c", "d", "");
    bank.at("2000-01-01");
    assert_eq!(bank.says("count(friend)"), "1");
}

#[test]
fn sums_over_others_add_by_ascending_row() {
    let mut bank = Bank::new(NOON);
    for (id, score) in [("x", "1e16"), ("y", "1"), ("z", "-1e16")] {
        bank.customer(id);
        bank.set_of(id, "", &[("score", score)]);
    }
    for id in ["z", "y", "x"] {
        bank.join("friend", "c", id, "");
    }
    assert_eq!(bank.says("sum(friend.score)"), "0");
}

#[test]
fn the_condition_is_about_the_other_and_may_use_filters() {
    let mut bank = bank();
    bank.set_of("d", "", &[("assets", "5000")]);
    bank.all_say(&[
        ("any friend (rich)", "yes"),
        ("count(friend where rich)", "1"),
        ("any friend (any friend_of (id = \"c\"))", "yes"),
    ]);
}

#[test]
fn a_relation_to_texts_is_a_set_never_missing() {
    let mut bank = Bank::new(NOON);
    bank.all_say(&[
        ("manager contains \"Eva\"", "no"),
        ("manager is missing", "no"),
    ]);
    bank.join("manager", "c", "Eva", "2024-05-01");
    bank.join("manager", "c", "Adam", "");
    bank.all_say(&[
        ("manager contains \"Eva\"", "yes"),
        ("manager", "Adam, Eva"),
    ]);
    bank.at("2024-04-01");
    bank.all_say(&[("manager contains \"Eva\"", "no")]);
}

/// A chain `c` – `d` – `g` – `h` and back to `c`.
fn chain() -> Bank {
    let mut bank = bank();
    for id in ["g", "h"] {
        bank.customer(id);
    }
    bank.set_of("g", "", &[("assets", "50"), ("city", "Brno")]);
    bank.set_of("h", "", &[("assets", "500")]);
    bank.set_of("c", "", &[("assets", "7"), ("city", "Brno")]);
    bank.join("friend", "d", "g", "");
    bank.join("friend", "g", "h", "");
    bank.join("friend", "h", "c", "");
    bank
}

#[test]
fn several_steps_reach_everybody_on_the_way_once() {
    chain().all_say(&[
        ("any friend (id = \"g\")", "no"),
        ("any friend within 2 steps (id = \"g\")", "yes"),
        ("any friend within 2 steps (id = \"h\")", "no"),
        ("any friend within 3 steps (id = \"h\")", "yes"),
        ("any friend within 2 steps (id = \"d\")", "yes"),
        ("none friend within 2 steps (assets > 100)", "unknown"),
        ("any friend or friend_of within 2 steps (id = \"h\")", "yes"),
        ("任一 friend 2步内（id = \"g\"）", "yes"),
    ]);
}

#[test]
fn a_way_round_does_not_lead_to_oneself() {
    let mut bank = chain();
    bank.all_say(&[("any friend within 4 steps (id = \"c\")", "no")]);
    assert_eq!(
        bank.says_of("d", "any friend within 4 steps (id = \"c\")"),
        "yes"
    );
    // Who is his own friend in so many words is.
    bank.join("friend", "c", "c", "");
    bank.all_say(&[
        ("any friend within 4 steps (id = \"c\")", "yes"),
        ("any friend (id = \"c\")", "yes"),
    ]);
}

#[test]
fn self_is_the_customer_asked_about() {
    let bank = chain();
    bank.all_say(&[
        ("any friend (assets < self.assets)", "yes"),
        ("any friend (assets > self.assets)", "unknown"),
        ("any friend within 2 steps (city = self.city)", "yes"),
        ("count(friend where assets < self.assets)", "1"),
        ("sum(friend.assets where assets < self.assets)", "5"),
        ("any friend (any friend (city = self.city))", "yes"),
        ("any friend (rich or id != self.id)", "yes"),
        ("任一 friend（assets < 本人.assets）", "yes"),
    ]);
    assert_eq!(
        bank.says_of("h", "any friend (assets < self.assets)"),
        "yes"
    );
}

#[test]
fn self_is_known_inside_what_others_did() {
    let mut bank = chain();
    bank.event_of(
        "d",
        "purchase",
        "2024-06-10T09:00",
        None,
        &[("amount", "6")],
    );
    bank.all_say(&[
        (
            "any friend (any(purchase where amount < self.assets))",
            "yes",
        ),
        (
            "any friend (any(purchase where amount > self.assets))",
            "no",
        ),
        (
            "any friend (count(purchase where amount + assets > self.assets) = 1)",
            "yes",
        ),
    ]);
}
