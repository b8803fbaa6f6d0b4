//! What is offered where, in both tongues.

use super::*;
use crate::base::source::Sources;
use crate::language::compile;

fn rules() -> Rules {
    let mut sources = Sources::default();
    sources.add(
        "rules.tamis",
        "customer \"客户\" { age \"年龄\": int  gender \"性别\": one of (female \"女\", male \"男\")  assets \"资产\": money }
event purchase \"消费\" { amount \"金额\": money  channel \"渠道\": one of (mobile \"手机\", web \"网银\") }
relation guarantor \"担保人\" inverse guarantees \"担保对象\": customer -> customer
param active_min \"活跃阈值\" = 5
metric spend \"消费额\": sum(purchase.amount)
filter rich \"富裕\": assets > 50k
",
    );
    let compiled = compile::rules(&sources);
    assert!(compiled.is_sound());
    compiled.rules
}

/// What fits where `|` stands: what is replaced, and the first candidates.
fn offered(rules: &Rules, text: &str) -> String {
    let at = text.find('|').unwrap();
    let whole = text.replace('|', "");
    let found = complete(rules, &whole, at, text.starts_with("items "));
    let texts: Vec<&str> = found
        .candidates
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    let shown = texts.get(..texts.len().min(6)).unwrap();
    format!("{}| {}", &whole[found.start..found.end], shown.join(" "))
}

#[test]
fn what_is_offered_fits_the_place_and_the_tongue() {
    let rules = rules();
    for (text, wanted) in [
        ("ag|", "ag| age"),
        ("年|", "年| 年龄 年份 年数"),
        ("age b|", "b| between by"),
        ("age > 3 an|", "an| and"),
        ("gender = |", "| female male"),
        ("gender = ma|", "ma| male max"),
        ("性别 = |", "| 女 男"),
        ("gender in (female, |", "| female male"),
        ("gender not in (|", "| female male"),
        ("sum(purchase.|", "| amount channel"),
        ("合计（消费.|", "| 渠道 金额"),
        ("last(purchase).ch|", "ch| channel"),
        ("count(purchase where chan|", "chan| channel"),
        ("count(purchase where channel = |", "| mobile web"),
        ("purchase.channel in (|", "| mobile web"),
        ("count(pur|", "pur| purchase"),
        ("any guar|", "guar| guarantees guarantor"),
        ("self.a|", "a| age assets"),
        ("ri|", "ri| rich right rising"),
        ("年龄介于3与5且富|", "富| 富裕"),
        ("年龄介于3与5且性别=|", "| 女 男"),
        ("有（消费其中渠道=|", "| 手机 网银"),
        ("act|", "act| active_min"),
        // Nothing is offered inside of texts and comments.
        ("gender = \"fe|", "| "),
        ("age > 3 # ag|", "| "),
        ("age|", "| "),
    ] {
        assert_eq!(offered(&rules, text), wanted, "{text}");
    }
}

#[test]
fn items_open_with_their_words() {
    let rules = rules();
    let found = complete(&rules, "filter a: age > 3\nme", 20, true);
    let texts: Vec<&str> = found
        .candidates
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(texts, ["metric"]);
}

#[test]
fn any_place_of_any_text_has_an_answer() {
    let rules = rules();
    for text in [
        "年龄介于30与（",
        "sum(purchase.amount where ",
        "((((",
        "】“#\n",
        "a.b.c.",
        "３．",
    ] {
        for at in 0..=text.len() + 3 {
            let found = complete(&rules, text, at, at % 2 == 0);
            assert!(found.start <= found.end && found.end <= text.len());
        }
    }
}
