//! Care over a running core, with a clock that is set: each clause, and random stories.

mod clauses;
mod cut;
mod delivery;
mod random;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::Care;
use super::order::{Order, Reply};
use super::outbox::{DeliveryResult, EMAIL, OutboxEntry, OutboxKey, Standing, TemplateValue};
use super::record::{PlanKey, Stage};
use super::state::State;
use crate::base::calendar::{Instant, Zone};
use crate::base::clock::Clock;
use crate::engine::RunOptions;
use crate::ingest::facts::{IncomingKind, LineOutcome, parse_lines};
use crate::live::core::{Core, Opening};
use crate::live::question::Question;
use crate::rules;

const SCHEMA: &str = r#"
settings { time_zone "Europe/Prague" }
customer {
  assets: int
  mail: text, sensitive, as email
  agrees: bool, as consent
  silent: bool, as do_not_contact
  zone: text, as time_zone
  keeper: text, as manager
}
event purchase { amount: int }
event complaint { topic: text }
filter rich: assets > 100
"#;

/// A core with care over a folder of its own.
struct Bank {
    core: Option<Core<Care>>,
    folder: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    woken: Arc<AtomicUsize>,
    zone: Zone,
    items: String,
}

impl Bank {
    fn new(items: &str, now: &str) -> Self {
        let zone = Zone::load("Europe/Prague").unwrap();
        let mut bank = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(AtomicI64::new(zone.parse(now).unwrap().0)),
            woken: Arc::default(),
            zone,
            core: None,
            items: items.to_owned(),
        };
        bank.open();
        bank
    }

    fn loaded(&self) -> rules::Loaded {
        let text = format!("{SCHEMA}\n{}", self.items);
        // With a template for every message that a plan sends.
        let sent = text.split("send ").skip(1);
        let mut texts: BTreeMap<String, String> = sent
            .filter_map(|rest| rest.split('"').nth(1))
            .map(|name| {
                let letter = "Subject: x\n\ny\n".to_owned();
                (format!("templates/{name}.txt"), letter)
            })
            .collect();
        texts.insert("rules.tamis".to_owned(), text);
        let loaded = rules::load_texts(texts);
        assert!(loaded.is_sound(), "{:#?}", loaded.diagnostics);
        loaded
    }

    fn open(&mut self) {
        self.open_with(crate::store::Options::default());
    }

    fn open_with(&mut self, options: crate::store::Options) {
        let woken = Arc::clone(&self.woken);
        let care = Care::new(Box::new(move || {
            woken.fetch_add(1, Ordering::AcqRel);
        }));
        let opening = Opening {
            store_folder: self.folder.path().join("data"),
            loaded: self.loaded(),
            plugins: Arc::default(),
            clock: Clock::Set(Arc::clone(&self.clock)),
            options: RunOptions::default(),
            ranks_seconds: 60,
        };
        self.core = Some(Core::open_with(opening, care, options).unwrap());
    }

    /// Closes and opens again: all that is only in memory is gone.
    fn restart(&mut self) {
        self.core.take().unwrap().close().unwrap();
        self.open();
        self.settle();
    }

    fn core(&self) -> &Core<Care> {
        self.core.as_ref().unwrap()
    }

    fn now(&self) -> Instant {
        Instant(self.clock.load(Ordering::Acquire))
    }

    fn at(&self, text: &str) -> Instant {
        self.zone.parse(text).unwrap()
    }

    /// The clock goes to that time, and what is due is done.
    fn until(&self, text: &str) {
        self.clock.store(self.at(text).0, Ordering::Release);
        self.settle();
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::AcqRel);
        self.settle();
    }

    /// What is due by now is done: an order that does nothing makes a round.
    fn settle(&self) {
        let nothing = Order::Dismiss {
            plan: "nothing".to_owned(),
        };
        assert!(matches!(self.core().order(nothing), Ok(Reply::Refused(_))));
        assert_eq!(self.core().live().halted, None);
    }

    fn send(&self, kind: IncomingKind, lines: &str) {
        let parsed = parse_lines(kind, lines.as_bytes()).unwrap();
        let facts: Vec<_> = parsed.into_iter().map(|(_, line)| line.unwrap()).collect();
        for outcome in self.core().submit(facts).unwrap() {
            assert!(!matches!(outcome, LineOutcome::Rejected(_)), "{outcome:?}");
        }
        self.settle();
    }

    fn customers(&self, lines: &str) {
        self.send(IncomingKind::Customers, lines);
    }

    /// A customer who may be written to.
    fn welcome(&self, id: &str, assets: i64) {
        self.customers(&format!(
            r#"{{"id":"{id}","assets":{assets},"mail":"{id}@example.org","agrees":true,"silent":false,"keeper":"Ms. X"}}"#
        ));
    }

    fn event(&self, name: &str, customer: &str, at: &str) {
        let at = self.zone.format(self.at(at));
        self.send(
            IncomingKind::Events,
            &format!(r#"{{"event":"{name}","customer":"{customer}","at":"{at}"}}"#),
        );
    }

    fn order(&self, order: Order) -> Reply {
        let reply = self.core().order(order).unwrap();
        self.settle();
        reply
    }

    fn start(&self, plan: &str) -> Reply {
        self.order(Order::Start {
            plan: plan.to_owned(),
        })
    }

    /// What the records say.
    fn state(&self) -> State {
        self.core()
            .with_store(|store| State::open(store, self.zone.clone()))
            .unwrap()
            .unwrap()
    }

    /// Every record, as text.
    fn records(&self) -> Vec<String> {
        let state = self.state();
        let records = state.records();
        records
            .map(|(key, value)| format!("{key:?} {value:?}"))
            .collect()
    }

    fn row(&self, id: &str) -> u32 {
        self.core().live().moment.snapshot.row(id).unwrap()
    }

    fn id(&self, row: u32) -> String {
        self.core().live().moment.snapshot.id(row).to_owned()
    }

    /// Who is in a step of the plan, who is through, who was taken out; held out in brackets.
    fn entries(&self, plan: &str) -> Vec<String> {
        let key = PlanKey::of(plan);
        let state = self.state();
        let entries = state.enrolments().filter(|(_, plan, ..)| *plan == key);
        let mut found: Vec<String> = entries
            .map(|(row, _, _, enrolment)| {
                let stage = match &enrolment.stage {
                    Stage::Active { step, due_at } => format!(
                        "{} {}",
                        step.as_deref().unwrap_or("end"),
                        self.shown(*due_at)
                    ),
                    Stage::Finished { .. } => "through".to_owned(),
                    Stage::Left { reason, .. } => reason.clone(),
                };
                let held_out = if enrolment.held_out {
                    " (held out)"
                } else {
                    ""
                };
                format!("{}: {stage}{held_out}", self.id(row))
            })
            .collect();
        found.sort();
        found
    }

    fn shown(&self, at: i64) -> String {
        let text = self.zone.format(Instant(at));
        text.get(5..16).unwrap().to_owned()
    }

    /// Who did not enter, by reason, over all dates.
    fn suppressed(&self, plan: &str) -> Vec<(String, u64)> {
        let state = self.state();
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for (_, tally) in state.tallies(PlanKey::of(plan)) {
            for (word, count) in &tally.suppressed {
                *all.entry(word.clone()).or_default() += count;
            }
        }
        all.into_iter().collect()
    }

    /// Messages that wait or are given up.
    fn outbox(&self) -> Vec<String> {
        let state = self.state();
        let mut found: Vec<String> = state
            .messages()
            .map(|entry| {
                let standing = match &entry.standing {
                    Standing::Waiting => format!("waits for {}", self.shown(entry.due_at)),
                    Standing::Started { .. } => "under way".to_owned(),
                    Standing::Uncertain { .. } => "uncertain".to_owned(),
                    Standing::Dead { reason, .. } => format!("dead: {reason}"),
                };
                format!("{} {} {standing}", entry.customer, entry.step)
            })
            .collect();
        found.sort();
        found
    }

    fn begin(&self, channel: &str) -> Vec<OutboxEntry> {
        let order = Order::Begin {
            channel: channel.to_owned(),
            count_max: 100,
        };
        match self.order(order) {
            Reply::Begun(entries) => entries,
            other => panic!("{other:?}"),
        }
    }

    fn end(&self, entry: &OutboxEntry, result: DeliveryResult) {
        let order = Order::Delivery {
            key: entry.key,
            attempt: entry.attempt,
            result,
        };
        assert_eq!(self.order(order), Reply::Done);
    }

    /// Everything due goes out; who got what.
    fn deliver(&self) -> Vec<String> {
        let entries = self.begin(EMAIL);
        for entry in &entries {
            self.end(entry, DeliveryResult::Delivered);
        }
        let shown = entries.iter();
        let mut shown: Vec<String> = shown
            .map(|entry| format!("{} {}", entry.customer, entry.template))
            .collect();
        shown.sort();
        shown
    }

    /// How many customers satisfy a condition.
    fn count(&self, condition: &str) -> u64 {
        let moment = self.core().live().moment.at(self.now());
        let question = Question {
            filter: condition,
            ..Question::default()
        };
        let answer = moment.ask(&question, &RunOptions::default());
        answer.map(|answer| answer.count).unwrap_or(u64::MAX)
    }
}
