//! The account at the end: every entry into a plan with what was kept of it in the store,
//! against what the receivers got.

use std::collections::{BTreeMap, BTreeSet};

use tamis::care::outbox::{OutboxEntry, OutboxKey, Standing};
use tamis::care::record::{Key, PlanKey, Stage as At};
use tamis::care::state::State;
use tamis::store::Store;

use super::calendar::{Calendar, Hours, Slot, is_quiet};
use super::stage::{AT_ONCE, CUSTOMER_LIMIT, DAY_LIMIT, PLANS, Stage, messages_of};

/// What the receivers got in one life.
struct Received {
    slot: Slot,
    hooks: std::ops::Range<usize>,
    mails: std::ops::Range<usize>,
}

/// What they got life by life.
#[derive(Default)]
pub struct Account {
    lives: Vec<Received>,
    /// Mails that were taken by a receiver that said nothing.
    pub silences: usize,
}

/// Everything one customer was sent under one key.
#[derive(Default)]
struct Sent {
    customer: String,
    /// (life, status) of each request, in order; 0 is none.
    requests: Vec<(usize, u16)>,
    bodies: BTreeSet<Vec<u8>>,
}

impl Account {
    /// Notes what came in a life that has ended.
    pub fn note(&mut self, stage: &Stage, slot: Slot) {
        let (hooks, mails) = self
            .lives
            .last()
            .map_or((0, 0), |life| (life.hooks.end, life.mails.end));
        let received = Received {
            slot,
            hooks: hooks..stage.hooks.requests_so_far(),
            mails: mails..stage.mails.mails_so_far(),
        };
        if slot.hours == Hours::Quiet {
            assert!(received.hooks.is_empty(), "a request in quiet hours");
            assert!(received.mails.is_empty(), "a mail in quiet hours");
        }
        self.lives.push(received);
    }

    /// Holds the store against the receivers.
    pub fn settle(&self, stage: &Stage, calendar: &Calendar) {
        let loaded = tamis::rules::load(stage.place.rules()).unwrap();
        assert!(loaded.is_sound(), "{:?}", loaded.diagnostics);
        let store = Store::open(&stage.place.data(), &loaded.rules.schema).unwrap();
        let state = State::open(&store, calendar.zone().clone()).unwrap();
        let hooks = self.hooks(stage);
        let mails = self.mails(stage);
        self.repeats(&hooks, &state);
        self.entries(&state, &hooks, &mails);
        contacts(&state, calendar);
        self.caps(&hooks, &mails);
        entries_of_days(&state, calendar);
        store.close().unwrap();
    }

    fn hooks(&self, stage: &Stage) -> BTreeMap<OutboxKey, Sent> {
        let requests = stage.hooks.requests();
        let mut found: BTreeMap<OutboxKey, Sent> = BTreeMap::new();
        for (life, received) in self.lives.iter().enumerate() {
            for request in &requests[received.hooks.clone()] {
                let key = OutboxKey::parse(request.header("idempotency-key")).unwrap();
                let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
                let sent = found.entry(key).or_default();
                body["customer"]
                    .as_str()
                    .unwrap()
                    .clone_into(&mut sent.customer);
                sent.requests.push((life, request.status));
                sent.bodies.insert(request.body.clone());
            }
        }
        found
    }

    /// The life in which each mail came, and to whom.
    fn mails(&self, stage: &Stage) -> BTreeMap<OutboxKey, (usize, String)> {
        let mails = stage.mails.mails();
        let mut found = BTreeMap::new();
        for (life, received) in self.lives.iter().enumerate() {
            for mail in &mails[received.mails.clone()] {
                let id = mail.header("Message-ID");
                let key = id.trim_start_matches('<').split('@').next().unwrap();
                let customer = mail.to[0].split('@').next().unwrap().to_owned();
                let before = found.insert(OutboxKey::parse(key).unwrap(), (life, customer));
                assert_eq!(before, None, "a mail was sent twice: {id}");
            }
        }
        found
    }

    /// A request is repeated only where nobody could know that it was answered: after a kill
    /// or a silence, in the same words.
    fn repeats(&self, hooks: &BTreeMap<OutboxKey, Sent>, state: &State) {
        let mut repeated = 0;
        for (key, sent) in hooks {
            assert_eq!(sent.bodies.len(), 1, "{key} was repeated in other words");
            let answered: Vec<usize> = sent
                .requests
                .iter()
                .filter(|(_, status)| *status == 200)
                .map(|(life, _)| *life)
                .collect();
            let lives: BTreeSet<usize> = answered.iter().copied().collect();
            assert_eq!(lives.len(), answered.len(), "{key}: {:?}", sent.requests);
            repeated += lives.len().saturating_sub(1);
            let last = sent.requests.last().unwrap().1;
            assert!(last == 200 || state.message(*key).is_some() || answered.is_empty());
        }
        let most = AT_ONCE * self.lives.len();
        assert!(repeated <= most, "{repeated} repeated in {most}");
        let doubtful = state.messages().filter(|it| is_uncertain(it)).count();
        assert!(doubtful <= most + self.silences, "{doubtful} in doubt");
    }

