//! What a rule set means: every name resolved, every kind known. A tree of this kind cannot hold
//! an unresolved name. Read by `plan`, by the reference evaluator and by `ingest`; made by `check`.
//! Any expression may be missing. Conditions are three-valued: a missing `Bool` is *unknown*.

mod care;
mod elapsed;
mod facts;
mod followed;
mod plugin;
mod ranked;
mod reach;
mod report;
mod rules;
mod score;
mod series;
mod test;
mod window;

use std::sync::Arc;

use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::{AttributeId, FieldId, RelationId};

pub use care::*;
pub use elapsed::{ELAPSED_FIELDS_MAX, Elapsed};
pub use facts::{EventPart, EventPartId, NamedFact, Subfield, Subject};
pub use followed::{Followed, FollowedStep, Within};
pub use plugin::{PluginCall, PluginFunction, PluginInput, PluginSignatures};
pub use ranked::{Figure, Population, RankMeasure, RankReach};
pub use reach::{Reach, RelationStep};
pub use report::{Given, Group, Measure, Report, ReportSubject, Tally, TallyFunction};
pub use rules::*;
pub use score::*;
pub use series::*;
pub use test::*;
pub use window::Window;

pub use super::syntax::{ArithmeticOp, CompareOp, Quantifier, TextOp};

/// Index into [`Rules::definitions`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct DefinitionId(pub u32);

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// What it is.
    pub node: Node,
    /// The kind of its value.
    pub kind: Kind,
    /// Where it was written.
    pub span: Span,
}

/// One member of an `in (…)` list; ends have the kind of the value.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// a value
    One(Typed),
    /// a range; the lower end belongs
    Range {
        /// Lower end, `None` = open.
        low: Option<Box<Typed>>,
        /// Upper end, `None` = open.
        high: Option<Box<Typed>>,
        /// Whether the upper end belongs.
        high_included: bool,
    },
}

