//! The words on the page, in both tongues. Words of the language itself are not here.

use std::collections::BTreeMap;

use super::Reader;
use crate::base::template::Item;

/// Key, English, 中文.
const WORDS: &[(&str, &str, &str)] = &[
    ("title", "Tamis — whom do you mean?", "Tamis — 您要找谁？"),
    ("other", "中文", "English"),
    ("as_of", "as of", "截至"),
    ("filter", "Filter", "筛选条件"),
    (
        "filter_hint",
        "A condition, or the name of a saved filter. English or Chinese keywords.",
        "写一个条件，或已保存筛选的名称。中英文关键字均可。",
    ),
    ("offers", "What fits here", "此处可用"),
    ("show", "Show beside the id", "同时显示"),
    ("show_hint", "separated by commas", "用逗号分隔"),
    ("ask", "Ask", "查询"),
    ("saved", "Saved filters", "已保存的筛选"),
    ("stale", "could not be brought up to date", "未能更新"),
    ("yes", "match", "符合"),
    ("no", "do not", "不符合"),
    ("unknown", "unknown", "未知"),
    ("of", "of", "共"),
    ("customers", "customers", "位客户"),
    (
        "because",
        "Unknown because these are missing",
        "未知的原因：缺少以下数据",
    ),
    ("lack", "customers lack", "位客户缺少"),
    ("members", "Members", "名单"),
    ("id", "id", "客户号"),
    ("missing", "missing", "缺失"),
    ("next", "next page", "下一页"),
    ("nobody", "Nobody matches.", "没有符合的客户。"),
    ("why", "Why", "原因"),
    (
        "why_hint",
        "Choose a member, or write an id",
        "点选一位客户，或输入客户号",
    ),
    ("words", "In plain words", "白话说明"),
    ("explain", "Explain", "解释"),
    ("save", "Save", "保存"),
    ("save_name", "Name", "名称"),
    ("save_label", "Label (optional)", "别名（可不填）"),
    ("watch", "Entering and leaving now", "实时进出"),
    (
        "watching",
        "waiting for someone to enter or leave…",
        "等待有人进入或离开……",
    ),
    ("entered", "entered", "进入"),
    ("left", "left", "离开"),
    ("erased", "an erased customer", "一位已删除的客户"),
    ("initial", "new filter, members:", "新筛选，人数："),
    ("dropped", "no longer saved", "已不再保存"),
    (
        "lost",
        "connection lost, trying again",
        "连接中断，正在重试",
    ),
    ("kept", "saved", "已保存"),
    ("refused", "not saved", "未保存"),
    (
        "rules_problem",
        "The rule files on the disk were refused; the last good ones are serving.",
        "磁盘上的规则文件未被接受，仍按上一次有效的规则运行。",
    ),
    ("problem", "This cannot be answered", "无法回答"),
];

/// All of them by key.
pub(super) fn of(reader: Reader) -> Item {
    let words = WORDS.iter().map(|(key, english, chinese)| {
        let word = match reader {
            Reader::English => *english,
            Reader::Chinese => *chinese,
        };
        ((*key).to_owned(), Item::text(word))
    });
    Item::Map(words.collect::<BTreeMap<String, Item>>())
}
