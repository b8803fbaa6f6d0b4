//! A listing laid out in columns whose widths fit every script.

use super::{Line, Listing, SlotMeasured};
use crate::base::text::width;

/// The listing as text, one line an operation, ending with a line break.
pub(super) fn text(listing: &Listing) -> String {
    let figures = figures(listing);
    let mut head = vec!["slot", "operation", "kind", "may miss", "cost"];
    head.extend(figures.iter().map(|(name, _)| *name));
    head.push("stands for");
    let mut rows: Vec<Vec<String>> = vec![head.into_iter().map(str::to_owned).collect()];
    rows.extend(listing.lines.iter().map(|line| cells(line, &figures)));
    let mut out = columns(&rows);
    out.push_str("outputs\n");
    for output in &listing.outputs {
        let origins: Vec<String> = output
            .origins
            .iter()
            .map(|(slot, label)| format!("#{slot} {label}"))
            .collect();
        let blame = if origins.is_empty() {
            "never missing".to_owned()
        } else {
            format!("missing by {}", origins.join("; "))
        };
        out.push_str(&format!("  #{} {}: {blame}\n", output.slot, output.name));
    }
    out
}

/// A measured figure: its heading and how it is shown.
type Figure = (&'static str, fn(&SlotMeasured) -> String);

/// The figures that a run has measured.
fn figures(listing: &Listing) -> Vec<Figure> {
    let mut slots = listing.lines.iter().filter_map(|line| line.measured);
    if slots.clone().next().is_none() {
        return Vec::new();
    }
    let mut figures: Vec<Figure> = vec![
        ("rows", |slot| slot.rows.to_string()),
        ("us", |slot| format!("{:.1}", slot.time_ns as f64 / 1_000.0)),
    ];
    if slots.clone().any(|slot| slot.blocks_skipped > 0) {
        figures.push(("blocks", |slot| of(slot.blocks, slot.blocks_skipped)));
    }
    if slots
        .clone()
        .any(|slot| slot.cells_read + slot.cells_skipped > 0)
    {
        figures.push(("cells", |slot| of(slot.cells_read, slot.cells_skipped)));
    }
    if slots.clone().any(|slot| slot.facts > 0) {
        figures.push(("facts", |slot| positive(slot.facts)));
    }
    if slots.clone().any(|slot| slot.bytes > 0) {
        figures.push(("bytes", |slot| positive(slot.bytes)));
    }
    if slots.clone().any(|slot| slot.rows_spared > 0) {
        figures.push(("by bounds", |slot| positive(slot.rows_spared)));
    }
    let judged = |slot: &SlotMeasured| slot.where_facts + slot.where_facts_spared;
    if slots.any(|slot| judged(&slot) > 0) {
        figures.push(("where facts", |slot| {
            of(slot.where_facts, slot.where_facts_spared)
        }));
        figures.push(("where bytes", |slot| positive(slot.where_bytes)));
        figures.push(("where cells by bounds", |slot| {
            positive(slot.where_cells_spared)
        }));
    }
    figures
}

/// How many of all were gone through.
fn of(read: u64, skipped: u64) -> String {
    match (read, skipped) {
        (0, 0) => String::new(),
        (read, skipped) => format!("{read} of {}", read + skipped),
    }
}

fn positive(count: u64) -> String {
    if count == 0 {
        String::new()
    } else {
        count.to_string()
    }
}

fn cells(line: &Line, figures: &[Figure]) -> Vec<String> {
    let indent = "    ".repeat(usize::from(line.depth));
    let mut cells = vec![
        format!("{indent}#{}", line.slot),
        format!("{indent}{}", line.operation),
        line.kind.clone(),
        if line.may_miss { "yes" } else { "" }.to_owned(),
        format!("{:.1}", line.cost),
    ];
    cells.extend(
        figures
            .iter()
            .map(|(_, shown)| line.measured.as_ref().map_or_else(String::new, shown)),
    );
    cells.push(line.label.to_string());
    cells
}

/// Rows under one another, two blanks between columns, none at the ends of lines.
fn columns(rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            match widths.get_mut(at) {
                Some(known) => *known = (*known).max(width(cell)),
                None => widths.push(width(cell)),
            }
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(wide.saturating_sub(width(cell)) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
