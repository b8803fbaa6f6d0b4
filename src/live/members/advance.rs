//! From the members of one moment to those of the next: first time passes over
//! the facts as they were, each instant due in its turn, then the new facts come.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::watched::Watched;
use super::{Cause, Change, Members, Reload, Touch, Touched, View, differences};
use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::columns::bits::Bits;
use crate::engine::next_change::Reads;
use crate::engine::{self, External, Rows, RunError};
use crate::language::typed::Rules;
use crate::live::ranks::Ranks;
use crate::live::run::Prepared;
use crate::live::statistics;

/// The members of each filter of a run, or why it has none.
type Answers = Vec<(usize, Result<Bits, Arc<str>>)>;

impl Members {
    /// The members at `view`, whose snapshot is that of `before` with the facts that `touched` tells of, and who
    /// entered and left on the way: by instant, then by filter in the order of the rules, then by row. An
    /// instant before [`Members::at`] counts as that: time does not go back.
    ///
    /// A filter whose run fails keeps its set, marked stale, and is run anew by the next advance. An error is
    /// given when the run was cancelled or the facts and rows do not fit; `self` is still good then.
    pub fn advance(
        &self,
        before: &Snapshot,
        touched: &Touched,
        view: View<'_>,
    ) -> Result<(Self, Vec<Change>), RunError> {
        let mut next = self.clone();
        let mut changes = Vec::new();
        let now = view.now.max(self.at);
        let view = View { now, ..view };
        while let Some(due) = next.steady_due().filter(|due| *due <= now) {
            let view = View {
                snapshot: before,
                now: due,
                ..view
            };
            next.pass(view, &mut changes)?;
        }
        next.take_facts(before, touched, view, &mut changes)?;
        next.settle_ranks(view, &mut changes)?;
        next.revisit(self.at, view, &mut changes)?;
        next.at = now;
        next.position = view.snapshot.position();
        Ok((next, changes))
    }

    /// The members under another rule set; `self` has to stand at the view's snapshot and instant.
    pub fn reload(&self, rules: &Rules, view: View<'_>) -> Result<(Self, Reload), RunError> {
        if self.at != view.now || self.position != view.snapshot.position() {
            return Err(RunError::Malformed("members of another moment"));
        }
        let statistics = statistics::measure(view.snapshot, view.now);
        let watched = Arc::new(Watched::new(rules, &statistics));
        let mut reload = Reload::default();
        let known: BTreeMap<&Arc<str>, usize> = self
            .watched
            .filters
            .iter()
            .enumerate()
            .map(|(place, filter)| (&filter.name, place))
            .collect();
        let mut sets = Vec::new();
        let (mut asked, mut heard) = (Vec::new(), BTreeSet::new());
        let mut ranks = BTreeSet::new();
        for (place, filter) in watched.filters.iter().enumerate() {
            let old = known.get(&filter.name).copied();
            let set = old.and_then(|old| self.sets.get(old));
            let old = old.and_then(|old| self.watched.filters.get(old));
            let same = old.is_some_and(|old| old.meaning == filter.meaning);
            if !same && old.is_some_and(|old| old.says_as(filter)) {
                heard.insert(Arc::clone(&filter.name));
            }
            let ranked = filter.reads.clock.ranks;
            if !same || ranked || set.is_none_or(|set| set.stale.is_some()) {
                asked.push(place);
            }
            if same && ranked {
                ranks.insert(Arc::clone(&filter.name));
            }
            sets.push(set.cloned().unwrap_or_default());
        }
        let dropped = self.watched.filters.iter().filter(|old| {
            let mut filters = watched.filters.iter();
            !filters.any(|filter| filter.name == old.name)
        });
        reload.dropped = dropped.map(|filter| Arc::clone(&filter.name)).collect();
        let mut next = Self {
            watched,
            sets,
            ranks: Arc::new(Ranks::new(view.snapshot, view.now).reviewed(self.ranks.reviews())),
            ranks_due: None,
            ..self.clone()
        };
        let answers = next.answers(&asked, view, &Rows::All)?;
        let mut changes = Vec::new();
        next.replace(answers, view.now, &Cause::Rule, &mut changes);
        for (filter, set) in next.watched.filters.iter().zip(&next.sets) {
            if !known.contains_key(&filter.name) {
                reload.initial.push((Arc::clone(&filter.name), set.count()));
            }
        }
        changes.retain(|change| known.contains_key(&change.filter));
        for change in changes.iter_mut().filter(|it| heard.contains(&it.filter)) {
            change.cause = Cause::Plugin;
        }
        for change in changes.iter_mut().filter(|it| ranks.contains(&it.filter)) {
            change.cause = Cause::Ranks;
        }
        reload.changes = changes;
        next.schedule(view)?;
        Ok((next, reload))
    }

