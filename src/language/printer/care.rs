//! The lines of a care plan.

use super::expression::{Level, at_least};
use super::number::span;
use super::{colon, comma, expression, name, quoted};
use crate::base::decimal::Decimal;
use crate::language::syntax::care::{Action, Care, ClockTime, Length, Step, When};
use crate::language::syntax::{Name, Quoted};
use crate::language::words::{self, Tongue, Word};

/// One line a clause, in the order of the language's page.
pub fn lines(care: &Care, tongue: Tongue) -> Vec<String> {
    let said = |word: Word, rest: String| format!("{} {rest}", word.text(tongue));
    let mut lines = vec![said(words::FOR, expression(&care.audience, tongue))];
    if let Some(exclude) = &care.exclude {
        lines.push(said(words::EXCLUDE, expression(exclude, tongue)));
    }
    lines.push(said(words::CARE_WHEN, when(&care.when.0, tongue)));
    if care.those_already_in {
        let word = words::INCLUDING_THOSE_ALREADY_IN;
        lines.push(word.text(tongue).to_owned());
    }
    if care.rule_changes {
        lines.push(words::INCLUDING_RULE_CHANGES.text(tongue).to_owned());
    }
    if let Some(once) = care.once_per {
        lines.push(match tongue {
            Tongue::English => said(words::ONCE_PER, length(once, tongue)),
            Tongue::Chinese => format!(
                "{} {} {}",
                words::ONCE_PER.chinese,
                length(once, tongue),
                words::ONCE_END.chinese
            ),
        });
    }
    lines.extend(limits(care, tongue));
    if let Some((from, to, _)) = care.quiet {
        let word = words::CARE_TO.text(tongue);
        let hours = format!("{} {word} {}", clock(from), clock(to));
        lines.push(said(words::QUIET, hours));
    }
    if let Some((share, _)) = care.holdout {
        lines.push(said(words::HOLDOUT, percent(share)));
    }
    if let Some((count, _)) = care.expect {
        let (entering, per_day) = (words::ENTERING, words::PER_DAY);
        lines.push(match tongue {
            Tongue::English => said(
                words::EXPECT_AT_MOST,
                format!("{count} {} {}", entering.english, per_day.english),
            ),
            Tongue::Chinese => said(
                words::EXPECT_AT_MOST,
                format!("{} {count} {}", per_day.chinese, entering.chinese),
            ),
        });
    }
    if let Some((condition, within)) = &care.goal {
        let condition = expression(condition, tongue);
        let within = match tongue {
            Tongue::English => format!("{} {}", words::WITHIN.english, length(*within, tongue)),
            Tongue::Chinese => {
                format!("{}{}", length(*within, tongue), words::WITHIN_END.chinese)
            }
        };
        lines.push(said(words::GOAL, format!("{condition} {within}")));
    }
    lines.extend(care.steps.iter().map(|step| step_line(step, tongue)));
    lines
}

fn limits(care: &Care, tongue: Tongue) -> Option<String> {
    let day = care.limit_day.map(|(count, _)| match tongue {
        Tongue::English => format!("{count} {}", words::PER_DAY.english),
        Tongue::Chinese => format!("{} {count}", words::PER_DAY.chinese),
    });
    let customer = care.limit_customer.map(|(count, length_of)| {
        let (word, length) = (words::PER_CUSTOMER_PER, length(length_of, tongue));
        match tongue {
            Tongue::English => format!("{count} {} {length}", word.english),
            Tongue::Chinese => format!("{} {length} {count}", word.chinese),
        }
    });
    let parts: Vec<String> = day.into_iter().chain(customer).collect();
    let word = words::LIMIT.text(tongue);
    (!parts.is_empty()).then(|| format!("{word} {}", parts.join(comma(tongue))))
}

fn when(when: &When, tongue: Tongue) -> String {
    let word = |word: Word| word.text(tongue);
    match when {
        When::Enters => word(words::ENTERS).to_owned(),
        When::EveryDay(at) => format!("{} {}", word(words::EVERY_DAY_AT), clock(*at)),
        When::EveryMonth { day, at } => {
            let head = word(words::EVERY_MONTH_ON_DAY);
            match tongue {
                Tongue::English => {
                    format!("{head} {day} {} {}", words::CARE_AT.english, clock(*at))
                }
                Tongue::Chinese => format!("{head} {day} 日 {}", clock(*at)),
            }
        }
        When::EveryYear { month, day, at } => {
            let date = format!("{} {month:02}-{day:02}", word(words::EVERY_YEAR_ON));
            match (at, tongue) {
                (None, _) => date,
                (Some(at), Tongue::English) => {
                    format!("{date} {} {}", words::CARE_AT.english, clock(*at))
                }
                (Some(at), Tongue::Chinese) => format!("{date} {}", clock(*at)),
            }
        }
        When::AfterEvent(event) => {
            format!("{} {}", word(words::AFTER_EVENT), name(event, tongue))
        }
        When::ByHand => word(words::BY_HAND).to_owned(),
    }
}

fn step_line(step: &Step, tongue: Tongue) -> String {
    format!(
        "{} {}{}{}",
        words::STEP.text(tongue),
        name(&step.name, tongue),
        colon(tongue),
        action(&step.action, tongue)
    )
}

fn action(done: &Action, tongue: Tongue) -> String {
    let word = |word: Word| word.text(tongue);
    match done {
        Action::Send { channel, template } => {
            let channel = channel_name(channel, tongue);
            format!("{} {channel} {}", word(words::SEND), quoted(template))
        }
        Action::Task { queue, title } => named_text(words::TASK, queue, title, tongue),
        Action::Tag(tag) => format!("{} {}", word(words::TAG), quoted(tag)),
        Action::Wait(wait) => length(*wait, tongue),
        Action::If {
            condition,
            then,
            otherwise,
        } => format!(
            "{} {} {} {} {} {}",
            word(words::IF),
            at_least(Level::Or, condition, tongue),
            word(words::THEN),
            action(then, tongue),
            word(words::ELSE),
            action(otherwise, tongue)
        ),
        Action::Stop => word(words::STOP).to_owned(),
    }
}

fn named_text(word: Word, named: &Name, text: &Quoted, tongue: Tongue) -> String {
    format!(
        "{} {} {}",
        word.text(tongue),
        name(named, tongue),
        quoted(text)
    )
}

fn channel_name(channel: &Name, tongue: Tongue) -> String {
    if !channel.quoted && words::EMAIL_CHANNEL.is(&channel.text) {
        return words::EMAIL_CHANNEL.text(tongue).to_owned();
    }
    name(channel, tongue)
}

/// `180 days`.
fn length(length: Length, tongue: Tongue) -> String {
    span(length.count, length.unit, tongue)
}

/// `09:30`.
fn clock(at: ClockTime) -> String {
    format!("{:02}:{:02}", at.0 / 60, at.0 % 60)
}

/// `10%`; a share with too many places to be one stays as it is.
fn percent(share: Decimal) -> String {
    match share.shifted(2) {
        Some(hundredfold) => format!("{hundredfold}%"),
        None => share.to_string(),
    }
}
