//! One clause at a time.

use super::*;

const NOON: &str = "2024-06-03T12:00";

fn hello(clauses: &str) -> String {
    format!("care hello {{ for rich  {clauses}  step greet: send email \"hi\" }}")
}

fn none() -> Vec<String> {
    Vec::new()
}

fn came(recipients: u64, held_out: u64, held: u64) -> Reply {
    Reply::Entered {
        recipients,
        held_out,
        held,
    }
}

fn one(word: &str, count: u64) -> Vec<(String, u64)> {
    vec![(word.to_owned(), count)]
}

#[test]
fn who_turns_rich_after_the_start_gets_a_message() {
    let bank = Bank::new(&hello("when enters"), NOON);
    bank.welcome("early", 200);
    bank.welcome("late", 50);
    assert_eq!(bank.start("hello"), came(0, 0, 0));
    assert_eq!(bank.outbox(), none());
    bank.welcome("late", 200);
    bank.welcome("new", 300);
    assert_eq!(
        bank.outbox(),
        [
            "late greet waits for 06-03T12:00",
            "new greet waits for 06-03T12:00"
        ]
    );
    assert_eq!(bank.entries("hello"), ["late: through", "new: through"]);
    assert_eq!(bank.deliver(), ["late hi", "new hi"]);
    assert_eq!((bank.outbox(), bank.deliver()), (none(), none()));
    // Who leaves and comes again enters again, where nothing forbids it.
    bank.pass(60);
    bank.welcome("new", 0);
    bank.welcome("new", 300);
    assert_eq!(bank.deliver(), ["new hi"]);
    for (condition, wanted) in [
        ("any(campaign_entered where plan = \"hello\")", 2),
        (
            "count(campaign_sent where step = \"greet\" and channel = \"email\") = 2",
            1,
        ),
        ("none(campaign_sent)", 1),
    ] {
        assert_eq!(bank.count(condition), wanted, "{condition}");
    }
}

#[test]
fn a_message_carries_what_a_template_may_name() {
    let bank = Bank::new(&hello("when enters"), NOON);
    bank.start("hello");
    bank.welcome("王芳", 200);
    let state = bank.state();
    let entry = state.messages().next().unwrap();
    assert_eq!(entry.address.as_deref(), Some("王芳@example.org"));
    let text = |text: &str| TemplateValue::Text(text.to_owned());
    let named = |name: &str| entry.values.get(name).cloned();
    assert_eq!(named("assets"), Some(TemplateValue::Whole(200)));
    assert_eq!(named("agrees"), Some(TemplateValue::Yes(true)));
    assert_eq!(named("id"), Some(text("王芳")));
    assert_eq!(named("step"), Some(text("greet")));
    assert_eq!(named("zone"), None);
    assert_eq!(
        entry.key,
        OutboxKey::of("hello", entry.row, bank.now().0, "greet")
    );
}

#[test]
fn those_already_in_and_rule_changes_enter_only_when_the_plan_says_so() {
    let clauses = [
        ("when enters", 0, 0),
        ("when enters  including those already in", 1, 0),
        ("when enters  including rule changes", 0, 1),
    ];
    for (clauses, at_start, by_rule) in clauses {
        let mut bank = Bank::new(&hello(clauses), NOON);
        bank.welcome("rich", 200);
        bank.welcome("poor", 50);
        assert_eq!(bank.start("hello"), came(at_start, 0, 0), "{clauses}");
        bank.items = hello(clauses).replace("for rich", "for rich or assets > 10");
        let loaded = bank.loaded();
        bank.core().take_rules(loaded, "test").unwrap();
        bank.settle();
        let entered = bank.entries("hello").len() as u64;
        assert_eq!(entered, at_start + by_rule, "{clauses}");
        // Starting again lets nobody in a second time.
        bank.order(Order::Pause {
            plan: "hello".to_owned(),
        });
        assert_eq!(bank.start("hello"), came(0, 0, 0));
        assert_eq!(bank.entries("hello").len() as u64, entered);
    }
}

