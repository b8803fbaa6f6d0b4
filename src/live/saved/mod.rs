//! Filters saved from outside, one rule file each. A change is checked as the set that
//! serves with this one item in it, so that what somebody else is writing in the folder
//! blocks nobody. Who asks and how is decided elsewhere, and so is when the set is swapped.

mod disk;
mod draft;
mod error;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use crate::base::limit::NAME_CHARACTERS_MAX;
use crate::base::secret::{hex, sha256};
use crate::base::source::Sources;
use crate::base::span::Span;
use crate::base::text::nfc;
use crate::language::printer;
use crate::language::typed::{Definition, DefinitionKind, Rules};
use crate::language::{lookalike, words};
use crate::live::moment::Moment;
use crate::live::rule_set::Finding;
use crate::rules::revision::Revision;
use crate::rules::{ENDING, Loaded, Texts, load_texts_with, removed};
use crate::schema::RelationEnd;

pub use error::SaveError;

/// The folder of saved filters in the rules folder.
pub const FOLDER: &str = "saved";
/// The name under which findings point into the expression as it was typed.
pub const EXPRESSION: &str = "<expression>";

/// A filter as someone wants it.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// First name.
    pub name: &'a str,
    /// Second name.
    pub label: Option<&'a str>,
    /// A condition, in either tongue.
    pub expression: &'a str,
}

/// What the caller knows of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: whatever it is.
    Any,
    /// There is none yet.
    New,
    /// It says this.
    Revision(Revision),
}

/// The set that serves, which a change is held against.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    /// Its texts.
    pub sources: &'a Sources,
    /// What they say.
    pub rules: &'a Rules,
}

impl<'a> From<&'a Moment> for Standing<'a> {
    fn from(moment: &'a Moment) -> Self {
        Self {
            sources: &moment.sources,
            rules: &moment.rules,
        }
    }
}

/// A change that was found good and is not written yet.
#[derive(Clone, Debug)]
pub struct Change {
    /// Below the rules folder.
    pub file: String,
    /// What the file is to say; `None` when it is to go.
    pub text: Option<String>,
    /// What the file says in the set that serves.
    before: Option<String>,
    /// The set with the change.
    pub loaded: Loaded,
    /// What someone should look at, with places in the expression as typed.
    pub warnings: Vec<Finding>,
}

/// A filter of the set that serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFilter {
    /// First name.
    pub name: String,
    /// Second name.
    pub label: Option<String>,
    /// As its file has it.
    pub expression: String,
    /// Of the file when it was saved from outside; `None` when it was written by hand.
    pub revision: Option<Revision>,
    /// The file that declares it.
    pub file: String,
}

/// The file of a saved filter: named by a hash, because names of any script do not fit every file system.
pub fn file_of(name: &str) -> String {
    let digits = hex(&sha256(nfc(name).as_bytes()));
    let short = digits.get(..32).unwrap_or(&digits);
    format!("{FOLDER}/{short}.{ENDING}")
}

/// A filter by its name or label.
pub fn find(standing: Standing<'_>, name: &str) -> Option<SavedFilter> {
    let id = standing.rules.find(name)?;
    let definition = standing.rules.definition(id)?;
    (definition.kind == DefinitionKind::Filter).then(|| saved(standing, definition))
}

/// Every filter, in the order of the rules.
pub fn list(standing: Standing<'_>) -> Vec<SavedFilter> {
    let filters = standing.rules.definitions.iter();
    filters
        .filter(|definition| definition.kind == DefinitionKind::Filter)
        .map(|definition| saved(standing, definition))
        .collect()
}

fn saved(standing: Standing<'_>, definition: &Definition) -> SavedFilter {
    let source = standing.sources.get(definition.span.source);
    let file = source.map_or(String::new(), |source| source.name.clone());
    let ours = file == file_of(&definition.name);
    let revision = source.filter(|_| ours);
    SavedFilter {
        name: definition.name.to_string(),
        label: definition.label.as_ref().map(ToString::to_string),
        expression: standing
            .sources
            .slice(definition.expression.span)
            .to_owned(),
        revision: revision.map(|source| Revision::of(&source.text)),
        file,
    }
}

/// Checks a filter as the set that serves with it in.
pub fn prepare(
    standing: Standing<'_>,
    draft: Draft<'_>,
    expected: Expected,
) -> Result<Change, SaveError> {
    let name = checked_name(draft.name)?;
    let label = draft.label.map(checked_label).transpose()?;
    let label = label.filter(|label| !label.is_empty() && *label != name);
    let file = file_of(&name);
    let texts = texts(standing.sources);
    let before = texts.get(&file).cloned();
    expect(before.as_deref(), expected)?;
    for word in std::iter::once(&name).chain(&label) {
        free(standing, word, &file)?;
    }
    let draft = draft::Checked {
        name: &name,
        label: label.as_deref(),
        expression: draft.expression,
    };
    let (text, loaded, warnings) = draft::compile(&draft, &file, texts, &standing.rules.plugins)?;
    Ok(Change {
        file,
        text: Some(text),
        before,
        loaded,
        warnings,
    })
}

