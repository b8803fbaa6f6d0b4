//! The customers of an answer: ids alone, or with named expressions.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::count::{Figures, figures};
use super::query::Style;
use super::value::Written;
use super::{Form, json, table};
use crate::live::answer::{Answer, AnswerRow, Shown};
use crate::live::moment::Moment;

/// One row as a JSON object: `id`, then the expressions in the order asked for.
pub struct Row<'a> {
    /// Where the row lies.
    pub moment: &'a Moment,
    /// What its values are.
    pub shown: &'a [Shown],
    /// The row.
    pub row: &'a AnswerRow,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.shown.len() + 1))?;
        map.serialize_entry("id", self.moment.snapshot.id(self.row.row))?;
        for (shown, value) in self.shown.iter().zip(&self.row.values) {
            if shown.name != "id" {
                let written = Written {
                    value: value.as_ref(),
                    kind: &shown.kind,
                    zone: self.moment.zone(),
                };
                map.serialize_entry(&shown.name, &written)?;
            }
        }
        map.end()
    }
}

/// Rows as a JSON list.
pub struct List<'a> {
    /// Where the rows lie.
    pub moment: &'a Moment,
    /// What their values are.
    pub shown: &'a [Shown],
    /// The rows.
    pub rows: &'a [AnswerRow],
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.rows {
            list.serialize_element(&Row {
                moment: self.moment,
                shown: self.shown,
                row,
            })?;
        }
        list.end()
    }
}

/// The whole answer as one JSON object.
#[derive(serde::Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    figures: Figures<'a>,
    rows: List<'a>,
}

/// Writes the ids: one a line, or in the form asked for.
pub fn write_ids(
    out: &mut dyn Write,
    moment: &Moment,
    answer: &Answer,
    style: Style,
) -> io::Result<()> {
    let ids = answer
        .rows
        .iter()
        .flatten()
        .map(|row| moment.snapshot.id(row.row));
    match style.form {
        Form::Table => {
            for id in ids {
                writeln!(out, "{id}")?;
            }
            Ok(())
        }
        Form::Json => json(out, &ids.collect::<Vec<_>>()),
        Form::Csv | Form::Ndjson => write(out, moment, answer, 0, style),
    }
}

/// Writes the rows.
pub fn write(
    out: &mut dyn Write,
    moment: &Moment,
    answer: &Answer,
    elapsed_us: u64,
    style: Style,
) -> io::Result<()> {
    let rows = answer.rows.as_deref().unwrap_or_default();
    let shown = &answer.shown;
    match style.form {
        Form::Json => {
            let whole = Whole {
                figures: figures(moment, answer, elapsed_us),
                rows: List {
                    moment,
                    shown,
                    rows,
                },
            };
            json(out, &whole)
        }
        Form::Ndjson => ndjson(out, moment, shown, rows),
        Form::Csv => {
            csv_header(out, shown)?;
            csv_rows(out, moment, shown, rows)
        }
        Form::Table => {
            let header = header(shown);
            let drawn: Vec<Vec<String>> =
                rows.iter().map(|row| cells(moment, shown, row)).collect();
            let right: Vec<usize> = shown
                .iter()
                .filter(|shown| shown.name != "id")
                .enumerate()
                .filter(|(_, shown)| shown.kind.is_numeric())
                .map(|(at, _)| at + 1)
                .collect();
            let names: Vec<&str> = header.iter().map(String::as_str).collect();
            writeln!(
                out,
                "{}",
                table::draw(&names, &drawn, &right, style.columns)
            )
        }
    }
}

/// Rows, an object a line.
pub fn ndjson(
    out: &mut dyn Write,
    moment: &Moment,
    shown: &[Shown],
    rows: &[AnswerRow],
) -> io::Result<()> {
    rows.iter()
        .try_for_each(|row| json(out, &Row { moment, shown, row }))
}

/// The header line of a CSV.
pub fn csv_header(out: &mut dyn Write, shown: &[Shown]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(header(shown)).map_err(csv_failed)?;
    writer.flush()
}

/// Rows as lines of a CSV.
pub fn csv_rows(
    out: &mut dyn Write,
    moment: &Moment,
    shown: &[Shown],
    rows: &[AnswerRow],
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in rows {
        writer
            .write_record(cells(moment, shown, row))
            .map_err(csv_failed)?;
    }
    writer.flush()
}

fn header(shown: &[Shown]) -> Vec<String> {
    let shown = shown
        .iter()
        .map(|shown| shown.name.clone())
        .filter(|name| name != "id");
    std::iter::once("id".to_owned()).chain(shown).collect()
}

fn cells(moment: &Moment, shown: &[Shown], row: &AnswerRow) -> Vec<String> {
    let values = shown
        .iter()
        .zip(&row.values)
        .filter(|(shown, _)| shown.name != "id")
        .map(|(shown, value)| {
            Written {
                value: value.as_ref(),
                kind: &shown.kind,
                zone: moment.zone(),
            }
            .text()
        });
    std::iter::once(moment.snapshot.id(row.row).to_owned())
        .chain(values)
        .collect()
}

fn csv_failed(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("cannot write CSV: {other:?}")),
    }
}
