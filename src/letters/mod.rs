//! The texts of messages: `templates/NAME.txt` beside the rules, with a subject line above the
//! text, and `NAME.html` beside it for mails that have both. Judged here and filled in for one
//! customer. Files are read with the rules; who gets a message is the business of care plans,
//! how it travels of `delivery`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::{Source, Sources};
use crate::base::span::{SourceId, Span};
use crate::base::template::{Item, TemplateFault, TemplateFaultKind, Templates};

pub mod codes;
#[cfg(test)]
mod tests;

/// The folder of templates, within the rules folder.
pub const FOLDER_NAME: &str = "templates";

/// Begins the first line of every template.
const SUBJECT: &str = "Subject:";

/// Whether a file of that path below the rules folder, `/` separated, is a template.
pub fn is_template(path: &str) -> bool {
    name_of(path).is_some()
}

/// The name of a template's file, and whether it is the HTML.
fn name_of(path: &str) -> Option<(&str, bool)> {
    let file = path.strip_prefix(FOLDER_NAME)?.strip_prefix('/')?;
    let (name, is_html) = match file.rsplit_once('.')? {
        (name, "txt") => (name, false),
        (name, "html") => (name, true),
        _ => return None,
    };
    let is_plain = !name.is_empty() && !name.starts_with('.') && !name.contains('/');
    is_plain.then_some((name, is_html))
}

/// The templates among the texts of a rule set, and what is wrong with them.
pub fn of(sources: &Sources) -> (Letters, Vec<Diagnostic>) {
    let mut letters = Letters::default();
    let mut found = Vec::new();
    // Texts first: an HTML needs its text.
    for html in [false, true] {
        for (id, source) in sources.iter() {
            match name_of(&source.name) {
                Some((name, is_html)) if is_html == html => {
                    found.extend(letters.add(name, is_html, id, source).err().map(|it| *it));
                }
                _ => {}
            }
        }
    }
    (letters, found)
}

/// A set of message templates.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    templates: Templates,
    letters: BTreeMap<String, Letter>,
}

#[derive(Clone, Debug)]
struct Letter {
    parts: Vec<Part>,
}

/// Subject, text or HTML of one letter.
#[derive(Clone, Debug)]
struct Part {
    kind: PartKind,
    /// Under which the set of templates knows it.
    name: String,
    /// As written.
    text: String,
    /// Its place in its file.
    span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartKind {
    Subject,
    Text,
    Html,
}

/// A letter with its values filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledLetter {
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML, if there is such a template.
    pub html: Option<String>,
}

/// Why a letter cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LetterFault {
    /// There is no such template.
    Unknown(String),
    /// A value is missing, or the text cannot be made of its values.
    Wrong {
        /// Which template.
        letter: String,
        /// What is wrong; names of values, never values.
        fault: TemplateFault,
    },
}

impl fmt::Display for LetterFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LetterFault::Unknown(name) => write!(out, "there is no template `{name}`"),
            LetterFault::Wrong { letter, fault } => {
                write!(out, "template `{letter}`: {}", fault.message)
            }
        }
    }
}

impl std::error::Error for LetterFault {}