/// Checks that a filter may go.
pub fn prepare_removal(
    standing: Standing<'_>,
    name: &str,
    expected: Expected,
) -> Result<Change, SaveError> {
    let known = find(standing, name).ok_or_else(|| SaveError::Missing {
        name: name.to_owned(),
    })?;
    if known.revision.is_none() {
        return Err(SaveError::HandWritten {
            name: known.name,
            file: known.file,
        });
    }
    let mut texts = texts(standing.sources);
    let before = texts.remove(&known.file);
    expect(before.as_deref(), expected)?;
    let mut loaded = load_texts_with(texts, Arc::clone(&standing.rules.plugins));
    let gone = removed::explain(&mut loaded, (standing.rules, standing.sources));
    if !loaded.is_sound() {
        let mut by: Vec<String> = gone.into_iter().flat_map(|gone| gone.users).collect();
        by.sort();
        by.dedup();
        return Err(match by.is_empty() {
            true => SaveError::Text(Box::new(loaded.sources), loaded.diagnostics),
            false => SaveError::Used {
                name: known.name,
                by,
            },
        });
    }
    Ok(Change {
        file: known.file,
        text: None,
        before,
        loaded,
        warnings: Vec::new(),
    })
}

impl Change {
    /// Of the filter as it will be; `None` when it goes.
    pub fn revision(&self) -> Option<Revision> {
        self.text.as_deref().map(Revision::of)
    }

    /// Writes the file; on the disk when it returns.
    ///
    /// # Errors
    /// When somebody else changed the file, or it cannot be written.
    pub fn write(&self, rules_folder: &Path) -> Result<(), SaveError> {
        let there = disk::text_of(&rules_folder.join(&self.file))?;
        if there != self.before && there != self.text {
            return Err(SaveError::ChangedOnDisk {
                file: self.file.clone(),
            });
        }
        disk::put(rules_folder, &self.file, self.text.as_deref())
    }

    /// Puts the file back as it was, after the set was not taken.
    pub fn undo(&self, rules_folder: &Path) -> Result<(), SaveError> {
        disk::put(rules_folder, &self.file, self.before.as_deref())
    }
}

/// The texts of a set by the names of their files.
fn texts(sources: &Sources) -> Texts {
    let sources = sources.iter();
    sources
        .map(|(_, source)| (source.name.clone(), source.text.clone()))
        .collect()
}

fn expect(before: Option<&str>, expected: Expected) -> Result<(), SaveError> {
    let current = before.map(Revision::of);
    let met = match expected {
        Expected::Any => true,
        Expected::New => current.is_none(),
        Expected::Revision(revision) => current == Some(revision),
    };
    met.then_some(()).ok_or(SaveError::Stale { current })
}

/// A name that needs no quotes where rules use it.
fn checked_name(name: &str) -> Result<String, SaveError> {
    let name = nfc(name.trim()).into_owned();
    let wrong = |why: String| Err(SaveError::Name { why });
    if name.is_empty() {
        return wrong("a filter needs a name".to_owned());
    }
    too_long("name", &name)?;
    if words::is_reserved(&name) || words::find(&name, &[words::Role::Literal]).is_some() {
        return wrong(format!("`{name}` is a word of the language"));
    }
    if !printer::is_plain(&name) || lookalike::turning(&name).next().is_some() {
        return wrong(format!("`{name}` cannot be a name"));
    }
    Ok(name)
}

fn checked_label(label: &str) -> Result<String, SaveError> {
    let label = nfc(label.trim()).into_owned();
    too_long("label", &label)?;
    let turns = lookalike::turning(&label).next().is_some();
    if turns || label.chars().any(char::is_control) {
        return Err(SaveError::Name {
            why: "a label has no invisible characters".to_owned(),
        });
    }
    Ok(label)
}

fn too_long(what: &str, text: &str) -> Result<(), SaveError> {
    let characters = text.chars().count();
    if characters <= NAME_CHARACTERS_MAX {
        return Ok(());
    }
    Err(SaveError::Name {
        why: format!(
            "a {what} has at most {NAME_CHARACTERS_MAX} characters, this one {characters}"
        ),
    })
}

/// Whether nothing in another file has that name or label.
fn free(standing: Standing<'_>, word: &str, file: &str) -> Result<(), SaveError> {
    let rules = standing.rules;
    let file_of = |span: Span| {
        let source = standing.sources.get(span.source);
        source.map_or("", |source| source.name.as_str())
    };
    let mut taken = Vec::new();
    let mut look = |names: [Option<&str>; 2], what: &'static str, span: Span| {
        if names.contains(&Some(word)) && file_of(span) != file {
            taken.push((what, file_of(span).to_owned()));
        }
    };
    for item in &rules.schema.attributes {
        let names = [Some(&*item.name), item.label.as_deref()];
        look(names, "an attribute", item.span);
    }
    for item in &rules.schema.relations {
        if item.end == RelationEnd::Text {
            let names = [Some(&*item.name), item.label.as_deref()];
            look(names, "a relation", item.span);
        }
    }
    for item in &rules.params {
        let names = [Some(&*item.name), item.label.as_deref()];
        look(names, "a param", item.span);
    }
    for item in &rules.definitions {
        let names = [Some(&*item.name), item.label.as_deref()];
        look(names, item.kind.describe(), item.span);
    }
    match taken.into_iter().next() {
        Some((what, file)) => Err(SaveError::Taken {
            word: word.to_owned(),
            what,
            file,
        }),
        None => Ok(()),
    }
}
