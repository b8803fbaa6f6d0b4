//! What is said of groups: measures over what their rows gave, the order, the bound.

use std::cmp::Ordering;
use std::sync::Arc;

use super::key::{Groups, Texts, value, word};
use super::tallied::Tallied;
use crate::base::value::Value;
use crate::engine::RunError;
use crate::engine::reference::tree::operands;
use crate::engine::rows::{self, GivenColumns, RowView};
use crate::language::typed::{Given, Node, Report, Rules, Typed};
use crate::plan::{self, Asked};

/// Everything that is known of the groups, by group.
pub struct Known<'r> {
    rules: &'r Rules,
    report: &'r Report,
    view: RowView<'r>,
    groups: usize,
    /// Keys, tallies, measures.
    pub given: GivenColumns,
}

impl<'r> Known<'r> {
    /// Their keys.
    pub fn new(
        rules: &'r Rules,
        report: &'r Report,
        view: RowView<'r>,
        groups: &Groups,
        texts: &Texts,
    ) -> Self {
        let mut given = GivenColumns::new();
        for (group, at) in report.groups.iter().zip(0u32..) {
            let kind = &group.value.kind;
            let from = at as usize * 2;
            let of = |key: &[u64]| value(word(key.get(from..from + 2)?)?, kind, texts);
            let values = groups.keys().iter().map(|key| of(key)).collect();
            given.push((Given::Group(at), kind.clone(), values));
        }
        Self {
            rules,
            report,
            view,
            groups: groups.len(),
            given,
        }
    }

    /// Adds a tally.
    pub fn tally(&mut self, at: usize, mut tallied: Tallied) {
        let (Some(tally), Ok(number)) = (self.report.tallies.get(at), u32::try_from(at)) else {
            return;
        };
        tallied.grow(self.groups);
        let values = (0..self.groups).map(|group| tallied.value(group, tally));
        let column = (Given::Tally(number), tally.kind.clone(), values.collect());
        self.given.push(column);
    }

    /// Adds the measures that are made of what is known, in order.
    pub fn measures(&mut self) -> Result<(), RunError> {
        for (measure, at) in self.report.measures.iter().zip(0u32..) {
            let given = Given::Measure(at);
            if self.column(given).is_none() && self.covers(&measure.value) {
                let values = self.values(&measure.value)?;
                self.given.push((given, measure.value.kind.clone(), values));
            }
        }
        Ok(())
    }

    /// One value a group, of that measure or key.
    pub fn column(&self, wanted: Given) -> Option<&[Option<Value>]> {
        let column = self.given.iter().find(|(given, ..)| *given == wanted);
        column.map(|(_, _, values)| values.as_slice())
    }

    fn covers(&self, typed: &Typed) -> bool {
        match &typed.node {
            Node::Given { given, .. } => self.column(*given).is_some(),
            _ => {
                let parts = operands(self.rules, typed);
                parts.into_iter().all(|part| self.covers(part))
            }
        }
    }

    /// One value a group.
    fn values(&self, typed: &Typed) -> Result<Vec<Option<Value>>, RunError> {
        if let Node::Given { given, .. } = &typed.node
            && let Some(known) = self.column(*given)
        {
            return Ok(known.to_vec());
        }
        let name: Arc<str> = "measure".into();
        let plan = plan::compile(self.rules, &[Asked { name, typed }]);
        rows::of_groups(&plan, self.view, &self.given, self.groups)
    }

    /// Places of the groups in the order asked for: ties by their keys, in declared order or by value.
    pub fn order(&self) -> Result<Vec<usize>, RunError> {
        let mut keys: Vec<(Vec<Option<Value>>, bool)> = Vec::new();
        for (typed, descending) in &self.report.order {
            keys.push((self.values(typed)?, *descending));
        }
        for (given, _, values) in &self.given {
            if let Given::Group(_) = given {
                keys.push((values.clone(), false));
            }
        }
        let mut places: Vec<usize> = (0..self.groups).collect();
        places.sort_by(|a, b| {
            let by_key = |(values, descending): &(Vec<Option<Value>>, bool)| {
                compare(values.get(*a), values.get(*b), *descending)
            };
            let mut orders = keys.iter().map(by_key);
            orders
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        Ok(places)
    }
}

/// Missing last, whichever the direction.
fn compare(a: Option<&Option<Value>>, b: Option<&Option<Value>>, descending: bool) -> Ordering {
    match (a.and_then(Option::as_ref), b.and_then(Option::as_ref)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) if descending => b.order(a),
        (Some(a), Some(b)) => a.order(b),
    }
}
