//! Why one customer matches or does not: the parts of a rule with their values.

use std::sync::Arc;

use super::moment::{AskError, Moment};
use super::question::Question;
use super::ranks::Ranks;
use super::run::{Prepared, View};
use crate::base::calendar::Unit;
use crate::engine::reference::people::{Heard, SnapshotPeople};
use crate::engine::reviewed::ReviewShown;
use crate::engine::trace::{self, Trace};
use crate::engine::{External, Rows, RunOptions};
use crate::language::typed::{Detail, Typed};
use crate::language::{compile, printer};
use crate::plan::operation::Op;
use crate::plan::{self, Asked};

impl Moment {
    /// The parts of a named rule or of any expression, for one customer.
    pub fn why(&self, customer: &str, text: &str) -> Result<Trace, AskError> {
        let typed = self.any_expression(text)?;
        let row = self
            .snapshot
            .row(customer)
            .ok_or_else(|| AskError::NoCustomer(customer.to_owned()))?;
        self.taken_apart(text, &typed, row)
    }

    /// The parts of a checked expression, for the customer in a row.
    pub(super) fn taken_apart(
        &self,
        text: &str,
        typed: &Typed,
        row: u32,
    ) -> Result<Trace, AskError> {
        let external = self.heard(text, typed, row)?;
        let people = Heard {
            people: &SnapshotPeople(&self.snapshot),
            external: &external,
        };
        Ok(trace::trace(
            &self.rules,
            &people,
            row,
            typed,
            self.now,
            self.zone(),
        ))
    }

    /// What the plugins say of one customer and whom it is joined to, with how that comes about. Asked
    /// through the plan as written: a trace shows every part, also one that decides nothing.
    fn heard(&self, text: &str, typed: &Typed, row: u32) -> Result<External, AskError> {
        let asked = Asked {
            name: text.into(),
            typed,
        };
        let prepared = Prepared::new(plan::compile(&self.rules, &[asked]));
        let options = RunOptions::default();
        let rows = Rows::List(vec![row]);
        let mut external = External::default();
        prepared
            .ask(self.view(&options), &rows, true, &mut external)
            .and_then(|()| prepared.check(&external))
            .map_err(AskError::Run)?;
        self.hear_reviews(&prepared, &options, &mut external)?;
        Ok(external)
    }

    /// What the reviews of tiers came from: the ranks at their instants, and where everyone stood before.
    fn hear_reviews(
        &self,
        prepared: &Prepared,
        options: &RunOptions,
        external: &mut External,
    ) -> Result<(), AskError> {
        for name in prepared.tiers() {
            let found = self
                .rules
                .find(name)
                .and_then(|id| self.rules.definition(id));
            let (Some(Detail::Tiers(detail)), Some(standing)) = (
                found.map(|definition| &definition.detail),
                self.ranks.standing(name),
            ) else {
                continue;
            };
            let table = printer::population(&self.rules, &detail.population);
            let mut operations = prepared.plan.program.operations.iter();
            let ranked = operations.find_map(|operation| match &operation.op {
                Op::Ranked(ranked) if *ranked.table == *table => Some(ranked),
                _ => None,
            });
            let Some(ranked) = ranked else { continue };
            let at = self.zone().start_of(standing.date);
            let reviews = self.ranks.reviews();
            let then = Arc::new(Ranks::new(&self.snapshot, at).reviewed(reviews));
            let view = View {
                now: at,
                ranks: Some(&then),
                ..self.view(options)
            };
            let ranks = then.tables(&prepared.plan, &[ranked], view);
            let ranks = ranks.map(|mut tables| tables.pop());
            let day_before = standing.date.add(-1, Unit::Day);
            let Some(ranks) = ranks.map_err(AskError::Run)? else {
                continue;
            };
            let review = ReviewShown {
                date: standing.date,
                before: day_before.and_then(|date| reviews.at(name, date)),
                ranks,
            };
            external.put_review(name, review);
        }
        Ok(())
    }

    /// A condition or a value, checked.
    pub fn any_expression(&self, text: &str) -> Result<Typed, AskError> {
        let (sources, id) = self.with_text("<expression>", text);
        match compile::expression(&self.rules, text, id) {
            Ok(checked) => Ok(checked.typed),
            Err(faults) => Err(AskError::Text(Box::new(sources), faults)),
        }
    }

    /// The plan that answers a filter, before and after its passes, without running it.
    pub fn explain(&self, text: &str) -> Result<crate::plan::Plan, AskError> {
        let compiled = self.compile(&Question {
            filter: text,
            ..Question::default()
        })?;
        Ok(self.plan(&[Asked {
            name: text.into(),
            typed: &compiled.condition,
        }]))
    }
}
