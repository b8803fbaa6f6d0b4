//! Places among others and figures of all.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

/// `c` 10, `d` 20, `e` 20, `f` 30, `g` unknown; in two cities, `f` in none.
fn bank() -> Bank {
    let mut bank = Bank::new(NOON);
    for id in ["d", "e", "f", "g"] {
        bank.customer(id);
    }
    for (id, assets, city) in [
        ("c", "10", "a"),
        ("d", "20", "a"),
        ("e", "20", "b"),
        ("f", "30", ""),
    ] {
        bank.set_of(id, "", &[("assets", assets)]);
        if !city.is_empty() {
            bank.set_of(id, "", &[("city", city)]);
        }
    }
    bank.set_of("g", "", &[("city", "b")]);
    bank
}

fn each(bank: &Bank, text: &str, wanted: [&str; 5]) {
    let said = ["c", "d", "e", "f", "g"].map(|id| bank.says_of(id, text));
    assert_eq!(said, wanted, "{text}");
}

#[test]
fn equal_values_share_a_rank_and_the_next_is_left_out() {
    each(&bank(), "rank(assets)", ["4", "2", "2", "1", "missing"]);
    let by_id = "rank(assets ties by id)";
    each(&bank(), by_id, ["4", "3", "2", "1", "missing"]);
}

#[test]
fn a_percentile_is_how_many_are_smaller_of_the_others() {
    let third = "0.3333333333333333";
    let wanted = ["0", third, third, "1", "missing"];
    each(&bank(), "percentile(assets)", wanted);
    let high = "percentile(assets) >= 90%";
    each(&bank(), high, ["no", "no", "no", "yes", "unknown"]);
}

#[test]
fn one_alone_has_the_percentile_0_and_the_rank_1() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("assets", "7")]);
    bank.all_say(&[
        ("percentile(assets)", "0"),
        ("rank(assets)", "1"),
        ("quintile(assets)", "1"),
        ("top 1% by assets", "yes"),
        ("bottom 1 by assets", "yes"),
    ]);
}

#[test]
fn quantiles_part_the_smaller_ones() {
    each(
        &bank(),
        "quantile(assets, 2)",
        ["1", "1", "1", "2", "missing"],
    );
    each(
        &bank(),
        "quantile(assets, 4)",
        ["1", "2", "2", "4", "missing"],
    );
    let by_id = "quantile(assets, 4 ties by id)";
    each(&bank(), by_id, ["1", "2", "3", "4", "missing"]);
    each(&bank(), "quintile(assets)", ["1", "2", "2", "4", "missing"]);
}

#[test]
fn a_part_reaches_to_the_next_whole_place_and_ties_stand_together() {
    each(
        &bank(),
        "top 1% by assets",
        ["no", "no", "no", "yes", "unknown"],
    );
    each(
        &bank(),
        "top 26% by assets",
        ["no", "yes", "yes", "yes", "unknown"],
    );
    each(
        &bank(),
        "top 2 by assets",
        ["no", "yes", "yes", "yes", "unknown"],
    );
    let by_id = "top 2 by assets ties by id";
    each(&bank(), by_id, ["no", "no", "yes", "yes", "unknown"]);
    each(
        &bank(),
        "bottom 2 by assets",
        ["yes", "yes", "yes", "no", "unknown"],
    );
    let by_id = "bottom 2 by assets ties by id";
    each(&bank(), by_id, ["yes", "yes", "no", "no", "unknown"]);
}

#[test]
fn whoever_is_left_out_has_no_place_and_is_not_at_the_top() {
    let among = "rank(assets among assets < 30)";
    each(&bank(), among, ["3", "1", "1", "missing", "missing"]);
    let top = "top 1 by assets among (assets < 30)";
    each(&bank(), top, ["no", "yes", "yes", "no", "unknown"]);
    let unknown = "top 1 by assets default 0 among (assets < 30)";
    each(&bank(), unknown, ["no", "yes", "yes", "no", "unknown"]);
}

#[test]
fn groups_are_populations_of_their_own_and_no_group_is_none() {
    let per = "rank(assets per city)";
    each(&bank(), per, ["2", "1", "1", "missing", "missing"]);
    let two = "top 1 by assets per (city, assets > 15)";
    each(&bank(), two, ["yes", "yes", "yes", "unknown", "unknown"]);
}

#[test]
fn a_place_may_be_taken_of_a_place() {
    let nested = "rank(rank(assets per city))";
    each(&bank(), nested, ["1", "2", "2", "missing", "missing"]);
}

#[test]
fn figures_are_the_same_for_everyone() {
    let all = |text, wanted| each(&bank(), text, [wanted; 5]);
    all("overall(count(assets))", "4");
    all("overall(count(customer))", "5");
    all("overall(sum(assets))", "80");
    all("overall(avg(assets))", "20");
    all("overall(min(assets))", "10");
    all("overall(max(assets))", "30");
    all("overall(median(assets) among assets > 15)", "20");
    all("overall(stddev(assets))", "8.165");
    all("overall(sum(assets) among assets > 99)", "0");
    all("overall(avg(assets) among assets > 99)", "missing");
    let above = "assets > overall(median(assets) among city is present)";
    each(&bank(), above, ["no", "no", "no", "yes", "unknown"]);
}

#[test]
fn figures_of_whole_numbers_are_numbers() {
    let mut bank = Bank::new(NOON);
    bank.customer("d");
    bank.set(&[("visits", "1")]);
    bank.set_of("d", "", &[("visits", "2")]);
    bank.all_say(&[
        ("overall(median(visits))", "1.5"),
        ("overall(avg(visits))", "1.5"),
        ("overall(sum(visits))", "3"),
        ("overall(stddev(visits))", "0.7071067811865476"),
        ("overall(max(visits))", "2"),
    ]);
}

#[test]
fn a_population_is_about_the_customer_alone() {
    let mut bank = bank();
    bank.event("purchase", "2024-06-30T10:00", &[("amount", "15")]);
    bank.join("friend", "c", "f", "");
    bank.all_say(&[
        ("count(purchase where amount > overall(min(assets)))", "1"),
        (
            "count(purchase where amount > overall(median(assets)))",
            "0",
        ),
        ("any friend (rank(assets) = 1)", "yes"),
        ("any friend (top 1 by assets)", "yes"),
        ("rank(count(purchase))", "1"),
    ]);
}
