//! The parameters of a pipeline: its own, and those that its stages declare.

use std::sync::Arc;

use chrono_tz::Tz;

use super::shared::Declared;
use crate::declare::{ColumnType, Param, Pipeline, Spanned};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::param::{ParamPlan, is_built_in};

/// A parameter as it is written somewhere.
struct Written<'a> {
    file: &'a Arc<SourceFile>,
    name: &'a Spanned<String>,
    data_type: Option<ColumnType>,
    /// Its default, and the file that says it.
    default: Option<(&'a Arc<SourceFile>, &'a Spanned<String>)>,
}

/// The pipeline's own parameters, then those of its stages. A pipeline that gives a type redeclares
/// the parameter; one that gives none overrides the default.
pub(in crate::plan) fn params(
    file: &Arc<SourceFile>,
    pipeline: &Pipeline,
    shared: &[Declared<Param>],
    zone: Tz,
    wrong: &mut Diagnostics,
) -> Vec<ParamPlan> {
    let mut all = Vec::new();
    for (name, param) in pipeline.params.iter() {
        let declared = shared.iter().find(|it| it.name.value == name.value);
        if param.data_type.is_none() && declared.is_none() {
            wrong.push(untyped(file, name, shared));
        }
        let own = written(file, name, param);
        let below = declared.filter(|_| param.data_type.is_none()).map(of_stage);
        all.push(Written {
            data_type: own.data_type.or(below.as_ref().and_then(|below| below.data_type)),
            default: own.default.or(below.and_then(|below| below.default)),
            ..own
        });
    }
    let others = shared.iter().filter(|it| pipeline.params.get(&it.name.value).is_none());
    all.extend(others.map(of_stage));
    all.into_iter().map(|written| resolved(&written, zone, wrong)).collect()
}

fn written<'a>(file: &'a Arc<SourceFile>, name: &'a Spanned<String>, of: &'a Param) -> Written<'a> {
    let default = of.default.as_ref().map(|default| (file, default));
    Written { file, name, data_type: of.data_type, default }
}

fn of_stage(declared: &Declared<Param>) -> Written<'_> {
    written(&declared.file, &declared.name, &declared.value)
}

/// The parameter; one without a type, which is said elsewhere, is text.
fn resolved(written: &Written<'_>, time_zone: Tz, wrong: &mut Diagnostics) -> ParamPlan {
    let Written { file, name, data_type, default } = written;
    if is_built_in(&name.value) {
        let message = format!("every run already has a parameter `{}`", name.value);
        let diagnostic = Diagnostic::new(Code::DuplicateName, message, Place::of(file, name));
        wrong.push(diagnostic.help("give it another name"));
    }
    let data_type = data_type.unwrap_or(ColumnType::String);
    let value = default.map(|(_, default)| default.value.clone());
    let plan = ParamPlan { name: name.value.clone(), data_type, time_zone, value };
    let plan = plan.kept_secret();
    if let (Some((file, default)), Err(message)) = (default, plan.expression()) {
        let diagnostic = Diagnostic::new(Code::WrongType, message, Place::of(file, default));
        wrong.push(diagnostic.help(format!("write {}", data_type.example())));
    }
    plan
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
