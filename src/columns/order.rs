//! The order of a cell's events within their instants: the sequences their sources gave, else places in
//! the log. They are kept for every event, and exactly; but neighbours in a cell lie near each other in the
//! log when it was filled customer by customer or day by day, so that a base for each few of them makes the
//! rest narrow.

use super::packed::Packed;
use super::raw::{pack_present, width_bytes};

/// Places of an event in its cell, its date there, its seconds.
type Event = (usize, u8, u32);

/// Neighbours that may have a base of their own, as powers of two.
const NEAR: [u32; 2] = [6, 10];
/// Parts of a date that may have one.
const PARTS: [u32; 2] = [8, 1];
/// Seconds of the shortest part.
const PART_SECONDS: u32 = 86_400 / 8;

/// Which events have a base together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Groups {
    /// So many neighbours, two to the power of it.
    Near(u32),
    /// Those of one of so many parts of a date.
    Part(u32),
}

impl Groups {
    fn of(self, (at, day, seconds): Event) -> usize {
        match self {
            Groups::Near(power) => at >> power,
            // A date that is longer has a longer last part.
            Groups::Part(parts) => {
                let part = (seconds / (PART_SECONDS * 8 / parts)).min(parts - 1);
                usize::from(day) * parts as usize + part as usize
            }
        }
    }

    /// As two numbers.
    pub fn coded(self) -> (u8, u32) {
        match self {
            Groups::Near(power) => (0, power),
            Groups::Part(parts) => (1, parts),
        }
    }

    /// From two numbers.
    pub fn decoded(coded: (u8, u32)) -> Option<Self> {
        match coded {
            (0, power @ 1..64) => Some(Groups::Near(power)),
            (1, parts @ 1..=8) => Some(Groups::Part(parts)),
            _ => None,
        }
    }
}

/// Sequences of a cell's events.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// A base for each group; `None` = there is none.
    pub(super) bases: Option<(Groups, Packed)>,
    /// Sequence, less the base of its group.
    pub(super) rest: Packed,
}

impl Order {
    /// Of the events of a cell: their sequences, dates and seconds. What is made depends on these alone.
    pub(super) fn pack(sequences: &[i64], days: &[u8], seconds: &[u32]) -> Self {
        let plain = Self {
            bases: None,
            rest: pack_present(sequences),
        };
        let mut least_bytes = plain.rest.values.memory_bytes();
        if least_bytes <= sequences.len() {
            return plain;
        }
        let mut best = None;
        let near = NEAR.map(Groups::Near);
        for groups in near.into_iter().chain(PARTS.map(Groups::Part)) {
            let spans = Spans::new(groups, sequences, days, seconds);
            let bytes = spans.bytes(sequences.len());
            if bytes.is_some_and(|bytes| bytes < least_bytes) {
                least_bytes = bytes.unwrap_or_default();
                best = Some(spans);
            }
        }
        best.map_or(plain, |spans| spans.packed(sequences, days, seconds))
    }

    /// The sequence of an event; past the end 0.
    pub fn of(&self, event: Event) -> i64 {
        let rest = self.rest.key(event.0).unwrap_or_default();
        match &self.bases {
            None => rest,
            Some((groups, bases)) => {
                let base = bases.key(groups.of(event)).unwrap_or_default();
                base.wrapping_add(rest)
            }
        }
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        let bases = self.bases.as_ref();
        self.rest.memory_bytes() + bases.map_or(0, |(_, bases)| bases.memory_bytes())
    }
}

/// How far the sequences of each group reach.
struct Spans {
    groups: Groups,
    /// The least and the greatest of each; `None` = it has no event.
    reach: Vec<Option<(i64, i64)>>,
}

impl Spans {
    fn new(groups: Groups, sequences: &[i64], days: &[u8], seconds: &[u32]) -> Self {
        let mut reach: Vec<Option<(i64, i64)>> = Vec::new();
        for (event, sequence) in events(days, seconds).zip(sequences) {
            let group = groups.of(event);
            if reach.len() <= group {
                reach.resize(group + 1, None);
            }
            if let Some(reach) = reach.get_mut(group) {
                let (least, most) = reach.unwrap_or((*sequence, *sequence));
                *reach = Some((least.min(*sequence), most.max(*sequence)));
            }
        }
        Self { groups, reach }
    }

