//! Rule text → syntax. The only user of pest; the grammar lies in `grammar/`. Every
//! fault is named with its place; nothing is checked against a schema here.
//!
//! A text is looked over once for quotes, brackets and heads, cut into items, and each
//! item read alone. Work is linear in the text; nesting, length and lists are bounded.

mod call;
mod care;
mod care_step;
mod cut;
mod draft;
mod element;
mod followed;
mod grammar;
mod item;
mod list;
mod mistake;
mod operand;
mod precedence;
mod ranked;
mod reader;
mod report;
mod scan;
mod schema_item;
mod score_item;
mod source_item;
mod split;
mod stages_item;
mod test_item;
mod tiers_item;
mod token;
mod window;

#[cfg(test)]
pub(in crate::language) mod tests;

pub use draft::Draft;

pub use cut::{Body, Class, Expected, classes_of, cut, expected};
pub use token::fold as folded;

use grammar::{Node, Rule, read};
use reader::{Part, Reader};

use super::codes;
use super::lexicon::Lexicon;
use super::syntax::report::ReportColumn;
use super::syntax::{Expr, Item};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::{DIAGNOSTICS_MAX, EXPRESSION_BYTES_MAX};
use crate::base::span::{SourceId, Span};

/// The items of a rule file that are sound, in order, and what is wrong with the others.
/// At most [`DIAGNOSTICS_MAX`] findings, the last of which counts the rest. Words without
/// spaces are cut into the names that the file itself declares.
pub fn parse_items(text: &str, source: SourceId) -> (Vec<Item>, Vec<Diagnostic>) {
    let draft = Draft::new(text, source);
    let mut names = Lexicon::default();
    draft.declare(&mut names);
    draft.items(&names)
}

/// Every name that these rule files declare.
pub fn names_of<'t>(texts: impl Iterator<Item = &'t str>) -> Lexicon {
    let mut names = Lexicon::default();
    texts.for_each(|text| Draft::new(text, SourceId::default()).declare(&mut names));
    names
}

/// One expression, the whole text; words without spaces are cut into words alone.
pub fn parse_expression(text: &str, source: SourceId) -> Result<Expr, Vec<Diagnostic>> {
    expression_among(text, source, &Lexicon::default())
}

/// One expression, the whole text; words without spaces are cut into these names.
pub fn expression_among(
    text: &str,
    source: SourceId,
    names: &Lexicon,
) -> Result<Expr, Vec<Diagnostic>> {
    let mut list = read_expressions(text, source, Rule::only_expression, names)?;
    match list.pop() {
        Some((expr, _)) if list.is_empty() => Ok(expr),
        _ => Err(vec![empty(text, source)]),
    }
}

/// Expressions parted by commas that stand in no bracket.
pub fn parse_list(
    text: &str,
    source: SourceId,
    names: &Lexicon,
) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let list = read_expressions(text, source, Rule::only_list, names)?;
    Ok(list.into_iter().map(|(expr, _)| expr).collect())
}

/// Expressions parted by commas, each with `desc` or not.
pub fn parse_order(
    text: &str,
    source: SourceId,
    names: &Lexicon,
) -> Result<Vec<(Expr, bool)>, Vec<Diagnostic>> {
    read_expressions(text, source, Rule::only_order, names)
}

/// Columns of a report parted by commas: `branch, band: if … else …`, `count, avg(assets)`.
pub fn parse_columns(
    text: &str,
    source: SourceId,
    names: &Lexicon,
) -> Result<Vec<ReportColumn>, Vec<Diagnostic>> {
    read_list(text, source, Rule::only_columns, names, |reader, tree| {
        reader.only_columns(tree)
    })
}

fn read_expressions(
    text: &str,
    source: SourceId,
    rule: Rule,
    names: &Lexicon,
) -> Result<Vec<(Expr, bool)>, Vec<Diagnostic>> {
    read_list(text, source, rule, names, |reader, tree| reader.slots(tree))
}

/// What the whole text says; a list that says nothing is at fault.
fn read_list<T>(
    text: &str,
    source: SourceId,
    rule: Rule,
    names: &Lexicon,
    build: impl FnOnce(&mut Reader<'_>, Node<'_>) -> Vec<T>,
) -> Result<Vec<T>, Vec<Diagnostic>> {
    if let Some(diagnostic) = too_long(text, source, EXPRESSION_BYTES_MAX) {
        return Err(vec![diagnostic]);
    }
    let skimmed = split::skim(text, source);
    let faults = skimmed.faults(0, text.len());
    if !faults.is_empty() {
        return Err(faults);
    }
    let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let cut = cut(&skimmed.plain, 0, source, Body::Expression, names)?;
    let tree = read(rule, &cut.text)
        .ok()
        .and_then(|mut pairs| pairs.next());
    let Some(tree) = tree else {
        return Err(vec![Diagnostic::error(
            codes::UNREADABLE,
            "this cannot be read",
            whole,
        )]);
    };
    let mut reader = Reader::new(text, 0, source);
    reader.spaces = cut.spaces;
    let list = build(&mut reader, tree);
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
