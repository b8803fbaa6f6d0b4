//! Parameters of a query string and parts of a path, read as strictly as bodies. Ids and
//! names are brought to NFC, the form in which they are kept.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::refusal::{MALFORMED, Refusal, WRONG_FORM};
use crate::base::limit::{ID_BYTES_MAX, SERVER_NAME_BYTES_MAX};
use crate::base::text::nfc;

/// The parameters after `?`.
pub struct Parameters<T>(pub T);

/// The id of a customer as the path names it.
pub struct Id(pub String);

/// The name of a rule as the path names it.
pub struct Name(pub String);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        if !is_text(parts.uri.query().unwrap_or_default()) {
            return Err(
                Refusal::new(MALFORMED, "the parameters are not UTF-8 once unescaped")
                    .help("escapes must be UTF-8: %E5%AE%A2"),
            );
        }
        Query::try_from_uri(&parts.uri)
            .map(|Query(read)| Self(read))
            .map_err(|error| {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                let cause = cause.unwrap_or_else(|| error.to_string());
                Refusal::new(WRONG_FORM, format!("the parameters do not fit: {cause}"))
                    .help("/openapi.json has the parameters of each endpoint")
            })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        one(parts, state, ID_BYTES_MAX).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        one(parts, state, SERVER_NAME_BYTES_MAX).await.map(Self)
    }
}

/// Whether the escapes of a query string make UTF-8: what is no text would be read as another one.
fn is_text(query: &str) -> bool {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut bytes = Vec::with_capacity(query.len());
    let mut rest = query.as_bytes().iter();
    while let Some(byte) = rest.next() {
        let mut escape = rest.clone();
        match (*byte, digit(escape.next()), digit(escape.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = escape;
            }
            _ => bytes.push(*byte),
        }
    }
    std::str::from_utf8(&bytes).is_ok()
}

async fn one<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    bytes_max: usize,
) -> Result<String, Refusal> {
    let Path(text) = Path::<String>::from_request_parts(parts, state)
        .await
        .map_err(|_| {
            Refusal::new(MALFORMED, "the path cannot be read")
                .help("escapes in the path must be UTF-8: %E5%AE%A2")
        })?;
    // As ids and names are kept.
    let text = nfc(&text).into_owned();
    if text.is_empty() || text.len() > bytes_max {
        return Err(Refusal::new(
            WRONG_FORM,
            format!("a name in the path has 1 to {bytes_max} bytes"),
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_that_make_no_text_are_known() {
        for text in [
            "",
            "a=b&c=%E5%AE%A2",
            "a=%",
            "a=%2",
            "a=%zz",
            "a=%25FF",
            "客",
        ] {
            assert!(is_text(text), "{text}");
        }
        for text in ["a=%FF", "a=%E5%AE", "a=%ED%A0%80", "%c0%80"] {
            assert!(!is_text(text), "{text}");
        }
    }
}
