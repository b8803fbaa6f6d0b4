//! The store by its public functions, over one schema with a field of every kind.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::base::calendar::Date;
use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::money::Money;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::{
    AttributeId, Event, Field, Holding, HoldingId, Relation, RelationEnd, RelationId,
};
use fact::Target;

pub fn field(name: &str, kind: Kind) -> Field {
    Field {
        name: name.into(),
        label: None,
        description: None,
        kind,
        sensitive: false,
        part: None,
        span: Span::default(),
    }
}

pub fn list(names: &[&str]) -> Kind {
    let values = names.iter().map(|name| EnumValue {
        name: (*name).into(),
        label: None,
    });
    Kind::Enum(Arc::new(EnumKind {
        values: values.collect(),
    }))
}

pub fn event(name: &str, fields: Vec<Field>) -> Event {
    Event {
        name: name.into(),
        label: None,
        description: None,
        fields,
        span: Span::default(),
    }
}

fn holding(name: &str, fields: Vec<Field>) -> Holding {
    Holding {
        name: name.into(),
        label: None,
        description: None,
        key: "number".into(),
        fields,
        span: Span::default(),
    }
}

fn relation(name: &str, end: RelationEnd) -> Relation {
    Relation {
        name: name.into(),
        label: None,
        description: None,
        inverse: None,
        inverse_label: None,
        end,
        span: Span::default(),
    }
}

/// One field of each kind on each side.
pub fn schema() -> Schema {
    Schema {
        attributes: vec![
            field("born", Kind::Date),
            field("city", list(&["Brno", "Praha", "Plzeň"])),
            field("tags", Kind::Set(Arc::new(list(&["a", "b", "c"])))),
            field("name", Kind::Text),
        ],
        events: vec![
            event(
                "purchase",
                vec![
                    field("amount", Kind::Money),
                    field("channel", list(&["shop", "web"])),
                    field("score", Kind::Number),
                    field("seen", Kind::Time),
                ],
            ),
            event(
                "login",
                vec![field("ok", Kind::Bool), field("tries", Kind::Int)],
            ),
        ],
        holdings: vec![holding("account", vec![field("balance", Kind::Money)])],
        relations: vec![
            relation("spouse", RelationEnd::Customer),
            relation("manager", RelationEnd::Text),
        ],
        ..Schema::default()
    }
}

/// One fact of each sort for the customer of that row.
pub fn facts_of(row: u32) -> Vec<Fact> {
    let at = Instant(1_700_000_000 + i64::from(row) * 86_400);
    vec![
        Fact::Customer {
            row: Row(row),
            id: format!("客户-{row}").into(),
        },
        Fact::Attributes {
            row: Row(row),
            since: row.is_multiple_of(2).then_some(at),
            fields: vec![
                (AttributeId(1), Some(Value::Enum((row % 3) as u16))),
                (AttributeId(0), Some(Value::Date(Date(row as i32 - 50)))),
                (AttributeId(3), None),
                (
                    AttributeId(2),
                    Some(Value::Set(Arc::from([Value::Enum(0), Value::Enum(2)]))),
                ),
            ],
        },
        Fact::Event {
            event: EventId(0),
            row: Row(row),
            at,
            sequence: row.is_multiple_of(5).then_some(-3),
            identity: u64::from(row).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            fields: vec![
                Some(Value::Money(Money(i64::from(row) * 12_500))),
                (!row.is_multiple_of(4)).then_some(Value::Enum(1)),
                Some(Value::Number(f64::from(row) / 7.0)),
                None,
            ],
        },
        Fact::Event {
            event: EventId(1),
            row: Row(row),
            at,
            sequence: None,
            identity: u64::MAX - u64::from(row),
            fields: vec![Some(Value::Bool(row % 2 == 1)), Some(Value::Int(i64::MIN))],
        },
        Fact::Holding {
            holding: HoldingId(0),
            row: Row(row),
            key: format!("CZ{row}").into(),
            since: None,
            fields: vec![Some(Value::Money(Money(-1)))],
        },
        Fact::Relation {
            relation: RelationId(0),
            from: Row(row),
            to: Target::Customer(Row(row / 2)),
            since: Some(at),
        },
        Fact::Relation {
            relation: RelationId(1),
            from: Row(row),
            to: Target::Text("Novák".into()),
            since: None,
        },
    ]
}

