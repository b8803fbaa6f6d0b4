//! How a core begins: the facts say what holds now, the sets written down say what was
//! told, and the difference is told before anything else. Time goes on from the last
//! instant recorded.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex, RwLock};

use arc_swap::ArcSwap;

use super::accepted;
use super::batch;
use super::core::{Opening, Shared};
use super::exchange;
use super::failure::CoreError;
use super::follow::Follower;
use super::heart::Heart;
use super::kept::{self, Dirty, Head, Kept};
use super::members::{Cause, Members, Reload};
use super::moment::Moment;
use super::present::Live;
use super::recorded;
use super::review_records;
use super::reviewer::Reviewer;
use super::rule_set::{AcceptedSet, FOLDER};
use super::saving::Saving;
use crate::base::calendar::{Instant, Zone};
use crate::base::clock::Clock;
use crate::base::limit::REVIEWS_MADE_UP_MAX;
use crate::columns::Snapshot;
use crate::engine::RunOptions;
use crate::ingest::erasure;
use crate::rules::Loaded;
use crate::store::{self, Store, StoreError};

impl<F: Follower> Heart<F> {
    /// Opens the store and brings everything to this instant.
    pub(super) fn open(
        opening: Opening,
        mut follower: F,
        store_options: store::Options,
    ) -> Result<(Arc<Shared>, Self), CoreError> {
        let Opening {
            store_folder,
            loaded,
            plugins,
            clock,
            options,
            ranks_seconds,
        } = opening;
        let schema = &loaded.rules.schema;
        let zone = &schema.settings.time_zone;
        let zone = Zone::load(zone).ok_or_else(|| CoreError::Zone(zone.clone()))?;
        let store = Store::open_with(&store_folder, schema, store_options)?;
        let clock = going_on(clock, &store)?;
        let erasures = Arc::new(erasure::load(&store)?);
        let (snapshot, saved) = Snapshot::from_store_telling(&store, schema, zone)?;
        let snapshot = snapshot.hide(erasures.rows().iter().copied());
        let accepted = keep(&store, &loaded, clock.now())?;
        let moment =
            Moment::new(loaded.sources, loaded.rules, snapshot, clock.now()).with_plugins(plugins);
        let kept = kept::load(&store)?;
        let moment = reviewed(&store, moment, kept.as_ref(), &options)?;
        let members = Members::compute(&moment.rules, moment.view(&options))?;
        let members = members.waiting(ranks_seconds);
        let ranks = Arc::clone(members.ranks());
        let moment = Moment { ranks, ..moment };
        let (reload, meanings, head) = untold(&members, kept);
        let rule_set = exchange::rule_set(&store, accepted)?;
        let live = Live {
            moment,
            members,
            rule_set,
            sequence: head.sequence,
            sequence_oldest: head.oldest,
            halted: None,
        };
        follower.open(&store, &live).map_err(CoreError::Follower)?;
        let position = saved.clone().unwrap_or(0);
        let shared = shared(&live, (store, saved), clock, follower.due())?;
        let saving = Saving::after(position, Arc::clone(&shared.columns_unsaved));
        let mut heart = Self {
            shared: Arc::clone(&shared),
            follower,
            options,
            folder: store_folder,
            live: live.clone(),
            head,
            meanings,
            dirty: Dirty::default(),
            erasures,
            measured: live.moment.snapshot.position(),
            stuck: None,
            saving,
            brought: None,
        };
        match heart.settle_rules(live, reload) {
            Err(fault) if !fault.is_full() => Err(fault),
            // A full disk can still be read; what is untold is told once there is room.
            _ => Ok((shared, heart)),
        }
    }
}

fn shared(
    live: &Live,
    (store, columns): (Store, Result<u64, String>),
    clock: Clock,
    follower_due: Option<Instant>,
) -> Result<Arc<Shared>, StoreError> {
    Ok(Arc::new(Shared {
        room: store.room()?,
        live: ArcSwap::from_pointee(live.clone()),
        store: RwLock::new(Some(store)),
        clock,
        waiting: AtomicUsize::new(0),
        listeners: Mutex::default(),
        store_wanted: AtomicBool::new(false),
        columns,
        columns_unsaved: Arc::default(),
        follower_due: Mutex::new(follower_due),
    }))
}

/// The clock, never behind what the store has recorded.
fn going_on(clock: Clock, store: &Store) -> Result<Clock, StoreError> {
    let last = recorded::last_instant(store)?;
    Ok(last.map_or(clock.clone(), |last| clock.not_before(last)))
}

/// Writes the set down that is about to serve.
fn keep(store: &Store, loaded: &Loaded, now: Instant) -> Result<AcceptedSet, CoreError> {
    let set = AcceptedSet::of(loaded, now, FOLDER);
    match accepted::keep(store, set.clone(), &loaded.texts()) {
        // A full disk can still be read.
        Err(StoreError::NoSpace { .. }) => Ok(set),
        kept => Ok(kept?),
    }
}

/// With the reviews of tiers that the store keeps, and those of the dates that went by since the last run.
fn reviewed(
    store: &Store,
    moment: Moment,
    kept: Option<&Kept>,
    options: &RunOptions,
) -> Result<Moment, CoreError> {
    let known = Arc::new(review_records::load(store)?);
    let statistics = Arc::clone(&moment.statistics);
    let reviewer = Reviewer::new(&moment.rules, &statistics);
    let last_run = kept.map(|kept| Instant(kept.head.at));
    let last_run = last_run.filter(|at| at.0 > i64::MIN);
    let moment = moment.with_reviews(Arc::clone(&known));
    let Some(last_run) = last_run else {
        return Ok(moment);
    };
    let after = moment.zone().date_of(last_run);
    let reviews = reviewer.made_up(&known, moment.view(options), after, REVIEWS_MADE_UP_MAX)?;
    for (tiers, review) in reviews.since(&known) {
        let (parts, whole) = review_records::records(tiers, review);
        for batch in batch::loose(parts)
            .into_iter()
            .chain(batch::loose(vec![whole]))
        {
            store.append_with(batch.facts, batch.records)?;
        }
    }
    Ok(moment.with_reviews(reviews))
}

/// What nobody was told: since the end of the last run by facts and time, and by rules that say something else
/// than when the sets were written down. With what each filter said then.
fn untold(members: &Members, kept: Option<Kept>) -> (Reload, BTreeMap<Arc<str>, u64>, Head) {
    let kept = kept.unwrap_or_default();
    let now = exchange::meanings(members);
    let same = |name: &str| {
        let then = kept.filters.get(name).map(|filter| filter.meaning);
        then.is_some() && then == now.get(name).copied()
    };
    let then = |name: &str| kept.filters.get(name).map(|filter| &filter.yes);
    let mut changes = members.since_kept(|name| then(name).filter(|_| same(name)), &Cause::Restart);
    let by_rule = members.since_kept(|name| then(name).filter(|_| !same(name)), &Cause::Rule);
    changes.extend(by_rule);
    let fresh = members
        .iter()
        .filter(|(name, _)| !kept.filters.contains_key(*name));
    let gone = kept.filters.keys().filter(|name| !now.contains_key(*name));
    let reload = Reload {
        changes,
        initial: fresh
            .map(|(name, set)| (Arc::clone(name), set.count()))
            .collect(),
        dropped: gone.cloned().collect(),
    };
    let meanings = kept
        .filters
        .iter()
        .map(|(name, filter)| (Arc::clone(name), filter.meaning))
        .collect();
    let head = Head {
        oldest: kept.head.oldest.max(1),
        ..kept.head
    };
    (reload, meanings, head)
}
