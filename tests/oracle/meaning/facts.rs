//! What holds when: `as of`, histories, order, holdings.

use super::Bank;

const NOON: &str = "2024-06-30T12:00";

#[test]
fn as_of_reads_attributes_as_they_held() {
    let mut bank = Bank::new(NOON);
    bank.set_of("c", "2024-03-01", &[("city", "Brno")]);
    bank.set_of("c", "2024-01-01", &[("city", "Praha")]);
    bank.at("2023-12-31T23:59:59");
    assert_eq!(bank.says("city"), "missing");
    bank.at("2024-01-01");
    assert_eq!(bank.says("city"), "Praha");
    bank.at("2024-02-29T23:59:59");
    assert_eq!(bank.says("city"), "Praha");
    bank.at("2024-03-01");
    assert_eq!(bank.says("city"), "Brno");
}

#[test]
fn an_undated_fact_holds_timelessly() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("city", "Praha")]);
    bank.at("1950-01-01");
    assert_eq!(bank.says("city"), "Praha");
}

#[test]
fn an_undated_later_import_replaces_dated_ones() {
    let mut bank = Bank::new(NOON);
    bank.set_of("c", "2024-03-01", &[("city", "Brno"), ("visits", "1")]);
    bank.set(&[("city", "Praha")]);
    assert_eq!(bank.says("city"), "Praha");
    assert_eq!(bank.says("visits"), "1");
    bank.set_of("c", "2024-05-01", &[("city", "Plzen")]);
    assert_eq!(bank.says("city"), "Plzen");
    bank.at("2024-04-01");
    assert_eq!(bank.says("city"), "Praha");
}

#[test]
fn of_equal_dates_the_later_in_the_log_wins() {
    let mut bank = Bank::new(NOON);
    bank.set_of("c", "2024-03-01", &[("city", "Brno")]);
    bank.set_of("c", "2024-03-01", &[("city", "Praha")]);
    assert_eq!(bank.says("city"), "Praha");
}

#[test]
fn clearing_makes_missing_from_then_on() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("city", "Brno")]);
    bank.set_of("c", "2024-03-01", &[("city", "")]);
    assert_eq!(bank.says("city"), "missing");
    bank.at("2024-02-01");
    assert_eq!(bank.says("city"), "Brno");
}

#[test]
fn late_facts_count_where_their_date_puts_them() {
    let mut bank = Bank::new(NOON);
    bank.event("purchase", "2024-06-20", &[("product", "new")]);
    bank.event("purchase", "2024-06-10", &[("product", "late")]);
    bank.all_say(&[
        ("first(purchase).product", "late"),
        ("last(purchase).product", "new"),
    ]);
    bank.at("2024-06-15");
    bank.all_say(&[("last(purchase).product", "late"), ("count(purchase)", "1")]);
}

#[test]
fn order_inside_an_instant_is_that_of_ingestion() {
    let mut bank = Bank::new(NOON);
    for product in ["one", "two", "three"] {
        bank.event("purchase", "2024-06-20", &[("product", product)]);
    }
    bank.all_say(&[
        ("first(purchase).product", "one"),
        ("last(purchase).product", "three"),
    ]);
}

#[test]
fn a_source_may_name_its_own_sequence() {
    let mut bank = Bank::new(NOON);
    for (product, sequence) in [("two", 2), ("one", 1), ("three", 3)] {
        bank.event_of(
            "c",
            "purchase",
            "2024-06-20",
            Some(sequence),
            &[("product", product)],
        );
    }
    bank.all_say(&[
        ("first(purchase).product", "one"),
        ("last(purchase).product", "three"),
    ]);
}

#[test]
fn first_and_last_give_that_facts_field_or_missing() {
    let mut bank = Bank::new(NOON);
    bank.event("purchase", "2024-06-10", &[("product", "early")]);
    bank.event("purchase", "2024-06-20", &[("points", "1")]);
    bank.all_say(&[
        ("last(purchase).product", "missing"),
        ("last(purchase where product is present).product", "early"),
        ("last(purchase).at", "2024-06-20T00:00:00+02:00"),
    ]);
}

#[test]
fn inside_where_names_are_the_events_then_the_customers() {
    let mut bank = Bank::new(NOON);
    bank.set(&[("assets", "50"), ("city", "Brno")]);
    bank.event(
        "purchase",
        "2024-06-10",
        &[("amount", "60"), ("product", "Brno")],
    );
    bank.event(
        "purchase",
        "2024-06-11",
        &[("amount", "40"), ("product", "Praha")],
    );
    bank.all_say(&[
        ("count(purchase where amount > assets)", "1"),
        ("count(purchase where product = city)", "1"),
        ("count(purchase where amount > self.assets and rich)", "0"),
        ("count(purchase where at >= 2024-06-11)", "1"),
    ]);
}

