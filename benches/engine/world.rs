//! Made-up customers and events, the same to the byte for the same number of customers: every
//! kind of attribute, ten types of events in unequal shares, two relations. Each customer is made
//! from its own number alone, so that nothing has to be kept. No text, no file: see `rules` and `files`.

use std::sync::Arc;

use tamis::base::calendar::{Date, Instant};
use tamis::base::money::Money;
use tamis::base::value::Value;
use tamis::columns::Builder;
use tamis::schema::{AttributeId, EventId, RelationId, Schema};
use tamis::store::fact::{Fact, Row, Target};

use super::shared::mixed;

/// The last date on which something happens, 2024-06-30, as days since 1970-01-01.
pub const TODAY: i32 = 19_904;
/// Dates on which events lie, up to and including the last one.
pub const DAYS: i32 = 731;
/// Seconds by which the business zone, Asia/Shanghai, is ahead.
pub const AHEAD_SECONDS: i64 = 8 * 3_600;
/// Customers whose facts are handed over together.
const BATCH_CUSTOMERS: u32 = 2_048;

/// Cities, products, branches, campaigns and topics: so many different texts of each.
pub const CITIES: u64 = 300;
/// See [`CITIES`].
pub const PRODUCTS: u64 = 256;
/// See [`CITIES`].
pub const BRANCHES: u64 = 120;
/// See [`CITIES`].
pub const CAMPAIGNS: u64 = 40;
/// See [`CITIES`].
pub const TOPICS: u64 = 12;
/// Tags, the first the most frequent.
pub const TAGS: u64 = 40;

/// Share of each event type among a hundred, in the order of the rules.
const SHARES: [u64; 10] = [28, 27, 10, 8, 8, 5, 5, 5, 2, 2];

/// One customer.
pub struct Customer {
    pub gender: u16,
    pub city: u64,
    pub age: i64,
    /// Hundredths; not known of every fifth.
    pub income: Option<i64>,
    /// Hundredths.
    pub assets: i64,
    pub risk: Option<f64>,
    pub opened_on: i32,
    /// agrees, vip, newsletter, blocked
    pub marks: [bool; 4],
    /// A bit a tag.
    pub tags: u64,
    pub referrer: Option<u32>,
    pub guarantor: Option<u32>,
}

/// A field of an event.
#[derive(Clone, Copy)]
pub enum FieldValue {
    /// Hundredths of money.
    Money(i64),
    Int(i64),
    Flag(bool),
    Choice(u16),
    /// Which word of a list: its letter and its number.
    Word(char, u64),
    Nothing,
}

/// One event.
pub struct Event {
    /// Which type, in the order of the rules.
    pub kind: usize,
    /// Seconds since 1970-01-01 by the clock of the business zone.
    pub at: i64,
    pub fields: [FieldValue; 3],
}

fn seed(customer: u32, what: u64) -> u64 {
    let mut seed = (u64::from(customer) << 8 | what).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed(&mut seed)
}

/// A number below another; small ones come more often.
fn skewed(seed: &mut u64, below: u64) -> u64 {
    (mixed(seed) % below) * (mixed(seed) % below) / below
}

/// The customer of that number among so many.
pub fn customer(number: u32, customers: u32) -> Customer {
    let mut seed = seed(number, 1);
    let seed = &mut seed;
    let mut other = |often: u64| {
        let chosen = (mixed(seed) % u64::from(customers)) as u32;
        (mixed(seed) % 100 < often && chosen != number).then_some(chosen)
    };
    let (referrer, guarantor) = (other(60), other(30));
    let mut tags = 0;
    for _ in 0..mixed(seed) % 6 {
        tags |= 1 << skewed(seed, TAGS);
    }
    Customer {
        gender: (mixed(seed) % 2) as u16,
        city: skewed(seed, CITIES),
        age: 18 + (mixed(seed) % 70) as i64,
        income: (!mixed(seed).is_multiple_of(5))
            .then_some(100_000 + skewed(seed, 4_000_000) as i64),
        assets: skewed(seed, 60_000_000) as i64,
        risk: (!mixed(seed).is_multiple_of(20)).then_some((mixed(seed) % 1_000_000) as f64 / 1e6),
        opened_on: TODAY - 1 - (mixed(seed) % 3_000) as i32,
        marks: [70, 8, 45, 3].map(|often| mixed(seed) % 100 < often),
        tags,
        referrer,
        guarantor,
    }
}

