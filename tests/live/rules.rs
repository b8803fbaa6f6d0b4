//! Random rule sets of filters that stand to the clock in every way there is.

use crate::chance::Chance;

/// Conditions of one construct each.
pub const CONDITIONS: &[&str] = &[
    "assets > 100",
    "not assets between 50 and 150",
    "assets is missing",
    "tier = gold",
    "note contains \"x\"",
    "any(purchase, last 2 days)",
    "count(purchase, last 3 hours) >= 2",
    "sum(purchase.amount, last 90 minutes) > 100",
    "avg(purchase.amount, last 4 hours) > 60",
    "count(login, rolling 1 days) > 1",
    "none(login, previous 2 hours)",
    "count(login by day, last 5 days) >= 2",
    "streak(login by day) >= 2",
    "peak(count(purchase), 2 days) >= 3",
    "peak(sum(purchase.amount), 2 days, last 30 hours) > 150",
    "gap(purchase) > 1",
    "elapsed(a: login, b: purchase, last 2 days) < 5",
    "elapsed(a: purchase, b: purchase where b.paid_on = a.paid_on) > 2",
    "median(purchase.amount, last 3 hours) > 60",
    "stddev(purchase.amount) > 20",
    "share(purchase where amount > 60, last 2 days) > 50%",
    "share(purchase where valid_to >= now) >= 50%",
    "mode(login.device, last 2 days) = \"a\"",
    "modes(login.device, 1) contains \"b\"",
    "trend(sum(purchase.amount) by day, last 4 days) > 0",
    "trend(count(login) by day) < 0",
    "rising(count(purchase) by day, last 2 whole days)",
    "falling(sum(purchase.amount) by week)",
    "rising(count(login) by day, since seen)",
    "not rising(count(login) by day, last 60 hours)",
    "not falling(count(login) by day, previous 50 hours)",
    "rising(count(purchase) by day, since now - 3 days)",
    "falling(count(login) by day, between now - 100 hours and now - 30 hours)",
    "days(count(purchase) >= 2, last 3 whole days) >= 1",
    "days(any(login where at > now - 30 hours), last 2 whole days) = 2",
    "months(any(purchase), last 2 whole months) >= 1",
    "hours since recorded(assets) < 5",
    "recorded(tier) in last 2 days",
    "any(purchase, since recorded(assets))",
    "any(purchase, previous 1 days)",
    "any(purchase, last 1 whole days)",
    "any(login, this week)",
    "count(purchase, previous month) > 0",
    "hours since seen > 5",
    "hours since seen = 0",
    "minutes since last(login).at < 30",
    "hours since last(login).at between 1 and 3",
    "hours since born < 30",
    "days since last(purchase).at >= 2",
    "seen in last 5 hours",
    "seen in previous 30 minutes",
    "seen in rolling 2 days",
    "seen in last 2 days",
    "seen in since born",
    "born in next 3 days",
    "anniversary(born) in next 7 days",
    "years since born >= 18",
    "months since seen < 1",
    "seen <= now",
    "seen < now - 90 minutes",
    "seen < now - 2 days",
    "seen > now - 1 months",
    "seen + 3 hours > now",
    "seen + 1 days > now",
    "now between seen and seen + 2 hours",
    "now >= 2024-03-31T03:30",
    "any(purchase where valid_to >= now)",
    "count(purchase where paid_on > today) > 0",
    "any(purchase where hours since valid_to < 4)",
    "any(login where at > now - 45 minutes)",
    "any(purchase where valid_to in last 2 hours)",
    "any(purchase, since seen)",
    "any(purchase, since 3 hours ago)",
    "any(purchase, before seen)",
    "any(purchase, within 2 hours after seen)",
    "count(purchase, within 3 days after born) > 0",
    "any(purchase, between born and seen)",
    "today in within 3 days after seen",
    "now in within 4 hours after seen",
    "any(loan where due <= today)",
    "count(loan) >= 1",
    "sum(loan.amount) > 50",
    "any(loan where at > now - 2 hours)",
    "any guarantor (assets > 100)",
    "all guarantees (any(login, last 2 hours))",
    "count(guarantor where hours since seen < 3) >= 1",
    "sum(guarantor.assets) > 100",
    "none guarantor (any guarantees (seen > now - 1 hours))",
    "manager contains \"Li\"",
    "(if assets > 100 then seen else last(login).at) in last 2 hours",
    "hours since (last(purchase).valid_to default seen) > 2",
    "last(purchase).valid_to < now",
    "first(login).device = \"a\"",
    "decay(sum(purchase.amount), half-life 2 days) > 50",
    "decay(count(login where at > now - 3 days), half-life 1 weeks) >= 0.9",
    "any(big, last 2 days)",
    "count(big where valid_to < now) > 0",
    "any guarantor within 2 steps (assets > 100)",
    "any guarantor or guarantees within 2 steps (any(login, last 2 hours))",
    "none guarantor within 3 steps (seen > now - 1 hours)",
    "any guarantor (assets > self.assets)",
    "any guarantees (seen > self.seen)",
    "any guarantor (any(purchase where at > self.seen))",
    "any guarantor (seen in last 3 hours and assets > self.assets)",
    "count(guarantor where any(login, last 5 hours) and id != self.id) > 0",
    "any guarantor within 2 steps (any(purchase where valid_to > now and amount > self.assets))",
    "followed(purchase, login within 2 hours)",
    "followed(purchase, no login within 90 minutes)",
    "followed(login, no purchase within 2 days)",
    "followed(a: purchase, b: purchase where b.amount > a.amount within 3 days)",
    "followed(purchase, no login, login where device = \"a\")",
    "followed(login, purchase where valid_to > now within 1 days)",
    "followed(a: login, no big where at > a.at + 1 hours within 6 hours, login)",
    "any guarantor or guarantees (followed(purchase, no login within 1 hours))",
    "count(t: purchase where any(login, within 2 hours after t.at)) >= 1",
    "any(t: purchase where none(login where at > t.at and device = \"a\"))",
    "any(t: purchase where any(login where at > t.at, last 4 hours))",
    "any guarantor (plugin.native.deep() > 3 and assets > self.assets)",
    "plugin.native.wealth() > 5",
    "plugin.native.mood() = \"good\"",
    "plugin.native.near()",
    "any guarantor (plugin.native.deep() > 3)",
    "(if plugin.native.near() then seen else last(login).at) in last 2 hours",
];

