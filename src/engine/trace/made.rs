//! What a score, a scorecard or stages are made of, for one customer: parts that add up
//! exactly to the score, the range that held it as a part of its own, the stages
//! that were asked, and what tiers are ranked by.

use std::collections::BTreeSet;

use super::build::{part, wording_of};
use super::tier::tier_evidence;
use super::{Added, Adds, Part, Wording};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::limit::SCORE_PLACES;
use crate::base::value::Value;
use crate::engine::reference::place::Place;
use crate::engine::reference::{truth, value};
use crate::language::typed::{
    Bin, BinTest, Definition, DefinitionId, Detail, PartOrigin, ScoreDetail, ScorePart,
    StagesDetail, TiersDetail, Typed,
};
use crate::language::words::{self, Tongue, Word};

/// The parts of a definition that is more than its expression; `None` for the others.
pub(super) fn made_of(
    place: &Place,
    definition: &Definition,
    shown: &mut BTreeSet<DefinitionId>,
) -> Option<Vec<Part>> {
    // A definition speaks of the customer, wherever its name is written.
    let place = &place.customer();
    match &definition.detail {
        Detail::Score(detail) => Some(score(place, definition, detail, shown)),
        Detail::Stages(detail) => Some(stages(place, detail, shown)),
        Detail::Tiers(detail) => Some(tiers(place, definition, detail, shown)),
        Detail::Plain => None,
    }
}

fn score(
    place: &Place,
    definition: &Definition,
    detail: &ScoreDetail,
    shown: &mut BTreeSet<DefinitionId>,
) -> Vec<Part> {
    let mut parts: Vec<Part> = detail
        .parts
        .iter()
        .map(|item| score_part(place, item, shown))
        .collect();
    let mut total = Some(0);
    for part in &parts {
        total = total
            .zip(units(part.value.as_ref()))
            .and_then(|(total, part): (i128, i128)| total.checked_add(part));
    }
    let sum = units(value(place, &detail.sum).as_ref());
    let whole = units(value(place, &definition.expression).as_ref());
    if let (Some(total), Some(sum)) = (total, sum) {
        parts.extend(difference(sum - total, Adds::Rounding, rounding_wording()));
    }
    if let (Some(sum), Some(whole), Some((low, high))) = (sum, whole, &detail.range) {
        let ends = |tongue| {
            let end = |end| wording_of(place, end).in_tongue(tongue).to_owned();
            format!("{} {}..{}", words::RANGE.text(tongue), end(low), end(high))
        };
        let text = Wording {
            english: ends(Tongue::English),
            chinese: ends(Tongue::Chinese),
        };
        parts.extend(difference(whole - sum, Adds::Range, text));
    }
    parts
}

fn rounding_wording() -> Wording {
    Wording {
        english: "what a number of this size cannot show".to_owned(),
        chinese: "该量级的数无法表示的部分".to_owned(),
    }
}

/// A part for what is left between two sums; none where there is nothing.
fn difference(units: i128, role: Adds, text: Wording) -> Option<Part> {
    let decimal = Decimal::new(units, SCORE_PLACES).filter(|_| units != 0)?;
    Some(Part {
        text,
        adds: Some(Added { role, reason: None }),
        ..Part::leaf(Kind::Number, Some(Value::Number(decimal.to_number())))
    })
}

/// A number as so many of the last place of a score; `None` for one that has finer places.
fn units(value: Option<&Value>) -> Option<i128> {
    let Some(Value::Number(number)) = value else {
        return None;
    };
    let decimal = Decimal::parse(&number.to_string())?;
    let missing = SCORE_PLACES.checked_sub(decimal.places)?;
    decimal.mantissa.checked_mul(10i128.checked_pow(missing)?)
}

