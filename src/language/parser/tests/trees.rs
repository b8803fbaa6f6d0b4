//! Trees of good texts.

use std::path::Path;

use super::*;

/// Each line of a table beside its tree.
fn table(lines: &str) -> String {
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n    {}\n", outline(&expr(line))))
        .collect()
}

#[test]
fn the_demo_bank_is_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/berka");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "tamis") {
            count += items(&std::fs::read_to_string(path).unwrap()).len();
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn values() {
    insta::assert_snapshot!(table(
        r#"
        1_000_000
        50k
        2.5m
        3%
        50万
        1.2亿
        3千
        5千万
        100元
        ３０
        2024-06-30
        2024年6月30日
        2024-06-30T09:30
        "a ""b"" # c"
        “文本”
        「文本」
        yes
        否
        today
        此刻
        90 days ago
        90天前
        三个月前
        opened_on + 90 days
        opened_on - 1 year
        【my name】
        `my name`
        "#
    ));
}
