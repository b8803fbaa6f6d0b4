//! Room for recursion over trees: depth is limited elsewhere, the stack is not a limit.

/// Stack left below which more is taken, in bytes.
const RED_ZONE_BYTES: usize = 128 << 10;
/// Stack taken at a time, in bytes.
const STACK_BYTES: usize = 1 << 20;

/// Runs one recursive step, on a new piece of stack when the present one is nearly used up.
pub fn deep<R>(step: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, step)
}
