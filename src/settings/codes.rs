//! Every code of a fault in the settings, with its one-line meaning.

/// The file is no TOML.
pub const NO_TOML: &str = "E701";
/// A key or a section that means nothing here.
pub const UNKNOWN_KEY: &str = "E702";
/// A value of the wrong kind, or out of its range.
pub const WRONG_VALUE: &str = "E703";
/// A key that must be there is missing.
pub const MISSING_KEY: &str = "E704";
/// Keys that do not go together.
pub const CONTRADICTION: &str = "E705";
/// A channel leads to a host that is not listed.
pub const HOST_NOT_LISTED: &str = "E706";
/// A secret's environment variable is not set.
pub const NO_SECRET: &str = "E707";
/// A channel cannot be made ready: a file or an address that does not serve.
pub const UNUSABLE: &str = "E708";
/// A step sends by a channel that the settings do not have.
pub const UNKNOWN_CHANNEL: &str = "W709";
