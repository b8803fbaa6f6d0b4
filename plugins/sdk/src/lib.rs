//! What a Tamis plugin in Rust is made of: implement [`Scorer`], hand it to [`export!`].
//! Lives here: the contract of `plugins/wit` as plain values, and its binary form. There
//! is no dependency, so that a plugin builds in a second and without a network.
//!
//! ```ignore
//! struct Answer;
//! impl tamis_plugin::Scorer for Answer { … }
//! tamis_plugin::export!(Answer);
//! ```

#![no_std]
extern crate alloc;

#[doc(hidden)]
pub mod wire;

use alloc::string::String;
use alloc::vec::Vec;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// finite
    Number,
    /// whole
    Int,
    /// 1 = yes, 0 = no; `bool` in a manifest
    Flag,
    /// text
    Text,
    /// seconds since 1970-01-01T00:00:00Z
    Time,
}

/// One thing that a function reads of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// As in the manifest.
    pub name: &'static str,
    /// As in the manifest.
    pub kind: Kind,
    /// Whether the function answers without it.
    pub optional: bool,
}

/// One function, as the manifest states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// As in the manifest.
    pub name: &'static str,
    /// In the manifest's order.
    pub inputs: &'static [Input],
    /// Never [`Kind::Time`].
    pub output: Kind,
}

/// One value a row, in the layout of its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// [`Kind::Number`]
    Number(Vec<f64>),
    /// [`Kind::Int`]
    Int(Vec<i64>),
    /// [`Kind::Flag`]
    Flag(Vec<u8>),
    /// [`Kind::Text`]: each different text once, and which one each row has.
    Text {
        /// The texts.
        dict: Vec<String>,
        /// One a row.
        codes: Vec<u32>,
    },
    /// [`Kind::Time`]
    Time(Vec<i64>),
}

/// One value a row, or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What stands where there is no value means nothing.
    pub values: Values,
    /// One bit a row, the lowest of the first byte first; empty = every row has a value.
    pub present: Vec<u8>,
}

impl Column {
    /// Numbers, some of them missing.
    pub fn numbers(values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let (values, present) = split(values, 0.0);
        Self {
            values: Values::Number(values),
            present,
        }
    }

    /// Whole numbers, some of them missing.
    pub fn ints(values: impl IntoIterator<Item = Option<i64>>) -> Self {
        let (values, present) = split(values, 0);
        Self {
            values: Values::Int(values),
            present,
        }
    }

    /// Yes and no, some of them missing.
    pub fn flags(values: impl IntoIterator<Item = Option<bool>>) -> Self {
        let (values, present) = split(values, false);
        Self {
            values: Values::Flag(values.into_iter().map(u8::from).collect()),
            present,
        }
    }

    /// Whether a row has a value.
    pub fn is_present(&self, row: usize) -> bool {
        match self.present.get(row / 8) {
            Some(byte) => byte >> (row % 8) & 1 == 1,
            None => self.present.is_empty(),
        }
    }

    /// The number of a row; of whole numbers, too.
    pub fn number(&self, row: usize) -> Option<f64> {
        if !self.is_present(row) {
            return None;
        }
        match &self.values {
            Values::Number(values) => values.get(row).copied(),
            Values::Int(values) => values.get(row).map(|value| *value as f64),
            _ => None,
        }
    }

    /// The whole number or instant of a row.
    pub fn int(&self, row: usize) -> Option<i64> {
        if !self.is_present(row) {
            return None;
        }
        match &self.values {
            Values::Int(values) | Values::Time(values) => values.get(row).copied(),
            _ => None,
        }
    }

    /// Yes or no of a row.
    pub fn flag(&self, row: usize) -> Option<bool> {
        match &self.values {
            Values::Flag(values) if self.is_present(row) => values.get(row).map(|it| *it == 1),
            _ => None,
        }
    }

    /// The text of a row.
    pub fn text(&self, row: usize) -> Option<&str> {
        match &self.values {
            Values::Text { dict, codes } if self.is_present(row) => {
                Some(dict.get(*codes.get(row)? as usize)?.as_str())
            }
            _ => None,
        }
    }
}

