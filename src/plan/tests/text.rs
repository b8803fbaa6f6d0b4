//! Rule text → plans, the whole way.

use std::path::Path;
use std::sync::Arc;

use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::language::typed::{DefinitionId, Rules, Typed};
use crate::language::{compile as language, typed::Node};
use crate::plan::explain::{Measured, SlotMeasured};
use crate::plan::{Asked, Plan, Statistics, compile, explain, explain_analyzed, optimise};

const RULES: &str = r#"
customer {
  assets "资产": money
  age "年龄": int
  city "城市": text
  tags: set of text
  opened_on: date
}
event purchase "消费" { amount "金额": money  channel: one of (mobile, branch, web) }
event login { }
holding loan key loan_id { amount: money  due: date }
relation guarantor inverse guarantees: customer -> customer
relation manager: customer -> text

param limit = 50k

metric spend "近年消费": sum(purchase.amount where channel in (mobile, web), last 365 days)
filter rich "富裕": assets >= 500k
filter silent: none(login, last 30 days)
filter target: rich and silent and not city in ("上海", "北京")
"#;

fn rules() -> Rules {
    let mut sources = Sources::default();
    sources.add("rules.tamis", RULES);
    let compiled = language::rules(&sources);
    assert!(compiled.is_sound(), "{:?}", compiled.diagnostics);
    compiled.rules
}

fn optimised(rules: &Rules, text: &str) -> Plan {
    let typed = language::expression(rules, text, SourceId(9))
        .unwrap_or_else(|found| panic!("{text}: {found:?}"))
        .typed;
    let name = text.into();
    let asked = Asked {
        name,
        typed: &typed,
    };
    optimise(compile(rules, &[asked]), &Statistics::default())
}

fn shown(text: &str) -> String {
    let rules = rules();
    explain(&optimised(&rules, text), &rules, &Statistics::default())
}

#[test]
fn a_target_group() {
    insta::assert_snapshot!(shown("target and spend > limit and age between 30 and 45"));
}

#[test]
fn units_and_periods_are_told() {
    let shown = shown(
        "rising(sum(purchase.amount) by month, last 3 whole months) \
         and months(any(login), last 2 whole months) = 2",
    );
    for part in [
        "rising sum by months",
        "month 1 back",
        "month 2 back",
        "count yes of",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn windows_with_bounds_relations_and_sets() {
    insta::assert_snapshot!(shown(
        "count(purchase, since opened_on) >= 3 and any guarantor (rich) and tags contains \"vip\" \
         and manager contains \"Wang\" and any(loan where due in next 30 days and amount > assets / 2)"
    ));
}

#[test]
fn both_tongues_are_one_plan() {
    let rules = rules();
    let english = optimised(
        &rules,
        "assets >= 500k and (city = \"上海\" or city = \"北京\")",
    );
    let chinese = optimised(
        &rules,
        "资产 不低于 50万 且 （城市 = “上海” 或 城市 = “北京”）",
    );
    assert_eq!(english.program, chinese.program);
    insta::assert_snapshot!(explain(&english, &rules, &Statistics::default()));
}

#[test]
fn constants_of_params_fold() {
    insta::assert_snapshot!(shown(
        "spend > 2 * limit and age in (18..25, 26, 25..30) and (1 > 2 or age is present)"
    ));
}

#[test]
fn measured_figures_stand_beside_their_slots() {
    let rules = rules();
    let plan = optimised(&rules, "rich and silent");
    let slots = (0..plan.program.operations.len() as u64)
        .map(|slot| SlotMeasured {
            rows: 1_000 - slot,
            time_ns: 1_500 * slot,
            cells_read: slot % 2,
            cells_skipped: 0,
            blocks: 2,
            blocks_skipped: slot % 2,
            facts: slot % 2 * 100,
            bytes: slot * 1_000,
            rows_spared: slot / 2 * 10,
            where_facts: slot % 2 * 60,
            where_bytes: slot % 2 * 240,
            where_facts_spared: slot % 2 * 40,
            where_cells_spared: slot % 2 * 3,
        })
        .collect();
    let statistics = Statistics {
        customers: Some(1_000),
        ..Statistics::default()
    };
    let measured = Measured {
        slots,
        elapsed_us: 9,
    };
    insta::assert_snapshot!(explain_analyzed(&plan, &rules, &statistics, &measured));
}

#[test]
fn the_bundled_bank_is_one_plan_with_shared_parts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/berka");
    let loaded = crate::rules::load(&folder).unwrap();
    assert!(loaded.is_sound(), "{:?}", loaded.diagnostics);
    let rules = loaded.rules;
    let named: Vec<(Arc<str>, Typed)> = rules
        .definitions
        .iter()
        .zip(0..)
        .map(|(definition, id)| {
            let typed = Typed {
                node: Node::Definition(DefinitionId(id)),
                kind: definition.expression.kind.clone(),
                span: definition.span,
            };
            (definition.name.clone(), typed)
        })
        .collect();
    let asked: Vec<Asked> = named
        .iter()
        .map(|(name, typed)| Asked {
            name: name.clone(),
            typed,
        })
        .collect();
    let together = optimise(compile(&rules, &asked), &Statistics::default());
    assert_eq!(together.outputs.len(), named.len());
    let apart: usize = asked
        .iter()
        .map(|asked| {
            let plan = optimise(
                compile(&rules, std::slice::from_ref(asked)),
                &Statistics::default(),
            );
            plan.program.operations.len()
        })
        .sum();
    let shared = together.program.operations.len();
    assert!(
        shared < apart,
        "{shared} operations together, {apart} apart"
    );
}
