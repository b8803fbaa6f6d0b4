//! Pages drawn from made-up readers: what stands on them, and what never may.

use super::*;

fn page(reader: Reader) -> Page {
    Page {
        address: Address {
            filter: "assets > 1 and note = \"<b>\"".to_owned(),
            show: "assets".to_owned(),
            who: "c&1".to_owned(),
            after: String::new(),
            reader,
        },
        as_of: "2024-06-30T09:00:00+08:00".to_owned(),
        saved: vec![Saved {
            name: "rich".into(),
            label: Some("富裕客户".into()),
            members: 1_234_567,
            stale: Some("the plugin failed".into()),
        }],
        found: Some(Found {
            yes: 2,
            no: 1,
            unknown: 1,
            total: 4,
            because: vec![("assets".into(), 1)],
            columns: vec!["assets".to_owned()],
            members: vec![
                Member {
                    id: "c&1".to_owned(),
                    values: vec![Some("12.5".to_owned())],
                },
                Member {
                    id: "c/2".to_owned(),
                    values: vec![None],
                },
            ],
            more: true,
        }),
        words: Some("customers whose assets are more than 1".to_owned()),
        problem: None,
        why: Some("yes  assets > 1".to_owned()),
        why_problem: None,
        sequence: 9,
        rules_problem: Some("error[E101]".to_owned()),
    }
}

#[test]
fn the_page_stands_in_both_tongues() {
    let console = Console::new().unwrap();
    insta::assert_snapshot!("english", console.page(&page(Reader::English)).unwrap());
    let chinese = console.page(&page(Reader::Chinese)).unwrap();
    assert!(chinese.contains("已保存的筛选") && chinese.contains("lang=\"zh\""));
}

#[test]
fn what_others_wrote_is_text_and_never_markup() {
    let console = Console::new().unwrap();
    let drawn = console.page(&page(Reader::English)).unwrap();
    assert!(!drawn.contains("<b>\""), "{drawn}");
    assert!(drawn.contains("&lt;b&gt;"), "{drawn}");
}

#[test]
fn an_empty_page_needs_nothing() {
    let drawn = Console::new().unwrap().page(&Page::default()).unwrap();
    assert!(drawn.contains("textarea") && !drawn.contains("id=\"why\""));
}

#[test]
fn an_address_says_all_and_is_read_back_by_browsers() {
    let address = page(Reader::Chinese).address;
    assert_eq!(
        address.link(),
        "/?q=assets%20%3E%201%20and%20note%20%3D%20%22%3Cb%3E%22&show=assets&who=c%261&lang=zh"
    );
}

#[test]
fn digits_are_grouped() {
    let shown: Vec<String> = [0, 999, 1_000, 12_345_678].map(grouped).to_vec();
    assert_eq!(shown, ["0", "999", "1,000", "12,345,678"]);
}

#[test]
fn nothing_comes_from_elsewhere() {
    for name in ["console.css", "console.js"] {
        let (_, text) = asset(name).unwrap();
        assert!(
            !text.contains("http:") && !text.contains("https:"),
            "{name}"
        );
    }
    assert!(asset("../mod.rs").is_none());
}
