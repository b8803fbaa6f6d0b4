//! Figures for operations, in the OpenMetrics text form. Labels are routes, statuses and
//! kinds of facts, never persons.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Media type of the page.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FactLabels {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FilterLabels {
    filter: String,
}

/// Upper ends of the steps in which durations are counted.
const SECONDS: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];

type Real = Gauge<f64, AtomicU64>;

/// All figures.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    facts: Family<FactLabels, Counter>,
    /// Customers that are seen.
    pub customers: Gauge,
    /// Facts in the store.
    pub position: Gauge,
    /// The last match record.
    pub sequence: Gauge,
    /// Open event streams and long answers.
    pub streams: Gauge,
    /// 1 when facts are taken, 0 when the writing side has stopped.
    pub writing: Gauge,
    /// 1 when the disk has no room for facts, so that they are refused.
    pub disk_full: Gauge,
    /// 1 when the last attempt to change the rules was refused, so that an earlier set serves.
    pub rules_refused: Gauge,
    /// How often columns could not be saved since the start.
    pub columns_unsaved: Gauge,
    /// Instant at which the members are exact, in seconds since 1970.
    pub members_at: Real,
    members: Family<FilterLabels, Gauge>,
}

impl Metrics {
    /// All at nothing.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("tamis");
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            facts: Family::default(),
            customers: Gauge::default(),
            position: Gauge::default(),
            sequence: Gauge::default(),
            streams: Gauge::default(),
            writing: Gauge::default(),
            disk_full: Gauge::default(),
            rules_refused: Gauge::default(),
            columns_unsaved: Gauge::default(),
            members_at: Gauge::default(),
            members: Family::default(),
            registry: Registry::default(),
        };
        registry.register(
            "requests",
            "Requests by route and status",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "request_duration",
            "Time from the head of a request to the head of its answer",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register("facts", "Lines of facts by outcome", metrics.facts.clone());
        registry.register("customers", "Customers", metrics.customers.clone());
        registry.register(
            "store_facts",
            "Facts in the store",
            metrics.position.clone(),
        );
        registry.register(
            "matches",
            "Number of the last match record",
            metrics.sequence.clone(),
        );
        registry.register("streams_open", "Open streams", metrics.streams.clone());
        metrics.register_states(&mut registry);
        registry.register(
            "columns_unsaved",
            "How often columns could not be saved since the start",
            metrics.columns_unsaved.clone(),
        );
        registry.register(
            "members_at_timestamp_seconds",
            "Instant at which the members are exact",
            metrics.members_at.clone(),
        );
        registry.register("members", "Members by filter", metrics.members.clone());
        Self {
            registry,
            ..metrics
        }
    }

    /// Those that are 0 or 1.
    fn register_states(&self, registry: &mut Registry) {
        for (name, help, gauge) in [
            (
                "writing",
                "1 when facts are taken, 0 when the writing side has stopped",
                &self.writing,
            ),
            (
                "disk_full",
                "1 when the disk has no room for facts, so that they are refused",
                &self.disk_full,
            ),
            (
                "rules_refused",
                "1 when the last attempt to change the rules was refused, so that an earlier set serves",
                &self.rules_refused,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
    }

    /// Counts a request.
    pub fn request(&self, method: &'static str, route: &str, status: u16, seconds: f64) {
        self.requests
            .get_or_create(&RequestLabels {
                method,
                route: route.to_owned(),
                status,
            })
            .inc();
        self.seconds
            .get_or_create(&RouteLabels {
                route: route.to_owned(),
            })
            .observe(seconds);
    }

    /// Counts lines of facts.
    pub fn facts(&self, kind: &'static str, outcome: &'static str, count: u64) {
        self.facts
            .get_or_create(&FactLabels { kind, outcome })
            .inc_by(count);
    }

    /// Replaces the figures of all filters.
    pub fn members<'a>(&self, counts: impl Iterator<Item = (&'a str, u64)>) {
        self.members.clear();
        for (filter, count) in counts {
            self.members
                .get_or_create(&FilterLabels {
                    filter: filter.to_owned(),
                })
                .set(whole(count));
        }
    }

    /// The page.
    pub fn page(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A count as gauges take it.
pub fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
