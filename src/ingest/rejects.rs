//! Refused records, kept: one file for people (file, line, column, reason, record), and
//! one of the records as they stood, in the source's own form, to be mended and imported.
//! Both are written under another name and take their place when the import is over. Which place that is, is
//! in [`place`].

mod place;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use self::place::Place;
use super::fault::Fault;
use super::text;
use crate::base::checksum::xxh3;

pub use self::place::FILE;

/// Bytes of a source's name in a file name.
const STEM_BYTES_MAX: usize = 100;
const READER_ONLY: u32 = 0o600;
/// What the names of the files end in: the reasons, the records, either of them while it is written.
pub const REASONS: &str = ".csv";
pub const RECORDS: &str = ".records.csv";
pub const PARTIAL: &str = ".partial";
/// What the file of reasons begins with.
pub const REASONS_HEAD: &str = "file,line,column,code,reason,record";
/// Endings of the files of records; which one, the form of the imported file says.
const FORMS: [&str; 2] = ["csv", "ndjson"];

/// Where the rejects of one source go.
pub struct Rejects {
    place: Place,
    /// What the name of the records ends in.
    form: String,
    /// The imported file, as it is named in the reasons.
    file: String,
    /// What the records file begins with.
    head: Vec<u8>,
    open: Option<Open>,
}

struct Open {
    reasons: BufWriter<File>,
    records: BufWriter<File>,
    /// Whether the records file has anything to mend.
    has_records: bool,
}

/// What was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The reasons.
    pub reasons: PathBuf,
    /// The records; `None` when none could be kept whole.
    pub records: Option<PathBuf>,
}

/// What is kept of a source when its import is over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Of the imported file; `None` when none of its records was refused.
    pub kept: Option<Kept>,
    /// Reasons of other files of the source, which stay as they are.
    pub others: Vec<PathBuf>,
}

/// A refused record.
#[derive(Clone, Copy, Debug)]
pub struct Reject<'a> {
    /// Line on which it begins.
    pub line: u64,
    /// As it stands in the file.
    pub raw: &'a [u8],
    /// Whether `raw` is all of it.
    pub is_whole: bool,
    /// Why.
    pub fault: &'a Fault,
}

impl Rejects {
    /// `head` is what the file of records begins with, `ending` what its name ends in: it is read again
    /// in the form that this says. Whatever was kept of the source before is replaced, until [`Self::beside`].
    pub fn new(folder: &Path, source: &str, file: &Path, ending: &str, head: Vec<u8>) -> Self {
        Self {
            place: Place::first(folder, source),
            form: ending.to_owned(),
            file: file.display().to_string(),
            head,
            open: None,
        }
    }

    /// Replaces only what was kept of this very file, or of what it was made of: rejects of others stay.
    pub fn beside(mut self, path: &Path) -> io::Result<Self> {
        self.place.choose(path)?;
        Ok(self)
    }

    fn reasons(&self) -> PathBuf {
        self.place.reasons_path()
    }

    fn records(&self) -> PathBuf {
        self.place.records_path(&self.form)
    }

