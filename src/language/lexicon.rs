//! The names that a rule set knows, as a tree of letters: what a run of words without
//! spaces may be cut into. The words of the language are not here, see [`super::words`].

use std::collections::BTreeMap;

use super::syntax::{FieldSyntax, Item, ItemNode, KindSyntax, Name, Quoted};
use super::typed::Rules;
use crate::base::kind::Kind;
use crate::base::text::nfc;
use crate::schema::Field;

/// Names, found by their letters.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    nodes: Vec<Node>,
}

/// One letter of some names.
#[derive(Clone, Debug, Default)]
struct Node {
    next: BTreeMap<char, u32>,
    ends: bool,
}

impl Lexicon {
    /// Every name and label that a compiled set knows.
    pub fn of_rules(rules: &Rules) -> Self {
        let mut names = Self::default();
        let schema = &rules.schema;
        names.add_all(schema.customer_label.as_deref());
        names.fields(&schema.attributes);
        for event in &schema.events {
            names.add(&event.name);
            names.add_all(event.label.as_deref());
            names.fields(&event.fields);
        }
        for holding in &schema.holdings {
            names.add(&holding.name);
            names.add(&holding.key);
            names.add_all(holding.label.as_deref());
            names.fields(&holding.fields);
        }
        for relation in &schema.relations {
            names.add(&relation.name);
            let others = [&relation.label, &relation.inverse, &relation.inverse_label];
            names.add_all(others.into_iter().filter_map(|name| name.as_deref()));
        }
        for param in &rules.params {
            names.add(&param.name);
            names.add_all(param.label.as_deref());
        }
        for definition in &rules.definitions {
            names.add(&definition.name);
            names.add_all(definition.label.as_deref());
            names.kind(&definition.expression.kind);
        }
        for plan in &rules.care {
            names.add(&plan.name);
            names.add_all(plan.label.as_deref());
        }
        names
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.add(&field.name);
            self.add_all(field.label.as_deref());
            self.kind(&field.kind);
        }
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Enum(values) => {
                for value in &values.values {
                    self.add(&value.name);
                    self.add_all(value.label.as_deref());
                }
            }
            Kind::Set(inner) => self.kind(inner),
            _ => {}
        }
    }

    /// Every name that an item declares.
    pub fn add_item(&mut self, item: &Item) {
        self.named(&item.name, item.label.as_ref());
        match &item.node {
            ItemNode::Customer { fields } | ItemNode::Event { fields } => {
                self.field_syntax(fields);
            }
            ItemNode::Holding { key, fields } => {
                self.add_all(key.as_ref().map(|key| key.text.as_str()));
                self.field_syntax(fields);
            }
            ItemNode::Relation {
                inverse: Some((name, label)),
                ..
            } => self.named(name, label.as_ref()),
            _ => {}
        }
    }

    fn field_syntax(&mut self, fields: &[FieldSyntax]) {
        for field in fields {
            self.named(&field.name, field.label.as_ref());
            let mut kind = &field.kind.0;
            while let KindSyntax::SetOf(inner) = kind {
                kind = inner;
            }
            if let KindSyntax::OneOf(values) = kind {
                for (value, label) in values {
                    self.named(value, label.as_ref());
                }
            }
        }
    }

    fn named(&mut self, name: &Name, label: Option<&Quoted>) {
        self.add(&name.text);
        self.add_all(label.map(|label| label.text.as_str()));
    }

    fn add_all<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        names.into_iter().for_each(|name| self.add(name));
    }

    /// One more name.
    pub fn add(&mut self, name: &str) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let mut at = 0;
        for letter in nfc(name).chars() {
            let fresh = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let Some(node) = self.nodes.get_mut(at) else {
                return;
            };
            let next = *node.next.entry(letter).or_insert(fresh);
            if next == fresh {
                self.nodes.push(Node::default());
            }
            at = next as usize;
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.ends = at > 0;
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every name, in the order of their letters.
    pub fn all(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut open: Vec<(u32, String)> = vec![(0, String::new())];
        while let Some((at, text)) = open.pop() {
            let Some(node) = self.nodes.get(at as usize) else {
                continue;
            };
            let below = node.next.iter().rev();
            open.extend(below.map(|(letter, next)| (*next, format!("{text}{letter}"))));
            if node.ends {
                names.push(text);
            }
        }
        names
    }

    /// Whether these letters are a name.
    pub fn has(&self, letters: &[char]) -> bool {
        self.lengths(letters).any(|length| length == letters.len())
    }

    /// How many letters each name has that these letters begin with, shortest first.
    pub fn lengths(&self, letters: &[char]) -> impl Iterator<Item = usize> {
        let mut node = self.nodes.first();
        letters
            .iter()
            .enumerate()
            .map_while(move |(at, letter)| {
                let next = node.and_then(|found| found.next.get(letter));
                node = next.and_then(|next| self.nodes.get(*next as usize));
                node.map(|found| (at + 1, found.ends))
            })
            .filter_map(|(length, ends)| ends.then_some(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_how_letters_begin() {
        let mut names = Lexicon::default();
        for name in ["消费", "消费额", "额", "城市"] {
            names.add(name);
        }
        let letters: Vec<char> = "消费额度".chars().collect();
        assert_eq!(names.lengths(&letters).collect::<Vec<_>>(), [2, 3]);
        assert!(names.has(&['城', '市']));
        assert_eq!(names.all(), ["城市", "消费", "消费额", "额"]);
        assert!(!names.has(&['城']));
        assert!(!names.has(&[]));
        assert!(!Lexicon::default().has(&['城']));
    }
}
