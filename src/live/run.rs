//! A run in two halves: first the plugins are told what they read of the rows asked and
//! say what they say, rank tables and reviews of tiers are fetched, then the plan is run with these as plain
//! values. How a plugin is asked is the scorer's business, what its answer means the engine's.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ranks::Ranks;
use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::engine::external::{External, PluginFault, Scorer, Told};
use crate::engine::next_change;
use crate::engine::{self, Outcome, Rows, RunError, RunOptions};
use crate::language::typed::{PluginCall, Reach};
use crate::plan::Plan;
use crate::plan::operation::{Op, Output, Program, RankedOp, Slot};

/// What a run stands on.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// Who asks plugins.
    pub plugins: &'a dyn Scorer,
    /// The instant.
    pub now: Instant,
    /// Whose rank tables; `None` = its own, of these facts at this instant.
    pub ranks: Option<&'a Arc<Ranks>>,
    /// How to run what has to be run.
    pub options: &'a RunOptions,
}

impl<'a> View<'a> {
    /// For asking when something may change.
    pub fn ahead(self) -> next_change::View<'a> {
        next_change::View {
            snapshot: self.snapshot,
            now: self.now,
            options: self.options,
        }
    }
}

/// A plan with what its plugins have to be told.
#[derive(Debug)]
pub struct Prepared {
    /// As given.
    pub plan: Plan,
    /// In the order of their slots: an input lies before whoever reads it.
    asked: Vec<Asked>,
    /// Operations that read a rank table, one for each table.
    ranked: Vec<Slot>,
    /// Tiers whose reviews are read.
    tiers: Vec<Arc<str>>,
    /// By slot: whether a plugin's answer is among what it is made of.
    hears: Vec<bool>,
}

/// One function that the plan needs.
#[derive(Debug)]
struct Asked {
    slot: Slot,
    call: Arc<PluginCall>,
    /// Gives its inputs, in the order of its signature.
    inputs: Plan,
}

impl Prepared {
    /// Finds the plugins that the outputs need.
    pub fn new(plan: Plan) -> Self {
        let mut asked = Vec::new();
        for slot in reached(&plan) {
            let operation = plan.program.operations.get(slot.0 as usize);
            let Some(Op::Plugin { call, inputs }) = operation.map(|operation| &operation.op) else {
                continue;
            };
            let outputs = inputs.iter().map(|slot| Output {
                name: "input".into(),
                slot: *slot,
                origins: Vec::new(),
            });
            asked.push(Asked {
                slot,
                call: Arc::clone(call),
                inputs: Plan {
                    program: plan.program.clone(),
                    outputs: outputs.collect(),
                },
            });
        }
        let hears = hears(&plan.program);
        let ranked = ranked(&plan);
        let tiers = tiers(&plan.program);
        Self {
            plan,
            asked,
            ranked,
            tiers,
            hears,
        }
    }

    /// Whether it reads a rank table.
    pub fn is_ranked(&self) -> bool {
        !self.ranked.is_empty()
    }

    /// Fetches rank tables, and has the plugins asked about whatever the plan needs of them for these rows,
    /// as far as `external` does not know it yet. A plugin's failure is kept there; an error is one of the engine.
    pub fn ask(
        &self,
        view: View<'_>,
        rows: &Rows,
        explain: bool,
        external: &mut External,
    ) -> Result<(), RunError> {
        self.fetch(view, external)?;
        if self.asked.is_empty() {
            return Ok(());
        }
        let demanded = self.demand(view, rows);
        for asked in &self.asked {
            let Some(rows) = demanded.get(&asked.slot) else {
                continue;
            };
            if external.covers(&asked.call, rows) {
                continue;
            }
            let answer = asked.answer(view, rows, explain, external)?;
            external.put(&asked.call, rows.clone(), answer);
        }
        Ok(())
    }

    /// The tiers whose reviews are read.
    pub fn tiers(&self) -> &[Arc<str>] {
        &self.tiers
    }

    /// Puts the rank tables and the reviews that the plan reads in their places.
    fn fetch(&self, view: View<'_>, external: &mut External) -> Result<(), RunError> {
        for tiers in &self.tiers {
            let standing = view.ranks.and_then(|ranks| ranks.standing(tiers));
            external.put_reviewed(tiers, standing);
        }
        if self.ranked.is_empty() {
            return Ok(());
        }
        let own;
        let ranks = match view.ranks {
            Some(ranks) => ranks,
            None => {
                own = Arc::new(Ranks::new(view.snapshot, view.now));
                &own
            }
        };
        let ranked = self.ranked.iter().filter_map(|slot| {
            match &self.plan.program.operations.get(slot.0 as usize)?.op {
                Op::Ranked(ranked) if external.table(&ranked.table).is_err() => Some(&**ranked),
                _ => None,
            }
        });
        let ranked: Vec<&RankedOp> = ranked.collect();
        let tables = ranks.tables(&self.plan, &ranked, view)?;
        for (ranked, table) in ranked.into_iter().zip(tables) {
            external.put_table(&ranked.table, table);
        }
        Ok(())
    }

