//! One source made ready before anything is written: its file found, its header held
//! against its names, its expressions compiled. So that a wrong file stops an import
//! while nothing has happened yet.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::error::ImportError;
use super::expression::{Code, Kept, Scope, columns_of, compile, lookups_of};
use super::form::Form;
use super::reading::Reading;
use super::record::Record;
use super::rejects::{Rejects, delimited};
use super::route::Route;
use super::{header, signature};
use crate::language::typed::{RouteTarget, Rules, SourceFile, Typed};
use crate::schema::{Field, FieldId, Schema};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A source with its file.
pub struct Source<'a> {
    /// As the rules say it.
    pub file: &'a SourceFile,
    /// Its file.
    pub path: PathBuf,
    /// Records with any yes are skipped.
    pub skip: Vec<Code>,
    /// What its records make.
    pub routes: Vec<Route>,
    /// Key and condition of a lookup.
    pub key: Option<(Code, Option<Code>)>,
    /// Positions in the file of the columns that are looked up, by slot.
    pub kept: Vec<usize>,
    /// Columns that feed a sensitive field: their cells are shown nowhere.
    sensitive: Sensitive,
    /// Names of the fields of its records.
    pub header: Vec<String>,
    /// How its file is read.
    pub form: Form,
}

impl<'a> Source<'a> {
    /// Opens, checks, compiles. `kept` lists the lookups of all sources; the routes of a source
    /// that is only looked up in this import are left out.
    pub fn prepare(
        rules: &'a Rules,
        index: usize,
        path: PathBuf,
        kept: &Kept,
        with_routes: bool,
    ) -> Result<Self, ImportError> {
        let Some(file) = rules.sources.get(index) else {
            return Err(ImportError::UnknownSource {
                name: index.to_string(),
                known: Vec::new(),
            });
        };
        let form = Form::of(file, &path)?;
        signature::check(&path, &form)?;
        let (_, header) = Reading::open(&form, &path, &file.columns)?;
        let positions = header::positions(&path, &header, &file.columns, form.delimiter())?;
        let scope = Scope {
            rules,
            source: file,
            positions: &positions,
            kept,
        };
        let code = |typed: &Typed| compile(typed, &scope);
        let key = match &file.key {
            Some((key, when)) => Some((code(key)?, when.as_ref().map(code).transpose()?)),
            None => None,
        };
        let looked_up = kept.get(&index).map_or(&[][..], Vec::as_slice);
        Ok(Self {
            file,
            skip: file.skip.iter().map(code).collect::<Result<_, _>>()?,
            routes: file
                .routes
                .iter()
                .filter(|_| with_routes)
                .map(|route| Route::compile(route, &scope))
                .collect::<Result<_, _>>()?,
            key,
            kept: looked_up
                .iter()
                .filter_map(|column| positions.get(*column as usize))
                .map(|position| *position as usize)
                .collect(),
            sensitive: Sensitive::of(rules, index),
            path,
            header,
            form,
        })
    }

    /// Opens the file and reads past its header.
    pub fn read(&self) -> Result<Reading, ImportError> {
        Reading::open(&self.form, &self.path, &self.file.columns).map(|(reading, _)| reading)
    }

    /// Whether cells of that column are shown nowhere.
    pub fn is_sensitive(&self, column: &str) -> bool {
        self.sensitive.contains(column)
    }

    /// Where its rejects go.
    pub fn rejects(&self, folder: &Path) -> Rejects {
        let (name, path) = (&self.file.name, &self.path);
        let Form::Csv(layout) = &self.form else {
            return Rejects::new(folder, name, path, "ndjson", Vec::new());
        };
        let mut head = Vec::new();
        // Kept records are UTF-8, which a mark says where the source says otherwise.
        if !layout.encoding.eq_ignore_ascii_case("utf-8") {
            head.extend_from_slice(BYTE_ORDER_MARK);
        }
        if layout.header.is_none() {
            let delimiter = char::from(layout.delimiter.unwrap_or(b' '));
            let quote = char::from(layout.quote.unwrap_or(b'"'));
            let names = self.header.iter();
            let line: Vec<String> = names
                .map(|name| delimited(name, delimiter, quote))
                .collect();
            head.extend_from_slice(line.join(&delimiter.to_string()).as_bytes());
            head.push(b'\n');
        }
        Rejects::new(folder, name, path, "csv", head)
    }

    /// Where its rejects go, beside those of other files.
    pub fn rejects_beside(&self, folder: &Path) -> Result<Rejects, ImportError> {
        let rejects = self.rejects(folder).beside(&self.path);
        rejects.map_err(|error| ImportError::Rejects {
            path: folder.to_path_buf(),
            error,
        })
    }

    /// A record as it is kept: as it stands in the file, where that is text; else one JSON object.
    pub fn kept<'r>(&self, record: &Record<'r>) -> Cow<'r, [u8]> {
        if self.form != Form::Parquet {
            return Cow::Borrowed(record.raw);
        }
        let names = self.header.iter().map(String::as_str);
        let filled = names
            .zip(record.fields())
            .filter(|(_, field)| !field.is_empty());
        let object: BTreeMap<&str, &str> = filled.collect();
        // Texts by texts are always JSON.
        Cow::Owned(serde_json::to_vec(&object).unwrap_or_default())
    }
}

/// Columns of one source that feed a sensitive field: of its own records, or of others that look it up.
#[derive(Debug)]
pub struct Sensitive(BTreeSet<String>);

impl Sensitive {
    /// Of the source with that index.
    pub fn of(rules: &Rules, index: usize) -> Self {
        let mut columns = Vec::new();
        for (at, source) in rules.sources.iter().enumerate() {
            let mut looked_up = Kept::new();
            for typed in sensitive_values(&rules.schema, source) {
                lookups_of(typed, &mut looked_up);
                if at == index {
                    columns_of(typed, &mut columns);
                }
            }
            columns.extend(looked_up.remove(&index).unwrap_or_default());
        }
        let names = rules.sources.get(index).map(|source| &source.columns);
        let name = |column: u32| Some(header::clean(names?.get(column as usize)?));
        Self(columns.into_iter().filter_map(name).collect())
    }

    /// Whether cells of the column of that name are shown nowhere.
    pub fn contains(&self, column: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&header::clean(column))
    }
}

/// What a source assigns to sensitive fields.
fn sensitive_values<'a>(schema: &Schema, file: &'a SourceFile) -> Vec<&'a Typed> {
    let is_sensitive = |field: Option<&Field>| field.is_some_and(|field| field.sensitive);
    let of_fields = |declared: Option<&Vec<Field>>, assigned: &'a [(FieldId, Typed)]| {
        let assigned = assigned.iter().filter(|(id, _)| {
            is_sensitive(declared.and_then(|declared| declared.get(id.0 as usize)))
        });
        assigned.map(|(_, typed)| typed).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for route in &file.routes {
        match &route.target {
            RouteTarget::Customer { fields, .. } => {
                let fields = fields.iter();
                let sensitive = fields.filter(|(id, _)| is_sensitive(schema.attribute(*id)));
                found.extend(sensitive.map(|(_, typed)| typed));
            }
            RouteTarget::Event { event, fields, .. } => {
                let declared = schema.event(*event).map(|event| &event.fields);
                found.extend(of_fields(declared, fields));
            }
            RouteTarget::Holding {
                holding, fields, ..
            } => {
                let declared = schema.holding(*holding).map(|holding| &holding.fields);
                found.extend(of_fields(declared, fields));
            }
            RouteTarget::Relation { .. } => {}
        }
    }
    found
}
