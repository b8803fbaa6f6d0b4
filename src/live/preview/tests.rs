//! Previews over a handful of customers.

use super::*;
use crate::base::calendar::Zone;
use crate::base::value::Value;
use crate::columns::Builder;
use crate::live::saved::Standing;
use crate::rules::load_texts;
use crate::schema::AttributeId;
use crate::store::fact::{Fact, Row};

const SCHEMA: &str =
    "settings { time_zone \"Europe/Prague\" }\ncustomer { age: int  city: text }\n";
const FILTERS: &str = "param limit = 60\nmetric years: age default 0\nfilter old: years >= limit\nfilter far: not (city = \"Praha\")\nfilter both: old and far\nfilter young: age < 30\n";

/// Ages 10, 20 … 100; the even ones in Praha, the last without a city.
fn moment() -> Moment {
    let texts = [("schema.tamis", SCHEMA), ("filters.tamis", FILTERS)];
    let loaded = load_texts(
        texts
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
    );
    assert!(loaded.is_sound(), "{:?}", loaded.diagnostics);
    let mut facts = Vec::new();
    for row in 0..10_u32 {
        facts.push(Fact::Customer {
            row: Row(row),
            id: format!("c{row}").into(),
        });
        let city = if row % 2 == 0 { "Praha" } else { "Brno" };
        let city = (row < 9).then(|| Value::Text(city.into()));
        facts.push(Fact::Attributes {
            row: Row(row),
            since: None,
            fields: vec![
                (AttributeId(0), Some(Value::Int(i64::from(row + 1) * 10))),
                (AttributeId(1), city),
            ],
        });
    }
    let zone = Zone::load("Europe/Prague").unwrap();
    let mut builder = Builder::new(&loaded.rules.schema, zone);
    builder.apply(0, &facts).unwrap();
    Moment::new(
        loaded.sources,
        loaded.rules,
        builder.finish(),
        Instant(1_700_000_000),
    )
}

fn look(edit: Edit<'_>) -> Result<Preview, PreviewError> {
    preview(&moment(), edit, 2, &RunOptions::default())
}

fn told(movement: &Movement) -> String {
    let samples = movement.samples.iter().map(|sample| {
        let said = |said: &Option<Said>| {
            said.as_ref().map_or("-".to_owned(), |said| {
                format!("{} {:?}", said.text.english, said.verdict)
            })
        };
        let Reason { was, is } = &sample.reason;
        format!("{}: {} => {}", sample.customer, said(was), said(is))
    });
    format!(
        "{} [{}]",
        movement.count,
        samples.collect::<Vec<_>>().join("; ")
    )
}

#[test]
fn one_item_takes_the_place_of_its_namesake_and_what_leans_on_it_follows() {
    let found = look(Edit::Items("param limit = 80")).unwrap();
    assert_eq!(found.same, 2);
    assert_eq!(found.other_rules, ["limit".into()]);
    let names: Vec<&str> = found.changed.iter().map(|f| &*f.name).collect();
    assert_eq!(names, ["old", "both"]);
    let old = &found.changed[0];
    assert_eq!((old.before, old.after, old.own_text), (5, 3, false));
    assert_eq!(old.through, ["limit".into()]);
    assert_eq!(old.entered, Movement::default());
    assert_eq!(
        told(&old.left),
        "2 [c5: years >= limit Yes => years >= limit No; c6: years >= limit Yes => years >= limit No]"
    );
    let both = &found.changed[1];
    // c9's city is not known.
    assert_eq!((both.before, both.after), (2, 1));
    assert_eq!(
        told(&both.left),
        "1 [c5: years >= limit Yes => years >= limit No]"
    );
}

