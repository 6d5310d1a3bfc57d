//! Rows as they are written, in YAML or in a CSV file: texts with their positions, without types.

use std::sync::Arc;

use super::csv;
use crate::declare::{Cell, Listed, Named, Spanned};
use crate::diagnostic::{Code, Diagnostic, Place, SourceFile};
use crate::project::Project;

/// One value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// One value as it is written.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Text(String),
    List(Vec<Written>),
    Struct(Vec<(String, Written)>),
}

/// A row: its values, each with its column and the position of its name.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) cells: Vec<(String, Place, Written)>,
}

impl Row {
    pub(super) fn cell(&self, column: &str) -> Option<&Written> {
        self.cells.iter().find(|(name, ..)| name == column).map(|(.., written)| written)
    }
}

/// The rows, and the file that contains them if that is not the one of the tests.
pub(super) fn rows(
    project: &Project,
    file: &Arc<SourceFile>,
    listed: &Listed,
) -> Result<(Vec<Row>, Option<Arc<SourceFile>>), Diagnostic> {
    match listed {
        Listed::Here(rows, _) => Ok((rows.iter().map(|row| here(file, row)).collect(), None)),
        Listed::Csv(path) => {
            let found = fixture(project, file, path)?;
            Ok((csv::rows(&found)?, Some(found)))
        }
    }
}

fn fixture(
    project: &Project,
    file: &Arc<SourceFile>,
    path: &Spanned<String>,
) -> Result<Arc<SourceFile>, Diagnostic> {
    project.rows(&path.value).map_err(|wrong| {
        let place = Place::of(file, path);
        let help =
            "write its path from the folder of the project on, such as `sql/core/orders.csv`";
        Diagnostic::new(Code::NoFile, wrong.message, place).help(help)
    })
}

fn here(file: &Arc<SourceFile>, row: &Spanned<Named<Spanned<Cell>>>) -> Row {
    let cells = row
        .value
        .iter()
        .map(|(name, cell)| (name.value.clone(), Place::of(file, name), written(file, cell)));
    Row { place: Place::of(file, row), cells: cells.collect() }
}

fn written(file: &Arc<SourceFile>, cell: &Spanned<Cell>) -> Written {
    let value = match &cell.value {
        Cell::Null => Value::Null,
        Cell::List(items) => Value::List(items.iter().map(|item| written(file, item)).collect()),
        Cell::Struct(fields) => {
            let field = |(name, cell): (&Spanned<String>, &Spanned<Cell>)| {
                (name.value.clone(), written(file, cell))
            };
            Value::Struct(fields.iter().map(field).collect())
        }
        Cell::Plain | Cell::Text(_) => {
            Value::Text(Cell::text(cell, &file.text).unwrap_or_default().into_owned())
        }
    };
    Written { value, place: Place::of(file, cell) }
}
