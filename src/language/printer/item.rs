//! Items in their canonical layout: short ones on one line, long chains one part a line.

use super::expression::{Level, at_least, listed};
use super::sign::local_time;
use super::{colon, comma, expression, name, quoted};
use crate::base::kind::Kind;
use crate::base::text::width;
use crate::language::syntax::report::Report;
use crate::language::syntax::{
    Assignment, DelimiterSyntax, Expr, ExprNode, FieldSyntax, FormatSyntax, Item, ItemNode,
    KeySyntax, KindSyntax, LocalTime, Name, Quoted, Route, RouteTarget,
};
use crate::language::words::{self, Tongue, Word};

/// Columns of a line before it is broken.
const LINE_COLUMNS_MAX: usize = 100;

/// The canonical text of an item, its description above it, without a line break at the end.
pub fn item(item: &Item, tongue: Tongue) -> String {
    let head = |word: Word| {
        let mut head = format!("{} {}", word.text(tongue), name(&item.name, tongue));
        head.push_str(&label(item.label.as_ref()));
        head
    };
    let body = match &item.node {
        ItemNode::Settings {
            time_zone,
            clock_starts,
        } => settings(
            time_zone.as_ref(),
            clock_starts.map(|(time, _)| time),
            tongue,
        ),
        ItemNode::Customer { fields } => {
            let head = format!(
                "{}{}",
                words::CUSTOMER.text(tongue),
                label(item.label.as_ref())
            );
            block(head, &field_lines(fields, tongue))
        }
        ItemNode::Event { fields } => block(head(words::EVENT), &field_lines(fields, tongue)),
        ItemNode::EventPart { of, condition } => part(&head(words::EVENT), of, condition, tongue),
        ItemNode::Holding { key, fields } => {
            let mut head = head(words::HOLDING);
            if let Some(key) = key {
                head = format!("{head} {} {}", words::KEY.text(tongue), name(key, tongue));
            }
            block(head, &field_lines(fields, tongue))
        }
        ItemNode::Relation { inverse, to_text } => {
            relation(head(words::RELATION), inverse.as_ref(), *to_text, tongue)
        }
        ItemNode::Source {
            file,
            format,
            key,
            skip,
            routes,
        } => {
            let head = format!("{} {}", head(words::SOURCE), quoted(file));
            block(
                head,
                &source_lines(format, key.as_ref(), skip, routes, tongue),
            )
        }
        ItemNode::Param { value, range } => {
            param(&head(words::PARAM), value, range.as_ref(), tongue)
        }
        ItemNode::Metric(expr) => rule(head(words::METRIC), expr, tongue),
        ItemNode::Filter(expr) => rule(head(words::FILTER), expr, tongue),
        ItemNode::Score(_) | ItemNode::Scorecard(_) | ItemNode::Stages(_) | ItemNode::Tiers(_) => {
            scored(&item.node, head, tongue)
        }
        ItemNode::Report(report) => self::report(head(words::REPORT), report, tongue),
        ItemNode::Care(care) => block(head(words::CARE), &super::care::lines(care, tongue)),
        ItemNode::Test(test) => {
            let word = words::TEST.text(tongue);
            let called = super::text(&item.name.text);
            let head = format!("{word} {called} {}", super::test::as_of(test, tongue));
            block(head, &super::test::lines(test, tongue, assignment))
        }
    };
    format!("{}{body}", description(item.description.as_deref(), ""))
}

/// `param NAME = VALUE in LOW..HIGH`
fn param(head: &str, value: &Expr, range: Option<&(Expr, Expr)>, tongue: Tongue) -> String {
    let line = format!("{head} = {}", expression(value, tongue));
    match range {
        Some((low, high)) => format!("{line}{}", super::score::range((low, high), tongue)),
        None => line,
    }
}

/// Scores, scorecards, stages and tiers.
fn scored(node: &ItemNode, head: impl Fn(Word) -> String, tongue: Tongue) -> String {
    match node {
        ItemNode::Score(score) => super::score::score(head(words::SCORE), score, tongue),
        ItemNode::Scorecard(card) => {
            let head = super::score::card_head(head(words::SCORECARD), card, tongue);
            block(head, &super::score::card_lines(card, tongue))
        }
        ItemNode::Stages(stages) => block(
            head(words::STAGES),
            &super::score::stage_lines(stages, tongue),
        ),
        ItemNode::Tiers(tiers) => {
            let head = super::score::tiers_head(head(words::TIERS), tiers, tongue);
            block(head, &super::score::tier_lines(tiers, tongue))
        }
        _ => String::new(),
    }
}

/// `event own_move = transaction where C`
fn part(head: &str, of: &Name, condition: &Expr, tongue: Tongue) -> String {
    let (whole, word) = (name(of, tongue), words::WHERE.text(tongue));
    format!("{head} = {whole} {word} {}", expression(condition, tongue))
}

