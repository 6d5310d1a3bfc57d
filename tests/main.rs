//! The one integration-test binary.

mod cdnow;
mod cli;
mod documents;
mod functions;
mod read;
mod readers;
mod recovery;
mod s3;
mod slt;
mod support;