#[test]
fn a_condition_may_ask_for_other_events() {
    let mut bank = Bank::new(NOON);
    bank.event("purchase", "2024-06-10", &[]);
    assert_eq!(bank.says("count(purchase where any(login))"), "0");
    bank.event("login", "2024-06-11", &[]);
    assert_eq!(bank.says("count(purchase where any(login))"), "1");
}

#[test]
fn holdings_count_in_their_state_now() {
    let mut bank = Bank::new(NOON);
    bank.loan(
        "c",
        "L1",
        "2024-01-01",
        &[("amount", "10"), ("status", "A")],
    );
    bank.loan(
        "c",
        "L1",
        "2024-05-01",
        &[("amount", "20"), ("status", "B")],
    );
    bank.loan("c", "L2", "", &[("amount", "1")]);
    bank.all_say(&[
        ("count(loan)", "2"),
        ("sum(loan.amount)", "21"),
        ("count(loan where status = A)", "0"),
        ("any(loan where status = B)", "yes"),
    ]);
    bank.at("2024-03-01");
    bank.all_say(&[
        ("sum(loan.amount)", "11"),
        ("any(loan where status = A)", "yes"),
    ]);
    bank.at("2023-03-01");
    bank.all_say(&[("count(loan)", "1")]);
}

#[test]
fn a_holding_belongs_to_its_owner_in_its_state() {
    let mut bank = Bank::new(NOON);
    bank.customer("d");
    bank.loan("c", "L1", "2024-01-01", &[("amount", "10")]);
    bank.loan("d", "L1", "2024-05-01", &[("amount", "20")]);
    assert_eq!(bank.says_of("c", "count(loan)"), "0");
    assert_eq!(bank.says_of("d", "sum(loan.amount)"), "20");
    bank.at("2024-03-01");
    assert_eq!(bank.says_of("c", "sum(loan.amount)"), "10");
    assert_eq!(bank.says_of("d", "count(loan)"), "0");
}

#[test]
fn an_undated_holding_replaces_its_key() {
    let mut bank = Bank::new(NOON);
    bank.customer("d");
    bank.loan("c", "L1", "2024-01-01", &[("amount", "10")]);
    bank.loan("d", "L1", "", &[("amount", "30")]);
    assert_eq!(bank.says_of("c", "count(loan)"), "0");
    assert_eq!(bank.says_of("d", "sum(loan.amount)"), "30");
}

#[test]
fn holdings_stand_undated_first_then_by_since_then_by_key() {
    let mut bank = Bank::new(NOON);
    bank.loan("c", "L3", "2024-02-01", &[("amount", "3")]);
    bank.loan("c", "L2", "2024-02-01", &[("amount", "2")]);
    bank.loan("c", "L9", "", &[("amount", "9")]);
    bank.all_say(&[
        ("first(loan).amount", "9"),
        ("last(loan).amount", "3"),
        ("first(loan).at", "missing"),
        ("last(loan).at", "2024-02-01T00:00:00+01:00"),
        ("first(loan where at is present).loan_id", "L2"),
    ]);
}

#[test]
fn a_named_part_is_used_like_an_event() {
    let mut bank = Bank::new("2024-06-30T12:00");
    bank.event("purchase", "2024-06-10T09:00", &[("amount", "100")]);
    bank.event("purchase", "2024-06-12T09:00", &[("amount", "99")]);
    bank.event("purchase", "2024-06-14T09:00", &[]);
    bank.all_say(&[
        ("count(large_buy)", "1"),
        ("sum(large_buy.amount, last 90 days)", "100"),
        ("count(large_buy where amount > 100)", "0"),
        ("次数（大额）", "1"),
        (
            "count(purchase, within 2 days after last(large_buy).at)",
            "2",
        ),
        ("followed(large_buy, purchase)", "yes"),
        ("followed(purchase, large_buy)", "no"),
        (
            "count(x: large_buy where any(purchase where at > x.at))",
            "1",
        ),
    ]);
}

#[test]
fn dates_are_moved_and_subtracted_in_both_tongues() {
    let mut bank = Bank::new("2024-06-30T12:00");
    bank.set(&[("birth", "1980-07-03"), ("seen", "2024-06-28T10:00")]);
    bank.all_say(&[
        ("(birth + 90 days) = 1980-10-01", "yes"),
        ("（birth + 90天） = 1980-10-01", "yes"),
        ("（birth - 1个月） = 1980-06-03", "yes"),
        ("(seen + 48 hours) = 2024-06-30T10:00", "yes"),
        ("2024-06-30 - birth = 16068", "yes"),
        ("anniversary(birth) in next 7 days", "yes"),
        ("周年（birth） 属于 未来7天", "yes"),
        ("anniversary(birth) in next 3 days", "no"),
        ("seen in within 2 days after (birth)", "no"),
        ("seen 属于 （birth） 之后2天内", "no"),
        ("seen 属于 （2024-06-27） 之后2天内", "yes"),
        ("seen 属于 （seen + 1天） 之前", "yes"),
        ("seen 不属于 （seen - 1天） 之后2天内", "no"),
    ]);
}
