//! A look at the files of an import without importing: what would be refused and why, which keys stand
//! more than once, and what each column is like. Writes nothing, opens no store.

mod keys;

use std::path::PathBuf;
use std::sync::Arc;

use self::keys::Keys;
use super::account::{Account, Listed};
use super::error::ImportError;
use super::form::Form;
use super::outcome::Outcome;
use super::profile::Profile;
use super::progress::{Meter, Progress, Stage};
use super::reading::{self, Reading};
use super::record::Next;
use super::report::SourceReport;
use super::route::Mapped;
use super::run;
use super::similar::{self, Ids};
use super::sink::{Origin, Refused, Sink};
use super::source::{Sensitive, Source};
use super::state::Ticket;
use super::{Files, order};
use crate::base::limit::{IMPORT_ROUND_FACTS_MAX, QUALITY_LISTED_MAX};
use crate::language::typed::Rules;

/// What was found in one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// The records; `accepted` are those of which facts could be made, `repeated` those whose event an earlier record
    /// has. Whether their customers exist and whether they are stored already is not looked at.
    pub report: SourceReport,
    /// Keys that stand more than once.
    pub repeated: Vec<RepeatedKeys>,
    /// Columns of the file that can be read, in its order.
    pub columns: Vec<ColumnQuality>,
    /// Columns that no source can read: objects, lists in lists, kinds and codecs without a counterpart.
    pub unread: Vec<String>,
    /// There are more columns than are looked at.
    pub has_more_columns: bool,
    /// The first records that would be refused, at most [`QUALITY_LISTED_MAX`].
    pub refused: Vec<Listed>,
}

/// Keys of one kind of fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedKeys {
    /// `customer`, or the name of the holding or the event.
    pub of: Arc<str>,
    /// Different keys that stand in more than one record.
    pub count: u64,
    /// There were more keys than are held: the count is of the first ones.
    pub is_partial: bool,
    /// The first of them to come again, at most [`FINDING_EXAMPLES_MAX`](crate::base::limit::FINDING_EXAMPLES_MAX).
    pub first: Vec<RepeatedKey>,
}

/// A key that stands more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedKey {
    /// `None` where it comes from a column that feeds a sensitive field.
    pub key: Option<String>,
    /// Records that have it.
    pub count: u64,
    /// The first lines on which such records begin.
    pub lines: Vec<u64>,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnQuality {
    /// What it is called.
    pub name: String,
    /// Rows that could be cut.
    pub rows: u64,
    /// Rows without a value, texts such as `?` not counted.
    pub missing: u64,
    /// Different values.
    pub distinct: u64,
    /// There are more of them than are told apart.
    pub distinct_more: bool,
    /// The kind that at least 99 of 100 values could be; the others are among the doubtful.
    pub kind: &'static str,
    /// The least and the greatest value by that kind; `None` where the column feeds a sensitive field.
    pub ends: Option<(String, String)>,
    /// What someone should doubt, with how often it stands.
    pub doubtful: Vec<(String, u64)>,
}

/// Looks at the sources that an import of these files would read.
///
/// # Errors
/// [`ImportError`], as the import would have it.
pub fn examine(
    rules: &Rules,
    files: &Files,
    tell: &dyn Fn(Progress),
) -> Result<Vec<Quality>, ImportError> {
    let mut sink = Dry::new(rules);
    let mut reports = run::dry(rules, files, tell, &mut sink, QUALITY_LISTED_MAX)?;
    if let Some(note) = sink.ids.note() {
        similar::enter(note, rules, reports.iter_mut().map(|(report, _)| report));
    }
    let mut found = Vec::with_capacity(reports.len());
    for (report, refused) in reports {
        let named = |source: &crate::language::typed::SourceFile| source.name == report.source;
        let Some(index) = rules.sources.iter().position(named) else {
            continue;
        };
        let looked = columns(rules, files, index, tell)?;
        found.push(Quality {
            repeated: sink.keys.repeated(index, rules),
            columns: looked.columns,
            unread: looked.unread,
            has_more_columns: looked.has_more,
            refused,
            report,
        });
    }
    Ok(found)
}

/// What the columns of a file are like.
#[derive(Default)]
struct Looked {
    columns: Vec<ColumnQuality>,
    unread: Vec<String>,
    has_more: bool,
}

