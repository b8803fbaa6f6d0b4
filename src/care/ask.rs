//! Conditions of plans asked about some customers, and what their attributes say for a plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::calendar::Zone;
use crate::base::value::Value;
use crate::columns::column::Column;
use crate::engine::{Rows, RunOptions};
use crate::language::typed::{CarePlan, Typed};
use crate::live::moment::Moment;
use crate::live::run::{Prepared, View};
use crate::plan::{self, Asked};
use crate::schema::{AttributeId, Part};

/// The answers of one condition, in the order of the rows; `None` is unknown.
///
/// # Errors
/// Why there is no answer: nothing may be done then that hangs on it.
pub fn condition(
    moment: &Moment,
    condition: &Typed,
    rows: &[u32],
) -> Result<Vec<Option<bool>>, String> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let asked = Asked {
        name: "care".into(),
        typed: condition,
    };
    let options = RunOptions::default();
    let plan = plan::optimise(plan::compile(&moment.rules, &[asked]), &moment.statistics);
    let view = View {
        snapshot: &moment.snapshot,
        plugins: &*moment.plugins,
        now: moment.now,
        ranks: Some(&moment.ranks),
        options: &options,
    };
    let rows = Rows::List(rows.to_vec());
    let outcome = Prepared::new(plan).run(view, &rows);
    let outcome = outcome.map_err(|fault| fault.to_string())?;
    let output = outcome.outputs.into_iter().next();
    let condition = output
        .and_then(|output| output.condition)
        .ok_or("a condition of a plan has no answer")?;
    Ok((0..condition.yes.len).map(|at| condition.get(at)).collect())
}

/// `exclude` of a plan for some customers; a plan without one excludes nobody.
///
/// # Errors
/// Why there is no answer.
pub fn excluded(
    moment: &Moment,
    plan: &CarePlan,
    rows: &[u32],
) -> Result<Vec<Option<bool>>, String> {
    match &plan.exclude {
        Some(exclude) => condition(moment, exclude, rows),
        None => Ok(vec![Some(false); rows.len()]),
    }
}

/// The attributes that play a part for plans, as they hold at the moment.
pub struct Parts {
    columns: BTreeMap<&'static str, Arc<Column>>,
    zones: BTreeMap<Arc<str>, Option<Zone>>,
}

impl Parts {
    /// Reads the columns.
    pub fn of(moment: &Moment) -> Self {
        let mut columns = BTreeMap::new();
        let attributes = moment.snapshot.schema().attributes.iter();
        for (id, field) in (0u16..).map(AttributeId).zip(attributes) {
            let name = match field.part {
                Some(Part::Consent) => "consent",
                Some(Part::DoNotContact) => "do_not_contact",
                Some(Part::Email) => "email",
                Some(Part::TimeZone) => "time_zone",
                Some(Part::Manager) => "manager",
                _ => continue,
            };
            columns.insert(name, moment.snapshot.attribute(id, moment.now));
        }
        Self {
            columns,
            zones: BTreeMap::new(),
        }
    }

    /// Whether the customer agrees; *yes* where nobody is asked.
    pub fn consent(&self, row: u32) -> Option<bool> {
        self.truth("consent", row, true)
    }

    /// Whether the customer must be left alone; *no* where nobody is asked.
    pub fn do_not_contact(&self, row: u32) -> Option<bool> {
        self.truth("do_not_contact", row, false)
    }

    fn truth(&self, part: &str, row: u32, without: bool) -> Option<bool> {
        let Some(column) = self.columns.get(part) else {
            return Some(without);
        };
        match column.get(row) {
            Some(Value::Bool(value)) => Some(value),
            _ => None,
        }
    }

    /// The address for mail; blank is none.
    pub fn email(&self, row: u32) -> Option<String> {
        self.text("email", row)
    }

    /// The person in charge, where an attribute says so.
    pub fn manager(&self, row: u32) -> Option<String> {
        self.text("manager", row)
    }

    fn text(&self, part: &str, row: u32) -> Option<String> {
        match self.columns.get(part)?.get(row)? {
            Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        }
    }

    /// The customer's own zone; that of the business where none is known.
    pub fn zone(&mut self, row: u32, business: &Zone) -> Zone {
        let named = self.columns.get("time_zone").and_then(|it| it.get(row));
        let Some(Value::Text(name)) = named else {
            return business.clone();
        };
        let zones = self.zones.entry(name);
        let key = Arc::clone(zones.key());
        let zone = zones.or_insert_with(|| Zone::load(&key));
        zone.clone().unwrap_or_else(|| business.clone())
    }
}
