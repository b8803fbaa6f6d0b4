//! The folders a verb works in: which rules, which store, and the moment made of
//! them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use super::arguments::Place;
use super::failure::Failure;
use super::output::say;
use super::plugins;
use crate::base::calendar::{Instant, Zone};
use crate::base::clock::Clock;
use crate::base::render::render;
use crate::base::source::Sources;
use crate::columns::{Builder, Snapshot};
use crate::host::PluginSet;
use crate::ingest::{self, Unfinished, erasure};
use crate::language::typed::Rules;
use crate::live::moment::{self, Moment};
use crate::live::{recorded, review_records};
use crate::rules::Loaded;
use crate::schema::Schema;
use crate::store::Store;

/// The bundled bank within a checkout.
const BUNDLED: &str = "rules/bank";

/// A compiled rule set with its clock.
pub(super) struct Workplace {
    pub(super) rules_folder: PathBuf,
    pub(super) data_folder: PathBuf,
    pub(super) sources: Sources,
    pub(super) rules: Rules,
    pub(super) zone: Zone,
    pub(super) clock: Clock,
    pub(super) plugins: Arc<PluginSet>,
}

/// `./tamis-data`, unless said.
pub(super) fn data_folder(place: &Place) -> PathBuf {
    place
        .data
        .clone()
        .unwrap_or_else(|| PathBuf::from("tamis-data"))
}

/// What was said; else `./rules`, where rule files lie in it; else the bundled bank of the checkout we stand or were
/// built in, which is told where it is not the one we stand in.
pub(super) fn rules_folder(place: &Place) -> PathBuf {
    let own = PathBuf::from("rules");
    match &place.rules {
        Some(said) => said.clone(),
        None if has_rule_files(&own) => own,
        None => match bundled() {
            Some((folder, is_here)) => {
                if !is_here {
                    TOLD.call_once(|| tell_bundled(&folder));
                }
                folder
            }
            None => own,
        },
    }
}

/// That rules are taken which nobody named was said.
static TOLD: Once = Once::new();

fn tell_bundled(folder: &Path) {
    say(&format!(
        "note: no rule files lie in ./rules: the bundled bank is taken, {}; --rules names others",
        folder.display()
    ));
}

/// Whether a rule file lies right in the folder.
fn has_rule_files(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| path.extension().is_some_and(|ending| ending == "tamis") && path.is_file())
}

/// The bundled bank, looked for above the working folder and above the program.
pub(super) fn bundled_folder() -> Option<PathBuf> {
    bundled().map(|(folder, _)| folder)
}

/// With whether it lies above the working folder.
fn bundled() -> Option<(PathBuf, bool)> {
    let here = std::env::current_dir().ok().map(|start| (start, true));
    let program = std::env::current_exe().ok().map(|start| (start, false));
    [here, program]
        .into_iter()
        .flatten()
        .find_map(|(start, is_here)| {
            let mut folders = start.ancestors().map(|folder| folder.join(BUNDLED));
            let folder = folders.find(|folder| {
                let checkout = folder.parent().and_then(Path::parent);
                folder.join("schema.tamis").is_file()
                    && checkout.is_some_and(|top| top.join("Cargo.toml").is_file())
            });
            folder.map(|folder| (folder, is_here))
        })
}

/// What `--as-of` does not take.
pub(super) fn not_an_instant(text: &str) -> Failure {
    Failure::Usage(format!(
        "`{text}` is neither a date nor an instant\nhelp: write --as-of 2024-06-30 or --as-of 2024-06-30T09:30"
    ))
}

/// The rules of a folder against these plugins; warnings are told, errors end it.
pub(super) fn load_rules(folder: &Path, plugins: &PluginSet) -> Result<Loaded, Failure> {
    let signatures = Arc::clone(plugins.signatures());
    let loaded = crate::rules::load_with(folder, signatures)
        .map_err(|error| Failure::Input(error.to_string()))?;
    if !loaded.is_sound() {
        return Err(Failure::Rules(Box::new(loaded.sources), loaded.diagnostics));
    }
    if !loaded.diagnostics.is_empty() {
        let color = super::output::talk_in_color();
        say(render(&loaded.sources, &loaded.diagnostics, color).trim_end());
    }
    Ok(loaded)
}

impl Workplace {
    /// Loads the rules; warnings are told, errors end it.
    pub(super) fn load(place: &Place) -> Result<Self, Failure> {
        Self::load_from(place, rules_folder(place), data_folder(place))
    }

    /// Loads the rules of a folder, and the plugins that belong to them.
    pub(super) fn load_from(
        place: &Place,
        rules_folder: PathBuf,
        data_folder: PathBuf,
    ) -> Result<Self, Failure> {
        let plugins = plugins::load(place, &rules_folder, &data_folder)?;
        let loaded = load_rules(&rules_folder, &plugins)?;
        let name = &loaded.rules.schema.settings.time_zone;
        let zone = Zone::load(name)
            .ok_or_else(|| Failure::Input(format!("no time zone is called `{name}`")))?;
        let clock = Clock::new(loaded.rules.schema.settings.clock_starts);
        Ok(Self {
            rules_folder,
            data_folder,
            sources: loaded.sources,
            rules: loaded.rules,
            zone,
            clock,
            plugins,
        })
    }

