//! Conditions: as something said of someone, as a sentence, or as a list.

use super::clause::{Clause, Joint};
use super::lines::Line;
use super::name::Noun;
use super::shape::{as_written, is_sentence};
use super::{Place, Reader, say};
use crate::base::recursion::deep;
use crate::language::syntax::Quantifier;
use crate::language::typed::{Node, Typed};
use crate::language::words::Tongue;

impl Reader<'_> {
    /// Whom a condition means.
    pub(super) fn customers(&mut self, typed: &Typed) -> Line {
        let customer = self.customer();
        self.those(&customer, typed)
    }

    /// Which things of a sort a condition means, as a line: a sentence where one is clear.
    pub(super) fn those(&mut self, noun: &Noun, typed: &Typed) -> Line {
        if let Some(line) = self.in_a_sentence(noun, typed) {
            return line;
        }
        let list = self.listing(typed, false);
        let (many, whom) = (&noun.many, if noun.person { "whom" } else { "which" });
        match self.tongue {
            Tongue::English => list.after(&format!("{many} for {whom} ")),
            Tongue::Chinese => list.ended(&format!("的{many}：")),
        }
    }

    fn in_a_sentence(&mut self, noun: &Noun, typed: &Typed) -> Option<Line> {
        // What is longer is lost before its end when read aloud.
        let letters_max = match self.tongue {
            Tongue::English => 190,
            Tongue::Chinese => 80,
        };
        if !is_sentence(typed, self.tongue) {
            return None;
        }
        let marks = self.marks;
        let line = self.line(|reader| reader.described(&noun.many, noun.person, typed));
        let joined = matches!(typed.node, Node::And(_) | Node::Or(_));
        if joined && line.letters() > letters_max {
            self.marks = marks;
            return None;
        }
        Some(line)
    }

    /// `purchases whose amount is more than 5`; what a sentence cannot hold stands apart.
    pub(super) fn described(&mut self, noun: &str, person: bool, typed: &Typed) -> String {
        if !is_sentence(typed, self.tongue) {
            let mark = self.set_apart(|reader| reader.listing(typed, false));
            return say!(self, "{noun} that meet {mark}", "符合{mark}的{noun}");
        }
        let (parts, joint): (&[Typed], _) = match &typed.node {
            Node::And(parts) => (parts, Joint::And),
            Node::Or(parts) => (parts, Joint::Or),
            _ => (std::slice::from_ref(typed), Joint::And),
        };
        let said: Vec<Clause> = parts.iter().map(|part| self.clause(part, false)).collect();
        self.whose(noun, person, &said, joint)
    }

    /// A condition as a list, or as a sentence where it is one thing.
    pub(super) fn listing(&mut self, typed: &Typed, negated: bool) -> Line {
        deep(|| match &typed.node {
            Node::Not(inner) => self.listing(inner, !negated),
            Node::And(parts) => {
                let head = match negated {
                    false => say!(self, "all of these hold:", "同时满足以下各项："),
                    true => say!(self, "not all of these hold:", "并非同时满足以下各项："),
                };
                self.list(head, parts)
            }
            Node::Or(parts) => {
                let head = match negated {
                    false => say!(self, "at least one of these holds:", "满足以下任一项："),
                    true => say!(self, "none of these holds:", "以下各项均不满足："),
                };
                self.list(head, parts)
            }
            Node::AtLeast { count, of } => {
                let head = match negated {
                    false => say!(
                        self,
                        "at least {count} of these hold:",
                        "至少满足以下{count}项："
                    ),
                    true => say!(
                        self,
                        "it is not so that at least {count} of these hold:",
                        "并非至少满足以下{count}项："
                    ),
                };
                self.list(head, of)
            }
            Node::If { .. } | Node::Case { .. } if negated => {
                let head = say!(self, "this does not hold:", "以下不成立：");
                let below = self.value_line(typed);
                Line::of(head, Vec::new()).above(vec![below])
            }
            Node::If { .. } | Node::Case { .. } => self.value_line(typed),
            _ => self.line(|reader| {
                let said = reader.clause(typed, negated);
                reader.alone(&said)
            }),
        })
    }

    fn list(&mut self, head: String, parts: &[Typed]) -> Line {
        let below = parts.iter().map(|part| self.listing(part, false)).collect();
        Line::of(head, Vec::new()).above(below)
    }

    /// A condition as one thing said; what is more than that stands apart.
    pub(super) fn clause(&mut self, typed: &Typed, negated: bool) -> Clause {
        deep(|| match &typed.node {
            Node::Not(inner) => self.clause(inner, !negated),
            Node::Convert(inner) => self.clause(inner, negated),
            Node::And(_)
            | Node::Or(_)
            | Node::AtLeast { .. }
            | Node::If { .. }
            | Node::Case { .. } => {
                let mark = self.set_apart(|reader| reader.listing(typed, false));
                Clause::Whole(self.holds(&mark, negated))
            }
            Node::Definition(id) => self.member_of(*id, typed, negated),
            Node::Followed(followed) => self.followed(followed, negated),
            Node::Part(id) => {
                let part = self.part(*id).with_article(self.tongue);
                let many = self.part(*id).many;
                match (self.tongue, negated) {
                    (Tongue::English, false) => Clause::Who {
                        one: format!("is {part}"),
                        many: format!("are {many}"),
                    },
                    (Tongue::English, true) => Clause::Who {
                        one: format!("is not {part}"),
                        many: format!("are not {many}"),
                    },
                    (Tongue::Chinese, false) => Clause::Whole(format!("属于{part}")),
                    (Tongue::Chinese, true) => Clause::Whole(format!("不属于{part}")),
                }
            }
            Node::Related {
                quantifier,
                reach,
                condition,
            } => {
                let noun = self.reach(reach);
                self.related(*quantifier, &noun, condition, negated)
            }
            Node::Compare { .. } | Node::Between { .. } | Node::In { .. } => {
                self.compared(typed, negated)
            }
            _ => self.tested(typed, negated),
        })
    }

    /// Filters have members; another rule's answer is yes.
    fn member_of(
        &mut self,
        id: crate::language::typed::DefinitionId,
        typed: &Typed,
        negated: bool,
    ) -> Clause {
        let (name, filter) = self.definition_name(id);
        if !filter {
            return self.is_yes(typed, negated);
        }
        let of_fact = matches!(self.place, Place::Fact(_) | Place::Record);
        match (self.tongue, of_fact) {
            (Tongue::English, false) => {
                let not = if negated { "not " } else { "" };
                Clause::Who {
                    one: format!("is {not}in {name}"),
                    many: format!("are {not}in {name}"),
                }
            }
            (Tongue::English, true) => {
                let not = if negated { "not " } else { "" };
                Clause::Whole(format!("the customer is {not}in {name}"))
            }
            (Tongue::Chinese, of_fact) => {
                let who = if of_fact { "客户" } else { "" };
                let not = if negated { "不" } else { "" };
                Clause::Whole(format!("{who}{not}属于{name}"))
            }
        }
    }

    /// A value of yes or no.
    pub(super) fn is_yes(&mut self, typed: &Typed, negated: bool) -> Clause {
        let value = self.value(typed);
        let text = match negated {
            false => say!(self, "{value} is yes", "{value}为“是”"),
            true => say!(self, "{value} is not yes", "{value}不为“是”"),
        };
        self.of_something(as_written(typed), text)
    }

    /// After `whose` where it begins with something that they have.
    pub(super) fn of_something(&self, subject: &Typed, text: String) -> Clause {
        let theirs = match (&subject.node, self.place) {
            (
                Node::Attribute(_)
                | Node::RelationTexts(_)
                | Node::Definition(_)
                | Node::CustomerId,
                place,
            ) => {
                matches!(place, Place::Customer | Place::Other)
            }
            (Node::Field(_) | Node::At | Node::Key, _) => true,
            (
                Node::Aggregate(_) | Node::Ranked { .. } | Node::RelatedAggregate { .. },
                Place::Customer | Place::Other,
            ) => true,
            _ => false,
        };
        match theirs {
            true => Clause::Whose(text),
            false => Clause::Whole(text),
        }
    }

    /// What holds of the others at the end of a relation.
    pub(super) fn related(
        &mut self,
        quantifier: Quantifier,
        noun: &Noun,
        condition: &Typed,
        negated: bool,
    ) -> Clause {
        if quantifier == Quantifier::All && self.tongue == Tongue::Chinese {
            return self.all_related(noun, condition, negated);
        }
        let others = self.about(Place::Other, |reader| {
            let word = match (quantifier, reader.tongue) {
                (Quantifier::Any, Tongue::English) => noun.with_article(Tongue::English),
                (Quantifier::None, Tongue::English) => noun.one.clone(),
                (_, Tongue::Chinese) => noun.one.clone(),
                (Quantifier::All, Tongue::English) => "one".to_owned(),
            };
            reader.described_one(&word, condition)
        });
        match (quantifier, self.tongue) {
            (Quantifier::Any, Tongue::English) => have(negated, &others),
            (Quantifier::None, Tongue::English) => have(negated, &format!("no {others}")),
            (Quantifier::All, Tongue::English) => {
                let every = if negated { "not every" } else { "every" };
                let one = &noun.one;
                Clause::Whole(format!("{every} {one} (if there is any) is {others}"))
            }
            (Quantifier::Any, Tongue::Chinese) => Clause::Whole(match negated {
                false => format!("至少有一名{others}"),
                true => format!("并非至少有一名{others}"),
            }),
            (Quantifier::None, Tongue::Chinese) => Clause::Whole(match negated {
                false => format!("没有{others}"),
                true => format!("并非没有{others}"),
            }),
            (Quantifier::All, Tongue::Chinese) => Clause::Whole(others),
        }
    }

    /// Chinese: what is said of all others at once.
    fn all_related(&mut self, noun: &Noun, condition: &Typed, negated: bool) -> Clause {
        let said = self.about(Place::Other, |reader| {
            match is_sentence(condition, reader.tongue) {
                true => reader.in_a_clause(condition),
                false => {
                    let mark = reader.set_apart(|reader| reader.listing(condition, false));
                    format!("符合{mark}")
                }
            }
        });
        let many = &noun.many;
        let verbs = ["属于", "不属于", "有", "没有", "持有", "未持有", "符合"];
        let meet = match verbs.iter().any(|verb| said.starts_with(verb)) {
            true => "均",
            false => "均满足",
        };
        let not = if negated { "并非" } else { "" };
        Clause::Whole(format!("{not}所有{many}（如有）{meet}{said}"))
    }

    /// One of a sort, and what is said of it.
    pub(super) fn described_one(&mut self, noun: &str, typed: &Typed) -> String {
        let person = self.place == Place::Other;
        if !is_sentence(typed, self.tongue) {
            let mark = self.set_apart(|reader| reader.listing(typed, false));
            return say!(self, "{noun} that meets {mark}", "符合{mark}的{noun}");
        }
        let (parts, joint): (&[Typed], _) = match &typed.node {
            Node::And(parts) => (parts, Joint::And),
            Node::Or(parts) => (parts, Joint::Or),
            _ => (std::slice::from_ref(typed), Joint::And),
        };
        let said: Vec<Clause> = parts
            .iter()
            .map(|part| match self.clause(part, false) {
                Clause::Who { one, .. } => Clause::who(one),
                other => other,
            })
            .collect();
        self.whose(noun, person, &said, joint)
    }
}

fn have(negated: bool, what: &str) -> Clause {
    match negated {
        false => Clause::Who {
            one: format!("has {what}"),
            many: format!("have {what}"),
        },
        true => Clause::Who {
            one: format!("does not have {what}"),
            many: format!("do not have {what}"),
        },
    }
}
