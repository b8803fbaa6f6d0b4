//! Room for recursion over trees: depth is limited elsewhere, the stack is not a limit.

/// Stack left below which more is taken, in bytes.
const RED_ZONE_BYTES: usize = 128 << 10;
/// Stack taken at a time, in bytes.
const STACK_BYTES: usize = 1 << 20;

/// Stack that reading a text of the deepest nesting takes, and half as much again, in bytes: 13 kB a
/// level where nothing is optimised.
const READING_BYTES: usize = 1_280 << 10;

/// Runs a parser that does not look at the stack itself, with room for a text nested as deep as
/// texts may be.
pub fn reading<R>(step: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(READING_BYTES, READING_BYTES * 2, step)
}

/// Runs one recursive step, on a new piece of stack when the present one is nearly used up.
pub fn deep<R>(step: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, step)
}
