//! Another rule set takes the place of the one that serves: who enters and leaves by
//! it, which filters are new or no more, and the store opened anew when kinds of facts
//! have come.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::accepted;
use super::batch::{self, Batch};
use super::core::{Accepted, Set};
use super::failure::CoreError;
use super::follow::{Follower, Group};
use super::heart::Heart;
use super::history::{Entry, What};
use super::kept;
use super::members::{Cause, Change, Members, Reload, View};
use super::moment::Moment;
use super::present::Live;
use super::ranks::Ranks;
use super::rule_set::{AcceptedSet, RuleSetState};
use super::turn::Turn;
use crate::base::calendar::{Instant, Zone};
use crate::columns::Snapshot;
use crate::rules::Texts;
use crate::schema::Schema;
use crate::store::Store;

impl<F: Follower> Heart<F> {
    /// Takes a sound set.
    pub(super) fn take_set(&mut self, set: Set) -> Result<Accepted, CoreError> {
        // What time and facts did belongs to the old set.
        self.turn(Turn::default(), None)?;
        let snapshot = self.over(&set.loaded.rules.schema)?;
        let anew = snapshot.is_some();
        let exchanged = self.exchanged(set, snapshot);
        let (live, reload) = match exchanged {
            // The store is open with the new kinds already.
            Err(fault) if anew => return Err(self.halt(&fault)),
            other => other?,
        };
        let accepted = Accepted {
            initial: visible(&reload.initial, |(name, _)| name),
            dropped: visible(&reload.dropped, |name| name),
            entered: reload
                .changes
                .iter()
                .filter(|change| change.entered)
                .count() as u64,
            left: reload
                .changes
                .iter()
                .filter(|change| !change.entered)
                .count() as u64,
        };
        let result = self.settle_rules(live, reload);
        match result {
            Err(fault) if anew && self.stuck.is_none() => Err(self.halt(&fault)),
            other => other.map(|()| accepted),
        }
    }

    /// What would stand under a set, which is written down as accepted; `snapshot` when its kinds of facts are others.
    fn exchanged(&self, set: Set, snapshot: Option<Snapshot>) -> Result<(Live, Reload), CoreError> {
        let Set {
            loaded,
            plugins,
            author,
        } = set;
        let anew = snapshot.is_some();
        let now = self.live.moment.now;
        let standing = Arc::clone(&self.live.moment.plugins);
        let plugins = plugins.unwrap_or_else(|| Arc::clone(&standing));
        let others = !Arc::ptr_eq(&plugins, &standing);
        let accepted = AcceptedSet::of(&loaded, now, &author);
        let texts = loaded.texts();
        let moment = match snapshot {
            Some(snapshot) => Moment::new(loaded.sources, loaded.rules, snapshot, now)
                .with_plugins(plugins)
                .with_reviews(Arc::clone(self.live.members.ranks().reviews())),
            None => Moment {
                sources: Arc::new(loaded.sources),
                snapshot: Arc::new(self.live.moment.snapshot.described(&loaded.rules.schema)),
                rules: Arc::new(loaded.rules),
                plugins,
                ..self.live.moment.clone()
            },
        };
        let reviews = self.live.members.ranks().reviews();
        let ranks = Arc::new(Ranks::new(&moment.snapshot, now).reviewed(reviews));
        let view = View {
            snapshot: &moment.snapshot,
            plugins: &*moment.plugins,
            now,
            ranks: Some(&ranks),
            options: &self.options,
        };
        let (members, reload) = if anew || others {
            let members = Members::compute(&moment.rules, view)?;
            let members = members.waiting(self.live.members.ranks_seconds());
            let reload = difference(&self.live.members, &members, others && !anew);
            (members, reload)
        } else {
            self.live.members.reload(&moment.rules, view)?
        };
        let moment = Moment {
            ranks: Arc::clone(members.ranks()),
            ..moment
        };
        let live = Live {
            moment,
            members,
            rule_set: self.keep_rules(accepted, &texts)?,
            ..self.live.clone()
        };
        Ok((live, reload))
    }

    /// Writes an accepted set down.
    fn keep_rules(&self, set: AcceptedSet, texts: &Texts) -> Result<Arc<RuleSetState>, CoreError> {
        let store = self.shared.store.read();
        let store = store.unwrap_or_else(PoisonError::into_inner);
        let store = store.as_ref().ok_or(CoreError::Stopped)?;
        let set = accepted::keep(store, set, texts)?;
        rule_set(store, set)
    }

