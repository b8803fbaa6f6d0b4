//! How words without spaces are cut, and what is said where they cannot be.

use super::*;
use crate::language::parser::tests::{drawn, outline};
use crate::language::parser::{expression_among, parse_items};

fn names() -> Lexicon {
    let mut names = Lexicon::default();
    for name in [
        "年龄",
        "城市",
        "资产",
        "消费",
        "金额",
        "登录",
        "投诉",
        "农户标志",
        "非农户标志",
        "性别",
        "女",
        "同意",
        "担保人",
        "开户日期",
        "上海",
        "年收入",
        "收入",
        "流失",
        "客户数",
        "age",
    ] {
        names.add(name);
    }
    names
}

/// The text as it is read.
fn read(text: &str) -> String {
    match cut(text, 0, SourceId(0), Body::Expression, &names()) {
        Ok(cut) => cut.text.into_owned(),
        Err(found) => found
            .iter()
            .map(|found| {
                format!(
                    "{} {} | {}",
                    found.code,
                    found.message,
                    found.help.clone().unwrap_or_default()
                )
            })
            .collect(),
    }
}

#[test]
fn runs_are_cut_where_names_and_words_meet() {
    for (text, wanted) in [
        (
            "年龄介于30与45且城市属于（\"上海\"）",
            "年龄 介于 30 与 45 且 城市 属于（\"上海\"）",
        ),
        ("资产超过3.5万", "资产 超过 3.5万"),
        (
            "资产超过3.5万且年龄不满30",
            "资产 超过 3.5万 且 年龄 不满 30",
        ),
        (
            "合计（消费.金额，自2017-01-01起）",
            "合计（消费.金额，自 2017-01-01 起）",
        ),
        (
            "合计（消费.金额，自2017年1月2日起）",
            "合计（消费.金额，自 2017年1月2日 起）",
        ),
        ("金额增长超过3%", "金额增长超过3%"),
        ("收入超过3%且年龄超过3", "收入 超过 3% 且 年龄 超过 3"),
        ("合计（消费.金额，近90天）", "合计（消费.金额，近90天）"),
        (
            "次数（登录，自最近（投诉）.时间起）=0",
            "次数（登录，自 最近（投诉）.时间 起）=0",
        ),
        ("100且合计（消费.金额）", "100 且 合计（消费.金额）"),
        ("资产50万以上且非同意", "资产 50万以上 且 非 同意"),
        ("年龄超过30且年收入超过5", "年龄 超过 30 且 年收入 超过 5"),
        ("性别=女且同意", "性别=女 且 同意"),
        ("若同意则是否则否", "若 同意 则 是 否则 否"),
        ("任一担保人（年龄超过60）", "任一 担保人（年龄 超过 60）"),
        (
            "任一担保人2步内（年龄超过60）",
            "任一 担保人 2步内（年龄 超过 60）",
        ),
        (
            "有（消费其中金额超过1000，近三个月）",
            "有（消费 其中 金额 超过 1000，近三个月）",
        ),
        ("开户日期属于未来7天", "开户日期 属于 未来7天"),
        ("开户日期早于30天前", "开户日期早于30天前"),
        ("开户日期超过30天前", "开户日期 超过 30天前"),
        ("资产大于等于50万元", "资产 大于等于 50万元"),
        ("age介于30与45", "age 介于 30 与 45"),
        ("距今天数（开户日期）超过30", "距今天数（开户日期）超过 30"),
        ("距今天数开户日期超过30", "距今天数 开户日期 超过 30"),
        (
            "至少满足2项（同意，年龄超过3）",
            "至少满足2项（同意，年龄 超过 3）",
        ),
        ("流失且至少满足2项（同意）", "流失 且 至少满足2项（同意）"),
        ("资产缺失或年龄已知", "资产 缺失 或 年龄 已知"),
        (
            "分档{年龄超过30：1，否则：0}",
            "分档{年龄 超过 30：1，否则：0}",
        ),
        ("若年龄超过３０则1否则2", "若 年龄 超过 ３０ 则 1 否则 2"),
        // New names, quotes and comments stay as they are.
        ("先后（甲：消费）", "先后（甲：消费）"),
        ("“年龄介于30”", "“年龄介于30”"),
        ("【年龄介于30】 # 年龄介于30", "【年龄介于30】 # 年龄介于30"),
        ("消费金额", "消费金额"),
        ("不知道的名字", "不知道的名字"),
    ] {
        assert_eq!(read(text), wanted, "{text}");
    }
}

#[test]
fn two_readings_are_shown() {
    assert_eq!(
        read("同意且非农户标志"),
        "E132 these words without spaces can be read in two ways | \
         write `同意 且 非农户标志` or `同意 且 非 农户标志`"
    );
    // Alone it is the name.
    assert_eq!(read("非农户标志"), "非农户标志");
}

#[test]
fn an_unknown_part_is_named() {
    let text = "年龄介于30与45且城视属于（\"上海\"）";
    let found = expression_among(text, SourceId(0), &names()).unwrap_err();
    insta::assert_snapshot!("unknown_part", drawn(text, &found));
}

#[test]
fn carets_stand_in_the_text_as_typed() {
    let text = "年龄介于30与45且资产超过（";
    let found = expression_among(text, SourceId(0), &names()).unwrap_err();
    insta::assert_snapshot!("open_bracket", drawn(text, &found));
    let text = "年龄介于30与45且资产超过 且 同意";
    let found = expression_among(text, SourceId(0), &names()).unwrap_err();
    insta::assert_snapshot!("two_joined", drawn(text, &found));
}

#[test]
fn cut_and_spaced_are_the_same_tree() {
    for text in [
        "年龄介于30与45且城市属于（\"上海\"）",
        "次数（登录，自最近（投诉）.时间起）=0且资产50万以上",
        "若年龄超过30则资产否则收入",
    ] {
        let one = expression_among(text, SourceId(0), &names()).unwrap();
        let other = expression_among(&read(text), SourceId(0), &names()).unwrap();
        assert_eq!(outline(&one), outline(&other));
    }
}

#[test]
fn names_of_a_file_are_known_in_it() {
    let text = "客户 { 年龄：整数 }\n指标 大数：年龄\n筛选 甲：年龄介于3与5且大数超过3\n\
        筛选 年龄超过3者：年龄 > 3\n筛选 丁：非年龄超过3者\n筛选 戊：年龄超过3且丁\n";
    let (items, found) = parse_items(text, SourceId(0));
    assert!(found.is_empty(), "{}", drawn(text, &found));
    assert_eq!(items.len(), 6);
}

#[test]
fn long_runs_cost_no_more_than_their_length() {
    let mut names = names();
    for length in 1..=60 {
        names.add(&"且".repeat(length));
    }
    let text = "且".repeat(RUN_CHARACTERS_MAX);
    let found = cut(&text, 0, SourceId(0), Body::Expression, &names);
    assert_eq!(
        found.unwrap_err().first().map(|one| one.code),
        Some(codes::TWO_READINGS)
    );
    let text = "且".repeat(RUN_CHARACTERS_MAX + 1);
    let found = cut(&text, 0, SourceId(0), Body::Expression, &names);
    assert_eq!(
        found.unwrap_err().first().map(|one| one.code),
        Some(codes::TEXT_TOO_LONG)
    );
}
