//! The handle everyone holds: the published state for readers, and the queue to the one
//! thread that writes. What that thread does is in `heart`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;

use super::failure::CoreError;
use super::follow::Follower;
use super::heart::{self, Heart};
use super::history::{self, Match, Span};
use super::present::Live;
use crate::base::calendar::Instant;
use crate::base::clock::Clock;
use crate::base::limit::{CORE_COMMANDS_MAX, CORE_FACTS_WAITING_MAX};
use crate::engine::RunOptions;
use crate::host::PluginSet;
use crate::ingest::facts::{Incoming, LineOutcome};
use crate::rules::Loaded;
use crate::store::{self, Record, Room, Store, StoreError};

/// What a core is opened with.
pub struct Opening {
    /// Folder of the store; made when there is none.
    pub store_folder: PathBuf,
    /// A sound rule set.
    pub loaded: Loaded,
    /// The plugins it was checked against.
    pub plugins: Arc<PluginSet>,
    /// Where `now` comes from.
    pub clock: Clock,
    /// How questions run.
    pub options: RunOptions,
    /// Seconds between two buildings of the rank tables while facts come.
    pub ranks_seconds: i64,
}

/// A set of rules was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Filters that are new, with how many members they start with.
    pub initial: Vec<(Arc<str>, u64)>,
    /// Filters that are no more.
    pub dropped: Vec<Arc<str>>,
    /// Customers that entered a filter because it says something else now.
    pub entered: u64,
    /// Customers that left.
    pub left: u64,
}

/// Why records of the history cannot be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryError {
    /// Those right after the number asked for are no longer kept.
    TooOld {
        /// The oldest number kept.
        oldest: u64,
    },
    /// The store cannot be read.
    Store(crate::store::StoreError),
}

/// What is to serve from now on.
pub(super) struct Set {
    pub loaded: Loaded,
    /// `None`: those that serve.
    pub plugins: Option<Arc<PluginSet>>,
    pub author: String,
}

/// A command in the queue.
pub(super) enum Command<F: Follower> {
    Submit(Vec<Incoming>, Reply<Vec<LineOutcome>>),
    Erase(String, Reply<bool>),
    Keep(Vec<Record>, Reply<()>),
    Rules(Box<Set>, Reply<Accepted>),
    Order(F::Order, Reply<F::Reply>),
    Settle(Reply<()>),
    Close,
}

/// Where an answer is waited for.
pub(super) type Reply<T> = SyncSender<Result<T, CoreError>>;

/// Called after each publication.
pub type Listener = Box<dyn Fn(&Arc<Live>) + Send + Sync>;

/// What the handle and the thread share.
pub(super) struct Shared {
    pub live: ArcSwap<Live>,
    /// Taken out only while the store is opened anew for a wider schema.
    pub store: RwLock<Option<Store>>,
    pub clock: Clock,
    /// Facts in the queue.
    pub waiting: AtomicUsize,
    pub listeners: Mutex<Vec<Listener>>,
    /// The store is about to be taken out; whoever reads it for long gives up.
    pub store_wanted: AtomicBool,
    /// Log position of the saved columns it began with, or why there were none.
    pub columns: Result<u64, String>,
    /// How often columns could not be saved since then.
    pub columns_unsaved: Arc<AtomicU64>,
    /// Whether its disk takes facts.
    pub room: Room,
    /// When the follower wants to be called.
    pub follower_due: Mutex<Option<Instant>>,
}

/// The running product: readers take what stands, writers queue.
pub struct Core<F: Follower = ()> {
    shared: Arc<Shared>,
    sender: SyncSender<Command<F>>,
    thread: Mutex<Option<JoinHandle<Result<(), CoreError>>>>,
}

impl<F: Follower> Core<F> {
    /// Opens the store, computes what holds now, tells what nobody was told before the last end, and begins.
    ///
    /// # Errors
    /// The store, the columns or a run; see [`CoreError`].
    pub fn open(opening: Opening, follower: F) -> Result<Self, CoreError> {
        Self::open_with(opening, follower, store::Options::default())
    }

