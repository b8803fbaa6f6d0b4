//! The keys of the one tree: a first byte that says what kind of thing it is, then
//! integers big-endian and of fixed width, so that keys sort as numbers do.

/// First byte of [`TALLY`].
pub const META: u8 = 0x00;
/// First byte of catalog entries: `02 entry:u32`.
pub const CATALOG: u8 = 0x02;
/// First byte of log blocks: `10 position:u64`.
pub const FACTS: u8 = 0x10;

/// The key of the tally.
pub const TALLY: &[u8] = &[META];

/// Key of the block whose first fact has that position.
pub fn facts(position: u64) -> Vec<u8> {
    numbered(FACTS, position)
}

/// Position in a block's key; `None` when it is no such key.
pub fn facts_position(key: &[u8]) -> Option<u64> {
    let (first, rest) = key.split_first()?;
    (*first == FACTS).then_some(())?;
    Some(u64::from_be_bytes(rest.try_into().ok()?))
}

/// Key of a catalog entry.
pub fn catalog(entry: u32) -> Vec<u8> {
    let mut key = vec![CATALOG];
    key.extend_from_slice(&entry.to_be_bytes());
    key
}

/// Entry number in a catalog key.
pub fn catalog_entry(key: &[u8]) -> Option<u32> {
    let (first, rest) = key.split_first()?;
    (*first == CATALOG).then_some(())?;
    Some(u32::from_be_bytes(rest.try_into().ok()?))
}

/// The ranges in which everything but blocks lies: from the first key on, below the second.
pub fn beside_facts() -> [(Vec<u8>, Vec<u8>); 2] {
    let end = vec![0xff; crate::base::limit::STORE_KEY_BYTES_MAX];
    [(vec![META], vec![FACTS]), (vec![FACTS + 1], end)]
}

fn numbered(kind: u8, number: u64) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(&number.to_be_bytes());
    key
}
