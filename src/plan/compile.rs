//! Typed trees → one plan, as written: nothing is folded or moved, but each
//! different operation exists once, and a named definition is its slot. What stands
//! inside a `where` or about another customer is placed by `inside`.

mod inside;
mod levels;

use std::collections::HashMap;
use std::sync::Arc;

use self::levels::Levels;
use super::Asked;
use super::builder::Builder;
use super::lower::lower;
use super::operation::{FactPlan, Op, Output, Plan, Slot};
use super::origins;
use super::statistics::Statistics;
use crate::base::calendar::Unit;
use crate::base::limit::LABEL_PARTS_MAX;
use crate::base::recursion::deep;
use crate::language::printer;
use crate::language::typed::{DefinitionId, Node, Rules, Subject, Typed};
use crate::language::words::Tongue;

/// One plan for all that is asked. Trees come from `check` against the same rules.
pub fn compile(rules: &Rules, asked: &[Asked]) -> Plan {
    let statistics = Statistics::default();
    let mut compiler = Compiler {
        rules,
        levels: Levels::new(Builder::new(None, &statistics)),
        definitions: HashMap::new(),
        period: None,
    };
    let mut outputs: Vec<Output> = asked
        .iter()
        .map(|asked| Output {
            name: asked.name.clone(),
            slot: compiler.customer(asked.typed).slot,
            origins: Vec::new(),
        })
        .collect();
    let program = compiler.levels.into_customers().program();
    origins::fill(&program, &mut outputs, &statistics);
    Plan { program, outputs }
}

/// What is asked of the facts of a subject, of each alone. Trees are in the context of a `where` over them.
pub fn facts(rules: &Rules, subject: Subject, asked: &[Asked]) -> FactPlan {
    let statistics = Statistics::default();
    let mut compiler = Compiler {
        rules,
        levels: Levels::new(Builder::new(None, &statistics)),
        definitions: HashMap::new(),
        period: None,
    };
    let level = compiler.levels.open(Some(subject));
    let mut outputs: Vec<Output> = asked
        .iter()
        .map(|asked| Output {
            name: asked.name.clone(),
            slot: compiler.of_fact(asked.typed, level, subject),
            origins: Vec::new(),
        })
        .collect();
    let facts = compiler.levels.close();
    origins::fill(&facts, &mut outputs, &statistics);
    let mut read = Vec::new();
    for operation in &facts.operations {
        if let Op::Outer(slot) = operation.op
            && !read.contains(&slot)
        {
            read.push(slot);
        }
    }
    let read = read.into_iter().map(|slot| Output {
        name: "customer".into(),
        slot,
        origins: Vec::new(),
    });
    FactPlan {
        subject,
        customers: Plan {
            outputs: read.collect(),
            program: compiler.levels.into_customers().program(),
        },
        facts,
        outputs,
    }
}

/// A compiled part.
#[derive(Clone, Copy)]
struct Part {
    slot: Slot,
    /// Nodes of its tree; a name counts as one.
    size: usize,
}

struct Compiler<'r, 's> {
    rules: &'r Rules,
    /// The customer program, and the programs under construction inside each other.
    levels: Levels<'s>,
    definitions: HashMap<(DefinitionId, Option<Period>), Slot>,
    /// What aggregates of events without a window are read over.
    period: Option<Period>,
}

/// The unit so many before today's.
type Period = (Unit, u16);

impl<'r> Compiler<'r, '_> {
    /// A tree in the customer's context that speaks of nobody and nothing around it.
    fn customer(&mut self, typed: &'r Typed) -> Part {
        // It may stand inside a `where`, whose programs wait meanwhile.
        let waiting = self.levels.cut(0);
        let part = deep(|| self.customer_node(typed));
        self.levels.resume(waiting);
        part
    }

    fn customer_node(&mut self, typed: &'r Typed) -> Part {
        let rules = self.rules;
        let mut size = 1_usize;
        let op = match &typed.node {
            Node::Definition(id) => return self.definition(*id, typed),
            // Nobody else is asked about here.
            Node::OfSelf(inner) => return self.customer(inner),
            Node::Aggregate(aggregate) => {
                self.aggregate(aggregate, &inside::Scope::ROOT, &mut size)
            }
            Node::Followed(followed) => self.followed(followed, &inside::Scope::ROOT, &mut size),
            Node::Related { .. } | Node::RelatedAggregate { .. }
                if self.speaks_of_rest(typed, &inside::Scope::ROOT) =>
            {
                self.pairs(typed, &inside::Scope::ROOT, &mut size)
            }
            Node::Periods {
                unit,
                count,
                condition,
            } => {
                let units = 1..=*count;
                let verdicts = units.map(|back| self.over(Some((*unit, back)), condition));
                let verdicts: Vec<Part> = verdicts.collect();
                size += verdicts.first().map_or(0, |part| part.size);
                Op::CountYes(verdicts.iter().map(|part| part.slot).collect())
            }
            // What a plugin is told is about now, wherever its answer is read.
            Node::Plugin { call, inputs } => Op::Plugin {
                call: call.clone(),
                inputs: inputs
                    .iter()
                    .map(|input| {
                        let part = self.over(None, input);
                        size = size.saturating_add(part.size);
                        part.slot
                    })
                    .collect(),
            },
            Node::Related {
                quantifier,
                reach,
                condition,
            } => Op::Related {
                quantifier: *quantifier,
                reach: reach.clone(),
                condition: self.counted(condition, &mut size),
            },
            Node::RelatedAggregate {
                function,
                step,
                value,
                filter,
            } => Op::RelatedAggregate {
                function: *function,
                step: *step,
                value: value.as_ref().map(|value| self.counted(value, &mut size)),
                filter: filter
                    .as_ref()
                    .map(|filter| self.counted(filter, &mut size)),
            },
            node => lower(rules, node, &mut |part| self.counted(part, &mut size))
                .unwrap_or(Op::Constant(None)),
        };
        let customers = self.levels.builder(0);
        let slot = customers.push(op, typed.kind.clone(), || text(rules, None, typed, size));
        Part { slot, size }
    }

    /// A tree in the customer's context, read over a unit or over all time.
    fn over(&mut self, period: Option<Period>, typed: &'r Typed) -> Part {
        let before = std::mem::replace(&mut self.period, period);
        let part = self.customer(typed);
        self.period = before;
        part
    }

    fn counted(&mut self, typed: &'r Typed, size: &mut usize) -> Slot {
        let part = self.customer(typed);
        *size = size.saturating_add(part.size);
        part.slot
    }

    fn definition(&mut self, id: DefinitionId, typed: &'r Typed) -> Part {
        let key = (id, self.period);
        let known = self.definitions.get(&key).copied();
        let rules = self.rules;
        let slot = match (known, rules.definition(id)) {
            (Some(slot), _) => slot,
            (None, Some(definition)) => {
                let slot = self.customer(&definition.expression).slot;
                self.definitions.insert(key, slot);
                slot
            }
            (None, None) => {
                let customers = self.levels.builder(0);
                customers.push(Op::Constant(None), typed.kind.clone(), || {
                    text(rules, None, typed, 1)
                })
            }
        };
        Part { slot, size: 1 }
    }
}

/// The label of a node. Texts of large trees within large trees would cost their square,
/// so that above a bound only the size is told.
fn text(rules: &Rules, subject: Option<Subject>, typed: &Typed, size: usize) -> Arc<str> {
    if size > LABEL_PARTS_MAX {
        return format!("(an expression of {size} parts)").into();
    }
    printer::typed(rules, subject, typed, Tongue::English).into()
}
