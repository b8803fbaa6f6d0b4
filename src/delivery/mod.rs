//! Outbox to world: one lane a channel asks for its due messages, hands each to a mail server,
//! an HTTP receiver or the recorder, and tells what became of it. Which messages are due, and
//! what follows from a result, is decided in `care`; texts are those of `letters`.

pub mod channels;
mod check;
pub mod courier;
pub mod figures;
pub mod hands;
mod http;
mod lane;
mod mail;
mod message;
mod outcome;
mod pace;
mod recorder;
mod retry;
mod webhook;

pub use channels::{Channels, ChannelsError};
pub use check::{check, check_plan};
pub use courier::{Courier, Stopped};
pub use figures::ChannelFigures;
pub use hands::{ByOrder, Hands};
pub use recorder::FILE_NAME as RECORDER_FILE_NAME;
