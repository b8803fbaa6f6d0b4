//! Calls, and the forms that place a customer among others, as written.

use super::{Expr, Name, Window};
use crate::base::calendar::Unit;
use crate::base::decimal::Decimal;

/// The tag of the argument that is a half-life, unquoted: no written tag has a hyphen.
pub const HALF_LIFE_TAG: &str = "half-life";

/// `name(tag: argument, … where C by U among F per A ties by id, window)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function or aggregate; canonical English when it is a word of the table.
    pub name: Name,
    /// Arguments in order, windows excluded.
    pub arguments: Vec<Expr>,
    /// `a:` before an argument; as many as there are arguments.
    pub tags: Vec<Option<Name>>,
    /// `where C` inside the brackets.
    pub filter: Option<Box<Expr>>,
    /// `by day`
    pub by: Option<Unit>,
    /// `among F`
    pub among: Option<Box<Expr>>,
    /// `per A`, `per (A, B)`
    pub per: Vec<Expr>,
    /// `ties by id`
    pub ties_by_id: bool,
    /// The last argument when it is a window.
    pub window: Option<Box<Window>>,
}

impl Call {
    /// A call of plain arguments.
    pub fn plain(name: Name, arguments: Vec<Expr>) -> Self {
        Self {
            name,
            tags: vec![None; arguments.len()],
            arguments,
            filter: None,
            by: None,
            among: None,
            per: Vec::new(),
            ties_by_id: false,
            window: None,
        }
    }

    /// Whether it says among whom, in which groups or how ties stand.
    pub fn places(&self) -> bool {
        self.among.is_some() || !self.per.is_empty() || self.ties_by_id
    }
}

/// `top 10% by x among F per A ties by id`, `bottom 100 by x`.
#[derive(Clone, Debug, PartialEq)]
pub struct Top {
    /// `bottom`: the smallest values.
    pub bottom: bool,
    /// How many, or which part of all.
    pub count: Decimal,
    /// Whether `count` is a part of all, written with `%` (`10%` is 0.1).
    pub share: bool,
    /// By what.
    pub by: Box<Expr>,
    /// `among F`
    pub among: Option<Box<Expr>>,
    /// `per A`, `per (A, B)`
    pub per: Vec<Expr>,
    /// `ties by id`
    pub ties_by_id: bool,
}
