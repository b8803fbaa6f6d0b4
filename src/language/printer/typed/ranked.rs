//! Places among others and figures of all, back to how they are written.

use super::{Writer, at};
use crate::base::calendar::Zone;
use crate::language::syntax::{Call, Expr, ExprNode, Top};
use crate::language::typed::{Population, RankMeasure, Rules, Typed};
use crate::language::words::{self, Tongue};

/// A population in canonical English: what it goes by, among whom, in which groups, and the kind of its
/// values. Two of one rule set with the same text are the same.
pub fn population(rules: &Rules, population: &Population) -> String {
    let zone = Zone::load(&rules.schema.settings.time_zone).unwrap_or_else(Zone::utc);
    let writer = Writer {
        rules,
        subject: None,
        tongue: Tongue::English,
        zone: &zone,
    };
    let text = super::expression(
        &at(writer.ranked(RankMeasure::Rank, population)),
        Tongue::English,
    );
    // Without the name of the function and its brackets.
    let inside = text.split_once('(').map_or("", |(_, inside)| inside);
    let inside = inside.strip_suffix(')').unwrap_or(inside);
    format!("{inside}: {}", population.value.kind.describe())
}

impl Writer<'_> {
    pub(super) fn ranked(&self, measure: RankMeasure, population: &Population) -> ExprNode {
        let value = self.about_customer(&population.value);
        let (word, arguments) = match measure {
            RankMeasure::Top(reach) => {
                let (among, per) = self.among(population);
                return ExprNode::Top(Box::new(Top {
                    bottom: reach.bottom,
                    count: reach.count,
                    share: reach.share,
                    by: Box::new(value),
                    among,
                    per,
                    ties_by_id: population.ties_by_id,
                }));
            }
            RankMeasure::Percentile => (words::PERCENTILE, vec![value]),
            RankMeasure::Rank => (words::RANK, vec![value]),
            RankMeasure::Quantile(5) => (words::QUINTILE, vec![value]),
            RankMeasure::Quantile(parts) => {
                let parts = super::number(&parts.to_string());
                (words::QUANTILE, vec![value, at(parts)])
            }
            RankMeasure::Overall(figure) => {
                let inner = self.calling(figure.english(), vec![value]);
                (words::OVERALL, vec![at(ExprNode::Call(Box::new(inner)))])
            }
        };
        let (among, per) = self.among(population);
        let call = self.calling(word.english, arguments);
        ExprNode::Call(Box::new(Call {
            among,
            per,
            ties_by_id: population.ties_by_id,
            ..call
        }))
    }

    fn among(&self, population: &Population) -> (Option<Box<Expr>>, Vec<Expr>) {
        let about = |typed: &Typed| self.about_customer(typed);
        let among = population
            .among
            .as_ref()
            .map(|among| Box::new(about(among)));
        (among, population.per.iter().map(about).collect())
    }
}
