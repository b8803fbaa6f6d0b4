//! Random expressions whose kind is a number: whole, with a fraction, money.

use tamis::base::kind::Kind;
use tamis::base::value::Value;
use tamis::language::typed::{ArithmeticOp, Function, Node, Typed};

use crate::expression::{UNITS, arithmetic, call, date_or_time, expression, literal, typed};
use crate::scope::Scope;
use crate::tape::Tape;
use crate::values::value;

/// A number of that kind: whole, with a fraction or money.
pub fn number(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Typed {
    let of = |tape: &mut Tape, kind: &Kind| expression(tape, scope, kind, depth);
    match tape.below(8) {
        0..3 => match kind {
            Kind::Int => int(tape, scope, depth),
            Kind::Number => float(tape, scope, depth),
            _ => money(tape, scope, depth),
        },
        3 => {
            let op = *tape.one(&[ArithmeticOp::Add, ArithmeticOp::Subtract]);
            arithmetic(op, of(tape, kind), of(tape, kind), kind)
        }
        4 => typed(Node::Negate(Box::new(of(tape, kind))), kind.clone()),
        5 => {
            let function = *tape.one(&[Function::Min, Function::Max]);
            let count = 2 + tape.below(2);
            call(function, (0..count).map(|_| of(tape, kind)).collect(), kind)
        }
        6 => {
            let arguments = vec![of(tape, kind), of(tape, kind), of(tape, kind)];
            call(Function::Clamp, arguments, kind)
        }
        _ => match tape.below(3) {
            0 => call(Function::Abs, vec![of(tape, kind)], kind),
            1 => {
                let places = literal(Value::Int(tape.between(0, 9)), Kind::Int);
                call(Function::Round, vec![of(tape, kind), places], kind)
            }
            _ => {
                let function = *tape.one(&[Function::Round, Function::Floor]);
                let from = match kind {
                    Kind::Int => Kind::Number,
                    other => other.clone(),
                };
                let called = call(function, vec![of(tape, &from)], &Kind::Int);
                match kind {
                    Kind::Int => called,
                    Kind::Money => Typed {
                        kind: Kind::Money,
                        ..called
                    },
                    _ => typed(Node::Convert(Box::new(called)), kind.clone()),
                }
            }
        },
    }
}

fn int(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let of = |tape: &mut Tape, kind: &Kind| expression(tape, scope, kind, depth);
    match tape.below(7) {
        6 => crate::series::periods(tape, scope, depth),
        0 => {
            let (left, right) = (of(tape, &Kind::Int), of(tape, &Kind::Int));
            arithmetic(ArithmeticOp::Multiply, left, right, &Kind::Int)
        }
        1 => {
            let node = Node::DaysBetween {
                left: Box::new(of(tape, &Kind::Date)),
                right: Box::new(of(tape, &Kind::Date)),
            };
            typed(node, Kind::Int)
        }
        2 | 3 => {
            let unit = *tape.one(&UNITS);
            let from = date_or_time(tape, scope, depth);
            let node = Node::Since {
                unit,
                from: Box::new(from),
            };
            typed(node, Kind::Int)
        }
        4 => call(Function::Length, vec![of(tape, &Kind::Text)], &Kind::Int),
        _ => {
            let function = *tape.one(&[
                Function::Year,
                Function::Quarter,
                Function::Month,
                Function::Day,
                Function::Weekday,
            ]);
            let from = date_or_time(tape, scope, depth);
            call(function, vec![from], &Kind::Int)
        }
    }
}

fn float(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let of = |tape: &mut Tape, kind: &Kind| expression(tape, scope, kind, depth);
    let number = Kind::Number;
    match tape.below(7) {
        0 => typed(Node::Convert(Box::new(of(tape, &Kind::Int))), number),
        1 => {
            let kind = [Kind::Int, Kind::Number, Kind::Money][tape.below(3)].clone();
            let (left, right) = (of(tape, &kind), of(tape, &kind));
            arithmetic(ArithmeticOp::Divide, left, right, &number)
        }
        2 => {
            let (left, right) = (of(tape, &number), of(tape, &number));
            arithmetic(ArithmeticOp::Multiply, left, right, &number)
        }
        3 => {
            let function = *tape.one(&[Function::Log, Function::Exp, Function::Sqrt]);
            call(function, vec![of(tape, &number)], &number)
        }
        4 => {
            let arguments = vec![of(tape, &number), of(tape, &number), of(tape, &number)];
            call(Function::Scale, arguments, &number)
        }
        5 => {
            let mut arguments = Vec::new();
            for _ in 0..=tape.below(3) {
                let weight = Value::Number([0.25, 0.1, 1.0, 3.0][tape.below(4)]);
                arguments.push(of(tape, &number));
                arguments.push(literal(weight, number.clone()));
            }
            call(Function::Weighted, arguments, &number)
        }
        _ => {
            let kind = [Kind::Text, Kind::Int, Kind::Money][tape.below(3)].clone();
            call(Function::ToNumber, vec![of(tape, &kind)], &number)
        }
    }
}

fn money(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let of = |tape: &mut Tape, kind: &Kind| expression(tape, scope, kind, depth);
    let money = Kind::Money;
    match tape.below(4) {
        0 => {
            let (left, right) = (of(tape, &money), of(tape, &Kind::Number));
            let op = *tape.one(&[ArithmeticOp::Multiply, ArithmeticOp::Divide]);
            arithmetic(op, left, right, &money)
        }
        1 => {
            let (left, right) = (of(tape, &Kind::Number), of(tape, &money));
            arithmetic(ArithmeticOp::Multiply, left, right, &money)
        }
        2 => typed(Node::Convert(Box::new(of(tape, &Kind::Int))), money),
        _ => {
            let number = literal(value(tape, &Kind::Number, scope.zone), Kind::Number);
            typed(Node::Convert(Box::new(number)), money)
        }
    }
}
