//! Aggregates over the rows of a report's group: `sum(customer.assets where C)`.

use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::quantile::Quantile;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::printer;
use super::super::resolve::{BuiltIn, Counted};
use super::super::syntax::{Call, Expr, ExprNode, Name};
use super::super::typed::{
    Given, Node, ReportSubject, Subject, Tally, TallyFunction, Typed, Window,
};
use super::super::words::{self, Role, Tongue};
use super::walk::forget_places;
use super::{Checker, Scope, Want, boolean, describe};

/// What is taken of each row.
enum Taken {
    /// The row itself.
    Row,
    /// A value.
    Value(Typed),
}

const FUNCTIONS: &str =
    "a report has count, sum, avg, min, max, distinct, median, stddev, cut and share";

impl Checker<'_> {
    /// Whether the call is over rows, and not over values of the group.
    pub(super) fn is_tally(&self, call: &Call, word: &str) -> bool {
        let over_values = call.arguments.len() > 1 && matches!(word, "min" | "max");
        !over_values && words::find(word, &[Role::Aggregate, Role::LaterFunction]).is_some()
    }

    /// `count` alone.
    pub(super) fn count_of_rows(&mut self, span: Span) -> Option<Typed> {
        let tally = Tally {
            function: TallyFunction::Count,
            value: None,
            filter: None,
            kind: Kind::Int,
            text: words::COUNT.english.into(),
            pass: 0,
        };
        self.enter_tally(tally, span)
    }

    /// `median(assets where C)`.
    pub(super) fn tally(&mut self, call: &Call, word: &str, span: Span) -> Option<Typed> {
        let outside = std::mem::take(&mut self.reporting.as_mut()?.reach);
        let tally = self.tally_of(call, word, span);
        let reporting = self.reporting.as_mut()?;
        let pass = std::mem::replace(&mut reporting.reach, outside);
        let tally = Tally { pass, ..tally? };
        self.enter_tally(tally, span)
    }

    fn tally_of(&mut self, call: &Call, word: &str, span: Span) -> Option<Tally> {
        let (function, arguments) = self.tally_function(call, word, span)?;
        if call.by.is_some() || call.places() || call.tags.iter().any(Option::is_some) {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                format!(
                    "over the rows of a report `{word}` takes a value, `where` and nothing else"
                ),
                span,
            ));
        }
        let taken = self.taken(function, arguments, word, span);
        let filter = match &call.filter {
            None => Some(None),
            Some(filter) => self
                .row(|checker| checker.condition(filter, "`where`"))
                .map(Some),
        };
        let window = match &call.window {
            None => Some(None),
            Some(window) => {
                let window = self.tally_window(window);
                window.map(Some)
            }
        };
        let (taken, filter, window) = (taken?, filter?, window?);
        let text = self.text_of(call, span);
        if function == TallyFunction::Share {
            let Some(value) = filter else {
                return self.fail(
                    Diagnostic::error(
                        codes::AGGREGATE_SHAPE,
                        "`share` asks which part of the rows a condition holds for",
                        span,
                    )
                    .help("write `share(customer where active)`"),
                );
            };
            return Some(Tally {
                function,
                value: Some(value),
                filter: window,
                kind: Kind::Number,
                text,
                pass: 0,
            });
        }
        let (value, kind) = match taken {
            Taken::Row => (None, Kind::Int),
            Taken::Value(value) => {
                let kind = self.tallied_kind(function, &value, word)?;
                (Some(value), kind)
            }
        };
        let filter = match (window, filter) {
            (Some(window), Some(filter)) => {
                let span = filter.span;
                Some(boolean(Node::And(vec![window, filter]), span))
            }
            (one, other) => one.or(other),
        };
        Some(Tally {
            function,
            value,
            filter,
            kind,
            text,
            pass: 0,
        })
    }

    fn text_of(&self, call: &Call, span: Span) -> std::sync::Arc<str> {
        let node = ExprNode::Call(Box::new(call.clone()));
        printer::expression(&Expr { node, span }, Tongue::English).into()
    }

    fn tally_function<'c>(
        &mut self,
        call: &'c Call,
        word: &str,
        span: Span,
    ) -> Option<(TallyFunction, &'c [Expr])> {
        let function = match word {
            "count" => TallyFunction::Count,
            "sum" => TallyFunction::Sum,
            "avg" => TallyFunction::Avg,
            "min" => TallyFunction::Min,
            "max" => TallyFunction::Max,
            "distinct" => TallyFunction::Distinct,
            "median" => TallyFunction::Median,
            "stddev" => TallyFunction::Stddev,
            "share" => TallyFunction::Share,
            "cut" => return self.cut(call, span),
            _ => {
                return self.fail(
                    Diagnostic::error(
                        codes::NOT_HERE,
                        format!("`{word}` means nothing over the rows of a report"),
                        call.name.span,
                    )
                    .help(FUNCTIONS),
                );
            }
        };
        if call.arguments.len() > 1 {
            return self.fail(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    format!("`{word}` takes one value of each row"),
                    span,
                )
                .help(format!("as in `{word}(assets where age >= 18)`")),
            );
        }
        Some((function, &call.arguments))
    }

    /// `cut(x, 90%)`.
    fn cut<'c>(&mut self, call: &'c Call, span: Span) -> Option<(TallyFunction, &'c [Expr])> {
        let help = "write `cut(assets, 90%)`: the value below which nine tenths lie";
        let [value, share] = call.arguments.as_slice() else {
            return self.fail(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    "`cut` takes a value of each row and a share",
                    span,
                )
                .help(help),
            );
        };
        let part = match &share.node {
            ExprNode::Number(part) => Some(*part),
            _ => {
                let typed = self.within(Scope::Group, |checker| checker.infer(share, Want::Any))?;
                let param = match typed.node {
                    Node::Param(id) => self.world.params.get(id.0 as usize),
                    _ => None,
                };
                match param.map(|param| &param.value) {
                    Some(Value::Number(number)) => Decimal::parse(&number.to_string()),
                    Some(Value::Int(number)) => Decimal::parse(&number.to_string()),
                    _ => None,
                }
            }
        };
        match part.and_then(Quantile::new) {
            Some(part) => Some((TallyFunction::Cut(part), std::slice::from_ref(value))),
            None => self.fail(
                Diagnostic::error(
                    codes::WANTED_CONSTANT,
                    "a share from 0% to 100% is wanted here",
                    share.span,
                )
                .help(help),
            ),
        }
    }

    /// Events of the window alone.
    fn tally_window(&mut self, window: &super::super::syntax::Window) -> Option<Typed> {
        let subject = self.reporting.as_ref()?.subject;
        let ReportSubject::Facts(Subject::Event(_)) = subject else {
            return self.fail(
                Diagnostic::error(
                    codes::WINDOW,
                    "the rows of this report are not events, and have no window",
                    window.span,
                )
                .help("ask for a date of theirs: `where opened_on in last 90 days`"),
            );
        };
        let scope = Scope::Customer { other: false };
        let checked: Window = self.within(scope, |checker| checker.window(window, false))?;
        let value = Box::new(Typed {
            node: Node::At,
            kind: Kind::Time,
            span: window.span,
        });
        let node = Node::InWindow {
            value,
            window: Box::new(checked),
            negated: false,
        };
        Some(boolean(node, window.span))
    }

    fn taken(
        &mut self,
        function: TallyFunction,
        arguments: &[Expr],
        word: &str,
        span: Span,
    ) -> Option<Taken> {
        let rows_only = matches!(function, TallyFunction::Count | TallyFunction::Share);
        let Some(argument) = arguments.first() else {
            if function == TallyFunction::Count {
                return Some(Taken::Row);
            }
            return self.wanted_rows(word, span);
        };
        if let ExprNode::Name(name) = &argument.node {
            if self.is_rows(name) {
                return match function {
                    _ if rows_only => Some(Taken::Row),
                    TallyFunction::Distinct => self.distinct_rows(name),
                    _ => self.wanted_rows(word, span),
                };
            }
            if BuiltIn::of(name) == Some(BuiltIn::Customer) && self.source_of_rows().is_none() {
                return match function {
                    TallyFunction::Distinct => Some(Taken::Value(customer_id(name.span))),
                    _ => self.fail(
                        Diagnostic::error(
                            codes::AGGREGATE_SHAPE,
                            "the rows of this report are not customers",
                            name.span,
                        )
                        .help("`distinct(customer)` counts the customers they belong to"),
                    ),
                };
            }
        }
        if rows_only {
            return self.wanted_rows(word, argument.span);
        }
        if let ExprNode::Field { base, field } = &argument.node
            && let ExprNode::Name(owner) = &base.node
        {
            let inner = Expr {
                node: ExprNode::Name(field.clone()),
                span: field.span,
            };
            if self.is_rows(owner) {
                let value = self.row(|checker| checker.infer(&inner, Want::Any));
                return value.map(Taken::Value);
            }
            if BuiltIn::of(owner) == Some(BuiltIn::Customer) && self.source_of_rows().is_none() {
                let scope = Scope::Customer { other: false };
                let value = self.within(scope, |checker| checker.infer(&inner, Want::Any));
                return value.map(Taken::Value);
            }
            if self.world.names.find_subject(&owner.text).is_some() {
                return self.others_facts(word, argument);
            }
        }
        let value = self.row(|checker| checker.infer(argument, Want::Any))?;
        Some(Taken::Value(value))
    }

    /// `sum(purchase.amount)` in a report over something else.
    fn others_facts<T>(&mut self, word: &str, argument: &Expr) -> Option<T> {
        let written = printer::expression(argument, Tongue::English);
        self.fail(
            Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                format!("`{written}` is of facts that each customer has several of"),
                argument.span,
            )
            .help(format!(
                "aggregate them for each customer first: `{word}(sum({written}))`"
            )),
        )
    }

    fn wanted_rows<T>(&mut self, word: &str, span: Span) -> Option<T> {
        let rows = self.rows_word();
        let help = match word {
            "count" | "share" => format!("write `{word}({rows} where …)`"),
            _ => format!("write `{word}({rows}.FIELD)`"),
        };
        let message = match word {
            "count" | "share" => format!("`{word}` takes rows, not a value of them"),
            _ => format!("`{word}` needs a value of each row"),
        };
        self.fail(Diagnostic::error(codes::AGGREGATE_SHAPE, message, span).help(help))
    }

    /// What one row is called.
    fn rows_word(&self) -> &str {
        match self.reporting.as_ref().map(|reporting| reporting.subject) {
            Some(ReportSubject::Facts(subject)) => self.subject_name(subject),
            Some(ReportSubject::Records(_)) => words::RECORD.english,
            _ => words::CUSTOMER.english,
        }
    }

    /// Whether the name means the rows of the group.
    fn is_rows(&self, name: &Name) -> bool {
        let counted = self.world.names.find_subject(&name.text);
        match self.reporting.as_ref().map(|reporting| reporting.subject) {
            Some(ReportSubject::Customers) => BuiltIn::of(name) == Some(BuiltIn::Customer),
            Some(ReportSubject::Records(_)) => BuiltIn::of(name) == Some(BuiltIn::Record),
            Some(ReportSubject::Facts(Subject::Event(id))) => counted == Some(Counted::Event(id)),
            Some(ReportSubject::Facts(Subject::Holding(id))) => {
                counted == Some(Counted::Holding(id))
            }
            None => false,
        }
    }

    fn distinct_rows(&mut self, name: &Name) -> Option<Taken> {
        let subject = self.reporting.as_ref()?.subject;
        Some(match subject {
            ReportSubject::Customers => Taken::Value(customer_id(name.span)),
            ReportSubject::Records(_) => Taken::Row,
            ReportSubject::Facts(Subject::Holding(_)) => Taken::Value(Typed {
                node: Node::Key,
                kind: Kind::Text,
                span: name.span,
            }),
            ReportSubject::Facts(Subject::Event(_)) => {
                return self.fail(
                    Diagnostic::error(
                        codes::AGGREGATE_SHAPE,
                        "every event is another one",
                        name.span,
                    )
                    .help("`count` counts them; `distinct` takes a field of them"),
                );
            }
        })
    }

    fn tallied_kind(&mut self, function: TallyFunction, value: &Typed, word: &str) -> Option<Kind> {
        let kind = &value.kind;
        let (fits, wants) = match function {
            TallyFunction::Distinct => (!matches!(kind, Kind::Set(_)), "one value"),
            TallyFunction::Min | TallyFunction::Max => (
                kind.is_numeric() || matches!(kind, Kind::Date | Kind::Time),
                "a number, money, a date or an instant",
            ),
            _ => (kind.is_numeric(), "a number or money"),
        };
        if !fits {
            let finding = Diagnostic::error(
                codes::ARGUMENT_KIND,
                format!("`{word}` takes {wants}, and this is {}", describe(kind)),
                value.span,
            );
            return self.fail(match kind {
                Kind::Text => finding.help("`number(…)` reads a text as a number"),
                Kind::Bool => finding.help("`share(… where C)` is the part for which it holds"),
                _ => finding,
            });
        }
        Some(match function {
            TallyFunction::Count | TallyFunction::Distinct => Kind::Int,
            TallyFunction::Sum | TallyFunction::Min | TallyFunction::Max => kind.clone(),
            TallyFunction::Share => Kind::Number,
            _ if *kind == Kind::Money => Kind::Money,
            _ => Kind::Number,
        })
    }

    /// The value of a tally; equal ones are counted once.
    fn enter_tally(&mut self, tally: Tally, span: Span) -> Option<Typed> {
        let reporting = self.reporting.as_mut()?;
        reporting.reach = reporting.reach.max(tally.pass);
        let (kind, name) = (tally.kind.clone(), tally.text.clone());
        let wanted = bare(&tally);
        let known = reporting
            .tallies
            .iter()
            .position(|known| known.function == tally.function && bare(known) == wanted);
        let at = match known {
            Some(at) => at,
            None => {
                reporting.tallies.push(tally);
                reporting.tallies.len() - 1
            }
        };
        let given = Given::Tally(u32::try_from(at).ok()?);
        Some(Typed {
            node: Node::Given { given, name },
            kind,
            span,
        })
    }
}

/// Value and condition without their places.
fn bare(tally: &Tally) -> [Option<Typed>; 2] {
    [&tally.value, &tally.filter].map(|typed| {
        let mut typed = typed.clone();
        typed.iter_mut().for_each(forget_places);
        typed
    })
}

fn customer_id(span: Span) -> Typed {
    Typed {
        node: Node::CustomerId,
        kind: Kind::Text,
        span,
    }
}
