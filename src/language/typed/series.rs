//! What is made of facts taken together by units of the calendar, or by runs of
//! dates: which form, and what is measured in each unit. Aggregates over all facts
//! at once are one level up.

use super::AggregateFunction;
use crate::base::calendar::Unit;

/// What is told of the facts unit by unit. Units are days or longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Series {
    /// `count(login by day)`: in how many units there is a fact, Int; of nothing 0.
    Units(Unit),
    /// `streak(login by day)`: the longest run of units with a fact, Int; of nothing 0.
    Streak(Unit),
    /// `peak(count(withdrawal), 7 days)`: the greatest measure of any run of so many dates in which a fact
    /// lies; the measure is a count or a sum, of nothing 0.
    Peak {
        /// Count or Sum.
        of: FactMeasure,
        /// Dates of a run, at least 1.
        dates: u16,
    },
    /// `trend(sum(purchase.amount) by month, W)`: the slope of the line of least squares through the complete
    /// units of the window that have a value, per unit. Number, Money of money; below two points missing.
    Trend {
        /// What is measured in each unit.
        of: FactMeasure,
        /// By what.
        unit: Unit,
    },
    /// `rising(sum(purchase.amount) by month, W)`: whether every complete unit of the window has more than the
    /// one before it, Bool; unknown where a unit has no value and below two units.
    Rising {
        /// What is measured in each unit.
        of: FactMeasure,
        /// By what.
        unit: Unit,
    },
    /// The same downwards.
    Falling {
        /// What is measured in each unit.
        of: FactMeasure,
        /// By what.
        unit: Unit,
    },
}

/// What is measured in each unit: an aggregate that gives a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactMeasure {
    /// Facts.
    Count,
    /// Of a field; of nothing 0.
    Sum,
    /// Of a field; of nothing missing.
    Avg,
    /// Of a field; of nothing missing.
    Min,
    /// Of a field; of nothing missing.
    Max,
    /// Different values of a field; of nothing 0.
    Distinct,
    /// Of a field; of nothing missing.
    Median,
    /// Of a field; below two values missing.
    Stddev,
}

impl FactMeasure {
    /// Every measure.
    pub const ALL: [Self; 8] = [
        Self::Count,
        Self::Sum,
        Self::Avg,
        Self::Min,
        Self::Max,
        Self::Distinct,
        Self::Median,
        Self::Stddev,
    ];

    /// The measure that is this aggregate, if one is.
    pub fn of(function: AggregateFunction) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|measure| measure.function() == function)
    }

    /// The aggregate that it is.
    pub const fn function(self) -> AggregateFunction {
        match self {
            Self::Count => AggregateFunction::Count,
            Self::Sum => AggregateFunction::Sum,
            Self::Avg => AggregateFunction::Avg,
            Self::Min => AggregateFunction::Min,
            Self::Max => AggregateFunction::Max,
            Self::Distinct => AggregateFunction::Distinct,
            Self::Median => AggregateFunction::Median,
            Self::Stddev => AggregateFunction::Stddev,
        }
    }

    /// Whether a unit without facts has the value 0 and not none.
    pub const fn counts_nothing(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Distinct)
    }
}

impl AggregateFunction {
    /// Whether it looks at units of which the window holds every date and which are over.
    pub const fn reads_complete_units(self) -> bool {
        matches!(
            self,
            Self::Series(Series::Trend { .. } | Series::Rising { .. } | Series::Falling { .. })
        )
    }
}

impl Series {
    /// What is measured, where something is.
    pub const fn measure(self) -> Option<FactMeasure> {
        match self {
            Self::Units(_) | Self::Streak(_) => None,
            Self::Peak { of, .. }
            | Self::Trend { of, .. }
            | Self::Rising { of, .. }
            | Self::Falling { of, .. } => Some(of),
        }
    }
}
