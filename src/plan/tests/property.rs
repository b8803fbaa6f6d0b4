//! Random plans over random customers: the passes change no value, no unknown and
//! no blame, and what is said to be never missing never is.

use super::interpreter::{Customer, blame, run};
use super::trees::*;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::{
    AggregateFunction, ArithmeticOp, Choice, CompareOp, Node, Quantifier, Typed, Window,
};
use crate::plan::statistics::AttributeStatistics;
use crate::plan::{Asked, Plan, Statistics, compile, dead, fold, gather, optimise, order};
use crate::schema::{AttributeId, EventId};

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }

    fn maybe(&mut self, value: Value) -> Option<Value> {
        (!self.chance(30)).then_some(value)
    }
}

/// Random trees. Conditions made before come back, so that there is something to share.
struct Trees {
    dice: Dice,
    made: Vec<Typed>,
    in_where: bool,
}

impl Trees {
    fn condition(&mut self, depth: u64) -> Typed {
        if depth == 0 {
            return self.atom();
        }
        if !self.in_where && !self.made.is_empty() && self.dice.chance(15) {
            return self.dice.pick(&self.made).clone();
        }
        let made = match self.dice.below(12) {
            0 | 1 => and(self.conditions(depth)),
            2 | 3 => or(self.conditions(depth)),
            4 => not(self.condition(depth - 1)),
            5 => {
                let count = u32::try_from(self.dice.below(4)).unwrap();
                at_least(count, self.conditions(depth))
            }
            6 => is_missing(self.condition(depth - 1)),
            7 => default(self.condition(depth - 1), self.condition(depth - 1)),
            8 => when(
                self.condition(depth - 1),
                self.condition(depth - 1),
                self.condition(depth - 1),
            ),
            9 if !self.in_where => {
                let quantifier =
                    *self
                        .dice
                        .pick(&[Quantifier::Any, Quantifier::All, Quantifier::None]);
                related(quantifier, self.condition(depth - 1))
            }
            10 if !self.in_where => {
                let function = *self
                    .dice
                    .pick(&[AggregateFunction::Any, AggregateFunction::None]);
                self.facts(function, depth)
            }
            _ => self.comparison(depth),
        };
        if !self.in_where {
            self.made.push(made.clone());
        }
        made
    }

    fn conditions(&mut self, depth: u64) -> Vec<Typed> {
        (0..2 + self.dice.below(3))
            .map(|_| self.condition(depth - 1))
            .collect()
    }

    fn atom(&mut self) -> Typed {
        match self.dice.below(10) {
            0 => yes(),
            1 => no(),
            2 => of(Node::Missing, Kind::Bool),
            3 | 4 => attribute(VIP),
            5 | 6 if self.in_where => equal(event_field(CHANNEL), code(1)),
            _ => equal(
                attribute(CITY),
                word(if self.dice.chance(50) { "a" } else { "b" }),
            ),
        }
    }

    fn comparison(&mut self, depth: u64) -> Typed {
        let op = *self.dice.pick(&[
            CompareOp::Equal,
            CompareOp::NotEqual,
            CompareOp::Less,
            CompareOp::GreaterEqual,
        ]);
        if self.dice.chance(20) {
            let sum = self.amount(depth);
            return compare(sum, op, money(2));
        }
        let value = self.int(depth - 1);
        match self.dice.below(4) {
            0 | 1 => compare(value, op, self.int(depth - 1)),
            2 => {
                let negated = self.dice.chance(50);
                let choices = (0..1 + self.dice.below(4)).map(|_| self.choice()).collect();
                is_in(value, choices, negated)
            }
            _ => of(
                Node::Between {
                    value: Box::new(value),
                    low: Box::new(self.int(0)),
                    low_included: self.dice.chance(50),
                    high: Box::new(self.int(0)),
                    high_included: self.dice.chance(50),
                    negated: self.dice.chance(50),
                },
                Kind::Bool,
            ),
        }
    }

    fn choice(&mut self) -> Choice {
        if self.dice.chance(60) {
            return Choice::One(self.int(0));
        }
        let low = self.dice.chance(70).then(|| self.int(0));
        let high = self.dice.chance(70).then(|| self.int(0));
        span_of(low, high, self.dice.chance(50))
    }

    fn amount(&mut self, depth: u64) -> Typed {
        if self.in_where {
            return event_field(AMOUNT);
        }
        let function = *self
            .dice
            .pick(&[AggregateFunction::Sum, AggregateFunction::Max]);
        self.facts(function, depth)
    }

    fn facts(&mut self, function: AggregateFunction, depth: u64) -> Typed {
        self.in_where = true;
        let filter = self.dice.chance(80).then(|| self.condition(depth - 1));
        self.in_where = false;
        let mut typed = aggregate(function, PURCHASE, filter, Window::All);
        if function == AggregateFunction::Max {
            typed.kind = Kind::Money;
        }
        typed
    }

