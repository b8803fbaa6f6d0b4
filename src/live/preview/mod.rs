//! What a change of the rules would do: for every filter that would say something else, who
//! enters and who leaves, with samples and the part of the rule that decides. A function of
//! a moment and a text; nothing is changed and nothing is kept.

mod edit;
mod reason;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::moment::{AskError, Moment};
use super::rule_set::Finding;
use super::saved::Standing;
use crate::base::calendar::Instant;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::PREVIEW_SAMPLES_MAX;
use crate::columns::bits::Bits;
use crate::engine::{External, Rows, RunError, RunOptions};
use crate::language::printer;
use crate::language::references;
use crate::language::typed::{Rules, Typed};
use crate::language::words::Tongue;
use crate::plan::operation::Program;
use crate::plan::{self, Asked};
use crate::rules::Loaded;

pub use edit::{Edit, ITEMS};
pub use reason::{Reason, Said};

/// One customer that would enter or leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Id.
    pub customer: Arc<str>,
    /// What decides.
    pub reason: Reason,
}

/// Customers that would enter, or leave.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Movement {
    /// Exactly how many.
    pub count: u64,
    /// The first of them by the bytes of their ids.
    pub samples: Vec<Sample>,
}

/// A filter that would say something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFilter {
    /// First name; `care NAME` is the audience of a care plan.
    pub name: Arc<str>,
    /// Changed rules and params that it names, directly or not; empty when only its own text is another one.
    pub through: Vec<Arc<str>>,
    /// Whether its own text is another one.
    pub own_text: bool,
    /// What it says then, as it is written.
    pub written: String,
    /// Members now.
    pub before: u64,
    /// Members then.
    pub after: u64,
    /// Who would enter.
    pub entered: Movement,
    /// Who would leave.
    pub left: Movement,
}

/// A filter with its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sized {
    /// First name.
    pub name: Arc<str>,
    /// How many members it has, or would have.
    pub members: u64,
}

/// What a change would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The instant of the counts.
    pub at: Instant,
    /// Filters that would say something else, in the order of the rules.
    pub changed: Vec<ChangedFilter>,
    /// New filters.
    pub added: Vec<Sized>,
    /// Filters that would be no more.
    pub dropped: Vec<Sized>,
    /// Filters that would say the same.
    pub same: usize,
    /// Metrics and params whose own text would be another one, that are new or no more.
    pub other_rules: Vec<Arc<str>>,
    /// What someone should look at.
    pub warnings: Vec<Finding>,
}

/// Why there is no preview.
#[derive(Debug)]
pub enum PreviewError {
    /// The change is wrong, or a run failed.
    Ask(AskError),
    /// The change is one of the kinds of facts; facts lie as the old kinds say.
    Schema,
}

impl From<AskError> for PreviewError {
    fn from(error: AskError) -> Self {
        PreviewError::Ask(error)
    }
}

impl std::fmt::Display for PreviewError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PreviewError::Ask(AskError::Text(_, findings)) => match findings.first() {
                Some(first) => out.write_str(&first.message),
                None => out.write_str("the rules are wrong"),
            },
            PreviewError::Ask(AskError::Run(error)) => error.fmt(out),
            PreviewError::Ask(AskError::NoCustomer(id)) => write!(out, "no customer {id}"),
            PreviewError::Ask(AskError::NoScore { message, .. }) => out.write_str(message),
            PreviewError::Ask(AskError::NoReport(name)) => write!(out, "no report {name}"),
            PreviewError::Ask(AskError::Report(error)) => error.fmt(out),
            PreviewError::Schema => out.write_str(
                "a change of the kinds of facts has no preview: facts lie as the present kinds say",
            ),
        }
    }
}

impl std::error::Error for PreviewError {}

