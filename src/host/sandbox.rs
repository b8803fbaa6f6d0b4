//! The machine that guests run in: how it is set up, how many run at once, and the
//! ticks at which they are looked at. What a guest is asked is not known here.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::guest::State;
use super::interface::ScorePlugin;
use crate::base::limit::{
    PLUGIN_INSTANCES_MAX, PLUGIN_MEMORY_BYTES_KEPT, PLUGIN_MEMORY_BYTES_MAX, PLUGIN_STACK_BYTES,
    PLUGIN_TABLE_ELEMENTS_MAX, PLUGIN_TICK_MS,
};

/// What makes compiled code: the same here and in a process that only compiles.
pub(super) fn compiling() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .max_wasm_stack(PLUGIN_STACK_BYTES)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false);
    config
}

fn running() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(PLUGIN_INSTANCES_MAX)
        // A component is its module and what ties the log to it.
        .max_core_instances_per_component(4)
        .total_core_instances(PLUGIN_INSTANCES_MAX * 4)
        .max_memories_per_component(1)
        .total_memories(PLUGIN_INSTANCES_MAX)
        .max_memory_size(PLUGIN_MEMORY_BYTES_MAX)
        .max_tables_per_component(2)
        .total_tables(PLUGIN_INSTANCES_MAX * 2)
        .table_elements(PLUGIN_TABLE_ELEMENTS_MAX)
        .linear_memory_keep_resident(PLUGIN_MEMORY_BYTES_KEPT)
        .pagemap_scan(Enabled::Auto);
    let mut config = compiling();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// The machine. Its ticks go on only while guests run.
pub struct Sandbox {
    engine: Engine,
    linker: Linker<State>,
    pulse: Arc<Pulse>,
    ticker: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

/// How many guests run.
#[derive(Debug, Default)]
struct Pulse {
    state: Mutex<Beat>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Beat {
    running: u32,
    stopped: bool,
}

impl Sandbox {
    /// A fresh machine; the error is a sentence of the system.
    pub fn new() -> Result<Self, String> {
        let engine = Engine::new(&running()).map_err(|error| format!("{error:#}"))?;
        let mut linker = Linker::new(&engine);
        ScorePlugin::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| state)
            .map_err(|error| format!("{error:#}"))?;
        Ok(Self {
            engine,
            linker,
            pulse: Arc::default(),
            ticker: Mutex::default(),
        })
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn linker(&self) -> &Linker<State> {
        &self.linker
    }

    /// Waits for a free place; each guest's time is bounded, and so is the wait.
    pub(super) fn enter(&self) -> Place<'_> {
        self.start();
        let mut beat = lock(&self.pulse.state);
        while beat.running >= PLUGIN_INSTANCES_MAX {
            let waited = self.pulse.changed.wait(beat);
            beat = waited.unwrap_or_else(PoisonError::into_inner);
        }
        beat.running += 1;
        self.pulse.changed.notify_all();
        Place { sandbox: self }
    }

    /// The thread that ticks, once.
    fn start(&self) {
        let mut ticker = lock(&self.ticker);
        if ticker.is_some() {
            return;
        }
        let (pulse, engine) = (Arc::clone(&self.pulse), self.engine.clone());
        let spawned = std::thread::Builder::new()
            .name("plugin-ticks".to_owned())
            .spawn(move || tick(&pulse, &engine));
        *ticker = spawned.ok();
    }

    /// Whether the ticks go on; without them no guest can be stopped.
    pub(super) fn is_ticking(&self) -> bool {
        lock(&self.ticker).is_some()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        lock(&self.pulse.state).stopped = true;
        self.pulse.changed.notify_all();
        if let Some(ticker) = lock(&self.ticker).take() {
            // It ends by itself; a panic in it has nothing to tell.
            let _ = ticker.join();
        }
    }
}

/// One guest's place.
pub(super) struct Place<'s> {
    sandbox: &'s Sandbox,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        lock(&self.sandbox.pulse.state).running -= 1;
        self.sandbox.pulse.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tick(pulse: &Pulse, engine: &Engine) {
    let mut beat = lock(&pulse.state);
    while !beat.stopped {
        if beat.running == 0 {
            let waited = pulse.changed.wait(beat);
            beat = waited.unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        drop(beat);
        std::thread::sleep(Duration::from_millis(PLUGIN_TICK_MS));
        engine.increment_epoch();
        beat = lock(&pulse.state);
    }
}
