//! How a source's file is cut: format, delimiter, quote, header, encoding.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;

use super::super::codes;
use super::super::suggest;
use super::super::syntax::{DelimiterSyntax, FormatSyntax, Name, Quoted};
use super::super::typed::{Delimiter, Format};

/// Encodings by their names of the WHATWG standard, and the names people write.
const ENCODINGS: &[&str] = &[
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "latin1",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "windows-874",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "gbk",
    "gb2312",
    "gb18030",
    "big5",
    "euc-jp",
    "shift_jis",
    "iso-2022-jp",
    "euc-kr",
    "utf-16le",
    "utf-16be",
    "utf-16",
];

/// Endings of file names that say a format other than CSV.
const ENDINGS: &[(&str, &str)] = &[
    ("ndjson", "ndjson"),
    ("jsonl", "ndjson"),
    ("parquet", "parquet"),
];

/// What a file's name says of its format: `pays.parquet`, `log.ndjson.gz`.
fn ending(file: &str) -> Option<&'static str> {
    let file = file.to_ascii_lowercase();
    let (_, ending) = file.strip_suffix(".gz").unwrap_or(&file).rsplit_once('.')?;
    let found = ENDINGS.iter().find(|(known, _)| *known == ending)?;
    Some(found.1)
}

/// The format: as said, else as the name of the file says, else CSV. Faults are reported and stand
/// for what is usual.
pub(in super::super) fn format(
    written: &FormatSyntax,
    file: &str,
    span: Span,
    found: &mut Vec<Diagnostic>,
) -> Format {
    let name = written.format.as_ref();
    let is_cut = has_options(written);
    let word = match name {
        Some(name) => name.text.to_ascii_lowercase(),
        // Options of CSV say that it is CSV, whatever the file is called.
        None if is_cut => "csv".to_owned(),
        None => ending(file).unwrap_or("csv").to_owned(),
    };
    let format = match word.as_str() {
        "csv" => return csv(written, span, found),
        "ndjson" => Format::Ndjson,
        "parquet" => Format::Parquet,
        _ => {
            let help = suggest::help(
                &word,
                ["csv", "ndjson", "parquet"],
                "the formats are csv, ndjson, parquet",
            );
            let at = name.map_or(span, |name| name.span);
            found.push(
                Diagnostic::error(codes::FORMAT, format!("there is no format `{word}`"), at)
                    .help(help),
            );
            return csv(written, span, found);
        }
    };
    if is_cut {
        let at = name.map_or(span, |name| name.span);
        found.push(
            Diagnostic::error(
                codes::FORMAT,
                format!("`{word}` has no delimiter, quote, header or encoding"),
                at,
            )
            .help("those belong to `format csv`"),
        );
    }
    format
}

fn has_options(written: &FormatSyntax) -> bool {
    written.delimiter.is_some()
        || written.quote.is_some()
        || written.header.is_some()
        || written.encoding.is_some()
}

fn csv(written: &FormatSyntax, span: Span, found: &mut Vec<Diagnostic>) -> Format {
    let delimiter = match &written.delimiter {
        None => Delimiter::Found,
        Some(DelimiterSyntax::Blanks) => Delimiter::Blanks,
        Some(DelimiterSyntax::Character(character)) => {
            Delimiter::Character(one_byte(character, "delimiter", found).unwrap_or(b','))
        }
    };
    let quote = match &written.quote {
        None => Some(b'"'),
        Some(none) if none.text.is_empty() => None,
        Some(character) => one_byte(character, "quote", found),
    };
    if let (Delimiter::Character(delimiter), Some(quote)) = (delimiter, quote)
        && delimiter == quote
    {
        found.push(Diagnostic::error(
            codes::FORMAT_OPTION,
            "delimiter and quote are the same character",
            written.quote.as_ref().map_or(span, |quote| quote.span),
        ));
    }
    let header = written
        .header
        .as_ref()
        .map(|names| header(names, span, found));
    let encoding = match &written.encoding {
        None => "utf-8".to_owned(),
        Some(written) => encoding(written, found),
    };
    Format::Csv {
        delimiter,
        quote,
        header,
        encoding,
    }
}

fn one_byte(written: &Quoted, what: &str, found: &mut Vec<Diagnostic>) -> Option<u8> {
    // A tab is the one invisible character that files are cut by.
    let text = if written.text == "\\t" {
        "\t"
    } else {
        &written.text
    };
    if let [byte] = text.as_bytes()
        && (*byte == b'\t' || (byte.is_ascii() && !byte.is_ascii_control()))
    {
        return Some(*byte);
    }
    found.push(
        Diagnostic::error(
            codes::FORMAT_OPTION,
            format!("a {what} is one ASCII character"),
            written.span,
        )
        .help("a tab is written \"\\t\"; for runs of blanks write `delimiter blanks`"),
    );
    None
}

fn header(names: &[Name], span: Span, found: &mut Vec<Diagnostic>) -> Vec<String> {
    if names.is_empty() {
        found.push(Diagnostic::error(
            codes::FORMAT_OPTION,
            "a header names at least one column",
            span,
        ));
    }
    let mut columns: Vec<String> = Vec::with_capacity(names.len());
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name.text.as_str()) {
            found.push(Diagnostic::error(
                codes::FORMAT_OPTION,
                format!("the header names `{}` twice", name.text),
                name.span,
            ));
        }
        columns.push(name.text.clone());
    }
    columns
}

fn encoding(written: &Quoted, found: &mut Vec<Diagnostic>) -> String {
    let label = written.text.trim().to_ascii_lowercase();
    if !ENCODINGS.contains(&label.as_str()) {
        let help = suggest::help(
            &label,
            ENCODINGS.iter().copied(),
            "common ones are utf-8, gb18030, big5, windows-1252",
        );
        found.push(
            Diagnostic::error(
                codes::ENCODING,
                format!("there is no encoding `{}`", written.text),
                written.span,
            )
            .help(help),
        );
    }
    match label.as_str() {
        "utf8" => "utf-8".to_owned(),
        _ => label,
    }
}
