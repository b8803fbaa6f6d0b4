//! `tamis plugin test`: a component over the rows of a file, in the very sandbox that it
//! will run in: scores, time of each batch, memory, log, faults.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::sample;
use crate::base::calendar::Zone;
use crate::cli::arguments::{Place, TestPlugin};
use crate::cli::failure::Failure;
use crate::cli::format::table;
use crate::cli::output::{Output, say};
use crate::cli::{plugins, workplace};
use crate::engine::external::{ExternalColumn, PluginFault, Scored, Told};
use crate::engine::outcome::OutputResult;
use crate::host::manifest::ManifestFunction;
use crate::host::{Plugin, PluginSet, Usage};
use crate::language::typed::PluginFunction;

/// Rows that are also scored each by itself.
const ALONE_MAX: usize = 200;

/// Tries a component. Exit 1 when a call failed or a row's answer hangs on its neighbours.
pub(super) fn run(
    place: &Place,
    options: &TestPlugin,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let folder = folder_of(&options.component);
    let host = plugins::options(&workplace::data_folder(place));
    let plugin = PluginSet::open(&folder, &host)
        .map_err(|failure| Failure::Input(format!("[{}] {}", failure.code, failure.reason)))?;
    let (shape, signature) = chosen(&plugin, options.function.as_deref())?;
    let (told, rows) = sample::read(&options.data, &shape)?;
    let (answer, usages) = plugin.answer(Told {
        call: &signature.call,
        inputs: &told,
        rows,
        explain: options.explain,
        cancel: None,
    });
    used(&usages, rows);
    let scored = match answer {
        Ok(scored) => scored,
        Err(fault) => {
            say(&format!("error[{}]: {fault}", fault.code));
            return Ok(ExitCode::from(1));
        }
    };
    show(&scored, &shape, rows, options, output)?;
    let fickle = alone(&plugin, &signature, &told, &scored, rows);
    match fickle {
        Ok(None) => Ok(ExitCode::SUCCESS),
        Ok(Some(row)) => {
            say(&format!(
                "error: row {} scores otherwise when it is alone; an answer may hang on its row only",
                row + 1
            ));
            Ok(ExitCode::from(1))
        }
        Err(fault) => {
            say(&format!("error[{}]: a row alone: {fault}", fault.code));
            Ok(ExitCode::from(1))
        }
    }
}

fn folder_of(component: &Path) -> PathBuf {
    if component.is_dir() {
        return component.to_owned();
    }
    let parent = component.parent().filter(|it| !it.as_os_str().is_empty());
    parent.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The function asked for, or the only one.
fn chosen(
    plugin: &Plugin,
    name: Option<&str>,
) -> Result<(ManifestFunction, PluginFunction), Failure> {
    let functions = &plugin.manifest().functions;
    let mut found = functions.iter().zip(plugin.signatures());
    let found = match name {
        Some(name) => found.find(|(function, _)| function.name == name),
        None => found.next().filter(|_| functions.len() == 1),
    };
    found
        .map(|(shape, signature)| (shape.clone(), signature))
        .ok_or_else(|| {
            let names: Vec<&str> = functions.iter().map(|function| &*function.name).collect();
            Failure::Usage(format!(
                "which function?\nhelp: name one with --function: {}",
                names.join(", ")
            ))
        })
}

/// What the batches took, and what the guest wrote.
fn used(usages: &[Usage], rows: usize) {
    for (number, usage) in (1..).zip(usages) {
        say(&format!(
            "batch {number}: {:.2} ms, {:.1} MB of memory",
            usage.took.as_secs_f64() * 1e3,
            usage.memory_bytes as f64 / f64::from(1 << 20)
        ));
        for line in &usage.log {
            say(&format!("  {} {}", line.level, line.message));
        }
    }
    let total: f64 = usages.iter().map(|usage| usage.took.as_secs_f64()).sum();
    if rows > 0 {
        say(&format!("{:.0} ns a row", total * 1e9 / rows as f64));
    }
}

fn show(
    scored: &Scored,
    shape: &ManifestFunction,
    rows: usize,
    options: &TestPlugin,
    output: &mut Output,
) -> Result<(), Failure> {
    let column = ExternalColumn::whole(scored.clone());
    let mut lines = Vec::new();
    for row in 0..rows.min(options.limit) {
        let value = column.value(row);
        let value = value.map(|value| value.display(&shape.output, &Zone::utc()));
        let mut cells = vec![(row + 1).to_string(), value.unwrap_or_default()];
        if options.explain {
            let account = scored.accounts.get(row);
            let parts = account.iter().flat_map(|account| &account.parts);
            let mut parts: Vec<String> = parts
                .map(|(name, part)| format!("{name} {part:+.3}"))
                .collect();
            parts.extend(
                account
                    .and_then(|account| account.note.as_deref())
                    .map(str::to_owned),
            );
            cells.push(parts.join(", "));
        }
        lines.push(cells);
    }
    let header: &[&str] = match options.explain {
        true => &["row", "answer", "parts"],
        false => &["row", "answer"],
    };
    output.line(&table::draw(header, &lines, &[0, 1]))?;
    if rows > options.limit {
        say(&format!("{} of {rows} rows shown (--limit)", options.limit));
    }
    for (reason, count) in &scored.missing {
        say(&format!("{count} without an answer: {reason}"));
    }
    Ok(())
}

/// The first row that scores otherwise when it is asked by itself.
fn alone(
    plugin: &Plugin,
    signature: &PluginFunction,
    told: &[OutputResult],
    scored: &Scored,
    rows: usize,
) -> Result<Option<usize>, PluginFault> {
    let together = ExternalColumn::whole(scored.clone());
    for row in 0..rows.min(ALONE_MAX) {
        let one: Vec<OutputResult> = told.iter().map(|it| it.one(row)).collect();
        let (answer, _) = plugin.answer(Told {
            call: &signature.call,
            inputs: &one,
            rows: 1,
            explain: false,
            cancel: None,
        });
        if ExternalColumn::whole(answer?).value(0) != together.value(row) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}
