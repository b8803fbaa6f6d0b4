//! The page in the browser: its template, style and script, all inside the program,
//! and the texts of both tongues. What stands on it comes in as plain values; asking
//! for them, and serving the page, lies above.

mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::template::{Item, TemplateFault, Templates};

/// The tongue of the page; that of a filter's text is its writer's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// English.
    #[default]
    English,
    /// 中文.
    Chinese,
}

impl Reader {
    /// `en` or `zh`, as in the address and in the document's language.
    pub fn code(self) -> &'static str {
        match self {
            Reader::English => "en",
            Reader::Chinese => "zh",
        }
    }

    /// By its code; English unless said.
    pub fn of(code: &str) -> Self {
        if code == "zh" {
            Reader::Chinese
        } else {
            Reader::English
        }
    }
}

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `q`: the filter's text.
    pub filter: String,
    /// `show`: expressions separated by commas.
    pub show: String,
    /// `who`: a customer's id.
    pub who: String,
    /// `after`: members after this id.
    pub after: String,
    /// `lang`.
    pub reader: Reader,
}

impl Address {
    /// The address that says so; parts that are empty are left out.
    pub fn link(&self) -> String {
        let parts = [
            ("q", self.filter.as_str()),
            ("show", &self.show),
            ("who", &self.who),
            ("after", &self.after),
            ("lang", self.reader.code()),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{name}={}", escape(text)))
            .collect();
        format!("/?{}", parts.join("&"))
    }
}

/// A saved filter in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its first name.
    pub name: Arc<str>,
    /// Its label.
    pub label: Option<Arc<str>>,
    /// Its members now.
    pub members: u64,
    /// Why these are the members of an earlier moment.
    pub stale: Option<Arc<str>>,
}

/// One member with what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: String,
    /// As many as [`Found::columns`]; `None` is missing.
    pub values: Vec<Option<String>>,
}

/// The answer to the filter. yes + no + unknown = total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Customers that match.
    pub yes: u64,
    /// Customers that do not.
    pub no: u64,
    /// Customers of whom it cannot be said.
    pub unknown: u64,
    /// All.
    pub total: u64,
    /// Fields to blame, with how many customers lack them.
    pub because: Vec<(Arc<str>, u64)>,
    /// What is shown beside the id.
    pub columns: Vec<String>,
    /// One page of members, by id.
    pub members: Vec<Member>,
    /// Whether more come after the last.
    pub more: bool,
}

/// All that stands on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What was asked for.
    pub address: Address,
    /// The instant of everything on it.
    pub as_of: String,
    /// Saved filters in the order of the rules.
    pub saved: Vec<Saved>,
    /// When a filter was given and could be answered.
    pub found: Option<Found>,
    /// What the filter means, in plain words.
    pub words: Option<String>,
    /// What is wrong with the texts, drawn.
    pub problem: Option<String>,
    /// One customer's parts, a line each; the customer's id is in the address.
    pub why: Option<String>,
    /// Why there are none.
    pub why_problem: Option<String>,
    /// The last match record: the stream goes on from there.
    pub sequence: u64,
    /// Why the rules on the disk are not those that serve.
    pub rules_problem: Option<String>,
}

/// A file of the page, with its media type.
pub fn asset(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "console.css" => Some(("text/css; charset=utf-8", include_str!("web/console.css"))),
        "console.js" => Some((
            "text/javascript; charset=utf-8",
            include_str!("web/console.js"),
        )),
        "complete.js" => Some((
            "text/javascript; charset=utf-8",
            include_str!("web/complete.js"),
        )),
        _ => None,
    }
}

/// What the browser may do: use the program's own style and script and ask the program, nothing else.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Draws pages.
#[derive(Clone, Debug)]
pub struct Console {
    templates: Templates,
}

impl Console {
    /// Reads the template.
    pub fn new() -> Result<Self, TemplateFault> {
        let mut templates = Templates::new();
        templates.add("page.html", include_str!("web/page.html"))?;
        Ok(Self { templates })
    }

