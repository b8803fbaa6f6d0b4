//! Previews, status and reports.

use super::*;
use crate::care::preview::{Preview, preview};
use crate::care::report::report;
use crate::care::status::{self, status};

const NOON: &str = "2024-06-03T12:00";

fn preview_of(bank: &Bank, plan: &str) -> Preview {
    let live = bank.core().live();
    let moment = live.moment.at(bank.now());
    let plan = moment.rules.care_plan(plan).unwrap();
    preview(&moment, &live.members, &bank.state(), plan).unwrap()
}

#[test]
fn a_preview_counts_everyone_once_and_does_nothing() {
    let plan = "care hello { for rich  exclude any(complaint)  when enters  holdout 40%  limit 3 per day  step greet: send email \"hi\" }";
    let bank = Bank::new(plan, NOON);
    for number in 0..20 {
        bank.welcome(&format!("c{number}"), 200);
    }
    bank.welcome("poor", 1);
    bank.event("complaint", "c3", "2024-06-03T11:00");
    bank.customers(r#"{"id":"c4","agrees":false}"#);
    let found = preview_of(&bank, "hello");
    let suppressed: u64 = found.suppressed.values().sum();
    assert_eq!(found.members, 20);
    assert_eq!(
        found.recipients + found.held_out + suppressed,
        found.members
    );
    assert_eq!((found.recipients, found.already_in), (3, 20));
    assert_eq!(found.samples["excluded"], ["c3"]);
    assert_eq!(found.samples["no_consent"], ["c4"]);
    assert_eq!(found.samples["recipient"].len(), 3);
    assert_eq!(bank.entries("hello").len() + bank.outbox().len(), 0);
    // What it says is what happens.
    let mut bank = bank;
    bank.items = plan.replace("when enters", "when by hand");
    let loaded = bank.loaded();
    bank.core().take_rules(loaded, "test").unwrap();
    bank.start("hello");
    let before = preview_of(&bank, "hello");
    assert_eq!(before.already_in, 0);
    let entered = bank.order(Order::Enter {
        plan: "hello".to_owned(),
        customers: None,
    });
    let wanted = Reply::Entered {
        recipients: before.recipients,
        held_out: before.held_out,
        held: 0,
    };
    assert_eq!(entered, wanted);
    let after = preview_of(&bank, "hello");
    assert_eq!(after.samples.get("recipient"), None);
}

#[test]
fn the_status_tells_where_everyone_is() {
    let plan = "care path { for rich  exclude any(complaint)  when enters  step call: task desk \"call\"  step greet: send email \"hi\"  step wait: 1 day  step mark: tag \"seen\" }";
    let mut bank = Bank::new(plan, NOON);
    bank.start("path");
    for name in ["a", "b", "c"] {
        bank.welcome(name, 200);
    }
    bank.deliver();
    bank.event("complaint", "b", "2024-06-03T11:00");
    bank.welcome("b", 1);
    bank.pass(60);
    bank.welcome("b", 200);
    bank.until("2024-06-04T12:00");
    let live = bank.core().live();
    let shown = |bank: &Bank| {
        let all = status(&live.moment, &live.members, &bank.state());
        serde_json::to_string_pretty(&all).unwrap()
    };
    insta::assert_snapshot!("status", shown(&bank));
    let state = bank.state();
    let tasks = status::tasks(&state, &bank.zone, Some("desk"), None);
    assert_eq!(tasks.count, 3);
    assert_eq!(
        status::tasks(&state, &bank.zone, None, Some("Ms. X")).count,
        3
    );
    assert_eq!(
        status::tasks(&state, &bank.zone, Some("other"), None).count,
        0
    );
    let customers: Vec<&str> = tasks
        .items
        .iter()
        .map(|task| task.customer.as_str())
        .collect();
    assert_eq!(customers, ["a", "b", "c"]);
    let marks = status::marks(&state, &bank.zone);
    assert_eq!(marks.len(), 2);
    bank.welcome("d", 200);
    bank.begin(EMAIL);
    bank.restart();
    let undecided = status::undecided(&bank.state(), &bank.zone, Some("path"));
    assert_eq!(undecided.count, 1);
    assert_eq!(undecided.items[0].standing, "uncertain");
    let others = status::undecided(&bank.state(), &bank.zone, Some("others"));
    assert_eq!((others.count, others.items.len()), (0, 0));
    let settled = Order::Settle {
        key: OutboxKey::parse(&undecided.items[0].id).unwrap(),
        again: true,
    };
    assert_eq!(bank.order(settled), Reply::Done);
    assert_eq!(bank.deliver(), ["d hi"]);
}

#[test]
fn a_report_compares_both_sides_from_the_time_of_entering() {
    let plan = "metric bought: count(purchase)\ncare hello { for rich  when enters  holdout 50%  goal bought >= 1 within 3 days  step greet: send email \"hi\" }";
    let bank = Bank::new(plan, NOON);
    bank.start("hello");
    // Before entering: counts for nobody.
    bank.welcome("c0", 0);
    bank.event("purchase", "c0", "2024-06-03T11:00");
    for number in 0..20 {
        bank.welcome(&format!("c{number}"), 200);
    }
    bank.until("2024-06-05T12:00");
    let entries = bank.entries("hello");
    let held: Vec<String> = (0..20)
        .map(|number| format!("c{number}"))
        .filter(|name| entries.contains(&format!("{name}: through (held out)")))
        .collect();
    let treated: Vec<String> = (0..20)
        .map(|number| format!("c{number}"))
        .filter(|name| !held.contains(name))
        .collect();
    assert!(held.len() > 3 && treated.len() > 3);
    // Everyone treated but one buys in time; one held out does, another one too late.
    for name in &treated[1..] {
        bank.event("purchase", name, "2024-06-05T10:00");
    }
    bank.event("purchase", &held[1], "2024-06-05T10:00");
    let ask = |bank: &Bank| {
        let live = bank.core().live();
        let moment = live.moment.at(bank.now());
        let plan = moment.rules.care_plan("hello").unwrap().clone();
        report(&moment, &bank.state(), &plan).unwrap()
    };
    let early = ask(&bank);
    assert_eq!((early.treated.measured, early.difference), (0, None));
    assert_eq!(early.treated.still_running, treated.len() as u64);
    bank.until("2024-06-07T12:00");
    bank.event("purchase", &held[2], "2024-06-07T10:00");
    let found = ask(&bank);
    let counts = (
        found.treated.measured,
        found.treated.reached,
        found.held_out.measured,
        found.held_out.reached,
    );
    let (all, others) = (treated.len() as u64, held.len() as u64);
    assert_eq!(counts, (all, all - 1, others, 1));
    let difference = found.difference.unwrap();
    assert!(
        difference.low > 0.0
            && difference.low < difference.uplift
            && difference.uplift < difference.high
    );
    // A late fact counts where its date puts it.
    bank.event("purchase", &treated[0], "2024-06-05T10:00");
    assert_eq!(ask(&bank).treated.reached, all);
    let live = bank.core().live();
    let mut without = live.moment.rules.care_plan("hello").unwrap().clone();
    without.goal = None;
    assert!(report(&live.moment, &bank.state(), &without).is_err());
}

#[test]
fn a_sequence_in_a_goal_sees_the_time_since_entering_alone() {
    let plan = "care hello { for rich  when enters  goal followed(purchase, purchase) within 3 days  step greet: send email \"hi\" }";
    let bank = Bank::new(plan, NOON);
    bank.start("hello");
    // One purchase before entering and one after it; both after it; the second one too late.
    bank.welcome("c0", 0);
    bank.event("purchase", "c0", "2024-06-03T11:00");
    for name in ["c0", "c1", "c2"] {
        bank.welcome(name, 200);
        bank.event("purchase", name, "2024-06-04T10:00");
    }
    bank.until("2024-06-05T12:00");
    bank.event("purchase", "c1", "2024-06-05T10:00");
    bank.until("2024-06-08T12:00");
    bank.event("purchase", "c2", "2024-06-08T10:00");
    let live = bank.core().live();
    let moment = live.moment.at(bank.now());
    let plan = moment.rules.care_plan("hello").unwrap().clone();
    let found = report(&moment, &bank.state(), &plan).unwrap();
    assert_eq!((found.treated.measured, found.treated.reached), (3, 1));
}