    /// Each entry's messages: one each for whoever came to the end, none for those only watched.
    fn entries(
        &self,
        state: &State,
        hooks: &BTreeMap<OutboxKey, Sent>,
        mails: &BTreeMap<OutboxKey, (usize, String)>,
    ) {
        let mut known = BTreeSet::new();
        let names: BTreeMap<PlanKey, &str> = PLANS
            .iter()
            .map(|plan| (PlanKey::of(plan), *plan))
            .collect();
        for (row, plan, entered_at, enrolment) in state.enrolments() {
            let plan = names[&plan];
            for (step, channel) in messages_of(plan) {
                let key = OutboxKey::of(plan, row, entered_at, step);
                let arrived = match *channel {
                    "crm" => hooks
                        .get(&key)
                        .is_some_and(|it| it.requests.iter().any(|(_, status)| *status == 200)),
                    _ => mails.contains_key(&key),
                };
                if enrolment.held_out {
                    assert!(!arrived, "{plan} {step}: held out, and sent to");
                    continue;
                }
                known.insert(key);
                let uncertain = state.message(key).is_some_and(is_uncertain);
                assert!(
                    !uncertain || *channel == "email",
                    "{plan} {step} is in doubt"
                );
                match &enrolment.stage {
                    At::Finished { .. } => assert!(
                        arrived || uncertain,
                        "{plan} {step} of {row} is lost: {:?}",
                        state.message(key)
                    ),
                    At::Left { .. } => {}
                    At::Active { .. } => panic!("{plan} of {row} is not at its end"),
                }
            }
        }
        for key in hooks.keys().chain(mails.keys()) {
            assert!(known.contains(key), "{key} belongs to no entry");
        }
        assert!(state.messages().all(is_uncertain), "something still waits");
    }

    /// What came to one customer for the first time on one date.
    fn caps(
        &self,
        hooks: &BTreeMap<OutboxKey, Sent>,
        mails: &BTreeMap<OutboxKey, (usize, String)>,
    ) {
        let mut dates: BTreeMap<(&str, i64), usize> = BTreeMap::new();
        for sent in hooks.values() {
            let first = sent.requests.iter().find(|(_, status)| *status == 200);
            if let Some((life, _)) = first {
                let day = self.lives[*life].slot.day;
                *dates.entry((&sent.customer, day)).or_default() += 1;
            }
        }
        for (life, customer) in mails.values() {
            let day = self.lives[*life].slot.day;
            *dates.entry((customer, day)).or_default() += 1;
        }
        for ((customer, day), count) in dates {
            assert!(
                count <= CUSTOMER_LIMIT,
                "{customer} got {count} on day {day}"
            );
        }
    }
}

fn is_uncertain(entry: &OutboxEntry) -> bool {
    matches!(entry.standing, Standing::Uncertain { .. })
}

/// When messages were handed over last, as the store has it: never in quiet hours, never too many.
fn contacts(state: &State, calendar: &Calendar) {
    let mut dates: BTreeMap<(u32, i64), usize> = BTreeMap::new();
    for (key, _) in state.records() {
        if let Key::Contact { row, at, message } = key {
            let (day, second) = calendar.local(tamis::base::calendar::Instant(*at));
            assert!(!is_quiet(second), "{message} at {second} s of day {day}");
            *dates.entry((*row, day)).or_default() += 1;
        }
    }
    let most = dates.values().max();
    assert!(
        most.is_none_or(|most| *most <= CUSTOMER_LIMIT),
        "{most:?} on one date"
    );
}

/// Entries on one date.
fn entries_of_days(state: &State, calendar: &Calendar) {
    let limited = ["spend", "daily"].map(PlanKey::of);
    let mut dates: BTreeMap<(PlanKey, i64), u64> = BTreeMap::new();
    for (_, plan, entered_at, enrolment) in state.enrolments() {
        if limited.contains(&plan) && !enrolment.held_out {
            let (day, _) = calendar.local(tamis::base::calendar::Instant(entered_at));
            *dates.entry((plan, day)).or_default() += 1;
        }
    }
    let most = dates.values().max();
    assert!(
        most.is_none_or(|most| *most <= DAY_LIMIT),
        "{most:?} entered on one date"
    );
}
