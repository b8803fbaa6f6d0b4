//! Questions and reports over four bundled data sets whose answers were worked out in
//! SQL, apart from this program (README.md beside this file).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends with a panic"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tamis::base::calendar::Zone;
use tamis::base::clock::Clock;
use tamis::base::render::render;
use tamis::base::source::Sources;
use tamis::base::value::Value;
use tamis::columns::Snapshot;
use tamis::engine::RunOptions;
use tamis::ingest::{self, Files};
use tamis::language::compile;
use tamis::live::moment::{AskError, Moment, as_of};
use tamis::live::question::Question;
use tamis::report::{Column, period_text};
use tamis::store::Store;

/// One file of a folder.
struct Stated {
    file: String,
    filters: Vec<String>,
    reports: Vec<String>,
    as_of: Option<String>,
    /// Of filters.
    figures: Vec<u64>,
    /// Of reports: cells parted by `|`, a missing one is `-`.
    rows: Vec<String>,
}

fn rules_of(set: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("rules")
        .join(set)
}

fn stated(set: &str) -> Vec<Stated> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/answers")
        .join(set);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .filter(|path| !path.ends_with("schema.sql"))
        .collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Stated {
    let text = std::fs::read_to_string(path).unwrap();
    let all = |key: &str| -> Vec<String> {
        let head = format!("-- {key}: ");
        text.lines()
            .filter_map(|line| line.strip_prefix(&head).map(str::to_owned))
            .collect()
    };
    let numbers = ["yes", "no", "unknown", "sum of ids"].into_iter();
    let stated = Stated {
        file: path.file_name().unwrap().to_string_lossy().into_owned(),
        filters: all("filter").into_iter().chain(all("筛选")).collect(),
        reports: all("report").into_iter().chain(all("报表")).collect(),
        as_of: all("as of").pop(),
        figures: numbers
            .flat_map(all)
            .map(|figure| figure.parse().unwrap())
            .collect(),
        rows: all("row"),
    };
    let says = (
        stated.filters.len() + stated.reports.len(),
        stated.figures.len() / 4,
    );
    assert!(
        says.0 > 0 && (says.1 == 1) == stated.rows.is_empty(),
        "{}",
        stated.file
    );
    stated
}

fn imported(set: &str, data: &Path) -> (Moment, Store) {
    let loaded = tamis::rules::load(&rules_of(set)).unwrap();
    let errors: Vec<_> = loaded
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .cloned()
        .collect();
    assert!(
        errors.is_empty(),
        "{}",
        render(&loaded.sources, &errors, false)
    );
    let store = Store::open(data, &loaded.rules.schema).unwrap();
    let files = Files {
        rules: rules_of(set),
        rejects: data.join("rejects"),
        ..Files::default()
    };
    let (store, _) = ingest::import(store, &loaded.rules, &files, &|_| {}).unwrap();
    let settings = &loaded.rules.schema.settings;
    let zone = Zone::load(&settings.time_zone).unwrap();
    let snapshot = Snapshot::from_store(&store, &loaded.rules.schema, zone).unwrap();
    let now = Clock::new(settings.clock_starts).now();
    let moment = Moment::new(loaded.sources, loaded.rules, snapshot, now);
    (moment, store)
}

/// The rows of a report that stands beside the rules of the set.
fn rows(moment: &Moment, set: &str, report: &str) -> Vec<String> {
    let mut sources = Sources::clone(&moment.sources);
    sources.add("question.tamis", report);
    let compiled = compile::rules(&sources);
    assert!(
        compiled.is_sound(),
        "{}",
        render(&sources, &compiled.diagnostics, false)
    );
    let moment = Moment {
        rules: Arc::new(compiled.rules),
        ..moment.clone()
    };
    let files = tamis::report::Files {
        rules: rules_of(set),
    };
    let table = moment
        .table_of("r", false, &files, &RunOptions::default())
        .unwrap();
    let cell = |value: &Option<Value>, column: &Column| match (value, column.period) {
        (None, _) => "-".to_owned(),
        (Some(Value::Date(date)), Some(unit)) => period_text(*date, unit),
        (Some(value), _) => value.display(&column.kind, moment.zone()),
    };
    let rows = table.rows.iter();
    rows.map(|row| {
        let cells = row.iter().zip(&table.columns);
        let cells: Vec<String> = cells.map(|(value, column)| cell(value, column)).collect();
        cells.join("|")
    })
    .collect()
}

/// Yes, no, unknown, and the sum of the ids that match.
fn figures(moment: &Moment, filter: &str) -> [u64; 4] {
    let question = Question {
        filter,
        rows: true,
        ..Question::default()
    };
    let answer = match moment.ask(&question, &RunOptions::default()) {
        Ok(answer) => answer,
        Err(AskError::Text(sources, found)) => panic!("{}", render(&sources, &found, false)),
        Err(other) => panic!("{filter}: {other:?}"),
    };
    let rows = answer.rows.unwrap();
    assert_eq!(rows.len() as u64, answer.count, "{filter}");
    assert_eq!(
        answer.count + answer.no + answer.unknown,
        answer.total,
        "{filter}"
    );
    let ids = rows
        .iter()
        .map(|row| moment.snapshot.id(row.row).parse::<u64>().unwrap())
        .sum();
    [answer.count, answer.no, answer.unknown, ids]
}

fn wrong(moment: &Moment, set: &str, stated: &[Stated]) -> Vec<String> {
    let mut wrong = Vec::new();
    for one in stated {
        let mut moment = moment.clone();
        if let Some(text) = &one.as_of {
            moment.now = as_of(text, moment.zone()).unwrap();
        }
        for filter in &one.filters {
            let found = figures(&moment, filter);
            if found[..] != one.figures[..] {
                wrong.push(format!(
                    "{}: {filter}: stated {:?}, found {found:?}",
                    one.file, one.figures
                ));
            }
        }
        for report in &one.reports {
            let found = rows(&moment, set, report);
            if found != one.rows {
                wrong.push(format!(
                    "{}: {report}: stated\n{}\nfound\n{}",
                    one.file,
                    one.rows.join("\n"),
                    found.join("\n")
                ));
            }
        }
    }
    wrong
}

/// Every question of a set has the answer stated; there are so many at least.
fn agree(set: &str, count: usize) {
    let stated = stated(set);
    assert!(stated.len() >= count, "{set}: {}", stated.len());
    let folder = tempfile::tempdir().unwrap();
    let (moment, store) = imported(set, folder.path());
    store.close().unwrap();
    let wrong = wrong(&moment, set, &stated);
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn people_called_by_a_bank() {
    agree("marketing", 12);
}

#[test]
fn buyers_of_discs() {
    agree("cdnow", 13);
}

#[test]
fn buyers_of_gifts() {
    agree("retail", 11);
}

#[test]
fn agree_before_and_after_a_restart() {
    let stated = stated("berka");
    assert!(stated.len() >= 45, "{}", stated.len());
    let folder = tempfile::tempdir().unwrap();
    let (moment, store) = imported("berka", folder.path());
    assert_eq!(wrong(&moment, "berka", &stated), Vec::<String>::new());

    store.close().unwrap();
    let store = Store::open(folder.path(), &moment.rules.schema).unwrap();
    let again = Snapshot::from_store(&store, &moment.rules.schema, moment.zone().clone()).unwrap();
    let restarted = Moment {
        snapshot: Arc::new(again),
        ..moment
    };
    assert_eq!(wrong(&restarted, "berka", &stated), Vec::<String>::new());
}
