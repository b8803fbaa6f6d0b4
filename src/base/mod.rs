//! What every other folder stands on: places in text, diagnostics, values and
//! their kinds, the calendar, limits. Knows nothing of schemas, rules or stores.

pub mod calendar;
pub mod decimal;
pub mod diagnostic;
pub mod kind;
pub mod limit;
pub mod money;
pub mod source;
pub mod span;
pub mod value;