    /// All sets from nothing, without a word of who entered.
    pub(super) fn fill(&mut self, view: View<'_>) -> Result<(), RunError> {
        let all: Vec<usize> = (0..self.sets.len()).collect();
        let answers = self.answers(&all, view, &Rows::All)?;
        self.replace(answers, view.now, &Cause::Restart, &mut Vec::new());
        Ok(())
    }

    /// When everyone is due.
    pub(super) fn schedule(&mut self, view: View<'_>) -> Result<(), RunError> {
        let reads = &self.watched.reads;
        self.clock = reads.clock.next_steady(view.ahead());
        self.queue = super::Queue::default();
        for (row, at) in reads.next_rows(view.ahead(), &Rows::All)? {
            self.queue.set(row, Some(at));
        }
        Ok(())
    }

    /// The instant due that the view stands at.
    fn pass(&mut self, view: View<'_>, changes: &mut Vec<Change>) -> Result<(), RunError> {
        let mut found = Vec::new();
        let watched = Arc::clone(&self.watched);
        let by_clock = self.clock.is_some_and(|at| at <= view.now);
        let (renewed, dated) = self.renew(view)?;
        let rows = self.queue.take(view.now);
        if renewed && !dated {
            let places = watched.places(|reads| reads.clock.ranks);
            let answers = self.answers(&places, view, &Rows::All)?;
            self.replace(answers, view.now, &Cause::Ranks, &mut found);
        }
        if by_clock {
            let places = watched.places(|reads| !reads.clock.is_still());
            let answers = self.answers(&places, view, &Rows::All)?;
            self.replace(answers, view.now, &Cause::Time, &mut found);
            self.clock = watched.reads.clock.next_steady(view.ahead());
        }
        if !rows.is_empty() {
            let places = watched.places(|_| true);
            let because = |_| Cause::Time;
            self.ask_rows(&places, &rows, view, &because, &mut found)?;
        }
        if by_clock && watched.reads.has_terms() {
            // What instants are counted from may have changed with the date, for anyone.
            self.schedule(view)?;
        } else {
            self.expect(&rows, view)?;
        }
        self.order(&mut found);
        changes.append(&mut found);
        Ok(())
    }

    fn take_facts(
        &mut self,
        before: &Snapshot,
        touched: &Touched,
        view: View<'_>,
        changes: &mut Vec<Change>,
    ) -> Result<(), RunError> {
        let after = view.snapshot;
        let entered: Vec<u32> = (before.rows()..after.rows()).collect();
        if touched.is_empty() && entered.is_empty() {
            return Ok(());
        }
        let watched = Arc::clone(&self.watched);
        let reach = |reads: &Reads| {
            let mut rows = touched.reach(reads, before, after);
            for row in &entered {
                rows.entry(*row).or_insert(Touch::Customer);
            }
            rows
        };
        // Filters that concern the same customers for the same reasons are answered together.
        let mut groups: BTreeMap<Vec<(u32, Touch)>, Vec<usize>> = BTreeMap::new();
        for (place, filter) in watched.filters.iter().enumerate() {
            let rows: Vec<(u32, Touch)> = reach(&filter.reads).into_iter().collect();
            if !rows.is_empty() {
                groups.entry(rows).or_default().push(place);
            }
        }
        let mut found = Vec::new();
        for (touches, places) in &groups {
            let rows: Vec<u32> = touches.iter().map(|(row, _)| *row).collect();
            let because = |at: usize| Cause::Fact {
                kind: touches
                    .get(at)
                    .map_or(Touch::Customer, |(_, touch)| *touch)
                    .name(after.schema()),
            };
            self.ask_rows(places, &rows, view, &because, &mut found)?;
        }
        self.order(&mut found);
        changes.append(&mut found);
        let rows: Vec<u32> = reach(&watched.reads).into_keys().collect();
        self.expect(&rows, view)
    }

    /// Filters that may change at any second, and those whose last run failed.
    fn revisit(
        &mut self,
        last: Instant,
        view: View<'_>,
        changes: &mut Vec<Change>,
    ) -> Result<(), RunError> {
        let watched = Arc::clone(&self.watched);
        let later = view.now > last;
        let places: Vec<usize> = watched
            .filters
            .iter()
            .zip(&self.sets)
            .enumerate()
            .filter(|(_, (filter, set))| {
                set.stale.is_some() || (later && filter.reads.clock.restless)
            })
            .map(|(place, _)| place)
            .collect();
        if places.is_empty() {
            return Ok(());
        }
        let answers = self.answers(&places, view, &Rows::All)?;
        self.replace(answers, view.now, &Cause::Time, changes);
        if later && watched.reads.clock.restless && watched.reads.has_terms() {
            self.schedule(view)?;
        }
        Ok(())
    }

