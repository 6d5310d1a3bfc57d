//! Published files that are not as they were published: what happens to them, and how to restore
//! the rest; and stray files.

use crate::plan::{PERIOD_COLUMN, Plan, QUARANTINE};
use crate::publish::{Damaged, Publication, PublishError, Release, Warehouse, strays};
use crate::record::{DamagedFileResult, Event, Events, instant_text};
use crate::stored::published;
use crate::text::shell_word;

/// How many files a failure names.
const SHOWN: usize = 5;

/// Reports what is damaged, before anything is built on it.
pub(super) fn tell(base: &Release, damaged: &[Damaged], events: Events<'_>) {
    if !damaged.is_empty() {
        let files = damaged.iter().map(DamagedFileResult::from).collect();
        events(Event::FilesDamaged { release: base.release, files });
    }
}

/// Reports stray files beside those of tables. If there is no release yet, they may be all that is
/// left of one, and a run would start a new one beside them.
pub(super) async fn tell_strays(
    plan: &Plan,
    warehouse: &Warehouse,
    base: &Release,
    events: Events<'_>,
) -> Result<(), PublishError> {
    let files = strays(warehouse, base, published(plan)).await?;
    if files.is_empty() {
        return Ok(());
    }
    // An empty folder belongs to no table.
    let lost: Vec<_> = files.iter().filter(|path| !path.ends_with('/')).take(SHOWN).collect();
    if base.release == 0 && !lost.is_empty() {
        return Err(PublishError::Unrecorded { files: lost.into_iter().cloned().collect() });
    }
    events(Event::StrayFiles { files });
    Ok(())
}

/// Reports what happened to damaged files: what is still damaged, and how to build it again.
pub(super) fn settle(
    plan: &Plan,
    damaged: &[Damaged],
    publication: &Publication,
    events: Events<'_>,
) {
    let settled = damaged.iter().map(|damaged| {
        let put_back = is_put_back(damaged, publication);
        let rebuild = (!put_back).then(|| rebuild(plan, publication.release(), damaged));
        DamagedFileResult { put_back, rebuild, ..damaged.into() }
    });
    if !damaged.is_empty() {
        events(Event::DamageSettled { files: settled.collect() });
    }
}

fn is_put_back(damaged: &Damaged, publication: &Publication) -> bool {
    let Publication::Published(release) = publication else { return false };
    let mut named = release.tables.values().flat_map(|table| &table.files);
    damaged.is_pointer()
        || release.moves.iter().any(|step| step.to == damaged.path)
        || !named.any(|file| file.path == damaged.path)
}

/// The options with which a run builds a file again as it was: alone, and at the as-of at which it
/// was built.
fn rebuild(plan: &Plan, release: &Release, damaged: &Damaged) -> String {
    let name = damaged.table.as_deref().unwrap_or_default();
    let Some(table) = release.tables.get(name).filter(|_| name != QUARANTINE) else {
        return "the next run of its pipeline at the newest as-of".into();
    };
    let below = damaged.path.below(name).map(|path| path.to_string()).unwrap_or_default();
    let slice = table.slices.iter().find(|(slice, _)| {
        below.strip_prefix(slice.as_str()).is_some_and(|rest| rest.starts_with('/'))
    });
    let as_of = slice.map(|(_, as_of)| *as_of).or(table.as_of);
    let as_of = as_of.map(|it| format!(" --as-of {} --exact-as-of", instant_text(it)));
    let day = slice.and_then(|(slice, _)| slice.strip_prefix(PERIOD_COLUMN)?.strip_prefix('='));
    let days = day.map(shell_word).map(|day| format!(" --from {day} --to {day}"));
    let name = shell_word(name);
    let options =
        format!("--select {name}{}{}", as_of.unwrap_or_default(), days.unwrap_or_default());
    match table.pipeline.as_deref().filter(|owner| *owner != plan.name) {
        Some(owner) => format!("`patronage run` of the pipeline `{owner}` with `{options}`"),
        None => format!("`patronage run` with `{options}`"),
    }
}
