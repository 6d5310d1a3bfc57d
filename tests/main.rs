//! The one integration-test binary.

mod functions;
mod read;
mod s3;
mod slt;
mod support;
