//! Whole imports into a real store, and every file that is not as it should be.

mod broken;
mod dress;
mod erased;
mod facts;
mod forms;
mod look;
mod many;
mod quotes;
mod rounds;
mod through;
mod unfit;

use std::path::{Path, PathBuf};

use super::testing::{column, read, schema, source, typed};
use super::*;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::columns::Snapshot;
use crate::language::typed::{Node, Route, RouteTarget, SourceFile, Typed};
use crate::schema::{AttributeId, EventId, FieldId, HoldingId, RelationId};

/// A rules folder, a data folder and a rule set.
pub struct Bank {
    folder: tempfile::TempDir,
    pub rules: Rules,
}

impl Bank {
    pub fn new(sources: Vec<SourceFile>) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            rules: Rules {
                schema: schema(),
                sources,
                ..Rules::default()
            },
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub fn files(&self) -> Files {
        Files {
            rules: self.folder.path().to_path_buf(),
            rejects: self.path("data/rejects"),
            ..Files::default()
        }
    }

    pub fn import(&self) -> Result<Vec<SourceReport>, ImportError> {
        self.import_with(&self.files())
    }

    pub fn import_with(&self, files: &Files) -> Result<Vec<SourceReport>, ImportError> {
        let store = Store::open(&self.path("data"), &self.rules.schema).unwrap();
        let (store, reports) = import(store, &self.rules, files, &|_| {})?;
        store.close().unwrap();
        for report in &reports {
            assert_eq!(
                report.rows,
                report.accepted + report.repeated + report.rejected + report.skipped,
                "{report:?}"
            );
            let kept = report.rejected - report.erased;
            assert_eq!(kept > 0, report.rejects_file.is_some());
        }
        Ok(reports)
    }

    /// Facts in the log.
    pub fn position(&self) -> u64 {
        let store = Store::open(&self.path("data"), &self.rules.schema).unwrap();
        let position = store.position();
        store.close().unwrap();
        position
    }

    pub fn snapshot(&self) -> Snapshot {
        let store = Store::open(&self.path("data"), &self.rules.schema).unwrap();
        let zone =
            crate::base::calendar::Zone::load(&self.rules.schema.settings.time_zone).unwrap();
        let snapshot = Snapshot::from_store(&store, &self.rules.schema, zone).unwrap();
        store.close().unwrap();
        snapshot
    }
}

/// accepted, repeated, rejected, skipped
pub fn counts(report: &SourceReport) -> [u64; 4] {
    [
        report.accepted,
        report.repeated,
        report.rejected,
        report.skipped,
    ]
}

pub fn route(target: RouteTarget, when: Option<Typed>) -> Route {
    Route {
        target,
        when,
        span: Span::default(),
    }
}

/// `customer { id = id  name = name  born = date(born)  wealth = wealth }`
pub fn clients() -> SourceFile {
    let mut file = source("clients", "clients.csv", "id name born wealth");
    file.routes = vec![route(
        RouteTarget::Customer {
            id: column(0),
            since: None,
            fields: vec![
                (AttributeId(0), column(1)),
                (AttributeId(1), read(column(2), Kind::Date)),
                (AttributeId(2), read(column(3), Kind::Money)),
            ],
        },
        None,
    )];
    file
}

/// `event buy { customer = who  at = at  id = id?  amount = amount  way = way }`
pub fn buys(with_id: bool) -> SourceFile {
    let mut file = source("buys", "buys.csv", "who at amount way id");
    if !with_id {
        file.columns.pop();
    }
    file.routes = vec![route(
        RouteTarget::Event {
            event: EventId(0),
            customer: column(0),
            at: read(column(1), Kind::Date),
            id: with_id.then(|| column(4)),
            sequence: None,
            fields: vec![
                (FieldId(0), read(column(2), Kind::Int)),
                (FieldId(1), read(column(3), testing::ways())),
            ],
        },
        None,
    )];
    file
}

pub fn loans() -> SourceFile {
    let mut file = source("loans", "loans.csv", "key who since amount");
    file.routes = vec![route(
        RouteTarget::Holding {
            holding: HoldingId(0),
            customer: column(1),
            key: column(0),
            since: Some(read(column(2), Kind::Date)),
            fields: vec![(FieldId(0), read(column(3), Kind::Money))],
        },
        None,
    )];
    file
}

pub fn links() -> SourceFile {
    let mut file = source("links", "links.csv", "a b");
    let relation = |relation| RouteTarget::Relation {
        relation: RelationId(relation),
        from: column(0),
        to: column(1),
        since: None,
    };
    let when = |length: bool| {
        let known = typed(
            Node::IsMissing {
                value: Box::new(column(1)),
                negated: length,
            },
            Kind::Bool,
        );
        Some(known)
    };
    file.routes = vec![
        route(relation(0), when(true)),
        route(relation(1), when(true)),
    ];
    file
}

pub fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}
