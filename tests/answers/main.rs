//! Questions over the bundled bank whose answers were worked out in SQL, apart from
//! this program (README.md beside this file).
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
use tamis::columns::Snapshot;
use tamis::engine::RunOptions;
use tamis::ingest::{self, Files};
use tamis::live::moment::{AskError, Moment, as_of};
use tamis::live::question::Question;
use tamis::store::Store;

/// One file of the folder.
struct Stated {
    file: String,
    filters: Vec<String>,
    as_of: Option<String>,
    figures: [u64; 4],
}

fn bank() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/berka")
}

fn stated() -> Vec<Stated> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers/berka");
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
    let number = |key: &str| all(key).first().unwrap().parse().unwrap();
    Stated {
        file: path.file_name().unwrap().to_string_lossy().into_owned(),
        filters: all("filter").into_iter().chain(all("筛选")).collect(),
        as_of: all("as of").pop(),
        figures: ["yes", "no", "unknown", "sum of ids"].map(number),
    }
}

fn imported(data: &Path) -> (Moment, Store) {
    let loaded = tamis::rules::load(&bank()).unwrap();
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
        rules: bank(),
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

fn wrong(moment: &Moment, stated: &[Stated]) -> Vec<String> {
    let mut wrong = Vec::new();
    for one in stated {
        let mut moment = moment.clone();
        if let Some(text) = &one.as_of {
            moment.now = as_of(text, moment.zone()).unwrap();
        }
        for filter in &one.filters {
            let found = figures(&moment, filter);
            if found != one.figures {
                wrong.push(format!(
                    "{}: {filter}: stated {:?}, found {found:?}",
                    one.file, one.figures
                ));
            }
        }
    }
    wrong
}

#[test]
fn agree_before_and_after_a_restart() {
    let stated = stated();
    assert!(stated.len() >= 20, "{}", stated.len());
    let folder = tempfile::tempdir().unwrap();
    let (moment, store) = imported(folder.path());
    assert_eq!(wrong(&moment, &stated), Vec::<String>::new());

    store.close().unwrap();
    let store = Store::open(folder.path(), &moment.rules.schema).unwrap();
    let again = Snapshot::from_store(&store, &moment.rules.schema, moment.zone().clone()).unwrap();
    let restarted = Moment {
        snapshot: Arc::new(again),
        ..moment
    };
    assert_eq!(wrong(&restarted, &stated), Vec::<String>::new());
}
