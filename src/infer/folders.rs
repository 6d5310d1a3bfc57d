//! Columns that are folders of files: `country=SE/`.

use std::collections::BTreeSet;

use super::block::Column;
use super::guess::{Guess, Seen, guess};
use super::habits::Habits;
use super::name;
use crate::declare::ColumnType;
use crate::read::folder_text;

/// The columns of files together with those of their paths, each once.
pub(super) fn with_folders(
    mut columns: Vec<Column>,
    names: &[String],
    taken: &mut BTreeSet<String>,
) -> Vec<Column> {
    for seen in folders(names) {
        let guess = folder(&seen, names.len());
        let called = |it: &&mut Column| it.from.as_ref().unwrap_or(&it.name) == &seen.name;
        match columns.iter_mut().find(called) {
            Some(column) => both(column, guess, seen.files == names.len()),
            None => columns.push(column(&seen, guess, names.len(), taken)),
        }
    }
    columns
}

/// The values in the paths of files: for each name, the innermost folder.
fn folders(names: &[String]) -> Vec<Seen> {
    let mut found: Vec<Seen> = Vec::new();
    for file in names {
        let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
        let mut met = BTreeSet::new();
        for (key, value) in folders.rsplit('/').filter_map(|folder| folder.split_once('=')) {
            if !met.insert(key) {
                continue;
            }
            let known = found.iter().position(|seen| seen.name == key).unwrap_or_else(|| {
                found.push(Seen { name: key.to_owned(), ..Seen::default() });
                found.len() - 1
            });
            found[known].files += 1;
            found[known].texts.extend(folder_text(value).filter(|text| !text.is_empty()));
        }
    }
    found.reverse();
    found
}

/// Values in a path are texts, integers or dates; a NULL among them makes the column optional.
fn folder(seen: &Seen, files: usize) -> Guess {
    use ColumnType::{Date, Int32, Int64};
    let guess = guess(seen, Habits::default());
    let kept = matches!(guess.data_type, Date | Int32 | Int64) && guess.null_values.is_empty();
    let guess = if kept { guess } else { Guess::of(ColumnType::String) };
    let required = seen.texts.len() == files;
    let guess = Guess { required, notes: Vec::new(), ..guess }.note("from the path");
    match seen.files - seen.texts.len() {
        0 => guess,
        null => guess.note(format!("NULL in {null} of {files} paths")),
    }
}

fn column(seen: &Seen, guess: Guess, files: usize, taken: &mut BTreeSet<String>) -> Column {
    let name = name::column(&seen.name, taken);
    let from = (name != seen.name).then(|| seen.name.clone());
    let optional = seen.files < files;
    let guess = match optional {
        true => guess.note(format!("in {} of {files} paths", seen.files)),
        false => guess,
    };
    Column { name, from, folder: true, optional, guess }
}

/// A column that files have and their paths as well: it is read from the path if every path has it and
/// its texts are what the files say, and else from the files.
fn both(column: &mut Column, path: Guess, in_all: bool) {
    use ColumnType::{Int32, Int64, String};
    let types = (column.guess.data_type, path.data_type);
    let fits = types.0 == types.1 || matches!(types, (Int32 | Int64, Int32) | (Int64, Int64));
    column.guess = match types.0 {
        _ if !in_all => column.guess.clone().note("also in some paths, which are not read"),
        String => Guess { required: path.required, notes: path.notes, ..Guess::of(String) },
        data_type if fits => Guess { data_type, ..path },
        _ => column.guess.clone().note("also in the path, which is not read"),
    };
    column.folder = in_all && (types.0 == String || fits);
    if column.folder {
        column.guess.notes.push("the files have it as well, which is not read".to_owned());
    }
}
