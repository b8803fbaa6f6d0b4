//! Every code of what is told of data that come in, with its page: of an import as a whole, of
//! one record, of what should be looked at, and of a line of a request.

pub mod import;
pub mod line;
pub mod note;
pub mod record;

use crate::base::code::Page;

/// Every code with its page, in the order of the codes.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    [import::PAGES, record::PAGES, note::PAGES, line::PAGES]
        .into_iter()
        .flatten()
}
