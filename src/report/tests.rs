//! Reports from their text to their table, over a small world of facts worked out by hand.

use super::*;
use crate::base::calendar::{Date, Instant, Zone};
use crate::base::money::Money;
use crate::base::source::Sources;
use crate::base::value::Value;
use crate::columns::{Builder, Snapshot};
use crate::engine::{External, RunOptions};
use crate::language::compile;
use crate::language::typed::{Report, Rules};
use crate::plan::Statistics;
use crate::schema::{AttributeId, EventId, HoldingId};
use crate::store::fact::{Fact, Row};

const SCHEMA: &str = r#"
settings { time_zone "Europe/Prague" }
customer { city: text  assets: money  level: one of (low, high)  opened_on: date  rate: number }
event sale { amount: money  shop: text }
holding loan key loan_id { amount: money  status: one of (A, B) }
filter rich: assets >= 100
"#;

fn rules(reports: &str) -> Rules {
    let mut sources = Sources::default();
    sources.add("schema.tamis", SCHEMA);
    sources.add("reports.tamis", reports);
    let compiled = compile::rules(&sources);
    assert!(compiled.is_sound(), "{:?}", compiled.diagnostics);
    compiled.rules
}

fn zone() -> Zone {
    Zone::load("Europe/Prague").unwrap()
}

fn money(units: i64) -> Option<Value> {
    Some(Value::Money(Money::from_int(units).unwrap()))
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.into()))
}

/// city, assets, level, opened_on, rate
type Known = [Option<Value>; 5];

fn world() -> Snapshot {
    let day = |text: &str| Some(Value::Date(Date::parse(text).unwrap()));
    let level = |code| Some(Value::Enum(code));
    let rate = |rate| Some(Value::Number(rate));
    let people: [Known; 6] = [
        [
            text("Brno"),
            money(100),
            level(1),
            day("2020-01-15"),
            rate(0.1),
        ],
        [
            text("Brno"),
            money(300),
            level(0),
            day("2020-02-01"),
            rate(0.2),
        ],
        [
            text("Praha"),
            money(50),
            level(1),
            day("2021-12-31"),
            rate(0.3),
        ],
        [text("Praha"), None, None, day("2021-01-03"), None],
        [None, money(10), level(0), None, rate(1e100)],
        [
            text("Brno"),
            money(200),
            level(1),
            day("2020-02-29"),
            rate(-1e100),
        ],
    ];
    let mut facts: Vec<Fact> = Vec::new();
    for (fields, row) in people.into_iter().zip(0u32..) {
        facts.push(Fact::Customer {
            row: Row(row),
            id: format!("c{row}").into(),
        });
        let fields = (0u16..).map(AttributeId).zip(fields);
        facts.push(Fact::Attributes {
            row: Row(row),
            since: None,
            fields: fields.filter(|(_, value)| value.is_some()).collect(),
        });
    }
    facts.extend(sales_and_loans());
    let mut builder = Builder::new(&rules("").schema, zone());
    builder.apply(0, &facts).unwrap();
    builder.finish()
}

fn sales_and_loans() -> Vec<Fact> {
    let mut facts = Vec::new();
    let sales = [
        (0, "2024-01-10T10:00", money(10), text("a")),
        (0, "2024-01-31T23:30", money(20), text("b")),
        (1, "2024-02-01T00:30", money(5), text("a")),
        (2, "2024-02-20T00:00", None, text("a")),
        (2, "2024-02-21T00:00", money(7), None),
        // After now: never seen.
        (2, "2025-01-01T00:00", money(1_000), text("a")),
    ];
    for (at, (row, when, amount, shop)) in sales.into_iter().enumerate() {
        facts.push(Fact::Event {
            event: EventId(0),
            row: Row(row),
            at: instant(when),
            sequence: None,
            identity: at as u64,
            fields: [amount, shop].into(),
        });
    }
    for (key, row, amount, status) in [("k1", 0, 1_000, 0u16), ("k2", 0, 500, 1), ("k3", 2, 250, 1)]
    {
        facts.push(Fact::Holding {
            holding: HoldingId(0),
            row: Row(row),
            key: key.into(),
            since: None,
            fields: vec![money(amount), Some(Value::Enum(status))],
        });
    }
    facts
}

