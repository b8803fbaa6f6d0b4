//! One operation in one short text: its name and the slots it reads.

use super::names::{function_name, units};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{
    ArithmeticOp, CompareOp, Given, Quantifier, RankMeasure, Reach, RelationStep, Rules, Subfield,
    Subject, TextOp,
};
use crate::plan::operation::{
    AggregateOp, ChoiceOp, FollowedOp, Op, Operation, PairsFold, PairsOp, RankedOp, Slot, StepOp,
    WindowOp,
};
use crate::schema::FieldId;

/// Choices of a list shown; of longer ones the number is told.
const CHOICES_SHOWN_MAX: usize = 6;

/// Where names are looked up.
pub(super) struct Scope<'r> {
    /// Names of facts.
    pub rules: &'r Rules,
    /// Of a fact program.
    pub subject: Option<Subject>,
}

impl Scope<'_> {
    /// The operation over its slots.
    pub fn operation(&self, operation: &Operation) -> String {
        match &operation.op {
            Op::Constant(value) => {
                format!("constant {}", constant(value.as_ref(), &operation.kind))
            }
            Op::Today => "today".to_owned(),
            Op::Now => "now".to_owned(),
            Op::CustomerId => "id".to_owned(),
            Op::Attribute(id) => {
                let name = self.rules.schema.attribute(*id).map(|field| &*field.name);
                format!("attribute {}", name.unwrap_or("?"))
            }
            Op::Recorded(id) => {
                let name = self.rules.schema.attribute(*id).map(|field| &*field.name);
                format!("recorded {}", name.unwrap_or("?"))
            }
            Op::Reviewed(tiers) => format!("{tiers} as reviewed"),
            Op::RelationTexts(id) => {
                let name = self.rules.schema.relation(*id).map(|item| &*item.name);
                format!("texts of {}", name.unwrap_or("?"))
            }
            Op::Field(id) => format!("field {}", self.field(self.subject, *id)),
            Op::At => "at".to_owned(),
            Op::Key => "key".to_owned(),
            Op::Given(given) => given_text(*given),
            Op::Outer(slot) => format!("customer's {}", of(*slot)),
            Op::Other(slot) => format!("other's {}", of(*slot)),
            Op::Carried(slot) => format!("hands on {}", of(*slot)),
            Op::Bound { step, take } => format!("step {}'s {}", step + 1, taken(*take)),
            Op::Pairs(pairs) => self.pairs(pairs),
            Op::Followed(followed) => self.followed(followed),
            Op::Aggregate(aggregate) => self.aggregate(aggregate),
            Op::Related {
                quantifier,
                reach,
                condition,
            } => {
                let quantifier = quantifier_name(*quantifier);
                format!("{quantifier} {} {}", self.reach(reach), of(*condition))
            }
            Op::RelatedAggregate {
                function,
                step,
                value,
                filter,
            } => {
                let value = value.map(|slot| format!(" {}", of(slot)));
                let filter = filter.map(|slot| format!(" where {}", of(slot)));
                format!(
                    "{} {}{}{}",
                    function_name(*function),
                    self.step(*step),
                    value.unwrap_or_default(),
                    filter.unwrap_or_default()
                )
            }
            op => plain(op),
        }
    }

    fn field(&self, subject: Option<Subject>, id: FieldId) -> String {
        let schema = &self.rules.schema;
        let fields = match subject {
            Some(Subject::Event(id)) => schema.event(id).map(|event| &event.fields),
            Some(Subject::Holding(id)) => schema.holding(id).map(|holding| &holding.fields),
            None => None,
        };
        fields
            .and_then(|fields| fields.get(id.0 as usize))
            .map_or_else(|| format!("field {}", id.0), |field| field.name.to_string())
    }

    fn step(&self, step: RelationStep) -> String {
        let relation = self.rules.schema.relation(step.relation);
        let name = relation.map_or("?", |relation| &*relation.name);
        if step.inverse {
            format!("{name} (inverse)")
        } else {
            name.to_owned()
        }
    }

    fn reach(&self, reach: &Reach) -> String {
        let kinds: Vec<String> = reach.kinds.iter().map(|step| self.step(*step)).collect();
        let kinds = kinds.join(" or ");
        match reach.steps {
            1 => kinds,
            steps => format!("{kinds} within {steps} steps"),
        }
    }

    fn pairs(&self, pairs: &PairsOp) -> String {
        let fold = match pairs.fold {
            PairsFold::Quantified(quantifier) => quantifier_name(quantifier).to_owned(),
            PairsFold::Aggregate(function) => function_name(function),
        };
        let value = pairs.value.map(|slot| format!(" {}", of(slot)));
        let condition = pairs.condition.map(|slot| format!(" where {}", of(slot)));
        format!(
            "{fold} pairs of {}{}{}",
            self.reach(&pairs.reach),
            value.unwrap_or_default(),
            condition.unwrap_or_default()
        )
    }

    fn followed(&self, followed: &FollowedOp) -> String {
        let step = |step: &StepOp| {
            let event = self.rules.schema.event(step.event);
            let event = event.map_or("?", |event| &*event.name);
            let no = if step.absent { "no " } else { "" };
            let filter = if step.filter.is_some() { " where" } else { "" };
            let within = step.within.map(|within| match within.low {
                0 => format!(" within {} {}", within.high, units(within.unit)),
                low => format!(" within {low} to {} {}", within.high, units(within.unit)),
            });
            format!("{no}{event}{filter}{}", within.unwrap_or_default())
        };
        let steps: Vec<String> = followed.steps.iter().map(step).collect();
        format!("followed {}", steps.join(", "))
    }

    fn aggregate(&self, aggregate: &AggregateOp) -> String {
        let schema = &self.rules.schema;
        let subject = match aggregate.subject {
            Subject::Event(id) => schema.event(id).map(|event| &*event.name),
            Subject::Holding(id) => schema.holding(id).map(|holding| &*holding.name),
        };
        let field = aggregate.field.map(|field| match field {
            Subfield::Field(id) => format!(".{}", self.field(Some(aggregate.subject), id)),
            Subfield::At => ".at".to_owned(),
            Subfield::Key => ".key".to_owned(),
        });
        let filter = if aggregate.filter.is_some() {
            " where"
        } else {
            ""
        };
        let window = match window(&aggregate.window) {
            text if text.is_empty() => text,
            text => format!(", {text}"),
        };
        format!(
            "{} {}{}{filter}{window}",
            function_name(aggregate.function),
            subject.unwrap_or("?"),
            field.unwrap_or_default(),
        )
    }
}

