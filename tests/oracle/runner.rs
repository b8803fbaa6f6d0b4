//! Runs laws over random worlds, from a seed that can be given again.

use std::hash::{BuildHasher, Hasher};

use proptest::strategy::Strategy;
use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner,
};

use crate::case::{Case, Tapes};

/// What holds, or what broke and how.
pub type Law = Result<(), String>;

/// Small worlds of a run that sets no number.
const CASES: u32 = 300;
/// Small worlds for one crowded one.
pub const CASES_PER_CROWD: u32 = 75;

fn seed() -> u64 {
    match std::env::var("TAMIS_ORACLE_SEED").as_deref() {
        Ok("random") => std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish(),
        Ok(text) => text
            .parse()
            .expect("TAMIS_ORACLE_SEED is a number or `random`"),
        Err(_) => 7_171,
    }
}

/// Small worlds of this run.
pub fn cases() -> u32 {
    match std::env::var("TAMIS_ORACLE_CASES") {
        Ok(text) => text.parse().expect("TAMIS_ORACLE_CASES is a number"),
        Err(_) => CASES,
    }
}

/// Holds a law over many worlds; the smallest that breaks it is told with the seed.
pub fn hold_all(worlds: impl Strategy<Value = Tapes>, cases: u32, law: impl Fn(&Case) -> Law) {
    let seed = seed();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases,
        max_shrink_iters: 20_000,
        max_shrink_time: 60_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, random);
    let result = runner.run(&worlds, |tapes| {
        let case = tapes.case();
        law(&case).map_err(|broken| TestCaseError::fail(format!("{broken}\n{case}")))
    });
    if let Err(broken) = result {
        panic!("TAMIS_ORACLE_SEED={seed} TAMIS_ORACLE_CASES={cases}: {broken}");
    }
}
