//! Each clause of a plan, one at a time; random ones together next door.

mod random;

use super::pressure::{allows, earliest};
use super::quiet::{Quiet, end};
use super::uplift::{Group, uplift};
use super::{Candidate, Reason, Today, Verdict, arm, decide, length, schedule};
use crate::base::calendar::{Instant, Unit, Zone};
use crate::base::source::Sources;
use crate::language::compile;
use crate::language::typed::{CareLength, CarePlan, CareWhen};

fn plan(clauses: &str) -> CarePlan {
    let mut sources = Sources::default();
    sources.add(
        "rules.tamis",
        format!(
            "customer {{ assets: money }}\ncare win {{ for assets > 5  when enters  {clauses}  step a: stop }}"
        ),
    );
    let compiled = compile::rules(&sources);
    assert!(compiled.is_sound(), "{:?}", compiled.diagnostics);
    compiled.rules.care.into_iter().next().unwrap()
}

fn zone() -> Zone {
    Zone::load("Europe/Prague").unwrap()
}

fn at(text: &str) -> Instant {
    zone().parse(text).unwrap()
}

fn days(count: i64) -> CareLength {
    CareLength {
        count,
        unit: Unit::Day,
    }
}

fn welcome(customer: &str) -> Candidate<'_> {
    Candidate {
        customer,
        excluded: Some(false),
        do_not_contact: Some(false),
        consent: Some(true),
        reachable: true,
        in_plan: false,
        last_entry: None,
        contacts: &[],
    }
}

fn one(plan: &CarePlan, candidate: Candidate<'_>) -> Verdict {
    let now = at("2024-06-30T12:00");
    decide(plan, now, Today::default(), &[candidate], &zone())[0]
}

#[test]
fn what_is_unknown_keeps_a_customer_out() {
    let plan = plan("once per 30 days  limit 1 per customer per 7 days");
    let out = Verdict::Suppressed;
    let contacts = [at("2024-06-24T23:00")];
    let long_ago = [at("2024-06-23T23:00")];
    let with = |change: &dyn Fn(&mut Candidate<'_>)| {
        let mut candidate = welcome("c");
        change(&mut candidate);
        one(&plan, candidate)
    };
    assert_eq!(with(&|_| {}), Verdict::Recipient);
    assert_eq!(with(&|it| it.excluded = None), out(Reason::ExcludeUnknown));
    assert_eq!(with(&|it| it.excluded = Some(true)), out(Reason::Excluded));
    for silent in [None, Some(true)] {
        let verdict = with(&|it| it.do_not_contact = silent);
        assert_eq!(verdict, out(Reason::DoNotContact));
    }
    for agrees in [None, Some(false)] {
        assert_eq!(with(&|it| it.consent = agrees), out(Reason::NoConsent));
    }
    assert_eq!(with(&|it| it.reachable = false), out(Reason::NoAddress));
    let both = with(&|it| (it.in_plan, it.excluded) = (true, None));
    assert_eq!(both, out(Reason::AlreadyIn));
    // Once per 30 days: the 30 dates that begin with the entry.
    let last = |text: &str| with(&|it| it.last_entry = Some(at(text)));
    assert_eq!(last("2024-06-01T23:00"), out(Reason::OncePer));
    assert_eq!(last("2024-05-31T23:00"), Verdict::Recipient);
    let got = |contacts: &[Instant]| {
        let candidate = Candidate {
            contacts,
            ..welcome("c")
        };
        one(&plan, candidate)
    };
    assert_eq!(got(&contacts), out(Reason::CustomerLimit));
    assert_eq!(got(&long_ago), Verdict::Recipient);
}

#[test]
fn reasons_have_words_and_come_back_from_them() {
    for reason in Reason::ALL {
        assert_eq!(Reason::of(reason.word()), Some(reason));
    }
    assert_eq!(Reason::of("rain"), None);
}

