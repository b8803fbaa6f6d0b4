//! `tamis demo`: the bundled bank imported into a scratch copy, five telling
//! questions in both tongues, one customer explained.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use super::arguments::{Demo, Place, Summary};
use super::failure::Failure;
use super::format::table::grouped;
use super::output::{Output, say};
use super::workplace::{Workplace, bundled_folder};
use super::{import, tour, why};
use crate::engine::{RunOptions, trace};
use crate::form::count;
use crate::ingest::erasure;
use crate::live::moment::{Moment, as_of};
use crate::live::question::Question;

/// A question with what it is meant to show.
struct Telling {
    says: &'static str,
    filter: &'static str,
    as_of: Option<&'static str>,
}

const TELLING: [Telling; 5] = [
    Telling {
        says: "Who has 50,000 or more, and paid nothing out by hand for a month?",
        filter: "last(credit).balance >= 50k and none(debit where operation != to_bank, last 30 days)",
        as_of: None,
    },
    Telling {
        says: "谁的支出比前一个月减少了一半以上？",
        filter: "合计（出账.金额，近30天） < 50% × 合计（出账.金额，前30天） 且 次数（出账，前30天） >= 3",
        as_of: None,
    },
    Telling {
        says: "Whose co-holder is still paying off a loan, at the end of 1998?",
        filter: "any co_holder (any(loan where status in (C, D)))",
        as_of: Some("1998-12-31"),
    },
    Telling {
        says: "30 至 45 岁、近三个月取现超过 5 万的户主有多少？",
        filter: "年龄 介于 30 与 45 且 角色 = 户主 且 合计（出账.金额 其中 方式 = 取现，近三个月） 超过 5万",
        as_of: None,
    },
    Telling {
        says: "Where is unemployment 4 percent or more? Some districts did not say.",
        filter: "unemployment >= 4",
        as_of: None,
    },
];

/// The question of which one customer is explained.
const EXPLAINED: &str = "churn_signal";

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
    let (store, reports) = import::import(&workplace, Vec::new())?;
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
