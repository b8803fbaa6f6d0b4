//! What a change of the rules would do to the members of filters, for people and for
//! programs. What it would do is found in `live::preview`.

use serde::Serialize;
use utoipa::ToSchema;

use super::care::Told;
use super::noted::Noted;
use super::table::grouped;
use super::trace::{tongue_of, verdict};
use crate::language::words::Tongue;
use crate::live::preview::{ChangedFilter, Movement, Preview, Said, Sized as Size};

/// What it would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewForm {
    /// The instant of the counts.
    as_of: String,
    /// Filters that would say something else.
    changed: Vec<ChangedForm>,
    /// New filters.
    added: Vec<SizedForm>,
    /// Filters that would be no more.
    dropped: Vec<SizedForm>,
    /// How many filters would say the same.
    same: u64,
    /// Other rules that would be other ones.
    other_rules: Vec<String>,
    /// What someone should look at.
    warnings: Vec<Noted>,
}

/// A filter that would say something else.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangedForm {
    name: String,
    /// Changed rules that it names.
    through: Vec<String>,
    /// Whether its own text is another one.
    own_text: bool,
    /// Members now.
    before: u64,
    /// Members then.
    after: u64,
    entered: MovementForm,
    left: MovementForm,
}

/// Customers that would enter, or leave.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MovementForm {
    count: u64,
    /// The first by id.
    samples: Vec<SampleForm>,
}

/// One of them with what decides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SampleForm {
    customer: String,
    /// Of the rule that serves.
    was: Option<SaidForm>,
    /// Of the rule as it would be.
    is: Option<SaidForm>,
}

/// A part of a rule and what it says of the customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SaidForm {
    text: String,
    /// `yes`, `no`, `unknown`
    verdict: &'static str,
}

/// A filter with its members.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SizedForm {
    name: String,
    members: u64,
}

impl PreviewForm {
    /// Parts of a rule are said in the tongue that its own condition is written in.
    pub fn new(found: &Preview, as_of: String) -> Self {
        let sized = |list: &[Size]| {
            let sized = list.iter().map(|filter| SizedForm {
                name: filter.name.to_string(),
                members: filter.members,
            });
            sized.collect()
        };
        let changed = found.changed.iter();
        Self {
            as_of,
            changed: changed.map(ChangedForm::new).collect(),
            added: sized(&found.added),
            dropped: sized(&found.dropped),
            same: found.same as u64,
            other_rules: found.other_rules.iter().map(ToString::to_string).collect(),
            warnings: found.warnings.iter().map(Noted::of).collect(),
        }
    }
}

impl ChangedForm {
    fn new(filter: &ChangedFilter) -> Self {
        let tongue = tongue_of(&filter.written);
        Self {
            name: filter.name.to_string(),
            through: filter.through.iter().map(ToString::to_string).collect(),
            own_text: filter.own_text,
            before: filter.before,
            after: filter.after,
            entered: MovementForm::new(&filter.entered, tongue),
            left: MovementForm::new(&filter.left, tongue),
        }
    }

    fn lines(&self) -> Vec<String> {
        let through = match (self.own_text, self.through.is_empty()) {
            (_, true) => String::new(),
            (true, false) => format!("; also through {}", self.through.join(", ")),
            (false, false) => format!("; through {}", self.through.join(", ")),
        };
        let mut lines = vec![format!(
            "{}: {} → {} members, {} enter, {} leave{through}",
            self.name,
            grouped(self.before),
            grouped(self.after),
            grouped(self.entered.count),
            grouped(self.left.count),
        )];
        for (verb, movement) in [("enters", &self.entered), ("leaves", &self.left)] {
            lines.extend(movement.samples.iter().map(|sample| sample.line(verb)));
        }
        lines
    }
}

impl MovementForm {
    fn new(movement: &Movement, tongue: Tongue) -> Self {
        let said = |said: &Said| SaidForm {
            text: said.text.in_tongue(tongue).to_owned(),
            verdict: verdict(said.verdict),
        };
        let samples = movement.samples.iter().map(|sample| SampleForm {
            customer: sample.customer.to_string(),
            was: sample.reason.was.as_ref().map(said),
            is: sample.reason.is.as_ref().map(said),
        });
        Self {
            count: movement.count,
            samples: samples.collect(),
        }
    }
}

impl SampleForm {
    fn line(&self, verb: &str) -> String {
        let reasons = [("was", &self.was), ("is", &self.is)];
        let reasons: Vec<String> = reasons
            .iter()
            .filter_map(|(word, said)| {
                let said = said.as_ref()?;
                Some(format!("{word} {} ({})", said.text, said.verdict))
            })
            .collect();
        format!("  {} {verb}: {}", self.customer, reasons.join("; "))
    }
}

impl Told for PreviewForm {
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.changed.iter().flat_map(ChangedForm::lines).collect();
        for filter in &self.added {
            let members = grouped(filter.members);
            lines.push(format!("{}: new, {members} members", filter.name));
        }
        for filter in &self.dropped {
            let members = grouped(filter.members);
            lines.push(format!("{}: no more, had {members} members", filter.name));
        }
        if !self.other_rules.is_empty() {
            let names = self.other_rules.join(", ");
            lines.push(format!("other rules that change: {names}"));
        }
        lines.push(format!("{} filters say the same", self.same));
        lines
    }
}
