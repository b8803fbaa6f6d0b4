//! How one attempt to hand a message over ended, before anything is concluded from it.

/// The end of one attempt. Reasons hold no address of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The receiver took it.
    Taken,
    /// The receiver will never take it: the address or the message is refused.
    Refused(String),
    /// It cannot be sent at all: nothing was tried, or trying again would end the same way.
    Impossible(String),
    /// It surely was not taken; another time may be better.
    Later {
        /// Why.
        reason: String,
        /// Seconds after which the receiver wants to be asked again.
        after_seconds: Option<u64>,
    },
    /// It was handed over and nobody knows whether it was taken.
    Doubtful(String),
}

impl Outcome {
    /// It surely was not taken, and the receiver names no time.
    pub(super) fn later(reason: impl Into<String>) -> Self {
        Outcome::Later {
            reason: reason.into(),
            after_seconds: None,
        }
    }
}
