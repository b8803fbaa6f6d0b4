//! What is read plainly says the same as the evaluator does, whatever stands in the file.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::ingest::expression::{Column, Reading};
use crate::ingest::lookup::Tables;
use crate::ingest::parquet::{Cells, Table, Values};
use crate::ingest::raw::GivenValues;
use crate::ingest::record::{Next, Record};
use crate::ingest::testing;
use crate::ingest::texts::Texts;

static NOTHING: GivenValues = GivenValues::new();

fn zone() -> Zone {
    Zone::load("Europe/Prague").unwrap()
}

fn evaluator<'r>(
    record: Record<'r>,
    (tables, zone, texts): &'r (Tables, Zone, Texts),
    missing: &'r [String],
) -> Evaluator<'r> {
    Evaluator {
        record,
        missing: Some(missing),
        tables,
        zone,
        texts,
        unknown: Default::default(),
        given: &NOTHING,
    }
}

fn kinds() -> Vec<(Kind, Option<&'static str>)> {
    vec![
        (Kind::Bool, None),
        (Kind::Int, None),
        (Kind::Number, None),
        (Kind::Money, None),
        (Kind::Text, None),
        (testing::ways(), None),
        (Kind::Date, None),
        (Kind::Date, Some("dd.MM.yy")),
        (Kind::Time, None),
        (Kind::Time, Some("yyyy-MM-dd HH:mm:ss")),
        (Kind::Time, Some("yyyyMMdd")),
    ]
}

fn code(kind: &Kind, pattern: Option<&str>) -> Code {
    Code::Read(Box::new(Reading {
        value: Code::Column(Column { position: 0 }),
        kind: kind.clone(),
        column: None,
        pattern: pattern.map(Into::into),
        zone: None,
    }))
}

/// `Some` as the evaluator says it; nothing where it refuses or knows no word.
fn evaluated(see: &Evaluator<'_>, code: &Code) -> Option<Option<Value>> {
    let value = see.value(code).ok()?;
    see.unknown
        .borrow()
        .is_empty()
        .then(|| value.and_then(|cell| cell.into_value()))
}

/// Holds a record against the evaluator; whether it was read plainly.
fn agrees(record: Record<'_>, kind: &Kind, pattern: Option<&str>, missing: &[String]) -> bool {
    let beside = (Tables::default(), zone(), Texts::default());
    let see = evaluator(record, &beside, missing);
    let codes = [
        Some(code(kind, pattern)),
        (*kind == Kind::Text).then(|| Code::Column(Column { position: 0 })),
        (*kind == Kind::Bool).then(|| Code::Compare {
            op: CompareOp::Equal,
            left: Box::new(Code::Column(Column { position: 0 })),
            right: Box::new(Code::Constant(Value::Text("true".into()))),
        }),
    ];
    let mut all = true;
    for code in codes.iter().flatten() {
        let quick = Quick::of(code, kind).unwrap();
        let found = quick.value(&see);
        all &= found.is_some();
        if let Some(value) = found {
            let text = record.field(0);
            assert_eq!(Some(value), evaluated(&see, code), "{kind:?} {text:?}");
        }
    }
    all
}

fn agrees_on(text: &str, kind: &Kind, pattern: Option<&str>, missing: &[String]) -> bool {
    let ends = [text.len()];
    agrees(Record::plain(1, 1, text, &ends), kind, pattern, missing)
}

#[test]
fn plain_texts_are_read_at_once() {
    for (text, kind, pattern) in [
        ("12", Kind::Int, None),
        ("-12", Kind::Int, None),
        ("12.5", Kind::Money, None),
        ("-0.0005", Kind::Money, None),
        ("7", Kind::Money, None),
        ("1.25e3", Kind::Number, None),
        ("", Kind::Int, None),
        ("-", Kind::Int, None),
        (" x ", Kind::Text, None),
        ("客户", Kind::Text, None),
        ("web", testing::ways(), None),
        ("柜面", testing::ways(), None),
        ("2024-06-30", Kind::Date, None),
        ("30.06.24", Kind::Date, Some("dd.MM.yy")),
        ("2024-03-31 02:30:00", Kind::Time, None),
        (
            "2024-03-31 02:30:00",
            Kind::Time,
            Some("yyyy-MM-dd HH:mm:ss"),
        ),
        ("2024-10-27T02:30:00", Kind::Time, None),
        ("2024-06-30T23:59:59", Kind::Time, None),
        ("20240630", Kind::Time, Some("yyyyMMdd")),
    ] {
        assert!(agrees_on(text, &kind, pattern, &["-".to_owned()]), "{text}");
    }
}

