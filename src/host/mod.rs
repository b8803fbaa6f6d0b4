//! Plugins as a value: what they are called, what they offer to rules, and how they are
//! asked. What rules make of their answers is not known here.

use std::sync::Arc;

use crate::engine::external::{NoPlugins, PluginFault, Scored, Scorer, Told};
use crate::language::typed::PluginSignatures;

/// The plugins at hand.
#[derive(Debug, Default)]
pub struct PluginSet {
    signatures: Arc<PluginSignatures>,
}

impl PluginSet {
    /// What rules may know of them.
    pub fn signatures(&self) -> &Arc<PluginSignatures> {
        &self.signatures
    }
}

impl Scorer for PluginSet {
    fn score(&self, told: Told<'_>) -> Result<Scored, PluginFault> {
        NoPlugins.score(told)
    }
}