/// The events of a customer, in order of time, no two at one instant; fifty on the average.
pub fn events(number: u32) -> Vec<Event> {
    let mut seed = seed(number, 2);
    let seed = &mut seed;
    let count = match mixed(seed) % 10 {
        0..6 => 20 + mixed(seed) % 21,
        6..9 => 40 + mixed(seed) % 41,
        _ => 100 + mixed(seed) % 81,
    };
    // Every third has stopped at some time.
    let silent = if mixed(seed).is_multiple_of(3) {
        (mixed(seed) % 500) as i64
    } else {
        0
    };
    let last = i64::from(TODAY) - silent;
    let days = i64::from(DAYS) - silent;
    let mut instants: Vec<i64> = (0..count)
        .map(|_| {
            let day = last - (mixed(seed) % days as u64) as i64;
            day * 86_400 + 21_600 + (mixed(seed) % 60_000) as i64
        })
        .collect();
    instants.sort_unstable();
    for at in 1..instants.len() {
        instants[at] = instants[at].max(instants[at - 1] + 1);
    }
    instants.into_iter().map(|at| event(seed, at)).collect()
}

fn event(seed: &mut u64, at: i64) -> Event {
    use FieldValue::{Choice, Flag, Int, Money, Nothing, Word};
    let mut rest = mixed(seed) % 100;
    let mut kind = 0;
    while rest >= SHARES[kind] {
        rest -= SHARES[kind];
        kind += 1;
    }
    let amount = Money(1 + ((mixed(seed) % 250) * (mixed(seed) % 250)) as i64);
    let fields = match kind {
        0 => {
            let channel = mixed(seed) % 102;
            let channel = if channel < 100 {
                Choice([0, 0, 1, 2][(channel % 4) as usize])
            } else {
                Nothing
            };
            [amount, channel, Word('P', skewed(seed, PRODUCTS))]
        }
        1 => [Choice((skewed(seed, 3)) as u16), Nothing, Nothing],
        2 => [amount, Flag(mixed(seed).is_multiple_of(2)), Nothing],
        3 | 4 => [amount, Nothing, Nothing],
        5 => [
            Int(skewed(seed, 3_600) as i64),
            Word('T', mixed(seed) % TOPICS),
            Nothing,
        ],
        6 => [Word('B', skewed(seed, BRANCHES)), Nothing, Nothing],
        7 => {
            let opened = mixed(seed) % 10;
            let opened = if opened == 0 {
                Nothing
            } else {
                Flag(opened < 4)
            };
            [Word('K', mixed(seed) % CAMPAIGNS), opened, Nothing]
        }
        8 => [
            Word('T', mixed(seed) % TOPICS),
            Int(1 + (mixed(seed) % 5) as i64),
            Nothing,
        ],
        _ => [amount, Int(skewed(seed, 60) as i64), Nothing],
    };
    Event { kind, at, fields }
}

/// Texts that events and customers share.
struct Words(Vec<(char, Vec<Arc<str>>)>);

impl Words {
    fn new() -> Self {
        let lists = [
            ('C', CITIES),
            ('P', PRODUCTS),
            ('B', BRANCHES),
            ('K', CAMPAIGNS),
            ('T', TOPICS),
            ('t', TAGS),
        ];
        let list = |(letter, count): (char, u64)| {
            (
                letter,
                (0..count)
                    .map(|at| format!("{letter}{at}").into())
                    .collect(),
            )
        };
        Self(lists.map(list).into())
    }