/// Texts near to what each kind reads.
fn texts() -> impl Strategy<Value = String> {
    let date = "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-6][0-9])?(\\.[0-9]{1,3})?(Z|\\+01:00)?)?";
    prop_oneof![
        "[-+]?[0-9]{0,20}(\\.[0-9]{0,6})?([eE][-+]?[0-9]{1,2})?",
        date,
        "[0-3][0-9]\\.[01][0-9]\\.[0-9]{2}",
        "(19|20)[0-9]{6}",
        " ?(web|branch|网银|true|TRUE|no|是|x|-|e\u{301}) ?",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn every_text_is_read_as_the_evaluator_does(text in texts(), marked in any::<bool>()) {
        let missing: Vec<String> = if marked { vec!["".into(), "-".into(), "0".into()] } else { Vec::new() };
        for (kind, pattern) in kinds() {
            agrees_on(&text, &kind, pattern, &missing);
        }
    }

    #[test]
    fn every_typed_value_is_read_as_its_text(
        number in prop_oneof![any::<i64>(), -100_000_i64..100_000, 0_i64..3_000_000_000_000],
        float in prop_oneof![any::<f64>(), (-1_000_000_i64..1_000_000).prop_map(|cents| cents as f64 / 100.0)],
        there in any::<bool>(),
        marked in any::<bool>(),
    ) {
        let missing: Vec<String> = if marked { vec!["0".into()] } else { Vec::new() };
        let int = |kind| Cells::Int(vec![number], kind);
        let all = [
            Cells::Bool(vec![number % 2 == 0]),
            Cells::Number(vec![float]),
            int(Stored::Int { unsigned: false }),
            int(Stored::Decimal { places: 2 }),
            int(Stored::Decimal { places: 6 }),
            int(Stored::Date),
            int(Stored::Clock { per_second: 1_000 }),
            int(Stored::Time { per_second: 1_000_000, is_utc: false }),
            int(Stored::Time { per_second: 1_000, is_utc: true }),
            Cells::Text { text: "web".into(), ends: vec![3] },
        ];
        for cells in all {
            let values = Values { there: (!there).then(|| vec![false]), cells };
            let mut table = Table::new(0, 1, vec![values], VecDeque::new());
            let Some(Next::Record(record)) = table.next() else {
                panic!("there is a row");
            };
            for (kind, pattern) in kinds() {
                agrees(record, &kind, pattern, &missing);
            }
        }
    }
}

#[test]
fn plain_types_are_read_at_once() {
    for (cells, kind) in [
        (Cells::Bool(vec![true]), Kind::Bool),
        (
            Cells::Int(vec![-7], Stored::Int { unsigned: false }),
            Kind::Int,
        ),
        (
            Cells::Int(vec![1_250], Stored::Decimal { places: 2 }),
            Kind::Money,
        ),
        (
            Cells::Int(vec![7], Stored::Int { unsigned: false }),
            Kind::Money,
        ),
        (
            Cells::Int(vec![1_250], Stored::Decimal { places: 2 }),
            Kind::Number,
        ),
        (Cells::Number(vec![12.34]), Kind::Money),
        (Cells::Number(vec![12.345_678]), Kind::Number),
        (Cells::Int(vec![19_904], Stored::Date), Kind::Date),
        (
            Cells::Int(
                vec![1_711_852_200_000_000],
                Stored::Time {
                    per_second: 1_000_000,
                    is_utc: false,
                },
            ),
            Kind::Time,
        ),
    ] {
        let values = Values { there: None, cells };
        let mut table = Table::new(0, 1, vec![values], VecDeque::new());
        let Some(Next::Record(record)) = table.next() else {
            panic!("there is a row");
        };
        assert!(agrees(record, &kind, None, &[String::new()]), "{kind:?}");
    }
}
