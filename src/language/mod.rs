//! Rule text → [`syntax`] → [`typed`]. Functions of values: no files, no clock,
//! no logging. Only `parser` knows pest. Never sees a store, a column or a plan.

mod check;
pub mod codes;
pub mod compile;
pub mod complete;
pub mod foreign;
pub mod forms;
pub mod functions;
pub mod layout;
pub mod lexicon;
pub mod lookalike;
pub mod parser;
pub mod printer;
pub mod reading;
pub mod references;
pub mod resolve;
pub mod suggest;
pub mod syntax;
pub mod traditional;
pub mod typed;
pub mod words;