impl Letters {
    /// Whether there is a template of that name.
    pub fn has(&self, name: &str) -> bool {
        self.letters.contains_key(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.letters.keys().map(String::as_str)
    }

    /// The values that a template may ask for, sorted.
    pub fn variables(&self, name: &str) -> Vec<String> {
        let parts = self.letters.get(name).map(|letter| letter.parts.as_slice());
        let names: BTreeSet<String> = parts
            .unwrap_or_default()
            .iter()
            .flat_map(|part| self.templates.variables(&part.name))
            .collect();
        names.into_iter().collect()
    }

    /// The letter of one customer.
    pub fn fill(
        &self,
        name: &str,
        values: &BTreeMap<String, Item>,
    ) -> Result<FilledLetter, LetterFault> {
        let Some(letter) = self.letters.get(name) else {
            return Err(LetterFault::Unknown(name.to_owned()));
        };
        let mut filled = FilledLetter {
            subject: String::new(),
            text: String::new(),
            html: None,
        };
        for part in &letter.parts {
            let text =
                self.templates
                    .render(&part.name, values)
                    .map_err(|fault| LetterFault::Wrong {
                        letter: name.to_owned(),
                        fault,
                    })?;
            match part.kind {
                PartKind::Subject => filled.subject = one_line(&text),
                PartKind::Text => filled.text = text,
                PartKind::Html => filled.html = Some(text),
            }
        }
        Ok(filled)
    }

    /// What is wrong with the templates, given the names of the values that there are. `known` are the
    /// names that any template may use.
    pub fn check(&self, known: &BTreeSet<String>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (name, letter) in &self.letters {
            for part in &letter.parts {
                let variables = self.templates.variables(&part.name);
                for variable in variables.iter().filter(|name| !known.contains(*name)) {
                    found.push(unknown_value(name, variable, part, known));
                }
                if variables.iter().all(|name| known.contains(name)) {
                    found.extend(self.try_out(part, &variables));
                }
            }
        }
        found
    }

    /// Fills a part in with stand-ins for its values, to find filters and functions that do not exist.
    /// What the stand-ins themselves cannot do is no fault.
    fn try_out(&self, part: &Part, variables: &[String]) -> Option<Diagnostic> {
        let values = variables
            .iter()
            .map(|name| (name.clone(), Item::text("1")))
            .collect();
        let fault = self.templates.render(&part.name, &values).err()?;
        (fault.kind == TemplateFaultKind::Unknown).then(|| {
            Diagnostic::error(codes::NOT_HERE, &fault.message, place(part.span, &fault)).help(
                "filters and functions are those of Jinja: `default`, `upper`, `round`, `join` …",
            )
        })
    }

    /// Adds one file; a fault keeps it out.
    fn add(
        &mut self,
        name: &str,
        is_html: bool,
        id: SourceId,
        source: &Source,
    ) -> Result<(), Box<Diagnostic>> {
        let end = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
        let whole = Span::new(id, 0, end);
        if is_html {
            self.add_html(name, &source.text, whole)
        } else {
            self.add_text(name, &source.text, whole)
        }
    }

    /// Adds the subject and the text of one file.
    fn add_text(&mut self, name: &str, text: &str, whole: Span) -> Result<(), Box<Diagnostic>> {
        let (subject, body) = split(text).map_err(|(start, end, message)| {
            let at = |offset: usize| whole.start + u32::try_from(offset).unwrap_or(0);
            let span = Span::new(whole.source, at(start), at(end));
            Box::new(Diagnostic::error(codes::HEAD, message, span).help(
                "the first line is `Subject: …`, the second is empty, and then comes the text",
            ))
        })?;
        let subject = self.part(PartKind::Subject, name, text, subject, whole)?;
        let body = self.part(PartKind::Text, name, text, body, whole)?;
        self.letters.insert(
            name.to_owned(),
            Letter {
                parts: vec![subject, body],
            },
        );
        Ok(())
    }

    /// Adds the HTML of a letter; there must be a text of that name.
    fn add_html(&mut self, name: &str, text: &str, whole: Span) -> Result<(), Box<Diagnostic>> {
        let part = self.part(PartKind::Html, name, text, (0, text.len()), whole)?;
        match self.letters.get_mut(name) {
            Some(letter) => letter.parts.push(part),
            None => {
                let message = format!("`{name}.html` has no `{name}.txt` beside it");
                return Err(Box::new(
                    Diagnostic::error(codes::HEAD, message, whole).help(
                        "a mail needs a subject and a plain text; the HTML comes beside them",
                    ),
                ));
            }
        }
        Ok(())
    }

    fn part(
        &mut self,
        kind: PartKind,
        letter: &str,
        file: &str,
        (start, end): (usize, usize),
        whole: Span,
    ) -> Result<Part, Box<Diagnostic>> {
        let at = |offset: usize| whole.start + u32::try_from(offset).unwrap_or(0);
        let span = Span::new(whole.source, at(start), at(end));
        let text = file.get(start..end).unwrap_or_default();
        if let Some((word, offset)) = other_template(text) {
            let start = at(start + offset);
            let span = Span::new(whole.source, start, start + word.len() as u32);
            let message = format!("`{word}` has no meaning here");
            return Err(Box::new(
                Diagnostic::error(codes::NOT_HERE, message, span)
                    .help("each template stands alone, so that its values can be checked"),
            ));
        }
        let name = match kind {
            PartKind::Subject => format!("{letter}/subject"),
            PartKind::Text => format!("{letter}.txt"),
            PartKind::Html => format!("{letter}.html"),
        };
        self.templates.add(&name, text).map_err(|fault| {
            Box::new(Diagnostic::error(
                codes::UNREADABLE,
                &fault.message,
                place(span, &fault),
            ))
        })?;
        Ok(Part {
            kind,
            name,
            text: text.to_owned(),
            span,
        })
    }
}

/// A step names a template that is not there.
pub fn unknown_template(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::UNKNOWN_TEMPLATE,
        format!("there is no template `{name}`"),
        span,
    )
    .help(format!(
        "write `{FOLDER_NAME}/{name}.txt` beside the rules: `{SUBJECT} …`, an empty line, the text"
    ))
}

