//! `tamis demo`: the bundled bank imported into a scratch copy, five telling
//! questions in both tongues, a score, a report, one customer explained.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use super::arguments::{Demo, Place, Summary};
use super::failure::Failure;
use super::format::table::grouped;
use super::output::{Output, failed, say, terminal_width};
use super::workplace::{Workplace, bundled_folder};
use super::{import, tour, why};
use crate::engine::{RunOptions, trace};
use crate::form::{Form, count, report, score};
use crate::ingest::erasure;
use crate::live::moment::{Moment, as_of};
use crate::live::question::Question;
use crate::live::score::ScoreWanted;
use crate::report::Files;

/// A question with what it is meant to show.
struct Telling {
    says: &'static str,
    filter: &'static str,
    as_of: Option<&'static str>,
}

const TELLING: [Telling; 5] = [
    Telling {
        says: "Who has 50,000 or more, and did nothing of his own for three months?",
        filter: "last(credit).balance >= 50k and none(debit where purpose is missing, last 90 days)",
        as_of: None,
    },
    Telling {
        says: "谁的支出比前一个月减少了一半以上？",
        filter: "合计（出账.金额，近30天） < 50% × 合计（出账.金额，前30天） 且 次数（出账，前30天） >= 3",
        as_of: None,
    },
    Telling {
        says: "Who stood in for a loan that was in trouble at the end of June?",
        filter: "any guarantees (loan_grade = high)",
        as_of: Some("1998-06-30"),
    },
    Telling {
        says: "30 至 45 岁的户主里，价值分排在全行前 5% 的有多少？",
        filter: "年龄介于30与45 且 角色=户主 且 前列5%按客户价值分",
        as_of: None,
    },
    Telling {
        says: "Where is unemployment 4 percent or more? One district did not say.",
        filter: "unemployment >= 4",
        as_of: None,
    },
];

/// The score whose highest are shown, and how many of them.
const SCORED: (&str, usize) = ("value", 3);

/// The report that is shown.
const REPORTED: &str = "bottleneck";

/// The question of which one customer is explained.
const EXPLAINED: &str = "churn_warning";

/// Runs the demo.
pub(super) fn run(place: &Place, options: &Demo, output: &mut Output) -> Result<ExitCode, Failure> {
    let rules = place.rules.clone().or_else(bundled_folder).ok_or_else(|| {
        Failure::Usage("the bundled bank is not here\nhelp: run the demo inside a checkout, or name its folder with --rules".into())
    })?;
    let scratch = Scratch::new();
    let data = place
        .data
        .clone()
        .unwrap_or_else(|| scratch.folder.join("data"));
    let workplace = Workplace::load_from(place, rules.clone(), data.clone())?;
    let now = workplace.instant(None)?;
    say(&format!(
        "importing {} into {}",
        workplace.rules_folder.display(),
        data.display()
    ));
    let started = Instant::now();
    let (store, reports) = import::import(&workplace, Vec::new(), None)?;
    import::summary(output, &reports, Summary::Table)?;
    let snapshot = erasure::snapshot(&store, &workplace.rules.schema, workplace.zone.clone())?;
    let size = store.size()?;
    store.close()?;
    output.line(&format!(
        "{} customers, {} facts, imported and ready in {:.1} s\n",
        grouped(u64::from(snapshot.living())),
        grouped(size.facts),
        started.elapsed().as_secs_f64()
    ))?;
    let moment = workplace.with_snapshot(snapshot, now);
    for telling in &TELLING {
        answer(&moment, telling, output)?;
    }
    highest(&moment, output)?;
    table(&moment, &rules, output)?;
    explain_one(&moment, output)?;
    if options.no_serve {
        return Ok(ExitCode::SUCCESS);
    }
    output.finish()?;
    tour::run(place, options, &rules, &scratch.folder, &data, output)
}

fn answer(moment: &Moment, telling: &Telling, output: &mut Output) -> Result<(), Failure> {
    let mut moment = moment.clone();
    let mut dated = String::new();
    if let Some(text) = telling.as_of {
        moment.now = as_of(text, moment.zone())
            .ok_or_else(|| Failure::Usage(format!("`{text}` is no date")))?;
        dated = format!(" --as-of {text}");
    }
    output.line(telling.says)?;
    output.line(&format!("  tamis query '{}'{dated}", telling.filter))?;
    let question = Question {
        filter: telling.filter,
        left_aside: true,
        ..Question::default()
    };
    let started = Instant::now();
    let answer = moment.ask(&question, &RunOptions::default())?;
    let elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
    for line in count::lines(&moment, &answer) {
        output.line(&format!("  {line}"))?;
    }
    output.line(&format!("  {elapsed_ms:.1} ms\n"))
}

fn highest(moment: &Moment, output: &mut Output) -> Result<(), Failure> {
    let (name, count) = SCORED;
    output.line(&format!(
        "Who is worth most?\n  tamis score {name} --top {count}"
    ))?;
    let started = Instant::now();
    let answer = moment.score(name, ScoreWanted::Top(count), &RunOptions::default())?;
    let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    score::write(output, moment, &answer, elapsed_us, Form::Table).map_err(failed)?;
    output.line("")
}

fn table(moment: &Moment, rules: &Path, output: &mut Output) -> Result<(), Failure> {
    output.line(&format!(
        "Where do sales wait longest?\n  tamis report {REPORTED}"
    ))?;
    let files = Files {
        rules: rules.to_owned(),
    };
    let table = moment.table_of(REPORTED, false, &files, &RunOptions::default())?;
    report::write(output, moment, &table, Form::Table, terminal_width()).map_err(failed)?;
    output.line("")
}

fn explain_one(moment: &Moment, output: &mut Output) -> Result<(), Failure> {
    let question = Question {
        filter: EXPLAINED,
        limit: Some(1),
        rows: true,
        ..Question::default()
    };
    let answer = moment.ask(&question, &RunOptions::default())?;
    let Some(row) = answer.rows.iter().flatten().next() else {
        return output.line(&format!(
            "nobody matches {EXPLAINED}, so there is nobody to explain"
        ));
    };
    let id = moment.snapshot.id(row.row).to_owned();
    output.line(&format!("Why customer {id}?\n  tamis why {id} {EXPLAINED}"))?;
    let trace = moment.why(&id, EXPLAINED)?;
    output.write(&trace::render(
        &trace,
        why::tongue(None, EXPLAINED),
        moment.zone(),
    ))
}

/// A folder for what the demo makes, removed at the end.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> Self {
        let name = format!("tamis-demo-{}", std::process::id());
        Self {
            folder: std::env::temp_dir().join(name),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
