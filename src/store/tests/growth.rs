//! Schemas that change over one store.

use super::*;

fn reopened(folder: &Path, schema: &Schema) -> Result<Vec<Fact>, StoreError> {
    let store = open(folder, schema)?;
    let facts = read_all(&store, 0);
    assert!(store.verify().unwrap().is_sound());
    store.close()?;
    Ok(facts)
}

fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append((0..10).flat_map(facts_of).collect()).unwrap();
    store.close().unwrap();
    folder
}

#[test]
fn a_schema_may_grow_and_change_its_order() {
    let folder = filled();
    let mut wider = schema();
    wider.attributes.reverse();
    wider.attributes.insert(0, field("new", Kind::Int));
    wider.events.reverse();
    wider.events[1].fields.rotate_left(1);
    wider.events[1].fields.insert(0, field("till", Kind::Int));
    wider.events[1].fields[1].kind = list(&["phone", "web", "shop"]);
    wider.events[1].fields[1].label = Some("渠道".into());
    let facts = reopened(folder.path(), &wider).unwrap();
    // Of attributes given as city, born, name, tags.
    let Fact::Attributes { fields, .. } = &facts[1] else {
        panic!("{:?}", facts[1])
    };
    let ids: Vec<u16> = fields.iter().map(|(id, _)| id.0).collect();
    assert_eq!(ids, [3, 4, 1, 2]);
    assert_eq!(fields[0].1, Some(Value::Enum(0)));
    let Fact::Event { event, fields, .. } = &facts[9] else {
        panic!("{:?}", facts[9])
    };
    assert_eq!(*event, EventId(1));
    // till, channel (web is now second of three), score, seen, amount.
    assert_eq!(fields.len(), 5);
    assert_eq!(fields[0], None);
    assert_eq!(fields[1], Some(Value::Enum(1)));
    assert_eq!(fields[2], Some(Value::Number(1.0 / 7.0)));
    assert_eq!(fields[4], Some(Value::Money(Money(12_500))));
    // And back.
    let back = reopened(folder.path(), &schema()).unwrap();
    assert!(back == (0..10).flat_map(facts_of).collect::<Vec<_>>());
}

#[test]
fn sets_stay_sorted_when_their_list_changes_its_order() {
    let folder = filled();
    let mut turned = schema();
    turned.attributes[2].kind = Kind::Set(Arc::new(list(&["c", "b", "a"])));
    let facts = reopened(folder.path(), &turned).unwrap();
    let Fact::Attributes { fields, .. } = &facts[1] else {
        panic!("{:?}", facts[1])
    };
    let set = Value::Set(Arc::from([Value::Enum(0), Value::Enum(2)]));
    assert_eq!(fields[3].1, Some(set));
}

#[test]
fn what_the_schema_drops_is_hidden_and_comes_back() {
    let folder = filled();
    let mut less = schema();
    less.attributes.remove(1);
    less.events.remove(0);
    less.holdings.clear();
    less.relations.remove(1);
    let facts = reopened(folder.path(), &less).unwrap();
    assert_eq!(facts.len(), 70);
    let nothing = |row: u32| Fact::Attributes {
        row: Row(row),
        since: None,
        fields: vec![],
    };
    for (at, fact) in facts.iter().enumerate() {
        match (at % 7, fact) {
            (1, Fact::Attributes { fields, .. }) => assert_eq!(fields.len(), 3),
            (2 | 4 | 6, fact) => assert_eq!(fact, &nothing(at as u32 / 7)),
            (3, Fact::Event { event, .. }) => assert_eq!(*event, EventId(0)),
            _ => {}
        }
    }
    let back = reopened(folder.path(), &schema()).unwrap();
    assert!(back == (0..10).flat_map(facts_of).collect::<Vec<_>>());
}

