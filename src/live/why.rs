//! Why one customer matches or does not: the parts of a rule with their values.

use super::moment::{AskError, Moment};
use super::question::Question;
use crate::engine::reference::people::SnapshotPeople;
use crate::engine::trace::{self, Trace};
use crate::language::compile;
use crate::language::typed::Typed;

impl Moment {
    /// The parts of a named rule or of any expression, for one customer.
    pub fn why(&self, customer: &str, text: &str) -> Result<Trace, AskError> {
        let typed = self.any_expression(text)?;
        let row = self
            .snapshot
            .row(customer)
            .ok_or_else(|| AskError::NoCustomer(customer.to_owned()))?;
        let people = SnapshotPeople(&self.snapshot);
        Ok(trace::trace(
            &self.rules,
            &people,
            row,
            &typed,
            self.now,
            self.zone(),
        ))
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
        Ok(self.plan(&[crate::plan::Asked {
            name: text.into(),
            typed: &compiled.condition,
        }]))
    }
}
