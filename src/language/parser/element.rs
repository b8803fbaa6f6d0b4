//! The flat list that an expression is before precedence: operands and what stands
//! between them. Each faulty operand is reported here, so that one does not hide another.

use std::cell::Cell;

use super::grammar::{Node, Rule};
use super::mistake;
use super::reader::{Part, Reader, shown};
use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{ArithmeticOp, Choice, CompareOp, Expr, ExprNode, TextOp, Window};
use crate::language::words::{self, Role};

/// What `in` is followed by.
#[derive(Clone, Debug)]
pub enum Set {
    /// `(a, b..c)`
    Choices(Vec<Choice>),
    /// `last 90 days`
    Window(Window),
}

/// One member of the flat list. `None` inside means: at fault, and reported. Trees lie in
/// cells so that the walk over the list takes them out and never copies one.
pub enum Sign {
    /// A value.
    Operand(Cell<Option<Part>>),
    /// `not`
    Not,
    /// `if`
    If,
    /// `days since`
    Since(Unit),
    /// `and`
    And,
    /// `or`
    Or,
    /// `<`
    Compare(CompareOp),
    /// `+`
    Arithmetic(ArithmeticOp),
    /// `default`
    Default,
    /// `then`
    Then,
    /// `else`
    Else,
    /// `between`
    Between {
        /// `not between`
        negated: bool,
    },
    /// 与 of 介于
    BetweenAnd,
    /// 之间
    BetweenEnd,
    /// `contains`
    Text {
        /// Which.
        op: TextOp,
        /// A leading `~`.
        folded: bool,
        /// `not contains`
        negated: bool,
    },
    /// `in …`
    In {
        /// `not in`
        negated: bool,
        /// In what, and the height of the highest tree in it.
        set: Cell<Option<(Set, u32)>>,
    },
    /// `is missing`
    Missing {
        /// `is present`
        negated: bool,
    },
    /// 50万以上
    More(CompareOp, Cell<Option<Part>>),
    /// Not of this language, and reported.
    Foreign,
}

/// A sign and its place.
pub struct Element {
    /// What it is.
    pub sign: Sign,
    /// Where it is.
    pub span: Span,
}

