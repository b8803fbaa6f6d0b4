//! Worker threads over blocks. Results come in the order of the blocks, so that an
//! answer never depends on how many threads made it. The only place that knows the
//! thread library.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::outcome::RunError;
use crate::base::limit::RUN_THREADS_MAX;

/// Blocks below which waking threads costs more than it saves: about 200 µs of work.
const BLOCKS_PARALLEL_MIN: usize = 5;

/// Pools by their number of threads; each lives as long as the program.
static POOLS: Mutex<BTreeMap<usize, Arc<rayon::ThreadPool>>> = Mutex::new(BTreeMap::new());

fn pool(threads: usize) -> Result<Arc<rayon::ThreadPool>, RunError> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pool) = pools.get(&threads) {
        return Ok(Arc::clone(pool));
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("run-{index}"))
        .build()
        .map_err(|error| RunError::Threads(error.to_string()))?;
    let pool = Arc::new(pool);
    pools.insert(threads, Arc::clone(&pool));
    Ok(pool)
}

/// The results of all jobs in their order, or the error of one of them.
pub fn map<T: Send>(
    threads: usize,
    jobs: usize,
    job: impl Fn(usize) -> Result<T, RunError> + Sync + Send,
) -> Result<Vec<T>, RunError> {
    map_from(BLOCKS_PARALLEL_MIN, threads, jobs, job)
}

/// The same of jobs each of which takes longer than waking a thread: two are enough.
pub fn map_long<T: Send>(
    threads: usize,
    jobs: usize,
    job: impl Fn(usize) -> Result<T, RunError> + Sync + Send,
) -> Result<Vec<T>, RunError> {
    map_from(2, threads, jobs, job)
}

/// What becomes of each item, in their order; each takes longer than waking a thread.
pub fn map_each<I: Send, T: Send>(
    threads: usize,
    items: Vec<I>,
    job: impl Fn(I) -> Result<T, RunError> + Sync + Send,
) -> Result<Vec<T>, RunError> {
    let threads = threads.clamp(1, RUN_THREADS_MAX);
    if threads == 1 || items.len() < 2 {
        return items.into_iter().map(job).collect();
    }
    pool(threads)?.install(|| items.into_par_iter().map(job).collect())
}

fn map_from<T: Send>(
    least: usize,
    threads: usize,
    jobs: usize,
    job: impl Fn(usize) -> Result<T, RunError> + Sync + Send,
) -> Result<Vec<T>, RunError> {
    let threads = threads.clamp(1, RUN_THREADS_MAX);
    if threads == 1 || jobs < least {
        return (0..jobs).map(job).collect();
    }
    pool(threads)?.install(|| (0..jobs).into_par_iter().map(job).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_order_whatever_the_threads() {
        for threads in [0, 1, 2, 3] {
            let squares = map(threads, 100, |job| Ok(job * job)).unwrap();
            assert_eq!(squares, (0..100).map(|job| job * job).collect::<Vec<_>>());
            let items: Vec<String> = (0..100).map(|item: i32| item.to_string()).collect();
            assert_eq!(map_each(threads, items.clone(), Ok).unwrap(), items);
        }
    }

    #[test]
    fn an_error_is_the_answer() {
        let failed = map(2, 100, |job| {
            if job == 50 {
                Err(RunError::Cancelled)
            } else {
                Ok(job)
            }
        });
        assert_eq!(failed, Err(RunError::Cancelled));
    }
}
