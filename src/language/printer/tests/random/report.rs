//! Random reports that the parser can make.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{expression, name, quoted};
use crate::base::calendar::Unit;
use crate::base::span::Span;
use crate::language::syntax::report::{Over, Report, ReportColumn};
use crate::language::syntax::*;

fn column(named: impl Strategy<Value = Option<Name>>) -> impl Strategy<Value = ReportColumn> {
    (named, option::of(quoted()), expression()).prop_map(|(name, label, value)| ReportColumn {
        label: label.filter(|_| name.is_some()),
        name,
        value,
        period: None,
        span: Span::default(),
    })
}

/// A report.
pub fn report() -> impl Strategy<Value = ItemNode> {
    let over = prop_oneof![name().prop_map(Over::Facts), name().prop_map(Over::Source)];
    let period = option::of(select(vec![
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ]));
    let group = (column(option::of(name())), period)
        .prop_map(|(column, period)| ReportColumn { period, ..column });
    let measure = prop_oneof![2 => column(name().prop_map(Some)), 1 => column(Just(None))];
    (
        option::of(over),
        option::of(expression()),
        vec(group, 0..3),
        vec(measure, 1..4),
        vec((expression(), any::<bool>()), 0..3),
        option::of(1i64..1_000),
    )
        .prop_map(|(over, filter, groups, measures, order, top)| {
            ItemNode::Report(Box::new(Report {
                over,
                filter,
                groups,
                measures,
                order,
                top,
            }))
        })
}
