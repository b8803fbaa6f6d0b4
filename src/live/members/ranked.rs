//! When the rank tables that the sets are made with are those of another instant: at each
//! date change, and once facts have come and the tables stood long enough.

use std::sync::Arc;

use super::{Cause, Change, Members, View};
use crate::base::calendar::Instant;
use crate::engine::{Rows, RunError};
use crate::live::ranks::Ranks;

impl Members {
    /// The same with so many seconds between two buildings of the rank tables while facts come.
    #[must_use]
    pub fn waiting(self, ranks_seconds: i64) -> Self {
        let ranks_seconds = ranks_seconds.max(0);
        let due = Instant(self.ranks.at().0.saturating_add(ranks_seconds)).max(self.at);
        Self {
            ranks_due: self.ranks_due.map(|_| due),
            ranks_seconds,
            ..self
        }
    }

    /// The rank tables that the sets are made with.
    pub fn ranks(&self) -> &Arc<Ranks> {
        &self.ranks
    }

    /// The instant of the rank tables that the members of a filter were told by; `None` when it asks
    /// for nobody's place.
    pub fn ranks_at(&self, filter: &str) -> Option<Instant> {
        let filter = self.watched.filters.iter().find(|it| &*it.name == filter)?;
        filter.reads.clock.ranks.then(|| self.ranks.at())
    }

    /// Seconds between two buildings of the rank tables while facts come.
    pub fn ranks_seconds(&self) -> i64 {
        self.ranks_seconds
    }

    /// Takes the tables of the view's facts and instant when these are due; whether they are, and whether the
    /// date is another: then tiers are reviewed.
    pub(super) fn renew(&mut self, view: View<'_>) -> Result<(bool, bool), RunError> {
        let zone = view.snapshot.zone();
        let dated = zone.date_of(self.ranks.at()) != zone.date_of(view.now);
        let due = self.ranks_due.is_some_and(|due| due <= view.now);
        if dated || due {
            self.rebase(view);
        }
        if dated {
            self.review(view)?;
        }
        Ok((dated || due, dated))
    }

    /// The tables of the view's facts and instant from now on.
    pub(super) fn rebase(&mut self, view: View<'_>) {
        let reviews = Arc::clone(self.ranks.reviews());
        self.ranks = Arc::new(Ranks::new(view.snapshot, view.now).reviewed(&reviews));
        self.ranks_due = None;
    }

    /// The tiers of the rules are reviewed at the view's instant; after that the tables show them.
    fn review(&mut self, view: View<'_>) -> Result<(), RunError> {
        let watched = Arc::clone(&self.watched);
        let reviews = watched.reviewer.reviewed(self.ranks.reviews(), view)?;
        if !Arc::ptr_eq(&reviews, self.ranks.reviews()) {
            self.ranks = Arc::new(Ranks::new(view.snapshot, view.now).reviewed(&reviews));
        }
        Ok(())
    }

    /// Facts have come: tables that stood long enough are built anew at once, others when they have.
    pub(super) fn settle_ranks(
        &mut self,
        view: View<'_>,
        changes: &mut Vec<Change>,
    ) -> Result<(), RunError> {
        let zone = view.snapshot.zone();
        let same_date = zone.date_of(self.ranks.at()) == zone.date_of(view.now);
        if same_date && self.ranks.is_of(view.snapshot) {
            return Ok(());
        }
        let watched = Arc::clone(&self.watched);
        if !watched.reads.clock.ranks && !self.ranks.is_used() {
            // Nobody has seen them.
            self.rebase(view);
            return Ok(());
        }
        let due = self.ranks.at().0.saturating_add(self.ranks_seconds);
        if same_date && due > view.now.0 {
            self.ranks_due = Some(Instant(due));
            return Ok(());
        }
        self.rebase(view);
        let places = watched.places(|reads| reads.clock.ranks);
        let answers = self.answers(&places, view, &Rows::All)?;
        self.replace(answers, view.now, &Cause::Ranks, changes);
        Ok(())
    }
}
