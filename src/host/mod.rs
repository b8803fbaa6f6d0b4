//! Plugins: WebAssembly components that score customers, in a sandbox. A folder of them
//! becomes one value that answers calls; each call is cut into batches, each batch runs
//! in a fresh instance with bounded time, memory and words, and each answer is checked.
//! The only user of wasmtime. What rules make of the answers is not known here.

pub mod compiler;
pub mod component;
mod guest;
pub mod interface;
pub mod manifest;
mod plugin;
pub mod quarantine;
mod refused;
mod sandbox;
mod set;
#[cfg(test)]
mod tests;
mod wire;

pub use compiler::Compiler;
pub use guest::{Failure, LogLine, Usage};
pub use plugin::{Counts, MANIFEST, Plugin, Status};
pub use quarantine::Standing;
pub use refused::Refused;
pub use set::{LoadFault, Loaded, Options, PluginSet};
