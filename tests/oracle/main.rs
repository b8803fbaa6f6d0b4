//! The oracle: random schemas, rules, facts and instants; the engine must say what
//! the slow evaluator says, on every row, in all three sets.
//!
//! `TAMIS_ORACLE_CASES` sets the number of small worlds (crowded ones are fewer in
//! proportion), `TAMIS_ORACLE_SEED` another seed, `TAMIS_ORACLE_SEED=random` a new one.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod bound;
#[cfg(test)]
mod case;
#[cfg(test)]
mod condition;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod erased;
#[cfg(test)]
mod expression;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod law;
#[cfg(test)]
mod meaning;
#[cfg(test)]
mod number;
#[cfg(test)]
mod ranked;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod series;
mod table;
#[cfg(test)]
mod tape;
#[cfg(test)]
mod tiers;
#[cfg(test)]
mod values;
#[cfg(test)]
mod words;
#[cfg(test)]
mod world;

#[cfg(test)]
use runner::{CASES_PER_CROWD, cases, hold_all};

#[test]
fn small_worlds_answer_as_the_reference_does() {
    hold_all(case::small(), cases(), law::holds);
}

#[test]
fn worlds_of_many_chunks_answer_as_the_reference_does() {
    hold_all(
        case::crowded(),
        cases().div_ceil(CASES_PER_CROWD),
        law::holds,
    );
}

#[test]
fn reports_answer_as_the_reference_does() {
    hold_all(case::small(), cases(), table::holds);
}

#[test]
fn reports_over_many_blocks_answer_as_the_reference_does() {
    let cases = cases().div_ceil(CASES_PER_CROWD * 4);
    hold_all(case::crowded(), cases, table::holds);
}

#[test]
fn what_is_printed_can_be_read() {
    hold_all(case::small(), cases(), words::holds);
}
