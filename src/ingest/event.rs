//! Events on their way into the log: a round of them is held against the store and
//! against itself, and what is there already is left out. What is odd about it is told as [`Doubt`]s.

mod doubt;

use std::collections::HashSet;

pub use self::doubt::{Doubt, Met, Other};
use super::error::ImportError;
use super::identity::{Occurrences, Unnamed};
use super::outcome::Outcome;
use super::state::{Flushed, Ticket, same_fields};
use crate::base::calendar::Instant;
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};

/// Events whose hashes are looked for together.
const UNNAMED_AT_ONCE: usize = 32;

/// Events gathered.
#[derive(Debug, Default)]
pub struct Round {
    facts: Vec<Fact>,
    tickets: Vec<Ticket>,
    /// Lines on which their records begin.
    lines: Vec<u64>,
    /// Those without an id, by place.
    unnamed: Vec<(usize, Unnamed)>,
}

/// What a store knows of events.
pub trait Known {
    /// Whether every event of the kind is new: nothing else makes such events, and none was stored before but by
    /// this very import, from the first one on.
    fn is_all_new(&self, event: EventId) -> bool;
    /// Whether the next event of the kind, all of which are new, was stored by this very import before. Asked
    /// once of each, in their order.
    fn is_stored_next(&mut self, event: EventId) -> bool;
    /// Whether the customer has an event of the kind at that instant.
    fn contains(&self, event: EventId, row: Row, at: Instant) -> bool;
    /// Whether that very event is stored, though [`Known::contains`] does not know of it yet.
    fn is_recent(&self, event: EventId, row: Row, at: Instant, identity: u64) -> bool;
    /// Whether the stored event under the identity of this one says something else; where that is not known yet, it
    /// is told later, of that line.
    fn says_else(&mut self, fact: &Fact, source: usize, line: u64) -> bool;
    /// Identities of stored events at those places, which are sorted.
    fn identities(
        &self,
        event: EventId,
        places: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, u64)>, ImportError>;
}

