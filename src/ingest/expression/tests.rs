//! Expressions over one record, each kind of node and each way to refuse.

use super::*;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::ingest::lookup::{Table, Tables};
use crate::ingest::record::Record;
use crate::ingest::testing::{call, column, is, literal, read, source, typed, ways};
use crate::language::typed::{self, Node, Rules, SourceFileId, Typed};

/// What an expression gives over fields `a` and `b`: shown text, `-` for missing, or code and message.
fn over(typed: &Typed, fields: [&str; 2]) -> String {
    let mut file = source("s", "s.csv", "a b");
    file.missing = vec!["?".to_owned(), " NA".to_owned()];
    let rules = Rules::default();
    let kept: Kept = [(4, vec![1])].into_iter().collect();
    let scope = Scope {
        rules: &rules,
        source: &file,
        positions: &[0, 1],
        kept: &kept,
    };
    let code = match compile(typed, &scope) {
        Ok(code) => code,
        Err(error) => return error.to_string(),
    };
    let mut table = Table::new(1);
    table.add("k", [Some("found")].into_iter());
    let mut tables = Tables::default();
    tables.insert(4, table);
    let zone = Zone::load("Europe/Prague").unwrap();
    let text = fields.concat();
    let ends = [fields[0].len(), text.len()];
    let see = Evaluator {
        record: Record::new(7, 9, &text, &ends, b"").unwrap(),
        missing: Some(&file.missing),
        tables: &tables,
        zone: &zone,
        texts: &Default::default(),
        unknown: Default::default(),
        given: &Default::default(),
    };
    let shown = match see.value(&code) {
        Ok(None) => "-".to_owned(),
        Ok(Some(Cell::Clear)) => "clear".to_owned(),
        Ok(Some(cell)) => cell.into_value().unwrap().display(&typed.kind, &zone),
        Err(fault) => format!(
            "{} {fault} [{}]",
            fault.code,
            fault.column.as_deref().unwrap_or("")
        ),
    };
    let words = see.unknown.take();
    match words.first() {
        Some(word) => format!("{shown} unknown `{}`", word.word),
        None => shown,
    }
}

fn a(typed: &Typed, field: &str) -> String {
    over(typed, [field, "b"])
}

#[test]
fn raw_fields_are_compared_with_marks_then_trimmed() {
    let cases = [
        ("x", "x"),
        (" x\u{3000}", "x"),
        ("", "-"),
        ("  ", "-"),
        ("?", "-"),
        (" ?", "?"),
        (" NA", "-"),
        ("NA", "NA"),
        ("e\u{301}", "é"),
    ];
    for (field, wanted) in cases {
        assert_eq!(a(&column(0), field), wanted, "{field:?}");
    }
    let marked = call(
        Function::MissingIf,
        vec![column(0), literal("-1"), literal(" 9")],
        Kind::Text,
    );
    for (field, wanted) in [("-1", "-"), (" -1 ", "-"), (" 9", "-"), ("9", "9")] {
        assert_eq!(a(&marked, field), wanted, "{field:?}");
    }
}

#[test]
fn texts_are_read_as_every_kind_or_refused() {
    let set = Kind::Set(Arc::new(Kind::Text));
    let cases = [
        (Kind::Bool, "是", "yes"),
        (Kind::Bool, "FALSE", "no"),
        (
            Kind::Bool,
            "maybe",
            "I109 `maybe` is neither yes nor no [a]",
        ),
        (Kind::Int, "-12", "-12"),
        (Kind::Int, "12.0", "12"),
        (
            Kind::Int,
            "12.5",
            "I105 `12.5` is not a whole number that fits [a]",
        ),
        (
            Kind::Int,
            "9223372036854775808",
            "I105 `9223372036854775808` is not a whole number that fits [a]",
        ),
        (Kind::Number, "1e3", "1000"),
        (Kind::Number, "inf", "I105 `inf` is not a number [a]"),
        (Kind::Number, "1e999", "I105 `1e999` is not a number [a]"),
        (Kind::Money, "-1234.50", "-1234.5"),
        (
            Kind::Money,
            "0.12345",
            "I106 `0.12345` has more than four places [a]",
        ),
        (
            Kind::Money,
            "922337203685477.5808",
            "I106 `922337203685477.5808` does not fit into money [a]",
        ),
        (
            Kind::Money,
            "12 Kc",
            "I106 `12 Kc` is not an amount of money [a]",
        ),
        (Kind::Date, "1994-02-28", "1994-02-28"),
        (Kind::Date, "1994-02-28T23:59:00Z", "1994-03-01"),
        (
            Kind::Date,
            "1994-02-30",
            "I107 `1994-02-30` is not a date [a]",
        ),
        (Kind::Time, "1994-02-28 09:30", "1994-02-28T09:30:00+01:00"),
        (Kind::Time, "1994-02-28", "1994-02-28T00:00:00+01:00"),
        (Kind::Time, "09:30", "I108 `09:30` is not an instant [a]"),
        (ways(), "web", "web"),
        (ways(), "柜面", "branch"),
        (ways(), "fax", "- unknown `fax`"),
        (set, "vip; new、vip", "new, vip"),
    ];
    for (kind, field, wanted) in cases {
        let typed = read(column(0), kind);
        assert_eq!(a(&typed, field), wanted);
        assert_eq!(
            a(&typed, ""),
            "-",
            "a missing cell is missing in every kind"
        );
    }
    let long = "x".repeat(crate::base::limit::TEXT_BYTES_MAX + 1);
    assert!(a(&read(column(0), Kind::Text), &long).starts_with("I110"));
}

