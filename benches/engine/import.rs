//! The way from files on the disk to the first answer: durable imports, then
//! starts with files in the page cache and, where the system may be asked to forget them, without.

use std::cell::RefCell;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use tamis::columns::Snapshot;
use tamis::engine::RunOptions;
use tamis::ingest::{Files, Stage, import};
use tamis::live::moment::Moment;
use tamis::live::question::Question;
use tamis::store::Store;

use super::page::{Page, status};

/// Imports the files of the folder into stores, from Parquet and from CSV, then starts from the last one.
pub fn measure(folder: &Path, customers: u32, events: u64, page: &mut Page) {
    super::parquet::write(folder, customers);
    durable(folder, "Parquet", (customers, events), page);
    durable(folder, "CSV", (customers, events), page);
    let data = folder.join("CSV");
    start(&data, "files in the page cache", page);
    if !super::is_test() && empty_page_cache() {
        start(&data, "none of its files in memory", page);
    }
}

fn rules(form: &str) -> (tamis::base::source::Sources, tamis::language::typed::Rules) {
    super::rules(&match form {
        "CSV" => super::files::sources(),
        _ => super::parquet::sources(),
    })
}

fn durable(folder: &Path, form: &str, (customers, events): (u32, u64), page: &mut Page) {
    let (_, rules) = rules(form);
    let data = folder.join(form);
    let before = status("VmRSS");
    let from = Instant::now();
    let store = Store::open(&data, &rules.schema).unwrap();
    let files = Files {
        rules: folder.to_owned(),
        rejects: folder.join("rejects"),
        ..Files::default()
    };
    // When the first event was read and the last one.
    let reading = RefCell::new((None, from));
    let (store, reports) = import(store, &rules, &files, &|progress| {
        if progress.stage == Stage::Facts
            && !matches!(&*progress.source, "referrers" | "guarantors")
        {
            let mut reading = reading.borrow_mut();
            reading.0.get_or_insert_with(Instant::now);
            reading.1 = Instant::now();
        }
    })
    .unwrap();
    let took = from.elapsed().as_secs_f64();
    let rejected: u64 = reports.iter().map(|report| report.rejected).sum();
    assert_eq!(
        (rejected, store.customers()),
        (0, customers),
        "the import took everything"
    );
    assert_eq!(
        store.size().unwrap().events,
        events,
        "the import took everything"
    );
    let (first, last) = reading.into_inner();
    let read = first.map_or(took, |first| (last - first).as_secs_f64());
    page.figure(
        format!("Tamis: durable import of {form}"),
        format!(
            "{took:.1} s, {:.0} events a second; while events are read {:.0}",
            events as f64 / took,
            events as f64 / read
        ),
    );
    page.figure(
        format!("Tamis: resident after the import of {form}, and before"),
        format!(
            "{:.0} MB, {:.0} MB",
            status("VmRSS") as f64 / 1e6,
            before as f64 / 1e6
        ),
    );
    page.figure(
        "Tamis: bytes of the store on the disk",
        format!(
            "{:.1} an event",
            store.size().unwrap().disk_bytes as f64 / events as f64
        ),
    );
    store.close().unwrap();
}

fn start(data: &Path, cache: &str, page: &mut Page) {
    let (sources, rules) = rules("CSV");
    let from = Instant::now();
    let store = Store::open(data, &rules.schema).unwrap();
    let zone = tamis::base::calendar::Zone::load("Asia/Shanghai").unwrap();
    let snapshot = Snapshot::from_store(&store, &rules.schema, zone).unwrap();
    let now = snapshot.zone().parse("2024-06-30T23:59:59").unwrap();
    let moment = Moment::new(sources, rules, snapshot, now);
    let asked = Question {
        filter: "count(purchase, last 90 days) >= 3",
        ..Question::default()
    };
    moment.ask(&asked, &RunOptions::default()).unwrap();
    page.figure(
        format!("Tamis: first question after a start, {cache}"),
        format!("{:.2} s", from.elapsed().as_secs_f64()),
    );
    store.close().unwrap();
}

/// Has the system forget what it keeps of files in memory; only root may.
fn empty_page_cache() -> bool {
    let forget = "sync && echo 3 > /proc/sys/vm/drop_caches";
    let mut shell = Command::new("sh");
    shell.args(["-c", forget]).stderr(Stdio::null());
    shell.status().is_ok_and(|status| status.success())
}
