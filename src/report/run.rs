//! From a report to its table: a pass over the rows for each level of measures that
//! others are about, then measures, order and bound.

use std::path::PathBuf;
use std::sync::Arc;

use super::layout::Layout;
use super::measure::Known;
use super::part::{Before, Part, Unjudged};
use super::records;
use super::table::{Aside, Column, Table};
use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::engine::rows::{self, RowPlan, RowView};
use crate::engine::{External, RunError, RunOptions};
use crate::ingest::ImportError;
use crate::language::typed::{Given, Report, ReportSubject, Rules, Subject};
use crate::plan::{self, Plan, Statistics};

/// Where the files of sources lie.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The rules folder: files lie beside the rule file that names them.
    pub rules: PathBuf,
}

/// What a report stands on.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The rules it was checked with.
    pub rules: &'a Rules,
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// What was measured of them.
    pub statistics: &'a Statistics,
    /// The instant.
    pub now: Instant,
    /// How to run.
    pub options: &'a RunOptions,
    /// Where the files of sources are.
    pub files: Option<&'a Files>,
    /// What plugins and tables say, for a plan over all customers.
    pub outside: &'a dyn Fn(&Plan) -> Result<External, RunError>,
}

/// Why there is no table.
#[derive(Debug)]
pub enum ReportError {
    /// The run ended early.
    Run(RunError),
    /// The file of a source cannot be read.
    File(Box<ImportError>),
    /// Files of sources are not at hand.
    NoFiles,
    /// Records of a file have no instant that could be asked for.
    NoInstant,
}

impl From<RunError> for ReportError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<ImportError> for ReportError {
    fn from(error: ImportError) -> Self {
        Self::File(Box::new(error))
    }
}

impl std::fmt::Display for ReportError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Run(error) => write!(out, "{error}"),
            Self::File(error) => write!(out, "{error}"),
            Self::NoInstant => write!(
                out,
                "the report is over the records of a file, which are as they are whatever the instant"
            ),
            Self::NoFiles => write!(
                out,
                "the report is over the records of a file, and the files are not at hand"
            ),
        }
    }
}

impl std::error::Error for ReportError {}

/// Rows as they were met, with what became of records that are none.
struct Rows {
    part: Part,
    broken: u64,
    unreadable: u64,
}

impl Rows {
    /// None of them a record that could not be read.
    fn of(part: Part) -> Self {
        Self {
            part,
            broken: 0,
            unreadable: 0,
        }
    }
}

/// Answers a report.
///
/// # Errors
/// [`ReportError`]: cancelled, more groups or values than are held, a plugin that failed, a file.
pub fn run(report: &Report, view: View<'_>) -> Result<Table, ReportError> {
    let passes = report
        .tallies
        .iter()
        .map(|tally| tally.pass)
        .max()
        .unwrap_or(0);
    let external = External::default();
    let over_groups = RowView {
        snapshot: view.snapshot,
        external: &external,
        now: view.now,
        options: view.options,
    };
    let mut first = None;
    let mut known: Option<Known<'_>> = None;
    let mut aside = Vec::new();
    for pass in 0..=passes {
        let layout = Layout::of(report, pass);
        let before = match (&first, &known) {
            (Some(Rows { part, .. }), Some(known)) => Some(Before {
                texts: &part.texts,
                groups: &part.groups,
                given: &known.given,
            }),
            _ => None,
        };
        let mut rows = pass_over(report, view, &layout, before)?;
        let first = match &mut first {
            // Later passes meet the same groups, perhaps in another order.
            Some(first) => {
                let first: &Rows = first;
                rows.part = aligned(report, &layout, &first.part, rows.part)?;
                first
            }
            None => {
                if report.groups.is_empty() {
                    rows.part.groups.place(&[])?;
                }
                let tallied = std::mem::take(&mut rows.part.tallied);
                let first: &mut Rows = first.insert(rows);
                rows = Rows::of(Part::new(report, &layout));
                rows.part.tallied = tallied;
                rows.part.aside = std::mem::take(&mut first.part.aside);
                first
            }
        };
        let known = known.get_or_insert_with(|| {
            let part = &first.part;
            Known::new(view.rules, report, over_groups, &part.groups, &part.texts)
        });
        for (at, (tallied, left)) in layout
            .tallies
            .iter()
            .zip(rows.part.tallied.into_iter().zip(rows.part.aside))
        {
            known.tally(at.tally, tallied);
            aside.push((at.tally, left));
        }
        known.measures()?;
    }
    match (first, known) {
        (Some(rows), Some(known)) => Ok(table(report, view.rules, rows, &known, aside)?),
        _ => Err(RunError::Malformed("a report without a pass").into()),
    }
}

