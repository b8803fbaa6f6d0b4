//! Random candidates and limits: counts add up, limits hold, order changes nothing.

use proptest::prelude::*;

use super::super::pressure::{allows, earliest};
use super::super::quiet::{Quiet, is_quiet};
use super::super::{Candidate, Today, Verdict, decide};
use super::{at, days, plan, welcome, zone};
use crate::base::calendar::Instant;

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
