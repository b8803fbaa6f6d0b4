//! The contract of `plugins/wit` as Rust, and the kinds of both sides.

use crate::base::kind::Kind;

#[expect(
    missing_docs,
    reason = "what it means is said once, beside the contract in plugins/wit"
)]
mod generated {
    wasmtime::component::bindgen!({
        path: "plugins/wit",
        world: "score-plugin",
        imports: { default: trappable },
    });
}

pub use generated::exports::tamis::plugin::scorer::{Explanation, Link, Signature};
pub use generated::tamis::plugin::types::{Batch, Column, Fault, Kind as WireKind, Texts, Values};
pub use generated::tamis::plugin::{log, types};
pub use generated::{ScorePlugin, ScorePluginPre};

/// The name of the world, with its version.
pub const WORLD: &str = "tamis:plugin/score-plugin@1.0.0";
/// Interfaces that a plugin may import.
pub const GRANTED: &[&str] = &["tamis:plugin/log@1.0.0", "tamis:plugin/types@1.0.0"];
/// The text of the contract.
pub const TEXT: &str = include_str!("../../plugins/wit/tamis.wit");

/// The kind of a manifest's word.
pub fn kind_of(word: &str) -> Option<Kind> {
    Some(match word {
        "number" => Kind::Number,
        "int" => Kind::Int,
        "bool" => Kind::Bool,
        "text" => Kind::Text,
        "time" => Kind::Time,
        _ => return None,
    })
}

/// The word of a kind, as a manifest has it.
pub fn word_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Int => "int",
        Kind::Bool => "bool",
        Kind::Time => "time",
        _ => "text",
    }
}

/// How a kind travels.
pub fn wire_kind(kind: &Kind) -> WireKind {
    match kind {
        Kind::Number => WireKind::Number,
        Kind::Int => WireKind::Int,
        Kind::Bool => WireKind::Flag,
        Kind::Time => WireKind::Time,
        _ => WireKind::Text,
    }
}
