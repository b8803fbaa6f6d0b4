//! A message as a mail over SMTP. The steps of the conversation are told apart, because what
//! breaks before the text was handed over surely was not sent, and what breaks behind it may
//! have been.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::{Address, Message as Letter};

use tokio::net::TcpStream;

use super::message::Message;
use super::outcome::Outcome;
use crate::base::clock::Clock;
use crate::base::limit;
use crate::base::secret::Secret;
use crate::settings::{Protection, Smtp};

/// One mail server.
pub(super) struct MailServer {
    host: String,
    port: u16,
    protection: Protection,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    hello: ClientId,
    attempt_max: Duration,
    idle: Mutex<Vec<Idle>>,
}

/// A connection that waits for the next message.
struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
    messages: u32,
}

/// A connection in use.
struct Line {
    connection: AsyncSmtpConnection,
    messages: u32,
    is_reused: bool,
}

impl MailServer {
    /// `certificates` is a PEM file to trust beside what the machine trusts.
    pub(super) fn new(
        smtp: &Smtp,
        password: Option<&Secret>,
        certificates: Option<PathBuf>,
        attempt_seconds_max: u32,
    ) -> Result<Self, String> {
        let tls = match smtp.protection {
            Protection::None => None,
            Protection::Starttls | Protection::Implicit => {
                Some(tls_parameters(&smtp.host, certificates)?)
            }
        };
        let mailbox = |key: &str, text: &str| -> Result<Mailbox, String> {
            text.parse().map_err(|_| {
                format!("`{key}` is no mail address: write `Bank <care@bank.example>`")
            })
        };
        let reply_to = smtp.reply_to.as_ref();
        Ok(Self {
            host: smtp.host.clone(),
            port: smtp.port,
            protection: smtp.protection,
            tls,
            credentials: smtp.user.as_ref().zip(password).map(|(user, password)| {
                Credentials::new(user.clone(), password.reveal().to_owned())
            }),
            from: mailbox("from", &smtp.from.value)?,
            reply_to: reply_to
                .map(|text| mailbox("reply_to", &text.value))
                .transpose()?,
            hello: ClientId::default(),
            attempt_max: Duration::from_secs(u64::from(attempt_seconds_max)),
            idle: Mutex::new(Vec::new()),
        })
    }

    pub(super) async fn carry(&self, message: &Message) -> Outcome {
        let letter = match self.letter(message) {
            Ok(letter) => letter,
            Err(reason) => return Outcome::Impossible(reason),
        };
        let Some(to) = letter.envelope().to().first().cloned() else {
            return Outcome::Impossible("no address".to_owned());
        };
        let text = letter.formatted();
        let mut handed_over = false;
        let sending = self.send(&to, &text, &mut handed_over);
        let outcome = match tokio::time::timeout(self.attempt_max, sending).await {
            Ok(outcome) => outcome,
            Err(_) if handed_over => Outcome::Doubtful(
                "the text was handed over, and no answer came within the time limit".to_owned(),
            ),
            Err(_) => Outcome::later("the mail server did not answer within the time limit"),
        };
        without_address(outcome, &to)
    }

    /// `handed_over` is set before the first byte of the text leaves.
    async fn send(&self, to: &Address, text: &[u8], handed_over: &mut bool) -> Outcome {
        loop {
            let mut line = match self.line().await {
                Ok(line) => line,
                Err(reason) => return Outcome::later(reason),
            };
            // The server may have closed a waiting connection: then nothing was said on it.
            let options = mail_options(&line.connection, &self.from.email, to, text);
            let options = match options {
                Ok(options) => options,
                Err(reason) => return Outcome::Impossible(reason),
            };
            let from = Some(self.from.email.clone());
            if let Err(error) = line.connection.command(Mail::new(from, options)).await {
                if line.is_reused && error.status().is_none() {
                    continue;
                }
                return Outcome::later(words(&error));
            }
            return self.rest(line, to, text, handed_over).await;
        }
    }

