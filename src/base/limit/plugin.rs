//! The bounds of plugins: what a guest may use, how long, how often it may fail.

/// Bytes of one plugin's manifest.
pub const PLUGIN_MANIFEST_BYTES_MAX: u64 = 64 << 10;
/// Bytes of one component. Rust makes some tens of thousands, an interpreter inside brings it to 20 million.
pub const PLUGIN_COMPONENT_BYTES_MAX: u64 = 20 << 20;
/// Functions of one plugin, and inputs of one function.
pub const PLUGIN_SIGNATURE_ITEMS_MAX: usize = 200;
/// Rows of one batch: fewer make the fresh instance dear, more gain nothing.
pub const PLUGIN_BATCH_ROWS: usize = 4_000;
/// Bytes of a plugin's memory unless its manifest asks for less or more.
pub const PLUGIN_MEMORY_BYTES: usize = 64 << 20;
/// Bytes of memory that a manifest may ask for; the pool keeps as much address space for each instance.
pub const PLUGIN_MEMORY_BYTES_MAX: usize = 256 << 20;
/// Bytes of a guest's memory that stay resident between batches; the stack of Rust alone takes one million.
pub const PLUGIN_MEMORY_BYTES_KEPT: usize = 4 << 20;
/// Milliseconds of processor time of one batch unless its manifest asks otherwise: 25 µs a row.
pub const PLUGIN_BATCH_MS: u64 = 100;
/// Milliseconds of processor time of one batch that a manifest may ask for.
pub const PLUGIN_BATCH_MS_MAX: u64 = 10_000;
/// Seconds of the clock of one batch, whatever else the machine does.
pub const PLUGIN_BATCH_SECONDS_MAX: u64 = 30;
/// Milliseconds of one tick, at which a running guest is looked at.
pub const PLUGIN_TICK_MS: u64 = 10;
/// Bytes that a guest may hand over in one batch: 4,000 texts of 1 kB and room.
pub const PLUGIN_ANSWER_BYTES_MAX: usize = 16 << 20;
/// Bytes of a guest's stack.
pub const PLUGIN_STACK_BYTES: usize = 512 << 10;
/// Elements of all tables of a guest; Rust's have some hundred.
pub const PLUGIN_TABLE_ELEMENTS_MAX: usize = 20_000;
/// Lines that a guest may log in one batch.
pub const PLUGIN_LOG_LINES_MAX: usize = 100;
/// Bytes that a guest may log in one batch.
pub const PLUGIN_LOG_BYTES_MAX: usize = 64 << 10;
/// Batches that run at the same time; further ones wait. Twice the cores of a common machine.
pub const PLUGIN_INSTANCES_MAX: u32 = 16;
/// Seconds of processor time to compile one component; 20 million bytes take 15.
pub const PLUGIN_COMPILE_SECONDS_MAX: u64 = 60;
/// Bytes of memory to compile one component.
pub const PLUGIN_COMPILE_BYTES_MAX: u64 = 2 << 30;
/// Faults within [`PLUGIN_FAULT_SECONDS`] that set a plugin aside.
pub const PLUGIN_FAULTS_MAX: usize = 3;
/// Seconds after which a fault no longer counts.
pub const PLUGIN_FAULT_SECONDS: i64 = 600;
/// Seconds until a plugin set aside is tried again, the first time, the second, and from then on.
pub const PLUGIN_ASIDE_SECONDS: [i64; 3] = [60, 300, 1_800];
/// Characters kept of a sentence that a guest said.
pub const PLUGIN_SENTENCE_CHARACTERS_MAX: usize = 300;
/// Parts of one explanation.
pub const PLUGIN_PARTS_MAX: usize = 200;
/// Plugins of one folder; each is compiled and looked at when it is loaded.
pub const PLUGINS_MAX: usize = 200;
