//! What `--select` means: names, paths, globs and folders, with what they are made of or what is made of them.
//!
//! ```text
//! fact_equity      the table            sql/core     what is in the folder
//! +fact_equity     and all before it    fact_*       every name that fits
//! fact_equity+     and all behind it    !dim_*       what fits is left out
//! ```

use std::collections::BTreeSet;

use super::RequestError;
use crate::glob::Glob;
use crate::plan::{Plan, Stage};

/// All patterns of a request, in groups that commas part.
pub(super) struct Selectors {
    chosen: Vec<Selector>,
    left_out: Vec<Selector>,
}

impl Selectors {
    pub(super) fn of(patterns: &[String]) -> Result<Self, RequestError> {
        let written = patterns.iter().flat_map(|patterns| patterns.split(','));
        let (left_out, chosen): (Vec<&str>, Vec<&str>) =
            written.map(str::trim).partition(|pattern| pattern.starts_with('!'));
        Ok(Self { chosen: selectors(&chosen)?, left_out: selectors(&left_out)? })
    }

    /// The places, among `items`, of what is selected: everything, unless patterns choose some.
    ///
    /// # Errors
    /// The pattern that fits none of them.
    pub(super) fn among<T>(
        &self,
        plan: &Plan,
        items: &[T],
        fits: impl Fn(&Meant, &T) -> bool,
    ) -> Result<Vec<usize>, String> {
        let found = |selector: &Selector| {
            let meant = selector.meant(plan);
            let found: BTreeSet<usize> =
                (0..items.len()).filter(|at| fits(&meant, &items[*at])).collect();
            if found.is_empty() { Err(selector.written.clone()) } else { Ok(found) }
        };
        let union = |selectors: &[Selector]| -> Result<BTreeSet<usize>, String> {
            let mut all = selectors.iter().map(found);
            all.try_fold(BTreeSet::new(), |all, found| Ok(&all | &found?))
        };
        let chosen = match self.chosen.is_empty() {
            true => (0..items.len()).collect(),
            false => union(&self.chosen)?,
        };
        Ok((&chosen - &union(&self.left_out)?).into_iter().collect())
    }

    /// Whether nothing is asked for but everything.
    pub(super) fn is_all(&self) -> bool {
        self.chosen.is_empty() && self.left_out.is_empty()
    }
}

fn selectors(written: &[&str]) -> Result<Vec<Selector>, RequestError> {
    written.iter().map(|written| Selector::of(written)).collect()
}

/// One pattern, as a glob of names and paths or as a folder.
struct Selector {
    written: String,
    globs: [Glob; 2],
    with_inputs: bool,
    with_readers: bool,
}

/// What a pattern means in a plan.
pub(super) struct Meant<'a> {
    globs: &'a [Glob; 2],
    stages: BTreeSet<&'a str>,
}

impl Meant<'_> {
    /// Whether a stage fits, or is before or behind one that does, as asked for.
    pub(super) fn has_stage(&self, name: &str) -> bool {
        self.stages.contains(name)
    }

    /// Whether a name fits that is not a stage's.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.globs.iter().any(|glob| glob.fits(name))
    }
}

impl Selector {
    fn of(written: &str) -> Result<Self, RequestError> {
        let unusable = |problem| RequestError::Pattern(written.to_owned(), problem);
        let pattern = written.strip_prefix('!').unwrap_or(written);
        let (pattern, with_inputs) = without(pattern, pattern.strip_prefix('+'));
        let (pattern, with_readers) = without(pattern, pattern.strip_suffix('+'));
        let below = format!("{}/*", pattern.trim_end_matches('/'));
        let glob = |text: &str| Glob::of_names(text).map_err(unusable);
        let globs = [glob(pattern)?, glob(&below)?];
        Ok(Self { written: written.to_owned(), globs, with_inputs, with_readers })
    }

    fn meant<'a>(&'a self, plan: &'a Plan) -> Meant<'a> {
        let fits = |text: &str| self.globs.iter().any(|glob| glob.fits(text));
        let own = plan.stages.iter().filter(|stage| fits(&stage.name) || fits(&stage.path));
        let own: BTreeSet<&str> = own.map(|stage| stage.name.as_str()).collect();
        let mut stages = own.clone();
        // Each stage comes after its inputs.
        if self.with_readers {
            add(&mut stages, &own, plan.stages.iter(), |all, stage| {
                let is_made_of = stage.inputs.iter().any(|input| all.contains(input.as_str()));
                if is_made_of { vec![&stage.name] } else { Vec::new() }
            });
        }
        if self.with_inputs {
            add(&mut stages, &own, plan.stages.iter().rev(), |all, stage| {
                let is_wanted = all.contains(stage.name.as_str());
                if is_wanted { stage.inputs.iter().collect() } else { Vec::new() }
            });
        }
        Meant { globs: &self.globs, stages }
    }
}

fn without<'a>(pattern: &'a str, shorter: Option<&'a str>) -> (&'a str, bool) {
    (shorter.unwrap_or(pattern), shorter.is_some())
}

/// Adds to `stages` what one walk along the plan finds from `own` on.
fn add<'a>(
    stages: &mut BTreeSet<&'a str>,
    own: &BTreeSet<&'a str>,
    along: impl Iterator<Item = &'a Stage>,
    more: impl Fn(&BTreeSet<&'a str>, &'a Stage) -> Vec<&'a String>,
) {
    let mut all = own.clone();
    for stage in along {
        let found = more(&all, stage);
        all.extend(found.into_iter().map(String::as_str));
    }
    stages.extend(all);
}
