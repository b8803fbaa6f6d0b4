//! An answer taken apart, as JSON. As lines for a terminal it is drawn by the engine.

use serde::Serialize;
use utoipa::ToSchema;

use super::tiers::{TiersForm, tiers};
use super::value::Written;
use crate::base::calendar::Zone;
use crate::engine::external::{Account, Link};
use crate::engine::trace::{
    Bounded, Evidence, Join, Part, SeenFact, SeenOther, SeenTier, SeenUnit, TierReach, Trace,
    Verdict, Wording,
};
use crate::language::words::Tongue;

/// Why one customer matches or not.
#[derive(Serialize, ToSchema)]
pub struct Why<'a> {
    customer: &'a str,
    as_of: String,
    /// The instant of the rank tables that it depends on.
    #[serde(skip_serializing_if = "Option::is_none")]
    ranks_at: Option<String>,
    /// Tiers that it depends on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TiersForm<'a>>,
    /// The expression.
    #[schema(value_type = Object)]
    root: PartForm<'a>,
    /// The same as a terminal shows it.
    text: String,
}

/// Parts nest: the schema calls them objects.
#[derive(Serialize)]
struct PartForm<'a> {
    text: &'a str,
    verdict: Option<&'static str>,
    value: Written<'a>,
    missing_because: Option<&'static str>,
    join: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shown_before: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartForm<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceForm<'a>>,
    /// Of a stage's condition: the stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    /// Of a part of a score, whose value is what it adds: `base`, `summand`, `row`, `when`, `range`, `rounding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    adds: Option<&'static str>,
    /// Of a part of a score: the reason that the rule gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum EvidenceForm<'a> {
    Facts {
        kind: &'a str,
        counted: BoundedForm<FactForm<'a>>,
        left_aside: BoundedForm<FactForm<'a>>,
    },
    Units(BoundedForm<UnitForm<'a>>),
    Answers {
        kind: &'a str,
        answered: u64,
        unanswered: u64,
    },
    Plugin {
        by: &'a str,
        parts: Vec<PartOfAnswer<'a>>,
        /// How the sum of the parts becomes the answer.
        link: Option<&'static str>,
        missing: Option<&'a str>,
    },
    Ranked {
        rank: u64,
        smaller: u64,
        population: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        bound: Option<BoundForm<'a>>,
    },
    Overall {
        population: u64,
    },
    Sequence {
        events: Vec<StepForm<'a>>,
    },
    Tier {
        /// Null: no review yet.
        reviewed: Option<String>,
        rank: Option<u64>,
        population: Option<u64>,
        /// The tier before that review.
        before: Option<&'a str>,
        /// How far the customer's tier reaches.
        bound: Option<ReachForm<'a>>,
        /// How far the tier before is kept.
        kept: Option<ReachForm<'a>>,
    },
    Others {
        relation: &'a str,
        yes: BoundedForm<&'a str>,
        no: BoundedForm<&'a str>,
        unknown: BoundedForm<&'a str>,
    },
}

/// How far a tier reaches.
#[derive(Serialize)]
struct ReachForm<'a> {
    text: &'a str,
    places: u64,
}

/// How far `top` or `bottom` reaches.
#[derive(Serialize)]
struct BoundForm<'a> {
    text: &'a str,
    places: u64,
    value: Written<'a>,
}

#[derive(Serialize)]
struct UnitForm<'a> {
    name: &'a str,
    value: Written<'a>,
}

#[derive(Serialize)]
struct StepForm<'a> {
    kind: &'a str,
    #[serde(flatten)]
    event: FactForm<'a>,
}

#[derive(Serialize)]
struct PartOfAnswer<'a> {
    name: &'a str,
    part: f64,
}

#[derive(Serialize)]
struct BoundedForm<T> {
    total: u64,
    shown: Vec<T>,
}

#[derive(Serialize)]
struct FactForm<'a> {
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    fields: Vec<FieldForm<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<&'a str>,
}

#[derive(Serialize)]
struct FieldForm<'a> {
    name: &'a str,
    value: Written<'a>,
}

/// What a trace is written with.
struct Writer<'a> {
    tongue: Tongue,
    zone: &'a Zone,
}

impl<'a> Why<'a> {
    /// A trace in the words of a tongue.
    pub fn new(trace: &'a Trace, tongue: Tongue, zone: &'a Zone) -> Self {
        Self {
            customer: &trace.customer,
            as_of: zone.format(trace.now),
            ranks_at: trace.ranks_at.map(|at| zone.format(at)),
            tiers: tiers(&trace.tiers, trace.now, zone),
            root: Writer { tongue, zone }.part(&trace.root),
            text: crate::engine::trace::render(trace, tongue, zone),
        }
    }
}

