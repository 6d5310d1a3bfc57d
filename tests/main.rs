//! The one integration-test binary.

mod functions;
mod read;
mod slt;
