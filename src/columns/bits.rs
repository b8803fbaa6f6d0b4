//! Bit sets over rows as words of 64, lowest bit first. Bits past the end are zero.

/// A fixed number of bits.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Bits {
    /// `len.div_ceil(64)` words.
    pub words: Vec<u64>,
    /// How many bits.
    pub len: usize,
}
