//! Units of time behind an answer, and why there is none.

use super::*;
use crate::language::typed::{FactMeasure, Series};

/// Purchases of the second customer at those dates.
fn bought(dates: &[&str]) -> Vec<Fact> {
    let mut facts = facts();
    for (at, date) in dates.iter().enumerate() {
        facts.push(Fact::Event {
            event: EventId(0),
            row: Row(1),
            at: zone().start_of(Date::parse(date).unwrap()),
            sequence: None,
            identity: at as u64,
            fields: vec![Some(money(10 + at as i64)), None],
        });
    }
    facts
}

fn asked(dates: &[&str], question: &Typed) -> Trace {
    let people = from_facts(&schema(), &bought(dates));
    let now = zone().start_of(Date::parse("2024-06-30").unwrap());
    trace(&rules(), &people, 1, question, now, &zone())
}

fn whole_months(count: i64) -> Window {
    Window::Last {
        count,
        unit: Unit::Month,
        whole: true,
    }
}

fn of_months(series: impl Fn(FactMeasure, Unit) -> Series, of: FactMeasure, kind: Kind) -> Typed {
    let function = AggregateFunction::Series(series(of, Unit::Month));
    let mut asked = purchases(function, None, whole_months(3));
    if let Node::Aggregate(aggregate) = &mut asked.node
        && of != FactMeasure::Count
    {
        aggregate.field = Some(Subfield::Field(FieldId(0)));
    }
    Typed { kind, ..asked }
}

fn rising(of: FactMeasure) -> Typed {
    of_months(|of, unit| Series::Rising { of, unit }, of, Kind::Bool)
}

#[test]
fn a_period_shows_each_unit_with_its_verdict() {
    let node = Node::Periods {
        unit: Unit::Month,
        count: 12,
        condition: Box::new(purchases(AggregateFunction::Any, None, Window::All)),
    };
    let trace = asked(&["2024-05-20", "2024-03-01"], &typed(node, Kind::Int));
    assert_eq!(trace.root.value, Some(Value::Int(2)));
    let Some(Evidence::Units(units)) = &trace.root.evidence else {
        panic!("units are the evidence of periods");
    };
    assert_eq!((units.shown.len(), units.total), (10, 12));
    let english = render(&trace, Tongue::English, &zone());
    assert!(
        english.contains("12 units of time, the latest 10 shown"),
        "{english}"
    );
    assert!(
        english.contains("2024-05") && english.contains("2023-08"),
        "{english}"
    );
    let chinese = render(&trace, Tongue::Chinese, &zone());
    assert!(chinese.contains("12 个时段"), "{chinese}");
}

#[test]
fn a_trend_shows_what_was_measured() {
    let dates = ["2024-03-01", "2024-05-20", "2024-05-21"];
    let sum = of_months(
        |of, unit| Series::Trend { of, unit },
        FactMeasure::Sum,
        Kind::Money,
    );
    let shown = render(&asked(&dates, &sum), Tongue::English, &zone());
    assert!(
        shown.contains("3 units of time") && shown.contains("23"),
        "{shown}"
    );
    let trace = asked(&dates, &rising(FactMeasure::Avg));
    assert_eq!(trace.root.reason, Some(Reason::UnitWithout));
    let shown = render(&trace, Tongue::Chinese, &zone());
    assert!(
        shown.contains("2024-04") && shown.contains("缺失"),
        "{shown}"
    );
}

#[test]
fn too_few_is_told_from_nothing() {
    let reason = |dates: &[&str], question: &Typed| asked(dates, question).root.reason;
    let gap = Typed {
        kind: Kind::Int,
        ..purchases(AggregateFunction::Gap, None, Window::All)
    };
    assert_eq!(reason(&[], &gap), Some(Reason::Nothing));
    assert_eq!(reason(&["2024-05-20"], &gap), Some(Reason::TooFew));
    assert_eq!(reason(&["2024-05-20", "2024-05-20"], &gap), None);
    assert_eq!(
        reason(&["2024-05-20"], &rising(FactMeasure::Avg)),
        Some(Reason::TooFew)
    );
    assert_eq!(reason(&["2024-05-20"], &rising(FactMeasure::Count)), None);
}

#[test]
fn what_holds_without_a_date_is_told_from_what_is_not_given() {
    let recorded = |at: u16| typed(Node::Recorded(AttributeId(at)), Kind::Time);
    let people = from_facts(&schema(), &facts());
    let now = zone().start_of(today());
    let reason = |at| {
        trace(&rules(), &people, 1, &recorded(at), now, &zone())
            .root
            .reason
    };
    assert_eq!(reason(1), Some(Reason::Undated));
    assert_eq!(reason(2), Some(Reason::NotGiven));
}
