//! The operations. A slot is the position of the operation that fills it; inputs
//! come before their users, so that one walk in order evaluates everything.

use std::sync::Arc;

use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{
    AggregateFunction, ArithmeticOp, CompareOp, Function, Given, PluginCall, Quantifier,
    RankMeasure, Reach, RelationStep, Subfield, Subject, TextOp,
};
use crate::schema::{AttributeId, FieldId, RelationId};

pub use super::nested::{FollowedOp, PairsFold, PairsOp, StepOp};

/// Position in [`Program::operations`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Slot(pub u32);

/// Operations over one kind of rows: customers, or the facts of one aggregate.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Program {
    /// Inputs before users.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// What it does.
    pub op: Op,
    /// Kind of its result.
    pub kind: Kind,
    /// Whether the result may be missing (Bool: unknown).
    pub may_miss: bool,
    /// Canonical English text of what it stands for; shown by explain and `unknown_because`.
    pub label: Arc<str>,
}

/// A window bound or instant per row, or fixed for the whole question.
#[derive(Clone, Debug, PartialEq)]
pub enum WindowOp {
    /// No window; facts up to `now`.
    All,
    /// Fixed by `now` alone.
    Last {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
        /// Whole units before this one.
        whole: bool,
    },
    /// The units before `last`.
    Previous {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// A duration.
    Rolling {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// Today and after.
    Next {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// The calendar unit of today.
    This(Unit),
    /// The one before.
    PreviousCalendar(Unit),
    /// The calendar unit so many before that of today: what `months(…)` reads an aggregate over.
    Back {
        /// A day or longer.
        unit: Unit,
        /// At least 1.
        back: u16,
    },
    /// From a slot (Date or Time) to now.
    Since(Slot),
    /// Before a slot.
    Before(Slot),
    /// Between two slots, both included.
    Between(Slot, Slot),
    /// From a slot on.
    WithinAfter {
        /// At least 0.
        count: i64,
        /// Of what.
        unit: Unit,
        /// Date or Time.
        from: Slot,
    },
}

/// A member of an `in` list; values of the tested kind, sorted, ranges merged where the passes could.
#[derive(Clone, Debug, PartialEq)]
pub enum ChoiceOp {
    /// a slot's value
    One(Slot),
    /// lower end included
    Range {
        /// `None` = open
        low: Option<Slot>,
        /// `None` = open
        high: Option<Slot>,
        /// whether the upper end belongs
        high_included: bool,
    },
}

/// Facts of one subject folded per customer.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateOp {
    /// Which function.
    pub function: AggregateFunction,
    /// Over what.
    pub subject: Subject,
    /// What is taken.
    pub field: Option<Subfield>,
    /// Over the facts; its last operation is the condition (Bool). [`Op::Field`], [`Op::At`], [`Op::Key`] read the fact,
    /// [`Op::Outer`] a slot of the program around it.
    pub filter: Option<Program>,
    /// Slots inside belong to the customer program.
    pub window: WindowOp,
}

/// What is read from a rank table. The slots are what the table is made of, of everyone at its instant:
/// they say what the answer depends on and whom to blame, and are not read where the table is.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedOp {
    /// What is asked.
    pub measure: RankMeasure,
    /// The population in canonical English: the table's name within one rule set.
    pub table: Arc<str>,
    /// What it is ordered by.
    pub value: Slot,
    /// Bool: who belongs.
    pub among: Option<Slot>,
    /// What makes groups.
    pub per: Vec<Slot>,
    /// Whether equal values are ordered by id.
    pub ties_by_id: bool,
}

impl RankedOp {
    /// What the table is made of: the value, who belongs, what makes groups.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        std::iter::once(self.value)
            .chain(self.among)
            .chain(self.per.iter().copied())
    }
}

