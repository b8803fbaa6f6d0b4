//! A verb through the server that holds the store: found by its control socket, asked
//! over its own API, written as it comes, so that the output is the same with a server
//! and without.

mod care;

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Once;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use super::arguments::{Explain, Place, Preview, Query, Report, Score, Summary, Why, Words};
use super::failure::Failure;
use super::output::{Output, say, talk_in_color};
use super::workplace::{data_folder, not_an_instant};
use crate::form::Form;
use crate::form::backup::MadeForm;
use crate::form::problem::Problem;
use crate::form::query::{Style, Wanted};
use crate::server::{
    BACKUP_PATH, COLOR_HEADER, COLUMNS_HEADER, CONTROL_SOCKET, NOTES_HEADER, SEQUENCE_HEADER,
    VERSION, VERSION_HEADER,
};
use crate::store::Store;

/// Host of the control socket's addresses; nobody looks it up.
const HOST: &str = "http://localhost";

/// A running server of this version.
pub(super) struct Server {
    client: Client,
    runtime: tokio::runtime::Runtime,
}

/// The server that holds the store of that place, if one runs.
pub(super) fn find(place: &Place) -> Result<Option<Server>, Failure> {
    let server = holder(place)?;
    if let Some(server) = &server {
        server.same_rules(place)?;
    }
    Ok(server)
}

/// As [`find`], whatever rules it serves.
pub(super) fn holder(place: &Place) -> Result<Option<Server>, Failure> {
    let socket = data_folder(place).join(CONTROL_SOCKET);
    // A socket that nobody listens to was left by a server that was killed.
    if UnixStream::connect(&socket).is_err() {
        return Ok(None);
    }
    let server = Server::on(socket)?;
    server.same_version()?;
    Ok(Some(server))
}

/// There is no server to ask.
pub(super) fn nobody(place: &Place) -> Failure {
    Failure::Store(format!(
        "no server runs on the store `{}`\nhelp: start one with `tamis serve`",
        data_folder(place).display()
    ))
}

/// A server holds the store, and this verb wants it for itself.
pub(super) fn held(place: &Place, help: &str) -> Failure {
    let data = data_folder(place);
    let process = Store::holder(&data).map_or_else(String::new, |pid| format!(", process {pid}"));
    Failure::Store(format!(
        "a server holds the store `{}`{process}\nhelp: {help}",
        data.display()
    ))
}

