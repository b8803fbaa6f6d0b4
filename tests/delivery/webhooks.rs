//! Signed requests over HTTP: what arrives, and what each fault leads to.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tamis::base::clock::Clock;
use tamis::base::secret::{hex, hmac_sha256};

use crate::outbox::entry;
use crate::receivers::http::{Answer, Receiver, Request};
use crate::receivers::wait_until;
use crate::stage::{SECRET, Stage, kinds, reason};

/// One channel `crm`, quick repeats.
pub fn settings(url: &str, more: &str) -> String {
    format!(
        "[delivery]\nhosts = [\"127.0.0.1\"]\n[channel.crm]\nkind = \"webhook\"\nurl = \"{url}\"\nsecret_env = \"HOOK_SECRET\"\nretry_seconds = 1\nretry_seconds_max = 3\nattempt_seconds_max = 1\n{more}\n"
    )
}

fn status(code: u16) -> Answer {
    Answer::Status(code, Vec::new())
}

fn keys(requests: &[Request]) -> BTreeSet<String> {
    requests
        .iter()
        .map(|request| request.header("idempotency-key").to_owned())
        .collect()
}

#[test]
fn a_request_is_signed_and_says_all() {
    let receiver = Receiver::start();
    let stage = Stage::new(&settings(&receiver.url(), ""));
    assert_eq!(kinds(&stage.send([entry(1, "crm")])), ["delivered"]);
    let requests = receiver.requests();
    let request = requests.first().unwrap();
    assert_eq!(request.path, "/hook");
    assert_eq!(request.header("content-type"), "application/json");
    let key = entry(1, "crm").key.to_string();
    assert_eq!(request.header("idempotency-key"), key);
    assert_eq!(request.header("tamis-attempt"), "1");
    let at = request.header("tamis-timestamp");
    let age = Clock::System.now().0 - at.parse::<i64>().unwrap();
    assert!((0..30).contains(&age), "{age}");
    let signed = hmac_sha256(SECRET.as_bytes(), &[at.as_bytes(), b".", &request.body]);
    assert_eq!(
        request.header("tamis-signature"),
        format!("v1={}", hex(&signed))
    );
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["key"], key);
    assert_eq!(body["customer"], "c1");
    assert_eq!(body["plan"], "plan");
    assert_eq!(body["step"], "hello");
    assert_eq!(body["subject"], "Dear 王 1");
    assert_eq!(body["values"]["assets"], "12.50");
    assert_eq!(body["address"], serde_json::Value::Null);
}

#[test]
fn a_repeat_has_the_same_key_and_the_same_body() {
    let receiver = Receiver::start();
    receiver.then([status(500), status(503), status(408), Answer::Die]);
    let stage = Stage::new(&settings(&receiver.url(), ""));
    let results = stage.send([entry(1, "crm")]);
    assert_eq!(
        kinds(&results),
        ["failed", "failed", "failed", "failed", "delivered"]
    );
    let requests = receiver.requests();
    assert_eq!(keys(&requests).len(), 1);
    let bodies: BTreeSet<_> = requests.iter().map(|request| &request.body).collect();
    assert_eq!(bodies.len(), 1);
    let attempts: Vec<_> = requests.iter().map(|r| r.header("tamis-attempt")).collect();
    assert_eq!(attempts, ["1", "2", "3", "4", "5"]);
}

#[test]
fn the_time_that_the_receiver_asks_for_is_waited_within_the_bound() {
    let receiver = Receiver::start();
    let asks = |seconds: &str| Answer::Status(429, vec![("retry-after", seconds.to_owned())]);
    receiver.then([asks("2"), asks("86400")]);
    let stage = Stage::new(&settings(&receiver.url(), ""));
    let results = stage.send([entry(1, "crm")]);
    assert_eq!(kinds(&results), ["failed", "failed", "delivered"]);
    let at: Vec<Instant> = receiver
        .requests()
        .iter()
        .map(|request| request.at)
        .collect();
    // Instants are whole seconds: up to one of them may have passed when it was asked.
    let waits = [at[1] - at[0], at[2] - at[1]];
    assert!(waits[0] >= Duration::from_millis(1_000), "{waits:?}");
    assert!(waits[1] >= Duration::from_millis(2_000), "{waits:?}");
    assert!(waits[1] < Duration::from_secs(30), "{waits:?}");
}

