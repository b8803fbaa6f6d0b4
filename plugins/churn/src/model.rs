//! The score itself, for one customer: plain numbers in, named parts out.

/// What is known of one customer.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    /// Months since the first account.
    pub tenure: f64,
    /// After the last credit.
    pub balance: f64,
    /// Paid out in the last 30 days.
    pub outflow: f64,
    /// Paid out in the 30 days before.
    pub outflow_before: f64,
    /// Days since anything was paid out; `None` = never.
    pub silent_days: Option<f64>,
    /// Penalties within half a year.
    pub penalties: f64,
    /// Whether there is a loan.
    pub loan: bool,
}

/// How much each part counts.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// Of everyone.
    pub base: f64,
    /// Of one who came today; halves in half a year.
    pub new_customer: f64,
    /// Of one who no longer pays anything out.
    pub falling_outflow: f64,
    /// For each month without a payment, at most three.
    pub silent_month: f64,
    /// Of an empty account; falls with the logarithm of the balance.
    pub low_balance: f64,
    /// For each penalty, at most three.
    pub penalty: f64,
    /// Of one with a loan.
    pub loan: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            base: -2.4,
            new_customer: 0.9,
            falling_outflow: 1.6,
            silent_month: 0.7,
            low_balance: 1.1,
            penalty: 0.5,
            loan: -1.2,
        }
    }
}

/// Names of the parts, in their order.
pub const PARTS: [&str; 7] = [
    "base",
    "new customer",
    "falling outflow",
    "silence",
    "low balance",
    "penalties",
    "loan",
];

impl Weights {
    /// The parts; their sum is the log odds.
    pub fn parts(&self, customer: &Customer) -> [f64; 7] {
        let fall = if customer.outflow_before > 0.0 {
            (1.0 - customer.outflow / customer.outflow_before).clamp(0.0, 1.0)
        } else {
            0.0
        };
        // One who never paid anything out is as silent as can be.
        let silence = (customer.silent_days.unwrap_or(90.0) / 30.0).clamp(0.0, 3.0);
        let rich = (1.0 + customer.balance.max(0.0) / 1_000.0).ln() / 4.0;
        [
            self.base,
            self.new_customer * (-customer.tenure.max(0.0) / 8.656).exp(),
            self.falling_outflow * fall,
            self.silent_month * silence,
            self.low_balance * (1.0 - rich).clamp(0.0, 1.0),
            self.penalty * customer.penalties.clamp(0.0, 3.0),
            if customer.loan { self.loan } else { 0.0 },
        ]
    }

    /// The score, 0..1.
    pub fn score(&self, customer: &Customer) -> f64 {
        let sum: f64 = self.parts(customer).iter().sum();
        1.0 / (1.0 + (-sum).exp())
    }
}
