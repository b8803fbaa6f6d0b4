//! Why a customer of the audience does not enter.

/// Why a customer of the audience does not enter. The first that holds is given, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// In a step of the plan, or let in by the same occasion before.
    AlreadyIn,
    /// `once per`: entered not long ago.
    OncePer,
    /// `exclude` holds.
    Excluded,
    /// Whether `exclude` holds is unknown.
    ExcludeUnknown,
    /// Must not be contacted, or whether is unknown.
    DoNotContact,
    /// Has not agreed to be contacted, or whether is unknown.
    NoConsent,
    /// The plan sends mail and there is no address.
    NoAddress,
    /// `limit … per customer`: got as many messages as that.
    CustomerLimit,
    /// `limit … per day`: as many entered today.
    DayLimit,
    /// `expect`: more than expected; waits for an approval.
    ExpectationHeld,
}

impl Reason {
    /// All of them, in their order.
    pub const ALL: [Reason; 10] = [
        Reason::AlreadyIn,
        Reason::OncePer,
        Reason::Excluded,
        Reason::ExcludeUnknown,
        Reason::DoNotContact,
        Reason::NoConsent,
        Reason::NoAddress,
        Reason::CustomerLimit,
        Reason::DayLimit,
        Reason::ExpectationHeld,
    ];

    /// A stable word, for records and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Reason::AlreadyIn => "already_in",
            Reason::OncePer => "once_per",
            Reason::Excluded => "excluded",
            Reason::ExcludeUnknown => "exclude_unknown",
            Reason::DoNotContact => "do_not_contact",
            Reason::NoConsent => "no_consent",
            Reason::NoAddress => "no_address",
            Reason::CustomerLimit => "customer_limit",
            Reason::DayLimit => "day_limit",
            Reason::ExpectationHeld => "expectation_held",
        }
    }

    /// The reason of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}