/// Conditions that read rank tables: no instant follows from them, but from when these are built.
pub const RANKED: &[&str] = &[
    "top 2 by assets",
    "percentile(assets) >= 50%",
    "bottom 40% by sum(purchase.amount, last 2 days)",
    "top 1 by count(login) per tier",
    "rank(assets among assets > 50 ties by id) <= 2",
    "assets > overall(avg(assets))",
    "quintile(sum(loan.amount)) >= 3",
    "any guarantor (top 2 by assets)",
    "top 50% by rank(assets per tier)",
    "percentile(assets default 0) > 0 and hours since seen > 2",
    "any(purchase where amount > overall(median(assets)), last 5 hours)",
    "top 30% by days since seen among any(login)",
];

/// All of them.
pub fn all() -> Vec<&'static str> {
    CONDITIONS.iter().chain(RANKED).copied().collect()
}

/// Those that need no plugin.
pub fn plain() -> Vec<&'static str> {
    let mut all = all();
    all.retain(|text| !text.contains("plugin."));
    all
}

fn condition(chance: &mut Chance, texts: &[&str]) -> String {
    let one = |chance: &mut Chance| format!("({})", chance.one(texts));
    match chance.below(6) {
        0 => format!("{} and not {}", one(chance), one(chance)),
        1 => format!("{} or {}", one(chance), one(chance)),
        2 => format!(
            "at least 2 of ({}, {}, {})",
            chance.one(texts),
            chance.one(texts),
            chance.one(texts)
        ),
        3 => format!("not {}", one(chance)),
        _ => chance.one(texts).to_string(),
    }
}

/// So many filters, one of which may lean on another.
pub fn filters(chance: &mut Chance, texts: &[&str], count: usize) -> String {
    let mut items = String::new();
    for at in 0..count {
        let text = match at {
            1.. if chance.percent(15) => format!("f{} and {}", at - 1, chance.one(texts)),
            _ => condition(chance, texts),
        };
        items += &format!("filter f{at}: {text}\n");
    }
    items + &scored(chance, texts)
}

/// Stages, a score and a scorecard over such conditions, and a filter over them.
fn scored(chance: &mut Chance, texts: &[&str]) -> String {
    let mut one = || format!("({})", chance.one(texts));
    format!(
        "stages phase {{ a: {}  b \"乙\": {}  c: else }}\n\
         score worth range 0..30: 10 * count(purchase, last 2 days) + 0.5 * count(login) - (if {} default no then 5 else 0.25)\n\
         scorecard card base 5 range 0..20 {{\n\
           assets: < 50 -> 1 | 50..<100 -> 2.5 | else -> 3 | missing -> 0\n\
           tier: gold -> 4 | plain -> 1 | missing -> 0\n\
           when {} -> -7\n}}\n\
         filter scored: worth >= 10 or card > 8 or phase = b\n",
        one(),
        one(),
        one(),
        one()
    )
}
