//! Chance that repeats: a keyed hash of plan and customer says who is only watched, another
//! one who comes first when not all may enter. The same on every machine and after every restart.

use crate::base::calendar::Date;
use crate::base::secret::hmac_sha256;

/// Millionths of the whole.
const WHOLE: u64 = 1_000_000;

/// Whether a customer is only watched. The plan's name is the key of the hash: each plan holds out
/// other customers, and a customer is on the same side of a plan for ever.
pub fn is_held_out(plan: &str, customer: &str, holdout_millionths: u32) -> bool {
    let drawn = number(plan, &[b"holdout", customer.as_bytes()]);
    // A 64-bit number times a million fits 128 bits.
    let place = (u128::from(drawn) * u128::from(WHOLE)) >> 64;
    place < u128::from(holdout_millionths)
}

/// The customer's place in the queue of one date, when a limit lets only some of them in.
pub fn place_of_day(plan: &str, customer: &str, date: Date) -> u64 {
    number(
        plan,
        &[b"queue", &date.0.to_be_bytes(), customer.as_bytes()],
    )
}

fn number(plan: &str, parts: &[&[u8]]) -> u64 {
    let hash = hmac_sha256(plan.as_bytes(), parts);
    let first = hash.first_chunk::<8>().copied().unwrap_or_default();
    u64::from_be_bytes(first)
}
