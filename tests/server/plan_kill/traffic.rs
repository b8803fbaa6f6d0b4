//! What goes on while a server lives: facts come in from two sides, rules are changed,
//! broken and mended, and at some moment of it all the server is killed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant as Elapsed};

use tamis::base::calendar::{Instant, Zone};

use super::chance;
use super::ledger::{Ledger, Line};
use super::stage::{Stage, customer, id};
use crate::http::{self, PATIENCE};
use crate::place::Server;

/// Requests of one sender in one life.
const REQUESTS_MAX: u64 = 12;
/// Seconds ahead at which complaints happen that are known before.
const AHEAD_SECONDS: i64 = 3_600;

/// One life's conditions.
pub struct Life<'a> {
    pub stage: &'a Stage,
    pub ledger: &'a Ledger,
    pub zone: &'a Zone,
    /// When it begins.
    pub at: Instant,
    pub seed: u64,
}

/// After what a server is killed.
#[derive(Clone, Copy, Debug)]
enum Mark {
    Acknowledged(usize),
    Requests(usize),
    Mails(usize),
}

impl Life<'_> {
    /// Lets it all go on until the moment has come, and kills.
    pub fn run(&self, server: Server) {
        let (ended, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
        let posting = AtomicUsize::new(2);
        std::thread::scope(|scope| {
            for sender in 0..2 {
                let (ended, acknowledged, posting) = (&ended, &acknowledged, &posting);
                let address = server.address.clone();
                scope.spawn(move || {
                    for at in 0..REQUESTS_MAX {
                        let seed = self.seed + sender * 100 + at;
                        if ended.load(Ordering::Relaxed)
                            || self.ledger.post(&address, self.batch(seed)).is_none()
                        {
                            break;
                        }
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    posting.fetch_sub(1, Ordering::Relaxed);
                });
            }
            let (ended, address) = (&ended, server.address.clone());
            scope.spawn(move || self.change_rules(&address, ended));
            self.wait(&acknowledged, &posting);
            server.kill();
            ended.store(true, Ordering::Relaxed);
        });
    }

    /// Until the mark is reached, or nothing more is posted; then a little longer.
    fn wait(&self, acknowledged: &AtomicUsize, posting: &AtomicUsize) {
        let dice = chance(self.seed + 51);
        let some = usize::try_from(dice / 3 % 12).unwrap();
        let (hooks, mails) = (
            self.stage.hooks.requests_so_far(),
            self.stage.mails.mails_so_far(),
        );
        let mark = match dice % 3 {
            0 => Mark::Acknowledged(1 + some),
            1 => Mark::Requests(hooks + 1 + some),
            _ => Mark::Mails(mails + 1 + some),
        };
        let limit = Elapsed::now() + PATIENCE;
        loop {
            let reached = match mark {
                Mark::Acknowledged(count) => acknowledged.load(Ordering::Relaxed) >= count,
                Mark::Requests(count) => self.stage.hooks.requests_so_far() >= count,
                Mark::Mails(count) => self.stage.mails.mails_so_far() >= count,
            };
            if reached || posting.load(Ordering::Relaxed) == 0 {
                break;
            }
            assert!(Elapsed::now() < limit, "no end of {mark:?}");
            std::thread::sleep(Duration::from_micros(100));
        }
        // Rounds, attempts and writings take times of all these orders.
        let longest = [1, 300, 5_000, 60_000][usize::try_from(chance(self.seed + 52) % 4).unwrap()];
        std::thread::sleep(Duration::from_micros(chance(self.seed + 53) % longest));
    }

    fn change_rules(&self, address: &str, ended: &AtomicBool) {
        let mut at = 0;
        while !ended.load(Ordering::Relaxed) {
            at += 1;
            let dice = chance(self.seed + 60 + at);
            match dice % 4 {
                0 => self.stage.break_rules(),
                1 => {
                    // Also by request; whether it was taken does not matter here.
                    let body = format!("{{\"expression\":\"assets > {}\"}}", 1_000_000 + dice % 9);
                    let headers = [("content-type", "application/json")];
                    http::request(
                        address,
                        "PUT",
                        "/v1/filters/saved",
                        &headers,
                        body.as_bytes(),
                    );
                }
                _ => self.stage.bound(100 + dice % 3 * 40, 0),
            }
            std::thread::sleep(Duration::from_millis(dice % 300));
        }
        self.stage.bound(100 + chance(self.seed + 59) % 3 * 40, 0);
    }

    /// Facts of one request.
    fn batch(&self, seed: u64) -> Vec<(u64, Line)> {
        let known = self.ledger.customers();
        let dice = chance(seed) % 10;
        let count = 1 + chance(seed + 7) % 25;
        if known.is_empty() || dice < 3 {
            let lines = (0..count).map(|_| {
                let number = self.ledger.number();
                let line = Line {
                    path: "/v1/customers",
                    text: customer(number),
                    complaint_at: None,
                };
                (number, line)
            });
            return lines.collect();
        }
        let last = known[known.len().saturating_sub(150)..].to_vec();
        let some = |at: u64| known[usize::try_from(chance(seed + 9 + at)).unwrap() % known.len()];
        match dice {
            // Many enter by one request.
            3 => last
                .iter()
                .flat_map(|it| [self.purchase(*it), self.purchase(*it)])
                .collect(),
            4 => last.iter().map(|it| self.complaint(*it)).collect(),
            5 => (0..count).map(|at| self.complaint(some(at))).collect(),
            _ => (0..count * 2).map(|at| self.purchase(some(at))).collect(),
        }
    }

    fn purchase(&self, customer: u64) -> (u64, Line) {
        let number = self.ledger.number();
        let dice = chance(number);
        // Now and then late by days.
        let late = if dice.is_multiple_of(10) {
            3 * 86_400
        } else {
            0
        };
        let at = Instant(self.at.0 - late - i64::try_from(dice % 7_200).unwrap());
        let amount = 1 + dice % 90;
        let fields = format!("\"amount\":\"{amount}\"");
        (
            number,
            self.event("purchase", number, customer, at, &fields),
        )
    }

    fn complaint(&self, customer: u64) -> (u64, Line) {
        let number = self.ledger.number();
        // Since the slot before, or ahead; then no two of a customer at the same instant.
        let ahead = self.at.0 + AHEAD_SECONDS + i64::try_from(customer % 1_200).unwrap();
        let is_ahead = chance(number).is_multiple_of(5)
            && self.ledger.is_first_ahead(customer, Instant(ahead));
        let past = self.at.0 - i64::try_from(number % 600).unwrap();
        let at = Instant(if is_ahead { ahead } else { past });
        let line = self.event("complaint", number, customer, at, "\"topic\":\"t\"");
        let complaint_at = Some(at);
        (
            number,
            Line {
                complaint_at,
                ..line
            },
        )
    }

    fn event(&self, event: &str, number: u64, who: u64, at: Instant, fields: &str) -> Line {
        let text = format!(
            "{{\"event\":\"{event}\",\"customer\":\"{}\",\"at\":\"{}\",\"id\":\"e{number}\",{fields}}}\n",
            id(who),
            self.zone.format(at)
        );
        Line {
            path: "/v1/events",
            text,
            complaint_at: None,
        }
    }
}
