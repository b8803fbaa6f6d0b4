//! Rule text → [`syntax`] → [`typed`]. Functions of values: no files, no clock,
//! no logging. Only `parser` knows pest. Never sees a store, a column or a plan.

pub mod codes;
pub mod parser;
pub mod printer;
pub mod syntax;
pub mod typed;
pub mod words;
