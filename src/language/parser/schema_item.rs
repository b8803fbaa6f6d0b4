//! Settings, customer, event, holding, relation.

use super::grammar::{Node, Rule};
use super::item::Named;
use super::reader::Reader;
use super::split::description;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit::{ENUM_VALUES_MAX, FIELDS_MAX};
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::{
    ExprNode, FieldSyntax, ItemNode, KindSyntax, LocalTime, Name, Quoted,
};
use crate::language::words::{self, Role};

impl Reader<'_> {
    pub(super) fn settings(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut time_zone: Option<Quoted> = None;
        let mut clock_starts: Option<(LocalTime, Span)> = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::time_zone_line => {
                    let zone = node
                        .into_inner()
                        .find(|node| node.as_rule() == Rule::quote_text);
                    let Some(zone) = zone else {
                        self.wanted(
                            span,
                            "the name of a zone is missing",
                            "write `time_zone \"Europe/Prague\"`",
                        );
                        continue;
                    };
                    self.once(time_zone.is_some(), span);
                    time_zone = Some(self.quoted(&zone));
                }
                Rule::clock_line => {
                    let time = node
                        .into_inner()
                        .find(|node| node.as_rule() != Rule::kw_clock_starts);
                    let Some(time) = time else {
                        self.wanted(
                            span,
                            "an instant is missing",
                            "write `clock starts 2024-06-30T09:00`",
                        );
                        continue;
                    };
                    self.once(clock_starts.is_some(), span);
                    clock_starts = match self.dated(&time) {
                        Some(ExprNode::Date(date)) => Some((LocalTime { date, second: 0 }, span)),
                        Some(ExprNode::Time(time)) => Some((time, span)),
                        _ => None,
                    };
                }
                Rule::bad_line => {
                    self.bad_line(span, "`time_zone \"…\"` and `clock starts INSTANT`")
                }
                Rule::rest => self.stray(span, None),
                _ => {}
            }
        }
        let name = self.keyword_name(words::SETTINGS, head);
        Some((
            Named { name, label: None },
            ItemNode::Settings {
                time_zone,
                clock_starts,
            },
        ))
    }

    /// Customer, event, holding.
    pub(super) fn facts(
        &mut self,
        rule: Rule,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        let mut name = None;
        let mut label = None;
        let mut key = None;
        let mut fields = None;
        let mut part = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::item_name => name = Some(self.name(&node)),
                Rule::label => label = Some(self.quoted(&node)),
                Rule::key_name => {
                    let inner = node
                        .into_inner()
                        .find(|node| node.as_rule() == Rule::item_name);
                    match inner {
                        Some(inner) => key = Some(self.name(&inner)),
                        None => self.wanted(
                            span,
                            "the key has no name",
                            "write `holding loan key loan_id { … }`",
                        ),
                    }
                }
                Rule::fields => fields = Some(self.fields(node)),
                Rule::part_of => part = Some(self.part_of(node, span)),
                Rule::rest if part.is_some() => self.stray(span, None),
                Rule::rest if fields.is_some() => self.stray(span, None),
                _ => {}
            }
        }
        let named = if rule == Rule::customer_item {
            Some(Named {
                name: self.keyword_name(words::CUSTOMER, head),
                label,
            })
        } else {
            self.named(name, label, head)
        };
        if let Some(part) = part {
            return Some((named?, part?));
        }
        let Some(fields) = fields else {
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, "`{` is missing", head)
                    .help("write the fields in { }: `event login { channel: text }`"),
            );
            return None;
        };
        let node = match rule {
            Rule::customer_item => ItemNode::Customer { fields },
            Rule::event_item => ItemNode::Event { fields },
            _ => ItemNode::Holding { key, fields },
        };
        Some((named?, node))
    }

    /// `= transaction where C`
    fn part_of(&mut self, node: Node<'_>, span: Span) -> Option<ItemNode> {
        const FORM: &str = "write `event own_move = transaction where method = \"VKLAD\"`";
        let mut of = None;
        let mut condition = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::item_name => of = Some(self.name(&inner)),
                Rule::where_clause => {
                    let expr = inner.into_inner().find(|it| it.as_rule() == Rule::expr);
                    condition = Some(expr.map(|expr| self.flat(expr)));
                }
                _ => {}
            }
        }
        if of.is_none() {
            self.wanted(span, "the event that it is a part of is missing", FORM);
        }
        match condition {
            Some(Some(condition)) => Some(ItemNode::EventPart {
                of: of?,
                condition: condition?.expr,
            }),
            _ => {
                self.wanted(span, "which of the events is missing", FORM);
                None
            }
        }
    }

    fn fields(&mut self, node: Node<'_>) -> Vec<FieldSyntax> {
        let whole = self.span(&node);
        let mut fields = Vec::new();
        for inner in node.into_inner() {
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::field => fields.extend(self.field(inner)),
                Rule::wrong_separator => {
                    self.wrong_separator(span);
                }
                Rule::bad_line => self.bad_line(span, "`name \"label\": kind`"),
                _ => {}
            }
        }
        if fields.len() > FIELDS_MAX {
            self.report(
                Diagnostic::error(codes::LIST_TOO_LONG, "too many fields", whole)
                    .help(format!("at most {FIELDS_MAX}")),
            );
        }
        fields
    }

    fn field(&mut self, node: Node<'_>) -> Option<FieldSyntax> {
        let start = node.as_span().start();
        let span = self.span(&node);
        let mut name: Option<Name> = None;
        let mut label = None;
        let mut kind = None;
        let mut sensitive = false;
        let mut part = None;
        let mut colon = false;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::item_name => name = Some(self.name(&inner)),
                Rule::label => label = Some(self.quoted(&inner)),
                Rule::colon => colon = true,
                Rule::kind => kind = Some(self.kind(inner)),
                Rule::modifier => {
                    let word = inner.into_inner().find(|node| node.as_rule() == Rule::word);
                    match word {
                        Some(word) => part = Some(self.name(&word)),
                        None => sensitive = true,
                    }
                }
                _ => {}
            }
        }
        let name = name?;
        self.refuse_reserved(&name);
        if !colon {
            let message = format!("`:` is missing after `{}`", name.text);
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, message, name.span)
                    .help("write `name \"label\": kind`"),
            );
            return None;
        }
        let Some(kind) = kind else {
            self.wanted(span, "this field has no kind", KINDS);
            return None;
        };
        let description = description(self.text, self.base + start);
        Some(FieldSyntax {
            name,
            label,
            description,
            kind: kind?,
            sensitive,
            part,
        })
    }

    fn kind(&mut self, node: Node<'_>) -> Option<(KindSyntax, Span)> {
        let span = self.span(&node);
        let inner = node.into_inner().next()?;
        match inner.as_rule() {
            Rule::one_of => {
                let list = inner
                    .into_inner()
                    .find(|node| node.as_rule() == Rule::enum_list);
                let Some(list) = list else {
                    self.wanted(
                        span,
                        "the values are missing",
                        "write `one of (a \"label\", b)`",
                    );
                    return None;
                };
                let values = self.enum_values(list)?;
                Some((KindSyntax::OneOf(values), span))
            }
            Rule::set_of => {
                let member = inner.into_inner().find(|node| node.as_rule() == Rule::kind);
                let Some(member) = member else {
                    self.wanted(span, "a set of what is missing", "write `set of text`");
                    return None;
                };
                let (member, member_span) = self.kind(member)?;
                if matches!(member, KindSyntax::SetOf(_)) {
                    self.wanted(
                        member_span,
                        "a set has no sets in it",
                        "write `set of text`",
                    );
                    return None;
                }
                Some((KindSyntax::SetOf(Box::new(member)), span))
            }
            _ => {
                let word = super::token::fold(inner.as_str());
                let kind = words::find(&word, &[Role::Kind]).and_then(plain_kind);
                if kind.is_none() {
                    let message = format!("{} is no kind", self.shown(span));
                    self.report(Diagnostic::error(codes::UNKNOWN_KIND, message, span).help(KINDS));
                }
                Some((KindSyntax::Plain(kind?), span))
            }
        }
    }

    fn enum_values(&mut self, node: Node<'_>) -> Option<Vec<(Name, Option<Quoted>)>> {
        let span = self.span(&node);
        let mut values = Vec::new();
        let mut good = true;
        let mut last = None;
        for inner in node.into_inner() {
            let place = self.span(&inner);
            match inner.as_rule() {
                Rule::enum_value => {
                    last = Some(place);
                    let mut parts = inner.into_inner();
                    let name = parts.next().map(|name| self.name(&name));
                    let label = parts.next().map(|label| self.quoted(&label));
                    values.extend(name.map(|name| (name, label)));
                }
                Rule::stray => {
                    self.stray(place, last);
                    good = false;
                }
                Rule::wrong_separator => good = self.wrong_separator(place),
                _ => {}
            }
        }
        if good && (values.is_empty() || values.len() > ENUM_VALUES_MAX) {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_LIST,
                    "this list is empty or too long",
                    span,
                )
                .help(format!(
                    "from 1 to {ENUM_VALUES_MAX} values, parted by commas"
                )),
            );
            good = false;
        }
        good.then_some(values)
    }

    pub(super) fn relation_item(
        &mut self,
        nodes: Vec<Node<'_>>,
        head: Span,
    ) -> Option<(Named, ItemNode)> {
        const FORM: &str =
            "write `relation guarantor inverse guarantees: customer -> customer`, or `-> text`";
        let mut name = None;
        let mut label = None;
        let mut inverse = None;
        let mut ends: Option<Vec<Rule>> = None;
        for node in nodes {
            let span = self.span(&node);
            match node.as_rule() {
                Rule::item_name => name = Some(self.name(&node)),
                Rule::label => label = Some(self.quoted(&node)),
                Rule::inverse => {
                    let mut other = None;
                    let mut other_label = None;
                    for inner in node.into_inner() {
                        match inner.as_rule() {
                            Rule::item_name => other = Some(self.name(&inner)),
                            Rule::label => other_label = Some(self.quoted(&inner)),
                            _ => {}
                        }
                    }
                    match other {
                        Some(other) => {
                            self.refuse_reserved(&other);
                            inverse = Some((other, other_label));
                        }
                        None => self.wanted(span, "the inverse has no name", FORM),
                    }
                }
                Rule::ends => {
                    ends = Some(
                        node.into_inner()
                            .filter_map(|part| match part.as_rule() {
                                Rule::end => part.into_inner().next().map(|word| word.as_rule()),
                                Rule::arrow => Some(Rule::arrow),
                                _ => None,
                            })
                            .collect(),
                    );
                }
                Rule::rest if ends.as_ref().is_some_and(|ends| ends.len() == 3) => {
                    self.stray(span, None)
                }
                _ => {}
            }
        }
        let named = self.named(name, label, head);
        let to_text = match ends.as_deref() {
            Some([Rule::kw_customer, Rule::arrow, Rule::kw_customer]) => false,
            Some([Rule::kw_customer, Rule::arrow, Rule::kw_text]) => true,
            _ => {
                self.report(
                    Diagnostic::error(
                        codes::ITEM_HEAD,
                        "a relation says what it goes from and to",
                        head,
                    )
                    .help(FORM),
                );
                return None;
            }
        };
        Some((named?, ItemNode::Relation { inverse, to_text }))
    }

    /// A part that is missing, with the form it has.
    pub(super) fn wanted(&mut self, span: Span, message: &str, help: &str) {
        self.report(Diagnostic::error(codes::MISSING_VALUE, message, span).help(help));
    }

    /// Something that may be said once.
    pub(super) fn once(&mut self, said: bool, span: Span) {
        if said {
            self.report(Diagnostic::error(
                codes::SAID_TWICE,
                "this is said a second time",
                span,
            ));
        }
    }

    /// A line of a block that says nothing.
    pub(super) fn bad_line(&mut self, span: Span, form: &str) {
        let message = format!("{} does not fit here", self.shown(span));
        self.report(
            Diagnostic::error(codes::UNKNOWN_LINE, message, span)
                .help(format!("this block holds {form}")),
        );
    }
}

const KINDS: &str =
    "kinds are bool, int, number, money, text, date, time, `one of (a, b)`, `set of text`";

fn plain_kind(word: &words::Word) -> Option<Kind> {
    Some(match word.name {
        "BOOL" => Kind::Bool,
        "INT" => Kind::Int,
        "NUMBER" => Kind::Number,
        "MONEY" => Kind::Money,
        "TEXT" => Kind::Text,
        "DATE" => Kind::Date,
        "TIME" => Kind::Time,
        _ => return None,
    })
}
