//! When rank tables are those of another instant, said in the plainest words; and cases
//! that have a name.

use std::sync::Arc;

use tamis::base::calendar::{Date, Instant, Zone};
use tamis::columns::Snapshot;
use tamis::live::ranks::Ranks;

use crate::world::*;

/// Which facts at which instant ranks are taken of.
#[derive(Clone)]
pub struct Law {
    pub snapshot: Snapshot,
    pub at: Instant,
    /// Seconds between two buildings while facts come.
    pub seconds: i64,
    due: Option<Instant>,
}

impl Law {
    pub fn new(snapshot: &Snapshot, at: Instant, seconds: i64) -> Self {
        Self {
            snapshot: snapshot.clone(),
            at,
            seconds,
            due: None,
        }
    }

    /// So many seconds from now on.
    pub fn wait(&mut self, seconds: i64, now: Instant) {
        self.seconds = seconds;
        let due = Instant(self.at.0 + seconds).max(now);
        self.due = self.due.map(|_| due);
    }

    /// Time passes over those facts.
    pub fn pass(&mut self, zone: &Zone, facts: &Snapshot, until: Instant) {
        loop {
            let tomorrow = Date(zone.date_of(self.at).0 + 1);
            let midnight = zone.start_of(tomorrow);
            let next = self.due.map_or(midnight, |due| due.min(midnight));
            if next > until {
                return;
            }
            *self = Self::new(facts, next, self.seconds);
        }
    }

    /// Facts have come by an instant.
    pub fn come(&mut self, facts: &Snapshot, now: Instant) {
        let due = Instant(self.at.0 + self.seconds);
        if due <= now {
            *self = Self::new(facts, now, self.seconds);
        } else {
            self.due = Some(due);
        }
    }

    pub fn ranks(&self) -> Arc<Ranks> {
        Arc::new(Ranks::new(&self.snapshot, self.at))
    }
}

const PRAGUE: &str = "Europe/Prague";

fn assets(row: u32, amount: i64) -> tamis::store::fact::Fact {
    attribute(row, ASSETS, None, money(amount))
}

#[test]
fn while_facts_come_tables_are_built_once_a_minute_and_then_told() {
    let mut world = World::new(
        PRAGUE,
        "filter first: top 1 by assets",
        3,
        "2024-05-10T12:00",
    );
    let facts = [assets(0, 10), assets(1, 20)];
    // The tables stood since the world began, less than a minute ago.
    assert!(world.take("2024-05-10T12:00:30", &facts).is_empty());
    assert_eq!(
        world.members.next_due(),
        Some(world.time("2024-05-10T12:01:00"))
    );
    assert_eq!(
        world.until("2024-05-10T12:05:00"),
        ["first c1 entered 2024-05-10T12:01:00+02:00 Ranks"]
    );
    // They stood long enough: the new facts are in them at once.
    assert_eq!(
        world.take("2024-05-10T12:06:00", &[assets(2, 30)]),
        [
            "first c1 left 2024-05-10T12:06:00+02:00 Ranks",
            "first c2 entered 2024-05-10T12:06:00+02:00 Ranks"
        ]
    );
    assert!(
        world
            .take("2024-05-10T12:06:10", &[assets(0, 40)])
            .is_empty()
    );
    assert!(
        world
            .take("2024-05-10T12:06:50", &[assets(0, 50)])
            .is_empty()
    );
    assert_eq!(world.until("2024-05-10T12:07:00").len(), 2);
}

#[test]
fn a_date_change_builds_them_and_an_idle_day_does_nothing_else() {
    let items = "filter busy: top 1 by count(purchase, last 2 days) per (tier default gold)\n";
    let mut world = World::new(PRAGUE, items, 2, "2024-05-10T12:00");
    let bought = |at: Instant, row| purchase(row, at, 1);
    let (first, later) = (
        world.time("2024-05-09T10:00"),
        world.time("2024-05-10T10:00"),
    );
    let facts = [bought(first, 0), purchase(0, first, 2), bought(later, 1)];
    let changes = world.take("2024-05-10T12:30", &facts);
    assert_eq!(changes, ["busy c1 left 2024-05-10T12:30:00+02:00 Ranks"]);
    let runs = world.members.runs();
    assert!(world.until("2024-05-10T23:59:59").is_empty());
    assert_eq!(world.members.runs(), runs, "nothing fell due");
    assert_eq!(
        world.until("2024-05-11T00:00"),
        [
            "busy c0 left 2024-05-11T00:00:00+02:00 Time",
            "busy c1 entered 2024-05-11T00:00:00+02:00 Time"
        ]
    );
}

#[test]
fn one_who_enters_has_no_place_until_tables_are_built() {
    let items =
        "filter half: top 100% by assets default 0\nfilter none: not top 1 by assets default 0";
    let mut world = World::new(PRAGUE, items, 1, "2024-05-10T12:00");
    assert!(world.take("2024-05-10T12:00:10", &[customer(1)]).is_empty());
    let rows = world.members.of("half").unwrap().rows();
    assert_eq!(rows.collect::<Vec<u32>>(), [0]);
    assert_eq!(
        world.until("2024-05-10T12:01:00"),
        ["half c1 entered 2024-05-10T12:01:00+02:00 Ranks"]
    );
}

#[test]
fn another_rule_set_builds_its_own() {
    let mut world = World::new(
        PRAGUE,
        "param share = 2\nfilter first: top 1 by assets\nfilter many: rank(assets) <= share",
        3,
        "2024-05-10T12:00",
    );
    let facts = [assets(0, 10), assets(1, 20), assets(2, 30)];
    assert!(world.take("2024-05-10T12:00:30", &facts).is_empty());
    let rules = compiled(
        PRAGUE,
        "param share = 1\nfilter first: top 1 by assets\nfilter many: rank(assets) <= share",
    );
    let (members, reload) = world.members.reload(&rules, world.view()).unwrap();
    assert_eq!(
        world.told(&reload.changes),
        [
            "first c2 entered 2024-05-10T12:00:30+02:00 Ranks",
            "many c2 entered 2024-05-10T12:00:30+02:00 Rule"
        ]
    );
    assert_eq!(members.ranks().at(), world.now);
    assert_eq!(members.next_due(), Some(world.time("2024-05-11T00:00")));
}
