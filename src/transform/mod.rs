//! SQL over tables: the one session.

pub mod session;
