//! From operations to what they read. A comparison with the clock is followed to
//! the instants at which it turns; whatever else meets the clock counts as turning
//! at any second.

mod conditions;
mod units;

use std::collections::BTreeSet;

use super::nested::{self, duration, related};
use super::reads::Reads;
use super::side::{Side, side};
use super::term::{Base, Term, threshold};
use crate::base::calendar::Unit;
use crate::base::value::Value;
use crate::language::typed::{AggregateFunction, Function, Reach, Subject};
use crate::plan::operation::{AggregateOp, ChoiceOp, Op, Operation, Program, Slot, WindowOp};

/// What the slots of a customer program read together.
pub fn reads(program: &Program, starts: impl IntoIterator<Item = Slot>) -> Reads {
    let mut analyst = Analyst {
        program,
        subject: None,
        seen: BTreeSet::new(),
        reads: Reads::default(),
    };
    for start in starts {
        analyst.visit(start);
    }
    let mut reads = analyst.reads;
    reads.prepare(program);
    reads
}

/// One walk over one program.
struct Analyst<'p> {
    program: &'p Program,
    /// Whose facts the program is about; `None` = customers.
    subject: Option<Subject>,
    seen: BTreeSet<Slot>,
    reads: Reads,
}

/// Slots that bound a window.
fn bounds(window: &WindowOp) -> Vec<Slot> {
    crate::engine::window::bounds(window)
}

