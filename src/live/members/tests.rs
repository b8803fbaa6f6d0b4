//! What a run that fails leaves behind.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::base::calendar::Zone;
use crate::base::source::Sources;
use crate::columns::{Builder, Snapshot};
use crate::engine::RunOptions;
use crate::engine::external::NoPlugins;
use crate::language::compile;
use crate::store::fact::{Fact, Row};

const RULES: &str = r#"
settings { time_zone "UTC" }
customer { assets: int }
filter poor: assets is missing
filter rich: assets > 5
"#;

fn bank() -> (Rules, Snapshot) {
    bank_with("")
}

fn bank_with(more: &str) -> (Rules, Snapshot) {
    let mut sources = Sources::default();
    sources.add("rules.tamis", format!("{RULES}{more}"));
    let rules = compile::rules(&sources).rules;
    let mut builder = Builder::new(&rules.schema, Zone::utc());
    let customer = Fact::Customer {
        row: Row(0),
        id: "c0".into(),
    };
    builder.apply(0, &[customer]).unwrap();
    (rules, builder.finish())
}

#[test]
fn a_set_whose_run_failed_stays_and_is_made_anew() {
    let (rules, snapshot) = bank();
    let options = RunOptions::default();
    let view = View {
        snapshot: &snapshot,
        plugins: &NoPlugins,
        now: Instant(1_000),
        ranks: None,
        options: &options,
    };
    let mut members = Members::compute(&rules, view).unwrap();
    let mut changes = Vec::new();
    let failed = vec![(0, Err("the plugin fell".into()))];
    members.replace(failed, view.now, &Cause::Time, &mut changes);
    assert!(changes.is_empty());
    let poor = members.of("poor").unwrap();
    assert_eq!(
        (poor.count(), poor.stale.as_deref()),
        (1, Some("the plugin fell"))
    );
    assert_eq!(members.of("rich").unwrap().stale, None);
    let none = Bits::none(1);
    // What is stale is not compared with what was kept.
    assert!(
        members
            .since_kept(|_| Some(&none), &Cause::Restart)
            .is_empty()
    );
    let (members, changes) = members
        .advance(&snapshot, &Touched::default(), view)
        .unwrap();
    assert!(changes.is_empty());
    assert_eq!(members.of("poor").unwrap().stale, None);
    let restarted = members.since_kept(|_| Some(&none), &Cause::Restart);
    let wanted = Change {
        filter: "poor".into(),
        row: 0,
        entered: true,
        at: view.now,
        cause: Cause::Restart,
    };
    assert_eq!(restarted, [wanted]);
}

#[test]
fn a_cancelled_advance_gives_no_members() {
    let (rules, snapshot) = bank();
    let options = RunOptions::default();
    let view = View {
        snapshot: &snapshot,
        plugins: &NoPlugins,
        now: Instant(1_000),
        ranks: None,
        options: &options,
    };
    let members = Members::compute(&rules, view).unwrap();
    let options = RunOptions {
        cancel: Some(Arc::new(AtomicBool::new(true))),
        ..RunOptions::default()
    };
    let view = View {
        options: &options,
        ..view
    };
    let mut touched = Touched::default();
    touched.add(Touch::Attribute(crate::schema::AttributeId(0)), 0);
    let cancelled = members.advance(&snapshot, &touched, view);
    assert_eq!(cancelled.err(), Some(RunError::Cancelled));
}

#[test]
fn the_audience_of_a_care_plan_is_watched_like_a_filter() {
    let (rules, snapshot) =
        bank_with("care help { for poor and assets is missing  when enters  step a: stop }");
    let options = RunOptions::default();
    let view = View {
        snapshot: &snapshot,
        plugins: &NoPlugins,
        now: Instant(1_000),
        ranks: None,
        options: &options,
    };
    let members = Members::compute(&rules, view).unwrap();
    let names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["poor", "rich", "care help"]);
    assert_eq!(members.of("care help").map(MemberSet::count), Some(1));
    assert!(is_audience("care help") && !is_audience("careful"));
}
