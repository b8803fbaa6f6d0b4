//! A small bank in memory: facts, the snapshot of them, the rules and the members.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tamis::base::calendar::{Instant, Zone};
use tamis::base::money::Money;
use tamis::base::source::Sources;
use tamis::base::value::Value;
use tamis::columns::{Builder, Snapshot};
use tamis::engine::RunOptions;
use tamis::language::compile;
use tamis::language::typed::Rules;
use tamis::live::members::{Change, Members, Touched, View};
use tamis::schema::{AttributeId, EventId, HoldingId, RelationId};
use tamis::store::fact::{Fact, Row, Target};

use crate::plugins::{self, Native};
use crate::ranked::Law;

pub const ASSETS: u16 = 0;
pub const BORN: u16 = 1;
pub const SEEN: u16 = 2;
pub const TIER: u16 = 3;
pub const NOTE: u16 = 4;

pub const PURCHASE: u16 = 0;
pub const LOGIN: u16 = 1;

pub const SCHEMA: &str = r#"
customer {
  assets: money
  born: date
  seen: time
  tier: one of (gold, plain)
  note: text
}
event purchase {
  amount: money
  paid_on: date
  valid_to: time
}
event login { device: text }
event big = purchase where amount > 60
holding loan key loan_id {
  amount: money
  due: date
}
relation guarantor inverse guarantees: customer -> customer
relation manager: customer -> text
"#;

/// Everything at one instant.
pub struct World {
    pub zone: Zone,
    pub rules: Rules,
    pub snapshot: Snapshot,
    pub members: Members,
    pub now: Instant,
    pub options: RunOptions,
    pub native: Arc<Native>,
    /// Of which facts and instant ranks are to be.
    pub law: Law,
}

/// The rules over the schema of the bank.
pub fn compiled(zone: &str, items: &str) -> Rules {
    compiled_with(zone, items, "1")
}

/// The same against a revision of the native plugin.
pub fn compiled_with(zone: &str, items: &str, revision: &str) -> Rules {
    let mut sources = Sources::default();
    sources.add(
        "schema.tamis",
        format!("settings {{ time_zone \"{zone}\" }}\n{SCHEMA}"),
    );
    sources.add("rules.tamis", items);
    let compiled = compile::rules_with(&sources, plugins::signatures(revision));
    assert!(compiled.is_sound(), "{items}\n{:#?}", compiled.diagnostics);
    compiled.rules
}

impl World {
    /// A bank with so many customers, `c0` and on, of whom nothing is known.
    pub fn new(zone: &str, items: &str, customers: u32, now: &str) -> Self {
        let rules = compiled(zone, items);
        let zone = Zone::load(zone).unwrap();
        let now = zone.parse(now).unwrap();
        let facts: Vec<Fact> = (0..customers).map(customer).collect();
        let mut builder = Builder::new(&rules.schema, zone.clone());
        builder.apply(0, &facts).unwrap();
        let snapshot = builder.finish();
        let (options, native) = (RunOptions::default(), Arc::<Native>::default());
        let view = View {
            snapshot: &snapshot,
            plugins: &*native,
            now,
            ranks: None,
            options: &options,
        };
        let members = Members::compute(&rules, view).unwrap();
        Self {
            zone,
            rules,
            members,
            now,
            law: Law::new(&snapshot, now, 60),
            snapshot,
            options,
            native,
        }
    }

