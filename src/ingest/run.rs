//! The order of work: lookups, then every customer, then everything that speaks of
//! customers. A file whose routes do both is read twice.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::account::{Account, Books, Listed};
use super::erasure::{self, Erasures};
use super::error::ImportError;
use super::expression::{Evaluator, clean};
use super::fault::Fault;
use super::intake::Intake;
use super::lookup::{Added, Table, Tables};
use super::order::{Order, path_of};
use super::progress::{Meter, Progress, Stage};
use super::raw::GivenValues;
use super::record::{Broken, Next, Record};
use super::report::{REPEATED_KEY, SourceReport};
use super::route::Route;
use super::similar;
use super::sink::{Origin, Refused, Sink};
use super::source::Source;
use super::state::Ticket;
use super::stream::{Stream, Submit};
use super::texts::Texts;
use super::unfinished::{self, Mark, Note};
use super::{Files, fault, feed, refused};
use crate::base::calendar::Zone;
use crate::language::typed::Rules;
use crate::store::Store;

/// Records of an import belong to no group.
static NOTHING_GIVEN: GivenValues = GivenValues::new();

/// Everything of one import.
struct Run<'a> {
    files: &'a Files,
    tell: &'a dyn Fn(Progress),
    zone: Zone,
    /// By index of the source; only those that take part.
    sources: Vec<Option<Source<'a>>>,
    accounts: Vec<Option<Account>>,
    tables: Tables,
    texts: Texts,
    order: Order,
    /// Of whom nothing is kept; nobody where no store is at hand.
    erased: Erasures,
}

/// Imports; see [`super::import`].
pub fn run(
    store: Store,
    rules: &Rules,
    files: &Files,
    tell: &dyn Fn(Progress),
) -> Result<(Store, Vec<SourceReport>), ImportError> {
    let erased = erasure::load(&store)?;
    let mut run = Run::prepare(rules, files, tell, Books::Files, erased)?;
    let marks = run.marks(&run.order.imported)?;
    let looked_up = run.marks(&run.order.lookups)?;
    let note = Note::of(rules, &marks, &looked_up, &run.erased);
    let customers_before = store.customers();
    let zone = run.zone.clone();
    let this = (note, marks.clone());
    let mut intake = Intake::new(store, rules, zone, &run.order.imported, this)?;
    run.take_all(&mut intake)?;
    let (store, snapshot) = intake.finish()?;
    let closed = run.finish()?.into_iter();
    unfinished::finish(&store, &marks)?;
    let mut reports: Vec<SourceReport> = closed.map(|(report, _)| report).collect();
    if store.customers() > customers_before
        && let Some(note) = similar::ids(&snapshot, customers_before)
    {
        similar::enter(note, rules, reports.iter_mut());
    }
    let store = store.reopen(&rules.schema)?;
    if let Ok(snapshot) = snapshot.caught_up(&store) {
        // Without saved columns the next start is slower, and nothing else.
        let _ = snapshot.save(&store);
    }
    Ok((store, reports))
}

/// Reads and evaluates everything as an import does, into a sink that keeps nothing; the first refused
/// records of each source come with its report.
pub fn dry(
    rules: &Rules,
    files: &Files,
    tell: &dyn Fn(Progress),
    sink: &mut dyn Sink,
    listed_max: usize,
) -> Result<Vec<(SourceReport, Vec<Listed>)>, ImportError> {
    let books = Books::List(listed_max);
    let mut run = Run::prepare(rules, files, tell, books, Erasures::default())?;
    run.take_all(sink)?;
    run.finish()
}

