//! Which list of names a salvage reads facts by. Names are only ever added, so that of one line the longest
//! list has all of them; a backup that went another way gave the same numbers to other names.

use super::found::Found;
use crate::store::engine::{Engine, Order};
use crate::store::error::StoreError;
use crate::store::key;

/// Which source has the longest list: the backup only where the logs' begins it, or no log has one.
pub fn choose(found: &[Found]) -> Option<usize> {
    let own = of_logs(found);
    let other = backup_of(found);
    match (own, other) {
        (Some(own), Some(other)) if entries(found, other) > entries(found, own) && agree(found) => {
            Some(other)
        }
        _ => own.or(other),
    }
}

/// Which log of the folder has the longest list.
pub fn of_logs(found: &[Found]) -> Option<usize> {
    let logs = (0..found.len()).filter(|at| found.get(*at).is_some_and(|log| !log.is_backup));
    let named = logs.filter(|at| entries(found, *at).is_some());
    // Of several that are as long the first one.
    named.rev().max_by_key(|at| entries(found, *at))
}

/// Whether the lists of the logs and of the backup are one, as far as both go.
pub fn agree(found: &[Found]) -> bool {
    let Some((own, other)) = of_logs(found).zip(backup_of(found)) else {
        return true;
    };
    let list = |at: usize| found.get(at).and_then(|log| values(&log.engine).ok());
    let Some((own, other)) = list(own).zip(list(other)) else {
        return true;
    };
    own.iter().zip(&other).all(|(own, other)| own == other)
}

fn backup_of(found: &[Found]) -> Option<usize> {
    let at = found.iter().position(|log| log.is_backup)?;
    entries(found, at).map(|_| at)
}

fn entries(found: &[Found], at: usize) -> Option<u32> {
    let tables = found.get(at)?.tables.as_ref();
    tables.map(|tables| tables.entries)
}

/// A list as it is stored.
fn values(engine: &Engine) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut values = Vec::new();
    let (from, until) = ([key::CATALOG], [key::CATALOG + 1]);
    engine.scan(&from, &until, Order::Rising, &mut |_, value| {
        values.push(value.to_vec());
        Ok(true)
    })?;
    Ok(values)
}