/// What an expression does. Operand kinds are stated; `check` guarantees them.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A value of the expression's kind. Literals are already of the kind their place wants.
    Literal(Value),
    /// Always missing (`clear` and `missing` in routes; folded constants).
    Missing,
    /// `clear` in a route: assigns missing.
    Clear,
    /// `today`: Date of `now` in the business zone.
    Today,
    /// `now`: Time.
    Now,
    /// The customer's id: Text.
    CustomerId,
    /// An attribute of the customer in whose context the expression stands.
    Attribute(AttributeId),
    /// Inside `where`: a field of the event or holding at hand.
    Field(FieldId),
    /// Inside `where`: the event's instant, or the holding's `since`: Time.
    At,
    /// Inside `where` of a holding: its key: Text.
    Key,
    /// Inside `where`: something of a fact bound further out, by its name.
    Named(NamedFact),
    /// Inside `where`, first: whether the event at hand is of that part. Bool.
    Part(EventPartId),
    /// Inside the condition of a relation: something of the customer asked about; an attribute,
    /// a relation to text or a definition.
    OfSelf(Box<Typed>),
    /// A relation to text read as a set of text.
    RelationTexts(RelationId),
    /// A metric or filter by name.
    Definition(DefinitionId),
    /// A param by name.
    Param(ParamId),
    /// In a report: a value of the group at hand.
    Given {
        /// Which.
        given: Given,
        /// What it is called.
        name: Arc<str>,
    },
    /// A raw column of a source record, by position: Text. Sources only.
    Column(u32),
    /// The record's number from 1, header not counted: Int. Sources only.
    RecordNumber,
    /// `lookup(SOURCE, KEY).COLUMN`: Text. Sources only.
    Lookup {
        /// Where.
        source: SourceFileId,
        /// Column position in that source.
        column: u32,
        /// Text.
        key: Box<Typed>,
    },
    /// Bool.
    Not(Box<Typed>),
    /// Bool, two or more.
    And(Vec<Typed>),
    /// Bool, two or more.
    Or(Vec<Typed>),
    /// Bool.
    AtLeast {
        /// How many.
        count: u32,
        /// Of these.
        of: Vec<Typed>,
    },
    /// Both sides of one kind (numbers of mixed kind are widened by `Convert`); order needs Int, Number, Money, Date, Time or Text.
    Compare {
        /// Which.
        op: CompareOp,
        /// Left side.
        left: Box<Typed>,
        /// Right side.
        right: Box<Typed>,
    },
    /// All three of one kind.
    Between {
        /// What is compared.
        value: Box<Typed>,
        /// Lower end.
        low: Box<Typed>,
        /// Whether it belongs.
        low_included: bool,
        /// Upper end.
        high: Box<Typed>,
        /// Whether it belongs.
        high_included: bool,
        /// `not between`
        negated: bool,
    },
    /// Choices of the value's kind. A missing choice makes a non-match unknown.
    In {
        /// What is looked for.
        value: Box<Typed>,
        /// Where.
        choices: Vec<Choice>,
        /// `not in`
        negated: bool,
    },
    /// A Date or Time within a window.
    InWindow {
        /// Date or Time.
        value: Box<Typed>,
        /// The window.
        window: Box<Window>,
        /// `not in`
        negated: bool,
    },
    /// Text tested against a text expression; `Matches` has its pattern in [`Node::Matches`].
    TextTest {
        /// Never `Matches`.
        op: TextOp,
        /// Ignore case, width, surrounding space.
        folded: bool,
        /// Text.
        value: Box<Typed>,
        /// Text.
        pattern: Box<Typed>,
    },
    /// Text against a constant regular expression, already known to compile within the limits.
    Matches {
        /// Ignore case and width.
        folded: bool,
        /// Text.
        value: Box<Typed>,
        /// The expression.
        pattern: Arc<str>,
    },
    /// `tags contains "vip"`: a Set and a member of its inner kind.
    SetContains {
        /// Ignore case, width, surrounding space (text only).
        folded: bool,
        /// Set.
        set: Box<Typed>,
        /// Member.
        member: Box<Typed>,
    },
    /// Any kind → Bool, never unknown.
    IsMissing {
        /// Of what.
        value: Box<Typed>,
        /// `is present`
        negated: bool,
    },
    /// Both of one kind.
    Default {
        /// Taken when present.
        value: Box<Typed>,
        /// Taken otherwise.
        fallback: Box<Typed>,
    },
    /// Unknown condition → missing.
    If {
        /// Bool.
        condition: Box<Typed>,
        /// When yes.
        then: Box<Typed>,
        /// When no.
        otherwise: Box<Typed>,
    },
    /// First yes wins; a condition that is unknown before any yes → missing; none yes and no `else` → missing.
    Case {
        /// Conditions with values of one kind.
        arms: Vec<(Typed, Typed)>,
        /// `else`
        otherwise: Option<Box<Typed>>,
    },
    /// Operand kinds: Int∘Int → Int (`/` → Number), Number∘Number → Number, Money±Money → Money,
    /// Money×Number and Number×Money → Money, Money÷Money → Number, Money÷Number → Money. Overflow, division by zero: missing.
    Arithmetic {
        /// Which.
        op: ArithmeticOp,
        /// Left side.
        left: Box<Typed>,
        /// Right side.
        right: Box<Typed>,
    },
    /// Int, Number, Money.
    Negate(Box<Typed>),
    /// A widening: Int → Number, Int → Money, Number → Money (literals and params only), Date → Time (the day's start).
    /// The target is the expression's kind.
    Convert(Box<Typed>),
    /// `opened_on + 90 days` (negative for minus): Date with days to years → Date (clamped to the month's end);
    /// Time with hours or minutes → Time; Time with days to years → Time at the same clock time.
    DateAdd {
        /// Date or Time.
        base: Box<Typed>,
        /// Signed.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// `closed_on - opened_on`: whole days, Int; both Date (instants are read as their date).
    DaysBetween {
        /// The later one.
        left: Box<Typed>,
        /// The earlier one.
        right: Box<Typed>,
    },
    /// Completed units from a Date or Time to `now`: Int. Days to years count dates, hours and minutes the duration.
    Since {
        /// Which unit.
        unit: Unit,
        /// Date or Time.
        from: Box<Typed>,
    },
    /// A scalar function; argument kinds by its entry in the function table.
    Call {
        /// Which.
        function: Function,
        /// Its arguments.
        arguments: Vec<Typed>,
    },
    /// What a plugin says of the customer; the kind is the function's.
    Plugin {
        /// Which function of which plugin.
        call: Arc<PluginCall>,
        /// What it reads, in the order of its signature, about the customer and never about a fact.
        inputs: Vec<Typed>,
    },
    /// A customer's place among others, or a figure of all of them.
    Ranked {
        /// What is asked.
        measure: RankMeasure,
        /// Among whom.
        population: Box<Population>,
    },
    /// Facts of the customer at hand, aggregated.
    Aggregate(Box<Aggregate>),
    /// `months(C, last 6 whole months)`: in how many of so many whole units before this one the condition is
    /// *yes*, Int. Inside, an aggregate of events without a window is read over the unit.
    Periods {
        /// A day or longer.
        unit: Unit,
        /// How many, at least 1.
        count: u16,
        /// Bool.
        condition: Box<Typed>,
    },
    /// The tier that the last review gave the customer, of the tiers of that name: Enum; missing where none did.
    Reviewed(Arc<str>),
    /// `recorded(income)`: since when the attribute has its value, Time; without a date missing.
    Recorded(AttributeId),
    /// Events of the customer at hand, one after the other: Bool, never unknown.
    Followed(Box<Followed>),
    /// `any guarantor (C)`; `condition` is about the other customer.
    Related {
        /// any, all, none
        quantifier: Quantifier,
        /// Which others; each once.
        reach: Reach,
        /// Bool, in the context of the other customer.
        condition: Box<Typed>,
    },
    /// `count(guarantor where C)`, `sum(subsidiary.assets where C)`, each distinct other customer once.
    RelatedAggregate {
        /// Count, Sum, Avg, Min, Max, Distinct, Any, None.
        function: AggregateFunction,
        /// Kind and direction.
        step: RelationStep,
        /// What is aggregated, in the context of the other customer; `None` for count, any, none.
        value: Option<Box<Typed>>,
        /// Bool, in the context of the other customer.
        filter: Option<Box<Typed>>,
    },
}

