//! Which sources an import reads, and in which order: what is looked up comes before
//! what looks it up.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Files;
use super::error::ImportError;
use super::expression::{Kept, lookups_of};
use super::open::locate;
use crate::base::limit::IMPORT_FILES_MAX;
use crate::language::typed::{RouteTarget, Rules, SourceFile, Typed};

/// Indexes of sources.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// To be imported and reported, in the order of the rules.
    pub imported: Vec<usize>,
    /// To be held as tables, each after those that it looks up itself.
    pub lookups: Vec<usize>,
    /// Columns looked up, by index of the source.
    pub kept: Kept,
}

impl Order {
    /// Without files given by hand every source is imported, else those named, and what they look up is read.
    pub fn of(rules: &Rules, files: &Files) -> Result<Self, ImportError> {
        let mut imported = BTreeSet::new();
        for (name, _) in &files.given {
            if !imported.insert(find(rules, name)?) {
                return Err(ImportError::TwoFiles {
                    source: name.clone(),
                });
            }
        }
        if files.given.is_empty() {
            imported.extend(0..rules.sources.len());
        }
        if imported.len() > IMPORT_FILES_MAX {
            return Err(ImportError::ManyFiles {
                count: imported.len(),
            });
        }
        let mut order = Self {
            imported: imported.into_iter().collect(),
            ..Self::default()
        };
        for index in order.imported.clone() {
            let Some(source) = rules.sources.get(index) else {
                continue;
            };
            order.want(rules, &expressions(source), &mut Vec::new())?;
            if source.routes.is_empty() {
                order.table(rules, index, &mut Vec::new())?;
            }
        }
        Ok(order)
    }

    /// Those whose files are read when facts are made and not before.
    pub fn unread(&self) -> impl Iterator<Item = usize> {
        let imported = self.imported.iter().copied();
        imported.filter(|index| !self.lookups.contains(index))
    }

    /// Notes what expressions look up.
    fn want(
        &mut self,
        rules: &Rules,
        expressions: &[&Typed],
        way: &mut Vec<usize>,
    ) -> Result<(), ImportError> {
        let mut wanted = Kept::new();
        for typed in expressions {
            lookups_of(typed, &mut wanted);
        }
        for (index, columns) in wanted {
            self.table(rules, index, way)?;
            let kept = self.kept.entry(index).or_default();
            for column in columns {
                if !kept.contains(&column) {
                    kept.push(column);
                }
            }
        }
        Ok(())
    }

    /// Notes a table behind those that its own key looks up. Its routes may look up anything, also itself.
    fn table(
        &mut self,
        rules: &Rules,
        index: usize,
        way: &mut Vec<usize>,
    ) -> Result<(), ImportError> {
        let name = |index: &usize| {
            rules
                .sources
                .get(*index)
                .map_or(String::new(), |source| source.name.to_string())
        };
        let is_ring = way.contains(&index);
        way.push(index);
        if is_ring {
            return Err(ImportError::LookupRing {
                sources: way.iter().map(name).collect(),
            });
        }
        if let Some(source) = rules.sources.get(index) {
            self.want(rules, &keys(source), way)?;
        }
        way.pop();
        if !self.lookups.contains(&index) {
            self.lookups.push(index);
        }
        Ok(())
    }
}

/// The file of a source, by hand or beside its rule file.
pub fn path_of(rules: &Rules, files: &Files, index: usize) -> Result<PathBuf, ImportError> {
    let Some(source) = rules.sources.get(index) else {
        return Err(ImportError::UnknownSource {
            name: index.to_string(),
            known: Vec::new(),
        });
    };
    let given = files
        .given
        .iter()
        .rev()
        .find(|(name, _)| is_called(source, name))
        .map(|(_, path)| Path::new(path));
    locate(&files.rules, source, given)
}

fn find(rules: &Rules, name: &str) -> Result<usize, ImportError> {
    rules
        .sources
        .iter()
        .position(|source| is_called(source, name))
        .ok_or_else(|| ImportError::UnknownSource {
            name: name.to_owned(),
            known: rules
                .sources
                .iter()
                .map(|source| source.name.to_string())
                .collect(),
        })
}

fn is_called(source: &SourceFile, name: &str) -> bool {
    *source.name == *name || source.label.as_deref() == Some(name)
}

fn keys(source: &SourceFile) -> Vec<&Typed> {
    let mut found: Vec<&Typed> = source.skip.iter().collect();
    if let Some((key, when)) = &source.key {
        found.push(key);
        found.extend(when);
    }
    found
}

fn expressions(source: &SourceFile) -> Vec<&Typed> {
    let mut found = keys(source);
    for route in &source.routes {
        found.extend(&route.when);
        match &route.target {
            RouteTarget::Customer { id, since, fields } => {
                found.push(id);
                found.extend(since);
                found.extend(fields.iter().map(|(_, typed)| typed));
            }
            RouteTarget::Event {
                customer,
                at,
                id,
                sequence,
                fields,
                ..
            } => {
                found.extend([customer, at]);
                found.extend(id);
                found.extend(sequence);
                found.extend(fields.iter().map(|(_, typed)| typed));
            }
            RouteTarget::Holding {
                customer,
                key,
                since,
                fields,
                ..
            } => {
                found.extend([customer, key]);
                found.extend(since);
                found.extend(fields.iter().map(|(_, typed)| typed));
            }
            RouteTarget::Relation {
                from, to, since, ..
            } => {
                found.extend([from, to]);
                found.extend(since);
            }
        }
    }
    found
}
