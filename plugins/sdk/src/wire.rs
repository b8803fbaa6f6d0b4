//! The contract's binary form: the component model's canonical layout in a memory of 32
//! bits. Called by what `export!` makes, by nobody else. Nothing handed over is freed: an
//! instance lives for one batch.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::UnsafeCell;

use crate::{Batch, Column, Explanation, Fault, Kind, Level, Link, Scorer, Settings, Values};

/// Where the opened scorer lies.
pub struct Slot<S>(UnsafeCell<Option<S>>);

// SAFETY: a guest has one thread.
unsafe impl<S> Sync for Slot<S> {}

impl<S> Slot<S> {
    /// Nothing opened yet.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self(UnsafeCell::new(None))
    }
}

/// Memory for what the host hands over.
pub fn realloc(old: *mut u8, old_bytes: usize, align: usize, bytes: usize) -> *mut u8 {
    use alloc::alloc::{Layout, alloc, handle_alloc_error, realloc};
    let Ok(layout) = Layout::from_size_align(bytes, align) else {
        unreachable!("the host asks for alignments that exist");
    };
    if bytes == 0 {
        return align as *mut u8;
    }
    // SAFETY: `old` came from here with that size and alignment, as the canonical form promises.
    let made = unsafe {
        match old_bytes {
            0 => alloc(layout),
            _ => match Layout::from_size_align(old_bytes, align) {
                Ok(known) => realloc(old, known, bytes),
                Err(_) => core::ptr::null_mut(),
            },
        }
    };
    if made.is_null() {
        handle_alloc_error(layout);
    }
    made
}

/// A list that the host made with [`realloc`].
fn list<T>(at: u32, count: u32) -> Vec<T> {
    match count {
        0 => Vec::new(),
        // SAFETY: the host allocated exactly so many of them there, and gives them away.
        _ => unsafe { Vec::from_raw_parts(at as usize as *mut T, count as usize, count as usize) },
    }
}

fn text(at: u32, bytes: u32) -> String {
    // The host lifts only UTF-8.
    String::from_utf8(list(at, bytes)).unwrap_or_default()
}

fn texts(at: u32, count: u32) -> Vec<String> {
    list::<[u32; 2]>(at, count)
        .into_iter()
        .map(|[at, bytes]| text(at, bytes))
        .collect()
}

fn batch(rows: u32, columns: *mut u32, count: usize) -> Batch {
    let columns = list::<[u32; 7]>(columns as usize as u32, count as u32);
    let columns = columns
        .into_iter()
        .map(|[case, a, b, c, d, present, bytes]| Column {
            // The case is one byte; what follows it is no one's.
            values: match case & 0xff {
                0 => Values::Number(list(a, b)),
                1 => Values::Int(list(a, b)),
                2 => Values::Flag(list(a, b)),
                3 => Values::Text {
                    dict: texts(a, b),
                    codes: list(c, d),
                },
                _ => Values::Time(list(a, b)),
            },
            present: list(present, bytes),
        });
    Batch {
        rows: rows as usize,
        columns: columns.collect(),
    }
}

/// A list given to the host.
fn given<T>(list: Vec<T>) -> [u32; 2] {
    let list = list.leak();
    [list.as_ptr() as usize as u32, list.len() as u32]
}

fn area<const N: usize>(words: [u32; N]) -> *const u32 {
    Box::leak(Box::new(words)).as_ptr()
}

fn word(kind: Kind) -> u32 {
    match kind {
        Kind::Number => 0,
        Kind::Int => 1,
        Kind::Flag => 2,
        Kind::Text => 3,
        Kind::Time => 4,
    }
}

fn faulty(fault: Fault) -> *const u32 {
    let (case, said) = match fault {
        Fault::BadInput(said) => (0, said),
        Fault::BadSettings(said) => (1, said),
        Fault::Failed(said) => (2, said),
    };
    let [at, bytes] = given(said.into_bytes());
    area([1, case, at, bytes, 0, 0, 0, 0])
}

