//! From text to typed rules: a whole set, or one expression against a set. Gathers
//! findings, puts them in order and bounds their number. The work is `check`'s.

use std::sync::Arc;

use crate::base::calendar::Zone;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit;
use crate::base::source::Sources;
use crate::base::span::{SourceId, Span};
use crate::schema::Schema;

use super::check::{self, Broken, Checker, Declarations, Definitions, EventParts, Slot, World};
use super::codes;
use super::lexicon::Lexicon;
use super::lookalike;
use super::parser::{self, Draft};
use super::resolve::{Named, Names};
use super::syntax::{Expr, Item, ItemNode};
use super::typed::{
    CarePlan, Definition, EventPartId, Param, ParamId, PluginSignatures, Rules, SourceFileId, Typed,
};

pub use super::check::Measured;
pub use table::{TableText, table};

mod table;

/// A rule set with everything that was found. The rules are usable if no finding is an error.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The set; parts that failed are left out or stand for missing.
    pub rules: Rules,
    /// Findings by file and place, at most [`limit::DIAGNOSTICS_MAX`] and one that counts the rest.
    pub diagnostics: Vec<Diagnostic>,
    /// Metrics that nothing uses and nobody describes: told to who checks a set, not to who asks it.
    pub unused: Vec<Diagnostic>,
}

impl Compiled {
    /// Whether no finding is an error.
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// A typed expression with its warnings.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The expression.
    pub typed: Typed,
    /// What someone should look at.
    pub warnings: Vec<Diagnostic>,
}

/// Compiles a set; names of sources are paths relative to the rules folder, `/` separated.
pub fn rules(sources: &Sources) -> Compiled {
    rules_with(sources, Arc::default())
}

/// Compiles a set against these plugins.
pub fn rules_with(sources: &Sources, plugins: Arc<PluginSignatures>) -> Compiled {
    rules_measured(sources, plugins, None)
}

/// Compiles a set, with the warnings that follow from what was measured of the data.
pub fn rules_measured(
    sources: &Sources,
    plugins: Arc<PluginSignatures>,
    measured: Option<&Measured>,
) -> Compiled {
    let mut found = Vec::new();
    let mut broken = Broken::default();
    let parsed = parsed(sources, &mut found, &mut broken);
    let items: Vec<&Item> = parsed.iter().collect();
    let mut declarations = Declarations::default();
    let (settings, zone) = check::settings(&items, &mut found);
    let mut schema = check::schema(&items, &mut declarations, &mut broken);
    schema.settings = settings;
    let params = check::params(&items, &zone, &mut declarations, &mut broken);
    let raw = check::raw_sources(&items, &mut declarations);
    let definitions = definitions_of(&items);
    check::declare_definitions(&definitions, &mut declarations);
    check::declare_reports(&items, &mut declarations);
    found.append(&mut declarations.found);
    let parts = check::event_part_items(&items);
    let names = names_of(&schema, &params, &parts, &definitions, &items);
    let world = World {
        schema: &schema,
        params: &params,
        names: &names,
        zone: &zone,
        broken: &broken,
        plugins: &plugins,
    };
    let slots = definitions.iter().copied().map(Slot::Waiting).collect();
    let path = Vec::new();
    let mut checker = Checker::new(world, Definitions::Checking { slots, path }, raw);
    checker.check_event_parts(EventParts::waiting(&parts));
    checker.check_definitions();
    let folder_of = |span: Span| folder_of(sources, span);
    let source_files = checker.sources(&items, &folder_of);
    let mut care = checker.care_plans(&items);
    let tests = checker.tests(&items, &care);
    let reports = checker.reports(&items);
    found.append(&mut checker.found);
    let used = std::mem::take(&mut checker.used_params);
    let event_parts = checker.take_event_parts();
    let used_definitions = std::mem::take(&mut checker.used_definitions);
    let (definitions, sound) = checker.into_definitions();
    check::rule_warnings(&definitions, &sound, &schema, measured, &mut found);
    table::warn(&reports, &schema, measured, &mut found);
    warn_of_care(&mut care, (&schema, &definitions), measured, &mut found);
    let mut unused = Vec::new();
    if !found.iter().any(Diagnostic::is_error) {
        // A rule that failed may be the one that uses a param or a metric.
        check::unused_params(&params, &used, &mut found);
        check::unused_metrics(&definitions, &used_definitions, &mut unused);
    }
    Compiled {
        rules: Rules {
            schema,
            sources: source_files,
            params,
            event_parts,
            definitions,
            care,
            tests,
            reports,
            plugins,
        },
        diagnostics: in_order(found),
        unused,
    }
}

