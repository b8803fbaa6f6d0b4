//! Care plans: their clauses. Steps are next door.

use super::grammar::{Node, Rule};
use super::item::Named;
use super::reader::Reader;
use crate::base::calendar::Date;
use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::care::{Care, ClockTime, Length, Step, When};
use crate::language::syntax::{Expr, ItemNode};

/// The clauses said so far. The inner `None` of a pair: said, and at fault.
#[derive(Default)]
struct Clauses {
    audience: Option<Option<Expr>>,
    exclude: Option<Option<Expr>>,
    when: Option<(Option<When>, Span)>,
    those_already_in: bool,
    rule_changes: bool,
    once_per: Option<Option<Length>>,
    limit_day: Option<(i64, Span)>,
    limit_customer: Option<(i64, Length)>,
    quiet: Option<Option<(ClockTime, ClockTime, Span)>>,
    holdout: Option<(Option<Decimal>, Span)>,
    expect: Option<(Option<i64>, Span)>,
    goal: Option<Option<(Expr, Length)>>,
    steps: Vec<Step>,
    step_said: bool,
}

const LINES: &str = "`for`, `exclude`, `when`, `including those already in`, `including rule changes`, `once per`, `limit`, `quiet`, `holdout`, `expect at most`, `goal` and `step NAME: …`";

