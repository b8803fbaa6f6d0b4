//! Whether two snapshots are the same facts laid out the same way, and if not, where they differ.

use std::sync::Arc;

use super::attribute::AttributeStore;
use super::link::{Chunks, LinkStore};
use super::snapshot::Snapshot;
use super::tenure::TenureStore;

impl Snapshot {
    /// The first part in which the other differs, in words; `None` when there is none. Both are of one schema.
    pub fn difference(&self, other: &Snapshot) -> Option<String> {
        if (self.position, self.rows) != (other.position, other.rows) {
            return Some(format!(
                "columns reach position {} with {} customers, a rebuild position {} with {}",
                self.position, self.rows, other.position, other.rows
            ));
        }
        if self.ids != other.ids || self.hidden() != other.hidden() {
            return Some("the ids of customers are others than in a rebuild".to_owned());
        }
        let schema = &self.schema;
        let told = |what: &str, name: &Arc<str>| {
            Some(format!("{what} `{name}` is another one than in a rebuild"))
        };
        let mut attributes = self.attributes.iter().zip(&other.attributes);
        if let Some(at) = attributes.position(|(one, two)| !same_attribute(one, two)) {
            return told("the attribute", &schema.attributes.get(at)?.name);
        }
        let mut events = self.events.iter().zip(&other.events);
        if let Some(at) = events.position(|(one, two)| one != two) {
            return told("the event", &schema.events.get(at)?.name);
        }
        let mut holdings = self.holdings.iter().zip(&other.holdings);
        if let Some(at) = holdings.position(|(one, two)| !same_tenure(one, two)) {
            return told("the holding", &schema.holdings.get(at)?.name);
        }
        let mut relations = self.relations.iter().zip(&other.relations);
        let at = relations.position(|(one, two)| !same_links(one, two))?;
        told("the relation", &schema.relations.get(at)?.name)
    }
}

fn same_attribute(one: &AttributeStore, two: &AttributeStore) -> bool {
    let dated = |store: &AttributeStore| {
        let histories = store.histories.iter();
        let histories = histories.map(|history| {
            let history = history.as_ref()?;
            let dated = &history.dated;
            Some((
                (dated.rows.clone(), dated.blocks),
                dated.since.clone(),
                dated.values.clone(),
                (history.base.clone(), history.rows),
            ))
        });
        histories.collect::<Vec<_>>()
    };
    one.timeless == two.timeless && one.dated == two.dated && dated(one) == dated(two)
}

fn same_tenure(one: &TenureStore, two: &TenureStore) -> bool {
    let chunks = |store: &TenureStore| {
        let chunks = store.chunks.iter();
        let chunks = chunks.map(|chunk| {
            let chunk = chunk.as_ref()?;
            Some((Arc::clone(&chunk.all), chunk.until.clone()))
        });
        chunks.collect::<Vec<_>>()
    };
    one.keys == two.keys
        && one.homes == two.homes
        && one.dictionaries == two.dictionaries
        && (one.count, one.members) == (two.count, two.members)
        && chunks(one) == chunks(two)
}

fn same_links(one: &LinkStore, two: &LinkStore) -> bool {
    let same = |one: &Chunks, two: &Chunks| {
        let all = |chunks: &Chunks| {
            let chunks = chunks.iter();
            let chunks = chunks.map(|chunk| Some(Arc::clone(&chunk.as_ref()?.all)));
            chunks.collect::<Vec<_>>()
        };
        all(one) == all(two)
    };
    one.count == two.count
        && one.texts == two.texts
        && same(&one.out, &two.out)
        && same(&one.into, &two.into)
}
