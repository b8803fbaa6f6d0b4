//! What every other folder stands on: places in text, diagnostics, values and
//! their kinds, the calendar, limits. Knows nothing of schemas, rules or stores.

pub mod calendar;
pub mod checksum;
pub mod clock;
pub mod code;
pub mod decimal;
pub mod deviation;
pub mod diagnostic;
pub mod exact_sum;
pub mod kind;
pub mod limit;
pub mod math;
pub mod memory;
pub mod money;
pub mod parallel;
pub mod pattern;
pub mod quantile;
pub mod recursion;
pub mod render;
pub mod secret;
pub mod source;
pub mod span;
pub mod template;
pub mod text;
pub mod value;