    /// An error when a plugin that is needed failed.
    pub fn check(&self, external: &External) -> Result<(), RunError> {
        let mut asked = self.asked.iter();
        asked.try_for_each(|asked| external.column(&asked.call).map(drop))
    }

    /// The answers, plugins having been asked. A plugin that failed fails the run, also where its answer
    /// would not have mattered.
    pub fn answer(
        &self,
        view: View<'_>,
        rows: &Rows,
        external: &External,
    ) -> Result<Outcome, RunError> {
        self.check(external)?;
        let (plan, snapshot) = (&self.plan, view.snapshot);
        engine::run(plan, snapshot, external, rows, view.now, view.options)
    }

    /// Which rows each plugin operation is needed for: those asked, and where it stands in a condition
    /// about other customers those at the other end. Lists ascend, each row once.
    fn demand(&self, view: View<'_>, rows: &Rows) -> BTreeMap<Slot, Rows> {
        let rows = match rows {
            Rows::All => Rows::All,
            Rows::List(list) => Rows::List(sorted(list.clone())),
        };
        let mut demand = Demand {
            hears: &self.hears,
            view,
            rows: BTreeMap::new(),
        };
        for start in starts(&self.plan) {
            demand.add(start, &rows);
        }
        // Inputs lie below: going down meets every demand before it is handed on.
        let mut found = BTreeMap::new();
        while let Some((slot, rows)) = demand.rows.pop_last() {
            let operation = self.plan.program.operations.get(slot.0 as usize);
            let Some(op) = operation.map(|operation| &operation.op) else {
                continue;
            };
            match op {
                Op::Related { reach, .. } => {
                    demand.add_all(op.inputs(), &demand.others(reach, &rows))
                }
                Op::RelatedAggregate { step, .. } => {
                    let others = demand.others(&Reach::from(*step), &rows);
                    demand.add_all(op.inputs(), &others);
                }
                Op::Plugin { inputs, .. } => demand.add_all(inputs.clone(), &rows),
                op => {
                    demand.add_all(op.reads(), &rows);
                    if demand.is_heard(&op.elsewhere()) {
                        let others = demand.elsewhere(op, &rows);
                        demand.add_all(op.elsewhere(), &others);
                    }
                }
            }
            if let Op::Plugin { .. } = op {
                found.insert(slot, rows);
            }
        }
        found
    }

    /// Both halves.
    pub fn run(&self, view: View<'_>, rows: &Rows) -> Result<Outcome, RunError> {
        let mut external = External::default();
        self.ask(view, rows, false, &mut external)?;
        self.answer(view, rows, &external)
    }
}

impl Asked {
    fn answer(
        &self,
        view: View<'_>,
        rows: &Rows,
        explain: bool,
        external: &External,
    ) -> Result<Result<engine::external::Scored, PluginFault>, RunError> {
        let options = RunOptions {
            analyze: false,
            left_aside: false,
            ..view.options.clone()
        };
        let snapshot = view.snapshot;
        let told = engine::run(&self.inputs, snapshot, external, rows, view.now, &options);
        let told = match told {
            Ok(outcome) => outcome.outputs,
            // An input that another plugin was to give: that one's failure is this one's.
            Err(RunError::Plugin(fault)) => return Ok(Err(*fault)),
            Err(fault) => return Err(fault),
        };
        let count = match rows {
            Rows::All => snapshot.rows() as usize,
            Rows::List(list) => list.len(),
        };
        Ok(view.plugins.score(Told {
            call: &self.call,
            inputs: &told,
            rows: count,
            explain,
            cancel: view.options.cancel.as_ref(),
        }))
    }
}

/// Plugin operations that the outputs need, inputs of plugins included, ascending.
fn reached(plan: &Plan) -> Vec<Slot> {
    let operations = &plan.program.operations;
    let mut seen = vec![false; operations.len()];
    let mut open: Vec<Slot> = starts(plan).collect();
    let mut found = Vec::new();
    while let Some(slot) = open.pop() {
        let at = slot.0 as usize;
        let (Some(operation), Some(seen)) = (operations.get(at), seen.get_mut(at)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        if let Op::Plugin { .. } = operation.op {
            found.push(slot);
        }
        open.extend(asked_below(&operation.op));
    }
    found.sort_unstable();
    found
}

/// Whatever is asked of the rows themselves: outputs, and what may be to blame with what it is made of.
fn starts(plan: &Plan) -> impl Iterator<Item = Slot> + '_ {
    let made_of = |slot: Slot| {
        let operation = plan.program.operations.get(slot.0 as usize);
        let slots: Vec<Slot> = match operation.map(|operation| &operation.op) {
            Some(Op::Ranked(ranked)) => ranked.slots().collect(),
            _ => Vec::new(),
        };
        slots.into_iter().chain([slot])
    };
    let outputs = plan.outputs.iter();
    outputs.flat_map(move |output| {
        let origins = output.origins.iter().copied().flat_map(made_of);
        std::iter::once(output.slot).chain(origins)
    })
}

