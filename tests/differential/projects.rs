//! Random projects: those accepted by `check` run, and publish what DuckDB computes from the same
//! files.
//!
//! A project has a few raw files of declared types (CSV or Parquet), stages that read them and one another,
//! some of them per period, published flat or partitioned, with checks and headlines that are
//! always true. It is checked and run by the program itself.

use std::fmt::Write;
use std::path::Path;
use std::process::Output;

use patronage::diagnostic::SourceFile;
use patronage::plan::{Bindings, Origin};
use patronage::session::{Resources, runtime, session, type_name};

use super::answer::Answer;
use super::choices::Choices;
use super::duckdb::DuckDb;
use super::query::{Query, Source, query_over};
use super::tables::{COLUMNS, Kind, Table, tables};
use super::{number, refusal};
use crate::support::playground::Playground;

/// How many projects the tests try by themselves.
const PROJECTS: u64 = 10;

/// Those that found something: of a stage folded into another that calls a table as it does.
const FOUND: [u64; 1] = [500_006];

/// A query of the project.
struct Stage {
    name: String,
    sql: String,
    types: Vec<String>,
    kinds: Vec<Kind>,
    per_period: bool,
    published: bool,
    partition: Option<usize>,
}

/// The parts of a project.
struct Project {
    tables: Vec<(Table, bool)>,
    stages: Vec<Stage>,
}

impl Project {
    async fn of(choices: &mut Choices) -> Self {
        let tables = tables(choices).into_iter().map(Table::without_empty_texts);
        let tables: Vec<(Table, bool)> = tables.map(|table| (table, choices.chance(50))).collect();
        let mut sources: Vec<Source> =
            tables.iter().map(|(table, _)| Source::table(&table.name)).collect();
        let planner = Planner::of(&tables);
        let mut stages = Vec::new();
        while stages.len() < 3 {
            let query = query_over(sources.clone(), choices);
            let name = format!("stage{}", stages.len());
            // What cannot be planned is for the other test.
            let Some(types) = planner.types(&name, &query.sql).await else { continue };
            let stage = Stage::of(name, query.clone(), types, choices);
            if !stage.per_period {
                sources.push(Source::of(stage.name.clone(), &query));
            }
            stages.push(stage);
        }
        Self { tables, stages }
    }

    fn write(&self, folder: &Path) {
        let mut pipeline = String::from("pipeline: random\nwarehouse: warehouse\nsources:\n");
        for (table, packed) in &self.tables {
            pipeline += &source(table, *packed, folder);
        }
        pipeline += "stages:\n  - sql/*\nheadlines:\n";
        for stage in &self.stages {
            put(folder, &format!("sql/{}.sql", stage.name), &format!("{}\n", stage.text()));
            if stage.published {
                put(folder, &format!("sql/{}.yaml", stage.name), &stage.yaml());
                let _ = writeln!(pipeline, "  Rows of {0}: select count(*) from {0}", stage.name);
            }
        }
        put(folder, "pipelines/random.yaml", &pipeline);
    }

    fn shown(&self) -> String {
        let stages = self.stages.iter();
        let stages = stages.map(|it| format!("-- {}\n{}\n{}", it.name, it.text(), it.yaml()));
        format!("{}\n{}", self.statements().join("\n"), stages.collect::<String>())
    }

    /// The tables and stages as DuckDB makes them.
    fn statements(&self) -> Vec<String> {
        let tables = self.tables.iter().map(|(table, _)| table.sql());
        let stages = self.stages.iter().filter(|stage| !stage.per_period);
        let views = stages.map(|stage| format!("create view {} as {}", stage.name, stage.sql));
        tables.chain(views).collect()
    }
}

impl Stage {
    fn of(name: String, query: Query, types: Vec<String>, choices: &mut Choices) -> Self {
        let folders = [Kind::Integer, Kind::Day, Kind::Text];
        let found = query.kinds.iter().position(|kind| folders.contains(kind));
        let published = name == "stage0" || choices.chance(70);
        let per_period = published && choices.chance(25);
        let partition = found.filter(|_| published && query.kinds.len() > 1 && choices.chance(30));
        let Query { sql, kinds } = query;
        Self { name, sql, types, kinds, per_period, published, partition }
    }

    fn text(&self) -> String {
        match self.per_period {
            true => {
                format!("select * from ({}) as rows where $period_start < $period_end", self.sql)
            }
            false => self.sql.clone(),
        }
    }

    fn yaml(&self) -> String {
        let mut yaml = String::from("description: Rows that mean nothing.\n");
        if self.per_period {
            yaml += "per: period\n";
        }
        yaml += "columns:\n";
        for (at, data_type) in self.types.iter().enumerate() {
            let _ = writeln!(yaml, "  c{at}: {{type: \"{data_type}\", description: A value.}}");
        }
        yaml += "checks:\n  - row_count: {min: 0}\n";
        if self.kinds[0] == Kind::Integer {
            yaml += "  - accepted_range: {column: c0, min: -1000000}\n";
        }
        match self.partition {
            Some(at) => yaml + &format!("publish: {{partition_by: [c{at}]}}\n"),
            None => yaml + "publish: {}\n",
        }
    }
}

