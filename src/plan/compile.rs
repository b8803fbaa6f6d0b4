//! Typed trees → one plan, as written: nothing is folded or moved, but each
//! different operation exists once, and a named definition is its slot.

use std::collections::HashMap;
use std::sync::Arc;

use super::Asked;
use super::builder::Builder;
use super::dead::keep_last;
use super::lower::{lower, lower_window};
use super::operation::{AggregateOp, FactPlan, Op, Output, Plan, Program, Slot, WindowOp};
use super::origins;
use super::statistics::Statistics;
use crate::base::calendar::Unit;
use crate::base::limit::LABEL_PARTS_MAX;
use crate::base::recursion::deep;
use crate::language::printer;
use crate::language::typed::{Aggregate, DefinitionId, Node, Rules, Subject, Typed, Window};
use crate::language::words::Tongue;

/// One plan for all that is asked. Trees come from `check` against the same rules.
pub fn compile(rules: &Rules, asked: &[Asked]) -> Plan {
    let statistics = Statistics::default();
    let mut compiler = Compiler {
        rules,
        customers: Builder::new(None, &statistics),
        definitions: HashMap::new(),
        facts: None,
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
    let program = compiler.customers.program();
    origins::fill(&program, &mut outputs, &statistics);
    Plan { program, outputs }
}

/// What is asked of the facts of a subject, of each alone. Trees are in the context of a `where` over them.
pub fn facts(rules: &Rules, subject: Subject, asked: &[Asked]) -> FactPlan {
    let statistics = Statistics::default();
    let mut compiler = Compiler {
        rules,
        customers: Builder::new(None, &statistics),
        definitions: HashMap::new(),
        facts: Some(Builder::new(Some(subject), &statistics)),
        period: None,
    };
    let mut outputs: Vec<Output> = asked
        .iter()
        .map(|asked| {
            let part = compiler.fact(asked.typed, subject);
            Output {
                name: asked.name.clone(),
                slot: compiler.materialise(part, asked.typed, subject).slot,
                origins: Vec::new(),
            }
        })
        .collect();
    let facts = compiler.facts.take().map(Builder::program);
    let facts = facts.unwrap_or_default();
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
            program: compiler.customers.program(),
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

/// A part of a `where`, as far as it is known whom it depends on.
#[derive(Clone, Copy)]
enum FactPart {
    /// On nothing: the same for every fact and customer.
    Uniform,
    /// On the customer alone.
    Customer,
    /// On the fact.
    Fact(Part),
}

struct Compiler<'r, 's> {
    rules: &'r Rules,
    customers: Builder<'s>,
    definitions: HashMap<(DefinitionId, Option<Period>), Slot>,
    /// The fact program under construction; a `where` never holds another one.
    facts: Option<Builder<'s>>,
    /// What aggregates of events without a window are read over.
    period: Option<Period>,
}

/// The unit so many before today's.
type Period = (Unit, u16);

impl<'r> Compiler<'r, '_> {
    /// A tree in the customer's context.
    fn customer(&mut self, typed: &'r Typed) -> Part {
        deep(|| self.customer_node(typed))
    }

    fn customer_node(&mut self, typed: &'r Typed) -> Part {
        let rules = self.rules;
        let mut size = 1_usize;
        let op = match &typed.node {
            Node::Definition(id) => return self.definition(*id, typed),
            Node::Aggregate(aggregate) => self.aggregate(aggregate, &mut size),
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
                step,
                condition,
            } => Op::Related {
                quantifier: *quantifier,
                step: *step,
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
        let slot = self
            .customers
            .push(op, typed.kind.clone(), || text(rules, None, typed, size));
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
            (None, None) => self
                .customers
                .push(Op::Constant(None), typed.kind.clone(), || {
                    text(rules, None, typed, 1)
                }),
        };
        Part { slot, size: 1 }
    }

    fn aggregate(&mut self, aggregate: &'r Aggregate, size: &mut usize) -> Op {
        let filter = aggregate.filter.as_ref().map(|condition| {
            // A `where` inside a window's bound or a customer's part of another `where` comes between.
            let nested = self.customers.nested(aggregate.subject);
            let interrupted = self.facts.replace(nested);
            let part = self.fact(condition, aggregate.subject);
            let condition = self.materialise(part, condition, aggregate.subject);
            *size = size.saturating_add(condition.size);
            let facts = std::mem::replace(&mut self.facts, interrupted);
            facts.map_or_else(Program::default, |facts| {
                keep_last(facts.program(), condition.slot)
            })
        });
        let window = match (&aggregate.window, aggregate.subject, self.period) {
            (Window::All, Subject::Event(_), Some((unit, back))) => WindowOp::Back { unit, back },
            (window, ..) => lower_window(window, &mut |bound| self.counted(bound, size)),
        };
        Op::Aggregate(Box::new(AggregateOp {
            function: aggregate.function,
            subject: aggregate.subject,
            field: aggregate.field,
            filter,
            window,
        }))
    }

    /// A tree inside a `where`. Only what depends on the fact is entered.
    fn fact(&mut self, typed: &'r Typed, subject: Subject) -> FactPart {
        deep(|| self.fact_node(typed, subject))
    }

    fn fact_node(&mut self, typed: &'r Typed, subject: Subject) -> FactPart {
        match &typed.node {
            Node::Field(_) | Node::At | Node::Key | Node::Given { .. } => {
                return FactPart::Fact(self.enter_fact(typed, subject, Vec::new()));
            }
            Node::Literal(_) | Node::Param(_) | Node::Missing | Node::Today | Node::Now => {
                return FactPart::Uniform;
            }
            Node::CustomerId
            | Node::Attribute(_)
            | Node::RelationTexts(_)
            | Node::Definition(_)
            | Node::Plugin { .. }
            | Node::Ranked { .. }
            | Node::Aggregate(_)
            | Node::Periods { .. }
            | Node::Recorded(_)
            | Node::Related { .. }
            | Node::RelatedAggregate { .. } => return FactPart::Customer,
            _ => {}
        }
        let mut below = Vec::new();
        lower(self.rules, &typed.node, &mut |part| {
            below.push(part);
            Slot(0)
        });
        let parts: Vec<FactPart> = below.iter().map(|part| self.fact(part, subject)).collect();
        if parts.iter().any(|part| matches!(part, FactPart::Fact(_))) {
            let parts = below
                .iter()
                .zip(&parts)
                .map(|(typed, part)| self.materialise(*part, typed, subject))
                .collect();
            return FactPart::Fact(self.enter_fact(typed, subject, parts));
        }
        if parts.iter().any(|part| matches!(part, FactPart::Customer)) {
            FactPart::Customer
        } else {
            FactPart::Uniform
        }
    }

    /// A part as a slot of the fact program.
    fn materialise(&mut self, part: FactPart, typed: &'r Typed, subject: Subject) -> Part {
        match part {
            FactPart::Fact(part) => part,
            FactPart::Uniform => deep(|| self.uniform(typed, subject)),
            FactPart::Customer => {
                let Part { slot, size } = self.customer(typed);
                let slot = match &mut self.facts {
                    Some(facts) => facts.outer(slot, &self.customers),
                    None => slot,
                };
                Part { slot, size }
            }
        }
    }

    fn uniform(&mut self, typed: &'r Typed, subject: Subject) -> Part {
        let mut below = Vec::new();
        lower(self.rules, &typed.node, &mut |part| {
            below.push(part);
            Slot(0)
        });
        let parts = below
            .iter()
            .map(|part| deep(|| self.uniform(part, subject)))
            .collect();
        self.enter_fact(typed, subject, parts)
    }

    /// Enters a node whose parts are slots of the fact program.
    fn enter_fact(&mut self, typed: &'r Typed, subject: Subject, parts: Vec<Part>) -> Part {
        let rules = self.rules;
        let size = parts
            .iter()
            .fold(1_usize, |size, part| size.saturating_add(part.size));
        let mut slots = parts.into_iter().map(|part| part.slot);
        let op = lower(rules, &typed.node, &mut |_| {
            slots.next().unwrap_or_default()
        })
        .unwrap_or(Op::Constant(None));
        let slot = self.facts.as_mut().map_or_else(Slot::default, |facts| {
            facts.push(op, typed.kind.clone(), || {
                text(rules, Some(subject), typed, size)
            })
        });
        Part { slot, size }
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
