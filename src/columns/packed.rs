//! Values of one kind in the narrowest width that holds them, with presence.
//! Everything but numbers and sets is a 64-bit key: Bool 0/1, Int, Money in
//! ten-thousandths, Enum code, Date days, Time seconds, Text dictionary code.

use super::bits::Bits;

/// A run of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// Which values are present; `None` = all.
    pub presence: Option<Bits>,
    /// The values; an absent place holds `base` (or 0.0, or an empty set).
    pub values: Values,
    /// Smallest and greatest present key (not for `F64` and sets); `None` when nothing is present.
    pub bounds: Option<(i64, i64)>,
}

/// The narrowest layout. `U8`, `U16`, `U32` hold `key - base`.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Every key is `base`; `len` of them.
    Constant {
        /// The key.
        base: i64,
        /// How many.
        len: usize,
    },
    /// 8 bits
    U8 {
        /// Added to each.
        base: i64,
        /// key - base
        values: Vec<u8>,
    },
    /// 16 bits
    U16 {
        /// Added to each.
        base: i64,
        /// key - base
        values: Vec<u16>,
    },
    /// 32 bits
    U32 {
        /// Added to each.
        base: i64,
        /// key - base
        values: Vec<u32>,
    },
    /// 64 bits
    I64 {
        /// key
        values: Vec<i64>,
    },
    /// numbers
    F64 {
        /// as they are
        values: Vec<f64>,
    },
    /// Sets of at most 64 different members over the column: bit = member's dictionary code.
    Masks {
        /// one word a row
        values: Vec<u64>,
    },
    /// Sets of more members: sorted dictionary codes of row i at `offsets[i]..offsets[i+1]`.
    Lists {
        /// one more than rows
        offsets: Vec<u32>,
        /// codes
        codes: Vec<u32>,
    },
}
