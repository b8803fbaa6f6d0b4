//! Warns of customer ids that differ only in case, width or surrounding space: most
//! often one customer written in two ways.

use std::collections::HashSet;

use super::fault::excerpt;
use super::report::{Note, SIMILAR_IDS, SourceReport};
use crate::base::checksum::xxh3;
use crate::base::limit::{FINDING_EXAMPLES_MAX, SIMILAR_IDS_BYTES_MAX, SIMILAR_IDS_MAX};
use crate::base::text::fold;
use crate::columns::Snapshot;
use crate::language::typed::{RouteTarget, Rules, SourceFile};

/// Ids of one group that are named.
const SIMILAR_SHOWN_MAX: usize = 10;

/// Whether a source makes customers.
fn makes_customers(source: &SourceFile) -> bool {
    source
        .routes
        .iter()
        .any(|route| matches!(route.target, RouteTarget::Customer { .. }))
}

/// Puts the note to the first source that makes customers.
pub fn enter<'a>(
    note: Note,
    rules: &Rules,
    mut reports: impl Iterator<Item = &'a mut SourceReport>,
) {
    let first = reports.find(|report| {
        let mut sources = rules.sources.iter();
        sources.any(|source| source.name == report.source && makes_customers(source))
    });
    if let Some(first) = first {
        first.notes.push(note);
    }
}

/// A note when there are any among the customers from that row on, or between them and those before.
pub fn ids(snapshot: &Snapshot, new_from: u32) -> Option<Note> {
    let rows = 0..snapshot.rows();
    let seen = rows.filter(|row| !snapshot.is_hidden(*row));
    let folded = seen.map(|row| (hash(snapshot.id(row)), row)).collect();
    of(folded, new_from, &|row| snapshot.id(row), false)
}

/// The ids that a dry run has seen.
#[derive(Debug, Default)]
pub struct Ids {
    text: String,
    ends: Vec<usize>,
    /// With the place of each.
    folded: Vec<(u64, u32)>,
    is_partial: bool,
}

impl Ids {
    /// Keeps one, unless there are too many.
    pub fn see(&mut self, id: &str) {
        let is_full = self.ends.len() >= SIMILAR_IDS_MAX
            || self.text.len() + id.len() > SIMILAR_IDS_BYTES_MAX;
        self.is_partial |= is_full;
        if let (false, Ok(place)) = (is_full, u32::try_from(self.ends.len())) {
            self.text.push_str(id);
            self.ends.push(self.text.len());
            self.folded.push((hash(id), place));
        }
    }

    fn id(&self, place: u32) -> &str {
        let place = place as usize;
        let before = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let end = self.ends.get(place).copied().unwrap_or(0);
        let range = before.copied().unwrap_or(0)..end;
        self.text.get(range).unwrap_or("")
    }

    /// A note when there are any.
    pub fn note(&mut self) -> Option<Note> {
        let folded = std::mem::take(&mut self.folded);
        of(folded, 0, &|place| self.id(place), self.is_partial)
    }
}

fn hash(id: &str) -> u64 {
    xxh3(fold(id).as_bytes())
}

/// Ids by the hash of what they are without case and width, in groups with one of those from `new_from` on.
fn of<'a>(
    mut folded: Vec<(u64, u32)>,
    new_from: u32,
    id: &dyn Fn(u32) -> &'a str,
    is_partial: bool,
) -> Option<Note> {
    folded.sort_unstable();
    let mut customers = 0;
    let mut groups: Vec<(u32, &[(u64, u32)])> = Vec::new();
    for same in folded.chunk_by(|a, b| a.0 == b.0) {
        let (Some((_, first)), Some((_, last))) = (same.first(), same.last()) else {
            continue;
        };
        let count = different(same, id).count() as u64;
        if count > 1 && *last >= new_from {
            customers += count;
            groups.push((*first, same));
        }
    }
    if groups.is_empty() {
        return None;
    }
    groups.sort_unstable();
    let count = groups.len();
    let shown = groups.iter().take(FINDING_EXAMPLES_MAX);
    let shown: Vec<String> = shown.map(|(_, same)| drawn(same, id)).collect();
    let more = match count - shown.len() {
        0 => String::new(),
        1 => "; and 1 group more".to_owned(),
        more => format!("; and {more} groups more"),
    };
    let groups = match count {
        1 => "1 group".to_owned(),
        count => format!("{count} groups"),
    };
    let partly = match is_partial {
        true => "; there are more ids than could be held against each other",
        false => "",
    };
    Some(Note {
        code: SIMILAR_IDS,
        message: format!(
            "{customers} customers in {groups} have ids that differ only in case, width or surrounding space: {}{more}{partly}",
            shown.join("; ")
        ),
        count: customers,
        lines: Vec::new(),
    })
}

/// Places of a group whose ids are not the same; in a file one customer may have many records.
fn different<'s, 'a>(
    same: &'s [(u64, u32)],
    id: &'s dyn Fn(u32) -> &'a str,
) -> impl Iterator<Item = u32> + 's {
    let mut known = HashSet::new();
    let places = same.iter().map(|(_, place)| *place);
    places.filter(move |place| same.len() == 1 || known.insert(id(*place)))
}

/// The ids of a group.
fn drawn<'a>(same: &[(u64, u32)], id: &dyn Fn(u32) -> &'a str) -> String {
    let count = different(same, id).count();
    let shown = different(same, id).take(SIMILAR_SHOWN_MAX);
    let shown: Vec<String> = shown
        .map(|place| format!("`{}`", excerpt(id(place))))
        .collect();
    let more = match count - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(ids: &[&str], new_from: u32) -> Option<Note> {
        let folded = ids.iter().map(|id| hash(id)).zip(0..).collect();
        of(folded, new_from, &|place| ids[place as usize], false)
    }

    #[test]
    fn groups_of_near_ids_are_named_whole() {
        let note = noted(&["a1", "b", "A1", "ａ１", "c", "a1"], 0).unwrap();
        assert_eq!(note.count, 3);
        assert_eq!(
            note.message,
            "3 customers in 1 group have ids that differ only in case, width or surrounding space: `a1`, `A1`, `ａ１`"
        );
        assert_eq!(noted(&["a", "b", "a"], 0), None);
    }

    #[test]
    fn groups_beyond_the_first_are_counted() {
        let ids: Vec<String> = (0..30)
            .flat_map(|number| [format!("a{number}"), format!("A{number}")])
            .collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let note = noted(&ids, 0).unwrap();
        assert!(note.message.starts_with("60 customers in 30 groups have"));
        assert!(
            note.message.ends_with("`a4`, `A4`; and 25 groups more"),
            "{}",
            note.message
        );
    }

    #[test]
    fn only_groups_with_a_new_id_are_named() {
        let note = noted(&["a", "A", "b", "B"], 3).unwrap();
        assert!(note.message.ends_with(": `b`, `B`"), "{}", note.message);
        assert_eq!(noted(&["a", "A", "b"], 2), None);
    }

    #[test]
    fn ids_of_a_dry_run_are_bounded() {
        let before = SIMILAR_IDS_BYTES_MAX - 3;
        let mut ids = Ids {
            text: "x".repeat(before),
            ends: vec![before],
            ..Ids::default()
        };
        for id in ["k", "K", "long", "L", "l"] {
            ids.see(id);
        }
        let message = ids.note().unwrap().message;
        assert!(
            message.ends_with(
                "2 customers in 1 group have ids that differ only in case, width or surrounding space: `k`, `K`; there are more ids than could be held against each other"
            ),
            "{message}"
        );
    }
}
