//! Tables that fit the terminal.

pub(in crate::cli) use crate::form::table::grouped;

use crate::cli::output::terminal_width;

/// A drawn table; `right` names the columns aligned to the right.
pub(in crate::cli) fn draw(header: &[&str], rows: &[Vec<String>], right: &[usize]) -> String {
    crate::form::table::draw(header, rows, right, terminal_width())
}
