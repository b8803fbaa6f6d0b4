//! What the sandbox costs: the bank's churn score in a guest beside the same Rust in this
//! process, over the same columns. Prints nanoseconds a customer and their ratio.
//!
//! `cargo bench --bench plugin`; `TAMIS_BENCH_CUSTOMERS` (200,000).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a bench prints its figures and stops at the first fault"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use tamis::base::clock::Clock;
use tamis::base::kind::Kind;
use tamis::columns::bits::Bits;
use tamis::engine::external::{ScoreData, Told};
use tamis::engine::outcome::{Condition, OutputResult, ResultColumn, ResultData};
use tamis::host::{Compiler, Options, PluginSet};

#[path = "../plugins/churn/src/model.rs"]
#[expect(dead_code, reason = "the names of the parts are the guest's")]
#[expect(
    clippy::disallowed_methods,
    reason = "a guest brings its own functions inside itself, the same on every machine"
)]
mod model;
mod shared;

use model::{Customer, Weights};

const RUNS: usize = 5;

fn column(kind: Kind, data: ResultData, count: usize) -> OutputResult {
    OutputResult {
        values: Some(ResultColumn {
            kind,
            data,
            presence: Bits::all(count),
        }),
        ..OutputResult::default()
    }
}

fn told(customers: &[Customer]) -> Vec<OutputResult> {
    let count = customers.len();
    let ints = |of: &dyn Fn(&Customer) -> f64| {
        let keys = customers.iter().map(|customer| of(customer) as i64);
        column(Kind::Int, ResultData::Keys(keys.collect()), count)
    };
    let numbers = |of: &dyn Fn(&Customer) -> f64| {
        column(
            Kind::Number,
            ResultData::Numbers(customers.iter().map(of).collect()),
            count,
        )
    };
    let mut yes = Bits::none(count);
    let mut no = Bits::none(count);
    for (at, customer) in customers.iter().enumerate() {
        yes.set(at, customer.loan);
        no.set(at, !customer.loan);
    }
    vec![
        ints(&|it| it.tenure),
        numbers(&|it| it.balance),
        numbers(&|it| it.outflow),
        numbers(&|it| it.outflow_before),
        ints(&|it| it.silent_days.unwrap_or(0.0)),
        ints(&|it| it.penalties),
        OutputResult {
            condition: Some(Condition { yes, no, hidden: 0 }),
            ..OutputResult::default()
        },
    ]
}

/// The least of some runs, in nanoseconds a customer, with the sum of the scores.
fn best(count: usize, mut run: impl FnMut() -> f64) -> (f64, f64) {
    let mut least = f64::INFINITY;
    let mut sum = 0.0;
    for _ in 0..RUNS {
        let started = Instant::now();
        sum = black_box(run());
        least = least.min(started.elapsed().as_nanos() as f64 / count as f64);
    }
    (least, sum)
}

fn main() {
    // `cargo test --benches` only asks whether it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let count = shared::number("TAMIS_BENCH_CUSTOMERS", 200_000);
    let customers: Vec<Customer> = (0..count)
        .map(|at| Customer {
            tenure: (at % 97) as f64,
            balance: (at * 37 % 90_000) as f64,
            outflow: (at * 11 % 20_000) as f64,
            outflow_before: (at * 13 % 21_000) as f64,
            silent_days: Some((at % 120) as f64),
            penalties: (at % 5) as f64,
            loan: at % 7 == 0,
        })
        .collect();
    let folder = std::env::temp_dir().join(format!("tamis-bench-{}", std::process::id()));
    let options = Options {
        compiler: Compiler::here(folder.clone()),
        clock: Clock::System,
        before: None,
    };
    let churn = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/churn");
    let plugin = PluginSet::open(&churn, &options).unwrap();
    let call = plugin.signatures().next().unwrap().call;
    let inputs = told(&customers);
    let weights = Weights::default();
    let (native, one) = best(count, || {
        customers
            .iter()
            .map(|customer| weights.score(customer))
            .sum()
    });
    let (guest, other) = best(count, || {
        let (answer, _) = plugin.answer(Told {
            call: &call,
            inputs: &inputs,
            rows: count,
            explain: false,
            cancel: None,
        });
        match answer.unwrap().data {
            ScoreData::Numbers(scores) => scores.iter().sum(),
            _ => f64::NAN,
        }
    });
    assert!((one - other).abs() < 1e-6 * one, "{one} and {other}");
    println!(
        "churn: native {native:.0} ns a customer, sandboxed {guest:.0} ns, ratio {:.2}",
        guest / native
    );
    // What the temporary folder keeps is of no use to anyone.
    let _ = std::fs::remove_dir_all(folder);
}
