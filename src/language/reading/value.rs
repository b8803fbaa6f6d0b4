//! Values: what is meant, as words that can stand in a sentence, or as lines.

use super::clause::Joint;
use super::lines::Line;
use super::name::is_latin;
use super::shape::{ends_with_its_own, is_condition, is_tight};
use super::{Place, Reader, say};
use crate::base::kind::Kind;
use crate::base::recursion::deep;
use crate::language::typed::{Given, Node, PluginCall, Typed};
use crate::language::words;

impl Reader<'_> {
    /// A value in words; what cannot stand in a sentence stands apart.
    pub(super) fn value(&mut self, typed: &Typed) -> String {
        deep(|| self.value_here(typed))
    }

    fn value_here(&mut self, typed: &Typed) -> String {
        match &typed.node {
            Node::Literal(value) => self.literal(value, &typed.kind),
            Node::Missing => words::MISSING.text(self.tongue).to_owned(),
            Node::Clear => words::CLEAR.text(self.tongue).to_owned(),
            Node::Today => say!(self, "today", "今天"),
            Node::Now => say!(self, "now", "此刻"),
            Node::CustomerId => {
                let id = say!(self, "id", "客户号");
                self.of_customer(&id)
            }
            Node::Attribute(id) => {
                let name = self.attribute(*id);
                match typed.kind == Kind::Bool && is_latin(&name) {
                    true => format!("“{name}”"),
                    false => name,
                }
            }
            Node::Field(_) | Node::At | Node::Key => self.of_fact(typed),
            Node::Named(named) => {
                let (whose, take) = (&named.name, self.taken(named.subject, named.take));
                say!(self, "the {take} of “{whose}”", "“{whose}”的{take}")
            }
            Node::OfSelf(inner) => {
                let inner = self.about(Place::Customer, |reader| reader.value(inner));
                say!(
                    self,
                    "the {inner} of the customer asked about",
                    "客户本人的{inner}"
                )
            }
            Node::RelationTexts(id) => {
                let name = self.relation(*id);
                self.of_customer(&name)
            }
            Node::Definition(id) => {
                let (name, filter) = self.definition_name(*id);
                let name = self.of_customer(&name);
                match filter {
                    true => say!(self, "whether {name} holds", "是否属于{name}"),
                    false => name,
                }
            }
            Node::Param(id) => self.param(*id),
            Node::Convert(inner) => self.value(inner),
            Node::If { .. } | Node::Case { .. } => {
                self.set_apart(|reader| reader.value_line(typed))
            }
            _ if is_condition(typed) => self.whether(typed),
            _ => self.computed(typed),
        }
    }

    fn computed(&mut self, typed: &Typed) -> String {
        match &typed.node {
            Node::Given { given, name } => self.given(*given, name),
            Node::Column(position) => {
                let columns = self.report.map(|report| report.columns.as_slice());
                let name = columns
                    .unwrap_or_default()
                    .get(*position as usize)
                    .map_or_else(|| (position + 1).to_string(), Clone::clone);
                say!(self, "column {name}", "列{name}")
            }
            Node::RecordNumber => say!(self, "the record's number", "行号"),
            Node::Lookup { key, .. } => {
                let key = self.operand(key);
                say!(self, "what is looked up for {key}", "按{key}查到的值")
            }
            Node::Default { value, fallback } => {
                let value = self.operand(value);
                let fallback = self.operand(fallback);
                say!(
                    self,
                    "{value} ({fallback} where missing)",
                    "{value}（缺失时取{fallback}）"
                )
            }
            Node::Arithmetic { .. }
            | Node::Negate(_)
            | Node::DateAdd { .. }
            | Node::DaysBetween { .. } => self.arithmetic(typed),
            Node::Since { unit, from } => {
                let from = self.operand(from);
                let units = self.units(2, *unit);
                say!(
                    self,
                    "the completed {units} since {from}",
                    "自{from}起的整{units}数"
                )
            }
            Node::Call {
                function,
                arguments,
            } => self.call(*function, arguments),
            Node::Plugin { call, .. } => self.plugin(call),
            Node::Ranked {
                measure,
                population,
            } => self.ranked(*measure, population),
            Node::Aggregate(aggregate) => self.aggregate(aggregate),
            Node::Periods {
                unit,
                count,
                condition,
            } => self.periods(*unit, *count, condition),
            Node::Recorded(id) => {
                let name = self.attribute(*id);
                say!(self, "when {name} was last set", "{name}的更新时刻")
            }
            Node::RelatedAggregate {
                function,
                step,
                value,
                filter,
            } => self.related_value(*function, *step, value.as_deref(), filter.as_deref()),
            _ => "?".to_owned(),
        }
    }

    fn plugin(&self, call: &PluginCall) -> String {
        let (plugin, function) = (&call.plugin, &call.function);
        match call.only {
            true => say!(
                self,
                "what the plugin “{plugin}” says",
                "插件“{plugin}”给出的值"
            ),
            false => say!(
                self,
                "“{function}” of the plugin “{plugin}”",
                "插件“{plugin}”的“{function}”"
            ),
        }
    }

    /// Something of the fact at hand.
    fn of_fact(&self, typed: &Typed) -> String {
        use crate::language::typed::Subfield;
        let Place::Fact(subject) = self.place else {
            return "?".to_owned();
        };
        let take = match &typed.node {
            Node::Field(id) => Subfield::Field(*id),
            Node::Key => Subfield::Key,
            _ => Subfield::At,
        };
        self.taken(subject, take)
    }

    fn whether(&mut self, typed: &Typed) -> String {
        let said = self.clause(typed, false);
        let said = self.alone(&said);
        say!(self, "whether {said}", "是否{said}")
    }

    /// A value beside which other words stand.
    pub(super) fn operand(&mut self, typed: &Typed) -> String {
        match is_tight(typed) || self.is_plain_tally(typed) {
            true => self.value(typed),
            false => self.set_apart(|reader| reader.value_line(typed)),
        }
    }

    /// A measure by its name, or a figure of all rows of a group.
    fn is_plain_tally(&self, typed: &Typed) -> bool {
        let Node::Given { given, .. } = &typed.node else {
            return false;
        };
        match given {
            Given::Tally(at) => self.report.is_some_and(|report| {
                let tally = report.tallies.get(*at as usize);
                tally.is_some_and(|tally| tally.filter.is_none())
            }),
            Given::Measure(_) | Given::Group(_) => true,
        }
    }

    /// The last value of a sentence: only what has signs of its own stands apart.
    pub(super) fn last_operand(&mut self, typed: &Typed) -> String {
        let plain = match &super::shape::as_written(typed).node {
            Node::Aggregate(_)
            | Node::Ranked { .. }
            | Node::RelatedAggregate { .. }
            | Node::Given { .. } => true,
            Node::Call { function, .. } => !ends_with_its_own(*function),
            _ => false,
        };
        match plain || is_tight(typed) {
            true => self.value(typed),
            false => self.set_apart(|reader| reader.value_line(typed)),
        }
    }

    /// A value on lines of its own.
    pub(super) fn value_line(&mut self, typed: &Typed) -> Line {
        deep(|| match &typed.node {
            Node::Convert(inner) => self.value_line(inner),
            Node::If {
                condition,
                then,
                otherwise,
            } => {
                let head = say!(self, "it depends:", "视情况而定：");
                let then = self.arm(condition, then);
                let otherwise = self.otherwise(otherwise);
                Line::of(head, Vec::new()).above(vec![then, otherwise])
            }
            Node::Case { arms, otherwise } => {
                let head = say!(
                    self,
                    "the first of these that holds decides:",
                    "依次判断，以首个成立的为准："
                );
                let mut below: Vec<Line> = arms
                    .iter()
                    .map(|(condition, value)| self.arm(condition, value))
                    .collect();
                below.push(match otherwise {
                    Some(value) => self.otherwise(value),
                    None => Line::of(say!(self, "otherwise: missing", "否则：缺失"), Vec::new()),
                });
                Line::of(head, Vec::new()).above(below)
            }
            _ if is_condition(typed) => self.listing(typed, false),
            _ => self.line(|reader| reader.value(typed)),
        })
    }

    /// What is taken when a condition holds.
    fn arm(&mut self, condition: &Typed, value: &Typed) -> Line {
        self.line(|reader| {
            let value = reader.value(value);
            let condition = reader.in_a_clause(condition);
            say!(
                reader,
                "{value}, if {condition}",
                "若{condition}，则为{value}"
            )
        })
    }

    fn otherwise(&mut self, value: &Typed) -> Line {
        self.line(|reader| {
            let value = reader.value(value);
            say!(reader, "otherwise: {value}", "否则：{value}")
        })
    }

    /// A condition within a sentence.
    pub(super) fn in_a_clause(&mut self, typed: &Typed) -> String {
        let (parts, joint): (&[Typed], _) = match &typed.node {
            Node::And(parts) if super::shape::is_sentence(typed, self.tongue) => {
                (parts, Joint::And)
            }
            _ => (std::slice::from_ref(typed), Joint::And),
        };
        let said: Vec<String> = parts
            .iter()
            .map(|part| {
                let said = self.clause(part, false);
                self.alone(&said)
            })
            .collect();
        self.and(said, joint)
    }

    /// A value of the group of a report.
    fn given(&mut self, given: Given, name: &str) -> String {
        let Some(report) = self.report else {
            return name.to_owned();
        };
        match given {
            Given::Tally(at) => match report.tallies.get(at as usize) {
                Some(tally) => self.tally(report.subject, tally),
                None => name.to_owned(),
            },
            Given::Measure(at) => match report.measures.get(at as usize) {
                Some(measure) => self.title(&measure.name, measure.label.as_deref()),
                None => self.title(name, None),
            },
            Given::Group(at) => match report.groups.get(at as usize) {
                Some(group) => self.group_name(group),
                None => self.title(name, None),
            },
        }
    }
}
