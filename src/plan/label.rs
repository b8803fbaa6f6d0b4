//! The text by which an operation is shown and blamed.

use crate::language::typed::{Node, Rules, Subject, Typed};

/// Canonical English text of a typed expression in one line.
pub(super) fn text(rules: &Rules, subject: Option<Subject>, typed: &Typed) -> String {
    match &typed.node {
        Node::Attribute(id) => rules
            .schema
            .attribute(*id)
            .map_or_else(String::new, |field| field.name.to_string()),
        Node::Literal(value) => format!("{value:?}"),
        node => {
            let mut parts = Vec::new();
            super::lower::lower(rules, node, &mut |part| {
                parts.push(text(rules, subject, part));
                super::operation::Slot(0)
            });
            let name = format!("{node:?}");
            let name = name.split(['(', ' ', '{']).next().unwrap_or_default();
            format!("{name}({})", parts.join(", "))
        }
    }
}