    /// When these rows are due next, ascending.
    fn expect(&mut self, rows: &[u32], view: View<'_>) -> Result<(), RunError> {
        if rows.is_empty() {
            return Ok(());
        }
        let watched = Arc::clone(&self.watched);
        let next = watched
            .reads
            .next_rows(view.ahead(), &Rows::List(rows.to_vec()))?;
        let mut next = next.into_iter().peekable();
        for row in rows {
            let at = next.next_if(|(due, _)| due == row).map(|(_, at)| at);
            self.queue.set(*row, at);
        }
        Ok(())
    }

    /// Asks some filters about some rows, ascending; `because` by position among them.
    fn ask_rows(
        &mut self,
        places: &[usize],
        rows: &[u32],
        view: View<'_>,
        because: &dyn Fn(usize) -> Cause,
        changes: &mut Vec<Change>,
    ) -> Result<(), RunError> {
        let answers = self.answers(places, view, &Rows::List(rows.to_vec()))?;
        let hidden = Arc::clone(&self.hidden);
        for (place, answer) in answers {
            let (Some(set), Some(filter)) =
                (self.sets.get_mut(place), self.watched.filters.get(place))
            else {
                continue;
            };
            let yes = match answer {
                Ok(yes) => yes,
                Err(why) => {
                    set.stale = Some(why);
                    continue;
                }
            };
            for (at, row) in rows.iter().enumerate() {
                let entered = yes.get(at) && !hidden.contains(row);
                if set.contains(*row) != entered {
                    set.put(*row, entered);
                    changes.push(Change {
                        filter: Arc::clone(&filter.name),
                        row: *row,
                        entered,
                        at: view.now,
                        cause: because(at),
                    });
                }
            }
        }
        Ok(())
    }

    /// Puts whole sets in the place of the old ones.
    pub(super) fn replace(
        &mut self,
        answers: Answers,
        at: Instant,
        cause: &Cause,
        changes: &mut Vec<Change>,
    ) {
        for (place, answer) in answers {
            let (Some(set), Some(filter)) =
                (self.sets.get_mut(place), self.watched.filters.get(place))
            else {
                continue;
            };
            match answer {
                Ok(mut yes) => {
                    for row in self.hidden.iter().map(|row| *row as usize) {
                        if row < yes.len {
                            yes.set(row, false);
                        }
                    }
                    let found = differences(&filter.name, &set.yes, &yes, at, cause);
                    if !found.is_empty() || yes.len < set.yes.len {
                        set.yes = Arc::new(yes);
                    }
                    set.stale = None;
                    changes.extend(found);
                }
                Err(why) => set.stale = Some(why),
            }
        }
    }

    /// Runs some filters together, or each alone when that fails, so that one does not take the others with it.
    pub(super) fn answers(
        &mut self,
        places: &[usize],
        view: View<'_>,
        rows: &Rows,
    ) -> Result<Answers, RunError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        self.runs += 1;
        let options = engine::RunOptions {
            analyze: false,
            left_aside: false,
            ..view.options.clone()
        };
        let ranks = Arc::clone(&self.ranks);
        let view = View {
            options: &options,
            ranks: Some(&ranks),
            ..view
        };
        // Plugins are asked once for all: a failure leaves those filters as they were that need it.
        let mut external = External::default();
        let all = self.watched.part(places);
        let asked = all.ask(view, rows, false, &mut external);
        let found = asked.and_then(|()| run(&all, view, rows, &external));
        match found {
            Ok(found) => {
                return Ok(places
                    .iter()
                    .copied()
                    .zip(found.into_iter().map(Ok))
                    .collect());
            }
            Err(fault @ (RunError::Cancelled | RunError::UnknownRow(_))) => return Err(fault),
            Err(_) => {}
        }
        let mut answers = Vec::new();
        for place in places {
            self.runs += 1;
            let one = self.watched.part(&[*place]);
            let asked = one.ask(view, rows, false, &mut external);
            let answer = match asked.and_then(|()| run(&one, view, rows, &external)) {
                Ok(found) => found.into_iter().next().ok_or_else(|| "no answer".into()),
                Err(fault @ RunError::Cancelled) => return Err(fault),
                Err(fault) => Err(fault.to_string().into()),
            };
            answers.push((*place, answer));
        }
        Ok(answers)
    }

    /// By filter in the order of the rules, then by row.
    fn order(&self, changes: &mut [Change]) {
        let places: BTreeMap<&Arc<str>, usize> = self
            .watched
            .filters
            .iter()
            .enumerate()
            .map(|(place, filter)| (&filter.name, place))
            .collect();
        changes.sort_by_key(|change| (places.get(&change.filter).copied(), change.row));
    }
}

/// The *yes* sets of some filters.
fn run(
    prepared: &Prepared,
    view: View<'_>,
    rows: &Rows,
    external: &External,
) -> Result<Vec<Bits>, RunError> {
    let outcome = prepared.answer(view, rows, external)?;
    outcome
        .outputs
        .into_iter()
        .map(|output| {
            let condition = output.condition;
            condition
                .map(|condition| condition.yes)
                .ok_or(RunError::Malformed("a filter that is no condition"))
        })
        .collect()
}
