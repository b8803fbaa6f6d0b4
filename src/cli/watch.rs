//! `tamis watch`: who enters and leaves the filters of a running server. Goes on after the
//! last record seen when the server comes back.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;
use sse_stream::{Sse, SseByteStream};
use tokio_stream::StreamExt;

use super::arguments::{Place, Summary, Watch};
use super::failure::Failure;
use super::output::{Output, say};
use super::remote::{self, Server, escaped};

/// Between two attempts to find a server that went away.
const AGAIN: Duration = Duration::from_millis(500);

/// Shows records until enough were shown or the reader goes.
pub(super) fn run(
    place: &Place,
    options: &Watch,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let mut server = Some(remote::find(place)?.ok_or_else(|| remote::nobody(place))?);
    let mut watched = Watched {
        options,
        output,
        last: options.after,
        left: options.count,
    };
    loop {
        if let Some(server) = &server
            && watched.follow(server)?
        {
            return Ok(ExitCode::SUCCESS);
        }
        if server.is_some() {
            say("the server went away; waiting for it");
        }
        std::thread::sleep(AGAIN);
        server = remote::find(place)?;
    }
}

struct Watched<'a> {
    options: &'a Watch,
    output: &'a mut Output,
    /// The last record seen.
    last: Option<u64>,
    /// Records still to be shown.
    left: Option<u64>,
}

impl Watched<'_> {
    /// Shows what comes; whether enough was shown.
    fn follow(&mut self, server: &Server) -> Result<bool, Failure> {
        let mut parameters = Vec::new();
        if let Some(rule) = &self.options.rule {
            parameters.push(format!("rule={}", escaped(rule)));
        }
        if let Some(last) = self.last {
            parameters.push(format!("after={last}"));
        }
        let path = format!("/v1/matches?{}", parameters.join("&"));
        let Some(response) = server.stream(&path)? else {
            return Ok(false);
        };
        // A reader that comes back after the first record must not miss what came before it.
        if self.last.is_none() {
            self.last = remote::position(&response);
        }
        let mut events = SseByteStream::new(response.bytes_stream());
        while let Some(event) = server.wait(events.next()) {
            let Ok(event) = event else {
                return Ok(false);
            };
            if self.left == Some(0) || self.show(&event)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Shows one event; whether enough was shown.
    fn show(&mut self, event: &Sse) -> Result<bool, Failure> {
        let (Some(id), Some(data)) = (&event.id, &event.data) else {
            return Ok(false);
        };
        self.last = id.parse().ok().or(self.last);
        let line = match self.options.format {
            Summary::Json => data.clone(),
            Summary::Table => line(data),
        };
        self.output.line(&line)?;
        self.output.finish()?;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
        Ok(self.left == Some(0))
    }
}

/// A record as people read it.
fn line(data: &str) -> String {
    let record: Value = serde_json::from_str(data).unwrap_or_default();
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let who = match record.get("members").and_then(Value::as_u64) {
        Some(members) => format!("with {members} members"),
        None => match (text("customer"), text("what")) {
            ("", "entered" | "left") => "a customer who was erased".to_owned(),
            (id, _) => id.to_owned(),
        },
    };
    let cause = match text("fact") {
        "" => text("cause").to_owned(),
        fact => format!("{}: {fact}", text("cause")),
    };
    format!(
        "{}  {}  {} {who} ({cause})",
        text("at"),
        text("rule"),
        text("what")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_as_sentences() {
        let entered = r#"{"sequence":1,"rule":"rich","customer":"7","what":"entered","at":"1999-01-01T10:00:00+01:00","cause":"fact","fact":"credit"}"#;
        assert_eq!(
            line(entered),
            "1999-01-01T10:00:00+01:00  rich  entered 7 (fact: credit)"
        );
        let initial = r#"{"sequence":2,"rule":"rich","customer":null,"what":"initial","members":3,"at":"1999-01-01T10:00:00+01:00","cause":"rule"}"#;
        assert_eq!(
            line(initial),
            "1999-01-01T10:00:00+01:00  rich  initial with 3 members (rule)"
        );
        let erased = r#"{"sequence":3,"rule":"rich","customer":null,"what":"left","at":"1999-01-01T10:00:00+01:00","cause":"erasure"}"#;
        assert_eq!(
            line(erased),
            "1999-01-01T10:00:00+01:00  rich  left a customer who was erased (erasure)"
        );
    }
}
