//! patronage runs a warehouse job: YAML and SQL in, partitioned Parquet out.
//!
//! The modules follow the data flow, in this order:
//!
//! ```text
//! project ─▶ declare ─▶ plan ─▶ read ─▶ transform ─▶ check ─▶ publish ─▶ report
//! files      what was   what    raw     SQL over     rows     Parquet,   what
//! on disk    written    will    rows,   functions    that     then one   happened
//!                       run     tallied over kernel  may go   release
//! ```
//!
//! [`run`] executes it once a night; [`infer`] inspects raw files before there is a pipeline;
//! [`cli`] is the command line; [`zone`] maps wall times to instants. `declare`, `plan` and
//! `kernel` have no side effects: `check` and `plan` only read the project.

pub mod marts;

pub mod project;

pub mod concept;

pub mod declare;

pub mod diagnostic;

pub mod failure;

mod folder;
mod glob;

mod nearest;

mod text;

pub mod zone;

pub mod value;

pub mod plan;

pub mod store;

pub mod read;

pub mod infer;

pub mod kernel;

pub mod functions;

pub mod session;

pub mod transform;

pub mod check;

pub mod publish;

pub mod coverage;

pub mod report;

pub mod page;

pub mod run;

pub mod doctor;

pub mod unit_test;

pub mod record;

pub mod request;

pub mod stored;

pub mod demo;

pub mod cli;
