//! patronage runs a warehouse job: YAML and SQL in, partitioned Parquet out.

pub mod declare;

pub mod diagnostic;

pub mod plan;

pub mod read;

pub mod store;
