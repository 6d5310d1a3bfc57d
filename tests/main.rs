//! The one integration-test binary.

mod cli;
mod functions;
mod read;
mod s3;
mod slt;
mod support;
