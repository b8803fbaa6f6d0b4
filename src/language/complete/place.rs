//! What stands around the end of an unfinished text: the fact of the brackets it stands in,
//! what a value is compared with, what a field is taken of. Works on tokens, because what
//! is unfinished has no tree.

use super::super::layout::token::{Kind as TokenKind, Token, tokens};
use super::super::lexicon::Lexicon;
use super::super::parser::{Body, cut, folded};
use super::super::typed::Rules;
use super::super::words::{self, Role};
use crate::base::kind::Kind;
use crate::base::span::SourceId;
use crate::schema::Field;

/// What is known of a place.
#[derive(Debug, Default)]
pub struct Place<'r> {
    /// The fields of what stands before a point.
    pub base: Option<&'r [Field]>,
    /// `self` stands before the point.
    pub of_self: bool,
    /// The fields of the fact whose brackets are open.
    pub fact: Option<&'r [Field]>,
    /// An aggregate's bracket has just been opened.
    pub counted: bool,
    /// The kind of what a value is compared with.
    pub compared: Option<Kind>,
}

impl<'r> Place<'r> {
    /// The end of that text.
    pub fn of(rules: &'r Rules, names: &Lexicon, text: &str) -> Self {
        let spaced = cut(text, 0, SourceId::default(), Body::Lines, names);
        let spaced = match &spaced {
            Ok(cut) => cut.text.as_ref(),
            Err(_) => text,
        };
        let list = tokens(spaced).tokens;
        let finder = Finder {
            rules,
            tokens: &list,
        };
        finder.place()
    }
}

struct Finder<'r, 't> {
    rules: &'r Rules,
    tokens: &'t [Token<'t>],
}

impl<'r> Finder<'r, '_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn is(&self, at: usize, wanted: &[words::Word]) -> bool {
        wanted.iter().any(|word| word.is(self.text(at)))
    }

    fn place(&self) -> Place<'r> {
        let mut place = Place::default();
        let Some(last) = self.tokens.len().checked_sub(1) else {
            return place;
        };
        let open = self.open_brackets();
        for opener in open.iter().rev() {
            let Some(word) = opener.checked_sub(1) else {
                continue;
            };
            if self.is_aggregate(word) {
                place.counted |= *opener == last;
                place.fact = place.fact.or(self.fields(opener + 1));
            }
        }
        if matches!(self.text(last), "." | "．") {
            let base = last.checked_sub(1);
            place.of_self = base.is_some_and(|base| self.is(base, &[words::SELF]));
            place.base = base.and_then(|base| match self.text(base) {
                ")" | "）" => self.fields(self.opener(base)? + 1),
                _ => self.fields(base),
            });
            return place;
        }
        let owner = match open.last() {
            // `x in (a, …`
            Some(opener) if self.is_in(opener.checked_sub(1)) => {
                opener.checked_sub(1).and_then(|word| self.before_in(word))
            }
            _ if self.is_equal(last) => self.before_equal(last),
            _ => None,
        };
        place.compared = owner.and_then(|owner| self.kind(owner, place.fact));
        place
    }

    /// Brackets that are open at the end.
    fn open_brackets(&self) -> Vec<usize> {
        let mut open = Vec::new();
        for at in 0..self.tokens.len() {
            match self.text(at) {
                "(" | "（" | "{" | "｛" => open.push(at),
                ")" | "）" | "}" | "｝" => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }

    fn opener(&self, closer: usize) -> Option<usize> {
        let mut depth = 0;
        (0..=closer).rev().find(|at| {
            match self.text(*at) {
                ")" | "）" => depth += 1,
                "(" | "（" => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    }

    fn is_aggregate(&self, at: usize) -> bool {
        let roles = [Role::Aggregate, Role::LaterFunction];
        words::find(self.text(at), &roles).is_some()
    }

    fn is_in(&self, at: Option<usize>) -> bool {
        at.is_some_and(|at| self.is(at, &[words::IN, words::NOT_IN]))
    }

    /// The operand before `in`, `not in`.
    fn before_in(&self, word: usize) -> Option<usize> {
        let before = word.checked_sub(1)?;
        if self.is(before, &[words::NOT]) {
            before.checked_sub(1)
        } else {
            Some(before)
        }
    }

    fn is_equal(&self, at: usize) -> bool {
        matches!(self.text(at), "=" | "＝" | "≠") || self.is(at, &[words::EQUAL, words::NOT_EQUAL])
    }

    /// The operand before `=`, `!=`, `==`, `~=`.
    fn before_equal(&self, sign: usize) -> Option<usize> {
        let mut at = sign.checked_sub(1)?;
        while matches!(self.text(at), "=" | "!" | "！" | "~" | "＝") {
            at = at.checked_sub(1)?;
        }
        Some(at)
    }

    /// The name at a place, without its quotes.
    fn name(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        match token.kind {
            TokenKind::Word => Some(folded(token.text).into_owned()),
            TokenKind::Quote => {
                let mut inner = token.text.chars();
                inner.next();
                inner.next_back();
                Some(inner.as_str().to_owned())
            }
            _ => None,
        }
    }

    /// The fields of the event or holding that stands there.
    fn fields(&self, at: usize) -> Option<&'r [Field]> {
        // `a: EVENT` names the event.
        let at = if matches!(self.text(at + 1), ":" | "：") {
            at + 2
        } else {
            at
        };
        let name = self.name(at)?;
        let schema = &self.rules.schema;
        let is = |first: &str, second: Option<&str>| first == name || second == Some(&name);
        let event = schema
            .events
            .iter()
            .find(|event| is(&event.name, event.label.as_deref()));
        let holding = schema
            .holdings
            .iter()
            .find(|holding| is(&holding.name, holding.label.as_deref()));
        event
            .map(|event| event.fields.as_slice())
            .or(holding.map(|holding| holding.fields.as_slice()))
    }

    /// The kind of the operand that ends there.
    fn kind(&self, at: usize, fact: Option<&'r [Field]>) -> Option<Kind> {
        let name = self.name(at)?;
        let of = |fields: &[Field]| {
            let field = fields
                .iter()
                .find(|field| *field.name == *name || field.label.as_deref() == Some(&name))?;
            Some(field.kind.clone())
        };
        let point = at.checked_sub(1);
        if point.is_some_and(|point| matches!(self.text(point), "." | "．")) {
            let base = at.checked_sub(2)?;
            let fields = match self.text(base) {
                ")" | "）" => self.fields(self.opener(base)? + 1),
                _ => self.fields(base),
            };
            return fields.and_then(of);
        }
        let rules = self.rules;
        fact.and_then(of)
            .or_else(|| of(&rules.schema.attributes))
            .or_else(|| {
                let definition = rules.definition(rules.find(&name)?)?;
                Some(definition.expression.kind.clone())
            })
    }
}
