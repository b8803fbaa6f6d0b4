//! Snapshots from the store: the whole log, or what came after a snapshot.

use super::builder::Builder;
use super::error::ColumnsError;
use super::saved;
use super::snapshot::Snapshot;
use crate::base::calendar::Zone;
use crate::schema::Schema;
use crate::store::{Store, StoreError};

impl Snapshot {
    /// All facts in the store at this moment: from saved columns and what came after them, else from the whole
    /// log. The schema is the one the store was opened with.
    pub fn from_store(store: &Store, schema: &Schema, zone: Zone) -> Result<Self, ColumnsError> {
        Self::from_store_telling(store, schema, zone).map(|(snapshot, _)| snapshot)
    }

    /// As [`Snapshot::from_store`]; with the log position of the saved columns, or why there are none.
    pub fn from_store_telling(
        store: &Store,
        schema: &Schema,
        zone: Zone,
    ) -> Result<(Self, Result<u64, String>), ColumnsError> {
        let saved = match store.columns_folder() {
            Some(folder) => saved::load(&folder, schema, zone.clone(), store.position()),
            None => Err("the store is closed".to_owned()),
        };
        let saved = saved.and_then(|snapshot| {
            let position = snapshot.position;
            let read = read(Builder::resume(&snapshot), store);
            read.map(|read| (read, position))
                .map_err(|error| error.to_string())
        });
        match saved {
            Ok((snapshot, position)) => Ok((snapshot, Ok(position))),
            // What the log says is found out, and told, when all of it is read.
            Err(why) => Ok((Self::of_log(store, schema, zone)?, Err(why))),
        }
    }

    /// All facts in the store at this moment, from the log alone.
    pub fn of_log(store: &Store, schema: &Schema, zone: Zone) -> Result<Self, ColumnsError> {
        read(Builder::new(schema, zone), store)
    }

    /// Saves the columns beside the log that they are made of, so that the next start need not make them again.
    ///
    /// # Errors
    /// The disk is too full, or the system refuses; an import has not ended, so that the log may yet be cut back. The
    /// store is not concerned.
    pub fn save(&self, store: &Store) -> Result<saved::Written, StoreError> {
        if store.is_tail_open() {
            return Err(StoreError::bad(
                "columns are saved when the import has ended",
            ));
        }
        let Some(folder) = store.columns_folder() else {
            return Err(StoreError::Stopped);
        };
        let refused = |error| saved::refused(&folder, &error);
        // What an earlier attempt left behind takes up room no longer.
        saved::tidy(&folder).map_err(refused)?;
        store.check_room(self.memory().total_bytes() as u64)?;
        let mut saver = saved::Saver::default();
        let written = saver.save(&folder, self).map_err(refused)?;
        saved::tidy(&folder).map_err(refused)?;
        Ok(written)
    }

    /// This snapshot with the facts that the store has taken since; itself when there are none.
    pub fn caught_up(&self, store: &Store) -> Result<Self, ColumnsError> {
        if store.position() == self.position {
            return Ok(self.clone());
        }
        read(Builder::resume(self), store)
    }
}

fn read(mut builder: Builder, store: &Store) -> Result<Snapshot, ColumnsError> {
    let mut refused = None;
    let read = store.scan(builder.position(), &mut |position, facts| {
        builder.apply(position, &facts).map_err(|error| {
            let reason = error.to_string();
            refused = Some(error);
            StoreError::Reader { reason }
        })
    });
    match (refused, read) {
        (Some(refused), _) => Err(refused),
        (None, Err(error)) => Err(ColumnsError::Store(error)),
        (None, Ok(())) => Ok(builder.finish()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::tests::facts;
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    #[test]
    fn the_store_gives_back_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let schema = facts::schema();
        let mut runner = TestRunner::deterministic();
        let log = facts::log(20, 300..400)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let store = Store::open(folder.path(), &schema).unwrap();
        let (first, second) = log.split_at(150);
        store.append(first.to_vec()).unwrap();
        let before = Snapshot::from_store(&store, &schema, facts::prague()).unwrap();
        assert_eq!(before.position(), 150);
        assert_eq!(before.caught_up(&store).unwrap().position(), 150);
        store.append(second.to_vec()).unwrap();
        let whole = Snapshot::from_store(&store, &schema, facts::prague()).unwrap();
        let caught_up = before.caught_up(&store).unwrap();
        let mut builder = Builder::new(&schema, facts::prague());
        builder.apply(0, &log).unwrap();
        let expected = builder.finish();
        for snapshot in [&whole, &caught_up] {
            assert_eq!(snapshot.position(), log.len() as u64);
            for row in 0..expected.rows() {
                assert_eq!(snapshot.person(row), expected.person(row));
            }
        }
    }

    #[test]
    fn what_columns_refuse_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &facts::schema()).unwrap();
        let customer = |row| crate::store::fact::Fact::Customer {
            row: crate::store::fact::Row(row),
            id: "twice".into(),
        };
        store.append(vec![customer(0), customer(1)]).unwrap();
        let error = Snapshot::from_store(&store, &facts::schema(), facts::prague()).unwrap_err();
        assert_eq!(error.to_string(), "the customer id `twice` enters twice");
    }
}
