//! What is said of someone: how it reads after `whose` and `who`, and how alone.

use super::{Place, Reader, say};
use crate::language::words::Tongue;

/// One thing said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    /// Of something that they have: `assets are at least 500,000`.
    Whose(String),
    /// Of themselves, by the verb for one and for many: `holds a loan`, `hold a loan`.
    Who { one: String, many: String },
    /// Whole: `the customer's city is "Prague"`.
    Whole(String),
}

impl Clause {
    /// With a verb that is the same for one and for many.
    pub(super) fn who(text: String) -> Self {
        Self::Who {
            one: text.clone(),
            many: text,
        }
    }

    fn text(&self) -> &str {
        match self {
            Clause::Whose(text) | Clause::Who { one: text, .. } | Clause::Whole(text) => text,
        }
    }
}

/// How several are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    And,
    Or,
}

impl Reader<'_> {
    /// `customers whose assets are at least 500,000`, `资产不低于50万的客户`.
    pub(super) fn whose(&self, noun: &str, person: bool, said: &[Clause], joint: Joint) -> String {
        match self.tongue {
            Tongue::Chinese => {
                let text = self.joined(said.iter().map(|one| one.text().to_owned()), joint);
                format!("{text}的{noun}")
            }
            Tongue::English => {
                let many = said.iter().map(|one| match (one, person) {
                    (Clause::Whose(text), _) => {
                        format!("whose {}", text.strip_prefix("the ").unwrap_or(text))
                    }
                    (Clause::Who { many, .. }, true) => format!("who {many}"),
                    (Clause::Who { many, .. }, false) => format!("that {many}"),
                    (Clause::Whole(text), true) => format!("for whom {text}"),
                    (Clause::Whole(text), false) => format!("for which {text}"),
                });
                let text = self.joined(many, joint);
                format!("{noun} {text}")
            }
        }
    }

    /// Sentences joined to one.
    pub(super) fn and(&self, texts: Vec<String>, joint: Joint) -> String {
        self.joined(texts.into_iter(), joint)
    }

    fn joined(&self, texts: impl Iterator<Item = String>, joint: Joint) -> String {
        let between = match (self.tongue, joint) {
            (Tongue::English, Joint::And) => ", and ",
            (Tongue::English, Joint::Or) => ", or ",
            (Tongue::Chinese, Joint::And) => "、且",
            (Tongue::Chinese, Joint::Or) => "、或",
        };
        let texts: Vec<String> = texts.collect();
        match (texts.as_slice(), self.tongue, joint) {
            ([one, other], Tongue::English, Joint::And) => format!("{one} and {other}"),
            ([one, other], Tongue::English, Joint::Or) => format!("{one} or {other}"),
            _ => texts.join(between),
        }
    }

    /// As a sentence of its own: `the customer holds a loan`, `amount is more than 5`.
    pub(super) fn alone(&self, said: &Clause) -> String {
        match (self.tongue, said) {
            (Tongue::English, Clause::Who { one, .. }) => {
                let who = match self.place {
                    Place::Customer | Place::Group | Place::Other => "the customer",
                    Place::Fact(_) | Place::Record => "it",
                };
                format!("{who} {one}")
            }
            (_, said) => said.text().to_owned(),
        }
    }

    /// Something said by its mark: `(a) holds`.
    pub(super) fn holds(&self, mark: &str, negated: bool) -> String {
        match negated {
            false => say!(self, "{mark} holds", "{mark}成立"),
            true => say!(self, "{mark} does not hold", "{mark}不成立"),
        }
    }
}
