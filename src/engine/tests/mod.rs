//! Plans over small snapshots: what the kernels say together.

mod aggregate;
mod condition;
mod figures;
mod followed;
mod rank;
mod relation;
mod run;
mod trees;
mod world;
