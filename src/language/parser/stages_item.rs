//! Stages.

use super::grammar::{Node, Rule};
use super::item::Named;
use super::reader::Reader;
use super::score_item::Heading;
use crate::base::limit::ENUM_VALUES_MAX;
use crate::base::span::Span;
use crate::language::syntax::ItemNode;
use crate::language::syntax::score::Stage;

const STAGE_LINES: &str = "stages such as `churned \"流失客户\": CONDITION`, the last `NAME: else`";

impl Reader<'_> {
    /// `stages NAME { a: C … z: else }`.
    pub(super) fn stages_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut heading = Heading::default();
        let mut stages = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::stages_body => stages = Some(self.stages(node)),
                Rule::rest => self.stray(span, None),
                _ => self.heading(node, span, &mut heading),
            }
        }
        let named = self.named(heading.name, heading.label, head);
        let Some(stages) = stages else {
            return self.no_body(
                head,
                "write `stages NAME { fresh: CONDITION  other: else }`",
            );
        };
        if stages.is_empty() {
            self.wanted(
                head,
                "there are no stages here",
                "write `fresh: CONDITION  other: else`",
            );
        }
        if stages.len() > ENUM_VALUES_MAX {
            self.report(super::mistake::too_many(head));
        }
        Some((named?, ItemNode::Stages(stages)))
    }

    fn stages(&mut self, node: Node<'_>) -> Vec<Stage> {
        let mut stages = Vec::new();
        for line in node.into_inner() {
            let span = self.span(&line);
            match line.as_rule() {
                Rule::stage => stages.extend(self.stage(line, span)),
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(span, STAGE_LINES),
                _ => {}
            }
        }
        stages
    }

    fn stage(&mut self, node: Node<'_>, span: Span) -> Option<Stage> {
        let mut name = None;
        let mut label = None;
        let mut condition = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::item_name => name = Some(self.name(&inner)),
                Rule::label => label = Some(self.quoted(&inner)),
                Rule::kw_else => condition = Some(Some(None)),
                Rule::expr => condition = Some(self.flat(inner).map(|part| Some(part.expr))),
                _ => {}
            }
        }
        let named = self.named(name, label, span);
        let Some(condition) = condition else {
            self.wanted(
                span,
                "the condition of this stage is missing",
                "write `NAME: CONDITION`, the last `NAME: else`",
            );
            return None;
        };
        let (named, condition) = (named?, condition?);
        Some(Stage {
            name: named.name,
            label: named.label,
            condition,
            span,
        })
    }
}
