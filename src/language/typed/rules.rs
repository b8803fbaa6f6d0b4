//! A whole compiled rule set: params, definitions, care plans, sources and their routes.
//! Expressions are one level up.

use std::sync::Arc;

use super::{
    CarePlan, ClassSet, DefinitionId, Detail, EventPart, EventPartId, PluginSignatures, Report,
    RuleTest, Typed,
};
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, FieldId, HoldingId, RelationId, Schema};

/// Index into [`Rules::params`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ParamId(pub u32);

/// Index into [`Rules::sources`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SourceFileId(pub u32);

/// A param.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above.
    pub description: Option<Arc<str>>,
    /// Its value.
    pub value: Value,
    /// Kind of the value.
    pub kind: Kind,
    /// What a what-if view may slide over.
    pub range: Option<(Value, Value)>,
    /// Where.
    pub span: Span,
}

/// What a definition was written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinitionKind {
    /// Any kind.
    Metric,
    /// Bool.
    Filter,
    /// Number; [`Detail::Score`].
    Score,
    /// Enum; [`Detail::Stages`].
    Stages,
    /// Enum; [`Detail::Tiers`].
    Tiers,
}

impl DefinitionKind {
    /// With its article, for a sentence.
    pub fn describe(self) -> &'static str {
        match self {
            DefinitionKind::Metric => "a metric",
            DefinitionKind::Filter => "a filter",
            DefinitionKind::Score => "a score",
            DefinitionKind::Stages => "a list of stages",
            DefinitionKind::Tiers => "a list of tiers",
        }
    }
}

/// A named expression per customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// What it was written as.
    pub kind: DefinitionKind,
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above.
    pub description: Option<Arc<str>>,
    /// Its whole value: of a score the clamped number, of stages and tiers the class.
    pub expression: Typed,
    /// What it is made of.
    pub detail: Detail,
    /// The whole item.
    pub span: Span,
}

impl Definition {
    /// The customers of each class; none but for stages and tiers.
    pub fn class_sets(&self) -> &[ClassSet] {
        match &self.detail {
            Detail::Stages(stages) => &stages.sets,
            Detail::Tiers(tiers) => &tiers.sets,
            Detail::Plain | Detail::Score(_) => &[],
        }
    }
}

/// What parts the fields of delimited text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// The source does not say: comma, semicolon, tab or bar, as the first line of the file shows.
    Found,
    /// One ASCII character.
    Character(u8),
    /// Any run of blanks.
    Blanks,
}

/// How a file's bytes become records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Delimited text.
    Csv {
        /// What parts fields.
        delimiter: Delimiter,
        /// `None` = nothing quotes.
        quote: Option<u8>,
        /// Column names when the file has no header line.
        header: Option<Vec<String>>,
        /// A WHATWG encoding label; `utf-8` unless said.
        encoding: String,
    },
    /// One JSON object a line.
    Ndjson,
    /// Columns of values with their types.
    Parquet,
}

/// What a route makes of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum RouteTarget {
    /// A customer and its attributes.
    Customer {
        /// Text.
        id: Typed,
        /// Date or Time.
        since: Option<Typed>,
        /// Attributes given; [`super::Node::Clear`] clears.
        fields: Vec<(AttributeId, Typed)>,
    },
    /// An event.
    Event {
        /// Which kind.
        event: EventId,
        /// Text.
        customer: Typed,
        /// Date or Time.
        at: Typed,
        /// Text.
        id: Option<Typed>,
        /// Int.
        sequence: Option<Typed>,
        /// Fields given.
        fields: Vec<(FieldId, Typed)>,
    },
    /// A holding.
    Holding {
        /// Which kind.
        holding: HoldingId,
        /// Text.
        customer: Typed,
        /// Text.
        key: Typed,
        /// Date or Time.
        since: Option<Typed>,
        /// Fields given.
        fields: Vec<(FieldId, Typed)>,
    },
    /// An edge.
    Relation {
        /// Which kind.
        relation: RelationId,
        /// Text: a customer id.
        from: Typed,
        /// Text: a customer id, or the text.
        to: Typed,
        /// Date or Time.
        since: Option<Typed>,
    },
}

