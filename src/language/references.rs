//! Which rules an expression names. One step only: what these name in turn is not looked at.

use std::collections::BTreeSet;

use super::check::every_node;
use super::typed::{DefinitionId, Node, ParamId, Typed};

/// The rules that an expression names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Metrics and filters.
    pub definitions: BTreeSet<DefinitionId>,
    /// Params.
    pub params: BTreeSet<ParamId>,
}

/// Of one expression.
pub fn of(typed: &Typed) -> References {
    let mut found = References::default();
    every_node(typed, &mut |part| match part.node {
        Node::Definition(id) => {
            found.definitions.insert(id);
        }
        Node::Param(id) => {
            found.params.insert(id);
        }
        _ => {}
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::source::Sources;
    use crate::language::compile;

    #[test]
    fn names_are_found_wherever_they_stand() {
        let mut sources = Sources::default();
        sources.add(
            "a.tamis",
            "customer { age: int }\nevent buy { amount: money }\nrelation kin inverse kin_of: customer -> customer\nparam p = 3\nparam q = 4\nfilter a: age > p\nfilter b: any kin (a)\nfilter c: count(buy where b and amount > 5) > 2 and not (age between 1 and q)\n",
        );
        let rules = compile::rules(&sources).rules;
        let of = |name: &str| {
            let id = rules.find(name).unwrap();
            let found = of(&rules.definition(id).unwrap().expression);
            let definitions = found.definitions.iter();
            let definitions: Vec<&str> = definitions
                .map(|id| &*rules.definition(*id).unwrap().name)
                .collect();
            (definitions.join(" "), found.params.len())
        };
        assert_eq!(of("a"), (String::new(), 1));
        assert_eq!(of("b"), ("a".to_owned(), 0));
        assert_eq!(of("c"), ("b".to_owned(), 1));
    }
}
