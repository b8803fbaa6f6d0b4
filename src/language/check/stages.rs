//! Stages: exclusive classes. They become a `case` over a list of their names in which a
//! condition that is unknown is passed over.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::printer;
use super::super::syntax::score::Stage;
use super::super::syntax::{Name, Quoted};
use super::super::typed::{
    ClassSet, CompareOp, Definition, DefinitionId, Detail, Node, StagesDetail, Typed,
};
use super::scorecard::known_to_hold;
use super::{Checker, boolean, literal};

impl Checker<'_> {
    /// The class of a customer, and the conditions.
    pub(super) fn stages(&mut self, stages: &[Stage], span: Span) -> Option<(Typed, Detail)> {
        let words = stages
            .iter()
            .map(|stage| (&stage.name, stage.label.as_ref()));
        let named = self.distinct_classes(words);
        let ordered = self.else_stands_last(stages);
        let mut conditions = Vec::with_capacity(stages.len());
        for stage in stages {
            conditions.push(match &stage.condition {
                Some(condition) => self.condition(condition, "a stage").map(Some),
                None => Some(None),
            });
        }
        let conditions: Vec<Option<Typed>> = conditions.into_iter().collect::<Option<_>>()?;
        let classes = Arc::new(EnumKind {
            values: stages
                .iter()
                .map(|stage| EnumValue {
                    name: Arc::from(stage.name.text.as_str()),
                    label: stage
                        .label
                        .as_ref()
                        .map(|label| Arc::from(label.text.as_str())),
                })
                .collect(),
        });
        let (Some(()), Some(())) = (named, ordered) else {
            return None;
        };
        let kind = Kind::Enum(Arc::clone(&classes));
        let mut arms = Vec::with_capacity(stages.len());
        let mut otherwise = None;
        for (code, (stage, condition)) in (0u16..).zip(stages.iter().zip(&conditions)) {
            let class = literal(Value::Enum(code), kind.clone(), stage.name.span);
            match condition {
                Some(condition) => arms.push((known_to_hold(condition.clone()), class)),
                None => otherwise = Some(Box::new(class)),
            }
        }
        let node = match otherwise {
            Some(only) if arms.is_empty() => only.node,
            otherwise => Node::Case { arms, otherwise },
        };
        let detail = StagesDetail {
            classes,
            conditions,
            sets: Vec::new(),
        };
        let typed = Typed { node, kind, span };
        Some((typed, Detail::Stages(Box::new(detail))))
    }

    /// No two classes of a list share a name or a label.
    pub(super) fn distinct_classes<'s>(
        &mut self,
        classes: impl Iterator<Item = (&'s Name, Option<&'s Quoted>)>,
    ) -> Option<()> {
        let mut seen: std::collections::BTreeMap<&str, Span> = std::collections::BTreeMap::new();
        let mut good = true;
        for (name, label) in classes {
            let label = label.map(|label| (&label.text, label.span));
            for (word, span) in std::iter::once((&name.text, name.span)).chain(label) {
                let first = *seen.entry(word).or_insert(span);
                if first != span {
                    good = false;
                    self.found.push(
                        Diagnostic::error(
                            codes::DUPLICATE,
                            format!("two of these are called `{word}`"),
                            span,
                        )
                        .also(first, "the first one"),
                    );
                }
            }
        }
        good.then_some(())
    }

    fn else_stands_last(&mut self, stages: &[Stage]) -> Option<()> {
        let before = stages.split_last().map_or(&[][..], |(_, before)| before);
        let Some(early) = before.iter().find(|stage| stage.condition.is_none()) else {
            return Some(());
        };
        self.fail(
            Diagnostic::error(
                codes::STAGE_ORDER,
                "`else` takes everyone, so that the stages after it stay empty",
                early.span,
            )
            .help("write it last"),
        )
    }
}

/// Between the name of the list and the class in the name of a [`ClassSet`].
pub(super) const CLASS_SIGN: &str = " = ";

/// Gives the classes of a definition their sets, now that the definition has its id.
pub(super) fn name_classes(definition: &mut Definition, id: DefinitionId) {
    let (name, label) = (definition.name.clone(), definition.label.clone());
    let span = definition.span;
    let kind = definition.expression.kind.clone();
    let Kind::Enum(classes) = &kind else { return };
    let into = match &mut definition.detail {
        Detail::Stages(stages) => &mut stages.sets,
        Detail::Tiers(tiers) => &mut tiers.sets,
        Detail::Plain | Detail::Score(_) => return,
    };
    let of = |node| Typed {
        node,
        kind: kind.clone(),
        span,
    };
    let sets = (0u16..).zip(&classes.values).map(|(code, class)| {
        let condition = Node::Compare {
            op: CompareOp::Equal,
            left: Box::new(of(Node::Definition(id))),
            right: Box::new(of(Node::Literal(Value::Enum(code)))),
        };
        let labelled = label.is_some() || class.label.is_some();
        let second =
            |first: &Arc<str>, second: &Option<Arc<str>>| written(second.as_ref().unwrap_or(first));
        let by_label = || {
            let (list, class) = (second(&name, &label), second(&class.name, &class.label));
            Arc::from(format!("{list}{CLASS_SIGN}{class}"))
        };
        ClassSet {
            name: Arc::from(format!(
                "{}{CLASS_SIGN}{}",
                written(&name),
                written(&class.name)
            )),
            label: labelled.then(by_label),
            condition: boolean(condition, span),
        }
    });
    *into = sets.collect();
}

/// A name as a rule writes it.
fn written(name: &str) -> String {
    match printer::is_plain(name) {
        true => name.to_owned(),
        false => format!("`{name}`"),
    }
}