/// Operations without names of facts.
fn plain(op: &Op) -> String {
    match op {
        Op::Not(a) => format!("not {}", of(*a)),
        Op::And(list) => format!("and {}", all(list)),
        Op::Or(list) => format!("or {}", all(list)),
        Op::CountYes(list) => format!("count yes of {}", all(list)),
        Op::AtLeast(count, list) => format!("at least {count} of {}", all(list)),
        Op::Compare(op, a, b) => format!("{} {} {}", of(*a), comparison(*op), of(*b)),
        Op::Between {
            value,
            low,
            low_included,
            high,
            high_included,
            negated,
        } => {
            let open = if *low_included { "" } else { "<" };
            let close = if *high_included { "" } else { "<" };
            format!(
                "{} {}in {}{open}..{close}{}",
                of(*value),
                not(*negated),
                of(*low),
                of(*high)
            )
        }
        Op::In {
            value,
            choices,
            negated,
        } => format!("{} {}in {}", of(*value), not(*negated), members(choices)),
        Op::InWindow {
            value,
            window: over,
            negated,
        } => format!("{} {}in {}", of(*value), not(*negated), window(over)),
        Op::TextTest {
            op,
            folded,
            value,
            pattern,
        } => format!(
            "{} {}{} {}",
            of(*value),
            tilde(*folded),
            text_test(*op),
            of(*pattern)
        ),
        Op::Matches {
            folded,
            value,
            pattern,
        } => format!("{} {}matches {pattern:?}", of(*value), tilde(*folded)),
        Op::SetContains {
            folded,
            set,
            member,
        } => format!("{} {}contains {}", of(*set), tilde(*folded), of(*member)),
        Op::IsMissing { value, negated } => {
            let state = if *negated { "present" } else { "missing" };
            format!("{} is {state}", of(*value))
        }
        op => computed(op),
    }
}

