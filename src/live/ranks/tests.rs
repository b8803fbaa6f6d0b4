//! Who waits for whom while tables are built.

use std::sync::mpsc;
use std::time::{Duration, Instant as Clock};

use super::*;
use crate::base::calendar::Zone;
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::columns::Builder;
use crate::engine::external::NoPlugins;
use crate::language::compile;
use crate::plan::{self, Asked};
use crate::store::fact::{Fact, Row};

const RULES: &str = r#"
settings { time_zone "UTC" }
customer { assets: int  debts: int }
filter both: rank(assets) = 1 and rank(debts) = 1
"#;

/// Longer than any table of one customer takes, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn bank() -> (Plan, Snapshot) {
    let mut sources = Sources::default();
    sources.add("rules.tamis", RULES);
    let rules = compile::rules(&sources).rules;
    let both = compile::condition(&rules, "both", SourceId(0)).unwrap();
    let asked = Asked {
        name: "asked".into(),
        typed: &both.typed,
    };
    let mut builder = Builder::new(&rules.schema, Zone::utc());
    let customer = Fact::Customer {
        row: Row(0),
        id: "c0".into(),
    };
    builder.apply(0, &[customer]).unwrap();
    (plan::compile(&rules, &[asked]), builder.finish())
}

fn ranked(plan: &Plan) -> Vec<&RankedOp> {
    let operations = plan.program.operations.iter();
    let ranked = operations.filter_map(|operation| match &operation.op {
        crate::plan::operation::Op::Ranked(ranked) => Some(&**ranked),
        _ => None,
    });
    ranked.collect()
}

#[test]
fn whoever_waits_for_one_table_holds_none_that_others_wait_for() {
    let (plan, snapshot) = bank();
    let mut operations = ranked(&plan);
    operations.sort_by_key(|op| &op.table);
    let ranks = Arc::new(Ranks::new(&snapshot, Instant(1_000)));
    let cells: Vec<Cell> = operations.iter().map(|op| ranks.build(op).cell).collect();
    let [first, second] = cells.as_slice() else {
        panic!("two tables are asked");
    };
    let held = lock(second);
    let (done, ended) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let options = RunOptions::default();
            let view = View {
                snapshot: &snapshot,
                plugins: &NoPlugins,
                now: Instant(1_000),
                ranks: None,
                options: &options,
            };
            done.send(ranks.tables(&plan, &operations, view).map(|all| all.len()))
        });
        let from = Clock::now();
        let is_there = || free(first).is_some_and(|cell| cell.is_some());
        while !is_there() && from.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        let built = is_there();
        // The other goes on in either case, so that the test ends.
        drop(held);
        assert_eq!(ended.recv().unwrap(), Ok(2));
        assert!(built, "what is built is let go of");
    });
}