    pub fn view(&self) -> View<'_> {
        self.view_at(self.now)
    }

    pub fn view_at(&self, now: Instant) -> View<'_> {
        View {
            snapshot: &self.snapshot,
            plugins: &*self.native,
            now,
            ranks: None,
            options: &self.options,
        }
    }

    /// So many seconds between two buildings of rank tables while facts come.
    pub fn wait(&mut self, seconds: i64) {
        self.members = self.members.clone().waiting(seconds);
        self.law.wait(seconds, self.now);
    }

    pub fn time(&self, text: &str) -> Instant {
        self.zone.parse(text).unwrap()
    }

    /// Time passes and facts come.
    pub fn go(&mut self, now: Instant, facts: &[Fact]) -> Vec<Change> {
        let before = self.snapshot.clone();
        if !facts.is_empty() {
            self.snapshot = before.refresh(before.position(), facts).unwrap();
        }
        self.now = now;
        self.law.pass(&self.zone, &before, now);
        if !facts.is_empty() {
            self.law.come(&self.snapshot, now);
        }
        let touched = Touched::of(facts, &before, &self.snapshot);
        let (members, changes) = self
            .members
            .advance(&before, &touched, self.view())
            .unwrap();
        self.members = members;
        changes
    }

    /// `name c3 entered at 2024-…`, for short lists of changes.
    pub fn told(&self, changes: &[Change]) -> Vec<String> {
        let verb = |entered| if entered { "entered" } else { "left" };
        changes
            .iter()
            .map(|change| {
                format!(
                    "{} {} {} {} {:?}",
                    change.filter,
                    self.snapshot.id(change.row),
                    verb(change.entered),
                    self.zone.format(change.at),
                    change.cause
                )
            })
            .collect()
    }

    /// Time passes without facts.
    pub fn until(&mut self, text: &str) -> Vec<String> {
        let changes = self.go(self.time(text), &[]);
        self.told(&changes)
    }

    /// Facts come at an instant.
    pub fn take(&mut self, text: &str, facts: &[Fact]) -> Vec<String> {
        let changes = self.go(self.time(text), facts);
        self.told(&changes)
    }
}

/// Members by filter.
pub type Sets = BTreeMap<Arc<str>, BTreeSet<u32>>;

/// The sets of some members.
pub fn sets(members: &Members) -> Sets {
    members
        .iter()
        .map(|(name, set)| {
            assert_eq!(set.stale, None);
            (Arc::clone(name), set.rows().collect())
        })
        .collect()
}

/// The sets after the changes; every change has to be one.
pub fn replayed(mut sets: Sets, changes: &[Change]) -> Sets {
    for change in changes {
        let set = sets.get_mut(&change.filter).unwrap();
        let new = if change.entered {
            set.insert(change.row)
        } else {
            set.remove(&change.row)
        };
        assert!(new, "no change: {change:?}");
    }
    sets
}

pub fn customer(row: u32) -> Fact {
    Fact::Customer {
        row: Row(row),
        id: format!("c{row}").into(),
    }
}

pub fn attribute(row: u32, id: u16, since: Option<Instant>, value: Option<Value>) -> Fact {
    Fact::Attributes {
        row: Row(row),
        since,
        fields: vec![(AttributeId(id), value)],
    }
}

pub fn money(whole: i64) -> Option<Value> {
    Money::from_int(whole).map(Value::Money)
}

pub fn event(id: u16, row: u32, at: Instant, identity: u64, fields: Vec<Option<Value>>) -> Fact {
    Fact::Event {
        event: EventId(id),
        row: Row(row),
        at,
        sequence: None,
        identity,
        fields,
    }
}

pub fn purchase(row: u32, at: Instant, amount: i64) -> Fact {
    let identity = at.0 as u64 ^ amount as u64;
    event(PURCHASE, row, at, identity, vec![money(amount), None, None])
}

pub fn loan(row: u32, key: &str, since: Option<Instant>, fields: Vec<Option<Value>>) -> Fact {
    Fact::Holding {
        holding: HoldingId(0),
        row: Row(row),
        key: key.into(),
        since,
        fields,
    }
}

pub fn guarantor(from: u32, to: u32, since: Option<Instant>) -> Fact {
    Fact::Relation {
        relation: RelationId(0),
        from: Row(from),
        to: Target::Customer(Row(to)),
        since,
    }
}

pub fn manager(from: u32, to: &str, since: Option<Instant>) -> Fact {
    Fact::Relation {
        relation: RelationId(1),
        from: Row(from),
        to: Target::Text(to.into()),
        since,
    }
}
