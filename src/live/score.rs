//! A score asked over all customers: how it spreads, who is highest, who has none and why.
//! A list of stages or tiers is asked the same way: how many stand in each class. Writing the
//! answers is `form`'s.

use std::cmp::Ordering;
use std::sync::Arc;

use super::answer::Blame;
use super::moment::{AskError, Moment};
use crate::base::calendar::Instant;
use crate::base::kind::EnumKind;
use crate::base::limit::{SCORE_BUCKETS, SCORE_PLACES};
use crate::base::math::{finite, round_half_away};
use crate::base::value::Value;
use crate::engine::outcome::{OutputResult, ResultData};
use crate::engine::reviewed::TiersShown;
use crate::engine::{External, Outcome, Rows, RunError, RunOptions};
use crate::language::suggest;
use crate::language::typed::{Definition, Detail, ScoreDetail, Typed};
use crate::plan::Asked;

/// What is wanted of a score beside its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreWanted {
    /// Nothing.
    Figures,
    /// So many of the highest.
    Top(usize),
    /// How many have about which.
    Histogram,
}

/// A score over all customers; scored + missing = total.
#[derive(Clone, Debug)]
pub struct ScoreAnswer {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// Customers who have it.
    pub scored: u64,
    /// Customers who have none.
    pub missing: u64,
    /// Which fields those lack, most blamed first.
    pub missing_because: Vec<Blame>,
    /// Customers in the store, the erased left out.
    pub total: u64,
    /// The instant asked about.
    pub as_of: Instant,
    /// The instant of the rank tables it was read from, if it hangs on any.
    pub ranks_at: Option<Instant>,
    /// Tiers that it hangs on.
    pub tiers: Vec<TiersShown>,
    /// What is said of its values.
    pub shape: Shape,
}

/// What a score's values, or a list's classes, come to.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Of a score.
    Numbers(Box<Numbers>),
    /// Of stages and tiers, in their order.
    Classes(Vec<ClassCount>),
}

/// How a score spreads.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The lowest; `None` when nobody has the score.
    pub lowest: Option<f64>,
    /// The highest.
    pub highest: Option<f64>,
    /// The mean, summed in the order of ids.
    pub mean: Option<f64>,
    /// What the range did, where there is one.
    pub held: Option<Held>,
    /// The highest, where asked for: by score, then by id.
    pub top: Option<Vec<Placed>>,
    /// How many more have the score of the last one shown.
    pub tied_beyond: u64,
    /// Where asked for; the counts add up to `scored`.
    pub histogram: Option<Vec<Bucket>>,
}

/// What a range did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Customers whose sum lies below the range.
    pub raised: u64,
    /// Customers whose sum lies above it.
    pub lowered: u64,
}

/// One of the highest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// 1 + how many have more; ties share it.
    pub rank: u64,
    /// Row of the snapshot.
    pub row: u32,
    /// The score.
    pub score: f64,
}

/// Scores from `from` on, below `to`; the last one holds `to` itself too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
    /// Customers.
    pub count: u64,
}

/// Customers of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCount {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// Customers in it.
    pub count: u64,
    /// Customers for whom its condition is unknown, and who stand in a later class or in none.
    pub passed_over: u64,
}

/// What the answers hang on beside the facts.
struct Basis {
    ranks_at: Option<Instant>,
    tiers: Vec<TiersShown>,
}

impl Moment {
    /// Asks a score, or a list of stages or tiers, by its name or label.
    pub fn score(
        &self,
        name: &str,
        wanted: ScoreWanted,
        options: &RunOptions,
    ) -> Result<ScoreAnswer, AskError> {
        let definition = self.scored_definition(name)?;
        match &definition.detail {
            Detail::Score(detail) => self.numbers(definition, detail, wanted, options),
            Detail::Stages(detail) if wanted == ScoreWanted::Figures => {
                let conditions = detail.conditions.iter().flatten().collect();
                self.classes(definition, (&detail.classes, conditions), options)
            }
            Detail::Tiers(detail) if wanted == ScoreWanted::Figures => {
                self.classes(definition, (&detail.classes, Vec::new()), options)
            }
            _ => Err(AskError::NoScore {
                message: format!(
                    "`{name}` is {}, whose classes have no order",
                    definition.kind.describe()
                ),
                help: "ask it without `top` and without a histogram".to_owned(),
            }),
        }
    }