/// Aggregate functions. Missing fields are skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AggregateFunction {
    /// Int; nothing → 0.
    Count,
    /// Int, Number, Money as the field; nothing → 0.
    Sum,
    /// Number, or Money of money; nothing → missing.
    Avg,
    /// As the field (Int, Number, Money, Date, Time); nothing → missing.
    Min,
    /// As the field; nothing → missing.
    Max,
    /// Int: how many different present values; nothing → 0.
    Distinct,
    /// The field of the first fact by (instant, sequence); missing when there is none or it lacks the field.
    First,
    /// The field of the last fact by (instant, sequence).
    Last,
    /// Bool: at least one.
    Any,
    /// Bool: not one.
    None,
    /// Number: the sum of the field, or the count without one, each fact weighed by its age; nothing → 0.
    /// Of events only.
    Decay(Decay),
    /// The middle value, or midway between the two: Money of money, else Number; nothing → missing.
    Median,
    /// Of a sample (n − 1): Money of money, else Number; below two values missing.
    Stddev,
    /// As the field: the most frequent value, of several the smallest; nothing → missing.
    Mode,
    /// Set of text: so many of the most frequent texts, ties to the smallest; nothing → empty.
    Modes(u16),
    /// Number: facts with *yes* ÷ facts with *yes* or *no*; neither → missing. Always with a filter.
    Share,
    /// Int: the greatest number of days between neighbours; below two dated facts missing.
    Gap,
    /// Number: mean hours to the first answer, unanswered ones left out; none answered → missing.
    Elapsed(Elapsed),
    /// Unit by unit.
    Series(Series),
}

/// `sum(purchase.amount where C, last 90 days)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Which function.
    pub function: AggregateFunction,
    /// Over what.
    pub subject: Subject,
    /// What the fact is called inside `where`, for aggregates in there.
    pub name: Option<Arc<str>>,
    /// What is taken; `None` for count, any, none.
    pub field: Option<Subfield>,
    /// Only facts with *yes*. Context: [`Node::Field`], [`Node::At`], [`Node::Key`] are the fact's, the rest the customer's.
    pub filter: Option<Typed>,
    /// Only facts whose instant lies in it. Facts later than `now` are never seen.
    pub window: Window,
}

/// Scalar functions. Outside its domain a function is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// Two or more of one numeric, Date or Time kind. A missing argument → missing.
    Min,
    /// Like `Min`.
    Max,
    /// `clamp(x, lo, hi)`
    Clamp,
    /// `round(x)` → Int (Money → Money, whole units), half away from zero; `round(x, n)` keeps n places (0..=9) and the kind.
    Round,
    /// `floor(x)` → Int; Money → Money.
    Floor,
    /// Int, Number, Money.
    Abs,
    /// Natural logarithm, Number.
    Log,
    /// Number.
    Exp,
    /// Number.
    Sqrt,
    /// `scale(x, lo, hi)` → Number 0..1, clamped; lo = hi → missing.
    Scale,
    /// `weighted(a: 0.4, b: 0.6)` → Number: value, positive constant weight, …; values that are missing are skipped.
    Weighted,
    /// `left(text, n)`: first n characters.
    Left,
    /// `right(text, n)`
    Right,
    /// `middle(text, from, n)`: positions from 1.
    Middle,
    /// `length(text)` in characters → Int.
    Length,
    /// `upper(text)`
    Upper,
    /// `lower(text)`
    Lower,
    /// `trim(text)`
    Trim,
    /// `replace(text, what, with)`
    Replace,
    /// `before(text, mark)`: what stands before the first mark; no mark → missing.
    Before,
    /// `after(text, mark)`
    After,
    /// `number(text)` → Number; `number(x)` of Int, Money.
    ToNumber,
    /// `text(x)` → Text: Int, Number, Money, Date, Time, Enum (its name), Bool.
    ToText,
    /// `date(text)`, `date(text, "yyyyMMdd")`, `date(time)` → Date.
    ToDate,
    /// `time(text, "format", "zone")` → Time; without a zone the business zone's.
    ToTime,
    /// Of Date or Time → Int.
    Year,
    /// 1..4
    Quarter,
    /// 1..12
    Month,
    /// 1..31
    Day,
    /// 1 = Monday .. 7 = Sunday.
    Weekday,
    /// `anniversary(date)` → Date: the next return of the day on or after today (29 Feb → 28).
    Anniversary,
    /// `missing_if(x, "-1", "999")`: Text; sources only.
    MissingIf,
    /// Raw text of a source read as the expression's kind (Bool, Int, Number, Money, Enum, Date, Time, Set of text, Text).
    /// What cannot be read rejects the row; an enum word that is none is missing and reported. Sources only.
    Read,
}