/// What the change would do, with at most so many samples a filter and direction, and never more than
/// [`PREVIEW_SAMPLES_MAX`].
///
/// # Errors
/// When the set with the change is not sound, changes the kinds of facts, or cannot be run.
pub fn preview(
    moment: &Moment,
    edit: Edit<'_>,
    samples_max: usize,
    options: &RunOptions,
) -> Result<Preview, PreviewError> {
    let loaded = edit::compiled(Standing::from(moment), edit)?;
    if loaded.rules.schema.shape() != moment.rules.schema.shape() {
        return Err(PreviewError::Schema);
    }
    let samples_max = samples_max.min(PREVIEW_SAMPLES_MAX);
    let warnings = warnings(&loaded);
    let then = Moment {
        sources: Arc::new(loaded.sources),
        rules: Arc::new(loaded.rules),
        ranks: Arc::new(moment.ranks.anew()),
        ..moment.clone()
    };
    let sides = Sides::of(&moment.rules, &then.rules);
    let mut heard = External::default();
    let before = members(moment, &sides.old, options, &mut heard)?;
    heard.forget_tables();
    let after = members(&then, &sides.new, options, &mut heard)?;
    let edited = edited(&moment.rules, &then.rules);
    let mut preview = Preview {
        at: moment.now,
        changed: Vec::new(),
        added: Vec::new(),
        dropped: Vec::new(),
        same: sides.same,
        other_rules: other_rules(&edited, &moment.rules, &then.rules),
        warnings,
    };
    for ((name, typed), after) in sides.new.iter().zip(&after) {
        let known = sides.old.iter().position(|(old, _)| old == name);
        let known = known.and_then(|at| Some((sides.old.get(at)?.1, before.get(at)?)));
        match known {
            None => preview.added.push(Sized {
                name: Arc::clone(name),
                members: after.count(),
            }),
            Some((old_typed, before)) => {
                let two = Two {
                    old: (moment, old_typed, before),
                    new: (&then, typed, after),
                };
                let changed = two.changed(name, &edited, samples_max)?;
                preview.changed.push(changed);
            }
        }
    }
    for ((name, _), before) in sides.old.iter().zip(&before) {
        if find(&sides.new, name).is_none() {
            preview.dropped.push(Sized {
                name: Arc::clone(name),
                members: before.count(),
            });
        }
    }
    Ok(preview)
}

/// Filters that are to be run.
struct Sides<'r> {
    /// Those that would say something else, and those that would be no more.
    old: Vec<Named<'r>>,
    /// Those that would say something else, and new ones, in the order of the rules.
    new: Vec<Named<'r>>,
    /// How many would say the same.
    same: usize,
}

impl<'r> Sides<'r> {
    fn of(old_rules: &'r Rules, new_rules: &'r Rules) -> Self {
        let (old, new) = (conditions(old_rules), conditions(new_rules));
        let mut sides = Self {
            old: Vec::new(),
            new: Vec::new(),
            same: 0,
        };
        for (name, typed) in &new {
            let known = find(&old, name);
            if let Some(known) = known {
                if meaning(old_rules, known) == meaning(new_rules, typed) {
                    sides.same += 1;
                    continue;
                }
                sides.old.push((Arc::clone(name), known));
            }
            sides.new.push((Arc::clone(name), typed));
        }
        let gone = old.into_iter();
        sides
            .old
            .extend(gone.filter(|(name, _)| find(&new, name).is_none()));
        sides
    }
}

type Named<'r> = (Arc<str>, &'r Typed);

/// Filters and stages, then audiences of care plans, in the order of the rules.
fn conditions(rules: &Rules) -> Vec<Named<'_>> {
    let filters = rules
        .watched()
        .map(|(name, _, condition)| (Arc::clone(name), condition));
    let audiences = rules.care.iter();
    let audiences = audiences.map(|plan| (plan.audience_name(), &plan.audience));
    filters.chain(audiences).collect()
}

fn find<'r>(list: &[Named<'r>], name: &str) -> Option<&'r Typed> {
    let mut list = list.iter();
    list.find(|(known, _)| &**known == name)
        .map(|(_, typed)| *typed)
}

/// What it says with all names followed.
fn meaning(rules: &Rules, typed: &Typed) -> Program {
    let asked = Asked {
        name: "filter".into(),
        typed,
    };
    plan::compile(rules, &[asked]).program
}

/// Everyone on *yes*, of all of them in one run.
fn members(
    moment: &Moment,
    asked: &[Named<'_>],
    options: &RunOptions,
    heard: &mut External,
) -> Result<Vec<Bits>, AskError> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<Asked<'_>> = asked
        .iter()
        .map(|(name, typed)| Asked {
            name: Arc::clone(name),
            typed,
        })
        .collect();
    let plan = moment.plan(&list);
    let outcome = moment.run(plan, &Rows::All, options, heard)?;
    let outputs = outcome.outputs.into_iter();
    outputs
        .map(|output| {
            let condition = output.condition.map(|condition| condition.yes);
            condition.ok_or(AskError::Run(RunError::Malformed(
                "a filter that is no condition",
            )))
        })
        .collect()
}

