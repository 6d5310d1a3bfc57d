//! The engine as a run uses it: our session, our planning, tables in Parquet files.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::prelude::SessionContext;
use object_store::memory::InMemory;
use object_store::path::Path;
use patronage::diagnostic::SourceFile;
use patronage::plan::{Bindings, Origin, Query};
use patronage::publish::{Folder, Target};
use patronage::session::{Resources, runtime};
use patronage::store::Location;
use patronage::transform::Build;

use super::answer::{Answer, rows};
use super::tables::Table;

const MEMORY: usize = 256 << 20;

/// How tables are cut, and what joins may be: nothing of it may show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine {
    pub(super) partitions: usize,
    pub(super) hash_join: bool,
    pub(super) batch: usize,
}

/// A session that knows some tables.
pub(super) struct Ours(Build<'static>);

impl Ours {
    /// Tables of a setting.
    pub(super) async fn with(tables: &[Table], machine: Machine) -> Self {
        let rows = tables.iter().map(|table| (table.name.clone(), table.batches(machine.batch)));
        Self::of(rows.collect(), machine).await
    }

    /// Tables that statements make: `create table` and `insert`.
    pub(super) async fn after(statements: &[String], machine: Machine) -> Self {
        let session = SessionContext::new();
        for statement in statements {
            session.sql(statement).await.expect("SQL").collect().await.expect("a table");
        }
        let mut tables = Vec::new();
        for name in session
            .catalog("datafusion")
            .and_then(|all| all.schema("public"))
            .expect("one")
            .table_names()
        {
            let frame = session.table(&name).await.expect("a table");
            let schema = Arc::clone(frame.schema().inner());
            let mut rows = vec![RecordBatch::new_empty(schema)];
            rows.extend(frame.collect().await.expect("rows"));
            tables.push((name, rows));
        }
        Self::of(tables, machine).await
    }

    async fn of(tables: Vec<(String, Vec<RecordBatch>)>, machine: Machine) -> Self {
        let Machine { partitions, hash_join, .. } = machine;
        let resources =
            Resources { memory: MEMORY, partitions, hash_join, zone: chrono_tz::Tz::UTC };
        let build = Build::new(resources, runtime(MEMORY).expect("a runtime"), Box::new(|_| ()));
        let place = Location {
            url: ObjectStoreUrl::parse("memory://files").expect("a URL"),
            store: Arc::new(InMemory::new()),
            path: Path::from("tables"),
            local: None,
        };
        build.register_store(&place);
        for (name, batches) in tables {
            let schema = batches[0].schema();
            let parts = batches.into_iter().map(|batch| vec![batch]).collect();
            let rows = MemTable::try_new(schema, parts).expect("rows");
            build.register(&name, Arc::new(rows)).expect("a new name");
            build.land(&name, &target(&place, &name)).await.expect("files");
        }
        Self(build)
    }

    pub(super) async fn answer(&self, sql: &str) -> Answer {
        let file = Arc::new(SourceFile::new("query.sql", sql));
        let query = match Query::parse(Origin::Text(file, 0), sql) {
            Ok(query) => query,
            Err(wrong) => return Answer::Error(wrong.message),
        };
        match self.0.query(&query, &Bindings::default(), None).await {
            Ok(batches) => Answer::Rows(rows(&batches)),
            Err(error) => Answer::Error(error.strip_backtrace()),
        }
    }
}

fn target(place: &Location, table: &str) -> Target {
    Target::scratch(Folder::of(place).join(table))
}
