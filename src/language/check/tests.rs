//! Case files: rule texts with the findings that they must draw, each marked under
//! its line: `#    ^^^^ E201 part of the message`. `#^` marks from the first column.
//! Columns and widths are those of a terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::Measured;
use crate::base::calendar::Date;
use crate::base::code::{Page, Raised};
use crate::base::diagnostic::Diagnostic;
use crate::base::render::render;
use crate::base::source::Sources;

use crate::base::text::width;
use crate::language::codes;
use crate::language::compile::{self, Compiled};
use crate::language::typed::Rules;

mod bound;
mod expression;
mod hostile;
mod mutant;
mod plugin;
mod shape;
mod sound;

/// Begins the first line of a case that is told of unused metrics too; most cases are full of them.
const UNUSED: &str = "# Unused";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/cases")
}

pub(super) fn case(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn case_names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".tamis") && name != "prelude.tamis")
        .collect();
    names.sort();
    names
}

/// One attribute of the prelude is missing in 30 % of its rows, a field in half of them, and logins are
/// known for a year and a half.
fn measured() -> Measured {
    let of_purchase = BTreeMap::from([("product".into(), 0.5)]);
    Measured {
        attributes: BTreeMap::from([("city".into(), 0.3), ("children".into(), 0.01)]),
        fields: BTreeMap::from([("purchase".into(), of_purchase)]),
        first: BTreeMap::from([("login".into(), Date::from_ymd(2023, 1, 2).unwrap())]),
        today: Date::from_ymd(2024, 6, 30),
    }
}

fn compiled(text: &str) -> (Sources, Compiled) {
    let mut sources = Sources::default();
    if !text.starts_with("# alone") {
        sources.add("prelude.tamis", case("prelude.tamis"));
    }
    sources.add("case.tamis", text);
    let compiled = compile::rules_measured(&sources, plugin::signatures(), Some(&measured()));
    (sources, compiled)
}

/// The rules of the prelude.
pub(super) fn prelude() -> Rules {
    let (_, compiled) = compiled("");
    assert!(compiled.is_sound(), "{:?}", compiled.diagnostics);
    compiled.rules
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    /// From 1.
    line: usize,
    column: usize,
    width: usize,
    code: String,
}

fn mark_of(line: usize, text: &str) -> Option<(Mark, String)> {
    let rest = text.trim_start().strip_prefix('#')?;
    let carets = rest.trim_start();
    if !carets.starts_with('^') {
        return None;
    }
    let column = if rest.starts_with('^') {
        0
    } else {
        text.len() - carets.len()
    };
    let count = carets.chars().take_while(|c| *c == '^').count();
    let said = carets.trim_start_matches('^').trim();
    let (code, part) = said.split_once(' ').unwrap_or((said, ""));
    let mark = Mark {
        line,
        column,
        width: count,
        code: code.to_owned(),
    };
    Some((mark, part.trim().to_owned()))
}

fn expected(text: &str) -> Vec<(Mark, String)> {
    let mut marked = 0;
    let mut marks = Vec::new();
    for (at, line) in text.lines().enumerate() {
        match mark_of(marked, line) {
            Some(mark) => marks.push(mark),
            None => marked = at + 1,
        }
    }
    marks.sort();
    marks
}

fn found(sources: &Sources, findings: &[Diagnostic], text: &str) -> Vec<(Mark, String)> {
    let mut marks = Vec::new();
    for finding in findings {
        let span = finding.span();
        let name = &sources.get(span.source).unwrap().name;
        assert_eq!(name, "case.tamis", "{finding:?}");
        let start = span.start as usize;
        let line = text[..start].matches('\n').count() + 1;
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let covered = text[start..span.end as usize].lines().next().unwrap_or("");
        let mark = Mark {
            line,
            column: width(&text[line_start..start]),
            width: width(covered).max(1),
            code: finding.code.to_owned(),
        };
        marks.push((mark, finding.message.clone()));
    }
    marks.sort();
    marks
}

fn shown(marks: &[(Mark, String)], text: &str) -> String {
    let mut out = String::new();
    for (mark, message) in marks {
        let line = text.lines().nth(mark.line.wrapping_sub(1)).unwrap_or("");
        let gap = " ".repeat(mark.column.saturating_sub(1));
        let carets = "^".repeat(mark.width.max(1));
        out.push_str(&format!("{line}\n#{gap}{carets} {} {message}\n", mark.code));
    }
    out
}

