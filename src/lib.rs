//! patronage runs a warehouse job: YAML and SQL in, partitioned Parquet out.

pub mod functions;
pub mod kernel;
