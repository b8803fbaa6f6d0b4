//! Plans run one value at a time over a handful of customers: as slow and plain as
//! can be, sharing nothing with the passes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::{AggregateFunction, ArithmeticOp, CompareOp, Quantifier};
use crate::plan::operation::{AggregateOp, ChoiceOp, Op, Operation, Plan, Program, Slot, WindowOp};

/// One value a row.
pub type Column = Vec<Option<Value>>;

/// A customer: attributes, purchases (fields), guarantors (rows).
#[derive(Clone, Debug, Default)]
pub struct Customer {
    pub attributes: Vec<Option<Value>>,
    pub purchases: Vec<Vec<Option<Value>>>,
    pub guarantors: Vec<usize>,
}

/// Every slot over every row.
pub fn run(plan: &Plan, customers: &[Customer]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for operation in &plan.program.operations {
        let column = (0..customers.len())
            .map(|row| one(operation, row, customers, &columns))
            .collect();
        columns.push(column);
    }
    columns
}

/// Of the unknown rows of an output, how many lack each origin though its inputs are there.
pub fn blame(plan: &Plan, columns: &[Column], output: usize) -> BTreeMap<Arc<str>, usize> {
    let output = &plan.outputs[output];
    let mut counts = BTreeMap::new();
    let answers = &columns[output.slot.0 as usize];
    for (row, answer) in answers.iter().enumerate() {
        let missing = |slot: &Slot| columns[slot.0 as usize][row].is_none();
        if answer.is_some() {
            continue;
        }
        let mut blamed = BTreeSet::new();
        for origin in &output.origins {
            let operation = &plan.program.operations[origin.0 as usize];
            if missing(origin) && !own_inputs(&operation.op).iter().any(missing) {
                blamed.insert(operation.label.clone());
            }
        }
        assert!(
            !blamed.is_empty(),
            "row {row} is missing and nobody is to blame"
        );
        for label in blamed {
            *counts.entry(label).or_insert(0) += 1;
        }
    }
    counts
}

fn own_inputs(op: &Op) -> Vec<Slot> {
    match op {
        Op::Related { .. } | Op::RelatedAggregate { .. } | Op::Aggregate(_) => Vec::new(),
        op => op.inputs(),
    }
}

fn one(
    operation: &Operation,
    row: usize,
    customers: &[Customer],
    columns: &[Column],
) -> Option<Value> {
    let at = |slot: &Slot| columns[slot.0 as usize][row].clone();
    match &operation.op {
        Op::Attribute(id) => customers[row].attributes[id.0 as usize].clone(),
        Op::Aggregate(aggregate) => {
            over_facts(aggregate, &customers[row], row, columns, &operation.kind)
        }
        Op::Related {
            quantifier,
            condition,
            ..
        } => {
            let others = customers[row]
                .guarantors
                .iter()
                .map(|other| columns[condition.0 as usize][*other].clone());
            let others: Vec<Option<bool>> = others.map(truth).collect();
            let answer = match quantifier {
                Quantifier::Any => any(&others),
                Quantifier::All => all(&others),
                Quantifier::None => any(&others).map(|yes| !yes),
            };
            answer.map(Value::Bool)
        }
        op => value(op, &operation.kind, &at),
    }
}

fn over_facts(
    aggregate: &AggregateOp,
    customer: &Customer,
    row: usize,
    columns: &[Column],
    kind: &Kind,
) -> Option<Value> {
    assert_eq!(aggregate.window, WindowOp::All);
    let taken: Vec<&Vec<Option<Value>>> = customer
        .purchases
        .iter()
        .filter(|fact| {
            aggregate
                .filter
                .as_ref()
                .is_none_or(|program| holds(program, fact, row, columns))
        })
        .collect();
    let amounts = taken.iter().filter_map(|fact| fact[0].clone());
    let amounts: Vec<i64> = amounts
        .map(|amount| match amount {
            Value::Money(money) => money.0,
            other => panic!("{other:?}"),
        })
        .collect();
    match aggregate.function {
        AggregateFunction::Count => Some(Value::Int(taken.len() as i64)),
        AggregateFunction::Any => Some(Value::Bool(!taken.is_empty())),
        AggregateFunction::None => Some(Value::Bool(taken.is_empty())),
        AggregateFunction::Sum => {
            assert_eq!(*kind, Kind::Money);
            Some(Value::Money(Money(amounts.iter().sum())))
        }
        AggregateFunction::Max => amounts.iter().max().map(|most| Value::Money(Money(*most))),
        other => panic!("{other:?}"),
    }
}

fn holds(program: &Program, fact: &[Option<Value>], row: usize, columns: &[Column]) -> bool {
    let mut slots: Vec<Option<Value>> = Vec::new();
    for operation in &program.operations {
        let next = match &operation.op {
            Op::Field(id) => fact[id.0 as usize].clone(),
            Op::Outer(slot) => columns[slot.0 as usize][row].clone(),
            op => value(op, &operation.kind, &|slot: &Slot| {
                slots[slot.0 as usize].clone()
            }),
        };
        slots.push(next);
    }
    truth(slots.pop().unwrap()) == Some(true)
}

