//! Every rule of the bundled data sets in the words of both tongues.

use std::path::Path;
use std::sync::Arc;

use tamis::base::kind::Kind;
use tamis::language::reading::{self, Rule};
use tamis::language::typed::{PluginCall, PluginFunction, PluginSignatures, Rules};
use tamis::language::words::Tongue;
use tamis::rules::{load_texts_with, read};

/// The plugin that the demo asks.
fn plugins() -> Arc<PluginSignatures> {
    Arc::new(PluginSignatures {
        functions: vec![PluginFunction {
            call: Arc::new(PluginCall {
                plugin: "churn".into(),
                function: "score".into(),
                only: true,
                revision: "1".into(),
            }),
            inputs: Vec::new(),
            output: Kind::Number,
        }],
    })
}

fn rules_of(folders: &[&str]) -> Rules {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let texts = folders
        .iter()
        .flat_map(|folder| read(&all.join(folder)).unwrap());
    let loaded = load_texts_with(texts.collect(), plugins());
    assert!(loaded.is_sound(), "{:?}", loaded.diagnostics);
    loaded.rules
}

/// Every rule of a set, one after the other.
fn all(rules: &Rules) -> Vec<Rule<'_>> {
    let definitions = rules.definitions.iter().map(Rule::Definition);
    let reports = rules.reports.iter().map(Rule::Report);
    let care = rules.care.iter().map(Rule::Care);
    let tests = rules.tests.iter().map(Rule::Test);
    let params = rules.params.iter().map(Rule::Param);
    let parts = rules.event_parts.iter().map(Rule::Part);
    params
        .chain(parts)
        .chain(definitions)
        .chain(reports)
        .chain(care)
        .chain(tests)
        .collect()
}

fn readings(rules: &Rules, tongue: Tongue) -> String {
    let read = all(rules)
        .into_iter()
        .map(|rule| reading::rule(rules, rule, tongue));
    read.collect::<Vec<_>>().join("\n")
}

#[test]
fn rules_are_read_in_both_tongues() {
    for (name, folders) in [
        ("bank", &["bank"][..]),
        ("berka", &["berka"]),
        ("demo", &["bank", "demo"]),
        ("cdnow", &["cdnow"]),
        ("marketing", &["marketing"]),
        ("retail", &["retail"]),
    ] {
        let rules = rules_of(folders);
        for (tongue, code) in [(Tongue::English, "en"), (Tongue::Chinese, "zh")] {
            let text = readings(&rules, tongue);
            insta::assert_snapshot!(format!("{name}_{code}"), text);
        }
    }
}
