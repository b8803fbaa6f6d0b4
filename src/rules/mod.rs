//! A folder of rule files becomes a whole compiled set or all diagnostics.