    /// Keeps one.
    pub fn add(&mut self, reject: Reject<'_>) -> io::Result<()> {
        let (reasons, records) = (self.reasons(), self.records());
        let open = match &mut self.open {
            Some(open) => open,
            None => {
                let mut open = Open {
                    reasons: create(&partial(&reasons))?,
                    records: create(&partial(&records))?,
                    has_records: false,
                };
                writeln!(open.reasons, "{REASONS_HEAD}")?;
                open.records.write_all(&self.head)?;
                self.open.insert(open)
            }
        };
        let text = text::shown(reject.raw);
        let column = reject.fault.column.as_deref().unwrap_or("");
        writeln!(
            open.reasons,
            "{},{},{},{},{},{}",
            quoted(&self.file),
            reject.line,
            quoted(column),
            reject.fault.code,
            quoted(&reject.fault.to_string()),
            quoted(&text)
        )?;
        if reject.is_whole {
            open.has_records = true;
            open.records.write_all(reject.raw)?;
            open.records.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Puts the files in their place; those of an earlier import of the same file go.
    pub fn finish(&mut self) -> io::Result<Left> {
        let others = self.place.others();
        let Some(open) = self.open.take() else {
            self.place.clear(&[])?;
            return Ok(Left { kept: None, others });
        };
        let (reasons, records) = (self.reasons(), self.records());
        // Before the pair: of one without it nobody knows whose it is, and it stays.
        let file = self.place.file_path();
        if let Some(text) = self.place.file_text() {
            let mut writer = create(&partial(&file))?;
            writer.write_all(text.as_bytes())?;
            settle(writer, &file)?;
        }
        settle(open.reasons, &reasons)?;
        let mut kept = vec![reasons.as_path(), file.as_path()];
        match open.has_records {
            true => {
                settle(open.records, &records)?;
                kept.push(&records);
            }
            false => remove(&partial(&records))?,
        }
        self.place.clear(&kept)?;
        Ok(Left {
            kept: Some(Kept {
                records: open.has_records.then(|| records.clone()),
                reasons: reasons.clone(),
            }),
            others,
        })
    }
}

impl Drop for Rejects {
    fn drop(&mut self) {
        if self.open.take().is_some() {
            // The import failed and says so; half a list of rejects would only mislead.
            let _ = remove(&partial(&self.reasons()));
            let _ = remove(&partial(&self.records()));
        }
    }
}

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(READER_ONLY)
        .open(path)
        .map(BufWriter::new)
}

fn settle(writer: BufWriter<File>, path: &Path) -> io::Result<()> {
    let file = writer
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    fs::rename(partial(path), path)
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(PARTIAL);
    PathBuf::from(name)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A file name for a source; a long one is cut and told apart by its hash.
fn stem(source: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter == '_';
    if source.len() <= STEM_BYTES_MAX && source.chars().all(is_plain) {
        return source.to_owned();
    }
    let mut head = String::new();
    for letter in source.chars().filter(|letter| is_plain(*letter)) {
        if head.len() + letter.len_utf8() > STEM_BYTES_MAX {
            break;
        }
        head.push(letter);
    }
    format!("{head}-{:016x}", xxh3(source.as_bytes()))
}

/// A field of a comma-separated file.
fn quoted(text: &str) -> String {
    delimited(text, ',', '"')
}

/// A field, quoted where it must be.
pub fn delimited(text: &str, delimiter: char, quote: char) -> String {
    let needs =
        |letter: char| letter == delimiter || letter == quote || matches!(letter, '\r' | '\n');
    if text.chars().any(needs) {
        let doubled = text.replace(quote, &format!("{quote}{quote}"));
        format!("{quote}{doubled}{quote}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::limit::REJECTS_FILES_MAX;
    use crate::ingest::fault;

    #[test]
    fn rejects_take_their_place_at_the_end_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rejects");
        let make = || {
            let head = b"\xef\xbb\xbfid;n\n".to_vec();
            Rejects::new(&place, "orders", Path::new("a.csv"), "csv", head)
        };
        let fault =
            Fault::cell(fault::NO_DATE, "1994-02-30", "is not a date").within(Some(&"n".into()));
        let reject = |raw, is_whole| Reject {
            line: 7,
            raw,
            is_whole,
            fault: &fault,
        };
        let mut rejects = make();
        rejects.add(reject(b"1;\"x", true)).unwrap();
        rejects.add(reject(b"\xff", false)).unwrap();
        assert!(!place.join("orders.csv").exists());
        let kept = rejects.finish().unwrap().kept.unwrap();
        assert_eq!(
            fs::read_to_string(&kept.reasons).unwrap(),
            "file,line,column,code,reason,record\n\
             a.csv,7,n,I107,`1994-02-30` is not a date,\"1;\"\"x\"\n\
             a.csv,7,n,I107,`1994-02-30` is not a date,\u{fffd}\n"
        );
        assert_eq!(
            fs::read(kept.records.unwrap()).unwrap(),
            b"\xef\xbb\xbfid;n\n1;\"x\n"
        );
        assert_eq!(
            fs::read_dir(&place).unwrap().count(),
            2,
            "nothing partial stays"
        );
        let mut cut = make();
        cut.add(reject(b"1", true)).unwrap();
        drop(cut);
        assert_eq!(
            fs::read_dir(&place).unwrap().count(),
            2,
            "a failed import leaves what was"
        );
        assert_eq!(make().finish().unwrap(), Left::default());
        assert_eq!(
            fs::read_dir(&place).unwrap().count(),
            0,
            "an import without rejects clears"
        );
    }

    #[test]
    fn records_of_an_earlier_form_go() {
        let place = tempfile::tempdir().unwrap();
        let file = Path::new("a");
        let fault = Fault::record(fault::NO_ID, "the customer has no id");
        let names = || {
            let entries = fs::read_dir(place.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        for (ending, raw, wanted) in [
            (
                "ndjson",
                &b"{}"[..],
                &["pays.csv", "pays.records.ndjson"][..],
            ),
            ("csv", b"x", &["pays.csv", "pays.records.csv"]),
            ("ndjson", b"", &["pays.csv"]),
            ("csv", b"x", &["pays.csv", "pays.records.csv"]),
        ] {
            let mut rejects = Rejects::new(place.path(), "pays", file, ending, Vec::new());
            let reject = Reject {
                line: 1,
                raw,
                is_whole: !raw.is_empty(),
                fault: &fault,
            };
            rejects.add(reject).unwrap();
            rejects.finish().unwrap();
            assert_eq!(names(), wanted, "{ending}");
        }
        let mut none = Rejects::new(place.path(), "pays", file, "ndjson", Vec::new());
        assert_eq!(none.finish().unwrap(), Left::default());
        assert!(names().is_empty());
    }

    /// Imports a file of which these records are refused; gives what the records file then holds.
    fn keep(place: &Path, file: &Path, records: &[&str]) -> Left {
        let fault = Fault::record(fault::NO_ID, "the customer has no id");
        let mut rejects = Rejects::new(place, "pays", file, "csv", Vec::new());
        rejects = rejects.beside(file).unwrap();
        for record in records {
            let reject = Reject {
                line: 1,
                raw: record.as_bytes(),
                is_whole: true,
                fault: &fault,
            };
            rejects.add(reject).unwrap();
        }
        rejects.finish().unwrap()
    }

    fn records_of(left: &Left) -> String {
        let kept = left.kept.as_ref().unwrap();
        fs::read_to_string(kept.records.as_ref().unwrap()).unwrap()
    }

    #[test]
    fn rejects_of_one_file_leave_those_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rejects");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let january = file("jan.csv", "id\n;1\n;2\n");
        let february = file("feb.csv", "id\n;3\n");
        let march = file("mar.csv", "id\nc1\n");
        keep(&place, &january, &[";1", ";2"]);
        let left = keep(&place, &february, &[";3"]);
        assert_eq!(records_of(&left), ";3\n");
        assert_eq!(left.others, [place.join("pays.csv")]);
        let left = keep(&place, &march, &[]);
        let both = [place.join("pays.csv"), place.join("pays.2.csv")];
        assert_eq!((left.kept, left.others), (None, both.to_vec()));
        // The file again, from elsewhere and with more behind it.
        let grown = file("elsewhere.csv", "id\n;1\n;2\n;4\n");
        let left = keep(&place, &grown, &[";1", ";2", ";4"]);
        assert_eq!(records_of(&left), ";1\n;2\n;4\n");
        assert_eq!(left.others, [place.join("pays.2.csv")]);
        // Its records, one of them mended; then the file once more.
        let records = left.kept.unwrap().records.unwrap();
        fs::write(&records, "c1\n;2\nc4\n").unwrap();
        assert_eq!(records_of(&keep(&place, &records, &[";2"])), ";2\n");
        let left = keep(&place, &grown, &[]);
        assert_eq!(
            (left.kept, left.others),
            (None, vec![place.join("pays.2.csv")])
        );
        // Of one that nobody knows nothing goes.
        fs::remove_file(place.join("pays.2.file")).unwrap();
        keep(&place, &february, &[";3"]);
        assert_eq!(keep(&place, &march, &[]).others, both);
        assert_eq!(fs::read_dir(&place).unwrap().count(), 5);
    }

    #[test]
    fn files_of_rejects_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs::write(&file, "id\n").unwrap();
        for number in 1..=REJECTS_FILES_MAX {
            let name = folder.path().join(format!("pays.{number}.csv"));
            fs::write(name, REASONS_HEAD).unwrap();
        }
        let rejects = Rejects::new(folder.path(), "pays", &file, "csv", Vec::new());
        let error = rejects.beside(&file).err().unwrap().to_string();
        assert!(error.contains("1000 files"), "{error}");
    }

    #[test]
    fn every_source_has_a_file_name() {
        assert_eq!(stem("客户_1"), "客户_1");
        let long = "客".repeat(120);
        assert!(stem(&long).len() < 130 && stem(&long).starts_with('客'));
        assert_ne!(stem("../a"), stem("__/a"));
        assert!(!stem("../a").contains(['/', '.']));
    }
}
