//! The text of a sketch: which column tells whose a row is and when it was, and a field for each
//! of the others.

use std::collections::BTreeMap;
use std::path::Path;

use super::Looked;
use super::dress::FirstLine;
use super::encoding::Found;
use super::forms;
use super::names::{Names, column, is_taken, plain, quoted};
use crate::base::limit::{FIELDS_MAX, RECORD_COLUMNS_MAX, SKETCH_WORDS_MAX, TEXT_BYTES_MAX};
use crate::base::money::MONEY_PLACES;
use crate::ingest::fault::excerpt;
use crate::ingest::form::{Form, Layout};
use crate::ingest::profile::{Guess, Key, Profile};

/// Words in the names of columns that hold amounts.
const AMOUNTS: [&str; 20] = [
    "amount",
    "balance",
    "price",
    "salary",
    "payment",
    "fee",
    "cost",
    "income",
    "wealth",
    "assets",
    "dollars",
    "money",
    "credit_limit",
    "金额",
    "余额",
    "价",
    "工资",
    "收入",
    "费",
    "资产",
];
/// Words in the names of columns that tell whose a row is.
const OWNERS: [&str; 14] = [
    "customer", "client", "cust", "account", "user", "member", "who", "person", "sample", "card",
    "客户", "账户", "用户", "会员",
];
/// Words in the names of columns that tell rows apart.
const IDS: [&str; 4] = ["id", "编号", "number", "key"];
/// Rows that a word must stand in on average before it is taken for one of a list.
const ROWS_OF_WORD_MIN: u64 = 5;
/// Characters of a word of a list.
const WORD_CHARACTERS_MAX: usize = 40;

/// What tells whose a row is.
struct Roles<'a> {
    /// The column with the id; `None` = the number of the row.
    owner: Option<&'a Profile>,
    /// Rows are events: when, and their own id.
    event: Option<(&'a Profile, Option<&'a Profile>)>,
}

pub fn text(path: &Path, looked: &Looked) -> String {
    let roles = Roles::of(looked);
    let stem = plain(stem(path));
    let file = path
        .file_name()
        .map_or("", |name| name.to_str().unwrap_or(""));
    let taken = |profile: &Profile| {
        let is = |one: &Profile| std::ptr::eq(one, profile);
        roles.owner.is_some_and(is)
            || roles
                .event
                .is_some_and(|(at, id)| is(at) || id.is_some_and(is))
    };
    let others = looked.columns.iter().filter(|profile| !taken(profile));
    let (fields, assigned, beyond) = fields(others);
    let mut out = head(file, looked, &roles, beyond);
    match &roles.event {
        None => out.push_str(&format!("customer {{\n{fields}}}\n\n")),
        Some(_) => out.push_str(&format!(
            "customer {{ }}\n\nevent {stem} {{\n{fields}}}\n\n"
        )),
    }
    out.push_str(&format!(
        "source {stem}_file {} {{\n{}",
        quoted(file),
        form(&looked.dress.form)
    ));
    out.push_str(&marks(&looked.columns));
    let owner = roles
        .owner
        .map_or("row".to_owned(), |owner| column(&owner.name));
    if let Some(profile) = roles.owner.filter(|owner| owner.filled() < looked.rows) {
        out.push_str(&format!(
            "  skip when {} is missing\n",
            column(&profile.name)
        ));
    }
    match &roles.event {
        None => out.push_str(&format!(
            "  customer {{\n    id = {owner}\n{assigned}  }}\n}}\n"
        )),
        Some((at, id)) => {
            if at.filled() < looked.rows {
                out.push_str(&format!("  skip when {} is missing\n", column(&at.name)));
            }
            let (_, when, _) = field(at, &column(&at.name));
            let id = id.map_or(String::new(), |id| {
                format!("    id = {}\n", column(&id.name))
            });
            out.push_str(&format!(
                "  customer {{ id = {owner} }}\n  event {stem} {{\n    customer = {owner}\n    at = {when}\n{id}{assigned}  }}\n}}\n"
            ));
        }
    }
    out
}

