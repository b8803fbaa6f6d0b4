//! Random schemas and logs of facts over them.

use std::sync::Arc;

use tamis::base::calendar::{Instant, Zone};
use tamis::base::kind::Kind;
use tamis::base::span::Span;
use tamis::base::value::Value;
use tamis::schema::{
    AttributeId, Event, EventId, Field, Holding, HoldingId, Relation, RelationEnd, RelationId,
    Schema,
};
use tamis::store::fact::{Fact, Row, Target};

use crate::tape::Tape;
use crate::values::{enum_kind, instant, value};

/// Zones with and without changes of the clock, one of them at midnight.
pub const ZONES: [&str; 5] = [
    "Asia/Shanghai",
    "Europe/Prague",
    "America/Sao_Paulo",
    "UTC",
    "America/New_York",
];

/// Kinds a field may have.
pub fn field_kinds() -> Vec<Kind> {
    vec![
        Kind::Int,
        Kind::Number,
        Kind::Money,
        Kind::Text,
        enum_kind(3),
        Kind::Date,
        Kind::Time,
        Kind::Bool,
        Kind::Set(Arc::new(Kind::Text)),
        enum_kind(300),
        Kind::Set(Arc::new(enum_kind(3))),
    ]
}

fn fields(tape: &mut Tape, prefix: &str, count: usize) -> Vec<Field> {
    let kinds = field_kinds();
    (0..count)
        .map(|at| Field {
            name: format!("{prefix}{at}").into(),
            label: None,
            description: None,
            kind: tape.one(&kinds).clone(),
            sensitive: false,
            part: None,
            span: Span::default(),
        })
        .collect()
}

/// A schema with at least one attribute, event and relation.
pub fn schema(tape: &mut Tape, zone: &str) -> Schema {
    let mut schema = Schema::default();
    schema.settings.time_zone = zone.to_owned();
    let count = 1 + tape.below(12);
    schema.attributes = fields(tape, "a", count);
    for at in 0..1 + tape.below(3) {
        let count = tape.below(6);
        schema.events.push(Event {
            name: format!("e{at}").into(),
            label: None,
            description: None,
            fields: fields(tape, "f", count),
            span: Span::default(),
        });
    }
    for at in 0..tape.below(3) {
        let count = tape.below(5);
        schema.holdings.push(Holding {
            name: format!("h{at}").into(),
            label: None,
            description: None,
            key: "k".into(),
            fields: fields(tape, "g", count),
            span: Span::default(),
        });
    }
    for at in 0..1 + tape.below(3) {
        let end = match tape.below(3) {
            0 | 1 => RelationEnd::Customer,
            _ => RelationEnd::Text,
        };
        schema.relations.push(Relation {
            name: format!("r{at}").into(),
            label: None,
            description: None,
            inverse: (end == RelationEnd::Customer).then(|| format!("i{at}").into()),
            inverse_label: None,
            end,
            span: Span::default(),
        });
    }
    schema
}

/// Makes a log.
pub struct Log<'a> {
    pub schema: &'a Schema,
    pub zone: &'a Zone,
    pub facts: Vec<Fact>,
    pub rows: u32,
}

impl<'a> Log<'a> {
    /// An empty log.
    pub fn new(schema: &'a Schema, zone: &'a Zone) -> Self {
        Self {
            schema,
            zone,
            facts: Vec::new(),
            rows: 0,
        }
    }

    /// A customer enters with some attributes, and one in three with an event, as its row decides.
    pub fn enter_with(&mut self, seed: u32) {
        let row = Row(self.rows);
        self.enter();
        let mut state = u64::from(seed) << 32 | u64::from(row.0);
        let items: Vec<u32> = (0..40).map(|_| scrambled(&mut state)).collect();
        let mut tape = Tape::new(&items);
        if !tape.chance(20) {
            let mut fact = self.attributes(&mut tape, row);
            if let Fact::Attributes { since, .. } = &mut fact {
                *since = None;
            }
            self.facts.push(fact);
        }
        if tape.chance(33) {
            let fact = self.event(&mut tape, row);
            self.facts.push(fact);
        }
    }

    /// A customer enters; ids do not sort as rows do.
    pub fn enter(&mut self) {
        let row = Row(self.rows);
        let mixed = self.rows.wrapping_mul(2_654_435_761) >> 8;
        self.facts.push(Fact::Customer {
            row,
            id: format!("c{mixed:06}-{}", self.rows).into(),
        });
        self.rows += 1;
    }