#[test]
fn what_is_refused_or_leads_elsewhere_is_given_up_at_once() {
    let elsewhere = Receiver::start();
    let receiver = Receiver::start();
    let leads = Answer::Status(307, vec![("location", elsewhere.url())]);
    receiver.then([status(404), status(401), status(422), leads]);
    let stage = Stage::new(&settings(&receiver.url(), "at_once_max = 1"));
    let results = stage.send((1..=4).map(|row| entry(row, "crm")));
    assert_eq!(kinds(&results), vec!["dead"; 4]);
    assert_eq!(receiver.requests().len(), 4);
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn attempts_end_with_the_last_one() {
    let receiver = Receiver::start();
    receiver.otherwise(status(500));
    let stage = Stage::new(&settings(&receiver.url(), "attempts_max = 2"));
    let results = stage.send([entry(1, "crm")]);
    assert_eq!(kinds(&results), ["failed", "dead"]);
    assert_eq!(
        reason(&results[1]),
        "given up after 2 attempts; the last: HTTP 500"
    );
    assert_eq!(receiver.requests().len(), 2);
}

#[test]
fn nobody_there_or_nobody_answering_is_tried_again() {
    let receiver = Receiver::start();
    receiver.then([Answer::Hang]);
    let stage = Stage::new(&settings(&receiver.url(), ""));
    let results = stage.send([entry(1, "crm")]);
    assert_eq!(kinds(&results), ["failed", "delivered"]);
    assert!(reason(&results[0]).contains("time limit"), "{results:?}");

    let gone = Receiver::start();
    gone.close();
    let stage = Stage::new(&settings(&gone.url(), "attempts_max = 1"));
    let results = stage.send([entry(1, "crm")]);
    assert_eq!(kinds(&results), ["dead"]);
    assert!(reason(&results[0]).contains("refused"), "{results:?}");
    assert!(!reason(&results[0]).contains("/hook"), "{results:?}");
}

#[test]
fn an_answer_that_trickles_counts_by_its_head() {
    let receiver = Receiver::start();
    receiver.then([Answer::Trickle]);
    let stage = Stage::new(&settings(&receiver.url(), ""));
    let began = Instant::now();
    assert_eq!(kinds(&stage.send([entry(1, "crm")])), ["delivered"]);
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn no_more_run_at_once_than_the_channel_allows() {
    let receiver = Receiver::start();
    receiver.otherwise(Answer::After(Duration::from_millis(20)));
    let stage = Stage::new(&settings(&receiver.url(), "at_once_max = 3"));
    let results = stage.send((0..30).map(|row| entry(row, "crm")));
    assert_eq!(kinds(&results), vec!["delivered"; 30]);
    assert_eq!(receiver.running_most(), 3);
}

#[test]
fn a_channel_that_hangs_holds_up_no_other() {
    let stuck = Receiver::start();
    stuck.otherwise(Answer::Hang);
    let quick = Receiver::start();
    let stage = Stage::new(&format!(
        "{}\n[channel.quick]\nkind = \"webhook\"\nurl = \"{}\"\nsecret_env = \"HOOK_SECRET\"\n",
        settings(&stuck.url(), "attempts_max = 1"),
        quick.url()
    ));
    stage.outbox.add((0..40).map(|row| entry(row, "crm")));
    stage.outbox.add((0..40).map(|row| entry(row, "quick")));
    let courier = stage.start();
    wait_until("the quick channel", || quick.requests().len() == 40);
    let figures = courier.figures();
    assert_eq!(figures[0].channel, "crm");
    assert_eq!(figures[0].delivered, 0);
    assert_eq!(keys(&quick.requests()).len(), 40);
}

#[test]
fn a_receiver_that_is_not_listed_is_refused_at_the_start() {
    let stage = Stage::new(
        "[channel.crm]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:9/\"\nsecret_env = \"HOOK_SECRET\"\n",
    );
    let error = stage.channels().err().unwrap();
    assert!(error.contains("E706"), "{error}");
    let stage = Stage::new(&settings("http://127.0.0.1:9/", "").replace("HOOK_SECRET", "UNSET"));
    let error = stage.channels().err().unwrap();
    assert!(error.contains("E707") && error.contains("UNSET"), "{error}");
}
