//! A question as plain data: a flat list of typed operations over numbered slots.
//! `compile` makes it from `language::typed`; each pass is a function from plan to
//! plan; `explain` prints it. Holds no closures and reads no data.

pub mod operation;