/// What is declared, and what a route assigns, for each of the columns; and how many columns are beyond the
/// fields that there may be.
fn fields<'a>(columns: impl Iterator<Item = &'a Profile>) -> (String, String, usize) {
    let mut names = Names::default();
    let (mut fields, mut assigned) = (String::new(), String::new());
    let mut columns = columns.fuse();
    for profile in columns.by_ref().take(FIELDS_MAX) {
        let name = names.give(&profile.name);
        let label = match name == profile.name.trim() || is_taken(&profile.name) {
            true => String::new(),
            false => format!(" {}", quoted(profile.name.trim())),
        };
        let (kind, value, comment) = field(profile, &column(&profile.name));
        if let Some(comment) = comment {
            fields.push_str(&format!("  # {comment}\n"));
        }
        fields.push_str(&format!("  {name}{label}: {kind}\n"));
        assigned.push_str(&format!("    {name} = {value}\n"));
    }
    (fields, assigned, columns.count())
}

impl<'a> Roles<'a> {
    /// A file with a date and a column of customers that stand more than once is one of events;
    /// every other is one of customers.
    fn of(looked: &'a Looked) -> Self {
        let columns = &looked.columns;
        let is_dated = |profile: &&Profile| {
            matches!(profile.guess(), Guess::Date(_) | Guess::Time(_))
                && profile.filled() * 2 > looked.rows
        };
        let key = |profile: &&Profile| profile.is_key() && is_short(profile);
        let named = |profile: &&Profile| is_called(&profile.name, &IDS);
        let id = columns.iter().filter(key).find(named);
        let id = id.or_else(|| columns.first().filter(key));
        let owner = columns.iter().find(|profile| {
            let is_many = profile.key() == Key::No && profile.filled() * 2 > looked.rows;
            let is_dated = matches!(profile.guess(), Guess::Date(_) | Guess::Time(_));
            is_many && !is_dated && is_short(profile) && is_owner(profile)
        });
        let at = columns.iter().filter(is_dated);
        // An instant says more than a day.
        let at = at.max_by_key(|profile| matches!(profile.guess(), Guess::Time(_)));
        match (owner, at) {
            (Some(owner), Some(at)) => Self {
                owner: Some(owner),
                event: Some((at, id)),
            },
            _ => Self {
                owner: id,
                event: None,
            },
        }
    }
}

/// Whether a column's name says that it may tell rows apart, or whose they are.
pub fn may_be_key(name: &str) -> bool {
    is_called(name, &IDS) || is_called(name, &OWNERS)
}

/// Whether its values are short enough for ids.
fn is_short(profile: &Profile) -> bool {
    profile.bytes_max <= crate::base::limit::ID_BYTES_MAX
}

/// Whether a column's name says that it tells whose a row is.
fn is_owner(profile: &Profile) -> bool {
    let (distinct, _) = profile.distinct();
    is_called(&profile.name, &OWNERS) && distinct > SKETCH_WORDS_MAX as u64
}

fn is_called(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    words.iter().any(|word| name.contains(word))
}

