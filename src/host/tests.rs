//! Guests written as text, loaded from scratch folders and asked.

mod compiled;
mod hostile;
mod words;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::component::from_module;
use super::*;
use crate::base::clock::Clock;
use crate::base::kind::Kind;
use crate::columns::bits::Bits;
use crate::engine::external::{PluginFault, Scored, Scorer, Told};
use crate::engine::outcome::{OutputResult, ResultColumn, ResultData};
use crate::language::typed::PluginCall;

const COMMON: &str = include_str!("../../plugins/hostile/common.wat");

/// A manifest of one function that reads the number `told`.
fn manifest(id: &str, more: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = \"1.0.0\"\n{more}\n[[function]]\nname = \"score\"\noutput = \"number\"\n\
         [[function.input]]\nname = \"told\"\nexpression = \"1\"\nkind = \"number\"\n"
    )
}

/// A guest whose own functions are given.
fn guest(own: &str) -> Vec<u8> {
    let text = format!("(module\n{own}\n{COMMON})");
    from_module(&wat::parse_str(text).unwrap()).unwrap()
}

/// A guest that answers so.
fn scoring(body: &str) -> Vec<u8> {
    guest(&format!(
        "(func (export \"tamis:plugin/scorer@1.0.0#score\") (param $function i32) (param $rows i32) \
         (param $columns i32) (param $count i32) (result i32) {body})"
    ))
}

const ECHO: &str = "(call $answer (call $told (local.get $columns)) (local.get $rows))";

fn put(folder: &Path, id: &str, manifest: &str, component: &[u8]) {
    let folder = folder.join(id);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(MANIFEST), manifest).unwrap();
    std::fs::write(folder.join(format!("{id}.wasm")), component).unwrap();
}

fn options(folder: &Path) -> Options {
    Options {
        compiler: Compiler::here(folder.join("code")),
        clock: Clock::System,
        before: None,
    }
}

/// A set of one plugin.
fn one(id: &str, manifest: &str, component: &[u8]) -> (tempfile::TempDir, Loaded) {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("plugins"), id, manifest, component);
    let loaded = PluginSet::load(&folder.path().join("plugins"), &options(folder.path()));
    (folder, loaded)
}

/// A column of numbers.
fn numbers(numbers: &[Option<f64>]) -> OutputResult {
    let mut presence = Bits::none(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        presence.set(at, number.is_some());
    }
    OutputResult {
        values: Some(ResultColumn {
            kind: Kind::Number,
            data: ResultData::Numbers(numbers.iter().map(|it| it.unwrap_or(0.0)).collect()),
            presence,
        }),
        ..OutputResult::default()
    }
}

fn ask_told(set: &PluginSet, inputs: &[OutputResult], rows: usize) -> Result<Scored, PluginFault> {
    let call = Arc::clone(&set.signatures().functions[0].call);
    set.score(Told {
        call: &call,
        inputs,
        rows,
        explain: false,
        cancel: None,
    })
}

fn ask(set: &PluginSet, told: &[f64]) -> Result<Scored, PluginFault> {
    let told: Vec<Option<f64>> = told.iter().copied().map(Some).collect();
    ask_told(set, &[numbers(&told)], told.len())
}

fn missing(scored: &Scored) -> Vec<(&str, u64)> {
    let missing = scored.missing.iter();
    missing.map(|(reason, count)| (&**reason, *count)).collect()
}
