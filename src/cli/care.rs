//! `tamis care`: how plans stand, what one would do, what one achieved: asked of a running
//! server, else read from the store. Orders are given to a running server.

use std::process::ExitCode;
use std::sync::Arc;

use super::arguments::{Care, CareVerb, Place, Summary};
use super::failure::Failure;
use super::output::{Output, failed, say};
use super::remote;
use super::workplace::{Workplace, going_on};
use crate::care::preview::preview;
use crate::care::report::report;
use crate::care::state::State;
use crate::care::status::{status, undecided};
use crate::delivery;
use crate::engine::RunOptions;
use crate::form::Form;
use crate::form::care::{MessagesForm, PlanForm, PlansForm, Told, warning_lines, write};
use crate::form::finding::Finding;
use crate::ingest::erasure;
use crate::language::typed::CarePlan;
use crate::live::members::{Members, View};
use crate::live::moment::Moment;
use crate::live::review_records;
use crate::settings::{self, Settings};

/// Answers about care plans, or has an order carried out.
pub(super) fn run(place: &Place, options: &Care, output: &mut Output) -> Result<ExitCode, Failure> {
    if let Some(server) = remote::find(place)? {
        return server.care(&options.verb, options.format, output);
    }
    let form = match options.format {
        Summary::Table => Form::Table,
        Summary::Json => Form::Json,
    };
    match &options.verb {
        CareVerb::Status => {
            let desk = Desk::open(place)?;
            let plans = desk.plans()?;
            let warnings = plans.iter().flat_map(|plan| plan.warnings.iter().cloned());
            let lines = warning_lines(&warnings.collect::<Vec<_>>());
            told(&PlansForm { plans }, &lines, form, output)
        }
        CareVerb::Preview(named) => {
            let desk = Desk::open(place)?;
            let plan = desk.plan(&named.plan)?;
            let found = preview(&desk.moment, &desk.members()?, &desk.state, plan);
            let found = found.map_err(Failure::Input)?;
            told(&found, &warning_lines(&desk.warnings(plan)), form, output)
        }
        CareVerb::Report(named) => {
            let desk = Desk::open(place)?;
            let plan = desk.plan(&named.plan)?;
            let found = report(&desk.moment, &desk.state, plan).map_err(Failure::Input)?;
            told(&found, &[], form, output)
        }
        CareVerb::Messages { plan } => {
            let desk = Desk::open(place)?;
            let plan = plan.as_deref().map(|name| {
                let plan = desk.moment.rules.care_plan(name);
                plan.map_or(name, |plan| &plan.name)
            });
            let found = undecided(&desk.state, desk.moment.zone(), plan);
            told(&MessagesForm::from(found), &[], form, output)
        }
        CareVerb::Start(_)
        | CareVerb::Pause(_)
        | CareVerb::Approve(_)
        | CareVerb::Dismiss(_)
        | CareVerb::Enter(_)
        | CareVerb::Settle { .. } => Err(remote::nobody(place)),
    }
}

/// What is read to answer without a server.
struct Desk {
    moment: Moment,
    state: State,
    settings: Settings,
}

impl Desk {
    fn open(place: &Place) -> Result<Self, Failure> {
        let workplace = Workplace::load(place)?;
        let settings = settings::load(None, &workplace.rules_folder, &workplace.data_folder)?;
        let store = workplace.open_store()?;
        let zone = workplace.zone.clone();
        let snapshot = erasure::snapshot(&store, &workplace.rules.schema, zone.clone())?;
        let state = State::open(&store, zone.clone()).map_err(Failure::Store)?;
        let now = going_on(&store, workplace.instant(None)?, &zone)?;
        let reviews = Arc::new(review_records::load(&store)?);
        store.close()?;
        Ok(Self {
            moment: workplace.with_snapshot(snapshot, now).with_reviews(reviews),
            state,
            settings: settings.settings,
        })
    }

    fn members(&self) -> Result<Members, Failure> {
        let options = RunOptions::default();
        let view = View {
            snapshot: &self.moment.snapshot,
            plugins: &*self.moment.plugins,
            now: self.moment.now,
            ranks: Some(&self.moment.ranks),
            options: &options,
        };
        Members::compute(&self.moment.rules, view)
            .map_err(|fault| Failure::Store(fault.to_string()))
    }

    fn plan(&self, name: &str) -> Result<&CarePlan, Failure> {
        let plan = self.moment.rules.care_plan(name);
        plan.ok_or_else(|| unknown_plan(&format!("no care plan is called `{name}`")))
    }

    fn plans(&self) -> Result<Vec<PlanForm>, Failure> {
        let all = status(&self.moment, &self.members()?, &self.state);
        let forms = all.into_iter().map(|status| {
            let plan = self.moment.rules.care_plan(&status.plan);
            let plan = plan.filter(|_| status.in_rules);
            PlanForm {
                status,
                warnings: plan.map_or_else(Vec::new, |plan| self.warnings(plan)),
            }
        });
        Ok(forms.collect())
    }

    fn warnings(&self, plan: &CarePlan) -> Vec<Finding> {
        let found = delivery::check_plan(plan, &self.settings);
        Finding::list(&self.moment.sources, &found)
    }
}

/// There is no plan of that name.
pub(super) fn unknown_plan(message: &str) -> Failure {
    Failure::Usage(format!("{message}\nhelp: `tamis care status` lists them"))
}

fn told(
    answer: &impl Told,
    warnings: &[String],
    form: Form,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    write(output, answer, form).map_err(failed)?;
    warnings.iter().for_each(|line| say(line));
    Ok(ExitCode::SUCCESS)
}