/// Imports through somebody else; see [`super::stream`].
pub fn stream(
    rules: &Rules,
    files: &Files,
    listed_max: usize,
    submit: Submit<'_>,
) -> Result<Vec<(SourceReport, Vec<Listed>)>, ImportError> {
    let books = Books::List(listed_max);
    let mut run = Run::prepare(rules, files, &|_| {}, books, Erasures::default())?;
    // Rounds are seen as they come: a file that cannot be read to its end is found out before the first.
    for index in run.order.unread() {
        if let Some(Some(source)) = run.sources.get(index) {
            source.read()?.read_through(&|| stop_if_asked(files))?;
        }
    }
    run.take_all(&mut Stream::new(&rules.schema, submit))?;
    run.finish()
}

impl<'a> Run<'a> {
    /// Finds every file and holds it against its source before anything is written.
    fn prepare(
        rules: &'a Rules,
        files: &'a Files,
        tell: &'a dyn Fn(Progress),
        books: Books,
        erased: Erasures,
    ) -> Result<Self, ImportError> {
        let order = Order::of(rules, files)?;
        let name = &rules.schema.settings.time_zone;
        let zone = Zone::load(name).ok_or_else(|| ImportError::Zone { name: name.clone() })?;
        let mut sources: Vec<Option<Source<'a>>> = Vec::new();
        let mut accounts = Vec::new();
        for index in 0..rules.sources.len() {
            let imported = order.imported.contains(&index);
            if !imported && !order.lookups.contains(&index) {
                sources.push(None);
                accounts.push(None);
                continue;
            }
            let path: PathBuf = path_of(rules, files, index)?;
            let source = Source::prepare(rules, index, path, &order.kept, imported)?;
            accounts.push(Some(match books {
                Books::Files if imported => Account::new(source.rejects_beside(&files.rejects)?),
                Books::Files => Account::new(source.rejects(&files.rejects)),
                Books::List(max) => Account::listing(max),
            }));
            sources.push(Some(source));
        }
        let mut run = Self {
            files,
            tell,
            zone,
            sources,
            accounts,
            tables: Tables::default(),
            texts: Texts::default(),
            order,
            erased,
        };
        for index in run.order.lookups.clone() {
            run.look_up(index)?;
        }
        Ok(run)
    }

    /// By what the files of some sources are known again.
    fn marks(&self, wanted: &[usize]) -> Result<Vec<Mark>, ImportError> {
        let sources = self.sources.iter().enumerate();
        let wanted = sources.filter(|(index, _)| wanted.contains(index));
        wanted
            .filter_map(|(_, source)| source.as_ref())
            .map(|source| Mark::of(&source.file.name, &source.path))
            .collect()
    }

    /// An error after something was written says so.
    fn take_all(&mut self, sink: &mut dyn Sink) -> Result<(), ImportError> {
        let taken = self.take_stages(sink);
        taken.map_err(|error| {
            let (stored, settled) = sink.stored();
            let error = match (error, settled) {
                // Repeating an import that was stopped adds the rest; one that the store refused needs help first.
                (ImportError::Cancelled, Err(refused)) => refused,
                (error, _) => error,
            };
            match stored {
                0 => error,
                stored => ImportError::Partly {
                    stored,
                    error: Box::new(error),
                },
            }
        })
    }

    fn take_stages(&mut self, sink: &mut dyn Sink) -> Result<(), ImportError> {
        for stage in [Stage::Customers, Stage::Facts] {
            for index in self.order.imported.clone() {
                self.pass(index, stage, sink)?;
            }
            if stage == Stage::Facts || !self.has_facts() {
                self.end_reading()?;
            }
            sink.flush(&self.sources, &mut self.accounts, true)?;
        }
        Ok(())
    }

    /// Whether anything is made but customers.
    fn has_facts(&self) -> bool {
        let mut routes = self.sources.iter().flatten().flat_map(|one| &one.routes);
        routes.any(|route| !route.makes_customers())
    }

