//! Rules that reload: what is found in the rules folder, or saved from outside, takes the
//! place of the set that serves, or is refused and told. One change at a time.

mod start;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::core::{Accepted, Core};
use super::failure::CoreError;
use super::follow::Follower;
use super::measured;
use super::moment::Moment;
use super::rule_set::{Attempt, FOLDER, Finding, Outcome};
use super::saved::{self, Change, Draft, Expected, SaveError, SavedFilter, Standing};
use super::watch::{Hearing, Next, OnChange, Watch, Watched};
use crate::base::limit::RELOAD_READINGS_MAX;
use crate::host::PluginSet;
use crate::rules::{self, LoadError, Loaded, Texts, load_texts_measured, removed};

pub use start::{StartError, open};

/// Gives the plugins as they are at present, or why they cannot be used.
pub type LoadPlugins = Box<dyn Fn() -> Result<Arc<PluginSet>, Finding> + Send + Sync>;

/// Where rules and plugins come from.
pub struct Origin {
    /// Folder of the rule files.
    pub rules_folder: PathBuf,
    /// Folder of the plugins, if there is one, and the ends of the names of files that count there.
    pub plugins_folder: Option<(PathBuf, &'static [&'static str])>,
    /// Reads that folder.
    pub plugins: LoadPlugins,
}

/// A filter was saved or removed.
#[derive(Clone, Debug)]
pub struct Saved {
    /// As it stands; `None` when it was removed.
    pub filter: Option<SavedFilter>,
    /// What someone should look at, with places in the expression as typed.
    pub warnings: Vec<Finding>,
    /// What it did to the members of filters.
    pub accepted: Accepted,
}

/// Keeps the rules of a core as its folder says. It ends when dropped.
pub struct Reloader<F: Follower = ()> {
    shared: Arc<Shared<F>>,
    watch: Watch,
}

struct Shared<F: Follower> {
    core: Arc<Core<F>>,
    origin: Origin,
    /// Held from the reading of a set until it serves or is refused.
    turn: Mutex<()>,
}

impl<F: Follower> Reloader<F> {
    /// Begins to watch the folders. They are looked at once right away.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(core: Arc<Core<F>>, origin: Origin) -> std::io::Result<Self> {
        let mut folders = vec![Watched {
            folder: origin.rules_folder.clone(),
            endings: rules::ENDINGS,
        }];
        if let Some((folder, endings)) = &origin.plugins_folder {
            folders.push(Watched {
                folder: folder.clone(),
                endings,
            });
        }
        let shared = Arc::new(Shared {
            core,
            origin,
            turn: Mutex::new(()),
        });
        let watched: Weak<Shared<F>> = Arc::downgrade(&shared);
        let on_change: OnChange = Box::new(move || match watched.upgrade() {
            Some(shared) => shared.reload(),
            None => Next::Change,
        });
        let watch = Watch::start(folders, on_change)?;
        Ok(Self { shared, watch })
    }

    /// How changes of the folders are found at present.
    pub fn hearing(&self) -> Hearing {
        self.watch.hearing()
    }

    /// Looks at the folders now, whatever was seen of them.
    pub fn reload(&self) {
        self.shared.reload();
    }

    /// Saves a filter: checked as the set that serves with this one item, on the disk and serving when it returns.
    pub fn save_filter(
        &self,
        draft: Draft<'_>,
        expected: Expected,
        author: &str,
    ) -> Result<Saved, SaveError> {
        let prepare = |standing: Standing<'_>| saved::prepare(standing, draft, expected);
        let saved = self.shared.change(prepare, author)?;
        let live = self.shared.core.live();
        Ok(Saved {
            filter: saved::find(Standing::from(&live.moment), draft.name.trim()),
            ..saved
        })
    }

    /// Removes a saved filter.
    pub fn delete_filter(
        &self,
        name: &str,
        expected: Expected,
        author: &str,
    ) -> Result<Saved, SaveError> {
        let prepare = |standing: Standing<'_>| saved::prepare_removal(standing, name, expected);
        self.shared.change(prepare, author)
    }
}

