//! Reviews of tiers: who stands in which tier at the beginning of a date, from ranks and from where
//! everyone stood before. Where reviews are kept is the business of `review_records`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ranks::Ranks;
use super::run::{Prepared, View};
use crate::base::calendar::{Date, Unit};
use crate::base::span::Span;
use crate::base::value::Value;
use crate::engine::outcome::OutputResult;
use crate::engine::reviewed::{Reviewed, Reviews, class_code};
use crate::engine::{Rows, RunError, RunOptions};
use crate::language::typed::{Definition, Detail, Rules, TiersDetail, Typed};
use crate::plan::{self, Asked, Statistics};

/// What one list of tiers is reviewed by.
#[derive(Debug)]
struct Tiers {
    name: Arc<str>,
    /// Names of the classes, the best first.
    classes: Arc<[Arc<str>]>,
    detail: TiersDetail,
    /// Gives the class by rank, then for each class whether the rank is still kept in it.
    prepared: Prepared,
}

/// All tiers of a rule set, those that others are ranked by first.
#[derive(Debug)]
pub(super) struct Reviewer {
    tiers: Vec<Tiers>,
}

impl Reviewer {
    pub fn new(rules: &Rules, statistics: &Statistics) -> Self {
        let of = |definition: &Definition| match &definition.detail {
            Detail::Tiers(detail) => {
                let detail = TiersDetail::clone(detail);
                Some(Tiers::new(rules, &definition.name, detail, statistics))
            }
            _ => None,
        };
        let open: Vec<Tiers> = rules.definitions.iter().filter_map(of).collect();
        Self {
            tiers: in_order(open),
        }
    }

    /// The reviews there are with those of the date that the view stands in, at its beginning. Tiers that were
    /// reviewed for that date, or a later one, are not reviewed again.
    pub fn reviewed(
        &self,
        before: &Arc<Reviews>,
        view: View<'_>,
    ) -> Result<Arc<Reviews>, RunError> {
        let zone = view.snapshot.zone();
        let date = zone.date_of(view.now);
        let view = View {
            now: zone.start_of(date),
            ..view
        };
        let mut reviews = Arc::clone(before);
        for tiers in &self.tiers {
            let last = reviews.last(&tiers.name);
            if last.as_ref().is_some_and(|last| last.date >= date) {
                continue;
            }
            // Tiers may be ranked by what hangs on tiers reviewed just now.
            let ranks = Arc::new(Ranks::new(view.snapshot, view.now).reviewed(&reviews));
            let view = View {
                ranks: Some(&ranks),
                ..view
            };
            let stands = tiers.classes(last.as_ref(), view)?;
            let classes = Arc::clone(&tiers.classes);
            let review = reviews.review(&tiers.name, date, classes, stands.into_iter());
            Arc::make_mut(&mut reviews).take(&tiers.name, review);
        }
        Ok(reviews)
    }

    /// As [`Self::reviewed`], for every date after one up to that of the view, but for no more than so many dates:
    /// the earliest are left out.
    pub fn made_up(
        &self,
        before: &Arc<Reviews>,
        view: View<'_>,
        after: Date,
        dates_max: i64,
    ) -> Result<Arc<Reviews>, RunError> {
        let zone = view.snapshot.zone();
        let today = zone.date_of(view.now);
        let mut reviews = Arc::clone(before);
        if self.tiers.is_empty() {
            return Ok(reviews);
        }
        let last = |tiers: &Tiers| Some(reviews.last(&tiers.name)?.date);
        let after = self.tiers.iter().filter_map(last).fold(after, Date::min);
        let earliest = today.add(1 - dates_max, Unit::Day).unwrap_or(today);
        let mut next = after.add(1, Unit::Day).map(|date| date.max(earliest));
        while let Some(date) = next.filter(|date| *date <= today) {
            let view = View {
                now: zone.start_of(date),
                ..view
            };
            reviews = self.reviewed(&reviews, view)?;
            next = date.add(1, Unit::Day);
        }
        Ok(reviews)
    }
}

impl Tiers {
    fn new(rules: &Rules, name: &Arc<str>, detail: TiersDetail, statistics: &Statistics) -> Self {
        let kept =
            (0..detail.reaches.len()).filter_map(|at| detail.within(at, true, Span::default()));
        let kept: Vec<Typed> = kept.collect();
        let asked = std::iter::once(&detail.by_rank).chain(&kept);
        let asked: Vec<Asked<'_>> = asked
            .map(|typed| Asked {
                name: Arc::clone(name),
                typed,
            })
            .collect();
        let mut plan = plan::optimise(plan::compile(rules, &asked), statistics);
        // Nobody asks why someone has no rank.
        for output in &mut plan.outputs {
            output.origins.clear();
        }
        let classes = detail.classes.values.iter();
        Self {
            name: Arc::clone(name),
            classes: classes.map(|class| Arc::clone(&class.name)).collect(),
            prepared: Prepared::new(plan),
            detail,
        }
    }

    /// By row, where everyone stands from now on.
    fn classes(
        &self,
        before: Option<&Reviewed>,
        view: View<'_>,
    ) -> Result<Vec<Option<u16>>, RunError> {
        let options = RunOptions {
            analyze: false,
            left_aside: false,
            ..view.options.clone()
        };
        let view = View {
            options: &options,
            ..view
        };
        let outputs = self.prepared.run(view, &Rows::All)?.outputs;
        let malformed = RunError::Malformed("a review without the classes by rank");
        let (by_rank, kept) = outputs.split_first().ok_or(malformed.clone())?;
        let by_rank = by_rank.values.as_ref().ok_or(malformed)?;
        let class = |row: u32| {
            let found = match by_rank.get(row as usize) {
                Some(Value::Enum(code)) => Some(code),
                _ => None,
            };
            let stood = before.and_then(|before| before.class(row));
            let stood = stood.and_then(|name| class_code(&self.detail.classes, name));
            let falls = |stood: &u16| found.is_none_or(|found| found > *stood);
            let is_kept = |stood: &u16| held(kept, *stood, row);
            stood.filter(falls).filter(is_kept).or(found)
        };
        Ok((0..view.snapshot.rows()).map(class).collect())
    }
}

/// Whether the rank is still kept in that class; nobody falls out of `else`, which has no such test.
fn held(kept: &[OutputResult], class: u16, row: u32) -> bool {
    let test = kept.get(usize::from(class));
    let condition = test.and_then(|test| test.condition.as_ref());
    condition.is_some_and(|condition| condition.yes.get(row as usize))
}

/// Whatever a list of tiers hangs on stands before it.
fn in_order(mut open: Vec<Tiers>) -> Vec<Tiers> {
    let mut ordered: Vec<Tiers> = Vec::new();
    let mut done: BTreeSet<Arc<str>> = BTreeSet::new();
    while !open.is_empty() {
        let waits = |tiers: &Tiers| {
            let names: BTreeSet<&Arc<str>> = open.iter().map(|other| &other.name).collect();
            let mut needs = tiers.prepared.tiers().iter();
            needs.any(|name| *name != tiers.name && names.contains(name) && !done.contains(name))
        };
        // Rules have no circles, so that there is always one that waits for none.
        let ready = open.iter().position(|tiers| !waits(tiers)).unwrap_or(0);
        let tiers = open.remove(ready);
        done.insert(Arc::clone(&tiers.name));
        ordered.push(tiers);
    }
    ordered
}
