//! `patronage infer`: a source block from samples of raw files.

use super::Infer;
use super::outcome::Outcome;
use crate::failure::FailureKind;
use crate::infer::{InferError, infer};
use crate::run::Failure;

pub(super) async fn infer_command(args: &Infer) -> Result<String, Outcome> {
    let base = std::env::current_dir().unwrap_or_default();
    let block = infer(&args.location, &base).await.map_err(|error| match error {
        InferError::Read(error) => Outcome::Failure(Failure::from(error)),
        InferError::Engine(error) => Outcome::Engine(error),
        other => Outcome::Unknown {
            message: other.to_string(),
            help: other.help(),
            kind: FailureKind::Project,
        },
    })?;
    Ok(block.trim_end().to_owned())
}
