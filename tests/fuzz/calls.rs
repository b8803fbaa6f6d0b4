//! Work grows with the text: counted in calls of the parser's rules, never in time. A text
//! read under a limit of calls gives what it gives without one.

use std::num::NonZeroUsize;

use tamis::base::span::SourceId;
use tamis::language::parser::parse_items;

use crate::{alone, corpus};

/// Calls that one byte may cost, and that any text may cost beside.
const CALLS_PER_BYTE: usize = 90;
const CALLS_ANY: usize = 5_000;

/// Forms that would cost their square or worse if a rule read them twice.
const FORMS: &[(&str, &str, &str)] = &[
    ("filter a: ", "(", ")"),
    ("filter a: ", "not (", ")"),
    ("filter a: ", "f(x where ", ")"),
    ("filter a: ", "any r (", ")"),
    ("filter a: ", "if a then (", ") else b"),
    ("filter a: ", "case { a: ", " }"),
    ("filter a: ", "x in (", ")"),
    ("filter a: ", "all of (a, ", ")"),
    ("filter a: ", "f(a, between x and (", "))"),
    ("care a { for ", "(", ")"),
    ("source a \"a\" { key ", "(", ")"),
];

/// Forms that are repeated without nesting.
const CHAINS: &[(&str, &str)] = &[
    ("filter a: x", " and x"),
    ("filter a: x", " + 1"),
    ("filter a: x", " default 1"),
    ("filter a: x in (1", ", 2"),
    ("filter a: 年龄", "介于3与5且年龄"),
    ("filter a: ", "90 "),
    ("filter a: ", "not "),
    ("filter a: ", "last "),
    ("filter a: ", "【"),
    ("", "filter a: x\n"),
    ("", "筛选 甲：年龄 > 3\n"),
    ("customer {", " a: int"),
    ("source a \"a\" {", " event x { at = b  c = d }"),
    ("care a {", " step b: if c then stop else stop"),
    ("", "# comment\n"),
    ("filter a: ", "\"\" "),
    ("filter a: ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx "),
    ("filter a: ", "字字字字字字字字字字字字字字字字 "),
    ("", "}\n"),
    ("", "{\n"),
];

/// Reads the text once freely and once with so many calls; whether that is the same.
fn is_enough(text: &str, calls: usize) -> bool {
    let free = format!("{:?}", parse_items(text, SourceId(0)));
    pest::set_call_limit(NonZeroUsize::new(calls));
    let bounded = format!("{:?}", parse_items(text, SourceId(0)));
    pest::set_call_limit(None);
    free == bounded
}

#[track_caller]
fn assert_linear(text: &str) {
    let calls = CALLS_ANY + CALLS_PER_BYTE * text.len();
    let start: String = text.chars().take(60).collect();
    assert!(
        is_enough(text, calls),
        "{} bytes of {start:?} want more than {calls} calls",
        text.len()
    );
}

#[test]
fn nested_forms_cost_their_length() {
    let _alone = alone();
    for (head, open, close) in FORMS {
        for depth in [1, 8, 30, 60] {
            assert_linear(&format!(
                "{head}{}x{}\n",
                open.repeat(depth),
                close.repeat(depth)
            ));
        }
    }
}

#[test]
fn chains_cost_their_length() {
    let _alone = alone();
    for (head, link) in CHAINS {
        for count in [10, 100, 1_000] {
            assert_linear(&format!("{head}{}\n", link.repeat(count)));
        }
    }
}

#[test]
fn the_corpus_costs_its_length() {
    let _alone = alone();
    corpus::texts().iter().for_each(|text| assert_linear(text));
}

/// The bound means something: a tenth of it is too little for an honest rule.
#[test]
fn the_bound_is_no_more_than_is_wanted() {
    let _alone = alone();
    let text = "filter a: age between 30 and 45 and sum(purchase.amount, last 90 days) > 50k\n";
    assert!(!is_enough(text, CALLS_PER_BYTE * text.len() / 10));
}