#[test]
fn dates_by_pattern_and_zone() {
    let berka = typed(
        Node::Arithmetic {
            op: ArithmeticOp::Add,
            left: Box::new(literal("19")),
            right: Box::new(column(0)),
        },
        Kind::Text,
    );
    let date = call(
        Function::ToDate,
        vec![berka, literal("yyyyMMdd")],
        Kind::Date,
    );
    assert_eq!(a(&date, "930105"), "1993-01-05");
    assert_eq!(a(&date, "930230"), "I107 `19930230` is not a date [a]");
    assert_eq!(a(&date, ""), "-");
    let time = |zone: &str| {
        let arguments = vec![column(0), literal("yyMMdd HH:mm:ss"), literal(zone)];
        call(Function::ToTime, arguments, Kind::Time)
    };
    assert_eq!(
        a(&time("UTC"), "931107 00:00:00"),
        "1993-11-07T01:00:00+01:00"
    );
    assert_eq!(a(&time("Mars"), ""), "no time zone is called `Mars`");
    let year = call(Function::Year, vec![date.clone()], Kind::Int);
    assert_eq!(a(&year, "930105"), "1993");
    let later = typed(
        Node::DateAdd {
            base: Box::new(date),
            count: 1,
            unit: Unit::Month,
        },
        Kind::Date,
    );
    assert_eq!(a(&later, "930131"), "1993-02-28");
}

#[test]
fn texts_and_numbers_are_cut_and_computed() {
    let int = |number: i64| typed(Node::Literal(Value::Int(number)), Kind::Int);
    let month = call(
        Function::ToNumber,
        vec![call(
            Function::Middle,
            vec![column(0), int(3), int(2)],
            Kind::Text,
        )],
        Kind::Number,
    );
    assert_eq!(a(&month, "706213"), "62");
    assert_eq!(a(&month, "70x213"), "I105 `x2` is not a number [a]");
    let less = typed(
        Node::Arithmetic {
            op: ArithmeticOp::Subtract,
            left: Box::new(month),
            right: Box::new(typed(Node::Literal(Value::Number(50.0)), Kind::Number)),
        },
        Kind::Number,
    );
    assert_eq!(
        a(&call(Function::ToText, vec![less], Kind::Text), "706213"),
        "12"
    );
    let before = call(Function::Before, vec![column(0), literal("-")], Kind::Text);
    assert_eq!(
        (a(&before, "a-b-c"), a(&before, "abc")),
        ("a".to_owned(), "-".to_owned())
    );
    let replaced = call(
        Function::Replace,
        vec![column(0), literal(","), literal(".")],
        Kind::Text,
    );
    assert_eq!(a(&read(replaced, Kind::Money), "3,5"), "3.5");
    let money = read(column(0), Kind::Money);
    let halved = typed(
        Node::Arithmetic {
            op: ArithmeticOp::Divide,
            left: Box::new(money.clone()),
            right: Box::new(int(0)),
        },
        Kind::Money,
    );
    assert_eq!(a(&halved, "5"), "-", "division by zero is missing");
    let doubled = typed(
        Node::Arithmetic {
            op: ArithmeticOp::Add,
            left: Box::new(money.clone()),
            right: Box::new(money),
        },
        Kind::Money,
    );
    assert!(
        a(&doubled, "900000000000000").starts_with("I114"),
        "what does not fit is not lost unseen"
    );
    assert_eq!(a(&typed(Node::RecordNumber, Kind::Int), ""), "7");
}

#[test]
fn conditions_are_three_valued() {
    let unknown = is(column(0), literal("x"));
    let yes = is(column(1), literal("b"));
    let no = is(column(1), literal("c"));
    let or = |parts: Vec<Typed>| typed(Node::Or(parts), Kind::Bool);
    let and = |parts: Vec<Typed>| typed(Node::And(parts), Kind::Bool);
    assert_eq!(a(&or(vec![unknown.clone(), yes.clone()]), ""), "yes");
    assert_eq!(a(&or(vec![unknown.clone(), no.clone()]), ""), "-");
    assert_eq!(a(&and(vec![unknown.clone(), no.clone()]), ""), "no");
    assert_eq!(a(&and(vec![unknown.clone(), yes.clone()]), ""), "-");
    assert_eq!(
        a(&typed(Node::Not(Box::new(unknown.clone())), Kind::Bool), ""),
        "-"
    );
    let at_least = |count| {
        typed(
            Node::AtLeast {
                count,
                of: vec![unknown.clone(), yes.clone(), no.clone()],
            },
            Kind::Bool,
        )
    };
    assert_eq!(
        [1, 2, 3].map(|count| a(&at_least(count), "")),
        ["yes", "-", "no"]
    );
}

