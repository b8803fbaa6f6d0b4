//! Words of other languages are answered with the right one; texts that are made to hurt are
//! refused with their reason.

use super::compiled;
use crate::base::limit;
use crate::base::span::SourceId;
use crate::language::lexicon::Lexicon;
use crate::language::words::Tongue;
use crate::language::{codes, layout};

fn names() -> Lexicon {
    let mut names = Lexicon::default();
    ["年龄", "城市", "资产", "同意"]
        .into_iter()
        .for_each(|name| names.add(name));
    names
}

/// Taken as what is meant, and printed as this language says it.
#[test]
fn foreign_forms_become_the_canonical_one() {
    for (typed, wanted) in [
        ("age == 3 && city <> \"x\"", "age = 3 and city != \"x\""),
        ("age === 3 || city !== \"x\"", "age = 3 or city != \"x\""),
        ("!agrees", "not agrees"),
        ("age => 3 and age =< 5", "age >= 3 and age <= 5"),
        (
            "age ≥ 3 and age ≤ 5 and age ≠ 4",
            "age >= 3 and age <= 5 and age != 4",
        ),
        ("city IS NULL", "city is missing"),
        ("city IS NOT NULL", "city is present"),
        ("city is \"x\"", "city = \"x\""),
        ("city NOT IN (\"x\")", "city not in (\"x\")"),
        ("age BETWEEN 3 AND 5", "age between 3 and 5"),
        ("agrees = true", "agrees = yes"),
        ("年龄大于3并且年龄小于等于5", "年龄 > 3 且 年龄 <= 5"),
        ("年龄不等于3或者同意", "年龄 != 3 或 同意"),
        ("城市为空", "城市 缺失"),
        ("如果同意则1否则2", "若 同意 则 1 否则 2"),
        ("年龄≥３０％", "年龄 >= 30%"),
        ("年龄大於30並且年龄小於等於5", "年龄 > 30 且 年龄 <= 5"),
        ("年龄不等於3", "年龄 != 3"),
        ("年龄不是3", "年龄 != 3"),
        ("年龄超出3", "年龄 > 3"),
        ("城市屬於（\"x\"）", "城市 属于（\"x\"）"),
        ("年龄介於3與5", "年龄 介于 3 与 5"),
        ("城市為空", "城市 缺失"),
        ("城市开头是\"x\"", "城市 开头为 \"x\""),
    ] {
        let found = layout::expression(typed, SourceId(0), &names(), None);
        assert_eq!(found.as_deref(), Ok(wanted), "{typed}");
    }
}

/// Answered with the word to use.
#[test]
fn foreign_words_without_a_like_are_told_the_right_one() {
    for (typed, code, help) in [
        ("city LIKE \"x%\"", codes::FOREIGN_WORD, "contains"),
        ("age % 2 = 0", codes::FOREIGN_WORD, "remainder"),
        ("age ^ 2", codes::FOREIGN_WORD, "multiply"),
        ("a ? b : c", codes::FOREIGN_WORD, "then"),
        ("city = 'x'", codes::SINGLE_QUOTE, "\"x\""),
        ("city in [\"x\"]", codes::FOREIGN_WORD, "in (a, b)"),
        ("age > 2024-6-3", codes::MALFORMED_DATE, "2024-06-03"),
    ] {
        let found = layout::expression(typed, SourceId(0), &names(), None).unwrap_err();
        assert_eq!(found[0].code, code, "{typed}");
        let said = found[0].help.clone().unwrap_or_default();
        assert!(said.contains(help), "{typed}: {said}");
    }
}

/// Functions and names of databases, spreadsheets and programs, and names in the other script.
#[test]
fn foreign_functions_and_names_are_told_the_right_one() {
    for (typed, code, help) in [
        ("IFERROR(age, 0) > 3", codes::UNKNOWN_FUNCTION, "default 0"),
        ("coalesce(age, 0) > 3", codes::UNKNOWN_FUNCTION, "default 0"),
        (
            "sumif(purchase.amount, 5) > 3",
            codes::UNKNOWN_FUNCTION,
            "where CONDITION",
        ),
        (
            "COUNTIFS(purchase, 5) > 3",
            codes::UNKNOWN_FUNCTION,
            "count(EVENT where",
        ),
        (
            "datediff(opened_on, today) > 3",
            codes::UNKNOWN_FUNCTION,
            "days since D",
        ),
        (
            "DATEADD(opened_on, 3) > today",
            codes::UNKNOWN_FUNCTION,
            "D + 30 days",
        ),
        (
            "vlookup(city, 2) = \"x\"",
            codes::UNKNOWN_FUNCTION,
            "lookup(",
        ),
        (
            "substr(city, 1, 2) = \"x\"",
            codes::UNKNOWN_FUNCTION,
            "middle(",
        ),
        ("ntile(assets) = 4", codes::UNKNOWN_FUNCTION, "quantile("),
        ("条件求和（消费.金额） > 3", codes::UNKNOWN_FUNCTION, "其中"),
        ("curdate > opened_on", codes::UNKNOWN_NAME, "today"),
        ("city = None", codes::UNKNOWN_NAME, "missing"),
        ("資產 > 5", codes::UNKNOWN_NAME, "did you mean `资产`?"),
        (
            "年齡 > 5 and 客戶經理 contains \"x\"",
            codes::UNKNOWN_NAME,
            "did you mean `年龄`?",
        ),
        ("Assets > 5", codes::UNKNOWN_NAME, "did you mean `assets`?"),
        ("purchse_count > 5", codes::UNKNOWN_NAME, "declare it"),
        ("city.startswith(\"P\")", codes::FOREIGN_WORD, "starts with"),
        (
            "count(distinct purchase.product) > 3",
            codes::FOREIGN_WORD,
            "distinct(EVENT.FIELD)",
        ),
        ("年龄 至少 30", codes::FOREIGN_WORD, "不低于"),
        ("资产 最多 3万", codes::FOREIGN_WORD, "不超过"),
        ("城市 含有 \"x\"", codes::FOREIGN_WORD, "包含"),
        ("rich 以及 agrees", codes::FOREIGN_WORD, "且"),
        ("city ilike \"x%\"", codes::FOREIGN_WORD, "contains"),
        (
            "case when rich then 1 else 2 end = 1",
            codes::INCOMPLETE_CHOICE,
            "case {",
        ),
    ] {
        let (_, found) = compiled(&format!("filter a: {typed}\n"));
        let first = &found.diagnostics[0];
        let said = first.help.clone().unwrap_or_default();
        assert_eq!(first.code, code, "{typed}: {} | {said}", first.message);
        assert!(said.contains(help), "{typed}: {said}");
    }
}