/// Finds the types of a query as `check` does.
struct Planner(datafusion::prelude::SessionContext);

impl Planner {
    fn of(tables: &[(Table, bool)]) -> Self {
        let resources = Resources {
            memory: 64 << 20,
            partitions: 2,
            hash_join: true,
            zone: chrono_tz::Tz::UTC,
        };
        let session = session(&resources, runtime(resources.memory).expect("a runtime"));
        for (table, _) in tables {
            let empty = datafusion::datasource::empty::EmptyTable::new(Table::schema());
            session
                .register_table(table.name.as_str(), std::sync::Arc::new(empty))
                .expect("a name");
        }
        Self(session)
    }

    /// The types of the columns of a query, as a contract names them; then it has a name.
    async fn types(&self, name: &str, sql: &str) -> Option<Vec<String>> {
        let file = std::sync::Arc::new(SourceFile::new("query.sql", sql));
        let query = patronage::plan::Query::parse(Origin::Text(file, 0), sql).ok()?;
        let state = self.0.state();
        let plan = state.statement_to_plan(query.bind(&Bindings::default())).await.ok()?;
        state.create_physical_plan(&plan).await.ok()?;
        let schema = std::sync::Arc::clone(plan.schema().inner());
        let types = schema.fields().iter().map(|field| match type_name(field.data_type()) {
            // Ranks are counts.
            name if name == "UInt64" => "int64".to_owned(),
            name => name,
        });
        let types = types.collect();
        let empty = datafusion::datasource::empty::EmptyTable::new(schema);
        self.0.register_table(name, std::sync::Arc::new(empty)).expect("a name");
        Some(types)
    }
}

/// Writes a raw file, and says what it is.
fn source(table: &Table, packed: bool, folder: &Path) -> String {
    let name = &table.name;
    let format = if packed { "parquet" } else { "csv" };
    match packed {
        true => table.write_parquet(&folder.join(format!("raw/{name}.parquet"))),
        false => put(folder, &format!("raw/{name}.csv"), &table.csv()),
    }
    let mut text = format!("  {name}:\n    location: raw/{name}.{format}\n    format: {format}\n");
    text += "    columns:\n";
    for (column, sql_type, _) in COLUMNS {
        let data_type = match sql_type {
            "bigint" => "int64",
            "int" => "int32",
            "varchar" => "string",
            other => other,
        };
        let _ = writeln!(text, "      {column}: {{type: \"{data_type}\"}}");
    }
    text
}

fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_check_passes_runs_and_publishes_what_duckdb_finds() {
    let mut duckdb = DuckDb::start();
    let (first, count) = (number("PATRONAGE_SEED", 0), number("PATRONAGE_PROJECTS", PROJECTS));
    let mut wrong = Vec::new();
    for seed in FOUND.into_iter().chain(first..first + count) {
        let project = Project::of(&mut Choices::seeded(seed)).await;
        let place = Playground::new();
        let folder = place.path("project");
        project.write(&folder);
        let mistakes = mistakes(&project, &place, &folder, &mut duckdb);
        wrong
            .extend(mistakes.iter().map(|it| format!("-- seed {seed}: {it}\n{}", project.shown())));
    }
    assert!(wrong.is_empty(), "{} in {count} projects:\n{}", wrong.len(), wrong.join("\n"));
}

fn mistakes(
    project: &Project,
    place: &Playground,
    folder: &Path,
    duckdb: &mut DuckDb,
) -> Vec<String> {
    let does = |line: &str| place.command(line).current_dir(folder).output().expect("it starts");
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let checked = does("check pipelines/random.yaml");
    if !checked.status.success() {
        return vec![format!("`check` refuses what can be planned\n{}", said(&checked))];
    }
    let ran = does("run pipelines/random.yaml --as-of 2024-03-01 --from 2024-01-01");
    if !ran.status.success() {
        return vec![format!("`run` fails where `check` did not\n{}", said(&ran))];
    }
    duckdb.tables(&project.statements());
    let flat = project.stages.iter().filter(|stage| stage.published && !stage.per_period);
    flat.filter_map(|stage| difference(stage, &folder.join("warehouse"), duckdb)).collect()
}

/// What a published table has that DuckDB does not find, and the other way round.
fn difference(stage: &Stage, warehouse: &Path, duckdb: &mut DuckDb) -> Option<String> {
    let columns: Vec<String> = (0..stage.kinds.len()).map(|at| format!("c{at}")).collect();
    let columns = columns.join(", ");
    let published = duckdb.answer(&format!(
        "select {columns} from read_parquet('{}/{}/**/*.parquet', hive_partitioning = false)",
        warehouse.display(),
        stage.name,
    ));
    let wanted = duckdb.answer(&format!("select {columns} from {}", stage.name));
    if let Answer::Error(error) = &wanted
        && refusal::of_duckdb(error).is_some()
    {
        return None;
    }
    let same = published.agrees_with(&wanted);
    (!same).then(|| {
        let (published, wanted) = (published.shown(), wanted.shown());
        format!("{} differs\n-- published\n{published}\n-- DuckDB\n{wanted}", stage.name)
    })
}
