//! One row for each key: the newest, unless it says that the thing is gone.
//!
//! Most keys occur once, and ranking all rows would sort them all. So the keys that occur more often
//! are counted out first, only their rows are ranked, and the others pass as they are. Every step
//! is a query whose operators spill, over rows on disk.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::ViewTable;
use datafusion::error::Result;
use futures::TryStreamExt;

use super::{Build, BuildError};
use crate::plan::{Deletion, FILE_COLUMN, LINE_COLUMN, SourcePlan, Versions};
use crate::publish::{StagedFile, Target};

/// The column that counts the versions of a key from the newest on. No declared column can have a
/// name that SQL would have to quote in another way.
const RANK: &str = "#rank";

/// What became of the rows of a source whose rows are versions of things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outdated {
    /// Rows that a newer one replaces.
    pub superseded: u64,
    /// Newest rows that say that the thing is gone.
    pub deleted: u64,
}

/// The newest rows of a source, made known under its name.
#[derive(Debug, Clone, Default)]
pub struct Latest {
    /// The files they are read from.
    pub files: Vec<StagedFile>,
    /// The other rows.
    pub outdated: Outdated,
}

/// The tables on the way from all rows of a source to the newest ones.
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

impl Build {
    /// Lets the table of a source hold its newest rows only, and counts the others.
    ///
    /// `target` says where the rows of a scratch table go. With `land` the newest rows are written
    /// as well, for the sake of several queries; otherwise the one that reads them finds them.
    ///
    /// # Errors
    /// The source cannot be read, or the disk refuses.
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
            let repeated = self
                .land_query(&names.repeated, &names.repeated_keys(), &target("repeated"))
                .await?;
            let ranked =
                self.land_query(&names.ranked, &names.ranked_rows(), &target("ranked")).await?;
            let superseded = rows(&ranked) - rows(&repeated);
            let deleted = self.deleted(&names).await?;
            let outdated = Outdated { superseded, deleted };
            let newest = names.newest(superseded > 0);
            if land && outdated != Outdated::default() {
                let files = self.land_query(&source.name, &newest, &target("newest")).await?;
                return Ok(Latest { files, outdated });
            }
            self.fold_query(&source.name, &newest).await?;
            Ok(Latest { files: read, outdated })
        };
        kept.await.map_err(|error| BuildError {
            stage: source.name.clone(),
            place: None,
            source: error,
        })
    }

    /// Hands on the rows that a newer one replaces, a batch at a time, as the source has them.
    ///
    /// # Errors
    /// They cannot be read, or the receiver fails.
    pub async fn each_superseded(
        &self,
        source: &SourcePlan,
        versions: &Versions,
        receive: &(dyn Fn(&RecordBatch) -> Result<()> + Sync),
    ) -> Result<(), BuildError> {
        let names = Names::new(source, versions);
        let handed = async {
            let mut rows = self.session().sql(&names.superseded()).await?.execute_stream().await?;
            while let Some(batch) = rows.try_next().await? {
                receive(&batch)?;
            }
            Ok(())
        };
        handed.await.map_err(|error| BuildError {
            stage: source.name.clone(),
            place: None,
            source: error,
        })
    }

    /// How many of the newest rows say that the thing is gone.
    async fn deleted(&self, names: &Names<'_>) -> Result<u64> {
        let Some(gone) = names.gone() else { return Ok(0) };
        let all = format!("select _line from {} where {gone}", quoted(&names.read));
        let older = format!(
            "select _line from {} where {gone} and {} > 1",
            quoted(&names.ranked),
            quoted(RANK)
        );
        Ok(self.count_of(&all).await? - self.count_of(&older).await?)
    }

    async fn count_of(&self, sql: &str) -> Result<u64> {
        let rows = self.session().sql(sql).await?.count().await?;
        Ok(rows as u64)
    }

    /// Makes the rows of a query known under a name without working them out.
    async fn fold_query(&self, name: &str, sql: &str) -> Result<()> {
        let plan = self.session().state().create_logical_plan(sql).await?;
        self.register(name, Arc::new(ViewTable::new(plan, None)))
    }
}

fn rows(files: &[StagedFile]) -> u64 {
    files.iter().map(|file| file.rows).sum()
}

impl<'a> Names<'a> {
    fn new(source: &'a SourcePlan, versions: &'a Versions) -> Self {
        let name = |step: &str| format!("{}#{step}", source.name);
        let (read, repeated, ranked) = (name("read"), name("repeated"), name("ranked"));
        Self { source, versions, read, repeated, ranked }
    }

    fn key(&self) -> String {
        list(&self.versions.key, quoted)
    }

    fn columns(&self, table: &str) -> String {
        let declared = self.source.columns.iter().map(|field| field.name.clone());
        let hidden = [FILE_COLUMN, LINE_COLUMN].map(str::to_owned);
        let all: Vec<String> = declared.chain(hidden).collect();
        list(&all, |name| format!("{table}.{}", quoted(name)))
    }

    fn same_key(&self) -> String {
        let same = |name: &String| format!("one.{0} = other.{0}", quoted(name));
        self.versions.key.iter().map(same).collect::<Vec<_>>().join(" and ")
    }

    fn repeated_keys(&self) -> String {
        let (key, read) = (self.key(), quoted(&self.read));
        format!("select {key} from {read} group by {key} having count(*) > 1")
    }

    /// File and line settle what the versions leave open: no two rows have the same.
    fn ranked_rows(&self) -> String {
        let newest = |name: &str| format!("other.{} desc", quoted(name));
        let version = self.versions.version.iter().map(String::as_str);
        let order: Vec<String> = version.chain([FILE_COLUMN, LINE_COLUMN]).map(newest).collect();
        format!(
            "select {}, row_number() over (partition by {} order by {}) as {} \
             from {} as one inner join {} as other on {}",
            self.columns("other"),
            list(&self.versions.key, |name| format!("other.{}", quoted(name))),
            order.join(", "),
            quoted(RANK),
            quoted(&self.repeated),
            quoted(&self.read),
            self.same_key(),
        )
    }

    fn superseded(&self) -> String {
        let (ranked, rank) = (quoted(&self.ranked), quoted(RANK));
        format!("select {} from {ranked} as other where {rank} > 1", self.columns("other"))
    }

    /// The newest row of each key whose thing is not gone.
    fn newest(&self, some_repeat: bool) -> String {
        let gone = self.gone();
        let columns = self.columns("other");
        let here = gone.as_ref().map_or("true".to_owned(), |gone| format!("not {gone}"));
        let read = quoted(&self.read);
        if !some_repeat {
            return format!("select {columns} from {read} as other where {here}");
        }
        format!(
            "select {columns} from {} as one right anti join {read} as other on {} where {here} \
             union all select {columns} from {} as other where {here} and {} = 1",
            quoted(&self.repeated),
            self.same_key(),
            quoted(&self.ranked),
            quoted(RANK),
        )
    }

    /// Whether a row says that the thing is gone; never NULL.
    fn gone(&self) -> Option<String> {
        let Deletion { column, data_type, values } = self.versions.deleted.as_ref()?;
        let values = list(values, |value| {
            let text = value.replace('\'', "''");
            format!("arrow_cast('{text}', '{data_type:?}')")
        });
        Some(format!("coalesce({} in ({values}), false)", quoted(column)))
    }
}

fn list(names: &[String], written: impl Fn(&str) -> String) -> String {
    names.iter().map(|name| written(name)).collect::<Vec<_>>().join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
