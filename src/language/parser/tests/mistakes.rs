//! What is said of faulty texts. The snapshots are read like prose.

use super::*;

/// Each line of a table, with what is said of it as an expression.
fn said(lines: &str) -> String {
    let mut out = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Err(found) = parse_expression(line, SourceId(0)) else {
            panic!("no fault found in: {line}");
        };
        out.push_str(&drawn(line, &found));
        out.push('\n');
    }
    out
}

fn said_of_items(text: &str) -> String {
    let (items, found) = parse_items(text, SourceId(0));
    let names: Vec<_> = items.iter().map(|item| item.name.text.as_str()).collect();
    format!("read: {}\n\n{}", names.join(", "), drawn(text, &found))
}

#[test]
fn brackets_and_quotes() {
    insta::assert_snapshot!(said(
        r#"
        (a and b
        a and b)
        sum(a, (b + 1 }
        name = "abc
        name = “abc
        a = `abc
        name = 'abc'
        a in [1, 2]
        ()
        "#
    ));
}

#[test]
fn values_and_signs() {
    insta::assert_snapshot!(said(
        r#"
        a and b or c
        a 且 b 或 c 且 d
        a = b = c
        a < b > c
        a < b and and c
        a and
        > 5
        a + * b
        a not b
        a b
        消费 金额 > 5
        sum(a; b)
        sum(a,, b)
        f(a b)
        a + b default 0
        a default 0 + b
        x in ()
        x in
        x in y
        x between 5
        if a then b
        if a b
        case { a: 1, else: 2, b: 3 }
        case { a, b: 3 }
        any guarantor
        a.b.
        a @ b
        where a
        f(a where)
        f(a where b where c)
        f(a, last 3 days, last 4 days)
        a, b
        资产 以上
        "#
    ));
}

#[test]
fn numbers_and_dates() {
    insta::assert_snapshot!(said(
        r#"
        a > 3abc
        a > 1e5
        a > .5
        a > 1.2.3
        a > 3 %
        a > 100且
        d > 2024-6-3
        d > 2024/06/30
        d > 30.06.2024
        d > 2024-02-30
        d > 2024-13-01
        d > 2024年6月
        d > 2024-06-30 09:30
        d > 2024-06-30T09:30Z
        d > 2024-06-30T25:00
        d > 1.5 days ago
        f(a, last 0 days)
        f(a, last 5)
        f(a, last 3 whole hours)
        f(a, rolling 3 months)
        f(a, since and)
        f(a, within 3 days)
        f(a, between x)
        f(a, 近半个月)
        "#
    ));
}

#[test]
fn foreign_words() {
    insta::assert_snapshot!(said(
        r#"
        a LIKE "x%"
        a ? b : c
        a ^ 2
        a % 2
        a; b
        "#
    ));
}

#[test]
fn later_constructs() {
    insta::assert_snapshot!(said(
        r#"
        followed(a: credit, b: withdrawal where within 3 days)
        followed(a: credit within 3 days within 4 days, )
        count(purchase, all time) > 0
        purchase.next_offer()
        plugin.next_offer(age)
        (plugin).next_offer()
        "#
    ));
    insta::assert_snapshot!(
        "later_items",
        said_of_items(
            r#"
score value "客户价值分" range 0..100:
    50 * percentile(assets default 0)
scorecard potential { age: < 25 -> 5 | missing -> 0 }
stages lifecycle { prospect: none(purchase) }
tiers grade by value { diamond: top 1%  keep 2% }
test "a name" as of 2024-06-30 { customer c1 { assets = 800k } }
event own_move "主动交易" = transaction
event own_move "主动交易" = where method in ("VKLAD", "VYBER")
filter kept: a
"#
        )
    );
}

#[test]
fn places_at_fault() {
    insta::assert_snapshot!(said(
        r#"
        top 10% assets
        top 10% by
        top 10% by assets per branch among active
        top 10% by assets among active among rich
        rank(assets per)
        rank(assets ties by id per branch)
        count(login by channel)
        count(login by day by month)
        all of (a by day, b)
        top 10% by assets per (branch, last 3 days)
        "#
    ));
}

#[test]
fn each_item_reports_its_own() {
    insta::assert_snapshot!(said_of_items(
        r#"hello
filter a: x >
filter b assets > 5
filter c = x
filter: x
filter and: x
filter good: x
metric m: (x + 1
filter also_good: y
fliter z: x
filter e: "abc
  and y
  filter indented: x
param p: 5
param q = 5 range 1..
filter f:
filter last_one: 2024-6-3 > (3abc + 1)
"#
    ));
}

#[test]
fn schema_and_sources() {
    insta::assert_snapshot!(said_of_items(
        r#"settings { zone "x"  time_zone  clock starts 2024-6-3 }
customer { a text  b: strin  c: one of  d: one of ()  e: set of set of text  in: text
  what is this
  f: text; g: text }
event e
event login ( x: text )
holding h key { a: text }
relation r: customer > customer
relation s inverse: customer -> customer
source a { format csv }
source b "b.csv"
source c "c.csv" { format  delimiter 5  missing  key  skip amount = 0
  event { at = x }
  event e when { at: x  id = }
  event f when a
  header (a b; c)
  format csv  format csv
}
event good { a: text }
"#
    ));
}
