//! Random well-kinded expressions: every node that rules about customers may hold.
//! What they may speak of is in `scope.rs`, numbers are in `number.rs`, conditions in `condition.rs`,
//! aggregates and windows in `facts.rs`.

use std::sync::Arc;

use tamis::base::calendar::{Unit, Zone};
use tamis::base::kind::Kind;
use tamis::base::span::Span;
use tamis::base::value::Value;
use tamis::language::typed::{
    ArithmeticOp, Definition, DefinitionId, DefinitionKind, Detail, EventPart, Function, Node,
    Param, ParamId, Rules, Subject, Typed,
};
use tamis::schema::{AttributeId, EventId, FieldId, RelationEnd, RelationId, Schema};

use crate::scope::Scope;
use crate::tape::Tape;
use crate::values::value;
use crate::world::field_kinds;

/// Units of dates.
pub const DATE_UNITS: [Unit; 5] = [
    Unit::Day,
    Unit::Week,
    Unit::Month,
    Unit::Quarter,
    Unit::Year,
];
/// Every unit.
pub const UNITS: [Unit; 7] = [
    Unit::Day,
    Unit::Month,
    Unit::Week,
    Unit::Hour,
    Unit::Minute,
    Unit::Quarter,
    Unit::Year,
];

/// With no place in any text.
pub fn typed(node: Node, kind: Kind) -> Typed {
    Typed {
        node,
        kind,
        span: Span::default(),
    }
}

/// A literal.
pub fn literal(value: Value, kind: Kind) -> Typed {
    typed(Node::Literal(value), kind)
}

/// Params and definitions, each over those before it.
pub fn rules(tape: &mut Tape, schema: Schema, zone: &Zone, depth: u32) -> Rules {
    let mut rules = Rules {
        schema,
        ..Rules::default()
    };
    for at in 0..tape.below(3) {
        let kind = [Kind::Int, Kind::Number, Kind::Money][tape.below(3)].clone();
        rules.params.push(Param {
            name: format!("p{at}").into(),
            label: None,
            description: None,
            value: value(tape, &kind, zone),
            kind,
            range: None,
            span: Span::default(),
        });
    }
    for at in 0..tape.below(3) {
        let event = EventId(tape.below(rules.schema.events.len()) as u16);
        let scope = Scope::new(&rules, zone).about(Subject::Event(event));
        let condition = crate::facts::filter(tape, scope.unwrap(), depth.min(2));
        rules.event_parts.push(EventPart {
            name: format!("q{at}").into(),
            label: None,
            description: None,
            event,
            condition,
            span: Span::default(),
        });
    }
    for at in 0..tape.below(5) {
        let kind = match tape.below(2) {
            0 => Kind::Bool,
            _ => tape.one(&field_kinds()).clone(),
        };
        let scope = Scope::new(&rules, zone);
        let expression = expression(tape, scope, &kind, depth);
        rules.definitions.push(Definition {
            kind: match kind {
                Kind::Bool => DefinitionKind::Filter,
                _ => DefinitionKind::Metric,
            },
            name: format!("d{at}").into(),
            label: None,
            description: None,
            expression,
            detail: Detail::Plain,
            span: Span::default(),
        });
    }
    rules
}

