//! What was sent to the server, and what of it was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use tamis::base::calendar::Instant;

use crate::http;
use crate::place::Server;

/// Lines of one request when all are sent again.
const AGAIN_LINES: usize = 2_000;

/// A fact as a line.
#[derive(Clone, Debug)]
pub struct Line {
    pub path: &'static str,
    pub text: String,
    /// Of a complaint: when it happens.
    pub complaint_at: Option<Instant>,
}

#[derive(Default)]
struct Inner {
    next: u64,
    sent: BTreeMap<u64, Line>,
    acknowledged: BTreeSet<u64>,
    customers: Vec<u64>,
    ahead: BTreeSet<(u64, Instant)>,
}

/// All of it.
#[derive(Default)]
pub struct Ledger(Mutex<Inner>);

impl Ledger {
    /// A number that no other fact has.
    pub fn number(&self) -> u64 {
        let mut inner = self.0.lock().unwrap();
        inner.next += 1;
        inner.next
    }

    /// Customers that are surely there, in the order in which they came.
    pub fn customers(&self) -> Vec<u64> {
        self.0.lock().unwrap().customers.clone()
    }

    /// Whether a customer has no complaint yet that is dated ahead to that instant; then it has.
    pub fn is_first_ahead(&self, customer: u64, at: Instant) -> bool {
        self.0.lock().unwrap().ahead.insert((customer, at))
    }

    /// Posts facts of one kind; `None` when the server is gone.
    pub fn post(&self, address: &str, lines: Vec<(u64, Line)>) -> Option<()> {
        let path = lines.first()?.1.path;
        let body: String = lines.iter().map(|(_, line)| line.text.as_str()).collect();
        let numbers: Vec<u64> = lines.iter().map(|(number, _)| *number).collect();
        let count = lines.len() as u64;
        self.0.lock().unwrap().sent.extend(lines);
        let headers = [("content-type", "application/x-ndjson")];
        let answer = http::request(address, "POST", path, &headers, body.as_bytes())?;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["accepted"], count, "{}", answer.text());
        let mut inner = self.0.lock().unwrap();
        if path == "/v1/customers" {
            inner.customers.extend(&numbers);
        }
        inner.acknowledged.extend(&numbers);
        Some(())
    }

    /// Events acknowledged, and events sent. Those that are dated after an instant are left out.
    pub fn events(&self, now: Instant) -> (u64, u64) {
        let inner = self.0.lock().unwrap();
        let seen = |number: &u64| {
            let line = &inner.sent[number];
            line.path == "/v1/events" && line.complaint_at.is_none_or(|at| at <= now)
        };
        let acknowledged = inner.acknowledged.iter().filter(|it| seen(it)).count();
        let sent = inner.sent.keys().filter(|it| seen(it)).count();
        (acknowledged as u64, sent as u64)
    }

    /// Customers acknowledged, and customers sent.
    pub fn customer_counts(&self) -> (u64, u64) {
        let inner = self.0.lock().unwrap();
        let sent = inner.sent.values();
        let sent = sent.filter(|line| line.path == "/v1/customers").count();
        (inner.customers.len() as u64, sent as u64)
    }

    /// Sends everything again: what was acknowledged must be there, and no event may be taken
    /// that the store counted already.
    pub fn send_again(&self, server: &Server, events_before: u64) {
        let inner = self.0.lock().unwrap();
        for path in ["/v1/customers", "/v1/events"] {
            let (known, doubtful): (Vec<_>, Vec<_>) = inner
                .sent
                .iter()
                .filter(|(_, line)| line.path == path)
                .partition(|(number, _)| inner.acknowledged.contains(number));
            let (accepted, repeated) = resend(server, path, &known);
            assert_eq!((accepted, repeated), (0, known.len() as u64), "{path}");
            let (accepted, repeated) = resend(server, path, &doubtful);
            assert_eq!(accepted + repeated, doubtful.len() as u64);
            if path == "/v1/events" {
                assert_eq!(known.len() as u64 + repeated, events_before);
            }
        }
    }
}

fn resend(server: &Server, path: &str, lines: &[(&u64, &Line)]) -> (u64, u64) {
    let mut sums = (0, 0);
    for part in lines.chunks(AGAIN_LINES) {
        let body: String = part.iter().map(|(_, line)| line.text.as_str()).collect();
        let answer = server.send(path, &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        sums.0 += answer["accepted"].as_u64().unwrap();
        sums.1 += answer["repeated"].as_u64().unwrap();
    }
    sums
}
