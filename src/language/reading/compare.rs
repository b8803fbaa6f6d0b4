//! Comparisons, lists and ranges of values; tests of texts, sets, dates and of what is missing.

use super::clause::Clause;
use super::name::is_plural;
use super::shape::{as_written, is_name};
use super::{Place, Reader, say};
use crate::base::kind::Kind;
use crate::language::syntax::{CompareOp, TextOp};
use crate::language::typed::{AggregateFunction, Choice, Node, RankMeasure, Subject, Typed};
use crate::language::words::Tongue;

impl Reader<'_> {
    /// A value compared with others.
    pub(super) fn compared(&mut self, typed: &Typed, negated: bool) -> Clause {
        match &typed.node {
            Node::Compare { op, left, right } => self.comparison(*op, left, right, negated),
            Node::Between {
                value,
                low,
                low_included,
                high,
                high_included,
                negated: inside,
            } => {
                let ends = (*low_included, *high_included);
                let text = self.between(value, low, high, ends);
                self.says(value, negated != *inside, &text)
            }
            Node::In {
                value,
                choices,
                negated: inside,
            } => {
                let not = negated != *inside;
                let text = self.choices(choices, not);
                self.says_as(value, &text)
            }
            _ => self.is_yes(typed, negated),
        }
    }

    fn comparison(&mut self, op: CompareOp, left: &Typed, right: &Typed, negated: bool) -> Clause {
        if let Some(said) = self.counted(op, left, right, negated) {
            return said;
        }
        let special = self
            .passed(op, left, right, negated)
            .or_else(|| self.in_periods(op, left, right, negated));
        if let Some(said) = special {
            return said;
        }
        let share = is_share(as_written(left));
        let end = self.end(right, share);
        let people = matches!(
            as_written(left).node,
            Node::RelatedAggregate {
                function: AggregateFunction::Count,
                ..
            }
        );
        let text = match self.count_of(op, &end) {
            Some(text) if people => say!(self, "{text}", "{text}人"),
            _ => self.relation_to(op, &left.kind, &end),
        };
        self.says(left, negated, &text)
    }

    /// An end of a comparison; parts of a whole as percent.
    fn end(&mut self, end: &Typed, share: bool) -> String {
        if share
            && let Node::Literal(value) = &as_written(end).node
            && let Some(percent) = self.percent(&value.display(&end.kind, &self.zone))
        {
            return percent;
        }
        self.value(end)
    }

    /// `is not at least 5` of something.
    pub(super) fn says(&mut self, of: &Typed, negated: bool, said: &str) -> Clause {
        match (self.tongue, negated) {
            (_, false) => self.says_as(of, said),
            (Tongue::English, true) => self.says_as(of, &format!("not {said}")),
            (Tongue::Chinese, true) => self.says_as(of, &format!("并非{said}")),
        }
    }

    pub(super) fn says_as(&mut self, of: &Typed, said: &str) -> Clause {
        let subject = self.subject_of(of);
        let text = match self.tongue {
            Tongue::Chinese => format!("{subject}{said}"),
            Tongue::English => {
                let plural = is_name(as_written(of)) && is_plural(&subject);
                let is = if plural { "are" } else { "is" };
                format!("{subject} {is} {said}")
            }
        };
        self.of_something(as_written(of), text)
    }

    /// What is said of it, after `is`.
    pub(super) fn relation_to(&self, op: CompareOp, kind: &Kind, end: &str) -> String {
        let dated = matches!(kind, Kind::Date | Kind::Time);
        let sized = kind.is_numeric();
        match (op, dated) {
            (CompareOp::Equal, _) if sized => say!(self, "exactly {end}", "等于{end}"),
            (CompareOp::Equal, _) => say!(self, "{end}", "为{end}"),
            (CompareOp::NotEqual, _) if sized => say!(self, "other than {end}", "不等于{end}"),
            (CompareOp::NotEqual, _) => say!(self, "not {end}", "不为{end}"),
            (CompareOp::Like, _) => say!(
                self,
                "{end} (capitals, width and outer blanks aside)",
                "为{end}（不计大小写、全半角与首尾空格）"
            ),
            (CompareOp::Less, true) => say!(self, "before {end}", "早于{end}"),
            (CompareOp::LessEqual, true) => say!(self, "not after {end}", "不晚于{end}"),
            (CompareOp::Greater, true) => say!(self, "after {end}", "晚于{end}"),
            (CompareOp::GreaterEqual, true) => say!(self, "not before {end}", "不早于{end}"),
            (CompareOp::Less, false) => say!(self, "less than {end}", "低于{end}"),
            (CompareOp::LessEqual, false) => say!(self, "at most {end}", "不超过{end}"),
            (CompareOp::Greater, false) => say!(self, "more than {end}", "超过{end}"),
            (CompareOp::GreaterEqual, false) => say!(self, "at least {end}", "不低于{end}"),
        }
    }

    /// `at least 3` of things that are counted.
    pub(super) fn count_of(&self, op: CompareOp, end: &str) -> Option<String> {
        Some(match op {
            CompareOp::Equal => say!(self, "exactly {end}", "为{end}"),
            CompareOp::NotEqual => say!(self, "other than {end}", "不为{end}"),
            CompareOp::Less => say!(self, "fewer than {end}", "少于{end}"),
            CompareOp::LessEqual => say!(self, "at most {end}", "不超过{end}"),
            CompareOp::Greater => say!(self, "more than {end}", "超过{end}"),
            CompareOp::GreaterEqual => say!(self, "at least {end}", "不少于{end}"),
            CompareOp::Like => return None,
        })
    }

    /// `had at least 3 purchases in the last 90 days`.
    fn counted(
        &mut self,
        op: CompareOp,
        left: &Typed,
        right: &Typed,
        negated: bool,
    ) -> Option<Clause> {
        let Node::Aggregate(aggregate) = &as_written(left).node else {
            return None;
        };
        let plain = aggregate.function == AggregateFunction::Count
            && !negated
            && is_name(right)
            && matches!(self.place, Place::Customer | Place::Other);
        if !plain {
            return None;
        }
        let end = self.value(right);
        let op = self.count_of(op, &end)?;
        let event = matches!(aggregate.subject, Subject::Event(_));
        let facts = self.facts(aggregate);
        Some(match self.tongue {
            Tongue::English => {
                let many = facts.many();
                match event {
                    true => Clause::who(format!("had {op} {many}")),
                    false => Clause::Who {
                        one: format!("holds {op} {many}"),
                        many: format!("hold {op} {many}"),
                    },
                }
            }
            Tongue::Chinese => {
                let many = facts.many();
                match event {
                    true => Clause::Whole(format!("{many}次数{op}次")),
                    false => Clause::Whole(format!("{many}数量{op}")),
                }
            }
        })
    }

    /// `more than 30 days have passed since …`.
    fn passed(
        &mut self,
        op: CompareOp,
        left: &Typed,
        right: &Typed,
        negated: bool,
    ) -> Option<Clause> {
        let (Node::Since { unit, from }, false) = (&as_written(left).node, negated) else {
            return None;
        };
        if !is_name(right) || self.rule_title(as_written(left)) {
            return None;
        }
        let end = self.value(right);
        let op = self.count_of(op, &end)?;
        let units = match right.node {
            Node::Literal(crate::base::value::Value::Int(count)) => self.units(count, *unit),
            _ => self.units(2, *unit),
        };
        let from = self.value(from);
        Some(Clause::Whole(say!(
            self,
            "{op} {units} have passed since {from}",
            "距{from}{op}{units}"
        )))
    }

    fn rule_title(&self, typed: &Typed) -> bool {
        matches!(typed.node, Node::Definition(_))
    }

    pub(super) fn between(
        &mut self,
        value: &Typed,
        low: &Typed,
        high: &Typed,
        (low_included, high_included): (bool, bool),
    ) -> String {
        let share = is_share(as_written(value));
        let low = match is_name(low) {
            true => self.end(low, share),
            false => self.operand(low),
        };
        let high = match is_name(high) {
            true => self.end(high, share),
            false => self.operand(high),
        };
        match (low_included, high_included) {
            (true, true) => say!(
                self,
                "from {low} to {high} inclusive",
                "在{low}至{high}之间（含两端）"
            ),
            (true, false) => say!(
                self,
                "from {low} to less than {high}",
                "在{low}（含）至{high}（不含）之间"
            ),
            (false, true) => say!(
                self,
                "above {low} and up to {high}",
                "在{low}（不含）至{high}（含）之间"
            ),
            (false, false) => say!(
                self,
                "strictly between {low} and {high}",
                "在{low}至{high}之间（不含两端）"
            ),
        }
    }

    pub(super) fn choices(&mut self, choices: &[Choice], not: bool) -> String {
        let listed: Vec<String> = choices.iter().map(|one| self.choice(one)).collect();
        let list = match self.tongue {
            Tongue::English => listed.join(", "),
            Tongue::Chinese => listed.join("、"),
        };
        let ranges = choices
            .iter()
            .any(|choice| matches!(choice, Choice::Range { .. }));
        let single = listed.len() == 1;
        match (ranges, single, not) {
            (true, _, false) => say!(self, "within {list}", "在{list}范围内"),
            (true, _, true) => say!(self, "not within {list}", "不在{list}范围内"),
            (false, true, false) => say!(self, "one of {list}", "为{list}"),
            (false, true, true) => say!(self, "none of {list}", "不为{list}"),
            (false, false, false) => say!(self, "one of {list}", "为{list}之一"),
            (false, false, true) => say!(self, "none of {list}", "不为{list}中任何一个"),
        }
    }

    pub(super) fn choice(&mut self, choice: &Choice) -> String {
        match choice {
            Choice::One(one) => self.operand(one),
            Choice::Range {
                low,
                high,
                high_included,
            } => {
                let low = low.as_ref().map(|low| self.operand(low));
                let high = high.as_ref().map(|high| self.operand(high));
                match (low, high, high_included) {
                    (Some(low), Some(high), true) => say!(self, "{low} to {high}", "{low}至{high}"),
                    (Some(low), Some(high), false) => {
                        say!(self, "{low} to less than {high}", "{low}至{high}（不含）")
                    }
                    (Some(low), None, _) => say!(self, "{low} or more", "{low}及以上"),
                    (None, Some(high), true) => say!(self, "{high} or less", "{high}及以下"),
                    (None, Some(high), false) => say!(self, "less than {high}", "低于{high}"),
                    (None, None, _) => say!(self, "anything", "任意值"),
                }
            }
        }
    }

    /// Tests that are no comparison; aggregates that are conditions.
    pub(super) fn tested(&mut self, typed: &Typed, negated: bool) -> Clause {
        match &typed.node {
            Node::InWindow {
                value,
                window,
                negated: inside,
            } => {
                let not = negated != *inside;
                let text = self.falls(window, not);
                self.says_as(value, &text)
            }
            Node::IsMissing {
                value,
                negated: inside,
            } => {
                let known = negated != *inside;
                let text = match known {
                    false => say!(self, "missing", "缺失"),
                    true => say!(self, "known", "已知"),
                };
                self.says_as(value, &text)
            }
            Node::TextTest {
                op,
                folded,
                value,
                pattern,
            } => {
                let pattern = self.value(pattern);
                self.text_test(*op, *folded, value, &pattern, negated)
            }
            Node::Matches {
                folded,
                value,
                pattern,
            } => {
                let pattern = self.quoted(pattern);
                self.text_test(TextOp::Matches, *folded, value, &pattern, negated)
            }
            Node::SetContains {
                folded,
                set,
                member,
            } => {
                let member = self.value(member);
                self.text_test(TextOp::Contains, *folded, set, &member, negated)
            }
            Node::Aggregate(aggregate) => match self.exists(aggregate, negated) {
                Some(said) => said,
                None => self.is_yes(typed, negated),
            },
            Node::Ranked {
                measure: RankMeasure::Top(reach),
                population,
            } => self.top(*reach, population, negated),
            Node::RelatedAggregate {
                function: function @ (AggregateFunction::Any | AggregateFunction::None),
                step,
                filter,
                ..
            } => self.any_related(*function, *step, filter.as_deref(), negated),
            _ => self.is_yes(typed, negated),
        }
    }

    fn text_test(
        &mut self,
        op: TextOp,
        folded: bool,
        value: &Typed,
        pattern: &str,
        negated: bool,
    ) -> Clause {
        let subject = self.subject_of(value);
        let not = match (self.tongue, negated) {
            (_, false) => "",
            (Tongue::English, true) => "do not ",
            (Tongue::Chinese, true) => "不",
        };
        let s = match (self.tongue, negated) {
            (Tongue::English, false) if !is_plural(&subject) => "s",
            _ => "",
        };
        let es = match (s, op) {
            ("s", TextOp::Matches) => "es",
            (s, _) => s,
        };
        let not = match (self.tongue, negated, is_plural(&subject)) {
            (Tongue::English, true, false) => "does not ",
            _ => not,
        };
        let text = match op {
            TextOp::Contains => say!(self, "{not}contain{s} {pattern}", "{not}包含{pattern}"),
            TextOp::StartsWith => {
                say!(self, "{not}start{s} with {pattern}", "{not}以{pattern}开头")
            }
            TextOp::EndsWith => say!(self, "{not}end{s} with {pattern}", "{not}以{pattern}结尾"),
            TextOp::Matches => say!(
                self,
                "{not}match{es} the pattern {pattern}",
                "{not}匹配模式{pattern}"
            ),
        };
        let text = match folded {
            false => text,
            true => say!(
                self,
                "{text} (capitals, width and outer blanks aside)",
                "{text}（不计大小写、全半角与首尾空格）"
            ),
        };
        let text = say!(self, "{subject} {text}", "{subject}{text}");
        self.of_something(as_written(value), text)
    }

    /// What something is said of.
    fn subject_of(&mut self, typed: &Typed) -> String {
        let written = as_written(typed);
        match &written.node {
            Node::Arithmetic { .. }
            | Node::DateAdd { .. }
            | Node::DaysBetween { .. }
            | Node::Aggregate(_) => self.value(written),
            _ => self.operand(written),
        }
    }
}

/// Whether its value is a part of a whole.
fn is_share(typed: &Typed) -> bool {
    match &typed.node {
        Node::Ranked { measure, .. } => *measure == RankMeasure::Percentile,
        Node::Aggregate(aggregate) => aggregate.function == AggregateFunction::Share,
        _ => false,
    }
}
