//! Functions, aggregates, lookups and relations back to the calls they were written as.

use std::borrow::Cow;

use super::{Writer, at, named};
use crate::base::calendar::Unit;
use crate::base::decimal::Decimal;
use crate::base::span::Span;
use crate::language::syntax::{self, Call, CompareOp, Expr, ExprNode, HALF_LIFE_TAG, Name};
use crate::language::typed::{
    Aggregate, AggregateFunction, Decay, Elapsed, FollowedStep, Function, Node, RelationStep,
    Series, SourceFileId, Subfield, Subject, Typed, Window,
};
use crate::language::words;
use crate::schema::FieldId;

impl Writer<'_> {
    pub(super) fn called(&self, node: &Node) -> ExprNode {
        match node {
            Node::Call {
                function: Function::Read,
                arguments,
            } => match arguments.first() {
                Some(inner) => self.node(inner),
                None => ExprNode::Missing,
            },
            Node::Call {
                function: Function::Weighted,
                arguments,
            } => self.weighted(arguments),
            Node::Call {
                function,
                arguments,
            } => as_call(self.calling(function_name(*function), self.list(arguments))),
            Node::Lookup {
                source,
                column,
                key,
            } => self.lookup(*source, *column, key),
            Node::Plugin { call, .. } => ExprNode::Plugin {
                plugin: Box::new(named(&call.plugin)),
                function: (!call.only).then(|| Box::new(named(&call.function))),
            },
            Node::Ranked {
                measure,
                population,
            } => self.ranked(*measure, population),
            Node::Aggregate(aggregate) => self.aggregate(aggregate),
            Node::Followed(followed) => ExprNode::Followed(
                followed
                    .steps
                    .iter()
                    .map(|step| self.step_of(step))
                    .collect(),
            ),
            Node::Periods {
                unit,
                count,
                condition,
            } => self.periods(*unit, *count, condition),
            Node::Reviewed(tiers) => self.reviewed(tiers),
            Node::Recorded(id) => {
                let field = self.rules.schema.attribute(*id);
                let attribute = at(self.attribute(self.field_of(field)));
                as_call(self.calling(words::RECORDED.english, vec![attribute]))
            }
            Node::Related {
                quantifier,
                reach,
                condition,
            } => ExprNode::Relation {
                quantifier: *quantifier,
                relations: reach.kinds.iter().map(|step| self.step(*step)).collect(),
                steps: reach.steps,
                condition: Box::new(self.about_customer(condition)),
            },
            Node::RelatedAggregate {
                function,
                step,
                value,
                filter,
            } => self.related(*function, *step, value.as_deref(), filter.as_deref()),
            _ => ExprNode::Missing,
        }
    }

    /// A review is read through the name of its tiers.
    fn reviewed(&self, tiers: &str) -> ExprNode {
        let found = self.rules.find(tiers);
        let found = found.and_then(|id| self.rules.definition(id));
        let name = found.map(|found| self.choose(&found.name, &found.label));
        ExprNode::Name(name.unwrap_or_else(|| named(tiers)))
    }

    fn lookup(&self, source: SourceFileId, column: u32, key: &Typed) -> ExprNode {
        let file = self.rules.sources.get(source.0 as usize);
        let (name, column) = match file {
            Some(file) => {
                let column = file.columns.get(column as usize);
                (named(&file.name), column.map(|column| named(column)))
            }
            None => (self.unknown(), None),
        };
        let arguments = vec![at(ExprNode::Name(name)), self.expr(key)];
        let call = self.calling(words::LOOKUP.english, arguments);
        ExprNode::Field {
            base: Box::new(at(as_call(call))),
            field: column.unwrap_or_else(|| self.unknown()),
        }
    }

    /// Values stand as names before their weights.
    fn weighted(&self, arguments: &[Typed]) -> ExprNode {
        let mut tags = Vec::new();
        let mut weights = Vec::new();
        for pair in arguments.chunks_exact(2) {
            let [value, weight] = pair else { continue };
            tags.push(match self.expr(as_written(value)).node {
                ExprNode::Name(name) => Some(name),
                _ => None,
            });
            weights.push(self.expr(weight));
        }
        let mut call = self.calling(words::WEIGHTED.english, weights);
        call.tags = tags;
        as_call(call)
    }

    /// In the context of a customer: no fact is at hand.
    pub(super) fn about_customer(&self, typed: &Typed) -> Expr {
        Writer {
            subject: None,
            ..*self
        }
        .expr(typed)
    }

    /// What facts are called, and what else is said of them: a named part goes by its name.
    fn facts<'t>(
        &self,
        subject: Subject,
        filter: Option<&'t Typed>,
    ) -> (Name, Option<Cow<'t, Typed>>) {
        let part = |typed: &Typed| match typed.node {
            Node::Part(id) => Some(self.part(id)),
            _ => None,
        };
        if let Some(filter) = filter {
            if let Some(name) = part(filter) {
                return (name, None);
            }
            if let Node::And(list) = &filter.node
                && let [first, rest @ ..] = list.as_slice()
                && let Some(name) = part(first)
            {
                let rest = match rest {
                    [only] => Cow::Borrowed(only),
                    more => Cow::Owned(Typed {
                        node: Node::And(more.to_vec()),
                        ..filter.clone()
                    }),
                };
                return (name, Some(rest));
            }
        }
        let schema = &self.rules.schema;
        let name = match subject {
            Subject::Event(id) => schema
                .event(id)
                .map(|event| self.choose(&event.name, &event.label)),
            Subject::Holding(id) => schema
                .holding(id)
                .map(|holding| self.choose(&holding.name, &holding.label)),
        };
        let name = name.unwrap_or_else(|| self.unknown());
        (name, filter.map(Cow::Borrowed))
    }

    /// A step of a sequence.
    fn step_of(&self, step: &FollowedStep) -> syntax::FollowedStep {
        let subject = Subject::Event(step.event);
        let (event, filter) = self.facts(subject, step.filter.as_ref());
        let inside = Writer {
            subject: Some(subject),
            ..*self
        };
        syntax::FollowedStep {
            name: step.name.as_ref().map(|name| named(name)),
            absent: step.absent,
            event,
            filter: filter.map(|filter| inside.expr(&filter)),
            within: step.within.map(|within| syntax::Reach {
                low: within.low,
                high: within.high,
                unit: within.unit,
                span: Span::default(),
            }),
            span: Span::default(),
        }
    }

    fn aggregate(&self, aggregate: &Aggregate) -> ExprNode {
        let (subject, filter) = self.facts(aggregate.subject, aggregate.filter.as_ref());
        let subject = at(ExprNode::Name(subject));
        let field = aggregate
            .field
            .map(|field| self.subfield(Some(aggregate.subject), field));
        let takes_fact = matches!(
            aggregate.function,
            AggregateFunction::First | AggregateFunction::Last
        );
        let (argument, after) = match field {
            Some(field) if !takes_fact => (
                at(ExprNode::Field {
                    base: Box::new(subject),
                    field,
                }),
                None,
            ),
            field => (subject, field),
        };
        let function = match (aggregate.function, aggregate.field) {
            (AggregateFunction::Decay(_), Some(_)) => AggregateFunction::Sum,
            (AggregateFunction::Decay(_), None) => AggregateFunction::Count,
            (function, _) => function,
        };
        let inside = Writer {
            subject: Some(aggregate.subject),
            ..*self
        };
        let mut call = Call {
            tags: vec![aggregate.name.as_ref().map(|name| named(name))],
            filter: filter.map(|filter| inside.boxed(&filter)),
            ..self.calling(aggregate_name(function), vec![argument])
        };
        match aggregate.function {
            AggregateFunction::Series(series) => call = self.series(series, call),
            AggregateFunction::Elapsed(elapsed) => {
                call = self.elapsed(elapsed, aggregate.subject, call);
            }
            AggregateFunction::Modes(wanted) => push(&mut call, number(i64::from(wanted))),
            _ => {}
        }
        call.window = self.window(&aggregate.window).map(Box::new);
        match aggregate.function {
            AggregateFunction::Decay(decay) => self.decay(call, decay),
            _ => with_field(as_call(call), after),
        }
    }

    fn decay(&self, inner: Call, decay: Decay) -> ExprNode {
        let length = ExprNode::Span {
            count: i64::from(decay.half_life_days),
            unit: Unit::Day,
        };
        let arguments = vec![at(as_call(inner)), at(length)];
        let mut call = self.calling(words::DECAY.english, arguments);
        call.tags = vec![
            None,
            Some(Name {
                text: HALF_LIFE_TAG.to_owned(),
                quoted: false,
                span: Span::default(),
            }),
        ];
        as_call(call)
    }

    /// A series around the aggregate that it measures in each unit.
    fn series(&self, series: Series, mut inner: Call) -> Call {
        let (word, unit) = match series {
            Series::Units(unit) | Series::Streak(unit) => {
                inner.by = Some(unit);
                return inner;
            }
            Series::Peak { dates, .. } => {
                let mut call = self.calling(words::PEAK.english, vec![at(as_call(inner))]);
                let (count, unit) = (i64::from(dates), Unit::Day);
                push(&mut call, ExprNode::Span { count, unit });
                return call;
            }
            Series::Trend { unit, .. } => (words::TREND, unit),
            Series::Rising { unit, .. } => (words::RISING, unit),
            Series::Falling { unit, .. } => (words::FALLING, unit),
        };
        Call {
            by: Some(unit),
            ..self.calling(word.english, vec![at(as_call(inner))])
        }
    }

    /// The two events under the names `a` and `b`.
    fn elapsed(&self, elapsed: Elapsed, question: Subject, mut call: Call) -> Call {
        let answer = self.rules.schema.event(elapsed.answer);
        let name = answer.map(|event| self.choose(&event.name, &event.label));
        push(
            &mut call,
            ExprNode::Name(name.unwrap_or_else(|| self.unknown())),
        );
        call.tags = vec![Some(named("a")), Some(named("b"))];
        let field = |tag: &str, subject: Subject, field: FieldId| ExprNode::Field {
            base: Box::new(at(ExprNode::Name(named(tag)))),
            field: self.subfield(Some(subject), Subfield::Field(field)),
        };
        let tests = elapsed.pairs().map(|(asked, given)| {
            at(ExprNode::Compare {
                op: CompareOp::Equal,
                left: Box::new(at(field("b", Subject::Event(elapsed.answer), given))),
                right: Box::new(at(field("a", question, asked))),
            })
        });
        let mut tests: Vec<Expr> = tests.collect();
        call.filter = match tests.len() {
            0 | 1 => tests.pop().map(Box::new),
            _ => Some(Box::new(at(ExprNode::And(tests)))),
        };
        call
    }

    fn periods(&self, unit: Unit, count: u16, condition: &Typed) -> ExprNode {
        let word = match unit {
            Unit::Week => words::WEEKS,
            Unit::Month => words::MONTHS,
            Unit::Quarter => words::QUARTERS,
            Unit::Year => words::YEARS,
            Unit::Day | Unit::Hour | Unit::Minute => words::DAYS,
        };
        let window = Window::Last {
            count: i64::from(count),
            unit,
            whole: true,
        };
        as_call(Call {
            window: self.window(&window).map(Box::new),
            ..self.calling(word.english, vec![self.about_customer(condition)])
        })
    }

    fn related(
        &self,
        function: AggregateFunction,
        step: RelationStep,
        value: Option<&Typed>,
        filter: Option<&Typed>,
    ) -> ExprNode {
        let relation = at(ExprNode::Name(self.step(step)));
        let argument = match value {
            None => relation,
            Some(value) => {
                let inner = self.about_customer(value);
                let field = match inner.node {
                    ExprNode::Name(name) => name,
                    other => named(&super::expression(&at(other), self.tongue)),
                };
                at(ExprNode::Field {
                    base: Box::new(relation),
                    field,
                })
            }
        };
        let mut call = self.calling(aggregate_name(function), vec![argument]);
        call.filter = filter.map(|filter| Box::new(self.about_customer(filter)));
        as_call(call)
    }
}

