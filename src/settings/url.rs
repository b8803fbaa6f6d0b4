//! The address of a receiver, as far as it must be judged before anything is connected:
//! protected or not, which host, which port.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// `https://host:port/path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// As written.
    pub text: String,
    /// Whether it is `https`.
    pub protected: bool,
    /// Small letters; an IPv6 address without its brackets.
    pub host: String,
    /// The port that is meant, also when none is written.
    pub port: u16,
}

impl fmt::Display for Url {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl Url {
    /// Reads it; the error is the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").ok_or("it has no `://`")?;
        let protected = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err("it is neither `https` nor `http`"),
        };
        if !text.chars().all(|sign| sign.is_ascii_graphic()) {
            return Err("it has spaces or signs that are not ASCII");
        }
        if text.contains('#') {
            return Err("it has a `#`");
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or(rest);
        if authority.contains(['@', '\\', '%']) {
            return Err("its host has `@`, `\\` or `%`");
        }
        let (host, port) = split_port(authority)?;
        let port = port.unwrap_or(if protected { 443 } else { 80 });
        let host = host_name(host)?;
        Ok(Self {
            text: text.to_owned(),
            protected,
            host,
            port,
        })
    }

    /// Whether the host is written as this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

/// `host:port`, `[v6]:port`.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    let number = |text: &str| -> Result<Option<u16>, &'static str> {
        text.parse()
            .ok()
            .filter(|port| *port > 0)
            .map(Some)
            .ok_or("its port is no number from 1 to 65535")
    };
    if let Some(inner) = authority.strip_prefix('[') {
        let (host, rest) = inner.split_once(']').ok_or("a `[` is not closed")?;
        host.parse::<Ipv6Addr>()
            .map_err(|_| "what stands in brackets is no IPv6 address")?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, number(port)?)),
            None if rest.is_empty() => Ok((host, None)),
            None => Err("something stands behind the `]`"),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Ok((host, number(port)?)),
        None => Ok((authority, None)),
    }
}

/// A name or an address as listed and compared.
pub fn host_name(host: &str) -> Result<String, &'static str> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let sound = !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|sign| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_')
        });
    // `0x7f.1` and `127.1` are addresses to some readers and names to others.
    let last_is_number = host.rsplit('.').next().is_some_and(|label| {
        label.chars().all(|sign| sign.is_ascii_digit()) || label.starts_with("0x")
    });
    if !sound || last_is_number {
        return Err("its host is neither a name nor an address");
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        let read = |text: &str| Url::parse(text).map(|url| (url.host, url.port, url.protected));
        assert_eq!(
            read("https://CRM.bank.example/a?b=c"),
            Ok(("crm.bank.example".to_owned(), 443, true))
        );
        assert_eq!(
            read("http://127.0.0.1:8080"),
            Ok(("127.0.0.1".to_owned(), 8080, false))
        );
        assert_eq!(read("https://[::1]:9/x"), Ok(("::1".to_owned(), 9, true)));
        assert_eq!(
            read("https://crm.bank.example.?x"),
            Ok(("crm.bank.example".to_owned(), 443, true))
        );
        assert!(Url::parse("http://localhost/").unwrap().is_loopback());
        assert!(Url::parse("http://[::1]/").unwrap().is_loopback());
        assert!(!Url::parse("http://10.0.0.1/").unwrap().is_loopback());
    }

    #[test]
    fn addresses_that_two_readers_might_read_differently_are_refused() {
        for text in [
            "crm.bank.example",
            "ftp://crm.bank.example",
            "https://",
            "https:///path",
            "https://user@crm.bank.example",
            "https://crm.bank.example\\@evil.example/",
            "https://crm.bank.example#@evil.example/",
            "https://crm%2ebank.example/",
            "https://0x7f.0.0.1/",
            "https://2130706433/",
            "https://127.1/",
            "https://a b/",
            "https://crm..example/",
            "https://[::1/",
            "https://[::1]x/",
            "https://[zz]/",
            "https://crm.bank.example:0/",
            "https://crm.bank.example:99999/",
            "https://银行.example/",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }
}