fn definitions_of<'a>(items: &[&'a Item]) -> Vec<&'a Item> {
    let definitions = items.iter().copied();
    definitions
        .filter(|item| check::is_definition(item))
        .collect()
}

/// What someone should look at in care plans, whose goals are bound to their start.
fn warn_of_care(
    care: &mut [CarePlan],
    (schema, definitions): (&Schema, &[Definition]),
    measured: Option<&Measured>,
    found: &mut Vec<Diagnostic>,
) {
    for plan in care {
        for condition in plan.conditions() {
            check::warnings(condition, schema, measured, found);
        }
        check::bind(plan, schema, definitions, found);
    }
}

/// The items of all texts, in order.
fn parsed(sources: &Sources, found: &mut Vec<Diagnostic>, broken: &mut Broken) -> Vec<Item> {
    let mut parsed: Vec<Item> = Vec::new();
    let drafts: Vec<Draft<'_>> = sources
        .iter()
        .map(|(id, source)| Draft::new(&source.text, id))
        .collect();
    let mut names = Lexicon::default();
    drafts.iter().for_each(|draft| draft.declare(&mut names));
    for ((id, source), draft) in sources.iter().zip(&drafts) {
        refuse_turning(&source.text, id, found);
        let (items, mut faults) = draft.items(&names);
        for fault in faults.iter().filter(|fault| fault.is_error()) {
            note_broken(&source.text, fault.span(), &items, broken);
        }
        found.append(&mut faults);
        parsed.extend(items);
    }
    parsed
}

fn names_of(
    schema: &Schema,
    params: &[Param],
    parts: &[&Item],
    definitions: &[&Item],
    items: &[&Item],
) -> Names {
    let mut names = Names::of_schema(schema);
    for (id, item) in (0u32..).map(EventPartId).zip(parts) {
        let (name, label) = check::heading(item);
        names.part(&name, label.as_ref(), id);
    }
    for (id, param) in (0u32..).map(ParamId).zip(params) {
        names.value(&param.name, param.label.as_ref(), Named::Param(id));
    }
    for (id, item) in (0u32..).zip(definitions) {
        let (name, label) = check::heading(item);
        let named = Named::Definition(super::typed::DefinitionId(id));
        names.value(&name, label.as_ref(), named);
    }
    let sources = items
        .iter()
        .filter(|item| matches!(item.node, ItemNode::Source { .. }));
    for (id, item) in (0u32..).map(SourceFileId).zip(sources) {
        let (name, label) = check::heading(item);
        names.source(&name, label.as_ref(), id);
    }
    names
}

fn folder_of(sources: &Sources, span: Span) -> String {
    sources
        .get(span.source)
        .and_then(|source| source.name.rsplit_once('/'))
        .map_or(String::new(), |(folder, _)| folder.to_owned())
}

