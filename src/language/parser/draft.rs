//! A rule file cut into its items, each of which is read when the names of all files are
//! known.

use super::cut;
use super::grammar::Rule;
use super::reader::{self, Reader};
use super::split::{self, Head, Piece, Skimmed};
use super::{bounded, too_long};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::RULE_FILE_BYTES_MAX;
use crate::base::span::{SourceId, Span};
use crate::language::codes;
use crate::language::lexicon::Lexicon;
use crate::language::syntax::Item;

/// A rule file that was looked over, not read.
#[derive(Debug)]
pub struct Draft<'t> {
    text: &'t str,
    source: SourceId,
    skimmed: Option<Skimmed<'t>>,
    pieces: Vec<Piece>,
}

impl<'t> Draft<'t> {
    /// Looks over a text.
    pub fn new(text: &'t str, source: SourceId) -> Self {
        let fits = text.len() <= RULE_FILE_BYTES_MAX;
        let skimmed = fits.then(|| split::skim(text, source));
        let pieces = skimmed.as_ref().map(Skimmed::pieces).unwrap_or_default();
        Self {
            text,
            source,
            skimmed,
            pieces,
        }
    }

    /// Adds every name that the file declares.
    pub fn declare(&self, names: &mut Lexicon) {
        for piece in &self.pieces {
            let Head::Item(keyword) = piece.head else {
                continue;
            };
            let text = self.plain(piece);
            match keyword {
                Rule::kw_customer | Rule::kw_event | Rule::kw_holding | Rule::kw_relation => {
                    let mut reader = Reader::new(self.text, piece.start, self.source);
                    let item = reader.item(piece, self.plain(piece), names);
                    item.iter().for_each(|item| names.add_item(item));
                }
                Rule::kw_settings | Rule::kw_source | Rule::kw_test => {}
                _ => {
                    for name in cut::heading(text.get(piece.head_end - piece.start..).unwrap_or(""))
                    {
                        names.add(&name);
                    }
                    if matches!(keyword, Rule::kw_stages | Rule::kw_tiers) {
                        cut::declared_in(text, names);
                    }
                }
            }
        }
    }

    /// What the grammar reads of an item.
    fn plain(&self, piece: &Piece) -> &str {
        let skimmed = self.skimmed.as_ref();
        skimmed
            .and_then(|skimmed| skimmed.plain.get(piece.start..piece.end))
            .unwrap_or("")
    }

    /// The items that are sound, in order, and what is wrong with the others.
    pub fn items(&self, names: &Lexicon) -> (Vec<Item>, Vec<Diagnostic>) {
        let Some(skimmed) = &self.skimmed else {
            let found = too_long(self.text, self.source, RULE_FILE_BYTES_MAX);
            return (Vec::new(), found.into_iter().collect());
        };
        let mut items = Vec::new();
        let mut diagnostics = Vec::new();
        let first = self.pieces.first();
        let first = first.map_or(self.text.len(), |piece| piece.start);
        diagnostics.extend(outside(self.text, first, self.source));
        for piece in &self.pieces {
            let known = matches!(piece.head, Head::Item(_));
            let faults = if known {
                skimmed.faults(piece.start, piece.end)
            } else {
                Vec::new()
            };
            if !faults.is_empty() {
                diagnostics.extend(faults);
                continue;
            }
            let mut reader = Reader::new(self.text, piece.start, self.source);
            let item = reader.item(piece, self.plain(piece), names);
            let head = reader.place(0, piece.head_end - piece.start);
            reader.reported(item.is_none(), 0, head);
            items.extend(item);
            diagnostics.append(&mut reader.diagnostics);
        }
        (items, bounded(diagnostics))
    }
}

/// Text before the first item.
fn outside(text: &str, first: usize, source: SourceId) -> Option<Diagnostic> {
    let before = text.get(..first)?;
    let mut at = 0;
    for line in before.split_inclusive('\n') {
        let said = line.trim_start_matches('\u{feff}').trim();
        if !said.is_empty() && !split::is_comment(said) {
            let start = at + line.find(said).unwrap_or(0);
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span::new(source, place(start), place(start + said.len()));
            let message = format!("{} belongs to no item", reader::shown(said));
            return Some(
                Diagnostic::error(codes::OUTSIDE_ITEM, message, span).help(
                    "an item starts in column 1 with its word: `filter NAME: …`, 筛选 名称：…",
                ),
            );
        }
        at += line.len();
    }
    None
}
