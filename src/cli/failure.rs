//! How a verb ends when it cannot do its work: a kind, a cause, what to do, and the
//! exit code that scripts read.

use std::process::ExitCode;

use crate::base::diagnostic::Diagnostic;
use crate::base::render::render;
use crate::base::source::Sources;
use crate::base::text::visible;
use crate::live::moment::AskError;

use super::output::{say, talk_in_color};

/// A failed verb.
#[derive(Debug)]
pub(super) enum Failure {
    /// Exit 2.
    Usage(String),
    /// Exit 3: rules or a question are wrong.
    Rules(Box<Sources>, Vec<Diagnostic>),
    /// Exit 3: as [`Failure::Rules`], drawn already, with the number of errors.
    Drawn(String, usize),
    /// Exit 3: a file or a value is wrong.
    Input(String),
    /// Exit 4.
    Store(String),
    /// What has a page of its own, which `tamis explain CODE` shows.
    Coded {
        /// Stable.
        code: String,
        /// What is wrong, and what to do.
        text: String,
        /// 3 or 4.
        exit: u8,
    },
    /// Exit 1: somebody stopped it.
    Stopped(String),
    /// The reader of our output has gone: no failure of ours, exit 0.
    ReaderGone,
}

impl Failure {
    /// The exit code of the contract.
    pub(super) fn code(&self) -> ExitCode {
        match self {
            Failure::ReaderGone => ExitCode::SUCCESS,
            Failure::Usage(_) => ExitCode::from(2),
            Failure::Rules(..) | Failure::Drawn(..) | Failure::Input(_) => ExitCode::from(3),
            Failure::Store(_) => ExitCode::from(4),
            Failure::Coded { exit, .. } => ExitCode::from(*exit),
            Failure::Stopped(_) => ExitCode::from(1),
        }
    }

    /// Says it on standard error.
    pub(super) fn tell(&self) {
        match self {
            Failure::ReaderGone => {}
            Failure::Usage(text)
            | Failure::Input(text)
            | Failure::Store(text)
            | Failure::Stopped(text) => say(&format!("error: {text}")),
            Failure::Rules(sources, diagnostics) => {
                let errors = diagnostics.iter().filter(|found| found.is_error()).count();
                tell_drawn(&render(sources, diagnostics, talk_in_color()), errors);
            }
            Failure::Coded { code, text, .. } => {
                say(&visible_lines(&format!("error[{code}]: {text}")));
            }
            Failure::Drawn(drawn, errors) => tell_drawn(drawn, *errors),
        }
    }
}

/// Files and columns are called what somebody else says.
fn visible_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    lines.join("\n")
}

fn tell_drawn(drawn: &str, errors: usize) {
    say(drawn.trim_end());
    if errors > 1 {
        say(&format!("\n{errors} errors"));
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Text(sources, diagnostics) => Failure::Rules(sources, diagnostics),
            AskError::NoCustomer(id) => Failure::Input(format!(
                "no customer has the id `{id}`\nhelp: ids are compared exactly, case and width included"
            )),
            AskError::NoScore { message, help } => {
                Failure::Input(format!("{message}\nhelp: {help}"))
            }
            AskError::NoReport(name) => no_report(&format!("no report is called `{name}`")),
            AskError::Report(error @ crate::report::ReportError::NoInstant) => {
                Failure::Usage(format!("{error}\nhelp: leave --as-of out"))
            }
            AskError::Report(error) => Failure::Input(error.to_string()),
            AskError::Run(error) => Failure::Store(error.to_string()),
        }
    }
}

/// A name that no report has, whoever said so.
pub(super) fn no_report(sentence: &str) -> Failure {
    Failure::Input(format!(
        "{sentence}\nhelp: a report is an item of a rule file: report NAME per A {{ n: count(customer) }}"
    ))
}

impl From<crate::store::StoreError> for Failure {
    fn from(error: crate::store::StoreError) -> Self {
        Failure::Coded {
            code: error.code().to_owned(),
            text: format!("{error}\nhelp: {}", error.help()),
            exit: 4,
        }
    }
}

impl From<crate::columns::ColumnsError> for Failure {
    fn from(error: crate::columns::ColumnsError) -> Self {
        match error {
            crate::columns::ColumnsError::Store(error) => error.into(),
            other => Failure::Store(other.to_string()),
        }
    }
}
