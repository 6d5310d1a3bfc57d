//! patronage runs a warehouse job: YAML and SQL in, partitioned Parquet out.

pub mod declare;

pub mod demo;

pub mod diagnostic;

pub mod functions;

pub mod kernel;

pub mod plan;

pub mod project;

pub mod publish;

pub mod read;

pub mod store;

pub mod transform;
