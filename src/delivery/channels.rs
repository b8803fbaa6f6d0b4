//! The channels of the settings, made ready: secrets taken from the environment, certificates
//! read, the recorder's file opened. Nothing is connected before the first message.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::http::Client;
use super::mail::MailServer;
use super::message::Message;
use super::outcome::Outcome;
use super::recorder::Recorder;
use super::webhook::Webhook;
use crate::base::calendar::Instant;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::base::span::Span;
use crate::settings::{Carrier, Channel, LoadedSettings, Pace, codes, secret};

/// Channels that can be used.
pub struct Channels {
    pub(super) lanes: BTreeMap<String, Lane>,
}

/// One channel.
pub(super) struct Lane {
    pub(super) pace: Pace,
    pub(super) way: Way,
}

/// What carries a channel's messages.
pub(super) enum Way {
    Mail(Box<MailServer>),
    Webhook(Webhook),
    Recorder(Recorder),
}

impl Way {
    /// One attempt. `at` is the clock's present.
    pub(super) async fn carry(&self, message: &Message, at: Instant) -> Outcome {
        match self {
            Way::Mail(server) => server.carry(message).await,
            Way::Webhook(webhook) => webhook.carry(message).await,
            Way::Recorder(recorder) => recorder.carry(message, at).await,
        }
    }
}

/// Why channels cannot be used: each fault with its place in the settings.
#[derive(Clone, Debug)]
pub struct ChannelsError {
    /// The text of the settings.
    pub sources: Box<Sources>,
    /// What is wrong.
    pub found: Vec<Diagnostic>,
}

impl fmt::Display for ChannelsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = crate::base::render::render(&self.sources, &self.found, false);
        out.write_str(text.trim_end())
    }
}

impl std::error::Error for ChannelsError {}

impl Channels {
    /// Makes every channel of the settings ready. `environment` answers what a variable holds:
    /// `&|name| std::env::var(name).ok()`.
    pub fn new(
        loaded: &LoadedSettings,
        data_folder: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ChannelsError> {
        let mut lanes = BTreeMap::new();
        let mut found = Vec::new();
        // One file serves every channel that is recorded.
        let mut recorder = None;
        for channel in &loaded.settings.channels {
            let way = match &channel.carrier {
                Carrier::Smtp(_) => mail(channel, loaded, environment),
                Carrier::Webhook(_) => webhook(channel, loaded, environment),
                Carrier::Recorder => open_recorder(&mut recorder, data_folder)
                    .map(Way::Recorder)
                    .map_err(|reason| unusable(channel.span, reason)),
            };
            match way {
                Ok(way) => {
                    let pace = channel.pace.clone();
                    lanes.insert(channel.name.clone(), Lane { pace, way });
                }
                Err(fault) => found.push(*fault),
            }
        }
        if found.is_empty() {
            Ok(Self { lanes })
        } else {
            Err(ChannelsError {
                sources: Box::new(loaded.sources.clone()),
                found,
            })
        }
    }

    /// Their names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lanes.keys().map(String::as_str)
    }
}

fn open_recorder(kept: &mut Option<Recorder>, data_folder: &Path) -> Result<Recorder, String> {
    if let Some(recorder) = kept {
        return Ok(recorder.clone());
    }
    let recorder = Recorder::open(data_folder)?;
    *kept = Some(recorder.clone());
    Ok(recorder)
}

fn mail(
    channel: &Channel,
    loaded: &LoadedSettings,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Way, Box<Diagnostic>> {
    let Carrier::Smtp(smtp) = &channel.carrier else {
        return Err(unusable(channel.span, "it is no mail channel".to_owned()));
    };
    let password = smtp
        .password_env
        .as_ref()
        .map(|name| secret(name, environment))
        .transpose()?;
    let certificates: Option<PathBuf> = smtp
        .certificates
        .as_ref()
        .map(|path| loaded.beside(&path.value));
    MailServer::new(
        smtp,
        password.as_ref(),
        certificates,
        channel.pace.attempt_seconds_max,
    )
    .map(|server| Way::Mail(Box::new(server)))
    .map_err(|reason| unusable(channel.span, reason))
}

fn webhook(
    channel: &Channel,
    loaded: &LoadedSettings,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Way, Box<Diagnostic>> {
    let Carrier::Webhook(webhook) = &channel.carrier else {
        return Err(unusable(channel.span, "it is no webhook".to_owned()));
    };
    let key = secret(&webhook.secret_env, environment)?;
    let certificates = webhook
        .certificates
        .as_ref()
        .map(|path| loaded.beside(&path.value));
    let client = Client::new(
        &webhook.url.value,
        &loaded.settings.hosts,
        certificates.as_deref(),
        channel.pace.attempt_seconds_max,
        channel.pace.at_once_max,
    )
    .map_err(|reason| unusable(channel.span, reason))?;
    Ok(Way::Webhook(Webhook::new(
        client,
        webhook.url.value.clone(),
        key,
    )))
}

fn unusable(span: Span, reason: String) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            codes::UNUSABLE,
            format!("the channel cannot be used: {reason}"),
            span,
        )
        .help("mend it and start again; nothing was sent"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings;

    #[test]
    fn what_cannot_be_opened_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let no_folder = folder.path().join("file");
        std::fs::write(&no_folder, "").unwrap();
        let mut sources = Sources::default();
        let text = "[channel.sms]\nkind = \"recorder\"\n".to_owned();
        let (settings, found) = settings::parse(&mut sources, "tamis.toml", text);
        assert!(found.is_empty());
        let loaded = LoadedSettings {
            settings,
            path: None,
            sources,
        };
        let Err(fault) = Channels::new(&loaded, &no_folder, &|_| None) else {
            panic!("a file is no folder");
        };
        let said = fault.to_string();
        assert!(
            said.contains(codes::UNUSABLE) && said.contains("tamis.toml:1"),
            "{said}"
        );
    }
}