#[test]
fn a_changed_kind_is_refused_with_the_count_of_facts() {
    let folder = filled();
    let refused = |change: &dyn Fn(&mut Schema), said: &str| {
        let mut changed = schema();
        change(&mut changed);
        let store = open(folder.path(), &schema()).unwrap();
        let told = store.refusals(&changed).unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].to_string(), said);
        assert!(store.refusals(&schema()).unwrap().is_empty());
        store.close().unwrap();
        let error = reopened(folder.path(), &changed).unwrap_err();
        assert_eq!(error.to_string(), said);
        // Refusing leaves it closed in order.
        let store = open(folder.path(), &schema()).unwrap();
        assert_eq!(store.opened().state, State::Store { clean: true });
    };
    refused(
        &|schema| schema.events[0].fields[0].kind = Kind::Number,
        "purchase.amount was money and is now a number; 10 facts carry it",
    );
    refused(
        &|schema| schema.attributes[0].kind = Kind::Time,
        "born was a date and is now an instant; 10 facts carry it",
    );
    refused(
        &|schema| schema.relations[0].end = RelationEnd::Text,
        "relation spouse was a relation to customers and is now a relation to texts; 10 facts carry it",
    );
    refused(
        &|schema| schema.events[0].fields[1].kind = list(&["shop", "phone"]),
        "purchase.channel no longer lists web; 7 facts carry it",
    );
    refused(
        &|schema| schema.attributes[2].kind = Kind::Set(Arc::new(list(&["b", "c"]))),
        "tags no longer lists a; 10 facts carry it",
    );
}

#[test]
fn without_a_schema_records_are_read_and_nothing_changes() {
    let folder = filled();
    assert!(Store::exists(folder.path()));
    let store = open(folder.path(), &Schema::default()).unwrap();
    assert!(store.refusals(&schema()).unwrap().is_empty());
    assert_eq!(store.position(), (0..10).flat_map(facts_of).count() as u64);
    store.close().unwrap();
    let back = reopened(folder.path(), &schema()).unwrap();
    assert!(back == (0..10).flat_map(facts_of).collect::<Vec<_>>());
}

#[test]
fn a_kind_may_change_where_no_fact_carries_it() {
    let folder = filled();
    let mut changed = schema();
    changed.events[0].fields[3].kind = Kind::Text;
    changed.events[0].fields[1].kind = list(&["web"]);
    changed.attributes[3].kind = Kind::Int;
    let facts = reopened(folder.path(), &changed).unwrap();
    assert!(matches!(&facts[9], Fact::Event { fields, .. } if fields[1] == Some(Value::Enum(0))));
    let store = open(folder.path(), &changed).unwrap();
    let told = Fact::Attributes {
        row: Row(0),
        since: None,
        fields: vec![(AttributeId(3), Some(Value::Int(5)))],
    };
    store.append(vec![told.clone()]).unwrap();
    store.close().unwrap();
    let facts = reopened(folder.path(), &changed).unwrap();
    assert_eq!(facts.last(), Some(&told));
    // The old kind may not come back over it.
    assert_eq!(
        reopened(folder.path(), &schema()).unwrap_err().code(),
        "S030"
    );
}

#[test]
fn rules_that_know_nothing_of_what_is_stored_are_refused_where_that_is_asked() {
    let folder = filled();
    let mut others = Schema {
        attributes: vec![field("cohort", Kind::Text)],
        events: vec![event("shipment", vec![field("parcels", Kind::Int)])],
        ..Schema::default()
    };
    let strict = Options {
        other_kinds: false,
        ..options().0
    };
    let begin = |schema: &Schema| Store::open_with(folder.path(), schema, strict.clone());
    let refused = begin(&others).err().unwrap();
    assert_eq!(refused.code(), "S032", "{refused}");
    assert!(refused.to_string().contains("70 facts"), "{refused}");
    // Others may have been laid over it before; no fact is of their kinds.
    open(folder.path(), &others).unwrap().close().unwrap();
    assert_eq!(begin(&others).err().unwrap().code(), "S032");
    // One kind is enough, and whoever serves already may be given any.
    others.events.push(schema().events.remove(0));
    let store = begin(&others).unwrap();
    others.events.pop();
    store.reopen(&others).unwrap().close().unwrap();
    assert_eq!(reopened(folder.path(), &schema()).unwrap().len(), 70);
    // A new store, and one of customers alone, takes any.
    let new = tempfile::tempdir().unwrap();
    let store = Store::open_with(new.path(), &schema(), strict.clone()).unwrap();
    store.append(facts_of(0).drain(..1).collect()).unwrap();
    store.close().unwrap();
    Store::open_with(new.path(), &others, strict).unwrap();
}
