//! A trace as an indented tree for a terminal: ✓ yes, ✗ no, ? unknown or missing,
//! values in one column. Alignment is by display width, so that both scripts line up.

use super::words::{self, pick};
use super::{
    Bounded, Evidence, Part, RankBound, SeenFact, SeenOther, SeenUnit, Trace, Verdict, Wording,
};
use crate::base::calendar::{Instant, Zone};
use crate::base::kind::Kind;
use crate::base::math;
use crate::base::text::width;
use crate::base::value::Value;
use crate::engine::external::{Account, Link};
use crate::language::words::Tongue;

/// Columns after which a text no longer pushes the column of values to the right.
const ALIGNED_COLUMNS_MAX: usize = 70;
/// Columns after which a text is cut, visibly.
const TEXT_COLUMNS_MAX: usize = 100;

struct Line {
    left: String,
    right: String,
}

struct Page<'a> {
    tongue: Tongue,
    zone: &'a Zone,
    lines: Vec<Line>,
}

/// The whole tree, a line each, ending in a line break.
pub fn render(trace: &Trace, tongue: Tongue, zone: &Zone) -> String {
    let mut page = Page {
        tongue,
        zone,
        lines: Vec::new(),
    };
    let title = match tongue {
        Tongue::English => format!("{} as of {}", trace.customer, zone.format(trace.now)),
        Tongue::Chinese => format!("{} 截至 {}", trace.customer, zone.format(trace.now)),
    };
    page.line(0, title, String::new());
    page.part(0, &trace.root);
    if let Some(at) = trace.ranks_at {
        let at = zone.format(at);
        let said = match tongue {
            Tongue::English => format!("ranks as of {at}"),
            Tongue::Chinese => format!("名次截至 {at}"),
        };
        page.line(0, said, String::new());
    }
    for tiers in &trace.tiers {
        page.line(0, super::tier::review_said(tiers, tongue), String::new());
    }
    page.finish()
}

