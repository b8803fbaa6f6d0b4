//! The kinds a value may have.

use std::sync::Arc;

/// One value of a `one of (…)` kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumValue {
    /// The name that rules, stores and answers use.
    pub name: Arc<str>,
    /// A second name.
    pub label: Option<Arc<str>>,
}

/// The values of a `one of (…)` kind in declared order; a value is stored as its index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumKind {
    /// At most [`super::limit::ENUM_VALUES_MAX`].
    pub values: Vec<EnumValue>,
}

impl EnumKind {
    /// The index of the value with that name, else with that label.
    pub fn find(&self, word: &str) -> Option<u16> {
        let at = self
            .values
            .iter()
            .position(|value| &*value.name == word)
            .or_else(|| {
                self.values
                    .iter()
                    .position(|value| value.label.as_deref() == Some(word))
            })?;
        u16::try_from(at).ok()
    }

    /// The second name of the value with that index, if it has one.
    pub fn label(&self, code: u16) -> Option<&str> {
        self.values.get(code as usize)?.label.as_deref()
    }

    /// The name of the value with that index.
    pub fn name(&self, code: u16) -> Option<&str> {
        self.values.get(code as usize).map(|value| &*value.name)
    }

    /// Whether both list the same names in the same order, so that codes may be compared.
    pub fn same_values(&self, other: &Self) -> bool {
        self.values.len() == other.values.len()
            && self
                .values
                .iter()
                .zip(&other.values)
                .all(|(a, b)| a.name == b.name)
    }
}

/// What a field, an expression or a literal is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// yes or no
    Bool,
    /// 64-bit whole number
    Int,
    /// 64-bit float, never infinite and never NaN (those are missing)
    Number,
    /// fixed point, four places
    Money,
    /// NFC text
    Text,
    /// one of a declared list
    Enum(Arc<EnumKind>),
    /// a day of the calendar
    Date,
    /// an instant, whole seconds
    Time,
    /// a set of values of a scalar kind, sorted, without repeats
    Set(Arc<Kind>),
}

impl Kind {
    /// How the kind is called in English diagnostics.
    pub fn describe(&self) -> &'static str {
        match self {
            Kind::Bool => "yes or no",
            Kind::Int => "a whole number",
            Kind::Number => "a number",
            Kind::Money => "money",
            Kind::Text => "text",
            Kind::Enum(_) => "one of a list",
            Kind::Date => "a date",
            Kind::Time => "an instant",
            Kind::Set(_) => "a set",
        }
    }

    /// Whether arithmetic and order by size make sense.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Kind::Int | Kind::Number | Kind::Money)
    }
}
