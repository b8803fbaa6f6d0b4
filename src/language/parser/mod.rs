//! Rule text → syntax. The only user of pest; the grammar lies in `grammar/`. Every
//! fault is named with its place; nothing is checked against a schema here.
//!
//! A text is looked over once for quotes, brackets and heads, cut into items, and each
//! item read alone. Work is linear in the text; nesting, length and lists are bounded.

mod call;
mod care;
mod care_step;
mod element;
mod grammar;
mod item;
mod list;
mod mistake;
mod operand;
mod precedence;
mod ranked;
mod reader;
mod schema_item;
mod source_item;
mod split;
mod test_item;
mod token;
mod window;

#[cfg(test)]
pub(in crate::language) mod tests;

use grammar::{Node, Rule, read};
use reader::{Part, Reader};

use super::codes;
use super::syntax::{Expr, Item};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::{DIAGNOSTICS_MAX, EXPRESSION_BYTES_MAX, RULE_FILE_BYTES_MAX};
use crate::base::span::{SourceId, Span};

/// The items of a rule file that are sound, in order, and what is wrong with the others.
/// At most [`DIAGNOSTICS_MAX`] findings, the last of which counts the rest.
pub fn parse_items(text: &str, source: SourceId) -> (Vec<Item>, Vec<Diagnostic>) {
    if let Some(diagnostic) = too_long(text, source, RULE_FILE_BYTES_MAX) {
        return (Vec::new(), vec![diagnostic]);
    }
    let skimmed = split::skim(text, source);
    let pieces = skimmed.pieces();
    let mut items = Vec::new();
    let mut diagnostics = Vec::new();
    let first = pieces.first().map_or(text.len(), |piece| piece.start);
    diagnostics.extend(outside(text, first, source));
    for piece in &pieces {
        let known = matches!(piece.head, split::Head::Item(_));
        let faults = if known {
            skimmed.faults(piece.start, piece.end)
        } else {
            Vec::new()
        };
        if !faults.is_empty() {
            diagnostics.extend(faults);
            continue;
        }
        let mut reader = Reader::new(text, piece.start, source);
        items.extend(reader.item(piece));
        diagnostics.append(&mut reader.diagnostics);
    }
    (items, bounded(diagnostics))
}

/// One expression, the whole text.
pub fn parse_expression(text: &str, source: SourceId) -> Result<Expr, Vec<Diagnostic>> {
    let mut list = read_expressions(text, source, Rule::only_expression)?;
    match list.pop() {
        Some((expr, _)) if list.is_empty() => Ok(expr),
        _ => Err(vec![empty(text, source)]),
    }
}

/// Expressions parted by commas that stand in no bracket.
pub fn parse_list(text: &str, source: SourceId) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let list = read_expressions(text, source, Rule::only_list)?;
    Ok(list.into_iter().map(|(expr, _)| expr).collect())
}

/// Expressions parted by commas, each with `desc` or not.
pub fn parse_order(text: &str, source: SourceId) -> Result<Vec<(Expr, bool)>, Vec<Diagnostic>> {
    read_expressions(text, source, Rule::only_order)
}

fn read_expressions(
    text: &str,
    source: SourceId,
    rule: Rule,
) -> Result<Vec<(Expr, bool)>, Vec<Diagnostic>> {
    if let Some(diagnostic) = too_long(text, source, EXPRESSION_BYTES_MAX) {
        return Err(vec![diagnostic]);
    }
    let faults = split::skim(text, source).faults(0, text.len());
    if !faults.is_empty() {
        return Err(faults);
    }
    let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let tree = read(rule, text).ok().and_then(|mut pairs| pairs.next());
    let Some(tree) = tree else {
        return Err(vec![Diagnostic::error(
            codes::UNREADABLE,
            "this cannot be read",
            whole,
        )]);
    };
    let mut reader = Reader::new(text, 0, source);
    let list = reader.slots(tree);
    if list.is_empty() && reader.diagnostics.is_empty() {
        reader.report(empty(text, source));
    }
    if reader.diagnostics.is_empty() {
        Ok(list)
    } else {
        Err(bounded(reader.diagnostics))
    }
}

impl Reader<'_> {
    /// The expressions at the top, with their direction.
    fn slots(&mut self, tree: Node<'_>) -> Vec<(Expr, bool)> {
        let mut list = Vec::new();
        let mut places = list::Places::default();
        for node in tree.into_inner() {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::expr => {
                    let part = self.flat(node);
                    places.part(span, part.is_some());
                    list.extend(part.map(|part: Part| (part.expr, false)));
                }
                Rule::order_part => {
                    let said = !node.as_str().trim().is_empty();
                    let part = self.order_part(node, span);
                    if said {
                        places.part(span, part.is_some());
                    }
                    list.extend(part);
                }
                Rule::separator => {
                    self.separated(&mut places, span);
                }
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::EOI => {}
                _ => self.stray_in(&mut places, span),
            }
        }
        list
    }

    fn order_part(&mut self, node: Node<'_>, span: Span) -> Option<(Expr, bool)> {
        let mut expr = None;
        let mut said = false;
        let mut descending = false;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::expr => {
                    said = true;
                    expr = self.flat(inner);
                }
                Rule::kw_desc => descending = true,
                Rule::kw_asc => {}
                _ => self.stray(place, None),
            }
        }
        if !said && descending {
            self.report(
                Diagnostic::error(
                    codes::MISSING_VALUE,
                    "there is nothing to order by here",
                    span,
                )
                .help("write `assets desc, age`"),
            );
        }
        Some((expr?.expr, descending))
    }
}

fn empty(text: &str, source: SourceId) -> Diagnostic {
    let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    Diagnostic::error(codes::MISSING_VALUE, "there is no expression", whole)
}

fn too_long(text: &str, source: SourceId, bytes_max: usize) -> Option<Diagnostic> {
    (text.len() > bytes_max).then(|| {
        Diagnostic::error(
            codes::TEXT_TOO_LONG,
            format!("this text has {} bytes", text.len()),
            Span::new(source, 0, 0),
        )
        .help(format!("at most {bytes_max}; part it over several files"))
    })
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

/// As many findings as are shown; the last one counts the rest.
fn bounded(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if diagnostics.len() <= DIAGNOSTICS_MAX {
        return diagnostics;
    }
    let rest = diagnostics.len() - (DIAGNOSTICS_MAX - 1);
    let place = diagnostics
        .get(DIAGNOSTICS_MAX - 1)
        .map(Diagnostic::span)
        .unwrap_or_default();
    diagnostics.truncate(DIAGNOSTICS_MAX - 1);
    diagnostics.push(Diagnostic::error(
        codes::TOO_MANY_FAULTS,
        format!("{rest} more faults from here on are not shown"),
        place,
    ));
    diagnostics
}
