//! The numbers to show at the end of a run, as queries: the pipeline's own, then those that its stages
//! declare.

use std::sync::Arc;

use super::Of;
use super::draft::Drafts;
use super::provided::is_provided;
use crate::declare::Spanned;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::query::{Origin, Query};

/// In place of a query: a headline that the pipeline does not show.
const HIDDEN: &str = "false";

/// The headlines by their titles, in the order in which they are shown. Those of a table that rests on what nobody
/// provides are not.
pub(super) fn queries(
    of: Of<'_>,
    drafts: &Drafts,
    wrong: &mut Diagnostics,
) -> Vec<(String, Query)> {
    let own = &of.pipeline.headlines;
    hidden_are_declared(of, wrong);
    let shown = own.iter().filter(|(_, sql)| sql.value != HIDDEN);
    let shown = shown.map(|(title, sql)| (&of.project.pipeline, title, sql));
    let shared = of.shared.headlines.iter().filter(|it| own.get(&it.name.value).is_none());
    let is_told = |it: &Option<Spanned<String>>| {
        it.as_ref().is_none_or(|rests_on| is_provided(drafts, &rests_on.value))
    };
    let shared =
        shared.filter(|it| is_told(&it.rests_on)).map(|it| (&it.file, &it.name, &it.value));
    let parsed = shown.chain(shared).filter_map(|(file, title, sql)| {
        Some((title.value.clone(), wrong.keep(query(file, sql))?))
    });
    parsed.collect()
}

/// Only what would be shown can be hidden.
fn hidden_are_declared(of: Of<'_>, wrong: &mut Diagnostics) {
    let known = || of.shared.headlines.iter().map(|it| it.name.value.as_str());
    for (title, _) in of.pipeline.headlines.iter().filter(|(_, sql)| sql.value == HIDDEN) {
        if !known().any(|known| known == title.value) {
            let message = format!("no stage declares the headline `{}`", title.value);
            let place = Place::of(&of.project.pipeline, title);
            let diagnostic = Diagnostic::new(Code::Headline, message, place);
            wrong.push(diagnostic.nearest_or_all(&title.value, known(), "headlines of the stages"));
        }
    }
}

fn query(file: &Arc<SourceFile>, sql: &Spanned<String>) -> Result<Query, Diagnostic> {
    let place = Place::of(file, sql);
    let origin = match place.starts_with(&sql.value) {
        Some(base) => Origin::Text(Arc::clone(file), base),
        None => Origin::Value(place),
    };
    Query::parse(origin, &sql.value)
}