/// An expression of that kind.
pub fn expression(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Typed {
    if depth == 0 || tape.ended() {
        return leaf(tape, scope, kind);
    }
    let depth = depth - 1;
    match tape.below(20) {
        0..3 => leaf(tape, scope, kind),
        3 => typed(
            Node::Default {
                value: Box::new(expression(tape, scope, kind, depth)),
                fallback: Box::new(expression(tape, scope, kind, depth)),
            },
            kind.clone(),
        ),
        4 => choice(tape, scope, kind, depth),
        5..9 => crate::facts::aggregate_of(tape, scope, kind, depth)
            .unwrap_or_else(|| of_kind(tape, scope, kind, depth)),
        9 => crate::facts::related_aggregate_of(tape, scope, kind, depth)
            .unwrap_or_else(|| of_kind(tape, scope, kind, depth)),
        10 => crate::ranked::ranked_of(tape, scope, kind, depth)
            .unwrap_or_else(|| of_kind(tape, scope, kind, depth)),
        _ => of_kind(tape, scope, kind, depth),
    }
}

fn choice(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Typed {
    let node = match tape.below(2) {
        0 => Node::If {
            condition: Box::new(expression(tape, scope, &Kind::Bool, depth)),
            then: Box::new(expression(tape, scope, kind, depth)),
            otherwise: Box::new(expression(tape, scope, kind, depth)),
        },
        _ => Node::Case {
            arms: (0..1 + tape.below(3))
                .map(|_| {
                    (
                        expression(tape, scope, &Kind::Bool, depth),
                        expression(tape, scope, kind, depth),
                    )
                })
                .collect(),
            otherwise: match tape.below(2) {
                0 => None,
                _ => Some(Box::new(expression(tape, scope, kind, depth))),
            },
        },
    };
    typed(node, kind.clone())
}

/// Something without parts: a fact's field, an attribute, a name, a literal.
pub fn leaf(tape: &mut Tape, scope: Scope, kind: &Kind) -> Typed {
    let mut found: Vec<Node> = Vec::new();
    if let Some(subject) = scope.subject {
        for (at, field) in scope.fields_of(subject).iter().enumerate() {
            if field.kind == *kind {
                let node = Node::Field(FieldId(at as u16));
                found.extend([node.clone(), node]);
            }
        }
        match kind {
            Kind::Time => found.push(Node::At),
            Kind::Text if matches!(subject, Subject::Holding(_)) => found.push(Node::Key),
            _ => {}
        }
    }
    found.extend(crate::bound::named(scope, kind));
    for (at, field) in scope.schema().attributes.iter().enumerate() {
        if field.kind == *kind {
            let node = Node::Attribute(AttributeId(at as u16));
            if scope.other {
                let own = typed(node.clone(), kind.clone());
                found.push(Node::OfSelf(Box::new(own)));
            }
            found.extend([node.clone(), node]);
        }
    }
    for (at, definition) in scope.rules.definitions.iter().enumerate() {
        if definition.expression.kind == *kind {
            let node = Node::Definition(DefinitionId(at as u32));
            if scope.other && tape.chance(20) {
                let own = typed(node.clone(), kind.clone());
                found.push(Node::OfSelf(Box::new(own)));
            }
            found.push(node);
        }
    }
    for (at, param) in scope.rules.params.iter().enumerate() {
        if param.kind == *kind {
            found.push(Node::Param(ParamId(at as u32)));
        }
    }
    match kind {
        Kind::Date => found.push(Node::Today),
        Kind::Time => {
            found.push(Node::Now);
            let attributes = scope.schema().attributes.len();
            let recorded = AttributeId(tape.below(attributes) as u16);
            found.push(Node::Recorded(recorded));
        }
        Kind::Text => found.push(Node::CustomerId),
        Kind::Set(inner) if **inner == Kind::Text => {
            for (at, relation) in scope.schema().relations.iter().enumerate() {
                if relation.end == RelationEnd::Text {
                    found.push(Node::RelationTexts(RelationId(at as u16)));
                }
            }
        }
        _ => {}
    }
    if found.is_empty() || tape.chance(15) {
        let node = match tape.chance(8) {
            true => Node::Missing,
            false => Node::Literal(value(tape, kind, scope.zone)),
        };
        return typed(node, kind.clone());
    }
    let at = tape.below(found.len());
    typed(found.swap_remove(at), kind.clone())
}

fn of_kind(tape: &mut Tape, scope: Scope, kind: &Kind, depth: u32) -> Typed {
    match kind {
        Kind::Bool => crate::condition::condition(tape, scope, depth),
        Kind::Int | Kind::Number | Kind::Money => crate::number::number(tape, scope, kind, depth),
        Kind::Text => text(tape, scope, depth),
        Kind::Date => date(tape, scope, depth),
        Kind::Time => time(tape, scope, depth),
        Kind::Enum(_) | Kind::Set(_) => leaf(tape, scope, kind),
    }
}

/// A function called.
pub fn call(function: Function, arguments: Vec<Typed>, kind: &Kind) -> Typed {
    typed(
        Node::Call {
            function,
            arguments,
        },
        kind.clone(),
    )
}

/// Two sides worked together.
pub fn arithmetic(op: ArithmeticOp, left: Typed, right: Typed, kind: &Kind) -> Typed {
    typed(
        Node::Arithmetic {
            op,
            left: Box::new(left),
            right: Box::new(right),
        },
        kind.clone(),
    )
}

/// An expression of either kind.
pub fn date_or_time(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let kind = match tape.below(2) {
        0 => Kind::Date,
        _ => Kind::Time,
    };
    expression(tape, scope, &kind, depth)
}

fn text(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let text = Kind::Text;
    let count = |tape: &mut Tape| literal(Value::Int(tape.between(-1, 6)), Kind::Int);
    let word = |tape: &mut Tape| {
        let word = *tape.one(&["-", "a", "", "上", "V"]);
        literal(Value::Text(Arc::from(word)), Kind::Text)
    };
    let choice = tape.below(8);
    if choice == 0 {
        let kind = [
            Kind::Int,
            Kind::Number,
            Kind::Money,
            Kind::Date,
            Kind::Time,
            Kind::Bool,
            crate::values::enum_kind(3),
        ][tape.below(7)]
        .clone();
        let of = expression(tape, scope, &kind, depth);
        return call(Function::ToText, vec![of], &text);
    }
    let of = expression(tape, scope, &text, depth);
    let (function, arguments) = match choice {
        1 => (Function::Left, vec![of, count(tape)]),
        2 => (Function::Right, vec![of, count(tape)]),
        3 => (Function::Middle, vec![of, count(tape), count(tape)]),
        4 => (
            *tape.one(&[Function::Upper, Function::Lower, Function::Trim]),
            vec![of],
        ),
        5 => (Function::Replace, vec![of, word(tape), word(tape)]),
        6 => (Function::Before, vec![of, word(tape)]),
        _ => (Function::After, vec![of, word(tape)]),
    };
    call(function, arguments, &text)
}

fn shift(tape: &mut Tape, base: Typed, units: &[Unit], kind: &Kind) -> Typed {
    let unit = *tape.one(units);
    let count = match tape.chance(3) {
        true => *tape.one(&[i64::MAX, i64::MIN, 3_000_000, -3_000_000]),
        false => tape.between(-100, 100),
    };
    let node = Node::DateAdd {
        base: Box::new(base),
        count,
        unit,
    };
    typed(node, kind.clone())
}

fn date(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let date = Kind::Date;
    match tape.below(6) {
        0 | 1 => {
            let base = expression(tape, scope, &date, depth);
            shift(tape, base, &DATE_UNITS, &date)
        }
        2 => {
            let time = expression(tape, scope, &Kind::Time, depth);
            call(Function::ToDate, vec![time], &date)
        }
        3 => {
            let text = expression(tape, scope, &Kind::Text, depth);
            let mut arguments = vec![text];
            if tape.chance(50) {
                let pattern = Value::Text(Arc::from("yyyy-MM-dd"));
                arguments.push(literal(pattern, Kind::Text));
            }
            call(Function::ToDate, arguments, &date)
        }
        4 => {
            let of = expression(tape, scope, &date, depth);
            call(Function::Anniversary, vec![of], &date)
        }
        _ => {
            let function = *tape.one(&[Function::Min, Function::Max]);
            let one = expression(tape, scope, &date, depth);
            let other = expression(tape, scope, &date, depth);
            call(function, vec![one, other], &date)
        }
    }
}

fn time(tape: &mut Tape, scope: Scope, depth: u32) -> Typed {
    let time = Kind::Time;
    match tape.below(4) {
        0 => {
            let date = expression(tape, scope, &Kind::Date, depth);
            typed(Node::Convert(Box::new(date)), time)
        }
        1 => {
            let function = *tape.one(&[Function::Min, Function::Max]);
            let one = expression(tape, scope, &time, depth);
            let other = expression(tape, scope, &time, depth);
            call(function, vec![one, other], &time)
        }
        _ => {
            let base = expression(tape, scope, &time, depth);
            shift(tape, base, &UNITS, &time)
        }
    }
}
