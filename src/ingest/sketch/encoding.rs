//! In which encoding a file without a word about it is. A few damaged bytes do not make another encoding
//! of it: lines that are text are held against lines that are not.

use std::io::Read;
use std::path::Path;

use crate::ingest::error::ImportError;
use crate::ingest::open;
use crate::ingest::profile::Misses;
use crate::ingest::signature;
use crate::ingest::text::{self, Decoded, HighBytes};

/// Bytes read at once.
const PIECE_BYTES: usize = 64 << 10;
/// Every file is text in it.
const LAST: &str = "windows-1252";
/// Lines with letters beyond ASCII that are text in an encoding, for each that is not.
const SOUND_FOR_FAULTY: u64 = 4;
/// Of so many pairs of bytes at least one has an empty half, where a text is of two bytes a letter: digits,
/// delimiters and line ends are.
const PAIRS_FOR_EMPTY: usize = 10;
/// Of so many empty halves at most one is the other half.
const EMPTY_FOR_OTHER: usize = 20;

/// An encoding with what speaks for it.
#[derive(Debug)]
pub struct Found {
    /// A WHATWG label.
    pub label: &'static str,
    /// What is to be said of the guess; `None`: it is none.
    pub doubt: Option<&'static str>,
    /// Lines that are no text in it.
    pub faulty: Misses,
}

impl Found {
    /// Looks at all of a file.
    pub fn of(path: &Path) -> Result<Self, ImportError> {
        let head = signature::head(path)?;
        let sure = |label, lines: Lines| Self {
            label,
            doubt: None,
            faulty: lines.faulty,
        };
        // A mark wins over the label whenever the file is read.
        if text::has_mark(&head) {
            return Ok(sure("utf-8", lines(path, "utf-8")?));
        }
        if let Some(label) = wide(&head) {
            return Ok(Self {
                doubt: Some("no mark says so, but every other byte is empty"),
                ..sure(label, lines(path, label)?)
            });
        }
        let unicode = lines(path, "utf-8")?;
        if unicode.is_mostly_sound() {
            return Ok(sure("utf-8", unicode));
        }
        if has_pairs(path)? {
            let chinese = lines(path, "gb18030")?;
            if chinese.is_mostly_sound() {
                return Ok(Self {
                    doubt: Some(
                        "the file is not UTF-8, and its bytes stand in pairs as those of Chinese letters do",
                    ),
                    ..sure("gb18030", chinese)
                });
            }
        }
        Ok(Self {
            label: LAST,
            doubt: Some(
                "the file is neither UTF-8 nor GB18030, and every byte is a letter of this one",
            ),
            faulty: Misses::default(),
        })
    }

    /// What a reader of the sketch should know.
    pub fn comment(&self) -> String {
        let mut out = String::new();
        if let Some(why) = self.doubt {
            out.push_str(&format!(
                "# The encoding {} is a guess: {why}. Look whether its texts are right.\n",
                self.label
            ));
        }
        let name = match self.label {
            "utf-8" => "UTF-8",
            label => label,
        };
        let place = self.faulty.place();
        match self.faulty.count {
            0 => {}
            1 => out.push_str(&format!(
                "# 1 line is not {name} ({place}); an import keeps it as a reject.\n"
            )),
            count => out.push_str(&format!(
                "# {count} lines are not {name} ({place}); an import keeps them as rejects.\n"
            )),
        }
        out
    }
}

/// Lines of a file as an encoding has them.
#[derive(Debug, Default)]
struct Lines {
    /// Those with letters beyond ASCII that are text.
    sound: u64,
    /// Those that are no text.
    faulty: Misses,
    /// Of the line at hand.
    has_high: bool,
    has_fault: bool,
    after_return: bool,
    /// Line ends so far.
    ended: u64,
}

impl Lines {
    fn is_mostly_sound(&self) -> bool {
        self.faulty.is_empty() || self.sound >= self.faulty.count.saturating_mul(SOUND_FOR_FAULTY)
    }

    /// Looks at bytes that are text.
    fn see(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let follows = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if follows => {}
                b'\n' | b'\r' => self.end(),
                byte => self.has_high |= !byte.is_ascii(),
            }
        }
    }

    fn end(&mut self) {
        self.ended += 1;
        match (self.has_fault, self.has_high) {
            (true, _) => self.faulty.add(self.ended),
            (false, true) => self.sound += 1,
            (false, false) => {}
        }
        (self.has_fault, self.has_high) = (false, false);
    }
}

/// Looks at all lines.
fn lines(path: &Path, label: &str) -> Result<Lines, ImportError> {
    let opened = open::open(path)?;
    let read_error = |error| open::read_error(path, error);
    let mut lines = Lines::default();
    let Some(mut text) = Decoded::new(opened.stream, label).map_err(read_error)? else {
        return Ok(lines);
    };
    let mut buffer = vec![0; PIECE_BYTES];
    // The end of a character that the last piece cut.
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let count = text.read(&mut buffer).map_err(read_error)?;
        if count == 0 {
            lines.has_fault |= !rest.is_empty();
            lines.end();
            return Ok(lines);
        }
        rest.extend_from_slice(buffer.get(..count).unwrap_or(&[]));
        let mut at = 0;
        while let Some(piece) = rest.get(at..).filter(|piece| !piece.is_empty()) {
            let (valid, fault) = match std::str::from_utf8(piece) {
                Ok(_) => (piece.len(), Some(0)),
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            lines.see(piece.get(..valid).unwrap_or(&[]));
            at += valid;
            let Some(fault) = fault else {
                break;
            };
            lines.has_fault |= fault > 0;
            at += fault;
        }
        rest.drain(..at.min(rest.len()));
    }
}

/// Two bytes a letter, of which one is mostly empty; which of them says the order.
fn wide(head: &[u8]) -> Option<&'static str> {
    let (mut first, mut second) = (0, 0);
    for pair in head.chunks_exact(2) {
        match pair {
            [0, 0] => return None,
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    let is_half = |empty: usize, other: usize| {
        empty > 1 && empty * PAIRS_FOR_EMPTY >= head.len() / 2 && other * EMPTY_FOR_OTHER <= empty
    };
    match (is_half(second, first), is_half(first, second)) {
        (true, _) => Some("utf-16le"),
        (_, true) => Some("utf-16be"),
        _ => None,
    }
}

/// Whether most bytes of the file beyond ASCII stand in pairs.
fn has_pairs(path: &Path) -> Result<bool, ImportError> {
    let mut stream = open::open(path)?.stream;
    let mut buffer = vec![0; PIECE_BYTES];
    let mut high = HighBytes::default();
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(high.are_mostly_pairs()),
            Ok(count) => high.see(buffer.get(..count).unwrap_or(&[])),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(open::read_error(path, error)),
        }
    }
}