    /// What follows the sender's address.
    async fn rest(
        &self,
        mut line: Line,
        to: &Address,
        text: &[u8],
        handed_over: &mut bool,
    ) -> Outcome {
        if let Err(error) = line.connection.command(Rcpt::new(to.clone(), vec![])).await {
            let outcome = refused(&error);
            if error.status().is_some() && line.connection.command(Rset).await.is_ok() {
                self.keep(line);
            }
            return outcome;
        }
        if let Err(error) = line.connection.command(Data).await {
            return refused(&error);
        }
        *handed_over = true;
        match line.connection.message(text).await {
            Ok(_) => {
                self.keep(line);
                Outcome::Taken
            }
            // The server speaks about the message: it has not taken it. What else it makes of a refused
            // text differs between servers, so the conversation ends here.
            Err(error) if error.status().is_some() => refused(&error),
            Err(error) => Outcome::Doubtful(format!(
                "the text was handed over, and then: {}",
                words(&error)
            )),
        }
    }

    /// A connection that waits, else a new one.
    async fn line(&self) -> Result<Line, String> {
        if let Some(idle) = self.waiting() {
            return Ok(Line {
                connection: idle.connection,
                messages: idle.messages,
                is_reused: true,
            });
        }
        let connection = self.connect().await?;
        Ok(Line {
            connection,
            messages: 0,
            is_reused: false,
        })
    }

    /// A new connection, protected and logged in as the settings want.
    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let said = |error: Error| words(&error);
        let place = (self.host.as_str(), self.port);
        if self.protection == Protection::Implicit {
            let longest = Some(self.attempt_max);
            let tls = self.tls.clone();
            let connecting =
                AsyncSmtpConnection::connect_tokio1(place, longest, &self.hello, tls, None);
            let mut connection = connecting.await.map_err(said)?;
            self.log_in(&mut connection).await?;
            return Ok(connection);
        }
        // Text and its end are two writes: without this the second waits for the first's receipt.
        let stream = TcpStream::connect(place)
            .await
            .map_err(|error| format!("no connection: {error}"))?;
        let _ = stream.set_nodelay(true);
        let connecting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello);
        let mut connection = connecting.await.map_err(said)?;
        if let (Protection::Starttls, Some(tls)) = (self.protection, &self.tls) {
            let protecting = connection.starttls(tls.clone(), &self.hello);
            protecting.await.map_err(said)?;
        }
        self.log_in(&mut connection).await?;
        Ok(connection)
    }

    async fn log_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), String> {
        let Some(credentials) = &self.credentials else {
            return Ok(());
        };
        let answer = connection.auth(DEFAULT_MECHANISMS, credentials).await;
        answer.map(drop).map_err(|error| words(&error))
    }

    /// The connection that waits the shortest, if that is short enough.
    fn waiting(&self) -> Option<Idle> {
        let mut idle = self.idle.lock().ok()?;
        let most = Duration::from_secs(limit::DELIVERY_IDLE_SECONDS_MAX);
        idle.retain(|idle| idle.since.elapsed() < most);
        idle.pop()
    }

    fn keep(&self, line: Line) {
        let messages = line.messages + 1;
        if messages >= limit::MAILS_OF_CONNECTION_MAX || line.connection.has_broken() {
            return;
        }
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(Idle {
                connection: line.connection,
                since: Instant::now(),
                messages,
            });
        }
    }

    /// The whole mail. The error is a reason and names no address.
    fn letter(&self, message: &Message) -> Result<Letter, String> {
        let entry = &message.entry;
        let address = entry.address.as_deref().unwrap_or_default().trim();
        // Only an address: a name could carry a second one.
        let to: Address = address
            .parse()
            .map_err(|_| "the address is none".to_owned())?;
        let now = u64::try_from(Clock::System.now().0).unwrap_or(0);
        let domain = self.from.email.domain();
        let mut builder: MessageBuilder = Letter::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.letter.subject.as_str())
            .date(UNIX_EPOCH + Duration::from_secs(now))
            // The same at every attempt, so that a mailbox can tell a repeat.
            .message_id(Some(format!("<{}@{domain}>", entry.key)));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        // Asks machines not to answer (RFC 3834).
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        builder = builder.raw_header(HeaderValue::new(name, "auto-generated".to_owned()));
        let text = message.letter.text.clone();
        let built = match &message.letter.html {
            None => builder.singlepart(SinglePart::plain(text)),
            Some(html) => builder.multipart(MultiPart::alternative_plain_html(text, html.clone())),
        };
        built.map_err(|error| format!("the mail cannot be written: {error}"))
    }
}

