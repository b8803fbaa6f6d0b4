//! Tests that hold, tests that do not and what they say, plans walked through, and the end of patience.

use super::run_within;
use crate::base::render::render;
use crate::rules::{Loaded, Texts, load_texts};

const BANK: &str = r#"
settings { time_zone "Europe/Prague" }
customer {
  assets "资产": money
  birth_date: date
  agrees: bool, as consent
  mail: text, as email
}
event purchase "消费" { amount "金额": money  channel: one of (mobile "手机", branch "柜面") }
event complaint { topic: text }
holding loan key loan_id { amount: money }
relation guarantor inverse guarantees: customer -> customer
relation manager: customer -> text

param rich_from = 500000
metric age: years since birth_date
filter silent "沉默高净值": assets >= rich_from and none(purchase, last 90 days)
filter backed: any guarantor (assets > 1m)
care win_back {
  for     silent
  exclude any(complaint, last 30 days)
  when    enters
  limit   1 per customer per 7 days
  quiet   21:00 to 08:00
  holdout 50%
  step hello: send email "hello"
  step wait:  3 days
  step call:  if none(purchase, last 3 days) then task manager "call" else stop
  step later: send letters "later"
}
"#;

fn load(test: &str) -> Loaded {
    let mut texts = Texts::new();
    texts.insert("bank.tamis".to_owned(), BANK.to_owned());
    texts.insert("tests.tamis".to_owned(), test.to_owned());
    texts.insert(
        "templates/hello.txt".to_owned(),
        "Subject: Hello\n\nHello\n".to_owned(),
    );
    texts.insert(
        "templates/later.txt".to_owned(),
        "Subject: Again\n\nAgain\n".to_owned(),
    );
    load_texts(texts)
}

fn errors(loaded: &Loaded) -> String {
    let found: Vec<_> = loaded
        .diagnostics
        .iter()
        .filter(|each| each.is_error())
        .cloned()
        .collect();
    render(&loaded.sources, &found, false)
}

const HOLDS: &str = r#"
test "a silent big customer is worth a call" as of 2024-06-30 {
  customer c1 { assets = 800k, birth_date = 1980-01-01 }
  customer c2 { assets = 2m }
  purchase of c1 { at = 2024-01-05, amount = 90k, channel = mobile }
  loan of c1 { loan_id = "L1", amount = 5k, since = 2020-01-01 }
  guarantor of c1 -> c2
  manager of c1 -> "Horák"
  expect c1 in silent, c1.age = 44
  expect c2 not in backed, c1 in backed
  expect c1.sum(purchase.amount, last 365 days) = 90k
  expect c1.count(loan) = 1, c1.manager contains "Horák"
}
用例 "中文也一样" 截至 2024-06-30 {
  客户 张三 { 资产 = 80万 }
  消费 属 张三 { 时间 = 2024-01-05，金额 = 9万，channel = 手机 }
  应为 张三 属于 沉默高净值，张三.次数（消费） = 1
}
"#;

#[test]
fn what_is_expected_holds() {
    let loaded = load(HOLDS);
    assert_eq!(errors(&loaded), "");
    let told: Vec<_> = loaded
        .tested
        .iter()
        .map(|each| (&*each.name, each.expectations))
        .collect();
    assert_eq!(
        told,
        [
            ("a silent big customer is worth a call", 7),
            ("中文也一样", 2)
        ]
    );
}

#[test]
fn what_does_not_hold_says_why() {
    let loaded = load(
        r#"
test "wrong" as of 2024-06-30 {
  customer c1 { assets = 300k }
  customer c2 { birth_date = 1980-01-01 }
  purchase of c1 { at = 2024-06-05 }
  expect c1 in silent
  expect c2 in silent, c2.age = 43
  expect c1 not in silent, c2 not in silent
}
"#,
    );
    assert!(!loaded.is_sound());
    insta::assert_snapshot!("what_does_not_hold", errors(&loaded));
}