#[test]
fn the_held_out_stay_the_same_and_are_about_as_many_as_said() {
    let names: Vec<String> = (0..10_000)
        .map(|number| format!("customer {number}"))
        .collect();
    let held = |plan: &str, share| {
        names
            .iter()
            .filter(|name| arm::is_held_out(plan, name, share))
            .count()
    };
    // Pinned: who is held out must not change with a new version.
    assert_eq!(held("win", 100_000), 975);
    assert_eq!((held("win", 0), held("win", 1_000_000)), (0, 10_000));
    let both = names.iter().filter(|name| {
        arm::is_held_out("win", name, 100_000) && arm::is_held_out("other", name, 100_000)
    });
    assert!((60..140).contains(&both.count()));
    // Whoever is held out stays so when the share grows.
    assert!(
        names
            .iter()
            .all(|name| !arm::is_held_out("win", name, 100_000)
                || arm::is_held_out("win", name, 200_000))
    );
}

#[test]
fn more_than_expected_are_held_until_someone_approves() {
    let plan = plan("expect at most 2 entering per day  holdout 50%");
    let names = ["a", "b", "c"].map(welcome);
    let now = at("2024-06-30T12:00");
    let ask = |today, count: usize| decide(&plan, now, today, &names[..count], &zone());
    let held = Verdict::Suppressed(Reason::ExpectationHeld);
    assert_eq!(ask(Today::default(), 3), [held; 3]);
    assert!(
        ask(Today::default(), 2)
            .iter()
            .all(|verdict| *verdict != held)
    );
    let some = Today {
        recipients: 1,
        held_out: 1,
        ..Today::default()
    };
    assert_eq!(ask(some, 1), [held]);
    let holding = Today {
        holding: true,
        ..Today::default()
    };
    assert_eq!(ask(holding, 1), [held]);
    let approved = Today {
        holding: true,
        approved: true,
        ..some
    };
    assert!(ask(approved, 3).iter().all(|verdict| *verdict != held));
}

#[test]
fn occasions_fall_where_the_calendar_puts_them() {
    let zone = zone();
    let next = |when: CareWhen, after: &str| {
        schedule::next_after(&when, at(after), &zone).map(|at| zone.format(at))
    };
    let daily = || CareWhen::EveryDay {
        minute: 9 * 60 + 30,
    };
    let monthly = || CareWhen::EveryMonth {
        day: 31,
        minute: 600,
    };
    let yearly = || CareWhen::EveryYear {
        month: 2,
        day: 29,
        minute: 0,
    };
    let table = [
        (daily(), "2024-06-30T09:29", "2024-06-30T09:30:00+02:00"),
        (daily(), "2024-06-30T09:30", "2024-07-01T09:30:00+02:00"),
        (daily(), "2024-03-30T12:00", "2024-03-31T09:30:00+02:00"),
        (monthly(), "2024-01-31T10:00", "2024-02-29T10:00:00+01:00"),
        (monthly(), "2023-12-31T23:00", "2024-01-31T10:00:00+01:00"),
        (yearly(), "2024-03-01T00:00", "2025-02-28T00:00:00+01:00"),
        (yearly(), "2024-02-28T12:00", "2024-02-29T00:00:00+01:00"),
    ];
    for (when, after, wanted) in table {
        assert_eq!(next(when, after).as_deref(), Some(wanted), "{after}");
    }
    assert_eq!(next(CareWhen::ByHand, "2024-06-30T09:29"), None);
    // An occasion missed while nothing ran is the last one, once.
    let missed = schedule::last_until(
        &daily(),
        at("2024-06-01T00:00"),
        at("2024-06-30T12:00"),
        &zone,
    );
    assert_eq!(missed, Some(at("2024-06-30T09:30")));
    let none = schedule::last_until(
        &daily(),
        at("2024-06-30T09:30"),
        at("2024-06-30T12:00"),
        &zone,
    );
    assert_eq!(none, None);
}

