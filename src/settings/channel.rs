//! `[channel.NAME]`: where actions go and at what pace. Only what the file says: nothing is
//! resolved, connected or read here.

use super::codes;
use super::reader::{Faults, Placed, Table};
use super::url::Url;
use crate::base::limit;
use crate::base::span::Span;

/// The one channel whose messages have an address.
pub const MAIL: &str = "email";

/// A way to the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// As care plans write it.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// How many, how often, how long.
    pub pace: Pace,
    /// What carries its messages.
    pub carrier: Carrier,
}

/// Bounds on the use of one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Attempts that run at the same time.
    pub at_once_max: usize,
    /// Attempts begun within one minute; `None`: as many as can be.
    pub per_minute_max: Option<u32>,
    /// Attempts at one message before it is given up.
    pub attempts_max: u32,
    /// Seconds one attempt may take.
    pub attempt_seconds_max: u32,
    /// Seconds before the second attempt; doubled before each further one.
    pub retry_seconds: u32,
    /// Seconds that the wait before an attempt never exceeds, whatever the receiver asks for.
    pub retry_seconds_max: u32,
}

/// What carries messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A mail server.
    Smtp(Box<Smtp>),
    /// An HTTP receiver.
    Webhook(Webhook),
    /// A file in the data folder.
    Recorder,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// Who sends: `Bank <care@bank.example>`.
    pub from: Placed<String>,
    /// Where answers go, if not there.
    pub reply_to: Option<Placed<String>>,
    /// Name to log in with.
    pub user: Option<String>,
    /// The environment variable that holds the password.
    pub password_env: Option<Placed<String>>,
    /// A PEM file with certificates to trust beside those of the machine; relative to the settings file.
    pub certificates: Option<Placed<String>>,
}

/// How a mail connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Plain at first, protected before anything is said; refused if the server cannot.
    Starttls,
    /// Protected from the first byte.
    Implicit,
    /// Not at all.
    None,
}

/// An HTTP receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Where messages are posted.
    pub url: Placed<Url>,
    /// The environment variable that holds the key of the signature.
    pub secret_env: Placed<String>,
    /// A PEM file with certificates to trust beside those of the machine; relative to the settings file.
    pub certificates: Option<Placed<String>>,
}

#[derive(Clone, Copy)]
enum Kind {
    Smtp,
    Webhook,
    Recorder,
}

/// Reads one section.
pub(super) fn read(name: String, mut table: Table<'_>, faults: &mut Faults) -> Option<Channel> {
    let span = table.span();
    if name.chars().count() > limit::NAME_CHARACTERS_MAX {
        faults.error(
            codes::WRONG_VALUE,
            "the name of the channel is too long",
            span,
            format!(
                "names have at most {} characters",
                limit::NAME_CHARACTERS_MAX
            ),
        );
    }
    let kinds = [
        ("smtp", Kind::Smtp),
        ("webhook", Kind::Webhook),
        ("recorder", Kind::Recorder),
    ];
    let kind = table.choice(faults, "kind", &kinds);
    table.must(faults, "kind");
    let kind = kind?;
    if matches!(kind, Kind::Smtp) && name != MAIL {
        faults.error(
            codes::CONTRADICTION,
            format!("the mail channel is called `{MAIL}`, not `{name}`"),
            span,
            format!("write `[channel.{MAIL}]`: only its messages have an address"),
        );
    }
    let pace = pace(&mut table, faults, kind);
    let carrier = match kind {
        Kind::Smtp => smtp(&mut table, faults).map(|smtp| Carrier::Smtp(Box::new(smtp))),
        Kind::Webhook => webhook(&mut table, faults).map(Carrier::Webhook),
        Kind::Recorder => Some(Carrier::Recorder),
    };
    table.finish(faults);
    Some(Channel {
        name,
        span,
        pace,
        carrier: carrier?,
    })
}

