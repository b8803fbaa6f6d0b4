//! A plugin in plain Rust, and what rules that call it come to: kernels beside the
//! reference evaluator fed by the same plugin, members beside those from nothing, and
//! members when it fails.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tamis::base::calendar::Instant;
use tamis::base::kind::Kind;
use tamis::base::span::SourceId;
use tamis::base::value::Value;
use tamis::columns::bits::Bits;
use tamis::columns::person::Person;
use tamis::engine::external::{PluginFault, ScoreData, Scored, Scorer, Told};
use tamis::engine::outcome::OutputResult;
use tamis::engine::reference::people::SnapshotPeople;
use tamis::engine::reference::{People, evaluate};
use tamis::engine::{Rows, RunError};
use tamis::language::compile;
use tamis::language::typed::{PluginCall, PluginFunction, PluginInput, PluginSignatures};
use tamis::live::run::Prepared;
use tamis::plan::{self, Asked, Statistics};

use crate::exact::{each_story, some_facts, some_world};
use crate::world::*;

/// Answers by its function's name; can be told to fail.
#[derive(Debug, Default)]
pub struct Native {
    pub broken: AtomicBool,
    /// Customers it was told of.
    pub told: AtomicU64,
}

/// One function: its name, what it reads (name, expression, kind, optional), what it gives.
type Shape<'s> = (&'s str, &'s [(&'s str, &'s str, Kind, bool)], Kind);

fn shapes() -> [Shape<'static>; 4] {
    [
        (
            "deep",
            &[
                ("wealth", "plugin.native.wealth()", Kind::Number, true),
                ("tier", "tier", Kind::Text, true),
            ],
            Kind::Int,
        ),
        (
            "mood",
            &[
                ("buys", "count(purchase, last 3 hours)", Kind::Int, false),
                ("note", "note", Kind::Text, true),
            ],
            Kind::Text,
        ),
        (
            "near",
            &[
                ("seen", "seen", Kind::Time, true),
                ("old", "hours since seen > 5", Kind::Bool, true),
            ],
            Kind::Bool,
        ),
        (
            "wealth",
            &[
                ("assets", "assets", Kind::Number, false),
                ("age", "months since born", Kind::Int, true),
            ],
            Kind::Number,
        ),
    ]
}

/// What rules may know of the native plugin.
pub fn signatures(revision: &str) -> Arc<PluginSignatures> {
    let functions = shapes().into_iter().map(|(function, inputs, output)| {
        let inputs = inputs
            .iter()
            .map(|(name, expression, kind, optional)| PluginInput {
                name: (*name).into(),
                expression: (*expression).into(),
                kind: kind.clone(),
                optional: *optional,
            });
        PluginFunction {
            call: Arc::new(PluginCall {
                plugin: "native".into(),
                function: function.into(),
                only: false,
                revision: revision.into(),
            }),
            inputs: inputs.collect(),
            output,
        }
    });
    Arc::new(PluginSignatures {
        functions: functions.collect(),
    })
}

/// What the plugin says when told this.
fn said(function: &str, told: &[Option<Value>]) -> Option<Value> {
    match (function, told) {
        ("wealth", [Some(Value::Number(assets)), age]) => {
            let age = match age {
                Some(Value::Int(age)) => *age as f64,
                _ => 7.0,
            };
            Some(Value::Number(assets / 100.0 + age / 3.0)).filter(|_| *assets < 180.0)
        }
        ("mood", [Some(Value::Int(buys)), note]) => match (buys, note) {
            (0, None) => None,
            (0, Some(_)) => Some(Value::Text("bad".into())),
            _ => Some(Value::Text("good".into())),
        },
        ("near", [Some(Value::Time(at)), Some(Value::Bool(old))]) => {
            Some(Value::Bool(at.0 % 3 == 0 || *old))
        }
        ("deep", [wealth, tier]) => {
            let wealth = match wealth {
                Some(Value::Number(wealth)) => wealth.floor() as i64,
                _ => -1,
            };
            match tier {
                Some(Value::Text(tier)) if &**tier == "gold" => Some(Value::Int(wealth * 2)),
                Some(_) => Some(Value::Int(wealth)),
                None => None,
            }
        }
        _ => None,
    }
}

fn told_at(output: &OutputResult, at: usize) -> Option<Value> {
    match (&output.condition, &output.values) {
        (Some(condition), _) => condition.get(at).map(Value::Bool),
        (_, Some(values)) => values.get(at),
        _ => None,
    }
}