    /// Whether there is such a score, without asking it.
    pub fn scored_definition(&self, name: &str) -> Result<&Definition, AskError> {
        let is_score = |definition: &&Definition| !matches!(definition.detail, Detail::Plain);
        let found = self
            .rules
            .find(name)
            .and_then(|id| self.rules.definition(id));
        if let Some(definition) = found.filter(is_score) {
            return Ok(definition);
        }
        let names = self.rules.definitions.iter().filter(is_score);
        let names: Vec<&str> = names
            .flat_map(|one| std::iter::once(&*one.name).chain(one.label.as_deref()))
            .collect();
        let known = match names.as_slice() {
            [] => "the rules have no `score` and no `scorecard`".to_owned(),
            names => format!("there are {}", suggest::some_of(names.iter().copied(), 12)),
        };
        let message = match found {
            Some(other) => format!("`{name}` is {}, not a score", other.kind.describe()),
            None => format!("no score is called `{name}`"),
        };
        Err(AskError::NoScore {
            message,
            help: suggest::help(name, names.iter().copied(), &known),
        })
    }

    fn outcome(
        &self,
        asked: &[(Arc<str>, &Typed)],
        options: &RunOptions,
    ) -> Result<(Outcome, Basis), AskError> {
        let asked: Vec<Asked<'_>> = asked
            .iter()
            .map(|(name, typed)| Asked {
                name: Arc::clone(name),
                typed,
            })
            .collect();
        let mut heard = External::default();
        let outcome = self.run(self.plan(&asked), &Rows::All, options, &mut heard)?;
        let basis = Basis {
            ranks_at: heard.ranks_at(),
            tiers: heard.tiers_shown(),
        };
        Ok((outcome, basis))
    }

    fn answer(
        &self,
        definition: &Definition,
        (output, basis): (&OutputResult, Basis),
        shape: Shape,
    ) -> ScoreAnswer {
        let total = u64::from(self.snapshot.living());
        let scored = output.values.as_ref().map_or(0, |values| {
            let living = self.snapshot.by_id().iter();
            living
                .filter(|row| values.presence.get(**row as usize))
                .count() as u64
        });
        let because = output.missing_because.iter();
        ScoreAnswer {
            name: Arc::clone(&definition.name),
            label: definition.label.clone(),
            scored,
            missing: total - scored,
            missing_because: because
                .map(|(field, count)| Blame {
                    field: Arc::clone(field),
                    count: *count,
                })
                .collect(),
            total,
            as_of: self.now,
            ranks_at: basis.ranks_at,
            tiers: basis.tiers,
            shape,
        }
    }

    fn numbers(
        &self,
        definition: &Definition,
        detail: &ScoreDetail,
        wanted: ScoreWanted,
        options: &RunOptions,
    ) -> Result<ScoreAnswer, AskError> {
        let name = |text: &str| Arc::from(text);
        let mut asked = vec![(Arc::clone(&definition.name), &definition.expression)];
        if let Some((low, high)) = &detail.range {
            asked.extend([
                (name("sum"), &detail.sum),
                (name("low"), low),
                (name("high"), high),
            ]);
        }
        let (outcome, basis) = self.outcome(&asked, options)?;
        let (scores, rest) = outcome.outputs.split_first().ok_or_else(no_values)?;
        let values = self.present(scores)?;
        let range = match rest {
            [sum, low, high] => self.held(&values, sum, low, high)?,
            _ => None,
        };
        let numbers = Numbers {
            held: range,
            ..spread(&values, range, wanted)
        };
        Ok(self.answer(
            definition,
            (scores, basis),
            Shape::Numbers(Box::new(numbers)),
        ))
    }