    /// As [`Core::open`], with options of the store.
    ///
    /// # Errors
    /// As [`Core::open`].
    pub fn open_with(
        opening: Opening,
        follower: F,
        options: store::Options,
    ) -> Result<Self, CoreError> {
        let (sender, receiver) = mpsc::sync_channel(CORE_COMMANDS_MAX);
        let (shared, heart) = Heart::open(opening, follower, options)?;
        let thread = begin(heart, receiver)?;
        Ok(Self {
            shared,
            sender,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// What was published last. Never waits.
    pub fn live(&self) -> Arc<Live> {
        self.shared.live.load_full()
    }

    /// Whether whoever reads the store for long should give up: it is to be opened anew or closed.
    pub fn store_wanted(&self) -> bool {
        self.shared.store_wanted.load(Ordering::Acquire)
    }

    /// Up to which log position saved columns were used at the start, or why none were.
    pub fn columns(&self) -> &Result<u64, String> {
        &self.shared.columns
    }

    /// How often columns could not be saved since the start.
    pub fn columns_unsaved(&self) -> u64 {
        self.shared.columns_unsaved.load(Ordering::Relaxed)
    }

    /// Refuses when the disk has no room for facts, as they would be refused now.
    ///
    /// # Errors
    /// [`StoreError::NoSpace`], or that the system does not tell.
    pub fn room(&self) -> Result<(), StoreError> {
        self.shared.room.check()
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.shared.clock.now()
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// What stands at this instant: waits for the writing thread only when something has fallen due.
    pub fn settled(&self) -> Result<Arc<Live>, CoreError> {
        let live = self.live();
        let now = self.now();
        let due = live.members.next_due().is_some_and(|due| due <= now);
        if !due || live.halted.is_some() {
            return Ok(live);
        }
        let (reply, answer) = mpsc::sync_channel(1);
        self.send(Command::Settle(reply))?;
        wait(&answer)?;
        Ok(self.live())
    }

    /// Takes facts. When it returns they are on the disk and in every answer that begins then; one outcome each,
    /// in order.
    ///
    /// # Errors
    /// [`CoreError::Busy`] when too many wait already, [`CoreError::Store`] with a full disk: then none of these
    /// facts need have been taken, and sending them again does no harm.
    pub fn submit(&self, facts: Vec<Incoming>) -> Result<Vec<LineOutcome>, CoreError> {
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let count = facts.len();
        let before = self.shared.waiting.fetch_add(count, Ordering::AcqRel);
        let answered = if before > 0 && before + count > CORE_FACTS_WAITING_MAX {
            Err(CoreError::Busy)
        } else {
            self.ask(|reply| Command::Submit(facts, reply))
        };
        self.shared.waiting.fetch_sub(count, Ordering::AcqRel);
        answered
    }

    /// Makes a customer gone from every answer; whether there was one.
    pub fn erase(&self, id: &str) -> Result<bool, CoreError> {
        self.ask(|reply| Command::Erase(id.to_owned(), reply))
    }

    /// Writes records that nothing here reads.
    pub fn keep(&self, records: Vec<Record>) -> Result<(), CoreError> {
        match records.is_empty() {
            true => Ok(()),
            // They come twice a file, from a thread of its own, and what they tell of is done: they wait for their turn.
            false => {
                let (reply, answer) = mpsc::sync_channel(1);
                let kept = self.sender.send(Command::Keep(records, reply));
                kept.map_err(|_| CoreError::Stopped)?;
                wait(&answer)
            }
        }
    }

    /// Puts a sound rule set in the place of the one that serves.
    pub fn take_rules(&self, loaded: Loaded, author: &str) -> Result<Accepted, CoreError> {
        self.take_set(loaded, None, author)
    }

    /// As [`Core::take_rules`], with the plugins that the rules were checked against.
    pub fn take_set(
        &self,
        loaded: Loaded,
        plugins: Option<Arc<PluginSet>>,
        author: &str,
    ) -> Result<Accepted, CoreError> {
        let set = Box::new(Set {
            loaded,
            plugins,
            author: author.to_owned(),
        });
        self.ask(|reply| Command::Rules(set, reply))
    }

    /// Gives the follower a command.
    pub fn order(&self, order: F::Order) -> Result<F::Reply, CoreError> {
        self.ask(|reply| Command::Order(order, reply))
    }

    /// Match records after a number, at most so many, and the number up to which that looked: ask with it next.
    /// Those about customers erased since are there without their ids.
    pub fn matches(&self, after: u64, count_max: usize) -> Result<(Vec<Match>, u64), HistoryError> {
        self.matches_heard(after, u64::MAX, count_max)
    }

    /// The same for a reader who is there since the record `heard_after`: what came after it names also those
    /// who were erased.
    pub fn matches_heard(
        &self,
        after: u64,
        heard_after: u64,
        count_max: usize,
    ) -> Result<(Vec<Match>, u64), HistoryError> {
        let live = self.live();
        if after + 1 < live.sequence_oldest {
            return Err(HistoryError::TooOld {
                oldest: live.sequence_oldest,
            });
        }
        let snapshot = &live.moment.snapshot;
        let span = Span {
            after,
            last: live.sequence,
            heard_after,
        };
        self.with_store(|store| history::after(store, snapshot, span, count_max))
            .and_then(|found| found)
            .map_err(HistoryError::Store)
    }

    /// Reads the store.
    pub fn with_store<T>(
        &self,
        read: impl FnOnce(&Store) -> T,
    ) -> Result<T, crate::store::StoreError> {
        let store = self
            .shared
            .store
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let store = store.as_ref().ok_or(crate::store::StoreError::Stopped)?;
        Ok(read(store))
    }

    /// Has something called after each publication, by the writing thread: it must not wait.
    pub fn on_publish(&self, listener: Listener) {
        let mut listeners = lock(&self.shared.listeners);
        listeners.push(listener);
    }

    /// Ends the writing thread, writes the sets down and closes the store. Commands that still wait are answered
    /// with [`CoreError::Stopped`].
    pub fn close(&self) -> Result<(), CoreError> {
        // A thread that has ended already takes no command.
        let _ = self.sender.send(Command::Close);
        let thread = lock(&self.thread).take();
        match thread {
            Some(thread) => thread.join().unwrap_or(Err(CoreError::Stopped)),
            None => Ok(()),
        }
    }

    fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command<F>) -> Result<T, CoreError> {
        let (reply, answer) = mpsc::sync_channel(1);
        self.send(command(reply))?;
        wait(&answer)
    }

    fn send(&self, command: Command<F>) -> Result<(), CoreError> {
        self.sender.try_send(command).map_err(|fault| match fault {
            TrySendError::Full(_) => CoreError::Busy,
            TrySendError::Disconnected(_) => CoreError::Stopped,
        })
    }
}

impl<F: Follower> Drop for Core<F> {
    fn drop(&mut self) {
        // Nothing acknowledged hangs on this; whoever wants to know calls `close`.
        let _ = self.close();
    }
}

fn begin<F: Follower>(
    heart: Heart<F>,
    receiver: Receiver<Command<F>>,
) -> Result<JoinHandle<Result<(), CoreError>>, CoreError> {
    std::thread::Builder::new()
        .name("heart".to_owned())
        .spawn(move || heart::beat(heart, &receiver))
        .map_err(|fault| CoreError::Thread(fault.to_string()))
}

fn wait<T>(answer: &Receiver<Result<T, CoreError>>) -> Result<T, CoreError> {
    answer.recv().unwrap_or(Err(CoreError::Stopped))
}

/// A lock whose holder's panic leaves nothing half done.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
