//! A small bank in Prague that is told facts and asked questions.

use std::sync::Arc;

use tamis::base::calendar::{Date, Instant, Zone};
use tamis::base::kind::Kind;
use tamis::base::money::Money;
use tamis::base::source::Sources;
use tamis::base::value::Value;
use tamis::engine::reference::people::{SnapshotPeople, from_facts};
use tamis::engine::reference::{People, evaluate};
use tamis::engine::{Outcome, Rows};
use tamis::language::compile;
use tamis::language::typed::{Rules, Typed};
use tamis::plan::{Statistics, optimise};
use tamis::schema::{AttributeId, EventId, Field, HoldingId, RelationEnd, RelationId};
use tamis::store::fact::{Fact, Row, Target};

use crate::answers::{answer, given, plan, snapshot};

const RULES: &str = r#"
settings { time_zone "Europe/Prague" }

customer "客户" {
  assets: money
  quota: money
  score: number
  visits: int
  birth: date
  seen: time
  city: text
  vip: bool
  level: one of (low, mid, high)
  tags: set of text
}

event purchase { amount: money  points: int  weight: number  product: text  due: date }
event login { device: text }
event large_buy "大额" = purchase where amount >= large
holding loan key loan_id { amount: money  status: one of (A, B) }
relation friend inverse friend_of: customer -> customer
relation manager: customer -> text

param large = 100

filter frequent: visits > large
metric spent: sum(purchase.amount)
metric spent_twice: spent + spent
metric spent_more: spent_twice + spent
filter rich: assets >= 1000
filter not_rich: not rich
filter neither: not rich and not not_rich
"#;

/// Facts, an instant and rules.
pub struct Bank {
    pub rules: Rules,
    pub zone: Zone,
    pub facts: Vec<Fact>,
    pub now: Instant,
    ids: Vec<String>,
}

fn named(fields: &[Field], name: &str) -> usize {
    let found = fields.iter().position(|field| &*field.name == name);
    found.unwrap_or_else(|| panic!("no field {name}"))
}

impl Bank {
    /// One customer `c`, at that instant of the clock in Prague.
    pub fn new(now: &str) -> Self {
        let mut sources = Sources::default();
        sources.add("bank.tamis", RULES);
        let compiled = compile::rules(&sources);
        assert!(
            compiled.diagnostics.is_empty(),
            "{:?}",
            compiled.diagnostics
        );
        let zone = Zone::load("Europe/Prague").unwrap();
        let mut bank = Self {
            rules: compiled.rules,
            now: zone.parse(now).unwrap(),
            zone,
            facts: Vec::new(),
            ids: Vec::new(),
        };
        bank.customer("c");
        bank
    }

    /// Asked at another instant from here on.
    pub fn at(&mut self, now: &str) {
        self.now = self.zone.parse(now).unwrap();
    }

    /// A customer enters.
    pub fn customer(&mut self, id: &str) {
        let row = Row(self.ids.len() as u32);
        self.ids.push(id.to_owned());
        self.facts.push(Fact::Customer { row, id: id.into() });
    }

    fn row(&self, id: &str) -> Row {
        let at = self.ids.iter().position(|known| known == id);
        Row(at.unwrap_or_else(|| panic!("no customer {id}")) as u32)
    }

    fn read(&self, kind: &Kind, text: &str) -> Value {
        match kind {
            Kind::Bool => Value::Bool(text == "yes"),
            Kind::Int => Value::Int(text.parse().unwrap()),
            Kind::Number => Value::Number(text.parse().unwrap()),
            Kind::Money => Value::Money(Money::parse(text).unwrap()),
            Kind::Text => Value::Text(text.into()),
            Kind::Enum(list) => Value::Enum(list.find(text).unwrap()),
            Kind::Date => Value::Date(Date::parse(text).unwrap()),
            Kind::Time => Value::Time(self.zone.parse(text).unwrap()),
            Kind::Set(inner) => {
                let items = text.split(',').map(|item| self.read(inner, item));
                let mut items: Vec<Value> = items.collect();
                items.sort_by(Value::order);
                Value::Set(items.into())
            }
        }
    }

    fn since(&self, text: &str) -> Option<Instant> {
        (!text.is_empty()).then(|| self.zone.parse(text).unwrap())
    }

    fn values(&self, fields: &[Field], given: &[(&str, &str)]) -> Vec<Option<Value>> {
        let mut values = vec![None; fields.len()];
        for (name, text) in given {
            let at = named(fields, name);
            values[at] = Some(self.read(&fields[at].kind, text));
        }
        values
    }

    /// Attributes of `c`, timelessly.
    pub fn set(&mut self, fields: &[(&str, &str)]) {
        self.set_of("c", "", fields);
    }

    /// Attributes from an instant on (`""`: timelessly); an empty value clears.
    pub fn set_of(&mut self, id: &str, since: &str, fields: &[(&str, &str)]) {
        let attributes = self.rules.schema.attributes.clone();
        let given = fields.iter().map(|(name, text)| {
            let at = named(&attributes, name);
            let value = (!text.is_empty()).then(|| self.read(&attributes[at].kind, text));
            (AttributeId(at as u16), value)
        });
        let fact = Fact::Attributes {
            row: self.row(id),
            since: self.since(since),
            fields: given.collect(),
        };
        self.facts.push(fact);
    }

