//! Parts of `and` and `or` in the order in which the fewest rows meet the dearest
//! tests: cheap and deciding first.

use super::builder::Builder;
use super::operation::{Op, Operation, Plan, Slot};
use super::rewrite::rewrite;
use super::statistics::Statistics;

/// The plan with its `and` and `or` ordered; equals stay as written.
#[must_use]
pub fn order(plan: Plan, statistics: &Statistics) -> Plan {
    rewrite(plan, statistics, &|builder, operation| {
        let Operation {
            op, kind, label, ..
        } = operation;
        let op = match op {
            Op::And(list) => Op::And(ordered(builder, list, |yes| 1.0 - yes)),
            Op::Or(list) => Op::Or(ordered(builder, list, |yes| yes)),
            other => other,
        };
        builder.push(op, kind, || label)
    })
}

/// By cost for each row decided; `decided` = the share of rows after which the rest need not be asked.
fn ordered(builder: &Builder, mut list: Vec<Slot>, decided: impl Fn(f64) -> f64) -> Vec<Slot> {
    let price = |slot: &Slot| {
        let estimate = builder.estimate(*slot);
        estimate.cost / decided(estimate.yes).max(0.001)
    };
    list.sort_by(|a, b| price(a).total_cmp(&price(b)));
    list
}