    /// The page as HTML.
    pub fn page(&self, page: &Page) -> Result<String, TemplateFault> {
        let address = &page.address;
        let text = |text: &str| Item::text(text);
        let optional = |text: &Option<String>| Item::text(text.as_deref().unwrap_or_default());
        let other = match address.reader {
            Reader::English => Reader::Chinese,
            Reader::Chinese => Reader::English,
        };
        let other = Address {
            reader: other,
            ..address.clone()
        };
        let values = BTreeMap::from([
            ("w".to_owned(), words::of(address.reader)),
            ("lang".to_owned(), text(address.reader.code())),
            ("other".to_owned(), text(&other.link())),
            ("filter".to_owned(), text(&address.filter)),
            ("show".to_owned(), text(&address.show)),
            ("who".to_owned(), text(&address.who)),
            ("as_of".to_owned(), text(&page.as_of)),
            ("sequence".to_owned(), text(&page.sequence.to_string())),
            ("words".to_owned(), optional(&page.words)),
            ("problem".to_owned(), optional(&page.problem)),
            ("rules_problem".to_owned(), optional(&page.rules_problem)),
            ("why".to_owned(), optional(&page.why)),
            ("why_problem".to_owned(), optional(&page.why_problem)),
            ("saved".to_owned(), saved(page)),
            ("found".to_owned(), found(page)),
        ]);
        self.templates.render("page.html", &values)
    }
}

fn saved(page: &Page) -> Item {
    let items = page.saved.iter().map(|filter| {
        let address = Address {
            filter: filter.name.to_string(),
            show: page.address.show.clone(),
            reader: page.address.reader,
            ..Address::default()
        };
        Item::Map(BTreeMap::from([
            ("name".to_owned(), Item::text(Arc::clone(&filter.name))),
            (
                "label".to_owned(),
                Item::text(filter.label.as_deref().unwrap_or_default()),
            ),
            ("members".to_owned(), Item::text(grouped(filter.members))),
            (
                "stale".to_owned(),
                Item::text(filter.stale.as_deref().unwrap_or_default()),
            ),
            ("link".to_owned(), Item::text(address.link())),
            (
                "chosen".to_owned(),
                Item::Bool(*filter.name == *page.address.filter.trim()),
            ),
        ]))
    });
    Item::List(items.collect())
}

fn found(page: &Page) -> Item {
    let Some(found) = &page.found else {
        return Item::Bool(false);
    };
    let share = |part: u64| {
        let share = if found.total == 0 {
            0.0
        } else {
            part as f64 / found.total as f64
        };
        Item::text(format!("{:.4}", share))
    };
    let because = found.because.iter().map(|(field, count)| {
        Item::Map(BTreeMap::from([
            ("field".to_owned(), Item::text(Arc::clone(field))),
            ("count".to_owned(), Item::text(grouped(*count))),
        ]))
    });
    let members = found.members.iter().map(|member| member_row(page, member));
    let next = found.members.last().filter(|_| found.more);
    let next = next.map(|last| {
        Address {
            after: last.id.clone(),
            who: String::new(),
            ..page.address.clone()
        }
        .link()
    });
    Item::Map(BTreeMap::from([
        ("yes".to_owned(), Item::text(grouped(found.yes))),
        ("no".to_owned(), Item::text(grouped(found.no))),
        ("unknown".to_owned(), Item::text(grouped(found.unknown))),
        ("total".to_owned(), Item::text(grouped(found.total))),
        ("yes_share".to_owned(), share(found.yes)),
        ("no_share".to_owned(), share(found.no)),
        ("unknown_share".to_owned(), share(found.unknown)),
        ("because".to_owned(), Item::List(because.collect())),
        (
            "columns".to_owned(),
            Item::List(
                found
                    .columns
                    .iter()
                    .map(|name| Item::text(name.as_str()))
                    .collect(),
            ),
        ),
        ("members".to_owned(), Item::List(members.collect())),
        ("next".to_owned(), Item::text(next.unwrap_or_default())),
    ]))
}

fn member_row(page: &Page, member: &Member) -> Item {
    let address = Address {
        who: member.id.clone(),
        ..page.address.clone()
    };
    let values = member.values.iter().map(|value| {
        Item::Map(BTreeMap::from([
            ("missing".to_owned(), Item::Bool(value.is_none())),
            (
                "text".to_owned(),
                Item::text(value.as_deref().unwrap_or_default()),
            ),
        ]))
    });
    Item::Map(BTreeMap::from([
        ("id".to_owned(), Item::text(member.id.as_str())),
        (
            "link".to_owned(),
            Item::text(format!("{}#why", address.link())),
        ),
        (
            "chosen".to_owned(),
            Item::Bool(member.id == page.address.who),
        ),
        ("values".to_owned(), Item::List(values.collect())),
    ]))
}

/// `1,234,567`, as both tongues group digits in a bank's papers.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A part of an address, percent-encoded.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
