//! A thousand filters of three conditions each over attributes and over windows of events, as
//! rules and as SQL: one table of everything that the filters read, then all of them in one pass.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::files::EVENTS;
use super::shared::mixed;

/// Filters.
pub const FILTERS: usize = 1_000;
const WINDOWS: [u64; 7] = [7, 14, 30, 60, 90, 180, 365];
/// Event types with an amount, by place.
const AMOUNTS: [usize; 5] = [0, 2, 3, 4, 9];

/// The filters twice.
pub struct Thousand {
    /// One item a line.
    pub rules: String,
    /// Makes the table `feature`.
    pub build: String,
    /// Counts of all filters in their order.
    pub evaluate: String,
}

/// A column of the table: which event, which figure, which window.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Feature {
    Count(usize, u64),
    Sum(usize, u64),
    Last(usize),
}

impl Feature {
    fn event(self) -> usize {
        match self {
            Feature::Count(event, _) | Feature::Sum(event, _) | Feature::Last(event) => event,
        }
    }

    fn column(self) -> String {
        let name = EVENTS[self.event()].0;
        match self {
            Feature::Count(_, days) => format!("{name}_n{days}"),
            Feature::Sum(_, days) => format!("{name}_m{days}"),
            Feature::Last(_) => format!("{name}_last"),
        }
    }

    fn sql(self) -> String {
        let column = self.column();
        match self {
            Feature::Count(_, days) => {
                format!(
                    "count(*) filter (where ts >= {{today}} - {}) as {column}",
                    days - 1
                )
            }
            Feature::Sum(_, days) => {
                format!(
                    "sum(amount) filter (where ts >= {{today}} - {}) as {column}",
                    days - 1
                )
            }
            Feature::Last(_) => format!("max(ts) as {column}"),
        }
    }
}

/// A condition twice.
type Both = (String, String);

fn attribute(seed: &mut u64) -> Both {
    let bound = mixed(seed);
    let same = |text: String| (text.clone(), text);
    match mixed(seed) % 8 {
        0 => same(format!("age >= {}", 20 + bound % 60)),
        1 => same(format!("assets > {}", 1_000 * (bound % 300))),
        2 => same(format!("income < {}", 1_000 * (2 + bound % 30))),
        3 => same(format!("risk < 0.{:03}", 1 + bound % 998)),
        4 => (
            format!("gender = {}", ["female", "male"][(bound % 2) as usize]),
            format!("gender = '{}'", ["female", "male"][(bound % 2) as usize]),
        ),
        5 => (
            format!("city = \"C{}\"", bound % 60),
            format!("city = 'C{}'", bound % 60),
        ),
        6 => same(["agrees", "vip", "newsletter", "not blocked"][(bound % 4) as usize].to_owned()),
        _ => {
            let (year, month) = (2016 + bound % 8, 1 + bound / 8 % 12);
            let date = format!("{year}-{month:02}-01");
            (
                format!("opened_on < {date}"),
                format!("opened_on < DATE '{date}'"),
            )
        }
    }
}

fn events(seed: &mut u64, features: &mut BTreeSet<Feature>) -> Both {
    let days = WINDOWS[(mixed(seed) % 7) as usize];
    let bound = mixed(seed);
    let event = (mixed(seed) % 10) as usize;
    let (feature, ours, sql) = match mixed(seed) % 4 {
        0 => {
            let feature = Feature::Count(event, days);
            let (name, least) = (EVENTS[event].0, 1 + bound % 5);
            (
                feature,
                format!("count({name}, last {days} days) >= {least}"),
                format!("{} >= {least}", feature.column()),
            )
        }
        1 => {
            let event = AMOUNTS[(bound % 5) as usize];
            let feature = Feature::Sum(event, days);
            let (name, least) = (EVENTS[event].0, 10 * (bound % 100));
            (
                feature,
                format!("sum({name}.amount, last {days} days) > {least}"),
                format!("{} > {least}", feature.column()),
            )
        }
        2 => {
            let feature = Feature::Count(event, days);
            (
                feature,
                format!("none({}, last {days} days)", EVENTS[event].0),
                format!("{} = 0", feature.column()),
            )
        }
        _ => {
            let feature = Feature::Last(event);
            let (name, past) = (EVENTS[event].0, 5 + bound % 300);
            (
                feature,
                format!("days since last({name}).at >= {past}"),
                format!("{} < {{today}} - {}", feature.column(), past - 1),
            )
        }
    };
    features.insert(feature);
    (ours, sql)
}

/// The filters, always the same.
pub fn thousand() -> Thousand {
    let mut seed = 20_240_630;
    let mut features = BTreeSet::new();
    let (mut rules, mut counts) = (String::new(), Vec::new());
    for at in 0..FILTERS {
        let a = attribute(&mut seed);
        let b = events(&mut seed, &mut features);
        let c = events(&mut seed, &mut features);
        let joined = |a: &str, b: &str, c: &str| match at % 3 {
            0 => format!("{a} and {b} and {c}"),
            1 => format!("{a} and ({b} or {c})"),
            _ => format!("({a} or {b}) and not ({c})"),
        };
        let _ = writeln!(rules, "filter f{at}: {}", joined(&a.0, &b.0, &c.0));
        counts.push(format!("count_if({})", joined(&a.1, &b.1, &c.1)));
    }
    Thousand {
        rules,
        build: build(&features),
        evaluate: format!("select {} from feature", counts.join(", ")),
    }
}

fn build(features: &BTreeSet<Feature>) -> String {
    let mut columns = String::new();
    let mut joins = String::new();
    for (at, (event, _)) in EVENTS.iter().enumerate() {
        let own: Vec<Feature> = features
            .iter()
            .copied()
            .filter(|feature| feature.event() == at)
            .collect();
        if own.is_empty() {
            continue;
        }
        for feature in &own {
            let column = feature.column();
            let _ = match feature {
                Feature::Last(_) => write!(columns, ", {event}.{column}"),
                _ => write!(columns, ", coalesce({event}.{column}, 0) as {column}"),
            };
        }
        let own: Vec<String> = own.into_iter().map(Feature::sql).collect();
        let _ = write!(
            joins,
            " left join (select customer, {} from {event} group by customer) {event} on {event}.customer = c.id",
            own.join(", ")
        );
    }
    format!("create or replace temp table feature as select c.*{columns} from customer c{joins}")
}
