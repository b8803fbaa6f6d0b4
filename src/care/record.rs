//! What care keeps in the store: keys that follow from what they name, and values in a written-down
//! layout. `docs/STORE.md` draws them. What they mean together is in [`super::state`].

use serde::{Deserialize, Serialize};

use super::outbox::{OutboxEntry, OutboxKey};
use crate::base::secret::sha256_of_pieces;
use crate::store::{Record, Shelf};

/// First byte of a value.
const LAYOUT: u8 = 1;

/// A plan by a hash of its first name, so that keys stay short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanKey(pub u64);

impl PlanKey {
    /// The key of the plan of that first name.
    pub fn of(name: &str) -> Self {
        Self(short_hash(name))
    }
}

/// The first eight bytes of a hash.
pub fn short_hash(text: &str) -> u64 {
    let hash = sha256_of_pieces(&[text.as_bytes()]);
    u64::from_be_bytes(hash.first_chunk::<8>().copied().unwrap_or_default())
}

/// Names one record. Instants are seconds since 1970, UTC; rows those of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A message that went or will go to a customer.
    Contact {
        /// Whom.
        row: u32,
        /// When.
        at: i64,
        /// Which.
        message: OutboxKey,
    },
    /// One entry of a customer into a plan.
    Enrolment {
        /// Who.
        row: u32,
        /// Which plan.
        plan: PlanKey,
        /// When.
        entered_at: i64,
    },
    /// A customer's event is dated ahead; a plan waits for it.
    Awaited {
        /// Who.
        row: u32,
        /// Which plan.
        plan: PlanKey,
        /// When it happens.
        at: i64,
    },
    /// A customer waits for an approval.
    Hold {
        /// Who.
        row: u32,
        /// Of which plan.
        plan: PlanKey,
    },
    /// A mark on a customer.
    Tag {
        /// Whom.
        row: u32,
        /// Hash of the mark.
        tag: u64,
    },
    /// Work for a person.
    Task {
        /// About whom.
        row: u32,
        /// Which.
        key: OutboxKey,
    },
    /// What is known of a plan.
    Plan(PlanKey),
    /// Who was suppressed by a plan on one date, counted.
    Tally {
        /// Which plan.
        plan: PlanKey,
        /// Days since 1970 in the business zone.
        date: i32,
    },
    /// Up to which log position events were looked at for a plan that waits for them.
    Position(PlanKey),
    /// A message.
    Message(OutboxKey),
}

impl Key {
    /// The shelf that holds it, and its bytes.
    pub fn place(&self) -> (Shelf, Vec<u8>) {
        let mut bytes = Bytes::default();
        match self {
            Key::Contact { row, at, message } => {
                bytes.letter(b'c').row(*row).instant(*at).key(*message);
            }
            Key::Enrolment {
                row,
                plan,
                entered_at,
            } => {
                bytes
                    .letter(b'e')
                    .row(*row)
                    .number(plan.0)
                    .instant(*entered_at);
            }
            Key::Awaited { row, plan, at } => {
                bytes.letter(b'a').row(*row).number(plan.0).instant(*at);
            }
            Key::Hold { row, plan } => {
                bytes.letter(b'h').row(*row).number(plan.0);
            }
            Key::Tag { row, tag } => {
                bytes.letter(b'g').row(*row).number(*tag);
            }
            Key::Task { row, key } => {
                bytes.letter(b't').row(*row).key(*key);
            }
            Key::Plan(plan) => {
                bytes.letter(b'p').number(plan.0);
                return (Shelf::Due, bytes.0);
            }
            Key::Tally { plan, date } => {
                bytes.letter(b'n').number(plan.0).instant(i64::from(*date));
                return (Shelf::Due, bytes.0);
            }
            Key::Position(plan) => {
                bytes.letter(b'q').number(plan.0);
                return (Shelf::Due, bytes.0);
            }
            Key::Message(key) => return (Shelf::Outbox, key.0.to_vec()),
        }
        (Shelf::Customer, bytes.0)
    }

