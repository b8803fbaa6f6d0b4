//! Columns as files have them, and what is said of each.

use super::*;

fn profile(name: &str, values: &[&str]) -> Profile {
    let mut profile = Profile::new(name.to_owned(), 1);
    let lines = values.iter().zip(1..);
    lines.for_each(|(value, line)| profile.see(value, line));
    profile
}

#[test]
fn kinds_are_what_all_values_could_be() {
    let pattern = |pattern: &'static str, is_ambiguous| Written {
        pattern: Some(pattern),
        is_ambiguous,
    };
    let cases: [(&str, &[&str], Guess); 24] = [
        ("a", &["", " ", "NULL", "?"], Guess::Nothing),
        ("a", &["yes", "no", ""], Guess::Bool),
        ("a", &["1", "0"], Guess::Int),
        ("a", &["1", "-20", "-"], Guess::Int),
        ("a", &["1", "007"], Guess::Text),
        ("a", &["+420 555", "1"], Guess::Text),
        ("a", &["+420555123", "1"], Guess::Text),
        ("a", &["+5", "-7"], Guess::Int),
        ("a", &["+5.5", "1"], Guess::Decimal(1)),
        ("a", &["1e3", "2.5E2"], Guess::Int),
        ("a", &["1e3", "25E-2"], Guess::Decimal(2)),
        ("a", &["1", "2.50"], Guess::Decimal(2)),
        ("a", &["0.5", "12345678901234567890"], Guess::Decimal(1)),
        ("a", &["5", "12345678901234567890"], Guess::Text),
        ("a", &["-98765432109876543210", "1"], Guess::Text),
        (
            "a",
            &["2024-02-29", "1900-01-01"],
            Guess::Date(pattern("yyyy-MM-dd", false)),
        ),
        ("a", &["2024-02-30"], Guess::Text),
        ("a", &["20240229"], Guess::Int),
        (
            "born",
            &["20240229"],
            Guess::Date(pattern("yyyyMMdd", false)),
        ),
        (
            "date",
            &["930705", "971231"],
            Guess::Date(pattern("yyMMdd", false)),
        ),
        (
            "a",
            &["03/04/2024"],
            Guess::Date(pattern("dd/MM/yyyy", true)),
        ),
        (
            "a",
            &["03/04/2024", "03/31/2024"],
            Guess::Date(pattern("MM/dd/yyyy", false)),
        ),
        (
            "a",
            &["2024-02-29T12:00:00.123Z", "2024-02-29 12:00"],
            Guess::Time(Written {
                pattern: None,
                is_ambiguous: false,
            }),
        ),
        (
            "a",
            &["2024年02月29日"],
            Guess::Date(pattern("yyyy年MM月dd日", false)),
        ),
    ];
    for (name, values, wanted) in cases {
        assert_eq!(profile(name, values).guess(), wanted, "{values:?}");
    }
}

#[test]
fn ends_are_by_kind_and_doubts_are_counted() {
    let numbers = profile("n", &["9", "10", "-3.50", "N/A", "n/a", ""]);
    assert_eq!(numbers.ends(), Some(("-3.5".into(), "10".into())));
    assert_eq!((numbers.missing, numbers.filled()), (1, 3));
    assert_eq!(
        numbers.doubtful(),
        [("`N/A`".to_owned(), 1), ("`n/a`".to_owned(), 1)]
    );
    let dates = profile(
        "d",
        &[
            "31.12.2023",
            "01.02.2023",
            "01.01.1900",
            "31.12.9999",
            "01.01.2300",
        ],
    );
    assert_eq!(
        dates.ends(),
        Some(("1900-01-01".into(), "9999-12-31".into()))
    );
    assert_eq!(
        dates.doubtful(),
        [
            ("1900-01-01".to_owned(), 1),
            ("9999-12-31".to_owned(), 1),
            ("after 2100".to_owned(), 1)
        ]
    );
    let ages = profile("age", &["20", "121", "-1", "120"]);
    assert_eq!(
        ages.doubtful(),
        [("below 0 or beyond 120 years".to_owned(), 2)]
    );
    let mut amounts = vec!["5"; 100];
    amounts.push("-5");
    assert_eq!(
        profile("amount", &amounts).doubtful(),
        [("negative where nearly all are positive".to_owned(), 1)]
    );
    amounts.push("-6");
    assert_eq!(profile("amount", &amounts).doubtful(), []);
    assert_eq!(
        profile("t", &["b", "a", "客"]).ends(),
        Some(("a".into(), "客".into()))
    );
}

