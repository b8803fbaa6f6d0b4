//! Calls of plugins: found, typed, printed, and refused with a reason.

use std::sync::Arc;

use crate::base::kind::Kind;
use crate::base::render::render;
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::language::compile::{self, Compiled};
use crate::language::printer;
use crate::language::typed::{Node, PluginCall, PluginFunction, PluginInput, PluginSignatures};
use crate::language::words::Tongue;

const RULES: &str = r#"
customer { assets: money, opened "开户日": date, city: one of (Prague, Brno), note: text }
event visit { length: int }
metric wealth: plugin.churn()
"#;

fn function(plugin: &str, function: &str, only: bool, inputs: &[(&str, Kind)]) -> PluginFunction {
    let inputs = inputs.iter().map(|(expression, kind)| PluginInput {
        name: "told".into(),
        expression: (*expression).into(),
        kind: kind.clone(),
        optional: false,
    });
    PluginFunction {
        call: Arc::new(PluginCall {
            plugin: plugin.into(),
            function: function.into(),
            only,
            revision: "1".into(),
        }),
        inputs: inputs.collect(),
        output: Kind::Number,
    }
}

pub(super) fn signatures() -> Arc<PluginSignatures> {
    let churn = [
        ("assets", Kind::Number),
        ("months since opened", Kind::Int),
        ("city", Kind::Text),
        ("opened", Kind::Time),
        ("count(visit where length > 3)", Kind::Number),
    ];
    Arc::new(PluginSignatures {
        functions: vec![
            function("bad", "kind", false, &[("note", Kind::Number)]),
            function("bad", "name", false, &[("asets", Kind::Number)]),
            function("bad", "text", false, &[("assets >", Kind::Number)]),
            function("churn", "score", true, &churn),
            function("plain", "score", true, &[("children", Kind::Int)]),
            function("own", "score", true, &[("around", Kind::Number)]),
            function("ring", "score", true, &[("plugin.ring()", Kind::Number)]),
        ],
    })
}

fn compiled(items: &str) -> (Sources, Compiled) {
    let mut sources = Sources::default();
    sources.add("rules.tamis", format!("{RULES}{items}"));
    let compiled = compile::rules_with(&sources, signatures());
    (sources, compiled)
}

#[test]
fn a_call_has_its_inputs_and_prints_in_both_tongues() {
    let (_, compiled) = compiled("filter gone: plugin.churn() > 0.5 and plugin.churn.score() < 2");
    assert!(compiled.is_sound(), "{:#?}", compiled.diagnostics);
    let rules = compiled.rules;
    let read = |text| {
        compile::expression(&rules, text, SourceId(7))
            .unwrap()
            .typed
    };
    let call = read("plugin.churn()");
    let Node::Plugin { call: of, inputs } = &call.node else {
        panic!("{call:?}");
    };
    assert_eq!(
        (&*of.plugin, &*of.function, &call.kind),
        ("churn", "score", &Kind::Number)
    );
    let kinds: Vec<&Kind> = inputs.iter().map(|input| &input.kind).collect();
    assert_eq!(
        kinds,
        [
            &Kind::Number,
            &Kind::Int,
            &Kind::Text,
            &Kind::Time,
            &Kind::Number
        ]
    );
    for (text, english, chinese) in [
        ("plugin.churn.score()", "plugin.churn()", "插件.churn（）"),
        (
            "插件.churn（）> 1",
            "plugin.churn() > 1",
            "插件.churn（） > 1",
        ),
        ("plugin.bad.`kind`()", "", ""),
    ] {
        match compile::expression(&rules, text, SourceId(7)) {
            Ok(checked) => {
                let shown = |tongue| printer::typed(&rules, None, &checked.typed, tongue);
                assert_eq!(shown(Tongue::English), english);
                assert_eq!(shown(Tongue::Chinese), chinese);
            }
            Err(found) => assert!(english.is_empty(), "{text}: {found:#?}"),
        }
    }
}

#[test]
fn inside_where_and_relations_inputs_are_about_the_customer() {
    let (_, compiled) = compiled(
        "filter busy: any(visit where length > plugin.churn())\nrelation friend: customer -> customer\nfilter near: any friend (plugin.churn() > 1)",
    );
    assert!(compiled.is_sound(), "{:#?}", compiled.diagnostics);
}

#[test]
fn calls_that_cannot_be() {
    let cases = [
        "plugin.chrun() > 1",
        "plugin.bad() > 1",
        "plugin.bad.kinf() > 1",
        "plugin.bad.kind() > 1",
        "plugin.bad.name() > 1",
        "plugin.bad.text() > 1",
        "plugin.ring() > 1",
        "plugin.churn(assets) > 1",
        "plugin.churn > 1",
    ];
    let items = cases.map(|case| format!("filter f: {case}\n"));
    let circle = "metric around: plugin.own()\n".to_owned();
    let mut shown = String::new();
    for item in items.into_iter().chain([circle]) {
        let (sources, compiled) = compiled(&item);
        shown.push_str(&render(&sources, &compiled.diagnostics, false));
    }
    insta::assert_snapshot!(shown);
}
