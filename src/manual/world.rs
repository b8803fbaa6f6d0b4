//! The world that examples are asked in: a small bank, two plugins, and what was measured of data
//! that nobody has.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::BANK;
use crate::base::calendar::Date;
use crate::base::code::{Page, Raised};
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::render::render;
use crate::base::source::Sources;
use crate::language::compile::Measured;
use crate::language::typed::{PluginCall, PluginFunction, PluginInput, PluginSignatures};
use crate::rules::{self, Texts};
use crate::settings;

/// Sends the template that an example shows.
const SENDS: &str = "care greeting { for rich  when enters  step a: send crm \"hello\" }\n";

/// What is printed for the example of a page; `None` if no text alone raises the code.
pub(super) fn answer(page: &Page) -> Option<String> {
    let (sources, found) = findings(page)?;
    let own: Vec<Diagnostic> = found
        .into_iter()
        .filter(|finding| finding.code == page.code)
        .collect();
    Some(render(&sources, &own, false).trim_end().to_owned())
}

/// Everything found in the example of a page.
pub(super) fn findings(page: &Page) -> Option<(Sources, Vec<Diagnostic>)> {
    let rules = |texts: &[(&str, &str)]| {
        let texts: Texts = texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let loaded = rules::load_texts_measured(texts, signatures(), Some(&measured()));
        let mut found = loaded.diagnostics;
        found.extend(loaded.unused);
        (loaded.sources, found)
    };
    match page.raised {
        Raised::Rules(text) => Some(rules(&[("bank.tamis", BANK), ("rules.tamis", text)])),
        Raised::Alone(text) => Some(rules(&[("rules.tamis", text)])),
        Raised::Letter(text) => Some(rules(&[
            ("bank.tamis", BANK),
            ("rules.tamis", SENDS),
            ("templates/hello.txt", text),
        ])),
        Raised::Settings(text) => {
            let mut sources = Sources::default();
            let (_, found) = settings::parse(&mut sources, settings::FILE_NAME, text.to_owned());
            Some((sources, found))
        }
        Raised::Test { .. } | Raised::System(_) => None,
    }
}

/// Three in ten customers have no city, and logins are known since 2023.
fn measured() -> Measured {
    let first = Date::from_ymd(2023, 1, 2).map(|date| ("login".into(), date));
    Measured {
        attributes: BTreeMap::from([("city".into(), 0.3)]),
        fields: BTreeMap::new(),
        first: first.into_iter().collect(),
        today: Date::from_ymd(2024, 6, 30),
    }
}

/// `churn` is told what the bank has, `income` something that it has not.
fn signatures() -> Arc<PluginSignatures> {
    let function = |plugin: &str, input: &str, kind: Kind| PluginFunction {
        call: Arc::new(PluginCall {
            plugin: plugin.into(),
            function: "score".into(),
            only: true,
            revision: "1".into(),
        }),
        inputs: vec![PluginInput {
            name: "told".into(),
            expression: input.into(),
            kind,
            optional: false,
        }],
        output: Kind::Number,
    };
    Arc::new(PluginSignatures {
        functions: vec![
            function("churn", "children", Kind::Int),
            function("income", "salary", Kind::Number),
        ],
    })
}
