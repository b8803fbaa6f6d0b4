//! What stands inside a `where`, a step of a sequence or the condition of a relation.
//! A part goes where everything it reads is at hand: what depends on the customer
//! alone into the customer program, the rest into the outermost program that can hold it.

use super::super::dead::{keep_last, keep_only};
use super::super::lower::{lower, lower_window};
use super::super::operation::{
    AggregateOp, FollowedOp, Op, PairsFold, PairsOp, Slot, StepOp, WindowOp,
};
use super::{Compiler, Part, Period, text};
use crate::base::recursion::deep;
use crate::language::typed::{
    Aggregate, Followed, NamedFact, Node, Reach, Subfield, Subject, Typed, Window,
};

/// Where a fact that has a name is bound.
#[derive(Clone, Copy)]
struct Frame {
    level: usize,
    /// Of an earlier step, read in the programs of the later ones.
    step: Option<u32>,
}

/// What names mean at a place.
#[derive(Clone)]
pub(super) struct Scope {
    /// Level whose lanes belong to the customer at hand.
    customer: usize,
    /// Level whose lanes belong to the customer asked about.
    myself: usize,
    /// Level of the fact at hand.
    fact: Option<(usize, Subject)>,
    /// Facts bound around, the outermost first.
    frames: Vec<Frame>,
}

impl Scope {
    /// Of a customer, and nothing around.
    pub const ROOT: Self = Self {
        customer: 0,
        myself: 0,
        fact: None,
        frames: Vec::new(),
    };

    /// A fact bound around, the innermost is 0.
    fn frame(&self, out: usize) -> Option<Frame> {
        self.frames.iter().rev().nth(out).copied()
    }

    fn subject(&self) -> Option<Subject> {
        self.fact.map(|(_, subject)| subject)
    }

    /// Inside a condition about a fact.
    fn about(&self, level: usize, subject: Subject) -> Self {
        let mut inner = self.clone();
        inner.fact = Some((level, subject));
        inner.frames.push(Frame { level, step: None });
        inner
    }

    /// The condition of a named part begins anew with the fact at hand.
    fn anew(&self) -> Self {
        let frame = self.fact.map(|(level, _)| Frame { level, step: None });
        Self {
            myself: self.customer,
            frames: frame.into_iter().collect(),
            ..self.clone()
        }
    }
}

/// Where a part can be worked out.
#[derive(Clone, Copy)]
enum Placed {
    /// Anywhere: the same for every fact and customer.
    Uniform,
    /// It depends on the customer at hand alone, and is not entered yet.
    Customer,
    /// On a level.
    At(usize, Part),
}

