//! Every code of a fault in a message template, with its one-line meaning.

/// The template's text cannot be read, or is too large.
pub const UNREADABLE: &str = "E711";
/// The template has no subject line, or more than that above its text.
pub const HEAD: &str = "E712";
/// The template asks for a value that does not exist.
pub const UNKNOWN_VALUE: &str = "E713";
/// A step names a template that does not exist.
pub const UNKNOWN_TEMPLATE: &str = "E714";
/// The template uses a filter, a function or another template that it cannot use.
pub const NOT_HERE: &str = "E715";
