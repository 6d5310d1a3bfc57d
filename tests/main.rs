//! The one integration-test binary.

mod functions;
mod slt;
