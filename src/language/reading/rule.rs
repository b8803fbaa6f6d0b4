//! Metrics, filters, stages and tiers: what they are called, what they mean.

use super::lines::Line;
use super::{Place, Reader, say};
use crate::base::decimal::Decimal;
use crate::base::kind::EnumKind;
use crate::language::typed::{
    Definition, DefinitionKind, Detail, EventPart, Param, StagesDetail, Subject, TiersDetail,
};
use crate::language::words::{self, Tongue};

impl Reader<'_> {
    /// A definition with its name.
    pub(super) fn definition(&mut self, definition: &Definition) -> Line {
        let word = match definition.kind {
            DefinitionKind::Metric => words::METRIC,
            DefinitionKind::Filter => words::FILTER,
            DefinitionKind::Score => words::SCORE,
            DefinitionKind::Stages => words::STAGES,
            DefinitionKind::Tiers => words::TIERS,
        };
        let name = self.title(&definition.name, definition.label.as_deref());
        let head = self.head(word.text(self.tongue), &name);
        match &definition.detail {
            Detail::Plain if definition.kind == DefinitionKind::Filter => {
                self.customers(&definition.expression).after(&head)
            }
            Detail::Plain => self.value_line(&definition.expression).after(&head),
            Detail::Score(score) => self.score(score).after(&head),
            Detail::Stages(stages) => self.stages(stages).after(&head),
            Detail::Tiers(tiers) => self.tiers(tiers).after(&head),
        }
    }

    /// Which events a named part of them is.
    pub(super) fn event_part(&mut self, part: &EventPart) -> Line {
        let name = self.title(&part.name, part.label.as_deref());
        let head = self.head(words::EVENT.text(self.tongue), &name);
        let subject = Subject::Event(part.event);
        let noun = self.subject(subject);
        self.about(Place::Fact(subject), |reader| {
            reader.those(&noun, &part.condition).after(&head)
        })
    }

    /// A number that rules share, and between what it may be set.
    pub(super) fn shared_number(&mut self, param: &Param) -> Line {
        let name = self.title(&param.name, param.label.as_deref());
        let head = self.head(words::PARAM.text(self.tongue), &name);
        let value = self.literal(&param.value, &param.kind);
        let range = param.range.as_ref().map(|(low, high)| {
            let (low, high) = (
                self.literal(low, &param.kind),
                self.literal(high, &param.kind),
            );
            say!(
                self,
                ", which may be set from {low} to {high}",
                "，可在{low}至{high}之间调整"
            )
        });
        let range = range.unwrap_or_default();
        Line::of(format!("{head}{value}{range}"), Vec::new())
    }

    /// `Filter “dormant rich”: `.
    pub(super) fn head(&self, word: &str, name: &str) -> String {
        match self.tongue {
            Tongue::Chinese => format!("{word}{name}："),
            Tongue::English => {
                let mut letters = word.chars();
                let first: String = letters
                    .next()
                    .into_iter()
                    .flat_map(char::to_uppercase)
                    .collect();
                format!("{first}{} {name}: ", letters.as_str())
            }
        }
    }

    fn class_name(&self, classes: &EnumKind, at: usize) -> String {
        match classes.values.get(at) {
            Some(class) => self.title(&class.name, class.label.as_deref()),
            None => "?".to_owned(),
        }
    }

    fn stages(&mut self, stages: &StagesDetail) -> Line {
        let head = say!(
            self,
            "every customer is in the first of these that fits:",
            "每位客户归入以下首个符合的阶段："
        );
        let mut below = Vec::new();
        for (at, condition) in stages.conditions.iter().enumerate() {
            let class = self.class_name(&stages.classes, at);
            below.push(match condition {
                Some(condition) => {
                    let class = say!(self, "{class}: ", "{class}：");
                    self.customers(condition).after(&class)
                }
                None => Line::of(
                    say!(self, "{class}: all others", "{class}：其余客户"),
                    Vec::new(),
                ),
            });
        }
        Line::of(head, Vec::new()).above(below)
    }

    fn tiers(&mut self, tiers: &TiersDetail) -> Line {
        let mut line = self.line(|reader| {
            let by = reader.operand(&tiers.population.value);
            let per: Vec<String> = tiers
                .population
                .per
                .iter()
                .map(|per| reader.operand(per))
                .collect();
            match (reader.tongue, per.is_empty()) {
                (Tongue::English, true) => format!("all customers by {by}, the greatest first:"),
                (Tongue::English, false) => format!(
                    "customers within the same {} by {by}, the greatest first:",
                    per.join(" and ")
                ),
                (Tongue::Chinese, true) => format!("全体客户按{by}由高到低："),
                (Tongue::Chinese, false) => {
                    format!("同一{}的客户按{by}由高到低：", per.join("、"))
                }
            }
        });
        let mut below = Vec::new();
        for (at, reach) in tiers.reaches.iter().enumerate() {
            let class = self.class_name(&tiers.classes, at);
            below.push(match reach {
                Some(reach) => {
                    let percent = self.share_of(reach);
                    say!(self, "{class}: the top {percent}", "{class}：前{percent}")
                }
                None => say!(self, "{class}: all others", "{class}：其余客户"),
            });
        }
        if tiers.keep.mantissa > 0 {
            let percent = self.share_of(&tiers.keep);
            below.push(say!(
                self,
                "a class once reached is kept until the place is more than {percent} past its bound",
                "已达等级予以保留，直至名次超出界限{percent}以上"
            ));
        }
        let below = below
            .into_iter()
            .map(|text| Line::of(text, Vec::new()))
            .collect();
        line = line.above(below);
        line
    }

    fn share_of(&self, part: &Decimal) -> String {
        let written = part.to_string();
        self.percent(&written).unwrap_or(written)
    }
}
