//! Plans over small snapshots: what the kernels say together.

mod aggregate;
mod condition;
mod figures;
mod followed;
mod rank;
mod relation;
mod run;
mod together;
mod trees;
mod world;