/// Facts of that row as another history has them.
pub fn others_of(row: u32) -> Vec<Fact> {
    let mut facts = facts_of(row);
    for fact in &mut facts {
        match fact {
            Fact::Customer { id, .. } => *id = format!("other-{id}").into(),
            Fact::Event { identity, .. } => *identity ^= 1,
            _ => {}
        }
    }
    facts
}

/// Stores without ballast whose faults are only counted.
pub fn options() -> (Options, Arc<AtomicU64>) {
    let faults = Arc::new(AtomicU64::new(0));
    let counted = faults.clone();
    let options = Options {
        fault: Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        }),
        free_bytes: Arc::new(|_| Ok(1 << 40)),
        ballast_bytes: 0,
        ..Options::default()
    };
    (options, faults)
}

pub fn open(folder: &Path, schema: &Schema) -> Result<Store, StoreError> {
    Store::open_with(folder, schema, options().0)
}

pub fn read_all(store: &Store, from: u64) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut next = from;
    store
        .scan(from, &mut |position, block| {
            assert_eq!(position, next);
            next += block.len() as u64;
            facts.extend(block);
            Ok(())
        })
        .unwrap();
    facts
}

#[test]
fn facts_of_every_sort_come_back_in_order_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    assert_eq!(store.opened().state, State::New);
    let mut written = Vec::new();
    // Small appends, then one of many blocks.
    for row in 0..20 {
        let facts = facts_of(row);
        written.extend(facts.clone());
        assert_eq!(store.append(facts).unwrap(), written.len() as u64);
    }
    let many: Vec<Fact> = (20..3_000).flat_map(facts_of).collect();
    written.extend(many.clone());
    assert_eq!(store.append(many).unwrap(), written.len() as u64);
    assert!(read_all(&store, 0) == written);
    assert_eq!(store.customers(), 3_000);
    let size = store.size().unwrap();
    assert_eq!((size.facts, size.events), (21_000, 6_000));
    assert!(size.block_bytes / size.blocks < 10_000, "{size:?}");
    let store = store.reopen(&schema()).unwrap();
    assert_eq!(store.opened().state, State::Store { clean: true });
    for from in [0, 1, 6, 7, 699, 20_999, 21_000, 50_000] {
        let rest = written.get(from as usize..).unwrap_or_default();
        assert!(read_all(&store, from) == rest, "from {from}");
    }
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.facts, 21_000);
    assert_eq!(verified.customers, 3_000);
    store.close().unwrap();
}

#[test]
fn identities_are_found_where_they_lie_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store
        .append((0..2_000).flat_map(facts_of).collect())
        .unwrap();
    let place = |row: u32| (Row(row), Instant(1_700_000_000 + i64::from(row) * 86_400));
    let identity = |row: u32| u64::from(row).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let wanted = [place(3), (Row(4), Instant(1)), place(1_999)];
    let expected = |rows: &[u32]| -> Vec<_> {
        rows.iter()
            .map(|row| (place(*row).0, place(*row).1, identity(*row)))
            .collect()
    };
    assert_eq!(
        store.identities(EventId(0), &wanted).unwrap(),
        expected(&[3, 1_999])
    );
    assert_eq!(store.identities(EventId(0), &[]).unwrap(), []);
    // Appended after the first question, hence after the index was made.
    store.append(facts_of(2_000)).unwrap();
    let both = [place(5), place(2_000)];
    assert_eq!(
        store.identities(EventId(0), &both).unwrap(),
        expected(&[5, 2_000])
    );
    let logins = store.identities(EventId(1), &[place(7)]).unwrap();
    assert_eq!(logins, [(place(7).0, place(7).1, u64::MAX - 7)]);
}

