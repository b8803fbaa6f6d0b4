//! The two tongues of the language. A file may mix them; printing takes one.

/// English or Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Tongue {
    /// `and`, `sum`, `last 90 days`
    #[default]
    English,
    /// `且`, `合计`, `近90天`
    Chinese,
}

impl Tongue {
    /// Both, English first.
    pub const BOTH: [Tongue; 2] = [Tongue::English, Tongue::Chinese];
}
