//! A customer's place among others: `percentile(x among F per A ties by id)`,
//! `top 10% by x`, and figures of all of them: `overall(median(x) among F)`.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit::QUANTILE_PARTS_MAX;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::functions::{self, Entry, Ranked, Wants};
use super::super::resolve::{BuiltIn, Counted};
use super::super::syntax::{Call, Expr, ExprNode, Top};
use super::super::typed::{Figure, Node, Population, RankMeasure, RankReach, Typed};
use super::condition::wanted_condition;
use super::{Checker, Scope, Want, boolean, describe};

/// Among whom, as written.
#[derive(Clone, Copy)]
struct Among<'a> {
    among: Option<&'a Expr>,
    per: &'a [Expr],
    ties_by_id: bool,
}

impl<'a> Among<'a> {
    fn of(call: &'a Call) -> Self {
        Self {
            among: call.among.as_deref(),
            per: &call.per,
            ties_by_id: call.ties_by_id,
        }
    }
}

impl Checker<'_> {
    /// `percentile`, `rank`, `quintile`, `quantile`, `overall`.
    pub(super) fn ranked(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        function: Ranked,
        span: Span,
    ) -> Option<Typed> {
        self.plain_arguments(call, entry)?;
        let (least, _) = entry.arity();
        if call.arguments.len() != least {
            let given = call.arguments.len();
            let wanted = if least == 1 {
                "one argument"
            } else {
                "two arguments"
            };
            let message = format!("`{}` takes {wanted}, and {given} are given", entry.name);
            return self.fail(
                Diagnostic::error(codes::ARGUMENT_COUNT, message, span)
                    .help(format!("as in `{}`", entry.example)),
            );
        }
        let value = call.arguments.first()?;
        let parts = call.arguments.get(1);
        let (measure, kind) = match function {
            Ranked::Overall => return self.overall(call, value, span),
            Ranked::Percentile => (Some(RankMeasure::Percentile), Kind::Number),
            Ranked::Rank => (Some(RankMeasure::Rank), Kind::Int),
            Ranked::Quintile => (Some(RankMeasure::Quantile(5)), Kind::Int),
            Ranked::Quantile => (self.parts(parts?), Kind::Int),
        };
        let population = self.population(value, Among::of(call));
        let node = Node::Ranked {
            measure: measure?,
            population: Box::new(population?),
        };
        Some(Typed { node, kind, span })
    }

    /// `top 10% by x`
    pub(super) fn top(&mut self, top: &Top, span: Span) -> Option<Typed> {
        let among = Among {
            among: top.among.as_deref(),
            per: &top.per,
            ties_by_id: top.ties_by_id,
        };
        let population = self.population(&top.by, among);
        let whole = 10i128.pow(top.count.places);
        let fits = match top.share {
            true => (1..=whole).contains(&top.count.mantissa),
            false => top.count.places == 0 && top.count.mantissa > 0,
        };
        if !fits {
            return self.fail(
                Diagnostic::error(codes::NUMBER_RANGE, "this is no number of places", span)
                    .help("write `top 100 by X` or, for a part of all, `top 10% by X`"),
            );
        }
        let reach = RankReach {
            bottom: top.bottom,
            count: top.count,
            share: top.share,
        };
        let node = Node::Ranked {
            measure: RankMeasure::Top(reach),
            population: Box::new(population?),
        };
        Some(boolean(node, span))
    }

    fn plain_arguments(&mut self, call: &Call, entry: &Entry) -> Option<()> {
        let name = entry.name;
        let stray = call
            .filter
            .as_ref()
            .map(|filter| ("`where`", filter.span, "`among F` says among whom"))
            .or(call.window.as_ref().map(|window| {
                let help = "a window stands in the aggregate that is ranked: `rank(sum(purchase.amount, last 90 days))`";
                ("window", window.span, help)
            }))
            .or(call.by.map(|_| ("`by`", call.name.span, "`per A` makes groups")))
            .or(call.tags.iter().flatten().next().map(|tag| {
                ("name before its argument", tag.span, "leave the name out")
            }));
        match stray {
            None => Some(()),
            Some((what, at, help)) => self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!("`{name}` looks at many customers and takes no {what}"),
                    at,
                )
                .help(help),
            ),
        }
    }

    /// How many parts a quantile has.
    fn parts(&mut self, expr: &Expr) -> Option<RankMeasure> {
        let wants = Wants::Places(2, i64::from(QUANTILE_PARTS_MAX));
        let typed = self.infer(expr, Want::Hint(&Kind::Int))?;
        match self.fit(wants, typed)?.node {
            Node::Literal(Value::Int(parts)) => {
                u32::try_from(parts).ok().map(RankMeasure::Quantile)
            }
            _ => None,
        }
    }

    /// Everyone, within groups.
    pub(super) fn grouped_population(&mut self, value: &Expr, per: &[Expr]) -> Option<Population> {
        let among = Among {
            among: None,
            per,
            ties_by_id: false,
        };
        self.population(value, among)
    }

    /// Those among whom a customer is placed: about the customer alone, wherever it is written.
    fn population(&mut self, value: &Expr, among: Among<'_>) -> Option<Population> {
        let population = self.members(value, among, |checker, value| {
            let ordered = value.kind.is_numeric() || matches!(value.kind, Kind::Date | Kind::Time);
            if ordered {
                return Some(());
            }
            checker.fail(
                Diagnostic::error(
                    codes::ARGUMENT_KIND,
                    format!(
                        "customers are placed by a number, money or a date, and this is {}",
                        describe(&value.kind)
                    ),
                    value.span,
                )
                .help("`among F` takes a condition, `per A` makes groups"),
            )
        })?;
        Some(population)
    }

    fn members(
        &mut self,
        value: &Expr,
        among: Among<'_>,
        fits: impl FnOnce(&mut Self, &Typed) -> Option<()>,
    ) -> Option<Population> {
        if let Scope::Source(_) = self.scope {
            let message = "a source has no customers yet, so nobody has a place among them";
            return self.fail(Diagnostic::error(codes::NOT_HERE, message, value.span));
        }
        let scope = Scope::Customer { other: false };
        let about_everyone = |checker: &mut Self| {
            let value = checker.infer(value, Want::Any).and_then(|value| {
                fits(checker, &value)?;
                Some(value)
            });
            let filter = among.among.map(|filter| checker.belonging(filter));
            let per: Vec<Option<Typed>> = among.per.iter().map(|key| checker.group(key)).collect();
            Some(Population {
                value: value?,
                among: match filter {
                    Some(filter) => Some(filter?),
                    None => None,
                },
                per: per.into_iter().collect::<Option<_>>()?,
                ties_by_id: among.ties_by_id,
            })
        };
        self.unbound(|checker| checker.within(scope, about_everyone))
    }

    /// Who belongs.
    fn belonging(&mut self, filter: &Expr) -> Option<Typed> {
        let typed = self.infer(filter, Want::Hint(&Kind::Bool))?;
        if typed.kind == Kind::Bool {
            return Some(typed);
        }
        let finding = wanted_condition(&typed.kind, "`among`", typed.span);
        self.fail(finding.help(
            "name a filter, or write a condition in brackets: `top 10% by X among (age > 30)`",
        ))
    }

    /// What makes groups.
    fn group(&mut self, key: &Expr) -> Option<Typed> {
        let typed = self.infer(key, Want::Any)?;
        let help = match typed.kind {
            Kind::Number | Kind::Money => "`floor(… / 1000)` makes whole numbers of it",
            Kind::Time => "`date(…)` makes a date of it",
            Kind::Set(_) => "a customer with several values would be in several groups",
            _ => return Some(typed),
        };
        self.fail(
            Diagnostic::error(
                codes::ARGUMENT_KIND,
                format!(
                    "`per` makes groups by a text, a value of a list, a date, a whole number or yes and no, and this is {}",
                    describe(&typed.kind)
                ),
                typed.span,
            )
            .help(help),
        )
    }

    fn overall(&mut self, call: &Call, argument: &Expr, span: Span) -> Option<Typed> {
        let shape = "`overall(median(assets) among active)`";
        if let Some(per) = call.per.first() {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    "`overall` is one number over all of them and makes no groups",
                    per.span,
                )
                .help("`among F` says over whom; `percentile(x per A)` compares within groups"),
            );
        }
        let inner = match &argument.node {
            ExprNode::Call(inner) => inner,
            _ => return self.no_figure(argument.span, shape),
        };
        let word = functions::english(&inner.name.text).unwrap_or(&inner.name.text);
        let figure = Figure::ALL
            .into_iter()
            .find(|figure| figure.english() == word);
        let (Some(figure), [value]) = (figure, inner.arguments.as_slice()) else {
            return self.no_figure(argument.span, shape);
        };
        let dressed = inner.filter.is_some() || inner.window.is_some() || inner.by.is_some();
        if dressed || inner.places() || inner.tags.iter().any(Option::is_some) {
            return self.no_figure(argument.span, shape);
        }
        self.figure(call, figure, value, span)
    }

    fn no_figure<T>(&mut self, span: Span, shape: &str) -> Option<T> {
        let words: Vec<&str> = Figure::ALL.iter().map(|figure| figure.english()).collect();
        self.fail(
            Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                format!("`overall` takes one of {} of one value", words.join(", ")),
                span,
            )
            .help(format!("as in {shape}")),
        )
    }

    fn figure(&mut self, call: &Call, figure: Figure, value: &Expr, span: Span) -> Option<Typed> {
        let among = Among::of(call);
        if let Some(finding) = self.of_facts(figure, value) {
            return self.fail(finding);
        }
        let population = match self.everyone(figure, value) {
            Some(id) => self.members(&id, among, |_, _| Some(()))?,
            None => self.members(value, among, |checker, value| checker.takes(figure, value))?,
        };
        let kind = match (figure, &population.value.kind) {
            (Figure::Count, _) => Kind::Int,
            (Figure::Sum | Figure::Min | Figure::Max, kind) => kind.clone(),
            (_, Kind::Money) => Kind::Money,
            _ => Kind::Number,
        };
        let node = Node::Ranked {
            measure: RankMeasure::Overall(figure),
            population: Box::new(population),
        };
        Some(Typed { node, kind, span })
    }

    /// `count(customer)`: everyone has an id.
    fn everyone(&self, figure: Figure, value: &Expr) -> Option<Expr> {
        let ExprNode::Name(name) = &value.node else {
            return None;
        };
        let customer = BuiltIn::of(name) == Some(BuiltIn::Customer);
        if figure != Figure::Count || !customer {
            return None;
        }
        let mut id = name.clone();
        id.text = "id".to_owned();
        Some(Expr {
            node: ExprNode::Name(id),
            span: value.span,
        })
    }

    /// An event where a value of each customer is wanted.
    fn of_facts(&self, figure: Figure, value: &Expr) -> Option<Diagnostic> {
        let name = match &value.node {
            ExprNode::Name(name) => name,
            ExprNode::Field { base, .. } => match &base.node {
                ExprNode::Name(name) => name,
                _ => return None,
            },
            _ => return None,
        };
        let is_value = self.world.names.find_value(&name.text).is_some();
        match self.world.names.find_subject(&name.text) {
            Some(
                Counted::Event(_) | Counted::Part(_) | Counted::Holding(_) | Counted::Relation(_),
            ) if !is_value => {}
            _ => return None,
        }
        let (word, text) = (figure.english(), &name.text);
        Some(
            Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                format!("`overall` looks at one value of each customer, and `{text}` is many facts"),
                value.span,
            )
            .help(format!(
                "say what each customer has: `overall({word}(sum({text}.FIELD)))`, `overall({word}(count({text})))`"
            )),
        )
    }

    fn takes(&mut self, figure: Figure, value: &Typed) -> Option<()> {
        let wants = match figure {
            Figure::Count => return Some(()),
            Figure::Min | Figure::Max => Wants::Ordered,
            _ => Wants::Numeric,
        };
        let dated = wants == Wants::Ordered && matches!(value.kind, Kind::Date | Kind::Time);
        if value.kind.is_numeric() || dated {
            return Some(());
        }
        self.fail(
            Diagnostic::error(
                codes::ARGUMENT_KIND,
                format!(
                    "{} is wanted here, and this is {}",
                    wants.describe(),
                    describe(&value.kind)
                ),
                value.span,
            )
            .help("`count` takes any kind"),
        )
    }
}
