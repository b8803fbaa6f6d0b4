//! One fresh instance of a guest, its limits, and what stopped it. The only place where
//! foreign code runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wasmtime::component::Component;
use wasmtime::{ResourceLimiter, Store, StoreContextMut, Trap, UpdateDeadline};

use super::interface::{GRANTED, ScorePlugin, ScorePluginPre, log};
use super::sandbox::Sandbox;
use crate::base::limit::{
    PLUGIN_ANSWER_BYTES_MAX, PLUGIN_BATCH_SECONDS_MAX, PLUGIN_LOG_BYTES_MAX, PLUGIN_LOG_LINES_MAX,
    PLUGIN_SENTENCE_CHARACTERS_MAX, PLUGIN_TABLE_ELEMENTS_MAX,
};

/// Why a guest gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Stable; what kind of fault it is.
    pub code: &'static str,
    /// A plain sentence.
    pub reason: String,
}

impl Failure {
    pub(super) fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }
}

/// A line that a guest wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// debug, info, warn, error
    pub level: &'static str,
    /// Its text, in one line.
    pub message: String,
}

/// What one batch took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// By the clock, instance and checks of its limits included.
    pub took: Duration,
    /// Greatest size of its memory in bytes.
    pub memory_bytes: usize,
    /// What it wrote.
    pub log: Vec<LogLine>,
}

/// What one batch may take.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    pub memory_bytes: usize,
    pub batch_ms: u64,
    pub cancel: Option<Arc<AtomicBool>>,
}

/// What the machine keeps beside an instance.
pub struct State {
    budget: Budget,
    started: Instant,
    /// At the first tick: most batches are done before it comes.
    busy_before: Option<Duration>,
    usage: Usage,
    log_bytes: usize,
    stopped: Option<Failure>,
}

/// Processor time of this thread, where the system tells it.
fn busy() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.trim().parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

impl State {
    fn new(budget: Budget) -> Self {
        Self {
            budget,
            started: Instant::now(),
            busy_before: None,
            usage: Usage::default(),
            log_bytes: 0,
            stopped: None,
        }
    }

    /// At a tick: whether it has to end.
    fn look(&mut self) -> wasmtime::Result<UpdateDeadline> {
        let cancelled = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        if self.budget.cancel.as_ref().is_some_and(cancelled) {
            return Err(self.stop(Failure::new(
                "plugin_cancelled",
                "nobody waits for it any more",
            )));
        }
        let allowed = self.budget.batch_ms;
        let busy = busy().unwrap_or_else(|| self.started.elapsed());
        let before = *self.busy_before.get_or_insert(busy);
        if busy.saturating_sub(before) > Duration::from_millis(allowed) {
            let reason = format!("it used more than {allowed} ms of processor time for one batch");
            return Err(self.stop(Failure::new("plugin_deadline", reason)));
        }
        if self.started.elapsed() > Duration::from_secs(PLUGIN_BATCH_SECONDS_MAX) {
            let reason = format!("one batch took more than {PLUGIN_BATCH_SECONDS_MAX} s");
            return Err(self.stop(Failure::new("plugin_deadline", reason)));
        }
        Ok(UpdateDeadline::Continue(1))
    }

    fn stop(&mut self, failure: Failure) -> wasmtime::Error {
        let error = wasmtime::Error::msg(failure.reason.clone());
        self.stopped = Some(failure);
        error
    }
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let allowed = self.budget.memory_bytes;
        if desired > allowed {
            let megabytes = allowed >> 20;
            let reason = format!("it wanted more than its {megabytes} MB of memory");
            return Err(self.stop(Failure::new("plugin_memory", reason)));
        }
        self.usage.memory_bytes = self.usage.memory_bytes.max(desired);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > PLUGIN_TABLE_ELEMENTS_MAX {
            let reason = format!("it wanted a table of more than {PLUGIN_TABLE_ELEMENTS_MAX}");
            return Err(self.stop(Failure::new("plugin_memory", reason)));
        }
        Ok(true)
    }

    fn memories(&self) -> usize {
        1
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        self.log_bytes = self.log_bytes.saturating_add(message.len());
        if self.usage.log.len() >= PLUGIN_LOG_LINES_MAX || self.log_bytes > PLUGIN_LOG_BYTES_MAX {
            let reason = format!(
                "it logged more than {PLUGIN_LOG_LINES_MAX} lines or {} kB for one batch",
                PLUGIN_LOG_BYTES_MAX >> 10
            );
            return Err(self.stop(Failure::new("plugin_log", reason)));
        }
        let level = match level {
            log::Level::Debug => "debug",
            log::Level::Info => "info",
            log::Level::Warn => "warn",
            log::Level::Error => "error",
        };
        self.usage.log.push(LogLine {
            level,
            message: sentence(&message),
        });
        Ok(())
    }
}

