//! Values shown for customers found elsewhere: members of a filter, a page at a time.

use super::answer::{AnswerRow, Shown};
use super::moment::{AskError, Moment};
use crate::engine::{External, RunOptions};
use crate::language::compile;
use crate::language::typed::Typed;

/// Expressions to show, checked.
pub struct Listing {
    shown: Vec<Shown>,
    typed: Vec<Typed>,
}

impl Listing {
    /// Names and kinds of the columns.
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }
}

impl Moment {
    /// Checks what is to be shown: expressions separated by top-level commas.
    pub fn listing(&self, show: Option<&str>) -> Result<Listing, AskError> {
        let Some(text) = show else {
            return Ok(Listing {
                shown: Vec::new(),
                typed: Vec::new(),
            });
        };
        let (sources, id) = self.with_text("<show>", text);
        let list = compile::list(&self.rules, text, id)
            .map_err(|found| AskError::Text(Box::new(sources), found))?;
        let shown = list.iter().map(|(name, typed)| Shown {
            name: name.clone(),
            kind: typed.kind.clone(),
        });
        Ok(Listing {
            shown: shown.collect(),
            typed: list.into_iter().map(|(_, typed)| typed).collect(),
        })
    }

    /// The values for some rows, in their order.
    pub fn list(
        &self,
        listing: &Listing,
        rows: &[u32],
        options: &RunOptions,
    ) -> Result<Vec<AnswerRow>, AskError> {
        let typed: Vec<&Typed> = listing.typed.iter().collect();
        let values = self.values(&typed, rows, options, &mut External::default())?;
        Ok(rows
            .iter()
            .zip(values)
            .map(|(row, values)| AnswerRow { row: *row, values })
            .collect())
    }
}
