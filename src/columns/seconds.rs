//! Seconds of the day of a cell's events: packed like other keys, and where they need 17 bits, as whole
//! days do, two bytes and a bit each instead of four bytes.

use std::ops::Range;

use super::bits::Bits;
use super::packed::{Packed, Values, key_of};
use super::raw::pack_present;

/// What a set bit of the plane adds.
const HIGH: u32 = 1 << 16;

/// Seconds since the start of each event's date.
#[derive(Clone, Debug, PartialEq)]
pub struct Seconds {
    /// Keys all of which are present; their sixteen lowest bits where there is a plane.
    pub(super) low: Packed,
    /// The seventeenth bits.
    pub(super) high: Option<Bits>,
}

impl Seconds {
    /// `None`: all events are at the start of their dates.
    pub(super) fn pack(seconds: &[u32]) -> Option<Self> {
        if seconds.iter().all(|second| *second == 0) {
            return None;
        }
        let pack = |of: &dyn Fn(u32) -> u32| {
            let keys = seconds.iter().map(|second| i64::from(of(*second)));
            pack_present(&keys.collect::<Vec<_>>())
        };
        let whole = pack(&|second| second);
        let has_plane =
            matches!(whole.values, Values::U32 { .. }) && seconds.iter().all(|it| *it < 2 * HIGH);
        Some(if has_plane {
            Self {
                low: pack(&|second| second % HIGH),
                high: Some(seconds.iter().map(|second| *second >= HIGH).collect()),
            }
        } else {
            Self {
                low: whole,
                high: None,
            }
        })
    }

    /// The seconds of the event there; 0 past the end.
    pub fn at(&self, at: usize) -> u32 {
        let low = self.low.key(at).unwrap_or_default();
        let high = self.high.as_ref().is_some_and(|high| high.get(at));
        u32::try_from(low).unwrap_or_default() + if high { HIGH } else { 0 }
    }

    /// The seconds of a range of events.
    pub fn unpack(&self, range: Range<usize>) -> Vec<u32> {
        let run = range.clone();
        let mut seconds = match &self.low.values {
            Values::Constant { base, .. } => vec![narrow(*base); run.len()],
            Values::U8 { base, step, values } => widened(values.get(run), *base, *step),
            Values::U16 { base, step, values } => widened(values.get(run), *base, *step),
            Values::U32 { base, step, values } => widened(values.get(run), *base, *step),
            _ => run.map(|at| self.at(at)).collect(),
        };
        if let Some(high) = &self.high {
            let mut words = vec![0; range.len().div_ceil(64)];
            high.copy_words(range.start, &mut words);
            for (word, seconds) in words.iter().zip(seconds.chunks_mut(64)) {
                for (bit, second) in seconds.iter_mut().enumerate() {
                    *second += ((word >> bit & 1) as u32) << 16;
                }
            }
        }
        seconds
    }

    /// Bytes of those of so many events.
    pub fn bytes_of(&self, events: usize) -> usize {
        let plane = self.high.as_ref().map_or(0, |_| events.div_ceil(8));
        events * self.low.values.width_bytes() + plane
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        self.low.memory_bytes() + self.high.as_ref().map_or(0, Bits::memory_bytes)
    }
}

fn widened<T: Copy + Into<u32>>(run: Option<&[T]>, base: i64, step: u32) -> Vec<u32> {
    let base = narrow(base);
    let run = run.unwrap_or_default().iter();
    if step == 1 {
        return run.map(|stored| base + (*stored).into()).collect();
    }
    run.map(|stored| narrow(key_of(i64::from(base), step, (*stored).into())))
        .collect()
}

/// Seconds of a date are far below what 32 bits hold.
fn narrow(seconds: i64) -> u32 {
    seconds as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes_of_each(seconds: &[u32]) -> f64 {
        let packed = Seconds::pack(seconds).unwrap();
        let own = packed.low.values.memory_bytes();
        let plane = packed.high.as_ref().map_or(0, |high| high.words.len() * 8);
        (own + plane) as f64 / seconds.len() as f64
    }

    #[test]
    fn seconds_take_as_little_as_their_dates_allow() {
        let all = |make: &dyn Fn(u32) -> u32| (0..6_400).map(make).collect::<Vec<u32>>();
        assert_eq!(Seconds::pack(&all(&|_| 0)), None);
        assert_eq!(bytes_of_each(&all(&|_| 3_600)), 0.0);
        // Opening hours, whole minutes of a day, any second of a day.
        assert_eq!(bytes_of_each(&all(&|at| 21_600 + at * 7 % 60_000)), 2.0);
        assert_eq!(bytes_of_each(&all(&|at| at % 1_440 * 60)), 2.0);
        assert_eq!(bytes_of_each(&all(&|at| at * 86_399 / 6_399)), 2.125);
        assert_eq!(bytes_of_each(&all(&|at| at % 24 * 3_600)), 1.0);
    }

    proptest! {
        #[test]
        fn they_come_back(
            seconds in prop::collection::vec(prop_oneof![0u32..300, 0u32..90_000, any::<u32>()], 1..300),
            below in prop_oneof![Just(200u32), Just(65_536), Just(90_000), Just(u32::MAX)],
            from in 0usize..300,
        ) {
            let seconds: Vec<u32> = seconds.iter().map(|second| second % below).collect();
            let from = from.min(seconds.len());
            let Some(packed) = Seconds::pack(&seconds) else {
                prop_assert!(seconds.iter().all(|second| *second == 0));
                return Ok(());
            };
            prop_assert_eq!(packed.unpack(from..seconds.len()), &seconds[from..]);
            let each: Vec<u32> = (0..seconds.len()).map(|at| packed.at(at)).collect();
            prop_assert_eq!(each, seconds);
        }
    }
}
