//! The one integration-test binary.

mod build;
mod functions;
mod publish;
mod read;
mod slt;