fn instant(text: &str) -> Instant {
    zone().parse(text).unwrap()
}

fn table_with(rules: &Rules, report: &Report, files: Option<&Files>) -> Result<Table, ReportError> {
    let view = View {
        rules,
        snapshot: &world(),
        statistics: &Statistics::default(),
        now: instant("2024-06-30T12:00"),
        options: &RunOptions::default(),
        files,
        outside: &|_| Ok(External::default()),
    };
    run(report, view)
}

/// One line a row, cells parted by `|`, then what was left out.
fn shown(table: &Table) -> String {
    let zone = zone();
    let mut lines: Vec<String> = Vec::new();
    for row in &table.rows {
        let cells =
            row.iter()
                .zip(&table.columns)
                .map(|(value, column)| match (value, column.period) {
                    (None, _) => "-".to_owned(),
                    (Some(Value::Date(date)), Some(unit)) => period_text(*date, unit),
                    (Some(value), _) => value.display(&column.kind, &zone),
                });
        lines.push(cells.collect::<Vec<_>>().join("|"));
    }
    if table.unknown > 0 {
        lines.push(format!(
            "unknown {} {:?}",
            table.unknown, table.unknown_because
        ));
    }
    for aside in &table.left_aside {
        lines.push(format!(
            "{} {} {:?}",
            aside.aggregate, aside.rows, aside.because
        ));
    }
    lines.join("\n")
}

fn answered(report: &str) -> String {
    let rules = rules(report);
    let first = rules.reports.first().unwrap();
    shown(&table_with(&rules, first, None).unwrap())
}

#[test]
fn groups_stand_by_value_and_missing_last() {
    assert_eq!(
        answered(
            "report r per city { n: count  sum(assets), avg(assets), median(assets), cut(assets, 25%) }"
        ),
        "Brno|3|600|200|200|150\nPraha|2|50|50|50|50\n-|1|10|10|10|10"
    );
    assert_eq!(
        answered("report r per level { n: count(customer)  mean: avg(assets) }"),
        "low|2|155\nhigh|3|116.6667\n-|1|-"
    );
}

#[test]
fn without_groups_there_is_one_row_even_of_nothing() {
    assert_eq!(
        answered(
            "report r where assets > 1m { n: count  s: sum(assets)  a: avg(assets)  x: share(customer where rich) }"
        ),
        "0|0|-|-\nunknown 1 [(\"assets\", 1)]"
    );
    assert_eq!(
        answered("report r where assets > 1m per city { n: count }"),
        "unknown 1 [(\"assets\", 1)]"
    );
}

#[test]
fn rows_that_cannot_be_judged_are_left_out_and_counted() {
    assert_eq!(
        answered(
            "report r { rich: share(customer where rich)  some: count(customer where level = high) }"
        ),
        "0.6|3\nshare(customer where rich) 1 [(\"assets\", 1)]\ncount(customer where level = high) 1 [(\"level\", 1)]"
    );
}

#[test]
fn measures_are_made_of_earlier_ones_also_inside_where() {
    assert_eq!(
        answered(
            "report r per city { mean: avg(assets)  above: count(customer where assets > mean)  far: sum(assets where assets > above * 100)  twice: round(mean * 2 / 3, 1) }"
        ),
        "Brno|200|1|500|133.3\nPraha|50|0|50|33.3\n-|10|0|10|6.7\ncount(customer where assets > mean) 1 [(\"assets\", 1)]\nsum(assets where assets > above * 100) 1 [(\"assets\", 1)]"
    );
}

#[test]
fn numbers_are_added_exactly() {
    assert_eq!(
        answered("report r { s: sum(rate)  n: distinct(rate) }"),
        "0.6|5"
    );
}

#[test]
fn periods_are_units_of_the_calendar() {
    assert_eq!(
        answered("report r per opened_on by quarter { n: count }"),
        "2020-Q1|3\n2021-Q1|1\n2021-Q4|1\n-|1"
    );
    assert_eq!(
        answered(
            "report r over sale per at by month { who: distinct(customer)  n: count(sale)  s: sum(sale.amount) }"
        ),
        "2024-01|1|2|30\n2024-02|2|3|12"
    );
}

