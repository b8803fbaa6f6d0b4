//! Expressions against a compiled set, as the command line and the server give them.

use super::{prelude, shape};
use crate::base::kind::Kind;
use crate::base::span::SourceId;
use crate::language::{codes, compile};

const SOURCE: SourceId = SourceId(9);

#[test]
fn an_expression_uses_everything_of_the_set() {
    let rules = prelude();
    let checked = compile::expression(&rules, "assets / age", SOURCE).unwrap();
    assert_eq!(checked.typed.kind, Kind::Money);
    let checked = compile::condition(&rules, "rich and 年龄 > 30", SOURCE).unwrap();
    assert_eq!(checked.typed.kind, Kind::Bool);
    assert!(checked.warnings.is_empty());
    let checked = compile::condition(&rules, "age > 30 and age < 20", SOURCE).unwrap();
    assert_eq!(checked.warnings.len(), 1);
    assert_eq!(checked.warnings[0].span().source, SOURCE);
}

#[test]
fn a_condition_is_yes_or_no() {
    let errors = compile::condition(&prelude(), "assets", SOURCE).unwrap_err();
    assert_eq!(errors[0].code, codes::WANTED_CONDITION);
    let errors = compile::condition(&prelude(), "asets > 5 or citi = 3", SOURCE).unwrap_err();
    let found: Vec<_> = errors.iter().map(|finding| finding.code).collect();
    assert_eq!(found, [codes::UNKNOWN_NAME, codes::UNKNOWN_NAME]);
}

#[test]
fn a_list_keeps_its_texts_and_an_order_its_directions() {
    let rules = prelude();
    let list = compile::list(
        &rules,
        "assets, sum(purchase.amount, last 90 days) , 城市",
        SOURCE,
    );
    let texts: Vec<String> = list.unwrap().into_iter().map(|(text, _)| text).collect();
    assert_eq!(
        texts,
        ["assets", "sum(purchase.amount, last 90 days)", "城市"]
    );
    let order = compile::order(&rules, "assets desc, city", SOURCE).unwrap();
    let directions: Vec<bool> = order.iter().map(|(_, descending)| *descending).collect();
    assert_eq!(directions, [true, false]);
    let errors = compile::order(&rules, "tags", SOURCE).unwrap_err();
    assert_eq!(errors[0].code, codes::WRONG_OPERATION);
}

#[test]
fn an_expression_is_bounded_in_length_and_direction() {
    let long = format!("city = \"{}\"", "a".repeat(70 << 10));
    let errors = compile::expression(&prelude(), &long, SOURCE).unwrap_err();
    assert_eq!(errors[0].code, codes::TEXT_TOO_LONG);
    let errors = compile::expression(&prelude(), "city = \"\u{202E}\"", SOURCE).unwrap_err();
    assert_eq!(errors[0].code, codes::DIRECTION);
}

#[test]
fn money_is_exact_and_numbers_take_the_kind_of_their_place() {
    let rules = prelude();
    let of = |text: &str| shape::of(&compile::expression(&rules, text, SOURCE).unwrap().typed);
    assert_eq!(
        of("assets > 0.1"),
        "(Greater Attribute(AttributeId(4)):Money Literal(Money(Money(1000))):Money):Bool"
    );
    assert_eq!(
        of("0.1 < assets"),
        "(Less Literal(Money(Money(1000))):Money Attribute(AttributeId(4)):Money):Bool"
    );
    assert_eq!(of("-5"), "Literal(Int(-5)):Int");
    assert_eq!(
        of("children > 2.5"),
        "(Greater (Convert Attribute(AttributeId(9)):Int):Number Literal(Number(2.5)):Number):Bool"
    );
    assert_eq!(
        of("seen = 2024-01-01"),
        "(Equal (ToDate() Attribute(AttributeId(6)):Time):Date Literal(Date(Date(19723))):Date):Bool"
    );
}