/// A route of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// What it makes.
    pub target: RouteTarget,
    /// Bool; takes the record only on yes.
    pub when: Option<Typed>,
    /// Where.
    pub span: Span,
}

/// A file of records and what becomes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// Its name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// Path beside the rule file, `/` separated, as written.
    pub file: String,
    /// The rule file's folder relative to the rules folder.
    pub folder: String,
    /// How it is read.
    pub format: Format,
    /// Names of raw columns that its expressions use; [`super::Node::Column`] is an index here.
    pub columns: Vec<String>,
    /// Cells that mean missing, compared before trimming.
    pub missing: Vec<String>,
    /// For lookups: Text key and Bool condition.
    pub key: Option<(Typed, Option<Typed>)>,
    /// Bool; a record with any yes is skipped.
    pub skip: Vec<Typed>,
    /// What its records make.
    pub routes: Vec<Route>,
    /// Where.
    pub span: Span,
}

/// A whole compiled rule set.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Rules {
    /// Kinds of facts.
    pub schema: Schema,
    /// Files.
    pub sources: Vec<SourceFile>,
    /// Numbers that rules share.
    pub params: Vec<Param>,
    /// Named parts of events; their conditions and the definitions have no cycle.
    pub event_parts: Vec<EventPart>,
    /// Metrics, filters, scores, stages and tiers; a definition may only refer to others without a cycle.
    pub definitions: Vec<Definition>,
    /// Care plans, in order.
    pub care: Vec<CarePlan>,
    /// Tests, in order; run when a set is loaded.
    pub tests: Vec<RuleTest>,
    /// Reports, in order.
    pub reports: Vec<Report>,
    /// The plugins that the set was checked against.
    pub plugins: Arc<PluginSignatures>,
}

impl Rules {
    /// What is watched: name, label and condition of all filters, then of all classes of stages and tiers.
    pub fn watched(&self) -> impl Iterator<Item = (&Arc<str>, Option<&Arc<str>>, &Typed)> {
        let filters = self.definitions.iter();
        let filters = filters
            .filter(|one| one.kind == DefinitionKind::Filter)
            .map(|one| (&one.name, one.label.as_ref(), &one.expression));
        let classes = self.definitions.iter().flat_map(Definition::class_sets);
        filters.chain(classes.map(|set| (&set.name, set.label.as_ref(), &set.condition)))
    }

    /// The name of the watched set of that name, else of that label.
    pub fn watched_name(&self, name: &str) -> Option<&Arc<str>> {
        let by_name = self.watched().find(|(known, ..)| &***known == name);
        by_name
            .or_else(|| {
                self.watched()
                    .find(|(_, label, _)| label.is_some_and(|label| &**label == name))
            })
            .map(|(name, ..)| name)
    }

    /// The definition of that id; ids come from this set.
    pub fn definition(&self, id: DefinitionId) -> Option<&Definition> {
        self.definitions.get(id.0 as usize)
    }

    /// The care plan of that name, else of that label.
    pub fn care_plan(&self, name: &str) -> Option<&CarePlan> {
        let mut plans = self.care.iter();
        plans.find(|plan| &*plan.name == name).or_else(|| {
            let mut plans = self.care.iter();
            plans.find(|plan| plan.label.as_deref() == Some(name))
        })
    }

    /// The report of that name, else of that label.
    pub fn report(&self, name: &str) -> Option<&Report> {
        let mut reports = self.reports.iter();
        reports.find(|report| &*report.name == name).or_else(|| {
            let mut reports = self.reports.iter();
            reports.find(|report| report.label.as_deref() == Some(name))
        })
    }

    /// The named part of that id.
    pub fn event_part(&self, id: EventPartId) -> Option<&EventPart> {
        self.event_parts.get(id.0 as usize)
    }

    /// The param of that id.
    pub fn param(&self, id: ParamId) -> Option<&Param> {
        self.params.get(id.0 as usize)
    }

    /// A definition by name, else by label.
    pub fn find(&self, name: &str) -> Option<DefinitionId> {
        let at = self
            .definitions
            .iter()
            .position(|item| &*item.name == name)
            .or_else(|| {
                self.definitions
                    .iter()
                    .position(|item| item.label.as_deref() == Some(name))
            })?;
        u32::try_from(at).ok().map(DefinitionId)
    }
}