/// Operations that compute a value from values.
fn computed(op: &Op) -> String {
    match op {
        Op::Default(a, b) => format!("{} default {}", of(*a), of(*b)),
        Op::If(a, b, c) => format!("if {} then {} else {}", of(*a), of(*b), of(*c)),
        Op::Case(arms, otherwise) => {
            let mut parts: Vec<String> = arms
                .iter()
                .map(|(condition, value)| format!("{}: {}", of(*condition), of(*value)))
                .collect();
            parts.extend(otherwise.map(|slot| format!("else: {}", of(slot))));
            format!("case {}", parts.join(", "))
        }
        Op::Arithmetic(op, a, b) => format!("{} {} {}", of(*a), sign(*op), of(*b)),
        Op::Negate(a) => format!("-{}", of(*a)),
        Op::Convert(a) => format!("convert {}", of(*a)),
        Op::DateAdd { base, count, unit } => {
            let (sign, count) = (if *count < 0 { '-' } else { '+' }, count.unsigned_abs());
            format!("{} {sign} {count} {}", of(*base), units(*unit))
        }
        Op::DaysBetween(a, b) => format!("days {} - {}", of(*a), of(*b)),
        Op::Since(unit, a) => format!("{} since {}", units(*unit), of(*a)),
        Op::Call(function, list) => {
            let name = format!("{function:?}").to_lowercase();
            format!("{name} {}", all(list))
        }
        Op::Plugin { call, inputs } if inputs.is_empty() => call.to_string(),
        Op::Plugin { call, inputs } => format!("{call} told {}", all(inputs)),
        Op::Ranked(ranked) => self::ranked(ranked),
        other => format!("{other:?}"),
    }
}

fn ranked(ranked: &RankedOp) -> String {
    let asked = match ranked.measure {
        RankMeasure::Percentile => "percentile".to_owned(),
        RankMeasure::Rank => "rank".to_owned(),
        RankMeasure::Quantile(parts) => format!("quantile {parts}"),
        RankMeasure::Top(reach) => {
            let end = if reach.bottom { "bottom" } else { "top" };
            match reach.count.shifted(2) {
                Some(count) if reach.share => format!("{end} {count}%"),
                _ => format!("{end} {}", reach.count),
            }
        }
        RankMeasure::Overall(figure) => format!("overall {}", figure.english()),
    };
    let mut text = format!("{asked} in the rank table of {}", of(ranked.value));
    if let Some(among) = ranked.among {
        text.push_str(&format!(" among {}", of(among)));
    }
    if !ranked.per.is_empty() {
        text.push_str(&format!(" per {}", all(&ranked.per)));
    }
    if ranked.ties_by_id {
        text.push_str(" ties by id");
    }
    text
}

/// A constant as an answer would show it, texts quoted.
fn constant(value: Option<&Value>, kind: &Kind) -> String {
    match value {
        None => "missing".to_owned(),
        Some(Value::Text(text)) => format!("{text:?}"),
        // Instants need a zone only where an offset is shown; a plan shows them in UTC.
        Some(value) => value.display(kind, &crate::base::calendar::Zone::utc()),
    }
}

