//! `tamis.toml`: where the server listens, what it may use, and the channels to the world.
//! Reads the file and judges it alone; opens no connection and reads no secret before asked.
//! What rules say, they say elsewhere.

use std::fmt;
use std::fs;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::base::diagnostic::Diagnostic;
use crate::base::limit;
use crate::base::secret::Secret;
use crate::base::source::Sources;
use crate::base::span::Span;

pub mod channel;
pub mod codes;
mod reader;
pub mod url;

#[cfg(test)]
mod tests;

pub use channel::{Carrier, Channel, Pace, Protection, Smtp, Webhook};
pub use reader::Placed;

use channel::read as read_channel;
use reader::{Faults, Table};

/// The name of the file.
pub const FILE_NAME: &str = "tamis.toml";

/// What the settings say; everything has a default but the channels, of which there are none.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// Where the server listens, `[server] listen`.
    pub listen: Option<SocketAddr>,
    /// Bounds that an operator may set.
    pub limits: Limits,
    /// Hosts that webhooks may reach, in small letters.
    pub hosts: Vec<String>,
    /// Sorted by name.
    pub channels: Vec<Channel>,
}

/// `[limits]`: bounds of the server that an operator may set; each has a default where it is used.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Limits {
    /// Bytes of one request's body.
    pub body_bytes_max: Option<usize>,
    /// Requests a second of one client.
    pub requests_per_second_max: Option<u32>,
    /// Threads that answer questions.
    pub threads: Option<usize>,
    /// Seconds between two buildings of the rank tables while facts come.
    pub ranks_seconds: Option<i64>,
}

impl Settings {
    /// The channel of that name.
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == name)
    }
}

/// Settings with where they come from.
#[derive(Clone, Debug, Default)]
pub struct LoadedSettings {
    /// What they say.
    pub settings: Settings,
    /// The file; `None` if there is none.
    pub path: Option<PathBuf>,
    /// Its text, for places in later messages.
    pub sources: Sources,
}

impl LoadedSettings {
    /// A path that the settings name, seen from the settings file.
    pub fn beside(&self, path: &str) -> PathBuf {
        self.path
            .as_deref()
            .and_then(Path::parent)
            .map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
    }
}

/// Why there are no settings to be had.
#[derive(Clone, Debug)]
pub enum SettingsError {
    /// The file could not be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There are two files and nobody says which.
    Two(PathBuf, PathBuf),
    /// The text is wrong.
    Wrong(Box<Sources>, Vec<Diagnostic>),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingsError::Unreadable { path, reason } => {
                write!(out, "{}: cannot be read: {reason}", path.display())
            }
            SettingsError::Two(one, other) => write!(
                out,
                "there are two settings files: {} and {}\nhelp: name the right one with --settings",
                one.display(),
                other.display()
            ),
            SettingsError::Wrong(sources, found) => {
                let text = crate::base::render::render(sources, found, false);
                write!(out, "{}", text.trim_end())
            }
        }
    }
}

impl std::error::Error for SettingsError {}

/// Where the settings are: the file that was named, else `tamis.toml` in the rules folder or in the
/// data folder. `None` if there is neither; two are refused, so that none is silently passed over.
pub fn find(
    named: Option<&Path>,
    rules_folder: &Path,
    data_folder: &Path,
) -> Result<Option<PathBuf>, SettingsError> {
    if let Some(path) = named {
        return Ok(Some(path.to_owned()));
    }
    let in_rules = rules_folder.join(FILE_NAME);
    let in_data = data_folder.join(FILE_NAME);
    let same = match (
        fs::canonicalize(rules_folder),
        fs::canonicalize(data_folder),
    ) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    // A link that leads nowhere is there too: reading it will say so.
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    match (is_there(&in_rules), is_there(&in_data)) {
        (true, true) if !same => Err(SettingsError::Two(in_rules, in_data)),
        (true, _) => Ok(Some(in_rules)),
        (false, true) => Ok(Some(in_data)),
        (false, false) => Ok(None),
    }
}

/// Finds and reads the settings; without a file, the defaults.
pub fn load(
    named: Option<&Path>,
    rules_folder: &Path,
    data_folder: &Path,
) -> Result<LoadedSettings, SettingsError> {
    let Some(path) = find(named, rules_folder, data_folder)? else {
        return Ok(LoadedSettings::default());
    };
    let text = read_text(&path)?;
    let mut sources = Sources::default();
    let (settings, found) = parse(&mut sources, &path.display().to_string(), text);
    if found.is_empty() {
        Ok(LoadedSettings {
            settings,
            path: Some(path),
            sources,
        })
    } else {
        Err(SettingsError::Wrong(Box::new(sources), found))
    }
}