    /// From here on nobody is told any more that the import stops.
    fn end_reading(&self) -> Result<(), ImportError> {
        stop_if_asked(self.files)?;
        if let Some(is_read) = &self.files.is_read {
            is_read.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Fills the table of one source.
    fn look_up(&mut self, index: usize) -> Result<(), ImportError> {
        let (Some(Some(source)), Some(Some(account))) =
            (self.sources.get(index), self.accounts.get_mut(index))
        else {
            return Ok(());
        };
        // A file that also has routes is counted, and tells of its broken records, there.
        let counts_here = source.routes.is_empty();
        let mut table = Table::new(source.kept.len());
        let reading = source.read()?;
        let mut meter = Meter::new(self.tell, &source.file.name, Stage::Lookups, &reading);
        let (files, zone, tables, texts) = (self.files, &self.zone, &self.tables, &self.texts);
        let erased = &self.erased;
        let ((), closing) = feed::ahead(reading, |records| {
            while let Some(next) = records.next()? {
                if meter.step() {
                    stop_if_asked(files)?;
                }
                match next {
                    Next::Record(record) => {
                        if counts_here {
                            account.outcomes.see(record.number);
                        }
                        let see = evaluator(source, record, tables, zone, texts);
                        match key_of(source, &see) {
                            Ok(Some(key)) => add_key(source, account, &mut table, &record, &key)?,
                            Ok(None) => {}
                            Err(fault) => {
                                for fault in refused::faults(source, &see, vec![*fault], erased) {
                                    refuse(source, account, &record, fault)?;
                                }
                            }
                        }
                    }
                    Next::Broken(broken) if counts_here => {
                        account.reject(source, refused::broken(source, broken, erased))?;
                    }
                    Next::Broken(_) => {}
                }
            }
            Ok(())
        })?;
        if counts_here {
            account.note_closing(source, &closing);
        }
        meter.finish();
        self.tables.insert(index, table);
        Ok(())
    }

    /// Reads one file for one stage, when it has a route for it.
    fn pass(&mut self, index: usize, stage: Stage, sink: &mut dyn Sink) -> Result<(), ImportError> {
        let Some(Some(source)) = self.sources.get(index) else {
            return Ok(());
        };
        let is_concerned = |route: &Route| route.makes_customers() == (stage == Stage::Customers);
        if !source.routes.iter().any(is_concerned) {
            return Ok(());
        }
        let reading = source.read()?;
        let mut meter = Meter::new(self.tell, &source.file.name, stage, &reading);
        let ((), closing) = feed::ahead(reading, |records| {
            while let Some(next) = records.next()? {
                if meter.step() {
                    stop_if_asked(self.files)?;
                }
                let Some(Some(account)) = self.accounts.get_mut(index) else {
                    return Ok(());
                };
                match next {
                    Next::Broken(broken) => {
                        account.reject(source, refused::broken(source, broken, &self.erased))?;
                    }
                    Next::Record(record) => {
                        account.outcomes.see(record.number);
                        let see = evaluator(source, record, &self.tables, &self.zone, &self.texts);
                        let ticket = Ticket {
                            source: index,
                            record: record.number,
                        };
                        let faults = take_facts(source, &see, stage, ticket, sink)?;
                        for fault in refused::faults(source, &see, faults, &self.erased) {
                            refuse(source, account, &record, fault)?;
                        }
                        account.note_words(source, see.unknown.take(), record.line);
                    }
                }
                if sink.is_full() {
                    sink.flush(&self.sources, &mut self.accounts, false)?;
                    self.texts.refill(sink.spent());
                }
            }
            Ok(())
        })?;
        if let Some(Some(account)) = self.accounts.get_mut(index) {
            account.note_closing(source, &closing);
        }
        meter.finish();
        Ok(())
    }

    fn finish(self) -> Result<Vec<(SourceReport, Vec<Listed>)>, ImportError> {
        let mut reports = Vec::new();
        let parts = self.sources.into_iter().zip(self.accounts).enumerate();
        for (index, (source, account)) in parts {
            if let (Some(source), Some(mut account)) = (source, account)
                && self.order.imported.contains(&index)
            {
                let listed = account.take_listed();
                reports.push((account.finish(&source, self.tables.keys(index))?, listed));
            }
        }
        Ok(reports)
    }
}

/// Ends the import when someone asked for it.
pub fn stop_if_asked(files: &Files) -> Result<(), ImportError> {
    match &files.cancel {
        Some(cancel) if cancel.load(Ordering::Relaxed) => Err(ImportError::Cancelled),
        _ => Ok(()),
    }
}

fn evaluator<'r>(
    source: &'r Source<'_>,
    record: Record<'r>,
    tables: &'r Tables,
    zone: &'r Zone,
    texts: &'r Texts,
) -> Evaluator<'r> {
    Evaluator {
        record,
        missing: Some(&source.file.missing),
        tables,
        zone,
        texts,
        unknown: Default::default(),
        given: &NOTHING_GIVEN,
    }
}