fn truth(value: Option<Value>) -> Option<bool> {
    match value {
        Some(Value::Bool(yes)) => Some(yes),
        None => None,
        other => panic!("{other:?}"),
    }
}

fn any(list: &[Option<bool>]) -> Option<bool> {
    if list.contains(&Some(true)) {
        Some(true)
    } else if list.contains(&None) {
        None
    } else {
        Some(false)
    }
}

fn all(list: &[Option<bool>]) -> Option<bool> {
    let turned: Vec<_> = list.iter().map(|item| item.map(|yes| !yes)).collect();
    any(&turned).map(|yes| !yes)
}

fn value(op: &Op, kind: &Kind, at: &dyn Fn(&Slot) -> Option<Value>) -> Option<Value> {
    match op {
        Op::Constant(value) => value.clone(),
        Op::Default(a, b) => at(a).or_else(|| at(b)),
        Op::If(condition, then, otherwise) => {
            if truth(at(condition))? {
                at(then)
            } else {
                at(otherwise)
            }
        }
        Op::Case(arms, otherwise) => {
            for (condition, value) in arms {
                if truth(at(condition))? {
                    return at(value);
                }
            }
            at(otherwise.as_ref()?)
        }
        Op::Arithmetic(how, a, b) => arithmetic(*how, &at(a)?, &at(b)?),
        Op::Negate(a) => match at(a)? {
            Value::Int(number) => number.checked_neg().map(Value::Int),
            other => panic!("{other:?}"),
        },
        Op::Convert(a) => match (at(a)?, kind) {
            (Value::Int(number), Kind::Number) => Some(Value::Number(number as f64)),
            (Value::Int(number), Kind::Money) => Money::from_int(number).map(Value::Money),
            other => panic!("{other:?}"),
        },
        op => condition(op, at).map(Value::Bool),
    }
}

fn condition(op: &Op, at: &dyn Fn(&Slot) -> Option<Value>) -> Option<bool> {
    let truths =
        |list: &[Slot]| -> Vec<Option<bool>> { list.iter().map(|slot| truth(at(slot))).collect() };
    match op {
        Op::Not(a) => truth(at(a)).map(|yes| !yes),
        Op::And(list) => all(&truths(list)),
        Op::Or(list) => any(&truths(list)),
        Op::AtLeast(count, list) => {
            let truths = truths(list);
            let yes = truths.iter().filter(|item| **item == Some(true)).count();
            let unknown = truths.iter().filter(|item| item.is_none()).count();
            let wanted = *count as usize;
            if yes >= wanted {
                Some(true)
            } else if yes + unknown < wanted {
                Some(false)
            } else {
                None
            }
        }
        Op::IsMissing { value, negated } => Some(at(value).is_none() != *negated),
        Op::Compare(how, a, b) => compared(*how, at(a), at(b)),
        Op::Between {
            value,
            low,
            low_included,
            high,
            high_included,
            negated,
        } => {
            let low_test = if *low_included {
                CompareOp::GreaterEqual
            } else {
                CompareOp::Greater
            };
            let high_test = if *high_included {
                CompareOp::LessEqual
            } else {
                CompareOp::Less
            };
            let parts = [
                compared(low_test, at(value), at(low)),
                compared(high_test, at(value), at(high)),
            ];
            all(&parts).map(|inside| inside != *negated)
        }
        Op::In {
            value,
            choices,
            negated,
        } => {
            let value = at(value)?;
            let tests: Vec<Option<bool>> = choices
                .iter()
                .map(|choice| chosen(&value, choice, at))
                .collect();
            any(&tests).map(|found| found != *negated)
        }
        other => panic!("{other:?}"),
    }
}

fn chosen(value: &Value, choice: &ChoiceOp, at: &dyn Fn(&Slot) -> Option<Value>) -> Option<bool> {
    let some = || Some(value.clone());
    match choice {
        ChoiceOp::One(slot) => compared(CompareOp::Equal, some(), at(slot)),
        ChoiceOp::Range {
            low,
            high,
            high_included,
        } => {
            let below = if *high_included {
                CompareOp::LessEqual
            } else {
                CompareOp::Less
            };
            // A missing end leaves the range open, whatever the other end says.
            let low = match low {
                Some(low) => compared(CompareOp::GreaterEqual, some(), at(low))?,
                None => true,
            };
            let high = match high {
                Some(high) => compared(below, some(), at(high))?,
                None => true,
            };
            Some(low && high)
        }
    }
}

fn compared(how: CompareOp, a: Option<Value>, b: Option<Value>) -> Option<bool> {
    let order = a?.order(&b?);
    Some(match how {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterEqual => order.is_ge(),
        CompareOp::Like => panic!("not made here"),
    })
}

fn arithmetic(how: ArithmeticOp, a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => match how {
            ArithmeticOp::Add => a.checked_add(*b).map(Value::Int),
            ArithmeticOp::Subtract => a.checked_sub(*b).map(Value::Int),
            ArithmeticOp::Multiply => a.checked_mul(*b).map(Value::Int),
            ArithmeticOp::Divide => (*b != 0).then(|| Value::Number(*a as f64 / *b as f64)),
        },
        other => panic!("{other:?}"),
    }
}