/// Rules whose own text differs, by name: those of the new set that differ or are new, and those that are gone.
fn edited(old: &Rules, new: &Rules) -> BTreeSet<Arc<str>> {
    let (old, new) = (texts(old), texts(new));
    let differing = new
        .iter()
        .filter(|(name, text)| old.get(*name) != Some(text));
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    differing
        .map(|(name, _)| name)
        .chain(gone)
        .cloned()
        .collect()
}

/// What each rule itself says, names not followed.
fn texts(rules: &Rules) -> BTreeMap<Arc<str>, String> {
    let printed = |typed: &Typed| printer::typed(rules, None, typed, Tongue::English);
    let definitions = rules.definitions.iter();
    let definitions = definitions.map(|item| (Arc::clone(&item.name), printed(&item.expression)));
    let params = rules.params.iter();
    let params = params.map(|item| (Arc::clone(&item.name), format!("{:?}", item.value)));
    let audiences = rules.care.iter();
    let audiences = audiences.map(|plan| (plan.audience_name(), printed(&plan.audience)));
    definitions.chain(params).chain(audiences).collect()
}

fn other_rules(edited: &BTreeSet<Arc<str>>, old: &Rules, new: &Rules) -> Vec<Arc<str>> {
    let (old, new) = (conditions(old), conditions(new));
    let edited = edited.iter();
    edited
        .filter(|name| find(&old, name).is_none() && find(&new, name).is_none())
        .cloned()
        .collect()
}

/// What of `edited` an expression names, directly or not.
fn through(rules: &Rules, typed: &Typed, edited: &BTreeSet<Arc<str>>) -> Vec<Arc<str>> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![typed];
    while let Some(typed) = waiting.pop() {
        let names = references::of(typed);
        for id in names.params {
            found.extend(rules.param(id).map(|param| Arc::clone(&param.name)));
        }
        for id in names.definitions {
            let definition = rules.definition(id).filter(|_| seen.insert(id));
            if let Some(definition) = definition {
                found.insert(Arc::clone(&definition.name));
                waiting.push(&definition.expression);
            }
        }
    }
    found.retain(|name| edited.contains(name));
    found.into_iter().collect()
}

/// The two sides of one filter.
struct Two<'a> {
    old: (&'a Moment, &'a Typed, &'a Bits),
    new: (&'a Moment, &'a Typed, &'a Bits),
}

impl Two<'_> {
    fn changed(
        &self,
        name: &Arc<str>,
        edited: &BTreeSet<Arc<str>>,
        samples_max: usize,
    ) -> Result<ChangedFilter, AskError> {
        let (before, after) = (self.old.2, self.new.2);
        let mut entered = after.clone();
        entered.and_not(before);
        let mut left = before.clone();
        left.and_not(after);
        Ok(ChangedFilter {
            name: Arc::clone(name),
            through: through(&self.new.0.rules, self.new.1, edited),
            own_text: edited.contains(name),
            written: self.new.0.sources.slice(self.new.1.span).to_owned(),
            before: before.count(),
            after: after.count(),
            entered: self.movement(name, &entered, samples_max)?,
            left: self.movement(name, &left, samples_max)?,
        })
    }

    fn movement(&self, name: &str, rows: &Bits, samples_max: usize) -> Result<Movement, AskError> {
        let count = rows.count();
        let snapshot = &self.new.0.snapshot;
        let wanted = usize::try_from(count)
            .unwrap_or(usize::MAX)
            .min(samples_max);
        let by_id = if wanted == 0 { &[] } else { snapshot.by_id() };
        let chosen = by_id.iter().filter(|row| rows.get(**row as usize));
        let samples: Result<Vec<Sample>, AskError> = chosen
            .take(wanted)
            .map(|row| {
                Ok(Sample {
                    customer: snapshot.id(*row).into(),
                    reason: self.reason(name, *row)?,
                })
            })
            .collect();
        Ok(Movement {
            count,
            samples: samples?,
        })
    }

    fn reason(&self, name: &str, row: u32) -> Result<Reason, AskError> {
        let old = self.old.0.taken_apart(name, self.old.1, row)?;
        let new = self.new.0.taken_apart(name, self.new.1, row)?;
        Ok(reason::reason(&old.root, &new.root))
    }
}

fn warnings(loaded: &Loaded) -> Vec<Finding> {
    let warnings = loaded.diagnostics.iter();
    warnings
        .filter(|found: &&Diagnostic| !found.is_error())
        .map(|found| Finding::of(&loaded.sources, found))
        .collect()
}
