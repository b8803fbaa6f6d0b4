//! Operations that give values of any kind.

use std::rc::Rc;

use super::Evaluator;
use super::condition::address;
use crate::engine::function::{self, Call};
use crate::engine::outcome::RunError;
use crate::engine::vector::Vector;
use crate::engine::{arithmetic, choose, dates, words};
use crate::plan::operation::{Op, Operation, Slot};

impl<'b> Evaluator<'b> {
    pub(super) fn value(&mut self, operation: &'b Operation) -> Result<Vector<'b>, RunError> {
        let (kind, len, zone) = (&operation.kind, self.len, self.run.moment.zone);
        match &operation.op {
            Op::Default(first, fallback) => self.default(operation, *first, *fallback),
            Op::If(condition, then, otherwise) => {
                self.case(operation, &[(*condition, *then)], Some(*otherwise))
            }
            Op::Case(arms, otherwise) => self.case(operation, arms, *otherwise),
            Op::Arithmetic(op, left, right) => {
                let (left, right) = (self.with_kind(*left)?, self.with_kind(*right)?);
                arithmetic::arithmetic(*op, (&left.0, left.1), (&right.0, right.1), len)
            }
            Op::Negate(of) => {
                let of = self.slot(*of)?;
                arithmetic::negate(&of, kind, len)
            }
            Op::Convert(of) => {
                let (of, from) = self.with_kind(*of)?;
                arithmetic::convert(&of, from, kind, zone, len)
            }
            Op::DateAdd { base, count, unit } => {
                let (base, from) = self.with_kind(*base)?;
                dates::add(&base, from, *count, *unit, zone, len)
            }
            Op::DaysBetween(left, right) => {
                let (left, right) = (self.with_kind(*left)?, self.with_kind(*right)?);
                dates::days_between((&left.0, left.1), (&right.0, right.1), zone, len)
            }
            Op::Since(unit, from) => {
                let (from, of) = self.with_kind(*from)?;
                dates::since(*unit, &from, of, &self.run.moment, len)
            }
            Op::CountYes(list) => {
                let mut counts = vec![0; len];
                for slot in list {
                    let condition = self.slot(*slot)?;
                    for lane in words::positions(&condition.truth()?.yes) {
                        if let Some(count) = counts.get_mut(lane) {
                            *count += 1;
                        }
                    }
                }
                Ok(Vector::keys(counts, None))
            }
            Op::Call(function, list) => {
                let mut arguments = Vec::with_capacity(list.len());
                for slot in list {
                    arguments.push(self.with_kind(*slot)?);
                }
                let call = Call {
                    function: *function,
                    kind,
                    moment: &self.run.moment,
                    cache: &self.run.cache,
                    operation: address(operation),
                    len,
                };
                function::call(&call, &arguments)
            }
            _ => Err(RunError::Malformed("not a value")),
        }
    }

    /// The fallback is worked out only in blocks where somebody lacks the value.
    fn default(
        &mut self,
        operation: &Operation,
        first: Slot,
        fallback: Slot,
    ) -> Result<Vector<'b>, RunError> {
        let first = self.slot(first)?;
        let Some(present) = first.presence().map(std::borrow::Cow::into_owned) else {
            return Ok((*first).clone());
        };
        let absent = words::not(&present, self.len);
        let fallback = self.slot(fallback)?;
        let parts = [(present, &*first), (absent, &*fallback)];
        choose::select(&operation.kind, &parts, self.len)
    }

    /// First yes wins; lanes whose condition is unknown before any yes are lost to missing.
    fn case(
        &mut self,
        operation: &Operation,
        arms: &[(Slot, Slot)],
        otherwise: Option<Slot>,
    ) -> Result<Vector<'b>, RunError> {
        let len = self.len;
        let mut open = words::all(len);
        let mut taken: Vec<(Vec<u64>, Rc<Vector<'b>>)> = Vec::new();
        for (condition, value) in arms {
            if words::is_none(&open) {
                break;
            }
            let condition = self.slot(*condition)?;
            let truth = condition.truth()?;
            let mask = words::and(&open, &truth.yes);
            if !words::is_none(&mask) {
                taken.push((mask, self.slot(*value)?));
            }
            open = choose::remaining(&open, truth, len);
        }
        if let Some(otherwise) = otherwise
            && !words::is_none(&open)
        {
            taken.push((open, self.slot(otherwise)?));
        }
        let parts: Vec<(Vec<u64>, &Vector<'b>)> = taken
            .iter()
            .map(|(mask, vector)| (mask.clone(), &**vector))
            .collect();
        choose::select(&operation.kind, &parts, len)
    }
}
