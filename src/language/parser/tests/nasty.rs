//! Hostile texts: none hangs, overflows the stack, panics, or costs more than its
//! length. Each runs on a thread with a quarter of the stack that a server's has: reading takes
//! what it needs.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::base::limit::{
    EXPRESSION_HEIGHT_MAX, LIST_ITEMS_MAX, NESTING_MAX, PREFIX_NESTING_MAX, RULE_FILE_BYTES_MAX,
};

const STACK_BYTES: usize = 512 << 10;

/// Runs on a small stack.
fn small<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap()
}

/// Reads it as a file and as an expression; gives the codes found as an expression.
fn both(text: &str) -> Vec<&'static str> {
    let (items, found) = parse_items(&format!("filter a: {text}\nfilter b: x"), SourceId(0));
    assert!(items.len() > 1 || !found.is_empty(), "lost: {text}");
    codes_of(text)
}

fn codes_of(text: &str) -> Vec<&'static str> {
    match parse_expression(text, SourceId(0)) {
        Ok(_) => Vec::new(),
        Err(found) => found.iter().map(|finding| finding.code).collect(),
    }
}

#[test]
fn nesting_is_bounded_and_named() {
    small(|| {
        for (open, close) in [
            ("(", ")"),
            ("（", "）"),
            ("f(", ")"),
            ("f(a where ", ")"),
            ("f(a, since ", ")"),
            ("f(a, between (x) and ", ")"),
            ("f(a, within 3 days after ", ")"),
            ("x in (", ")"),
            ("x in (..", ")"),
            ("any r (", ")"),
            ("all of (a, ", ")"),
            ("at least 2 of (", ")"),
            ("case { a: ", "}"),
            ("case { else: ", "}"),
            ("f(a b ", ")"),
            ("f((", "))"),
            ("a.b(", ")"),
            ("x in since (", ")"),
            ("若 a 则（", "）否则 b"),
        ] {
            let nested = |depth: usize| format!("{}x{}", open.repeat(depth), close.repeat(depth));
            for depth in [1, NESTING_MAX] {
                let found = both(&nested(depth));
                assert!(
                    depth * open.matches(['(', '（', '{']).count() > NESTING_MAX
                        || !found.contains(&codes::NESTED_TOO_DEEP)
                        || open.contains("if"),
                    "{open} {depth}: {found:?}"
                );
            }
            assert_eq!(
                both(&nested(NESTING_MAX + 1)),
                [codes::NESTED_TOO_DEEP],
                "{open}"
            );
            assert_eq!(both(&nested(2_000)), [codes::NESTED_TOO_DEEP], "{open}");
            both(&open.repeat(10_000));
            both(&close.repeat(10_000));
        }
    });
}

#[test]
fn chains_without_brackets_are_bounded_and_named() {
    small(|| {
        let deep = [codes::NESTED_TOO_DEEP];
        for word in [
            "not ",
            "非 ",
            "- ",
            "! ",
            "days since ",
            "if a then b else ",
            "if ",
            "- not ",
        ] {
            let found = both(&format!("{}x", word.repeat(3_000)));
            assert!(
                found == deep || found == [codes::MISSING_VALUE],
                "{word}: {found:?}"
            );
            both(&word.repeat(3_000));
        }
        assert_eq!(
            both(&format!("{}x", "not ".repeat(PREFIX_NESTING_MAX))),
            [""; 0]
        );
        for sign in ["+", "*", "-", "/"] {
            let sum = |parts: usize| vec!["x"; parts].join(sign);
            assert_eq!(both(&sum(EXPRESSION_HEIGHT_MAX as usize)), [""; 0]);
            assert_eq!(both(&sum(EXPRESSION_HEIGHT_MAX as usize + 1)), deep);
            assert_eq!(both(&sum(10_000)), deep);
        }
        assert_eq!(both(&vec!["x"; 5_000].join(" and ")), [""; 0]);
        assert_eq!(
            both(&vec!["x"; 20_000].join(" or ").replace(" or ", "|")),
            [codes::LIST_TOO_LONG]
        );
        assert_eq!(both(&vec!["x"; 5_000].join(" = ")), [codes::COMPARE_CHAIN]);
        assert_eq!(both(&vec!["x"; 5_000].join(" < ")), [codes::COMPARE_CHAIN]);
        assert_eq!(both(&format!("x{}", " default y".repeat(2_000))), deep);
        assert_eq!(both(&format!("x{}", ".y".repeat(2_000))), deep);
        assert_eq!(
            both(&format!("x{}", " is missing".repeat(2_000))),
            [codes::COMPARE_CHAIN]
        );
        let list = |parts: usize| format!("x in ({})", vec!["1"; parts].join(","));
        assert_eq!(both(&list(LIST_ITEMS_MAX)), [""; 0]);
        assert_eq!(both(&list(LIST_ITEMS_MAX + 1)), [codes::LIST_TOO_LONG]);
    });
}