#[test]
fn every_case_draws_exactly_the_findings_that_it_marks() {
    let mut failed = String::new();
    for name in case_names() {
        let text = case(&name);
        let (sources, compiled) = compiled(&text);
        let mut findings = compiled.diagnostics.clone();
        if text.starts_with(UNUSED) {
            findings.extend(compiled.unused.clone());
        }
        if compiled.is_sound() {
            let tested = crate::rules::testing::run(&compiled.rules);
            findings.extend(tested.into_iter().flat_map(|test| test.failures));
        }
        let found = found(&sources, &findings, &text);
        let expected = expected(&text);
        // A finding answers a mark whose message part it holds; extra and lacking ones both fail.
        let mut rest: Vec<&(Mark, String)> = found.iter().collect();
        let mut lacking = Vec::new();
        for (mark, part) in &expected {
            let hit = rest
                .iter()
                .position(|(other, message)| other == mark && message_fits(message, part));
            match hit {
                Some(at) => drop(rest.remove(at)),
                None => lacking.push((mark.clone(), part.clone())),
            }
        }
        if !rest.is_empty() || !lacking.is_empty() {
            let rest: Vec<_> = rest.into_iter().cloned().collect();
            failed.push_str(&format!(
                "== {name}: not marked\n{}== {name}: not found\n{}",
                shown(&rest, &text),
                shown(&lacking, &text)
            ));
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

fn message_fits(message: &str, part: &str) -> bool {
    // What stands in the help is told by the snapshots.
    part.is_empty() || message.contains(part)
}

#[test]
fn every_code_that_a_text_raises_has_a_case() {
    let mut seen = BTreeSet::new();
    for name in case_names() {
        for (mark, _) in expected(&case(&name)) {
            seen.insert(mark.code);
        }
    }
    // The others name the test that raises them.
    let by_a_text = |page: &&Page| !matches!(page.raised, Raised::Test { .. } | Raised::System(_));
    let lacking: Vec<&str> = codes::pages()
        .filter(by_a_text)
        .map(|page| page.code)
        .filter(|code| !seen.contains(*code))
        .collect();
    assert!(lacking.is_empty(), "no case for {lacking:?}");
}

#[test]
fn findings_are_drawn_for_people() {
    for name in [
        "names.tamis",
        "kinds.tamis",
        "schema.tamis",
        "cycles.tamis",
        "ranks.tamis",
    ] {
        let (sources, compiled) = compiled(&case(name));
        let drawn = render(&sources, &compiled.diagnostics, false);
        insta::assert_snapshot!(format!("drawn_{}", name.replace(".tamis", "")), drawn);
    }
    let text = "筛选 甲：年令 > 30 且 城市 = 5\n指标 乙：合计（消费.金鹅，近90天）\n筛选 丙：性别 = 女的\n";
    let (sources, compiled) = compiled(text);
    insta::assert_snapshot!(
        "drawn_chinese",
        render(&sources, &compiled.diagnostics, false)
    );
}

#[test]
fn an_unreadable_item_draws_no_second_finding_elsewhere() {
    let text = "metric broken \"坏的\": 5 +\nfilter uses: broken > 5 and 坏的 < 3 and city = 5\n";
    let (_, compiled) = compiled(text);
    let codes: Vec<&str> = compiled.diagnostics.iter().map(|f| f.code).collect();
    assert_eq!(codes.len(), 2, "{:?}", compiled.diagnostics);
    assert!(codes[0].starts_with("E1"));
    assert_eq!(codes[1], codes::MISMATCH);
}

#[test]
fn the_bundled_bank_is_sound() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules/berka");
    let loaded = crate::rules::load(&folder).unwrap();
    let drawn = render(&loaded.sources, &loaded.diagnostics, false);
    assert!(loaded.diagnostics.is_empty(), "{drawn}");
    sound::assert(&loaded.rules);
    let shapes: Vec<String> = loaded
        .rules
        .definitions
        .iter()
        .map(|definition| format!("{}: {}", definition.name, shape::of(&definition.expression)))
        .collect();
    insta::assert_snapshot!("berka_definitions", shapes.join("\n"));
}

#[test]
fn typed_trees_of_what_is_allowed() {
    let (sources, compiled) = compiled(&case("fine.tamis"));
    let drawn = render(&sources, &compiled.diagnostics, false);
    assert!(compiled.is_sound(), "{drawn}");
    sound::assert(&compiled.rules);
    let shapes: Vec<String> = compiled
        .rules
        .definitions
        .iter()
        .map(|definition| format!("{}: {}", definition.name, shape::of(&definition.expression)))
        .collect();
    insta::assert_snapshot!("fine_definitions", shapes.join("\n"));
    insta::assert_snapshot!("fine_routes", shape::of_routes(&compiled.rules));
}