#[test]
fn quiet_hours_end_on_the_clock_of_the_customer() {
    let (prague, tokyo) = (zone(), Zone::load("Asia/Tokyo").unwrap());
    let night = |zone| Quiet {
        from: 21 * 60,
        to: 8 * 60,
        zone,
    };
    let noon = |zone| Quiet {
        from: 12 * 60,
        to: 13 * 60,
        zone,
    };
    assert_eq!(
        end(at("2024-06-30T22:00"), night(&prague)),
        at("2024-07-01T08:00")
    );
    assert_eq!(
        end(at("2024-06-30T07:59"), night(&prague)),
        at("2024-06-30T08:00")
    );
    assert_eq!(
        end(at("2024-06-30T08:00"), night(&prague)),
        at("2024-06-30T08:00")
    );
    assert_eq!(
        end(at("2024-06-30T12:30"), noon(&prague)),
        at("2024-06-30T13:00")
    );
    // 15:00 in Prague is 22:00 in Tokyo, whose 08:00 is 01:00 in Prague.
    assert_eq!(
        end(at("2024-06-30T15:00"), night(&tokyo)),
        at("2024-07-01T01:00")
    );
}

#[test]
fn a_message_over_the_limit_waits_until_it_fits() {
    let zone = zone();
    let limit = (2, days(7));
    let contacts = [at("2024-06-01T10:00"), at("2024-06-03T10:00")];
    let ask = |when: &str| earliest(at(when), &contacts, Some(limit), None, &zone);
    assert_eq!(ask("2024-06-05T09:00"), Some(at("2024-06-08T09:00")));
    assert_eq!(ask("2024-06-08T00:00"), Some(at("2024-06-08T00:00")));
    // Planned messages count as those that are out.
    assert!(!allows(
        (1, days(7)),
        &contacts,
        at("2024-05-30T10:00"),
        &zone
    ));
    assert_eq!(
        earliest(
            at("2024-05-30T10:00"),
            &contacts,
            Some((1, days(7))),
            None,
            &zone
        ),
        Some(at("2024-06-10T10:00"))
    );
    let quiet = Quiet {
        from: 9 * 60,
        to: 8 * 60,
        zone: &zone,
    };
    assert_eq!(
        earliest(
            at("2024-06-05T09:00"),
            &contacts,
            Some(limit),
            Some(quiet),
            &zone
        ),
        Some(at("2024-06-08T08:00"))
    );
}

#[test]
fn lengths_follow_the_calendar() {
    let zone = zone();
    let month = CareLength {
        count: 1,
        unit: Unit::Month,
    };
    let hours = CareLength {
        count: 24,
        unit: Unit::Hour,
    };
    assert_eq!(
        length::after(at("2024-01-31T10:00"), month, &zone),
        at("2024-02-29T10:00")
    );
    assert_eq!(
        length::after(at("2024-03-30T10:00"), hours, &zone),
        at("2024-03-31T11:00")
    );
    assert_eq!(
        length::after(at("2024-03-30T10:00"), days(1), &zone),
        at("2024-03-31T10:00")
    );
    assert!(length::is_within(
        at("2024-06-01T23:00"),
        days(7),
        at("2024-06-07T23:59"),
        &zone
    ));
    assert!(!length::is_within(
        at("2024-06-01T23:00"),
        days(7),
        at("2024-06-08T00:00"),
        &zone
    ));
}

/// The example of Newcombe's paper: 56 of 70 against 48 of 80.
#[test]
fn the_interval_is_that_of_the_paper() {
    let found = uplift(
        Group {
            members: 70,
            reached: 56,
        },
        Group {
            members: 80,
            reached: 48,
        },
    )
    .unwrap();
    let places = |number: f64| format!("{number:.4}");
    assert_eq!(places(found.difference), "0.2000");
    assert_eq!(places(found.low), "0.0524");
    assert_eq!(places(found.high), "0.3339");
    let none = uplift(
        Group {
            members: 10,
            reached: 0,
        },
        Group {
            members: 10,
            reached: 0,
        },
    )
    .unwrap();
    assert_eq!(
        (
            none.difference,
            places(none.low).as_str(),
            places(none.high).as_str()
        ),
        (0.0, "-0.2775", "0.2775")
    );
    assert_eq!(
        uplift(
            Group::default(),
            Group {
                members: 1,
                reached: 1
            }
        ),
        None
    );
}
