//! Each clause of a plan, one at a time, and random ones together.

use proptest::prelude::*;

use super::pressure::{allows, earliest};
use super::quiet::{Quiet, end, is_quiet};
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
    let cases = [
        (welcome("c"), Verdict::Recipient),
        (
            Candidate {
                excluded: None,
                ..welcome("c")
            },
            out(Reason::ExcludeUnknown),
        ),
        (
            Candidate {
                excluded: Some(true),
                ..welcome("c")
            },
            out(Reason::Excluded),
        ),
        (
            Candidate {
                do_not_contact: None,
                ..welcome("c")
            },
            out(Reason::DoNotContact),
        ),
        (
            Candidate {
                do_not_contact: Some(true),
                ..welcome("c")
            },
            out(Reason::DoNotContact),
        ),
        (
            Candidate {
                consent: None,
                ..welcome("c")
            },
            out(Reason::NoConsent),
        ),
        (
            Candidate {
                consent: Some(false),
                ..welcome("c")
            },
            out(Reason::NoConsent),
        ),
        (
            Candidate {
                reachable: false,
                ..welcome("c")
            },
            out(Reason::NoAddress),
        ),
        (
            Candidate {
                in_plan: true,
                excluded: None,
                ..welcome("c")
            },
            out(Reason::AlreadyIn),
        ),
        // Once per 30 days: the 30 dates that begin with the entry.
        (
            Candidate {
                last_entry: Some(at("2024-06-01T23:00")),
                ..welcome("c")
            },
            out(Reason::OncePer),
        ),
        (
            Candidate {
                last_entry: Some(at("2024-05-31T23:00")),
                ..welcome("c")
            },
            Verdict::Recipient,
        ),
        (
            Candidate {
                contacts: &contacts,
                ..welcome("c")
            },
            out(Reason::CustomerLimit),
        ),
        (
            Candidate {
                contacts: &long_ago,
                ..welcome("c")
            },
            Verdict::Recipient,
        ),
    ];
    for (place, (candidate, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(one(&plan, candidate), wanted, "case {place}");
    }
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
    assert_eq!(held("win", 100_000), HELD_OUT_PINNED);
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

const HELD_OUT_PINNED: usize = 975;

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

prop_compose! {
    fn candidates()(list in proptest::collection::vec(
        (any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>(), any::<(bool, bool)>(), proptest::option::of(0i64..60)), 0..60)
    ) -> Vec<(Option<bool>, Option<bool>, Option<bool>, (bool, bool), Option<i64>)> {
        list
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Verdicts are as many as candidates, limits hold, and who is silent stays out.
    #[test]
    fn counts_add_up_and_limits_hold(
        list in candidates(),
        (most, expected) in (1u64..20, 1u64..40),
        (recipients, held_out) in (0u64..20, 0u64..20),
    ) {
        let plan = plan(&format!(
            "once per 30 days  limit {most} per day  holdout 30%  expect at most {expected} entering per day"
        ));
        let now = at("2024-06-30T12:00");
        let names: Vec<String> = (0..list.len()).map(|number| format!("c{number}")).collect();
        let asked: Vec<Candidate<'_>> = list.iter().zip(&names).map(|(one, name)| Candidate {
            excluded: one.0,
            do_not_contact: one.1,
            consent: one.2,
            reachable: one.3.0,
            in_plan: one.3.1,
            last_entry: one.4.map(|days| Instant(now.0 - days * 86_400)),
            ..welcome(name)
        }).collect();
        let today = Today { recipients, held_out, ..Today::default() };
        let verdicts = decide(&plan, now, today, &asked, &zone());
        prop_assert_eq!(verdicts.len(), asked.len());
        let count = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count() as u64;
        let entered = count(|verdict| *verdict == Verdict::Recipient);
        let watched = count(|verdict| *verdict == Verdict::HeldOut);
        prop_assert!(entered == 0 || recipients + entered <= most);
        prop_assert!(entered + watched == 0 || recipients + held_out + entered + watched <= expected);
        for (candidate, verdict) in asked.iter().zip(&verdicts) {
            let free = candidate.excluded == Some(false)
                && candidate.do_not_contact == Some(false)
                && candidate.consent == Some(true)
                && candidate.reachable
                && !candidate.in_plan
                && candidate.last_entry.is_none_or(|last| now.0 - last.0 >= 29 * 86_400);
            prop_assert!(free || matches!(verdict, Verdict::Suppressed(_)));
        }
        // Order changes nothing.
        let backwards: Vec<Candidate<'_>> = asked.iter().rev().cloned().collect();
        let mut other = decide(&plan, now, today, &backwards, &zone());
        other.reverse();
        prop_assert_eq!(other, verdicts);
    }

    /// What is given as the earliest time keeps quiet hours and the limit.
    #[test]
    fn the_earliest_time_is_quiet_for_nobody(
        gaps in proptest::collection::vec(0i64..400_000, 0..8),
        start in 0i64..10_000_000,
        (most, span) in (1u64..4, 1i64..8),
        (from, to) in (0u16..1440, 0u16..1440),
    ) {
        prop_assume!(from != to);
        let zone = zone();
        let mut contact = Instant(1_700_000_000);
        let contacts: Vec<Instant> = gaps.iter().map(|gap| { contact = Instant(contact.0 + gap); contact }).collect();
        let quiet = Quiet { from, to, zone: &zone };
        let asked = Instant(1_699_000_000 + start);
        let found = earliest(asked, &contacts, Some((most, days(span))), Some(quiet), &zone).unwrap();
        prop_assert!(found >= asked);
        prop_assert!(!is_quiet(found, quiet));
        prop_assert!(allows((most, days(span)), &contacts, found, &zone));
    }
}
