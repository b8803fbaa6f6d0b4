//! What the rules would be with a change in them: a whole file, or items that take the
//! place of those of the same names. Findings point into what was typed.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::{Source, Sources};
use crate::base::span::{SourceId, Span};
use crate::language::lexicon::Lexicon;
use crate::language::parser::Draft;
use crate::language::syntax::Item;
use crate::live::moment::AskError;
use crate::live::saved::Standing;
use crate::rules::{ENDING, Loaded, Texts, is_rule_file, load_texts_with, removed};

/// The name under which findings point into items as they were typed.
pub const ITEMS: &str = "<rules>";

/// A change to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit<'a> {
    /// A file says this; `None` takes it away.
    File {
        /// Path below the rules folder, `/` separated.
        name: &'a str,
        /// What it would say.
        text: Option<&'a str>,
    },
    /// Items take the place of items of the same kind and name, wherever these stand; others are added.
    Items(&'a str),
}

/// The set that serves with the change in it.
pub(super) fn compiled(standing: Standing<'_>, edit: Edit<'_>) -> Result<Loaded, AskError> {
    let texts: Texts = standing
        .sources
        .iter()
        .map(|(_, source)| (source.name.clone(), source.text.clone()))
        .collect();
    match edit {
        Edit::File { name, text } => {
            let mut texts = texts;
            match text {
                Some(text) => texts.insert(name.to_owned(), text.to_owned()),
                None => texts.remove(name),
            };
            let mut loaded = load_texts_with(texts, Arc::clone(&standing.rules.plugins));
            removed::explain(&mut loaded, (standing.rules, standing.sources));
            sound(loaded)
        }
        Edit::Items(text) => items(standing, texts, text),
    }
}

fn sound(loaded: Loaded) -> Result<Loaded, AskError> {
    if loaded.is_sound() {
        return Ok(loaded);
    }
    let errors = loaded.diagnostics.into_iter();
    let errors = errors.filter(Diagnostic::is_error).collect();
    Err(AskError::Text(Box::new(loaded.sources), errors))
}

/// A piece of the typed text and where it stands in a file.
struct Piece {
    file: String,
    /// First byte in the file.
    at: usize,
    /// First byte in the typed text.
    typed: usize,
    bytes: usize,
}

fn items(standing: Standing<'_>, mut texts: Texts, typed: &str) -> Result<Loaded, AskError> {
    let mut sources = Sources::default();
    let id = sources.add(ITEMS, typed);
    let draft = Draft::new(typed, id);
    let mut names = Lexicon::of_rules(standing.rules);
    draft.declare(&mut names);
    let (parsed, faults) = draft.items(&names);
    if faults.iter().any(Diagnostic::is_error) {
        return Err(AskError::Text(Box::new(sources), faults));
    }
    let mut pieces = Vec::new();
    for item in &parsed {
        let bytes = range(item.span);
        let text = typed.get(bytes.clone()).unwrap_or("");
        let (file, at) = put(&mut texts, &mut pieces, item, text, &names);
        pieces.push(Piece {
            file,
            at,
            typed: bytes.start,
            bytes: text.len(),
        });
    }
    let mut loaded = load_texts_with(texts, Arc::clone(&standing.rules.plugins));
    removed::explain(&mut loaded, (standing.rules, standing.sources));
    let typed_id = loaded.sources.add(ITEMS, typed);
    let Loaded {
        sources,
        diagnostics,
        ..
    } = &mut loaded;
    for finding in diagnostics {
        for label in &mut finding.labels {
            label.span = moved(sources, &pieces, label.span, typed_id);
        }
    }
    let mut loaded = sound(loaded)?;
    // The typed text is no file of the set.
    loaded.sources = without_last(&loaded.sources);
    Ok(loaded)
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

/// Puts an item where the one of its kind and name stands, else into a file of its own; gives the place.
fn put(
    texts: &mut Texts,
    pieces: &mut [Piece],
    item: &Item,
    text: &str,
    names: &Lexicon,
) -> (String, usize) {
    let mut rules = texts.iter().filter(|(file, _)| is_rule_file(file));
    let found = rules.find_map(|(file, content)| {
        let (items, _) = Draft::new(content, SourceId(0)).items(names);
        let same = items.into_iter().find(|known| same(known, item))?;
        Some((file.clone(), range(same.span)))
    });
    if let Some((file, place)) = found
        && let Some(content) = texts.get_mut(&file)
        && content.is_char_boundary(place.start)
        && content.is_char_boundary(place.end)
    {
        let at = place.start;
        let grown = text.len() as isize - place.len() as isize;
        for piece in pieces
            .iter_mut()
            .filter(|piece| piece.file == file && piece.at > at)
        {
            piece.at = piece.at.saturating_add_signed(grown);
        }
        content.replace_range(place, text);
        return (file, at);
    }
    let file = format!("{ITEMS}.{ENDING}");
    let content = texts.entry(file.clone()).or_default();
    let at = content.len();
    content.push_str(text);
    content.push('\n');
    (file, at)
}

fn same(known: &Item, item: &Item) -> bool {
    std::mem::discriminant(&known.node) == std::mem::discriminant(&item.node)
        && known.name.text == item.name.text
}

/// The place in the typed text, for what came from there.
fn moved(sources: &Sources, pieces: &[Piece], span: Span, typed: SourceId) -> Span {
    let Some(source) = sources.get(span.source) else {
        return span;
    };
    let (start, end) = (span.start as usize, span.end as usize);
    let mut pieces = pieces.iter();
    let piece = pieces.find(|piece| {
        piece.file == source.name && piece.at <= start && end <= piece.at + piece.bytes
    });
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    match piece {
        Some(piece) => Span::new(
            typed,
            place(start - piece.at + piece.typed),
            place(end - piece.at + piece.typed),
        ),
        None => span,
    }
}

fn without_last(sources: &Sources) -> Sources {
    let all: Vec<&Source> = sources.iter().map(|(_, source)| source).collect();
    let mut kept = Sources::default();
    if let Some((_, files)) = all.split_last() {
        for source in files {
            kept.add(source.name.as_str(), source.text.as_str());
        }
    }
    kept
}
