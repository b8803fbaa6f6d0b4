//! One job over many things on a few threads, its results in the order of the things. Not for
//! questions: those have a pool of their own (`engine/pool`).

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{Builder, available_parallelism, scope};

use super::limit::JOB_THREADS_MAX;

/// Works on each thing; things that stand side by side are worked on by one thread. Where no
/// thread can be had, the caller's does all. Panics if a job does.
pub fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = available_parallelism().map_or(1, NonZero::get);
    let share = things.len().div_ceil(threads.min(JOB_THREADS_MAX)).max(1);
    let (own, others) = things.split_at(share.min(things.len()));
    let run = |part: &[T]| part.iter().map(&work).collect::<Vec<R>>();
    scope(|scope| {
        let run = &run;
        let started: Vec<_> = others
            .chunks(share)
            .map(|part| {
                let thread = Builder::new().spawn_scoped(scope, move || run(part));
                (part, thread)
            })
            .collect();
        let mut results = run(own);
        for (part, thread) in started {
            results.extend(match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(_) => run(part),
            });
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_things() {
        for count in [0, 1, 2, 3, 5, 8, 1_000] {
            let things: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = things.iter().map(|thing| thing * 2).collect();
            assert_eq!(each(&things, |thing| thing * 2), doubled);
        }
    }

    #[test]
    #[should_panic(expected = "at 7")]
    fn a_panic_is_passed_on() {
        each(&[1, 3, 5, 7], |thing| assert!(*thing < 7, "at {thing}"));
    }
}
