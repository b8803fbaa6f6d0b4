//! Where memory comes from, for the program, its tests and its benches alike. Nothing else speaks of it.

use libmimalloc_sys::{mi_option_set, mi_option_t};
use mimalloc::MiMalloc;

use super::limit::MEMORY_KEPT_MS;

/// In place of the system's: see decision 298.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, in milliseconds; areas of pages wait ten times as long.
const PURGE_DELAY: mi_option_t = 15;

/// What a child whose memory is bounded by what it may write to (`ulimit -d`) is told by its environment: that it does
/// not ask for a whole area beforehand.
pub const AS_NEEDED: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// Gives memory that is not used back after [`MEMORY_KEPT_MS`]. To be called before there are threads.
pub fn set_up() {
    #[expect(
        unsafe_code,
        reason = "a number is put into a table of the allocator; no other thread can be reading it yet"
    )]
    unsafe {
        mi_option_set(PURGE_DELAY, MEMORY_KEPT_MS / 10);
    }
}
