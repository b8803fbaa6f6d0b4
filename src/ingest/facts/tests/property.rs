//! Random requests: what was sent once changes nothing when it is sent again, and
//! requests that share a round come to what they come to one after the other.

use proptest::prelude::*;

use super::*;

/// A request: its kind and its lines.
type Request = (u8, Vec<String>);

fn since() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        3 => Just(""),
        1 => Just(r#","since":"2025-01-01""#),
        1 => Just(r#","since":"2025-06-01T12:00:00.5Z""#),
        1 => Just(r#","since":null"#),
    ]
}

fn who() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "客户", "c\\u0301", "ć", " d", "nobody"])
}

fn customer() -> impl Strategy<Value = String> {
    let field = prop::sample::select(vec![
        "",
        r#","name":"Ada""#,
        r#","name":"Eve""#,
        r#","name":null"#,
        r#","wealth":1.5"#,
        r#","wealth":"2","vip":true"#,
        r#","tags":["x","y","x"]"#,
        r#","tags":[]"#,
        r#","wealth":1e99"#,
        r#","nmae":"x""#,
    ]);
    (who(), since(), field)
        .prop_map(|(id, since, field)| format!(r#"{{"id":"{id}"{since}{field}}}"#))
}

fn event() -> impl Strategy<Value = String> {
    let at = prop::sample::select(vec!["2026-01-01", "2026-01-01T00:00:01", "2019-05-05"]);
    let id = prop::sample::select(vec!["", r#","id":"1""#, r#","id":"2""#, r#","id":"""#]);
    let field = prop::sample::select(vec![
        "",
        r#","amount":1"#,
        r#","amount":2"#,
        r#","amount":2,"way":"网银""#,
        r#","way":"post""#,
    ]);
    (who(), at, id, field).prop_map(|(who, at, id, field)| {
        format!(r#"{{"event":"buy","customer":"{who}","at":"{at}"{id}{field}}}"#)
    })
}

fn holding() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["L1", "L2"]);
    let field = prop::sample::select(vec!["", r#","amount":1"#, r#","amount":2"#]);
    (who(), key, since(), field).prop_map(|(who, key, since, field)| {
        format!(r#"{{"holding":"loan","customer":"{who}","key":"{key}"{since}{field}}}"#)
    })
}

fn relation() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["knows", "manager"]);
    (who(), who(), name, since()).prop_map(|(from, to, name, since)| {
        format!(r#"{{"relation":"{name}","from":"{from}","to":"{to}"{since}}}"#)
    })
}

fn request() -> impl Strategy<Value = Request> {
    let lines = |line: BoxedStrategy<String>| prop::collection::vec(line, 1..6);
    prop_oneof![
        2 => lines(customer().boxed()).prop_map(|lines| (0, lines)),
        2 => lines(event().boxed()).prop_map(|lines| (1, lines)),
        1 => lines(holding().boxed()).prop_map(|lines| (2, lines)),
        1 => lines(relation().boxed()).prop_map(|lines| (3, lines)),
    ]
}

fn bodies(requests: &[Request]) -> Vec<(IncomingKind, String)> {
    let kinds = [Customers, Events, Holdings, Relations];
    let bodies = requests.iter();
    bodies
        .map(|(kind, lines)| (kinds[usize::from(*kind)], lines.join("\n")))
        .collect()
}

fn borrowed(bodies: &[(IncomingKind, String)]) -> Vec<(IncomingKind, &str)> {
    bodies
        .iter()
        .map(|(kind, body)| (*kind, body.as_str()))
        .collect()
}

fn people(world: &World) -> Vec<crate::columns::person::Person> {
    let rows = 0..world.snapshot.rows();
    rows.map(|row| world.snapshot.person(row)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_round_comes_to_what_its_requests_come_to(
        rounds in prop::collection::vec(prop::collection::vec(request(), 1..5), 1..5)
    ) {
        let (mut together, mut alone) = (World::new(), World::new());
        for round in &rounds {
            let bodies = bodies(round);
            let (shown, _) = together.round(&borrowed(&bodies));
            let mut each = Vec::new();
            for (kind, body) in &bodies {
                each.push(alone.send(*kind, body));
                let position = alone.snapshot.position();
                let again = alone.send(*kind, body);
                prop_assert_eq!(alone.snapshot.position(), position, "{}", body);
                for (first, second) in each.last().unwrap().iter().zip(&again) {
                    let expected = if first == "accepted" { "repeated" } else { first };
                    prop_assert_eq!(second, expected, "{}", body);
                }
            }
            prop_assert_eq!(&shown, &each, "{:?}", bodies);
            prop_assert_eq!(people(&together).len(), people(&alone).len());
        }
        let strip = |world: &World| -> Vec<String> {
            // Log positions differ: nothing else may.
            let mut people = people(world);
            for event in people.iter_mut().flat_map(|person| person.events.iter_mut().flatten()) {
                event.sequence = 0;
            }
            people.iter().map(|person| format!("{person:?}")).collect()
        };
        prop_assert_eq!(strip(&together), strip(&alone));
    }

    #[test]
    fn no_bytes_make_it_panic(
        kind in 0usize..4,
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "[\\[{}\\]\",:\\\\udD8-9a-e0-9 .\n-]{0,120}".prop_map(String::into_bytes),
        ]
    ) {
        let kind = [Customers, Events, Holdings, Relations][kind];
        for (_, line) in parse_lines(kind, &bytes).unwrap() {
            if let Err(fault) = line {
                prop_assert!(fault.code.starts_with('I') && !fault.message.is_empty());
            }
        }
    }
}