#[test]
fn plans_are_walked_through_day_by_day() {
    let loaded = load(
        r#"
test "silence starts the plan" as of 2024-06-30 {
  customer c1 { assets = 800k, agrees = yes, mail = "a@example.com" }
  customer c2 { assets = 800k, agrees = yes, mail = "b@example.com" }
  customer c3 { assets = 800k, mail = "c@example.com" }
  customer c4 { assets = 800k, agrees = yes, mail = "d@example.com" }
  purchase of c1 { at = 2024-01-05 }
  purchase of c2 { at = 2024-01-05 }
  purchase of c2 { at = 2024-04-05 }
  purchase of c3 { at = 2024-01-05 }
  purchase of c4 { at = 2024-01-05 }
  complaint of c4 { at = 2024-04-01, topic = "fees" }
  win_back started 2024-03-01
  expect c1 receives win_back.hello, c1 receives win_back.call, c1 receives win_back.later
  expect c2 receives win_back.hello, c2 does not receive win_back.call
  expect c3 does not receive win_back.hello
  expect c4 does not receive win_back
  expect c1.any(campaign_sent where step = "later", between 2024-04-11 and 2024-04-11)
}
"#,
    );
    assert_eq!(errors(&loaded), "");
}

#[test]
fn a_step_that_does_not_come_says_what_came() {
    let loaded = load(
        r#"
test "too early" as of 2024-04-06 {
  customer c1 { assets = 800k, agrees = yes, mail = "a@example.com" }
  customer c3 { assets = 800k, mail = "c@example.com" }
  purchase of c1 { at = 2024-01-05 }
  purchase of c3 { at = 2024-01-05 }
  win_back started 2024-03-01
  expect c1 receives win_back.later, c3 receives win_back.hello
  expect c1 does not receive win_back.hello
}
"#,
    );
    insta::assert_snapshot!("a_step_that_does_not_come", errors(&loaded));
}

#[test]
fn mistakes_are_named_where_they_are() {
    let loaded = load(
        r#"
test "mistakes" as of 2024-06-30 {
  customer c1 { asets = 3, assets = "three" }
  customer c1 { assets = age }
  purchase of c9 { amount = 5 }
  guarantor of c1 -> "Horák"
  manager of c1 -> c1
  win_bak started 2024-01-01
  expect c1 in sylent, c1.assets, c1 receives win_back.hallo

}
test "nothing" as of 2024-06-30 { customer c1 { assets = 1 } }
test "no date" { expect c1 in silent }
test "line" as of 2024-06-30 {
  nonsense here
}
"#,
    );
    assert!(loaded.tested.is_empty());
    insta::assert_snapshot!("mistakes_of_a_test", errors(&loaded));
}

#[test]
fn patience_ends() {
    let loaded = load(HOLDS);
    let tested = run_within(&loaded.rules, 20);
    let codes: Vec<_> = tested
        .iter()
        .flat_map(|each| &each.failures)
        .map(|each| each.code)
        .collect();
    assert_eq!(codes, ["E602", "E602"]);
}

#[test]
fn a_set_with_a_failed_test_is_not_sound_and_one_without_errors_is() {
    assert!(load(HOLDS).is_sound());
    let wrong = HOLDS.replace("c1.age = 44", "c1.age = 45");
    assert!(!load(&wrong).is_sound());
}

#[test]
fn a_tier_that_a_review_gave_stands_and_others_follow_from_the_rank() {
    let loaded = load(
        r#"
tiers grade "等级" by assets { gold "金": top 34%  basic: else  keep 10% }
filter best: grade = gold and assets >= 0
test "stored tiers" as of 2024-06-30 {
  customer c1 { assets = 1k, 等级 = 金 }
  customer c2 { assets = 3k }
  customer c3 { assets = 2k, grade = basic }
  expect c1.grade = gold, c1 in best
  expect c2.grade = gold, c3.grade = basic
  expect c3 in best
}
"#,
    );
    insta::assert_snapshot!(errors(&loaded));
}
