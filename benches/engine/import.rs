//! The way from files on the disk to the first answer: a durable import, then a cold start.

use std::path::Path;
use std::time::Instant;

use tamis::columns::Snapshot;
use tamis::engine::RunOptions;
use tamis::ingest::{Files, import};
use tamis::live::moment::Moment;
use tamis::live::question::Question;
use tamis::store::Store;

use super::page::Page;

/// Imports the CSV files of the folder into a store, then starts from it.
pub fn measure(folder: &Path, customers: u32, events: u64, page: &mut Page) {
    let (sources, rules) = super::rules(&super::files::sources());
    let data = folder.join("data");
    let from = Instant::now();
    let store = Store::open(&data, &rules.schema).unwrap();
    let files = Files {
        rules: folder.to_owned(),
        rejects: folder.join("rejects"),
        ..Files::default()
    };
    let (store, reports) = import(store, &rules, &files, &|_| {}).unwrap();
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
    page.figure(
        "Tamis: durable import of CSV",
        format!("{took:.1} s, {:.0} events a second", events as f64 / took),
    );
    page.figure(
        "Tamis: bytes of the store on the disk",
        format!(
            "{:.1} an event",
            store.size().unwrap().disk_bytes as f64 / events as f64
        ),
    );
    store.close().unwrap();
    let from = Instant::now();
    let store = Store::open(&data, &rules.schema).unwrap();
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
        "Tamis: first question after a start, files in the page cache",
        format!("{:.2} s", from.elapsed().as_secs_f64()),
    );
    store.close().unwrap();
}
