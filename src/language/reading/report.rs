//! Reports: of which rows, in which groups, what is told of each.

use super::lines::Line;
use super::name::Noun;
use super::shape::{as_written, is_name, is_sentence};
use super::{Place, Reader, say};
use crate::base::calendar::Unit;
use crate::language::typed::{
    Function, Group, Node, Report, ReportSubject, Tally, TallyFunction, Typed,
};
use crate::language::words::{self, Tongue};

impl<'a> Reader<'a> {
    /// A report with its name.
    pub(super) fn report(&mut self, report: &'a Report) -> Line {
        self.report = Some(report);
        let name = self.title(&report.name, report.label.as_deref());
        let head = self.head(words::REPORT.text(self.tongue), &name);
        let (noun, place) = self.rows_of(report.subject);
        let line = self.about(place, |reader| {
            reader.line(|reader| {
                let rows = match &report.filter {
                    None => noun.many.clone(),
                    Some(filter) => reader.described(&noun.many, noun.person, filter),
                };
                let groups: Vec<String> = report
                    .groups
                    .iter()
                    .map(|group| reader.group(group))
                    .collect();
                reader.rows_in_groups(&rows, &groups)
            })
        });
        let mut below: Vec<Line> = Vec::new();
        for measure in &report.measures {
            below.push(self.about(Place::Group, |reader| {
                let name = reader.title(&measure.name, measure.label.as_deref());
                let name = say!(reader, "{name}: ", "{name}：");
                reader.value_line(&measure.value).after(&name)
            }));
        }
        below.extend(self.order(report));
        line.after(&head).above(below)
    }

    fn rows_in_groups(&self, rows: &str, groups: &[String]) -> String {
        match (self.tongue, groups.is_empty()) {
            (Tongue::English, true) => format!("of all {rows} together:"),
            (Tongue::English, false) => format!("{rows}, grouped by {}:", groups.join(" and by ")),
            (Tongue::Chinese, true) => format!("全部{rows}合在一起："),
            (Tongue::Chinese, false) => format!("{rows}，按{}分组：", groups.join("、")),
        }
    }

    fn rows_of(&self, subject: ReportSubject) -> (Noun, Place) {
        match subject {
            ReportSubject::Customers => (self.customer(), Place::Customer),
            ReportSubject::Facts(subject) => (self.subject(subject), Place::Fact(subject)),
            ReportSubject::Records(id) => {
                let source = self.rules.sources.get(id.0 as usize);
                let name = source.map_or_else(
                    || "?".to_owned(),
                    |source| self.title(&source.name, source.label.as_deref()),
                );
                let noun = Noun {
                    one: say!(self, "record of the source {name}", "来源{name}的记录"),
                    many: say!(self, "records of the source {name}", "来源{name}的记录"),
                    person: false,
                };
                (noun, Place::Record)
            }
        }
    }

    fn group(&mut self, group: &Group) -> String {
        let (value, unit) = match (&group.value.node, group.period) {
            // The date of an instant is what a period asks of it.
            (
                Node::Call {
                    function: Function::ToDate,
                    arguments,
                },
                Some(unit),
            ) => (arguments.first().unwrap_or(&group.value), Some(unit)),
            (_, unit) => (&group.value, unit),
        };
        let named = group.label.is_some() || !is_name(as_written(value));
        let value = self.operand(value);
        let value = match unit {
            None => value,
            Some(unit) => {
                let word = words::unit_word(unit).english;
                let period = period(unit);
                let value = value.strip_prefix("the ").unwrap_or(&value);
                say!(self, "the {word} of the {value}", "{value}所在{period}")
            }
        };
        match named && is_word(&group.name) {
            false => value,
            true => {
                let name = self.group_name(group);
                say!(self, "{value} (called {name})", "{value}（称作{name}）")
            }
        }
    }

    /// What the column of a group is called.
    pub(super) fn group_name(&self, group: &Group) -> String {
        self.title(&group.name, group.label.as_deref())
    }