fn score_part(place: &Place, item: &ScorePart, shown: &mut BTreeSet<DefinitionId>) -> Part {
    let found = value(place, &item.expression);
    let whole = part(place, &item.expression, &mut BTreeSet::new());
    let made = |role, reason, text, children| Part {
        text,
        reason: whole.reason,
        adds: Some(Added { role, reason }),
        children,
        ..Part::leaf(Kind::Number, found.clone())
    };
    match &item.origin {
        PartOrigin::Base => {
            let text = both(words::BASE);
            made(Adds::Base, None, text, Vec::new())
        }
        PartOrigin::Summand(written) => {
            // The summand itself is this line: what it is made of follows at once.
            let inner = part(place, written, shown);
            Part {
                evidence: inner.evidence,
                join: inner.join,
                shown_before: inner.shown_before,
                reason: inner.reason.or(whole.reason),
                ..made(Adds::Summand, None, inner.text, inner.children)
            }
        }
        PartOrigin::Row {
            value: sorted,
            bins,
        } => {
            let held = held(place, sorted, bins);
            let text = row_wording(place, sorted, held);
            let reason = held.and_then(|bin| bin.reason.clone());
            let children = vec![part(place, sorted, shown)];
            made(Adds::Row, reason, text, children)
        }
        PartOrigin::When { condition, reason } => {
            let text = wording_of(place, condition);
            let text = Wording {
                english: format!("{} {}", words::WHEN.english, text.english),
                chinese: format!("{} {}", words::WHEN.chinese, text.chinese),
            };
            let holds = truth(place, condition) == Some(true);
            let reason = reason.clone().filter(|_| holds);
            let children = vec![part(place, condition, shown)];
            made(Adds::When, reason, text, children)
        }
    }
}

/// The bin that held.
fn held<'b>(place: &Place, sorted: &Typed, bins: &'b [Bin]) -> Option<&'b Bin> {
    let of = |wanted: BinTest| bins.iter().find(move |bin| bin.test == wanted);
    if value(place, sorted).is_none() {
        return of(BinTest::Missing);
    }
    let mut tested = bins.iter();
    let holds = tested.find(|bin| match &bin.test {
        BinTest::Holds(test) => truth(place, test) == Some(true),
        BinTest::Missing | BinTest::Else => false,
    });
    holds.or_else(|| of(BinTest::Else))
}

fn row_wording(place: &Place, sorted: &Typed, held: Option<&Bin>) -> Wording {
    let sorted = wording_of(place, sorted);
    let with = |word: Word| Wording {
        english: format!("{}: {}", sorted.english, word.english),
        chinese: format!("{}：{}", sorted.chinese, word.chinese),
    };
    match held.map(|bin| &bin.test) {
        None => sorted,
        Some(BinTest::Missing) => with(words::MISSING),
        Some(BinTest::Else) => with(words::ELSE),
        Some(BinTest::Holds(test)) => wording_of(place, test),
    }
}

fn both(word: Word) -> Wording {
    Wording {
        english: word.english.to_owned(),
        chinese: word.chinese.to_owned(),
    }
}

/// The conditions that were asked, to the first that holds.
fn stages(place: &Place, detail: &StagesDetail, shown: &mut BTreeSet<DefinitionId>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (class, condition) in detail.classes.values.iter().zip(&detail.conditions) {
        let Some(condition) = condition else { break };
        let mut asked = part(place, condition, shown);
        asked.label = Some(Wording {
            english: class.name.to_string(),
            chinese: class.label.as_ref().unwrap_or(&class.name).to_string(),
        });
        let holds = asked.value == Some(Value::Bool(true));
        parts.push(asked);
        if holds {
            break;
        }
    }
    parts
}

