//! Requests against a real store, as the writing thread resolves them.

mod broken;
mod property;

use super::*;
use crate::base::calendar::Zone;
use crate::columns::Snapshot;
use crate::ingest::erasure::{Erasures, records_for};
use crate::ingest::testing;
use crate::schema::Schema;
use crate::store::Store;
use crate::store::fact::Fact;

/// A store with its snapshot, as it is between two rounds.
pub struct World {
    _folder: tempfile::TempDir,
    pub schema: Schema,
    zone: Zone,
    pub snapshot: Snapshot,
    store: Store,
}

impl World {
    pub fn new() -> Self {
        Self::of(testing::schema())
    }

    pub fn of(schema: Schema) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let zone = Zone::load(&schema.settings.time_zone).unwrap();
        let store = Store::open(folder.path(), &schema).unwrap();
        let snapshot = Snapshot::from_store(&store, &schema, zone.clone()).unwrap();
        Self {
            _folder: folder,
            schema,
            zone,
            snapshot,
            store,
        }
    }

    /// Requests of one round; what became of their lines, and the facts written.
    pub fn round(&mut self, requests: &[(IncomingKind, &str)]) -> (Vec<Vec<String>>, Vec<Fact>) {
        let mut resolver = Resolver::new(&self.schema, &self.zone, &self.snapshot, &self.store);
        let mut shown = Vec::new();
        for (kind, body) in requests {
            let mut incoming = Vec::new();
            let mut outcomes = Vec::new();
            for (_, line) in parse_lines(*kind, body.as_bytes()).unwrap() {
                match line {
                    Ok(line) => {
                        incoming.push(line);
                        outcomes.push(None);
                    }
                    Err(fault) => outcomes.push(Some(LineOutcome::Rejected(fault))),
                }
            }
            let mut resolved = resolver.resolve(incoming).unwrap().into_iter();
            let all = outcomes
                .into_iter()
                .map(|outcome| outcome.unwrap_or_else(|| resolved.next().unwrap()));
            shown.push(all.map(|outcome| show(&outcome)).collect());
        }
        let facts = resolver.finish();
        self.store.append(facts.clone()).unwrap();
        self.snapshot = self
            .snapshot
            .refresh(self.snapshot.position(), &facts)
            .unwrap();
        assert_eq!(self.store.position(), self.snapshot.position());
        (shown, facts)
    }

    /// One request alone.
    pub fn send(&mut self, kind: IncomingKind, body: &str) -> Vec<String> {
        self.round(&[(kind, body)]).0.remove(0)
    }

    fn person(&self, id: &str) -> crate::columns::person::Person {
        self.snapshot.person(self.snapshot.row(id).unwrap())
    }
}

fn show(outcome: &LineOutcome) -> String {
    match outcome {
        LineOutcome::Accepted => "accepted".to_owned(),
        LineOutcome::Repeated => "repeated".to_owned(),
        LineOutcome::Rejected(fault) => fault.to_string(),
    }
}

use IncomingKind::{Customers, Events, Holdings, Relations};

const PEOPLE: &str = r#"{"id":"a","name":"Ada","wealth":"12.50","vip":true,"tags":["x","y"],"born":"1990-05-01"}
{"id":"b"}
"#;

#[test]
fn each_kind_of_fact_comes_in_once() {
    let mut world = World::new();
    let requests = [
        (Customers, PEOPLE),
        (
            Events,
            r#"{"event":"buy","customer":"a","at":"2026-01-31T09:30:00+01:00","id":"7","amount":3,"way":"网银"}
{"event":"buy","customer":"b","at":"2026-01-31","amount":4}
{"event":"buy","customer":"b","at":"2026-01-31","amount":4}"#,
        ),
        (
            Holdings,
            r#"{"holding":"loan","customer":"a","key":"L1","since":"2025-01-01","amount":100.0001}"#,
        ),
        (
            Relations,
            r#"{"relation":"knows","from":"a","to":"b"}
{"relation":"manager","from":"a","to":"Eva"}"#,
        ),
    ];
    let (shown, facts) = world.round(&requests);
    assert!(
        shown.iter().flatten().all(|line| line == "accepted"),
        "{shown:?}"
    );
    let lines: Vec<String> = facts.iter().map(|fact| format!("{fact:?}")).collect();
    insta::assert_snapshot!("each_kind", lines.join("\n"));
    for _ in 0..2 {
        let (shown, facts) = world.round(&requests);
        assert!(
            shown.iter().flatten().all(|line| line == "repeated"),
            "{shown:?}"
        );
        assert_eq!(facts, []);
    }
}

