//! One row for each key: the newest, unless it says that the entity is deleted.
//!
//! Most keys occur once, and ranking all rows would sort them all. So the keys that occur more than
//! once are found first by counting, only their rows are ranked, and the others pass as they are.
//! Every step is a query whose operators spill, over rows on disk.

use std::sync::Arc;

use datafusion::common::{Column, TableReference};
use datafusion::datasource::ViewTable;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::functions::core::expr_fn::{arrow_cast, coalesce};
use datafusion::functions_aggregate::expr_fn;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, JoinType, LogicalPlan, LogicalPlanBuilder, lit,
};

use super::{Build, BuildError};
use crate::plan::{Deletion, FILE_COLUMN, LINE_COLUMN, SourcePlan, Versions};
use crate::publish::{StagedFile, Target};

/// The column that numbers the versions of a key, the newest first. No declared column can have
/// such a name.
const RANK: &str = "#rank";

/// The column that counts the rows of a key.
const COUNT: &str = "#count";
/// The two sides of a join: keys that occur more than once, and rows.
const KEYS: &str = "keys";
const ROWS: &str = "rows";

/// The outcomes of the rows of a source whose rows are versions of entities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outdated {
    /// Rows that a newer one replaces.
    pub superseded: u64,
    /// Newest rows that say that the entity is deleted.
    pub deleted: u64,
}

/// The newest rows of a source, registered under its name.
#[derive(Debug, Clone, Default)]
pub struct Latest {
    /// The files they are read from.
    pub files: Vec<StagedFile>,
    /// The other rows.
    pub outdated: Outdated,
}

/// The intermediate tables from all rows of a source to the newest ones.
struct Names<'a> {
    source: &'a SourcePlan,
    versions: &'a Versions,
    /// All rows, as they were read.
    read: String,
    /// The keys that occur more than once.
    repeated: String,
    /// The rows of those keys, ranked.
    ranked: String,
}

impl Build<'_> {
    /// Reduces the table of a source to its newest rows, and counts the others.
    ///
    /// `target` says where the rows of a scratch table go. With `land` the newest rows are written
    /// as well, for several queries; otherwise the only query that reads them computes them.
    ///
    /// # Errors
    /// The source cannot be read, or the disk cannot be written.
    pub async fn keep_latest(
        &self,
        source: &SourcePlan,
        versions: &Versions,
        target: &(dyn Fn(&str) -> Target + Sync),
        land: bool,
    ) -> Result<Latest, BuildError> {
        let names = Names::new(source, versions);
        let kept = async {
            let read = self.land_as(&source.name, &names.read, &target("read")).await?;
            let keys = names.repeated_keys(self.table(&names.read).await?)?;
            let repeated = self.land_plan(&names.repeated, &keys, &target("repeated")).await?;
            let [keys, all] = [self.table(&names.repeated).await?, self.table(&names.read).await?];
            let rows = names.ranked_rows(keys, all)?;
            let ranked = self.land_plan(&names.ranked, &rows, &target("ranked")).await?;
            let superseded = count(&ranked) - count(&repeated);
            let deleted = self.deleted(&names).await?;
            let outdated = Outdated { superseded, deleted };
            let newest = self.newest(&names, superseded > 0).await?;
            if land && outdated != Outdated::default() {
                let files = self.land_plan(&source.name, &newest, &target("newest")).await?;
                return Ok(Latest { files, outdated });
            }
            self.register(&source.name, Arc::new(ViewTable::new(newest, None)))?;
            Ok(Latest { files: read, outdated })
        };
        kept.await.map_err(|error| BuildError::at(&source.name, error))
    }

    /// The rows that a newer one replaces, as the source has them.
    ///
    /// # Errors
    /// They cannot be read; later errors are in the stream.
    pub async fn superseded(
        &self,
        source: &SourcePlan,
        versions: &Versions,
    ) -> Result<SendableRecordBatchStream, BuildError> {
        let names = Names::new(source, versions);
        let rows = async {
            let rows = names.superseded(self.table(&names.ranked).await?)?;
            self.rows(rows).await
        };
        rows.await.map_err(|error| BuildError::at(&source.name, error))
    }

    /// The rows of a table of these, called [`ROWS`] or [`KEYS`] within the plans that read them.
    async fn table(&self, name: &str) -> Result<LogicalPlanBuilder> {
        let rows = self.session().table(TableReference::bare(name)).await?;
        Ok(LogicalPlanBuilder::from(rows.into_unoptimized_plan()))
    }

    /// How many of the newest rows say that the entity is deleted.
    async fn deleted(&self, names: &Names<'_>) -> Result<u64> {
        let Some(gone) = names.gone() else { return Ok(0) };
        let all = self.table(&names.read).await?.alias(ROWS)?.filter(gone.clone())?;
        let older = self.table(&names.ranked).await?.alias(ROWS)?;
        let older = older.filter(gone.and(of(ROWS, RANK).gt(lit(1))))?;
        Ok(self.count_of(all.build()?).await? - self.count_of(older.build()?).await?)
    }

    /// The newest row of each key that is not deleted.
    async fn newest(&self, names: &Names<'_>, some_repeat: bool) -> Result<LogicalPlan> {
        let here = |rows: LogicalPlanBuilder| match names.gone() {
            Some(gone) => rows.filter(!gone),
            None => Ok(rows),
        };
        let all = self.table(&names.read).await?.alias(ROWS)?;
        if !some_repeat {
            return here(all)?.project(names.columns())?.build();
        }
        let keys = self.table(&names.repeated).await?.alias(KEYS)?;
        let on = (names.key(KEYS), names.key(ROWS));
        let once = keys.join(all.build()?, JoinType::RightAnti, on, None)?;
        let ranked = self.table(&names.ranked).await?.alias(ROWS)?;
        let newest = here(ranked)?.filter(of(ROWS, RANK).eq(lit(1)))?.project(names.columns())?;
        here(once)?.project(names.columns())?.union(newest.build()?)?.build()
    }
}