/// Where the customer stands, and what he is ranked by.
fn tiers(
    place: &Place,
    definition: &Definition,
    detail: &TiersDetail,
    shown: &mut BTreeSet<DefinitionId>,
) -> Vec<Part> {
    let by = wording_of(place, &detail.population.value);
    let text = Wording {
        english: format!("{} {}", words::RANK.english, by.english),
        chinese: format!("{} {}", words::RANK.chinese, by.chinese),
    };
    let found = value(place, &definition.expression);
    let ranked = Part {
        text,
        evidence: Some(tier_evidence(place, definition, detail, found.as_ref())),
        ..Part::leaf(definition.expression.kind.clone(), found)
    };
    vec![ranked, part(place, &detail.population.value, shown)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::{Instant, Zone};
    use crate::base::money::Money;
    use crate::base::source::Sources;
    use crate::engine::reference::people::from_facts;
    use crate::engine::trace::trace;
    use crate::language::compile;
    use crate::language::typed::{Node, Rules};
    use crate::schema::AttributeId;
    use crate::store::fact::{Fact, Row};

    /// Numbers in the order of a seed.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, count: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (self.0 >> 33) % count
        }

        /// Up to six places, either sign.
        fn decimal(&mut self) -> String {
            let places = usize::try_from(self.below(7)).unwrap();
            let part = format!("{:06}", self.below(1_000_000));
            let sign = if self.below(3) == 0 { "-" } else { "" };
            match part.get(..places) {
                Some("") | None => format!("{sign}{}", self.below(300)),
                Some(part) => format!("{sign}{}.{part}", self.below(300)),
            }
        }
    }

    fn rules(chance: &mut Chance) -> Rules {
        let mut next = || chance.decimal();
        let text = format!(
            "settings {{ time_zone \"UTC\" }}\ncustomer {{ rate: number  assets: money  note: text }}\n\
             scorecard card base {} range -1000..1000 {{\n\
               rate: < 0 -> {} | 0..<3.5 -> {} | else -> {} | missing -> {}\n\
               note: \"a\" -> {} | else -> {} | missing -> {}\n\
               when assets > 100 -> {} \"rich\"\n}}\n\
             score total range -1000..1000: {} * (rate default 1) - (assets default 0) / 3 + exp(rate default 0) - ({} - log(7))",
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next()
        );
        let mut sources = Sources::default();
        sources.add("rules.tamis", text.clone());
        let compiled = compile::rules(&sources);
        assert!(compiled.is_sound(), "{text}\n{:#?}", compiled.diagnostics);
        compiled.rules
    }

    fn customer(chance: &mut Chance) -> Vec<Fact> {
        let mut fields = Vec::new();
        if chance.below(4) > 0 {
            let rate = (chance.below(1_000_000) as f64 / 7.0 - 50_000.0) / 9_999.0;
            fields.push((AttributeId(0), Some(Value::Number(rate))));
        }
        if chance.below(4) > 0 {
            let assets = i64::try_from(chance.below(9_000_000)).unwrap();
            fields.push((AttributeId(1), Some(Value::Money(Money(assets)))));
        }
        let enter = Fact::Customer {
            row: Row(0),
            id: "c".into(),
        };
        let attributes = Fact::Attributes {
            row: Row(0),
            since: None,
            fields,
        };
        vec![enter, attributes]
    }

    #[test]
    fn parts_add_up_digit_by_digit() {
        let (mut held, mut told) = (0, 0);
        for seed in 0..150 {
            let mut chance = Chance(seed * 7_919 + 1);
            let rules = rules(&mut chance);
            let people = from_facts(&rules.schema, &customer(&mut chance));
            for (at, name) in [(0, "card"), (1, "total")] {
                let named = Typed {
                    node: Node::Definition(DefinitionId(at)),
                    kind: Kind::Number,
                    span: Default::default(),
                };
                let trace = trace(&rules, &people, 0, &named, Instant(0), &Zone::utc());
                let parts = trace
                    .root
                    .children
                    .iter()
                    .filter(|part| part.adds.is_some());
                let parts: Vec<&Part> = parts.collect();
                let sum: i128 = parts
                    .iter()
                    .map(|part| units(part.value.as_ref()).unwrap())
                    .sum();
                let whole = trace.root.value.as_ref();
                assert_eq!(Some(sum), units(whole), "{name} {seed} {:#?}", trace.root);
                let has = |role| {
                    parts
                        .iter()
                        .any(|part| part.adds.as_ref().unwrap().role == role)
                };
                assert!(!has(Adds::Rounding), "{name} {seed}");
                held += i32::from(has(Adds::Range));
                told += i32::from(parts.len() == 4);
            }
        }
        assert!(held > 20 && told > 100, "{held} {told}");
    }
}
