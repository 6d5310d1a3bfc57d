//! The project on disk: one pipeline, everything below `sql/` and `sources/`, and what the pipeline uses of the program, read once.
//!
//! The only place that opens the project's files; what they mean is for [`crate::declare`] and
//! [`crate::plan`].

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::{Schema, schema_for};

use crate::declare::{Pipeline, Quoted, SourcesFile, TableFile, TestsFile, masked_values, used};
use crate::diagnostic::{Code, Diagnostic, SourceFile};
use crate::marts;

/// A pipeline and the files its stages may come from.
#[derive(Debug)]
pub struct Project {
    /// The folder that holds `pipelines/` and `sql/`; relative locations start here.
    pub root: PathBuf,
    /// The pipeline's own file.
    pub pipeline: Arc<SourceFile>,
    /// The other files of its folder that may be pipelines, if they can be read.
    pub siblings: Vec<Arc<SourceFile>>,
    /// Every `.yaml` below `sources/`, by path relative to the root.
    pub sources: BTreeMap<String, Arc<SourceFile>>,
    /// Every `.sql` and `.yaml` below `sql/`, by path relative to the root, except tests, and those of the program's
    /// families that the pipeline uses, below `marts/`.
    pub files: BTreeMap<String, Arc<SourceFile>>,
    /// The same of every `.tests.yaml`.
    pub tests: BTreeMap<String, Arc<SourceFile>>,
}

/// A kind of file in YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A pipeline.
    Pipeline,
    /// Sources that several pipelines may read.
    Sources,
    /// The table file, beside its query.
    Table,
    /// The tests of a stage.
    Tests,
}

impl FileKind {
    /// The JSON Schema of such files.
    pub fn schema(self) -> Schema {
        match self {
            Self::Pipeline => schema_for!(Pipeline),
            Self::Sources => schema_for!(SourcesFile),
            Self::Table => schema_for!(TableFile),
            Self::Tests => schema_for!(TestsFile),
        }
    }
}

/// The folder of sources that several pipelines may read.
const SOURCES: &str = "sources/";
/// The extension of files of tests.
pub const TESTS: &str = ".tests.yaml";

impl Project {
    /// Reads the project that `pipeline` belongs to.
    ///
    /// A pipeline in a folder named `pipelines` belongs to the parent folder; any other, to its own
    /// folder.
    ///
    /// # Errors
    /// A file cannot be read or is not UTF-8.
    pub fn open(pipeline: &Path) -> Result<Self, Diagnostic> {
        let root = root_of(pipeline);
        named_in_text(&root)?;
        let mut files = below(&root, "sql")?;
        let sources = below(&root, SOURCES)?;
        inside(&root, pipeline)?;
        let siblings = siblings(&root, pipeline);
        let pipeline = read(pipeline, pipeline.to_string_lossy().into_owned())?;
        files.extend(of_program(&pipeline));
        let (files, tests) = parted(files);
        Ok(Self { root, pipeline, siblings, sources, files, tests })
    }

    /// A project in memory, as in an editor: a pipeline, and files by their paths below the
    /// root. Relative locations start where the program does.
    pub fn in_memory(pipeline: SourceFile, files: impl IntoIterator<Item = SourceFile>) -> Self {
        let pipeline = Arc::new(quotable(pipeline));
        let files = files.into_iter().map(quotable);
        let files = files.map(|file| (file.path.clone(), Arc::new(file)));
        let (sources, files): (Vec<_>, Vec<_>) =
            files.partition(|(path, _)| path.starts_with(SOURCES));
        let (files, tests) = parted(files.into_iter().chain(of_program(&pipeline)).collect());
        let (root, sources) = (PathBuf::from("."), sources.into_iter().collect());
        Self { root, pipeline, siblings: Vec::new(), sources, files, tests }
    }

    /// A file by its path from the root on, or one of the program.
    pub(crate) fn file(&self, path: &str) -> Option<Arc<SourceFile>> {
        let of_program = || Some(Arc::new(SourceFile::of_program(path, marts::text(path)?)));
        self.files.get(path).cloned().or_else(of_program)
    }

    /// A file with rows of a test, by its path relative to the root.
    ///
    /// # Errors
    /// It is not below the root, cannot be read, or is not UTF-8.
    pub(crate) fn rows(&self, path: &str) -> Result<Arc<SourceFile>, Diagnostic> {
        if let Some(file) = self.file(path) {
            return Ok(file);
        }
        let whole = self.root.join(path);
        inside(&self.root, &whole)?;
        read(&whole, shown(&self.root, path))
    }
}

type Files = BTreeMap<String, Arc<SourceFile>>;

/// The files of the families that a pipeline uses.
fn of_program(pipeline: &SourceFile) -> impl Iterator<Item = (String, Arc<SourceFile>)> {
    let used = used(pipeline);
    let families = marts::brought(used.iter().map(String::as_str));
    families.into_iter().flat_map(|family| marts::files(family.name)).map(|(path, text)| {
        let file = SourceFile::of_program(path.clone(), text);
        (path, Arc::new(file))
    })
}

/// Separates files of tests from all others.
fn parted(files: Files) -> (Files, Files) {
    files.into_iter().partition(|(path, _)| !path.ends_with(TESTS))
}

