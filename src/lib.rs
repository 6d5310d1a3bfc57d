//! patronage runs a warehouse job: YAML and SQL in, partitioned Parquet out.
//!
//! The modules follow the data flow, which `docs/architecture.md` draws, with the type between every two steps: a
//! [`project`] is text, [`declare`] what was written in it, [`plan`] what will run; [`read`], [`transform`], [`check`] and
//! [`publish`] carry it out.
//!
//! [`run`] executes it once a night; [`infer`] inspects raw files before there is a pipeline;
//! [`cli`] is the command line; [`zone`] maps wall times to instants. `declare`, `plan` and
//! `kernel` have no side effects: `check` and `plan` only read the project.

pub mod marts;

pub mod exports;

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

pub mod scaffold;

pub mod kernel;

pub mod functions;

pub mod session;

pub mod transform;

pub mod check;

pub mod publish;

pub mod coverage;

pub mod report;

pub mod page;

pub mod site;

pub mod run;

pub mod doctor;

pub mod unit_test;

pub mod record;

pub mod request;

pub mod stored;

pub mod shape;

pub mod demo;

pub mod cli;