fn pace(table: &mut Table<'_>, faults: &mut Faults, kind: Kind) -> Pace {
    let mut number = |key: &'static str, most: u64| -> Option<u32> {
        table
            .number(faults, key, 1..=most)
            .and_then(|number| u32::try_from(number).ok())
    };
    let at_once = number("at_once_max", limit::DELIVERY_AT_ONCE_MAX as u64);
    let per_minute = number("per_minute_max", limit::DELIVERY_PER_MINUTE_MAX);
    let attempts = number("attempts_max", limit::DELIVERY_ATTEMPTS_MAX);
    let attempt_seconds = number("attempt_seconds_max", limit::DELIVERY_ATTEMPT_SECONDS_MAX);
    let retry_seconds = number("retry_seconds", limit::DELIVERY_RETRY_SECONDS_MAX);
    let retry_seconds_most = number("retry_seconds_max", limit::DELIVERY_RETRY_SECONDS_MAX);
    let pace = Pace {
        at_once_max: at_once.map_or(
            match kind {
                Kind::Smtp => 4,
                Kind::Webhook => 8,
                Kind::Recorder => 64,
            },
            |count| count as usize,
        ),
        per_minute_max: per_minute,
        attempts_max: attempts.unwrap_or(8),
        attempt_seconds_max: attempt_seconds.unwrap_or(30),
        retry_seconds: retry_seconds.unwrap_or(30),
        retry_seconds_max: retry_seconds_most.unwrap_or(3_600),
    };
    if pace.retry_seconds > pace.retry_seconds_max {
        faults.error(
            codes::CONTRADICTION,
            "`retry_seconds` is more than `retry_seconds_max`",
            table.span(),
            "the first wait is the shortest",
        );
    }
    pace
}

fn smtp(table: &mut Table<'_>, faults: &mut Faults) -> Option<Smtp> {
    let host = table.text_wanted(faults, "host");
    let protections = [
        ("starttls", Protection::Starttls),
        ("implicit", Protection::Implicit),
        ("none", Protection::None),
    ];
    let protection = table
        .choice(faults, "tls", &protections)
        .unwrap_or(Protection::Starttls);
    let port = table
        .number(faults, "port", 1..=u64::from(u16::MAX))
        .and_then(|port| u16::try_from(port).ok())
        .unwrap_or(match protection {
            Protection::Starttls => 587,
            Protection::Implicit => 465,
            Protection::None => 25,
        });
    let from = table.text_wanted(faults, "from");
    let reply_to = table.text(faults, "reply_to");
    let user = table.text(faults, "user");
    let password_env = variable(table, faults, "password_env");
    let certificates = table.text(faults, "certificates");
    match (&user, &password_env) {
        (Some(one), None) => faults.error(
            codes::CONTRADICTION,
            "`user` without `password_env`",
            one.span,
            "name the environment variable that holds the password: `password_env = \"…\"`",
        ),
        (None, Some(one)) => faults.error(
            codes::CONTRADICTION,
            "`password_env` without `user`",
            one.span,
            "say who logs in: `user = \"…\"`",
        ),
        (Some(user), Some(_)) if protection == Protection::None => faults.error(
            codes::CONTRADICTION,
            "a password would cross the network in clear",
            user.span,
            "write `tls = \"starttls\"` or `tls = \"implicit\"`, or leave out `user` and `password_env`",
        ),
        _ => {}
    }
    if let (Some(certificates), Protection::None) = (&certificates, protection) {
        faults.error(
            codes::CONTRADICTION,
            "`certificates` beside `tls = \"none\"`",
            certificates.span,
            "certificates protect nothing without TLS",
        );
    }
    Some(Smtp {
        host: host?.value,
        port,
        protection,
        from: from?,
        reply_to,
        user: user.map(|user| user.value),
        password_env,
        certificates,
    })
}

fn webhook(table: &mut Table<'_>, faults: &mut Faults) -> Option<Webhook> {
    let url = table.text_wanted(faults, "url");
    let secret_env = variable(table, faults, "secret_env");
    table.must(faults, "secret_env");
    let certificates = table.text(faults, "certificates");
    let url = url?;
    let parsed = match Url::parse(&url.value) {
        Ok(parsed) => parsed,
        Err(reason) => {
            faults.error(
                codes::WRONG_VALUE,
                format!("`url` cannot be used: {reason}"),
                url.span,
                "write `https://host/path`",
            );
            return None;
        }
    };
    if !parsed.protected && !parsed.is_loopback() {
        faults.error(
            codes::WRONG_VALUE,
            "customers' data would cross the network in clear",
            url.span,
            "write `https://…`; `http://` is taken for receivers on this machine alone",
        );
    }
    Some(Webhook {
        url: Placed {
            value: parsed,
            span: url.span,
        },
        secret_env: secret_env?,
        certificates,
    })
}

/// The name of an environment variable.
fn variable(
    table: &mut Table<'_>,
    faults: &mut Faults,
    key: &'static str,
) -> Option<Placed<String>> {
    let name = table.text(faults, key)?;
    let sound = name
        .value
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
        && !name.value.starts_with(|sign: char| sign.is_ascii_digit());
    if !sound {
        // The place is that of the section: what stands there may be the secret itself.
        faults.error(
            codes::WRONG_VALUE,
            format!("`{key}` is not the name of an environment variable"),
            table.span(),
            "the secret itself never stands in this file: write the name of the variable that holds it, like `TAMIS_CRM_SECRET`",
        );
    }
    Some(name)
}