/// Notes which names an item that could not be read would have declared.
fn note_broken(text: &str, span: Span, items: &[Item], broken: &mut Broken) {
    let before = text.get(..span.start as usize).unwrap_or(text);
    // The last line that starts in the first column opens the item.
    let mut start = 0;
    let mut at = 0;
    for line in before.split_inclusive('\n') {
        let opens = line
            .chars()
            .next()
            .is_some_and(|first| !first.is_whitespace() && !"#})）｝".contains(first));
        if opens {
            start = at;
        }
        at += line.len();
    }
    let head = text.get(start..).unwrap_or("");
    let read = items
        .iter()
        .any(|item| item.span.source == span.source && item.span.start as usize == start);
    if read {
        return;
    }
    let head = head
        .split(['\n', '{', '=', ':', '｛', '＝', '：'])
        .next()
        .unwrap_or("");
    let mut words = head
        .split(|separator: char| separator.is_whitespace() || "\"“”「」`【】".contains(separator))
        .filter(|word| !word.is_empty());
    let keyword = words.next().unwrap_or("");
    broken.customer |= super::words::CUSTOMER.is(keyword);
    broken.words.extend(words.map(str::to_owned));
    if super::words::CARE.is(keyword) {
        let events = check::CARE_EVENTS.iter().map(|(name, _)| *name);
        broken.words.extend(events.map(str::to_owned));
    }
}

/// Characters that turn the direction of text let a rule show other than it reads.
fn refuse_turning(text: &str, source: SourceId, found: &mut Vec<Diagnostic>) {
    let mut rest = 0;
    let mut last = Span::new(source, 0, 0);
    for (at, character) in lookalike::turning(text) {
        let start = u32::try_from(at).unwrap_or(u32::MAX);
        let end = start.saturating_add(u32::try_from(character.len_utf8()).unwrap_or(1));
        last = Span::new(source, start, end);
        if found.len() >= limit::DIAGNOSTICS_MAX {
            rest += 1;
            continue;
        }
        let code = u32::from(character);
        found.push(
            Diagnostic::error(
                codes::DIRECTION,
                format!("the invisible character U+{code:04X} turns the direction of the text"),
                last,
            )
            .help("with it a rule shows other than it reads; delete it"),
        );
    }
    if rest > 0 {
        found.push(Diagnostic::error(
            codes::DIRECTION,
            format!("{rest} more characters turn the direction of the text"),
            last,
        ));
    }
}

/// Findings by place, each once, bounded in number.
fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|finding| {
        let span = finding.span();
        (span.source, span.start, span.end, finding.code)
    });
    found.dedup();
    if found.len() > limit::DIAGNOSTICS_MAX {
        // Errors first, so that no flood of warnings hides why a set was refused.
        found.sort_by_key(|finding| finding.severity);
        let rest = found.split_off(limit::DIAGNOSTICS_MAX);
        let errors = rest.iter().filter(|finding| finding.is_error()).count();
        let message = format!(
            "{} more findings are not shown, {errors} of them errors",
            rest.len()
        );
        if let Some(first) = rest.first() {
            found.push(if errors > 0 {
                Diagnostic::error(codes::TOO_MANY_FAULTS, message, first.span())
            } else {
                Diagnostic::warning(codes::TOO_MANY_FAULTS, message, first.span())
            });
        }
    }
    found
}

/// One expression of any kind, about a customer.
pub fn expression(rules: &Rules, text: &str, source: SourceId) -> Result<Checked, Vec<Diagnostic>> {
    expression_measured(rules, text, source, None)
}

/// The same, with the warnings that follow from what was measured of the data.
pub fn expression_measured(
    rules: &Rules,
    text: &str,
    source: SourceId,
    measured: Option<&Measured>,
) -> Result<Checked, Vec<Diagnostic>> {
    let (typed, mut warnings) = against(rules, text, source, |checker, text| {
        let expr = parser::expression_among(text, source, &names_in(rules, text))?;
        Ok(checker.whole(&expr))
    })?;
    if measured.is_some() {
        check::warnings(&typed, &rules.schema, measured, &mut warnings);
    }
    let warnings = in_order(warnings);
    Ok(Checked { typed, warnings })
}

/// One condition about a customer.
pub fn condition(rules: &Rules, text: &str, source: SourceId) -> Result<Checked, Vec<Diagnostic>> {
    against(rules, text, source, |checker, text| {
        let expr = parser::expression_among(text, source, &names_in(rules, text))?;
        Ok(checker.condition(&expr, "a filter"))
    })
    .map(|(typed, warnings)| Checked { typed, warnings })
}

