//! Metrics, filters, scores, stages and tiers: checked when first referred to, so that every kind is known
//! where it is used. Circles and endless chains are reported with their path.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit;
use crate::base::span::Span;

use super::super::codes;
use super::super::resolve::{BuiltIn, Named};
use super::super::syntax::{Expr, ExprNode, Item, ItemNode};
use super::super::typed::{
    CARE_AUDIENCE_PREFIX, Definition, DefinitionId, DefinitionKind, Detail, Node, Typed,
};
use super::declare::{Declarations, Space};
use super::schema::{description_of, label_of, shared};
use super::stages::{CLASS_SIGN, name_classes};
use super::{Checker, Scope, Want};

/// One definition on its way.
#[derive(Clone, Debug)]
pub(in super::super) enum Slot<'r> {
    /// Not looked at.
    Waiting(&'r Item),
    /// Being checked; a reference to it closes a circle.
    Busy(&'r Item),
    /// Checked, with the length of the longest chain of references below it.
    Done(&'r Item, Box<(Typed, Detail)>, usize),
    /// Reported.
    Failed(&'r Item),
}

impl<'r> Slot<'r> {
    fn item(&self) -> &'r Item {
        match self {
            Slot::Waiting(item) | Slot::Busy(item) | Slot::Done(item, ..) | Slot::Failed(item) => {
                item
            }
        }
    }
}

/// A definition being checked.
#[derive(Clone, Debug)]
pub(in super::super) struct Frame {
    id: DefinitionId,
    /// The longest chain found below it so far.
    chain: usize,
}

/// All definitions.
#[derive(Clone, Debug)]
pub(in super::super) enum Definitions<'r> {
    /// Of a compiled set.
    Ready(&'r [Definition]),
    /// Of a set that is being compiled.
    Checking {
        /// By id.
        slots: Vec<Slot<'r>>,
        /// Those being checked, the outermost first.
        path: Vec<Frame>,
    },
}

impl<'r> Checker<'r> {
    /// The kind of a definition. `None`: it failed, which is reported elsewhere.
    pub(super) fn definition(&mut self, id: DefinitionId, span: Span) -> Option<Kind> {
        let at = id.0 as usize;
        let (slots, path) = match &mut self.definitions {
            Definitions::Ready(list) => {
                return list.get(at).map(|item| item.expression.kind.clone());
            }
            Definitions::Checking { slots, path } => (slots, path),
        };
        match slots.get(at)? {
            Slot::Failed(_) => None,
            Slot::Busy(_) => self.circle(id, span),
            Slot::Done(_, checked, chain) => {
                if let Some(frame) = path.last_mut() {
                    frame.chain = frame.chain.max(chain + 1);
                }
                Some(checked.0.kind.clone())
            }
            Slot::Waiting(item) => {
                let item = *item;
                if path.len() >= limit::REFERENCE_DEPTH_MAX {
                    return self.endless(span);
                }
                self.check_definition(id, item);
                self.definition(id, span)
            }
        }
    }

    fn check_definition(&mut self, id: DefinitionId, item: &'r Item) {
        let at = id.0 as usize;
        if let Definitions::Checking { slots, path } = &mut self.definitions {
            path.push(Frame { id, chain: 0 });
            if let Some(slot) = slots.get_mut(at) {
                *slot = Slot::Busy(item);
            }
        }
        let scope = Scope::Customer { other: false };
        let checked =
            self.afresh(|checker| checker.within(scope, |checker| checker.definition_of(item)));
        let Definitions::Checking { slots, path } = &mut self.definitions else {
            return;
        };
        let chain = path.pop().map_or(0, |frame| frame.chain);
        let slot = slots.get_mut(at);
        match (slot, checked) {
            (Some(slot), Some(_)) if chain > limit::REFERENCE_DEPTH_MAX => {
                *slot = Slot::Failed(item);
                self.endless::<()>(item.name.span);
            }
            (Some(slot), Some(checked)) => *slot = Slot::Done(item, Box::new(checked), chain),
            (Some(slot), None) => *slot = Slot::Failed(item),
            (None, _) => {}
        }
    }

    /// The value of a definition and what it is made of.
    fn definition_of(&mut self, item: &Item) -> Option<(Typed, Detail)> {
        let plain = |typed: Option<Typed>| Some((typed?, Detail::Plain));
        match &item.node {
            ItemNode::Metric(expression) => plain(self.infer(expression, Want::Any)),
            ItemNode::Filter(condition) => plain(self.condition(condition, "a filter")),
            ItemNode::Score(score) => self.score(score, item.name.span),
            ItemNode::Scorecard(card) => self.scorecard(card, item.name.span),
            ItemNode::Stages(stages) => self.stages(stages, item.name.span),
            ItemNode::Tiers(tiers) => self.tiers(&item.name.text, tiers, item.name.span),
            _ => None,
        }
    }

    /// Whether it is the name of a rule that is at fault: what its users would have known of it is lost with it.
    pub(super) fn is_at_fault(&self, expr: &Expr) -> bool {
        let ExprNode::Name(name) = &expr.node else {
            return false;
        };
        match (self.world.names.find_value(&name.text), &self.definitions) {
            (Some(Named::Definition(id)), Definitions::Checking { slots, .. }) => {
                let slot = slots.get(id.0 as usize);
                matches!(slot, Some(Slot::Failed(_) | Slot::Busy(_)))
            }
            (None, _) => self.world.broken.hides(&name.text),
            _ => false,
        }
    }

    /// A name that may be a class of a list that nothing is known of.
    pub(super) fn means_nothing(&self, expr: &Expr) -> bool {
        match &expr.node {
            ExprNode::Name(name) => self.world.names.find_value(&name.text).is_none(),
            _ => false,
        }
    }

    /// The first name of a definition.
    pub(super) fn definition_name(&self, id: DefinitionId) -> Option<Arc<str>> {
        let at = id.0 as usize;
        match &self.definitions {
            Definitions::Ready(list) => Some(Arc::clone(&list.get(at)?.name)),
            Definitions::Checking { slots, .. } => Some(shared(&slots.get(at)?.item().name)),
        }
    }

    /// The tiers of that name; `None` for another rule, and for one at fault.
    pub(super) fn tiers_named(&self, word: &str) -> Option<(DefinitionId, Kind)> {
        let Named::Definition(id) = self.world.names.find_value(word)? else {
            return None;
        };
        let at = id.0 as usize;
        let (typed, detail) = match &self.definitions {
            Definitions::Ready(list) => {
                let found = list.get(at)?;
                (&found.expression, &found.detail)
            }
            Definitions::Checking { slots, .. } => match slots.get(at)? {
                Slot::Done(_, checked, _) => (&checked.0, &checked.1),
                _ => return None,
            },
        };
        matches!(detail, Detail::Tiers(_)).then(|| (id, typed.kind.clone()))
    }

    fn endless<T>(&mut self, span: Span) -> Option<T> {
        self.fail(
            Diagnostic::error(
                codes::CHAIN,
                format!(
                    "this chain of rules that refer to rules is longer than {}",
                    limit::REFERENCE_DEPTH_MAX
                ),
                span,
            )
            .help("shorten the chain by writing some of its parts out"),
        )
    }

    fn circle<T>(&mut self, id: DefinitionId, span: Span) -> Option<T> {
        let Definitions::Checking { slots, path } = &self.definitions else {
            return None;
        };
        let name_of = |id: DefinitionId| {
            slots
                .get(id.0 as usize)
                .map_or("", |slot| slot.item().name.text.as_str())
        };
        let start = path.iter().position(|frame| frame.id == id).unwrap_or(0);
        let mut round = String::new();
        let mut places = Vec::new();
        for frame in path.iter().skip(start) {
            round.push_str(name_of(frame.id));
            round.push_str(" → ");
            if let Some(slot) = slots.get(frame.id.0 as usize) {
                places.push(slot.item().name.span);
            }
        }
        round.push_str(name_of(id));
        let mut finding = Diagnostic::error(
            codes::CYCLE,
            format!("these rules refer to each other in a circle: {round}"),
            span,
        )
        .saying("this closes the circle");
        for place in places.into_iter().take(CIRCLE_PLACES_MAX) {
            finding = finding.also(place, "");
        }
        self.fail(finding)
    }

    /// Checks what no reference has led to yet.
    pub(in super::super) fn check_definitions(&mut self) {
        let Definitions::Checking { slots, .. } = &self.definitions else {
            return;
        };
        let waiting: Vec<(DefinitionId, Span)> = (0u32..)
            .map(DefinitionId)
            .zip(slots)
            .map(|(id, slot)| (id, slot.item().name.span))
            .collect();
        for (id, span) in waiting {
            self.definition(id, span);
        }
    }

    /// The list of definitions; a failed one is a condition that is always missing.
    pub(in super::super) fn into_definitions(self) -> (Vec<Definition>, Vec<bool>) {
        let Definitions::Checking { slots, .. } = self.definitions else {
            return (Vec::new(), Vec::new());
        };
        (0u32..)
            .map(DefinitionId)
            .zip(slots)
            .map(|(id, slot)| {
                let item = slot.item();
                let (checked, sound) = match slot {
                    Slot::Done(_, checked, _) => (*checked, true),
                    _ => {
                        let nothing = super::boolean(Node::Missing, item.span);
                        ((nothing, Detail::Plain), false)
                    }
                };
                let mut definition = definition(item, checked);
                name_classes(&mut definition, id);
                (definition, sound)
            })
            .unzip()
    }
}

/// Takes the names of definitions.
pub(in super::super) fn declare_definitions(items: &[&Item], declarations: &mut Declarations) {
    for item in items {
        let reserved = [BuiltIn::Id, BuiltIn::At, BuiltIn::Myself];
        declarations.reserve(&item.name, &reserved, "the language");
        if item.name.text.starts_with(CARE_AUDIENCE_PREFIX) {
            let why = "names that begin with `care ` belong to the audiences of care plans";
            declarations.reserved(&item.name, why);
        }
        let label = item.label.as_ref();
        let words = std::iter::once(&item.name.text).chain(label.map(|label| &label.text));
        if words.into_iter().any(|word| word.contains(CLASS_SIGN)) {
            let why = "names with ` = ` in them belong to the classes of stages and tiers";
            declarations.reserved(&item.name, why);
        }
        let what = kind_of(item).describe();
        declarations.declare(Space::Value, &item.name, label, what);
    }
}

/// An item's name and label.
pub(in super::super) fn heading(item: &Item) -> (Arc<str>, Option<Arc<str>>) {
    (shared(&item.name), label_of(item.label.as_ref()))
}

/// Definitions of a circle whose places are marked; the message names them all.
const CIRCLE_PLACES_MAX: usize = 8;

/// Whether the item declares a definition.
pub(in super::super) fn is_definition(item: &Item) -> bool {
    matches!(
        item.node,
        ItemNode::Metric(_)
            | ItemNode::Filter(_)
            | ItemNode::Score(_)
            | ItemNode::Scorecard(_)
            | ItemNode::Stages(_)
            | ItemNode::Tiers(_)
    )
}

fn kind_of(item: &Item) -> DefinitionKind {
    match item.node {
        ItemNode::Filter(_) => DefinitionKind::Filter,
        ItemNode::Score(_) | ItemNode::Scorecard(_) => DefinitionKind::Score,
        ItemNode::Stages(_) => DefinitionKind::Stages,
        ItemNode::Tiers(_) => DefinitionKind::Tiers,
        _ => DefinitionKind::Metric,
    }
}

fn definition(item: &Item, (expression, detail): (Typed, Detail)) -> Definition {
    let name: Arc<str> = shared(&item.name);
    Definition {
        kind: kind_of(item),
        name,
        label: label_of(item.label.as_ref()),
        description: description_of(item.description.as_ref()),
        expression,
        detail,
        span: item.span,
    }
}
