//! Rule files and message templates become a whole compiled set or all diagnostics, from a
//! folder or from texts.
//! Reads files and nothing else; what they mean is the language's business.

pub mod codes;
mod error;
mod folder;
mod messages;
pub mod removed;
pub mod revision;
pub mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::language::compile::{self, Measured};
use crate::language::typed::{PluginSignatures, Rules};
use crate::letters;

pub use error::LoadError;
pub use folder::read;
use revision::{FileRevision, Revision};
use testing::Tested;

/// The end of a rule file's name.
pub const ENDING: &str = "tamis";
/// The ends of the names of all files that a set is made of.
pub const ENDINGS: &[&str] = &[ENDING, "txt", "html"];

/// Texts by the names of their files: paths below the rules folder, `/` separated.
pub type Texts = BTreeMap<String, String>;

/// A rule set that was compiled, sound or not.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The texts, named by their paths below the folder, in the order of these; templates behind the rules.
    pub sources: Sources,
    /// The set; usable if no diagnostic is an error.
    pub rules: Rules,
    /// What was found, failed tests among it.
    pub diagnostics: Vec<Diagnostic>,
    /// Metrics that nothing uses and nobody describes: told to who checks the set.
    pub unused: Vec<Diagnostic>,
    /// How each test came out; empty when the set did not compile.
    pub tested: Vec<Tested>,
    /// Each file's revision, in the order of the names.
    pub files: Vec<FileRevision>,
    /// Names all of the texts: that of [`revision::list`].
    pub revision: Revision,
}

impl Loaded {
    /// Whether the rules may be used.
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The texts it was made of.
    pub fn texts(&self) -> Texts {
        let sources = self.sources.iter();
        sources
            .map(|(_, source)| (source.name.clone(), source.text.clone()))
            .collect()
    }
}

/// Reads and compiles every `*.tamis` below the folder, in the order of their paths, with the message
/// templates that its care plans send.
/// Files and folders whose names start with a dot are passed over.
pub fn load(folder: &Path) -> Result<Loaded, LoadError> {
    load_with(folder, Arc::default())
}

/// The same against these plugins.
pub fn load_with(folder: &Path, plugins: Arc<PluginSignatures>) -> Result<Loaded, LoadError> {
    Ok(load_texts_with(read(folder)?, plugins))
}

/// Compiles texts that need not lie in a folder.
pub fn load_texts(texts: Texts) -> Loaded {
    load_texts_with(texts, Arc::default())
}

/// The same against these plugins.
pub fn load_texts_with(texts: Texts, plugins: Arc<PluginSignatures>) -> Loaded {
    load_texts_measured(texts, plugins, None)
}

/// The same, with the warnings that follow from what was measured of the data.
pub fn load_texts_measured(
    texts: Texts,
    plugins: Arc<PluginSignatures>,
    measured: Option<&Measured>,
) -> Loaded {
    let files = files_of(&texts);
    let (rules, templates): (Vec<_>, Vec<_>) =
        texts.into_iter().partition(|(name, _)| is_rule_file(name));
    let mut sources = Sources::default();
    for (name, text) in rules {
        sources.add(name, text);
    }
    let compiled = compile::rules_measured(&sources, plugins, measured);
    for (name, text) in templates {
        sources.add(name, text);
    }
    let mut diagnostics = compiled.diagnostics;
    let messages = messages::check(&compiled.rules, &sources, &diagnostics);
    diagnostics.extend(messages);
    let tested = match diagnostics.iter().any(Diagnostic::is_error) {
        true => Vec::new(),
        false => testing::run(&compiled.rules),
    };
    diagnostics.extend(tested.iter().flat_map(|test| test.failures.clone()));
    Loaded {
        sources,
        rules: compiled.rules,
        diagnostics,
        unused: compiled.unused,
        tested,
        revision: Revision::of(&revision::list(&files)),
        files,
    }
}

/// Names what a set of texts says, without compiling it.
pub fn revision_of(texts: &Texts) -> Revision {
    Revision::of(&revision::list(&files_of(texts)))
}

/// Whether the text of that name holds rules; the others of a set are message templates.
pub fn is_rule_file(name: &str) -> bool {
    !letters::is_template(name)
}

/// Each file's revision, in the order of the names.
pub fn files_of(texts: &Texts) -> Vec<FileRevision> {
    texts
        .iter()
        .map(|(name, text)| FileRevision {
            name: name.clone(),
            revision: Revision::of(text),
        })
        .collect()
}