#[test]
fn the_part_that_decides_is_named() {
    let found = look(Edit::Items(
        "filter both: old and far and years < 90\nfilter young: age < 30 or city = \"Brno\"",
    ))
    .unwrap();
    let [both, young] = found.changed.as_slice() else {
        panic!("{found:?}");
    };
    assert!(both.own_text);
    assert_eq!(told(&both.left), "0 []");
    assert_eq!(
        told(&young.entered),
        "3 [c3: - => city = \"Brno\" Yes; c5: - => city = \"Brno\" Yes]"
    );
    let found = look(Edit::Items("filter both: old and age < 70")).unwrap();
    let both = &found.changed[0];
    assert_eq!(told(&both.entered), "0 []");
    assert_eq!(told(&both.left), "1 [c7: far Yes => age < 70 No]");
}

#[test]
fn new_filters_have_a_size_and_dropped_ones_had_one() {
    let text = "filter old: age >= 60\nfilter tiny \"小\": age < 15\n";
    let found = look(Edit::File {
        name: "filters.tamis",
        text: Some(text),
    })
    .unwrap();
    let sizes = |list: &[Sized]| -> Vec<String> {
        list.iter()
            .map(|s| format!("{} {}", s.name, s.members))
            .collect()
    };
    assert_eq!(sizes(&found.added), ["tiny 1"]);
    assert_eq!(sizes(&found.dropped), ["far 4", "both 2", "young 2"]);
    // The same people by other words.
    assert_eq!((found.changed[0].before, found.changed[0].after), (5, 5));
    assert_eq!(found.other_rules, ["limit".into(), "years".into()]);
    let nothing = look(Edit::File {
        name: "filters.tamis",
        text: Some(FILTERS),
    })
    .unwrap();
    assert_eq!((nothing.same, nothing.changed.len()), (4, 0));
}

#[test]
fn counts_are_those_of_a_recomputation() {
    let moment = moment();
    let edits = [
        "filter far: city = \"Brno\"",
        "metric years: age + 15",
        "filter old: years >= limit or young",
    ];
    for text in edits {
        let found = look(Edit::Items(text)).unwrap();
        let then = edit::compiled(Standing::from(&moment), Edit::Items(text)).unwrap();
        let then = Moment {
            sources: Arc::new(then.sources),
            rules: Arc::new(then.rules),
            ..moment.clone()
        };
        for filter in &found.changed {
            let ids = |moment: &Moment| -> BTreeSet<u32> {
                let question = crate::live::question::Question {
                    filter: &filter.name,
                    rows: true,
                    ..Default::default()
                };
                let answer = moment.ask(&question, &RunOptions::default()).unwrap();
                answer.rows.unwrap().iter().map(|row| row.row).collect()
            };
            let (old, new) = (ids(&moment), ids(&then));
            assert_eq!(filter.before, old.len() as u64);
            assert_eq!(filter.after, new.len() as u64);
            assert_eq!(filter.entered.count, new.difference(&old).count() as u64);
            assert_eq!(filter.left.count, old.difference(&new).count() as u64);
        }
    }
}

#[test]
fn faults_point_into_what_was_typed() {
    let fault = |edit| match look(edit) {
        Err(PreviewError::Ask(AskError::Text(sources, findings))) => {
            let span = findings[0].span();
            let file = sources.get(span.source).unwrap().name.clone();
            format!("{file} {} {}", sources.slice(span), findings[0].message)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        fault(Edit::Items(
            "filter new: ctiy = \"x\"\n\n# more\nfilter young: age < 3"
        )),
        "<rules> ctiy nothing is called `ctiy` here"
    );
    assert_eq!(
        fault(Edit::Items("param limit = 777\nfilter young: aeg < 3")),
        "<rules> aeg nothing is called `aeg` here"
    );
    assert!(fault(Edit::Items("filter young age")).starts_with("<rules>"));
    assert_eq!(
        fault(Edit::File {
            name: "filters.tamis",
            text: Some("filter both: old\n"),
        }),
        "filters.tamis old `old` was removed and `both` still uses it"
    );
    let wider = Edit::Items("customer { age: int  city: text  more: text }");
    assert!(matches!(look(wider), Err(PreviewError::Schema)));
}
