//! How long to wait before the next attempt: twice as long each time, spread by the message's
//! key, so that what failed together is not tried together and a restart changes nothing.

use crate::base::checksum;
use crate::care::outbox::OutboxKey;
use crate::settings::Pace;

/// Seconds before the attempt that follows `attempt` (from 1). Between three quarters and five
/// quarters of the doubled first wait; at least what the receiver asks for; never more than the
/// channel allows.
pub(super) fn wait_seconds(
    pace: &Pace,
    key: OutboxKey,
    attempt: u32,
    asked_seconds: Option<u64>,
) -> u64 {
    let most = u64::from(pace.retry_seconds_max);
    let doublings = attempt.saturating_sub(1).min(32);
    let base = u64::from(pace.retry_seconds)
        .saturating_mul(1_u64 << doublings)
        .min(most);
    let mut hash = checksum::Hasher::new();
    hash.write(&key.0);
    hash.write(&attempt.to_le_bytes());
    // A thousand steps from -250 to +250 thousandths.
    let shift = hash.finish() % 501;
    let spread = base.saturating_mul(750 + shift) / 1_000;
    spread.max(asked_seconds.unwrap_or(0)).clamp(1, most.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(first: u32, most: u32) -> Pace {
        Pace {
            at_once_max: 1,
            per_minute_max: None,
            attempts_max: 8,
            attempt_seconds_max: 30,
            retry_seconds: first,
            retry_seconds_max: most,
        }
    }

    #[test]
    fn waits_double_are_spread_and_repeat() {
        let pace = pace(100, 100_000);
        let waits = |row: u32| -> Vec<u64> {
            let key = OutboxKey::of("plan", row, 0, "step");
            (1..=6)
                .map(|attempt| wait_seconds(&pace, key, attempt, None))
                .collect()
        };
        for row in 0..200 {
            for (at, wait) in waits(row).into_iter().enumerate() {
                let base = 100 << at;
                assert!(wait >= base * 3 / 4 && wait <= base * 5 / 4, "{at}: {wait}");
            }
        }
        assert_eq!(waits(7), waits(7));
        let first: std::collections::BTreeSet<u64> = (0..200).map(|row| waits(row)[0]).collect();
        assert!(first.len() > 30, "only {} different waits", first.len());
    }

    #[test]
    fn what_the_receiver_asks_for_is_kept_within_the_bound() {
        let key = OutboxKey::of("plan", 1, 0, "step");
        assert_eq!(wait_seconds(&pace(1, 3_600), key, 1, Some(90)), 90);
        assert_eq!(wait_seconds(&pace(1, 60), key, 1, Some(1 << 40)), 60);
        let late = wait_seconds(&pace(1, 60), key, u32::MAX, None);
        assert!((45..=60).contains(&late), "{late}");
        assert_eq!(wait_seconds(&pace(1, 1), key, 1, None), 1);
    }
}