/// The rows that are asked for, with what was left out.
fn table(
    report: &Report,
    rules: &Rules,
    rows: Rows,
    known: &Known<'_>,
    mut aside: Vec<(usize, Unjudged)>,
) -> Result<Table, RunError> {
    aside.sort_by_key(|(tally, _)| *tally);
    let left_aside = aside.into_iter().filter(|(_, left)| left.rows > 0);
    let left_aside = left_aside.map(|(tally, left)| Aside {
        aggregate: report
            .tallies
            .get(tally)
            .map_or_else(|| "".into(), |tally| Arc::clone(&tally.text)),
        rows: left.rows,
        because: left.reasons(),
    });
    let left_aside = left_aside.collect();
    Ok(Table {
        subject: subject(rules, report),
        columns: columns(report),
        rows: table_rows(report, known)?,
        groups: rows.part.groups.len(),
        counted: rows.part.counted,
        no: rows.part.no,
        unknown: rows.part.unknown.rows,
        unknown_because: rows.part.unknown.reasons(),
        left_aside,
        ranks_at: None,
        tiers: Vec::new(),
        broken: rows.broken,
        unreadable: rows.unreadable,
    })
}

/// A later pass with its groups in the order of the first.
fn aligned(
    report: &Report,
    layout: &Layout<'_>,
    first: &Part,
    later: Part,
) -> Result<Part, RunError> {
    let mut part = Part::new(report, layout);
    part.texts.merge(&first.texts);
    for key in first.groups.keys() {
        part.groups.place(key)?;
    }
    part.merge(later, report)?;
    Ok(part)
}

fn pass_over(
    report: &Report,
    view: View<'_>,
    layout: &Layout<'_>,
    before: Option<Before<'_>>,
) -> Result<Rows, ReportError> {
    let subject = match report.subject {
        ReportSubject::Records(source) => {
            let files = view.files.ok_or(ReportError::NoFiles)?;
            let (part, broken, unreadable) =
                records::pass(report, source, view, files, layout, before)?;
            return Ok(Rows {
                part,
                broken,
                unreadable,
            });
        }
        ReportSubject::Facts(subject) => Some(subject),
        ReportSubject::Customers => None,
    };
    let asked = layout.questions();
    let (customers, facts);
    let plan = match subject {
        Some(subject) => {
            let plan = plan::facts(view.rules, subject, &asked);
            facts = plan::optimise_facts(plan, view.statistics);
            RowPlan::Facts(&facts)
        }
        None => {
            customers = plan::optimise(plan::compile(view.rules, &asked), view.statistics);
            RowPlan::Customers(&customers)
        }
    };
    let external = (view.outside)(plan.customers())?;
    let row_view = RowView {
        snapshot: view.snapshot,
        external: &external,
        now: view.now,
        options: view.options,
    };
    let mut whole = Part::new(report, layout);
    rows::fold(
        plan,
        row_view,
        &|| Part::new(report, layout),
        &|part, lanes| part.take(lanes, report, layout, before),
        &mut |part| whole.merge(part, report),
    )?;
    Ok(Rows::of(whole))
}

/// What one row is called.
pub(super) fn subject(rules: &Rules, report: &Report) -> Arc<str> {
    let schema = &rules.schema;
    let name = match report.subject {
        ReportSubject::Customers => None,
        ReportSubject::Records(_) => Some("record".into()),
        ReportSubject::Facts(Subject::Event(id)) => schema.event(id).map(|it| it.name.clone()),
        ReportSubject::Facts(Subject::Holding(id)) => schema.holding(id).map(|it| it.name.clone()),
    };
    name.unwrap_or_else(|| "customer".into())
}

fn columns(report: &Report) -> Vec<Column> {
    let groups = report.groups.iter().map(|group| Column {
        name: Arc::clone(&group.name),
        label: group.label.clone(),
        kind: group.value.kind.clone(),
        period: group.period,
    });
    let measures = report.measures.iter().map(|measure| Column {
        name: Arc::clone(&measure.name),
        label: measure.label.clone(),
        kind: measure.value.kind.clone(),
        period: None,
    });
    groups.chain(measures).collect()
}

fn table_rows(
    report: &Report,
    known: &Known<'_>,
) -> Result<Vec<Vec<Option<crate::base::value::Value>>>, RunError> {
    let keys = (0u32..).take(report.groups.len()).map(Given::Group);
    let measures = (0u32..).take(report.measures.len()).map(Given::Measure);
    let mut columns = Vec::new();
    for given in keys.chain(measures) {
        let column = known.column(given);
        columns.push(column.ok_or(RunError::Malformed("a measure of nothing known"))?);
    }
    let mut places = known.order()?;
    if let Some(top) = report.top {
        places.truncate(usize::try_from(top).unwrap_or(usize::MAX));
    }
    let row = |place: usize| {
        let values = columns
            .iter()
            .map(|column| column.get(place).cloned().flatten());
        values.collect()
    };
    Ok(places.into_iter().map(row).collect())
}
