//! Names that a set no longer declares and its rules still use: one finding a name, with
//! all who use it, in the place of one finding a use.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Loaded;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::REMOVED_PLACES_MAX;
use crate::base::source::Sources;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::typed::Rules;

/// A name that is gone and missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// First name.
    pub name: String,
    /// The file it was declared in.
    pub file: String,
    /// Rules that use it, in the order of the files; a place where there is no rule's name.
    pub users: Vec<String>,
}

/// Says of each unknown name that the set before declared that it was removed, and who uses it. Gives the names.
pub fn explain(loaded: &mut Loaded, before: (&Rules, &Sources)) -> Vec<Removed> {
    let declared = declared(before.0);
    let mut uses: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for finding in std::mem::take(&mut loaded.diagnostics) {
        let word = name_at(&loaded.sources, &finding);
        let known = word.and_then(|word| declared.get(word.as_str()));
        match known.map(|(name, _)| name.to_string()) {
            Some(name) => {
                let places = uses.entry(name.clone()).or_default();
                places.push(finding.span());
                if places.len() == 1 {
                    first.insert(name, kept.len());
                    kept.push(finding);
                }
            }
            None => kept.push(finding),
        }
    }
    let mut removed = Vec::new();
    for (name, places) in uses {
        let declared = declared.get(name.as_str());
        let source = declared.and_then(|(_, span)| before.1.get(span.source));
        let file = source.map(|source| source.name.clone());
        let gone = Removed {
            file: file.unwrap_or_default(),
            users: users(loaded, &places),
            name,
        };
        let slot = first.get(&gone.name).and_then(|at| kept.get_mut(*at));
        if let Some(slot) = slot {
            *slot = finding(&gone, &places, slot.code);
        }
        removed.push(gone);
    }
    loaded.diagnostics = kept;
    removed
}

/// Names and labels that rules can use, each with the first name and the place of its declaration.
fn declared(rules: &Rules) -> BTreeMap<Arc<str>, (Arc<str>, Span)> {
    let mut words = BTreeMap::new();
    let mut add = |name: &Arc<str>, label: Option<&Arc<str>>, span| {
        for word in std::iter::once(name).chain(label) {
            words.insert(Arc::clone(word), (Arc::clone(name), span));
        }
    };
    for item in &rules.definitions {
        add(&item.name, item.label.as_ref(), item.span);
    }
    for item in &rules.params {
        add(&item.name, item.label.as_ref(), item.span);
    }
    for item in &rules.schema.attributes {
        add(&item.name, item.label.as_ref(), item.span);
    }
    for item in &rules.schema.events {
        add(&item.name, item.label.as_ref(), item.span);
    }
    for item in &rules.event_parts {
        add(&item.name, item.label.as_ref(), item.span);
    }
    for item in &rules.schema.holdings {
        add(&item.name, item.label.as_ref(), item.span);
    }
    for item in &rules.schema.relations {
        add(&item.name, item.label.as_ref(), item.span);
    }
    words
}

/// The word that an unknown name's finding is about.
fn name_at(sources: &Sources, finding: &Diagnostic) -> Option<String> {
    let unknown = [codes::UNKNOWN_NAME, codes::UNKNOWN_SUBJECT];
    unknown.contains(&finding.code).then_some(())?;
    let word = sources.slice(finding.span()).trim();
    let word = word.trim_matches(|mark| "`【】".contains(mark));
    (!word.is_empty()).then(|| word.to_owned())
}

fn users(loaded: &Loaded, places: &[Span]) -> Vec<String> {
    let mut users = Vec::new();
    for place in places {
        let user = user(loaded, *place);
        if !users.contains(&user) {
            users.push(user);
        }
    }
    users
}

fn user(loaded: &Loaded, place: Span) -> String {
    let holds = |span: Span| {
        span.source == place.source && span.start <= place.start && place.end <= span.end
    };
    let definitions = &loaded.rules.definitions;
    if let Some(item) = definitions.iter().find(|item| holds(item.span)) {
        return item.name.to_string();
    }
    if let Some(item) = loaded.rules.sources.iter().find(|item| holds(item.span)) {
        return item.name.to_string();
    }
    let Some(source) = loaded.sources.get(place.source) else {
        return String::new();
    };
    let before = source.text.get(..place.start as usize).unwrap_or("");
    format!("{}:{}", source.name, before.matches('\n').count() + 1)
}

fn finding(gone: &Removed, places: &[Span], code: &'static str) -> Diagnostic {
    let verb = if gone.users.len() == 1 { "uses" } else { "use" };
    let users: Vec<String> = gone.users.iter().map(|user| format!("`{user}`")).collect();
    let message = format!(
        "`{}` was removed and {} still {verb} it",
        gone.name,
        users.join(", ")
    );
    let (first, others) = match places.split_first() {
        Some((first, others)) => (*first, others),
        None => (Span::default(), places),
    };
    let mut finding = Diagnostic::error(code, message, first).saying("used here");
    for place in others.iter().take(REMOVED_PLACES_MAX) {
        finding = finding.also(*place, "and here");
    }
    finding.help(format!(
        "change them first, or put `{}` back; it was in {}",
        gone.name, gone.file
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::render::render;
    use crate::rules::load_texts;

    fn set(pairs: &[(&str, &str)]) -> Loaded {
        let pairs = pairs.iter();
        load_texts(
            pairs
                .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn a_removed_rule_is_named_once_with_all_who_use_it() {
        let schema = (
            "a.tamis",
            "customer { city: text  born: date }\nevent login { }\n",
        );
        let users = (
            "u.tamis",
            "filter near: 本地 and born is present\nfilter far: not local\nmetric logins: count(login)\nfilter odd: ctiy = \"x\"\n",
        );
        let before = set(&[
            schema,
            ("l.tamis", "filter local \"本地\": city = \"Prague\"\n"),
        ]);
        assert!(before.is_sound(), "{:?}", before.diagnostics);
        let mut after = set(&[("a.tamis", "customer { city: text  born: date }\n"), users]);
        let removed = explain(&mut after, (&before.rules, &before.sources));
        assert_eq!(removed.len(), 2);
        assert_eq!(removed[0].name, "local");
        assert_eq!(removed[0].users, ["near", "far"]);
        assert_eq!(removed[1].users, ["logins"]);
        insta::assert_snapshot!(render(&after.sources, &after.diagnostics, false));
    }
}
