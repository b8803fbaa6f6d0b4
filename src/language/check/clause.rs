//! What may stand in the brackets of a call beside its arguments.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;

use super::super::codes;
use super::super::functions;
use super::super::syntax::Call;
use super::super::words;
use super::Checker;

impl Checker<'_> {
    /// Reports what is read and not yet understood.
    pub(super) fn clauses(&mut self, call: &Call) -> Option<()> {
        let span = call.name.span;
        // The one fact of an aggregate may have a name, and both of `elapsed`.
        let word = functions::english(&call.name.text).unwrap_or(&call.name.text);
        let is_one = call.tags.len() == 1 && functions::aggregate_of(word).is_some();
        let names_fact = is_one || word == words::ELAPSED.english;
        if let Some(tag) = call.tags.iter().flatten().next().filter(|_| !names_fact) {
            return self.not_yet("a name before an argument", tag.span);
        }
        if call.places() {
            let name = &call.name.text;
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!("`{name}` places nobody among others: it takes no `among`, `per` or `ties by id`"),
                    span,
                )
                .help("these stand in `percentile`, `rank`, `quintile`, `quantile`, `overall` and after `top 10% by X`"),
            );
        }
        Some(())
    }

    /// Reports a construct of a later version.
    pub(super) fn not_yet<T>(&mut self, what: &str, span: Span) -> Option<T> {
        let message = format!("{what} is not yet understood by this version");
        self.fail(Diagnostic::error(codes::NOT_YET, message, span))
    }
}
