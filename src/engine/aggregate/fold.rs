//! Folding batches of facts into one result a lane. Facts come by row and time
//! within a batch; batches come in order of time, or newest first for folds that
//! ask for it.

use super::facts::Batch;
use crate::base::kind::Kind;
use crate::engine::outcome::RunError;
use crate::engine::vector::Vector;
use crate::engine::window::{Moment, Spans};
use crate::language::typed::{AggregateFunction, Subfield};

/// One aggregate being gathered.
pub trait Fold<'a> {
    /// Takes the facts of a batch that count.
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError>;

    /// Takes the facts of a batch in the window of which the filter says no. Most have no use for them.
    fn pass_over(&mut self, _batch: &Batch<'a, '_>) {}

    /// Whether no further fact can change the result.
    fn is_full(&self) -> bool {
        false
    }

    /// The results; `presence` is where the window is known.
    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError>;
}

/// What a fold is made of.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'p> {
    /// Which function.
    pub function: AggregateFunction,
    /// What is taken of each fact.
    pub field: Option<Subfield>,
    /// Kind of what is taken; that of the result where nothing is.
    pub taken: &'p Kind,
    /// Kind of the result.
    pub kind: &'p Kind,
    /// Lanes.
    pub len: usize,
    /// Smallest and greatest key the field may have, if known.
    pub bounds: Option<(i64, i64)>,
    /// Now and the zone.
    pub moment: Moment<'p>,
}

impl Shape<'_> {
    /// Whether batches are wanted newest first.
    pub fn newest_first(self) -> bool {
        matches!(
            self.function,
            AggregateFunction::Last | AggregateFunction::Any | AggregateFunction::None
        )
    }
}

/// The fold of a function over the windows of the lanes.
pub fn fold<'a>(
    shape: Shape<'a>,
    spans: &Spans,
    moment: &Moment<'a>,
) -> Result<Box<dyn Fold<'a> + 'a>, RunError> {
    let field = || {
        shape
            .field
            .ok_or(RunError::Malformed("an aggregate lacks its field"))
    };
    Ok(match shape.function {
        AggregateFunction::Count | AggregateFunction::Any | AggregateFunction::None => {
            Box::new(super::count::Count::new(shape))
        }
        AggregateFunction::Sum | AggregateFunction::Avg => {
            Box::new(super::sum::Sum::new(shape, field()?))
        }
        AggregateFunction::Min | AggregateFunction::Max => {
            Box::new(super::extreme::Extreme::new(shape, field()?))
        }
        AggregateFunction::Decay(decay) => Box::new(super::decay::Decaying::new(shape, decay)),
        AggregateFunction::Distinct => Box::new(super::distinct::Distinct::new(shape, field()?)),
        AggregateFunction::First | AggregateFunction::Last => {
            Box::new(super::ends::Ends::new(shape, field()?))
        }
        AggregateFunction::Median
        | AggregateFunction::Stddev
        | AggregateFunction::Mode
        | AggregateFunction::Modes(_)
        | AggregateFunction::Gap
        | AggregateFunction::Series(_) => {
            Box::new(super::points::Points::new(shape, spans, moment))
        }
        AggregateFunction::Elapsed(_) => {
            return Err(RunError::Malformed(
                "an answer is not folded of single facts",
            ));
        }
        AggregateFunction::Share => Box::new(super::share::Share::new(shape)),
    })
}
