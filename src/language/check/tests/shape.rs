//! A typed tree as one line: node, operators, kind; without places.

use std::fmt::Write as _;

use super::super::walk::each_part;
use crate::base::kind::Kind;
use crate::language::typed::{Node, RouteTarget, Rules, Typed, Window};

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Enum(values) => format!("Enum{}", values.values.len()),
        Kind::Set(inner) => format!("Set {}", self::kind(inner)),
        plain => format!("{plain:?}"),
    }
}

/// The node without its parts.
fn head(typed: &Typed) -> String {
    match &typed.node {
        Node::Compare { op, .. } => format!("{op:?}"),
        Node::Arithmetic { op, .. } => format!("{op:?}"),
        Node::Call { function, .. } => format!("{function:?}()"),
        Node::Aggregate(aggregate) => {
            let window = match &aggregate.window {
                Window::Since(_) => "Since".to_owned(),
                Window::Before(_) => "Before".to_owned(),
                Window::Between(..) => "Between".to_owned(),
                Window::WithinAfter { count, unit, .. } => format!("WithinAfter {count} {unit:?}"),
                window => format!("{window:?}"),
            };
            format!(
                "{:?} {:?} {:?} {window}{}",
                aggregate.function,
                aggregate.subject,
                aggregate.field,
                if aggregate.filter.is_some() {
                    " where"
                } else {
                    ""
                }
            )
        }
        node => test(node),
    }
}

fn test(node: &Node) -> String {
    match node {
        Node::Between {
            low_included,
            high_included,
            negated,
            ..
        } => format!("Between low={low_included} high={high_included} negated={negated}"),
        Node::In {
            choices, negated, ..
        } => {
            let ranges: String = choices
                .iter()
                .map(|choice| match choice {
                    crate::language::typed::Choice::One(_) => "1".to_owned(),
                    crate::language::typed::Choice::Range {
                        low,
                        high,
                        high_included,
                    } => format!(
                        "[{}{}{}]",
                        if low.is_some() { "l" } else { "" },
                        if high.is_some() { "h" } else { "" },
                        if *high_included { "=" } else { "" }
                    ),
                })
                .collect();
            format!("In {ranges} negated={negated}")
        }
        Node::InWindow {
            window, negated, ..
        } => match &**window {
            Window::Since(_) | Window::Before(_) | Window::Between(..) => "InWindow".to_owned(),
            window => format!("InWindow {window:?} negated={negated}"),
        },
        Node::DateAdd { count, unit, .. } => format!("DateAdd {count} {unit:?}"),
        Node::Since { unit, .. } => format!("Since {unit:?}"),
        Node::TextTest { op, folded, .. } => format!("{op:?} folded={folded}"),
        Node::SetContains { folded, .. } => format!("SetContains folded={folded}"),
        Node::Matches { pattern, .. } => format!("Matches {pattern:?}"),
        Node::IsMissing { negated, .. } => format!("IsMissing negated={negated}"),
        Node::AtLeast { count, .. } => format!("AtLeast {count}"),
        Node::Related {
            quantifier, reach, ..
        } => {
            let kinds = reach.kinds.iter();
            let kinds = kinds.map(|it| format!("{:?} inverse={}", it.relation, it.inverse));
            let kinds: Vec<String> = kinds.collect();
            match reach.steps {
                1 => format!("{quantifier:?} {}", kinds.join(" ")),
                steps => format!("{quantifier:?} {} steps={steps}", kinds.join(" ")),
            }
        }
        Node::Named(named) => format!("Named {} {}.{:?}", named.out, named.name, named.take),
        Node::OfSelf(_) => "OfSelf".to_owned(),
        Node::Followed(followed) => {
            let steps = followed.steps.iter().map(|step| {
                let (absent, event, within) = (step.absent, step.event, step.within);
                format!("[absent={absent} {event:?} {within:?}]")
            });
            format!("Followed {}", steps.collect::<String>())
        }
        Node::RelatedAggregate { function, step, .. } => {
            format!("{function:?} {:?} inverse={}", step.relation, step.inverse)
        }
        Node::Periods { unit, count, .. } => format!("Periods {count} {unit:?}"),
        Node::Lookup { source, column, .. } => format!("Lookup {source:?} {column}"),
        leaf => leaf_head(leaf),
    }
}

fn leaf_head(leaf: &Node) -> String {
    let text = format!("{leaf:?}");
    match leaf {
        Node::Literal(_)
        | Node::Attribute(_)
        | Node::Field(_)
        | Node::Definition(_)
        | Node::Param(_)
        | Node::RelationTexts(_)
        | Node::Recorded(_)
        | Node::Column(_) => text,
        _ => text
            .chars()
            .take_while(|letter| letter.is_alphanumeric())
            .collect(),
    }
}

/// `(Head part part): Kind`.
pub fn of(typed: &Typed) -> String {
    let mut parts = Vec::new();
    each_part(typed, &mut |part| parts.push(of(part)));
    let mut text = head(typed);
    if !parts.is_empty() {
        text = format!("({text} {})", parts.join(" "));
    }
    format!("{text}:{}", kind(&typed.kind))
}

/// Every source with its columns, key, skips and routes.
pub fn of_routes(rules: &Rules) -> String {
    let mut out = String::new();
    for source in &rules.sources {
        let _ = writeln!(
            out,
            "{} {:?} {:?} columns={:?} missing={:?}",
            source.name, source.file, source.format, source.columns, source.missing
        );
        if let Some((key, when)) = &source.key {
            let when = when.as_ref().map(of);
            let _ = writeln!(out, "  key {} when {when:?}", of(key));
        }
        for skip in &source.skip {
            let _ = writeln!(out, "  skip {}", of(skip));
        }
        for route in &source.routes {
            let _ = writeln!(out, "  route when {:?}", route.when.as_ref().map(of));
            for (name, typed) in assigned(&route.target) {
                let _ = writeln!(out, "    {name} = {}", of(typed));
            }
        }
    }
    out
}

fn assigned(target: &RouteTarget) -> Vec<(String, &Typed)> {
    let mut out: Vec<(String, &Typed)> = Vec::new();
    match target {
        RouteTarget::Customer { id, since, fields } => {
            out.push(("id".to_owned(), id));
            out.extend(since.iter().map(|typed| ("since".to_owned(), typed)));
            out.extend(fields.iter().map(|(id, typed)| (format!("{id:?}"), typed)));
        }
        RouteTarget::Event {
            event,
            customer,
            at,
            id,
            sequence,
            fields,
        } => {
            out.push((format!("{event:?} customer"), customer));
            out.push(("at".to_owned(), at));
            out.extend(id.iter().map(|typed| ("id".to_owned(), typed)));
            out.extend(sequence.iter().map(|typed| ("sequence".to_owned(), typed)));
            out.extend(fields.iter().map(|(id, typed)| (format!("{id:?}"), typed)));
        }
        RouteTarget::Holding {
            holding,
            customer,
            key,
            since,
            fields,
        } => {
            out.push((format!("{holding:?} customer"), customer));
            out.push(("key".to_owned(), key));
            out.extend(since.iter().map(|typed| ("since".to_owned(), typed)));
            out.extend(fields.iter().map(|(id, typed)| (format!("{id:?}"), typed)));
        }
        RouteTarget::Relation {
            relation,
            from,
            to,
            since,
        } => {
            out.push((format!("{relation:?} from"), from));
            out.push(("to".to_owned(), to));
            out.extend(since.iter().map(|typed| ("since".to_owned(), typed)));
        }
    }
    out
}
