//! The engine beside DuckDB: every kind of question and a thousand filters over the same made-up
//! customers and events, answers compared, times of both in turn. Prints one table.
//!
//! `TAMIS_PYTHON=python-with-duckdb cargo bench --bench engine`; `TAMIS_BENCH_CUSTOMERS` (100,000; fifty
//! events each), `TAMIS_BENCH_RUNS` (7 of each question), `TAMIS_BENCH_ONLY` (questions whose names hold
//! that text), `TAMIS_BENCH_IMPORT` (0 leaves the import out), `TAMIS_BENCH_FOLDER` (the system's scratch
//! folder). Without DuckDB it says so and measures Tamis alone. An answer that differs ends it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on ends with a panic, and prints"
)]

use std::time::Instant;

use tamis::base::source::Sources;
use tamis::engine::{External, Rows, RunOptions, run};
use tamis::live::moment::Moment;
use tamis::live::question::Question as Asked;
use tamis::plan::{self, Asked as Named};

mod duck;
mod files;
mod import;
mod page;
mod parquet;
mod questions;
#[path = "../shared/mod.rs"]
mod shared;
mod thousand;
mod world;

use duck::Duck;
use page::{Line, Page};
use questions::{QUESTIONS, Question};

const RULES: &str = include_str!("rules.tamis");
/// Threads of either engine.
pub const THREADS: usize = 2;

/// `cargo test --bench engine` asks a small world, whether everything answers.
pub fn is_test() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

fn main() {
    tamis::base::memory::set_up();
    let is_test = is_test();
    let customers =
        shared::number("TAMIS_BENCH_CUSTOMERS", if is_test { 500 } else { 100_000 }) as u32;
    let runs = shared::number("TAMIS_BENCH_RUNS", if is_test { 1 } else { 7 }).max(1);
    let only = std::env::var("TAMIS_BENCH_ONLY").unwrap_or_default();
    let scratch = shared::scratch();
    let mut duck = Duck::start(THREADS)
        .map_err(|why| println!("without DuckDB: {why}"))
        .ok();
    let imports = shared::number("TAMIS_BENCH_IMPORT", 1) > 0;
    let events = match duck.is_some() || imports {
        true => files::write(scratch.path(), customers),
        // Nobody reads the files of ten million customers, 25 GB.
        false => (0..customers)
            .map(|number| world::events(number).len() as u64)
            .sum(),
    };
    let mut page = Page::new(
        customers,
        events,
        duck.as_ref().map(|duck| duck.version.as_str()),
    );
    if let Some(duck) = &mut duck {
        let said = duck.ask(&files::load_sql(scratch.path()), "", 0);
        page.duck_load(said.run_ms.iter().sum(), said.resident);
    }
    let moment = loaded(customers, &mut page);
    for question in QUESTIONS
        .iter()
        .filter(|question| question.name.contains(&only))
    {
        page.question(answer(&moment, question, duck.as_mut(), runs));
    }
    if "thousand filters".contains(&only) {
        page.thousand(thousand_filters(&moment, duck.as_mut(), runs.min(5)));
    }
    page.memory(
        &moment.snapshot,
        duck.as_mut().map(|duck| duck.ask(&[], "", 0)),
    );
    drop(moment);
    // The import is measured when nothing else runs.
    if let Some(duck) = duck {
        duck.end();
    }
    if imports {
        import::measure(scratch.path(), customers, events, &mut page);
    }
    page.print();
}

/// The rules with some more.
fn rules(more: &str) -> (Sources, tamis::language::typed::Rules) {
    let mut sources = Sources::default();
    sources.add("rules.tamis", RULES);
    sources.add("more.tamis", more);
    let compiled = tamis::language::compile::rules(&sources);
    assert!(compiled.is_sound(), "{:#?}", compiled.diagnostics);
    (sources, compiled.rules)
}

fn loaded(customers: u32, page: &mut Page) -> Moment {
    let (sources, rules) = rules(&thousand::thousand().rules);
    let from = Instant::now();
    let snapshot = world::columns(&rules.schema, customers);
    page.loaded(from.elapsed(), &snapshot);
    let now = snapshot.zone().parse("2024-06-30T23:59:59").unwrap();
    Moment::new(sources, rules, snapshot, now)
}

