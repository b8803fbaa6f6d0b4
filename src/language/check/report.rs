//! Reports: what their rows are, how they are grouped, which columns they have. What is
//! said of the rows of a group is next door, in `tally`.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::printer;
use super::super::resolve::{BuiltIn, Counted, Named};
use super::super::suggest;
use super::super::syntax::report::{Over, Report as Syntax, ReportColumn};
use super::super::syntax::{Expr, Item, ItemNode, Name};
use super::super::typed::{
    Given, Group, Measure, Node, Report, ReportSubject, SourceFileId, Subject, Tally, Typed,
};
use super::super::words::{self, Tongue};
use super::declare::{Declarations, Space};
use super::schema::{description_of, label_of, shared};
use super::{Checker, Scope, Want, describe};

/// What a report has made known so far.
#[derive(Clone, Debug)]
pub(in super::super) struct Reporting {
    pub(super) subject: ReportSubject,
    pub(super) tallies: Vec<Tally>,
    measures: Vec<Known>,
    groups: Vec<Known>,
    /// The highest pass of what the expression at hand has named.
    pub(super) reach: u32,
}

/// A column that later expressions may name.
#[derive(Clone, Debug)]
struct Known {
    name: Arc<str>,
    label: Option<Arc<str>>,
    kind: Kind,
    pass: u32,
}

impl Known {
    fn is(&self, word: &str) -> bool {
        *self.name == *word || self.label.as_deref() == Some(word)
    }
}

/// The parts of a report without its name.
pub(in super::super) struct Parts<'s> {
    /// Already checked.
    pub(in super::super) filter: Option<Typed>,
    pub(in super::super) groups: &'s [ReportColumn],
    pub(in super::super) measures: &'s [ReportColumn],
    pub(in super::super) order: &'s [(Expr, bool)],
    pub(in super::super) top: Option<u64>,
}

