//! What rules may know of plugins: which functions there are, what each reads and
//! gives. Plain values, made by whoever holds the plugins.

use std::sync::Arc;

use crate::base::kind::Kind;

/// One thing that a plugin's function reads of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginInput {
    /// What the plugin calls it.
    pub name: Arc<str>,
    /// An expression of the language.
    pub expression: Arc<str>,
    /// Bool, Int, Number, Text or Time.
    pub kind: Kind,
    /// Whether the function answers without it.
    pub optional: bool,
}

/// One function of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFunction {
    /// Which one it is.
    pub call: Arc<PluginCall>,
    /// In the order in which the plugin takes them.
    pub inputs: Vec<PluginInput>,
    /// Bool, Int, Number or Text.
    pub output: Kind,
}

/// Names one function of one plugin as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PluginCall {
    /// The plugin's id.
    pub plugin: Arc<str>,
    /// The function's name.
    pub function: Arc<str>,
    /// Whether the plugin has no other, so that `plugin.NAME()` says enough.
    pub only: bool,
    /// Another one whenever the plugin may answer otherwise.
    pub revision: Arc<str>,
}

impl std::fmt::Display for PluginCall {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.only {
            true => write!(out, "plugin.{}()", self.plugin),
            false => write!(out, "plugin.{}.{}()", self.plugin, self.function),
        }
    }
}

/// Every function of every plugin at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PluginSignatures {
    /// By plugin, then by function.
    pub functions: Vec<PluginFunction>,
}
