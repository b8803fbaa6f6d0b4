//! What was measured of the data at hand, as a value: by the names of the rules, since the set
//! that is checked may have another schema than the one that was measured. Measuring is not
//! done here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::calendar::Date;
use crate::schema::{AttributeId, FieldId, Schema};

use super::super::typed::Subject;

/// How often fields lack a value and where the data begin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Share of all customers that lack the attribute, 0..=1.
    pub attributes: BTreeMap<Arc<str>, f64>,
    /// Share of all events or holdings of the kind that lack the field, 0..=1.
    pub fields: BTreeMap<Arc<str>, BTreeMap<Arc<str>, f64>>,
    /// Date of the first event of each kind that has any.
    pub first: BTreeMap<Arc<str>, Date>,
    /// The date as of which all this holds; without it nothing is said of windows.
    pub today: Option<Date>,
}

impl Measured {
    /// The attribute's first name and the share of customers that lack it; 0 where nothing was measured.
    pub(super) fn of_attribute(&self, schema: &Schema, id: AttributeId) -> Option<(Arc<str>, f64)> {
        let name = &schema.attribute(id)?.name;
        let rate = self.attributes.get(name).copied().unwrap_or(0.0);
        Some((Arc::clone(name), rate))
    }

    /// The same of a field of a fact.
    pub(super) fn of_field(
        &self,
        schema: &Schema,
        subject: Subject,
        id: FieldId,
    ) -> Option<(Arc<str>, f64)> {
        let (kind, fields) = match subject {
            Subject::Event(event) => {
                let event = schema.event(event)?;
                (&event.name, &event.fields)
            }
            Subject::Holding(holding) => {
                let holding = schema.holding(holding)?;
                (&holding.name, &holding.fields)
            }
        };
        let name = &fields.get(usize::from(id.0))?.name;
        let rates = self.fields.get(kind);
        let rate = rates.and_then(|rates| rates.get(name)).copied();
        Some((Arc::clone(name), rate.unwrap_or(0.0)))
    }
}
