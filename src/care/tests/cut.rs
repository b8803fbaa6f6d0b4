//! Rounds cut off between any two commits of the store, as a kill does: what the store has
//! taken by then is completed by the next opening, and nothing of it is done twice.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::live::history::What;
use crate::live::review_records;
use crate::store;

const NOON: &str = "2024-06-03T12:00";
/// Customers: so many that a round takes several commits.
const MANY: usize = 250;

/// A disk that takes so many commits more once it is told to count them.
#[derive(Clone)]
struct Fuse {
    left: Arc<AtomicI64>,
    counts: Arc<AtomicBool>,
}

impl Fuse {
    fn of(commits: i64) -> Self {
        Self {
            left: Arc::new(AtomicI64::new(commits)),
            counts: Arc::default(),
        }
    }

    fn options(&self) -> store::Options {
        let fuse = self.clone();
        store::Options {
            free_bytes: Arc::new(move |_| {
                let counts = fuse.counts.load(Ordering::Acquire);
                let is_full = counts && fuse.left.fetch_sub(1, Ordering::AcqRel) <= 0;
                Ok(if is_full { 0 } else { 1 << 40 })
            }),
            ballast_bytes: 0,
            ..store::Options::default()
        }
    }

    fn has_blown(&self) -> bool {
        self.left.load(Ordering::Acquire) < 0
    }
}

/// Does something over a disk that is full after no, one, two … commits, opens what is there, and
/// does it again, as whoever got no answer does. Gives how many commits the whole takes.
fn cut_everywhere(
    items: &str,
    prepare: impl Fn(&Bank),
    act: impl Fn(&Bank),
    check: impl Fn(&Bank, i64),
) -> i64 {
    for commits in 0.. {
        let mut bank = Bank::new(items, NOON);
        prepare(&bank);
        bank.core.take().unwrap().close().unwrap();
        let fuse = Fuse::of(commits);
        bank.open_with(fuse.options());
        fuse.counts.store(true, Ordering::Release);
        act(&bank);
        // Closing tries once more and fails alike; all that is in memory is gone.
        drop(bank.core.take());
        bank.clock.fetch_add(90, Ordering::AcqRel);
        bank.open();
        bank.settle();
        act(&bank);
        bank.settle();
        check(&bank, commits);
        if !fuse.has_blown() {
            return commits;
        }
    }
    0
}

fn many(line: impl Fn(usize) -> String) -> String {
    (0..MANY).map(line).collect()
}

/// A customer whose messages are long.
fn person(at: usize, assets: i64) -> String {
    let topic = "x".repeat(900);
    format!(
        "{{\"id\":\"c{at}\",\"assets\":{assets},\"mail\":\"c{at}@example.org\",\"agrees\":{},\"silent\":false,\"keeper\":\"{topic}\"}}\n",
        !at.is_multiple_of(5)
    )
}

/// Facts that may be refused by a full disk.
fn try_send(bank: &Bank, kind: IncomingKind, lines: &str) {
    let parsed = parse_lines(kind, lines.as_bytes()).unwrap();
    let facts: Vec<_> = parsed.into_iter().map(|(_, line)| line.unwrap()).collect();
    let _ = bank.core().submit(facts);
}

/// Something that makes a round, whatever becomes of it.
fn try_settle(bank: &Bank) {
    let _ = bank.core().order(Order::Dismiss {
        plan: "nothing".to_owned(),
    });
}

/// Entered, only watched, suppressed; campaign events of entering; messages.
fn figures(bank: &Bank, plan: &str) -> (u64, u64, u64, u64, usize) {
    let (state, key) = (bank.state(), PlanKey::of(plan));
    let (entered, watched) = state.entered_in_all(key);
    let tallies = state.tallies(key);
    let suppressed = tallies.flat_map(|(_, tally)| tally.suppressed.clone());
    let count = format!("count(campaign_entered where plan = \"{plan}\") >= 1");
    let once = bank.count(&count);
    let twice = bank.count(&count.replace(">= 1", ">= 2"));
    assert_eq!(twice, 0, "told to have entered twice");
    let messages = state.messages().filter(|entry| entry.plan == plan).count();
    (
        entered,
        watched,
        suppressed.map(|(_, count)| count).sum(),
        once,
        messages,
    )
}

const PLAN: &str =
    "exclude any(complaint where topic = \"never\", last 3 days)  step greet: send email \"hi\" }";

/// All are accounted for once: four fifths agree.
fn all_once(bank: &Bank, commits: i64) {
    let (entered, watched, suppressed, told, messages) = figures(bank, "hello");
    let all = MANY as u64;
    assert_eq!(
        (entered + watched, suppressed, told, messages as u64),
        (all / 5 * 4, all / 5, all / 5 * 4, entered),
        "cut after {commits}"
    );
}

#[test]
fn what_was_told_is_not_told_again_when_a_filter_came_meanwhile() {
    let mut bank = Bank::new("", NOON);
    bank.core.take().unwrap().close().unwrap();
    let fuse = Fuse::of(0);
    bank.open_with(fuse.options());
    bank.welcome("c", 200);
    bank.items.push_str("filter poor: assets < 5\n");
    bank.core().take_rules(bank.loaded(), "a person").unwrap();
    fuse.counts.store(true, Ordering::Release);
    // The sets are not written down.
    drop(bank.core.take());
    assert!(fuse.has_blown());
    bank.open();
    bank.settle();
    let (told, _) = bank.core().matches(0, 100).unwrap();
    let entered = told.iter().filter(|it| it.what == What::Entered);
    assert_eq!(entered.count(), 1, "{told:?}");
}

