//! Tells when some folders hold something else. A thread listens to the file system, lets
//! it come to rest, and compares the hash of all content; where nothing can be heard it
//! looks every few seconds. What the files say is not looked at. Only user of notify.

mod fingerprint;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecursiveMode, Watcher};

use self::fingerprint::fingerprint;
use crate::base::limit::{
    WATCH_LOOK_SECONDS, WATCH_POLL_SECONDS, WATCH_QUIET_MS, WATCH_WAIT_MS_MAX,
};

/// A folder to watch, with all folders below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its path; it need not be there yet.
    pub folder: PathBuf,
    /// Ends of the names of files that count.
    pub endings: &'static [&'static str],
}

/// How changes are found at present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// The file system tells.
    Told,
    /// It cannot; the folders are read every [`WATCH_POLL_SECONDS`].
    Polling {
        /// Why it cannot.
        why: Arc<str>,
    },
}

/// What who was called wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To be called when the folders hold something else.
    Change,
    /// To be called again after [`WATCH_POLL_SECONDS`] though nothing changes: what was there could not be taken.
    Again,
}

/// Called from the watching thread.
pub type OnChange = Box<dyn Fn() -> Next + Send>;

/// Waits of the thread.
#[derive(Clone, Copy, Debug)]
struct Waits {
    quiet: Duration,
    wait_max: Duration,
    poll: Duration,
    look: Duration,
}

const WAITS: Waits = Waits {
    quiet: Duration::from_millis(WATCH_QUIET_MS),
    wait_max: Duration::from_millis(WATCH_WAIT_MS_MAX),
    poll: Duration::from_secs(WATCH_POLL_SECONDS),
    look: Duration::from_secs(WATCH_LOOK_SECONDS),
};

/// What the thread is told.
#[derive(Debug)]
enum Signal {
    /// Something may have changed.
    Stir,
    /// The listener is of no more use.
    Dead(String),
}

/// Where a listener puts its signals.
#[derive(Clone)]
struct Ear {
    sender: SyncSender<()>,
    told: Arc<Mutex<Told>>,
}

/// What was told since the thread last looked. A flag each, not a queue: a thousand
/// stirs are one.
#[derive(Default)]
struct Told {
    stir: bool,
    dead: Option<String>,
    stop: bool,
}

impl Ear {
    fn tell(&self, signal: Signal) {
        self.put(|told| match signal {
            Signal::Stir => told.stir = true,
            Signal::Dead(why) => told.dead = Some(why),
        });
    }

    fn put(&self, change: impl FnOnce(&mut Told)) {
        change(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner));
        // A full channel holds the call to look already.
        let _ = self.sender.try_send(());
    }

    fn take(&self) -> Told {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let stop = told.stop;
        std::mem::replace(
            &mut *told,
            Told {
                stop,
                ..Told::default()
            },
        )
    }
}

/// Something that tells an ear for as long as it is kept.
type Listener = Box<dyn Send>;
/// Makes a listener for some folders.
type Listen = Box<dyn Fn(&[Watched], Ear) -> Result<Listener, String> + Send>;

