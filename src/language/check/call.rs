//! Calls of scalar functions, by the function table.

use crate::base::calendar::Zone;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::functions::{self, Callee, Entry, Gives, Parameter, Wants};
use super::super::suggest;
use super::super::syntax::{Call, Expr};
use super::super::typed::{Function, Node, Typed};
use super::super::words;
use super::convert::call_of;
use super::together::Purpose;
use super::{Checker, Scope, Want, describe};

impl Checker<'_> {
    pub(super) fn call(&mut self, call: &Call, want: Want<'_>, span: Span) -> Option<Typed> {
        let word = functions::english(&call.name.text).unwrap_or(&call.name.text);
        if self.scope == Scope::Group && self.is_tally(call, word) {
            return self.tally(call, word, span);
        }
        if let Some((entry, function)) = functions::ranked_of(word) {
            return self.ranked(call, entry, function, span);
        }
        let scalar = functions::scalar_of(word);
        let aggregate = functions::aggregate_of(word);
        if word == words::WEIGHTED.english {
            return self.weighted(call, span);
        }
        if word == words::DECAY.english {
            return self.decay(call, span);
        }
        self.clauses(call)?;
        let over_facts =
            call.filter.is_some() || call.window.is_some() || call.arguments.len() == 1;
        if let Some((entry, form)) = functions::form_of(word) {
            return self.form(call, entry, form, span);
        }
        match (scalar, aggregate) {
            (Some(entry), Some((_, _))) if !over_facts => self.scalar(entry, call, want, span),
            (_, Some((entry, function))) => self.aggregate(call, entry, function, None, span),
            (Some(entry), None) => self.scalar(entry, call, want, span),
            (None, None) => self.unknown_function(call, word),
        }
    }

    fn unknown_function(&mut self, call: &Call, word: &str) -> Option<Typed> {
        if word == "lookup" {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    "`lookup` finds a record; take a column of it",
                    call.name.span,
                )
                .help("lookup(SOURCE, KEY).COLUMN"),
            );
        }
        if word == "cut" {
            return self.fail(
                Diagnostic::error(
                    codes::NOT_HERE,
                    "`cut` is of the rows of a report",
                    call.name.span,
                )
                .help("write `report NAME { high: cut(assets, 90%) }`"),
            );
        }
        if functions::is_later(word) {
            return self.fail(Diagnostic::error(
                codes::NOT_YET,
                format!("`{word}(…)` is not yet understood by this version"),
                call.name.span,
            ));
        }
        let words = functions::TABLE.iter().map(|entry| entry.name);
        let help = match self.world.names.find_value(word) {
            Some(_) => format!("`{word}` is a name, not a function; leave the brackets out"),
            None => suggest::help_with_rule(word, words, "the reference lists all functions"),
        };
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_FUNCTION,
                format!("no function is called `{word}`"),
                call.name.span,
            )
            .help(help),
        )
    }

    fn scalar(
        &mut self,
        entry: &'static Entry,
        call: &Call,
        want: Want<'_>,
        span: Span,
    ) -> Option<Typed> {
        let Callee::Scalar(function) = entry.callee else {
            return None;
        };
        self.scalar_fits(entry, call, span)?;
        let arguments = match entry.parameters.first().map(|first| first.wants) {
            Some(Wants::Ordered) => {
                let hint = match want.kind() {
                    Some(kind) if kind.is_numeric() => want,
                    _ => Want::Any,
                };
                self.ordered(&call.arguments, hint)?
            }
            _ => self.arguments(entry, &call.arguments)?,
        };
        self.finish(entry, function, arguments, span)
    }

    fn scalar_fits(&mut self, entry: &Entry, call: &Call, span: Span) -> Option<()> {
        let name = entry.name;
        if call.by.is_some() {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!("`{name}` works on values, which go by no unit of time"),
                    span,
                )
                .help(entry.shape()),
            );
        }
        if entry.source_only && !matches!(self.scope, Scope::Source(_)) {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                format!("`{name}` stands only inside a source"),
                call.name.span,
            ));
        }
        let stray = call
            .filter
            .as_ref()
            .map(|filter| ("where", filter.span))
            .or(call.window.as_ref().map(|window| ("a window", window.span)));
        if let Some((what, at)) = stray {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!("`{name}` works on values and takes no {what}"),
                    at,
                )
                .help(entry.shape()),
            );
        }
        let given = call.arguments.len();
        let (least, most) = entry.arity();
        if given < least || most.is_some_and(|most| given > most) {
            let wanted = match most {
                Some(most) if most == least => format!("{least}"),
                Some(most) => format!("{least} to {most}"),
                None => format!("at least {least}"),
            };
            return self.fail(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    format!("`{name}` takes {wanted} arguments, and {given} are given"),
                    span,
                )
                .help(entry.shape()),
            );
        }
        Some(())
    }

    /// Arguments of one common kind that has an order.
    fn ordered(&mut self, arguments: &[Expr], want: Want<'_>) -> Option<Vec<Typed>> {
        let arguments: Vec<&Expr> = arguments.iter().collect();
        let typed = self.together(&arguments, want, Purpose::Choosing)?;
        for argument in &typed {
            let fits =
                argument.kind.is_numeric() || matches!(argument.kind, Kind::Date | Kind::Time);
            if !fits {
                return self.wrong_argument(Wants::Ordered, argument);
            }
        }
        Some(typed)
    }

    fn arguments(&mut self, entry: &Entry, arguments: &[Expr]) -> Option<Vec<Typed>> {
        let mut typed = Vec::with_capacity(arguments.len());
        let mut failed = false;
        for (at, argument) in arguments.iter().enumerate() {
            let parameter = entry.parameters.get(at).or(entry.parameters.last())?;
            match self.argument(parameter, argument) {
                Some(argument) => typed.push(argument),
                None => failed = true,
            }
        }
        (!failed).then_some(typed)
    }

    fn argument(&mut self, parameter: &Parameter, expr: &Expr) -> Option<Typed> {
        let hint = match parameter.wants {
            Wants::Number => Want::Hint(&Kind::Number),
            Wants::Int | Wants::Places(..) => Want::Hint(&Kind::Int),
            Wants::Date => Want::Hint(&Kind::Date),
            _ => Want::Any,
        };
        let typed = self.infer(expr, hint)?;
        self.fit(parameter.wants, typed)
    }

    pub(super) fn fit(&mut self, wants: Wants, typed: Typed) -> Option<Typed> {
        let kind = &typed.kind;
        let fits = match wants {
            Wants::Numeric => kind.is_numeric(),
            Wants::Number => return self.fit_number(typed),
            Wants::Int => *kind == Kind::Int,
            Wants::Places(least, most) => {
                return match typed.node {
                    Node::Literal(Value::Int(places)) if (least..=most).contains(&places) => {
                        Some(typed)
                    }
                    _ => self.fail(Diagnostic::error(
                        codes::WANTED_CONSTANT,
                        format!("a whole number from {least} to {most} is wanted here"),
                        typed.span,
                    )),
                };
            }
            Wants::Text => *kind == Kind::Text,
            Wants::ConstantText | Wants::DatePattern | Wants::TimePattern | Wants::Zone => {
                return self.fit_constant(wants, typed);
            }
            Wants::Day => matches!(kind, Kind::Date | Kind::Time),
            Wants::Date => match kind {
                Kind::Time => return self.coerce(typed, &Kind::Date),
                kind => *kind == Kind::Date,
            },
            Wants::Ordered | Wants::Any => true,
            Wants::NumberSource => *kind == Kind::Text || kind.is_numeric(),
            Wants::DateSource => matches!(kind, Kind::Text | Kind::Date | Kind::Time),
            Wants::Printable => !matches!(kind, Kind::Set(_)),
        };
        if fits {
            return Some(typed);
        }
        self.wrong_argument(wants, &typed)
    }

    fn fit_number(&mut self, typed: Typed) -> Option<Typed> {
        match typed.kind {
            Kind::Number | Kind::Int => self.coerce(typed, &Kind::Number),
            Kind::Money => Some(call_of(Function::ToNumber, typed, Kind::Number)),
            _ => self.wrong_argument(Wants::Number, &typed),
        }
    }

    fn fit_constant(&mut self, wants: Wants, typed: Typed) -> Option<Typed> {
        let Node::Literal(Value::Text(text)) = &typed.node else {
            return self.fail(Diagnostic::error(
                codes::WANTED_CONSTANT,
                format!("{} is wanted here, written in quotes", wants.describe()),
                typed.span,
            ));
        };
        let fault = match wants {
            Wants::Zone => Zone::load(text).is_none().then(|| {
                let message = format!("no time zone is called `{text}`");
                Diagnostic::error(codes::ZONE, message, typed.span)
                    .help("zones are called as in \"Europe/Prague\", \"Asia/Shanghai\", \"UTC\"")
            }),
            Wants::DatePattern | Wants::TimePattern => pattern_fault(text).map(|fault| {
                Diagnostic::error(codes::PATTERN, fault, typed.span)
                    .help("letters are yyyy yy MM dd HH mm ss, as in \"yyyy-MM-dd HH:mm\"")
            }),
            _ => None,
        };
        match fault {
            Some(fault) => self.fail(fault),
            None => Some(typed),
        }
    }

    fn wrong_argument<T>(&mut self, wants: Wants, typed: &Typed) -> Option<T> {
        let mut finding = Diagnostic::error(
            codes::ARGUMENT_KIND,
            format!(
                "{} is wanted here, and this is {}",
                wants.describe(),
                describe(&typed.kind)
            ),
            typed.span,
        );
        let help = match (wants, &typed.kind) {
            (Wants::Text, Kind::Set(_)) => None,
            (Wants::Text, _) => Some("`text(…)` makes a text of it"),
            (Wants::Numeric | Wants::Number | Wants::Int, Kind::Text) => {
                Some("`number(…)` reads a text as a number")
            }
            (Wants::Int, Kind::Number | Kind::Money) => Some("`round(…)` makes a whole number"),
            (Wants::Day | Wants::Date, Kind::Text) => {
                Some("write a date as 2024-06-30, or read a text with `date(…)`")
            }
            _ => None,
        };
        if let Some(help) = help {
            finding = finding.help(help);
        }
        self.fail(finding)
    }

    fn finish(
        &mut self,
        entry: &Entry,
        function: Function,
        arguments: Vec<Typed>,
        span: Span,
    ) -> Option<Typed> {
        let first = arguments.first()?;
        if let Some(extra) = arguments.get(1)
            && matches!(function, Function::ToDate | Function::ToTime)
            && first.kind != Kind::Text
        {
            let finding = Diagnostic::error(
                codes::ARGUMENT_COUNT,
                "a pattern says how to read a text, and this is none",
                extra.span,
            );
            return self.fail(finding);
        }
        let kind = match entry.gives {
            Gives::Bool => Kind::Bool,
            Gives::Int => Kind::Int,
            Gives::Number | Gives::Mean => Kind::Number,
            Gives::Text => Kind::Text,
            Gives::Date => Kind::Date,
            Gives::Time => Kind::Time,
            Gives::First | Gives::Field => first.kind.clone(),
            Gives::Whole if first.kind == Kind::Money || arguments.len() > 1 => first.kind.clone(),
            Gives::Whole => Kind::Int,
        };
        match (function, &first.kind) {
            // Reading a value as what it is already.
            (Function::ToText, Kind::Text)
            | (Function::ToNumber, Kind::Number)
            | (Function::ToDate, Kind::Date)
            | (Function::ToTime, Kind::Time) => arguments.into_iter().next(),
            (Function::ToTime, Kind::Date) => {
                let date = arguments.into_iter().next()?;
                self.coerce(date, &Kind::Time)
            }
            _ => Some(Typed {
                node: Node::Call {
                    function,
                    arguments,
                },
                kind,
                span,
            }),
        }
    }
}

/// What is wrong with a date pattern.
fn pattern_fault(pattern: &str) -> Option<String> {
    const PARTS: [&str; 7] = ["yyyy", "yy", "MM", "dd", "HH", "mm", "ss"];
    let mut seen: Vec<&str> = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some(part) = PARTS.iter().find(|part| rest.starts_with(**part)) {
            if seen.contains(part) {
                return Some(format!("`{part}` stands twice in this pattern"));
            }
            seen.push(part);
            rest = rest.get(part.len()..)?;
        } else if first.is_ascii_alphabetic() && first != 'T' && first != 'Z' {
            return Some(format!("`{first}` alone is no part of a date pattern"));
        } else {
            rest = rest.get(first.len_utf8()..)?;
        }
    }
    let whole = (seen.contains(&"yyyy") || seen.contains(&"yy"))
        && seen.contains(&"MM")
        && seen.contains(&"dd");
    (!whole).then(|| "a pattern needs a year, a month and a day".to_owned())
}
