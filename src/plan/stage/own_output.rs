//! Sources that read what their own pipeline publishes. A run whose input is the output of
//! the previous run would not be reproducible.
//!
//! If a location merely includes the warehouse, as `raw/**/*.parquet` does with the warehouse
//! `raw/warehouse`, the listing excludes it.

use super::Of;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::folder::OWN;
use crate::glob::Glob;
use crate::plan::model::{QUARANTINE, Stage};
use crate::store::Address;

/// Refuses sources whose location names a folder that the pipeline publishes.
pub(in crate::plan) fn refuse(of: Of<'_>, stages: &[Stage], wrong: &mut Diagnostics) {
    let Of { project, settings, .. } = of;
    let Some(warehouse) = Address::of(&settings.warehouse, &project.root) else { return };
    let published = stages.iter().filter(|stage| stage.publish.is_some());
    let tables: Vec<&str> = published.map(|stage| stage.name.as_str()).collect();
    for (source, declared) in settings.sources.iter().zip(&settings.declared) {
        let location = Address::of(&source.location, &project.root);
        let inside = location.as_ref().and_then(|location| location.below(&warehouse));
        let own = inside.and_then(|path| named(path, &tables));
        if let Some(own) = own {
            let message = format!(
                "the source `{}` reads `{own}`, which its own pipeline writes",
                source.name
            );
            let place = Place::of(&declared.file, &declared.source.location);
            let help =
                "read what the pipeline is given; what it makes, SQL reads by the table's name";
            wrong.push(Diagnostic::new(Code::OwnOutput, message, place).help(help));
        }
    }
}

/// The first of the pipeline's own folders that a path below the warehouse matches.
fn named<'a>(path: &str, tables: &[&'a str]) -> Option<&'a str> {
    // A choice of several folders is cut within its braces, and matches any.
    let first = Glob::of_paths(path.split('/').next()?);
    let fits = |folder: &&str| first.as_ref().map_or(true, |first| first.fits(folder));
    [tables, &[QUARANTINE, OWN]].concat().into_iter().find(fits)
}
