//! Sources: what file, how cut, which records count, what they make.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::text;

use super::super::codes;
use super::super::syntax::{Item, ItemNode, KeySyntax, Quoted};
use super::super::typed::{Format, Node, SourceFile, SourceFileId, Typed};
use super::declare::{Declarations, Space};
use super::schema::label_of;
use super::walk::every_node;
use super::{Checker, Scope, Want};

/// What is known of a source before its expressions are read.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct RawSource {
    /// Names of its columns, when the rule file gives them.
    pub(super) header: Option<Vec<String>>,
    /// Columns that expressions use, in the order in which they were met.
    pub(super) columns: Vec<String>,
    /// Whether it can be looked up.
    pub(super) has_key: bool,
}

/// One entry for each source, by id.
pub(in super::super) fn raw_sources(
    items: &[&Item],
    declarations: &mut Declarations,
) -> Vec<RawSource> {
    let mut raw = Vec::new();
    for item in items {
        let ItemNode::Source { format, key, .. } = &item.node else {
            continue;
        };
        let label = item.label.as_ref();
        declarations.declare(Space::Source, &item.name, label, "a source");
        raw.push(RawSource {
            header: format
                .header
                .as_ref()
                .map(|names| names.iter().map(|name| name.text.clone()).collect()),
            columns: Vec::new(),
            has_key: key.is_some(),
        });
    }
    raw
}

impl Checker<'_> {
    /// All sources, in the order of their ids. `folder_of` gives the folder of the file an item stands in.
    pub(in super::super) fn sources(
        &mut self,
        items: &[&Item],
        folder_of: &dyn Fn(Span) -> String,
    ) -> Vec<SourceFile> {
        let mut sources = Vec::new();
        for item in items {
            if let ItemNode::Source { .. } = item.node {
                let scope = Scope::Source(sources.len());
                let source =
                    self.within(scope, |checker| checker.source(item, folder_of(item.span)));
                sources.push(source);
            }
        }
        for (source, raw) in sources.iter_mut().zip(&self.raw) {
            source.columns.clone_from(&raw.columns);
        }
        self.circular_keys(&mut sources);
        sources
    }

    fn source(&mut self, item: &Item, folder: String) -> SourceFile {
        let mut source = SourceFile {
            name: Arc::from(item.name.text.as_str()),
            label: label_of(item.label.as_ref()),
            file: String::new(),
            folder,
            format: Format::Ndjson,
            columns: Vec::new(),
            missing: Vec::new(),
            key: None,
            skip: Vec::new(),
            routes: Vec::new(),
            span: item.span,
        };
        let ItemNode::Source {
            file,
            format,
            key,
            skip,
            routes,
        } = &item.node
        else {
            return source;
        };
        source.file = self.file(file);
        source.format = super::format(format, &source.file, item.name.span, &mut self.found);
        source.missing = format
            .missing
            .iter()
            .map(|mark| text::nfc(&mark.text).into_owned())
            .collect();
        source.key = key.as_ref().and_then(|key| self.key(key));
        for condition in skip {
            source.skip.extend(self.condition(condition, "`skip when`"));
        }
        for route in routes {
            source.routes.extend(self.route(route));
        }
        if key.is_none() && routes.is_empty() {
            self.found.push(
                Diagnostic::warning(
                    codes::IDLE_SOURCE,
                    format!("the source `{}` makes nothing", item.name.text),
                    item.name.span,
                )
                .help("give it a `key` to look it up, or a route such as `customer { … }`"),
            );
        }
        source
    }

    fn file(&mut self, file: &Quoted) -> String {
        let path = file.text.as_str();
        let beside = !path.is_empty()
            && !path.contains(['\\', ':', '\0'])
            && path
                .split('/')
                .all(|part| !part.is_empty() && part != "." && part != "..");
        if !beside {
            self.found.push(
                Diagnostic::error(
                    codes::FILE,
                    "a source's file lies beside its rule file or below it",
                    file.span,
                )
                .help("name it relative to the rule file, parts separated by `/`, without `..`"),
            );
        }
        path.to_owned()
    }

    fn key(&mut self, key: &KeySyntax) -> Option<(Typed, Option<Typed>)> {
        let value = self
            .infer(&key.key, Want::Hint(&Kind::Text))
            .and_then(|value| self.as_text(value, "a key"));
        let when = match &key.when {
            None => Some(None),
            Some(when) => self.condition(when, "`when`").map(Some),
        };
        Some((value?, when?))
    }

    /// A key that is found by looking up its own source can never be built.
    fn circular_keys(&mut self, sources: &mut [SourceFile]) {
        let mut needs: Vec<Vec<SourceFileId>> = Vec::with_capacity(sources.len());
        for source in sources.iter() {
            let mut found = Vec::new();
            if let Some((key, when)) = &source.key {
                for part in std::iter::once(key).chain(when.as_ref()) {
                    every_node(part, &mut |part| {
                        if let Node::Lookup { source, .. } = &part.node {
                            found.push(*source);
                        }
                    });
                }
            }
            needs.push(found);
        }
        // Sources whose keys can be built, grown until nothing is added.
        let mut built = vec![false; sources.len()];
        loop {
            let mut grown = false;
            for (at, needed) in needs.iter().enumerate() {
                let ready = needed
                    .iter()
                    .all(|id| built.get(id.0 as usize).copied().unwrap_or(true));
                if let Some(done) = built.get_mut(at)
                    && ready
                    && !*done
                {
                    *done = true;
                    grown = true;
                }
            }
            if !grown {
                break;
            }
        }
        for (source, built) in sources.iter().zip(built) {
            if !built {
                self.found.push(
                    Diagnostic::error(
                        codes::CYCLE,
                        format!(
                            "the key of `{}` is looked up in a circle of sources",
                            source.name
                        ),
                        source.key.as_ref().map_or(source.span, |(key, _)| key.span),
                    )
                    .help("take the key from the source's own columns"),
                );
            }
        }
    }
}