    /// Rows and numbers of everyone who has one, by the bytes of their ids.
    fn present(&self, output: &OutputResult) -> Result<Vec<(u32, f64)>, AskError> {
        let values = output.values.as_ref().ok_or_else(no_values)?;
        let ResultData::Numbers(numbers) = &values.data else {
            return Err(no_values());
        };
        let rows = self.snapshot.by_id().iter().copied();
        let present = rows.filter(|row| values.presence.get(*row as usize));
        Ok(present
            .filter_map(|row| Some((row, *numbers.get(row as usize)?)))
            .collect())
    }

    fn held(
        &self,
        values: &[(u32, f64)],
        sum: &OutputResult,
        low: &OutputResult,
        high: &OutputResult,
    ) -> Result<Option<Held>, AskError> {
        let sums = self.present(sum)?;
        let end = |output: &OutputResult| Ok::<_, AskError>(self.present(output)?.first().copied());
        let (Some((_, low)), Some((_, high))) = (end(low)?, end(high)?) else {
            return Ok(None);
        };
        // Whoever has a sum has the score, and the other way round.
        let pairs = || values.iter().zip(&sums);
        Ok(Some(Held {
            low,
            high,
            raised: pairs().filter(|(score, sum)| sum.1 < score.1).count() as u64,
            lowered: pairs().filter(|(score, sum)| sum.1 > score.1).count() as u64,
        }))
    }

    fn classes(
        &self,
        definition: &Definition,
        (list, conditions): (&EnumKind, Vec<&Typed>),
        options: &RunOptions,
    ) -> Result<ScoreAnswer, AskError> {
        let mut asked = vec![(Arc::clone(&definition.name), &definition.expression)];
        let conditions = conditions.into_iter();
        asked.extend(conditions.map(|condition| (Arc::from("condition"), condition)));
        let (outcome, basis) = self.outcome(&asked, options)?;
        let (classes, conditions) = outcome.outputs.split_first().ok_or_else(no_values)?;
        let values = classes.values.as_ref().ok_or_else(no_values)?;
        let mut counts: Vec<ClassCount> = list
            .values
            .iter()
            .map(|class| ClassCount {
                name: Arc::clone(&class.name),
                label: class.label.clone(),
                count: 0,
                passed_over: 0,
            })
            .collect();
        for row in self.snapshot.by_id() {
            let at = *row as usize;
            let class = match values.get(at) {
                Some(Value::Enum(code)) => usize::from(code),
                _ => counts.len(),
            };
            if let Some(count) = counts.get_mut(class) {
                count.count += 1;
            }
            for (count, asked) in counts.iter_mut().zip(conditions).take(class) {
                let condition = asked.condition.as_ref();
                let unknown = condition.is_some_and(|condition| condition.get(at).is_none());
                count.passed_over += u64::from(unknown);
            }
        }
        Ok(self.answer(definition, (classes, basis), Shape::Classes(counts)))
    }
}

/// What the numbers come to, without what the range did.
fn spread(values: &[(u32, f64)], range: Option<Held>, wanted: ScoreWanted) -> Numbers {
    let scores = || values.iter().map(|(_, score)| *score);
    let lowest = scores().min_by(f64::total_cmp);
    let highest = scores().max_by(f64::total_cmp);
    let mean = finite(scores().sum::<f64>() / values.len() as f64)
        .and_then(|mean| round_half_away(mean, SCORE_PLACES));
    let (top, tied_beyond) = match wanted {
        ScoreWanted::Top(count) => {
            let (top, tied) = highest_of(values, count);
            (Some(top), tied)
        }
        _ => (None, 0),
    };
    let histogram = (wanted == ScoreWanted::Histogram).then(|| {
        let ends = match (range, lowest, highest) {
            (Some(held), Some(_), _) => Some((held.low, held.high)),
            (None, Some(low), Some(high)) => Some((low, high)),
            _ => None,
        };
        ends.map_or_else(Vec::new, |(low, high)| buckets(scores(), low, high))
    });
    Numbers {
        lowest,
        highest,
        mean,
        held: None,
        top,
        tied_beyond,
        histogram,
    }
}

