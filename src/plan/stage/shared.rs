//! Parameters and headlines that stages declare for every pipeline that runs them.

use std::sync::Arc;

use super::select::Found;
use crate::declare::{Named, Param, Spanned, TableFile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};

/// What the table files of a pipeline's stages declare, in the order of its patterns and their paths.
#[derive(Debug, Default)]
pub(in crate::plan) struct Shared {
    pub(in crate::plan) params: Vec<Declared<Param>>,
    pub(in crate::plan) headlines: Vec<Declared<Spanned<String>>>,
}

/// Something with a name, and the file that declares it.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Declared<T> {
    pub(in crate::plan) file: Arc<SourceFile>,
    pub(in crate::plan) name: Spanned<String>,
    pub(in crate::plan) value: T,
    /// What the table that declares it rests on.
    pub(in crate::plan) rests_on: Option<Spanned<String>>,
}

/// Collects them; each may be declared once.
pub(in crate::plan) fn shared(found: &[Found], wrong: &mut Diagnostics) -> Shared {
    let mut files: Vec<&Found> = found.iter().collect();
    files.sort_by_key(|found| found.pattern);
    let tables: Vec<(&Arc<SourceFile>, &TableFile)> =
        files.iter().filter_map(|found| found.yaml.as_ref()).map(|(file, it)| (file, it)).collect();
    let params = gathered(&tables, |table| &table.params, "parameter", wrong);
    let headlines = gathered(&tables, |table| &table.headlines, "headline", wrong);
    for param in params.iter().filter(|param| param.value.data_type.is_none()) {
        let message = format!("the parameter `{}` has no type", param.name.value);
        let place = Place::of(&param.file, &param.name);
        wrong.push(Diagnostic::new(Code::MissingKey, message, place).help("add `type: …` to it"));
    }
    Shared { params, headlines }
}

fn gathered<T: Clone>(
    tables: &[(&Arc<SourceFile>, &TableFile)],
    of: fn(&TableFile) -> &Named<T>,
    what: &str,
    wrong: &mut Diagnostics,
) -> Vec<Declared<T>> {
    let mut all: Vec<Declared<T>> = Vec::new();
    for &(file, table) in tables {
        for (name, value) in of(table).iter() {
            if let Some(first) = all.iter().find(|first| first.name.value == name.value) {
                let (name_of, path) = (&name.value, &first.file.path);
                let message = format!("`{path}` already declares the {what} `{name_of}`");
                let help =
                    "declare it once: every query of a pipeline that runs the stage knows it";
                let place = Place::of(file, name);
                wrong.push(Diagnostic::new(Code::DuplicateName, message, place).help(help));
                continue;
            }
            all.push(Declared {
                file: Arc::clone(file),
                name: name.clone(),
                value: value.clone(),
                rests_on: table.rests_on.clone(),
            });
        }
    }
    all
}
