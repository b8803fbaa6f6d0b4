//! A customer's place among others, and figures of all of them.

use super::clause::Clause;
use super::{Place, Reader, say};
use crate::language::typed::{Figure, Population, RankMeasure, RankReach};
use crate::language::words::Tongue;

impl Reader<'_> {
    /// What is asked of a population.
    pub(super) fn ranked(&mut self, measure: RankMeasure, population: &Population) -> String {
        let value = self.about(Place::Customer, |reader| reader.operand(&population.value));
        let among = self.among(population);
        match measure {
            RankMeasure::Percentile => say!(
                self,
                "the percentile of {value}{among}",
                "{among}{value}的百分位"
            ),
            RankMeasure::Rank => say!(
                self,
                "the place by {value}, the greatest first{among}",
                "{among}按{value}由高到低的名次"
            ),
            RankMeasure::Quantile(parts) => say!(
                self,
                "the place among {parts} equal parts by {value}{among}, the smallest in part 1",
                "{among}按{value}由低到高分为{parts}等份后所在的等份"
            ),
            RankMeasure::Top(_) => value,
            RankMeasure::Overall(figure) => {
                let word = self.figure(figure);
                let among = match among.is_empty() {
                    true => say!(self, " of all customers", "全体客户的"),
                    false => among,
                };
                say!(
                    self,
                    "the overall {word} of {value}{among}",
                    "{among}{value}总体{word}"
                )
            }
        }
    }

    fn figure(&self, figure: Figure) -> String {
        match figure {
            Figure::Count => say!(self, "count", "个数"),
            Figure::Sum => say!(self, "total", "合计"),
            Figure::Avg => say!(self, "average", "平均值"),
            Figure::Min => say!(self, "smallest value", "最小值"),
            Figure::Max => say!(self, "greatest value", "最大值"),
            Figure::Median => say!(self, "median", "中位数"),
            Figure::Stddev => say!(self, "standard deviation", "标准差"),
        }
    }

    /// English: ` among customers who …, within each branch`. Chinese: `同一网点的…客户中`.
    fn among(&mut self, population: &Population) -> String {
        let customer = self.customer();
        let who = population.among.as_ref().map(|among| {
            self.about(Place::Customer, |reader| {
                reader.described(&customer.many, true, among)
            })
        });
        let per: Vec<String> = population
            .per
            .iter()
            .map(|per| self.about(Place::Customer, |reader| reader.operand(per)))
            .collect();
        let ties = population.ties_by_id;
        match self.tongue {
            Tongue::English => {
                let mut text = String::new();
                if let Some(who) = who {
                    text += &format!(" among {who}");
                }
                if !per.is_empty() {
                    text += &format!(" within the same {}", per.join(" and "));
                }
                if ties {
                    text += " (equal ones ordered by id)";
                }
                text
            }
            Tongue::Chinese => {
                let group = match per.is_empty() {
                    true => String::new(),
                    false => format!("同一{}的", per.join("、")),
                };
                let who = match (who, group.is_empty()) {
                    (Some(who), _) => format!("{who}中"),
                    (None, false) => "客户中".to_owned(),
                    (None, true) => String::new(),
                };
                let ties = if ties { "（同分按编号）" } else { "" };
                format!("{group}{who}{ties}")
            }
        }
    }

    /// `top 1% by assets`.
    pub(super) fn top(
        &mut self,
        reach: RankReach,
        population: &Population,
        negated: bool,
    ) -> Clause {
        let value = self.about(Place::Customer, |reader| reader.operand(&population.value));
        let among = self.among(population);
        let count = match reach.share {
            true => self.percent(&reach.count.to_string()),
            false => None,
        };
        let count = count.unwrap_or_else(|| self.digits(&reach.count.to_string()));
        match self.tongue {
            Tongue::English => {
                let end = if reach.bottom { "bottom" } else { "top" };
                let not = if negated { "not " } else { "" };
                let text = format!("{not}in the {end} {count} by {value}{among}");
                Clause::Who {
                    one: format!("is {text}"),
                    many: format!("are {text}"),
                }
            }
            Tongue::Chinese => {
                let end = if reach.bottom { "后" } else { "前" };
                let not = if negated { "未" } else { "" };
                let count = if reach.share {
                    count
                } else {
                    format!("{count}名")
                };
                Clause::Whole(format!("{among}按{value}{not}排在{end}{count}"))
            }
        }
    }
}
