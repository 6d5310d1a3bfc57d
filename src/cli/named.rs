//! A pipeline as it is named on the command line.

use std::env;
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

/// Reads a path, or the name of a pipeline, from any folder of its project.
pub(super) fn pipeline_path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(found)
}

/// The first file of that path or name, from the working directory upwards. What is nowhere stays as
/// it is written.
fn found(written: PathBuf) -> PathBuf {
    let depth = env::current_dir().map_or(0, |here| here.ancestors().count());
    let folders = (0..depth).map(|up| PathBuf::from("../".repeat(up)));
    let files = folders.flat_map(|folder| candidates(&folder, &written));
    files.into_iter().find(|path| path.is_file()).unwrap_or(written)
}

fn candidates(folder: &Path, written: &Path) -> Vec<PathBuf> {
    let by_name = match written.components().count() == 1 && written.extension().is_none() {
        true => ["yaml", "yml"]
            .map(|ending| folder.join("pipelines").join(written).with_added_extension(ending))
            .to_vec(),
        false => Vec::new(),
    };
    [vec![folder.join(written)], by_name].concat()
}
