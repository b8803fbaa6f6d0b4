//! What an answer needs and the engine cannot compute: values of plugin columns
//! and rank tables, handed in as plain values. No operation reads any yet.

/// Empty until operations exist that read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct External {}