fn settings(time_zone: Option<&Quoted>, clock_starts: Option<LocalTime>, tongue: Tongue) -> String {
    let zone = time_zone.map(|zone| format!("{} {}", words::TIME_ZONE.text(tongue), quoted(zone)));
    let clock = clock_starts
        .map(|time| format!("{} {}", words::CLOCK_STARTS.text(tongue), local_time(time)));
    let lines: Vec<String> = zone.into_iter().chain(clock).collect();
    block(words::SETTINGS.text(tongue).to_owned(), &lines)
}

fn report(head: String, report: &Report, tongue: Tongue) -> String {
    let head = format!("{head}{}", super::report::head(report, tongue));
    block(head, &super::report::lines(report, tongue))
}

fn relation(
    mut head: String,
    inverse: Option<&(Name, Option<Quoted>)>,
    to_text: bool,
    tongue: Tongue,
) -> String {
    if let Some((other, other_label)) = inverse {
        let (word, other) = (words::INVERSE.text(tongue), name(other, tongue));
        head = format!("{head} {word} {other}{}", label(other_label.as_ref()));
    }
    let end = if to_text {
        words::TEXT
    } else {
        words::CUSTOMER
    };
    let (from, to) = (words::CUSTOMER.text(tongue), end.text(tongue));
    format!("{head}{}{from} -> {to}", colon(tongue))
}

pub(super) fn label(label: Option<&Quoted>) -> String {
    label
        .map(|label| format!(" {}", quoted(label)))
        .unwrap_or_default()
}

fn description(text: Option<&str>, indent: &str) -> String {
    let Some(text) = text else {
        return String::new();
    };
    text.split('\n')
        .map(|line| {
            let gap = if line.is_empty() { "" } else { " " };
            format!("{indent}#{gap}{line}\n")
        })
        .collect()
}

/// `head: body` on one line, else the body below it, a long chain one part a line.
pub(super) fn rule(head: String, expr: &Expr, tongue: Tongue) -> String {
    let line = expression(expr, tongue);
    let colon = colon(tongue);
    if width(&head) + width(colon) + width(&line) <= LINE_COLUMNS_MAX {
        return format!("{head}{colon}{line}");
    }
    let head = format!("{head}{}", colon.trim_end());
    if let Some(lines) = super::score::sum_lines(expr, tongue) {
        return format!("{head}\n{lines}");
    }
    let (parts, word) = match &expr.node {
        ExprNode::And(parts) if width(&line) + 2 > LINE_COLUMNS_MAX => (parts, words::AND),
        ExprNode::Or(parts) if width(&line) + 2 > LINE_COLUMNS_MAX => (parts, words::OR),
        _ => return format!("{head}\n  {line}"),
    };
    let parts: Vec<String> = parts
        .iter()
        .map(|part| at_least(Level::Not, part, tongue))
        .collect();
    format!(
        "{head}\n  {}",
        parts.join(&format!("\n  {} ", word.text(tongue)))
    )
}

/// `head { a  b }` on one line when every part is one line and all fit, else a line each.
fn block(head: String, lines: &[String]) -> String {
    if lines.is_empty() {
        return format!("{head} {{ }}");
    }
    let one = format!("{head} {{ {} }}", lines.join("  "));
    let simple = lines.iter().all(|line| !line.contains(['\n', '{', '#']));
    if simple && lines.len() <= 4 && width(&one) <= LINE_COLUMNS_MAX {
        return one;
    }
    let mut text = format!("{head} {{\n");
    for line in lines {
        for part in line.split('\n') {
            text.push_str("  ");
            text.push_str(part);
            text.push('\n');
        }
    }
    text.push('}');
    text
}

fn field_lines(fields: &[FieldSyntax], tongue: Tongue) -> Vec<String> {
    fields
        .iter()
        .map(|field| field_line(field, tongue))
        .collect()
}

fn field_line(field: &FieldSyntax, tongue: Tongue) -> String {
    let mut line = description(field.description.as_deref(), "");
    line.push_str(&name(&field.name, tongue));
    line.push_str(&label(field.label.as_ref()));
    line.push_str(colon(tongue));
    line.push_str(&kind(&field.kind.0, tongue));
    if field.sensitive {
        line.push_str(comma(tongue));
        line.push_str(words::SENSITIVE.text(tongue));
    }
    if let Some(part) = &field.part {
        line.push_str(comma(tongue));
        line.push_str(&format!(
            "{} {}",
            words::AS.text(tongue),
            name(part, tongue)
        ));
    }
    line
}

