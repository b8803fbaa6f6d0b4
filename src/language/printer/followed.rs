//! Sequences of events, one line.

use super::expression::listed;
use super::number::span;
use super::{colon, expression, name};
use crate::language::syntax::{FollowedStep, Reach};
use crate::language::words::{self, Tongue};

/// `followed(a: credit, b: withdrawal where C within 3 days)`, 先后（a：贷记，b：3天内 取款 其中 C）
pub fn followed(steps: &[FollowedStep], tongue: Tongue) -> String {
    let steps = listed(steps.iter().map(|step| one(step, tongue)), tongue);
    format!("{}{}", words::FOLLOWED.text(tongue), steps.trim_start())
}

fn one(step: &FollowedStep, tongue: Tongue) -> String {
    let mut parts = Vec::new();
    let within = step.within.as_ref().map(|within| reach(within, tongue));
    if tongue == Tongue::Chinese {
        parts.extend(within.clone());
    }
    if step.absent {
        parts.push(words::NOT_FOLLOWED.text(tongue).to_owned());
    }
    parts.push(name(&step.event, tongue));
    if let Some(filter) = &step.filter {
        let word = words::WHERE.text(tongue);
        parts.push(format!("{word} {}", expression(filter, tongue)));
    }
    if tongue == Tongue::English {
        parts.extend(within);
    }
    let tag = step.name.as_ref();
    let tag = tag.map(|tag| format!("{}{}", name(tag, tongue), colon(tongue)));
    format!("{}{}", tag.unwrap_or_default(), parts.join(" "))
}

fn reach(reach: &Reach, tongue: Tongue) -> String {
    let high = span(reach.high, reach.unit, tongue);
    let to = words::CARE_TO.text(tongue);
    match (tongue, reach.low) {
        (Tongue::English, 0) => format!("{} {high}", words::WITHIN.english),
        (Tongue::English, low) => format!("{} {low} {to} {high}", words::WITHIN.english),
        (Tongue::Chinese, 0) => format!("{high}{}", words::WITHIN_END.chinese),
        (Tongue::Chinese, low) => format!("{low}{to}{high}{}", words::WITHIN_END.chinese),
    }
}
