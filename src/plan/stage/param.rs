//! The parameters of a pipeline: its own, and those that its stages declare.

use std::sync::Arc;

use chrono_tz::Tz;

use super::draft::Drafts;
use super::provided::{is_canonical, is_provided};
use super::shared::Declared;
use crate::declare::{ColumnType, Param, Pipeline, Spanned};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::param::{ParamPlan, is_built_in};

/// A value, and the file that says it.
type Said<'a> = (&'a Arc<SourceFile>, &'a Spanned<String>);

/// A parameter as it is written somewhere.
struct Written<'a> {
    file: &'a Arc<SourceFile>,
    name: &'a Spanned<String>,
    data_type: Option<ColumnType>,
    /// The default that holds.
    default: Option<Said<'a>>,
    /// All that are written.
    defaults: Vec<Said<'a>>,
}

impl Written<'_> {
    /// The same, and what it does not say as below.
    fn over(self, below: Self) -> Self {
        Self {
            data_type: self.data_type.or(below.data_type),
            default: self.default.or(below.default),
            defaults: self.defaults.into_iter().chain(below.defaults).collect(),
            ..self
        }
    }
}

/// The pipeline's own parameters, then those of its stages. A pipeline that gives a type redeclares
/// the parameter; one that gives none overrides the default.
pub(in crate::plan) fn params(
    (file, pipeline): (&Arc<SourceFile>, &Pipeline),
    shared: &[Declared<Param>],
    drafts: &Drafts,
    zone: Tz,
    wrong: &mut Diagnostics,
) -> Vec<ParamPlan> {
    let mut all = Vec::new();
    for (name, param) in pipeline.params.iter() {
        let declared = shared.iter().find(|it| it.name.value == name.value);
        if param.data_type.is_none() && declared.is_none() {
            wrong.push(untyped(file, name, shared));
        }
        let own = written(file, (name, param), drafts, wrong);
        let below = declared.filter(|_| param.data_type.is_none());
        let below = below.map(|declared| of_stage(declared, drafts, wrong));
        all.push(match below {
            Some(below) => own.over(below),
            None => own,
        });
    }
    let others = shared.iter().filter(|it| pipeline.params.get(&it.name.value).is_none());
    all.extend(others.map(|declared| of_stage(declared, drafts, wrong)));
    all.into_iter().map(|written| resolved(&written, zone, wrong)).collect()
}

fn written<'a>(
    file: &'a Arc<SourceFile>,
    (name, param): (&'a Spanned<String>, &'a Param),
    drafts: &Drafts,
    wrong: &mut Diagnostics,
) -> Written<'a> {
    for (what, _) in param.without.iter() {
        is_canonical(drafts, file, what, wrong);
    }
    let is_lacking = |(what, _): &(&Spanned<String>, _)| !is_provided(drafts, &what.value);
    let without = param.without.iter().find(is_lacking).map(|(_, value)| value);
    let said = |value| (file, value);
    let defaults = param.default.iter().chain(param.without.iter().map(|(_, value)| value));
    Written {
        file,
        name,
        data_type: param.data_type,
        default: without.or(param.default.as_ref()).map(said),
        defaults: defaults.map(said).collect(),
    }
}

fn of_stage<'a>(
    declared: &'a Declared<Param>,
    drafts: &Drafts,
    wrong: &mut Diagnostics,
) -> Written<'a> {
    written(&declared.file, (&declared.name, &declared.value), drafts, wrong)
}
/// The parameter; one without a type, which is said elsewhere, is text.
fn resolved(written: &Written<'_>, time_zone: Tz, wrong: &mut Diagnostics) -> ParamPlan {
    let Written { file, name, data_type, default, defaults } = written;
    if is_built_in(&name.value) {
        let message = format!("every run already has a parameter `{}`", name.value);
        let diagnostic = Diagnostic::new(Code::DuplicateName, message, Place::of(file, name));
        wrong.push(diagnostic.help("give it another name"));
    }
    let data_type = data_type.unwrap_or(ColumnType::String);
    let with = |value: Option<&Said<'_>>| {
        let value = value.map(|(_, value)| value.value.clone());
        ParamPlan { name: name.value.clone(), data_type, time_zone, value }.kept_secret()
    };
    for said @ (file, default) in defaults {
        if let Err(message) = with(Some(said)).expression() {
            let diagnostic = Diagnostic::new(Code::WrongType, message, Place::of(file, default));
            wrong.push(diagnostic.help(format!("write {}", data_type.example())));
        }
    }
    with(default.as_ref())
}

fn untyped(
    file: &Arc<SourceFile>,
    name: &Spanned<String>,
    shared: &[Declared<Param>],
) -> Diagnostic {
    let message = format!("the parameter `{}` has no type, and no stage declares it", name.value);
    let diagnostic = Diagnostic::new(Code::MissingKey, message, Place::of(file, name));
    let known = shared.iter().map(|it| it.name.value.as_str());
    diagnostic.help("add `type: …` to it").nearest(&name.value, known)
}