#[test]
fn lists_and_ranges_are_three_valued() {
    let chosen = typed(
        Node::In {
            value: Box::new(column(1)),
            choices: vec![
                typed::Choice::One(column(0)),
                typed::Choice::One(literal("c")),
            ],
            negated: true,
        },
        Kind::Bool,
    );
    assert_eq!(
        (a(&chosen, ""), a(&chosen, "b"), a(&chosen, "z")),
        ("-".into(), "no".into(), "yes".into())
    );
    let number = |index| read(column(index), Kind::Int);
    let between = typed(
        Node::Between {
            value: Box::new(typed(Node::Literal(Value::Int(3)), Kind::Int)),
            low: Box::new(number(0)),
            low_included: true,
            high: Box::new(number(1)),
            high_included: false,
            negated: false,
        },
        Kind::Bool,
    );
    let cases = [
        (["3", "4"], "yes"),
        (["1", "3"], "no"),
        (["4", ""], "no"),
        (["1", ""], "-"),
        (["", "9"], "-"),
    ];
    for (fields, wanted) in cases {
        assert_eq!(over(&between, fields), wanted, "{fields:?}");
    }
    let missing = typed(
        Node::IsMissing {
            value: Box::new(column(0)),
            negated: false,
        },
        Kind::Bool,
    );
    assert_eq!(
        (a(&missing, ""), a(&missing, "x")),
        ("yes".into(), "no".into())
    );
}

#[test]
fn choices_take_the_first_yes() {
    let arm = |condition: Typed, text: &str| (condition, literal(text));
    let case = typed(
        Node::Case {
            arms: vec![
                arm(is(column(0), literal("x")), "first"),
                arm(is(column(1), literal("b")), "second"),
            ],
            otherwise: None,
        },
        Kind::Text,
    );
    assert_eq!(over(&case, ["x", "b"]), "first");
    assert_eq!(over(&case, ["y", "b"]), "second");
    assert_eq!(over(&case, ["y", "c"]), "-");
    assert_eq!(
        over(&case, ["", "b"]),
        "-",
        "unknown before any yes is missing"
    );
    let choice = typed(
        Node::If {
            condition: Box::new(is(column(0), literal("x"))),
            then: Box::new(typed(Node::Clear, Kind::Text)),
            otherwise: Box::new(column(1)),
        },
        Kind::Text,
    );
    assert_eq!(
        [a(&choice, "x"), a(&choice, "y"), a(&choice, "")],
        ["clear", "b", "-"]
    );
    let fallback = typed(
        Node::Default {
            value: Box::new(column(0)),
            fallback: Box::new(literal("none")),
        },
        Kind::Text,
    );
    assert_eq!(
        (a(&fallback, ""), a(&fallback, "x")),
        ("none".into(), "x".into())
    );
}

#[test]
fn texts_are_tested_and_looked_up() {
    let test = |op, folded| {
        typed(
            Node::TextTest {
                op,
                folded,
                value: Box::new(column(0)),
                pattern: Box::new(literal("Ab")),
            },
            Kind::Bool,
        )
    };
    assert_eq!(a(&test(TextOp::Contains, false), "xAbx"), "yes");
    assert_eq!(a(&test(TextOp::StartsWith, false), "abx"), "no");
    assert_eq!(a(&test(TextOp::StartsWith, true), "ＡＢx"), "yes");
    assert_eq!(a(&test(TextOp::EndsWith, false), "xAb"), "yes");
    let matches = |pattern: &str| {
        typed(
            Node::Matches {
                folded: false,
                value: Box::new(column(0)),
                pattern: pattern.into(),
            },
            Kind::Bool,
        )
    };
    assert_eq!(a(&matches("^[0-9]+$"), "123"), "yes");
    let lookup = |source, column_of| {
        typed(
            Node::Lookup {
                source: SourceFileId(source),
                column: column_of,
                key: Box::new(column(0)),
            },
            Kind::Text,
        )
    };
    assert_eq!(
        (
            a(&lookup(4, 1), "k"),
            a(&lookup(4, 1), "z"),
            a(&lookup(4, 1), "")
        ),
        ("found".into(), "-".into(), "-".into())
    );
    assert_eq!(a(&lookup(4, 2), "k"), "source `s`: a lookup is not there");
    assert!(a(&typed(Node::Today, Kind::Date), "").contains("a record does not have"));
    let mut deep = column(0);
    for _ in 0..crate::base::limit::SOURCE_NESTING_MAX {
        deep = Typed {
            node: Node::Not(Box::new(deep)),
            kind: Kind::Bool,
            span: Span::default(),
        };
    }
    assert_eq!(
        a(&deep, ""),
        "source `s`: an expression is nested too deeply"
    );
}
