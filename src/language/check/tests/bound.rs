//! Nothing grows without end: chains, lists, depth, findings, declarations.

use super::{compiled, prelude};
use crate::base::limit;
use crate::base::span::SourceId;
use crate::language::{codes, compile};

#[test]
fn a_chain_of_references_is_bounded_and_does_not_overflow() {
    let mut text = String::new();
    for at in 0..5_000 {
        text.push_str(&format!("metric m{at}: m{} + 1\n", at + 1));
    }
    text.push_str("metric m5000: 1\n");
    let (_, endless) = compiled(&text);
    assert!(!endless.is_sound());
    for finding in &endless.diagnostics {
        assert_eq!(finding.code, codes::CHAIN, "{finding:?}");
    }
    // In the other order each is checked before it is used; the bound is the same.
    let mut text = String::from("metric m0: 1\n");
    for at in 1..=200 {
        text.push_str(&format!("metric m{at}: m{} + 1\n", at - 1));
    }
    let (_, fits) = compiled(&text);
    assert!(fits.is_sound(), "{:?}", fits.diagnostics.first());
    text.push_str("metric m201: m200 + 1\nmetric m202: m201 + 1\n");
    let (_, long) = compiled(&text);
    let errors: Vec<_> = long.diagnostics.iter().filter(|f| f.is_error()).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].code, codes::CHAIN);
}

#[test]
fn long_lists_and_long_conditions_are_fine() {
    let list: Vec<String> = (0..10_000).map(|at| format!("\"c{at}\"")).collect();
    let parts: Vec<String> = (0..5_000).map(|at| format!("children != {at}")).collect();
    let text = format!(
        "filter a: city in ({})\nfilter b: {}\n",
        list.join(", "),
        parts.join(" and ")
    );
    let (_, compiled) = compiled(&text);
    assert!(compiled.is_sound(), "{:?}", compiled.diagnostics.first());
}

#[test]
fn findings_are_bounded_in_number() {
    let text: String = (0..1_000)
        .map(|at| format!("filter f{at}: nothing_{at}_like_this > 5\n"))
        .collect();
    let (_, compiled) = compiled(&text);
    let limit = limit::DIAGNOSTICS_MAX;
    assert_eq!(compiled.diagnostics.len(), limit + 1);
    let last = compiled.diagnostics.last().unwrap();
    assert_eq!(last.code, codes::TOO_MANY_FAULTS);
    assert!(last.message.contains("800"), "{}", last.message);
}

#[test]
fn a_flood_of_turning_characters_is_counted() {
    let text = format!("# {}\n", "\u{202E}".repeat(5_000));
    let (_, compiled) = compiled(&text);
    assert!(compiled.diagnostics.len() <= limit::DIAGNOSTICS_MAX + 1);
    assert!(
        compiled
            .diagnostics
            .iter()
            .all(|finding| finding.is_error())
    );
}

#[test]
fn declarations_are_bounded() {
    let long = "n".repeat(limit::NAME_CHARACTERS_MAX + 1);
    let (_, named) = compiled(&format!("metric {long}: 5\n"));
    assert_eq!(named.diagnostics[0].code, codes::TEXT_TOO_LONG);
    let fields: String = (0..=limit::FIELDS_MAX)
        .map(|at| format!("  f{at}: int\n"))
        .collect();
    let (_, wide) = compiled(&format!("event wide {{\n{fields}}}\n"));
    assert!(
        wide.diagnostics[0].code.starts_with("E50"),
        "{:?}",
        wide.diagnostics
    );
    let kinds: String = (0..limit::FACT_KINDS_MAX)
        .map(|at| format!("event e{at} {{ f: int }}\n"))
        .collect();
    let (_, many) = compiled(&kinds);
    assert_eq!(many.diagnostics.len(), 1, "{:?}", many.diagnostics.get(1));
    assert_eq!(many.diagnostics[0].code, codes::TOO_MANY);
}

#[test]
fn a_sum_without_end_is_refused_and_a_long_one_taken() {
    let rules = prelude();
    let sum = |terms: usize| vec!["assets"; terms].join(" + ");
    assert!(compile::expression(&rules, &sum(60), SourceId(9)).is_ok());
    let errors = compile::expression(&rules, &sum(7_000), SourceId(9)).unwrap_err();
    assert_eq!(errors[0].code, codes::NESTED_TOO_DEEP);
}