    /// Bytes of sequences laid out so; `None` where a base would not make them narrower.
    fn bytes(&self, count: usize) -> Option<usize> {
        let span = |(least, most): (i64, i64)| most.wrapping_sub(least) as u64;
        let bases = self.reach.iter().flatten();
        let widest = bases.clone().map(|reach| span(*reach)).max()?;
        let (least, most) = bases
            .map(|reach| (reach.0, reach.0))
            .reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))?;
        let bases = self.reach.len() * width_bytes(span((least, most)));
        (width_bytes(widest) < 8).then(|| count * width_bytes(widest) + bases)
    }

    fn packed(self, sequences: &[i64], days: &[u8], seconds: &[u32]) -> Order {
        // A group without events takes the base of the one before, so that bases stay narrow.
        let first = self.reach.iter().flatten().next();
        let mut last = first.map_or(0, |(least, _)| *least);
        let bases = self.reach.iter().map(|reach| {
            last = reach.map_or(last, |(least, _)| least);
            last
        });
        let bases: Vec<i64> = bases.collect();
        let rest = events(days, seconds).zip(sequences);
        let rest = rest.map(|(event, sequence)| {
            let base = bases.get(self.groups.of(event)).copied();
            sequence.wrapping_sub(base.unwrap_or_default())
        });
        Order {
            rest: pack_present(&rest.collect::<Vec<_>>()),
            bases: Some((self.groups, pack_present(&bases))),
        }
    }
}

/// Events in their order.
fn events<'a>(days: &'a [u8], seconds: &'a [u32]) -> impl Iterator<Item = Event> + 'a {
    let times = days.iter().zip(seconds).enumerate();
    times.map(|(at, (day, seconds))| (at, *day, *seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EVENTS: usize = 40_000;

    /// Events of a month by customer, then time: (days, seconds).
    fn times() -> (Vec<u8>, Vec<u32>) {
        let mixed = |at: usize| (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let days = (0..EVENTS).map(|at| (mixed(at) % 30) as u8).collect();
        let seconds = (0..EVENTS).map(|at| (mixed(at) / 30 % 86_400) as u32);
        (days, seconds.collect())
    }

    fn bytes_of_each(sequences: &[i64]) -> f64 {
        let (days, seconds) = times();
        let order = Order::pack(sequences, &days, &seconds);
        for (event, sequence) in events(&days, &seconds).zip(sequences) {
            assert_eq!(order.of(event), *sequence);
        }
        let bases = order.bases.as_ref();
        let bases = bases.map_or(0, |(_, bases)| bases.values.memory_bytes());
        (order.rest.values.memory_bytes() + bases) as f64 / EVENTS as f64
    }

    #[test]
    fn a_log_in_any_order_of_its_own_takes_little_more_than_two_bytes_an_event() {
        let (days, seconds) = times();
        // Customer by customer, eighty events of other kinds and times between two of them.
        let by_customer = (0..EVENTS as i64).map(|at| 7_000_000_000 + at * 80);
        assert!(bytes_of_each(&by_customer.collect::<Vec<_>>()) < 2.2);
        // Day by day, sixty thousand events and half a million of them a day.
        for each_day in [60_000, 500_000] {
            let by_time = days.iter().zip(&seconds).map(|(day, seconds)| {
                let passed = i64::from(*day) * 86_400 + i64::from(*seconds);
                passed * each_day / 86_400
            });
            assert!(bytes_of_each(&by_time.collect::<Vec<_>>()) < 2.2);
        }
        // Neither.
        let mixed = (0..EVENTS as i64).map(|at| (at * 1_000_003) % 5_000_011);
        assert_eq!(bytes_of_each(&mixed.collect::<Vec<_>>()), 4.0);
        assert_eq!(bytes_of_each(&[7; EVENTS]), 0.0);
    }

    proptest! {
        #[test]
        fn every_sequence_comes_back(
            events in prop::collection::vec((prop_oneof![0i64..300, 0i64..1 << 33, any::<i64>()], 0u8..30, 0u32..90_000), 1..400),
            shift in prop_oneof![Just(0), Just(30), Just(40), Just(55)],
        ) {
            let sequences: Vec<i64> = events.iter().enumerate().map(|(at, event)| (event.0 >> shift).wrapping_add(at as i64 / 64 * 1_000)).collect();
            let days: Vec<u8> = events.iter().map(|event| event.1).collect();
            let seconds: Vec<u32> = events.iter().map(|event| event.2).collect();
            let order = Order::pack(&sequences, &days, &seconds);
            for (at, sequence) in sequences.iter().enumerate() {
                prop_assert_eq!(order.of((at, days[at], seconds[at])), *sequence);
            }
            if let Some((groups, _)) = order.bases {
                prop_assert_eq!(Groups::decoded(groups.coded()), Some(groups));
            }
        }
    }
}
