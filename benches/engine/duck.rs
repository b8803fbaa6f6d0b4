//! DuckDB in a Python process beside this one: asked a line at a time, so that both are measured in
//! turn. Which Python has the package is told by `TAMIS_PYTHON`.

use std::fs::File;
use std::io::{BufRead, BufReader, Lines, Read, Seek, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::world::TODAY;
use tamis::base::calendar::Date;

/// A running DuckDB.
pub struct Duck {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// What it complains of; a file, since nobody reads a pipe before it ends.
    complaints: File,
    pub version: String,
}

/// What it said.
pub struct Said {
    pub run_ms: Vec<f64>,
    pub ask_ms: Vec<f64>,
    pub answer: Vec<i128>,
    pub resident: u64,
    pub peak: u64,
}

impl Duck {
    /// `Err` says why there is none.
    pub fn start(threads: usize) -> Result<Self, String> {
        let python = std::env::var("TAMIS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut complaints = tempfile::tempfile().unwrap();
        let child = Command::new(&python)
            .args(["-c", include_str!("duck.py"), &threads.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints.try_clone().unwrap())
            .spawn();
        let mut child = child.map_err(|error| format!("`{python}` does not start: {error}"))?;
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(hello)) = output.next() else {
            drop(input);
            child.wait().unwrap();
            let said = said_in(&mut complaints);
            let last = said.trim_end().lines().last();
            let last = last.unwrap_or("it ends without a word");
            return Err(format!("`{python}`: {last} (set TAMIS_PYTHON)"));
        };
        let hello: Value = serde_json::from_str(&hello).unwrap();
        let version = hello["version"].as_str().unwrap_or("?").to_owned();
        Ok(Self {
            child,
            input,
            output,
            complaints,
            version,
        })
    }

    /// Ends it, and waits until it has given back what it held.
    pub fn end(self) {
        let Self {
            mut child, input, ..
        } = self;
        drop(input);
        child.wait().unwrap();
    }

    /// Runs statements once and a question several times.
    pub fn ask(&mut self, run: &[String], ask: &str, runs: usize) -> Said {
        let (year, month, day) = Date(TODAY).ymd();
        let today = format!("DATE '{year}-{month:02}-{day:02}'");
        let dated = |sql: &str| sql.replace("{today}", &today);
        let run: Vec<String> = run.iter().map(|sql| dated(sql)).collect();
        let line = json!({ "run": run, "ask": dated(ask), "runs": runs });
        writeln!(self.input, "{line}").unwrap();
        self.input.flush().unwrap();
        let Some(Ok(said)) = self.output.next() else {
            panic!("DuckDB has ended: {}", said_in(&mut self.complaints));
        };
        let said: Value = serde_json::from_str(&said).unwrap();
        let times = |name: &str| {
            let list = said[name].as_array().unwrap().iter();
            list.map(|time| time.as_f64().unwrap()).collect()
        };
        let answer = said["answer"].as_array().unwrap().iter();
        Said {
            run_ms: times("run_ms"),
            ask_ms: times("ask_ms"),
            answer: answer
                .map(|number| number.to_string().parse().unwrap())
                .collect(),
            resident: said["resident"].as_u64().unwrap(),
            peak: said["peak"].as_u64().unwrap(),
        }
    }
}

fn said_in(file: &mut File) -> String {
    let mut said = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut said).unwrap();
    said
}
