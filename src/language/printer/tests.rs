//! Print and read.