fn several(commits: i64) {
    assert!(
        commits > 2,
        "all of it was {commits} commits: nothing was cut"
    );
}

#[test]
fn those_who_enter_by_facts() {
    let items = format!("care hello {{ for rich  when enters  holdout 10%  {PLAN}");
    several(cut_everywhere(
        &items,
        |bank| drop(bank.start("hello")),
        |bank| try_send(bank, IncomingKind::Customers, &many(|at| person(at, 200))),
        all_once,
    ));
}

#[test]
fn those_who_come_by_an_event() {
    let items = format!("care hello {{ for rich  when after event complaint  holdout 10%  {PLAN}");
    several(cut_everywhere(
        &items,
        |bank| {
            try_send(bank, IncomingKind::Customers, &many(|at| person(at, 200)));
            bank.start("hello");
        },
        |bank| {
            let lines = many(|at| {
                format!(
                    "{{\"event\":\"complaint\",\"customer\":\"c{at}\",\"at\":\"2024-06-03T12:00:00\",\"id\":\"e{at}\"}}\n"
                )
            });
            try_send(bank, IncomingKind::Events, &lines);
        },
        all_once,
    ));
}

#[test]
fn those_who_come_by_an_event_dated_ahead() {
    let items = format!("care hello {{ for rich  when after event complaint  holdout 10%  {PLAN}");
    several(cut_everywhere(
        &items,
        |bank| {
            try_send(bank, IncomingKind::Customers, &many(|at| person(at, 200)));
            bank.start("hello");
            let lines = many(|at| {
                format!(
                    "{{\"event\":\"complaint\",\"customer\":\"c{at}\",\"at\":\"2024-06-03T13:00:00\",\"id\":\"e{at}\"}}\n"
                )
            });
            try_send(bank, IncomingKind::Events, &lines);
        },
        |bank| {
            let due = bank.at("2024-06-03T13:00").0;
            bank.clock.fetch_max(due, Ordering::AcqRel);
            try_settle(bank);
        },
        all_once,
    ));
}

#[test]
fn those_who_come_by_the_calendar() {
    let items = format!("care hello {{ for rich  when every day at 13:00  holdout 10%  {PLAN}");
    several(cut_everywhere(
        &items,
        |bank| {
            try_send(bank, IncomingKind::Customers, &many(|at| person(at, 200)));
            bank.start("hello");
        },
        |bank| {
            let due = bank.at("2024-06-03T13:00").0;
            bank.clock.fetch_max(due, Ordering::AcqRel);
            try_settle(bank);
        },
        all_once,
    ));
}

#[test]
fn those_already_in_when_a_plan_is_started() {
    let items = format!(
        "care hello {{ for rich  when enters  including those already in  holdout 10%  {PLAN}"
    );
    several(cut_everywhere(
        &items,
        |bank| try_send(bank, IncomingKind::Customers, &many(|at| person(at, 200))),
        |bank| {
            let plan = "hello".to_owned();
            let _ = bank.core().order(Order::Start { plan });
        },
        all_once,
    ));
}

#[test]
fn those_held_whom_a_person_approves() {
    let items = format!(
        "care hello {{ for rich  when every day at 13:00  holdout 10%  expect at most 3 entering per day  {PLAN}"
    );
    several(cut_everywhere(
        &items,
        |bank| {
            try_send(bank, IncomingKind::Customers, &many(|at| person(at, 200)));
            bank.start("hello");
        },
        |bank| {
            let due = bank.at("2024-06-03T13:00").0;
            bank.clock.fetch_max(due, Ordering::AcqRel);
            try_settle(bank);
            let plan = "hello".to_owned();
            let _ = bank.core().order(Order::Approve { plan });
        },
        all_once,
    ));
}

#[test]
fn those_whom_a_review_of_tiers_lifts() {
    let items = format!(
        "tiers grade by assets {{ gold: top 40%  basic: else }}\n\
         care hello {{ for grade = gold and silent is present  when enters  holdout 10%  {PLAN}"
    );
    several(cut_everywhere(
        &items,
        |bank| {
            let others = many(|at| format!("{{\"id\":\"o{at}\",\"assets\":100}}\n"));
            try_send(bank, IncomingKind::Customers, &others);
            try_send(bank, IncomingKind::Customers, &many(|at| person(at, 10)));
            // Reviewed: the others share the first place, the persons stand past them.
            bank.until("2024-06-04T08:00");
            bank.start("hello");
            let passing = many(|at| format!("{{\"id\":\"c{at}\",\"assets\":1000}}\n"));
            try_send(bank, IncomingKind::Customers, &passing);
            assert_eq!(figures(bank, "hello"), (0, 0, 0, 0, 0));
        },
        |bank| {
            let due = bank.at("2024-06-05T00:00").0;
            bank.clock.fetch_max(due, Ordering::AcqRel);
            try_settle(bank);
        },
        |bank, commits| {
            all_once(bank, commits);
            let reviews = bank
                .core()
                .with_store(review_records::load)
                .unwrap()
                .unwrap();
            assert_eq!(&reviews, &**bank.core().live().members.ranks().reviews());
            let dates: Vec<String> = reviews.iter().map(|(_, it)| it.date.to_string()).collect();
            assert_eq!(dates, ["2024-06-04", "2024-06-05"], "cut after {commits}");
        },
    ));
}