    fn text(&self, letter: char, at: u64) -> Value {
        let list = self.0.iter().find(|(known, _)| *known == letter).unwrap();
        Value::Text(Arc::clone(&list.1[at as usize]))
    }

    fn value(&self, value: FieldValue) -> Option<Value> {
        Some(match value {
            FieldValue::Money(cents) => money(cents),
            FieldValue::Int(number) => Value::Int(number),
            FieldValue::Flag(flag) => Value::Bool(flag),
            FieldValue::Choice(choice) => Value::Enum(choice),
            FieldValue::Word(letter, at) => self.text(letter, at),
            FieldValue::Nothing => return None,
        })
    }

    /// In the order of the rules.
    fn attributes(&self, of: &Customer) -> Vec<Option<Value>> {
        let mut tags: Vec<Value> = (0..TAGS)
            .filter(|tag| of.tags >> tag & 1 == 1)
            .map(|tag| self.text('t', tag))
            .collect();
        tags.sort_by(Value::order);
        let [agrees, vip, newsletter, blocked] = of.marks.map(|mark| Some(Value::Bool(mark)));
        vec![
            Some(Value::Enum(of.gender)),
            Some(self.text('C', of.city)),
            Some(Value::Int(of.age)),
            of.income.map(money),
            Some(money(of.assets)),
            of.risk.map(Value::Number),
            Some(Value::Date(Date(of.opened_on))),
            agrees,
            vip,
            newsletter,
            blocked,
            Some(Value::Set(tags.into())),
        ]
    }
}

fn money(cents: i64) -> Value {
    Value::Money(Money(cents * 100))
}

/// Everything as columns.
pub fn columns(schema: &Schema, customers: u32) -> tamis::columns::Snapshot {
    let zone = tamis::base::calendar::Zone::load("Asia/Shanghai").unwrap();
    let mut builder = Builder::new(schema, zone);
    facts(schema, customers, &mut |facts| {
        let position = builder.position();
        builder.apply(position, &facts).unwrap();
    });
    builder.finish()
}

/// All facts in the order in which they enter: customers, what they are, whom they know, what they did.
pub fn facts(schema: &Schema, customers: u32, take: &mut dyn FnMut(Vec<Fact>)) {
    let words = Words::new();
    let mut each = |make: &mut dyn FnMut(u32, &mut Vec<Fact>)| {
        let mut from = 0;
        while from < customers {
            let to = customers.min(from + BATCH_CUSTOMERS);
            let mut facts = Vec::new();
            (from..to).for_each(|number| make(number, &mut facts));
            take(facts);
            from = to;
        }
    };
    each(&mut |number, facts| {
        facts.push(Fact::Customer {
            row: Row(number),
            id: number.to_string().into(),
        });
        let values = words.attributes(&customer(number, customers));
        let fields = (0..).map(AttributeId).zip(values);
        let fields = fields.filter(|(_, value)| value.is_some()).collect();
        facts.push(Fact::Attributes {
            row: Row(number),
            since: None,
            fields,
        });
    });
    each(&mut |number, facts| {
        let customer = customer(number, customers);
        for (relation, to) in (0..).zip([customer.referrer, customer.guarantor]) {
            facts.extend(to.map(|to| Fact::Relation {
                relation: RelationId(relation),
                from: Row(number),
                to: Target::Customer(Row(to)),
                since: None,
            }));
        }
    });
    each(&mut |number, facts| {
        for (at, event) in events(number).into_iter().enumerate() {
            let width = schema.events[event.kind].fields.len();
            let fields = event.fields.iter().take(width);
            facts.push(Fact::Event {
                event: EventId(event.kind as u16),
                row: Row(number),
                at: Instant(event.at - AHEAD_SECONDS),
                sequence: None,
                identity: at as u64,
                fields: fields.map(|field| words.value(*field)).collect(),
            });
        }
    });
}
