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