/// What the guesses rest on.
fn head(file: &str, looked: &Looked, roles: &Roles<'_>, beyond: usize) -> String {
    let rows = looked.rows;
    let mut out = match looked.is_partial {
        true => {
            format!("# From {file}: kinds are guesses over the first {rows} rows; look at each.\n")
        }
        false => format!("# From {file}: kinds are guesses over all {rows} rows; look at each.\n"),
    };
    let dress = &looked.dress;
    let encoding = dress.encoding.as_ref();
    out.push_str(&encoding.map_or(String::new(), Found::comment));
    let first = dress.first.as_ref();
    out.push_str(&first.map_or(String::new(), FirstLine::comment));
    out.push_str(&left_out(looked));
    if beyond > 0 {
        out.push_str(&format!(
            "# {beyond} columns more are left out: there may be {FIELDS_MAX} fields.\n"
        ));
    }
    // Lines that are no text are told of with the encoding.
    let no_text = encoding.map_or(0, |found| found.faulty.count);
    if looked.broken > no_text {
        let broken = looked.broken - no_text;
        out.push_str(&format!(
            "# {broken} further records cannot be read; an import keeps them as rejects.\n"
        ));
    }
    if let Some(sentence) = looked.spans.sentence() {
        let count = looked.spans.count;
        out.push_str(&format!("# In {count} records {sentence}.\n"));
    }
    if roles.owner.is_none() {
        out.push_str(
            "# No column tells the rows apart: customers hang on the order of the file.\n",
        );
    }
    out.push('\n');
    out
}

/// The columns that are not there, and why.
fn left_out<'a>(looked: &'a Looked) -> String {
    let mut out = String::new();
    let mut say = |why: &str, names: &[&str]| {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| excerpt(name)).collect();
            let names = names.join(", ");
            out.push_str(&format!("# Left out, for {why}: {names}.\n"));
        }
    };
    let why = match looked.dress.form {
        Form::Ndjson => "they hold objects or lists that no source reads",
        Form::Csv(_) | Form::Parquet => "they hold lists or kinds that no source reads",
    };
    let unread: Vec<&str> = looked.left_out.iter().map(String::as_str).collect();
    say(why, &unread);
    let packed = looked.dress.columns.packed.iter();
    let packed: Vec<String> = packed
        .map(|(name, codec)| format!("{} ({codec})", excerpt(name)))
        .collect();
    let packed: Vec<&str> = packed.iter().map(String::as_str).collect();
    say("they are packed in a way that cannot be unpacked", &packed);
    let called = |columns: &'a [Profile]| -> Vec<&'a str> {
        columns.iter().map(|column| column.name.trim()).collect()
    };
    say("no rule can name them", &called(&looked.unnamed));
    say(
        "others have the same name, and a source would not know which is meant",
        &called(&looked.doubled),
    );
    let places = looked.nameless.iter();
    let places: Vec<String> = places.map(|place| format!("column {place}")).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    say("they have no name", &places);
    if looked.dress.columns.has_more {
        let count = RECORD_COLUMNS_MAX;
        out.push_str(&format!(
            "# The file has more than {count} keys; those met first are here.\n"
        ));
    }
    out
}

/// Kind, value and comment of a field.
fn field(profile: &Profile, name: &str) -> (String, String, Option<String>) {
    let of = |kind: &str| (kind.to_owned(), name.to_owned(), None);
    let is_amount = is_called(&profile.name, &AMOUNTS);
    match profile.guess() {
        Guess::Nothing => {
            let comment = Some("no row has a value".to_owned());
            ("text".to_owned(), name.to_owned(), comment)
        }
        Guess::Bool => of("bool"),
        Guess::Int if is_amount => of("money"),
        Guess::Int => of("int"),
        Guess::Decimal(places) if places <= MONEY_PLACES && (is_amount || profile.is_amount()) => {
            of("money")
        }
        Guess::Decimal(_) => of("number"),
        Guess::Date(written) | Guess::Time(written) => {
            let (kind, function) = match written.has_clock() {
                true => ("time", "time"),
                false => ("date", "date"),
            };
            let value = match written.pattern {
                None | Some("yyyy-MM-dd") => name.to_owned(),
                Some(pattern) => format!("{function}({name}, {})", quoted(pattern)),
            };
            let comment = written
                .is_ambiguous
                .then(|| "day and month could also stand the other way round".to_owned());
            (kind.to_owned(), value, comment)
        }
        Guess::Text => text_field(profile, name),
    }
}