    /// One aggregate over the rows of a group.
    pub(super) fn tally(&mut self, subject: ReportSubject, tally: &Tally) -> String {
        let (rows, place) = self.rows_of(subject);
        let (many, of) = self.about(place, |reader| {
            let many = match &tally.filter {
                None => rows.many.clone(),
                Some(filter) => reader.described(&rows.many, rows.person, filter),
            };
            let of = tally.value.as_ref().map(|value| match tally.function {
                TallyFunction::Share => reader.share_of_rows(&rows, value),
                _ => reader.operand(value),
            });
            (many, of)
        });
        let Some(of) = of else {
            return match tally.function {
                TallyFunction::Distinct => {
                    say!(self, "the number of different {many}", "不重复的{many}数")
                }
                _ => say!(self, "the number of {many}", "{many}数"),
            };
        };
        self.tally_of(tally.function, &of, &many)
    }

    fn tally_of(&self, function: TallyFunction, of: &str, many: &str) -> String {
        match function {
            TallyFunction::Count => {
                say!(self, "the number of {many} with {of}", "有{of}的{many}数")
            }
            TallyFunction::Sum => say!(self, "the total of {of} of the {many}", "{many}的{of}合计"),
            TallyFunction::Avg => {
                say!(
                    self,
                    "the average of {of} of the {many}",
                    "{many}的{of}平均值"
                )
            }
            TallyFunction::Min => {
                say!(
                    self,
                    "the smallest {of} of the {many}",
                    "{many}的{of}最小值"
                )
            }
            TallyFunction::Max => {
                say!(
                    self,
                    "the greatest {of} of the {many}",
                    "{many}的{of}最大值"
                )
            }
            TallyFunction::Distinct => say!(
                self,
                "the number of different values of {of} of the {many}",
                "{many}中不同{of}的个数"
            ),
            TallyFunction::Median => {
                say!(
                    self,
                    "the median of {of} of the {many}",
                    "{many}的{of}中位数"
                )
            }
            TallyFunction::Stddev => say!(
                self,
                "the standard deviation of {of} of the {many}",
                "{many}的{of}标准差"
            ),
            TallyFunction::Cut(quantile) => {
                let written = quantile.part().to_string();
                let part = self.percent(&written).unwrap_or(written);
                say!(
                    self,
                    "the {part} quantile of {of} of the {many}",
                    "{many}的{of}的{part}分位数"
                )
            }
            TallyFunction::Share => say!(
                self,
                "the share of {of} among all {many}",
                "{many}中{of}占比"
            ),
        }
    }

    fn share_of_rows(&mut self, rows: &Noun, condition: &Typed) -> String {
        match is_sentence(condition, self.tongue) {
            true => self.described(&rows.many, rows.person, condition),
            false => {
                let mark = self.set_apart(|reader| reader.listing(condition, false));
                let many = &rows.many;
                say!(self, "{many} that meet {mark}", "符合{mark}的{many}")
            }
        }
    }

    fn order(&mut self, report: &'a Report) -> Vec<Line> {
        let mut lines = Vec::new();
        if !report.order.is_empty() {
            lines.push(self.about(Place::Group, |reader| {
                reader.line(|reader| {
                    let by: Vec<String> = report
                        .order
                        .iter()
                        .map(|(by, descending)| {
                            let by = reader.operand(by);
                            match descending {
                                true => say!(reader, "{by}, the greatest first", "{by}由高到低"),
                                false => say!(reader, "{by}, the smallest first", "{by}由低到高"),
                            }
                        })
                        .collect();
                    let by = match reader.tongue {
                        Tongue::English => by.join("; then "),
                        Tongue::Chinese => by.join("，再按"),
                    };
                    say!(reader, "ordered by {by}", "按{by}排列")
                })
            }));
        }
        if let Some(top) = report.top {
            let text = say!(self, "only the first {top} groups", "只取前{top}组");
            lines.push(Line::of(text, Vec::new()));
        }
        lines
    }
}

fn is_word(name: &str) -> bool {
    name.chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn period(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute | Unit::Hour | Unit::Day => "日",
        Unit::Week => "周",
        Unit::Month => "月",
        Unit::Quarter => "季度",
        Unit::Year => "年",
    }
}
