//! DuckDB in a Python process beside this one: asked a line at a time, so that both are measured in
//! turn. Which Python has the package is told by `TAMIS_PYTHON`.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::world::TODAY;
use tamis::base::calendar::Date;

/// A running DuckDB.
pub struct Duck {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
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
        let child = Command::new(&python)
            .args(["-c", include_str!("duck.py"), &threads.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.map_err(|error| format!("`{python}` does not start: {error}"))?;
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(hello)) = output.next() else {
            return Err(format!(
                "`{python}` has no package `duckdb` (set TAMIS_PYTHON)"
            ));
        };
        let hello: Value = serde_json::from_str(&hello).unwrap();
        let version = hello["version"].as_str().unwrap_or("?").to_owned();
        Ok(Self {
            child,
            input,
            output,
            version,
        })
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
            let out = self
                .child
                .stderr
                .take()
                .map(BufReader::new)
                .map(BufRead::lines);
            let reason: Vec<String> = out.into_iter().flatten().map_while(Result::ok).collect();
            panic!("DuckDB has ended: {}", reason.join("\n"));
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