/// A tree of the greatest height can be printed, compared, copied and dropped.
#[test]
fn the_highest_tree_is_no_burden() {
    small(|| {
        let level = |inner: &str| format!("case {{ a: -({inner} + 1) }}");
        let mut text = "x".to_owned();
        for _ in 0..NESTING_MAX / 2 {
            text = level(&text);
        }
        let tree = expr(&text);
        let copy = tree.clone();
        assert_eq!(tree, copy);
        assert!(!format!("{tree:?}").is_empty());
        let printed =
            crate::language::printer::expression(&tree, crate::language::words::Tongue::English);
        assert_eq!(outline(&expr(&printed)), outline(&copy));
    });
}

#[test]
fn long_texts_are_refused_or_read() {
    small(|| {
        let long = "x".repeat(EXPRESSION_BYTES_MAX + 1);
        assert_eq!(codes_of(&long), [codes::TEXT_TOO_LONG]);
        let file = " ".repeat(RULE_FILE_BYTES_MAX + 1);
        assert_eq!(
            parse_items(&file, SourceId(0)).1[0].code,
            codes::TEXT_TOO_LONG
        );
        assert_eq!(codes_of(&"x".repeat(1_000)), [codes::TEXT_TOO_LONG]);
        let many = "filter : x\n".repeat(1_000);
        let found = parse_items(&many, SourceId(0)).1;
        assert_eq!(found.len(), DIAGNOSTICS_MAX);
        assert_eq!(found.last().unwrap().code, codes::TOO_MANY_FAULTS);
    });
}

/// What a run costs this thread alone, so that a busy machine does not matter.
fn cost(run: impl FnOnce()) -> Duration {
    let spent = || {
        // Linux counts it; elsewhere the clock has to do.
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ')
            .next()?
            .parse()
            .ok()
            .map(Duration::from_nanos)
    };
    let (clock, before) = (Instant::now(), spent());
    run();
    match (before, spent()) {
        (Some(before), Some(after)) => after - before,
        _ => clock.elapsed(),
    }
}

/// Sixteen times the text may cost 64 times as much and a little: a square costs 256.
#[test]
fn cost_follows_length() {
    let seeds: &[(&str, &str)] = &[
        (
            "good items",
            "# about\nfilter a_b \"标签\": sum(purchase.amount where c in (x, \"y\"), last 30 days) > 50k and not d\n",
        ),
        (
            "nested items",
            "filter a: ((((((((((((((((((((((((((((((x))))))))))))))))))))))))))))))\n",
        ),
        (
            "nested calls",
            "metric a: f(g(h(i(j(k(l(m(n(o(p(q(r(s(t(u(v(w(x(y(z(1, a b), since (c)))))))))))))))))))))))\n",
        ),
        ("open brackets", "((("),
        ("open braces", "event a {\nevent b {\n"),
        ("unclosed items", "filter a: (x\n"),
        ("closers", ")}]"),
        ("quotes", "\""),
        ("lines of quotes", "\"a\n"),
        ("backticks", "`【\n"),
        ("comments", "# filter\n"),
        ("heads", "filter\nsource\n"),
        ("blanks", " \n\t　"),
        (
            "fields",
            "customer {\n# said\n a \"b\": one of (c, d), sensitive\n}\n",
        ),
        (
            "Chinese",
            "筛选 某某：有（投诉 其中 甲 = 乙，近60天） 且 次数（登录，自 最近（投诉）.时间 起） = 0\n",
        ),
        ("words", "近90天前30天非且或若则"),
        ("digits", "1234567890"),
        ("points", "1.2.3..4"),
        ("dates", "2024-06-30"),
        ("signs", "= < > ! ~ + - * / . , ; : "),
        ("commas", ",,,,"),
        ("hyphens", "-"),
        ("ifs", "if a then b else "),
        ("tails", " in (a) in (b)"),
        ("sides", "x y z "),
    ];
    let slack = Duration::from_millis(80);
    for (name, seed) in seeds {
        let text = |bytes: usize| seed.repeat(bytes / seed.len());
        for head in ["", "filter a: "] {
            let file = |bytes: usize| format!("{head}{}", text(bytes));
            let (short, long) = (file(2 << 10), file(32 << 10));
            let short_cost = cost(|| drop(parse_items(&short, SourceId(0))));
            let long_cost = cost(|| drop(parse_items(&long, SourceId(0))));
            assert!(
                long_cost < short_cost * 64 + slack,
                "{name} after {head:?}: {short_cost:?} and {long_cost:?}"
            );
        }
    }
}

