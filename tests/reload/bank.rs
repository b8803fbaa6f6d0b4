//! A core over folders of its own, with a reloader. Each wait is for a condition, with a
//! deadline.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tamis::base::clock::Clock;
use tamis::engine::RunOptions;
use tamis::host::PluginSet;
use tamis::ingest::facts::{IncomingKind, LineOutcome, parse_lines};
use tamis::live::core::{Core, Opening};
use tamis::live::failure::CoreError;
use tamis::live::present::Live;
use tamis::live::reload::{self, Origin, Reloader, StartError};
use tamis::live::rule_set::{Attempt, Outcome};
use tamis::rules::Loaded;

const DEADLINE: Duration = Duration::from_secs(30);

pub const SCHEMA: &str = "settings { time_zone \"Europe/Prague\" }\ncustomer { age: int  city: text }\nevent login { device: text }\n";

/// Folders that outlive what runs over them.
pub struct Place {
    folder: tempfile::TempDir,
}

/// What runs.
pub struct Running {
    pub core: Arc<Core>,
    pub reloader: Reloader,
}

impl Place {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(place.rules()).unwrap();
        place.write("schema.tamis", SCHEMA);
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    pub fn rules(&self) -> PathBuf {
        self.folder.path().join("rules")
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// As editors save: another file takes the name.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.rules().join(name);
        let draft = path.with_file_name(format!(".{}.draft", name.replace('/', "_")));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&draft, text).unwrap();
        fs::rename(&draft, &path).unwrap();
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.rules().join(name)).unwrap();
    }

    pub fn start(&self) -> Result<Running, StartError> {
        let plugins = Arc::new(PluginSet::default());
        let core = reload::open(&self.data(), &self.rules(), &plugins, |loaded| {
            self.open(loaded)
        })?;
        let core = Arc::new(core);
        let origin = Origin {
            rules_folder: self.rules(),
            plugins_folder: None,
            plugins: Box::new(|| Ok(Arc::default())),
        };
        let reloader = Reloader::start(Arc::clone(&core), origin).unwrap();
        Ok(Running { core, reloader })
    }

    fn open(&self, loaded: Loaded) -> Result<Core, CoreError> {
        let opening = Opening {
            store_folder: self.data(),
            loaded,
            plugins: Arc::default(),
            clock: Clock::System,
            options: RunOptions::default(),
            ranks_seconds: 60,
        };
        Core::open(opening, ())
    }
}

impl Running {
    pub fn live(&self) -> Arc<Live> {
        self.core.live()
    }

    pub fn count(&self, filter: &str) -> Option<u64> {
        self.live().members.of(filter).map(|set| set.count())
    }

    pub fn send(&self, kind: IncomingKind, lines: &str) {
        let parsed = parse_lines(kind, lines.as_bytes()).unwrap();
        let facts = parsed.into_iter().map(|(_, line)| line.unwrap()).collect();
        let outcomes = self.core.submit(facts).unwrap();
        for outcome in outcomes {
            assert!(matches!(outcome, LineOutcome::Accepted), "{outcome:?}");
        }
    }

    /// c0 … c9 aged 0, 10, … 90.
    pub fn send_people(&self) {
        let line = |at: i32| {
            let city = if at % 2 == 0 { "Praha" } else { "Brno" };
            format!(
                "{{\"id\":\"c{at}\",\"age\":{},\"city\":\"{city}\"}}\n",
                at * 10
            )
        };
        let lines: String = (0..10).map(line).collect();
        self.send(IncomingKind::Customers, &lines);
    }

    pub fn until(&self, what: &str, wanted: impl Fn(&Live) -> bool) -> Arc<Live> {
        let end = Instant::now() + DEADLINE;
        loop {
            let live = self.live();
            if wanted(&live) {
                return live;
            }
            assert!(
                Instant::now() < end,
                "{what}: {:#?}",
                live.rule_set.attempt()
            );
            std::thread::yield_now();
        }
    }

    /// Waits for an attempt of that outcome about what the folder says now.
    pub fn until_told(&self, folder: &Path, outcome: Outcome) -> Arc<Attempt> {
        let end = Instant::now() + DEADLINE;
        loop {
            let revision = tamis::rules::read(folder).ok();
            let revision = revision.map(|texts| tamis::rules::revision_of(&texts));
            let told = self.live().rule_set.attempt();
            if let Some(told) = &told
                && told.outcome == outcome
                && told.revision == revision
            {
                return Arc::clone(told);
            }
            assert!(Instant::now() < end, "{outcome:?}: {told:#?}");
            std::thread::yield_now();
        }
    }

    pub fn stop(self) {
        drop(self.reloader);
        self.core.close().unwrap();
    }
}
