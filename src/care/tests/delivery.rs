//! Messages on their way, and what becomes of them when the program ends in between.

use super::*;

const NOON: &str = "2024-06-03T12:00";
const PLANS: &str = "care hello { for rich  when enters  limit 2 per customer per 3 days  step greet: send email \"hi\"  step tell: send crm \"told\" }";

fn started() -> Bank {
    let bank = Bank::new(PLANS, NOON);
    bank.start("hello");
    bank.welcome("a", 200);
    bank
}

fn reason() -> String {
    "no answer".to_owned()
}

#[test]
fn a_message_is_handed_over_once_and_told_once() {
    let bank = started();
    assert_eq!(bank.woken.load(Ordering::Acquire), 1);
    let mail = bank.begin(EMAIL);
    assert_eq!((mail.len(), mail[0].attempt), (1, 1));
    assert_eq!(mail[0].standing, Standing::Started { at: bank.now().0 });
    assert!(bank.begin(EMAIL).is_empty(), "it is under way");
    assert_eq!(bank.begin("crm").len(), 1);
    assert!(bank.begin("sms").is_empty());
    // A result of another attempt, or of nothing, changes nothing.
    let other = OutboxEntry {
        attempt: 2,
        ..mail[0].clone()
    };
    bank.end(&other, DeliveryResult::Delivered);
    assert_eq!(bank.outbox(), ["a greet under way", "a tell under way"]);
    bank.end(&mail[0], DeliveryResult::Delivered);
    bank.end(&mail[0], DeliveryResult::Delivered);
    bank.end(
        &mail[0],
        DeliveryResult::Failed {
            reason: reason(),
            retry_at: 0,
        },
    );
    assert_eq!(bank.outbox(), ["a tell under way"]);
    assert_eq!(bank.count("count(campaign_sent) = 1"), 1);
}

#[test]
fn results_move_a_message_on() {
    let bank = started();
    let entry = bank.begin(EMAIL).remove(0);
    let retry_at = bank.now().0 + 90;
    bank.end(
        &entry,
        DeliveryResult::Failed {
            reason: reason(),
            retry_at,
        },
    );
    assert!(bank.begin(EMAIL).is_empty());
    let woken = bank.woken.load(Ordering::Acquire);
    bank.pass(90);
    assert_eq!(bank.woken.load(Ordering::Acquire), woken + 1);
    let again = bank.begin(EMAIL).remove(0);
    assert_eq!((again.key, again.attempt), (entry.key, 2));
    bank.end(&again, DeliveryResult::Bounced { reason: reason() });
    assert_eq!(
        bank.count("any(campaign_bounce) and none(campaign_sent)"),
        1
    );
    let told = bank.begin("crm").remove(0);
    bank.end(&told, DeliveryResult::Dead { reason: reason() });
    assert_eq!(bank.outbox(), ["a tell dead: no answer"]);
    // A person has it sent again, or takes it away.
    let settle = |again| {
        bank.order(Order::Settle {
            key: told.key,
            again,
        })
    };
    assert_eq!(settle(true), Reply::Done);
    let told = bank.begin("crm").remove(0);
    assert_eq!(told.attempt, 2);
    bank.end(&told, DeliveryResult::Uncertain { reason: reason() });
    assert!(bank.begin("crm").is_empty());
    assert_eq!(settle(false), Reply::Done);
    assert!(matches!(settle(false), Reply::Refused(refusal) if refusal.code == "no_message"));
    assert!(bank.outbox().is_empty());
}

#[test]
fn after_a_crash_mail_is_uncertain_and_a_webhook_goes_out_again() {
    let mut bank = started();
    let mail = bank.begin(EMAIL).remove(0);
    let hook = bank.begin("crm").remove(0);
    bank.restart();
    assert_eq!(
        bank.outbox(),
        ["a greet uncertain", "a tell waits for 06-03T12:00"]
    );
    assert!(bank.begin(EMAIL).is_empty());
    let again = bank.begin("crm").remove(0);
    assert_eq!((again.key, again.attempt), (hook.key, 2));
    // The result of the first attempt comes too late.
    bank.end(&hook, DeliveryResult::Delivered);
    assert_eq!(bank.outbox(), ["a greet uncertain", "a tell under way"]);
    bank.end(&again, DeliveryResult::Delivered);
    bank.end(&mail, DeliveryResult::Delivered);
    assert_eq!(bank.outbox(), ["a greet uncertain"]);
}

#[test]
fn what_is_no_longer_wanted_is_withdrawn_at_the_last_moment() {
    let plan = "care hello { for rich  exclude any(complaint)  when enters  quiet 10:00 to 14:00  step greet: send email \"hi\"  step wait: 1 day }";
    let bank = Bank::new(plan, NOON);
    bank.start("hello");
    for name in ["complains", "refuses", "gone", "fine"] {
        bank.welcome(name, 200);
    }
    bank.event("complaint", "complains", "2024-06-03T11:00");
    bank.customers(r#"{"id":"refuses","agrees":false}"#);
    bank.core().erase("gone").unwrap();
    bank.until("2024-06-03T14:00");
    assert_eq!(bank.deliver(), ["fine hi"]);
    assert!(bank.outbox().is_empty());
    assert_eq!(
        bank.entries("hello"),
        [
            "complains: excluded",
            "fine: end 06-04T14:00",
            "refuses: no_consent"
        ]
    );
}

#[test]
fn a_withdrawn_last_message_is_no_end_of_a_plan() {
    let plan = "care hello { for rich  exclude any(complaint)  when enters  step greet: send email \"hi\" }";
    let bank = Bank::new(plan, NOON);
    bank.start("hello");
    bank.welcome("complains", 200);
    bank.welcome("fine", 200);
    bank.event("complaint", "complains", "2024-06-03T11:00");
    assert_eq!(bank.deliver(), ["fine hi"]);
    assert_eq!(
        bank.entries("hello"),
        ["complains: excluded", "fine: through"]
    );
}

#[test]
fn a_late_hand_over_keeps_the_limit() {
    let bank = Bank::new(
        "care one { for rich  when enters  limit 1 per customer per 2 days  step a: send email \"one\" }\ncare two { for assets > 50  when enters  limit 1 per customer per 2 days  step wait: 2 days  step a: send email \"two\" }",
        NOON,
    );
    bank.start("one");
    bank.start("two");
    bank.welcome("c", 200);
    // Nobody takes the first one until the second one is due as well.
    bank.until("2024-06-05T12:00");
    assert_eq!(
        bank.outbox(),
        ["c a waits for 06-03T12:00", "c a waits for 06-05T12:00"]
    );
    let first = bank.deliver();
    assert_eq!(first.len(), 1, "{first:?}");
    bank.until("2024-06-06T23:00");
    assert!(bank.deliver().is_empty());
    bank.until("2024-06-09T12:00");
    assert_eq!(bank.deliver().len(), 1);
}