impl Reader<'_> {
    /// The members of an `expr` or `bound`.
    pub fn elements(&mut self, node: Node<'_>) -> Vec<Element> {
        node.into_inner()
            .map(|inner| {
                let span = self.span(&inner);
                Element {
                    sign: self.sign(inner, span),
                    span,
                }
            })
            .collect()
    }

    fn sign(&mut self, node: Node<'_>, span: Span) -> Sign {
        match node.as_rule() {
            Rule::operand => Sign::Operand(Cell::new(self.operand(node))),
            Rule::not_sign => Sign::Not,
            Rule::if_sign => Sign::If,
            Rule::kw_and | Rule::and_sign => Sign::And,
            Rule::kw_or | Rule::or_sign => Sign::Or,
            Rule::compare_sign => Sign::Compare(compare_sign(node.as_str())),
            Rule::is_sign => {
                Sign::Compare(if super::token::plain(node.as_str()).len() > "is".len() {
                    CompareOp::NotEqual
                } else {
                    CompareOp::Equal
                })
            }
            Rule::plus => Sign::Arithmetic(ArithmeticOp::Add),
            Rule::minus => Sign::Arithmetic(ArithmeticOp::Subtract),
            Rule::times => Sign::Arithmetic(ArithmeticOp::Multiply),
            Rule::divide => Sign::Arithmetic(ArithmeticOp::Divide),
            Rule::kw_default => Sign::Default,
            Rule::kw_then => Sign::Then,
            Rule::else_sign => Sign::Else,
            Rule::kw_between => Sign::Between { negated: false },
            Rule::kw_not_between => Sign::Between { negated: true },
            Rule::kw_between_and => Sign::BetweenAnd,
            Rule::kw_between_end => Sign::BetweenEnd,
            Rule::text_test => text_sign(node),
            Rule::in_tail => self.in_sign(node),
            Rule::missing_tail => {
                let negated = node
                    .into_inner()
                    .any(|word| word.as_rule() == Rule::kw_is_present);
                Sign::Missing { negated }
            }
            Rule::more_tail => self.more_sign(node),
            Rule::like_sign | Rule::foreign_sign => {
                self.report(mistake::foreign(node.as_str(), span));
                Sign::Foreign
            }
            _ => self.word_sign(node.as_str()),
        }
    }

    /// Comparisons in words, and `days since`.
    fn word_sign(&mut self, text: &str) -> Sign {
        let text = super::token::plain(text);
        if let Some(unit) = words::find(&text, &[Role::Since]).and_then(since_unit) {
            return Sign::Since(unit);
        }
        match words::find(&text, &[Role::Compare]) {
            Some(word) => Sign::Compare(compare_sign(word.english)),
            None => Sign::Foreign,
        }
    }

    fn more_sign(&mut self, node: Node<'_>) -> Sign {
        let mut op = CompareOp::GreaterEqual;
        let mut part = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::number => {
                    let span = self.span(&inner);
                    part = self.number(&inner).map(|value| {
                        Part::leaf(Expr {
                            node: ExprNode::Number(value),
                            span,
                        })
                    });
                }
                Rule::kw_or_less => op = CompareOp::LessEqual,
                _ => {}
            }
        }
        Sign::More(op, Cell::new(part))
    }

    fn in_sign(&mut self, node: Node<'_>) -> Sign {
        let span = self.span(&node);
        let mut negated = false;
        let mut set = None;
        let mut said = false;
        // The place of a list, and the bound that it turned out to begin.
        let mut listed = span;
        let mut bound: Option<Option<Part>> = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::kw_not_in => negated = true,
                Rule::window | Rule::window_before_open => {
                    said = true;
                    let window = match inner.as_rule() {
                        Rule::window => self.window(inner),
                        _ => self.window_form(inner),
                    };
                    set = window.map(|(window, height)| (Set::Window(window), height));
                }
                Rule::choices => {
                    said = true;
                    listed = self.span(&inner);
                    set = self.choices(inner);
                }
                Rule::bound_rest => {
                    let first = set.take();
                    let first = first.and_then(|(set, height)| self.only_one(set, height, listed));
                    bound = Some(first.and_then(|first| self.continued(first, inner)));
                }
                Rule::window_end => {
                    let part = match bound.take() {
                        Some(part) => part,
                        None => set
                            .take()
                            .and_then(|(set, height)| self.only_one(set, height, listed)),
                    };
                    set = part
                        .and_then(|part| self.window_with_end(part, inner))
                        .map(|(window, height)| (Set::Window(window), height));
                }
                Rule::range => {
                    said = true;
                    set = self.range_or_window(inner);
                }
                _ => {}
            }
        }
        if let Some(Some(part)) = bound {
            self.bracket(&part);
        }
        if !said {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_LIST,
                    "a list or a window is missing here",
                    span,
                )
                .help("write `in (a, b)`, `in (18..25)` or `in last 90 days`"),
            );
        }
        Sign::In {
            negated,
            set: Cell::new(set),
        }
    }

    /// `属于 （X） 之前`: what looked like a list is the bound of a window.
    fn only_one(&mut self, set: Set, height: u32, place: Span) -> Option<Part> {
        if let Set::Choices(mut choices) = set
            && let Some(Choice::One(bound)) = choices.pop()
            && choices.is_empty()
        {
            let mut part = Part::leaf(bound);
            part.height = height;
            part.outer = place;
            part.bracketed = true;
            return Some(part);
        }
        self.report(
            Diagnostic::error(
                codes::INCOMPLETE_WINDOW,
                "a window has one bound here",
                place,
            )
            .help("write `属于 X 之前`, `属于 X 之后30天内`"),
        );
        None
    }

    /// A single value where a list belongs.
    fn bracket(&mut self, part: &Part) {
        let value = self.shown(part.outer);
        let value = value.trim_matches('`');
        let help =
            format!("write `in ({value})`; whether a set holds a value is `SET contains VALUE`");
        let message = "a list stands in brackets";
        self.report(Diagnostic::error(codes::INCOMPLETE_LIST, message, part.outer).help(help));
    }

    /// `18..<65`, or a bound before 之前, or a single value that wants brackets.
    fn range_or_window(&mut self, node: Node<'_>) -> Option<(Set, u32)> {
        let span = self.span(&node);
        let inner: Vec<Node<'_>> = node.into_inner().collect();
        if let [bound, end] = inner.as_slice()
            && end.as_rule() == Rule::window_end
        {
            let bound = self.flat(bound.clone());
            return self
                .window_with_end(bound?, end.clone())
                .map(|(window, height)| (Set::Window(window), height));
        }
        if let [bound] = inner.as_slice()
            && bound.as_rule() == Rule::bound
        {
            let part = self.flat(bound.clone())?;
            self.bracket(&part);
            return None;
        }
        let (choice, height) = self.range(inner, span)?;
        Some((Set::Choices(vec![choice]), height))
    }
}

fn since_unit(word: &'static words::Word) -> Option<Unit> {
    match word.name {
        "MINUTES_SINCE" => Some(Unit::Minute),
        "HOURS_SINCE" => Some(Unit::Hour),
        "DAYS_SINCE" => Some(Unit::Day),
        "WEEKS_SINCE" => Some(Unit::Week),
        "MONTHS_SINCE" => Some(Unit::Month),
        "QUARTERS_SINCE" => Some(Unit::Quarter),
        "YEARS_SINCE" => Some(Unit::Year),
        _ => None,
    }
}

/// Signs of other languages mean what they mean there: `==`, `<>`, `=<`.
pub fn compare_sign(written: &str) -> CompareOp {
    match &*super::token::fold(written) {
        "~=" => CompareOp::Like,
        "!=" | "!==" | "<>" | "≠" => CompareOp::NotEqual,
        "<" => CompareOp::Less,
        ">" => CompareOp::Greater,
        "<=" | "=<" | "≤" | "≦" => CompareOp::LessEqual,
        ">=" | "=>" | "≥" | "≧" => CompareOp::GreaterEqual,
        _ => CompareOp::Equal,
    }
}

fn text_sign(node: Node<'_>) -> Sign {
    let folded = node.as_str().starts_with(['~', '～']);
    let word = node.into_inner().next().map(|word| word.as_rule());
    let (op, negated) = match word {
        Some(Rule::kw_not_contains) => (TextOp::Contains, true),
        Some(Rule::kw_starts_with) => (TextOp::StartsWith, false),
        Some(Rule::kw_ends_with) => (TextOp::EndsWith, false),
        Some(Rule::kw_matches) => (TextOp::Matches, false),
        _ => (TextOp::Contains, false),
    };
    Sign::Text {
        op,
        folded,
        negated,
    }
}

/// How a sign is called in a message.
pub fn called(reader: &Reader<'_>, element: &Element) -> String {
    shown(reader.slice(element.span))
}
