//! The name of a pipeline: it identifies its tables, records and rejected rows, so that no two
//! files of a project may declare the same one. A copy with the same name would overwrite the
//! tables of the other.

use crate::declare::{Spanned, pipeline_name};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::project::Project;

/// Says which other file of the project declares the same name.
pub(super) fn is_its_own(project: &Project, name: &Spanned<String>, wrong: &mut Diagnostics) {
    let same = project
        .siblings
        .iter()
        .filter(|file| pipeline_name(file).is_some_and(|other| other == name.value));
    for other in same {
        let (own, other) = (&project.pipeline.path, &other.path);
        let message = format!("`{own}` and `{other}` both declare the pipeline `{}`", name.value);
        let place = Place::of(&project.pipeline, name);
        let help = "give one of them another name: each would overwrite what the other publishes";
        wrong.push(Diagnostic::new(Code::DuplicatePipeline, message, place).help(help));
    }
}