fn is_skipped<'r>(source: &'r Source<'_>, see: &Evaluator<'r>) -> Result<bool, Box<Fault>> {
    for when in &source.skip {
        if see.verdict(when)? == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The key of a record for lookups; `None` when it does not count.
fn key_of<'r>(
    source: &'r Source<'_>,
    see: &Evaluator<'r>,
) -> Result<Option<std::borrow::Cow<'r, str>>, Box<Fault>> {
    let Some((key, when)) = &source.key else {
        return Ok(None);
    };
    if is_skipped(source, see)? {
        return Ok(None);
    }
    if let Some(when) = when
        && see.verdict(when)? != Some(true)
    {
        return Ok(None);
    }
    see.text(key)
}

/// Refuses a record for what it says.
fn refuse(
    source: &Source<'_>,
    account: &mut Account,
    record: &Record<'_>,
    fault: Fault,
) -> Result<(), ImportError> {
    let kept = source.kept(record);
    account.reject(
        source,
        Broken {
            number: record.number,
            line: record.line,
            raw: &kept,
            fault,
        },
    )
}

/// Puts a record under its key.
fn add_key(
    source: &Source<'_>,
    account: &mut Account,
    table: &mut Table,
    record: &Record<'_>,
    key: &str,
) -> Result<(), ImportError> {
    let missing = &source.file.missing;
    let cells: Vec<_> = source
        .kept
        .iter()
        .map(|position| clean(record.field(*position), missing))
        .collect();
    match table.add(key, cells.iter().map(Option::as_deref)) {
        Added::First => {}
        Added::Repeated => {
            let key = fault::excerpt(key);
            let message = format!("key `{key}` stands more than once; the first record counts");
            account.findings.add(REPEATED_KEY, message, record.line);
        }
        Added::Full => {
            return Err(ImportError::LookupSize {
                source: source.file.name.to_string(),
            });
        }
    }
    Ok(())
}

/// Tries every route of the stage; the faults of those that fail.
fn take_facts<'r>(
    source: &'r Source<'_>,
    see: &Evaluator<'r>,
    stage: Stage,
    ticket: Ticket,
    sink: &mut dyn Sink,
) -> Result<Vec<Fault>, ImportError> {
    let mut faults = Vec::new();
    match is_skipped(source, see) {
        Ok(false) => {}
        Ok(true) => return Ok(faults),
        Err(fault) => return Ok(vec![*fault]),
    }
    for route in &source.routes {
        if route.makes_customers() != (stage == Stage::Customers) {
            continue;
        }
        match route.map(see) {
            Ok(None) => {}
            Ok(Some(mapped)) => {
                let origin = Origin {
                    ticket,
                    line: see.record.line,
                    source: &source.file.name,
                    column: route.customer_column(),
                };
                match sink.take(mapped, origin) {
                    Ok(()) => {}
                    Err(Refused::Record(fault)) => faults.push(fault.within(origin.column)),
                    Err(Refused::Import(error)) => return Err(error),
                }
            }
            Err(fault) => faults.push(*fault),
        }
    }
    Ok(faults)
}
