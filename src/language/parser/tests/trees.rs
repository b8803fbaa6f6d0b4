//! Trees of good texts.

use std::path::Path;

use super::*;
use crate::language::words::Tongue;

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
fn items_of_every_kind() {
    let trees: String = items(include_str!("examples.tamis"))
        .iter()
        .map(|item| format!("{}\n\n", outline(item)))
        .collect();
    insta::assert_snapshot!(trees);
}

#[test]
fn an_item_ends_before_the_comment_of_the_next() {
    let text = "filter a: x # same line\n\n# about b\nfilter b: y\n# no more\n";
    let list = items(text);
    let said: Vec<_> = list
        .iter()
        .map(|item| {
            (
                &text[item.span.start as usize..item.span.end as usize],
                item.description.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("filter a: x # same line", None),
            ("filter b: y", Some("about b"))
        ]
    );
}

#[test]
fn a_comment_may_stand_between_the_parts_of_a_word() {
    for (parted, whole) in [
        ("days # so many\n since a > 3", "days since a > 3"),
        ("minutes # 、\n\n since a = 1", "minutes since a = 1"),
        ("a is # not so\n not b", "a is not b"),
        ("a is # no not\n b", "a is b"),
        ("at # no\n least 2 of (a, b, c)", "at least 2 of (a, b, c)"),
        ("a is # x\n missing", "a is missing"),
        ("a starts # x\n with \"b\"", "a starts with \"b\""),
        ("a not # x\n in (b, c)", "a not in (b, c)"),
    ] {
        let printed =
            |text: &str| crate::language::printer::expression(&expr(text), Tongue::English);
        assert_eq!(printed(parted), printed(whole), "{parted}");
    }
}

#[test]
fn a_field_named_like_an_item_is_no_head() {
    let text = "source s \"f\" {\nformat csv\nevent e when a = b {\nsource = x\nfilter = y\n}\n}\nfilter x:\nsource\n= 1\n";
    assert_eq!(items(text).len(), 2);
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
        100 元
        ３０
        ３．５％
        2024-06-30
        ２０２４－０６－３０
        2024年6月30日
        2024-06-30T09:30
        "a ""b"" # c"
        “文本”
        「文本」
        yes
        否
        today
        此刻
        missing
        90 days ago
        90天前
        三个月前
        半年前
        opened_on + 90 days
        opened_on - 1 year
        【my name】
        `my name`
        近90天消费额
        2024 - 6 - 3
        -5
        -(5)
        - x
        "#
    ));
}

#[test]
fn logic() {
    insta::assert_snapshot!(table(
        r#"
        a and b and c
        a or (b and c)
        (a and b) and c
        not a = b
        非 a 且 非（b）
        all of (a, b or c)
        全部满足（a，b）
        any of (a, b)
        any of (a)
        at least 2 of (a, b, c)
        至少满足 2 项（a，b，c）
        至少满足2项（a，b，c）
        if a then b else if c then d else e
        若 a 则 1 否则 2
        case { a > 1: "x", b: "y" else: missing }
        分档 { a：1，否则：2 }
        a && b
        a || b
        ! a
        A AND B
        ａ ａｎｄ ｂ
        "#
    ));
}

#[test]
fn tests_of_values() {
    insta::assert_snapshot!(table(
        r#"
        a = b
        a == b
        a <> b
        a ≠ b
        a =< b
        a is 5
        a is not 5
        a ~= "x"
        a ＞＝ 5
        a 不低于 5
        a 大于 5
        a 小于等于 5
        资产 50万以上
        资产 50万元以下
        50k <= assets < 500k
        500 > assets >= 50
        age between 18 and 65 and b
        age not between 1 and 2
        年龄 介于 18 与 30 且 性别 = 女
        年龄 介于 18 到 30 之间
        age in (18..25, 60..<65, 70..)
        age in 18..<65
        age in (..5)
        city not in ("a", "b")
        城市 属于（"上海"、"北京"）
        城市 不属于（“上海”）
        tags contains "vip"
        名称 不包含 "x"
        name ~contains "Vip"
        name starts with "A" and name ends with "B"
        名称 开头为 "A"
        名称 匹配 "^a.*"
        a is missing
        a is not null
        a 缺失 或 b 已知
        a default 0 > 5
        a default -1
        a 缺省 b 缺省 0
        "#
    ));
}