impl Scorer for Native {
    fn score(&self, told: Told<'_>) -> Result<Scored, PluginFault> {
        self.told.fetch_add(told.rows as u64, Ordering::Relaxed);
        if self.broken.load(Ordering::Relaxed) {
            return Err(PluginFault {
                plugin: told.call.plugin.clone(),
                function: told.call.function.clone(),
                version: "1.0.0".into(),
                batch: Some(1),
                code: "plugin_trap",
                reason: "it fell".to_owned(),
            });
        }
        let answers: Vec<Option<Value>> = (0..told.rows)
            .map(|at| {
                let told_of: Vec<_> = told.inputs.iter().map(|it| told_at(it, at)).collect();
                said(&told.call.function, &told_of)
            })
            .collect();
        let mut present = Bits::none(answers.len());
        let mut flags = Bits::none(answers.len());
        let (mut numbers, mut ints, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for (at, answer) in answers.iter().enumerate() {
            present.set(at, answer.is_some());
            flags.set(at, *answer == Some(Value::Bool(true)));
            numbers.push(if let Some(Value::Number(it)) = answer {
                *it
            } else {
                0.0
            });
            ints.push(if let Some(Value::Int(it)) = answer {
                *it
            } else {
                0
            });
            texts.push(if let Some(Value::Text(it)) = answer {
                it.clone()
            } else {
                "".into()
            });
        }
        let data = match &*told.call.function {
            "wealth" => ScoreData::Numbers(numbers),
            "deep" => ScoreData::Ints(ints),
            "near" => ScoreData::Flags(flags),
            _ => ScoreData::Texts(texts),
        };
        Ok(Scored {
            data,
            present,
            missing: BTreeMap::new(),
            accounts: Vec::new(),
            by: "native 1.0.0".into(),
        })
    }
}

/// Customers of whom the plugin speaks when asked: its inputs by the reference evaluator.
pub struct Speaking<'a> {
    pub world: &'a World,
    pub now: Instant,
}

impl People for Speaking<'_> {
    fn person(&self, row: u32) -> Arc<Person> {
        SnapshotPeople(&self.world.snapshot).person(row)
    }

    fn rows(&self) -> u32 {
        self.world.snapshot.rows()
    }

    fn outside(&self, call: &PluginCall, row: u32) -> Option<Value> {
        let rules = &self.world.rules;
        let signature = &rules.plugins.functions;
        let function = signature.iter().find(|it| *it.call == *call).unwrap();
        let told: Vec<_> = function
            .inputs
            .iter()
            .map(|input| {
                let text = match input.kind {
                    Kind::Number if &*input.name == "assets" => "number(assets)",
                    Kind::Text if &*input.name == "tier" => "text(tier)",
                    _ => &input.expression,
                };
                let typed = compile::expression(rules, text, SourceId(9)).unwrap().typed;
                evaluate(rules, self, row, &typed, self.now, &self.world.zone)
            })
            .collect();
        said(&call.function, &told)
    }
}

/// Expressions of every kind that a plugin's answer can stand in.
const EXPRESSIONS: &[&str] = &[
    "plugin.native.wealth() > 5 and assets > 20",
    "not (plugin.native.wealth() between 2 and 8) or tier = gold",
    "plugin.native.mood() = \"good\"",
    "plugin.native.mood() is missing",
    "plugin.native.near()",
    "plugin.native.near() default no",
    "plugin.native.deep()",
    "if plugin.native.near() then plugin.native.wealth() else 1",
    "any guarantor (plugin.native.wealth() > 4)",
    "none guarantees (plugin.native.near() and any guarantor (plugin.native.deep() > 1))",
    "count(guarantor where plugin.native.mood() != \"bad\")",
    "count(purchase where amount > 40 and plugin.native.near())",
    "any(purchase where number(amount) > plugin.native.wealth() * 4)",
    "plugin.native.wealth() + plugin.native.deep() > 9",
];

