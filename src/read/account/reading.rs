//! How a source is read in this run, and which columns a query needs.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::memory_pool::MemoryPool;

use super::corrections::Corrections;
use super::reports::Reporter;
use super::times::Clock;
use crate::plan::SourcePlan;
use crate::read::column::{Declared, Folders};

/// How a source is read in this run: fixed before the first file is opened.
#[derive(Debug)]
pub(in crate::read) struct Reading {
    /// Its columns.
    pub(in crate::read) declared: Declared,
    /// Its time columns.
    pub(in crate::read) clock: Clock,
    /// Where its files are reported to.
    pub(in crate::read) reporter: Reporter,
    /// The corrected records.
    pub(in crate::read) corrections: Corrections,
}

/// A reading and the requested columns, for one file.
#[derive(Debug, Clone)]
pub(in crate::read) struct Scan {
    /// The reading.
    pub(in crate::read) reading: Arc<Reading>,
    /// The columns of the source's schema, ascending.
    pub(in crate::read) wanted: Vec<usize>,
    /// Those columns.
    pub(in crate::read) schema: SchemaRef,
    /// Rows in a batch.
    pub(in crate::read) batch: usize,
    /// Batches of a file that are converted concurrently.
    pub(in crate::read) ahead: usize,
    /// The values in the path of the file that is read.
    pub(in crate::read) folders: Folders,
    /// What the run may use.
    pub(in crate::read) memory: Arc<dyn MemoryPool>,
}

impl Scan {
    /// The source.
    pub(in crate::read) fn source(&self) -> &SourcePlan {
        &self.reading.declared.source
    }

    /// Its columns.
    pub(in crate::read) fn declared(&self) -> &Declared {
        &self.reading.declared
    }

    /// Whether the values of a declared column are needed, and not only their faults.
    pub(in crate::read) fn needs(&self, column: usize) -> bool {
        self.wanted.contains(&column)
            || self.reading.clock.needs(column)
            || self.declared().has_rule(column)
    }
}
