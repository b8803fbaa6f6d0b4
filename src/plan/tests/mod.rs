//! What plans are made of trees, what passes do to them, and that they change no answer.

mod compile;
mod interpreter;
mod passes;
mod property;
mod text;
mod trees;
