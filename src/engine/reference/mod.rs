//! The slow evaluator: one customer at a time, straight down the typed tree, each
//! rule of the language in the plainest words that say it. It is the oracle that
//! the kernels are held against, and `trace` and rule tests read it. It shares
//! nothing with the kernels but values, the typed tree and `base`.

pub(crate) mod aggregate;
pub mod aside;
pub mod blame;
mod compare;
mod date;
mod evaluate;
mod fold;
pub(crate) mod followed;
mod function;
mod logic;
mod number;
mod pattern;
pub mod people;
pub(crate) mod place;
mod ranked;
mod relation;
mod series;
mod statistics;
mod tiers;
pub(crate) mod tree;
mod window;

pub use evaluate::{evaluate, evaluate_rows};
pub use people::People;
pub use tiers::tier;

pub(crate) use aggregate::{answered, consider, taken};
pub(crate) use evaluate::{truth, value};
pub(crate) use ranked::{counted, standing, value_at};
pub(crate) use relation::others;
pub(crate) use series::{period_verdicts, unit_values};