/// Expressions between top-level commas, each with its text as written.
pub fn list(
    rules: &Rules,
    text: &str,
    source: SourceId,
) -> Result<Vec<(String, Typed)>, Vec<Diagnostic>> {
    against(rules, text, source, |checker, text| {
        let exprs = parser::parse_list(text, source, &names_in(rules, text))?;
        let typed: Vec<_> = exprs
            .iter()
            .map(|expr| {
                let typed = checker.whole(expr)?;
                Some((written(text, expr), typed))
            })
            .collect();
        Ok(typed.into_iter().collect::<Option<Vec<_>>>())
    })
    .map(|(typed, _)| typed)
}

/// What words without spaces may be cut into; a text without such words needs nothing.
fn names_in(rules: &Rules, text: &str) -> Lexicon {
    if text.is_ascii() {
        Lexicon::default()
    } else {
        Lexicon::of_rules(rules)
    }
}

fn written(text: &str, expr: &Expr) -> String {
    let range = expr.span.start as usize..expr.span.end as usize;
    text.get(range).unwrap_or(text).trim().to_owned()
}

/// What to order by, each with whether it is descending.
pub fn order(
    rules: &Rules,
    text: &str,
    source: SourceId,
) -> Result<Vec<(Typed, bool)>, Vec<Diagnostic>> {
    against(rules, text, source, |checker, text| {
        let exprs = parser::parse_order(text, source, &names_in(rules, text))?;
        let typed: Vec<_> = exprs
            .iter()
            .map(|(expr, descending)| {
                let typed = checker.whole(expr)?;
                if let Kind::Set(_) = typed.kind {
                    checker.found.push(Diagnostic::error(
                        codes::WRONG_OPERATION,
                        "a set has no order",
                        expr.span,
                    ));
                    return None;
                }
                Some((typed, *descending))
            })
            .collect();
        Ok(typed.into_iter().collect::<Option<Vec<_>>>())
    })
    .map(|(typed, _)| typed)
}

/// What carries typed expressions, for the warnings about them.
trait Carries {
    fn each(&self, visit: &mut dyn FnMut(&Typed));
}

impl Carries for Typed {
    fn each(&self, visit: &mut dyn FnMut(&Typed)) {
        visit(self);
    }
}

impl Carries for Vec<(String, Typed)> {
    fn each(&self, visit: &mut dyn FnMut(&Typed)) {
        self.iter().for_each(|(_, typed)| visit(typed));
    }
}

impl Carries for Vec<(Typed, bool)> {
    fn each(&self, visit: &mut dyn FnMut(&Typed)) {
        self.iter().for_each(|(typed, _)| visit(typed));
    }
}

type Answer<T> = Result<(T, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Runs a check over a compiled set and sorts its findings into errors and warnings.
fn against<T: Carries>(
    rules: &Rules,
    text: &str,
    source: SourceId,
    work: impl FnOnce(&mut Checker<'_>, &str) -> Result<Option<T>, Vec<Diagnostic>>,
) -> Answer<T> {
    let mut found = Vec::new();
    refuse_turning(text, source, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let names = Names::of(rules);
    let zone = Zone::load(&rules.schema.settings.time_zone).unwrap_or_else(Zone::utc);
    let world = World {
        schema: &rules.schema,
        params: &rules.params,
        names: &names,
        zone: &zone,
        broken: &Broken::default(),
        plugins: &rules.plugins,
    };
    let definitions = Definitions::Ready(&rules.definitions);
    let mut checker = Checker::new(world, definitions, Vec::new());
    checker.parts = EventParts::Ready(&rules.event_parts);
    let outcome = work(&mut checker, text)?;
    found.append(&mut checker.found);
    match outcome {
        Some(value) if !found.iter().any(Diagnostic::is_error) => {
            value.each(&mut |typed| check::warnings(typed, &rules.schema, None, &mut found));
            Ok((value, in_order(found)))
        }
        _ => Err(in_order(found)),
    }
}