fn kind(kind: &KindSyntax, tongue: Tongue) -> String {
    match kind {
        KindSyntax::Plain(kind) => plain_kind(kind).text(tongue).to_owned(),
        KindSyntax::OneOf(values) => {
            let values = values.iter().map(|(value, second)| {
                format!("{}{}", name(value, tongue), label(second.as_ref()))
            });
            format!("{}{}", words::ONE_OF.text(tongue), listed(values, tongue))
        }
        KindSyntax::SetOf(inner) => {
            format!(
                "{} {}",
                words::SET_OF.text(tongue),
                self::kind(inner, tongue)
            )
        }
    }
}

/// The word of a kind that has no parts.
fn plain_kind(kind: &Kind) -> Word {
    match kind {
        Kind::Bool => words::BOOL,
        Kind::Int => words::INT,
        Kind::Number => words::NUMBER,
        Kind::Money => words::MONEY,
        Kind::Date => words::DATE,
        Kind::Time => words::TIME,
        Kind::Text | Kind::Enum(_) | Kind::Set(_) => words::TEXT,
    }
}

fn source_lines(
    format: &FormatSyntax,
    key: Option<&KeySyntax>,
    skip: &[Expr],
    routes: &[Route],
    tongue: Tongue,
) -> Vec<String> {
    let when = |condition: &Expr| {
        format!(
            " {} {}",
            words::WHEN.text(tongue),
            expression(condition, tongue)
        )
    };
    let mut lines = format_lines(format, tongue);
    if let Some(key) = key {
        lines.push(format!(
            "{} {}{}",
            words::KEY.text(tongue),
            expression(&key.key, tongue),
            key.when.as_ref().map(when).unwrap_or_default()
        ));
    }
    for condition in skip {
        lines.push(format!("{}{}", words::SKIP.text(tongue), when(condition)));
    }
    lines.extend(routes.iter().map(|route| {
        let (word, target) = match &route.target {
            RouteTarget::Customer => (words::CUSTOMER, None),
            RouteTarget::Event(target) => (words::EVENT, Some(target)),
            RouteTarget::Holding(target) => (words::HOLDING, Some(target)),
            RouteTarget::Relation(target) => (words::RELATION, Some(target)),
        };
        let target = target.map(|target| format!(" {}", name(target, tongue)));
        let head = format!(
            "{}{}{}",
            word.text(tongue),
            target.unwrap_or_default(),
            route.when.as_ref().map(when).unwrap_or_default()
        );
        let lines: Vec<String> = route
            .assignments
            .iter()
            .map(|line| assignment(line, tongue))
            .collect();
        block(head, &lines)
    }));
    lines
}

fn format_lines(format: &FormatSyntax, tongue: Tongue) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(form) = &format.format {
        parts.push(format!(
            "{} {}",
            words::FORMAT.text(tongue),
            name(form, tongue)
        ));
    }
    if let Some(delimiter) = &format.delimiter {
        let value = match delimiter {
            DelimiterSyntax::Character(mark) => quoted(mark),
            DelimiterSyntax::Blanks => words::BLANKS.text(tongue).to_owned(),
        };
        parts.push(format!("{} {value}", words::DELIMITER.text(tongue)));
    }
    if let Some(mark) = &format.quote {
        parts.push(format!("{} {}", words::QUOTE.text(tongue), quoted(mark)));
    }
    if let Some(header) = &format.header {
        let names = header.iter().map(|column| name(column, tongue));
        parts.push(format!(
            "{}{}",
            words::HEADER.text(tongue),
            listed(names, tongue)
        ));
    }
    if let Some(encoding) = &format.encoding {
        parts.push(format!(
            "{} {}",
            words::ENCODING.text(tongue),
            quoted(encoding)
        ));
    }
    let mut lines = Vec::new();
    if !parts.is_empty() {
        lines.push(parts.join(comma(tongue)));
    }
    if !format.missing.is_empty() {
        let marks: Vec<String> = format.missing.iter().map(quoted).collect();
        lines.push(format!(
            "{} {}",
            words::MISSING.text(tongue),
            marks.join(comma(tongue))
        ));
    }
    lines
}

fn assignment(assignment: &Assignment, tongue: Tongue) -> String {
    format!(
        "{} = {}",
        assigned(&assignment.name, tongue),
        expression(&assignment.value, tongue)
    )
}

/// Built-in targets are words; the rest are names and stay as they are.
fn assigned(target: &Name, tongue: Tongue) -> String {
    let word = words::built_in(&target.text)
        .filter(|_| !target.quoted)
        .and_then(|english| {
            words::find(
                english,
                &[words::Role::BuiltIn, words::Role::Schema, words::Role::Item],
            )
        });
    match word {
        Some(word) => word.text(tongue).to_owned(),
        None => name(target, tongue),
    }
}