/// The highest, ties by id; how many more have the score of the last one.
fn highest_of(values: &[(u32, f64)], count: usize) -> (Vec<Placed>, u64) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    let score = |at: usize| values.get(at).map_or(0.0, |(_, score)| *score);
    // Values stand in the order of ids, so that the place settles ties.
    let descending =
        |a: &usize, b: &usize| -> Ordering { score(*b).total_cmp(&score(*a)).then(a.cmp(b)) };
    if count < order.len() {
        order.select_nth_unstable_by(count, descending);
        order.truncate(count);
    }
    order.sort_unstable_by(descending);
    let mut top: Vec<Placed> = Vec::with_capacity(order.len());
    for (place, at) in (1u64..).zip(order) {
        let Some((row, score)) = values.get(at).copied() else {
            continue;
        };
        let rank = match top.last() {
            Some(last) if last.score == score => last.rank,
            _ => place,
        };
        top.push(Placed { rank, row, score });
    }
    let tied = top.last().map_or(0, |last| {
        let alike = |score: f64| score == last.score;
        let all = values.iter().filter(|(_, score)| alike(*score)).count();
        let shown = top.iter().filter(|placed| alike(placed.score)).count();
        (all - shown) as u64
    });
    (top, tied)
}

/// Equal parts from the lower to the upper end; one where they are the same.
fn buckets(scores: impl Iterator<Item = f64>, low: f64, high: f64) -> Vec<Bucket> {
    let parts = if low < high { SCORE_BUCKETS } else { 1 };
    let edge = |at: usize| match at {
        0 => low,
        at if at == parts => high,
        at => {
            let edge = low + (high - low) * (at as f64 / parts as f64);
            round_half_away(edge, SCORE_PLACES)
                .unwrap_or(edge)
                .clamp(low, high)
        }
    };
    let mut buckets: Vec<Bucket> = (0..parts)
        .map(|at| Bucket {
            from: edge(at),
            to: edge(at + 1),
            count: 0,
        })
        .collect();
    for score in scores {
        let place = buckets.partition_point(|bucket| bucket.from <= score);
        if let Some(bucket) = buckets.get_mut(place.saturating_sub(1)) {
            bucket.count += 1;
        }
    }
    buckets
}

/// A run without the values that were asked for is a fault of the plan.
fn no_values() -> AskError {
    AskError::Run(RunError::Malformed("the plan gave no values"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_a_rank_and_go_by_id() {
        let values = [(7, 5.0), (3, 9.0), (8, 5.0), (1, 5.0), (2, 1.0)];
        let (top, tied) = highest_of(&values, 3);
        let shown: Vec<(u64, u32)> = top.iter().map(|one| (one.rank, one.row)).collect();
        assert_eq!((shown, tied), (vec![(1, 3), (2, 7), (2, 8)], 1));
        let (all, tied) = highest_of(&values, 50);
        assert_eq!((all.len(), all[4].rank, tied), (5, 5, 0));
        assert!(highest_of(&[], 3).0.is_empty());
    }

    #[test]
    fn buckets_hold_everyone_once() {
        let scores = [0.0, 4.999999, 5.0, 99.0, 100.0, 100.0];
        let found = buckets(scores.into_iter(), 0.0, 100.0);
        assert_eq!(found.len(), SCORE_BUCKETS);
        assert_eq!((found[0].count, found[1].count, found[19].count), (2, 1, 3));
        assert_eq!(found.iter().map(|one| one.count).sum::<u64>(), 6);
        let one = buckets([3.0, 3.0].into_iter(), 3.0, 3.0);
        assert_eq!(
            one,
            [Bucket {
                from: 3.0,
                to: 3.0,
                count: 2
            }]
        );
        // Ends so near that edges fall together still hold everyone.
        let near = buckets([0.0, 0.000001].into_iter(), 0.0, 0.000001);
        assert_eq!(near.iter().map(|one| one.count).sum::<u64>(), 2);
    }
}
