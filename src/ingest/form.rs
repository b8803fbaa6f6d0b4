//! How the bytes of one file are to be read: as its name says, else as its source says. What is
//! left open there (the delimiter) is found in the file. Reading itself is in [`super::reading`].

mod delimiter;

use std::path::Path;

use super::error::ImportError;
use super::text;
use crate::language::typed::{Delimiter, Format, SourceFile};

/// How a file becomes records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Delimited text.
    Csv(Layout),
    /// One JSON object a line.
    Ndjson,
    /// Columns of typed values.
    Parquet,
}

/// How delimited text is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// `None` = any run of blanks.
    pub delimiter: Option<u8>,
    /// `None` = nothing quotes.
    pub quote: Option<u8>,
    /// Column names when the file has no header line.
    pub header: Option<Vec<String>>,
    /// A WHATWG label.
    pub encoding: String,
}

impl Layout {
    /// Text between commas, as others write it when nothing is said.
    pub fn usual() -> Self {
        Self {
            delimiter: Some(b','),
            quote: Some(b'"'),
            header: None,
            encoding: "utf-8".to_owned(),
        }
    }
}

impl Form {
    /// The form of a source's file. A name that ends in `.parquet`, `.ndjson`, `.jsonl` or, where the
    /// source says another format, `.csv` decides; so do the marks that Parquet files begin and end with.
    pub fn of(file: &SourceFile, path: &Path) -> Result<Self, ImportError> {
        let declared = &file.format;
        let usual = Format::Csv {
            delimiter: Delimiter::Found,
            quote: Some(b'"'),
            header: None,
            encoding: "utf-8".to_owned(),
        };
        let format = match ending(path).as_deref() {
            Some("parquet") => &Format::Parquet,
            Some("ndjson" | "jsonl") => &Format::Ndjson,
            Some("csv") if !matches!(declared, Format::Csv { .. }) => &usual,
            _ if super::parquet::is_marked(path) => &Format::Parquet,
            _ => declared,
        };
        let Format::Csv {
            delimiter,
            quote,
            header,
            encoding,
        } = format
        else {
            return Ok(match format {
                Format::Parquet => Self::Parquet,
                _ => Self::Ndjson,
            });
        };
        if !text::is_known(encoding) {
            return Err(ImportError::Encoding {
                source: file.name.to_string(),
                label: encoding.clone(),
            });
        }
        let mut layout = Layout {
            delimiter: None,
            quote: *quote,
            header: header.clone(),
            encoding: encoding.clone(),
        };
        layout.delimiter = match delimiter {
            Delimiter::Blanks => None,
            Delimiter::Character(character) => Some(*character),
            Delimiter::Found => Some(delimiter::find(path, &layout, &file.columns)?),
        };
        Ok(Self::Csv(layout))
    }

    /// The form of a file that no source speaks of.
    pub fn guess(path: &Path, encoding: &str) -> Result<Self, ImportError> {
        match ending(path).as_deref() {
            Some("parquet") => return Ok(Self::Parquet),
            Some("ndjson" | "jsonl") => return Ok(Self::Ndjson),
            _ if super::parquet::is_marked(path) => return Ok(Self::Parquet),
            _ => {}
        }
        let mut layout = Layout {
            encoding: encoding.to_owned(),
            ..Layout::usual()
        };
        layout.delimiter = Some(delimiter::find(path, &layout, &[])?);
        Ok(Self::Csv(layout))
    }

    /// The delimiter, where the form has one.
    pub fn delimiter(&self) -> Option<u8> {
        match self {
            Self::Csv(layout) => layout.delimiter,
            Self::Ndjson | Self::Parquet => None,
        }
    }
}

/// What a file's name ends in, `.gz` left aside, in small letters.
fn ending(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    Some(name.rsplit_once('.')?.1.to_owned())
}
