//! Syntax → canonical text in either tongue; a typed expression → one line of it.
//! What is printed reads back as the same tree. Diagnostics are not drawn here.

mod call;
mod care;
mod expression;
mod followed;
mod item;
mod number;
mod report;
mod score;
mod sign;
mod test;
mod typed;
mod window;

#[cfg(test)]
pub(in crate::language) mod tests;

pub use expression::expression;
pub use item::item;
pub use number::unit_after;
pub use typed::{population, typed};

use super::syntax::{Name, Quoted};
use super::words::{self, Role, Tongue};

/// `(` or `（`.
fn open(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::English => "(",
        Tongue::Chinese => "（",
    }
}

/// `)` or `）`.
fn close(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::English => ")",
        Tongue::Chinese => "）",
    }
}

/// `, ` or `，`.
fn comma(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::English => ", ",
        Tongue::Chinese => "，",
    }
}

/// `: ` or `：`.
fn colon(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::English => ": ",
        Tongue::Chinese => "：",
    }
}

/// A text in its quotes.
fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn quoted(quoted: &Quoted) -> String {
    text(&quoted.text)
}

/// A name, in backticks or 【】 when it was.
fn name(name: &Name, tongue: Tongue) -> String {
    if !name.quoted {
        return name.text.clone();
    }
    let corners = match tongue {
        Tongue::English => name.text.contains('`'),
        Tongue::Chinese => !name.text.contains('】'),
    };
    if corners {
        format!("【{}】", name.text)
    } else {
        format!("`{}`", name.text)
    }
}

/// Whether a name can stand without quotes.
pub fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    starts
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_')
        && !words::is_reserved(text)
        && words::find(text, &[Role::Literal, Role::Since, Role::Compare]).is_none()
}
