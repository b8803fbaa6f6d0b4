//! Operations that give yes, no or unknown.

use std::rc::Rc;

use super::Evaluator;
use crate::base::pattern::Pattern;
use crate::engine::logic::{self, Junction};
use crate::engine::membership::{self, Choice, End};
use crate::engine::outcome::RunError;
use crate::engine::vector::{Truth, Vector};
use crate::engine::{compare, set, text, window, words};
use crate::plan::operation::{ChoiceOp, Op, Operation, Slot};

/// The name of an operation in the cache: the plan outlives the run.
pub(super) fn address(operation: &Operation) -> usize {
    std::ptr::from_ref(operation).addr()
}

impl<'b> Evaluator<'b> {
    pub(super) fn condition(&mut self, operation: &'b Operation) -> Result<Truth, RunError> {
        let len = self.len;
        match &operation.op {
            Op::Not(of) => Ok(self.slot(*of)?.truth()?.negated(len)),
            Op::And(list) => self.junction(false, list),
            Op::Or(list) => self.junction(true, list),
            Op::AtLeast(count, list) => {
                let children: Vec<Rc<Vector<'b>>> = list
                    .iter()
                    .map(|slot| self.slot(*slot))
                    .collect::<Result<_, _>>()?;
                let truths: Vec<&Truth> = children
                    .iter()
                    .map(|child| child.truth())
                    .collect::<Result<_, _>>()?;
                Ok(logic::at_least(*count, &truths, len))
            }
            Op::Compare(op, left, right) => {
                let (left, kind) = self.with_kind(*left)?;
                let right = self.slot(*right)?;
                let cache = &self.run.cache;
                compare::vectors(*op, kind, &left, &right, len, cache, address(operation))
            }
            Op::IsMissing { value, negated } => {
                let value = self.slot(*value)?;
                let present = match value.presence() {
                    Some(present) => present.into_owned(),
                    None => words::all(len),
                };
                Ok(Truth::of(present, None).turned(!negated, len))
            }
            Op::Between { .. } | Op::In { .. } | Op::InWindow { .. } => self.range(operation),
            _ => self.text_condition(operation),
        }
    }

    /// Children in plan order; those that can change nothing in this block are left out.
    fn junction(&mut self, or: bool, list: &[Slot]) -> Result<Truth, RunError> {
        let mut junction = Junction::new(or, self.len);
        for slot in list {
            if junction.is_settled() {
                break;
            }
            junction.take(self.slot(*slot)?.truth()?);
        }
        Ok(junction.finish())
    }

    fn range(&mut self, operation: &'b Operation) -> Result<Truth, RunError> {
        let len = self.len;
        match &operation.op {
            Op::Between {
                value,
                low,
                low_included,
                high,
                high_included,
                negated,
            } => {
                let (value, kind) = self.with_kind(*value)?;
                let (low, high) = (self.slot(*low)?, self.slot(*high)?);
                let low = End {
                    at: &low,
                    included: *low_included,
                };
                let high = End {
                    at: &high,
                    included: *high_included,
                };
                let cache = &self.run.cache;
                let place = address(operation);
                let truth = membership::between(kind, &value, &low, &high, len, cache, place)?;
                Ok(truth.turned(*negated, len))
            }
            Op::In {
                value,
                choices,
                negated,
            } => {
                let (value, kind) = self.with_kind(*value)?;
                let choices = self.choices(choices)?;
                let cache = &self.run.cache;
                let place = address(operation);
                let truth = membership::is_in(kind, &value, &choices, len, cache, place)?;
                Ok(truth.turned(*negated, len))
            }
            Op::InWindow {
                value,
                window,
                negated,
            } => {
                let (value, kind) = self.with_kind(*value)?;
                let spans = self.spans(window)?;
                let truth = window::holds(&value, kind, &spans, &self.run.moment, len)?;
                Ok(truth.turned(*negated, len))
            }
            _ => Err(RunError::Malformed("not a membership")),
        }
    }

    fn choices(&mut self, choices: &[ChoiceOp]) -> Result<Vec<Choice<'b>>, RunError> {
        let mut ready = Vec::with_capacity(choices.len());
        for choice in choices {
            ready.push(match choice {
                ChoiceOp::One(slot) => Choice::One(self.slot(*slot)?),
                ChoiceOp::Range {
                    low,
                    high,
                    high_included,
                } => Choice::Range {
                    low: low.map(|slot| self.slot(slot)).transpose()?,
                    high: high.map(|slot| self.slot(slot)).transpose()?,
                    high_included: *high_included,
                },
            });
        }
        Ok(ready)
    }

    fn text_condition(&mut self, operation: &'b Operation) -> Result<Truth, RunError> {
        let (len, place) = (self.len, address(operation));
        match &operation.op {
            Op::TextTest {
                op,
                folded,
                value,
                pattern,
            } => {
                let (value, pattern) = (self.slot(*value)?, self.slot(*pattern)?);
                let cache = &self.run.cache;
                let (value, pattern) = (value.texts()?, pattern.texts()?);
                Ok(text::text_test(
                    *op, *folded, value, pattern, len, cache, place,
                ))
            }
            Op::Matches {
                folded,
                value,
                pattern,
            } => {
                let value = self.slot(*value)?;
                let cache = &self.run.cache;
                let pattern = cache.pattern(place, || {
                    Pattern::new(pattern, *folded)
                        .map_err(|_| RunError::Malformed("a pattern that does not compile"))
                })?;
                Ok(text::test(value.texts()?, len, cache, place, |text| {
                    pattern.is_match(text)
                }))
            }
            Op::SetContains {
                folded,
                set,
                member,
            } => {
                let (set, set_kind) = self.with_kind(*set)?;
                let (member, member_kind) = self.with_kind(*member)?;
                let kinds = (set_kind, member_kind);
                let cache = &self.run.cache;
                Ok(set::contains(
                    *folded, &set, &member, kinds, len, cache, place,
                ))
            }
            _ => Err(RunError::Malformed("not a condition")),
        }
    }
}
