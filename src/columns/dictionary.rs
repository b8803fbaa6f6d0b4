//! Texts of one column or field, each once, addressed by code. Codes are given in
//! order of first appearance and never change; order by text is asked for apart.

use std::sync::Arc;

/// Codes are positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// By code.
    pub texts: Vec<Arc<str>>,
}
