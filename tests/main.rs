//! The one integration-test binary.

mod build;
mod cdnow;
mod cli;
mod documents;
mod functions;
mod nightly;
mod publish;
mod read;
mod readers;
mod recovery;
mod s3;
mod slt;
mod support;
