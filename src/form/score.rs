//! A score over all customers in the form asked for.

use std::io::{self, Write};

use serde::Serialize;
use utoipa::ToSchema;

use super::count::{BlameFigure, ranks_line};
use super::table::{draw, grouped};
use super::tiers::{TiersForm, tiers, tiers_lines};
use super::{Form, json};
use crate::live::moment::Moment;
use crate::live::score::{Bucket, ClassCount, Numbers, Placed, ScoreAnswer, Shape};

/// A score as programs read it.
#[derive(Serialize, ToSchema)]
pub struct ScoreForm<'a> {
    /// First name.
    score: &'a str,
    label: Option<&'a str>,
    /// Customers who have it.
    count: u64,
    /// Customers who have none.
    missing: u64,
    /// Which fields those lack, most blamed first.
    missing_because: Vec<BlameFigure<'a>>,
    /// Customers in the store: count + missing.
    total: u64,
    /// The instant asked about.
    as_of: String,
    /// The instant of the rank tables that it hangs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    ranks_at: Option<String>,
    /// Tiers that it hangs on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TiersForm<'a>>,
    /// Microseconds that it took.
    elapsed_us: u64,
    /// Null where nobody has it, and of stages and tiers.
    lowest: Option<f64>,
    highest: Option<f64>,
    mean: Option<f64>,
    /// What the range did; null without one.
    range: Option<RangeForm>,
    /// The highest, by score and then by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    top: Option<Vec<PlacedForm<'a>>>,
    /// How many more have the score of the last one of `top`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tied_beyond: Option<u64>,
    /// From `from` on, below `to`; the last holds `to` too. The counts add up to `count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    histogram: Option<Vec<BucketForm>>,
    /// Of stages and tiers: the classes in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<ClassForm<'a>>>,
}

/// What a range did.
#[derive(Serialize, ToSchema)]
struct RangeForm {
    low: f64,
    high: f64,
    /// Customers whose sum lies below it.
    raised: u64,
    /// Customers whose sum lies above it.
    lowered: u64,
}

/// One of the highest.
#[derive(Serialize, ToSchema)]
struct PlacedForm<'a> {
    /// 1 + how many have more.
    rank: u64,
    id: &'a str,
    score: f64,
}

/// One part of a histogram.
#[derive(Serialize, ToSchema)]
struct BucketForm {
    from: f64,
    to: f64,
    count: u64,
}

/// One class.
#[derive(Serialize, ToSchema)]
struct ClassForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
    count: u64,
    /// Customers for whom its condition is unknown, and who stand in a later class or in none.
    passed_over: u64,
}

/// Writes the answer.
pub fn write(
    out: &mut dyn Write,
    moment: &Moment,
    answer: &ScoreAnswer,
    elapsed_us: u64,
    form: Form,
) -> io::Result<()> {
    match form {
        Form::Json | Form::Ndjson => json(out, &whole(moment, answer, elapsed_us)),
        Form::Csv => csv_of(out, moment, answer),
        Form::Table => {
            for line in lines(moment, answer) {
                writeln!(out, "{line}")?;
            }
            Ok(())
        }
    }
}

fn whole<'a>(moment: &'a Moment, answer: &'a ScoreAnswer, elapsed_us: u64) -> ScoreForm<'a> {
    let (numbers, classes) = match &answer.shape {
        Shape::Numbers(numbers) => (Some(&**numbers), None),
        Shape::Classes(classes) => (None, Some(classes.iter().map(class_form).collect())),
    };
    let top = numbers.and_then(|numbers| numbers.top.as_ref());
    let histogram = numbers.and_then(|numbers| numbers.histogram.as_ref());
    let held = numbers.and_then(|numbers| numbers.held);
    ScoreForm {
        score: &answer.name,
        label: answer.label.as_deref(),
        count: answer.scored,
        missing: answer.missing,
        missing_because: answer.missing_because.iter().map(Into::into).collect(),
        total: answer.total,
        as_of: moment.zone().format(answer.as_of),
        ranks_at: answer.ranks_at.map(|at| moment.zone().format(at)),
        tiers: tiers(&answer.tiers, answer.as_of, moment.zone()),
        elapsed_us,
        lowest: numbers.and_then(|numbers| numbers.lowest),
        highest: numbers.and_then(|numbers| numbers.highest),
        mean: numbers.and_then(|numbers| numbers.mean),
        range: held.map(|held| RangeForm {
            low: held.low,
            high: held.high,
            raised: held.raised,
            lowered: held.lowered,
        }),
        top: top.map(|top| top.iter().map(|one| placed_form(moment, one)).collect()),
        tied_beyond: top.and(numbers.map(|numbers| numbers.tied_beyond)),
        histogram: histogram.map(|list| list.iter().map(bucket_form).collect()),
        classes,
    }
}

fn placed_form<'a>(moment: &'a Moment, one: &Placed) -> PlacedForm<'a> {
    PlacedForm {
        rank: one.rank,
        id: moment.snapshot.id(one.row),
        score: one.score,
    }
}

fn bucket_form(one: &Bucket) -> BucketForm {
    BucketForm {
        from: one.from,
        to: one.to,
        count: one.count,
    }
}

fn class_form(class: &ClassCount) -> ClassForm<'_> {
    ClassForm {
        name: &class.name,
        label: class.label.as_deref(),
        count: class.count,
        passed_over: class.passed_over,
    }
}

