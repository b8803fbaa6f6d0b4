//! A report without a name: `--by` and `--measure` of a query, against a compiled set.

use super::{Carries, against, names_in};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::{SourceId, Span};
use crate::language::check::{self, Measured, ReportParts};
use crate::language::parser;
use crate::language::typed::{Report, Typed};
use crate::schema::Schema;

/// The texts of a report over customers.
#[derive(Clone, Copy, Debug)]
pub struct TableText<'a> {
    /// Groups: `branch, band: if age < 30 then "young" else "other"`; `None` = one row.
    pub by: Option<(&'a str, SourceId)>,
    /// `count, avg(assets)`
    pub measures: (&'a str, SourceId),
    /// `assets desc, branch`
    pub order: Option<(&'a str, SourceId)>,
    /// Rows given at most.
    pub top: Option<u64>,
}

/// The report over the customers of a condition; all faults of all its texts together.
pub fn table(
    rules: &crate::language::typed::Rules,
    filter: &Typed,
    text: TableText<'_>,
) -> Result<Report, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let mut keep = |result: Result<Vec<_>, Vec<Diagnostic>>| {
        result
            .map_err(|found| faults.extend(found))
            .unwrap_or_default()
    };
    let groups = match text.by {
        Some((text, source)) => keep(parser::parse_columns(text, source, &names_in(rules, text))),
        None => Vec::new(),
    };
    let (measured, source) = text.measures;
    let measures = keep(parser::parse_columns(
        measured,
        source,
        &names_in(rules, measured),
    ));
    let order = match text.order {
        Some((text, source)) => parser::parse_order(text, source, &names_in(rules, text))
            .map_err(|found| faults.extend(found))
            .unwrap_or_default(),
        None => Vec::new(),
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let parts = ReportParts {
        filter: Some(filter.clone()),
        groups: &groups,
        measures: &measures,
        order: &order,
        top: text.top,
    };
    against(rules, measured, source, |checker, _| {
        Ok(checker.nameless_report(parts))
    })
    .map(|(report, _)| report)
}

/// What someone should look at in what is said of rows.
pub(super) fn warn(
    reports: &[Report],
    schema: &Schema,
    measured: Option<&Measured>,
    found: &mut Vec<Diagnostic>,
) {
    for typed in reports.iter().flat_map(rows_of) {
        check::warnings(typed, schema, measured, found);
    }
}

/// What is said of the rows of a report.
fn rows_of(report: &Report) -> impl Iterator<Item = &Typed> {
    let groups = report.groups.iter().map(|group| &group.value);
    let tallies = report.tallies.iter();
    let tallies = tallies.flat_map(|tally| tally.value.iter().chain(&tally.filter));
    report.filter.iter().chain(groups).chain(tallies)
}

impl Carries for Report {
    fn each(&self, visit: &mut dyn FnMut(&Typed)) {
        rows_of(self).for_each(visit);
    }
}

/// Where nothing is written.
impl Default for TableText<'_> {
    fn default() -> Self {
        let nowhere = Span::default().source;
        Self {
            by: None,
            measures: ("count", nowhere),
            order: None,
            top: None,
        }
    }
}
