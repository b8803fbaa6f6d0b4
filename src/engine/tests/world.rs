//! A small bank whose facts are given one by one, and answers over it.

use std::sync::Arc;

use super::trees::rules;
use crate::base::calendar::{Date, Instant, Zone};
use crate::base::money::Money;
use crate::base::value::Value;
use crate::columns::{Builder, Snapshot};
use crate::engine::{External, Outcome, OutputResult, Rows, RunOptions, run};
use crate::language::typed::Typed;
use crate::plan::{Asked, Plan, compile};
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};
use crate::store::fact::{Fact, Row, Target};

/// Facts in log order.
#[derive(Default)]
pub struct World {
    facts: Vec<Fact>,
    rows: u32,
}

pub fn zone() -> Zone {
    Zone::load("Europe/Prague").unwrap()
}

pub fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn instant(text: &str) -> Instant {
    zone().parse(text).unwrap()
}

/// The instant of every question that names none.
pub fn now() -> Instant {
    instant("2024-06-30T12:00:00")
}

pub fn money(units: i64) -> Value {
    Value::Money(Money::from_int(units).unwrap())
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

impl World {
    /// Of so many customers without facts.
    pub fn of(rows: u32) -> Self {
        let mut world = Self::default();
        for row in 0..rows {
            world.facts.push(Fact::Customer {
                row: Row(row),
                id: format!("c{row}").into(),
            });
        }
        world.rows = rows;
        world
    }

    pub fn attribute(mut self, row: u32, id: u16, value: Value) -> Self {
        self.facts.push(Fact::Attributes {
            row: Row(row),
            since: None,
            fields: vec![(AttributeId(id), Some(value))],
        });
        self
    }

    /// amount, quantity, weight, product
    pub fn purchase(self, row: u32, at: &str, fields: [Option<Value>; 4]) -> Self {
        self.ordered(row, at, None, fields)
    }

    pub fn ordered(
        mut self,
        row: u32,
        at: &str,
        sequence: Option<i64>,
        fields: [Option<Value>; 4],
    ) -> Self {
        self.facts.push(Fact::Event {
            event: EventId(0),
            row: Row(row),
            at: instant(at),
            sequence,
            identity: self.facts.len() as u64,
            fields: fields.into(),
        });
        self
    }

    pub fn loan(mut self, row: u32, key: &str, since: Option<&str>, amount: i64) -> Self {
        self.facts.push(Fact::Holding {
            holding: HoldingId(0),
            row: Row(row),
            key: key.into(),
            since: since.map(instant),
            fields: vec![Some(money(amount))],
        });
        self
    }

    pub fn friend(self, from: u32, to: u32) -> Self {
        self.edge(0, from, Target::Customer(Row(to)))
    }

    pub fn manager(self, from: u32, name: &str) -> Self {
        self.edge(1, from, Target::Text(name.into()))
    }

    fn edge(mut self, relation: u16, from: u32, to: Target) -> Self {
        self.facts.push(Fact::Relation {
            relation: RelationId(relation),
            from: Row(from),
            to,
            since: None,
        });
        self
    }

    pub fn snapshot(&self) -> Snapshot {
        let mut builder = Builder::new(&rules().schema, zone());
        builder.apply(0, &self.facts).unwrap();
        builder.finish()
    }

    /// The value of every row; also asked row by row and in reverse, which must say the same.
    pub fn values(&self, typed: &Typed) -> Vec<Option<Value>> {
        let (plan, snapshot) = (plan(typed), self.snapshot());
        let all = values(&ask(&plan, &snapshot, &Rows::All).outputs[0], self.rows);
        let reverse = Rows::List((0..self.rows).rev().collect());
        let mut reversed = values(&ask(&plan, &snapshot, &reverse).outputs[0], self.rows);
        reversed.reverse();
        assert_eq!(all, reversed, "a list answers as everyone does");
        for row in 0..self.rows {
            let one = ask(&plan, &snapshot, &Rows::List(vec![row]));
            assert_eq!(values(&one.outputs[0], 1)[0], all[row as usize]);
        }
        all
    }

    /// The verdict on every row.
    pub fn verdicts(&self, typed: &Typed) -> Vec<Option<bool>> {
        let verdict = |value| match value {
            Some(Value::Bool(yes)) => Some(yes),
            _ => None,
        };
        self.values(typed).into_iter().map(verdict).collect()
    }

    pub fn outcome(&self, typed: &Typed) -> Outcome {
        ask(&plan(typed), &self.snapshot(), &Rows::All)
    }
}

pub fn plan(typed: &Typed) -> Plan {
    let name: Arc<str> = "asked".into();
    compile(&rules(), &[Asked { name, typed }])
}

pub fn options() -> RunOptions {
    RunOptions {
        left_aside: true,
        ..RunOptions::default()
    }
}

pub fn ask(plan: &Plan, snapshot: &Snapshot, rows: &Rows) -> Outcome {
    run(
        plan,
        snapshot,
        &External::default(),
        rows,
        now(),
        &options(),
    )
    .unwrap()
}

fn values(output: &OutputResult, rows: u32) -> Vec<Option<Value>> {
    let get = |row: u32| match (&output.condition, &output.values) {
        (Some(condition), _) => condition.get(row as usize).map(Value::Bool),
        (None, values) => values.as_ref().unwrap().get(row as usize),
    };
    (0..rows).map(get).collect()
}