#[test]
fn a_megabyte_of_garbage_is_answered_soon() {
    small(|| {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let pool: Vec<char> = "abc 012_.,;:()[]{}\"'`【】“”「」#\n\n=<>!~+-*/%&|年月日近前后起且或非若客户筛选：（），".chars().collect();
        let garbage: String = (0..400_000)
            .map(|_| pool[next() as usize % pool.len()])
            .collect();
        assert!(garbage.len() > 500_000);
        let spent = cost(|| {
            let _ = parse_items(&garbage, SourceId(0));
            let _ = parse_items(&format!("filter a: {garbage}"), SourceId(0));
        });
        assert!(spent < Duration::from_secs(20), "{spent:?}");
    });
}

#[test]
fn every_prefix_of_a_good_file_is_answered() {
    small(|| {
        let text = include_str!("examples.tamis");
        let (whole, _) = parse_items(text, SourceId(0));
        for (end, _) in text.char_indices().step_by(7) {
            let (items, found) = parse_items(&text[..end], SourceId(0));
            assert!(items.len() <= whole.len());
            for finding in &found {
                let span = finding.span();
                assert!(
                    text[..end]
                        .get(span.start as usize..span.end as usize)
                        .is_some()
                );
            }
            // What lies before the last item is not disturbed by its being cut.
            assert!(found.len() <= 4, "{}", drawn(&text[..end], &found));
        }
    });
}

fn token() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = crate::language::words::ALL
        .iter()
        .flat_map(|word| word.forms())
        .filter(|form| !form.is_empty())
        .chain([
            "(",
            ")",
            "（",
            "）",
            "{",
            "}",
            "[",
            "]",
            ",",
            "，",
            ";",
            ":",
            "：",
            ".",
            "..",
            "..<",
            "=",
            "==",
            "<",
            ">=",
            "!",
            "+",
            "-",
            "*",
            "/",
            "%",
            "~",
            "~=",
            "->",
            "\n",
            "\nfilter a: ",
            "# x\n",
            "x",
            "名称",
            "5",
            "50万",
            "3%",
            "1.5",
            "2024-06-30",
            "2024-6-3",
            "90 days",
            "近90天",
            "\"a\"",
            "“b”",
            "\"",
            "'",
            "`c`",
            "【d】",
            "&&",
            "？",
            "\u{301}",
        ])
        .collect();
    (proptest::sample::select(words), proptest::bool::ANY).prop_map(|(word, space)| {
        if space {
            format!("{word} ")
        } else {
            word.to_owned()
        }
    })
}

/// Each finding has a known code and a place inside the text, on character boundaries.
fn sound(text: &str, found: &[Diagnostic]) {
    for finding in found {
        assert!(codes::pages().any(|page| page.code == finding.code));
        for label in &finding.labels {
            assert!(
                text.get(label.span.start as usize..label.span.end as usize)
                    .is_some(),
                "{finding:?} in {text:?}"
            );
        }
        assert_ne!(
            finding.code,
            codes::UNREADABLE,
            "the grammar is total: {text:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn token_soup_is_answered(tokens in proptest::collection::vec(token(), 0..60)) {
        let text: String = tokens.concat();
        if let Err(found) = parse_expression(&text, SourceId(0)) {
            prop_assert!(!found.is_empty());
            sound(&text, &found);
        }
        sound(&text, &parse_list(&text, SourceId(0), &Lexicon::default()).err().unwrap_or_default());
        sound(&text, &parse_order(&text, SourceId(0), &Lexicon::default()).err().unwrap_or_default());
        for head in ["", "filter a: ", "customer {", "source a \"b\" {", "settings {", "event e {", "relation r "] {
            let text = format!("{head}{text}");
            sound(&text, &parse_items(&text, SourceId(0)).1);
        }
    }

    #[test]
    fn random_texts_are_answered(text in "\\PC{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        for text in [text, String::from_utf8_lossy(&bytes).into_owned()] {
            sound(&text, &parse_expression(&text, SourceId(0)).err().unwrap_or_default());
            sound(&text, &parse_items(&text, SourceId(0)).1);
            let item = format!("filter a: {text}");
            sound(&item, &parse_items(&item, SourceId(0)).1);
        }
    }
}
