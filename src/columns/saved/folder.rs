//! The columns of one log read from their folder: what its list names, and nothing else.

use std::path::Path;
use std::sync::Arc;

use super::base::SavedBase;
use super::file::Reading;
use super::list::{List, Mark, Part};
use super::parts::{SavedCell, read_texts};
use crate::base::calendar::Zone;
use crate::base::limit::COLUMN_READERS;
use crate::columns::cell::{Cell, Events};
use crate::columns::hidden::Hidden;
use crate::columns::latest::Latest;
use crate::columns::snapshot::Snapshot;
use crate::columns::starts::Almanac;
use crate::schema::Schema;

/// Whether what is saved in a folder is meant for this version, schema and log: when it cannot be loaded all
/// the same, it is not what was written. `Err`: not even its list is.
pub fn is_meant(folder: &Path, schema: &Schema, zone: &Zone, until: u64) -> Result<bool, String> {
    if !List::is_there(folder) {
        return Ok(false);
    }
    // Another version may write another list.
    let list = List::of(&List::sealed(folder)?);
    Ok(list.is_some_and(|list| list.fits(Mark::of(schema, zone), until).is_ok()))
}

/// The snapshot saved in a folder, at most up to a position; why there is none that can be used.
pub fn load(folder: &Path, schema: &Schema, zone: Zone, until: u64) -> Result<Snapshot, String> {
    let list = List::read(folder)?;
    list.fits(Mark::of(schema, &zone), until)?;
    let (reading, saved) = Reading::open::<SavedBase>(folder, &list.base)?;
    let other = || format!("{}: not of this schema", list.base);
    let base = saved.read(&schema.attributes, &reading).ok_or_else(other)?;
    let mut almanac = Almanac::new(zone);
    let mut kinds: Vec<Vec<Arc<Cell>>> = vec![Vec::new(); schema.events.len()];
    for (part, cells) in read_parts(folder, &list.parts)? {
        let (reading, cells) = cells;
        let kind = kinds.get_mut(usize::from(part.kind)).ok_or_else(other)?;
        for saved in cells {
            let starts = almanac.bucket(saved.bucket);
            let cell = saved.read(&reading, starts);
            kind.push(Arc::new(cell.ok_or_else(other)?));
        }
    }
    let mut events = Vec::new();
    for (mut cells, saved) in kinds.into_iter().zip(&saved.events) {
        cells.sort_by_key(|cell| (cell.chunk, cell.bucket));
        let dictionaries = read_texts(&saved.dictionaries, &reading).ok_or_else(other)?;
        events.push(Arc::new(Events {
            latest: Latest::new(&cells),
            cells,
            dictionaries,
            count: saved.count,
            members: saved.members,
        }));
    }
    let counts = (events.len(), base.holdings.len(), base.relations.len());
    if counts
        != (
            schema.events.len(),
            schema.holdings.len(),
            schema.relations.len(),
        )
    {
        return Err(other());
    }
    Ok(Snapshot {
        schema: Arc::new(schema.clone()),
        almanac,
        position: list.position,
        saved: Some(list.position),
        rows: base.rows,
        ids: Arc::new(base.ids),
        attributes: base.attributes,
        events,
        holdings: base.holdings,
        relations: base.relations,
        hidden: Hidden::default(),
        no_events: Arc::default(),
    })
}

type Cells = (Reading, Vec<SavedCell>);

/// Opens the files of events, which reads all of them.
fn read_parts<'a>(folder: &Path, parts: &'a [Part]) -> Result<Vec<(&'a Part, Cells)>, String> {
    let read = |parts: &'a [Part]| -> Result<Vec<(&'a Part, Cells)>, String> {
        let open = |part: &'a Part| Ok((part, Reading::open(folder, &part.file)?));
        parts.iter().map(open).collect()
    };
    let share = parts.len().div_ceil(COLUMN_READERS).max(1);
    std::thread::scope(|scope| {
        let mut readers = Vec::new();
        for parts in parts.chunks(share) {
            let thread = std::thread::Builder::new().name("columns".to_owned());
            let reader = thread.spawn_scoped(scope, move || read(parts));
            readers.push(reader.map_err(|error| format!("no thread reads them: {error}"))?);
        }
        let mut found = Vec::new();
        for reader in readers {
            let read = reader.join();
            found.extend(read.map_err(|_| "reading them failed".to_owned())??);
        }
        Ok(found)
    })
}
