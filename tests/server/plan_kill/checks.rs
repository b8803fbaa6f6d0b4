//! What must hold whenever a server has come up again: the facts are there, the stream of
//! matches goes on where it ended, and everyone who came to a plan is accounted for.

use std::collections::BTreeMap;

use serde_json::Value;
use tamis::base::calendar::Instant;

use super::calendar::{Calendar, occasions};
use super::ledger::Ledger;
use super::stage::PLANS;
use crate::matches::{Seen, Stream};
use crate::place::Server;

/// Filters whose members are followed.
const FOLLOWED: [&str; 3] = ["rich", "buyers", "spenders"];
/// The customer by whom the reader knows that nothing more is to come.
const MARKER: &str = "marker";
/// Lives after which members are compared one by one, not by number alone.
const WHOLE_EVERY: u64 = 20;

/// What was seen over all lives.
#[derive(Default)]
pub struct Checks {
    seen: Seen,
    /// Entered, by filter and cause.
    entered: BTreeMap<(String, String), u64>,
    /// Who must have come to the plan `daily`.
    daily: u64,
    /// When it was last checked.
    last: Option<Instant>,
    times: u64,
    is_rich: bool,
}

/// Figures of one plan.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub recipients: u64,
    pub held_out: u64,
    pub suppressed: u64,
    pub active: u64,
    pub messages: BTreeMap<String, u64>,
}

impl Figures {
    /// Everyone who came.
    pub fn came(&self) -> u64 {
        self.recipients + self.held_out + self.suppressed
    }
}

impl Checks {
    /// Looks at everything before new facts come; the stream goes on from there.
    pub fn all(
        &mut self,
        server: &Server,
        ledger: &Ledger,
        calendar: &Calendar,
        now: Instant,
    ) -> Stream {
        self.times += 1;
        let stream = self.read_to_now(server);
        self.members(server);
        let facts = Facts::of(server);
        let (acknowledged, sent) = ledger.events(now);
        assert!(
            (acknowledged..=sent).contains(&facts.events),
            "{facts:?}: {acknowledged} acknowledged, {sent} sent"
        );
        let (acknowledged, sent) = ledger.customer_counts();
        // The marker is one more.
        assert!((acknowledged..=sent).contains(&(facts.customers - 1)));
        self.plans(server, &facts, calendar, now);
        self.last = Some(now);
        stream
    }

    /// Reads until nothing more is to come. Writing the marker also has everything done that is due.
    fn read_to_now(&mut self, server: &Server) -> Stream {
        let path = format!("/v1/matches?after={}", self.seen.last);
        let mut stream = Stream::open(server, &path, "").unwrap();
        assert_eq!(stream.status, 200);
        self.is_rich = !self.is_rich;
        let assets = if self.is_rich { 5_000 } else { 5 };
        server.take(
            "/v1/customers",
            &format!("{{\"id\":\"{MARKER}\",\"assets\":\"{assets}\"}}\n"),
        );
        loop {
            let record = stream.next().unwrap();
            self.take(&record);
            if record["customer"] == MARKER && record["rule"] == "rich" {
                return stream;
            }
        }
    }

    /// What a stream gave until it ended.
    pub fn read_to_end(&mut self, mut stream: Stream) {
        while let Some(record) = stream.next() {
            self.take(&record);
        }
    }

    fn take(&mut self, record: &Value) {
        self.seen.take(record);
        if record["what"] == "entered" {
            let text = |name: &str| record[name].as_str().unwrap().to_owned();
            *self
                .entered
                .entry((text("rule"), text("cause")))
                .or_default() += 1;
        }
    }

