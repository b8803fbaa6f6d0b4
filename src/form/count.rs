//! The figures of an answer: yes, no, unknown and why, total.

use std::io::{self, Write};

use serde::Serialize;
use utoipa::ToSchema;

use super::table::grouped;
use super::tiers::{TiersForm, tiers, tiers_lines};
use super::{Form, json};
use crate::base::calendar::Instant;
use crate::live::answer::{Answer, Blame};
use crate::live::moment::Moment;

/// The figures as programs read them.
#[derive(Serialize, ToSchema)]
pub struct Figures<'a> {
    /// Customers that match.
    count: u64,
    /// Customers that do not.
    no: u64,
    /// Customers of whom it cannot be said.
    unknown: u64,
    /// Which fields the unknown ones lack, most blamed first.
    unknown_because: Vec<BlameFigure<'a>>,
    /// Facts that a `where` could not judge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_aside: Vec<LeftAsideFigure<'a>>,
    /// Customers in the store: count + no + unknown.
    total: u64,
    /// The instant asked about.
    as_of: String,
    /// The instant of the rank tables that the answer depends on.
    #[serde(skip_serializing_if = "Option::is_none")]
    ranks_at: Option<String>,
    /// Tiers that the answer depends on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TiersForm<'a>>,
    /// Microseconds that it took.
    elapsed_us: u64,
}

/// A field with the customers that lack it, of those of whom something cannot be said.
#[derive(Serialize, ToSchema)]
pub struct BlameFigure<'a> {
    field: &'a str,
    count: u64,
}

impl<'a> From<&'a Blame> for BlameFigure<'a> {
    fn from(blame: &'a Blame) -> Self {
        Self {
            field: &blame.field,
            count: blame.count,
        }
    }
}

/// Facts that an aggregate could not judge.
#[derive(Serialize, ToSchema)]
struct LeftAsideFigure<'a> {
    aggregate: &'a str,
    field: &'a str,
    facts: u64,
}

/// The figures of an answer.
pub fn figures<'a>(moment: &Moment, answer: &'a Answer, elapsed_us: u64) -> Figures<'a> {
    Figures {
        count: answer.count,
        no: answer.no,
        unknown: answer.unknown,
        unknown_because: answer.unknown_because.iter().map(Into::into).collect(),
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
        ranks_at: answer.ranks_at.map(|at| moment.zone().format(at)),
        tiers: tiers(&answer.tiers, answer.as_of, moment.zone()),
        elapsed_us,
    }
}

/// Writes the figures.
pub fn write(
    out: &mut dyn Write,
    moment: &Moment,
    answer: &Answer,
    elapsed_us: u64,
    form: Form,
) -> io::Result<()> {
    match form {
        Form::Json | Form::Ndjson => json(out, &figures(moment, answer, elapsed_us)),
        Form::Csv => {
            writeln!(out, "count,no,unknown,total,as_of")?;
            writeln!(
                out,
                "{},{},{},{},{}",
                answer.count,
                answer.no,
                answer.unknown,
                answer.total,
                moment.zone().format(answer.as_of)
            )
        }
        Form::Table => {
            for line in lines(moment, answer) {
                writeln!(out, "{line}")?;
            }
            Ok(())
        }
    }
}

/// The figures as people read them.
pub fn lines(moment: &Moment, answer: &Answer) -> Vec<String> {
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
    lines.extend(ranks_line(moment, answer.ranks_at));
    lines.extend(tiers_lines(&answer.tiers, answer.as_of, moment.zone()));
    lines
}

/// Of which instant the ranks are.
pub fn ranks_line(moment: &Moment, ranks_at: Option<Instant>) -> Option<String> {
    let at = ranks_at?;
    Some(format!("ranks as of {}", moment.zone().format(at)))
}

/// Who is unknown and which fields are to blame.
pub fn unknown_line(answer: &Answer) -> String {
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
pub fn left_aside_lines(answer: &Answer) -> Vec<String> {
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