    /// The instant of `--as-of`, else the clock's.
    pub(super) fn instant(&self, as_of: Option<&str>) -> Result<Instant, Failure> {
        match as_of {
            None => Ok(self.clock.now()),
            Some(text) => moment::as_of(text, &self.zone).ok_or_else(|| not_an_instant(text)),
        }
    }

    /// The rules without any data at that instant, so that a question's texts are checked before a
    /// store is read.
    pub(super) fn without_data(self, as_of: Option<&str>) -> Result<Dataless, Failure> {
        let now = self.instant(as_of)?;
        let empty = Builder::new(&self.rules.schema, self.zone.clone()).finish();
        let data_folder = self.data_folder.clone();
        let moment = self.with_snapshot(empty, now);
        Ok(Dataless {
            moment,
            data_folder,
            is_now: as_of.is_none(),
        })
    }

    /// The store, which must be there.
    pub(super) fn open_store(&self) -> Result<Store, Failure> {
        open_store(&self.data_folder, &self.rules)
    }

    /// The moment of a snapshot made elsewhere.
    pub(super) fn with_snapshot(self, snapshot: Snapshot, now: Instant) -> Moment {
        Moment::new(self.sources, self.rules, snapshot, now).with_plugins(self.plugins)
    }
}

/// A moment that sees no customers yet.
pub(super) struct Dataless {
    /// Rules and instant.
    pub(super) moment: Moment,
    data_folder: PathBuf,
    /// Nobody named another instant.
    is_now: bool,
}

impl Dataless {
    /// Whether there is a store.
    pub(super) fn has_data(&self) -> bool {
        Store::exists(&self.data_folder)
    }

    /// The same rules and instant over the store, which is read into columns and closed again.
    pub(super) fn with_data(mut self) -> Result<Moment, Failure> {
        let store = open_store(&self.data_folder, &self.moment.rules)?;
        if self.is_now {
            self.moment.now = going_on(&store, self.moment.now, self.moment.zone())?;
        }
        let zone = self.moment.zone().clone();
        let snapshot = erasure::snapshot(&store, &self.moment.rules.schema, zone)?;
        let reviews = review_records::load(&store)?;
        store.close()?;
        Ok(self.moment.over(snapshot).with_reviews(Arc::new(reviews)))
    }
}

/// That instant, or the last one that the store has recorded: what was told then must not be untold now.
pub(super) fn not_before(store: &Store, now: Instant) -> Result<Instant, Failure> {
    let last = recorded::last_instant(store)?;
    Ok(last.map_or(now, |last| last.max(now)))
}

/// As [`not_before`]; where it is another instant than the clock's, that is said.
pub(super) fn going_on(store: &Store, now: Instant, zone: &Zone) -> Result<Instant, Failure> {
    let at = not_before(store, now)?;
    if at > now {
        say(&format!(
            "the clock goes on from {}, where the store left it: {} is earlier\nhelp: --as-of names another instant; `tamis serve` keeps the last one that it told something of, and rules of another data set or a clock that was wrong move it as well",
            zone.format(at),
            zone.format(now)
        ));
    }
    Ok(at)
}

/// The store of a folder, which must be there, for what needs no rules: its facts are not seen.
pub(super) fn open_without_rules(data_folder: &Path) -> Result<Store, Failure> {
    if !Store::exists(data_folder) {
        return Err(no_store(data_folder));
    }
    Ok(Store::open(data_folder, &Schema::default())?)
}

fn no_store(data_folder: &Path) -> Failure {
    Failure::Store(format!(
        "there is no store at `{}`\nhelp: run `tamis import` first, or name the folder with --data",
        data_folder.display()
    ))
}

fn open_store(data_folder: &Path, rules: &Rules) -> Result<Store, Failure> {
    if !data_folder.exists() {
        return Err(no_store(data_folder));
    }
    let store = Store::open(data_folder, &rules.schema)?;
    tell_unfinished(&store)?;
    Ok(store)
}

/// Says that an import was cut off, so that nobody takes a part for the whole, or looks for what is not there.
pub(super) fn tell_unfinished(store: &Store) -> Result<(), Failure> {
    let found = ingest::unfinished(store)?;
    let (seen, unseen): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.is_seen);
    tell_of(
        &seen,
        "a part of it is stored; importing again adds the rest",
    );
    tell_of(
        &unseen,
        "nothing of it is shown; importing again shows all of it",
    );
    Ok(())
}

fn tell_of(found: &[Unfinished], what: &str) {
    let mut names: Vec<&str> = found.iter().map(|one| one.source.as_str()).collect();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let files = found.iter().filter_map(|one| one.path.as_ref());
    let files: Vec<String> = files.map(|path| path.display().to_string()).collect();
    let which = match files.is_empty() {
        true => String::new(),
        false => format!(": {}", files.join(", ")),
    };
    say(&format!(
        "warning: an import of {} was cut off, {what}{which}",
        names.join(", ")
    ));
}
