//! `plugin.NAME()`: found among the plugins at hand, its inputs checked as expressions
//! about the customer. An input's text belongs to the plugin, so that its faults are
//! told at the place of the call.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::{SourceId, Span};

use super::super::codes;
use super::super::functions::Wants;
use super::super::parser;
use super::super::suggest;
use super::super::syntax::Name;
use super::super::typed::{Function, Node, PluginFunction, PluginInput, Typed};
use super::convert::call_of;
use super::{Checker, Scope, Want};

/// Where the text of an input lies: in no rule file.
const ELSEWHERE: SourceId = SourceId(u32::MAX);

impl<'r> Checker<'r> {
    pub(super) fn plugin(
        &mut self,
        plugin: &Name,
        function: Option<&Name>,
        span: Span,
    ) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            let message = "a plugin speaks of customers, and a source has none yet";
            return self.fail(Diagnostic::error(codes::NOT_HERE, message, span));
        }
        let found = self.plugin_function(plugin, function)?;
        let call = Arc::clone(&found.call);
        if self.asking.contains(&call) {
            let message = format!("`{call}` is among its own inputs");
            return self.fail(
                Diagnostic::error(codes::CYCLE, message, span)
                    .help("an input in its plugin.toml leads back to it"),
            );
        }
        self.asking.push(Arc::clone(&call));
        let scope = Scope::Customer {
            other: self.scope.other(),
        };
        let mut inputs = Vec::with_capacity(found.inputs.len());
        for input in &found.inputs {
            let typed = self.afresh(|checker| {
                checker.within(scope, |checker| checker.plugin_input(&call, input, span))
            });
            inputs.push(typed);
        }
        self.asking.pop();
        Some(Typed {
            node: Node::Plugin {
                call,
                inputs: inputs.into_iter().collect::<Option<_>>()?,
            },
            kind: found.output.clone(),
            span,
        })
    }

    /// The function meant; reported when there is none.
    fn plugin_function(
        &mut self,
        plugin: &Name,
        function: Option<&Name>,
    ) -> Option<&'r PluginFunction> {
        let known = self.world.plugins;
        let functions: Vec<&'r PluginFunction> = known
            .functions
            .iter()
            .filter(|item| *item.call.plugin == *plugin.text)
            .collect();
        if functions.is_empty() {
            let words = known.functions.iter().map(|item| &*item.call.plugin);
            let help = suggest::help(
                &plugin.text,
                words,
                "`tamis plugin list` shows what is there",
            );
            let message = format!("no plugin is called `{}`", plugin.text);
            let finding = Diagnostic::error(codes::UNKNOWN_PLUGIN, message, plugin.span);
            return self.fail(finding.help(help));
        }
        let names = || functions.iter().map(|item| &*item.call.function);
        let Some(function) = function else {
            if let [only] = functions.as_slice() {
                return Some(only);
            }
            let list = suggest::some_of(names(), 4);
            let help = format!("call one as `plugin.{}.NAME()`: {list}", plugin.text);
            let message = format!("the plugin `{}` has several functions", plugin.text);
            let finding = Diagnostic::error(codes::UNKNOWN_PLUGIN, message, plugin.span);
            return self.fail(finding.help(help));
        };
        let meant = functions
            .iter()
            .find(|item| *item.call.function == *function.text);
        if let Some(meant) = meant {
            return Some(meant);
        }
        let otherwise = format!("it has {}", suggest::some_of(names(), 4));
        let help = suggest::help(&function.text, names(), &otherwise);
        let message = format!(
            "the plugin `{}` has no function `{}`",
            plugin.text, function.text
        );
        self.fail(Diagnostic::error(codes::UNKNOWN_PLUGIN, message, function.span).help(help))
    }

    /// One input in the customer's context, of the kind that the plugin takes.
    fn plugin_input(
        &mut self,
        call: &dyn std::fmt::Display,
        input: &PluginInput,
        span: Span,
    ) -> Option<Typed> {
        let before = self.found.len();
        let typed = match parser::parse_expression(&input.expression, ELSEWHERE) {
            Ok(expr) => self
                .infer(&expr, Want::Hint(&input.kind))
                .and_then(|typed| self.plugin_kind(typed, &input.kind)),
            Err(faults) => {
                self.found.extend(faults);
                None
            }
        };
        for finding in self.found.iter_mut().skip(before) {
            if finding.span().source != ELSEWHERE {
                continue;
            }
            let help = match &finding.help {
                Some(help) => format!("it reads `{}`; {help}", input.expression),
                None => format!("it reads `{}`", input.expression),
            };
            let message = format!(
                "the input `{}` of `{call}` does not fit: {}",
                input.name, finding.message
            );
            *finding = match finding.is_error() {
                true => Diagnostic::error(codes::PLUGIN_INPUT, message, span),
                false => Diagnostic::warning(finding.code, message, span),
            }
            .help(help);
        }
        typed
    }

    fn plugin_kind(&mut self, typed: Typed, kind: &Kind) -> Option<Typed> {
        match (kind, &typed.kind) {
            (Kind::Number, _) => self.fit(Wants::Number, typed),
            (Kind::Text, Kind::Enum(_)) => Some(call_of(Function::ToText, typed, Kind::Text)),
            _ => self.coerce(typed, kind),
        }
    }
}
