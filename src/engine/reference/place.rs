//! Where an expression stands: which question, which customer, which fact.
//! Holds what evaluation looks at, does no evaluation.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::people::People;
use super::ranked::Member;
use crate::base::calendar::{Date, Instant, Zone};
use crate::base::value::Value;
use crate::columns::person::Person;
use crate::language::typed::{DefinitionId, Given, Rules};
use crate::schema::AttributeId;

/// What stays the same while one question is answered.
pub(crate) struct Question<'a> {
    /// Definitions, params, schema.
    pub rules: &'a Rules,
    /// All customers.
    pub people: &'a dyn People,
    /// The instant asked about.
    pub now: Instant,
    /// The business zone.
    pub zone: &'a Zone,
    /// First and last date of the unit that aggregates of events without a window are read over, inside
    /// `months(…)` and its like.
    pub period: Option<(Date, Date)>,
    /// Values of definitions by customer, so that a definition used by many is computed once.
    pub known: RefCell<BTreeMap<(u32, DefinitionId), Option<Value>>>,
    /// Members of populations by where the population lies, so that everyone is asked once.
    pub populations: RefCell<BTreeMap<usize, Rc<Vec<Member>>>>,
}

impl<'a> Question<'a> {
    /// A question about which nothing is known yet.
    pub fn new(rules: &'a Rules, people: &'a dyn People, now: Instant, zone: &'a Zone) -> Self {
        Self {
            rules,
            people,
            now,
            zone,
            period: None,
            known: RefCell::new(BTreeMap::new()),
            populations: RefCell::default(),
        }
    }

    /// The same question, asked over a unit of the calendar.
    pub fn over(&self, first: Date, last: Date) -> Self {
        Self {
            period: Some((first, last)),
            ..Self::new(self.rules, self.people, self.now, self.zone)
        }
    }

    /// The business date of `now`.
    pub fn today(&self) -> Date {
        self.zone.date_of(self.now)
    }
}

/// One event or holding as a condition sees it.
#[derive(Clone, Copy)]
pub(crate) struct Fact<'a> {
    /// The event's instant, or the holding's `since`.
    pub at: Option<Instant>,
    /// The holding's key.
    pub key: Option<&'a str>,
    /// Place of an event within its instant.
    pub sequence: Option<i64>,
    /// By `FieldId`.
    pub fields: &'a [Option<Value>],
}

/// One customer, and inside `where` one of its facts.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Facts bound around this place, the outermost first; the one at hand is the last.
    pub bound: &'a [Fact<'a>],
    /// The customer asked about, where this is another one.
    pub myself: Option<&'a Place<'a>>,
    /// What is asked.
    pub question: &'a Question<'a>,
    /// The customer.
    pub row: u32,
    /// Everything known of that customer.
    pub person: &'a Person,
    /// The fact at hand.
    pub fact: Option<Fact<'a>>,
    /// What is given of the group that the row at hand belongs to.
    pub given: &'a GivenValues,
}

/// Values of a report's group.
pub(crate) type GivenValues = BTreeMap<Given, Option<Value>>;

/// Where there is no group.
pub(crate) static NOTHING_GIVEN: GivenValues = BTreeMap::new();

impl<'a> Place<'a> {
    /// A customer asked about.
    pub fn of(question: &'a Question<'a>, row: u32, person: &'a Person) -> Self {
        Self {
            bound: &[],
            myself: None,
            question,
            row,
            person,
            fact: None,
            given: &NOTHING_GIVEN,
        }
    }

    /// Whether the customer has a value of the attribute.
    pub fn is_given(&self, id: AttributeId) -> bool {
        super::evaluate::attribute(self.person, id, self.question.now).is_some()
    }

    /// The same customer outside any `where`.
    pub fn customer(&self) -> Self {
        Self {
            fact: None,
            ..*self
        }
    }

    /// The same customer as a rule of its own sees it: nobody asked about it, nothing is bound around.
    pub fn alone(&self) -> Self {
        Self::of(self.question, self.row, self.person)
    }

    /// Reads something with one more fact bound, which is then at hand.
    pub fn with<R>(&self, fact: Fact, read: impl FnOnce(&Place) -> R) -> R {
        self.with_all(&[], fact, read)
    }

    /// Reads something with more facts bound, the last of which is then at hand.
    pub fn with_all<R>(&self, earlier: &[Fact], fact: Fact, read: impl FnOnce(&Place) -> R) -> R {
        let mut bound = self.bound.to_vec();
        bound.extend(earlier);
        bound.push(fact);
        read(&Place {
            bound: &bound,
            fact: Some(fact),
            ..*self
        })
    }

    /// Reads something of the fact at hand as if it were the only one.
    pub fn anew<R>(&self, read: impl FnOnce(&Place) -> R) -> R {
        let bound: Vec<Fact> = self.fact.into_iter().collect();
        read(&Place {
            bound: &bound,
            myself: None,
            ..*self
        })
    }

    /// Reads something in the context of another customer.
    pub fn at_other<R>(&self, row: u32, read: impl FnOnce(&Place) -> R) -> R {
        let person = self.question.people.person(row);
        read(&Place {
            myself: Some(self.myself.unwrap_or(self)),
            row,
            person: &person,
            fact: None,
            ..*self
        })
    }
}