    /// Reads a place; `None` when the key is not care's.
    pub fn read(shelf: Shelf, bytes: &[u8]) -> Option<Self> {
        if shelf == Shelf::Outbox {
            return bytes
                .try_into()
                .ok()
                .map(|key| Key::Message(OutboxKey(key)));
        }
        let (letter, rest) = bytes.split_first()?;
        let mut rest = Rest(rest);
        let key = match (shelf, letter) {
            (Shelf::Customer, b'c') => Key::Contact {
                row: rest.row()?,
                at: rest.instant()?,
                message: rest.key()?,
            },
            (Shelf::Customer, b'e') => Key::Enrolment {
                row: rest.row()?,
                plan: PlanKey(rest.number()?),
                entered_at: rest.instant()?,
            },
            (Shelf::Customer, b'a') => Key::Awaited {
                row: rest.row()?,
                plan: PlanKey(rest.number()?),
                at: rest.instant()?,
            },
            (Shelf::Customer, b'h') => Key::Hold {
                row: rest.row()?,
                plan: PlanKey(rest.number()?),
            },
            (Shelf::Customer, b'g') => Key::Tag {
                row: rest.row()?,
                tag: rest.number()?,
            },
            (Shelf::Customer, b't') => Key::Task {
                row: rest.row()?,
                key: rest.key()?,
            },
            (Shelf::Due, b'p') => Key::Plan(PlanKey(rest.number()?)),
            (Shelf::Due, b'n') => Key::Tally {
                plan: PlanKey(rest.number()?),
                date: i32::try_from(rest.instant()?).ok()?,
            },
            (Shelf::Due, b'q') => Key::Position(PlanKey(rest.number()?)),
            _ => return None,
        };
        rest.0.is_empty().then_some(key)
    }
}

/// Turns the sign, so that bytes sort as numbers do.
const SIGN: u64 = 1 << 63;

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn letter(&mut self, letter: u8) -> &mut Self {
        self.0.push(letter);
        self
    }

    fn row(&mut self, row: u32) -> &mut Self {
        self.0.extend_from_slice(&row.to_be_bytes());
        self
    }

    fn number(&mut self, number: u64) -> &mut Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    fn instant(&mut self, at: i64) -> &mut Self {
        self.number(at.cast_unsigned() ^ SIGN)
    }

    fn key(&mut self, key: OutboxKey) -> &mut Self {
        self.0.extend_from_slice(&key.0);
        self
    }
}

struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn row(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    fn instant(&mut self) -> Option<i64> {
        self.number().map(|number| (number ^ SIGN).cast_signed())
    }

    fn key(&mut self) -> Option<OutboxKey> {
        self.take().map(OutboxKey)
    }
}

/// Where a customer stands in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Comes to a step when it is due.
    Active {
        /// Name of the step; `None` is the end.
        step: Option<String>,
        /// Seconds since 1970, UTC.
        due_at: i64,
    },
    /// Came to the end, or to `stop`.
    Finished {
        /// Seconds since 1970, UTC.
        at: i64,
    },
    /// Was taken out.
    Left {
        /// Seconds since 1970, UTC.
        at: i64,
        /// A stable word: a [`crate::enrol::Reason`], or `step_removed`.
        reason: String,
    },
}

/// One entry of a customer into a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Only watched: no step is taken.
    pub held_out: bool,
    /// Where the customer stands.
    pub stage: Stage,
}

/// A mark on a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The mark.
    pub tag: String,
    /// Id of the customer.
    pub customer: String,
    /// First name of the plan.
    pub plan: String,
    /// First name of the step.
    pub step: String,
    /// Seconds since 1970, UTC.
    pub at: i64,
}

/// Work for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Whose list.
    pub queue: String,
    /// The person in charge of the customer, where the schema has such an attribute.
    pub manager: Option<String>,
    /// What is to be done.
    pub title: String,
    /// Id of the customer.
    pub customer: String,
    /// First name of the plan.
    pub plan: String,
    /// First name of the step.
    pub step: String,
    /// Seconds since 1970, UTC.
    pub at: i64,
}