    /// Facts until the tape ends, about customers that `row` chooses.
    pub fn fill(&mut self, tape: &mut Tape, row: &dyn Fn(&mut Tape, u32) -> u32) {
        while !tape.ended() {
            if self.rows == 0 || tape.chance(8) {
                let seed = tape.below(1_000) as u32;
                self.enter_with(seed);
                continue;
            }
            let owner = Row(row(tape, self.rows));
            self.fact(tape, owner, row);
        }
    }

    fn fact(&mut self, tape: &mut Tape, row: Row, pick: &dyn Fn(&mut Tape, u32) -> u32) {
        let fact = match tape.below(10) {
            0..5 => self.event(tape, row),
            5..7 => self.attributes(tape, row),
            7..9 => self.relation(tape, row, pick),
            _ if self.schema.holdings.is_empty() => self.attributes(tape, row),
            _ => self.holding(tape, row),
        };
        self.facts.push(fact);
    }

    fn since(&self, tape: &mut Tape) -> Option<Instant> {
        tape.chance(60).then(|| instant(tape, self.zone))
    }

    fn attributes(&self, tape: &mut Tape, row: Row) -> Fact {
        let since = self.since(tape);
        let mut fields = Vec::new();
        for _ in 0..1 + tape.below(8) {
            let at = tape.below(self.schema.attributes.len());
            let given = !tape.chance(10);
            let kind = &self.schema.attributes[at].kind;
            let given = given.then(|| value(tape, kind, self.zone));
            let id = AttributeId(at as u16);
            if !fields.iter().any(|(other, _)| *other == id) {
                fields.push((id, given));
            }
        }
        Fact::Attributes { row, since, fields }
    }

    fn values(&self, tape: &mut Tape, fields: &[Field]) -> Vec<Option<Value>> {
        fields
            .iter()
            .map(|field| match tape.chance(20) {
                true => None,
                false => Some(value(tape, &field.kind, self.zone)),
            })
            .collect()
    }

    fn event(&self, tape: &mut Tape, row: Row) -> Fact {
        let at = tape.below(self.schema.events.len());
        let sequence = tape.chance(40).then(|| tape.between(-3, 3));
        Fact::Event {
            event: EventId(at as u16),
            row,
            at: instant(tape, self.zone),
            sequence,
            identity: self.facts.len() as u64,
            fields: self.values(tape, &self.schema.events[at].fields),
        }
    }

    fn holding(&self, tape: &mut Tape, row: Row) -> Fact {
        let at = tape.below(self.schema.holdings.len());
        Fact::Holding {
            holding: HoldingId(at as u16),
            row,
            key: format!("k{}", tape.below(12)).into(),
            since: self.since(tape),
            fields: self.values(tape, &self.schema.holdings[at].fields),
        }
    }

    fn relation(&self, tape: &mut Tape, from: Row, pick: &dyn Fn(&mut Tape, u32) -> u32) -> Fact {
        let at = tape.below(self.schema.relations.len());
        let to = match self.schema.relations[at].end {
            RelationEnd::Customer => Target::Customer(Row(pick(tape, self.rows))),
            RelationEnd::Text => match value(tape, &Kind::Text, self.zone) {
                Value::Text(text) => Target::Text(text),
                _ => unreachable!("a text was asked for"),
            },
        };
        Fact::Relation {
            relation: RelationId(at as u16),
            from,
            to,
            since: self.since(tape),
        }
    }
}

/// The instant asked about: around the data, inside it, after it; often on an edge of its facts.
pub fn now(tape: &mut Tape, zone: &Zone, facts: &[Fact]) -> Instant {
    let known: Vec<Instant> = facts.iter().filter_map(instant_of).collect();
    match tape.below(10) {
        0..4 => instant(tape, zone),
        4..7 if !known.is_empty() => {
            let at = tape.one(&known).0;
            Instant(at + tape.one(&[0, -1, 1, 3_600, 86_399]))
        }
        // The end of a date, as a question about a past day has it.
        7 => {
            let date = zone.date_of(instant(tape, zone));
            Instant(zone.start_of(tamis::base::calendar::Date(date.0 + 1)).0 - 1)
        }
        8 => Instant(-5_000_000_000),
        _ => Instant(1_900_000_000 + tape.between(0, 1_000_000)),
    }
}

/// The next number of a fixed sequence (splitmix64).
fn scrambled(state: &mut u64) -> u32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 32) as u32
}

fn instant_of(fact: &Fact) -> Option<Instant> {
    match fact {
        Fact::Event { at, .. } => Some(*at),
        Fact::Attributes { since, .. }
        | Fact::Holding { since, .. }
        | Fact::Relation { since, .. } => *since,
        Fact::Customer { .. } => None,
    }
}
