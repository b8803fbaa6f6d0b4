//! The server measured from outside: a process of its own on loopback, senders that keep
//! their connections, a reader of the stream, a receiver of webhooks. Prints medians; what
//! hangs on the disk stands beside a bare append of 64 kB with its fsync in the same folder
//! and run.
//!
//! `cargo bench --bench server`; `TAMIS_BENCH_CUSTOMERS` (10,000), `TAMIS_BENCH_BATCHES`
//! (60 of 500 events a sender), `TAMIS_BENCH_IDLE_SECONDS` (60), `TAMIS_BENCH_MESSAGES`
//! (2,000), `TAMIS_BENCH_FOLDER` (the system's scratch folder).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on ends with a panic, and prints"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

#[path = "../tests/support/receivers/mod.rs"]
mod receivers;
mod shared;

use receivers::http::Receiver;
use shared::{
    BATCH, FILTERS, NOW, SENDERS, Times, bare, customers, events, filters, number, processor_ms,
    rate, schema, scratch,
};

/// Attempts at the same time.
const AT_ONCE: usize = 16;
/// Facts whose way to the stream is timed.
const MATCHES: usize = 60;
/// Exchanges of rules that are timed.
const RELOADS: usize = 7;

/// Folders, and the program over them.
struct Place {
    folder: tempfile::TempDir,
}

/// A running server.
struct Server {
    child: Child,
    address: String,
}

/// A connection that is kept.
struct Connection {
    stream: BufReader<TcpStream>,
}

impl Place {
    fn new(hook: &str) -> Self {
        let place = Self { folder: scratch() };
        fs::create_dir_all(place.rules().join("templates")).unwrap();
        let settings = format!("clock starts {NOW}");
        fs::write(place.rules().join("schema.tamis"), schema(&settings, "")).unwrap();
        place.write_filters(0);
        let letter = "Subject: Hello\n\nGood day, {{ id }}.\n";
        fs::write(place.rules().join("templates/hi.txt"), letter).unwrap();
        let channels = format!(
            "[delivery]\nhosts = [\"127.0.0.1\"]\n[channel.crm]\nkind = \"webhook\"\nurl = \"{hook}\"\nsecret_env = \"TAMIS_BENCH_SECRET\"\nat_once_max = {AT_ONCE}\n"
        );
        fs::write(place.rules().join("tamis.toml"), channels).unwrap();
        place
    }

    fn rules(&self) -> PathBuf {
        self.folder.path().join("rules")
    }

    /// All of them, in one step, as an editor does.
    fn write_filters(&self, shift: usize) {
        let fresh = self.folder.path().join("filters");
        fs::write(&fresh, filters(FILTERS, shift)).unwrap();
        fs::rename(fresh, self.rules().join("filters.tamis")).unwrap();
    }

    fn serve(&self) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.folder.path().join("data"))
            .arg("--rules")
            .arg(self.rules())
            .env("TAMIS_BENCH_SECRET", "secret")
            .env("TAMIS_LOG", "tamis=warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://");
        let address = address
            .expect("the server says where it listens")
            .to_owned();
        Server { child, address }
    }
}

impl Server {
    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        let stream = BufReader::new(stream);
        Connection { stream }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is measured behind this.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Connection {
    /// One request and its whole answer.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ncontent-length: {length}\r\n\r\n"
        );
        // In one piece, as clients do.
        let whole = format!("{head}{body}");
        self.stream.get_mut().write_all(whole.as_bytes()).unwrap();
        let status = self.line();
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = None;
        loop {
            let line = self.line().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = Some(value.parse().unwrap());
            }
        }
        let body = match length {
            Some(length) => self.bytes(length),
            None => self.chunks(),
        };
        (status, String::from_utf8(body).unwrap())
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.stream.read_exact(&mut bytes).unwrap();
        bytes
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line(), 16).unwrap();
            body.extend(self.bytes(size));
            self.line();
            if size == 0 {
                return body;
            }
        }
    }

    fn post(&mut self, path: &str, lines: &str) {
        let (status, answer) = self.ask("POST", path, lines);
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains("\"rejected_count\":0"), "{answer}");
    }
}

fn main() {
    // `cargo test --benches` only asks whether it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let count = number("TAMIS_BENCH_CUSTOMERS", 10_000);
    let batches = number("TAMIS_BENCH_BATCHES", 60);
    println!("{count} customers, {FILTERS} live filters, {SENDERS} senders, batches of {BATCH}");
    let receiver = Receiver::start();
    let place = Place::new(&receiver.url());
    let server = place.serve();
    people(&server, count);
    let mut alone = bare(place.folder.path());
    alone.line("bare append of 64 kB and fsync");
    intake(&server, count, batches, &mut alone);
    bare(place.folder.path()).line("bare append of 64 kB and fsync, again");
    to_match(&server);
    reload(&server, &place);
    idle(&server);
    drop(server);
    deliver(&place, &receiver);
}

