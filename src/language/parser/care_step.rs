//! The steps of a care plan.

use super::care::inner;
use super::grammar::{Node, Rule};
use super::mistake::not_yet;
use super::reader::Reader;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::CARE_STEP_NESTING_MAX;
use crate::base::span::Span;
use crate::language::codes;
use crate::language::syntax::care::{Action, Step};
use crate::language::syntax::{Name, Quoted};
use crate::language::words;

const STEPS: &str = "a step is `send CHANNEL \"TEMPLATE\"`, `task QUEUE \"TITLE\"`, `tag \"NAME\"`, a length of time such as `3 days`, `if CONDITION then STEP else STEP`, or `stop`";

impl Reader<'_> {
    pub(super) fn step_line(&mut self, line: Node<'_>, span: Span) -> Option<Step> {
        let mut name = None;
        let mut colon = false;
        let mut action = None;
        for node in line.into_inner() {
            match node.as_rule() {
                Rule::kw_step => {}
                Rule::item_name => name = Some(self.name(&node)),
                Rule::colon => colon = true,
                _ => action = Some(node),
            }
        }
        let Some(name) = name else {
            self.report(
                Diagnostic::error(codes::ITEM_NAME, "this step has no name", span)
                    .help("write `step hello: …`"),
            );
            return None;
        };
        self.refuse_reserved(&name);
        if !colon {
            let message = format!("`:` is missing after `{}`", name.text);
            self.report(
                Diagnostic::error(codes::ITEM_HEAD, message, name.span)
                    .help("write `step NAME: …`"),
            );
            return None;
        }
        let Some(action) = action else {
            self.no_step("this step does nothing", span);
            return None;
        };
        let action = self.action(action, 0)?;
        Some(Step { name, action, span })
    }

    fn no_step(&mut self, message: &str, span: Span) {
        self.report(Diagnostic::error(codes::UNKNOWN_STEP, message, span).help(STEPS));
    }

    fn action(&mut self, node: Node<'_>, nested: usize) -> Option<Action> {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::send_action => {
                let (mut channel, template) =
                    self.named_text(node, span, "write `send email \"TEMPLATE\"`")?;
                if !channel.quoted && words::EMAIL_CHANNEL.is(&channel.text) {
                    words::EMAIL_CHANNEL.english.clone_into(&mut channel.text);
                }
                Some(Action::Send { channel, template })
            }
            Rule::task_action => {
                let (queue, title) =
                    self.named_text(node, span, "write `task manager \"TITLE\"`")?;
                Some(Action::Task { queue, title })
            }
            Rule::tag_action => {
                let Some(name) = inner(node, Rule::quote_text) else {
                    self.wanted(span, "the tag is missing", "write `tag \"NAME\"`");
                    return None;
                };
                Some(Action::Tag(self.quoted(&name)))
            }
            Rule::stop_action => Some(Action::Stop),
            Rule::wait_action => {
                let length = inner(node, Rule::care_length)?;
                self.length(&length).map(Action::Wait)
            }
            Rule::if_action => self.if_action(node, span, nested),
            Rule::plugin_action => {
                let word = format!("the step {}", self.shown(span));
                self.report(not_yet(&word, span));
                None
            }
            _ => {
                let message = format!("{} is no step", self.shown(span));
                self.no_step(&message, span);
                None
            }
        }
    }

    fn named_text(&mut self, node: Node<'_>, span: Span, form: &str) -> Option<(Name, Quoted)> {
        let name = inner(node.clone(), Rule::item_name);
        let text = inner(node, Rule::quote_text);
        let (Some(name), Some(text)) = (name, text) else {
            self.wanted(span, "this step is not whole", form);
            return None;
        };
        Some((self.name(&name), self.quoted(&text)))
    }

    fn if_action(&mut self, node: Node<'_>, span: Span, nested: usize) -> Option<Action> {
        const FORM: &str = "write `if CONDITION then STEP else STEP`, 若 … 则 … 否则 …";
        if nested >= CARE_STEP_NESTING_MAX {
            self.report(
                Diagnostic::error(codes::NESTED_TOO_DEEP, "too many steps within steps", span)
                    .help(format!(
                        "at most {CARE_STEP_NESTING_MAX}; part it over several steps"
                    )),
            );
            return None;
        }
        let mut condition = None;
        let mut then = None;
        let mut otherwise = None;
        for part in node.into_inner() {
            let rule = part.as_rule();
            match rule {
                Rule::step_condition => condition = Some(self.flat(part)),
                Rule::then_action | Rule::else_action => {
                    let action = part
                        .into_inner()
                        .find(|node| !matches!(node.as_rule(), Rule::kw_then | Rule::kw_else));
                    let action = action.map(|action| self.action(action, nested + 1));
                    if rule == Rule::then_action {
                        then = action;
                    } else {
                        otherwise = action;
                    }
                }
                _ => {}
            }
        }
        let (Some(condition), Some(then), Some(otherwise)) = (condition, then, otherwise) else {
            self.report(
                Diagnostic::error(
                    codes::INCOMPLETE_CHOICE,
                    "a part of this choice is missing",
                    span,
                )
                .help(FORM),
            );
            return None;
        };
        Some(Action::If {
            condition: condition?.expr,
            then: Box::new(then?),
            otherwise: Box::new(otherwise?),
        })
    }
}
