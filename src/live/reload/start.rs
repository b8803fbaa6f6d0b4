//! How rules begin to serve: those of the folder, or, when these cannot, the set accepted
//! last, which the store has kept.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::refused;
use crate::base::calendar::Instant;
use crate::host::PluginSet;
use crate::live::accepted;
use crate::live::core::Core;
use crate::live::failure::CoreError;
use crate::live::follow::Follower;
use crate::live::rule_set::{Attempt, FOLDER, Finding, Outcome};
use crate::rules::{self, Loaded, load_texts_with};
use crate::schema::Schema;
use crate::store::{Store, StoreError};

/// Why nothing can serve.
#[derive(Clone, Debug)]
pub enum StartError {
    /// The rules are refused, and the store keeps no accepted set.
    Rules(Box<Attempt>),
    /// The set accepted last means nothing to this program, and the rules of the folder are refused too.
    Kept(Box<Attempt>),
    /// The core.
    Core(CoreError),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = |attempt: &Attempt| {
            let first = attempt.findings.first();
            first.map_or(String::new(), |finding| finding.message.clone())
        };
        match self {
            StartError::Rules(attempt) => {
                write!(out, "the rules are refused: {}", first(attempt))
            }
            StartError::Kept(attempt) => write!(
                out,
                "the rules are refused, and so is the set accepted last: {}",
                first(attempt)
            ),
            StartError::Core(fault) => fault.fmt(out),
        }
    }
}

impl std::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(fault: StoreError) -> Self {
        StartError::Core(CoreError::Store(fault))
    }
}

/// Makes a core of the rules of the folder; when they are refused, also by what is stored, of the set accepted last,
/// and the refusal is told in [`crate::live::present::Live::rule_set`].
///
/// # Errors
/// When there is no set that can serve, or the core cannot begin.
pub fn open<F: Follower>(
    store_folder: &Path,
    rules_folder: &Path,
    plugins: &Arc<PluginSet>,
    mut make: impl FnMut(Loaded) -> Result<Core<F>, CoreError>,
) -> Result<Core<F>, StartError> {
    let refused = match rules::load_with(rules_folder, Arc::clone(plugins.signatures())) {
        Ok(loaded) if loaded.is_sound() => {
            let told = Attempt::of(&loaded, Instant(0), FOLDER, Outcome::Accepted);
            let revision = Some(loaded.revision);
            match make(loaded) {
                Ok(core) => return Ok(noted(core, told)),
                Err(fault) if is_refusal(&fault) => {
                    Attempt::refused(refused(&fault), revision, Instant(0), FOLDER)
                }
                Err(fault) => return Err(StartError::Core(fault)),
            }
        }
        Ok(loaded) => Attempt::of(&loaded, Instant(0), FOLDER, Outcome::Refused),
        Err(error) => Attempt::refused(Finding::unreadable(&error), None, Instant(0), FOLDER),
    };
    let kept = match Store::exists(store_folder) {
        true => last(store_folder, plugins)?,
        false => None,
    };
    let Some(loaded) = kept else {
        return Err(StartError::Rules(Box::new(refused)));
    };
    if !loaded.is_sound() {
        let wrong = Attempt::of(&loaded, Instant(0), FOLDER, Outcome::Refused);
        return Err(StartError::Kept(Box::new(wrong)));
    }
    let core = make(loaded).map_err(StartError::Core)?;
    Ok(noted(core, refused))
}

/// What of the store contradicts a set.
fn is_refusal(fault: &CoreError) -> bool {
    matches!(
        fault,
        CoreError::Store(StoreError::KindChanged { .. } | StoreError::ValuesRemoved { .. })
            | CoreError::Schema(_)
    )
}

fn noted<F: Follower>(core: Core<F>, mut attempt: Attempt) -> Core<F> {
    attempt.at = core.now();
    core.live().rule_set.note(attempt);
    core
}

/// The set accepted last, compiled. The store is opened without a schema, which hides every fact and changes nothing.
fn last(store_folder: &Path, plugins: &Arc<PluginSet>) -> Result<Option<Loaded>, StoreError> {
    let store = Store::open(store_folder, &Schema::default())?;
    let kept = accepted::last(&store)?;
    store.close()?;
    Ok(kept.map(|kept| load_texts_with(kept.texts, Arc::clone(plugins.signatures()))))
}
