//! Support for several tests: the program as a process ([`program`]), two projects to run it in
//! ([`shop`], small and without mistakes, and [`playground`], this repository's), servers, the
//! published tables.

pub(crate) mod files;
pub(crate) mod google;
pub(crate) mod playground;
pub(crate) mod program;
pub(crate) mod remote;
pub(crate) mod seaweed;
pub(crate) mod server;
pub(crate) mod shelf;
pub(crate) mod shop;
pub(crate) mod tables;
pub(crate) mod tools;
pub(crate) mod web;
pub(crate) mod workbook;

use std::path::Path;

/// The folder that `pipelines/` and `sql/` are in.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
