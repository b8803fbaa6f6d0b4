//! What is measured of a snapshot before a question runs: shares of missing values,
//! bounds, counts. They steer the order of work and never the answer.

use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::columns::code;
use crate::columns::column::Column;
use crate::plan::Statistics;
use crate::plan::statistics::AttributeStatistics;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};

/// The statistics of a snapshot as held at an instant; reads presence bits and bounds, no values.
pub fn measure(snapshot: &Snapshot, now: Instant) -> Statistics {
    let schema = snapshot.schema();
    let mut statistics = Statistics {
        customers: Some(u64::from(snapshot.living())),
        ..Statistics::default()
    };
    for id in (0..schema.attributes.len())
        .filter_map(|at| u16::try_from(at).ok())
        .map(AttributeId)
    {
        let column = snapshot.attribute(id, now);
        statistics
            .attributes
            .insert(id, attribute(&column, u64::from(snapshot.rows())));
    }
    for id in (0..schema.events.len())
        .filter_map(|at| u16::try_from(at).ok())
        .map(EventId)
    {
        statistics.events.insert(id, snapshot.events(id).count);
    }
    for id in (0..schema.holdings.len())
        .filter_map(|at| u16::try_from(at).ok())
        .map(HoldingId)
    {
        let held = snapshot.holdings(id, now).count;
        statistics.holdings.insert(id, held);
    }
    for id in (0..schema.relations.len())
        .filter_map(|at| u16::try_from(at).ok())
        .map(RelationId)
    {
        statistics
            .relations
            .insert(id, snapshot.edges(id, now).count);
    }
    statistics
}

fn attribute(column: &Column, rows: u64) -> AttributeStatistics {
    let present = column.present();
    let bounds = column.bounds();
    let value = |key| code::value(&column.kind, key, column.dictionary.as_deref());
    // Codes of texts are given by first appearance, so their bounds say nothing of order.
    let ordered = bounds.filter(|_| column.dictionary.is_none());
    AttributeStatistics {
        always_present: false,
        missing_share: (rows > 0).then(|| 1.0 - present as f64 / rows as f64),
        low: ordered.and_then(|(low, _)| value(low)),
        high: ordered.and_then(|(_, high)| value(high)),
        distinct: column
            .dictionary
            .as_ref()
            .map(|dictionary| dictionary.texts.len() as u64),
    }
}
