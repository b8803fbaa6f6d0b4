//! Texts with places for values: mails and pages. Strict (a value that is not there is an
//! error, never an empty place), bounded in work and in size; names that end in `.html` are
//! escaped as HTML. Knows nothing of where texts lie or of what the values mean.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::limit;

/// A value to fill in.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// yes or no
    Bool(bool),
    /// a whole number
    Int(i64),
    /// finite
    Number(f64),
    /// shown as it is; escaped in HTML
    Text(Arc<str>),
    /// several, for loops
    List(Vec<Item>),
    /// by name; a name that is not in it is missing
    Map(BTreeMap<String, Item>),
}

impl Item {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Item::Text(text.into())
    }

    fn to_value(&self) -> Value {
        match self {
            Item::Bool(answer) => Value::from(*answer),
            Item::Int(number) => Value::from(*number),
            Item::Number(number) => Value::from(*number),
            Item::Text(text) => Value::from(Arc::clone(text)),
            Item::List(items) => items.iter().map(Item::to_value).collect(),
            Item::Map(items) => map(items),
        }
    }
}

fn map(items: &BTreeMap<String, Item>) -> Value {
    let values: BTreeMap<&str, Value> = items
        .iter()
        .map(|(name, item)| (name.as_str(), item.to_value()))
        .collect();
    Value::from(values)
}

/// What is wrong with a template or with what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// Which kind.
    pub kind: TemplateFaultKind,
    /// One sentence; of values it tells the names alone.
    pub message: String,
    /// Bytes of the template, when they are known.
    pub range: Option<Range<usize>>,
    /// From 1, when it is known.
    pub line: Option<usize>,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateFaultKind {
    /// The text cannot be read, or is too large.
    Text,
    /// A value that the text needs is missing.
    Missing,
    /// A filter, test, function or method that does not exist.
    Unknown,
    /// Too much work, or too large an answer.
    Limit,
    /// The text asks for what cannot be done with its values.
    Use,
}

/// A set of templates by name; they may include each other.
#[derive(Clone, Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    /// None yet.
    pub fn new() -> Self {
        let mut environment = Environment::new();
        // A statement alone on its line leaves no empty line; the text's own last break stays.
        let mut syntax = SyntaxConfig::builder();
        syntax
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true);
        if let Ok(syntax) = syntax.build() {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(limit::TEMPLATE_STEPS_MAX));
        environment.set_recursion_limit(limit::TEMPLATE_DEPTH_MAX);
        // Places of faults are kept only so.
        environment.set_debug(true);
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".html") {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        Self { environment }
    }

    /// Adds a text; one of that name is replaced.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), TemplateFault> {
        if text.len() > limit::TEMPLATE_BYTES_MAX {
            return Err(TemplateFault {
                kind: TemplateFaultKind::Text,
                message: format!(
                    "the template is larger than {} bytes",
                    limit::TEMPLATE_BYTES_MAX
                ),
                range: None,
                line: None,
            });
        }
        self.environment
            .add_template_owned(name.to_owned(), text.to_owned())
            .map_err(|error| fault(&error, text))
    }

    /// Whether there is one of that name.
    pub fn has(&self, name: &str) -> bool {
        self.environment.get_template(name).is_ok()
    }

    /// The names of values that a text may ask for, sorted; of `customer.name` the first part.
    /// Values that the text makes itself are not among them. Empty without such a text.
    pub fn variables(&self, name: &str) -> Vec<String> {
        let Ok(template) = self.environment.get_template(name) else {
            return Vec::new();
        };
        let mut names: Vec<String> = template
            .undeclared_variables(false)
            .into_iter()
            .filter(|name| !self.environment.globals().any(|(global, _)| global == name))
            .collect();
        names.sort_unstable();
        names
    }

    /// The text with the values filled in.
    pub fn render(
        &self,
        name: &str,
        values: &BTreeMap<String, Item>,
    ) -> Result<String, TemplateFault> {
        let template = self
            .environment
            .get_template(name)
            .map_err(|error| fault(&error, ""))?;
        let mut bytes = Bounded(Vec::new());
        template
            .render_captured_to(map(values), &mut bytes)
            .map_err(|error| fault(&error, template.source()))?;
        String::from_utf8(bytes.0).map_err(|_| TemplateFault {
            kind: TemplateFaultKind::Use,
            message: "the filled-in text is not UTF-8".to_owned(),
            range: None,
            line: None,
        })
    }
}

/// Bytes up to a bound.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > limit::TEMPLATE_ANSWER_BYTES_MAX {
            return Err(io::Error::other("too large"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The library's error in our words. Its own sentence is kept only where it speaks of the text
/// and not of values.
fn fault(error: &Error, text: &str) -> TemplateFault {
    let range = error
        .range()
        .filter(|range| text.get(range.clone()).is_some());
    let shown = range
        .clone()
        .and_then(|range| text.get(range))
        .map(|piece| format!(" `{}`", piece.trim()))
        .unwrap_or_default();
    let detail = || {
        error
            .detail()
            .map(|detail| format!(": {detail}"))
            .unwrap_or_default()
    };
    let (kind, message) = match error.kind() {
        ErrorKind::UndefinedError => (
            TemplateFaultKind::Missing,
            format!("the value{shown} is missing"),
        ),
        ErrorKind::OutOfFuel => (
            TemplateFaultKind::Limit,
            format!(
                "filling in takes more than {} steps",
                limit::TEMPLATE_STEPS_MAX
            ),
        ),
        ErrorKind::WriteFailure => (
            TemplateFaultKind::Limit,
            format!(
                "the filled-in text is larger than {} bytes",
                limit::TEMPLATE_ANSWER_BYTES_MAX
            ),
        ),
        ErrorKind::SyntaxError => (
            TemplateFaultKind::Text,
            format!("the template cannot be read{}", detail()),
        ),
        ErrorKind::TemplateNotFound => (
            TemplateFaultKind::Text,
            "there is no template of that name".to_owned(),
        ),
        ErrorKind::UnknownFilter
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownMethod => (
            TemplateFaultKind::Unknown,
            format!("the template uses what does not exist{}", detail()),
        ),
        _ => (
            TemplateFaultKind::Use,
            format!(
                "`{}` cannot be worked out from its values",
                shown.trim_matches([' ', '`'])
            ),
        ),
    };
    TemplateFault {
        kind,
        message,
        range,
        line: error.line(),
    }
}

#[cfg(test)]
mod tests;
