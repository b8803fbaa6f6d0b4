//! Checksums against silent damage, and 64-bit identities. Not against an adversary.

/// XXH3-64 of the bytes.
pub fn xxh3(bytes: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(bytes)
}

/// CRC-32 (IEEE) of the bytes.
pub fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// XXH3-64 over pieces: equal to [`xxh3`] of their concatenation.
#[derive(Default)]
pub struct Hasher(twox_hash::XxHash3_64);

impl Hasher {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// More bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        std::hash::Hasher::write(&mut self.0, bytes);
    }

    /// The checksum so far.
    pub fn finish(&self) -> u64 {
        std::hash::Hasher::finish(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hash_like_the_whole() {
        let mut hasher = Hasher::new();
        hasher.write(b"ta");
        hasher.write(b"mis");
        assert_eq!(hasher.finish(), xxh3(b"tamis"));
        // Stored data hangs on these values: they must never change.
        assert_eq!(xxh3(b""), 0x2d06_8005_38d3_94c2);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
