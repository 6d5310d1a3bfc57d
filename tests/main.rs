//! The one integration-test binary.

mod build;
mod functions;
mod nightly;
mod publish;
mod read;
mod slt;
