//! What a definition is made of beside its value: the parts of a score, the classes of
//! stages and tiers; and how what decays is weighed. The value alone is [`super::Definition::expression`]; this serves
//! explanation, counting and the printing of answers.

use std::sync::Arc;

use super::{Node, Population, RankMeasure, RankReach, Typed};
use crate::base::decimal::Decimal;
use crate::base::kind::{EnumKind, Kind};
use crate::base::span::Span;

/// What a definition is made of.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Detail {
    /// Of a metric or a filter: its expression says all.
    #[default]
    Plain,
    /// Of a score or a scorecard.
    Score(Box<ScoreDetail>),
    /// Of stages.
    Stages(Box<StagesDetail>),
    /// Of tiers.
    Tiers(Box<TiersDetail>),
}

/// A score as parts. The definition's expression is their sum, held within the range.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreDetail {
    /// Number constants, the lower one first.
    pub range: Option<(Typed, Typed)>,
    /// Number: the sum of the parts before the range holds it.
    pub sum: Typed,
    /// In order; at least one.
    pub parts: Vec<ScorePart>,
}

/// What adds to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ScorePart {
    /// Where it comes from.
    pub origin: PartOrigin,
    /// Number, of at most [`crate::base::limit::SCORE_PLACES`] decimal places.
    pub expression: Typed,
}

/// Where a part of a score comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum PartOrigin {
    /// A summand of the score's expression, as written: Int, Number or Money.
    Summand(Typed),
    /// `base 20`
    Base,
    /// A row of a scorecard.
    Row {
        /// What the bins sort: any kind but a set.
        value: Typed,
        /// In order; the first that holds counts.
        bins: Vec<Bin>,
    },
    /// `when C -> P "reason"`: P where C is yes, 0 where it is not; unknown counts as not.
    When {
        /// Bool.
        condition: Typed,
        /// As written.
        reason: Option<Arc<str>>,
    },
}

/// One bin of a scorecard's row.
#[derive(Clone, Debug, PartialEq)]
pub struct Bin {
    /// When it holds.
    pub test: BinTest,
    /// Number: what it gives.
    pub points: Typed,
    /// As written after the points.
    pub reason: Option<Arc<str>>,
}

/// When a bin holds.
#[derive(Clone, Debug, PartialEq)]
pub enum BinTest {
    /// Bool about the row's value, which is known.
    Holds(Typed),
    /// `missing`
    Missing,
    /// `else`: the value is known and no bin before holds.
    Else,
}

/// Exclusive classes; the definition's expression is the class.
#[derive(Clone, Debug, PartialEq)]
pub struct StagesDetail {
    /// The classes by name; the definition's kind.
    pub classes: Arc<EnumKind>,
    /// By class: the condition as written, Bool; `None` = `else`, the last.
    pub conditions: Vec<Option<Typed>>,
    /// By class: its customers.
    pub sets: Vec<ClassSet>,
}

/// The customers of one class, watched like the members of a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassSet {
    /// The condition as it is written: `lifecycle = churned`. No filter has such a name.
    pub name: Arc<str>,
    /// The same by labels.
    pub label: Option<Arc<str>>,
    /// Bool.
    pub condition: Typed,
}

/// Classes by rank of a score; the definition's expression is the class that a review gave, else the one by rank
/// alone.
#[derive(Clone, Debug, PartialEq)]
pub struct TiersDetail {
    /// The classes by name, the best first; the definition's kind.
    pub classes: Arc<EnumKind>,
    /// What is ranked, within which groups.
    pub population: Population,
    /// By class: the share of the population that it reaches down to, ascending, above 0 and at most 1; `None` =
    /// `else`, the last.
    pub reaches: Vec<Option<Decimal>>,
    /// How far past its bound a rank may fall before the tier is left, as a share of the population.
    pub keep: Decimal,
    /// The class by rank alone: Enum.
    pub by_rank: Typed,
    /// By class: its customers.
    pub sets: Vec<ClassSet>,
}

impl TiersDetail {
    /// How far a class reaches, or with `keep` holds whoever stands in it; `None` for `else`.
    pub fn reach(&self, class: usize, kept: bool) -> Option<RankReach> {
        let own = (*self.reaches.get(class)?)?;
        let count = match kept {
            false => own,
            true => own.plus(self.keep)?,
        };
        Some(RankReach {
            bottom: false,
            count,
            share: true,
        })
    }

    /// Whether a customer's rank lies within [`Self::reach`]: Bool.
    pub fn within(&self, class: usize, kept: bool, span: Span) -> Option<Typed> {
        let reach = self.reach(class, kept)?;
        Some(Typed {
            node: Node::Ranked {
                measure: RankMeasure::Top(reach),
                population: Box::new(self.population.clone()),
            },
            kind: Kind::Bool,
            span,
        })
    }
}

/// How facts lose weight: half of it for every half-life of their age in whole dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decay {
    /// At least 1.
    pub half_life_days: u32,
}
