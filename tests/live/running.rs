//! The running core: facts sent as lines, time, other rules, erasures and restarts.
//! At every look its members are those computed from nothing, and its history, read
//! from the first record, leads to them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tamis::base::calendar::{Instant, Zone};
use tamis::base::clock::Clock;
use tamis::engine::RunOptions;
use tamis::ingest::erasure::{self, Erasures};
use tamis::ingest::facts::{Incoming, IncomingKind, LineOutcome, parse_lines};
use tamis::live::core::{Core, HistoryError, Opening};
use tamis::live::history::What;
use tamis::live::members::{Cause, Members, View};
use tamis::store::fact::Row;

use crate::chance::Chance;
use crate::exact::each_story;
use crate::rules;
use crate::world::SCHEMA;

const ZONE: &str = "Europe/Prague";

/// A core over folders of its own, with a clock that is set.
pub struct Bank {
    /// Closed before its folder goes.
    pub core: Option<Core>,
    pub folder: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    pub zone: Zone,
    /// Members of each filter as the history tells them.
    pub told: BTreeMap<String, BTreeSet<String>>,
    /// Filters that somebody erased has to be told to have left.
    gone: Vec<String>,
    pub seen: u64,
}

impl Bank {
    pub fn new(items: &str, now: &str) -> Self {
        let zone = Zone::load(ZONE).unwrap();
        let mut bank = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(AtomicI64::new(zone.parse(now).unwrap().0)),
            zone,
            core: None,
            told: BTreeMap::new(),
            gone: Vec::new(),
            seen: 0,
        };
        fs::create_dir(bank.rules_folder()).unwrap();
        let schema = format!("settings {{ time_zone \"{ZONE}\" }}\n{SCHEMA}");
        fs::write(bank.rules_folder().join("schema.tamis"), schema).unwrap();
        bank.write(items);
        bank.open();
        bank
    }

    fn rules_folder(&self) -> PathBuf {
        self.folder.path().join("rules")
    }

    pub fn write(&self, items: &str) {
        fs::write(self.rules_folder().join("rules.tamis"), items).unwrap();
    }

    pub fn load(&self) -> tamis::rules::Loaded {
        let loaded = tamis::rules::load(&self.rules_folder()).unwrap();
        assert!(loaded.is_sound(), "{:#?}", loaded.diagnostics);
        loaded
    }

    pub fn open(&mut self) {
        let opening = Opening {
            store_folder: self.folder.path().join("data"),
            loaded: self.load(),
            plugins: Arc::default(),
            clock: Clock::Set(Arc::clone(&self.clock)),
            options: RunOptions::default(),
            ranks_seconds: 60,
        };
        self.core = Some(Core::open(opening, ()).unwrap());
    }

    pub fn core(&self) -> &Core {
        self.core.as_ref().unwrap()
    }

    pub fn now(&self) -> Instant {
        Instant(self.clock.load(Ordering::Acquire))
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::AcqRel);
    }

    pub fn send(&self, kind: IncomingKind, lines: &str) -> Vec<LineOutcome> {
        let parsed = parse_lines(kind, lines.as_bytes()).unwrap();
        let facts: Vec<Incoming> = parsed.into_iter().map(|(_, line)| line.unwrap()).collect();
        self.core().submit(facts).unwrap()
    }

    /// What stands is what is computed from nothing, and what was told.
    pub fn look(&mut self) {
        let live = self.core().settled().unwrap();
        assert_eq!(live.halted, None);
        let options = RunOptions::default();
        let view = View {
            snapshot: &live.moment.snapshot,
            plugins: &*live.moment.plugins,
            now: self.now(),
            ranks: Some(&live.moment.ranks),
            options: &options,
        };
        let expected = Members::compute(&live.moment.rules, view).unwrap();
        let mut stands = BTreeMap::new();
        for ((name, set), (_, right)) in live.members.iter().zip(expected.iter()) {
            let rows: Vec<u32> = set.rows().collect();
            let right: Vec<u32> = right.rows().collect();
            assert_eq!(rows, right, "{name} at {}", self.zone.format(self.now()));
            let ids = rows
                .iter()
                .map(|row| live.moment.snapshot.id(*row).to_owned());
            stands.insert(name.to_string(), ids.collect::<BTreeSet<String>>());
        }
        self.listen(&stands);
        assert_eq!(self.told, stands, "the history leads elsewhere");
        assert_eq!(self.gone, Vec::<String>::new(), "nobody was told");
    }

    /// Reads on in the history. What a new filter begins with is what it has in the end without what came after.
    fn listen(&mut self, stands: &BTreeMap<String, BTreeSet<String>>) {
        let mut records = Vec::new();
        loop {
            let (more, seen) = self.core().matches(self.seen, 7).unwrap();
            if seen == self.seen {
                break;
            }
            assert!(more.iter().all(|it| it.sequence > self.seen));
            self.seen = seen;
            records.extend(more);
        }
        for at in 0..records.len() {
            let record = &records[at];
            let rule = record.rule.to_string();
            match (&record.what, &record.customer) {
                (What::Entered, Some(id)) => {
                    let set = self.told.get_mut(&rule).unwrap();
                    assert!(set.insert(id.to_string()), "{id} entered {rule} twice");
                }
                (What::Left, None) => {
                    assert_eq!(record.cause, Cause::Erasure);
                    let place = self.gone.iter().position(|gone| *gone == rule);
                    assert!(place.is_some(), "nobody erased was in {rule}");
                    self.gone.remove(place.unwrap());
                }
                (What::Left, Some(id)) => {
                    let set = self.told.get_mut(&rule).unwrap();
                    assert!(set.remove(&id.to_string()), "{id} left {rule} twice");
                }
                (What::Initial { members }, None) => {
                    let mut set = stands.get(&rule).cloned().unwrap_or_default();
                    for later in records[at + 1..]
                        .iter()
                        .rev()
                        .filter(|it| it.rule == record.rule)
                    {
                        let id = later.customer.as_ref().unwrap().to_string();
                        match later.what {
                            What::Entered => set.remove(&id),
                            _ => set.insert(id),
                        };
                    }
                    assert_eq!(set.len() as u64, *members, "{rule} begins with");
                    self.told.insert(rule, set);
                }
                (What::Dropped, None) => {
                    self.told.remove(&rule).unwrap();
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Someone erased is named in no history any more: what was told is to be taken back without the id.
    fn forget(&mut self, id: &str) {
        for (rule, set) in &mut self.told {
            if set.remove(id) {
                self.gone.push(rule.clone());
            }
        }
    }
}

fn customers() -> String {
    (0..8).map(|at| format!("{{\"id\":\"c{at}\"}}\n")).collect()
}

fn some_line(chance: &mut Chance, bank: &Bank) -> (IncomingKind, String) {
    let who = format!("c{}", chance.below(8));
    let at = |chance: &mut Chance| {
        let seconds = chance.between(-5 * 86_400, 3_600);
        bank.zone.format(Instant(bank.now().0 + seconds))
    };
    let date = bank
        .zone
        .date_of(Instant(bank.now().0 + chance.between(-9, 9) * 86_400));
    match chance.below(5) {
        0 => {
            let amount = chance.between(0, 200);
            let event = format!(
                "{{\"event\":\"purchase\",\"customer\":\"{who}\",\"at\":\"{}\",\"amount\":\"{amount}\",\"paid_on\":\"{date}\"}}",
                at(chance)
            );
            (IncomingKind::Events, event)
        }
        1 => {
            let id = chance.below(40);
            let line = format!(
                "{{\"event\":\"login\",\"customer\":\"{who}\",\"id\":\"l{id}\",\"at\":\"{}\",\"device\":\"a\"}}",
                at(chance)
            );
            (IncomingKind::Events, line)
        }
        2 => {
            let line = format!(
                "{{\"id\":\"{who}\",\"assets\":\"{}\",\"seen\":\"{}\",\"born\":\"{date}\"}}",
                chance.between(0, 200),
                at(chance)
            );
            (IncomingKind::Customers, line)
        }
        3 => {
            let key = chance.below(3);
            let line = format!(
                "{{\"holding\":\"loan\",\"customer\":\"{who}\",\"key\":\"h{key}\",\"amount\":{},\"due\":\"{date}\"}}",
                chance.between(0, 90)
            );
            (IncomingKind::Holdings, line)
        }
        _ => {
            let to = chance.below(8);
            let line =
                format!("{{\"relation\":\"guarantor\",\"from\":\"{who}\",\"to\":\"c{to}\"}}");
            (IncomingKind::Relations, line)
        }
    }
}

#[test]
fn stories_of_a_running_core() {
    each_story(12, |chance, seed| {
        let items = rules::filters(chance, &rules::plain(), 6);
        println!("{items}");
        let mut bank = Bank::new(&items, "2024-03-29T22:00");
        bank.send(IncomingKind::Customers, &customers());
        for _ in 0..16 {
            match chance.below(12) {
                0..=5 => {
                    let (kind, line) = some_line(chance, &bank);
                    bank.send(kind, &line);
                }
                6..=8 => bank.pass(*chance.one(&[1, 59, 1_800, 7_200, 50_000, 100_000])),
                9 => {
                    bank.write(&rules::filters(chance, &rules::plain(), 6));
                    let loaded = bank.load();
                    bank.core().take_rules(loaded, "test").unwrap();
                }
                10 => {
                    let id = format!("c{}", chance.below(8));
                    if chance.percent(40) {
                        bank.look();
                        bank.core().erase(&id).unwrap();
                        bank.forget(&id);
                    }
                }
                _ => {
                    bank.core.take().unwrap().close().unwrap();
                    bank.pass(*chance.one(&[0, 5_000]));
                    bank.open();
                }
            }
            if chance.percent(60) {
                bank.look();
            }
        }
        println!("story {seed} ends");
        bank.look();
    });
}

const RICH: &str = "filter rich: assets >= 100";

#[test]
fn what_was_acknowledged_is_there_and_told_once() {
    let mut bank = Bank::new(RICH, "2024-03-29T12:00");
    bank.send(
        IncomingKind::Customers,
        "{\"id\":\"a\",\"assets\":50}\n{\"id\":\"b\",\"assets\":\"100\"}",
    );
    let outcomes = bank.send(IncomingKind::Customers, "{\"id\":\"b\",\"assets\":100}");
    assert_eq!(outcomes, vec![LineOutcome::Repeated]);
    bank.look();
    assert_eq!(bank.told["rich"], BTreeSet::from(["b".to_owned()]));
    let seen = bank.seen;
    bank.core.take().unwrap().close().unwrap();
    bank.open();
    bank.look();
    assert_eq!(bank.seen, seen, "a restart tells nothing again");
}

#[test]
fn a_changed_rule_is_the_cause_and_a_dropped_one_is_told() {
    let mut bank = Bank::new(RICH, "2024-03-29T12:00");
    bank.send(IncomingKind::Customers, "{\"id\":\"a\",\"assets\":50}");
    bank.look();
    bank.write("filter rich: assets >= 10\nfilter poor: assets < 60");
    let accepted = bank.core().take_rules(bank.load(), "test").unwrap();
    assert_eq!((accepted.entered, accepted.initial.len()), (1, 1));
    let (records, _) = bank.core().matches(bank.seen, 10).unwrap();
    assert_eq!(records[0].cause, Cause::Rule);
    assert_eq!(records[1].what, What::Initial { members: 1 });
    bank.look();
    bank.write("filter poor: assets < 60");
    bank.core().take_rules(bank.load(), "test").unwrap();
    bank.look();
}

#[test]
fn a_kind_of_fact_may_come_while_it_runs() {
    let mut bank = Bank::new(RICH, "2024-03-29T12:00");
    bank.send(IncomingKind::Customers, "{\"id\":\"a\",\"assets\":500}");
    bank.look();
    bank.write(
        "event visit { branch: text }\nfilter rich: assets >= 100\nfilter seen_there: any(visit)",
    );
    bank.core().take_rules(bank.load(), "test").unwrap();
    let line = "{\"event\":\"visit\",\"customer\":\"a\",\"at\":\"2024-03-29T11:00\"}";
    assert_eq!(
        bank.send(IncomingKind::Events, line),
        vec![LineOutcome::Accepted]
    );
    bank.look();
    assert_eq!(bank.told["seen_there"].len(), 1);
    assert_eq!(bank.told["rich"].len(), 1);
}

#[test]
fn nobody_reads_records_from_before_the_oldest() {
    let bank = Bank::new(RICH, "2024-03-29T12:00");
    assert!(bank.core().matches(0, 1).is_ok());
    let beyond = bank.core().matches(1_000, 1).unwrap();
    assert_eq!(beyond, (Vec::new(), 1_000));
    assert!(!matches!(
        bank.core().matches(1, 1),
        Err(HistoryError::TooOld { .. })
    ));
}

#[test]
fn many_senders_share_rounds_and_all_is_there() {
    let bank = Bank::new(RICH, "2024-03-29T12:00");
    std::thread::scope(|scope| {
        for sender in 0..8 {
            let bank = &bank;
            scope.spawn(move || {
                for at in 0..20 {
                    let line = format!("{{\"id\":\"s{sender}-{at}\",\"assets\":{}}}", at * 10);
                    let outcomes = bank.send(IncomingKind::Customers, &line);
                    assert_eq!(outcomes, vec![LineOutcome::Accepted]);
                    let live = bank.core().live();
                    let row = live.moment.snapshot.row(&format!("s{sender}-{at}"));
                    let member = live.members.of("rich").unwrap().contains(row.unwrap());
                    assert_eq!(member, at >= 10, "visible when acknowledged");
                }
            });
        }
    });
    let live = bank.core().live();
    assert_eq!(live.members.of("rich").unwrap().count(), 80);
    let folder: &Path = bank.folder.path();
    assert!(folder.join("data").is_dir());
}

#[test]
fn a_reader_at_the_very_end_misses_nobody() {
    let bank = Bank::new(RICH, "2024-03-29T12:00");
    let wanted = 200;
    std::thread::scope(|scope| {
        let bank = &bank;
        scope.spawn(move || {
            for at in 0..wanted {
                bank.send(
                    IncomingKind::Customers,
                    &format!("{{\"id\":\"n{at}\",\"assets\":500}}"),
                );
            }
        });
        let (mut after, mut entered) = (0, 0);
        while entered < wanted {
            let last = bank.core().live().sequence;
            let (records, seen) = bank.core().matches(after, 1_000).unwrap();
            assert!(seen >= last, "what is published is read");
            entered += records.iter().filter(|it| it.what == What::Entered).count();
            after = seen;
            // The record of the first comes after that of the filter itself.
            assert_eq!(after, 1 + entered as u64, "each number is someone's");
        }
    });
}

#[test]
fn an_erased_customer_is_gone_at_once_for_relatives_too() {
    let items = "filter all_of_them: assets >= 0\nfilter guarded: any guarantor (assets > 10)";
    let mut bank = Bank::new(items, "2024-03-29T12:00");
    let lines = "{\"id\":\"a\",\"assets\":50}\n{\"id\":\"b\",\"assets\":20}";
    bank.send(IncomingKind::Customers, lines);
    let edge = "{\"relation\":\"guarantor\",\"from\":\"a\",\"to\":\"b\"}";
    bank.send(IncomingKind::Relations, edge);
    bank.look();
    assert_eq!(bank.told["guarded"].len(), 1);
    assert!(bank.core().erase("b").unwrap());
    assert!(!bank.core().erase("b").unwrap());
    bank.forget("b");
    bank.look();
    assert!(bank.told["guarded"].is_empty());
    let again = bank.send(IncomingKind::Customers, "{\"id\":\"b\",\"assets\":20}");
    assert!(matches!(again[..], [LineOutcome::Rejected(_)]));
    bank.core.take().unwrap().close().unwrap();
    bank.open();
    bank.look();
    let (records, _) = bank.core().matches(0, 100).unwrap();
    assert!(records.iter().all(|it| it.customer.as_deref() != Some("b")));
}

/// Whoever counts along from any number comes to what the filters count, and only who was there hears the id.
#[test]
fn an_erasure_is_told_without_the_id_but_to_those_who_hear_it() {
    let mut bank = Bank::new(RICH, "2024-03-29T12:00");
    let lines = "{\"id\":\"a\",\"assets\":500}\n{\"id\":\"b\",\"assets\":200}";
    bank.send(IncomingKind::Customers, lines);
    let before = bank.core().live().sequence;
    assert!(bank.core().erase("b").unwrap());
    let count = |bank: &Bank| bank.core().live().members.of("rich").unwrap().count();
    let told = |records: &[tamis::live::history::Match]| {
        let mut members = 0;
        for record in records {
            match &record.what {
                What::Initial { members: all } => members = *all,
                What::Entered => members += 1,
                What::Left => members -= 1,
                What::Dropped => {}
            }
        }
        members
    };
    for _ in 0..2 {
        let (records, _) = bank.core().matches(0, 100).unwrap();
        assert_eq!((told(&records), count(&bank)), (1, 1), "{records:?}");
        assert!(records.iter().all(|it| it.customer.as_deref() != Some("b")));
        let last = records.last().unwrap();
        assert_eq!(
            (&last.customer, &last.what, &last.cause),
            (&None, &What::Left, &Cause::Erasure)
        );
        let (heard, _) = bank.core().matches_heard(before, before, 100).unwrap();
        assert_eq!(heard[0].customer.as_deref(), Some("b"));
        assert_eq!(heard[0].sequence, last.sequence);
        // What came before is replayed to this reader as to any other.
        let (replayed, _) = bank.core().matches_heard(0, before, 100).unwrap();
        let named = replayed
            .iter()
            .filter(|it| it.customer.as_deref() == Some("b"));
        assert_eq!(named.count(), 1);
        bank.core.take().unwrap().close().unwrap();
        bank.open();
    }
}

#[test]
fn an_erased_customer_is_refused_though_the_log_knows_nothing_of_it() {
    let mut bank = Bank::new("filter all_of_them: assets >= 0", "2024-03-29T12:00");
    bank.send(IncomingKind::Customers, "{\"id\":\"a\",\"assets\":50}");
    // As a rewritten log leaves it: the hash of an id that no block holds any more.
    let erased = Erasures::default();
    let (_, records) = erasure::records_for(&erased, "ghost", Row(0), bank.now()).unwrap();
    let written = bank
        .core()
        .with_store(|store| store.append_with(Vec::new(), records));
    written.unwrap().unwrap();
    bank.core.take().unwrap().close().unwrap();
    bank.open();
    let ghost = bank.send(IncomingKind::Customers, "{\"id\":\"ghost\",\"assets\":1}");
    match &ghost[..] {
        [LineOutcome::Rejected(fault)] => assert_eq!(fault.code, "I115"),
        other => panic!("{other:?}"),
    }
    let other = bank.send(IncomingKind::Customers, "{\"id\":\"b\",\"assets\":1}");
    assert_eq!(other, [LineOutcome::Accepted]);
    // The next erasure keeps the key of the first one's hash.
    assert!(bank.core().erase("b").unwrap());
    let again = "{\"id\":\"ghost\",\"assets\":1}\n{\"id\":\"b\",\"assets\":1}";
    let again = bank.send(IncomingKind::Customers, again);
    assert!(
        again
            .iter()
            .all(|it| matches!(it, LineOutcome::Rejected(_))),
        "{again:?}"
    );
}
