//! Where memory comes from, for the program, its tests and its benches alike. Nothing else speaks of it.

use mimalloc::MiMalloc;

/// In place of the system's: see decision 298.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
