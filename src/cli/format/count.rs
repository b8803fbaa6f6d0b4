//! The figures of an answer: yes, no, unknown and why, total.

use serde::Serialize;

use super::table::grouped;
use crate::cli::arguments::Form;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::live::answer::Answer;
use crate::live::moment::Moment;

/// The figures as programs read them.
#[derive(Serialize)]
pub(super) struct Figures<'a> {
    count: u64,
    no: u64,
    unknown: u64,
    unknown_because: Vec<BlameFigure<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_aside: Vec<LeftAsideFigure<'a>>,
    total: u64,
    as_of: String,
    elapsed_us: u64,
}

#[derive(Serialize)]
struct BlameFigure<'a> {
    field: &'a str,
    count: u64,
}

#[derive(Serialize)]
struct LeftAsideFigure<'a> {
    aggregate: &'a str,
    field: &'a str,
    facts: u64,
}

/// The figures of an answer.
pub(super) fn figures<'a>(moment: &Moment, answer: &'a Answer, elapsed_us: u64) -> Figures<'a> {
    Figures {
        count: answer.count,
        no: answer.no,
        unknown: answer.unknown,
        unknown_because: answer
            .unknown_because
            .iter()
            .map(|blame| BlameFigure {
                field: &blame.field,
                count: blame.count,
            })
            .collect(),
        left_aside: answer
            .left_aside
            .iter()
            .map(|left| LeftAsideFigure {
                aggregate: &left.aggregate,
                field: &left.field,
                facts: left.events,
            })
            .collect(),
        total: answer.total,
        as_of: moment.zone().format(answer.as_of),
        elapsed_us,
    }
}

/// Writes the figures.
pub(in crate::cli) fn write(
    output: &mut Output,
    moment: &Moment,
    answer: &Answer,
    elapsed_us: u64,
    form: Form,
) -> Result<(), Failure> {
    match form {
        Form::Json | Form::Ndjson => {
            let text = serde_json::to_string(&figures(moment, answer, elapsed_us))
                .map_err(|error| Failure::Store(error.to_string()))?;
            output.line(&text)
        }
        Form::Csv => {
            output.line("count,no,unknown,total,as_of")?;
            output.line(&format!(
                "{},{},{},{},{}",
                answer.count,
                answer.no,
                answer.unknown,
                answer.total,
                moment.zone().format(answer.as_of)
            ))
        }
        Form::Table => {
            for line in lines(moment, answer) {
                output.line(&line)?;
            }
            Ok(())
        }
    }
}

/// The figures as people read them.
pub(in crate::cli) fn lines(moment: &Moment, answer: &Answer) -> Vec<String> {
    let mut lines = vec![format!(
        "{} of {} customers match ({} do not, {} unknown) as of {}",
        grouped(answer.count),
        grouped(answer.total),
        grouped(answer.no),
        grouped(answer.unknown),
        moment.zone().format(answer.as_of)
    )];
    if answer.unknown > 0 {
        lines.push(unknown_line(answer));
    }
    lines.extend(left_aside_lines(answer));
    lines
}

/// Who is unknown and which fields are to blame.
pub(in crate::cli) fn unknown_line(answer: &Answer) -> String {
    let because: Vec<String> = answer
        .unknown_because
        .iter()
        .map(|blame| format!("{} lack {}", grouped(blame.count), blame.field))
        .collect();
    format!(
        "{} unknown: {}",
        grouped(answer.unknown),
        because.join(", ")
    )
}

/// Facts that a `where` could not judge.
pub(in crate::cli) fn left_aside_lines(answer: &Answer) -> Vec<String> {
    answer
        .left_aside
        .iter()
        .map(|left| {
            format!(
                "left aside in {}: {} facts lack {}",
                left.aggregate,
                grouped(left.events),
                left.field
            )
        })
        .collect()
}
