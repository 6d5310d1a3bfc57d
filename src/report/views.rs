//! Views of DuckDB over the tables of a release, with comments, as SQL.

use std::fmt::Write;

use datafusion::arrow::datatypes::DataType;

use crate::plan::{
    ColumnPlan, PERIOD_COLUMN, Plan, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_PARTITIONS,
    Stage, quarantine_reader_columns,
};
use crate::publish::Release;
use crate::session::type_name;

/// A table as its view shows it.
struct View<'a> {
    name: &'a str,
    description: Option<&'a str>,
    columns: Vec<ColumnPlan>,
    /// Those whose values are folders.
    partitions: Vec<String>,
}

/// One script: a view for each table of the pipeline that is in the release, all of them or none. `root` is where
/// the warehouse lies, as DuckDB is to find it.
pub fn views(plan: &Plan, release: &Release, root: &str) -> String {
    let mut text = format!(
        "-- Views over the tables of the pipeline `{}`, release {} as of {}.\nbegin transaction;\n",
        plan.name, release.release, release.as_of
    );
    let stages = plan.stages.iter().filter(|stage| stage.publish.is_some()).map(of_stage);
    for view in stages.chain([of_quarantine()]) {
        if let Some(table) = release.tables.get(view.name) {
            text += &view.sql(root, table.rows > 0);
        }
    }
    text + "commit;"
}

fn of_stage(stage: &Stage) -> View<'_> {
    let layout = stage.publish.as_ref().map_or(&[][..], |layout| &layout.partition_by);
    let mut partitions = layout.to_vec();
    if stage.per_period && !partitions.iter().any(|name| name == PERIOD_COLUMN) {
        partitions.insert(0, PERIOD_COLUMN.to_owned());
    }
    let description = stage.description.as_deref();
    View { name: &stage.name, description, columns: stage.reader_columns(), partitions }
}

fn of_quarantine() -> View<'static> {
    View {
        name: QUARANTINE,
        description: Some(QUARANTINE_DESCRIPTION),
        columns: quarantine_reader_columns(),
        partitions: QUARANTINE_PARTITIONS.map(str::to_owned).to_vec(),
    }
}

impl View<'_> {
    fn sql(&self, root: &str, has_rows: bool) -> String {
        let name = identifier(self.name);
        let rows = if has_rows { self.of_files(root) } else { self.without_rows() };
        let mut text = format!("\ncreate or replace view {name} as\n{rows};\n");
        if let Some(description) = self.description {
            let _ = writeln!(text, "comment on view {name} is {};", literal(description));
        }
        for column in &self.columns {
            if let Some(description) = comment(column) {
                let column = identifier(&column.name);
                let _ = writeln!(
                    text,
                    "comment on column {name}.{column} is {};",
                    literal(&description)
                );
            }
        }
        text
    }

    fn of_files(&self, root: &str) -> String {
        let columns = self.columns.iter().map(|column| identifier(&column.name));
        let columns: Vec<String> = columns.collect();
        let files = literal(&format!("{root}/{}/**/*.parquet", self.name));
        let is_folder = |column: &&ColumnPlan| self.partitions.contains(&column.name);
        let folders = self.columns.iter().filter(is_folder);
        let types = folders.map(|it| format!("{}: {}", literal(&it.name), sql_type(&it.data_type)));
        let types: Vec<String> = types.collect();
        let hive = match types.is_empty() {
            true => String::new(),
            false => format!(", hive_partitioning = true, hive_types = {{{}}}", types.join(", ")),
        };
        format!("select {}\nfrom read_parquet({files}{hive})", columns.join(", "))
    }

    /// A table without rows has no folders to tell the values of: its columns, and no row.
    fn without_rows(&self) -> String {
        let columns = self.columns.iter().map(|column| {
            format!("cast(null as {}) as {}", sql_type(&column.data_type), identifier(&column.name))
        });
        format!("select {}\nwhere false", columns.collect::<Vec<_>>().join(", "))
    }
}

/// What a column holds, with its unit.
fn comment(column: &ColumnPlan) -> Option<String> {
    let description = column.description.as_deref()?;
    let line = description.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(match &column.unit {
        Some(unit) => format!("{line} Unit: {unit}."),
        None => line,
    })
}

/// The type as DuckDB writes it.
fn sql_type(data_type: &DataType) -> String {
    match type_name(data_type).as_str() {
        "string" => "varchar".to_owned(),
        "int32" => "integer".to_owned(),
        "int64" => "bigint".to_owned(),
        "float64" => "double".to_owned(),
        other => other.to_owned(),
    }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