/// What an operation does; operand kinds and missing rules are those of `language::typed::Node`.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// The same for every row; `None` = missing.
    Constant(Option<Value>),
    /// Date of `now`.
    Today,
    /// `now`.
    Now,
    /// Text.
    CustomerId,
    /// As held at `now`.
    Attribute(AttributeId),
    /// Since when the attribute has its value: Time.
    Recorded(AttributeId),
    /// The class that the last review of the tiers of that name gave, handed in from outside.
    Reviewed(Arc<str>),
    /// Set of text, as held at `now`; empty when there is none.
    RelationTexts(RelationId),
    /// In a fact program.
    Field(FieldId),
    /// In a fact program.
    At,
    /// In a fact program.
    Key,
    /// Inside another program: a slot of the program around it.
    Outer(Slot),
    /// In a report: a value of the group that the row belongs to, handed in from outside.
    Given(Given),
    /// In a program of pairs: a slot of the customer program, read at the other customer. The slot is
    /// one of the program around it: that slot itself, or the [`Op::Carried`] that stands for it.
    Other(Slot),
    /// Names a slot of the customer program for programs further inside; has no value.
    Carried(Slot),
    /// In a sequence: something of the event that an earlier step picked.
    Bound {
        /// Which step.
        step: u32,
        /// What of it.
        take: Subfield,
    },
    /// Bool.
    Not(Slot),
    /// Bool; cheap and selective first.
    And(Vec<Slot>),
    /// Bool.
    Or(Vec<Slot>),
    /// Bool.
    AtLeast(u32, Vec<Slot>),
    /// How many are *yes*: Int, never missing.
    CountYes(Vec<Slot>),
    /// Bool.
    Compare(CompareOp, Slot, Slot),
    /// Bool.
    Between {
        /// tested
        value: Slot,
        /// lower end
        low: Slot,
        /// belongs
        low_included: bool,
        /// upper end
        high: Slot,
        /// belongs
        high_included: bool,
        /// not between
        negated: bool,
    },
    /// Bool.
    In {
        /// tested
        value: Slot,
        /// members
        choices: Vec<ChoiceOp>,
        /// not in
        negated: bool,
    },
    /// Bool.
    InWindow {
        /// Date or Time
        value: Slot,
        /// window
        window: WindowOp,
        /// not in
        negated: bool,
    },
    /// Bool.
    TextTest {
        /// never Matches
        op: TextOp,
        /// `~`
        folded: bool,
        /// Text
        value: Slot,
        /// Text
        pattern: Slot,
    },
    /// Bool.
    Matches {
        /// `~`
        folded: bool,
        /// Text
        value: Slot,
        /// regular expression
        pattern: Arc<str>,
    },
    /// Bool.
    SetContains {
        /// `~`
        folded: bool,
        /// Set
        set: Slot,
        /// member
        member: Slot,
    },
    /// Bool, never unknown.
    IsMissing {
        /// of what
        value: Slot,
        /// is present
        negated: bool,
    },
    /// First present.
    Default(Slot, Slot),
    /// condition, then, otherwise
    If(Slot, Slot, Slot),
    /// (condition, value)…, otherwise
    Case(Vec<(Slot, Slot)>, Option<Slot>),
    /// Int, Number, Money.
    Arithmetic(ArithmeticOp, Slot, Slot),
    /// Int, Number, Money.
    Negate(Slot),
    /// To the operation's kind.
    Convert(Slot),
    /// Date or Time plus signed units.
    DateAdd {
        /// base
        base: Slot,
        /// signed
        count: i64,
        /// of what
        unit: Unit,
    },
    /// Whole days left − right.
    DaysBetween(Slot, Slot),
    /// Completed units to `now`.
    Since(Unit, Slot),
    /// A scalar function.
    Call(Function, Vec<Slot>),
    /// What a plugin said, handed in from outside. The inputs are what it was told: they say what the
    /// answer depends on and whom to blame, and are not read where it is.
    Plugin {
        /// Which function.
        call: Arc<PluginCall>,
        /// In the order of its signature.
        inputs: Vec<Slot>,
    },
    /// A place among others or a figure of all, read from a rank table handed in from outside.
    Ranked(Box<RankedOp>),
    /// Facts per customer.
    Aggregate(Box<AggregateOp>),
    /// Pairs of customers.
    Pairs(Box<PairsOp>),
    /// A sequence of events.
    Followed(Box<FollowedOp>),
    /// Condition slot read at the other customers of each row.
    Related {
        /// any, all, none
        quantifier: Quantifier,
        /// which others
        reach: Reach,
        /// Bool slot of the same program, evaluated for the other customer
        condition: Slot,
    },
    /// Other customers folded, each once.
    RelatedAggregate {
        /// which function
        function: AggregateFunction,
        /// kind and direction
        step: RelationStep,
        /// slot of the same program, evaluated for the other customer
        value: Option<Slot>,
        /// Bool slot, evaluated for the other customer
        filter: Option<Slot>,
    },
}

/// One thing asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// What it is called: a rule's name or the expression.
    pub name: Arc<str>,
    /// Where it is.
    pub slot: Slot,
    /// Operations below it that can bring in a missing value on their own: attributes, averages of
    /// nothing, divisions, relations. For each, `unknown_because` counts the unknown rows in which it is
    /// missing though all its own inputs are present.
    pub origins: Vec<Slot>,
}

/// A whole question, or a whole rule set.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Plan {
    /// Over customers.
    pub program: Program,
    /// What is asked for.
    pub outputs: Vec<Output>,
}

/// What is asked of the facts of one subject, each by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct FactPlan {
    /// Which facts.
    pub subject: Subject,
    /// What the fact program reads of the facts' customers: an output for each such slot.
    pub customers: Plan,
    /// Over the facts.
    pub facts: Program,
    /// Slots of the fact program.
    pub outputs: Vec<Output>,
}