/// Values with nothing in the gaps, and their presence bits.
fn split<T>(values: impl IntoIterator<Item = Option<T>>, nothing: T) -> (Vec<T>, Vec<u8>)
where
    T: Copy,
{
    let mut found = Vec::new();
    let mut present: Vec<u8> = Vec::new();
    let mut gaps = false;
    for (row, value) in values.into_iter().enumerate() {
        if row % 8 == 0 {
            present.push(0);
        }
        match (value.is_some(), present.last_mut()) {
            (true, Some(byte)) => *byte |= 1 << (row % 8),
            _ => gaps = true,
        }
        found.push(value.unwrap_or(nothing));
    }
    (found, if gaps { present } else { Vec::new() })
}

/// Some customers. A row's answer may hang on that row alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// How many.
    pub rows: usize,
    /// In the order of the function's inputs.
    pub columns: Vec<Column>,
}

impl Batch {
    /// One column; an error when the batch has none there.
    pub fn column(&self, at: usize) -> Result<&Column, Fault> {
        let missing = || Fault::BadInput(String::from("a column is missing"));
        self.columns.get(at).ok_or_else(missing)
    }
}

/// Why there is no answer for a whole batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What was told cannot be.
    BadInput(String),
    /// A setting cannot be.
    BadSettings(String),
    /// Anything else.
    Failed(String),
}

/// How answers come about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// Named parts with one value a row.
    pub parts: Vec<(String, Vec<f64>)>,
    /// What the sum of a row's parts means.
    pub link: Link,
}

/// What the sum of a row's parts means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// nothing that could be checked
    #[default]
    None,
    /// it is the answer
    Sum,
    /// the answer is 1 / (1 + exp(-sum))
    Logistic,
}

/// The settings of the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(pub Vec<(String, String)>);

impl Settings {
    /// One setting.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name)?;
        Some(found.1.as_str())
    }

    /// A number, or what stands for it when the manifest is silent.
    pub fn number(&self, name: &str, otherwise: f64) -> Result<f64, Fault> {
        let Some(text) = self.get(name) else {
            return Ok(otherwise);
        };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(Fault::BadSettings(alloc::format!("`{name}` is no number"))),
        }
    }
}

/// How bad a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// for whoever writes the plugin
    Debug,
    /// worth knowing
    Info,
    /// someone should look
    Warn,
    /// something is wrong
    Error,
}

/// Writes a line into Tamis's log of the plugin; a hundred lines a batch are read.
pub fn log(level: Level, message: &str) {
    wire::write(level, message);
}

/// A plugin. A fresh instance answers each batch: `open`, then `score`, perhaps `explain`.
pub trait Scorer: Sized {
    /// The functions, as the manifest states them.
    const FUNCTIONS: &'static [Signature];

    /// Reads the settings.
    fn open(settings: &Settings) -> Result<Self, Fault>;

    /// One answer a row, or none. `function` is its place in [`Scorer::FUNCTIONS`].
    fn score(&self, function: usize, batch: &Batch) -> Result<Column, Fault>;

    /// How the answers to the same batch come about.
    fn explain(&self, _function: usize, _batch: &Batch) -> Result<Explanation, Fault> {
        Ok(Explanation::default())
    }
}

/// Makes a plugin of a type that implements [`Scorer`].
#[macro_export]
macro_rules! export {
    ($scorer:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            static OPEN: $crate::wire::Slot<$scorer> = $crate::wire::Slot::new();

            #[unsafe(export_name = "cabi_realloc")]
            extern "C" fn realloc(
                old: *mut u8,
                old_bytes: usize,
                align: usize,
                bytes: usize,
            ) -> *mut u8 {
                $crate::wire::realloc(old, old_bytes, align, bytes)
            }
            #[unsafe(export_name = "tamis:plugin/scorer@1.0.0#describe")]
            extern "C" fn describe() -> *const u32 {
                $crate::wire::describe::<$scorer>()
            }
            #[unsafe(export_name = "tamis:plugin/scorer@1.0.0#open")]
            extern "C" fn open(settings: *mut u32, count: usize) -> *const u32 {
                $crate::wire::open(&OPEN, settings, count)
            }
            #[unsafe(export_name = "tamis:plugin/scorer@1.0.0#score")]
            extern "C" fn score(
                function: u32,
                rows: u32,
                columns: *mut u32,
                count: usize,
            ) -> *const u32 {
                $crate::wire::score(&OPEN, function, rows, columns, count)
            }
            #[unsafe(export_name = "tamis:plugin/scorer@1.0.0#explain")]
            extern "C" fn explain(
                function: u32,
                rows: u32,
                columns: *mut u32,
                count: usize,
            ) -> *const u32 {
                $crate::wire::explain(&OPEN, function, rows, columns, count)
            }
        };
    };
}
