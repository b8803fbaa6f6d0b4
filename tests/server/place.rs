//! A scratch place with a store and rules, and a server started in it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;

use crate::http::{self, Answer, PATIENCE};

/// A small shop whose clock stands still enough: it starts at noon of a winter day.
pub const RULES: &str = r#"
settings {
  time_zone "Asia/Shanghai"
  clock starts 2024-02-01T12:00
}

customer "客户" {
  assets "资产": money
  joined: date
  name: text, sensitive
  tier: one of (gold "金卡", plain)
}

event purchase "购买" {
  amount "金额": money
  channel: one of (web, shop)
}

holding account key number { balance: money }

relation spouse inverse spouse_of: customer -> customer
relation manager: customer -> text

# Those with a thousand or more.
filter rich "富裕客户": assets >= 1000
filter buyers: count(purchase, last 30 days) >= 2
filter spouse_buys: any spouse (any(purchase, last 30 days))
"#;

/// Folders of one test.
pub struct Place {
    folder: TempDir,
    rules: PathBuf,
    environment: Vec<(&'static str, String)>,
}

/// A running server.
pub struct Server {
    child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
    log: PathBuf,
}

impl Place {
    /// With the rules of the shop.
    pub fn shop() -> Self {
        Self::with(RULES)
    }

    /// With rules of its own.
    pub fn with(rules: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rules");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("shop.tamis"), rules).unwrap();
        Self {
            folder,
            rules: path,
            environment: Vec::new(),
        }
    }

    /// With a variable of the environment, as secrets have.
    pub fn knowing(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn rules(&self) -> &Path {
        &self.rules
    }

    /// The program with the place's folders.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Command::new(env!("CARGO_BIN_EXE_tamis")), arguments)
    }

    fn command_of(&self, mut command: Command, arguments: &[&str]) -> Command {
        command
            .env_remove("TAMIS_DATA")
            .env_remove("TAMIS_RULES")
            .env_remove("TAMIS_LOG")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .arg("--data")
            .arg(self.data())
            .arg("--rules")
            .arg(&self.rules)
            .args(arguments);
        command
    }

    /// Runs a verb.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// Starts the server and waits until it listens.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// With more arguments.
    pub fn serve_with(&self, arguments: &[&str]) -> Server {
        self.start(
            self.command(&["serve", "--listen", "127.0.0.1:0", "--log", "json"]),
            arguments,
        )
    }

    /// Starts it under a shell's words, as `ulimit -f 100;`.
    pub fn serve_under(&self, words: &str) -> Server {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("{words} exec \"$@\""))
            .arg("sh")
            .arg(env!("CARGO_BIN_EXE_tamis"));
        let command = self.command_of(shell, &["serve", "--listen", "127.0.0.1:0"]);
        self.start(command, &[])
    }

    fn start(&self, mut command: Command, arguments: &[&str]) -> Server {
        let log = self.folder.path().join("log");
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log)
            .unwrap();
        let mut child = command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            let _ = child.wait();
            panic!("{line}{}", std::fs::read_to_string(&log).unwrap());
        };
        Server {
            child,
            address: address.to_owned(),
            log,
        }
    }
}

impl Server {
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        http::request(&self.address, method, path, headers, body).unwrap()
    }

    /// Asks until the answer is so.
    pub fn until(&self, path: &str, is: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(path).json();
            if is(&answer) {
                return answer;
            }
            assert!(Instant::now() < deadline, "{answer}\n{}", self.log());
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// As JSON.
    pub fn post(&self, path: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json")];
        self.ask("POST", path, &headers, body.as_bytes())
    }

    /// Facts as lines.
    pub fn send(&self, path: &str, lines: &str) -> Answer {
        let headers = [("content-type", "application/x-ndjson")];
        self.ask("POST", path, &headers, lines.as_bytes())
    }

    /// Facts that must all be taken.
    pub fn take(&self, path: &str, lines: &str) {
        let answer = self.send(path, lines);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["rejected_count"], 0, "{}", answer.text());
    }

    pub fn count(&self, filter: &str) -> u64 {
        let body = serde_json::json!({"filter": filter, "count_only": true});
        let answer = self.post("/v1/query", &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["count"].as_u64().unwrap()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill -9
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// A signal by name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// The exit code, waited for.
    pub fn ended(mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::yield_now();
        }
    }

    /// SIGTERM, and an orderly end.
    pub fn stop(self) {
        self.signal("TERM");
        assert_eq!(self.ended(), Some(0));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that was waited for is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run left.
#[derive(Debug, PartialEq)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
