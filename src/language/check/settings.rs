//! `settings`, and blocks that stand once.

use crate::base::calendar::Zone;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::schema::Settings;

use super::super::codes;
use super::super::syntax::{Item, ItemNode};

/// The settings with the zone that they name. An unknown zone is reported and stands for UTC.
pub(in super::super) fn settings(items: &[&Item], found: &mut Vec<Diagnostic>) -> (Settings, Zone) {
    once(items, found, "settings", |node| {
        matches!(node, ItemNode::Settings { .. })
    });
    once(items, found, "customer", |node| {
        matches!(node, ItemNode::Customer { .. })
    });
    let mut settings = Settings::default();
    let written = items.iter().find_map(|item| match &item.node {
        ItemNode::Settings {
            time_zone,
            clock_starts,
        } => Some((time_zone.as_ref(), clock_starts.as_ref())),
        _ => None,
    });
    let (named, starts) = written.unwrap_or((None, None));
    if let Some(named) = named {
        settings.time_zone.clone_from(&named.text);
    }
    let zone = match (Zone::load(&settings.time_zone), named) {
        (Some(zone), _) => zone,
        (None, None) => Zone::utc(),
        (None, Some(named)) => {
            let message = format!("no time zone is called `{}`", named.text);
            found.push(
                Diagnostic::error(codes::ZONE, message, named.span)
                    .help("zones are called as in \"Europe/Prague\", \"Asia/Shanghai\", \"UTC\""),
            );
            Zone::utc()
        }
    };
    settings.clock_starts = starts.map(|(time, _)| zone.instant(time.date, time.second));
    (settings, zone)
}

fn once(items: &[&Item], found: &mut Vec<Diagnostic>, word: &str, is: impl Fn(&ItemNode) -> bool) {
    let mut first: Option<Span> = None;
    for item in items.iter().filter(|item| is(&item.node)) {
        match first {
            None => first = Some(item.name.span),
            Some(first) => found.push(
                Diagnostic::error(
                    codes::SECOND_BLOCK,
                    format!("`{word}` is given a second time"),
                    item.name.span,
                )
                .also(first, "the first one")
                .help("put both into one block"),
            ),
        }
    }
}