/// The inputs about which plugins are asked; what a rank table is made of is asked when it is built.
fn asked_below(op: &Op) -> Vec<Slot> {
    match op {
        Op::Ranked(_) => Vec::new(),
        op => op.inputs(),
    }
}

/// Operations that read a rank table, one for each table, ascending; those that another table stands on,
/// and that only it needs, are not among them.
fn ranked(plan: &Plan) -> Vec<Slot> {
    tables_read(&plan.program, starts(plan))
}

/// Whether any of the slots reads a rank table.
pub(super) fn reads_tables(program: &Program, slots: impl Iterator<Item = Slot>) -> bool {
    !tables_read(program, slots).is_empty()
}

fn tables_read(program: &Program, starts: impl Iterator<Item = Slot>) -> Vec<Slot> {
    let operations = &program.operations;
    let mut seen = vec![false; operations.len()];
    let mut open: Vec<Slot> = starts.collect();
    let mut found: BTreeMap<&str, Slot> = BTreeMap::new();
    while let Some(slot) = open.pop() {
        let at = slot.0 as usize;
        let (Some(operation), Some(seen)) = (operations.get(at), seen.get_mut(at)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        if let Op::Ranked(ranked) = &operation.op {
            let known = found.entry(&ranked.table).or_insert(slot);
            *known = slot.min(*known);
        }
        open.extend(asked_below(&operation.op));
    }
    let mut slots: Vec<Slot> = found.into_values().collect();
    slots.sort_unstable();
    slots
}

/// Names of the tiers whose reviews a program reads, each once.
fn tiers(program: &Program) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = Vec::new();
    for operation in &program.operations {
        if let Op::Reviewed(name) = &operation.op
            && !found.contains(name)
        {
            found.push(Arc::clone(name));
        }
    }
    found
}

/// By slot: whether a plugin's answer is among what it is made of.
fn hears(program: &Program) -> Vec<bool> {
    let mut hears: Vec<bool> = Vec::with_capacity(program.operations.len());
    for operation in &program.operations {
        let below = |slot: &Slot| hears.get(slot.0 as usize).copied().unwrap_or(false);
        let own = matches!(operation.op, Op::Plugin { .. });
        hears.push(own || asked_below(&operation.op).iter().any(below));
    }
    hears
}

fn sorted(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list.dedup();
    list
}

struct Demand<'a> {
    hears: &'a [bool],
    view: View<'a>,
    rows: BTreeMap<Slot, Rows>,
}

impl Demand<'_> {
    fn add(&mut self, slot: Slot, rows: &Rows) {
        if !self.hears.get(slot.0 as usize).copied().unwrap_or(false) {
            return;
        }
        match (self.rows.get_mut(&slot), rows) {
            (None, rows) => {
                self.rows.insert(slot, rows.clone());
            }
            (Some(Rows::All), _) => {}
            (Some(known), Rows::All) => *known = Rows::All,
            (Some(Rows::List(known)), Rows::List(more)) if *known != *more => {
                known.extend(more);
                *known = sorted(std::mem::take(known));
            }
            _ => {}
        }
    }

    fn add_all(&mut self, slots: Vec<Slot>, rows: &Rows) {
        for slot in slots {
            self.add(slot, rows);
        }
    }

    fn is_heard(&self, slots: &[Slot]) -> bool {
        let hears = |slot: &Slot| self.hears.get(slot.0 as usize).copied();
        slots.iter().any(|slot| hears(slot).unwrap_or(false))
    }

    fn others(&self, reach: &Reach, rows: &Rows) -> Rows {
        let Rows::List(list) = rows else {
            return Rows::All;
        };
        let mut found: Vec<u32> = Vec::new();
        let mut rim = list.clone();
        for _ in 0..reach.steps {
            let mut next = Vec::new();
            for step in &reach.kinds {
                let edges = self.view.snapshot.edges(step.relation, self.view.now);
                let far = |row: &u32| match step.inverse {
                    true => edges.to(*row),
                    false => edges.from(*row),
                };
                next.extend(rim.iter().flat_map(far));
            }
            rim = sorted(next);
            rim.retain(|row| found.binary_search(row).is_err());
            found = sorted([found, rim.clone()].concat());
        }
        Rows::List(found)
    }

    /// Whoever is read of by programs inside an operation for these rows, however deep.
    fn elsewhere(&self, op: &Op, rows: &Rows) -> Rows {
        let near = match op {
            Op::Pairs(pairs) => self.others(&pairs.reach, rows),
            _ => rows.clone(),
        };
        let mut found = match op {
            Op::Pairs(_) => near.clone(),
            _ => Rows::List(Vec::new()),
        };
        for inside in op.programs().iter().flat_map(|it| &it.operations) {
            if inside.op.programs().is_empty() {
                continue;
            }
            found = match (found, self.elsewhere(&inside.op, &near)) {
                (Rows::List(one), Rows::List(two)) => Rows::List(sorted([one, two].concat())),
                _ => Rows::All,
            };
        }
        found
    }
}