impl Server {
    fn on(socket: PathBuf) -> Result<Self, Failure> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // One that is set already serves as well: nothing is encrypted on a socket of this machine.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Store(format!("the system refuses: {error}")))?;
        let client = Client::builder()
            .unix_socket(socket)
            .no_proxy()
            .build()
            .map_err(|error| Failure::Store(format!("the server cannot be asked: {error}")))?;
        Ok(Self { client, runtime })
    }

    /// Another version may mean other things by the same words.
    fn same_version(&self) -> Result<(), Failure> {
        let response = self.send(Method::GET, "/healthz", None, None)?;
        let version = response.headers().get(VERSION_HEADER);
        let version = version.and_then(|value| value.to_str().ok());
        if version == Some(VERSION) {
            return Ok(());
        }
        Err(Failure::Store(format!(
            "the store is held by a server of version {}, and this is tamis {VERSION}\nhelp: use the program of that version, or stop that server",
            version.unwrap_or("unknown")
        )))
    }

    /// Rules named on the command line must be those that the server has.
    fn same_rules(&self, place: &Place) -> Result<(), Failure> {
        let Some(named) = &place.rules else {
            return Ok(());
        };
        let served = self.rules_folder()?;
        let named = named.canonicalize().unwrap_or_else(|_| named.clone());
        if named == served {
            return Ok(());
        }
        Err(Failure::Usage(format!(
            "the store is held by a server with the rules of `{}`, not of `{}`\nhelp: leave --rules out, or stop that server",
            served.display(),
            named.display()
        )))
    }

    /// The folder of the rules that it serves.
    pub(super) fn rules_folder(&self) -> Result<PathBuf, Failure> {
        let health: Value = self.read(self.send(Method::GET, "/healthz", None, None)?)?;
        let served = health.get("rules").and_then(Value::as_str);
        Ok(PathBuf::from(served.unwrap_or_default()))
    }

    /// Asks a filter.
    pub(super) fn query(
        &self,
        options: &Query,
        style: Style,
        output: &mut Output,
    ) -> Result<ExitCode, Failure> {
        let body = json!({
            "filter": options.filter,
            "as_of": options.as_of,
            "show": options.show,
            "order_by": options.order_by,
            "limit": options.limit,
            "count_only": style.wanted == Wanted::Count,
            "ids_only": style.wanted == Wanted::Ids,
        });
        let asked = Asked {
            form: style.form,
            columns: style.columns,
        };
        let response = self.send(Method::POST, "/v1/query", Some(body), Some(asked))?;
        self.write(response, options.as_of.as_deref(), output)
    }

    /// Asks a score.
    pub(super) fn score(&self, options: &Score, output: &mut Output) -> Result<ExitCode, Failure> {
        let mut path = format!("/v1/scores/{}", escaped(&options.name));
        let mut parameters = Vec::new();
        match (options.top, options.histogram) {
            (Some(count), _) => parameters.push(format!("top={count}")),
            (None, true) => path.push_str("/histogram"),
            (None, false) => {}
        }
        let as_of = options.as_of.iter();
        parameters.extend(as_of.map(|as_of| format!("as_of={}", escaped(as_of))));
        if !parameters.is_empty() {
            path = format!("{path}?{}", parameters.join("&"));
        }
        let asked = Asked {
            form: options.format.into(),
            columns: None,
        };
        let response = self.send(Method::GET, &path, None, Some(asked))?;
        self.write(response, options.as_of.as_deref(), output)
    }

    /// Asks a report without a name.
    pub(super) fn table(&self, options: &Query, output: &mut Output) -> Result<ExitCode, Failure> {
        let body = json!({
            "filter": options.filter,
            "as_of": options.as_of,
            "by": options.by,
            "measures": options.measure.as_deref().unwrap_or("count"),
            "order_by": options.order_by,
            "limit": options.limit,
        });
        let asked = Asked::drawn(options.format.into());
        let response = self.send(Method::POST, "/v1/query", Some(body), Some(asked))?;
        self.write(response, options.as_of.as_deref(), output)
    }

    /// Asks a report of the rule set.
    pub(super) fn report(
        &self,
        options: &Report,
        output: &mut Output,
    ) -> Result<ExitCode, Failure> {
        let mut path = format!("/v1/reports/{}", escaped(&options.name));
        if let Some(as_of) = &options.as_of {
            path.push_str(&format!("?as_of={}", escaped(as_of)));
        }
        let asked = Asked::drawn(options.format.into());
        let response = self.send(Method::GET, &path, None, Some(asked))?;
        self.write(response, options.as_of.as_deref(), output)
    }

    /// Explains one customer.
    pub(super) fn why(&self, options: &Why, output: &mut Output) -> Result<ExitCode, Failure> {
        let mut path = format!(
            "/v1/customers/{}/why?expr={}",
            escaped(&options.customer),
            escaped(&options.expression)
        );
        if let Some(as_of) = &options.as_of {
            path.push_str(&format!("&as_of={}", escaped(as_of)));
        }
        match options.words {
            Some(Words::Zh) => path.push_str("&words=zh"),
            Some(Words::En) => path.push_str("&words=en"),
            None => {}
        }
        let response = self.send(Method::GET, &path, None, Some(Asked::text()))?;
        self.write(response, options.as_of.as_deref(), output)
    }

    /// Shows a plan.
    pub(super) fn explain(
        &self,
        options: &Explain,
        output: &mut Output,
    ) -> Result<ExitCode, Failure> {
        let body = json!({
            "filter": options.filter,
            "analyze": options.analyze,
            "words": options.words.map(|words| match words {
                Words::Zh => "zh",
                Words::En => "en",
            }),
            "as_of": options.as_of,
        });
        let response = self.send(Method::POST, "/v1/explain", Some(body), Some(Asked::text()))?;
        self.write(response, options.as_of.as_deref(), output)
    }

    /// Tries a rule file.
    pub(super) fn preview(
        &self,
        options: &Preview,
        file: &str,
        text: &str,
        output: &mut Output,
    ) -> Result<ExitCode, Failure> {
        let body = json!({"text": text, "file": file, "samples": options.samples});
        let form = match options.format {
            Summary::Table => Form::Table,
            Summary::Json => Form::Json,
        };
        let asked = Asked {
            form,
            columns: None,
        };
        let response = self.send(Method::POST, "/v1/rules/preview", Some(body), Some(asked))?;
        self.write(response, None, output)
    }

    /// Has it back its store up; what it made.
    pub(super) fn backup(&self, to: &Path, incremental: bool) -> Result<MadeForm, Failure> {
        // It goes as text; another folder must not be written to in its place.
        let Some(to) = to.to_str() else {
            return Err(Failure::Usage(format!(
                "the name of `{}` is not UTF-8, so that the server cannot be told of it\nhelp: name a folder whose name is, or stop the server first",
                to.display()
            )));
        };
        let body = json!({"to": to, "incremental": incremental});
        let response = self.send(Method::POST, BACKUP_PATH, Some(body), None)?;
        if response.status().is_success() {
            return self.read(response);
        }
        let problem: Problem = self.read(response)?;
        Err(refused(problem, None))
    }

    /// Opens a stream; `None` when the server has gone.
    pub(super) fn stream(&self, path: &str) -> Result<Option<Response>, Failure> {
        let Ok(response) = self.send(Method::GET, path, None, None) else {
            return Ok(None);
        };
        if response.status().is_success() {
            return Ok(Some(response));
        }
        let problem: Problem = self.read(response)?;
        // It is stopping; another one may follow.
        if problem.status == 503 {
            return Ok(None);
        }
        Err(refused(problem, None))
    }

    /// Waits for something that comes from the server.
    pub(super) fn wait<T>(&self, coming: impl Future<Output = T>) -> T {
        self.runtime.block_on(coming)
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        asked: Option<Asked>,
    ) -> Result<Response, Failure> {
        let mut request = self.client.request(method, format!("{HOST}{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(asked) = asked {
            request = request.header("accept", asked.media_type());
            if let Some(columns) = asked.columns {
                request = request.header(COLUMNS_HEADER, columns);
            }
        }
        if talk_in_color() {
            request = request.header(COLOR_HEADER, "yes");
        }
        self.runtime.block_on(request.send()).map_err(lost)
    }

    fn read<T: serde::de::DeserializeOwned>(&self, response: Response) -> Result<T, Failure> {
        self.runtime.block_on(response.json()).map_err(lost)
    }

    /// An answer as it comes, or the problem in its place.
    fn write(
        &self,
        mut response: Response,
        as_of: Option<&str>,
        output: &mut Output,
    ) -> Result<ExitCode, Failure> {
        if !response.status().is_success() {
            let problem: Problem = self.read(response)?;
            return Err(refused(problem, as_of));
        }
        let notes = response.headers().get(NOTES_HEADER).cloned();
        while let Some(chunk) = self.runtime.block_on(response.chunk()).map_err(lost)? {
            output.bytes(&chunk)?;
        }
        let notes = notes.and_then(|value| serde_json::from_slice(value.as_bytes()).ok());
        let notes: Vec<String> = notes.unwrap_or_default();
        notes.iter().for_each(|line| say(line));
        Ok(ExitCode::SUCCESS)
    }
}