#[test]
fn facts_know_their_customer() {
    assert_eq!(
        answered(
            "report r over sale per city { n: count  best: max(amount)  own: max(customer.assets)  rich: share(sale where rich) }"
        ),
        "Brno|3|20|300|1\nPraha|2|7|50|0"
    );
    assert_eq!(
        answered(
            "report r over loan per status { n: count(loan)  keys: distinct(loan)  s: sum(amount)  far: count(loan where amount > count(sale)) }"
        ),
        "A|1|1|1000|1\nB|2|2|750|2"
    );
    assert_eq!(
        answered(
            "report r over sale { all: count  late: count(sale, last 150 days)  none: count(sale where shop = \"b\") }"
        ),
        "5|2|1\ncount(sale where shop = \"b\") 1 [(\"shop\", 1)]"
    );
}

#[test]
fn an_order_is_that_of_measures_then_of_groups() {
    assert_eq!(
        answered("report r per city { n: count  most: max(assets)  order by most desc, n  top 2 }"),
        "Brno|3|300\nPraha|2|50"
    );
    let rules = rules("report r per city { n: count  order by city desc  top 2 }");
    let table = table_with(&rules, &rules.reports[0], None).unwrap();
    assert_eq!(
        (shown(&table).as_str(), table.groups),
        ("Praha|2\nBrno|3", 3)
    );
}

#[test]
fn a_report_in_chinese_is_the_same() {
    let chinese = "报表 城市 其中 rich 每个 city { 人数：次数（客户） 合计：合计（客户.assets） 排序 合计 降序 前 1 }";
    assert_eq!(answered(chinese), "Brno|3|600\nunknown 1 [(\"assets\", 1)]");
}

#[test]
fn records_are_read_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    std::fs::write(
        &file,
        "id;kind;amount\n1; ;10\n2;;x\n2;;x\n3;a;5.5\n4;a\n5;b;\n",
    )
    .unwrap();
    let text = r#"
source orders "orders.csv" {
  format csv, delimiter ";"  missing "", "?"
  customer { id = id }
}
report raw over source orders {
  records: count(record)
  blank: count(record where kind = " ")
  empty: count(record where kind = "")
  repeated: count(record) - distinct(record)
  s: sum(number(amount))
}
report by_kind over source orders per kind { n: count  mean: avg(number(amount))  above: count(record where number(amount) > mean) }
"#;
    let rules = rules(text);
    let files = Files {
        rules: folder.path().to_path_buf(),
    };
    let report = |name: &str| {
        let report = rules.report(name).unwrap();
        table_with(&rules, report, Some(&files)).unwrap()
    };
    let raw = report("raw");
    assert_eq!(shown(&raw), "5|1|2|1|15.5");
    assert_eq!((raw.broken, raw.unreadable), (1, 3));
    let by_kind = report("by_kind");
    assert_eq!(
        shown(&by_kind),
        "|2|-|0\n |1|10|0\na|1|5.5|0\nb|1|-|0\ncount(record where number(amount) > mean) 3 [(\"a value that cannot be read\", 3)]"
    );
    let nowhere = table_with(&rules, rules.report("raw").unwrap(), None);
    assert!(matches!(nowhere, Err(ReportError::NoFiles)));
}

#[test]
fn explain_shows_rows_then_groups() {
    let rules = rules(
        "report r over sale where amount > 1 per city { mean: avg(amount)  above: share(sale where amount > mean)  order by above desc  top 3 }",
    );
    insta::assert_snapshot!(explain(&rules.reports[0], &rules, &Statistics::default()));
}

#[test]
fn too_many_groups_are_refused() {
    let mut groups = super::key::Groups::default();
    let mut last = Ok(0);
    for key in 0..=crate::base::limit::REPORT_GROUPS_MAX as u64 {
        last = groups.place(&[1, key]);
    }
    assert!(last.is_err());
    assert_eq!(groups.len(), crate::base::limit::REPORT_GROUPS_MAX);
}
