//! The stream of who enters and leaves: at once, resumable, and the same seen through kills.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::Value;

use crate::http::PATIENCE;
use crate::place::{Place, Server};

/// A reader of the stream.
pub struct Stream {
    lines: std::io::Lines<BufReader<TcpStream>>,
    pub status: u16,
}

impl Stream {
    pub fn open(server: &Server, path: &str, headers: &str) -> Option<Self> {
        let mut connection = TcpStream::connect(&server.address).ok()?;
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(
            connection,
            "GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"
        )
        .ok()?;
        let mut lines = BufReader::new(connection).lines();
        let status = lines.next()?.ok()?.split(' ').nth(1)?.parse().ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        Some(Self { lines, status })
    }

    /// The next record; `None` when the stream ends. One that was cut off is none.
    pub fn next(&mut self) -> Option<Value> {
        let mut record = None;
        loop {
            let line = self.lines.next()?.ok()?;
            if let Some(data) = line.strip_prefix("data: ") {
                record = Some(data.to_owned());
            }
            if line.is_empty()
                && let Some(data) = record.take()
            {
                return Some(serde_json::from_str(&data).unwrap());
            }
        }
    }
}

#[test]
fn who_enters_and_leaves_is_told_with_the_cause() {
    let place = Place::shop();
    let server = place.serve();
    server.take("/v1/customers", "{\"id\":\"1\",\"assets\":\"10\"}\n");
    let mut all = Stream::open(&server, "/v1/matches", "").unwrap();
    let mut rich = Stream::open(
        &server,
        "/v1/matches?rule=%E5%AF%8C%E8%A3%95%E5%AE%A2%E6%88%B7",
        "",
    )
    .unwrap();
    server.take(
        "/v1/events",
        "{\"event\":\"purchase\",\"customer\":\"1\",\"at\":\"2024-01-30\",\"id\":\"a\"}\n",
    );
    server.take(
        "/v1/events",
        "{\"event\":\"purchase\",\"customer\":\"1\",\"at\":\"2024-01-31\",\"id\":\"b\"}\n",
    );
    server.take("/v1/customers", "{\"id\":\"1\",\"assets\":\"5000\"}\n");
    server.take("/v1/customers", "{\"id\":\"1\",\"assets\":\"1\"}\n");
    let told: Vec<String> = (0..3)
        .map(|_| {
            let record = all.next().unwrap();
            format!(
                "{} {} {} {} {}",
                record["rule"], record["customer"], record["what"], record["cause"], record["fact"]
            )
            .replace('"', "")
        })
        .collect();
    assert_eq!(
        told,
        [
            "buyers 1 entered fact purchase",
            "rich 1 entered fact assets",
            "rich 1 left fact assets"
        ]
    );
    let first = rich.next().unwrap();
    assert_eq!(first["what"], "entered");
    // From the record seen last on: by parameter and by header.
    let after = first["sequence"].as_u64().unwrap();
    for (path, headers) in [
        (
            format!("/v1/matches?rule=rich&after={after}"),
            String::new(),
        ),
        (
            "/v1/matches?rule=rich".to_owned(),
            format!("last-event-id: {after}\r\n"),
        ),
    ] {
        let mut again = Stream::open(&server, &path, &headers).unwrap();
        let next = again.next().unwrap();
        assert_eq!(
            (next["what"].as_str(), next["rule"].as_str()),
            (Some("left"), Some("rich"))
        );
    }
    let from_start: Vec<u64> = {
        let mut stream = Stream::open(&server, "/v1/matches?after=0", "").unwrap();
        (0..3)
            .map(|_| stream.next().unwrap()["sequence"].as_u64().unwrap())
            .collect()
    };
    assert!(
        from_start.windows(2).all(|pair| pair[0] < pair[1]),
        "{from_start:?}"
    );
}

#[test]
fn who_is_erased_leaves_by_id_for_those_who_listen_and_without_for_those_who_come() {
    let place = Place::shop();
    let server = place.serve();
    server.take("/v1/customers", "{\"id\":\"1\",\"assets\":\"5000\"}\n");
    let mut heard = Stream::open(&server, "/v1/matches?rule=rich", "").unwrap();
    let erased = server.ask("DELETE", "/v1/customers/1", &[], b"");
    assert_eq!(erased.status, 204, "{}", erased.text());
    let live = heard.next().unwrap();
    assert_eq!(
        (&live["customer"], &live["what"], &live["cause"]),
        (&"1".into(), &"left".into(), &"erasure".into())
    );
    let mut late = Stream::open(&server, "/v1/matches?rule=rich&after=0", "").unwrap();
    let mut members = 0;
    loop {
        let record = late.next().unwrap();
        assert_ne!(record["customer"], "1", "{record}");
        members += match record["what"].as_str().unwrap() {
            "initial" => record["members"].as_i64().unwrap(),
            "entered" => 1,
            _ => -1,
        };
        if record["sequence"] == live["sequence"] {
            assert_eq!(record["customer"], Value::Null);
            break;
        }
    }
    assert_eq!(members, 0);
    let watched = place.run(&["watch", "rich", "--after", "0", "--count", "3"]);
    assert!(
        watched
            .out
            .contains("left a customer who was erased (erasure)"),
        "{watched:?}"
    );
}

#[test]
fn watch_shows_records_and_goes_on_after_a_restart() {
    let place = Place::shop();
    let server = place.serve();
    server.take("/v1/customers", "{\"id\":\"1\",\"assets\":\"5000\"}\n");
    let mut watch = place
        .command(&["watch", "rich", "--after", "0", "--count", "3"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    let mut first = next();
    // A store made by the server tells of the filters themselves first.
    let initial = first.contains("initial");
    if initial {
        first = next();
    }
    assert!(
        first.ends_with("rich  entered 1 (fact: customer)") || first.contains("entered 1"),
        "{first}"
    );
    server.kill();
    let server = place.serve();
    server.take("/v1/customers", "{\"id\":\"2\",\"assets\":\"5000\"}\n");
    assert!(next().contains("rich  entered 2"));
    if !initial {
        server.take("/v1/customers", "{\"id\":\"2\",\"assets\":\"5\"}\n");
        assert!(next().contains("rich  left 2"));
    }
    assert!(watch.wait().unwrap().success());
    drop(server);
    let nobody = Place::shop().run(&["watch"]);
    assert_eq!(nobody.code, 4, "{nobody:?}");
}

/// Applies records to sets of members; a repeated or impossible one panics.
#[derive(Default)]
pub struct Seen {
    pub last: u64,
    pub members: BTreeMap<(String, String), bool>,
}

impl Seen {
    pub fn take(&mut self, record: &Value) {
        let sequence = record["sequence"].as_u64().unwrap();
        assert!(sequence > self.last, "{record} after {}", self.last);
        self.last = sequence;
        let Some(customer) = record["customer"].as_str() else {
            return;
        };
        let key = (
            record["rule"].as_str().unwrap().to_owned(),
            customer.to_owned(),
        );
        let entered = record["what"] == "entered";
        let before = self.members.insert(key, entered).unwrap_or(false);
        assert_ne!(before, entered, "told twice: {record}");
    }
}