impl Page<'_> {
    /// As the tongue reads it: in Chinese by labels, where there are any.
    fn value(&self, value: &Value, kind: &Kind) -> String {
        match (self.tongue, value, kind) {
            (Tongue::Chinese, Value::Enum(code), Kind::Enum(list)) => list
                .label(*code)
                .map_or_else(|| value.display(kind, self.zone), str::to_owned),
            (Tongue::Chinese, Value::Bool(true), _) => "是".to_owned(),
            (Tongue::Chinese, Value::Bool(false), _) => "否".to_owned(),
            _ => value.display(kind, self.zone),
        }
    }

    fn line(&mut self, depth: usize, left: String, right: String) {
        self.lines.push(Line {
            left: format!("{}{left}", "  ".repeat(depth)),
            right,
        });
    }

    fn part(&mut self, depth: usize, part: &Part) {
        let mark = match part.verdict() {
            Some(Verdict::Yes) => "✓",
            Some(Verdict::No) => "✗",
            Some(Verdict::Unknown) => "?",
            None if part.value.is_none() => "?",
            None if part.adds.is_some() => "+",
            None => "·",
        };
        let mut text = match part.join {
            Some(join) if depth > 0 => words::join(join, self.tongue),
            _ => cut(part.text.in_tongue(self.tongue)),
        };
        if let Some(label) = &part.label {
            let colon = pick(self.tongue, ": ", "：");
            text = format!("{}{colon}{text}", label.in_tongue(self.tongue));
        }
        self.line(depth, format!("{mark} {text}"), self.result(part));
        for child in &part.children {
            crate::base::recursion::deep(|| self.part(depth + 1, child));
        }
        if let Some(evidence) = &part.evidence {
            self.evidence(depth + 1, evidence);
        }
    }

    /// The value, or why there is none.
    fn result(&self, part: &Part) -> String {
        let mut result = match (&part.value, part.verdict()) {
            (_, Some(Verdict::Yes | Verdict::No)) => String::new(),
            (Some(value), _) => cut(&self.value(value, &part.kind)),
            (None, verdict) => {
                let missing = match verdict {
                    Some(_) => pick(self.tongue, "unknown", "未知"),
                    None => pick(self.tongue, "missing", "缺失"),
                };
                match part.reason.and_then(|it| words::reason(it, self.tongue)) {
                    Some(reason) => {
                        format!("{missing}{}{reason}", pick(self.tongue, ": ", "："))
                    }
                    None => missing.to_owned(),
                }
            }
        };
        if let Some(reason) = part.adds.as_ref().and_then(|adds| adds.reason.as_deref()) {
            result = format!("{result}  {}", cut(reason));
        }
        if part.shown_before {
            let above = pick(self.tongue, "(shown above)", "（见上文）");
            result = match result.is_empty() {
                true => above.to_owned(),
                false => format!("{result} {above}"),
            };
        }
        result
    }

    fn evidence(&mut self, depth: usize, evidence: &Evidence) {
        match evidence {
            Evidence::Facts {
                subject,
                counted,
                left_aside,
            } => {
                let subject = subject.in_tongue(self.tongue).to_owned();
                let head = match self.tongue {
                    Tongue::English => format!("{} {subject} counted", counted.total),
                    Tongue::Chinese => format!("计入 {} 条{subject}", counted.total),
                };
                self.facts(depth, head, counted);
                if left_aside.total > 0 {
                    let head = match self.tongue {
                        Tongue::English => format!("{} {subject} left aside", left_aside.total),
                        Tongue::Chinese => format!("搁置 {} 条{subject}", left_aside.total),
                    };
                    self.facts(depth, head, left_aside);
                }
            }
            Evidence::Units(units) => self.units(depth, units),
            Evidence::Answers {
                subject,
                answered,
                unanswered,
            } => self.answers(depth, subject, (*answered, *unanswered)),
            Evidence::Plugin { by, account } => self.plugin(depth, by, account),
            Evidence::Ranked {
                rank,
                smaller,
                population,
                bound,
            } => self.ranked(depth, (*rank, *smaller, *population), bound.as_ref()),
            Evidence::Tier(tier) => {
                let said = super::tier::said(tier, self.tongue);
                self.line(depth, said, String::new());
            }
            Evidence::Overall { population } => {
                let population = grouped(*population);
                let said = match self.tongue {
                    Tongue::English => format!("over {population} customers"),
                    Tongue::Chinese => format!("共 {population} 位客户"),
                };
                self.line(depth, said, String::new());
            }
            Evidence::Sequence { events } => {
                for (subject, event) in events {
                    let subject = subject.in_tongue(self.tongue).to_owned();
                    let colon = pick(self.tongue, ":", "：");
                    let left = format!("{subject}{colon} {}", self.fact(event));
                    self.line(depth, left, String::new());
                }
            }
            Evidence::Others {
                relation,
                yes,
                no,
                unknown,
            } => self.all_others(depth, relation, [yes, no, unknown]),
        }
    }

    fn answers(&mut self, depth: usize, subject: &Wording, counts: (u64, u64)) {
        let subject = subject.in_tongue(self.tongue);
        let (answered, unanswered) = counts;
        let line = match self.tongue {
            Tongue::English => {
                format!("{answered} {subject} answered, {unanswered} not answered left out")
            }
            Tongue::Chinese => {
                format!("{answered} 条{subject}已答复，{unanswered} 条未答复不计")
            }
        };
        self.line(depth, line, String::new());
    }

    fn all_others(&mut self, depth: usize, relation: &Wording, lists: [&Bounded<SeenOther>; 3]) {
        let relation = relation.in_tongue(self.tongue).to_owned();
        for (mark, list) in ["✓", "✗", "?"].into_iter().zip(lists) {
            self.others(depth, mark, &relation, list);
        }
        if lists.iter().all(|list| list.total == 0) {
            let none = match self.tongue {
                Tongue::English => format!("no {relation}"),
                Tongue::Chinese => format!("没有{relation}"),
            };
            self.line(depth, none, String::new());
        }
    }

    /// `rank 12 of 5,369; top 1% needs rank ≤ 54 (1,200,000 or more)`
    fn ranked(&mut self, depth: usize, places: (u64, u64, u64), bound: Option<&RankBound>) {
        let (rank, smaller, population) = places;
        let bottom = bound.is_some_and(|bound| bound.bottom);
        let own = grouped(if bottom { smaller + 1 } else { rank });
        let of = grouped(population);
        let mut said = match (self.tongue, bottom) {
            (Tongue::English, false) => format!("rank {own} of {of}"),
            (Tongue::English, true) => format!("rank {own} of {of} from below"),
            (Tongue::Chinese, false) => format!("名次 {own}／{of}"),
            (Tongue::Chinese, true) => format!("倒数名次 {own}／{of}"),
        };
        if let Some(bound) = bound {
            let (text, places) = (bound.text.in_tongue(self.tongue), grouped(bound.places));
            said.push_str(&match self.tongue {
                Tongue::English => format!("; {text} needs rank ≤ {places}"),
                Tongue::Chinese => format!("；{text} 须名次 ≤ {places}"),
            });
            if let Some(value) = &bound.value {
                let value = self.value(value, &bound.kind);
                said.push_str(&match (self.tongue, bottom) {
                    (Tongue::English, false) => format!(" ({value} or more)"),
                    (Tongue::English, true) => format!(" ({value} or less)"),
                    (Tongue::Chinese, false) => format!("（{value} 以上）"),
                    (Tongue::Chinese, true) => format!("（{value} 以下）"),
                });
            }
        }
        self.line(depth, said, String::new());
    }

    fn units(&mut self, depth: usize, units: &Bounded<SeenUnit>) {
        let shown = units.shown.len();
        let mut head = match self.tongue {
            Tongue::English => format!("{} units of time", units.total),
            Tongue::Chinese => format!("{} 个时段", units.total),
        };
        if units.total > shown as u64 {
            head.push_str(&match self.tongue {
                Tongue::English => format!(", the latest {shown} shown"),
                Tongue::Chinese => format!("，列出最近 {shown} 个"),
            });
        }
        self.line(depth, head, String::new());
        for unit in &units.shown {
            let missing = match unit.kind {
                Kind::Bool => pick(self.tongue, "unknown", "未知"),
                _ => pick(self.tongue, "missing", "缺失"),
            };
            let value = match &unit.value {
                Some(value) => self.value(value, &unit.kind),
                None => missing.to_owned(),
            };
            self.line(depth + 1, unit.name.clone(), value);
        }
    }

    fn plugin(&mut self, depth: usize, by: &str, account: &Account) {
        let mut said = match self.tongue {
            Tongue::English => format!("said by the plugin {by}"),
            Tongue::Chinese => format!("插件 {by} 给出"),
        };
        if let Some(note) = &account.note {
            said.push_str(pick(self.tongue, ": ", "："));
            said.push_str(note);
        }
        self.line(depth, said, String::new());
        let mut sum = 0.0;
        for (name, part) in &account.parts {
            sum += part;
            self.line(depth + 1, format!("{part:+.4}"), name.to_string());
        }
        let meaning = match account.link {
            Link::None => return,
            Link::Sum => pick(self.tongue, "the sum", "合计").to_owned(),
            Link::Logistic => {
                let share = 1.0 / (1.0 + math::exp(-sum));
                match self.tongue {
                    Tongue::English => format!("the sum, as a share {share:.4}"),
                    Tongue::Chinese => format!("合计，换算为占比 {share:.4}"),
                }
            }
        };
        self.line(depth + 1, format!("{sum:+.4}"), meaning);
    }

    fn facts(&mut self, depth: usize, mut head: String, facts: &Bounded<SeenFact>) {
        let shown = facts.shown.len();
        if facts.total > shown as u64 {
            head.push_str(&match self.tongue {
                Tongue::English => format!(", the newest {shown} shown"),
                Tongue::Chinese => format!("，列出最近 {shown} 条"),
            });
        }
        self.line(depth, head, String::new());
        for fact in &facts.shown {
            let left = self.fact(fact);
            self.line(depth + 1, left, String::new());
        }
    }

    fn fact(&self, fact: &SeenFact) -> String {
        let mut words: Vec<String> = Vec::new();
        words.extend(fact.key.as_deref().map(str::to_owned));
        words.extend(fact.at.map(|at| self.instant(at)));
        let comma = pick(self.tongue, ", ", "，");
        let fields: Vec<String> = fact
            .fields
            .iter()
            .map(|field| {
                let value = self.value(&field.value, &field.kind);
                format!("{} {value}", field.name.in_tongue(self.tongue))
            })
            .collect();
        words.push(fields.join(comma));
        if !fact.missing.is_empty() {
            let names: Vec<&str> = fact
                .missing
                .iter()
                .map(|name| name.in_tongue(self.tongue))
                .collect();
            words.push(format!(
                "{}{}",
                pick(self.tongue, "missing: ", "缺失："),
                names.join(comma)
            ));
        }
        words.retain(|word| !word.is_empty());
        cut(&words.join("  "))
    }

    /// A date's first instant reads as the date.
    fn instant(&self, at: Instant) -> String {
        match self.zone.date_only(at) {
            Some(date) => date.to_string(),
            None => self.zone.format(at),
        }
    }

    fn others(&mut self, depth: usize, mark: &str, relation: &str, others: &Bounded<SeenOther>) {
        if others.total == 0 {
            return;
        }
        let ids: Vec<&str> = others.shown.iter().map(|other| &*other.id).collect();
        let comma = pick(self.tongue, ", ", "、");
        let mut left = format!("{mark} {} {relation}: {}", others.total, ids.join(comma));
        if self.tongue == Tongue::Chinese {
            left = format!("{mark} {} 个{relation}：{}", others.total, ids.join(comma));
        }
        if others.total > ids.len() as u64 {
            left.push_str(&match self.tongue {
                Tongue::English => format!(" … ({} shown)", ids.len()),
                Tongue::Chinese => format!(" …（列出 {} 个）", ids.len()),
            });
        }
        self.line(depth, left, String::new());
    }

    fn finish(self) -> String {
        let with_right = self.lines.iter().filter(|line| !line.right.is_empty());
        let column = with_right
            .map(|line| width(&line.left))
            .filter(|width| *width <= ALIGNED_COLUMNS_MAX)
            .max()
            .unwrap_or(0);
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.left);
            if !line.right.is_empty() {
                let gap = column.saturating_sub(width(&line.left)) + 2;
                text.push_str(&" ".repeat(gap));
                text.push_str(&line.right);
            }
            text.push('\n');
        }
        text
    }
}

/// A count with its thousands parted.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A long text cut at a character, with an ellipsis.
fn cut(text: &str) -> String {
    if width(text) <= TEXT_COLUMNS_MAX {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut columns = 1;
    let mut buffer = [0; 4];
    for letter in text.chars() {
        columns += width(letter.encode_utf8(&mut buffer));
        if columns > TEXT_COLUMNS_MAX {
            break;
        }
        short.push(letter);
    }
    short.push('…');
    short
}
