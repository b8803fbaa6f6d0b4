//! The customers and facts of one test, and answers about them at an instant. Counts what it looks at.

use std::cell::Cell;
use std::sync::Arc;

use crate::base::calendar::{Instant, Zone};
use crate::base::diagnostic::Diagnostic;
use crate::base::value::Value;
use crate::columns::person::Person;
use crate::engine::reference::people::{FactPeople, from_facts};
use crate::engine::reference::{People, evaluate};
use crate::language::codes;
use crate::language::typed::{PluginCall, RuleTest, Rules, TestEnd, TestFact, Typed};
use crate::schema::{FieldId, RelationId};
use crate::store::fact::{Fact, Row, Target};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// All steps are used up.
    TooLong,
    /// A plugin would have to be asked.
    Plugin,
}

/// The people of a test; notes when a plugin is asked about them.
pub(super) struct Listed {
    people: FactPeople,
    asked: Cell<bool>,
    /// Tiers as reviewed: row, tiers, class.
    tiers: Vec<(u32, Arc<str>, Arc<str>)>,
}

impl People for Listed {
    fn person(&self, row: u32) -> Arc<Person> {
        self.people.person(row)
    }

    fn rows(&self) -> u32 {
        self.people.rows()
    }

    fn outside(&self, _call: &PluginCall, _row: u32) -> Option<Value> {
        self.asked.set(true);
        None
    }

    fn reviewed(&self, tiers: &str, row: u32) -> Option<Arc<str>> {
        let mut given = self.tiers.iter();
        let found = given.find(|(whose, name, _)| *whose == row && **name == *tiers);
        found.map(|(_, _, class)| Arc::clone(class))
    }
}

/// All that a test gives.
pub(super) struct World<'r> {
    pub rules: &'r Rules,
    pub zone: &'r Zone,
    pub people: Listed,
    facts: Vec<Fact>,
    /// Steps that may still be taken.
    pub left: u64,
}

impl<'r> World<'r> {
    /// Works out the facts of a test.
    pub fn of(
        rules: &'r Rules,
        test: &RuleTest,
        zone: &'r Zone,
        left: u64,
    ) -> Result<Self, Diagnostic> {
        let reader = Reader { rules, test, zone };
        let facts = reader.facts()?;
        let people = Listed {
            people: from_facts(&rules.schema, &facts),
            asked: Cell::new(false),
            tiers: reader.tiers(),
        };
        Ok(Self {
            rules,
            zone,
            people,
            facts,
            left,
        })
    }

    /// The value of an expression for a customer.
    pub fn value(
        &mut self,
        customer: usize,
        typed: &Typed,
        now: Instant,
    ) -> Result<Option<Value>, Stopped> {
        let cost = u64::try_from(self.facts.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(cost).ok_or(Stopped::TooLong)?;
        self.people.asked.set(false);
        let row = u32::try_from(customer).unwrap_or(u32::MAX);
        let value = evaluate(self.rules, &self.people, row, typed, now, self.zone);
        match self.people.asked.get() {
            true => Err(Stopped::Plugin),
            false => Ok(value),
        }
    }

    /// The answer of a condition; `None` is unknown.
    pub fn truth(
        &mut self,
        customer: usize,
        typed: &Typed,
        now: Instant,
    ) -> Result<Option<bool>, Stopped> {
        Ok(match self.value(customer, typed, now)? {
            Some(Value::Bool(yes)) => Some(yes),
            _ => None,
        })
    }

    /// Adds facts that a care plan brings.
    pub fn add(&mut self, facts: impl IntoIterator<Item = Fact>) {
        let before = self.facts.len();
        self.facts.extend(facts);
        if self.facts.len() > before {
            self.people.people = from_facts(&self.rules.schema, &self.facts);
        }
    }

    /// The instants from which facts hold, ascending, each once.
    pub fn instants(&self) -> Vec<Instant> {
        let mut instants: Vec<Instant> = self
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Event { at, .. } => Some(*at),
                Fact::Attributes { since, .. }
                | Fact::Holding { since, .. }
                | Fact::Relation { since, .. } => *since,
                Fact::Customer { .. } => None,
            })
            .collect();
        instants.sort_unstable();
        instants.dedup();
        instants
    }

    /// Whose events of a kind happen after one instant and not after another.
    pub fn happened(
        &self,
        kind: crate::schema::EventId,
        after: Instant,
        until: Instant,
    ) -> Vec<(usize, Instant)> {
        let mut rows: Vec<(usize, Instant)> = self
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Event { event, row, at, .. }
                    if *event == kind && *at > after && *at <= until =>
                {
                    Some((row.0 as usize, *at))
                }
                _ => None,
            })
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// Works out what a test's lines give.
struct Reader<'t> {
    rules: &'t Rules,
    test: &'t RuleTest,
    zone: &'t Zone,
}