/// The record after which a stream begins.
pub(super) fn position(response: &Response) -> Option<u64> {
    let value = response.headers().get(SEQUENCE_HEADER)?;
    value.to_str().ok()?.parse().ok()
}

/// How an answer is wanted.
struct Asked {
    form: Form,
    columns: Option<u16>,
}

impl Asked {
    fn drawn(form: Form) -> Self {
        Self {
            form,
            columns: super::output::terminal_width(),
        }
    }

    fn text() -> Self {
        Self {
            form: Form::Table,
            columns: None,
        }
    }

    fn media_type(&self) -> &'static str {
        match self.form {
            Form::Json => "application/json",
            Form::Csv => "text/csv",
            Form::Ndjson => "application/x-ndjson",
            Form::Table => "text/plain",
        }
    }
}

/// A refusal in the words of the command line.
fn refused(problem: Problem, as_of: Option<&str>) -> Failure {
    if let Some(drawn) = problem.rendered {
        let errors = problem.diagnostics.iter();
        let errors = errors.filter(|one| one.severity == "error").count();
        return Failure::Drawn(drawn, errors);
    }
    if let (crate::server::AS_OF, Some(as_of)) = (problem.code.as_str(), as_of) {
        return not_an_instant(as_of);
    }
    let text = match problem.help {
        Some(help) => format!("{}\nhelp: {help}", problem.detail),
        None => problem.detail.clone(),
    };
    match problem.code.as_str() {
        crate::server::NO_PLAN => super::care::unknown_plan(&problem.detail),
        crate::server::NO_REPORT => super::failure::no_report(&problem.detail),
        crate::server::NO_TABLE => Failure::Input(text),
        _ if matches!(problem.status, 404 | 409) => Failure::Input(text),
        _ if problem.status == 422 => Failure::Usage(text),
        code if code.starts_with('S') => Failure::Coded {
            code: code.to_owned(),
            text,
            exit: 4,
        },
        _ => Failure::Store(text),
    }
}

/// The server went away.
fn lost(error: reqwest::Error) -> Failure {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Failure::Store(format!(
        "the server did not answer: {cause}\nhelp: see its log, and start it again if it ended"
    ))
}

/// A text as part of an address: everything but letters, digits, `-`, `_`, `.` in escapes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_id_is_part_of_an_address() {
        assert_eq!(escaped("a/b ?客"), "a%2Fb%20%3F%E5%AE%A2");
    }
}