/// `describe`
pub fn describe<S: Scorer>() -> *const u32 {
    let functions = S::FUNCTIONS.iter().map(|function| {
        let inputs = function.inputs.iter().map(|input| {
            let [at, bytes] = given(input.name.as_bytes().to_vec());
            [at, bytes, word(input.kind) | u32::from(input.optional) << 8]
        });
        let [name, bytes] = given(function.name.as_bytes().to_vec());
        let [inputs, count] = given(inputs.collect());
        [name, bytes, inputs, count, word(function.output)]
    });
    area(given(functions.collect::<Vec<[u32; 5]>>()))
}

/// `open`
pub fn open<S: Scorer>(slot: &Slot<S>, settings: *mut u32, count: usize) -> *const u32 {
    let settings = list::<[u32; 4]>(settings as usize as u32, count as u32);
    let settings = settings
        .into_iter()
        .map(|[name, name_bytes, value, bytes]| (text(name, name_bytes), text(value, bytes)));
    match S::open(&Settings(settings.collect())) {
        Ok(scorer) => {
            // SAFETY: a guest has one thread, and no borrow of the slot outlives a call.
            unsafe { *slot.0.get() = Some(scorer) };
            area([0; 8])
        }
        Err(fault) => faulty(fault),
    }
}

fn opened<S>(slot: &Slot<S>) -> Result<&S, Fault> {
    // SAFETY: as in `open`.
    let scorer = unsafe { &*slot.0.get() };
    scorer
        .as_ref()
        .ok_or_else(|| Fault::Failed(String::from("it was not opened")))
}

/// `score`
pub fn score<S: Scorer>(
    slot: &Slot<S>,
    function: u32,
    rows: u32,
    columns: *mut u32,
    count: usize,
) -> *const u32 {
    let batch = batch(rows, columns, count);
    match opened(slot).and_then(|scorer| scorer.score(function as usize, &batch)) {
        Ok(column) => {
            let (case, [a, b], [c, d]) = match column.values {
                Values::Number(values) => (0, given(values), [0; 2]),
                Values::Int(values) => (1, given(values), [0; 2]),
                Values::Flag(values) => (2, given(values), [0; 2]),
                Values::Text { dict, codes } => {
                    let dict = dict.into_iter().map(|text| given(text.into_bytes()));
                    (3, given(dict.collect::<Vec<[u32; 2]>>()), given(codes))
                }
                Values::Time(values) => (4, given(values), [0; 2]),
            };
            let [present, bytes] = given(column.present);
            area([0, case, a, b, c, d, present, bytes])
        }
        Err(fault) => faulty(fault),
    }
}

/// `explain`
pub fn explain<S: Scorer>(
    slot: &Slot<S>,
    function: u32,
    rows: u32,
    columns: *mut u32,
    count: usize,
) -> *const u32 {
    let batch = batch(rows, columns, count);
    match opened(slot).and_then(|scorer| scorer.explain(function as usize, &batch)) {
        Ok(Explanation { parts, link }) => {
            let parts = parts.into_iter().map(|(name, values)| {
                let [name, bytes] = given(name.into_bytes());
                let [values, count] = given(values);
                [name, bytes, values, count]
            });
            let [parts, count] = given(parts.collect::<Vec<[u32; 4]>>());
            let link = match link {
                Link::None => 0,
                Link::Sum => 1,
                Link::Logistic => 2,
            };
            area([0, parts, count, link, 0, 0, 0, 0])
        }
        Err(fault) => faulty(fault),
    }
}

/// A line for the log.
pub fn write(level: Level, message: &str) {
    let level = match level {
        Level::Debug => 0,
        Level::Info => 1,
        Level::Warn => 2,
        Level::Error => 3,
    };
    import::write(level, message);
}

#[cfg(target_arch = "wasm32")]
mod import {
    #[link(wasm_import_module = "tamis:plugin/log@1.0.0")]
    unsafe extern "C" {
        #[link_name = "write"]
        fn log_write(level: i32, at: *const u8, bytes: usize);
    }

    pub fn write(level: i32, message: &str) {
        // SAFETY: the host reads that many bytes there before it returns.
        unsafe { log_write(level, message.as_ptr(), message.len()) }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod import {
    /// Outside a guest nobody listens.
    pub fn write(_level: i32, _message: &str) {}
}
