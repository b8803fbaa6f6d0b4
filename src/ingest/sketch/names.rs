//! Names for rules from names of columns and files.

use std::collections::BTreeSet;

use crate::base::limit::NAME_CHARACTERS_MAX;
use crate::base::text::nfc;
use crate::language::printer::is_plain;

/// Names that mean something of their own where a field stands.
const TAKEN: [&str; 14] = [
    "id",
    "at",
    "customer",
    "customers",
    "since",
    "sequence",
    "key",
    "row",
    "record",
    "from",
    "to",
    "now",
    "today",
    "self",
];
/// Room for what tells equal names apart.
const SPARE_CHARACTERS: usize = 12;

/// Gives each column a name of its own.
#[derive(Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// A name that can stand without quotes, like the column's, and unlike those given before.
    pub fn give(&mut self, column: &str) -> String {
        let plain = plain(column);
        let mut name = plain.clone();
        let mut count = 2;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{plain}_{count}");
            count += 1;
        }
        name
    }
}

/// Whether a name means something of its own where a field stands.
pub fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name.trim().to_lowercase().as_str())
}

/// Letters and digits of a text; what else stands in it parts words.
pub fn plain(text: &str) -> String {
    let text = nfc(text.trim());
    let mut name = String::new();
    for letter in text.chars().take(NAME_CHARACTERS_MAX - SPARE_CHARACTERS) {
        match letter.is_alphanumeric() {
            true => name.push(letter),
            false if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            false => {}
        }
    }
    let name = name.trim_end_matches('_');
    let starts = name.starts_with(|letter: char| letter.is_alphabetic());
    let name = match starts {
        true => name.to_owned(),
        false => format!("column_{name}"),
    };
    match is_plain(&name) && !is_taken(&name) {
        true => name,
        false => format!("{name}_column"),
    }
}

/// A column as an expression names it.
pub fn column(name: &str) -> String {
    let name = nfc(name.trim());
    let is_own = !matches!(&*name, "row" | "clear" | "missing");
    if is_plain(&name) && is_own && name.is_ascii() {
        return name.into_owned();
    }
    match name.contains('`') {
        true => format!("【{name}】"),
        false => format!("`{name}`"),
    }
}

/// Whether an expression can name a column of that name.
pub fn is_sayable(name: &str) -> bool {
    let name = name.trim();
    let has_both_ends = name.contains('`') && name.contains('】');
    let is_short = nfc(name).chars().count() <= NAME_CHARACTERS_MAX;
    is_short && !has_both_ends && !name.contains(['\n', '\r'])
}

/// A text in its quotes.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
