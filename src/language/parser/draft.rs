//! A rule file cut into its items, each of which is read when the names of all files are
//! known.

use super::cut;
use super::grammar::Rule;
use super::reader::{self, Reader};
use super::split::{self, Head, Piece, Skimmed};
use super::{bounded, too_long};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::RULE_FILE_BYTES_MAX;
use crate::base::parallel;
use crate::base::span::{SourceId, Span};
use crate::language::codes;
use crate::language::lexicon::Lexicon;
use crate::language::syntax::Item;

/// From this length on the items of a file are read side by side, in bytes.
const SIDE_BY_SIDE_BYTES_MIN: usize = 64 << 10;

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
        let read = |piece: &Piece| self.item(skimmed, piece, names);
        let parts = if self.text.len() < SIDE_BY_SIDE_BYTES_MIN {
            self.pieces.iter().map(read).collect()
        } else {
            parallel::each(&self.pieces, read)
        };
        let first = self.pieces.first();
        let first = first.map_or(self.text.len(), |piece| piece.start);
        let mut items = Vec::with_capacity(parts.len());
        let mut diagnostics = Vec::from_iter(outside(self.text, first, self.source));
        for (item, mut found) in parts {
            items.extend(item);
            diagnostics.append(&mut found);
        }
        (items, bounded(diagnostics))
    }

    /// One item, if it is sound, and what is wrong with it.
    fn item(
        &self,
        skimmed: &Skimmed<'_>,
        piece: &Piece,
        names: &Lexicon,
    ) -> (Option<Item>, Vec<Diagnostic>) {
        if let Head::Item(_) = piece.head {
            let faults = skimmed.faults(piece.start, piece.end);
            if !faults.is_empty() {
                return (None, faults);
            }
        }
        let mut reader = Reader::new(self.text, piece.start, self.source);
        let item = reader.item(piece, self.plain(piece), names);
        let head = reader.place(0, piece.head_end - piece.start);
        reader.reported(item.is_none(), 0, head);
        (item, reader.diagnostics)
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

#[cfg(test)]
mod tests {
    use super::super::parse_items;
    use super::*;

    #[test]
    fn a_long_file_is_read_as_its_items_are_one_by_one() {
        let item = |number: usize| match number % 7 {
            0 => format!("filter a{number}: x >\n"),
            1 => format!("fliter a{number}: x\n"),
            _ => format!("filter a{number}: x in ({}1)\n", "1, ".repeat(60)),
        };
        let texts: Vec<String> = (0..500).map(item).collect();
        let whole = texts.concat();
        assert!(whole.len() > SIDE_BY_SIDE_BYTES_MIN);
        let (items, found) = parse_items(&whole, SourceId(0));
        let alone: Vec<_> = texts
            .iter()
            .map(|text| parse_items(text, SourceId(0)))
            .collect();
        let names = |items: &[Item]| items.iter().map(|item| item.name.text.clone()).collect();
        let one_by_one: Vec<String> = alone.iter().flat_map(|(items, _)| names(items)).collect();
        let together: Vec<String> = names(&items);
        assert_eq!(together, one_by_one);
        let codes: Vec<&str> = alone
            .iter()
            .flat_map(|(_, found)| found.iter().map(|finding| finding.code))
            .collect();
        // The last one that is shown counts the rest.
        let shown = found.len() - 1;
        let first: Vec<&str> = found[..shown].iter().map(|finding| finding.code).collect();
        assert_eq!(first, codes[..shown]);
        assert!(found.windows(2).all(|pair| pair[0].span() < pair[1].span()));
    }
}
