//! Rows of a CSV file as what a function is told: a column for each input, by name.

use std::path::Path;
use std::sync::Arc;

use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use crate::base::text::nfc;
use crate::cli::failure::Failure;
use crate::columns::bits::Bits;
use crate::engine::outcome::{Condition, OutputResult, ResultColumn, ResultData};
use crate::host::manifest::{ManifestFunction, ManifestInput};

/// What a file tells of a function's inputs, and how many rows it has.
pub(super) fn read(
    path: &Path,
    function: &ManifestFunction,
) -> Result<(Vec<OutputResult>, usize), Failure> {
    let fault = |what: String| Failure::Input(format!("{}: {what}", path.display()));
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| fault(error.to_string()))?;
    let header = reader
        .headers()
        .map_err(|error| fault(error.to_string()))?
        .clone();
    let place = |input: &ManifestInput| header.iter().position(|name| name == input.name);
    let places: Vec<Option<usize>> = function.inputs.iter().map(place).collect();
    for (input, place) in function.inputs.iter().zip(&places) {
        if place.is_none() && !input.optional {
            return Err(fault(format!("there is no column `{}`", input.name)));
        }
    }
    let mut told: Vec<Told> = function
        .inputs
        .iter()
        .map(|it| Told::new(&it.kind))
        .collect();
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(|error| fault(error.to_string()))?;
        for ((told, place), input) in told.iter_mut().zip(&places).zip(&function.inputs) {
            let cell = place.and_then(|place| record.get(place)).unwrap_or("");
            told.take(cell).ok_or_else(|| {
                fault(format!(
                    "row {}: `{cell}` in `{}` is no {}",
                    rows + 1,
                    input.name,
                    crate::host::interface::word_of(&input.kind)
                ))
            })?;
        }
        rows += 1;
    }
    Ok((told.into_iter().map(Told::finish).collect(), rows))
}

/// One input over the rows.
struct Told {
    kind: Kind,
    keys: Vec<i64>,
    numbers: Vec<f64>,
    texts: Vec<Arc<str>>,
    present: Bits,
    no: Bits,
}

impl Told {
    fn new(kind: &Kind) -> Self {
        Self {
            kind: kind.clone(),
            keys: Vec::new(),
            numbers: Vec::new(),
            texts: Vec::new(),
            present: Bits::none(0),
            no: Bits::none(0),
        }
    }

    /// Takes a cell; `None`: it cannot be read.
    fn take(&mut self, cell: &str) -> Option<()> {
        let missing = cell.is_empty();
        let mut yes = !missing;
        match self.kind {
            Kind::Number => {
                let number = if missing { 0.0 } else { cell.parse().ok()? };
                self.numbers
                    .push(Some(number).filter(|it: &f64| it.is_finite())?);
            }
            Kind::Int => self.keys.push(if missing { 0 } else { cell.parse().ok()? }),
            Kind::Time => {
                let at = if missing {
                    0
                } else {
                    Zone::utc().parse(cell)?.0
                };
                self.keys.push(at);
            }
            Kind::Bool => {
                yes = match cell {
                    "yes" | "true" | "1" => true,
                    "no" | "false" | "0" | "" => false,
                    _ => return None,
                };
                self.no.push(!missing && !yes);
            }
            _ => self.texts.push(nfc(cell).into()),
        }
        self.present.push(yes);
        Some(())
    }

    fn finish(self) -> OutputResult {
        if self.kind == Kind::Bool {
            return OutputResult {
                condition: Some(Condition {
                    yes: self.present,
                    no: self.no,
                    hidden: 0,
                }),
                ..OutputResult::default()
            };
        }
        let data = match self.kind {
            Kind::Number => ResultData::Numbers(self.numbers),
            Kind::Text => ResultData::Texts(self.texts),
            _ => ResultData::Keys(self.keys),
        };
        OutputResult {
            values: Some(ResultColumn {
                kind: self.kind,
                data,
                presence: self.present,
            }),
            ..OutputResult::default()
        }
    }
}
