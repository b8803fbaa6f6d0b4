//! The facts that an aggregate reads: of which sort, when, and which of them.

use super::name::Noun;
use super::shape::{as_written, holds_expressions, is_sentence};
use super::{Place, Reader, say};
use crate::language::typed::{Aggregate, Node, Subject, Typed};
use crate::language::words::Tongue;

/// Facts in words.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    tongue: Tongue,
    noun: Noun,
    /// English: with a blank before it. Chinese: stands first.
    window: String,
    /// English: `whose …` with a blank before it. Chinese: `…的`.
    which: String,
}

impl Facts {
    /// `purchases in the last 90 days whose channel is mobile`, `近90天渠道为手机的消费`.
    pub(super) fn many(&self) -> String {
        self.with(&self.noun.many)
    }

    /// The same of one, with its article.
    pub(super) fn one(&self) -> String {
        self.with(&self.noun.with_article(self.tongue))
    }

    /// The same of one, after other words.
    pub(super) fn bare(&self) -> String {
        self.with(&self.noun.one)
    }

    fn with(&self, noun: &str) -> String {
        let (window, which) = (&self.window, &self.which);
        match self.tongue {
            Tongue::English => format!("{noun}{window}{which}"),
            Tongue::Chinese => format!("{window}{which}{noun}"),
        }
    }

    /// Chinese: when, and apart from it the rest, for words between them.
    pub(super) fn when_and_rest(&self) -> (&str, String) {
        (&self.window, format!("{}{}", self.which, self.noun.one))
    }
}

impl Reader<'_> {
    /// The facts of an aggregate.
    pub(super) fn facts(&mut self, aggregate: &Aggregate) -> Facts {
        let apart = aggregate.filter.is_some() && holds_expressions(&aggregate.window);
        let window = self.window(&aggregate.window, apart);
        let (noun, filter) = self.sort(aggregate.subject, aggregate.filter.as_ref());
        let mut which = match filter {
            None => String::new(),
            Some(filter) => self.which(aggregate.subject, &filter),
        };
        if let Some(name) = &aggregate.name {
            which = say!(
                self,
                ", each called “{name}”,{which}",
                "称作“{name}”的、{which}"
            );
        }
        Facts {
            tongue: self.tongue,
            noun,
            window,
            which,
        }
    }

    /// Which facts of a sort: ` whose channel is mobile`, `渠道为手机的`.
    pub(super) fn which(&mut self, subject: Subject, filter: &Typed) -> String {
        self.about(Place::Fact(subject), |reader| {
            match is_sentence(filter, reader.tongue) {
                true => reader.described("", false, filter),
                false => {
                    let mark = reader.set_apart(|reader| reader.listing(filter, false));
                    say!(reader, " that meet {mark}", "符合{mark}的")
                }
            }
        })
    }

    /// What facts are called, and what else is said of them: a named part goes by its name.
    pub(super) fn sort(&self, subject: Subject, filter: Option<&Typed>) -> (Noun, Option<Typed>) {
        let part = |typed: &Typed| match as_written(typed).node {
            Node::Part(id) => Some(self.part(id)),
            _ => None,
        };
        if let Some(filter) = filter {
            if let Some(noun) = part(filter) {
                return (noun, None);
            }
            if let Node::And(list) = &filter.node
                && let [first, rest @ ..] = list.as_slice()
                && let Some(noun) = part(first)
            {
                let rest = match rest {
                    [only] => only.clone(),
                    more => Typed {
                        node: Node::And(more.to_vec()),
                        ..filter.clone()
                    },
                };
                return (noun, Some(rest));
            }
        }
        (self.subject(subject), filter.cloned())
    }
}