    /// An event of `c`.
    pub fn event(&mut self, event: &str, at: &str, fields: &[(&str, &str)]) {
        self.event_of("c", event, at, None, fields);
    }

    /// An event with its own place within its instant.
    pub fn event_of(
        &mut self,
        id: &str,
        event: &str,
        at: &str,
        sequence: Option<i64>,
        fields: &[(&str, &str)],
    ) {
        let events = &self.rules.schema.events;
        let number = events.iter().position(|it| &*it.name == event).unwrap();
        let fact = Fact::Event {
            event: EventId(number as u16),
            row: self.row(id),
            at: self.zone.parse(at).unwrap(),
            sequence,
            identity: self.facts.len() as u64,
            fields: self.values(&events[number].fields, fields),
        };
        self.facts.push(fact);
    }

    /// Purchases of `c` at those instants, without fields.
    pub fn purchases(&mut self, instants: &[&str]) {
        for at in instants {
            self.event("purchase", at, &[]);
        }
    }

    /// A loan in someone's hands.
    pub fn loan(&mut self, id: &str, key: &str, since: &str, fields: &[(&str, &str)]) {
        let fact = Fact::Holding {
            holding: HoldingId(0),
            row: self.row(id),
            key: key.into(),
            since: self.since(since),
            fields: self.values(&self.rules.schema.holdings[0].fields, fields),
        };
        self.facts.push(fact);
    }

    /// An edge, to a customer or a text as the relation has it.
    pub fn join(&mut self, relation: &str, from: &str, to: &str, since: &str) {
        let relations = &self.rules.schema.relations;
        let number = relations
            .iter()
            .position(|it| &*it.name == relation)
            .unwrap();
        let to = match relations[number].end {
            RelationEnd::Customer => Target::Customer(self.row(to)),
            RelationEnd::Text => Target::Text(to.into()),
        };
        let fact = Fact::Relation {
            relation: RelationId(number as u16),
            from: self.row(from),
            to,
            since: self.since(since),
        };
        self.facts.push(fact);
    }

    /// The expression, checked.
    pub fn typed(&self, text: &str) -> Typed {
        let source = Sources::default().add("<expression>", text);
        match compile::expression(&self.rules, text, source) {
            Ok(checked) => checked.typed,
            Err(diagnostics) => panic!("{text}\n{diagnostics:?}"),
        }
    }

    /// The engine's answer to one expression, over everyone.
    pub fn run(&self, text: &str) -> Outcome {
        let plan = plan(&self.rules, &[self.typed(text)]);
        let snapshot = snapshot(&self.rules, &self.zone, &self.facts);
        answer(&plan, &snapshot, &Rows::All, self.now, 1)
    }

    /// What everyone says of `c`.
    pub fn says(&self, text: &str) -> String {
        self.says_of("c", text)
    }

    /// What everyone says of that customer: `yes no unknown missing` or the value.
    pub fn says_of(&self, id: &str, text: &str) -> String {
        let typed = self.typed(text);
        let row = self.row(id).0;
        let show = |value: Option<Value>| match (value, &typed.kind) {
            (Some(value), kind) => value.display(kind, &self.zone),
            (None, Kind::Bool) => "unknown".to_owned(),
            (None, _) => "missing".to_owned(),
        };
        let people = from_facts(&self.rules.schema, &self.facts);
        let snapshot = snapshot(&self.rules, &self.zone, &self.facts);
        let slow = |people: &dyn People| {
            show(evaluate(
                &self.rules,
                people,
                row,
                &typed,
                self.now,
                &self.zone,
            ))
        };
        let wanted = slow(&people);
        assert_eq!(
            slow(&SnapshotPeople(&snapshot)),
            wanted,
            "from the snapshot: {text}"
        );
        let plain = plan(&self.rules, std::slice::from_ref(&typed));
        let quick = optimise(plain.clone(), &Statistics::default());
        for (plan, who) in [(plain, "engine"), (quick, "optimised")] {
            let all = answer(&plan, &snapshot, &Rows::All, self.now, 2);
            let found = show(given(&all.outputs[0], row as usize));
            assert_eq!(found, wanted, "{who}: {text}");
            let one = answer(&plan, &snapshot, &Rows::List(vec![row]), self.now, 1);
            assert_eq!(
                show(given(&one.outputs[0], 0)),
                wanted,
                "{who}, one row: {text}"
            );
        }
        wanted
    }

    /// Pairs of an expression about `c` and what is said of it.
    pub fn all_say(&self, cases: &[(&str, &str)]) {
        for (text, wanted) in cases {
            assert_eq!(self.says(text), *wanted, "{text}");
        }
    }
}

/// Labels with counts, as plain text.
pub fn told(counts: &[(Arc<str>, u64)]) -> Vec<(String, u64)> {
    counts
        .iter()
        .map(|(label, count)| (label.to_string(), *count))
        .collect()
}