impl Reader<'_> {
    pub(super) fn care_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut name = None;
        let mut label = None;
        let mut clauses = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::item_name => name = Some(self.name(&node)),
                Rule::label => label = Some(self.quoted(&node)),
                Rule::care_body => clauses = Some(self.care_body(node)),
                Rule::rest => self.stray(span, None),
                _ => {}
            }
        }
        let named = self.named(name, label, head);
        let Some(clauses) = clauses else {
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, "`{` is missing", head)
                    .help("write `care NAME { for …  when …  step NAME: … }`"),
            );
            return None;
        };
        let care = self.whole_care(clauses, head)?;
        Some((named?, ItemNode::Care(Box::new(care))))
    }

    /// What a plan must say.
    fn whole_care(&mut self, clauses: Clauses, head: Span) -> Option<Care> {
        let mut lacks = |message: &str, help: &str| {
            let finding = Diagnostic::error(codes::CARE_CLAUSE, message, head).help(help);
            self.report(finding);
        };
        if clauses.audience.is_none() {
            lacks(
                "this care plan does not say whom it is for",
                "write `for CONDITION`",
            );
        }
        if clauses.when.is_none() {
            lacks(
                "this care plan does not say when customers enter",
                "write `when enters`, `when every day at 09:30`, `when after event NAME` or `when by hand`",
            );
        }
        if !clauses.step_said {
            lacks(
                "this care plan has no step",
                "write `step hello: send email \"TEMPLATE\"`",
            );
        }
        let holdout = match clauses.holdout {
            Some((share, span)) => Some((share?, span)),
            None => None,
        };
        let expect = match clauses.expect {
            Some((count, span)) => Some((count?, span)),
            None => None,
        };
        let (when, when_span) = clauses.when?;
        Some(Care {
            audience: clauses.audience??,
            exclude: flattened(clauses.exclude)?,
            when: (when?, when_span),
            those_already_in: clauses.those_already_in,
            rule_changes: clauses.rule_changes,
            once_per: flattened(clauses.once_per)?,
            limit_day: clauses.limit_day,
            limit_customer: clauses.limit_customer,
            quiet: flattened(clauses.quiet)?,
            holdout,
            expect,
            goal: flattened(clauses.goal)?,
            steps: clauses.steps,
        })
    }

    fn care_body(&mut self, node: Node<'_>) -> Clauses {
        let mut clauses = Clauses::default();
        for line in node.into_inner() {
            let span = self.span(&line);
            match line.as_rule() {
                Rule::for_line => {
                    self.once(clauses.audience.is_some(), span);
                    clauses.audience = Some(self.clause_condition(line, span, "for"));
                }
                Rule::exclude_line => {
                    self.once(clauses.exclude.is_some(), span);
                    clauses.exclude = Some(self.clause_condition(line, span, "exclude"));
                }
                Rule::already_line => {
                    self.once(clauses.those_already_in, span);
                    clauses.those_already_in = true;
                }
                Rule::changes_line => {
                    self.once(clauses.rule_changes, span);
                    clauses.rule_changes = true;
                }
                Rule::step_line => {
                    clauses.step_said = true;
                    clauses.steps.extend(self.step_line(line, span));
                }
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(span, LINES),
                Rule::separator => {}
                _ => self.care_number(line, span, &mut clauses),
            }
        }
        clauses
    }

    fn care_number(&mut self, line: Node<'_>, span: Span, clauses: &mut Clauses) {
        match line.as_rule() {
            Rule::when_line => {
                self.once(clauses.when.is_some(), span);
                clauses.when = Some((self.occasion(line, span), span));
            }
            Rule::once_line => {
                self.once(clauses.once_per.is_some(), span);
                clauses.once_per =
                    Some(self.clause_length(line, span, "write `once per 180 days`"));
            }
            Rule::limit_line => self.limit(line, span, clauses),
            Rule::quiet_line => {
                self.once(clauses.quiet.is_some(), span);
                clauses.quiet = Some(self.quiet(line, span));
            }
            Rule::holdout_line => {
                self.once(clauses.holdout.is_some(), span);
                let share = inner(line, Rule::number).and_then(|share| self.number(&share));
                if share.is_none() {
                    self.wanted(span, "the share is missing", "write `holdout 10%`");
                }
                clauses.holdout = Some((share, span));
            }
            Rule::expect_line => {
                self.once(clauses.expect.is_some(), span);
                clauses.expect = Some((self.expectation(line, span), span));
            }
            Rule::goal_line => {
                self.once(clauses.goal.is_some(), span);
                clauses.goal = Some(self.goal(line, span));
            }
            _ => {}
        }
    }

    fn clause_condition(&mut self, line: Node<'_>, span: Span, word: &str) -> Option<Expr> {
        let Some(expr) = inner(line, Rule::expr) else {
            let help = format!("write `{word} CONDITION`");
            self.wanted(span, "a condition is missing", &help);
            return None;
        };
        self.flat(expr).map(|part| part.expr)
    }

    fn clause_length(&mut self, line: Node<'_>, span: Span, help: &str) -> Option<Length> {
        let Some(length) = inner(line, Rule::care_length) else {
            self.wanted(span, "a length of time is missing", help);
            return None;
        };
        self.length(&length)
    }

    /// `180 days`.
    pub(super) fn length(&mut self, node: &Node<'_>) -> Option<Length> {
        let span = self.span(node);
        let (count, unit) = self.counted(node)?;
        Some(Length { count, unit, span })
    }

    fn occasion(&mut self, line: Node<'_>, span: Span) -> Option<When> {
        let said = line
            .into_inner()
            .find(|node| node.as_rule() != Rule::kw_care_when);
        let Some(said) = said else {
            self.wanted(
                span,
                "it does not say when customers enter",
                "write `when enters`, `when every day at 09:30`, `when every month on day 1 at 10:00`, `when every year on 02-05`, `when after event NAME` or `when by hand`",
            );
            return None;
        };
        match said.as_rule() {
            Rule::kw_enters => Some(When::Enters),
            Rule::kw_by_hand => Some(When::ByHand),
            Rule::every_day => {
                let at = self.clock_in(said, span, "write `every day at 09:30`")?;
                Some(When::EveryDay(at))
            }
            Rule::every_month => self.every_month(said, span),
            Rule::every_year => self.every_year(said, span),
            _ => {
                let Some(name) = inner(said, Rule::item_name) else {
                    self.wanted(
                        span,
                        "the event is missing",
                        "write `when after event complaint`",
                    );
                    return None;
                };
                Some(When::AfterEvent(self.name(&name)))
            }
        }
    }

    fn every_month(&mut self, node: Node<'_>, span: Span) -> Option<When> {
        const FORM: &str = "write `every month on day 1 at 10:00`";
        let Some(day) = inner(node.clone(), Rule::count) else {
            self.wanted(span, "the day of the month is missing", FORM);
            return None;
        };
        let place = self.span(&day);
        let day = self.count(&super::token::fold(day.as_str()), place)?;
        let at = self.clock_in(node, span, FORM)?;
        match u32::try_from(day) {
            Ok(day) if (1..=31).contains(&day) => Some(When::EveryMonth { day, at }),
            _ => {
                self.no_such_time(
                    place,
                    "a month has no such day",
                    "write a day from 1 to 31; of a shorter month the last day is taken",
                );
                None
            }
        }
    }

    fn every_year(&mut self, node: Node<'_>, span: Span) -> Option<When> {
        const FORM: &str = "write `every year on 02-05`, with `at 10:00` or without";
        let said_time = node
            .clone()
            .into_inner()
            .any(|part| matches!(part.as_rule(), Rule::clock_time | Rule::bad_clock));
        let Some(written) = inner(node.clone(), Rule::month_day) else {
            self.wanted(span, "the day of the year is missing", FORM);
            return None;
        };
        let place = self.span(&written);
        let text = super::token::fold(written.as_str());
        let numbers: Vec<u32> = text
            .split(|letter: char| !letter.is_ascii_digit())
            .filter_map(|part| part.parse().ok())
            .collect();
        let at = if said_time {
            Some(self.clock_in(node, span, FORM)?)
        } else {
            None
        };
        // A leap year has every day that any year has.
        match numbers.as_slice() {
            [month, day] if Date::from_ymd(2000, *month, *day).is_some() => {
                let (month, day) = (*month, *day);
                Some(When::EveryYear { month, day, at })
            }
            _ => {
                self.no_such_time(
                    place,
                    "no year has this day",
                    "month, then day: `02-05` is 5 February",
                );
                None
            }
        }
    }

    fn no_such_time(&mut self, span: Span, message: &str, help: &str) {
        self.report(Diagnostic::error(codes::CLOCK_TIME, message, span).help(help));
    }

    fn clock_in(&mut self, node: Node<'_>, span: Span, help: &str) -> Option<ClockTime> {
        let face = node
            .into_inner()
            .find(|part| matches!(part.as_rule(), Rule::clock_time | Rule::bad_clock));
        let Some(face) = face else {
            self.wanted(span, "a time of day is missing", help);
            return None;
        };
        self.clock_face(&face)
    }

    fn clock_face(&mut self, node: &Node<'_>) -> Option<ClockTime> {
        let text = super::token::fold(node.as_str());
        let read = |text: &str| -> Option<ClockTime> {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(ClockTime(hour * 60 + minute))
        };
        let found = (node.as_rule() == Rule::clock_time)
            .then(|| read(&text))
            .flatten();
        if found.is_none() {
            let span = self.span(node);
            let message = format!("{} is no time of day", self.shown(span));
            self.no_such_time(span, &message, "write hours and minutes, 00:00 to 23:59");
        }
        found
    }

    fn quiet(&mut self, line: Node<'_>, span: Span) -> Option<(ClockTime, ClockTime, Span)> {
        let faces: Vec<Node<'_>> = line
            .into_inner()
            .filter(|part| matches!(part.as_rule(), Rule::clock_time | Rule::bad_clock))
            .collect();
        let [from, to] = faces.as_slice() else {
            self.wanted(
                span,
                "two times of day are wanted",
                "write `quiet 21:00 to 08:00`",
            );
            return None;
        };
        let (from, to) = (self.clock_face(from), self.clock_face(to));
        Some((from?, to?, span))
    }

    fn limit(&mut self, line: Node<'_>, span: Span, clauses: &mut Clauses) {
        const FORM: &str =
            "write `limit 20000 per day`, `limit 2 per customer per 7 days`, or both with a comma";
        let mut any = false;
        for part in line.into_inner() {
            if part.as_rule() != Rule::limit_part {
                continue;
            }
            any = true;
            let place = self.span(&part);
            let number = inner(part.clone(), Rule::number);
            let reach = inner(part, Rule::limit_reach);
            let (Some(number), Some(reach)) = (number, reach) else {
                self.wanted(place, "this limit is not whole", FORM);
                continue;
            };
            let Some(count) = self.whole(&number) else {
                continue;
            };
            let length = inner(reach.clone(), Rule::care_length);
            let each = reach.into_inner().any(|word| {
                matches!(
                    word.as_rule(),
                    Rule::kw_per_customer_per | Rule::zh_per_customer_per
                )
            });
            match length {
                _ if !each => {
                    self.once(clauses.limit_day.is_some(), place);
                    clauses.limit_day = Some((count, place));
                }
                Some(length) => {
                    self.once(clauses.limit_customer.is_some(), place);
                    let length = self.length(&length);
                    clauses.limit_customer = length.map(|length| (count, length));
                }
                None => self.wanted(place, "a length of time is missing", FORM),
            }
        }
        if !any {
            self.wanted(span, "the limit is missing", FORM);
        }
    }

    fn whole(&mut self, node: &Node<'_>) -> Option<i64> {
        let span = self.span(node);
        let whole = self.number(node)?.to_int();
        if whole.is_none() {
            self.report(Diagnostic::error(
                codes::WRONG_COUNT,
                "a count is a whole number",
                span,
            ));
        }
        whole
    }

    fn expectation(&mut self, line: Node<'_>, span: Span) -> Option<i64> {
        const FORM: &str = "write `expect at most 5000 entering per day`";
        let per_day = line
            .clone()
            .into_inner()
            .any(|word| matches!(word.as_rule(), Rule::kw_per_day | Rule::zh_per_day));
        let Some(count) = inner(line, Rule::number) else {
            self.wanted(span, "the number is missing", FORM);
            return None;
        };
        if !per_day {
            self.wanted(span, "`per day` is missing", FORM);
            return None;
        }
        self.whole(&count)
    }

    fn goal(&mut self, line: Node<'_>, span: Span) -> Option<(Expr, Length)> {
        let within = inner(line.clone(), Rule::goal_within);
        let condition = self.clause_condition(line, span, "goal");
        let Some(within) = within else {
            self.report(
                Diagnostic::error(
                    codes::CARE_CLAUSE,
                    "this goal does not say within which time",
                    span,
                )
                .help("write `goal CONDITION within 30 days`"),
            );
            return None;
        };
        let within = self.length(&within);
        Some((condition?, within?))
    }
}

/// The first part of that kind.
pub(super) fn inner(node: Node<'_>, rule: Rule) -> Option<Node<'_>> {
    node.into_inner().find(|part| part.as_rule() == rule)
}

/// `None` stays; what was said and is at fault gives nothing.
#[expect(
    clippy::option_option,
    reason = "not said, said and at fault, said: three cases"
)]
fn flattened<T>(said: Option<Option<T>>) -> Option<Option<T>> {
    match said {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}