fn people(server: &Server, count: usize) {
    let mut connection = server.connect();
    let from = Instant::now();
    let numbers: Vec<usize> = (0..count).collect();
    for chunk in numbers.chunks(5_000) {
        connection.post("/v1/customers", &customers(chunk));
    }
    rate("customers taken", count, "customers", from);
}

fn intake(server: &Server, count: usize, batches: usize, alone: &mut Times) {
    let from = Instant::now();
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let mut connection = server.connect();
                scope.spawn(move || {
                    let mut seed = sender as u64 * 1_000_003;
                    let mut times = Vec::new();
                    for _ in 0..batches {
                        let lines = events(&mut seed, count, BATCH);
                        let from = Instant::now();
                        connection.post("/v1/events", &lines);
                        times.push(from.elapsed());
                    }
                    times
                })
            })
            .collect();
        let joined = senders.into_iter().map(|sender| sender.join().unwrap());
        joined.flatten().collect()
    });
    let all = SENDERS * batches * BATCH;
    rate("durable events over HTTP", all, "events", from);
    let mut times = Times(times);
    times.line("from a request of 500 to its acknowledgement");
    times.line_over(alone);
}

/// From one event, sent, to the record of its match, read from the stream.
fn to_match(server: &Server) {
    let mut stream = server.connect();
    let head = "GET /v1/matches?rule=f0 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.stream.get_mut().write_all(head.as_bytes()).unwrap();
    // The stream follows from here on.
    while stream.line() != ": matches" {}
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        loop {
            let line = stream.line();
            if line.starts_with("data: ") && told.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    let mut connection = server.connect();
    let mut times = Vec::new();
    for at in 0..MATCHES {
        let line = format!("{{\"id\":\"new{at}\",\"assets\":100000,\"tier\":\"gold\"}}\n");
        let from = Instant::now();
        connection.post("/v1/customers", &line);
        times.push(heard.recv().unwrap() - from);
    }
    Times(times).line("from a fact to its match on the stream");
}

/// From new files to the set that serves; the time that files must be quiet is part of it.
fn reload(server: &Server, place: &Place) {
    let mut connection = server.connect();
    let mut revision = move || {
        let (status, answer) = connection.ask("GET", "/v1/rules", "");
        assert_eq!(status, 200, "{answer}");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["serving"]["revision"].to_string()
    };
    let mut times = Vec::new();
    let mut before = revision();
    assert_ne!(before, "null");
    for shift in 1..=RELOADS {
        let from = Instant::now();
        place.write_filters(shift);
        until(|| revision() != before);
        times.push(from.elapsed());
        before = revision();
    }
    Times(times).line("100 filters written until they serve");
}

/// Looks every millisecond.
fn until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Processor time of the server while nothing happens.
fn idle(server: &Server) {
    let seconds = number("TAMIS_BENCH_IDLE_SECONDS", 60);
    let process = server.child.id().to_string();
    let before = processor_ms(&process);
    std::thread::sleep(Duration::from_secs(seconds as u64));
    let spent = processor_ms(&process) - before;
    println!("{:<58} {spent:>9} ms of processor in {seconds} s", "idle");
}

/// Messages of a plan from its start to their receiver.
fn deliver(place: &Place, receiver: &Receiver) {
    let count = number("TAMIS_BENCH_MESSAGES", 2_000);
    let bound = 1_000_000;
    let plan = format!(
        "care hello {{ for assets >= {bound}  when enters  including those already in  step greet: send crm \"hi\" }}"
    );
    fs::write(place.rules().join("plan.tamis"), plan).unwrap();
    let server = place.serve();
    let mut connection = server.connect();
    let lines: String = (0..count)
        .map(|at| format!("{{\"id\":\"m{at}\",\"assets\":{bound}}}\n"))
        .collect();
    for part in lines
        .split_inclusive('\n')
        .collect::<Vec<_>>()
        .chunks(5_000)
    {
        connection.post("/v1/customers", &part.concat());
    }
    let from = Instant::now();
    let (status, answer) = connection.ask("POST", "/v1/care/hello/start", "");
    assert_eq!(status, 200, "{answer}");
    let ordered = from.elapsed().as_secs_f64() * 1_000.0;
    println!(
        "{:<58} {ordered:>9.2} ms",
        format!("{count} customers entered by one order")
    );
    let started = Instant::now();
    until(|| receiver.requests_so_far() >= count);
    let what = format!("deliveries to a webhook on loopback, {AT_ONCE} at once");
    rate(&what, count, "messages", started);
}
