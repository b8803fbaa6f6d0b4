//! Which row a customer has: of the data so far, or given out since. A row is given
//! out once a fact is about to be made of it, never for a record that is refused.

use std::collections::HashMap;
use std::sync::Arc;

use super::fault::{self, Fault};
use crate::base::limit::CUSTOMERS_MAX;
use crate::columns::Snapshot;
use crate::store::fact::Row;

/// Rows by id.
#[derive(Debug, Default)]
pub struct Register {
    /// Customers that the snapshot has not.
    fresh: HashMap<Arc<str>, Row>,
    next: u32,
}

impl Register {
    /// The next row to give out is the number of customers in the store.
    pub fn new(customers: u32) -> Self {
        Self {
            fresh: HashMap::new(),
            next: customers,
        }
    }

    /// The row of a customer; the id too when it is new, as its fact needs it.
    pub fn enter(
        &mut self,
        id: &str,
        snapshot: &Snapshot,
    ) -> Result<(Row, Option<Arc<str>>), Box<Fault>> {
        if let Some(row) = self.find(id, snapshot) {
            return Ok((row, None));
        }
        if self.next >= CUSTOMERS_MAX {
            return Err(Box::new(Fault::record(
                fault::NO_ID,
                format!("a store holds at most {CUSTOMERS_MAX} customers"),
            )));
        }
        let row = Row(self.next);
        self.next += 1;
        let id: Arc<str> = Arc::from(id);
        self.fresh.insert(Arc::clone(&id), row);
        Ok((row, Some(id)))
    }

    /// The row of a customer that must be there.
    pub fn known(&self, id: &str, snapshot: &Snapshot) -> Result<Row, Box<Fault>> {
        self.find(id, snapshot).ok_or_else(|| {
            Box::new(Fault::cell(
                fault::UNKNOWN_CUSTOMER,
                id,
                "is a customer neither of this import nor of the store",
            ))
        })
    }

    fn find(&self, id: &str, snapshot: &Snapshot) -> Option<Row> {
        let fresh = self.fresh.get(id).copied();
        fresh.or_else(|| snapshot.row(id).map(Row))
    }

    /// Forgets who is new: the snapshot has them now.
    pub fn settle(&mut self) {
        self.fresh.clear();
    }
}
