//! A report's table as people and programs read it. JSON is a list of objects; what was
//! left out and why is said beside it.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::count::{Figures, figures, ranks_line};
use super::table::{draw, grouped};
use super::tiers::tiers_lines;
use super::value::Written;
use super::{Form, json};
use crate::base::calendar::Zone;
use crate::base::value::Value;
use crate::live::moment::Moment;
use crate::report::{Column, Table, period_text};

/// One cell.
struct Cell<'a> {
    value: Option<&'a Value>,
    column: &'a Column,
    zone: &'a Zone,
}

impl Cell<'_> {
    fn text(&self) -> String {
        match (self.value, self.column.period) {
            (Some(Value::Date(start)), Some(unit)) => period_text(*start, unit),
            (value, _) => Written {
                value,
                kind: &self.column.kind,
                zone: self.zone,
            }
            .text(),
        }
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.value, self.column.period) {
            (Some(Value::Date(_)), Some(_)) => serializer.serialize_str(&self.text()),
            (value, _) => Written {
                value,
                kind: &self.column.kind,
                zone: self.zone,
            }
            .serialize(serializer),
        }
    }
}

/// One row: an object of its groups and measures.
struct Row<'a> {
    columns: &'a [Column],
    values: &'a [Option<Value>],
    zone: &'a Zone,
}

impl<'a> Row<'a> {
    fn cells(&self) -> impl Iterator<Item = Cell<'a>> {
        let zone = self.zone;
        let cells = self.columns.iter().zip(self.values);
        cells.map(move |(column, value)| Cell {
            value: value.as_ref(),
            column,
            zone,
        })
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for cell in self.cells() {
            map.serialize_entry(&*cell.column.name, &cell)?;
        }
        map.end()
    }
}

/// All rows.
struct Rows<'a> {
    table: &'a Table,
    zone: &'a Zone,
}

impl<'a> Rows<'a> {
    fn each(&self) -> impl Iterator<Item = Row<'a>> {
        let (table, zone) = (self.table, self.zone);
        table.rows.iter().map(move |values| Row {
            columns: &table.columns,
            values,
            zone,
        })
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.table.rows.len()))?;
        for row in self.each() {
            list.serialize_element(&row)?;
        }
        list.end()
    }
}

/// Figures and rows of a report without a name.
#[derive(serde::Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    figures: Figures<'a>,
    rows: Rows<'a>,
}

/// Writes the rows.
pub fn write(
    out: &mut dyn Write,
    moment: &Moment,
    table: &Table,
    form: Form,
    columns: Option<u16>,
) -> io::Result<()> {
    let rows = Rows {
        table,
        zone: moment.zone(),
    };
    match form {
        Form::Json => json(out, &rows),
        Form::Ndjson => rows.each().try_for_each(|row| json(out, &row)),
        Form::Csv => {
            let mut writer = csv::Writer::from_writer(out);
            let header = table.columns.iter().map(|column| &*column.name);
            writer.write_record(header).map_err(io::Error::other)?;
            for row in rows.each() {
                let cells = row.cells().map(|cell| cell.text());
                writer.write_record(cells).map_err(io::Error::other)?;
            }
            writer.flush()
        }
        Form::Table => {
            let header: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
            let drawn: Vec<Vec<String>> = rows
                .each()
                .map(|row| row.cells().map(|cell| cell.text()).collect())
                .collect();
            let right: Vec<usize> = table
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.kind.is_numeric())
                .map(|(at, _)| at)
                .collect();
            writeln!(out, "{}", draw(&header, &drawn, &right, columns))
        }
    }
}

/// Writes a report without a name: as JSON with its figures.
pub fn write_nameless(
    out: &mut dyn Write,
    moment: &Moment,
    table: &Table,
    elapsed_us: u64,
    form: Form,
    columns: Option<u16>,
) -> io::Result<()> {
    if form != Form::Json {
        return write(out, moment, table, form, columns);
    }
    let answer = moment.figures_of(table);
    let whole = Whole {
        figures: figures(moment, &answer, elapsed_us),
        rows: Rows {
            table,
            zone: moment.zone(),
        },
    };
    json(out, &whole)
}

/// What the rows do not say: how many there would be, who was left out and why.
pub fn notes(moment: &Moment, table: &Table) -> Vec<String> {
    let mut notes = Vec::new();
    let (given, subject) = (table.rows.len(), &table.subject);
    if given < table.groups {
        let groups = grouped(table.groups as u64);
        notes.push(format!("{given} of {groups} groups given"));
    }
    if table.unknown > 0 {
        notes.push(format!(
            "left out: {} of {} rows ({subject}) of which `where` cannot say: {}",
            grouped(table.unknown),
            grouped(table.counted + table.no + table.unknown),
            reasons(&table.unknown_because)
        ));
    }
    for aside in &table.left_aside {
        notes.push(format!(
            "left aside in {}: {} rows ({subject}): {}",
            aside.aggregate,
            grouped(aside.rows),
            reasons(&aside.because)
        ));
    }
    if table.broken > 0 {
        let broken = grouped(table.broken);
        notes.push(format!("{broken} records of the file cannot be read"));
    }
    if table.unreadable > 0 {
        let unreadable = grouped(table.unreadable);
        notes.push(format!(
            "{unreadable} values cannot be read as what is asked, and count as missing"
        ));
    }
    notes.extend(ranks_line(moment, table.ranks_at));
    notes.extend(tiers_lines(&table.tiers, moment.now, moment.zone()));
    notes
}

fn reasons(because: &[(std::sync::Arc<str>, u64)]) -> String {
    let because = because.iter();
    let because: Vec<String> = because
        .map(|(field, count)| format!("{} lack {field}", grouped(*count)))
        .collect();
    because.join(", ")
}
