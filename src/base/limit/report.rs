//! The bounds of reports, of questions period by period, and of the reviews of tiers.

use super::{NAME_CHARACTERS_MAX, STORE_VALUE_BYTES_MAX};

/// Units that one `months(…)` goes through: each is a copy of its condition in the plan. Eight years of months.
pub const PERIODS_MAX: u16 = 100;
/// Dates of a run of `peak`: within a year every run of sums is added anew from those of its dates.
pub const PEAK_DATES_MAX: u16 = 366;
/// Values that `modes` may give: sets are meant to be read.
pub const MODES_MAX: u16 = 100;
/// Groups and measures of one report, each; a wider table is not read.
pub const REPORT_COLUMNS_MAX: usize = 100;
/// Groups of one report: each holds every measure, some hundred bytes apiece.
pub const REPORT_GROUPS_MAX: usize = 200_000;
/// Values that medians, cuts, deviations and counts of different values hold, eight bytes and more each.
pub const REPORT_VALUES_MAX: usize = 50_000_000;

/// Customers of one record of a review of tiers: a record of them takes at most 32 kB.
pub const REVIEW_PART_ROWS: usize = 4_096;

/// Dates whose reviews of tiers are made up after a server slept: a month of them tells where everyone stands by
/// now, and a start waits for each.
pub const REVIEWS_MADE_UP_MAX: i64 = 31;

/// Bytes of a review of tiers that go into one batch with what follows from it; those of a longer one are written
/// ahead and become true with that batch.
pub const REVIEW_BESIDE_BYTES_MAX: usize = 16 << 10;

/// Tiers of one list: a record of a review names them all.
pub const TIERS_MAX: usize = 100;

const _: () = assert!(TIERS_MAX * (4 * NAME_CHARACTERS_MAX + 8) + 1_024 < STORE_VALUE_BYTES_MAX);
const _: () = assert!(REVIEW_PART_ROWS * 8 + 8 < STORE_VALUE_BYTES_MAX);