/// A watch over some folders; it ends when dropped.
pub struct Watch {
    ear: Ear,
    hearing: Arc<Mutex<Hearing>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins. `on_change` is called once as soon as the watch stands, because nobody knows what changed before,
    /// and then each time the folders have come to hold something else: after they were quiet for
    /// [`WATCH_QUIET_MS`], or at most [`WATCH_WAIT_MS_MAX`] after the first sign.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(folders: Vec<Watched>, on_change: OnChange) -> std::io::Result<Self> {
        Self::start_with(folders, on_change, Box::new(listen), WAITS)
    }

    fn start_with(
        folders: Vec<Watched>,
        on_change: OnChange,
        listen: Listen,
        waits: Waits,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let ear = Ear {
            sender,
            told: Arc::default(),
        };
        let hearing = Arc::new(Mutex::new(Hearing::Polling {
            why: "the watch is only beginning".into(),
        }));
        let mut keeper = Keeper {
            folders,
            ear: ear.clone(),
            receiver,
            hearing: Arc::clone(&hearing),
            listen,
            listener: None,
            roots: Vec::new(),
            waits,
        };
        let thread = std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || keeper.run(&on_change))?;
        Ok(Self {
            ear,
            hearing,
            thread: Some(thread),
        })
    }

    /// How changes are found at present.
    pub fn hearing(&self) -> Hearing {
        let hearing = self.hearing.lock().unwrap_or_else(PoisonError::into_inner);
        hearing.clone()
    }

    /// Has the folders looked at now.
    pub fn look(&self) {
        self.ear.tell(Signal::Stir);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ear.put(|told| told.stop = true);
        let Some(thread) = self.thread.take() else {
            return;
        };
        // Dropped by what it calls: it ends by itself right after.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}

/// The thread's side.
struct Keeper {
    folders: Vec<Watched>,
    ear: Ear,
    receiver: Receiver<()>,
    hearing: Arc<Mutex<Hearing>>,
    listen: Listen,
    listener: Option<Listener>,
    /// What stood at the folders' paths when the listener began.
    roots: Vec<Option<Root>>,
    waits: Waits,
}

impl Keeper {
    fn run(&mut self, on_change: &OnChange) {
        self.begin();
        let mut seen = None;
        loop {
            let now = fingerprint(&self.folders);
            if seen != Some(now) {
                seen = Some(now);
                if on_change() == Next::Again {
                    seen = None;
                }
            }
            if !self.await_stir(seen.is_none()) {
                return;
            }
        }
    }

    /// Makes a listener anew, or says why there is none.
    fn begin(&mut self) {
        // The old one first: systems allow only so many.
        self.listener = None;
        self.roots = self.folders.iter().map(|f| root(&f.folder)).collect();
        let hearing = match self.missing() {
            Some(folder) => Hearing::Polling {
                why: format!("{} is not there", folder.display()).into(),
            },
            None => match (self.listen)(&self.folders, self.ear.clone()) {
                Ok(listener) => {
                    self.listener = Some(listener);
                    Hearing::Told
                }
                Err(why) => Hearing::Polling { why: why.into() },
            },
        };
        self.set(hearing);
    }

    fn set(&self, hearing: Hearing) {
        *self.hearing.lock().unwrap_or_else(PoisonError::into_inner) = hearing;
    }

    fn missing(&self) -> Option<&Path> {
        let mut folders = self.folders.iter().zip(&self.roots);
        folders
            .find(|(_, root)| root.is_none())
            .map(|(folder, _)| folder.folder.as_path())
    }

    /// Waits until the folders should be looked at; `false` = the watch ends.
    fn await_stir(&mut self, again: bool) -> bool {
        let patience = match self.listener {
            Some(_) if !again => self.waits.look,
            _ => self.waits.poll,
        };
        let mut told = match self.receiver.recv_timeout(patience) {
            Ok(()) => self.ear.take(),
            Err(RecvTimeoutError::Timeout) => Told::default(),
            Err(RecvTimeoutError::Disconnected) => return false,
        };
        let first = Instant::now();
        while told.stir && !told.stop {
            let left = self.waits.wait_max.saturating_sub(first.elapsed());
            match self.receiver.recv_timeout(self.waits.quiet.min(left)) {
                Ok(()) => {
                    let more = self.ear.take();
                    told.stop |= more.stop;
                    told.dead = more.dead.or(told.dead);
                }
                Err(_) => break,
            }
        }
        if told.stop {
            return false;
        }
        if let Some(why) = told.dead {
            self.listener = None;
            self.set(Hearing::Polling { why: why.into() });
        } else if self.listener.is_none() || self.moved() {
            self.begin();
        }
        true
    }

    /// Whether another folder stands at one of the paths than the one that is listened to.
    fn moved(&self) -> bool {
        let mut folders = self.folders.iter().zip(&self.roots);
        folders.any(|(folder, known)| root(&folder.folder) != *known)
    }
}

/// Tells one folder from another that took its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Root(u64, u64);

#[cfg(unix)]
fn root(path: &Path) -> Option<Root> {
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::metadata(path).ok()?;
    about.is_dir().then(|| Root(about.dev(), about.ino()))
}

#[cfg(not(unix))]
fn root(path: &Path) -> Option<Root> {
    path.is_dir().then_some(Root(0, 0))
}

/// Has the file system tell the ear of what happens below the folders.
fn listen(folders: &[Watched], ear: Ear) -> Result<Listener, String> {
    let tell = move |event: notify::Result<notify::Event>| match event {
        Ok(event) if matters(&event.kind) => ear.tell(Signal::Stir),
        Ok(_) => {}
        Err(fault) => ear.tell(Signal::Dead(said(&fault))),
    };
    let mut watcher = notify::recommended_watcher(tell).map_err(|fault| said(&fault))?;
    for folder in folders {
        watcher
            .watch(&folder.folder, RecursiveMode::Recursive)
            .map_err(|fault| said(&fault))?;
    }
    Ok(Box::new(watcher))
}

fn said(fault: &notify::Error) -> String {
    format!("the file system tells of no changes: {fault}")
}

/// Reading changes nothing, and this program reads.
fn matters(kind: &EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}
