//! Killed without warning while events come in and a reader follows: what was
//! acknowledged is there, nothing is there twice, and the reader misses and repeats nothing.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use crate::http;
use crate::matches::{Seen, Stream};
use crate::place::{Place, Server};

/// Kills in a usual run; `TAMIS_KILLS` says another number.
const KILLS: u64 = 5;
/// Customers.
const CUSTOMERS: usize = 40;

fn kills() -> u64 {
    std::env::var("TAMIS_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(KILLS)
}

/// A small generator, so that each run of a number is the same.
fn chance(seed: u64) -> u64 {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_comes_twice() {
    let place = Place::shop();
    let customers: String = (0..CUSTOMERS)
        .map(|at| format!("{{\"id\":\"c{at}\"}}\n"))
        .collect();
    let server = place.serve();
    server.take("/v1/customers", &customers);
    drop(server);
    let acknowledged: Mutex<BTreeSet<u64>> = Mutex::default();
    let sent: Mutex<BTreeSet<u64>> = Mutex::default();
    let mut seen = Seen::default();
    let mut number = 0;
    for kill in 0..kills() {
        let server = place.serve();
        let address = server.address.clone();
        let ended = Arc::new(AtomicBool::new(false));
        let (ready, go) = mpsc::channel();
        std::thread::scope(|scope| {
            let poster = scope.spawn({
                let (ended, acknowledged, sent) = (Arc::clone(&ended), &acknowledged, &sent);
                let start = number;
                move || {
                    let mut at = start;
                    while !ended.load(Ordering::Relaxed) {
                        let batch: Vec<u64> = (at..at + 1 + chance(at) % 20).collect();
                        at += batch.len() as u64;
                        sent.lock().unwrap().extend(&batch);
                        let lines: String = batch.iter().map(|number| line(*number)).collect();
                        let headers = [("content-type", "application/x-ndjson")];
                        let answer = http::request(
                            &address,
                            "POST",
                            "/v1/events",
                            &headers,
                            lines.as_bytes(),
                        );
                        let Some(answer) = answer.filter(|answer| answer.status == 200) else {
                            break;
                        };
                        assert_eq!(
                            answer.json()["accepted"].as_u64().unwrap(),
                            batch.len() as u64
                        );
                        acknowledged.lock().unwrap().extend(&batch);
                        // The one who kills waits until something was taken.
                        let _ = ready.send(());
                    }
                    at
                }
            });
            // The reader takes some records of each life, never waiting for more than are there.
            let path = format!("/v1/matches?after={}", seen.last);
            let mut stream = Stream::open(&server, &path, "").unwrap();
            assert_eq!(stream.status, 200);
            let batches = 1 + chance(kill) % 8;
            for _ in 0..batches {
                go.recv_timeout(http::PATIENCE).unwrap();
            }
            server.kill();
            ended.store(true, Ordering::Relaxed);
            // What had reached the socket before the end is read; the rest comes in the next life.
            while let Some(record) = stream.next() {
                seen.take(&record);
            }
            number = poster.join().unwrap();
        });
    }
    let server = place.serve();
    let (acknowledged, sent) = (
        acknowledged.into_inner().unwrap(),
        sent.into_inner().unwrap(),
    );
    // All that was sent, sent again: what is there already is repeated, so that the two must add up.
    let before: u64 = total(&server);
    assert!(
        before >= acknowledged.len() as u64,
        "{before} of {}",
        acknowledged.len()
    );
    assert!(before <= sent.len() as u64, "{before} of {}", sent.len());
    let again = resend(&server, &acknowledged);
    assert_eq!(again, (0, acknowledged.len() as u64));
    let again = resend(&server, &sent);
    assert_eq!(again, (sent.len() as u64 - before, before));
    assert_eq!(total(&server), sent.len() as u64);
    // The reader has seen exactly who is a member now.
    let path = format!("/v1/matches?after={}", seen.last);
    let mut stream = Stream::open(&server, &path, "").unwrap();
    server.take("/v1/customers", "{\"id\":\"last\",\"assets\":\"9999\"}\n");
    loop {
        let record = stream.next().unwrap();
        seen.take(&record);
        if record["customer"] == "last" {
            break;
        }
    }
    let page = server.get("/v1/filters/buyers/members?limit=10000").json();
    let members: BTreeSet<String> = page["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    let told: BTreeSet<String> = seen
        .members
        .iter()
        .filter(|((rule, _), on)| rule == "buyers" && **on)
        .map(|((_, customer), _)| customer.clone())
        .collect();
    assert_eq!(told, members);
}

/// Sends events again; how many were new and how many repeated.
fn resend(server: &Server, numbers: &BTreeSet<u64>) -> (u64, u64) {
    let lines: Vec<String> = numbers.iter().map(|number| line(*number)).collect();
    let mut sums = (0, 0);
    for part in lines.chunks(5_000) {
        let answer = server.send("/v1/events", &part.concat()).json();
        sums.0 += answer["accepted"].as_u64().unwrap();
        sums.1 += answer["repeated"].as_u64().unwrap();
    }
    sums
}

/// An event of its own: number, customer and second follow from each other.
fn line(number: u64) -> String {
    let customer = chance(number) as usize % CUSTOMERS;
    let (day, second) = (1 + number % 28, number / 28 % 60);
    format!(
        "{{\"event\":\"purchase\",\"customer\":\"c{customer}\",\"at\":\"2024-01-{day:02}T10:00:{second:02}\",\"id\":\"e{number}\",\"amount\":\"1\"}}\n"
    )
}

/// Events in the store, as answers see them.
fn total(server: &Server) -> u64 {
    let body = "{\"filter\":\"count(purchase) >= 1\",\"show\":\"count(purchase)\"}";
    let answer = server.post("/v1/query", body).json();
    answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["count(purchase)"].as_u64().unwrap())
        .sum()
}