impl Round {
    /// Empty, with room for so many.
    pub fn with_room(events: usize) -> Self {
        Self {
            facts: Vec::with_capacity(events),
            tickets: Vec::with_capacity(events),
            lines: Vec::with_capacity(events),
            unnamed: Vec::with_capacity(events),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Adds an event; what is known of it when it has no id yet.
    pub fn push(&mut self, fact: Fact, (ticket, line): (Ticket, u64), unnamed: Option<Unnamed>) {
        self.unnamed
            .extend(unnamed.map(|unnamed| (self.facts.len(), unnamed)));
        self.facts.push(fact);
        self.tickets.push(ticket);
        self.lines.push(line);
    }

    /// Holds the ids of the round against those that came before in the file. Asked before those without an id
    /// have identities.
    pub fn meet(&self, met: &mut Met, doubts: &mut Vec<Doubt>) {
        if self.unnamed.len() == self.facts.len() {
            return;
        }
        let mut unnamed = self.unnamed.iter().map(|(place, _)| *place).peekable();
        let origins = self.tickets.iter().zip(&self.lines);
        for (place, (fact, (ticket, line))) in self.facts.iter().zip(origins).enumerate() {
            if unnamed.next_if_eq(&place).is_none() {
                doubts.extend(met.see(fact, ticket.source, *line));
            }
        }
    }

    /// Gives the events without an id their identities; what occurs is counted by source. In error is a
    /// source with too many of them.
    pub fn identify(&mut self, counted: &mut Counted) -> Result<(), usize> {
        let unnamed = std::mem::take(&mut self.unnamed);
        let coming = |from: usize| {
            let next = unnamed.iter().skip(from).take(UNNAMED_AT_ONCE);
            next.map(|(_, unnamed)| *unnamed)
        };
        for (at, (place, event)) in unnamed.iter().enumerate() {
            let source = self.tickets.get(*place).map_or(0, |ticket| ticket.source);
            let occurrences = counted.of(source);
            if at.is_multiple_of(UNNAMED_AT_ONCE) {
                occurrences.expect(coming(at));
            }
            let found = occurrences.count(*event).ok_or(source)?;
            if let Some(Fact::Event { identity, .. }) = self.facts.get_mut(*place) {
                *identity = found;
            }
        }
        Ok(())
    }

    /// Takes the round: new events in the order they came in, what each record came to, and which of those that are
    /// there already say something else.
    pub fn flush(&mut self, known: &mut impl Known) -> Result<(Flushed, Vec<Doubt>), ImportError> {
        let facts = std::mem::take(&mut self.facts);
        let tickets = std::mem::take(&mut self.tickets);
        let lines = std::mem::take(&mut self.lines);
        let mut doubts = Vec::new();
        let mut order: Vec<(EventId, Row, Instant, u64, usize)> = facts
            .iter()
            .enumerate()
            .filter_map(|(at, fact)| match fact {
                Fact::Event {
                    event,
                    row,
                    at: instant,
                    identity,
                    ..
                } if !known.is_all_new(*event) => Some((*event, *row, *instant, *identity, at)),
                _ => None,
            })
            .collect();
        order.sort_unstable();
        let next = facts.iter().map(|fact| match fact {
            Fact::Event { event, .. } => known.is_stored_next(*event),
            _ => false,
        });
        let mut repeated: Vec<bool> = next.collect();
        for kind in order.chunk_by(|a, b| a.0 == b.0) {
            let stored = stored(kind, &*known)?;
            for same in kind.chunk_by(|a, b| (a.1, a.2, a.3) == (b.1, b.2, b.3)) {
                let is_stored = same.first().is_some_and(|(event, row, at, identity, _)| {
                    stored.contains(&(*row, *at, *identity))
                        || known.is_recent(*event, *row, *at, *identity)
                });
                let first = same.first().filter(|_| !is_stored);
                let first = first.and_then(|(.., place)| facts.get(*place));
                for (.., place) in same.iter().skip(usize::from(!is_stored)) {
                    if let Some(flag) = repeated.get_mut(*place) {
                        *flag = true;
                    }
                    let origin = (tickets.get(*place), lines.get(*place));
                    doubts.extend(doubt(first, facts.get(*place), origin, known));
                }
            }
        }
        let mut flushed = Flushed {
            facts: Vec::new(),
            outcomes: Vec::with_capacity(tickets.len()),
        };
        if !repeated.contains(&true) {
            // All of them are new, as in most rounds: they stay where they are.
            let accepted = tickets
                .into_iter()
                .map(|ticket| (ticket, Outcome::Accepted));
            flushed.outcomes.extend(accepted);
            flushed.facts = facts;
            return Ok((flushed, doubts));
        }
        for ((fact, ticket), repeated) in facts.into_iter().zip(tickets).zip(repeated) {
            if repeated {
                flushed.outcomes.push((ticket, Outcome::Repeated));
            } else {
                flushed.outcomes.push((ticket, Outcome::Accepted));
                flushed.facts.push(fact);
            }
        }
        Ok((flushed, doubts))
    }
}

/// Whether an event that is there already says something else: in the round as `first`, or before it.
fn doubt(
    first: Option<&Fact>,
    fact: Option<&Fact>,
    origin: (Option<&Ticket>, Option<&u64>),
    known: &mut impl Known,
) -> Option<Doubt> {
    let (fact, (ticket, line)) = (fact?, origin);
    let (source, line) = (ticket?.source, *line?);
    let says_else = match first {
        Some(first) => !says_same(first, fact),
        None => known.says_else(fact, source, line),
    };
    match says_else {
        true => Doubt::other_values(fact, source, line),
        false => None,
    }
}

fn says_same(first: &Fact, second: &Fact) -> bool {
    match (first, second) {
        (Fact::Event { fields: first, .. }, Fact::Event { fields: second, .. }) => {
            same_fields(first, second)
        }
        _ => true,
    }
}

/// Occurrences in the source that is being read: one after the other is, and none comes twice.
#[derive(Default)]
pub struct Counted {
    source: usize,
    occurrences: Occurrences,
}

impl Counted {
    /// Those of a source.
    pub fn of(&mut self, source: usize) -> &mut Occurrences {
        if source != self.source {
            *self = Self {
                source,
                occurrences: Occurrences::default(),
            };
        }
        &mut self.occurrences
    }
}

/// Identities that the store has at the places of these events, which are of one kind and sorted.
fn stored(
    events: &[(EventId, Row, Instant, u64, usize)],
    known: &impl Known,
) -> Result<HashSet<(Row, Instant, u64)>, ImportError> {
    let Some((kind, ..)) = events.first() else {
        return Ok(HashSet::new());
    };
    let mut places: Vec<(Row, Instant)> =
        events.iter().map(|(_, row, at, ..)| (*row, *at)).collect();
    places.dedup();
    places.retain(|(row, at)| known.contains(*kind, *row, *at));
    if places.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(known.identities(*kind, &places)?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake(Vec<(u16, u32, i64, u64)>, u64);

    impl Known for Fake {
        fn is_all_new(&self, event: EventId) -> bool {
            event.0 == 7
        }

        fn is_stored_next(&mut self, event: EventId) -> bool {
            let is_next = event.0 == 7 && self.1 > 0;
            self.1 -= u64::from(is_next);
            is_next
        }

        fn contains(&self, event: EventId, row: Row, at: Instant) -> bool {
            self.0
                .iter()
                .any(|known| (known.0, known.1, known.2) == (event.0, row.0, at.0))
        }

        fn is_recent(&self, event: EventId, row: Row, at: Instant, identity: u64) -> bool {
            (event.0, row.0, at.0, identity) == (0, 0, 5, 8)
        }

        fn says_else(&mut self, _: &Fact, _: usize, line: u64) -> bool {
            line == 2
        }

        fn identities(
            &self,
            event: EventId,
            places: &[(Row, Instant)],
        ) -> Result<Vec<(Row, Instant, u64)>, ImportError> {
            assert!(places.is_sorted() && !places.is_empty());
            Ok(self
                .0
                .iter()
                .filter(|known| {
                    known.0 == event.0 && places.contains(&(Row(known.1), Instant(known.2)))
                })
                .map(|known| (Row(known.1), Instant(known.2), known.3))
                .collect())
        }
    }

    #[test]
    fn repeats_are_left_out_and_order_is_kept() {
        let event = |event, row, at, identity| Fact::Event {
            event: EventId(event),
            row: Row(row),
            at: Instant(at),
            sequence: None,
            identity,
            fields: Vec::new(),
        };
        let mut round = Round::default();
        let given = [
            (0, 1, 5, 9),
            (0, 1, 5, 7),
            (1, 1, 5, 7),
            (0, 1, 5, 9),
            (0, 0, 5, 7),
            (0, 1, 6, 7),
            (0, 0, 5, 8),
            (7, 1, 5, 7),
            (7, 1, 5, 7),
            (7, 1, 5, 7),
        ];
        for (at, (kind, row, instant, identity)) in (1..).zip(given) {
            round.push(
                event(kind, row, instant, identity),
                (
                    Ticket {
                        source: 0,
                        record: at,
                    },
                    at,
                ),
                None,
            );
        }
        assert_eq!(round.len(), 10);
        let (flushed, doubts) = round
            .flush(&mut Fake(vec![(0, 1, 5, 7), (0, 1, 4, 1), (1, 1, 5, 8)], 2))
            .unwrap();
        assert_eq!(
            flushed.facts,
            [
                event(0, 1, 5, 9),
                event(1, 1, 5, 7),
                event(0, 0, 5, 7),
                event(0, 1, 6, 7),
                event(7, 1, 5, 7)
            ]
        );
        let repeated: Vec<u64> = flushed
            .outcomes
            .iter()
            .filter(|(_, outcome)| *outcome == Outcome::Repeated)
            .map(|(ticket, _)| ticket.record)
            .collect();
        assert_eq!(repeated, [2, 4, 7, 8, 9]);
        assert_eq!(doubts.len(), 1, "{doubts:?}");
        assert_eq!((doubts[0].line, doubts[0].what), (2, Other::Values));
        assert_eq!(round.len(), 0);
    }
}