/// The rows asked for; the figures where none were.
fn csv_of(out: &mut dyn Write, moment: &Moment, answer: &ScoreAnswer) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let mut row = |cells: &[&str]| writer.write_record(cells).map_err(io::Error::other);
    let text = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    match &answer.shape {
        Shape::Numbers(numbers) => match (&numbers.top, &numbers.histogram) {
            (Some(top), _) => {
                row(&["rank", "id", "score"])?;
                for one in top {
                    let (rank, score) = (one.rank.to_string(), one.score.to_string());
                    row(&[&rank, moment.snapshot.id(one.row), &score])?;
                }
            }
            (None, Some(buckets)) => {
                row(&["from", "to", "count"])?;
                for one in buckets {
                    let cells = [
                        one.from.to_string(),
                        one.to.to_string(),
                        one.count.to_string(),
                    ];
                    row(&[&cells[0], &cells[1], &cells[2]])?;
                }
            }
            (None, None) => {
                row(&["count", "missing", "total", "lowest", "highest", "mean"])?;
                row(&[
                    &answer.scored.to_string(),
                    &answer.missing.to_string(),
                    &answer.total.to_string(),
                    &text(numbers.lowest),
                    &text(numbers.highest),
                    &text(numbers.mean),
                ])?;
            }
        },
        Shape::Classes(classes) => {
            row(&["name", "label", "count", "passed_over"])?;
            for one in classes {
                let label = one.label.as_deref().unwrap_or_default();
                let (count, passed) = (one.count.to_string(), one.passed_over.to_string());
                row(&[&one.name, label, &count, &passed])?;
            }
        }
    }
    drop(writer);
    Ok(())
}

/// The answer as people read it.
fn lines(moment: &Moment, answer: &ScoreAnswer) -> Vec<String> {
    let mut lines = vec![format!(
        "{} of {} customers have {} as of {}",
        grouped(answer.scored),
        grouped(answer.total),
        answer.name,
        moment.zone().format(answer.as_of)
    )];
    if answer.missing > 0 {
        lines.push(missing_line(answer));
    }
    lines.extend(ranks_line(moment, answer.ranks_at));
    lines.extend(tiers_lines(&answer.tiers, answer.as_of, moment.zone()));
    match &answer.shape {
        Shape::Numbers(numbers) => number_lines(&mut lines, moment, answer, numbers),
        Shape::Classes(classes) => lines.push(class_table(classes)),
    }
    lines
}

fn missing_line(answer: &ScoreAnswer) -> String {
    let because = answer.missing_because.iter();
    let because: Vec<String> = because
        .map(|blame| format!("{} lack {}", grouped(blame.count), blame.field))
        .collect();
    let missing = grouped(answer.missing);
    match because.is_empty() {
        true => format!("{missing} have none"),
        false => format!("{missing} have none: {}", because.join(", ")),
    }
}

fn number_lines(lines: &mut Vec<String>, moment: &Moment, answer: &ScoreAnswer, numbers: &Numbers) {
    if let (Some(lowest), Some(highest), Some(mean)) =
        (numbers.lowest, numbers.highest, numbers.mean)
    {
        lines.push(format!("from {lowest} to {highest}, {mean} on average"));
    }
    if let Some(held) = numbers.held {
        let (low, high) = (held.low, held.high);
        lines.push(format!(
            "range {low} to {high}: {} raised to {low}, {} lowered to {high}",
            grouped(held.raised),
            grouped(held.lowered)
        ));
    }
    if let Some(top) = &numbers.top {
        let rows: Vec<Vec<String>> = top
            .iter()
            .map(|one| {
                let id = moment.snapshot.id(one.row).to_owned();
                vec![one.rank.to_string(), id, one.score.to_string()]
            })
            .collect();
        lines.push(draw(&["rank", "id", &answer.name], &rows, &[0, 2], None));
        if let (Some(last), true) = (top.last(), numbers.tied_beyond > 0) {
            let more = grouped(numbers.tied_beyond);
            lines.push(format!("{more} more customers have {} too", last.score));
        }
    }
    if let Some(buckets) = &numbers.histogram {
        lines.push(bars(buckets));
    }
}

/// Columns of the longest bar.
const BAR_COLUMNS: u64 = 40;

fn bars(buckets: &[Bucket]) -> String {
    let most = buckets
        .iter()
        .map(|one| one.count)
        .max()
        .unwrap_or(0)
        .max(1);
    let last = buckets.len().saturating_sub(1);
    let rows: Vec<Vec<String>> = buckets
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let mark = if at == last { ".." } else { "..<" };
            // Whoever is there is seen.
            let columns = (one.count * BAR_COLUMNS).div_ceil(most);
            let bar = "█".repeat(usize::try_from(columns).unwrap_or(0));
            vec![
                format!("{}{mark}{}", one.from, one.to),
                grouped(one.count),
                bar,
            ]
        })
        .collect();
    draw(&["score", "customers", ""], &rows, &[1], None)
}

fn class_table(classes: &[ClassCount]) -> String {
    let rows: Vec<Vec<String>> = classes
        .iter()
        .map(|one| {
            vec![
                one.name.to_string(),
                one.label.as_deref().unwrap_or_default().to_owned(),
                grouped(one.count),
                grouped(one.passed_over),
            ]
        })
        .collect();
    draw(
        &["class", "", "customers", "passed over"],
        &rows,
        &[2, 3],
        None,
    )
}