fn read_text(path: &Path) -> Result<String, SettingsError> {
    let unreadable = |reason: String| SettingsError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let file = fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(limit::SETTINGS_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > limit::SETTINGS_BYTES_MAX {
        return Err(unreadable(format!(
            "it is larger than {} bytes",
            limit::SETTINGS_BYTES_MAX
        )));
    }
    String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))
}

/// Judges a text. The settings are of use if nothing was found.
pub fn parse(sources: &mut Sources, name: &str, text: String) -> (Settings, Vec<Diagnostic>) {
    let source = sources.add(name, text);
    let text = sources.get(source).map_or("", |source| &source.text);
    let mut faults = Faults::new(source);
    let top = reader::parse(text, &mut faults);
    let mut settings = Settings::default();
    if faults.found.is_empty() {
        let span = faults.span(0..0);
        let table = Table::new(top.get_ref(), "the settings", span);
        sections(table, &mut settings, &mut faults);
    }
    (settings, faults.found)
}

fn sections(mut top: Table<'_>, settings: &mut Settings, faults: &mut Faults) {
    if let Some(mut server) = top.table(faults, "server") {
        settings.listen = listen(&mut server, faults);
        server.finish(faults);
    }
    if let Some(mut limits) = top.table(faults, "limits") {
        let mut number = |key: &'static str, most: u64| limits.number(faults, key, 1..=most);
        let body = number("body_bytes_max", limit::SETTINGS_BODY_BYTES_MAX);
        let requests = number("requests_per_second_max", 1_000_000);
        let threads = number("threads", limit::RUN_THREADS_MAX as u64);
        let ranks = number("ranks_seconds", limit::RANKS_SECONDS_MAX);
        limits.finish(faults);
        settings.limits = Limits {
            body_bytes_max: body.and_then(|bytes| usize::try_from(bytes).ok()),
            requests_per_second_max: requests.and_then(|count| u32::try_from(count).ok()),
            threads: threads.and_then(|count| usize::try_from(count).ok()),
            ranks_seconds: ranks.and_then(|seconds| i64::try_from(seconds).ok()),
        };
    }
    if let Some(mut delivery) = top.table(faults, "delivery") {
        settings.hosts = hosts(&mut delivery, faults);
        delivery.finish(faults);
    }
    if let Some(channels) = top.table(faults, "channel") {
        let tables = channels.tables(faults, "channel");
        if let Some((_, table)) = tables.get(limit::CHANNELS_MAX) {
            faults.error(
                codes::WRONG_VALUE,
                format!("there are more than {} channels", limit::CHANNELS_MAX),
                table.span(),
                "one channel serves any number of plans",
            );
        }
        for (name, table) in tables.into_iter().take(limit::CHANNELS_MAX) {
            settings.channels.extend(read_channel(name, table, faults));
        }
    }
    check_hosts(settings, faults);
    top.finish(faults);
}

fn listen(server: &mut Table<'_>, faults: &mut Faults) -> Option<SocketAddr> {
    let text = server.text(faults, "listen")?;
    let address = text.value.parse().ok();
    if address.is_none() {
        faults.error(
            codes::WRONG_VALUE,
            "`listen` is no address with a port",
            text.span,
            "write `listen = \"127.0.0.1:7171\"`",
        );
    }
    address
}

fn hosts(delivery: &mut Table<'_>, faults: &mut Faults) -> Vec<String> {
    let mut hosts = Vec::new();
    for text in delivery.texts(faults, "hosts").unwrap_or_default() {
        match url::host_name(&text.value) {
            Ok(host) => hosts.push(host),
            Err(reason) => faults.error(
                codes::WRONG_VALUE,
                format!("a host of the list cannot be used: {reason}"),
                text.span,
                "write names or addresses, without port and path",
            ),
        }
    }
    hosts
}

/// Every webhook leads to a host of the list.
fn check_hosts(settings: &Settings, faults: &mut Faults) {
    for channel in &settings.channels {
        let Carrier::Webhook(webhook) = &channel.carrier else {
            continue;
        };
        let host = &webhook.url.value.host;
        if !settings.hosts.contains(host) {
            faults.error(
                codes::HOST_NOT_LISTED,
                format!("the host `{host}` is not among the hosts that may be reached"),
                webhook.url.span,
                format!("add it: `[delivery]` `hosts = [\"{host}\"]`"),
            );
        }
    }
}

/// The secret that a channel names. `environment` answers what a variable holds.
pub fn secret(
    name: &Placed<String>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Secret, Box<Diagnostic>> {
    match environment(&name.value) {
        Some(value) if !value.is_empty() => Ok(Secret::new(value)),
        _ => Err(Box::new(no_secret(&name.value, name.span))),
    }
}

fn no_secret(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::NO_SECRET,
        format!("the environment variable `{name}` is not set"),
        span,
    )
    .help("set it for the server's process; secrets never stand in files")
}