fn unknown_value(
    letter: &str,
    variable: &str,
    part: &Part,
    known: &BTreeSet<String>,
) -> Diagnostic {
    let some: Vec<&str> = known.iter().take(20).map(String::as_str).collect();
    let more = if known.len() > some.len() {
        ", …"
    } else {
        ""
    };
    Diagnostic::error(
        codes::UNKNOWN_VALUE,
        format!("the template `{letter}` asks for `{variable}`, which is no value of a customer"),
        place_of(variable, part),
    )
    .help(format!("there are: {}{more}", some.join(", ")))
}

/// Where a part first names a value, behind a first bracket; the whole part if that is not plain.
fn place_of(variable: &str, part: &Part) -> Span {
    let joins = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.';
    let open = part.text.find("{{").into_iter().chain(part.text.find("{%"));
    let first = open.min().unwrap_or(0);
    let found = part.text.match_indices(variable).find(|(at, _)| {
        let before = part.text.get(..*at).and_then(|text| text.chars().last());
        let after = part.text.get(at + variable.len()..);
        *at > first
            && !before.is_some_and(joins)
            && !after.is_some_and(|text| text.starts_with(|sign| joins(sign) && sign != '.'))
    });
    let Some((at, _)) = found else {
        return part.span;
    };
    let place = |offset: usize| part.span.start + u32::try_from(offset).unwrap_or(0);
    Span::new(part.span.source, place(at), place(at + variable.len()))
}

/// The place of a fault within its part.
fn place(part: Span, fault: &TemplateFault) -> Span {
    let Some(range) = &fault.range else {
        return part;
    };
    let at = |offset: usize| {
        part.start
            .saturating_add(u32::try_from(offset).unwrap_or(u32::MAX))
            .min(part.end)
    };
    Span::new(part.source, at(range.start), at(range.end))
}

type Range = (usize, usize);

/// Places of the subject and of the text, in bytes; or a wrong place and what is wrong with it.
fn split(text: &str) -> Result<(Range, Range), (usize, usize, String)> {
    let first_end = text.find('\n').unwrap_or(text.len());
    let first = text.get(..first_end).unwrap_or_default();
    let Some(subject) = first.strip_prefix(SUBJECT) else {
        return Err((
            0,
            first_end,
            "the first line of the template is no subject".to_owned(),
        ));
    };
    if subject.trim().is_empty() {
        return Err((0, first_end, "the subject is empty".to_owned()));
    }
    let rest_start = (first_end + 1).min(text.len());
    let rest = text.get(rest_start..).unwrap_or_default();
    let second_end = rest.find('\n').unwrap_or(rest.len());
    let second = rest.get(..second_end).unwrap_or_default();
    if !second.trim().is_empty() {
        return Err((
            rest_start,
            rest_start + second_end,
            "the line below the subject is not empty".to_owned(),
        ));
    }
    let lead = subject.len() - subject.trim_start().len();
    let subject_start = SUBJECT.len() + lead;
    let body_start = (rest_start + second_end + 1).min(text.len());
    Ok((
        (subject_start, subject_start + subject.trim().len()),
        (body_start, text.len()),
    ))
}

/// The first statement that reaches for another template, and where it stands.
fn other_template(text: &str) -> Option<(&'static str, usize)> {
    const WORDS: [&str; 5] = ["include", "import", "from", "extends", "block"];
    text.match_indices("{%").find_map(|(at, mark)| {
        let inside = text.get(at + mark.len()..)?;
        let statement = inside.trim_start_matches(['-', '+']).trim_start();
        let start = at + mark.len() + (inside.len() - statement.len());
        WORDS.into_iter().find_map(|word| {
            let after = statement.strip_prefix(word)?;
            let ends = !after.starts_with(|sign: char| sign.is_alphanumeric() || sign == '_');
            ends.then_some((word, start))
        })
    })
}

/// Breaks and other control characters become single spaces: a subject is one line, whatever the values hold.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|sign: char| sign.is_whitespace() || sign.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}