#[test]
fn who_must_not_be_written_to_is_not() {
    let bank = Bank::new(
        &hello("exclude any(complaint, last 30 days)  when enters"),
        NOON,
    );
    bank.start("hello");
    bank.welcome("complains", 0);
    bank.event("complaint", "complains", "2024-06-03T10:00");
    bank.customers(r#"{"id":"unknown","assets":200,"mail":"u@example.org","silent":false}"#);
    bank.customers(
        r#"{"id":"refuses","assets":200,"mail":"r@example.org","silent":false,"agrees":false}"#,
    );
    bank.customers(
        r#"{"id":"silent","assets":200,"mail":"s@example.org","agrees":true,"silent":true}"#,
    );
    bank.customers(r#"{"id":"unreachable","assets":200,"agrees":true,"silent":false,"mail":" "}"#);
    bank.welcome("fine", 200);
    bank.welcome("complains", 200);
    assert_eq!(bank.entries("hello"), ["fine: through"]);
    let wanted = [
        ("do_not_contact", 1),
        ("excluded", 1),
        ("no_address", 1),
        ("no_consent", 2),
    ];
    let wanted: Vec<(String, u64)> = wanted
        .iter()
        .map(|(word, count)| ((*word).to_owned(), *count))
        .collect();
    assert_eq!(bank.suppressed("hello"), wanted);
}

#[test]
fn unknown_excludes() {
    let bank = Bank::new(
        "metric ratio: 1 / assets\ncare hello { for assets is present  exclude ratio > 0.5  when enters  step t: task desk \"x\" }",
        NOON,
    );
    bank.start("hello");
    bank.welcome("zero", 0);
    bank.welcome("two", 2);
    bank.welcome("one", 1);
    assert_eq!(bank.entries("hello"), ["two: through"]);
    let mut wanted = one("exclude_unknown", 1);
    wanted.insert(0, ("excluded".to_owned(), 1));
    wanted.sort();
    assert_eq!(bank.suppressed("hello"), wanted);
}

#[test]
fn once_per_counts_dates_from_the_entry() {
    let bank = Bank::new(&hello("when enters  once per 7 days"), NOON);
    bank.start("hello");
    let come_again = |at: &str| {
        bank.until(at);
        bank.welcome("c", 0);
        bank.welcome("c", 200);
        bank.deliver().len()
    };
    assert_eq!(come_again("2024-06-03T13:00"), 1);
    assert_eq!(come_again("2024-06-09T23:00"), 0);
    assert_eq!(bank.suppressed("hello"), one("once_per", 1));
    assert_eq!(come_again("2024-06-10T00:30"), 1);
}

#[test]
fn a_day_lets_in_as_many_as_its_limit() {
    let bank = Bank::new(&hello("when enters  limit 2 per day"), NOON);
    bank.start("hello");
    for name in ["a", "b", "c", "d"] {
        bank.welcome(name, 200);
    }
    assert_eq!(bank.entries("hello").len(), 2);
    assert_eq!(bank.suppressed("hello"), one("day_limit", 2));
    bank.until("2024-06-04T00:10");
    bank.welcome("e", 200);
    assert_eq!(bank.entries("hello").len(), 3);
}

#[test]
fn all_plans_together_keep_a_customers_limit() {
    let other = "care other { for assets > 150  when enters  limit 1 per customer per 3 days  step write: send email \"other\"  step wait: 1 day  step again: send email \"again\" }";
    let bank = Bank::new(&format!("{}\n{other}", hello("when enters")), NOON);
    bank.start("hello");
    bank.start("other");
    bank.welcome("c", 120);
    bank.until("2024-06-04T12:00");
    bank.welcome("c", 200);
    assert_eq!(bank.suppressed("other"), one("customer_limit", 1));
    bank.until("2024-06-06T12:00");
    bank.welcome("c", 120);
    bank.welcome("c", 200);
    // The second message waits until it fits.
    bank.until("2024-06-07T12:00");
    assert_eq!(
        bank.outbox(),
        [
            "c again waits for 06-09T12:00",
            "c greet waits for 06-03T12:00",
            "c write waits for 06-06T12:00"
        ]
    );
}

#[test]
fn a_message_in_quiet_hours_waits_on_the_clock_of_the_customer() {
    let bank = Bank::new(
        &hello("when enters  quiet 21:00 to 08:00"),
        "2024-06-03T22:00",
    );
    bank.start("hello");
    bank.welcome("here", 200);
    bank.customers(r#"{"id":"tokyo","assets":200,"mail":"t@example.org","agrees":true,"silent":false,"zone":"Asia/Tokyo"}"#);
    bank.customers(r#"{"id":"nowhere","assets":200,"mail":"n@example.org","agrees":true,"silent":false,"zone":"Mars/Base"}"#);
    assert_eq!(
        bank.outbox(),
        [
            "here greet waits for 06-04T08:00",
            "nowhere greet waits for 06-04T08:00",
            // 05:00 in Tokyo; its 08:00 is 01:00 here.
            "tokyo greet waits for 06-04T01:00"
        ]
    );
    assert_eq!(bank.deliver(), none());
    bank.until("2024-06-04T01:00");
    assert_eq!(bank.deliver(), ["tokyo hi"]);
    // What nobody took while it was day waits for the next one.
    bank.until("2024-06-04T21:30");
    assert_eq!(bank.deliver(), none());
    bank.until("2024-06-05T08:00");
    assert_eq!(bank.deliver(), ["here hi", "nowhere hi"]);
}

#[test]
fn more_than_expected_wait_for_an_approval() {
    let mut bank = Bank::new(
        &hello("when enters  expect at most 2 entering per day"),
        NOON,
    );
    bank.start("hello");
    for name in ["a", "b", "c", "d"] {
        bank.welcome(name, 200);
    }
    assert_eq!(bank.entries("hello").len(), 2);
    assert_eq!(bank.suppressed("hello"), one("expectation_held", 2));
    bank.restart();
    bank.welcome("c", 0);
    let approve = || {
        bank.order(Order::Approve {
            plan: "hello".to_owned(),
        })
    };
    // One of them is rich no more.
    assert_eq!(approve(), came(1, 0, 0));
    assert_eq!(bank.suppressed("hello"), Vec::new());
    bank.welcome("e", 200);
    assert_eq!(bank.entries("hello").len(), 4);
    bank.until("2024-06-04T12:00");
    for name in ["f", "g", "h"] {
        bank.welcome(name, 200);
    }
    assert_eq!(bank.entries("hello").len(), 6);
    let dismiss = Order::Dismiss {
        plan: "hello".to_owned(),
    };
    assert_eq!(bank.order(dismiss), Reply::Done);
    assert_eq!(approve(), came(0, 0, 0));
}

#[test]
fn the_held_out_enter_and_get_nothing() {
    let bank = Bank::new(&hello("when enters  holdout 100%"), NOON);
    bank.start("hello");
    bank.welcome("c", 200);
    assert_eq!(bank.entries("hello"), ["c: through (held out)"]);
    assert_eq!(bank.outbox(), none());
    let held = "any(campaign_entered where plan = \"hello\" and channel = \"held out\")";
    assert_eq!(bank.count(held), 1);
}

#[test]
fn occasions_of_the_calendar_bring_the_whole_audience_once() {
    let mut bank = Bank::new(&hello("when every day at 09:30  once per 2 days"), NOON);
    bank.welcome("a", 200);
    bank.start("hello");
    bank.until("2024-06-04T09:29");
    assert_eq!(bank.entries("hello"), none());
    bank.until("2024-06-04T09:30");
    assert_eq!(bank.deliver(), ["a hi"]);
    bank.welcome("b", 200);
    bank.until("2024-06-05T09:30");
    assert_eq!(bank.deliver(), ["b hi"]);
    // A night of several days: the last occasion is made up for, once.
    bank.clock
        .store(bank.at("2024-06-09T15:00").0, Ordering::Release);
    bank.restart();
    assert_eq!(bank.deliver(), ["a hi", "b hi"]);
    bank.until("2024-06-09T23:00");
    assert_eq!(bank.deliver(), none());
}

#[test]
fn events_bring_those_whom_the_plan_is_for() {
    let mut bank = Bank::new(
        &hello("when after event complaint  including rule changes"),
        NOON,
    );
    bank.welcome("rich", 200);
    bank.welcome("poor", 20);
    bank.event("complaint", "rich", "2024-06-02T10:00");
    bank.start("hello");
    for name in ["rich", "poor"] {
        bank.event("complaint", name, "2024-06-03T11:00");
    }
    assert_eq!(bank.deliver(), none(), "both before the start");
    bank.until("2024-06-03T14:00");
    for name in ["rich", "poor"] {
        bank.event("complaint", name, "2024-06-03T13:00");
    }
    assert_eq!(bank.deliver(), ["rich hi"]);
    // Dated ahead: when it happens.
    bank.event("complaint", "rich", "2024-06-05T08:00");
    bank.restart();
    bank.until("2024-06-05T07:59");
    assert_eq!(bank.deliver(), none());
    bank.until("2024-06-05T08:00");
    assert_eq!(bank.deliver(), ["rich hi"]);
}

#[test]
fn by_hand_enters_who_is_named_and_belongs() {
    let bank = Bank::new(&hello("when by hand"), NOON);
    for (name, assets) in [("a", 200), ("b", 200), ("poor", 1)] {
        bank.welcome(name, assets);
    }
    let enter = |names: Option<&[&str]>| {
        let customers = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        bank.order(Order::Enter {
            plan: "hello".to_owned(),
            customers,
        })
    };
    assert!(matches!(enter(None), Reply::Refused(refusal) if refusal.code == "not_running"));
    bank.start("hello");
    assert_eq!(enter(Some(&["a", "poor"])), came(1, 0, 0));
    assert!(
        matches!(enter(Some(&["x"])), Reply::Refused(refusal) if refusal.code == "no_customer")
    );
    bank.pass(60);
    assert_eq!(enter(None), came(2, 0, 0));
    assert!(matches!(bank.start("nothing"), Reply::Refused(refusal) if refusal.code == "no_plan"));
}

#[test]
fn steps_wait_choose_mark_and_stop() {
    let plan = "care path { for rich  when enters
      step first: task manager \"call\"
      step wait: 2 days
      step choose: if any(purchase, last 3 days) then tag \"bought\" else if assets > 500 then send crm \"offer\" else stop
      step last: send email \"bye\"
      step rest: 1 day }";
    let mut bank = Bank::new(plan, NOON);
    bank.start("path");
    for (name, assets) in [("buys", 200), ("rich", 900), ("other", 200), ("angry", 200)] {
        bank.welcome(name, assets);
    }
    assert_eq!(bank.entries("path")[0], "angry: choose 06-05T12:00");
    bank.event("purchase", "buys", "2024-06-03T11:00");
    bank.customers(r#"{"id":"angry","silent":true}"#);
    bank.event("purchase", "angry", "2024-06-03T11:00");
    bank.restart();
    bank.until("2024-06-05T11:59");
    assert_eq!(bank.outbox(), none());
    bank.until("2024-06-05T12:00");
    assert_eq!(
        bank.entries("path"),
        [
            "angry: do_not_contact",
            "buys: end 06-06T12:00",
            "other: through",
            "rich: end 06-06T12:00"
        ]
    );
    assert_eq!(
        bank.outbox(),
        [
            "buys last waits for 06-05T12:00",
            "rich choose waits for 06-05T12:00",
            "rich last waits for 06-05T12:00"
        ]
    );
    let state = bank.state();
    let tags: Vec<String> = state
        .tags()
        .map(|(_, tag)| format!("{} {}", tag.customer, tag.tag))
        .collect();
    assert_eq!(tags, ["buys bought"]);
    bank.until("2024-06-06T12:00");
    assert_eq!(bank.entries("path")[1], "buys: through");
    // Tasks wait for a person, once each.
    let (_, key, task) = state.tasks().next().unwrap();
    assert_eq!(
        (task.customer.as_str(), task.manager.as_deref()),
        ("buys", Some("Ms. X"))
    );
    let done = || bank.order(Order::TaskDone { task: key });
    assert_eq!(done(), Reply::Done);
    assert!(matches!(done(), Reply::Refused(refusal) if refusal.code == "no_task"));
    assert_eq!(
        bank.count("any(task_done where channel = \"manager\" and step = \"first\")"),
        1
    );
}

#[test]
fn a_paused_plan_rests_and_goes_on() {
    let plan =
        "care path { for rich  when enters  step wait: 1 hour  step last: send email \"bye\" }";
    let bank = Bank::new(plan, NOON);
    bank.start("path");
    bank.welcome("a", 200);
    bank.order(Order::Pause {
        plan: "path".to_owned(),
    });
    bank.welcome("b", 200);
    bank.until("2024-06-03T14:00");
    assert_eq!(bank.entries("path"), ["a: last 06-03T13:00"]);
    bank.start("path");
    assert_eq!(bank.deliver(), ["a bye"]);
    bank.welcome("c", 200);
    bank.until("2024-06-03T15:00");
    bank.order(Order::Pause {
        plan: "path".to_owned(),
    });
    assert_eq!(bank.deliver(), none());
    bank.start("path");
    assert_eq!(bank.deliver(), ["c bye"]);
}

#[test]
fn a_step_that_is_gone_ends_the_way_of_those_before_it() {
    let plan =
        "care path { for rich  when enters  step wait: 1 hour  step last: send email \"bye\" }";
    let mut bank = Bank::new(plan, NOON);
    bank.start("path");
    bank.welcome("a", 200);
    bank.items = plan.replace("step last", "step other");
    let loaded = bank.loaded();
    bank.core().take_rules(loaded, "test").unwrap();
    bank.until("2024-06-03T13:00");
    assert_eq!(bank.entries("path"), ["a: step_removed"]);
}

#[test]
fn who_is_erased_leaves_nothing_behind() {
    let plan = "care path { for rich  when enters  step a: task desk \"x\"  step b: tag \"y\"  step c: send email \"z\"  step d: 1 day }";
    let mut bank = Bank::new(plan, NOON);
    bank.start("path");
    bank.welcome("gone", 200);
    bank.welcome("stays", 200);
    let row = bank.row("gone");
    assert!(bank.core().erase("gone").unwrap());
    bank.settle();
    assert_eq!(bank.state().about(row), Vec::new());
    assert_eq!(bank.deliver(), ["stays z"]);
    bank.restart();
    assert_eq!(bank.entries("path"), ["stays: end 06-04T12:00"]);
}