/// What each column of a source's file is like.
fn columns(
    rules: &Rules,
    files: &Files,
    index: usize,
    tell: &dyn Fn(Progress),
) -> Result<Looked, ImportError> {
    let path: PathBuf = order::path_of(rules, files, index)?;
    let Some(file) = rules.sources.get(index) else {
        return Ok(Looked::default());
    };
    let form = Form::of(file, &path)?;
    let known = reading::columns(&form, &path)?;
    let (mut reading, names) = Reading::look(&form, &path, &known.names)?;
    let count = names.len();
    let mut profiles: Vec<Profile> = names
        .into_iter()
        .map(|name| Profile::new(name, count))
        .collect();
    let mut meter = Meter::new(tell, &file.name, Stage::Columns, &reading);
    while let Some(next) = reading.next()? {
        if meter.step() {
            run::stop_if_asked(files)?;
        }
        if let Next::Record(record) = next {
            for (profile, field) in profiles.iter_mut().zip(record.fields()) {
                profile.see(field, record.line);
            }
        }
    }
    meter.finish();
    let sensitive = Sensitive::of(rules, index);
    let mut looked = Looked {
        unread: known.unread,
        has_more: known.has_more,
        ..Looked::default()
    };
    let mut passed_over = reading.passed_over().iter().copied();
    let what = reading.what_is_passed_over();
    for profile in &profiles {
        match passed_over.next().unwrap_or(0) {
            // Nothing but such values: the import reads nothing of it.
            count if count > 0 && profile.filled() == 0 => {
                looked.unread.push(profile.name.clone());
            }
            count => {
                let hides = sensitive.contains(&profile.name);
                looked.columns.push(quality(profile, hides, (&what, count)));
            }
        }
    }
    Ok(looked)
}

/// `passed_over`: what values are that no source can read, and in how many rows.
fn quality(profile: &Profile, hides: bool, passed_over: (&str, u64)) -> ColumnQuality {
    let (distinct, distinct_more) = profile.distinct();
    let mut doubtful = match hides {
        true => unnamed(profile.doubtful()),
        false => profile.doubtful(),
    };
    let (what, passed_over) = passed_over;
    if passed_over > 0 {
        doubtful.push((what.to_owned(), passed_over));
    }
    ColumnQuality {
        name: profile.name.clone(),
        rows: profile.rows,
        missing: profile.missing.saturating_sub(passed_over),
        distinct,
        distinct_more,
        kind: profile.mostly().0.word(),
        ends: profile.ends().filter(|_| !hides),
        doubtful,
    }
}

/// Doubts about values that are shown nowhere.
fn unnamed(doubtful: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let count: u64 = doubtful.iter().map(|(_, count)| count).sum();
    match count {
        0 => Vec::new(),
        count => vec![("values that are not shown".to_owned(), count)],
    }
}

/// Takes facts and keeps nothing but which keys there were.
struct Dry {
    keys: Keys,
    ids: Ids,
    taken: Vec<(Ticket, Outcome)>,
}

impl Dry {
    fn new(rules: &Rules) -> Self {
        Self {
            keys: Keys::new(&rules.schema),
            ids: Ids::default(),
            taken: Vec::new(),
        }
    }
}

impl Sink for Dry {
    fn take(&mut self, mapped: Mapped<'_>, origin: Origin<'_>) -> Result<(), Refused> {
        if let Mapped::Customer { id, .. } = &mapped {
            self.ids.see(id);
        }
        let source = origin.ticket.source;
        let outcome = match self.keys.see(&mapped, source, origin.line) {
            true => Outcome::Repeated,
            false => Outcome::Accepted,
        };
        self.taken.push((origin.ticket, outcome));
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.taken.len() >= IMPORT_ROUND_FACTS_MAX
    }

    fn flush(
        &mut self,
        _: &[Option<Source<'_>>],
        accounts: &mut [Option<Account>],
        _: bool,
    ) -> Result<(), ImportError> {
        for (ticket, outcome) in self.taken.drain(..) {
            if let Some(Some(account)) = accounts.get_mut(ticket.source) {
                account.outcomes.add(ticket.record, outcome);
            }
        }
        Ok(())
    }

    fn stored(&mut self) -> (u64, Result<(), ImportError>) {
        (0, Ok(()))
    }
}
