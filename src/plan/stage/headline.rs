//! The numbers to show at the end of a run, as queries.

use std::sync::Arc;

use super::Of;
use super::draft::Drafts;
use crate::declare::Spanned;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::query::{Origin, Query};

/// The headlines, in the order of the pipeline's file.
pub(super) fn queries(of: Of<'_>, _: &Drafts, wrong: &mut Diagnostics) -> Vec<(String, Query)> {
    let file = &of.project.pipeline;
    let written = of.pipeline.headlines.iter();
    let parsed = written
        .filter_map(|(title, sql)| Some((title.value.clone(), wrong.keep(query(file, sql))?)));
    parsed.collect()
}

fn query(file: &Arc<SourceFile>, sql: &Spanned<String>) -> Result<Query, Diagnostic> {
    let place = Place::of(file, sql);
    let origin = match place.starts_with(&sql.value) {
        Some(base) => Origin::Text(Arc::clone(file), base),
        None => Origin::Value(place),
    };
    Query::parse(origin, &sql.value)
}
