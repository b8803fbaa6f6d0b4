//! A listing laid out in columns whose widths fit every script.

use super::{Line, Listing, SlotMeasured};
use crate::base::text::width;

/// The listing as text, one line an operation, ending with a line break.
pub(super) fn text(listing: &Listing) -> String {
    let figures = figures(listing);
    let mut head = vec!["slot", "operation", "kind", "may miss", "cost"];
    head.extend(figures.iter().map(|figure| figure.name));
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

/// A measured figure.
struct Figure {
    /// Its heading.
    name: &'static str,
    /// What it counts.
    meaning: &'static str,
    /// Whether a slot has something to show; shown is what one of them has.
    is_told: fn(&SlotMeasured) -> bool,
    /// How it is shown.
    shown: fn(&SlotMeasured) -> String,
}

/// All there are, in order.
const FIGURES: &[Figure] = &[
    Figure {
        name: "rows",
        meaning: "customers it was worked out for",
        is_told: |_| true,
        shown: |slot| slot.rows.to_string(),
    },
    Figure {
        name: "us",
        meaning: "microseconds over all threads, those of its inputs not among them",
        is_told: |_| true,
        shown: |slot| format!("{:.1}", slot.time_ns as f64 / 1_000.0),
    },
    Figure {
        name: "blocks",
        meaning: "blocks of 4,096 customers in which somebody needed it, of all",
        is_told: |slot| slot.blocks_skipped > 0,
        shown: |slot| of(slot.blocks, slot.blocks_skipped),
    },
    Figure {
        name: "cells",
        meaning: "cells of facts gone through, for each block, of all; the others lie outside its window",
        is_told: |slot| slot.cells_read + slot.cells_skipped > 0,
        shown: |slot| of(slot.cells_read, slot.cells_skipped),
    },
    Figure {
        name: "facts",
        meaning: "facts that lie in those cells",
        is_told: |slot| slot.facts > 0,
        shown: |slot| positive(slot.facts),
    },
    Figure {
        name: "bytes",
        meaning: "bytes read of columns and facts, those of its `where` among them",
        is_told: |slot| slot.bytes > 0,
        shown: |slot| positive(slot.bytes),
    },
    Figure {
        name: "by bounds",
        meaning: "comparisons of one customer or fact that least and greatest values decided, nothing being read",
        is_told: |slot| slot.rows_spared > 0,
        shown: |slot| positive(slot.rows_spared),
    },
    Figure {
        name: "where facts",
        meaning: "facts of which its `where` read something, of all it judged; by bounds the others",
        is_told: is_judged,
        shown: |slot| of(slot.where_facts, slot.where_facts_spared),
    },
    Figure {
        name: "where bytes",
        meaning: "bytes that its `where` read",
        is_told: is_judged,
        shown: |slot| positive(slot.where_bytes),
    },
    Figure {
        name: "where cells by bounds",
        meaning: "cells all of whose facts its `where` judged by bounds, for each block",
        is_told: is_judged,
        shown: |slot| positive(slot.where_cells_spared),
    },
];

fn is_judged(slot: &SlotMeasured) -> bool {
    slot.where_facts + slot.where_facts_spared > 0
}

/// The figures that a run has measured.
fn figures(listing: &Listing) -> Vec<&'static Figure> {
    let slots = listing.lines.iter().filter_map(|line| line.measured);
    let slots: Vec<SlotMeasured> = slots.collect();
    let told = FIGURES
        .iter()
        .filter(|figure| slots.iter().any(figure.is_told));
    told.collect()
}

/// What the measured columns of a listing count, a line each.
pub(super) fn legend(listing: &Listing) -> String {
    let figures = figures(listing);
    if figures.is_empty() {
        return String::new();
    }
    let rows = figures.iter().map(|figure| {
        let name = format!("  {}", figure.name);
        vec![name, figure.meaning.to_owned()]
    });
    format!("columns\n{}", columns(&rows.collect::<Vec<_>>()))
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

fn cells(line: &Line, figures: &[&Figure]) -> Vec<String> {
    let indent = "    ".repeat(usize::from(line.depth));
    let mut cells = vec![
        format!("{indent}#{}", line.slot),
        format!("{indent}{}", line.operation),
        line.kind.clone(),
        if line.may_miss { "yes" } else { "" }.to_owned(),
        format!("{:.1}", line.cost),
    ];
    cells.extend(figures.iter().map(|figure| {
        line.measured
            .as_ref()
            .map_or_else(String::new, figure.shown)
    }));
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
