//! What kind of failure each error is, and what to do about it.

use super::ReadError;
use crate::failure::{Failing, FailureKind};
use crate::nearest::nearest;

impl ReadError {
    /// The next thing to do, as an instruction, or the name that was probably meant.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::FileName { pattern, .. } => {
                let leave_out = |it| format!("rename it, or leave it out: `exclude: {it}`");
                return Some(pattern.as_ref().map_or("rename it".to_owned(), leave_out));
            }
            Self::NothingMatched { help, .. } => return Some(help.clone()),
            _ => {}
        }
        self.near().or_else(|| self.advice().map(str::to_owned))
    }

    fn near(&self) -> Option<String> {
        let folders: Vec<String>;
        let (wanted, found) = match self {
            Self::MissingFolder { file, names } => {
                let named = file.split('/').filter_map(|folder| folder.split_once('='));
                folders = named.map(|(name, _)| name.to_owned()).collect();
                (names.as_slice(), &folders)
            }
            Self::MissingColumn { names, found, .. } => (names.as_slice(), found),
            Self::ExtraColumn { column, declared, .. } => (std::slice::from_ref(column), declared),
            Self::MissingSheet { sheet, found, .. } => (std::slice::from_ref(sheet), found),
            _ => return None,
        };
        let near = |name: &String| nearest(name, found.iter().map(String::as_str));
        wanted.iter().find_map(near).map(|near| format!("did you mean `{near}`?"))
    }

    fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.help(),
            Self::RepeatedColumn { .. } | Self::FileName { .. } | Self::NothingMatched { .. } => {
                None
            }
            Self::Scratch { .. } => Some("make room, or set `TMPDIR` to a folder with room"),
            Self::ExtraColumn { .. } => {
                Some("declare the column, or leave `extra_columns: stop` out")
            }
            Self::SharedColumn { .. } => Some("let `from` name a column only once"),
            Self::MissingFolder { .. } => {
                Some("correct the location; `missing_columns: null` allows what is not required")
            }
            Self::JsonList { .. } => Some(
                "`format: json` is one list of objects, which `record_path` finds within a \
                 document; objects line by line are `format: ndjson`",
            ),
            Self::WorkbookSize { .. } => Some("export the sheet as CSV"),
            Self::MissingSheet { .. } => Some("correct `sheet`, or leave it out for the first"),
            Self::Pattern { .. } => Some("use `*` within a folder name, `**` for any folders"),
            Self::ObjectName { .. } => Some(
                "rename or remove the object; or let the location start in a folder that it is not \
                 in, before the first wildcard",
            ),
            Self::LinkOut { .. } => {
                Some("declare the folder that the files lie in, or remove the link")
            }
            Self::LinkLoop { .. } | Self::BrokenLink { .. } => Some("remove the link"),
            Self::NoFile { .. } => {
                Some("write what it gives to a file, and read that; or leave it out with `exclude`")
            }
            Self::MissingColumn { .. } => {
                Some("correct the name, or let `missing_columns: null` allow what is not required")
            }
            Self::ColumnType { .. } | Self::FolderValue { .. } => {
                Some("declare the column with the type it has")
            }
            Self::Header { .. } => Some("check `format`, `delimiter` and `header` of the source"),
            Self::UnclosedQuote { .. } => {
                Some("repair the file; a quote in a value is written twice")
            }
            Self::Compressed { .. }
            | Self::Parquet { .. }
            | Self::OpenList { .. }
            | Self::Avro { .. }
            | Self::Workbook { .. } => Some("land the file again"),
            Self::Changed { .. } => Some(
                "run again when the file has landed; what the system makes up while it is read, as \
                 below `/proc`, is written to a file first",
            ),
            Self::TimePattern { .. } => Some("write it as in `%Y-%m-%d %H:%M:%S`"),
            Self::Rule { .. } => Some("write the value as the column's type keeps it"),
        }
    }
}

impl Failing for ReadError {
    fn failure_kind(&self) -> FailureKind {
        match self {
            Self::Store(error) => error.failure_kind(),
            Self::Changed { .. } => FailureKind::TryAgain,
            Self::Scratch { kind, .. } => (*kind).into(),
            Self::Pattern { .. } | Self::TimePattern { .. } => FailureKind::Project,
            Self::NothingMatched { .. }
            | Self::ObjectName { .. }
            | Self::NoFile { .. }
            | Self::LinkOut { .. }
            | Self::LinkLoop { .. }
            | Self::BrokenLink { .. }
            | Self::FileName { .. }
            | Self::MissingColumn { .. }
            | Self::ExtraColumn { .. }
            | Self::SharedColumn { .. }
            | Self::MissingFolder { .. }
            | Self::FolderValue { .. }
            | Self::JsonList { .. }
            | Self::OpenList { .. }
            | Self::Avro { .. }
            | Self::Workbook { .. }
            | Self::WorkbookSize { .. }
            | Self::MissingSheet { .. }
            | Self::RepeatedColumn { .. }
            | Self::ColumnType { .. }
            | Self::Header { .. }
            | Self::UnclosedQuote { .. }
            | Self::Compressed { .. }
            | Self::Parquet { .. }
            | Self::Rule { .. } => FailureKind::Contract,
        }
    }

    fn what_to_do(&self) -> Option<String> {
        self.help()
    }
}
