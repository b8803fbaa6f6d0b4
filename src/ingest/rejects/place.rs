//! Which files hold the rejects of one imported file: each file of a source has a pair of its own, `SOURCE.csv` with
//! `SOURCE.records.csv`, then `SOURCE.2.csv` and so on, and beside each pair stands by what its file is known again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{FORMS, REASONS, remove, stem};
use crate::base::limit::REJECTS_FILES_MAX;
use crate::ingest::unfinished::Print;

/// What the name ends in of the file that says of which file a pair is.
pub const FILE: &str = ".file";

/// The pairs of one source, as they are before its file is imported.
pub struct Place {
    folder: PathBuf,
    stem: String,
    /// Which pair the rejects go to, from 1.
    number: u32,
    /// Pairs whose records the imported file has, all of them.
    replaced: Vec<u32>,
    /// Pairs that stay as they are.
    others: Vec<u32>,
    /// By what the file of the pair is known again.
    print: Option<Print>,
}

impl Place {
    /// The first pair, whatever it holds.
    pub fn first(folder: &Path, source: &str) -> Self {
        Self {
            folder: folder.to_path_buf(),
            stem: stem(source),
            number: 1,
            replaced: vec![1],
            others: Vec::new(),
            print: None,
        }
    }

    /// The pair that is of this very file or whose records it is, else a new one.
    pub fn choose(&mut self, path: &Path) -> io::Result<()> {
        let print = Print::of(path, None)?;
        let real = fs::canonicalize(path)?;
        self.print = Some(print);
        self.replaced.clear();
        self.others.clear();
        let numbers = self.numbers()?;
        for number in &numbers {
            let is_records = FORMS.iter().any(|form| {
                fs::canonicalize(self.records(*number, form)).is_ok_and(|records| records == real)
            });
            let known = self.print(*number)?;
            if is_records {
                // What it still cannot take is of the file that it came from.
                self.print = known;
            }
            match is_records || known.is_some_and(|known| print.covers(path, known)) {
                true => self.replaced.push(*number),
                false => self.others.push(*number),
            }
        }
        let free = (1..).find(|number| !numbers.contains(number));
        self.number = self.replaced.first().copied().or(free).unwrap_or(1);
        match self.replaced.is_empty() && self.others.len() >= REJECTS_FILES_MAX {
            false => Ok(()),
            true => Err(io::Error::other(format!(
                "the rejects of {REJECTS_FILES_MAX} files of this source lie there; mend and import them, or remove them"
            ))),
        }
    }

    /// Numbers of the pairs that there are, in their order.
    fn numbers(&self) -> io::Result<Vec<u32>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            found.extend(name.to_str().and_then(|name| self.number_of(name)));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Of the pair to which a file of that name belongs.
    fn number_of(&self, name: &str) -> Option<u32> {
        let rest = name.strip_prefix(&self.stem)?;
        let (number, ending) = match rest.strip_prefix('.')?.split_once('.') {
            Some((digits, ending)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                (digits.parse().ok()?, format!(".{ending}"))
            }
            _ => (1, rest.to_owned()),
        };
        let is_records = FORMS
            .iter()
            .any(|form| ending == format!(".records.{form}"));
        (is_records || ending == REASONS).then_some(number)
    }

    fn path(&self, number: u32, ending: &str) -> PathBuf {
        self.folder.join(match number {
            1 => format!("{}{ending}", self.stem),
            _ => format!("{}.{number}{ending}", self.stem),
        })
    }

    fn records(&self, number: u32, form: &str) -> PathBuf {
        self.path(number, &format!(".records.{form}"))
    }

    /// By what the file of a pair is known again; `None`: nobody knows.
    fn print(&self, number: u32) -> io::Result<Option<Print>> {
        match fs::read_to_string(self.path(number, FILE)) {
            Ok(text) => Ok(Print::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The reasons of the pair that is chosen.
    pub fn reasons_path(&self) -> PathBuf {
        self.path(self.number, REASONS)
    }

    /// Its records, in one form.
    pub fn records_path(&self, form: &str) -> PathBuf {
        self.records(self.number, form)
    }

    /// Where it stands of which file the pair is.
    pub fn file_path(&self) -> PathBuf {
        self.path(self.number, FILE)
    }

    /// What stands there.
    pub fn file_text(&self) -> Option<String> {
        self.print.map(|print| format!("{print}\n"))
    }

    /// Removes the pairs that are replaced, but for the chosen one where `kept` names its present files.
    pub fn clear(&self, kept: &[&Path]) -> io::Result<()> {
        for number in &self.replaced {
            let records = FORMS.iter().map(|form| self.records(*number, form));
            let all = records.chain([self.path(*number, REASONS), self.path(*number, FILE)]);
            for path in all.filter(|path| !kept.contains(&path.as_path())) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Reasons of the pairs that stay as they are.
    pub fn others(&self) -> Vec<PathBuf> {
        let others = self.others.iter();
        others.map(|number| self.path(*number, REASONS)).collect()
    }
}
