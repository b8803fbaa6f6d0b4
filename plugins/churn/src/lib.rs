//! How likely a customer of the bundled bank is to leave. The score is in `model`; here
//! are the settings, the columns and the parts that `tamis why` shows.

mod model;

use model::{Customer, PARTS, Weights};
use tamis_plugin::{
    Batch, Column, Explanation, Fault, Input, Kind, Link, Scorer, Settings, Signature,
};

struct Churn {
    weights: Weights,
}

const fn input(name: &'static str, kind: Kind, optional: bool) -> Input {
    Input {
        name,
        kind,
        optional,
    }
}

/// The customers of a batch, in order.
fn customers(batch: &Batch) -> Result<impl Iterator<Item = Customer> + '_, Fault> {
    let (tenure, balance) = (batch.column(0)?, batch.column(1)?);
    let (outflow, outflow_before) = (batch.column(2)?, batch.column(3)?);
    let (silent_days, penalties, loan) = (batch.column(4)?, batch.column(5)?, batch.column(6)?);
    // What the function cannot do without is always there.
    Ok((0..batch.rows).map(move |row| Customer {
        tenure: tenure.number(row).unwrap_or(0.0),
        balance: balance.number(row).unwrap_or(0.0),
        outflow: outflow.number(row).unwrap_or(0.0),
        outflow_before: outflow_before.number(row).unwrap_or(0.0),
        silent_days: silent_days.number(row),
        penalties: penalties.number(row).unwrap_or(0.0),
        loan: loan.flag(row).unwrap_or(false),
    }))
}

impl Scorer for Churn {
    const FUNCTIONS: &'static [Signature] = &[Signature {
        name: "risk",
        inputs: &[
            input("tenure", Kind::Int, false),
            input("balance", Kind::Number, false),
            input("outflow", Kind::Number, false),
            input("outflow_before", Kind::Number, false),
            input("silent_days", Kind::Int, true),
            input("penalties", Kind::Int, false),
            input("loan", Kind::Flag, false),
        ],
        output: Kind::Number,
    }];

    fn open(settings: &Settings) -> Result<Self, Fault> {
        let usual = Weights::default();
        Ok(Self {
            weights: Weights {
                base: settings.number("base", usual.base)?,
                new_customer: settings.number("new_customer", usual.new_customer)?,
                falling_outflow: settings.number("falling_outflow", usual.falling_outflow)?,
                silent_month: settings.number("silent_month", usual.silent_month)?,
                low_balance: settings.number("low_balance", usual.low_balance)?,
                penalty: settings.number("penalty", usual.penalty)?,
                loan: settings.number("loan", usual.loan)?,
            },
        })
    }

    fn score(&self, _function: usize, batch: &Batch) -> Result<Column, Fault> {
        let scores = customers(batch)?.map(|customer| Some(self.weights.score(&customer)));
        Ok(Column::numbers(scores))
    }

    fn explain(&self, _function: usize, batch: &Batch) -> Result<Explanation, Fault> {
        let mut parts = PARTS.map(|name| (name.to_string(), Vec::with_capacity(batch.rows)));
        for customer in customers(batch)? {
            for ((_, values), part) in parts.iter_mut().zip(self.weights.parts(&customer)) {
                values.push(part);
            }
        }
        Ok(Explanation {
            parts: parts.into(),
            link: Link::Logistic,
        })
    }
}

tamis_plugin::export!(Churn);