fn as_call(call: Call) -> ExprNode {
    ExprNode::Call(Box::new(call))
}

fn with_field(node: ExprNode, field: Option<Name>) -> ExprNode {
    match field {
        Some(field) => ExprNode::Field {
            base: Box::new(at(node)),
            field,
        },
        None => node,
    }
}

fn aggregate_name(function: AggregateFunction) -> &'static str {
    let word = match function {
        AggregateFunction::Count => words::COUNT,
        AggregateFunction::Sum => words::SUM,
        AggregateFunction::Avg => words::AVG,
        AggregateFunction::Min => words::MIN,
        AggregateFunction::Max => words::MAX,
        AggregateFunction::Distinct => words::DISTINCT,
        AggregateFunction::First => words::FIRST,
        AggregateFunction::Last => words::LAST_FACT,
        AggregateFunction::Any => words::ANY_FACT,
        AggregateFunction::None => words::NONE_FACT,
        AggregateFunction::Decay(_) => words::DECAY,
        AggregateFunction::Median => words::MEDIAN,
        AggregateFunction::Stddev => words::STDDEV,
        AggregateFunction::Mode => words::MODE,
        AggregateFunction::Modes(_) => words::MODES,
        AggregateFunction::Share => words::SHARE,
        AggregateFunction::Gap => words::GAP,
        AggregateFunction::Elapsed(_) => words::ELAPSED,
        AggregateFunction::Series(series) => return series_name(series),
    };
    word.english
}