impl Reader<'_> {
    fn tiers(&self) -> Vec<(u32, Arc<str>, Arc<str>)> {
        let customers = self.test.customers.iter().enumerate();
        let tiers = customers.flat_map(|(place, customer)| {
            let given = customer.tiers.iter().cloned();
            given.map(move |(name, class)| (row(place).0, name, class))
        });
        tiers.collect()
    }

    fn facts(&self) -> Result<Vec<Fact>, Diagnostic> {
        let mut facts = Vec::new();
        for (place, customer) in self.test.customers.iter().enumerate() {
            let row = row(place);
            facts.push(Fact::Customer {
                row,
                id: customer.id.clone(),
            });
            let fields = customer.fields.iter();
            let fields: Vec<_> = fields.map(|(id, typed)| (*id, self.value(typed))).collect();
            if !fields.is_empty() {
                let since = self.since(customer.since.as_ref())?;
                facts.push(Fact::Attributes { row, since, fields });
            }
        }
        for (place, fact) in self.test.facts.iter().enumerate() {
            facts.push(self.fact(place, fact)?);
        }
        Ok(facts)
    }

    fn fact(&self, place: usize, fact: &TestFact) -> Result<Fact, Diagnostic> {
        Ok(match fact {
            TestFact::Event {
                event,
                customer,
                at,
                sequence,
                fields,
            } => Fact::Event {
                event: *event,
                row: row(*customer),
                at: self.instant(at)?,
                sequence: sequence.as_ref().and_then(|typed| match self.value(typed) {
                    Some(Value::Int(sequence)) => Some(sequence),
                    _ => None,
                }),
                identity: u64::try_from(place).unwrap_or(u64::MAX),
                fields: {
                    let event = self.rules.schema.event(*event);
                    self.fields(event.map_or(0, |event| event.fields.len()), fields)
                },
            },
            TestFact::Holding {
                holding,
                customer,
                key,
                since,
                fields,
            } => Fact::Holding {
                holding: *holding,
                row: row(*customer),
                key: match key.as_ref().and_then(|typed| self.value(typed)) {
                    Some(Value::Text(key)) => key,
                    _ => Arc::from(format!("test {place}")),
                },
                since: self.since(since.as_ref())?,
                fields: {
                    let holding = self.rules.schema.holding(*holding);
                    self.fields(holding.map_or(0, |holding| holding.fields.len()), fields)
                },
            },
            TestFact::Edge { relation, from, to } => self.edge(*relation, *from, to),
        })
    }

    fn edge(&self, relation: RelationId, from: usize, to: &TestEnd) -> Fact {
        Fact::Relation {
            relation,
            from: row(from),
            to: match to {
                TestEnd::Customer(place) => Target::Customer(row(*place)),
                TestEnd::Text(text) => Target::Text(text.clone()),
            },
            since: None,
        }
    }

    fn fields(&self, count: usize, given: &[(FieldId, Typed)]) -> Vec<Option<Value>> {
        let mut fields = vec![None; count];
        for (id, typed) in given {
            if let Some(field) = fields.get_mut(usize::from(id.0)) {
                *field = self.value(typed);
            }
        }
        fields
    }

    /// What depends on no customer, as of the test's instant.
    fn value(&self, typed: &Typed) -> Option<Value> {
        let nobody = FactPeople::default();
        evaluate(self.rules, &nobody, 0, typed, self.test.as_of, self.zone)
    }

    fn since(&self, typed: Option<&Typed>) -> Result<Option<Instant>, Diagnostic> {
        typed.map(|typed| self.instant(typed)).transpose()
    }

    fn instant(&self, typed: &Typed) -> Result<Instant, Diagnostic> {
        match self.value(typed) {
            Some(Value::Time(at)) => Ok(at),
            Some(Value::Date(date)) => Ok(self.zone.start_of(date)),
            _ => Err(Diagnostic::error(
                codes::TEST_FAILED,
                "this comes to no date",
                typed.span,
            )),
        }
    }
}

fn row(place: usize) -> Row {
    Row(u32::try_from(place).unwrap_or(u32::MAX))
}