/// Two names that no reader can tell apart are told, wherever they are declared.
#[test]
fn names_that_look_alike_are_told() {
    let (_, found) = compiled("filter tор: age > 3\nmetric раid \"已付\": 5\n");
    let codes: Vec<&str> = found.diagnostics.iter().map(|each| each.code).collect();
    assert_eq!(codes, [codes::LOOKALIKE, codes::LOOKALIKE]);
    assert!(found.is_sound());
}

/// The whole way of a rule file of a megabyte: read, checked, answered, and one byte more refused.
#[test]
fn a_file_of_a_megabyte_is_checked_and_a_longer_one_refused() {
    let names: Vec<String> = (0..100).map(|at| format!("\"{at:0>200}\"")).collect();
    let list = names.join(", ");
    let mut text = String::from("# long\n");
    let mut at = 0;
    while text.len() < 1 << 20 {
        text.push_str(&format!("filter f{at}: age > {at} and city in ({list})\n"));
        at += 1;
    }
    let (_, found) = compiled(&text);
    assert!(found.is_sound(), "{:?}", found.diagnostics.first());
    text.push_str(&"#".repeat(limit::RULE_FILE_BYTES_MAX));
    let (_, found) = compiled(&text);
    assert_eq!(found.diagnostics[0].code, codes::TEXT_TOO_LONG);
}

#[test]
fn ten_thousand_brackets_in_a_file_are_one_fault_and_its_neighbours_are_read() {
    let deep = format!(
        "filter deep: {}age > 3{}\n",
        "(".repeat(10_000),
        ")".repeat(10_000)
    );
    let (_, found) = compiled(&format!("{deep}filter beside: age > 3\n"));
    let codes: Vec<&str> = found.diagnostics.iter().map(|each| each.code).collect();
    assert_eq!(codes, [codes::NESTED_TOO_DEEP]);
    assert!(found.rules.find("beside").is_some());
}

#[test]
fn a_regular_expression_costs_no_more_than_it_may() {
    // Linear however it is nested.
    let (_, linear) = compiled("filter a: city matches \"(a+)+$\"\n");
    assert!(linear.is_sound(), "{:?}", linear.diagnostics.first());
    for bomb in [
        "a{1000}{1000}{1000}".to_owned(),
        "(".repeat(200) + "a" + &")".repeat(200),
        "x".repeat(limit::PATTERN_CHARACTERS_MAX + 1),
        "((a{100}){100}){100}".to_owned(),
    ] {
        let (_, refused) = compiled(&format!("filter a: city matches \"{bomb}\"\n"));
        let codes: Vec<&str> = refused.diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(codes, [codes::PATTERN], "{bomb:.40}");
    }
}

#[test]
fn a_long_file_is_read_and_laid_out() {
    let text: String = (0..2_000)
        .map(|at| format!("filter f{at}: age > {at} and city in (\"a\", \"b\") # {at} is it\n"))
        .collect();
    let laid_out = layout::file(&text, SourceId(0), &names(), Some(Tongue::Chinese)).unwrap();
    assert_eq!(laid_out.lines().count(), 2_000);
}

#[test]
fn brackets_without_end_are_counted_not_followed() {
    for text in [
        format!("{}x{}", "(".repeat(10_000), ")".repeat(10_000)),
        "（".repeat(10_000),
        ")".repeat(10_000),
    ] {
        let found = layout::expression(&text, SourceId(0), &names(), None).unwrap_err();
        let code = found[0].code;
        assert!(
            [
                codes::NESTED_TOO_DEEP,
                codes::UNCLOSED_BRACKET,
                codes::UNOPENED_BRACKET
            ]
            .contains(&code),
            "{code}"
        );
    }
}

#[test]
fn text_that_turns_its_direction_is_not_laid_out() {
    let text = "filter a: age > 3 # \u{202e}5 <\n";
    let found = layout::file(text, SourceId(0), &names(), None).unwrap_err();
    assert_eq!(found[0].code, codes::DIRECTION);
}