/// What is known of a plan beside its rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanState {
    /// First name.
    pub name: String,
    /// Whether customers enter and steps are taken.
    pub running: bool,
    /// When it was first started: seconds since 1970, UTC.
    pub started_at: i64,
    /// Occasions of its schedule up to this instant are past: seconds since 1970, UTC.
    pub occasions_until: i64,
    /// The date on which more than expected may enter: days since 1970 in the business zone.
    pub approved_date: Option<i32>,
}

/// Why customers did not enter on one date: word of the reason and how many, by word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Sorted by word, none of them 0.
    pub suppressed: Vec<(String, u64)>,
}

impl Tally {
    /// Adds to a reason, or takes from it.
    pub fn add(&mut self, word: &str, more: i64) {
        match self
            .suppressed
            .binary_search_by(|(known, _)| known.as_str().cmp(word))
        {
            Ok(at) => {
                if let Some((_, count)) = self.suppressed.get_mut(at) {
                    *count = count.saturating_add_signed(more);
                }
            }
            Err(at) => {
                let count = u64::try_from(more).unwrap_or(0);
                self.suppressed.insert(at, (word.to_owned(), count));
            }
        }
        self.suppressed.retain(|(_, count)| *count > 0);
    }
}

/// The value of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// Under [`Key::Contact`] and [`Key::Awaited`], which say all.
    Mark,
    /// Under [`Key::Enrolment`].
    Enrolment(Enrolment),
    /// Under [`Key::Hold`]: the date of the tally that counts it, days since 1970.
    Hold(i32),
    /// Under [`Key::Tag`].
    Tag(Tag),
    /// Under [`Key::Task`].
    Task(Task),
    /// Under [`Key::Plan`].
    Plan(PlanState),
    /// Under [`Key::Tally`].
    Tally(Tally),
    /// Under [`Key::Position`].
    Position(u64),
    /// Under [`Key::Message`].
    Message(Box<OutboxEntry>),
}

/// The record that sets or removes a value.
///
/// # Errors
/// A sentence, when the value cannot be written.
pub fn record(key: &Key, value: Option<&Kept>) -> Result<Record, String> {
    let (shelf, bytes) = key.place();
    let value = value.map(encode).transpose()?;
    Ok(Record {
        shelf,
        key: bytes,
        value,
    })
}

fn encode(value: &Kept) -> Result<Vec<u8>, String> {
    let start = || vec![LAYOUT];
    let bytes = match value {
        Kept::Mark => Ok(start()),
        Kept::Enrolment(it) => postcard::to_extend(it, start()),
        Kept::Hold(it) => postcard::to_extend(it, start()),
        Kept::Tag(it) => postcard::to_extend(it, start()),
        Kept::Task(it) => postcard::to_extend(it, start()),
        Kept::Plan(it) => postcard::to_extend(it, start()),
        Kept::Tally(it) => postcard::to_extend(it, start()),
        Kept::Position(it) => postcard::to_extend(it, start()),
        Kept::Message(it) => return it.to_bytes(),
    };
    bytes.map_err(|fault| format!("a record of care cannot be written: {fault}"))
}

/// Reads the value under a key.
///
/// # Errors
/// A sentence, when it is none of this format.
pub fn decode(key: &Key, bytes: &[u8]) -> Result<Kept, String> {
    fn of<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, String> {
        match bytes.split_first() {
            Some((&LAYOUT, rest)) => postcard::from_bytes(rest)
                .map_err(|fault| format!("a record of care cannot be read: {fault}")),
            _ => Err("a record of care has an unknown layout".to_owned()),
        }
    }
    Ok(match key {
        Key::Contact { .. } | Key::Awaited { .. } => Kept::Mark,
        Key::Enrolment { .. } => Kept::Enrolment(of(bytes)?),
        Key::Hold { .. } => Kept::Hold(of(bytes)?),
        Key::Tag { .. } => Kept::Tag(of(bytes)?),
        Key::Task { .. } => Kept::Task(of(bytes)?),
        Key::Plan(_) => Kept::Plan(of(bytes)?),
        Key::Tally { .. } => Kept::Tally(of(bytes)?),
        Key::Position(_) => Kept::Position(of(bytes)?),
        Key::Message(_) => Kept::Message(Box::new(OutboxEntry::from_bytes(bytes)?)),
    })
}
