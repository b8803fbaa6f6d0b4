//! What is known of one customer at an instant, as programs read it.

use serde::ser::{Serialize, SerializeMap, Serializer};
use utoipa::ToSchema;

use super::value::Written;
use crate::base::calendar::{Instant, Zone};
use crate::base::limit::TRACE_EVIDENCE_MAX;
use crate::base::value::Value;
use crate::columns::person::{Edge, Held, HoldingHistory, PastEvent, Person};
use crate::live::moment::Moment;
use crate::schema::Field;
use crate::store::fact::Target;

/// Pairs in their own order, as one object.
struct Named<'a, T>(Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for Named<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// One customer.
#[derive(serde::Serialize, ToSchema)]
pub struct CustomerForm<'a> {
    id: &'a str,
    as_of: String,
    /// Filters that it is a member of, by name.
    filters: Vec<&'a str>,
    /// By name; null = missing.
    #[schema(value_type = Object)]
    attributes: Named<'a, Written<'a>>,
    /// By kind: how many, when, and the latest.
    #[schema(value_type = Object)]
    events: Named<'a, EventsForm<'a>>,
    /// By kind: what is held.
    #[schema(value_type = Object)]
    holdings: Named<'a, Vec<HoldingForm<'a>>>,
    /// By name, the other direction by its own name: ids or texts.
    #[schema(value_type = Object)]
    relations: Named<'a, Vec<String>>,
}

#[derive(serde::Serialize)]
struct EventsForm<'a> {
    count: u64,
    first_at: Option<String>,
    last_at: Option<String>,
    /// Newest first.
    latest: Vec<EventForm<'a>>,
}

#[derive(serde::Serialize)]
struct EventForm<'a> {
    at: String,
    fields: Named<'a, Written<'a>>,
}

#[derive(serde::Serialize)]
struct HoldingForm<'a> {
    key: &'a str,
    since: Option<String>,
    fields: Named<'a, Written<'a>>,
}

impl<'a> CustomerForm<'a> {
    /// A customer as known at the moment's instant; `row` is its row.
    pub fn new(moment: &'a Moment, row: u32, person: &'a Person, filters: Vec<&'a str>) -> Self {
        let schema = moment.snapshot.schema();
        let (zone, now) = (moment.zone(), moment.now);
        let attributes = schema.attributes.iter().zip(&person.attributes);
        let events = schema.events.iter().zip(&person.events);
        let holdings = schema.holdings.iter().zip(&person.holdings);
        Self {
            id: &person.id,
            as_of: zone.format(now),
            filters,
            attributes: Named(
                attributes
                    .map(|(field, held)| {
                        let value = held_at(held, now);
                        (&*field.name, written(value, field, zone))
                    })
                    .collect(),
            ),
            events: Named(
                events
                    .map(|(kind, past)| (&*kind.name, past_events(past, &kind.fields, now, zone)))
                    .collect(),
            ),
            holdings: Named(
                holdings
                    .map(|(kind, keys)| {
                        (&*kind.name, held_keys(keys, row, &kind.fields, now, zone))
                    })
                    .collect(),
            ),
            relations: Named(relations(moment, person)),
        }
    }
}

fn written<'a>(value: Option<&'a Value>, field: &'a Field, zone: &'a Zone) -> Written<'a> {
    Written {
        value,
        kind: &field.kind,
        zone,
    }
}

fn held_at(held: &[Held], now: Instant) -> Option<&Value> {
    held.iter()
        .rfind(|held| held.since.is_none_or(|since| since <= now))?
        .value
        .as_ref()
}

fn named<'a>(
    fields: &'a [Field],
    values: &'a [Option<Value>],
    zone: &'a Zone,
) -> Named<'a, Written<'a>> {
    Named(
        fields
            .iter()
            .zip(values)
            .filter(|(_, value)| value.is_some())
            .map(|(field, value)| (&*field.name, written(value.as_ref(), field, zone)))
            .collect(),
    )
}

fn past_events<'a>(
    past: &'a [PastEvent],
    fields: &'a [Field],
    now: Instant,
    zone: &'a Zone,
) -> EventsForm<'a> {
    let seen = past.get(..past.partition_point(|event| event.at <= now));
    let seen = seen.unwrap_or_default();
    EventsForm {
        count: seen.len() as u64,
        first_at: seen.first().map(|event| zone.format(event.at)),
        last_at: seen.last().map(|event| zone.format(event.at)),
        latest: seen
            .iter()
            .rev()
            .take(TRACE_EVIDENCE_MAX)
            .map(|event| EventForm {
                at: zone.format(event.at),
                fields: named(fields, &event.fields, zone),
            })
            .collect(),
    }
}

fn held_keys<'a>(
    keys: &'a [HoldingHistory],
    row: u32,
    fields: &'a [Field],
    now: Instant,
    zone: &'a Zone,
) -> Vec<HoldingForm<'a>> {
    keys.iter()
        .filter_map(|history| {
            let state = history
                .states
                .iter()
                .rfind(|state| state.since.is_none_or(|since| since <= now))?;
            (state.owner.0 == row).then(|| HoldingForm {
                key: &history.key,
                since: state.since.map(|since| zone.format(since)),
                fields: named(fields, &state.fields, zone),
            })
        })
        .collect()
}

fn relations<'a>(moment: &'a Moment, person: &Person) -> Vec<(&'a str, Vec<String>)> {
    let ends = |edges: &[Edge]| -> Vec<String> {
        edges
            .iter()
            .filter(|edge| edge.since.is_none_or(|since| since <= moment.now))
            .map(|edge| match &edge.other {
                Target::Customer(row) => moment.snapshot.id(row.0).to_owned(),
                Target::Text(text) => text.to_string(),
            })
            .collect()
    };
    let mut found = Vec::new();
    let kinds = moment.snapshot.schema().relations.iter();
    for ((kind, out), back) in kinds.zip(&person.relations_out).zip(&person.relations_in) {
        found.push((&*kind.name, ends(out)));
        if let Some(inverse) = &kind.inverse {
            found.push((&**inverse, ends(back)));
        }
    }
    found
}
