//! Aggregates of facts, and of the customers at the other end of a relation.

use super::clause::Clause;
use super::facts::Facts;
use super::name::Noun;
use super::{Place, Reader, say};
use crate::base::kind::Kind;
use crate::language::typed::{
    Aggregate, AggregateFunction, Elapsed, Reach, RelationStep, Subfield, Subject, Typed,
};
use crate::language::words::Tongue;

impl Reader<'_> {
    /// What an aggregate gives.
    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) -> String {
        let facts = self.facts(aggregate);
        let field = aggregate
            .field
            .map(|field| self.taken(aggregate.subject, field));
        let event = matches!(aggregate.subject, Subject::Event(_));
        match aggregate.function {
            AggregateFunction::Series(series) => {
                let (subject, taken) = (aggregate.subject, aggregate.field);
                self.series(
                    series,
                    &facts,
                    field.as_deref(),
                    self.is_dated(subject, taken),
                )
            }
            AggregateFunction::Elapsed(elapsed) => self.elapsed(elapsed, aggregate.subject, &facts),
            function => {
                let dated = self.is_dated(aggregate.subject, aggregate.field);
                self.measured(function, &facts, field.as_deref(), event, dated)
            }
        }
    }

    fn is_dated(&self, subject: Subject, field: Option<Subfield>) -> bool {
        let schema = &self.rules.schema;
        let fields = match subject {
            Subject::Event(id) => schema.event(id).map(|event| &event.fields),
            Subject::Holding(id) => schema.holding(id).map(|holding| &holding.fields),
        };
        match field {
            Some(Subfield::At) => true,
            Some(Subfield::Field(id)) => fields
                .and_then(|fields| fields.get(id.0 as usize))
                .is_some_and(|field| matches!(field.kind, Kind::Date | Kind::Time)),
            _ => false,
        }
    }

    /// One measure of some facts.
    pub(super) fn measured(
        &self,
        function: AggregateFunction,
        facts: &Facts,
        field: Option<&str>,
        event: bool,
        dated: bool,
    ) -> String {
        let many = facts.many();
        let field = field.unwrap_or_default();
        match function {
            AggregateFunction::Count => match (self.tongue, event) {
                (Tongue::English, _) => format!("the number of {many}"),
                (Tongue::Chinese, true) => format!("{many}次数"),
                (Tongue::Chinese, false) => format!("{many}数量"),
            },
            AggregateFunction::Sum => {
                say!(self, "the total {field} of {many}", "{many}{field}合计")
            }
            AggregateFunction::Avg => {
                say!(self, "the average {field} of {many}", "{many}{field}平均值")
            }
            AggregateFunction::Min if dated => {
                say!(
                    self,
                    "the earliest {field} of {many}",
                    "{many}最早的{field}"
                )
            }
            AggregateFunction::Max if dated => {
                say!(self, "the latest {field} of {many}", "{many}最晚的{field}")
            }
            AggregateFunction::Min => {
                say!(
                    self,
                    "the smallest {field} of {many}",
                    "{many}{field}最小值"
                )
            }
            AggregateFunction::Max => {
                say!(
                    self,
                    "the greatest {field} of {many}",
                    "{many}{field}最大值"
                )
            }
            AggregateFunction::Distinct => say!(
                self,
                "the number of different values of {field} of {many}",
                "{many}不同{field}的个数"
            ),
            AggregateFunction::First => self.one_of(facts, field, event, true),
            AggregateFunction::Last => self.one_of(facts, field, event, false),
            _ => self.other_measure(function, &many, field),
        }
    }

    fn other_measure(&self, function: AggregateFunction, many: &str, field: &str) -> String {
        match function {
            AggregateFunction::Median => {
                say!(self, "the median {field} of {many}", "{many}{field}中位数")
            }
            AggregateFunction::Stddev => say!(
                self,
                "the standard deviation of the {field} of {many}",
                "{many}{field}标准差"
            ),
            AggregateFunction::Mode => say!(
                self,
                "the most frequent {field} of {many}",
                "{many}最常见的{field}"
            ),
            AggregateFunction::Modes(count) => say!(
                self,
                "the {count} most frequent values of {field} of {many}",
                "{many}最常见的{count}个{field}"
            ),
            AggregateFunction::Share => self.share(many),
            AggregateFunction::Gap => say!(
                self,
                "the longest gap in days between {many}",
                "相邻两次{many}的最长间隔天数"
            ),
            AggregateFunction::Decay(decay) => {
                let days = decay.half_life_days;
                let what = match (field, self.tongue) {
                    ("", Tongue::English) => format!("the number of {many}"),
                    (field, Tongue::English) => format!("the total {field} of {many}"),
                    ("", Tongue::Chinese) => format!("{many}次数"),
                    (field, Tongue::Chinese) => format!("{many}{field}合计"),
                };
                say!(
                    self,
                    "the fading value (half as much for every {days} days of age) of {what}",
                    "按{days}天减半衰减的{what}"
                )
            }
            AggregateFunction::Any => say!(self, "whether there are {many}", "是否有{many}"),
            AggregateFunction::None => say!(self, "whether there are no {many}", "是否没有{many}"),
            AggregateFunction::Count
            | AggregateFunction::Sum
            | AggregateFunction::Avg
            | AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::Distinct
            | AggregateFunction::First
            | AggregateFunction::Last
            | AggregateFunction::Series(_)
            | AggregateFunction::Elapsed(_) => many.to_owned(),
        }
    }

    /// From each of the facts to its answer.
    fn elapsed(&self, elapsed: Elapsed, asked: Subject, facts: &Facts) -> String {
        let given = Subject::Event(elapsed.answer);
        let (answer, _) = self.sort(given, None);
        let same: Vec<String> = elapsed
            .pairs()
            .map(|(one, other)| {
                let one = self.taken(asked, Subfield::Field(one));
                let other = self.taken(given, Subfield::Field(other));
                match one == other {
                    true => say!(self, "the same {one}", "{one}相同"),
                    false => say!(self, "its {one} as {other}", "{other}等于前者{one}"),
                }
            })
            .collect();
        let with = match (same.is_empty(), self.tongue) {
            (true, _) => String::new(),
            (false, Tongue::English) => format!(" with {}", same.join(" and ")),
            (false, Tongue::Chinese) => format!("{}的", same.join("且")),
        };
        let (one, many, next) = (facts.one(), facts.many(), &answer.one);
        say!(
            self,
            "the average number of hours from {one} to the next {next}{with}",
            "{many}到下一次{with}{next}的平均小时数"
        )
    }

    fn share(&self, many: &str) -> String {
        say!(self, "the share taken by {many}", "{many}所占的比例")
    }

    /// A field of the first or the last fact.
    fn one_of(&self, facts: &Facts, field: &str, event: bool, first: bool) -> String {
        let bare = facts.bare();
        let (when, rest) = facts.when_and_rest();
        let nth = match (event, first) {
            (true, true) => "首次",
            (true, false) => "最近一次",
            (false, true) => "最早一笔",
            (false, false) => "最近一笔",
        };
        match (self.tongue, first) {
            (Tongue::English, true) => format!("the {field} of the first {bare}"),
            (Tongue::English, false) => format!("the {field} of the last {bare}"),
            (Tongue::Chinese, _) => format!("{when}{nth}{rest}的{field}"),
        }
    }

    /// `any` and `none`: that there are such facts or not.
    pub(super) fn exists(&mut self, aggregate: &Aggregate, negated: bool) -> Option<Clause> {
        let none = match aggregate.function {
            AggregateFunction::Any => false,
            AggregateFunction::None => true,
            AggregateFunction::Series(_) => return self.rises(aggregate, negated),
            _ => return None,
        };
        let event = matches!(aggregate.subject, Subject::Event(_));
        let facts = self.facts(aggregate);
        let own = matches!(self.place, Place::Customer | Place::Other);
        Some(match self.tongue {
            Tongue::Chinese => {
                let (when, rest) = facts.when_and_rest();
                let whose = if own { "" } else { "客户" };
                let verb = match (event, none) {
                    (true, false) => "有",
                    (true, true) => "没有",
                    (false, true) => "未持有",
                    (false, false) => "持有",
                };
                let not = if negated { "并非" } else { "" };
                let when = when.strip_suffix('的').unwrap_or(when);
                Clause::Whole(format!("{not}{whose}{when}{verb}{rest}"))
            }
            Tongue::English => {
                let what = match none {
                    false => facts.one(),
                    true => format!("no {}", facts.bare()),
                };
                let (one, many) = match (event, negated) {
                    (true, false) => ("had", "had"),
                    (true, true) => ("did not have", "did not have"),
                    (false, false) => ("holds", "hold"),
                    (false, true) => ("does not hold", "do not hold"),
                };
                match own {
                    true => Clause::Who {
                        one: format!("{one} {what}"),
                        many: format!("{many} {what}"),
                    },
                    false => Clause::Whole(format!("the customer {one} {what}")),
                }
            }
        })
    }

    /// The others that some steps lead to.
    pub(super) fn reach(&self, reach: &Reach) -> Noun {
        let kinds: Vec<Noun> = reach.kinds.iter().map(|step| self.step(*step)).collect();
        let join = |words: Vec<String>| match self.tongue {
            Tongue::English => words.join(" or "),
            Tongue::Chinese => words.join("或"),
        };
        let mut one = join(kinds.iter().map(|noun| noun.one.clone()).collect());
        let mut many = join(kinds.iter().map(|noun| noun.many.clone()).collect());
        let steps = reach.steps;
        if steps > 1 {
            for noun in [&mut one, &mut many] {
                *noun = say!(self, "{noun} within {steps} steps", "{steps}步以内的{noun}");
            }
        }
        Noun {
            one,
            many,
            person: true,
        }
    }

    fn others(&mut self, step: RelationStep, filter: Option<&Typed>) -> String {
        let noun = self.step(step);
        match filter {
            None => noun.many,
            Some(filter) => self.about(Place::Other, |reader| {
                reader.described(&noun.many, true, filter)
            }),
        }
    }

    /// A figure of the others at the end of a relation.
    pub(super) fn related_value(
        &mut self,
        function: AggregateFunction,
        step: RelationStep,
        value: Option<&Typed>,
        filter: Option<&Typed>,
    ) -> String {
        let of = value.map(|value| self.about(Place::Other, |reader| reader.operand(value)));
        let of = of.unwrap_or_default();
        let dated = value.is_some_and(|value| matches!(value.kind, Kind::Date | Kind::Time));
        let many = self.others(step, filter);
        match function {
            AggregateFunction::Sum => {
                say!(self, "the total of {of} of the {many}", "{many}的{of}合计")
            }
            AggregateFunction::Avg => {
                say!(
                    self,
                    "the average of {of} of the {many}",
                    "{many}的{of}平均值"
                )
            }
            AggregateFunction::Min if dated => {
                say!(self, "the earliest {of} of the {many}", "{many}最早的{of}")
            }
            AggregateFunction::Max if dated => {
                say!(self, "the latest {of} of the {many}", "{many}最晚的{of}")
            }
            AggregateFunction::Min => {
                say!(
                    self,
                    "the smallest {of} of the {many}",
                    "{many}的{of}最小值"
                )
            }
            AggregateFunction::Max => {
                say!(
                    self,
                    "the greatest {of} of the {many}",
                    "{many}的{of}最大值"
                )
            }
            AggregateFunction::Distinct => say!(
                self,
                "the number of different values of {of} of the {many}",
                "{many}不同{of}的个数"
            ),
            _ => say!(self, "the number of {many}", "{many}的人数"),
        }
    }

    /// Whether there are others at the end of a relation.
    pub(super) fn any_related(
        &mut self,
        function: AggregateFunction,
        step: RelationStep,
        filter: Option<&Typed>,
        negated: bool,
    ) -> Clause {
        let noun = self.step(step);
        let none = function == AggregateFunction::None;
        let word = match (self.tongue, none) {
            (Tongue::English, false) => noun.with_article(Tongue::English),
            (Tongue::English, true) => format!("no {}", noun.one),
            (Tongue::Chinese, _) => noun.one,
        };
        let others = match filter {
            None => word,
            Some(filter) => self.about(Place::Other, |reader| reader.described_one(&word, filter)),
        };
        match (self.tongue, none, negated) {
            (Tongue::English, _, false) => Clause::Who {
                one: format!("has {others}"),
                many: format!("have {others}"),
            },
            (Tongue::English, _, true) => Clause::Who {
                one: format!("does not have {others}"),
                many: format!("do not have {others}"),
            },
            (Tongue::Chinese, false, false) => Clause::Whole(format!("有{others}")),
            (Tongue::Chinese, true, false) => Clause::Whole(format!("没有{others}")),
            (Tongue::Chinese, false, true) => Clause::Whole(format!("并非有{others}")),
            (Tongue::Chinese, true, true) => Clause::Whole(format!("并非没有{others}")),
        }
    }
}