impl<'p> Analyst<'p> {
    fn operation(&self, slot: Slot) -> Option<&'p Operation> {
        self.program.operations.get(slot.0 as usize)
    }

    fn side(&self, slot: Slot) -> Side {
        side(self.program, slot, self.subject.is_some())
    }

    fn term(&mut self, term: Term) {
        match (term.base(), self.subject) {
            (Base::Fixed(_) | Base::Date(_), _) => {
                self.reads.clock.instants.insert(term);
            }
            (Base::At | Base::Field(_), Some(subject)) => self.of_facts(subject, term),
            _ => {
                self.reads.terms.insert(term);
            }
        }
    }

    fn of_facts(&mut self, subject: Subject, term: Term) {
        self.reads.facts.entry(subject).or_default().insert(term);
    }

    fn at(&mut self, base: Base, offset: i64) {
        self.term(Term::At { base, offset });
    }

    fn moved_dates(&mut self, offset: i64) {
        if offset == 0 {
            self.reads.clock.date = true;
        } else {
            self.reads.clock.dates_moved.insert(offset);
        }
    }

    fn visit(&mut self, slot: Slot) {
        if !self.seen.insert(slot) {
            return;
        }
        if let Some(operation) = self.operation(slot) {
            crate::base::recursion::deep(|| self.operate(&operation.op));
        }
    }

    fn visit_all(&mut self, slots: impl IntoIterator<Item = Slot>) {
        for slot in slots {
            self.visit(slot);
        }
    }

    fn operate(&mut self, op: &'p Op) {
        match op {
            Op::Today => self.reads.clock.date = true,
            Op::Now => self.reads.clock.restless = true,
            // What the table is made of was read when it was built.
            Op::Ranked(_) | Op::Reviewed(_) => {
                self.reads.clock.ranks = true;
                self.reads.clock.date = true;
            }
            Op::Attribute(id) | Op::Recorded(id) => {
                self.reads.attributes.insert(*id);
            }
            Op::RelationTexts(id) => {
                self.reads.texts.insert(*id);
            }
            Op::Compare(_, left, right) => self.cross(*left, *right),
            Op::Between {
                value, low, high, ..
            } => {
                self.cross(*value, *low);
                self.cross(*value, *high);
            }
            Op::In { value, choices, .. } => {
                for choice in choices {
                    let ends = match choice {
                        ChoiceOp::One(slot) => [Some(*slot), None],
                        ChoiceOp::Range { low, high, .. } => [*low, *high],
                    };
                    for end in ends.into_iter().flatten() {
                        self.cross(*value, end);
                    }
                }
            }
            Op::InWindow { value, window, .. } => self.in_window(*value, window),
            Op::Since(unit, from) => self.since(*unit, *from),
            Op::DaysBetween(left, right) => {
                self.date_of(*left);
                self.date_of(*right);
            }
            Op::Call(function, arguments) => self.call(*function, arguments),
            Op::Aggregate(aggregate) => self.aggregate(aggregate),
            Op::Related {
                reach, condition, ..
            } => {
                let other = reads(self.program, [*condition]);
                related(reach, other, &mut self.reads);
            }
            Op::Pairs(pairs) => {
                self.visit_all(op.outer());
                nested::pairs(op, &pairs.reach, self.program, &mut self.reads);
            }
            Op::Followed(followed) => self.followed(followed),
            Op::RelatedAggregate {
                step,
                value,
                filter,
                ..
            } => {
                let other = reads(self.program, value.iter().chain(filter).copied());
                related(&Reach::from(*step), other, &mut self.reads);
            }
            _ => self.visit_all(op.inputs()),
        }
    }

    /// A comparison of two sides.
    fn cross(&mut self, left: Slot, right: Slot) {
        let (one, two) = (self.side(left), self.side(right));
        match (one, two) {
            (Side::Clock(_), Side::Clock(_)) => {}
            (Side::Clock(moved), other) => self.pass(moved, other, left, right),
            (other, Side::Clock(moved)) => self.pass(moved, other, right, left),
            (
                Side::Calendar {
                    offset,
                    count,
                    unit,
                },
                Side::Still(base, 0),
            ) => self.calendar(base, offset, count, unit, right),
            (
                Side::Still(base, 0),
                Side::Calendar {
                    offset,
                    count,
                    unit,
                },
            ) => self.calendar(base, offset, count, unit, left),
            (
                Side::Count {
                    base,
                    offset,
                    seconds,
                    from,
                },
                _,
            ) => self.counted(base, offset, seconds, from, right),
            (
                _,
                Side::Count {
                    base,
                    offset,
                    seconds,
                    from,
                },
            ) => self.counted(base, offset, seconds, from, left),
            _ => self.visit_all([left, right]),
        }
    }

    /// `now + moved` beside something else.
    fn pass(&mut self, moved: i64, other: Side, clock: Slot, slot: Slot) {
        match other {
            Side::Still(base, offset) => {
                self.at(base, offset.saturating_sub(moved));
                self.at(base, offset.saturating_sub(moved).saturating_add(1));
                self.visit(slot);
            }
            _ => self.visit_all([clock, slot]),
        }
    }

    fn calendar(&mut self, base: Base, offset: i64, count: i64, unit: Unit, slot: Slot) {
        self.term(Term::Calendar {
            base,
            offset,
            count,
            unit,
        });
        self.visit(slot);
    }

    /// Hours or minutes since something, beside a number.
    fn counted(&mut self, base: Base, offset: i64, seconds: i64, from: Slot, beside: Slot) {
        self.visit(from);
        self.visit(beside);
        let constant = self.operation(beside).map(|operation| &operation.op);
        let whole = match constant {
            Some(Op::Constant(Some(Value::Int(count)))) => Some(*count),
            Some(Op::Constant(Some(Value::Number(number)))) if number.abs() < 1e15 => {
                Some(number.floor() as i64)
            }
            _ => None,
        };
        let Some(count) = whole else {
            self.term(Term::Every {
                base,
                offset,
                seconds,
            });
            return;
        };
        for count in [count, count.saturating_add(1)] {
            self.at(base, offset.saturating_add(threshold(count, seconds)));
        }
    }

    fn since(&mut self, unit: Unit, from: Slot) {
        let side = self.side(from);
        match (side, unit.seconds().filter(|_| unit.is_duration())) {
            // As far from now as ever.
            (Side::Clock(_), Some(_)) => {}
            (Side::Clock(moved), None) => {
                self.reads.clock.date = true;
                self.moved_dates(moved);
            }
            (Side::Still(base, offset), Some(seconds)) => {
                self.term(Term::Every {
                    base,
                    offset,
                    seconds,
                });
                self.visit(from);
            }
            (_, Some(_)) => {
                self.reads.clock.restless = true;
                self.visit(from);
            }
            (_, None) => {
                self.reads.clock.date = true;
                self.visit(from);
            }
        }
    }

    /// Something of which only the date is read.
    fn date_of(&mut self, slot: Slot) {
        match self.side(slot) {
            Side::Clock(moved) => self.moved_dates(moved),
            _ => self.visit(slot),
        }
    }

    fn call(&mut self, function: Function, arguments: &[Slot]) {
        let dates = matches!(
            function,
            Function::ToDate
                | Function::Year
                | Function::Quarter
                | Function::Month
                | Function::Day
                | Function::Weekday
                | Function::Anniversary
        );
        if function == Function::Anniversary {
            self.reads.clock.date = true;
        }
        for argument in arguments {
            if dates {
                self.date_of(*argument);
            } else {
                self.visit(*argument);
            }
        }
    }

    fn in_window(&mut self, value: Slot, window: &WindowOp) {
        let side = self.side(value);
        if let Some(reach) = duration(window) {
            match side {
                Side::Clock(_) => {}
                Side::Still(base, offset) => {
                    for back in std::iter::once(0).chain(reach) {
                        self.at(base, offset.saturating_add(back));
                    }
                    self.visit(value);
                }
                _ => {
                    self.reads.clock.restless = true;
                    self.visit(value);
                }
            }
            return;
        }
        let bounds = bounds(window);
        if bounds.is_empty() {
            self.reads.clock.date |= !matches!(window, WindowOp::All);
            self.date_of(value);
            return;
        }
        match side {
            Side::Clock(moved) => {
                self.moved_dates(moved);
                for bound in bounds {
                    self.clock_at_bound(moved, bound, value, window);
                }
            }
            Side::Still(base, offset) => {
                self.visit(value);
                if let WindowOp::Since(_) = window {
                    self.at(base, offset);
                }
                for bound in bounds {
                    self.bound(base, offset, bound, window);
                }
            }
            _ => {
                // `since X` ends at now, which may pass a value worked out of a fact at any second.
                self.reads.clock.restless |= matches!(window, WindowOp::Since(_));
                self.visit(value);
                self.visit_all(bounds);
            }
        }
    }

    /// `now + moved` in a window with that bound; the date changes of it are taken already.
    fn clock_at_bound(&mut self, moved: i64, bound: Slot, clock: Slot, window: &WindowOp) {
        match (self.side(bound), window) {
            (Side::Clock(other), _) => self.moved_dates(other),
            (Side::Still(base, offset), window) => {
                let mut reach = vec![0];
                if let WindowOp::WithinAfter { count, unit, .. } = window
                    && let Some(seconds) = unit.seconds().filter(|_| unit.is_duration())
                {
                    reach.push(count.saturating_mul(seconds));
                }
                for further in reach {
                    let at = offset.saturating_add(further).saturating_sub(moved);
                    self.at(base, at);
                    self.at(base, at.saturating_add(1));
                }
                self.visit(bound);
            }
            _ => self.visit_all([clock, bound]),
        }
    }

    /// A bound of a window in which something that stands still may lie.
    fn bound(&mut self, base: Base, offset: i64, bound: Slot, window: &WindowOp) {
        match self.side(bound) {
            Side::Clock(moved) if !matches!(window, WindowOp::WithinAfter { .. }) => {
                self.at(base, offset.saturating_sub(moved));
                self.at(base, offset.saturating_sub(moved).saturating_add(1));
            }
            Side::Calendar {
                offset: moved,
                count,
                unit,
            } if offset == 0 && !matches!(window, WindowOp::WithinAfter { .. }) => {
                self.term(Term::Calendar {
                    base,
                    offset: moved,
                    count,
                    unit,
                });
            }
            _ => self.visit(bound),
        }
    }

    fn aggregate(&mut self, aggregate: &'p AggregateOp) {
        let subject = aggregate.subject;
        self.reads.facts.entry(subject).or_default();
        // Facts are a day older on every date.
        self.reads.clock.date |= matches!(aggregate.function, AggregateFunction::Decay(_));
        let at = |offset| Term::At {
            base: Base::At,
            offset,
        };
        self.happening(aggregate);
        if aggregate.function.reads_complete_units() {
            self.complete_units(&aggregate.window);
        }
        let windows = bounds(&aggregate.window);
        if let Some(reach) = duration(&aggregate.window) {
            for back in reach {
                self.of_facts(subject, at(back));
            }
        } else if windows.is_empty() {
            self.reads.clock.date |= !matches!(aggregate.window, WindowOp::All);
        }
        for bound in windows {
            let within = matches!(aggregate.window, WindowOp::WithinAfter { .. });
            match self.side(bound) {
                Side::Clock(moved) if !within => {
                    let back = moved.saturating_neg();
                    self.of_facts(subject, at(back));
                    self.of_facts(subject, at(back.saturating_add(1)));
                }
                Side::Calendar {
                    offset,
                    count,
                    unit,
                } if !within => {
                    let term = Term::Calendar {
                        base: Base::At,
                        offset,
                        count,
                        unit,
                    };
                    self.of_facts(subject, term);
                }
                _ => self.visit(bound),
            }
        }
        if let Some(filter) = &aggregate.filter {
            self.condition(filter, subject);
        }
    }
}