/// The kind in one word.
pub(super) fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "bool".to_owned(),
        Kind::Int => "int".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Money => "money".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Enum(_) => "enum".to_owned(),
        Kind::Date => "date".to_owned(),
        Kind::Time => "time".to_owned(),
        Kind::Set(inner) => format!("set of {}", self::kind(inner)),
    }
}

fn quantifier_name(quantifier: Quantifier) -> &'static str {
    match quantifier {
        Quantifier::Any => "any",
        Quantifier::All => "all",
        Quantifier::None => "none",
    }
}

/// Fields of other kinds than the one at hand are known by number.
fn taken(take: Subfield) -> String {
    match take {
        Subfield::Field(id) => format!("field {}", id.0),
        Subfield::At => "at".to_owned(),
        Subfield::Key => "key".to_owned(),
    }
}

fn of(slot: Slot) -> String {
    format!("#{}", slot.0)
}

fn all(slots: &[Slot]) -> String {
    let slots: Vec<String> = slots.iter().map(|slot| of(*slot)).collect();
    slots.join(" ")
}

fn members(choices: &[ChoiceOp]) -> String {
    if choices.len() > CHOICES_SHOWN_MAX {
        return format!("({} choices)", choices.len());
    }
    let end = |slot: &Option<Slot>| slot.map(of).unwrap_or_default();
    let members: Vec<String> = choices
        .iter()
        .map(|choice| match choice {
            ChoiceOp::One(slot) => of(*slot),
            ChoiceOp::Range {
                low,
                high,
                high_included,
            } => {
                let close = if *high_included { "" } else { "<" };
                format!("{}..{close}{}", end(low), end(high))
            }
        })
        .collect();
    format!("({})", members.join(" "))
}

fn window(window: &WindowOp) -> String {
    match window {
        WindowOp::All => String::new(),
        WindowOp::Last { count, unit, whole } => {
            let whole = if *whole { "whole " } else { "" };
            format!("last {count} {whole}{}", units(*unit))
        }
        WindowOp::Previous { count, unit } => format!("previous {count} {}", units(*unit)),
        WindowOp::Rolling { count, unit } => format!("rolling {count} {}", units(*unit)),
        WindowOp::Next { count, unit } => format!("next {count} {}", units(*unit)),
        WindowOp::This(unit) => format!("this {}", units(*unit).trim_end_matches('s')),
        WindowOp::PreviousCalendar(unit) => {
            format!("previous {}", units(*unit).trim_end_matches('s'))
        }
        WindowOp::Back { unit, back } => {
            format!("{} {back} back", units(*unit).trim_end_matches('s'))
        }
        WindowOp::Since(a) => format!("since {}", of(*a)),
        WindowOp::Before(a) => format!("before {}", of(*a)),
        WindowOp::Between(a, b) => format!("between {} and {}", of(*a), of(*b)),
        WindowOp::WithinAfter { count, unit, from } => {
            format!("within {count} {} after {}", units(*unit), of(*from))
        }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

fn tilde(folded: bool) -> &'static str {
    if folded { "~" } else { "" }
}

fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterEqual => ">=",
        CompareOp::Like => "~=",
    }
}

fn sign(op: ArithmeticOp) -> char {
    match op {
        ArithmeticOp::Add => '+',
        ArithmeticOp::Subtract => '-',
        ArithmeticOp::Multiply => '*',
        ArithmeticOp::Divide => '/',
    }
}

fn text_test(op: TextOp) -> &'static str {
    match op {
        TextOp::Contains => "contains",
        TextOp::StartsWith => "starts with",
        TextOp::EndsWith => "ends with",
        TextOp::Matches => "matches",
    }
}

/// A value of a report's group.
fn given_text(given: Given) -> String {
    match given {
        Given::Tally(at) => format!("tally {at} of the group"),
        Given::Measure(at) => format!("measure {at} of the group"),
        Given::Group(at) => format!("key {at} of the group"),
    }
}
