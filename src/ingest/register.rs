//! Which row a customer has: of the data so far, or given out since. A row is given
//! out once a fact is about to be made of it, never for a record that is refused.

use std::collections::HashMap;
use std::sync::Arc;

use super::erasure::Erasures;
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
    erased: Arc<Erasures>,
    /// Who was asked for last: records of one customer often follow each other. A row never changes.
    last: Option<(String, Row)>,
}

impl Register {
    /// The next row to give out is the number of customers in the store.
    pub fn new(customers: u32) -> Self {
        Self {
            fresh: HashMap::new(),
            next: customers,
            erased: Arc::default(),
            last: None,
        }
    }

    /// Lets nobody in who was erased. Whom the snapshot hides is not let in either way.
    pub fn refusing(self, erased: Arc<Erasures>) -> Self {
        Self { erased, ..self }
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
        self.refuse_erased(id, snapshot)?;
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
        if let Some(row) = self.find(id, snapshot) {
            return Ok(row);
        }
        self.refuse_erased(id, snapshot)?;
        Err(Box::new(Fault::cell(
            fault::UNKNOWN_CUSTOMER,
            id,
            "is a customer neither of this import nor of the store",
        )))
    }

    /// As [`Register::known`], for records one after the other.
    pub fn known_next(&mut self, id: &str, snapshot: &Snapshot) -> Result<Row, Box<Fault>> {
        if let Some((_, row)) = self.last.as_ref().filter(|(last, _)| last == id) {
            return Ok(*row);
        }
        let row = self.known(id, snapshot)?;
        let (last, its_row) = self.last.get_or_insert_with(|| (String::new(), row));
        last.clear();
        last.push_str(id);
        *its_row = row;
        Ok(row)
    }

    fn refuse_erased(&self, id: &str, snapshot: &Snapshot) -> Result<(), Box<Fault>> {
        if !snapshot.hides(id) && !self.erased.refuses(id) {
            return Ok(());
        }
        Err(Box::new(Fault::erased()))
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
