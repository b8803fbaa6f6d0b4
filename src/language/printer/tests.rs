//! What is printed reads back as the same tree, in either tongue; and how it looks.

pub(in crate::language) mod random;
mod typed;

use proptest::prelude::*;

use super::*;
use crate::base::span::SourceId;
use crate::language::parser::tests::{drawn, outline};
use crate::language::parser::{parse_expression, parse_items};

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn expressions_read_back(tree in random::expression()) {
        for tongue in Tongue::BOTH {
            let text = expression(&tree, tongue);
            match parse_expression(&text, SourceId(0)) {
                Ok(read) => prop_assert_eq!(outline(&read), outline(&tree), "{}", text),
                Err(found) => prop_assert!(false, "{}\n{}", outline(&tree), drawn(&text, &found)),
            }
        }
    }

    #[test]
    fn items_read_back(tree in random::item()) {
        for tongue in Tongue::BOTH {
            let text = item(&tree, tongue);
            let (read, found) = parse_items(&text, SourceId(0));
            prop_assert!(found.is_empty(), "{}", drawn(&text, &found));
            prop_assert_eq!(read.len(), 1, "{}", text);
            prop_assert_eq!(outline(&read[0]), outline(&tree), "{}", text);
            // Printing settles at once.
            prop_assert_eq!(item(&read[0], tongue), text);
        }
    }
}

/// How many random trees; more by an environment variable.
fn cases() -> u32 {
    std::env::var("TAMIS_CASES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(300)
}

/// The layout of every item, in both tongues.
#[test]
fn items_as_printed() {
    let text = include_str!("../parser/tests/examples.tamis");
    let (items, _) = parse_items(text, SourceId(0));
    let printed = |tongue| -> String {
        items
            .iter()
            .map(|tree| format!("{}\n\n", item(tree, tongue)))
            .collect()
    };
    insta::assert_snapshot!("english", printed(Tongue::English));
    insta::assert_snapshot!("chinese", printed(Tongue::Chinese));
}

/// The demo bank keeps its meaning through both tongues and back.
#[test]
fn the_demo_bank_reads_back() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/berka");
    for file in ["schema.tamis", "sources.tamis", "filters.tamis"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let (items, _) = parse_items(&text, SourceId(0));
        for tree in items {
            for tongue in Tongue::BOTH {
                let printed = item(&tree, tongue);
                let (read, found) = parse_items(&printed, SourceId(0));
                assert!(found.is_empty(), "{}", drawn(&printed, &found));
                assert_eq!(outline(&read), format!("[{}]", outline(&tree)), "{printed}");
            }
        }
    }
}

#[test]
fn numbers_as_people_write_them() {
    let shown = |text: &str| {
        let tree = parse_expression(text, SourceId(0)).unwrap();
        Tongue::BOTH
            .map(|tongue| expression(&tree, tongue))
            .join(" ")
    };
    for (text, wanted) in [
        ("500000", "500k 50万"),
        ("2500000", "2.5m 250万"),
        ("120000000", "120m 1.2亿"),
        ("1234", "1234 1234"),
        ("12345678", "12345678 12345678"),
        ("50%", "0.5 0.5"),
        ("-50万", "-500k -50万"),
        ("0", "0 0"),
    ] {
        assert_eq!(shown(text), wanted);
    }
}

/// A measure without a name that begins like another line of its block.
#[test]
fn a_measure_that_begins_like_another_line_stands_in_brackets() {
    for text in [
        "report r { (top in (1..)), a }",
        "report r { a, (前20 > b) }",
    ] {
        let (items, found) = parse_items(text, SourceId(0));
        assert!(found.is_empty(), "{}", drawn(text, &found));
        for tongue in Tongue::BOTH {
            let printed = item(&items[0], tongue);
            let (read, found) = parse_items(&printed, SourceId(0));
            assert!(found.is_empty(), "{}", drawn(&printed, &found));
            assert_eq!(outline(&read[0]), outline(&items[0]), "{printed}");
        }
    }
}