#[test]
fn a_plugins_answers_are_those_of_the_reference_fed_by_the_same_plugin() {
    each_story(8, |chance, _| {
        let mut world = some_world(chance, crate::rules::CONDITIONS, 2);
        for _ in 0..3 {
            let facts = some_facts(chance, &world, 12);
            world.go(world.now, &facts);
            let people = Speaking {
                world: &world,
                now: world.now,
            };
            for text in EXPRESSIONS {
                let typed = compile::expression(&world.rules, text, SourceId(9));
                let typed = typed
                    .unwrap_or_else(|found| panic!("{text}: {found:#?}"))
                    .typed;
                let asked = || Asked {
                    name: (*text).into(),
                    typed: &typed,
                };
                let written = plan::compile(&world.rules, &[asked()]);
                let better = plan::optimise(written.clone(), &Statistics::default());
                let rows = world.snapshot.rows();
                let some = vec![rows - 1, 0, rows - 1];
                for plan in [written, better] {
                    let prepared = Prepared::new(plan);
                    let all = prepared.run(world.view(), &Rows::All).unwrap();
                    let list = Rows::List(some.clone());
                    let listed = prepared.run(world.view(), &list).unwrap();
                    for row in 0..rows {
                        let wanted =
                            evaluate(&world.rules, &people, row, &typed, world.now, &world.zone);
                        let told = || format!("{text} of c{row}");
                        assert_eq!(told_at(&all.outputs[0], row as usize), wanted, "{}", told());
                        for (at, _) in some.iter().enumerate().filter(|(_, of)| **of == row) {
                            assert_eq!(told_at(&listed.outputs[0], at), wanted, "{}", told());
                        }
                    }
                }
            }
        }
    });
}

const RULES: &str = "filter rich: plugin.native.wealth() > 3\nfilter plain_ones: tier = plain";

#[test]
fn a_plugin_that_fails_leaves_its_filters_as_they_were() {
    let mut world = World::new("UTC", RULES, 3, "2024-05-01T00:00");
    let rich = |row, assets| attribute(row, ASSETS, None, money(assets));
    world.take("2024-05-01T01:00", &[rich(0, 100), rich(1, 150)]);
    world.native.broken.store(true, Ordering::Relaxed);
    let plain = attribute(2, TIER, None, Some(Value::Enum(1)));
    let told = world.take("2024-05-01T02:00", &[rich(2, 120), rich(0, 0), plain]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("plain_ones c2 entered"));
    let set = world.members.of("rich").unwrap();
    assert_eq!(set.rows().collect::<Vec<_>>(), [0, 1]);
    let why = set.stale.clone().unwrap();
    assert_eq!(
        &*why,
        "the plugin `native 1.0.0` failed in `wealth`, batch 1: it fell"
    );
    assert_eq!(world.members.of("plain_ones").unwrap().stale, None);
    world.native.broken.store(false, Ordering::Relaxed);
    let mut told = world.until("2024-05-01T03:00");
    told.sort();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("rich c0 left") && told[1].starts_with("rich c2 entered"));
    assert_eq!(world.members.of("rich").unwrap().stale, None);
}

#[test]
fn only_the_customers_touched_are_told_of() {
    let mut world = World::new("UTC", RULES, 3, "2024-05-01T00:00");
    let before = world.native.told.load(Ordering::Relaxed);
    world.take(
        "2024-05-01T01:00",
        &[attribute(1, ASSETS, None, money(100))],
    );
    assert_eq!(world.native.told.load(Ordering::Relaxed) - before, 1);
    world.take("2024-05-01T02:00", &[attribute(1, NOTE, None, None)]);
    assert_eq!(world.native.told.load(Ordering::Relaxed) - before, 1);
}

#[test]
fn a_plugin_that_answers_otherwise_is_a_cause_of_its_own() {
    let mut world = World::new("UTC", RULES, 2, "2024-05-01T00:00");
    world.take(
        "2024-05-01T01:00",
        &[attribute(1, ASSETS, None, money(100))],
    );
    let rules = compiled_with("UTC", RULES, "2");
    let (members, reload) = world.members.reload(&rules, world.view()).unwrap();
    assert!(reload.changes.is_empty());
    assert_eq!(
        members.runs(),
        world.members.runs() + 1,
        "what it says is asked anew"
    );
    let rules = compiled("UTC", "filter rich: plugin.native.wealth() > 3");
    let (members, reload) = world.members.reload(&rules, world.view()).unwrap();
    assert_eq!(
        (members.runs(), reload.changes.len()),
        (world.members.runs(), 0)
    );
}

#[test]
fn a_failed_plugin_fails_the_run_that_needs_it() {
    let world = World::new("UTC", RULES, 2, "2024-05-01T00:00");
    world.native.broken.store(true, Ordering::Relaxed);
    let text = "assets is missing or plugin.native.wealth() > 3";
    let typed = compile::condition(&world.rules, text, SourceId(9))
        .unwrap()
        .typed;
    let plan = plan::compile(
        &world.rules,
        &[Asked {
            name: "asked".into(),
            typed: &typed,
        }],
    );
    let failed = Prepared::new(plan).run(world.view(), &Rows::All);
    assert!(matches!(failed, Err(RunError::Plugin(_))), "{failed:?}");
}
