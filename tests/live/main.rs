//! Members of saved filters as facts come and time passes.

mod named;
mod world;