    fn members(&self, server: &Server) {
        for rule in FOLLOWED {
            let members = self.seen.members.iter();
            let told = members
                .filter(|((name, _), on)| name == rule && **on)
                .map(|((_, customer), _)| customer.as_str());
            let whole = self.times.is_multiple_of(WHOLE_EVERY);
            let limit = if whole { 10_000 } else { 1 };
            let page = server
                .get(&format!("/v1/filters/{rule}/members?limit={limit}"))
                .json();
            assert_eq!(page["count"], told.clone().count() as u64, "{rule}");
            if whole {
                let listed = page["members"].as_array().unwrap().iter();
                let listed = listed.map(|row| row["id"].as_str().unwrap());
                assert!(listed.eq(told.take(10_000)), "{rule}");
            }
        }
    }

    fn plans(&mut self, server: &Server, facts: &Facts, calendar: &Calendar, now: Instant) {
        let figures = figures(server);
        let occasions = self.last.map_or(0, |last| occasions(calendar, last, now));
        if occasions > 0 {
            // Several that were missed are made up for once.
            self.daily += server.count("daily_audience");
        }
        let causes = |rule: &str, causes: &[&str]| -> u64 {
            let of = |cause: &&str| self.entered.get(&(rule.to_owned(), (*cause).to_owned()));
            causes.iter().filter_map(of).sum()
        };
        let came = [
            causes("buyers", &["fact", "time", "restart"]),
            causes("spenders", &["fact", "time", "restart", "rule"]),
            facts.complaints,
            self.daily,
        ];
        for (plan, came) in PLANS.iter().zip(came) {
            let figures = &figures[*plan];
            assert_eq!(
                figures.came(),
                came,
                "{plan}: {figures:?} {:?}",
                self.entered
            );
            let entered = figures.recipients + figures.held_out;
            assert_eq!(facts.entered[*plan], entered, "{plan}: {figures:?}");
            assert_eq!(figures.messages.get("dead"), None, "{plan}");
        }
    }
}

/// What is in the store, as answers see it.
#[derive(Debug, Default)]
struct Facts {
    /// Purchases and complaints.
    events: u64,
    complaints: u64,
    customers: u64,
    entered: BTreeMap<String, u64>,
}

impl Facts {
    fn of(server: &Server) -> Self {
        let plans = PLANS.map(|plan| format!("count(campaign_entered where plan = \"{plan}\")"));
        let mut show = vec!["count(purchase)".to_owned(), "count(complaint)".to_owned()];
        show.extend(plans.clone());
        let body = serde_json::json!({"filter": "assets >= 0", "show": show, "limit": 10_000_000});
        let answer = server.post("/v1/query", &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        let rows = answer["rows"].as_array().unwrap();
        let sum = |name: &str| -> u64 { rows.iter().map(|row| row[name].as_u64().unwrap()).sum() };
        Self {
            events: sum(&show[0]) + sum(&show[1]),
            complaints: sum(&show[1]),
            customers: answer["total"].as_u64().unwrap(),
            entered: PLANS
                .iter()
                .zip(plans)
                .map(|(plan, count)| ((*plan).to_owned(), sum(&count)))
                .collect(),
        }
    }
}

/// How all plans stand.
pub fn figures(server: &Server) -> BTreeMap<String, Figures> {
    let answer = server.get("/v1/care");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let plans = answer["plans"].as_array().unwrap().iter();
    let number = |plan: &Value, name: &str| plan[name].as_u64().unwrap();
    plans
        .map(|plan| {
            let figures = Figures {
                recipients: number(plan, "recipients"),
                held_out: number(plan, "held_out"),
                suppressed: counts(&plan["suppressed"]).values().sum(),
                active: counts(&plan["in_step"]).values().sum(),
                messages: counts(&plan["messages"]),
            };
            (plan["plan"].as_str().unwrap().to_owned(), figures)
        })
        .collect()
}

/// Words and how many.
fn counts(words: &Value) -> BTreeMap<String, u64> {
    let words = words.as_object().unwrap().iter();
    words
        .map(|(word, count)| (word.clone(), count.as_u64().unwrap()))
        .collect()
}

/// Events in the store that were posted.
pub fn events(server: &Server) -> u64 {
    Facts::of(server).events
}
