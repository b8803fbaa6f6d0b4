//! A typed expression becomes the text of a rule file. It is compiled twice: as typed, so
//! that findings point into what the person sees, and as printed, which is what is kept.

use std::sync::Arc;

use super::{EXPRESSION, SaveError};
use crate::base::diagnostic::Diagnostic;
use crate::base::source::{Source, Sources};
use crate::base::span::{SourceId, Span};
use crate::language::lexicon::Lexicon;
use crate::language::parser;
use crate::language::printer;
use crate::language::syntax::{Expr, Item, ItemNode, Name, Quoted};
use crate::language::typed::PluginSignatures;
use crate::language::words::Tongue;
use crate::live::rule_set::Finding;
use crate::rules::{Loaded, Texts, is_rule_file, load_texts_with};

/// A filter whose name and label are good.
pub(super) struct Checked<'a> {
    pub name: &'a str,
    pub label: Option<&'a str>,
    pub expression: &'a str,
}

/// Columns by which lines of the expression are moved, so that none of them starts an item.
const INDENT: &str = "  ";

/// The text of the file, the set with it, and its warnings.
pub(super) fn compile(
    draft: &Checked<'_>,
    file: &str,
    mut texts: Texts,
    plugins: &Arc<PluginSignatures>,
) -> Result<(String, Loaded, Vec<Finding>), SaveError> {
    let rule_files = texts.iter().filter(|(name, _)| is_rule_file(name));
    let names = parser::names_of(rule_files.map(|(_, text)| text.as_str()));
    let expr = parsed(draft.expression, &names)?;
    let text = printed(draft, &expr);
    let head = printed_head(draft);
    let typed = draft.expression.replace('\n', &format!("\n{INDENT}"));
    texts.insert(file.to_owned(), format!("{head}{typed}\n"));
    let raw = load_texts_with(texts.clone(), Arc::clone(plugins));
    let map = Map::new(&raw.sources, file, &head, draft.expression);
    let found: Vec<Diagnostic> = raw.diagnostics.iter().map(|f| map.moved(f)).collect();
    if !raw.is_sound() {
        let errors = found.into_iter().filter(Diagnostic::is_error).collect();
        return Err(SaveError::Text(Box::new(map.sources), errors));
    }
    let warnings = found
        .iter()
        .filter(|found| found.span().source == map.expression)
        .map(|found| Finding::of(&map.sources, found))
        .collect();
    texts.insert(file.to_owned(), text.clone());
    let loaded = load_texts_with(texts, Arc::clone(plugins));
    match loaded.is_sound() {
        true => Ok((text, loaded, warnings)),
        false => Err(SaveError::Text(
            Box::new(loaded.sources),
            loaded.diagnostics,
        )),
    }
}

/// The expression alone, so that nothing but one expression gets into the file.
fn parsed(expression: &str, names: &Lexicon) -> Result<Expr, SaveError> {
    let mut sources = Sources::default();
    let id = sources.add(EXPRESSION, expression);
    parser::expression_among(expression, id, names)
        .map_err(|found| SaveError::Text(Box::new(sources), found))
}

/// The canonical text of the item, ended by a line break.
fn printed(draft: &Checked<'_>, expr: &Expr) -> String {
    let item = Item {
        name: Name {
            text: draft.name.to_owned(),
            quoted: false,
            span: Span::default(),
        },
        label: draft.label.map(|label| Quoted {
            text: label.to_owned(),
            span: Span::default(),
        }),
        description: None,
        node: ItemNode::Filter(expr.clone()),
        span: Span::default(),
    };
    let tongue = tongue_of(draft.expression, expr);
    format!("{}\n", printer::item(&item, tongue))
}

/// `filter NAME "LABEL":` and the place where the expression begins.
fn printed_head(draft: &Checked<'_>) -> String {
    let label = draft.label.map(|label| label.replace('"', "\"\""));
    let label = label.map_or(String::new(), |label| format!(" \"{label}\""));
    format!("filter {}{label}:\n{INDENT}", draft.name)
}

/// The tongue whose text of the expression has more of the words that were typed.
fn tongue_of(typed: &str, expr: &Expr) -> Tongue {
    let words_of = |text: &str| -> Vec<String> {
        text.split(|sign: char| !sign.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let known = words_of(typed);
    let shared = |tongue| {
        let words = words_of(&printer::expression(expr, tongue));
        words.iter().filter(|word| known.contains(word)).count()
    };
    if shared(Tongue::Chinese) > shared(Tongue::English) {
        Tongue::Chinese
    } else {
        Tongue::English
    }
}

/// From places in the file as compiled to places in the expression as typed.
struct Map<'a> {
    /// All texts, and the expression after them.
    sources: Sources,
    /// The expression in them.
    expression: SourceId,
    file: Option<SourceId>,
    head: usize,
    typed: &'a str,
}

impl<'a> Map<'a> {
    fn new(sources: &Sources, file: &str, head: &str, typed: &'a str) -> Self {
        let is_file = |(_, source): &(SourceId, &Source)| source.name == file;
        let file = sources.iter().find(is_file).map(|(id, _)| id);
        let mut sources = sources.clone();
        let expression = sources.add(EXPRESSION, typed);
        Self {
            sources,
            expression,
            file,
            head: head.len(),
            typed,
        }
    }

    fn moved(&self, found: &Diagnostic) -> Diagnostic {
        let mut found = found.clone();
        for label in &mut found.labels {
            if Some(label.span.source) == self.file {
                let (start, end) = (self.place(label.span.start), self.place(label.span.end));
                label.span = Span::new(self.expression, start, end.max(start));
            }
        }
        found
    }

    /// Takes the head away, and what each line was moved by.
    fn place(&self, at: u32) -> u32 {
        let mut at = (at as usize).saturating_sub(self.head);
        for (line_end, _) in self.typed.match_indices('\n') {
            if at <= line_end + 1 {
                break;
            }
            at = at.saturating_sub(INDENT.len()).max(line_end + 1);
        }
        u32::try_from(at.min(self.typed.len())).unwrap_or(u32::MAX)
    }
}
