//! The customers of an answer: ids alone, or with named expressions.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::count::figures;
use super::table;
use super::value::Written;
use crate::cli::arguments::Form;
use crate::cli::failure::Failure;
use crate::cli::output::{Output, failed};
use crate::live::answer::{Answer, AnswerRow};
use crate::live::moment::Moment;

/// One row as a JSON object: `id`, then the expressions in the order asked for.
struct Row<'a> {
    moment: &'a Moment,
    answer: &'a Answer,
    row: &'a AnswerRow,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.answer.shown.len() + 1))?;
        map.serialize_entry("id", self.moment.snapshot.id(self.row.row))?;
        for (shown, value) in self.answer.shown.iter().zip(&self.row.values) {
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

/// All rows as a JSON list.
struct AllRows<'a> {
    moment: &'a Moment,
    answer: &'a Answer,
}

impl Serialize for AllRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.answer.rows.as_deref().unwrap_or_default();
        let mut list = serializer.serialize_seq(Some(rows.len()))?;
        for row in rows {
            list.serialize_element(&Row {
                moment: self.moment,
                answer: self.answer,
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
    figures: super::count::Figures<'a>,
    rows: AllRows<'a>,
}

/// Writes the ids: one a line, or in the form asked for.
pub(in crate::cli) fn write_ids(
    output: &mut Output,
    moment: &Moment,
    answer: &Answer,
    form: Form,
) -> Result<(), Failure> {
    let ids = answer
        .rows
        .iter()
        .flatten()
        .map(|row| moment.snapshot.id(row.row));
    match form {
        Form::Table => {
            for id in ids {
                output.line(id)?;
            }
            Ok(())
        }
        Form::Json => output.line(&json(&ids.collect::<Vec<_>>())?),
        Form::Csv | Form::Ndjson => write(output, moment, answer, 0, form),
    }
}

/// Writes the rows.
pub(in crate::cli) fn write(
    output: &mut Output,
    moment: &Moment,
    answer: &Answer,
    elapsed_us: u64,
    form: Form,
) -> Result<(), Failure> {
    let rows = answer.rows.as_deref().unwrap_or_default();
    match form {
        Form::Json => {
            let whole = Whole {
                figures: figures(moment, answer, elapsed_us),
                rows: AllRows { moment, answer },
            };
            output.line(&json(&whole)?)
        }
        Form::Ndjson => {
            for row in rows {
                output.line(&json(&Row {
                    moment,
                    answer,
                    row,
                })?)?;
            }
            Ok(())
        }
        Form::Csv => {
            let mut writer = csv::Writer::from_writer(&mut *output);
            writer.write_record(header(answer)).map_err(csv_failed)?;
            for row in rows {
                writer
                    .write_record(cells(moment, answer, row))
                    .map_err(csv_failed)?;
            }
            writer.flush().map_err(failed)
        }
        Form::Table => {
            let header = header(answer);
            let drawn: Vec<Vec<String>> =
                rows.iter().map(|row| cells(moment, answer, row)).collect();
            let right: Vec<usize> = answer
                .shown
                .iter()
                .filter(|shown| shown.name != "id")
                .enumerate()
                .filter(|(_, shown)| shown.kind.is_numeric())
                .map(|(at, _)| at + 1)
                .collect();
            let names: Vec<&str> = header.iter().map(String::as_str).collect();
            output.line(&table::draw(&names, &drawn, &right))
        }
    }
}

fn header(answer: &Answer) -> Vec<String> {
    let shown = answer
        .shown
        .iter()
        .map(|shown| shown.name.clone())
        .filter(|name| name != "id");
    std::iter::once("id".to_owned()).chain(shown).collect()
}

fn cells(moment: &Moment, answer: &Answer, row: &AnswerRow) -> Vec<String> {
    let values = answer
        .shown
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

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Store(error.to_string()))
}

fn csv_failed(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => failed(error),
        other => Failure::Store(format!("cannot write CSV: {other:?}")),
    }
}