impl super::interface::types::Host for State {}

/// A guest's words as one line of bounded length.
pub(super) fn sentence(text: &str) -> String {
    let line = text.chars().map(|letter| match letter.is_control() {
        true => ' ',
        false => letter,
    });
    line.take(PLUGIN_SENTENCE_CHARACTERS_MAX).collect()
}

/// A component that is linked and ready to be instantiated again and again.
pub(super) struct Guest {
    sandbox: Arc<Sandbox>,
    ready: ScorePluginPre<State>,
}

impl Guest {
    /// Links compiled code; an import that is not granted is refused by name.
    pub fn new(sandbox: &Arc<Sandbox>, component: &Component) -> Result<Self, Failure> {
        let engine = sandbox.engine();
        let about = component.component_type();
        let foreign = about
            .imports(engine)
            .map(|(name, _)| name)
            .find(|name| !GRANTED.contains(name));
        if let Some(foreign) = foreign {
            let reason = format!(
                "it imports `{foreign}`, which is granted to no plugin; granted are {}",
                GRANTED.join(", ")
            );
            return Err(Failure::new("plugin_import", reason));
        }
        let unfit = |error: wasmtime::Error| {
            Failure::new(
                "plugin_interface",
                sentence(&format!("it does not fit: {error:#}")),
            )
        };
        let linked = sandbox.linker().instantiate_pre(component).map_err(unfit)?;
        Ok(Self {
            sandbox: Arc::clone(sandbox),
            ready: ScorePluginPre::new(linked).map_err(unfit)?,
        })
    }

    /// Makes an instance and has `work` ask it; the instance is gone afterwards.
    pub fn ask<R>(
        &self,
        budget: Budget,
        work: impl FnOnce(&mut Store<State>, &ScorePlugin) -> wasmtime::Result<Result<R, Failure>>,
    ) -> (Result<R, Failure>, Usage) {
        let _place = self.sandbox.enter();
        if !self.sandbox.is_ticking() {
            let failure = Failure::new("plugin_system", "the thread that watches it did not start");
            return (Err(failure), Usage::default());
        }
        let mut store = Store::new(self.sandbox.engine(), State::new(budget));
        store.limiter(|state| state);
        store.set_hostcall_fuel(PLUGIN_ANSWER_BYTES_MAX);
        store.epoch_deadline_callback(|mut context: StoreContextMut<'_, State>| {
            context.data_mut().look()
        });
        // Before instantiating: a start function is foreign code too.
        store.set_epoch_deadline(1);
        let instance = self.ready.instantiate(&mut store);
        let answer = instance.and_then(|instance| work(&mut store, &instance));
        let mut state = store.into_data();
        state.usage.took = state.started.elapsed();
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => Err(state.stopped.take().unwrap_or_else(|| failure(&error))),
        };
        (answer, state.usage)
    }
}

/// What an error of the machine means.
fn failure(error: &wasmtime::Error) -> Failure {
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => {
            return Failure::new("plugin_stack", "it called itself until its stack was full");
        }
        Some(Trap::UnreachableCodeReached) => {
            return Failure::new(
                "plugin_trap",
                "it gave up (a panic, or code that must not be reached)",
            );
        }
        Some(trap) => return Failure::new("plugin_trap", sentence(&format!("it fell: {trap}"))),
        None => {}
    }
    let text = format!("{error:#}");
    if text.contains("fuel allocated for hostcalls") {
        let megabytes = PLUGIN_ANSWER_BYTES_MAX >> 20;
        let reason = format!("it handed over more than {megabytes} MB in one batch");
        return Failure::new("plugin_answer_size", reason);
    }
    Failure::new("plugin_trap", sentence(&format!("it fell: {text}")))
}