/// Kind, value and comment of a field whose values are of no other kind.
fn text_field(profile: &Profile, name: &str) -> (String, String, Option<String>) {
    let nearly = profile.nearly();
    let are_days = nearly
        .as_ref()
        .is_some_and(|(guess, _)| matches!(guess, Guess::Date(_) | Guess::Time(_)));
    // Days that stand often are no list of words, should one of them be written in another way.
    if let Some(words) = words(profile).filter(|_| !are_days) {
        return (words, name.to_owned(), None);
    }
    if profile.bytes_max > TEXT_BYTES_MAX {
        return (
            "text".to_owned(),
            format!("left({name}, {})", TEXT_BYTES_MAX / 4),
            Some("cut: some rows are longer than a text may be".to_owned()),
        );
    }
    let comment = match nearly {
        Some((guess, misses)) => {
            let written = match &guess {
                Guess::Date(written) | Guess::Time(written) => written.pattern,
                _ => None,
            };
            let written = written.map_or(String::new(), |pattern| format!(" as {pattern}"));
            let (word, count) = (guess.word(), misses.count);
            let place = misses.place();
            Some(format!(
                "nearly every value is a {word}{written}; {count} are not ({place})"
            ))
        }
        None => forms::hint(profile.first(), name),
    };
    ("text".to_owned(), name.to_owned(), comment)
}

/// The list of a column's words, where they are few and stand often.
fn words(profile: &Profile) -> Option<String> {
    let values: &BTreeMap<String, u64> = profile.values()?;
    let is_word = |word: &String| {
        word.chars().count() <= WORD_CHARACTERS_MAX
            && !word.contains(['"', '\n', '\r'])
            && !word.chars().any(char::is_control)
    };
    let few = values.len() <= SKETCH_WORDS_MAX
        && values.len() as u64 * ROWS_OF_WORD_MIN <= profile.filled();
    // Words that differ only in case would be one word to a reader.
    let folded: std::collections::BTreeSet<String> = values
        .keys()
        .map(|word| crate::base::text::fold(word))
        .collect();
    if !few || !values.keys().all(is_word) || folded.len() < values.len() {
        return None;
    }
    let list: Vec<String> = values
        .keys()
        .map(|word| match crate::language::printer::is_plain(word) {
            true => word.clone(),
            false => quoted(word),
        })
        .collect();
    Some(format!("one of ({})", list.join(", ")))
}

/// The lines that say how the file is cut.
fn form(form: &Form) -> String {
    let layout = match form {
        Form::Ndjson => return "  format ndjson\n".to_owned(),
        Form::Parquet => return "  format parquet\n".to_owned(),
        Form::Csv(layout) => layout,
    };
    let Layout {
        delimiter,
        header,
        encoding,
        ..
    } = layout;
    let mut out = match delimiter {
        None => "  format csv, delimiter blanks".to_owned(),
        Some(b'\t') => "  format csv, delimiter \"\\t\"".to_owned(),
        Some(sign) => format!(
            "  format csv, delimiter {}",
            quoted(&char::from(*sign).to_string())
        ),
    };
    if let Some(names) = header {
        out.push_str(&format!(", header ({})", names.join(", ")));
    }
    if encoding != "utf-8" {
        out.push_str(&format!(", encoding {}", quoted(encoding)));
    }
    out.push('\n');
    out
}

/// The line that says which texts mean missing.
fn marks(columns: &[Profile]) -> String {
    let mut marks: Vec<&str> = columns
        .iter()
        .flat_map(|column| column.marks.keys().map(String::as_str))
        .filter(|mark| !mark.contains('"'))
        .collect();
    marks.sort_unstable();
    marks.dedup();
    if marks.is_empty() {
        return String::new();
    }
    let marks: Vec<String> = marks.into_iter().map(quoted).collect();
    format!("  missing {}\n", marks.join(", "))
}

/// The name of a file up to its first point.
fn stem(path: &Path) -> &str {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or("records");
    name.split('.').next().unwrap_or(name)
}
