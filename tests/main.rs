//! The one integration-test binary.

mod cli;
mod functions;
mod read;
mod slt;