/// The word before the facts of a series.
fn series_name(series: Series) -> &'static str {
    match (series, series.measure()) {
        (Series::Streak(_), _) => words::STREAK.english,
        (_, Some(of)) => aggregate_name(of.function()),
        (_, None) => words::COUNT.english,
    }
}

fn push(call: &mut Call, node: ExprNode) {
    call.arguments.push(at(node));
    call.tags.push(None);
}

fn number(number: i64) -> ExprNode {
    match Decimal::new(i128::from(number), 0) {
        Some(number) => ExprNode::Number(number),
        None => ExprNode::Missing,
    }
}

fn function_name(function: Function) -> &'static str {
    let word = match function {
        Function::Min => words::MIN,
        Function::Max => words::MAX,
        Function::Clamp => words::CLAMP,
        Function::Round => words::ROUND,
        Function::Floor => words::FLOOR,
        Function::Abs => words::ABS,
        Function::Log => words::LOG,
        Function::Exp => words::EXP,
        Function::Sqrt => words::SQRT,
        Function::Scale => words::SCALE,
        Function::Weighted => words::WEIGHTED,
        Function::Left => words::LEFT,
        Function::Right => words::RIGHT,
        Function::Middle => words::MIDDLE,
        Function::Length => words::LENGTH,
        Function::Upper => words::UPPER,
        Function::Lower => words::LOWER,
        Function::Trim => words::TRIM,
        Function::Replace => words::REPLACE,
        Function::Before => words::BEFORE_MARK,
        Function::After => words::AFTER_MARK,
        Function::ToNumber => words::NUMBER,
        Function::ToText | Function::Read => words::TEXT,
        Function::ToDate => words::DATE,
        Function::ToTime => words::TIME,
        Function::Year => words::YEAR_OF,
        Function::Quarter => words::QUARTER_OF,
        Function::Month => words::MONTH_OF,
        Function::Day => words::DAY_OF,
        Function::Weekday => words::WEEKDAY,
        Function::Anniversary => words::ANNIVERSARY,
        Function::MissingIf => words::MISSING_IF,
    };
    word.english
}

/// Without what only makes a number of it.
fn as_written(typed: &Typed) -> &Typed {
    match &typed.node {
        Node::Convert(inner) => as_written(inner),
        Node::Call {
            function: Function::ToNumber,
            arguments,
        } => match arguments.as_slice() {
            [inner] => as_written(inner),
            _ => typed,
        },
        _ => typed,
    }
}
