//! What a terminal adds to the forms of answers: its width.

pub(super) mod table;