#[test]
fn arithmetic() {
    insta::assert_snapshot!(table(
        r#"
        a + b * c - d / e
        a × b ÷ c
        (a + b) * c
        a - -5
        50 * percent(a default 0) + 1
        (a default 0) + 1
        -a * b
        closed_on - opened_on
        "#
    ));
}

#[test]
fn dates_and_windows() {
    insta::assert_snapshot!(table(
        r#"
        days since opened_on > 30
        years since birth_date
        距今天数（开户日期）
        days since last(login).at
        birth_date in next 7 days
        anniversary(birth_date) in next 7 days
        周年（出生日期） 属于 未来7天
        opened_on not in last 6 whole months
        f(e, last 90 days)
        f(e, last 90 whole days)
        f(e, previous 90 days)
        f(e, last 72 hours)
        f(e, rolling 90 days)
        f(e, this month)
        f(e, previous quarter)
        f(e, since 2024-01-01)
        f(e, since first(login).at + 3 days)
        f(e, before x)
        f(e, before (x))
        f(e, between x and y)
        f(e, within 30 days after x)
        f（e，近90天）
        f（e，近 90 天）
        f（e，近90整日）
        f（e，近6个整月）
        f（e，近三个月）
        f（e，近半年）
        f（e，近一年）
        f（e，前30天）
        f（e，近72小时）
        f（e，滚动90天）
        f（e，今年）
        f（e，去年）
        f（e，本月）
        f（e，上月）
        f（e，自 最近（投诉）.时间 起）
        f（e，自2017-01-01起）
        f（e，2024-01-01之前）
        f（e，最近（登录）.时间 之后30天内）
        f（e，介于 x 与 y）
        日期 属于 今天 之前
        日期 属于 （a） 之前
        日期 属于 （a + b） 之后3天内
        opened_on in before (a) + 3 days
        分档 { a = 2024-06-30T09:30：10天前 }
        "#
    ));
}

#[test]
fn calls_and_relations() {
    insta::assert_snapshot!(table(
        r#"
        count(login)
        COUNT(login)
        sum(purchase.amount where channel in (mobile, web) and amount > 5, last 365 days)
        合计（消费.金额 其中 渠道 属于（手机），近30天）
        last(login).at
        first(purchase where amount > 1k).product
        lookup(a, lookup(b, c).d).e
        min(a, b, 3)
        missing_if(x, "-1", "999")
        any guarantor (assets > 5)
        any spouse or guarantor (self.city = city)
        all co_holder (a)
        none co_holder (a)
        没有 担保人（资产 > 5万）
        任一 配偶 或 担保人（a）
        any guarantor within 2 steps (a)
        任一 担保人 2步内（a）
        count(guarantor where assets > 5)
        sum(subsidiary.assets where C)
        last = 5 and limit > source
        "#
    ));
}

#[test]
fn lists_and_orders() {
    let list = parse_list("a, sum(b, c), (d + 1)", SourceId(0), &Lexicon::default()).unwrap();
    let order = parse_order(
        "a + b desc, 年龄 升序，c 降序",
        SourceId(0),
        &Lexicon::default(),
    )
    .unwrap();
    insta::assert_snapshot!(format!("{}\n{}", outline(&list), outline(&order)));
}

#[test]
fn places_among_others() {
    insta::assert_snapshot!(table(
        r#"
        percentile(assets) >= 90%
        quantile(assets, 4 among active per branch ties by id)
        名次（资产 范围内 活跃 每个 网点 同分按编号）
        top 10% by assets
        top 100 by assets + (bonus default 0) among active per branch ties by id and x
        bottom 2.5% by assets per (branch, city)
        前列 1% 按 资产 范围内 活跃 每个 网点
        前列1% 按 资产
        排名前 100 名 按 资产 限于 活跃 各 网点
        末位 5％ 按照 资产
        overall(median(assets) among active)
        count(login by day, last 90 days)
        次数（登录 按天，近90天）
        weighted(a: 0.4, `my b`: 0.6)
        top = 5
        "#
    ));
}