impl<'a> Writer<'a> {
    fn words(&self, wording: &'a Wording) -> &'a str {
        wording.in_tongue(self.tongue)
    }

    fn reach(&self, reach: &'a TierReach) -> ReachForm<'a> {
        ReachForm {
            text: self.words(&reach.text),
            places: reach.places,
        }
    }

    fn part(&self, part: &'a Part) -> PartForm<'a> {
        let (join, at_least) = match part.join {
            None => (None, None),
            Some(Join::All) => (Some("and"), None),
            Some(Join::Any) => (Some("or"), None),
            Some(Join::Not) => (Some("not"), None),
            Some(Join::AtLeast(count)) => (Some("at_least"), Some(count)),
        };
        PartForm {
            text: self.words(&part.text),
            verdict: part.verdict().map(verdict),
            value: Written {
                value: part.value.as_ref(),
                kind: &part.kind,
                zone: self.zone,
            },
            missing_because: part.reason.map(crate::engine::trace::Reason::name),
            join,
            at_least,
            shown_before: part.shown_before,
            parts: part
                .children
                .iter()
                .map(|child| crate::base::recursion::deep(|| self.part(child)))
                .collect(),
            evidence: part
                .evidence
                .as_ref()
                .map(|evidence| self.evidence(evidence)),
            stage: part.label.as_ref().map(|label| self.words(label)),
            adds: part.adds.as_ref().map(|adds| adds.role.name()),
            reason: part.adds.as_ref().and_then(|adds| adds.reason.as_deref()),
        }
    }

    fn evidence(&self, evidence: &'a Evidence) -> EvidenceForm<'a> {
        match evidence {
            Evidence::Facts {
                subject,
                counted,
                left_aside,
            } => EvidenceForm::Facts {
                kind: self.words(subject),
                counted: self.facts(counted),
                left_aside: self.facts(left_aside),
            },
            Evidence::Answers {
                subject,
                answered,
                unanswered,
            } => EvidenceForm::Answers {
                kind: self.words(subject),
                answered: *answered,
                unanswered: *unanswered,
            },
            Evidence::Units(units) => EvidenceForm::Units(self.units(units)),
            Evidence::Plugin { by, account } => plugin(by, account),
            Evidence::Ranked {
                rank,
                smaller,
                population,
                bound,
            } => EvidenceForm::Ranked {
                rank: *rank,
                smaller: *smaller,
                population: *population,
                bound: bound.as_ref().map(|bound| BoundForm {
                    text: self.words(&bound.text),
                    places: bound.places,
                    value: Written {
                        value: bound.value.as_ref(),
                        kind: &bound.kind,
                        zone: self.zone,
                    },
                }),
            },
            Evidence::Tier(tier) => self.tier(tier),
            Evidence::Overall { population } => EvidenceForm::Overall {
                population: *population,
            },
            Evidence::Sequence { events } => EvidenceForm::Sequence {
                events: events
                    .iter()
                    .map(|(kind, event)| StepForm {
                        kind: self.words(kind),
                        event: self.fact(event),
                    })
                    .collect(),
            },
            Evidence::Others {
                relation,
                yes,
                no,
                unknown,
            } => EvidenceForm::Others {
                relation: self.words(relation),
                yes: others(yes),
                no: others(no),
                unknown: others(unknown),
            },
        }
    }

    fn tier(&self, tier: &'a SeenTier) -> EvidenceForm<'a> {
        EvidenceForm::Tier {
            reviewed: tier.reviewed.map(|date| date.to_string()),
            rank: tier.place.map(|place| place.0),
            population: tier.place.map(|place| place.1),
            before: tier.before.as_ref().map(|before| self.words(before)),
            bound: tier.bound.as_ref().map(|reach| self.reach(reach)),
            kept: tier.kept.as_ref().map(|reach| self.reach(reach)),
        }
    }

    fn units(&self, units: &'a Bounded<SeenUnit>) -> BoundedForm<UnitForm<'a>> {
        let unit = |unit: &'a SeenUnit| UnitForm {
            name: &unit.name,
            value: Written {
                value: unit.value.as_ref(),
                kind: &unit.kind,
                zone: self.zone,
            },
        };
        BoundedForm {
            total: units.total,
            shown: units.shown.iter().map(unit).collect(),
        }
    }

    fn facts(&self, facts: &'a Bounded<SeenFact>) -> BoundedForm<FactForm<'a>> {
        BoundedForm {
            total: facts.total,
            shown: facts.shown.iter().map(|fact| self.fact(fact)).collect(),
        }
    }

    fn fact(&self, fact: &'a SeenFact) -> FactForm<'a> {
        FactForm {
            at: fact.at.map(|at| self.zone.format(at)),
            key: fact.key.as_deref(),
            fields: fact
                .fields
                .iter()
                .map(|field| FieldForm {
                    name: self.words(&field.name),
                    value: Written {
                        value: Some(&field.value),
                        kind: &field.kind,
                        zone: self.zone,
                    },
                })
                .collect(),
            missing: fact.missing.iter().map(|name| self.words(name)).collect(),
        }
    }
}

fn plugin<'a>(by: &'a str, account: &'a Account) -> EvidenceForm<'a> {
    let parts = account.parts.iter();
    EvidenceForm::Plugin {
        by,
        parts: parts
            .map(|(name, part)| PartOfAnswer { name, part: *part })
            .collect(),
        link: match account.link {
            Link::None => None,
            Link::Sum => Some("sum"),
            Link::Logistic => Some("logistic"),
        },
        missing: account.note.as_deref(),
    }
}

fn others(others: &Bounded<SeenOther>) -> BoundedForm<&str> {
    BoundedForm {
        total: others.total,
        shown: others.shown.iter().map(|other| &*other.id).collect(),
    }
}

/// A verdict in machine output.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Yes => "yes",
        Verdict::No => "no",
        Verdict::Unknown => "unknown",
    }
}

/// The tongue of a question, by its letters.
pub fn tongue_of(question: &str) -> Tongue {
    let han = |letter: char| matches!(letter, '\u{3400}'..='\u{9fff}');
    if question.contains(han) {
        Tongue::Chinese
    } else {
        Tongue::English
    }
}
