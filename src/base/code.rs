//! What is to be known of a diagnostic code: its sentence, why it exists, how to mend what
//! it tells of, and what raises it. Declared beside the codes; drawn in `manual`.

/// A code with its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Stable: a letter and three digits.
    pub code: &'static str,
    /// One line, lower case.
    pub meaning: &'static str,
    /// Why it is told: what two readers would take the text for, or what would go wrong.
    pub why: &'static str,
    /// What to do.
    pub mend: &'static str,
    /// What raises it.
    pub raised: Raised,
}

/// What raises a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raised {
    /// Items of a rule file, after those of the little bank of the manual.
    Rules(&'static str),
    /// A whole rule file.
    Alone(&'static str),
    /// The message template `hello.txt`, sent by a care plan of the little bank.
    Letter(&'static str),
    /// A `tamis.toml`.
    Settings(&'static str),
    /// What only a size, a file, a store or a server can bring about: the test that does.
    Test {
        /// Its file.
        file: &'static str,
        /// Its name.
        name: &'static str,
    },
    /// What no test brings about without breaking the system under it: in words.
    System(&'static str),
}

/// Declares codes with their pages:
/// `pages! { LIST  NAME "E101" "meaning" { why "…" mend "…" rules "…" } … }`.
macro_rules! pages {
    ($list:ident $($name:ident $code:literal $meaning:literal {
        why $why:literal
        mend $mend:literal
        $by:ident $($text:literal)+
    })*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*
        /// The pages of these codes, in the order of the codes.
        pub const $list: &[$crate::base::code::Page] = &[$($crate::base::code::Page {
            code: $code,
            meaning: $meaning,
            why: $why,
            mend: $mend,
            raised: $crate::base::code::raised!($by $($text)+),
        }),*];
    };
}

macro_rules! raised {
    (rules $text:literal) => {
        $crate::base::code::Raised::Rules($text)
    };
    (alone $text:literal) => {
        $crate::base::code::Raised::Alone($text)
    };
    (letter $text:literal) => {
        $crate::base::code::Raised::Letter($text)
    };
    (settings $text:literal) => {
        $crate::base::code::Raised::Settings($text)
    };
    (system $text:literal) => {
        $crate::base::code::Raised::System($text)
    };
    (test $file:literal $name:literal) => {
        $crate::base::code::Raised::Test {
            file: $file,
            name: $name,
        }
    };
}

pub(crate) use {pages, raised};