#[test]
fn requests_of_one_round_see_each_other() {
    let mut world = World::new();
    let (shown, facts) = world.round(&[
        (Customers, r#"{"id":"a","name":"Ada"}"#),
        (Customers, r#"{"id":"a","name":"Ada"}"#),
        (Customers, r#"{"id":"a","name":"Eve"}"#),
        (Customers, "{\"id\":\"a\",\"name\":\"Eve\"}\n{\"id\":\"b\"}"),
        (Events, r#"{"event":"buy","customer":"a","at":"2026-01-01","id":"1","amount":1}"#),
        (Events, r#"{"event":"buy","customer":"a","at":"2026-01-01","id":"1","amount":1}"#),
        (Events, r#"{"event":"buy","customer":"a","at":"2026-01-01","id":"1","amount":2}"#),
        (Events, r#"{"event":"buy","customer":"a","at":"2026-01-01","amount":1}"#),
        (Events, r#"{"event":"buy","customer":"a","at":"2026-01-01","amount":1}"#),
        (Relations, "{\"relation\":\"knows\",\"from\":\"a\",\"to\":\"b\"}\n{\"relation\":\"knows\",\"from\":\"a\",\"to\":\"b\"}"),
        (Holdings, r#"{"holding":"loan","customer":"a","key":"L","amount":1}"#),
        (Holdings, r#"{"holding":"loan","customer":"b","key":"L","amount":1}"#),
        (Holdings, r#"{"holding":"loan","customer":"b","key":"L","amount":1}"#),
    ]);
    let lines: Vec<String> = shown.iter().map(|lines| lines.join(" · ")).collect();
    insta::assert_snapshot!("requests_of_one_round", lines.join("\n"));
    assert_eq!(facts.len(), 9);
    let of_b = &world.person("b").holdings[0][0];
    assert_eq!(of_b.states.len(), 1);
    assert_eq!(world.person("a").holdings[0], []);
}

#[test]
fn lines_of_one_request_are_taken_together() {
    let mut world = World::new();
    let request = r#"{"id":"a","name":"Ada"}
{"id":"a","name":"Eve"}
{"id":"a","name":"Eve"}
{"id":"a","wealth":1}
{"id":"a","since":"2026-01-01","wealth":2}
{"id":"a","since":"2025-01-01","wealth":3}"#;
    assert_eq!(
        world.send(Customers, request),
        [
            "accepted", "accepted", "repeated", "accepted", "accepted", "accepted"
        ]
    );
    let position = world.snapshot.position();
    assert!(
        world
            .send(Customers, request)
            .iter()
            .all(|line| line == "repeated")
    );
    assert_eq!(world.snapshot.position(), position);
    let since: Vec<_> = world.person("a").attributes[2]
        .iter()
        .map(|held| held.since.is_some())
        .collect();
    assert_eq!(since, [false, true, true]);
}

#[test]
fn null_clears_and_what_is_not_held_cannot_be_cleared() {
    let mut world = World::new();
    assert_eq!(
        world.send(Customers, r#"{"id":"a","name":"Ada"}"#),
        ["accepted"]
    );
    assert_eq!(
        world.send(Customers, r#"{"id":"a","name":null}"#),
        ["accepted"]
    );
    assert!(
        world.person("a").attributes[0]
            .iter()
            .all(|held| held.value.is_none())
    );
    assert_eq!(
        world.send(Customers, r#"{"id":"a","name":null}"#),
        ["repeated"]
    );
    assert_eq!(
        world.send(Customers, r#"{"id":"a","wealth":null}"#),
        ["repeated"]
    );
    assert_eq!(
        world.send(Customers, r#"{"id":"a","since":null}"#),
        ["repeated"]
    );
}

#[test]
fn a_refused_line_leaves_nothing_behind() {
    let mut world = World::new();
    let shown = world.send(
        Customers,
        "{\"id\":\"a\",\"name\":\"Ada\",\"wealth\":\"much\"}\n{\"id\":\"b\",\"name\":\"Ben\"}",
    );
    assert_eq!(shown[1], "accepted");
    assert!(shown[0].starts_with("I106"), "{shown:?}");
    assert_eq!(world.snapshot.row("a"), None);
    assert_eq!(world.snapshot.row("b"), Some(0));
    let unknown = world.send(
        Events,
        r#"{"event":"buy","customer":"a","at":"2026-01-01"}"#,
    );
    assert!(unknown[0].starts_with("I112 customer"), "{unknown:?}");
}

#[test]
fn an_event_never_changes_by_its_id() {
    let mut world = World::new();
    world.send(Customers, PEOPLE);
    let event = |id: &str, amount: &str, at: &str| {
        format!(r#"{{"event":"buy","customer":"a","at":"{at}","id":"{id}","amount":{amount}}}"#)
    };
    let first = event("7", "1", "2026-01-01T10:00");
    assert_eq!(world.send(Events, &first), ["accepted"]);
    assert_eq!(world.send(Events, &first), ["repeated"]);
    let other = world.send(Events, &event("7", "2", "2026-01-01T10:00"));
    assert!(other[0].starts_with("I313 id"), "{other:?}");
    // Another instant makes it another event, as does another id.
    assert_eq!(
        world.send(Events, &event("7", "2", "2026-01-01T10:01")),
        ["accepted"]
    );
    assert_eq!(
        world.send(Events, &event("8", "2", "2026-01-01T10:00")),
        ["accepted"]
    );
    // The same event as another zone writes its instant.
    assert_eq!(
        world.send(Events, &event("7", "1", "2026-01-01T09:00:00Z")),
        ["repeated"]
    );
}

#[test]
fn nothing_is_taken_of_whom_was_erased() {
    let mut world = World::new();
    world.send(Customers, PEOPLE);
    world.send(Relations, r#"{"relation":"knows","from":"b","to":"a"}"#);
    world.snapshot = world.snapshot.hide([0]);
    let requests = [
        (Customers, r#"{"id":"a","name":"Ada"}"#),
        (
            Events,
            r#"{"event":"buy","customer":"a","at":"2026-01-01"}"#,
        ),
        (Holdings, r#"{"holding":"loan","customer":"a","key":"L"}"#),
        (
            Relations,
            "{\"relation\":\"knows\",\"from\":\"a\",\"to\":\"b\"}\n{\"relation\":\"knows\",\"from\":\"b\",\"to\":\"a\"}",
        ),
    ];
    let (shown, facts) = world.round(&requests);
    let all: Vec<&String> = shown.iter().flatten().collect();
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|line| line.starts_with("I115 ")), "{all:?}");
    assert!(!all.iter().any(|line| line.contains("`a`")), "{all:?}");
    assert_eq!(facts, []);
    assert_eq!(world.person("b").relations_out[0], []);
}

#[test]
fn who_was_erased_is_refused_though_the_log_knows_nothing_of_it() {
    let world = World::new();
    let erased = Erasures::default();
    let at = crate::base::calendar::Instant(0);
    let (erased, _) = records_for(&erased, "a", crate::store::fact::Row(7), at).unwrap();
    let mut resolver = Resolver::new(&world.schema, &world.zone, &world.snapshot, &world.store)
        .refusing(Arc::new(erased));
    let lines = parse_lines(Customers, b"{\"id\":\"a\"}\n{\"id\":\"b\"}").unwrap();
    let lines = lines.into_iter().map(|(_, line)| line.unwrap()).collect();
    let shown: Vec<String> = resolver.resolve(lines).unwrap().iter().map(show).collect();
    assert!(shown[0].starts_with("I115 id"), "{shown:?}");
    assert_eq!(shown[1], "accepted");
}

/// Records that were read by rules whose kinds are others say so instead of landing in another field.
#[test]
fn a_fact_of_other_kinds_is_refused() {
    let world = World::new();
    let mut resolver = Resolver::new(&world.schema, &world.zone, &world.snapshot, &world.store);
    let made = |shape: Schema| {
        let customer = crate::ingest::route::Mapped::Customer {
            id: "a".into(),
            since: None,
            fields: Vec::new(),
        };
        let shape = std::sync::Arc::new(shape);
        Incoming::Made(Box::new(Made::new(customer, None, &shape)))
    };
    let outcomes = resolver
        .resolve(vec![made(world.schema.shape()), made(Schema::default())])
        .unwrap();
    assert_eq!(outcomes[0], LineOutcome::Accepted);
    assert!(show(&outcomes[1]).starts_with(fault::OTHER_KINDS));
}

/// Columns keep no identities: another event of the same instant that happens to say the same
/// does not make a changed one a repeat.
#[test]
fn an_id_stands_for_one_content_beside_others_of_its_instant() {
    let mut world = World::new();
    world.send(Customers, r#"{"id":"c"}"#);
    let at = r#""event":"buy","customer":"c","at":"2026-01-01T00:00:01""#;
    world.send(Events, &format!(r#"{{{at},"amount":1}}"#));
    let named = format!(r#"{{{at},"id":"1"}}"#);
    let changed = format!(r#"{{{at},"id":"1","amount":1}}"#);
    assert_eq!(world.send(Events, &named), ["accepted"]);
    assert_eq!(world.send(Events, &named), ["repeated"]);
    assert!(world.send(Events, &changed)[0].starts_with("I313"));
}
