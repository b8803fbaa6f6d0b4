//! Reports asked of a moment: those of the rule set by name, and those of a question,
//! which have none. What they answer comes from the moment alone, but for the records of
//! a source, which are read from its file.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::answer::{Answer, Blame};
use super::moment::{AskError, Moment};
use super::question::Question;
use super::run::Prepared;
use crate::base::diagnostic::Diagnostic;
use crate::engine::outcome::LeftAside;
use crate::engine::{External, Rows, RunOptions};
use crate::language::compile::{self, TableText};
use crate::language::typed::{Report, ReportSubject};
use crate::plan::Plan;
use crate::report::{self, Files, ReportError, Table};

/// A report without a name, over the customers of a condition.
#[derive(Clone, Copy, Debug)]
pub struct TableQuestion<'a> {
    /// A filter's name or any condition.
    pub filter: &'a str,
    /// Groups, separated by commas; `None` = one row for all.
    pub by: Option<&'a str>,
    /// Measures, separated by commas.
    pub measures: &'a str,
    /// `E desc, F` over measures and groups.
    pub order_by: Option<&'a str>,
    /// Rows given at most.
    pub limit: Option<usize>,
}

impl Moment {
    /// The report of that name, else of that label.
    pub fn report(&self, name: &str) -> Result<&Report, AskError> {
        let found = self.rules.report(name);
        found.ok_or_else(|| AskError::NoReport(name.to_owned()))
    }

    /// The table of a report of the rule set. `dated`: an instant was asked for.
    pub fn table_of(
        &self,
        name: &str,
        dated: bool,
        files: &Files,
        options: &RunOptions,
    ) -> Result<Table, AskError> {
        let report = self.report(name)?;
        if let (ReportSubject::Records(_), true) = (report.subject, dated) {
            return Err(AskError::Report(ReportError::NoInstant));
        }
        self.tabled(report, Some(files), options)
    }

    /// Checks the texts of a report without a name.
    pub fn check_table(&self, question: &TableQuestion<'_>) -> Result<Report, AskError> {
        let filter = Question {
            filter: question.filter,
            ..Question::default()
        };
        let condition = self.compile(&filter)?.condition;
        let (mut sources, measures) = self.with_text("<measure>", question.measures);
        let by = question.by.map(|text| (text, sources.add("<by>", text)));
        let order = question.order_by;
        let order = order.map(|text| (text, sources.add("<order by>", text)));
        let text = TableText {
            by,
            measures: (question.measures, measures),
            order,
            top: question.limit.map(|limit| limit as u64),
        };
        let report = compile::table(&self.rules, &condition, text);
        report.map_err(|found: Vec<Diagnostic>| AskError::Text(Box::new(sources), found))
    }

    /// The table of a checked report.
    pub fn tabled(
        &self,
        report: &Report,
        files: Option<&Files>,
        options: &RunOptions,
    ) -> Result<Table, AskError> {
        let ranks_at = Cell::new(None);
        let tiers = RefCell::new(BTreeSet::new());
        let outside = |plan: &Plan| {
            let mut heard = External::default();
            let prepared = Prepared::new(plan.clone());
            prepared.ask(self.view(options), &Rows::All, false, &mut heard)?;
            prepared.check(&heard)?;
            ranks_at.set(heard.ranks_at().or(ranks_at.get()));
            tiers.borrow_mut().extend(heard.tiers_shown());
            Ok(heard)
        };
        let view = report::View {
            rules: &self.rules,
            snapshot: &self.snapshot,
            statistics: &self.statistics,
            now: self.now,
            options,
            files,
            outside: &outside,
        };
        let table = report::run(report, view).map_err(|error| match error {
            ReportError::Run(error) => AskError::Run(error),
            error => AskError::Report(error),
        })?;
        Ok(Table {
            ranks_at: ranks_at.get(),
            tiers: tiers.take().into_iter().collect(),
            ..table
        })
    }

    /// The figures of a table over customers, in the form of a question's answer.
    pub fn figures_of(&self, table: &Table) -> Answer {
        let left_aside = table.left_aside.iter().flat_map(|aside| {
            aside.because.iter().map(|(field, rows)| LeftAside {
                aggregate: aside.aggregate.clone(),
                field: field.clone(),
                events: *rows,
            })
        });
        let unknown_because = table.unknown_because.iter().map(|(field, count)| Blame {
            field: field.clone(),
            count: *count,
        });
        Answer {
            count: table.counted,
            no: table.no,
            unknown: table.unknown,
            unknown_because: unknown_because.collect(),
            left_aside: left_aside.collect(),
            total: u64::from(self.snapshot.living()),
            as_of: self.now,
            shown: Vec::new(),
            rows: None,
            scored: Vec::new(),
            ranks_at: table.ranks_at,
            tiers: table.tiers.clone(),
            profile: None,
        }
    }
}