impl Checker<'_> {
    /// All reports that are sound, in order. Sources have been checked.
    pub(in super::super) fn reports(&mut self, items: &[&Item]) -> Vec<Report> {
        let mut reports = Vec::new();
        for item in items {
            if let ItemNode::Report(report) = &item.node {
                reports.extend(self.report_item(item, report));
            }
        }
        reports
    }

    fn report_item(&mut self, item: &Item, syntax: &Syntax) -> Option<Report> {
        let subject = self.report_subject(syntax.over.as_ref())?;
        // A report's columns are its own: an import asks a file only for those of its source.
        let source = match subject {
            ReportSubject::Records(id) => Some(id.0 as usize),
            _ => None,
        };
        let raw = source.and_then(|source| self.raw.get_mut(source));
        let before = raw.map(|raw| std::mem::take(&mut raw.columns));
        self.reporting = Some(Box::new(Reporting::new(subject)));
        let filter = match &syntax.filter {
            None => Some(None),
            Some(filter) => self
                .row(|checker| checker.condition(filter, "`where`"))
                .map(Some),
        };
        let parts = Parts {
            filter: filter.clone().flatten(),
            groups: &syntax.groups,
            measures: &syntax.measures,
            order: &syntax.order,
            top: syntax.top.and_then(|top| u64::try_from(top).ok()),
        };
        let report = self.report_parts(parts);
        self.reporting = None;
        let raw = source.and_then(|source| self.raw.get_mut(source));
        let columns = match (raw, before) {
            (Some(raw), Some(before)) => std::mem::replace(&mut raw.columns, before),
            _ => Vec::new(),
        };
        filter?;
        Some(Report {
            name: shared(&item.name),
            label: label_of(item.label.as_ref()),
            description: description_of(item.description.as_ref()),
            columns,
            span: item.span,
            ..report?
        })
    }

    /// A report over customers that has no name; its condition is checked already.
    pub(in super::super) fn nameless_report(&mut self, parts: Parts<'_>) -> Option<Report> {
        self.reporting = Some(Box::new(Reporting::new(ReportSubject::Customers)));
        let report = self.report_parts(parts);
        self.reporting = None;
        report
    }

    fn report_parts(&mut self, parts: Parts<'_>) -> Option<Report> {
        self.column_names(parts.groups, parts.measures);
        let groups: Vec<Option<Group>> = parts
            .groups
            .iter()
            .map(|column| self.report_group(column))
            .collect();
        let measures: Vec<Option<Measure>> = parts
            .measures
            .iter()
            .map(|column| self.report_measure(column))
            .collect();
        // Groups are named only once the measures are read: measures are about their rows.
        for (group, column) in groups.iter().zip(parts.groups) {
            let kind = group
                .as_ref()
                .map_or(Kind::Bool, |group| group.value.kind.clone());
            let known = Known {
                name: column_name(column),
                label: label_of(column.label.as_ref()),
                kind,
                pass: 0,
            };
            self.reporting.as_mut()?.groups.push(known);
        }
        let order: Vec<Option<(Typed, bool)>> = parts
            .order
            .iter()
            .map(|(expr, descending)| {
                let typed = self.within(Scope::Group, |checker| checker.infer(expr, Want::Any))?;
                Some((self.one_value(typed, "an order")?, *descending))
            })
            .collect();
        let reporting = self.reporting.as_mut()?;
        Some(Report {
            name: "".into(),
            label: None,
            description: None,
            subject: reporting.subject,
            columns: Vec::new(),
            filter: parts.filter,
            groups: groups.into_iter().collect::<Option<_>>()?,
            tallies: std::mem::take(&mut reporting.tallies),
            measures: measures.into_iter().collect::<Option<_>>()?,
            order: order.into_iter().collect::<Option<_>>()?,
            top: parts.top,
            span: Span::default(),
        })
    }

    /// Each column is called by another name.
    fn column_names(&mut self, groups: &[ReportColumn], measures: &[ReportColumn]) {
        let mut taken: Vec<(Arc<str>, Span)> = Vec::new();
        for column in groups.iter().chain(measures) {
            let name = column_name(column);
            let label = label_of(column.label.as_ref()).filter(|label| *label != name);
            for word in std::iter::once(name).chain(label) {
                match taken.iter().find(|(known, _)| *known == word) {
                    Some((_, first)) => self.found.push(
                        Diagnostic::error(
                            codes::DUPLICATE,
                            format!("two columns are called `{word}`"),
                            column.span,
                        )
                        .also(*first, "the first one")
                        .help("give one of them another name: `NAME: …`"),
                    ),
                    None => taken.push((word, column.span)),
                }
            }
        }
    }

    fn report_subject(&mut self, over: Option<&Over>) -> Option<ReportSubject> {
        let name = match over {
            None => return Some(ReportSubject::Customers),
            Some(Over::Source(name)) => {
                let source = self.source_of(name)?;
                return Some(ReportSubject::Records(source));
            }
            Some(Over::Facts(name)) => name,
        };
        match self.world.names.find_subject(&name.text) {
            Some(Counted::Event(id)) => Some(ReportSubject::Facts(Subject::Event(id))),
            Some(Counted::Holding(id)) => Some(ReportSubject::Facts(Subject::Holding(id))),
            Some(Counted::Part(_)) => self.fail(
                Diagnostic::error(
                    codes::UNKNOWN_SUBJECT,
                    format!("`{}` is a part of an event", name.text),
                    name.span,
                )
                .help("a report is over the whole event: write the part's condition after `where`"),
            ),
            Some(_) => self.fail(
                Diagnostic::error(
                    codes::UNKNOWN_SUBJECT,
                    format!("`{}` is a relation, and a report has rows", name.text),
                    name.span,
                )
                .help("a report is over customers, `over` an event or a holding, or `over source` a file"),
            ),
            None if BuiltIn::of(name) == Some(BuiltIn::Customer) => Some(ReportSubject::Customers),
            None if self.world.names.find_source(&name.text).is_some() => self.fail(
                Diagnostic::error(
                    codes::UNKNOWN_SUBJECT,
                    format!("`{}` is a source", name.text),
                    name.span,
                )
                .help(format!("write `over source {}`", name.text)),
            ),
            None => self.unknown_subject(name, None),
        }
    }

    fn report_group(&mut self, column: &ReportColumn) -> Option<Group> {
        let value = self.row(|checker| checker.infer(&column.value, Want::Any))?;
        let value = self.one_value(value, "a group")?;
        let value = match (column.period, &value.kind) {
            (None, _) => value,
            (Some(_), Kind::Date) => value,
            (Some(_), Kind::Time) => self.coerce(value, &Kind::Date)?,
            (Some(_), kind) => {
                let finding = Diagnostic::error(
                    codes::MISMATCH,
                    format!("`by` groups dates, and this is {}", describe(kind)),
                    value.span,
                );
                return self.fail(finding);
            }
        };
        Some(Group {
            name: column_name(column),
            label: label_of(column.label.as_ref()),
            value,
            period: column.period,
        })
    }

    fn report_measure(&mut self, column: &ReportColumn) -> Option<Measure> {
        self.reporting.as_mut()?.reach = 0;
        let typed = self.within(Scope::Group, |checker| {
            checker.infer(&column.value, Want::Any)
        });
        let typed = typed.and_then(|typed| self.one_value(typed, "a measure"));
        let (name, label) = (column_name(column), label_of(column.label.as_ref()));
        let reporting = self.reporting.as_mut()?;
        if let Some(typed) = &typed {
            reporting.measures.push(Known {
                name: Arc::clone(&name),
                label: label.clone(),
                kind: typed.kind.clone(),
                pass: reporting.reach,
            });
        } else {
            // Its place is kept, so that those after it keep theirs; its name stays unknown.
            reporting.measures.push(Known {
                name: "".into(),
                label: None,
                kind: Kind::Bool,
                pass: 0,
            });
        }
        Some(Measure {
            name,
            label,
            value: typed?,
        })
    }

    fn one_value(&mut self, typed: Typed, what: &str) -> Option<Typed> {
        if let Kind::Set(_) = typed.kind {
            return self.fail(Diagnostic::error(
                codes::MISMATCH,
                format!("{what} is one value, and this is a set"),
                typed.span,
            ));
        }
        Some(typed)
    }

    /// Runs where names are those of one row of the report at hand.
    pub(super) fn row<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let subject = self.reporting.as_ref().map(|reporting| reporting.subject);
        let scope = match subject {
            Some(ReportSubject::Facts(subject)) => Scope::Fact {
                subject,
                other: false,
            },
            Some(ReportSubject::Records(source)) => Scope::Source(source.0 as usize),
            _ => Scope::Customer { other: false },
        };
        self.within(scope, |checker| {
            checker.at_row = true;
            work(checker)
        })
    }

    /// A name about a group of rows.
    pub(super) fn name_in_group(&mut self, name: &Name) -> Option<Typed> {
        if let Some(typed) = self.column_named(&name.text, true, name.span) {
            return Some(typed);
        }
        if let Some(Named::Param(id)) = self.world.names.find_value(&name.text) {
            return self.named(Named::Param(id), name.span);
        }
        if !name.quoted && words::COUNT.is(&name.text) {
            return self.count_of_rows(name.span);
        }
        if self.world.broken.hides(&name.text) {
            return None;
        }
        let in_rows = self.world.names.find_value(&name.text).is_some()
            || self.row(|checker| checker.stands_for_value(name));
        if in_rows {
            return self.one_value_a_row(name.span, Some(&name.text));
        }
        let columns = self.column_words();
        let words = columns.iter().map(|word| &**word);
        let help = suggest::help(&name.text, words, "a measure names those before it");
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("no measure is called `{}` here", name.text),
                name.span,
            )
            .help(help),
        )
    }

    /// Something that each row has a value of stands where a group has one.
    pub(super) fn one_value_a_row<T>(&mut self, span: Span, name: Option<&str>) -> Option<T> {
        let name = name.unwrap_or("…");
        self.fail(
            Diagnostic::error(
                codes::NOT_A_VALUE,
                "each row has a value of this, and a measure is one value for all rows of a group",
                span,
            )
            .help(format!("say which: `avg({name})`, `max({name})`, `distinct({name})`; or group by it: `per {name}`")),
        )
    }

    /// The kind of a column of that name.
    pub(super) fn column_kind(&self, word: &str) -> Option<Kind> {
        let reporting = self.reporting.as_ref()?;
        let mut known = reporting.measures.iter().chain(&reporting.groups);
        known
            .find(|known| known.is(word))
            .map(|known| known.kind.clone())
    }

    /// An earlier measure by its name, where a row is at hand.
    pub(super) fn measure_at_row(&mut self, name: &Name) -> Option<Typed> {
        if !self.at_row {
            return None;
        }
        self.column_named(&name.text, false, name.span)
    }

    fn column_named(&mut self, word: &str, groups: bool, span: Span) -> Option<Typed> {
        let reporting = self.reporting.as_mut()?;
        let find = |list: &[Known]| list.iter().position(|known| known.is(word));
        let (given, known) = match find(&reporting.measures) {
            Some(at) => {
                let known = reporting.measures.get(at)?.clone();
                let below = if groups { known.pass } else { known.pass + 1 };
                reporting.reach = reporting.reach.max(below);
                (Given::Measure(u32::try_from(at).ok()?), known)
            }
            None if groups => {
                let at = find(&reporting.groups)?;
                let known = reporting.groups.get(at)?.clone();
                (Given::Group(u32::try_from(at).ok()?), known)
            }
            None => return None,
        };
        let name = known.name;
        Some(Typed {
            node: Node::Given { given, name },
            kind: known.kind,
            span,
        })
    }

    fn column_words(&self) -> Vec<Arc<str>> {
        let reporting = self.reporting.iter();
        let columns = reporting.flat_map(|known| known.measures.iter().chain(&known.groups));
        columns.map(|known| Arc::clone(&known.name)).collect()
    }

    /// The source that a report's rows are the records of.
    pub(super) fn source_of_rows(&self) -> Option<SourceFileId> {
        match self.reporting.as_ref()?.subject {
            ReportSubject::Records(source) => Some(source),
            _ => None,
        }
    }
}

impl Reporting {
    fn new(subject: ReportSubject) -> Self {
        Self {
            subject,
            tallies: Vec::new(),
            measures: Vec::new(),
            groups: Vec::new(),
            reach: 0,
        }
    }
}

/// What a column is called: its name, else its expression in its canonical text.
fn column_name(column: &ReportColumn) -> Arc<str> {
    match &column.name {
        Some(name) => Arc::from(name.text.as_str()),
        None => {
            let mut text = printer::expression(&column.value, Tongue::English);
            if let Some(unit) = column.period {
                text = format!(
                    "{text} {} {}",
                    words::BY.english,
                    words::unit_word(unit).english
                );
            }
            text.into()
        }
    }
}

/// Takes the names of reports.
pub(in super::super) fn declare_reports(items: &[&Item], declarations: &mut Declarations) {
    for item in items {
        if let ItemNode::Report(_) = item.node {
            let label = item.label.as_ref();
            declarations.declare(Space::Report, &item.name, label, "a report");
        }
    }
}