impl<'r> Compiler<'r, '_> {
    fn inside(&mut self, typed: &'r Typed, scope: &Scope) -> Placed {
        deep(|| self.inside_node(typed, scope))
    }

    fn inside_node(&mut self, typed: &'r Typed, scope: &Scope) -> Placed {
        match &typed.node {
            Node::Field(_) | Node::At | Node::Key | Node::Given { .. } => {
                let level = scope.fact.map_or(0, |(level, _)| level);
                Placed::At(level, self.enter(typed, scope, level, Vec::new()))
            }
            Node::Named(named) => self.named(typed, named, scope),
            Node::Part(id) => {
                let (rules, level) = (self.rules, scope.fact.map_or(0, |(level, _)| level));
                let Some(part) = rules.event_part(*id) else {
                    return Placed::Uniform;
                };
                let anew = scope.anew();
                let placed = self.inside(&part.condition, &anew);
                Placed::At(level, self.bring(placed, &part.condition, &anew, level))
            }
            Node::OfSelf(inner) => {
                let Part { slot, size } = self.customer(inner);
                let slot = match scope.myself {
                    0 => slot,
                    level => self.levels.elsewhere(slot, level),
                };
                Placed::At(scope.myself, Part { slot, size })
            }
            Node::Literal(_) | Node::Param(_) | Node::Missing | Node::Today | Node::Now => {
                Placed::Uniform
            }
            Node::CustomerId
            | Node::Attribute(_)
            | Node::RelationTexts(_)
            | Node::Definition(_)
            | Node::Ranked { .. }
            | Node::Recorded(_)
            | Node::Reviewed(_)
            | Node::Plugin { .. } => Placed::Customer,
            Node::Periods {
                unit,
                count,
                condition,
            } => self.periods(typed, (*unit, *count), condition, scope),
            Node::Aggregate(_)
            | Node::Followed(_)
            | Node::Related { .. }
            | Node::RelatedAggregate { .. } => self.holder(typed, scope),
            _ => self.made_of(typed, scope),
        }
    }

    /// A node that is made of parts in its own context.
    fn made_of(&mut self, typed: &'r Typed, scope: &Scope) -> Placed {
        let below = self.below(typed);
        let placed: Vec<Placed> = below.iter().map(|part| self.inside(part, scope)).collect();
        let level = placed.iter().filter_map(|placed| match placed {
            Placed::At(level, _) => Some(*level),
            _ => None,
        });
        let customers = placed.iter().any(|it| matches!(it, Placed::Customer));
        let Some(level) = level.max() else {
            return match customers {
                true => Placed::Customer,
                false => Placed::Uniform,
            };
        };
        let level = if customers {
            level.max(scope.customer)
        } else {
            level
        };
        let parts = below.iter().zip(placed);
        let parts = parts
            .map(|(part, placed)| self.bring(placed, part, scope, level))
            .collect();
        Placed::At(level, self.enter(typed, scope, level, parts))
    }

    /// The parts of a node in its own context.
    fn below(&self, typed: &'r Typed) -> Vec<&'r Typed> {
        let mut below = Vec::new();
        lower(self.rules, &typed.node, &mut |part| {
            below.push(part);
            Slot(0)
        });
        below
    }

    /// Something of a fact further out.
    fn named(&mut self, typed: &'r Typed, named: &NamedFact, scope: &Scope) -> Placed {
        let Some(Frame { level, step }) = scope.frame(named.out as usize) else {
            return Placed::Uniform;
        };
        let op = match (step, named.take) {
            (Some(step), take) => Op::Bound { step, take },
            (None, Subfield::Field(field)) => Op::Field(field),
            (None, Subfield::At) => Op::At,
            (None, Subfield::Key) => Op::Key,
        };
        let rules = self.rules;
        let builder = self.levels.builder(level);
        let slot = builder.push(op, typed.kind.clone(), || {
            text(rules, scope.subject(), typed, 1)
        });
        Placed::At(level, Part { slot, size: 1 })
    }

    /// An operation that holds programs of its own.
    fn holder(&mut self, typed: &'r Typed, scope: &Scope) -> Placed {
        let Some(level) = self.rest(typed, scope, None) else {
            return Placed::Customer;
        };
        let level = level.max(scope.customer);
        let waiting = self.levels.cut(level);
        let mut size = 1_usize;
        let op = match &typed.node {
            Node::Aggregate(aggregate) => self.aggregate(aggregate, scope, &mut size),
            Node::Followed(followed) => self.followed(followed, scope, &mut size),
            _ => self.pairs(typed, scope, &mut size),
        };
        let rules = self.rules;
        let slot = self.levels.builder(level).push(op, typed.kind.clone(), || {
            text(rules, scope.subject(), typed, size)
        });
        self.levels.resume(waiting);
        Placed::At(level, Part { slot, size })
    }

    /// A condition over so many units, which speaks of more than the customer at hand.
    fn periods(
        &mut self,
        typed: &'r Typed,
        (unit, count): Period,
        condition: &'r Typed,
        scope: &Scope,
    ) -> Placed {
        let Some(level) = self.rest(typed, scope, None) else {
            return Placed::Customer;
        };
        let level = level.max(scope.customer);
        let inner = Scope {
            fact: None,
            ..scope.clone()
        };
        let mut size = 1_usize;
        let mut verdicts = Vec::with_capacity(usize::from(count));
        for back in 1..=count {
            let before = self.period.replace((unit, back));
            let placed = self.inside(condition, &inner);
            let part = self.bring(placed, condition, &inner, level);
            self.period = before;
            size = part.size.saturating_add(1);
            verdicts.push(part.slot);
        }
        let rules = self.rules;
        let op = Op::CountYes(verdicts);
        let slot = self.levels.builder(level).push(op, typed.kind.clone(), || {
            text(rules, scope.subject(), typed, size)
        });
        Placed::At(level, Part { slot, size })
    }

    /// A part as a slot of a level.
    fn bring(&mut self, placed: Placed, typed: &'r Typed, scope: &Scope, level: usize) -> Part {
        match placed {
            Placed::At(from, Part { slot, size }) => Part {
                slot: self.levels.hand_in(slot, from, level),
                size,
            },
            Placed::Uniform | Placed::Customer if level == 0 => self.customer(typed),
            Placed::Uniform => deep(|| self.uniform(typed, scope, level)),
            Placed::Customer => {
                let Part { slot, size } = self.customer(typed);
                let (slot, from) = match scope.customer {
                    0 => (slot, 0),
                    from => (self.levels.elsewhere(slot, from), from),
                };
                Part {
                    slot: self.levels.hand_in(slot, from, level),
                    size,
                }
            }
        }
    }

    fn uniform(&mut self, typed: &'r Typed, scope: &Scope, level: usize) -> Part {
        let below = self.below(typed);
        let parts = below
            .iter()
            .map(|part| deep(|| self.uniform(part, scope, level)))
            .collect();
        self.enter(typed, scope, level, parts)
    }

    /// Enters a node whose parts are slots of the level.
    fn enter(&mut self, typed: &'r Typed, scope: &Scope, level: usize, parts: Vec<Part>) -> Part {
        let rules = self.rules;
        let size = parts
            .iter()
            .fold(1_usize, |size, part| size.saturating_add(part.size));
        let mut slots = parts.into_iter().map(|part| part.slot);
        let op = lower(rules, &typed.node, &mut |_| {
            slots.next().unwrap_or_default()
        })
        .unwrap_or(Op::Constant(None));
        let slot = self.levels.builder(level).push(op, typed.kind.clone(), || {
            text(rules, scope.subject(), typed, size)
        });
        Part { slot, size }
    }

    /// What is asked of each fact of the outermost level, as a slot there.
    pub(super) fn of_fact(&mut self, typed: &'r Typed, level: usize, subject: Subject) -> Slot {
        self.condition(typed, &Scope::ROOT.about(level, subject), &mut 0)
    }

    /// A condition on the level that was opened for it, as a slot there.
    fn condition(&mut self, typed: &'r Typed, scope: &Scope, size: &mut usize) -> Slot {
        let level = self.levels.top();
        let placed = self.inside(typed, scope);
        let part = self.bring(placed, typed, scope, level);
        *size = size.saturating_add(part.size);
        part.slot
    }

    /// An aggregate for the innermost level.
    pub(super) fn aggregate(
        &mut self,
        aggregate: &'r Aggregate,
        scope: &Scope,
        size: &mut usize,
    ) -> Op {
        let subject = aggregate.subject;
        let filter = aggregate.filter.as_ref().map(|condition| {
            let level = self.levels.open(Some(subject));
            let root = self.condition(condition, &scope.about(level, subject), size);
            keep_last(self.levels.close(), root)
        });
        let window = match (&aggregate.window, subject, self.period) {
            (Window::All, Subject::Event(_), Some((unit, back))) => WindowOp::Back { unit, back },
            (window, ..) => lower_window(window, &mut |bound| self.condition(bound, scope, size)),
        };
        Op::Aggregate(Box::new(AggregateOp {
            function: aggregate.function,
            subject,
            field: aggregate.field,
            filter,
            window,
        }))
    }

    /// A sequence for the innermost level.
    pub(super) fn followed(
        &mut self,
        followed: &'r Followed,
        scope: &Scope,
        size: &mut usize,
    ) -> Op {
        let mut steps = Vec::with_capacity(followed.steps.len());
        for (at, step) in (0u32..).zip(&followed.steps) {
            let subject = Subject::Event(step.event);
            let filter = step.filter.as_ref().map(|condition| {
                let level = self.levels.open(Some(subject));
                let mut around = scope.clone();
                let earlier = (0..at).map(|step| Frame {
                    level,
                    step: Some(step),
                });
                around.frames.extend(earlier);
                let root = self.condition(condition, &around.about(level, subject), size);
                keep_last(self.levels.close(), root)
            });
            let mut step = StepOp {
                absent: step.absent,
                event: step.event,
                filter,
                within: step.within,
                names_others: false,
            };
            step.names_others = !step.reads().is_empty();
            steps.push(step);
        }
        Op::Followed(Box::new(FollowedOp { steps }))
    }

    /// Pairs of customers for the innermost level.
    pub(super) fn pairs(&mut self, typed: &'r Typed, scope: &Scope, size: &mut usize) -> Op {
        let (fold, reach, condition, value) = match &typed.node {
            Node::Related {
                quantifier,
                reach,
                condition,
            } => {
                let fold = PairsFold::Quantified(*quantifier);
                (fold, reach.clone(), Some(&**condition), None)
            }
            Node::RelatedAggregate {
                function,
                step,
                value,
                filter,
            } => {
                let fold = PairsFold::Aggregate(*function);
                (
                    fold,
                    Reach::from(*step),
                    filter.as_deref(),
                    value.as_deref(),
                )
            }
            _ => return Op::Constant(None),
        };
        let level = self.levels.open(None);
        let inner = Scope {
            customer: level,
            fact: None,
            ..scope.clone()
        };
        let condition = condition.map(|it| self.condition(it, &inner, size));
        let value = value.map(|it| self.condition(it, &inner, size));
        let roots: Vec<Slot> = condition.into_iter().chain(value).collect();
        let (program, roots) = keep_only(self.levels.close(), &roots);
        let mut roots = roots.into_iter();
        Op::Pairs(Box::new(PairsOp {
            fold,
            reach,
            program,
            condition: condition.and_then(|_| roots.next()),
            value: value.and_then(|_| roots.next()),
        }))
    }

    /// Whether the node speaks of more than the customer at hand.
    pub(super) fn speaks_of_rest(&self, typed: &'r Typed, scope: &Scope) -> bool {
        self.rest(typed, scope, None).is_some()
    }

    /// The innermost level, the customer's at hand aside, of what the node speaks of. `bound`: how many
    /// facts are bound on the way to it; `None` = it stands at the place itself.
    fn rest(&self, typed: &'r Typed, scope: &Scope, bound: Option<usize>) -> Option<usize> {
        deep(|| self.rest_of(typed, scope, bound))
    }

    fn rest_of(&self, typed: &'r Typed, scope: &Scope, bound: Option<usize>) -> Option<usize> {
        let inside = bound.unwrap_or(0);
        match &typed.node {
            Node::Field(_) | Node::At | Node::Key | Node::Given { .. } | Node::Part(_) => scope
                .fact
                .filter(|_| bound.is_none())
                .map(|(level, _)| level),
            Node::Named(named) => {
                let around = (named.out as usize).checked_sub(inside)?;
                scope.frame(around).map(|frame| frame.level)
            }
            Node::OfSelf(_) => Some(scope.myself),
            Node::Definition(_) | Node::Plugin { .. } | Node::Ranked { .. } => None,
            Node::Aggregate(aggregate) => {
                let filter = aggregate.filter.as_ref();
                let filter = filter.and_then(|it| self.rest(it, scope, Some(inside + 1)));
                let bounds = bounds(&aggregate.window).into_iter();
                bounds.fold(filter, |rest, it| rest.max(self.rest(it, scope, bound)))
            }
            Node::Followed(followed) => {
                let steps = followed.steps.iter().enumerate();
                let filters = steps.filter_map(|(at, step)| {
                    self.rest(step.filter.as_ref()?, scope, Some(inside + at + 1))
                });
                filters.max()
            }
            Node::Related { condition, .. } | Node::Periods { condition, .. } => {
                self.rest(condition, scope, Some(inside))
            }
            Node::RelatedAggregate { value, filter, .. } => {
                let parts = value.iter().chain(filter);
                let parts = parts.filter_map(|part| self.rest(part, scope, Some(inside)));
                parts.max()
            }
            _ => {
                let below = self.below(typed).into_iter();
                below.filter_map(|part| self.rest(part, scope, bound)).max()
            }
        }
    }
}

/// Expressions that bound a window.
fn bounds(window: &Window) -> Vec<&Typed> {
    match window {
        Window::Since(of) | Window::Before(of) | Window::WithinAfter { from: of, .. } => vec![of],
        Window::Between(from, until) => vec![from, until],
        _ => Vec::new(),
    }
}