#[test]
fn rows_out_of_turn_and_misfits_are_refused_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append(facts_of(0)).unwrap();
    let refused = |facts: Vec<Fact>, said: &str| {
        let error = store.append(facts).unwrap_err();
        assert_eq!(error.code(), "S022");
        assert!(error.to_string().contains(said), "{error}");
    };
    refused(facts_of(2), "carries number 2, the next one is 1");
    refused(facts_of(0), "carries number 0, the next one is 1");
    let mut gap = facts_of(1);
    gap.extend(facts_of(3));
    refused(gap, "carries number 3");
    let login = |row, fields| Fact::Event {
        event: EventId(1),
        row: Row(row),
        at: Instant(0),
        sequence: None,
        identity: 1,
        fields,
    };
    refused(vec![login(1, vec![None, None])], "names customer number 1");
    refused(
        vec![login(0, vec![None])],
        "login has 2 fields, given were 1",
    );
    let misfit = vec![Some(Value::Int(1)), None];
    refused(vec![login(0, misfit)], "ok is yes or no");
    let mut endless = facts_of(1);
    if let Some(Fact::Event { fields, .. }) = endless.get_mut(2) {
        fields[2] = Some(Value::Number(f64::NAN));
    }
    refused(endless, "score is a number");
    assert_eq!(store.position(), 7);
    store.append(facts_of(1)).unwrap();
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_fact_larger_than_a_block_is_refused_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append(facts_of(0)).unwrap();
    // Without repeats, so that nothing packs.
    let text = |length: usize| -> Vec<Fact> {
        let mut text = String::new();
        while text.len() < length {
            text.push_str(&format!("{:x}", text.len() * 2_654_435_761));
        }
        text.truncate(length);
        vec![Fact::Attributes {
            row: Row(0),
            since: None,
            fields: vec![(AttributeId(3), Some(Value::Text(text.into())))],
        }]
    };
    let error = store.append(text(70_000)).unwrap_err();
    assert_eq!(error.code(), "S021");
    assert!(
        error
            .to_string()
            .contains("attributes of customer number 0")
    );
    store.append(text(65_000)).unwrap();
    let record = |bytes: usize| {
        vec![Record {
            shelf: Shelf::Source,
            key: b"k".to_vec(),
            value: Some(vec![7; bytes]),
        }]
    };
    let most = crate::base::limit::STORE_VALUE_BYTES_MAX;
    assert_eq!(
        store
            .append_with(vec![], record(most + 1))
            .unwrap_err()
            .code(),
        "S021"
    );
    store.append_with(vec![], record(most)).unwrap();
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn records_become_true_with_facts_and_can_be_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    let record = |key: &[u8], value: Option<&[u8]>| Record {
        shelf: Shelf::Source,
        key: key.to_vec(),
        value: value.map(<[u8]>::to_vec),
    };
    let two = vec![record(b"b", Some(b"2")), record(b"a", Some(b"1"))];
    store.append_with(facts_of(0), two).unwrap();
    store
        .append_with(vec![], vec![record(b"b", Some(b"3"))])
        .unwrap();
    store.append_with(vec![], vec![record(b"a", None)]).unwrap();
    let store = store.reopen(&schema()).unwrap();
    assert_eq!(store.record(Shelf::Source, b"a").unwrap(), None);
    assert_eq!(
        store.record(Shelf::Source, b"b").unwrap(),
        Some(b"3".to_vec())
    );
    let mut seen = Vec::new();
    store
        .records(Shelf::Source, &mut |key, value| {
            seen.push((key.to_vec(), value.to_vec()));
            Ok(true)
        })
        .unwrap();
    assert_eq!(seen, [(b"b".to_vec(), b"3".to_vec())]);
    assert!(store.verify().unwrap().is_sound());
}

mod growth;
mod trouble;
