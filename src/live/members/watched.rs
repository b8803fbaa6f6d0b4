//! The saved filters of a rule set as one plan, with what each of them reads. The classes of stages and
//! the audiences of care plans are watched with them, after them, under names that no filter can have.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::checksum::xxh3;
use crate::base::limit::MEMBERS_PLANS_KEPT_MAX;
use crate::engine::next_change::Reads;
use crate::language::typed::{PluginCall, Rules, Typed};
use crate::live::reviewer::Reviewer;
use crate::live::run::Prepared;
use crate::plan::operation::{Op, Output, Program};
use crate::plan::{self, Asked, Plan, Statistics};

/// One saved filter.
#[derive(Debug)]
pub(super) struct Filter {
    pub name: Arc<str>,
    pub label: Option<Arc<str>>,
    /// As written, names followed; equal programs mean the same.
    pub meaning: Program,
    /// Of the meaning.
    pub hash: u64,
    pub reads: Reads,
}

impl Filter {
    /// Whether both say the same, plugins taken as they are called and not as they answer.
    pub fn says_as(&self, other: &Self) -> bool {
        unrevised(&self.meaning) == unrevised(&other.meaning)
    }
}

fn unrevised(program: &Program) -> Program {
    let mut program = program.clone();
    for operation in &mut program.operations {
        if let Op::Plugin { call, .. } = &mut operation.op {
            *call = Arc::new(PluginCall {
                revision: "".into(),
                ..PluginCall::clone(call)
            });
        }
    }
    program
}

/// Name, label and condition.
type Saved<'r> = (Arc<str>, Option<Arc<str>>, &'r Typed);

/// All saved filters of a rule set, in its order, then its stages, then the audiences of its care plans.
#[derive(Debug)]
pub(super) struct Watched {
    pub filters: Vec<Filter>,
    /// What all of them read together.
    pub reads: Reads,
    plan: Plan,
    /// Plans of some of the filters, by their places.
    parts: Mutex<BTreeMap<Vec<usize>, Arc<Prepared>>>,
    /// Reviews the tiers among the rules.
    pub reviewer: Reviewer,
}

impl Watched {
    pub fn new(rules: &Rules, statistics: &Statistics) -> Self {
        let saved = rules
            .watched()
            .map(|(name, label, condition)| (Arc::clone(name), label.cloned(), condition));
        let audiences = rules
            .care
            .iter()
            .map(|plan| (plan.audience_name(), None, &plan.audience));
        let saved: Vec<Saved<'_>> = saved.chain(audiences).collect();
        let asked: Vec<Asked<'_>> = saved
            .iter()
            .map(|(name, _, condition)| asked(name, condition))
            .collect();
        let mut plan = plan::optimise(plan::compile(rules, &asked), statistics);
        // Nobody asks why a row is unknown.
        for output in &mut plan.outputs {
            output.origins.clear();
        }
        let outputs = saved.into_iter().zip(&plan.outputs);
        let filters = outputs.map(|((name, label, condition), output)| {
            let meaning = plan::compile(rules, &[asked_alone(condition)]).program;
            Filter {
                name,
                label,
                hash: xxh3(format!("{meaning:?}").as_bytes()),
                meaning,
                reads: Reads::of(&plan, [output]),
            }
        });
        Self {
            filters: filters.collect(),
            reads: Reads::of(&plan, &plan.outputs),
            plan,
            parts: Mutex::default(),
            reviewer: Reviewer::new(rules, statistics),
        }
    }

    /// The plan of some filters, by their places, ascending.
    pub fn part(&self, places: &[usize]) -> Arc<Prepared> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = parts.get(places) {
            return Arc::clone(known);
        }
        let outputs = places
            .iter()
            .filter_map(|place| self.plan.outputs.get(*place));
        let part = Arc::new(Prepared::new(Plan {
            program: self.plan.program.clone(),
            outputs: outputs.map(Output::clone).collect(),
        }));
        if parts.len() >= MEMBERS_PLANS_KEPT_MAX {
            parts.clear();
        }
        parts.insert(places.to_vec(), Arc::clone(&part));
        part
    }

    /// Places of all filters that a test of what they read picks.
    pub fn places(&self, test: impl Fn(&Reads) -> bool) -> Vec<usize> {
        let filters = self.filters.iter().enumerate();
        filters
            .filter(|(_, filter)| test(&filter.reads))
            .map(|(place, _)| place)
            .collect()
    }
}

fn asked<'t>(name: &Arc<str>, typed: &'t Typed) -> Asked<'t> {
    Asked {
        name: Arc::clone(name),
        typed,
    }
}

fn asked_alone(typed: &Typed) -> Asked<'_> {
    Asked {
        name: "filter".into(),
        typed,
    }
}