    /// Writes what another set brought: new sets whole, then the records that tell of it.
    pub(super) fn settle_rules(&mut self, live: Live, reload: Reload) -> Result<(), CoreError> {
        for (name, _) in &reload.initial {
            let Some(set) = live.members.of(name) else {
                continue;
            };
            let all = kept::all_chunks(live.moment.snapshot.rows());
            let records = kept::chunks(name, &set.yes, self.head.sequence, &all);
            for batch in batch::loose(records) {
                self.append(batch)?;
            }
        }
        let mut entries: Vec<Entry> = reload.changes.iter().map(Entry::from).collect();
        let (_, brought) = self.follow(&live, &reload.changes, &[], None)?;
        let mut groups = brought.groups;
        let meanings = meanings(&live.members);
        let at = live.moment.now;
        for (name, members) in &reload.initial {
            let what = What::Initial { members: *members };
            let record = kept::filter(name, meanings.get(name).copied().unwrap_or(0));
            announce(&mut entries, &mut groups, (name, what, at), record);
        }
        for name in &reload.dropped {
            announce(
                &mut entries,
                &mut groups,
                (name, What::Dropped, at),
                kept::dropped(name),
            );
        }
        for (name, meaning) in &meanings {
            let known = self.meanings.get(name);
            if known.is_some_and(|known| known != meaning) {
                groups.push(Group {
                    records: vec![kept::filter(name, *meaning)],
                    ..Group::default()
                });
            }
        }
        self.write(Batch::default(), live, entries, groups)?;
        self.meanings = meanings;
        self.run_on()
    }

    /// The data under another schema; `None` when its kinds of facts are those that stand.
    fn over(&mut self, schema: &Schema) -> Result<Option<Snapshot>, CoreError> {
        let standing = &self.live.moment.rules.schema;
        if standing.shape() == schema.shape() {
            return Ok(None);
        }
        let zone = &schema.settings.time_zone;
        let zone = Zone::load(zone).ok_or_else(|| CoreError::Zone(zone.clone()))?;
        let shared = Arc::clone(&self.shared);
        let refusals = {
            let store = shared.store.read().unwrap_or_else(PoisonError::into_inner);
            store.as_ref().ok_or(CoreError::Stopped)?.refusals(schema)?
        };
        if !refusals.is_empty() {
            let told: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            return Err(CoreError::Schema(told.join("; ")));
        }
        shared.store_wanted.store(true, Ordering::Release);
        let mut slot = shared.store.write().unwrap_or_else(PoisonError::into_inner);
        shared.store_wanted.store(false, Ordering::Release);
        let store = slot.take().ok_or(CoreError::Stopped)?;
        let opened = store.reopen(schema);
        match opened {
            Ok(store) => {
                let hidden = self.erasures.rows().iter().copied();
                let snapshot = Snapshot::from_store(&store, schema, zone)
                    .map(|snapshot| snapshot.hide(hidden));
                *slot = Some(store);
                snapshot.map(Some).map_err(CoreError::Columns)
            }
            Err(fault) => {
                // The old kinds fit: they did a moment ago.
                match Store::open(&self.folder, standing) {
                    Ok(store) => *slot = Some(store),
                    Err(worse) => {
                        drop(slot);
                        return Err(self.halt(&CoreError::Store(worse)));
                    }
                }
                Err(CoreError::Schema(fault.to_string()))
            }
        }
    }
}

/// What is told of a set that serves from now on.
pub(super) fn rule_set(
    store: &Store,
    accepted: AcceptedSet,
) -> Result<Arc<RuleSetState>, CoreError> {
    let history = accepted::history(store)?;
    Ok(Arc::new(RuleSetState::new(accepted, history)))
}

/// What each filter says, as a hash.
pub(super) fn meanings(members: &Members) -> BTreeMap<Arc<str>, u64> {
    members.meanings().collect()
}

/// Adds an entry about a whole filter, with the record that is true together with it.
fn announce(
    entries: &mut Vec<Entry>,
    groups: &mut Vec<Group>,
    (name, what, at): (&Arc<str>, What, Instant),
    record: crate::store::Record,
) {
    groups.push(Group {
        change: Some(entries.len()),
        records: vec![record],
        ..Group::default()
    });
    entries.push(Entry {
        rule: Arc::clone(name),
        row: None,
        what,
        at,
        cause: Cause::Rule,
    });
}

/// Those that are not kept for a care plan.
fn visible<T: Clone>(list: &[T], name: impl Fn(&T) -> &Arc<str>) -> Vec<T> {
    let open = list
        .iter()
        .filter(|item| !super::history::is_audience(name(item)));
    open.cloned().collect()
}

/// Between the members of two sets over one log. With other plugins, who enters or leaves a filter that says
/// what it said does so by them.
fn difference(old: &Members, new: &Members, by_plugins: bool) -> Reload {
    let names = |members: &Members| -> BTreeSet<Arc<str>> {
        members.iter().map(|(name, _)| Arc::clone(name)).collect()
    };
    let (before, after) = (names(old), names(new));
    let (said, says) = (meanings(old), meanings(new));
    let kept = |name: &str| old.of(name).map(|set| &*set.yes);
    let same = |name: &str| by_plugins && said.get(name) == says.get(name);
    let mut changes: Vec<Change> =
        new.since_kept(|name| kept(name).filter(|_| !same(name)), &Cause::Rule);
    changes.extend(new.since_kept(|name| kept(name).filter(|_| same(name)), &Cause::Plugin));
    Reload {
        changes,
        initial: new
            .iter()
            .filter(|(name, _)| !before.contains(*name))
            .map(|(name, set)| (Arc::clone(name), set.count()))
            .collect(),
        dropped: before.difference(&after).cloned().collect(),
    }
}