    fn int(&mut self, depth: u64) -> Typed {
        if depth == 0 {
            return match self.dice.below(5) {
                0 => attribute(AGE),
                1 if self.dice.chance(20) => of(Node::Missing, Kind::Int),
                2 if self.dice.chance(20) => int(i64::MAX),
                _ => int(i64::try_from(self.dice.below(5)).unwrap() - 1),
            };
        }
        match self.dice.below(6) {
            0 | 1 => {
                let op = *self.dice.pick(&[
                    ArithmeticOp::Add,
                    ArithmeticOp::Subtract,
                    ArithmeticOp::Multiply,
                ]);
                arithmetic(self.int(depth - 1), op, self.int(depth - 1), Kind::Int)
            }
            2 => default(self.int(depth - 1), self.int(depth - 1)),
            3 => when(
                self.condition(depth - 1),
                self.int(depth - 1),
                self.int(depth - 1),
            ),
            4 => {
                let arms = (0..1 + self.dice.below(3))
                    .map(|_| (self.condition(depth - 1), self.int(depth - 1)))
                    .collect();
                let otherwise = self.dice.chance(60).then(|| self.int(depth - 1));
                case(arms, otherwise, Kind::Int)
            }
            _ if !self.in_where => self.facts(AggregateFunction::Count, depth),
            _ => self.int(0),
        }
    }
}

fn customers(dice: &mut Dice) -> Vec<Customer> {
    let count = usize::try_from(4 + dice.below(8)).unwrap();
    (0..count)
        .map(|_| {
            let age = i64::try_from(dice.below(5)).unwrap();
            let city = if dice.chance(50) { "a" } else { "b" };
            let vip = dice.chance(50);
            let purchases = (0..dice.below(4))
                .map(|_| {
                    let amount = Money(i64::try_from(dice.below(40_000)).unwrap());
                    let channel = u16::try_from(dice.below(3)).unwrap();
                    vec![
                        dice.maybe(Value::Money(amount)),
                        dice.maybe(Value::Enum(channel)),
                    ]
                })
                .collect();
            Customer {
                attributes: vec![
                    None,
                    dice.maybe(Value::Int(age)),
                    dice.maybe(Value::Text(city.into())),
                    dice.maybe(Value::Bool(vip)),
                    None,
                    None,
                ],
                purchases,
                guarantors: (0..dice.below(3))
                    .map(|_| usize::try_from(dice.below(count as u64)).unwrap())
                    .collect(),
            }
        })
        .collect()
}

/// Both plans over the same customers.
fn same(before: &Plan, after: &Plan, customers: &[Customer], context: &str) {
    let (old, new) = (run(before, customers), run(after, customers));
    for (at, column) in new.iter().enumerate() {
        let operation = &after.program.operations[at];
        assert!(
            operation.may_miss || column.iter().all(Option::is_some),
            "{context}: slot {at} `{}` is missing",
            operation.label
        );
    }
    for (at, (a, b)) in before.outputs.iter().zip(&after.outputs).enumerate() {
        assert_eq!(
            old[a.slot.0 as usize], new[b.slot.0 as usize],
            "{context}: values of output {at}"
        );
        assert_eq!(
            blame(before, &old, at),
            blame(after, &new, at),
            "{context}: blame of output {at}"
        );
    }
}

/// Estimates at random, true or not; promises only where they hold.
fn statistics(dice: &mut Dice, customers: &[Customer]) -> Statistics {
    let mut statistics = Statistics {
        customers: Some(dice.below(1_000)),
        ..Statistics::default()
    };
    statistics.events.insert(EventId(0), dice.below(100_000));
    for at in 0..customers[0].attributes.len() {
        let all = customers.iter().all(|one| one.attributes[at].is_some());
        let known = AttributeStatistics {
            always_present: all,
            missing_share: dice.chance(50).then_some(0.9),
            low: dice.maybe(Value::Int(0)),
            high: dice.maybe(Value::Int(3)),
            distinct: dice.chance(50).then_some(2),
        };
        let id = AttributeId(u16::try_from(at).unwrap());
        statistics.attributes.insert(id, known);
    }
    statistics
}

#[test]
fn passes_change_no_answer_and_no_blame() {
    let rules = rules();
    let none = Statistics::default();
    for seed in 0..1_500 {
        let mut trees = Trees {
            dice: Dice(seed),
            made: Vec::new(),
            in_where: false,
        };
        let asked: Vec<Typed> = (0..3).map(|_| trees.condition(4)).collect();
        let customers = customers(&mut trees.dice);
        let asked: Vec<Asked> = asked
            .iter()
            .map(|typed| Asked {
                name: "answer".into(),
                typed,
            })
            .collect();
        let plan = compile(&rules, &asked);
        same(
            &plan,
            &plan,
            &customers,
            &format!("seed {seed}, as written"),
        );
        let measured = statistics(&mut trees.dice, &customers);
        let passes: [(&str, Plan); 6] = [
            ("fold", fold::fold(plan.clone(), &none)),
            ("gather", gather::gather(plan.clone(), &none)),
            ("order", order::order(plan.clone(), &none)),
            ("dead", dead::dead(plan.clone())),
            ("all", optimise(plan.clone(), &none)),
            ("measured", optimise(plan.clone(), &measured)),
        ];
        for (pass, after) in passes {
            same(&plan, &after, &customers, &format!("seed {seed}, {pass}"));
        }
    }
}
