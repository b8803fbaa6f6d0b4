//! What the values of a column mean: physical type and annotation together.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// Decimal digits that fit an i128.
const DIGITS_MAX: i32 = 38;

/// The meaning of a stored value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// yes or no
    Bool,
    /// A whole number; stored unsigned where `unsigned`.
    Int {
        /// Of 32 or 64 bits without a sign.
        unsigned: bool,
    },
    /// `stored / 10^places`
    Decimal {
        /// Digits after the point.
        places: u32,
    },
    /// A float of 16, 32 or 64 bits.
    Float,
    /// A float of 16 bits in two bytes.
    Half,
    /// Text in UTF-8, or what should be.
    Text,
    /// Sixteen bytes, written with hyphens.
    Uuid,
    /// Days since 1970-01-01.
    Date,
    /// Time of day in so many parts of a second.
    Clock {
        /// Parts of a second.
        per_second: i64,
    },
    /// An instant in so many parts of a second since 1970, or a clock face without a zone.
    Time {
        /// Parts of a second.
        per_second: i64,
        /// Whether it is an instant.
        is_utc: bool,
    },
    /// Twelve bytes as older writers put instants: a clock face without a zone.
    OldTime,
}

impl Kind {
    /// `None`: the type has no value here.
    pub fn of(column: &ColumnDescriptor) -> Option<Self> {
        let physical = column.physical_type();
        if let Some(logical) = column.logical_type_ref() {
            return of_logical(logical, physical, column);
        }
        let places = u32::try_from(column.type_scale()).ok();
        Some(match column.converted_type() {
            ConvertedType::NONE => return of_physical(physical),
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Self::Text,
            ConvertedType::DECIMAL if column.type_precision() <= DIGITS_MAX => {
                Self::Decimal { places: places? }
            }
            ConvertedType::DATE => Self::Date,
            ConvertedType::TIME_MILLIS => Self::Clock { per_second: 1_000 },
            ConvertedType::TIME_MICROS => Self::Clock {
                per_second: 1_000_000,
            },
            ConvertedType::TIMESTAMP_MILLIS => Self::Time {
                per_second: 1_000,
                is_utc: true,
            },
            ConvertedType::TIMESTAMP_MICROS => Self::Time {
                per_second: 1_000_000,
                is_utc: true,
            },
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Self::Int { unsigned: true },
            ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64 => Self::Int { unsigned: false },
            _ => return None,
        })
    }
}

fn of_physical(physical: Type) -> Option<Kind> {
    Some(match physical {
        Type::BOOLEAN => Kind::Bool,
        Type::INT32 | Type::INT64 => Kind::Int { unsigned: false },
        Type::INT96 => Kind::OldTime,
        Type::FLOAT | Type::DOUBLE => Kind::Float,
        Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => Kind::Text,
    })
}

fn of_logical(logical: &LogicalType, physical: Type, column: &ColumnDescriptor) -> Option<Kind> {
    Some(match logical {
        LogicalType::String | LogicalType::Enum | LogicalType::Json => Kind::Text,
        LogicalType::Decimal(decimal) if column.type_precision() <= DIGITS_MAX => Kind::Decimal {
            places: u32::try_from(decimal.scale).ok()?,
        },
        LogicalType::Date => Kind::Date,
        LogicalType::Time(time) => Kind::Clock {
            per_second: parts(&time.unit)?,
        },
        LogicalType::Timestamp(time) => Kind::Time {
            per_second: parts(&time.unit)?,
            is_utc: time.is_adjusted_to_u_t_c,
        },
        LogicalType::Integer(int) => Kind::Int {
            unsigned: !int.is_signed,
        },
        LogicalType::Uuid => Kind::Uuid,
        LogicalType::Float16 => Kind::Half,
        // A column that holds nothing but nulls.
        LogicalType::Unknown => return of_physical(physical),
        _ => return None,
    })
}

fn parts(unit: &TimeUnit) -> Option<i64> {
    Some(match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    })
}
