//! Random stories with restarts in between, against a slow model that only looks at the outcome:
//! what every customer got, and when.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const PLANS: &str = r#"
care mail {
  for      rich
  exclude  any(complaint, last 3 days)
  when     enters
  once per 4 days
  limit    3 per day, 2 per customer per 3 days
  quiet    20:00 to 09:00
  holdout  30%
  step greet: send email "greet"
  step wait:  30 hours
  step again: if none(purchase, last 2 days) then send email "again" else task desk "call"
  step last:  send email "last"
}
care daily {
  for      assets > 50
  when     every day at 10:00
  limit    1 per customer per 2 days
  quiet    20:00 to 09:00
  expect   at most 6 entering per day
  step send: send email "daily"
}
care sorry {
  for      assets > 0
  when     after event complaint
  quiet    20:00 to 09:00
  step sorry: send email "sorry"
}
"#;

#[derive(Clone, Debug)]
enum Move {
    Assets(usize, i64),
    Complain(usize),
    Buy(usize),
    Refuse(usize, bool),
    Pass(i64),
    Deliver,
    /// Begun and never ended.
    Crash,
    Restart,
    Approve,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let who = || 0usize..8;
    let one = prop_oneof![
        6 => (who(), prop::sample::select(vec![0, 60, 150, 200])).prop_map(|(who, assets)| Move::Assets(who, assets)),
        2 => who().prop_map(Move::Complain),
        1 => who().prop_map(Move::Buy),
        1 => (who(), any::<bool>()).prop_map(|(who, agrees)| Move::Refuse(who, agrees)),
        6 => (600i64..90_000).prop_map(Move::Pass),
        5 => Just(Move::Deliver),
        1 => Just(Move::Crash),
        2 => Just(Move::Restart),
        1 => Just(Move::Approve),
    ];
    prop::collection::vec(one, 20..60)
}

/// One message that went out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sent {
    customer: String,
    at: i64,
    plan: String,
    step: String,
    entered_at: i64,
}

fn play(bank: &mut Bank, story: &[Move]) -> Vec<Sent> {
    let mut sent = Vec::new();
    for step in story {
        let name = |who: &usize| format!("c{who}");
        let now = bank.zone.format(bank.now());
        match step {
            Move::Assets(who, assets) => {
                bank.customers(&format!(r#"{{"id":"{}","assets":{assets}}}"#, name(who)));
            }
            Move::Complain(who) => bank.event("complaint", &name(who), &now[..19]),
            Move::Buy(who) => bank.event("purchase", &name(who), &now[..19]),
            Move::Refuse(who, agrees) => {
                bank.customers(&format!(r#"{{"id":"{}","agrees":{agrees}}}"#, name(who)));
            }
            Move::Pass(seconds) => bank.pass(*seconds),
            Move::Deliver => {
                for entry in bank.begin(EMAIL) {
                    sent.push(sending(&entry, bank.now()));
                    bank.end(&entry, DeliveryResult::Delivered);
                }
            }
            Move::Crash => {
                let begun = bank.begin(EMAIL);
                // Whether these went out nobody knows; the model takes it that they did.
                sent.extend(begun.iter().map(|entry| sending(entry, bank.now())));
                bank.restart();
            }
            Move::Restart => bank.restart(),
            Move::Approve => {
                bank.order(Order::Approve {
                    plan: "daily".to_owned(),
                });
            }
        }
    }
    sent
}

fn sending(entry: &OutboxEntry, now: Instant) -> Sent {
    Sent {
        customer: entry.customer.clone(),
        at: now.0,
        plan: entry.plan.clone(),
        step: entry.step.clone(),
        entered_at: entry.entered_at,
    }
}

fn hold(bank: &Bank, sent: &[Sent]) {
    let date = |at: i64| bank.zone.date_of(Instant(at)).0;
    // Nothing twice.
    let actions: BTreeSet<(&str, &str, &str, i64)> = sent
        .iter()
        .map(|it| {
            (
                it.customer.as_str(),
                it.plan.as_str(),
                it.step.as_str(),
                it.entered_at,
            )
        })
        .collect();
    assert_eq!(
        actions.len(),
        sent.len(),
        "something was sent twice: {sent:#?}"
    );
    for one in sent {
        // Nothing in quiet hours.
        let (_, second) = bank.zone.local(Instant(one.at));
        assert!((9 * 3_600..20 * 3_600).contains(&second), "{one:?}");
        // No customer gets more than a limit of its plan allows, whatever plan the others come from.
        let mut times: Vec<i64> = sent
            .iter()
            .filter(|other| other.customer == one.customer && other.at <= one.at)
            .map(|other| other.at)
            .collect();
        times.sort_unstable();
        let within = |days: i32| {
            times
                .iter()
                .filter(|at| date(one.at) - date(**at) < days)
                .count()
        };
        let same = sent
            .iter()
            .filter(|other| other.customer == one.customer && other.at == one.at)
            .count();
        match one.plan.as_str() {
            // Plans without a limit send at the same instant too.
            "mail" if same == 1 => assert!(within(3) <= 2, "{one:?} {times:?}"),
            "daily" if same == 1 => assert!(within(2) <= 1, "{one:?} {times:?}"),
            _ => {}
        }
    }
    let state = bank.state();
    // Nobody enters again too soon, nor more than allowed on one date.
    let mut entries: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    let mut days: BTreeMap<i32, u64> = BTreeMap::new();
    for (row, plan, at, enrolment) in state.enrolments() {
        if plan == PlanKey::of("mail") {
            entries.entry(row).or_default().push(at);
            *days.entry(date(at)).or_default() += u64::from(!enrolment.held_out);
            let held = crate::enrol::arm::is_held_out("mail", &bank.id(row), 300_000);
            assert_eq!(held, enrolment.held_out);
        }
    }
    for times in entries.values() {
        assert!(
            times
                .windows(2)
                .all(|pair| date(pair[1]) - date(pair[0]) >= 4),
            "{times:?}"
        );
    }
    assert!(days.values().all(|count| *count <= 3), "{days:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    /// Restarts change nothing: the same story without them has the same outcome, and both keep every clause.
    #[test]
    fn stories_keep_every_clause(story in moves()) {
        let world = || {
            let bank = Bank::new(PLANS, "2024-06-03T09:30");
            for plan in ["mail", "daily", "sorry"] {
                bank.start(plan);
            }
            for who in 0..8 {
                bank.welcome(&format!("c{who}"), 0);
            }
            bank
        };
        let mut bank = world();
        let sent = play(&mut bank, &story);
        hold(&bank, &sent);
        let calm: Vec<Move> = story
            .iter()
            .filter(|step| !matches!(step, Move::Restart))
            .cloned()
            .collect();
        let mut other = world();
        let also = play(&mut other, &calm);
        prop_assert_eq!(&sent, &also);
        prop_assert_eq!(bank.records(), other.records());
    }
}

fn cases() -> u32 {
    let asked = std::env::var("TAMIS_CASES");
    asked.ok().and_then(|count| count.parse().ok()).unwrap_or(6)
}