/// The other YAML files beside a pipeline, by name. A file that cannot be read is ignored: it is
/// not run.
fn siblings(root: &Path, pipeline: &Path) -> Vec<Arc<SourceFile>> {
    let folder = pipeline.with_file_name("");
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
    let Ok(entries) = fs::read_dir(listed) else { return Vec::new() };
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|it| it == "yaml" || it == "yml");
    let is_other = |path: &PathBuf| path.canonicalize().ok() != pipeline.canonicalize().ok();
    let names = entries.filter_map(|entry| Some(folder.join(entry.ok()?.file_name())));
    let is_inside = |path: &PathBuf| inside(root, path).is_ok();
    let mut paths: Vec<PathBuf> =
        names.filter(is_yaml).filter(is_other).filter(is_inside).collect();
    paths.sort();
    paths.iter().filter_map(|path| read(path, path.to_string_lossy().into_owned()).ok()).collect()
}

/// The folder that a pipeline's project is in.
pub(crate) fn root_of(pipeline: &Path) -> PathBuf {
    let folder = match pipeline.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !is_named_pipelines(folder) {
        return folder.to_path_buf();
    }
    let above = match folder.file_name() {
        Some(_) => folder.parent().unwrap_or(Path::new("")).to_path_buf(),
        None if folder == Path::new(".") => PathBuf::from(".."),
        None => folder.join(".."),
    };
    if above.as_os_str().is_empty() { PathBuf::from(".") } else { above }
}

/// Whether a folder is called `pipelines`; `.` and `..` are resolved first.
fn is_named_pipelines(folder: &Path) -> bool {
    match folder.file_name() {
        Some(name) => name == "pipelines",
        None => folder.canonicalize().is_ok_and(|folder| folder.ends_with("pipelines")),
    }
}

/// The files of a folder of the project, if it has it.
fn below(root: &Path, folder: &str) -> Result<Files, Diagnostic> {
    let mut files = Files::new();
    let folder = root.join(folder);
    if folder.is_dir() {
        inside(root, &folder)?;
        collect(root, &folder, &mut files)?;
    }
    Ok(files)
}

fn collect(
    root: &Path,
    folder: &Path,
    files: &mut BTreeMap<String, Arc<SourceFile>>,
) -> Result<(), Diagnostic> {
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
        if kind.is_symlink() {
            inside(root, &path)?;
        }
        if kind.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|kind| kind == "sql" || kind == "yaml") {
            let name = relative(root, &path);
            files.insert(name.clone(), read(&path, shown(root, &name))?);
        }
    }
    Ok(())
}

/// Rejects a project whose files cannot be named in messages and records.
fn named_in_text(root: &Path) -> Result<(), Diagnostic> {
    let whole = root.canonicalize().or_else(|_| std::path::absolute(root));
    let Some(folder) = whole.ok().filter(|whole| whole.to_str().is_none()) else { return Ok(()) };
    let folder = folder.display();
    let message = format!(
        "the name of the project's folder `{folder}`, or of one around it, is not in UTF-8"
    );
    Err(Diagnostic::nowhere(Code::Unreadable, message).help("rename it, or work in another folder"))
}

/// Rejects links that lead out of the project: otherwise the author of a project could have any
/// file of this machine read, and quoted where it is not SQL.
fn inside(root: &Path, path: &Path) -> Result<(), Diagnostic> {
    let (Ok(root), Ok(target)) = (root.canonicalize(), path.canonicalize()) else { return Ok(()) };
    if target.starts_with(root) {
        return Ok(());
    }
    let (path, target) = (path.strip_prefix(".").unwrap_or(path).display(), target.display());
    let message = format!("`{path}` is a link that leads out of the project, to `{target}`");
    Err(Diagnostic::nowhere(Code::LinkOut, message).help("put the file itself into the project"))
}

/// The path below the root, with `/` between its parts.
fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// The path as a user would type it.
fn shown(root: &Path, name: &str) -> String {
    if root == Path::new(".") { name.to_owned() } else { root.join(name).display().to_string() }
}

fn read(path: &Path, shown: String) -> Result<Arc<SourceFile>, Diagnostic> {
    let text = crate::store::read_small(path).map_err(|error| unreadable(path, &error))?;
    // A byte order mark has no meaning in UTF-8, and SQL does not allow it.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(Arc::new(quotable(SourceFile::new(shown, text))))
}

/// The file with the text that may be quoted: YAML without the values of unknown keys.
fn quotable(file: SourceFile) -> SourceFile {
    let path = Path::new(&file.path);
    if path.extension().is_some_and(|it| it == "sql" || it == "csv") {
        return file;
    }
    let is_beside_sql = path.components().any(|folder| folder.as_os_str() == "sql");
    let quoted = match is_beside_sql {
        true if file.path.ends_with(TESTS) => Quoted::Tests,
        true => Quoted::Table,
        false => Quoted::Pipeline,
    };
    file.masked_by(|text| masked_values(text, quoted))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let path = path.strip_prefix(".").unwrap_or(path);
    let help = match error.kind() {
        ErrorKind::InvalidData => "save the file as UTF-8",
        ErrorKind::NotFound => "give the path of a file in `pipelines/`",
        _ => "see that the file is there and may be read",
    };
    Diagnostic::nowhere(Code::Unreadable, format!("cannot read `{}`: {error}", path.display()))
        .help(help)
}