fn count(files: &[StagedFile]) -> u64 {
    files.iter().map(|file| file.rows).sum()
}

/// A column of a side, by its exact name.
fn of(side: &str, name: &str) -> Expr {
    Expr::Column(Column::new(Some(TableReference::bare(side)), name))
}

impl<'a> Names<'a> {
    fn new(source: &'a SourcePlan, versions: &'a Versions) -> Self {
        let name = |step: &str| format!("{}#{step}", source.name);
        let (read, repeated, ranked) = (name("read"), name("repeated"), name("ranked"));
        Self { source, versions, read, repeated, ranked }
    }

    fn key(&self, side: &str) -> Vec<Column> {
        let side = TableReference::bare(side);
        self.versions.key.iter().map(|name| Column::new(Some(side.clone()), name)).collect()
    }

    fn columns(&self) -> Vec<Expr> {
        let declared = self.source.columns.iter().map(|field| field.name.as_str());
        declared.chain([FILE_COLUMN, LINE_COLUMN]).map(|name| of(ROWS, name)).collect()
    }

    fn repeated_keys(&self, rows: LogicalPlanBuilder) -> Result<LogicalPlan> {
        let key: Vec<Expr> = self.key(ROWS).into_iter().map(Expr::Column).collect();
        let count = expr_fn::count(lit(1_i64)).alias(COUNT);
        let counted = rows.alias(ROWS)?.aggregate(key.clone(), [count])?;
        let repeated = counted.filter(Expr::Column(COUNT.into()).gt(lit(1_i64)))?;
        repeated.project(key)?.build()
    }

    /// The rows of the keys that occur more than once, numbered, the newest first. File and line
    /// break ties of versions: no two rows have the same.
    fn ranked_rows(
        &self,
        keys: LogicalPlanBuilder,
        rows: LogicalPlanBuilder,
    ) -> Result<LogicalPlan> {
        let on = (self.key(KEYS), self.key(ROWS));
        let rows = rows.alias(ROWS)?.build()?;
        let rows = keys.alias(KEYS)?.join(rows, JoinType::Inner, on, None)?;
        let version = self.versions.version.iter().map(String::as_str);
        let order = version.chain([FILE_COLUMN, LINE_COLUMN]);
        let rank = row_number()
            .partition_by(self.key(ROWS).into_iter().map(Expr::Column).collect())
            .order_by(order.map(|name| of(ROWS, name).sort(false, true)).collect())
            .build()?;
        let ranked = rows.window([rank.clone()])?;
        let rank = Expr::Column(Column::from_name(rank.schema_name().to_string())).alias(RANK);
        ranked.project(self.columns().into_iter().chain([rank]))?.build()
    }

    fn superseded(&self, ranked: LogicalPlanBuilder) -> Result<LogicalPlan> {
        let older = ranked.alias(ROWS)?.filter(of(ROWS, RANK).gt(lit(1)))?;
        older.project(self.columns())?.build()
    }

    /// Whether a row says that the entity is deleted; never NULL.
    fn gone(&self) -> Option<Expr> {
        let Deletion { column, data_type, values } = self.versions.deleted.as_ref()?;
        let to = lit(format!("{data_type:?}"));
        let values = values.iter().map(|value| arrow_cast(lit(value.as_str()), to.clone()));
        let is_one = of(ROWS, column).in_list(values.collect(), false);
        Some(coalesce(vec![is_one, lit(false)]))
    }
}
