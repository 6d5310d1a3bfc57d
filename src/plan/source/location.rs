//! Locations and zones, as declared in the pipeline's file.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::declare::{self, Spanned, VariableError};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::store::StoreError;

/// The variables of the environment.
pub(in crate::plan) type Lookup<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// A zone by its name; the default if none is given or it does not exist.
pub(in crate::plan) fn zone(
    file: &Arc<SourceFile>,
    written: Option<&Spanned<String>>,
    default: Tz,
    wrong: &mut Diagnostics,
) -> Tz {
    let Some(name) = written else { return default };
    let parsed = name.value.parse().map_err(|_| {
        let message = format!("`{}` is not a time zone", name.value);
        Diagnostic::new(Code::TimeZone, message, Place::of(file, name))
            .help("write a name of the IANA database, such as `Europe/Paris` or `UTC`")
            .nearest(&name.value, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()))
    });
    wrong.keep(parsed).unwrap_or(default)
}

/// A location with its variables replaced, which has to be one that a store understands.
pub(in crate::plan) fn location(
    file: &Arc<SourceFile>,
    written: &Spanned<String>,
    lookup: Lookup,
    check: fn(&str) -> Result<(), StoreError>,
    wrong: &mut Diagnostics,
) -> String {
    let expanded = declare::expand(&written.value, &|name| lookup(name)).map_err(|error| {
        let (code, help) = match &error {
            VariableError::Missing { name } => {
                (Code::MissingVariable, format!("set it, or give a default: `${{{name}:-…}}`"))
            }
            VariableError::Unclosed => (Code::UnclosedVariable, "add the `}`".to_owned()),
        };
        Diagnostic::new(code, error.to_string(), Place::of(file, written)).help(help)
    });
    let Some(location) = wrong.keep(expanded) else { return String::new() };
    if location.trim().is_empty() {
        let message = "the location is empty".to_owned();
        let diagnostic = Diagnostic::new(Code::Location, message, Place::of(file, written));
        wrong.push(diagnostic.help("write a folder or a URL; the project's own folder is `.`"));
    } else if let Err(error) = check(&location) {
        let diagnostic =
            Diagnostic::new(Code::Location, error.to_string(), Place::of(file, written));
        wrong.push(diagnostic.help(error.help().unwrap_or_default()));
    }
    location
}
