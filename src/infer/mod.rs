//! Inference of a source from samples of raw files: a block of YAML, with comments on what is
//! uncertain.
//!
//! ```text
//! location ─▶ sample ─▶ draft ─▶ proof ─▶ block
//!             bytes     a guess  read as  YAML
//!                                a run would
//! ```
//!
//! The heuristics are tables of data at the head of each file. Their result is verified by
//! [`proof`]: the block is parsed and resolved as in a pipeline, the samples are read with it, and
//! what would be rejected becomes text. Nothing here writes, and only samples are read.

mod block;
mod dialect;
mod document;
mod draft;
mod encoding;
mod error;
mod facts;
mod first_row;
mod floats;
mod folders;
mod guess;
mod habits;
mod heading;
mod json;
mod margins;
mod marks;
mod moment;
mod name;
mod number;
mod period;
mod preview;
mod proof;
mod proven;
mod sample;
mod split;
mod table;
mod total;
mod typed;

use std::path::Path;

pub use self::error::InferError;
pub use self::facts::Facts;
pub(crate) use self::name::words;
use self::preview::Preview;
pub use self::proven::{Proven, ProvenColumn};
use crate::declare::Format;

/// The source that the files of a location make, ready to be pasted below `sources:`.
///
/// Relative locations start at `base`.
///
/// # Errors
/// There are no files, a file cannot be read, or its format is unknown.
pub async fn infer(location: &str, base: &Path) -> Result<String, InferError> {
    Ok(proven(location, base).await?.block.to_string())
}

/// The same source with what its samples show of each column.
///
/// # Errors
/// As for [`infer`].
pub async fn proven(location: &str, base: &Path) -> Result<Proven, InferError> {
    let samples = sample::take(location, base).await?;
    let preview = Preview::new()?;
    let block = match samples.typed_format()? {
        None | Some(Format::Csv | Format::Whitespace | Format::Ndjson | Format::Json) => {
            draft::draft(&samples)?
        }
        Some(format @ (Format::Parquet | Format::Avro)) => {
            typed::by_schema(&samples, format, &preview).await?
        }
        Some(Format::Xlsx) => typed::workbooks(&samples)?,
    };
    proof::prove(block, &samples, &preview).await
}