#[test]
fn different_values_are_counted_to_a_bound() {
    let mut few = Profile::new("a".to_owned(), 1);
    let mut wide = Profile::new("a".to_owned(), 4_000_000);
    for number in 0..=PROFILE_DISTINCT_MAX {
        assert_eq!(few.distinct(), (number as u64, false));
        few.see(&number.to_string(), 1);
        wide.see(&(number % 2).to_string(), 1);
    }
    assert_eq!(few.distinct(), (PROFILE_DISTINCT_MAX as u64, true));
    assert!(!few.is_key() && few.values().is_none());
    assert_eq!(wide.distinct(), (1, true), "many columns share the room");
    let key = profile("id", &["a", "b", "c"]);
    assert!(key.is_key() && !profile("id", &["a", "b", "a"]).is_key());
    assert_eq!(key.values().map(BTreeMap::len), Some(3));
}

#[test]
fn whether_a_column_tells_rows_apart_is_known_or_not() {
    let of = |count: usize, columns, last: &str| {
        let mut profile = Profile::new("a".to_owned(), columns).counting_keys(1_000);
        (0..count).for_each(|number| profile.see(&format!("v{number}"), 1));
        profile.see(last, 1);
        profile.key()
    };
    // Of so many columns one value each is told apart, but for those that may tell rows apart.
    let wide = 4_000_000;
    assert_eq!(of(999, wide, "new"), Key::Yes);
    assert_eq!(of(1_000, wide, "new"), Key::Unknown);
    assert_eq!(of(999, wide, "v5"), Key::No);
    assert_eq!(of(1_500, wide, "v5"), Key::No);
    assert_eq!(of(1_500, wide, ""), Key::No);
    assert_eq!(of(1_500, 1, "new"), Key::Yes);
    assert_eq!(Profile::new("a".to_owned(), 1).key(), Key::No);
}

#[test]
fn one_of_a_hundred_values_may_be_another_thing() {
    let with = |name: &str, value: &str, others: &[&str]| {
        let mut values = others.to_vec();
        values.extend(std::iter::repeat_n(value, 300));
        profile(name, &values)
    };
    let days = with("day", "2024-05-06", &["soon", "31.12.2024", "2024-02-30"]);
    assert_eq!(days.guess(), Guess::Text);
    let (guess, misses) = days.mostly();
    assert_eq!((guess.word(), misses.count), ("date", 3));
    assert_eq!(misses.lines, [1, 2, 3]);
    let ends = Some(("2024-05-06".to_owned(), "2024-05-06".to_owned()));
    assert_eq!(days.ends(), ends);
    assert_eq!(days.doubtful(), [("no date (line 1, 2, 3)".to_owned(), 3)]);
    let more = with("day", "2024-05-06", &["a", "b", "c", "d"]);
    assert_eq!(more.mostly(), (Guess::Text, Misses::default()));
    assert_eq!(more.nearly().map(|(guess, _)| guess.word()), Some("date"));
    let ages = with("age", "150", &["old"]);
    assert_eq!(
        ages.doubtful(),
        [
            ("below 0 or beyond 120 years".to_owned(), 300),
            ("no int (line 1)".to_owned(), 1)
        ]
    );
    let words = with("agrees", "yes", &["maybe"]);
    assert_eq!(words.mostly().0, Guess::Bool);
    assert_eq!(words.guess(), Guess::Text);
    // Of those that are many in front nothing is forgotten.
    let late = with("n", "5", &["x"; 90]);
    assert_eq!(late.mostly(), (Guess::Text, Misses::default()));
}

#[test]
fn a_way_of_writing_days_that_fails_too_often_is_not_tried_any_more() {
    let of = |value: &str| {
        let mut profile = Profile::new("n".to_owned(), 1);
        for line in 0..200 {
            profile.see("x", line);
        }
        for line in 0..30_000 {
            profile.see(value, line);
        }
        let (guess, misses) = profile.mostly();
        (guess.word(), misses.count)
    };
    assert_eq!(of("2024-01-01"), ("text", 0));
    assert_eq!(of("5"), ("int", 200));
}
