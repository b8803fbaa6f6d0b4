//! Of which review the tiers are that an answer hangs on.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::calendar::{Instant, Zone};
use crate::engine::reviewed::TiersShown;

/// Tiers that an answer depends on.
#[derive(Serialize, ToSchema)]
pub struct TiersForm<'a> {
    name: &'a str,
    /// The date of the review that was read; null: none yet, the tier follows from the rank alone, without `keep`.
    reviewed: Option<String>,
    /// Whether that review is of the date asked about.
    current: bool,
}

/// In machine output.
pub fn tiers<'a>(shown: &'a [TiersShown], as_of: Instant, zone: &Zone) -> Vec<TiersForm<'a>> {
    let today = zone.date_of(as_of);
    let of = |one: &'a TiersShown| TiersForm {
        name: &one.name,
        reviewed: one.date.map(|date| date.to_string()),
        current: one.date == Some(today),
    };
    shown.iter().map(of).collect()
}

/// As people read it.
pub fn tiers_lines(shown: &[TiersShown], as_of: Instant, zone: &Zone) -> Vec<String> {
    let today = zone.date_of(as_of);
    let line = |one: &TiersShown| match one.date {
        Some(date) if date == today => format!("{} as reviewed on {date}", one.name),
        Some(date) => format!(
            "{} as reviewed on {date}: there is no review of {today}",
            one.name
        ),
        None => format!(
            "{} by rank alone, without `keep`: there is no review up to {today}",
            one.name
        ),
    };
    shown.iter().map(line).collect()
}
