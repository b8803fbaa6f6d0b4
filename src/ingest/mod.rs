//! Files of any dress become clean facts in the store; what does not is kept with
//! file, line, column and reason.
