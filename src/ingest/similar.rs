//! Warns of customer ids that differ only in case, width or surrounding space: most
//! often one customer written in two ways.

use super::fault::excerpt;
use super::report::{Note, SIMILAR_IDS};
use crate::base::checksum::xxh3;
use crate::base::limit::FINDING_EXAMPLES_MAX;
use crate::base::text::fold;
use crate::columns::Snapshot;
use crate::language::typed::{RouteTarget, SourceFile};

/// Whether a source makes customers.
pub fn makes_customers(source: &SourceFile) -> bool {
    source
        .routes
        .iter()
        .any(|route| matches!(route.target, RouteTarget::Customer { .. }))
}

/// A note when there are any.
pub fn ids(snapshot: &Snapshot) -> Option<Note> {
    let rows = 0..snapshot.rows();
    let seen = rows.filter(|row| !snapshot.is_hidden(*row));
    of(seen.map(|row| snapshot.id(row)))
}

fn of<'a>(ids: impl Iterator<Item = &'a str> + Clone) -> Option<Note> {
    let mut folded: Vec<(u64, u32)> = ids
        .clone()
        .zip(0u32..)
        .map(|(id, row)| (xxh3(fold(id).as_bytes()), row))
        .collect();
    folded.sort_unstable();
    let mut count = 0;
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for same in folded.chunk_by(|a, b| a.0 == b.0) {
        if let [(_, first), (_, second), ..] = same {
            count += same.len() as u64 - 1;
            pairs.push((*first, *second));
        }
    }
    if count == 0 {
        return None;
    }
    pairs.sort_unstable();
    pairs.truncate(FINDING_EXAMPLES_MAX);
    let name = |row: u32| ids.clone().nth(row as usize).map_or(String::new(), excerpt);
    let shown: Vec<String> = pairs
        .into_iter()
        .map(|(a, b)| format!("`{}` and `{}`", name(a), name(b)))
        .collect();
    Some(Note {
        code: SIMILAR_IDS,
        message: format!(
            "customer ids that differ only in case, width or surrounding space: {}",
            shown.join(", ")
        ),
        count,
        lines: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_ids_are_named() {
        let note = of(["a1", "b", "A1", "ａ１", "c"].into_iter()).unwrap();
        assert_eq!(note.count, 2);
        assert!(
            note.message.ends_with(": `a1` and `A1`"),
            "{}",
            note.message
        );
        assert_eq!(of(["a", "b"].into_iter()), None);
    }
}