impl<F: Follower> Shared<F> {
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What lies in the folder serves, or the failure is told.
    fn reload(&self) -> Next {
        let _turn = self.turn();
        let plugins = match (self.origin.plugins)() {
            Ok(plugins) => plugins,
            Err(finding) => return self.refuse(finding, None),
        };
        for _ in 0..RELOAD_READINGS_MAX {
            let texts = match rules::read(&self.origin.rules_folder) {
                Ok(texts) => texts,
                Err(error) => return self.refuse(Finding::unreadable(&error), None),
            };
            if let Some(next) = self.attempt(&texts, &plugins) {
                return next;
            }
        }
        // It is being written all the time.
        Next::Again
    }

    /// `None`: the folder changed meanwhile.
    fn attempt(&self, texts: &Texts, plugins: &Arc<PluginSet>) -> Option<Next> {
        let live = self.core.live();
        let revision = rules::revision_of(texts);
        let same_plugins = live.moment.plugins.signatures() == plugins.signatures();
        let same = live.rule_set.accepted.revision == revision && same_plugins;
        let told = live.rule_set.attempt();
        let told = told.is_some_and(|attempt| {
            attempt.outcome != Outcome::Refused && attempt.revision == Some(revision)
        });
        if same && told {
            return Some(Next::Change);
        }
        let loaded = compiled(&live.moment, texts.clone(), plugins);
        let now = self.core.now();
        if same || !loaded.is_sound() {
            let outcome = match same {
                true => Outcome::Unchanged,
                false => Outcome::Refused,
            };
            live.rule_set
                .note(Attempt::of(&loaded, now, FOLDER, outcome));
            return Some(Next::Change);
        }
        if !self.still(revision) {
            return None;
        }
        let mut attempt = Attempt::of(&loaded, now, FOLDER, Outcome::Accepted);
        let others = (!same_plugins).then(|| Arc::clone(plugins));
        let taken = self.core.take_set(loaded, others, FOLDER);
        Some(match taken {
            Ok(_) => {
                attempt.at = self.core.live().rule_set.accepted.at;
                self.core.live().rule_set.note(attempt);
                Next::Change
            }
            Err(fault) => {
                let next = match fault {
                    CoreError::Schema(_) | CoreError::Stopped | CoreError::Halted(_) => {
                        Next::Change
                    }
                    _ => Next::Again,
                };
                self.refuse(refused(&fault), Some(revision));
                next
            }
        })
    }

    /// Whether the folder still says what was read, so that no half of a change is taken.
    fn still(&self, revision: rules::revision::Revision) -> bool {
        let texts: Result<Texts, LoadError> = rules::read(&self.origin.rules_folder);
        texts.is_ok_and(|texts| rules::revision_of(&texts) == revision)
    }

    fn refuse(&self, finding: Finding, revision: Option<rules::revision::Revision>) -> Next {
        let attempt = Attempt::refused(finding, revision, self.core.now(), FOLDER);
        self.core.live().rule_set.note(attempt);
        Next::Change
    }

    fn change(
        &self,
        prepare: impl FnOnce(Standing<'_>) -> Result<Change, SaveError>,
        author: &str,
    ) -> Result<Saved, SaveError> {
        let _turn = self.turn();
        let live = self.core.live();
        let change = prepare(Standing::from(&live.moment))?;
        let folder = &self.origin.rules_folder;
        change.write(folder)?;
        let accepted = match self.core.take_rules(change.loaded.clone(), author) {
            Ok(accepted) => accepted,
            Err(fault) => {
                change.undo(folder)?;
                return Err(SaveError::Core(fault));
            }
        };
        // What is wrong with the folder is so still.
        let refused = live.rule_set.attempt();
        let refused = refused.filter(|attempt| attempt.outcome == Outcome::Refused);
        if let Some(refused) = refused {
            let refused = Attempt::clone(&refused);
            self.core.live().rule_set.note(refused);
        }
        Ok(Saved {
            filter: None,
            warnings: change.warnings,
            accepted,
        })
    }
}

/// A set that is to take the place of the one of a moment; names that are gone are told with who uses them.
fn compiled(moment: &Moment, texts: Texts, plugins: &Arc<PluginSet>) -> Loaded {
    let measured = measured::measure(&moment.snapshot, moment.now);
    let mut loaded = load_texts_measured(texts, Arc::clone(plugins.signatures()), Some(&measured));
    removed::explain(&mut loaded, (&moment.rules, &moment.sources));
    loaded
}

fn refused(fault: &CoreError) -> Finding {
    Finding::plain(fault.code(), fault.to_string(), fault.help())
}