fn tls_parameters(host: &str, certificates: Option<PathBuf>) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = certificates {
        let pem = std::fs::read(&path)
            .map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|_| format!("{}: holds no certificates", path.display()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| words(&error))
}

/// What has to be said of addresses and text that are not ASCII; the error if the server takes none such.
fn mail_options(
    connection: &AsyncSmtpConnection,
    from: &Address,
    to: &Address,
    text: &[u8],
) -> Result<Vec<MailParameter>, String> {
    let info = connection.server_info();
    let mut options = Vec::new();
    let is_ascii = |address: &Address| address.user().is_ascii() && address.domain().is_ascii();
    if !is_ascii(from) || !is_ascii(to) {
        if !info.supports_feature(Extension::SmtpUtfEight) {
            return Err("the mail server takes no addresses beyond ASCII".to_owned());
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !text.is_ascii() {
        if !info.supports_feature(Extension::EightBitMime) {
            return Err("the mail server takes no text beyond ASCII".to_owned());
        }
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(options)
}

/// The answer to the receiver's address or to the text: 5xx is for good, all else may pass.
fn refused(error: &Error) -> Outcome {
    if error.is_permanent() {
        Outcome::Refused(words(error))
    } else {
        Outcome::later(words(error))
    }
}

/// The library's error with its causes, bounded.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = inner.source();
    }
    text.chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .take(limit::DELIVERY_REASON_CHARACTERS_MAX)
        .collect()
}

/// Mail servers like to repeat the address; reasons are read where addresses are not.
fn without_address(outcome: Outcome, to: &Address) -> Outcome {
    let address = to.to_string();
    let clean = |reason: String| {
        let small = reason.to_ascii_lowercase();
        if !small.contains(&address.to_ascii_lowercase()) {
            return reason;
        }
        // Cut by bytes of the small text: ASCII lowering keeps every byte's place.
        let needle = address.to_ascii_lowercase();
        let mut clean = String::new();
        let mut at = 0;
        for (found, piece) in small.match_indices(&needle) {
            clean.push_str(reason.get(at..found).unwrap_or_default());
            clean.push_str("(address)");
            at = found + piece.len();
        }
        clean.push_str(reason.get(at..).unwrap_or_default());
        clean
    };
    match outcome {
        Outcome::Taken => Outcome::Taken,
        Outcome::Refused(reason) => Outcome::Refused(clean(reason)),
        Outcome::Impossible(reason) => Outcome::Impossible(clean(reason)),
        Outcome::Doubtful(reason) => Outcome::Doubtful(clean(reason)),
        Outcome::Later {
            reason,
            after_seconds,
        } => Outcome::Later {
            reason: clean(reason),
            after_seconds,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_lose_the_address_however_it_is_written() {
        let to: Address = "Jan.Novak@example.org".parse().unwrap();
        let outcome = Outcome::Refused(
            "550 5.1.1 <jan.novak@EXAMPLE.org>: no such user Jan.Novak@example.org — sorry"
                .to_owned(),
        );
        assert_eq!(
            without_address(outcome, &to),
            Outcome::Refused("550 5.1.1 <(address)>: no such user (address) — sorry".to_owned())
        );
    }
}