fn options() -> RunOptions {
    RunOptions {
        threads: THREADS,
        ..RunOptions::default()
    }
}

/// Times a question in both, one after the other.
fn answer(moment: &Moment, question: &Question, duck: Option<&mut Duck>, runs: usize) -> Line {
    let mut ours_ms = Vec::new();
    let asked = Asked {
        filter: question.filter,
        ..Asked::default()
    };
    let mut count = 0;
    for _ in 0..=runs {
        let fresh = question.ranked.then(|| moment.at(moment.now));
        let from = Instant::now();
        let answered = fresh.as_ref().unwrap_or(moment).ask(&asked, &options());
        ours_ms.push(from.elapsed().as_secs_f64() * 1e3);
        count = answered
            .unwrap_or_else(|error| panic!("{}: {error:?}", question.filter))
            .count;
    }
    ours_ms.remove(0);
    let duck_ms = duck.map(|duck| {
        let mut said = duck.ask(&[], question.sql, runs + 1);
        let ours = [i128::from(count), sum(moment, question)];
        assert_eq!(ours, *said.answer, "answers differ: {}", question.name);
        said.ask_ms.remove(0);
        said.ask_ms
    });
    Line::new(question.name, count, ours_ms, duck_ms)
}

/// The sum of the numbers of those who answer yes.
fn sum(moment: &Moment, question: &Question) -> i128 {
    let asked = Asked {
        filter: question.filter,
        rows: true,
        ..Asked::default()
    };
    let rows = moment.ask(&asked, &options()).unwrap().rows.unwrap();
    rows.iter().map(|row| i128::from(row.row)).sum()
}

/// All filters of the thousand as one plan, from the events on; in DuckDB a table of what they read is
/// built, and all are counted in one pass.
fn thousand_filters(moment: &Moment, duck: Option<&mut Duck>, runs: usize) -> Vec<Line> {
    let asked: Vec<Named<'_>> = moment
        .rules
        .definitions
        .iter()
        .filter(|definition| is_numbered(&definition.name))
        .map(|definition| Named {
            name: definition.name.clone(),
            typed: &definition.expression,
        })
        .collect();
    assert_eq!(asked.len(), thousand::FILTERS);
    let (mut ours_ms, mut plan_ms, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=runs {
        let from = Instant::now();
        let mut plan = plan::optimise(plan::compile(&moment.rules, &asked), &moment.statistics);
        // Members are wanted, not whom to blame where nobody knows.
        plan.outputs
            .iter_mut()
            .for_each(|output| output.origins.clear());
        plan_ms.push(from.elapsed().as_secs_f64() * 1e3);
        let outcome = run(
            &plan,
            &moment.snapshot,
            &External::default(),
            &Rows::All,
            moment.now,
            &options(),
        );
        ours_ms.push(from.elapsed().as_secs_f64() * 1e3);
        let conditions = outcome
            .unwrap()
            .outputs
            .into_iter()
            .map(|output| output.condition.unwrap());
        counts = conditions
            .map(|condition| i128::from(condition.yes.count()))
            .collect();
    }
    ours_ms.remove(0);
    plan_ms.remove(0);
    let total = counts.iter().sum::<i128>() as u64;
    let mut lines = Vec::new();
    let duck_ms = duck.map(|duck| {
        let made = thousand::thousand();
        let (mut both, mut answer) = (Vec::new(), Vec::new());
        for _ in 0..=runs {
            let said = duck.ask(std::slice::from_ref(&made.build), &made.evaluate, 1);
            both.push(said.run_ms[0] + said.ask_ms[0]);
            answer = said.answer;
        }
        both.remove(0);
        assert_eq!(counts, answer, "answers differ: a thousand filters");
        both
    });
    lines.push(Line::new(
        "1,000 filters from raw events",
        total,
        ours_ms,
        duck_ms,
    ));
    lines.push(Line::new("  of which the plan", total, plan_ms, None));
    lines
}

fn is_numbered(name: &str) -> bool {
    name.strip_prefix('f')
        .is_some_and(|number| number.parse::<u32>().is_ok())
}
