//! Scores and scorecards: their parts, a line each.

use super::lines::Line;
use super::shape::as_written;
use super::{Reader, say};
use crate::language::typed::{
    Bin, BinTest, Choice, Node, PartOrigin, ScoreDetail, ScorePart, Typed,
};

impl Reader<'_> {
    /// What a score is the sum of.
    pub(super) fn score(&mut self, score: &ScoreDetail) -> Line {
        let range = score
            .range
            .as_ref()
            .map(|(low, high)| (self.value(low), self.value(high)));
        let head = match range {
            None => say!(self, "the sum of these:", "以下各项之和："),
            Some((low, high)) => say!(
                self,
                "the sum of these, kept within {low} and {high}:",
                "以下各项之和，限定在{low}至{high}之间："
            ),
        };
        let parts = score
            .parts
            .iter()
            .map(|part| self.part_line(part))
            .collect();
        Line::of(head, Vec::new()).above(parts)
    }

    fn part_line(&mut self, part: &ScorePart) -> Line {
        match &part.origin {
            PartOrigin::Summand(written) => self.line(|reader| reader.value(written)),
            PartOrigin::Base => self.line(|reader| {
                let points = reader.value(as_written(&part.expression));
                say!(reader, "{points} to begin with", "基础分{points}")
            }),
            PartOrigin::Row { value, bins } => self.row(value, bins),
            PartOrigin::When { condition, reason } => {
                let points = self.points_of(&part.expression);
                self.line(|reader| {
                    let condition = reader.in_a_clause(condition);
                    let reason = reader.reason(reason.as_deref());
                    say!(
                        reader,
                        "{points}, if {condition}{reason}",
                        "若{condition}：{points}{reason}"
                    )
                })
            }
        }
    }

    /// The points that a condition gives.
    fn points_of(&mut self, expression: &Typed) -> String {
        let given = match &as_written(expression).node {
            Node::Case { arms, .. } => arms.first().map(|(_, points)| points),
            Node::If { then, .. } => Some(&**then),
            Node::Default { value, .. } => return self.points_of(value),
            _ => Some(expression),
        };
        match given {
            Some(points) => self.points(points),
            None => "?".to_owned(),
        }
    }

    fn row(&mut self, value: &Typed, bins: &[Bin]) -> Line {
        let head = self.line(|reader| {
            let value = reader.value(value);
            say!(reader, "by {value}:", "按{value}：")
        });
        let bins = bins
            .iter()
            .map(|bin| {
                let points = self.points(&bin.points);
                let reason = self.reason(bin.reason.as_deref());
                self.line(|reader| {
                    let test = reader.bin(&bin.test);
                    say!(
                        reader,
                        "{test}: {points}{reason}",
                        "{test}：{points}{reason}"
                    )
                })
            })
            .collect();
        head.above(bins)
    }

    fn points(&mut self, points: &Typed) -> String {
        let said = self.value(as_written(points));
        match said.strip_prefix('负') {
            Some(number) => format!("减{number}分"),
            None => say!(self, "{said} points", "{said}分"),
        }
    }

    fn reason(&self, reason: Option<&str>) -> String {
        match reason {
            None => String::new(),
            Some(reason) => say!(self, " (“{reason}”)", "（“{reason}”）"),
        }
    }

    /// What a bin asks of the value of its row.
    fn bin(&mut self, test: &BinTest) -> String {
        match test {
            BinTest::Missing => say!(self, "missing", "缺失"),
            BinTest::Else => say!(self, "anything else", "其他"),
            BinTest::Holds(typed) => match &typed.node {
                Node::Compare { op, left, right } => {
                    let end = self.operand(right);
                    self.relation_to(*op, &left.kind, &end)
                }
                Node::In {
                    choices,
                    negated: false,
                    ..
                } if matches!(choices.as_slice(), [Choice::Range { .. }]) => {
                    let range: Vec<String> =
                        choices.iter().map(|choice| self.choice(choice)).collect();
                    range.concat()
                }
                Node::In {
                    choices, negated, ..
                } => self.choices(choices, *negated),
                Node::Between {
                    value,
                    low,
                    low_included,
                    high,
                    high_included,
                    ..
                } => self.between(value, low, high, (*low_included, *high_included)),
                _ => {
                    let said = self.clause(typed, false);
                    self.alone(&said)
                }
            },
        }
    }
}
