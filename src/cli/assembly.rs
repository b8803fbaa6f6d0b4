//! The parts of a running product put together: rules and plugins as their folders say,
//! the core, care that follows it, and the courier that carries what care wants to send.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::arguments::Place;
use super::failure::Failure;
use super::output::say;
use super::plugins;
use super::workplace;
use crate::base::calendar::Instant;
use crate::base::clock::Clock;
use crate::base::limit::{COLUMNS_SAVED_FACTS, RANKS_SECONDS};
use crate::care::Care;
use crate::delivery::{ByOrder, Channels, ChannelsError, Courier};
use crate::engine::RunOptions;
use crate::host::Refused;
use crate::letters;
use crate::live::core::{Core, Opening};
use crate::live::present::Live;
use crate::live::reload::{self, Origin, Reloader, StartError};
use crate::live::rule_set::Outcome;
use crate::rules::Loaded;
use crate::server::Heart;
use crate::settings::LoadedSettings;
use crate::store::{Options, Store};

/// Opens the store and begins to serve the rules of the folder, else those accepted last.
pub(super) fn heart(
    place: &Place,
    (data_folder, rules_folder): (&Path, &Path),
    settings: &LoadedSettings,
    other_kinds: bool,
) -> Result<Heart, Failure> {
    let is_new = !Store::exists(data_folder);
    let mut options = RunOptions::default();
    options.threads = settings.settings.limits.threads.unwrap_or(options.threads);
    let refused = Refused::default();
    let plugins = plugins::load_noting(place, rules_folder, data_folder, &refused)?;
    let courier: Arc<OnceLock<Arc<Courier>>> = Arc::default();
    let make = |loaded: Loaded| {
        let opening = Opening {
            store_folder: data_folder.to_owned(),
            clock: Clock::new(loaded.rules.schema.settings.clock_starts),
            loaded,
            plugins: Arc::clone(&plugins),
            options: options.clone(),
            ranks_seconds: settings
                .settings
                .limits
                .ranks_seconds
                .unwrap_or(RANKS_SECONDS),
        };
        let courier = Arc::clone(&courier);
        let wake = Box::new(move || {
            if let Some(courier) = courier.get() {
                courier.wake();
            }
        });
        Core::open_with(opening, Care::new(wake), store_options(other_kinds))
    };
    let core = Arc::new(reload::open(data_folder, rules_folder, &plugins, make)?);
    if is_new {
        say(&format!(
            "{}: a new, empty store was made",
            data_folder.display()
        ));
    }
    tell_refusal(&core.live());
    tell_time(&core);
    core.with_store(workplace::tell_unfinished)
        .unwrap_or(Ok(()))?;
    tell_columns(&core);
    let folder = plugins::folder(place, rules_folder);
    let origin = Origin {
        rules_folder: rules_folder.to_owned(),
        plugins_folder: folder.is_dir().then(|| (folder.clone(), plugins::ENDINGS)),
        plugins: plugins::reloading(
            folder,
            plugins::options(data_folder),
            plugins,
            refused.clone(),
        ),
    };
    let reloader = Reloader::start(Arc::clone(&core), origin)
        .map_err(|error| Failure::Store(format!("the rules folder cannot be watched: {error}")))?;
    // The recorder writes into the data folder, which the store has made.
    let channels = Channels::new(settings, data_folder, &|name| std::env::var(name).ok())?;
    let courier = start(&core, channels, &courier)?;
    Ok(Heart::new(
        core,
        reloader,
        courier,
        settings.settings.clone(),
        refused,
    ))
}

/// What stops nothing is told in the log.
fn store_options(other_kinds: bool) -> Options {
    Options {
        other_kinds,
        heed: Arc::new(|error| {
            tracing::warn!(target: "tamis::store", code = error.code(), help = error.help(), "{error}");
        }),
        ..Options::default()
    }
}

/// Starts to carry messages, with the texts of the rules as they stand.
fn start(
    core: &Arc<Core<Care>>,
    channels: Channels,
    slot: &OnceLock<Arc<Courier>>,
) -> Result<Arc<Courier>, Failure> {
    let live = core.live();
    let (texts, _) = letters::of(&live.moment.sources);
    // The courier is stopped before the core: until then somebody answers.
    let orders = Arc::downgrade(core);
    let hands = ByOrder(move |order| match orders.upgrade() {
        Some(core) => core.order(order).map_err(|error| error.to_string()),
        None => Err("the server is stopping".to_owned()),
    });
    let clock = core.clock().clone();
    let courier = Courier::start(channels, Arc::new(texts), Arc::new(hands), clock)
        .map_err(Failure::Store)?;
    let courier = Arc::new(courier);
    let _ = slot.set(Arc::clone(&courier));
    let told = Arc::clone(&courier);
    let revision = std::sync::Mutex::new(live.rule_set.accepted.revision);
    core.on_publish(Box::new(move |live| {
        let mut known = revision
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = live.rule_set.accepted.revision;
        if std::mem::replace(&mut *known, now) != now {
            let (texts, _) = letters::of(&live.moment.sources);
            told.use_letters(Arc::new(texts));
        }
    }));
    // What was due while nothing ran goes out now.
    courier.wake();
    Ok(courier)
}

/// Says why a start took long: the columns were made of the whole log.
fn tell_columns(core: &Core<Care>) {
    let facts = core.live().moment.snapshot.position();
    if let Err(why) = core.columns()
        && facts >= COLUMNS_SAVED_FACTS
    {
        say(&format!(
            "the columns were made anew of {facts} facts: {why}"
        ));
    }
}

/// Says that time goes on from what the store has recorded rather than from where the clock is.
fn tell_time(core: &Core<Care>) {
    let live = core.live();
    let format = |at: Instant| live.moment.zone().format(at);
    match core.clock() {
        Clock::Starting { at, .. }
            if live.moment.rules.schema.settings.clock_starts != Some(*at) =>
        {
            let at = format(*at);
            say(&format!(
                "the clock goes on from {at}, where the store left it"
            ));
        }
        Clock::Held { until, .. } => {
            let at = format(*until);
            say(&format!(
                "warning: the machine's clock is behind {at}, the last instant in the store; time stands still until it has caught up"
            ));
        }
        _ => {}
    }
}

/// Says that the folder's rules do not serve, and why.
fn tell_refusal(live: &Live) {
    if let Some(attempt) = live.rule_set.attempt()
        && attempt.outcome == Outcome::Refused
    {
        say(attempt.rendered.trim_end());
        say("the rules of the folder are refused; those accepted last serve");
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Rules(attempt) | StartError::Kept(attempt) => {
                Failure::Drawn(attempt.rendered.clone(), attempt.errors())
            }
            StartError::Core(error) => Failure::Coded {
                code: error.code().to_owned(),
                text: format!("{error}\nhelp: {}", error.help()),
                exit: 4,
            },
        }
    }
}

impl From<ChannelsError> for Failure {
    fn from(error: ChannelsError) -> Self {
        Failure::Rules(error.sources, error.found)
    }
}
