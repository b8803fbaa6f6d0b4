//! A data folder, settings, templates, an outbox, and couriers started over them.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use tamis::base::clock::Clock;
use tamis::base::source::Sources;
use tamis::care::outbox::{DeliveryResult, OutboxEntry};
use tamis::delivery::{Channels, Courier};
use tamis::{letters, settings};

use crate::outbox::Outbox;
use crate::receivers::wait_until;

/// The key of every webhook's signature.
pub const SECRET: &str = "the webhook's key";

pub struct Stage {
    pub folder: tempfile::TempDir,
    pub outbox: Arc<Outbox>,
}

impl Stage {
    /// With these settings, and a template `hello`.
    pub fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let templates = folder.path().join("templates");
        fs::create_dir(&templates).unwrap();
        fs::write(
            templates.join("hello.txt"),
            "Subject: Dear {{ name }}\n\nYou hold {{ assets }}.\n.\nA dot alone, and ünïcödé.\n",
        )
        .unwrap();
        fs::write(
            templates.join("page.txt"),
            "Subject: Both\n\nText {{ name }}\n",
        )
        .unwrap();
        fs::write(templates.join("page.html"), "<p>{{ name }}</p>\n").unwrap();
        fs::write(folder.path().join("tamis.toml"), settings).unwrap();
        Self {
            folder,
            outbox: Arc::new(Outbox::default()),
        }
    }

    /// The channels of the settings, or what is wrong with them.
    pub fn channels(&self) -> Result<Channels, String> {
        let path = self.folder.path();
        let loaded = settings::load(None, path, path).map_err(|error| error.to_string())?;
        let environment = |name: &str| match name {
            "MAIL_PASSWORD" => Some(crate::receivers::smtp::PASSWORD.to_owned()),
            "WRONG_PASSWORD" => Some("open".to_owned()),
            "HOOK_SECRET" => Some(SECRET.to_owned()),
            _ => None,
        };
        Channels::new(&loaded, path, &environment).map_err(|error| error.to_string())
    }

    pub fn start(&self) -> Courier {
        let mut sources = Sources::default();
        for file in fs::read_dir(self.folder.path().join(letters::FOLDER_NAME)).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            sources.add(format!("{}/{name}", letters::FOLDER_NAME), text);
        }
        let (letters, found) = letters::of(&sources);
        assert!(found.is_empty(), "{found:?}");
        Courier::start(
            self.channels().unwrap(),
            Arc::new(letters),
            self.outbox.hands(),
            Clock::System,
        )
        .unwrap()
    }

    /// Sends all of it; ends when nothing waits any more.
    pub fn send(&self, entries: impl IntoIterator<Item = OutboxEntry>) -> Vec<DeliveryResult> {
        self.outbox.add(entries);
        let courier = self.start();
        self.wait();
        let stopped = courier.stop(Duration::from_secs(30));
        assert_eq!(stopped.unfinished, 0);
        self.outbox.results()
    }

    /// Until nothing waits any more.
    pub fn wait(&self) {
        wait_until("an empty outbox", || self.outbox.open() == 0);
    }
}

/// The reason of a result that has one.
pub fn reason(result: &DeliveryResult) -> &str {
    match result {
        DeliveryResult::Delivered => "",
        DeliveryResult::Bounced { reason }
        | DeliveryResult::Failed { reason, .. }
        | DeliveryResult::Dead { reason }
        | DeliveryResult::Uncertain { reason } => reason,
    }
}

/// `Delivered`, `Failed`, …, in order.
pub fn kinds(results: &[DeliveryResult]) -> Vec<&'static str> {
    results
        .iter()
        .map(|result| match result {
            DeliveryResult::Delivered => "delivered",
            DeliveryResult::Bounced { .. } => "bounced",
            DeliveryResult::Failed { .. } => "failed",
            DeliveryResult::Dead { .. } => "dead",
            DeliveryResult::Uncertain { .. } => "uncertain",
        })
        .collect()
}
