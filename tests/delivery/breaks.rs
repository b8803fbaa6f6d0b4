//! Stopping, quiet hours, an outbox that cannot write, and couriers broken off at random: what
//! must not repeat does not, and nothing is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use tamis::care::outbox::DeliveryResult;
use tamis::delivery::RECORDER_FILE_NAME;

use crate::outbox::entry;
use crate::receivers::http::{Answer, Receiver};
use crate::receivers::smtp::MailServer;
use crate::receivers::wait_until;
use crate::stage::{Stage, kinds};
use crate::{mails, webhooks};

#[test]
fn stopping_waits_for_what_runs_and_begins_nothing_more() {
    let receiver = Receiver::start();
    receiver.otherwise(Answer::After(Duration::from_millis(300)));
    let stage = Stage::new(&webhooks::settings(&receiver.url(), "at_once_max = 2"));
    stage.outbox.add((0..20).map(|row| entry(row, "crm")));
    let courier = stage.start();
    wait_until("two at once", || receiver.requests().len() == 2);
    assert_eq!(courier.stop(Duration::from_secs(30)).unfinished, 0);
    let sent = receiver.requests().len();
    assert_eq!(kinds(&stage.outbox.results()), vec!["delivered"; sent]);
    assert_eq!(stage.outbox.open(), 20 - sent);
    assert!(sent < 20);
    assert_eq!(courier.stop(Duration::from_secs(30)).unfinished, 0);
}

#[test]
fn stopping_does_not_wait_longer_than_said() {
    let receiver = Receiver::start();
    receiver.otherwise(Answer::Hang);
    let settings = webhooks::settings(&receiver.url(), "at_once_max = 1")
        .replace("attempt_seconds_max = 1", "attempt_seconds_max = 300");
    let stage = Stage::new(&settings);
    stage.outbox.add([entry(1, "crm")]);
    let courier = stage.start();
    wait_until("a request", || !receiver.requests().is_empty());
    let began = Instant::now();
    assert_eq!(courier.stop(Duration::from_millis(100)).unfinished, 1);
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!(stage.outbox.told().is_empty());
}

#[test]
fn nothing_is_sent_while_nothing_is_given_out() {
    let receiver = Receiver::start();
    let stage = Stage::new(&webhooks::settings(&receiver.url(), ""));
    *stage.outbox.quiet.lock().unwrap() = true;
    stage.outbox.add([entry(1, "crm")]);
    let courier = stage.start();
    courier.wake();
    *stage.outbox.quiet.lock().unwrap() = false;
    // Whatever was looked for before found nothing; a waking finds it.
    wait_until("a delivery", || {
        courier.wake();
        receiver.requests().len() == 1
    });
}

#[test]
fn waking_is_enough_to_send_at_once() {
    let receiver = Receiver::start();
    let stage = Stage::new(&webhooks::settings(&receiver.url(), ""));
    let courier = stage.start();
    for row in 0..20 {
        let began = Instant::now();
        stage.outbox.add([entry(row, "crm")]);
        courier.wake();
        wait_until("a delivery", || receiver.requests().len() > row as usize);
        // Far below the time between two looks that nobody asked for.
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_result_is_told_until_the_outbox_has_it() {
    let receiver = Receiver::start();
    let stage = Stage::new(&webhooks::settings(&receiver.url(), ""));
    *stage.outbox.end_failures.lock().unwrap() = 3;
    assert_eq!(kinds(&stage.send([entry(1, "crm")])), ["delivered"]);
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn couriers_broken_off_at_random_lose_nothing_and_repeat_no_mail() {
    const MESSAGES: u32 = 120;
    let rounds = std::env::var("TAMIS_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_u64);
    let mail_server = MailServer::start();
    let receiver = Receiver::start();
    receiver.otherwise(Answer::After(Duration::from_millis(3)));
    let stage = Stage::new(&format!(
        "{}{}\n[channel.paper]\nkind = \"recorder\"\n",
        webhooks::settings(&receiver.url(), "at_once_max = 4"),
        mails::settings(mail_server.address(), "at_once_max = 4"),
    ));
    // Each round has its own messages, so that there is always something to break.
    for round in 0..rounds {
        let first = u32::try_from(round).unwrap() * MESSAGES;
        for channel in ["crm", "email", "paper"] {
            let rows = first..first + MESSAGES;
            stage.outbox.add(rows.map(|row| entry(row, channel)));
        }
        let courier = stage.start();
        let told = stage.outbox.told().len();
        // A number that differs from round to round and from run to run of the machine.
        let some = usize::try_from(round * 37 % 300).unwrap();
        wait_until("some results", || {
            stage.outbox.told().len() >= told + some || stage.outbox.open() == 0
        });
        drop(courier);
        stage.outbox.restart();
    }
    let courier = stage.start();
    stage.wait();
    drop(courier);

    let all = u64::from(MESSAGES) * rounds;
    let mut mails: BTreeMap<String, u32> = BTreeMap::new();
    for mail in mail_server.mails() {
        *mails.entry(mail.header("Message-ID")).or_default() += 1;
    }
    assert!(
        mails.values().all(|count| *count == 1),
        "a mail went out twice"
    );
    let uncertain: BTreeSet<String> = stage
        .outbox
        .uncertain()
        .iter()
        .map(|key| format!("<{key}@bank.example>"))
        .collect();
    let mut known: BTreeSet<String> = mails.keys().cloned().collect();
    known.extend(uncertain.iter().cloned());
    assert_eq!(known.len() as u64, all, "a mail is lost");

    let keys: BTreeSet<String> = receiver
        .requests()
        .iter()
        .map(|request| request.header("idempotency-key").to_owned())
        .collect();
    assert_eq!(keys.len() as u64, all, "a request is lost");

    let text = fs::read_to_string(stage.folder.path().join(RECORDER_FILE_NAME)).unwrap();
    let lines: BTreeSet<String> = text
        .lines()
        .map(|line| {
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            json["key"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(lines.len() as u64, all, "a line is lost");
    assert_eq!(text.lines().count() as u64, all, "a line is there twice");

    let dead = stage
        .outbox
        .results()
        .into_iter()
        .filter(|result| matches!(result, DeliveryResult::Dead { .. }))
        .count();
    assert_eq!(dead, 0);
}
