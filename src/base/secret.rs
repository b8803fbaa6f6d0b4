//! Hashes that an auditor can recompute with any tool, keys from the system's randomness,
//! comparison in constant time, and a holder that keeps secrets out of messages. Nothing
//! here is encryption, and nothing is fit for passwords that people choose.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// SHA-256 of the bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 over pieces, each preceded by its length as eight bytes, the lowest first: other
/// pieces never give the same bytes, however they are cut. Keys of stored things are made so.
pub fn sha256_of_pieces(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    }
    hash.finalize().into()
}

/// HMAC-SHA-256 (RFC 2104) over the pieces one after the other, as if they were one text.
pub fn hmac_sha256(key: &[u8], pieces: &[&[u8]]) -> [u8; 32] {
    // A key of any length is taken: longer than a block, it is hashed first.
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of every length");
    };
    for piece in pieces {
        code.update(piece);
    }
    code.finalize().into_bytes().into()
}

/// Whether the two are equal, in a time that tells nothing of where they differ. Their lengths
/// are no secret.
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// 256 random bits of the system; the error is its sentence.
pub fn random_key() -> Result<[u8; 32], String> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| format!("no randomness to be had: {error}"))?;
    Ok(key)
}

/// Two small hexadecimal digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// The bytes of hexadecimal digits; `None` if there is an odd one or another sign.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|sign| sign.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// A password or key. It is never shown: `Debug` tells only that it is there.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Holds the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; to be handed on, never to be shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // FIPS 180-4 and RFC 4231, case 2 and case 6.
        assert_eq!(
            hex(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hex(&hmac_sha256(
                b"Jefe",
                &[b"what do ya want ", b"for nothing?"]
            )),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac_sha256(
                &[0xaa; 131],
                &[b"Test Using Larger Than Block-Size Key - Hash Key First"]
            )),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn pieces_do_not_run_together() {
        assert_ne!(
            sha256_of_pieces(&[b"ab", b"c"]),
            sha256_of_pieces(&[b"a", b"bc"])
        );
        assert_ne!(sha256_of_pieces(&[b"ab"]), sha256_of_pieces(&[b"ab", b""]));
        // Stored keys hang on this value: it must never change.
        assert_eq!(
            sha256_of_pieces(&[b"ab"]),
            sha256(&[2, 0, 0, 0, 0, 0, 0, 0, b'a', b'b'])
        );
    }

    #[test]
    fn equal_compares_all_bytes_and_the_length() {
        assert!(equal(b"same", b"same"));
        assert!(!equal(b"same", b"sama"));
        assert!(!equal(b"same", b"same and more"));
        assert!(!equal(b"", b"x"));
    }

    #[test]
    fn keys_differ() {
        assert_ne!(random_key().unwrap(), random_key().unwrap());
    }

    #[test]
    fn hexadecimal_there_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&hex(&bytes)).unwrap(), bytes);
        assert_eq!(hex(&[0x0f, 0xa0]), "0fa0");
        assert_eq!(from_hex("0FA0"), Some(vec![0x0f, 0xa0]));
        assert_eq!(from_hex("0fa"), None);
        assert_eq!(from_hex("zz"), None);
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new("open sesame");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.reveal(), "open sesame");
    }
}
