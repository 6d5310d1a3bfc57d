//! A release as one page: HTML that needs neither a network nor a script.
//!
//! The tables of the release are queried by [`question`]s, plain SQL in files beside the code;
//! sections make charts and tables of the results, and [`layout`] puts them on the page. Unknown
//! values are shown as unknown, and never as 0. The same release gives the same bytes.

mod answer;
mod chart;
mod grid;
mod language;
mod layout;
mod names;
mod number;
mod question;
mod rows;
mod scene;
mod section;
mod standing;
mod tables;
mod words;

use datafusion::error::DataFusionError;

pub use self::language::Language;
use self::scene::Scene;
use self::tables::Tables;
use crate::coverage::coverage;
use crate::plan::Plan;
use crate::publish::{PublishError, Warehouse};
use crate::zone::written;

/// What a page begins with, by which it is known again.
pub const START: &str = "<!DOCTYPE html><!-- patronage report -->";

/// A page about a release.
#[derive(Debug)]
pub struct Page {
    /// The release.
    pub release: u64,
    /// The newest as-of of the pipeline's tables, on the pipeline's clock.
    pub as_of: String,
    /// The page as HTML.
    pub html: String,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The records of the warehouse cannot be read.
    #[error(transparent)]
    Records(#[from] PublishError),
    /// Rows cannot be read.
    #[error(transparent)]
    Rows(#[from] DataFusionError),
}

/// The page of the newest release of a pipeline's warehouse; nothing where the pipeline has published nothing.
///
/// # Errors
/// The warehouse cannot be read.
pub async fn page(
    plan: &Plan,
    warehouse: &Warehouse,
    language: Language,
) -> Result<Option<Page>, PageError> {
    let release = warehouse.current().await?;
    let Some(tables) = Tables::of(plan, warehouse, &release)? else { return Ok(None) };
    let as_of = tables.as_of().map_or_else(
        || release.as_of.clone(),
        |as_of| written(as_of.with_timezone(&plan.time_zone)),
    );
    let scene = Scene {
        language,
        pipeline: plan.name.clone(),
        release: release.release,
        as_of: as_of.clone(),
        period: tables.period(),
        answers: answer::to_all(&tables).await?,
        standings: standing::of_all(&tables, &coverage(plan)),
        warned: warehouse.warned(&plan.name).await?,
    };
    Ok(Some(Page { release: release.release, as_of, html: layout::html(&scene) }))
}
