//! One file in `pipelines/`.

use chrono::{Datelike, Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ColumnType, Named, Publish, Source, Spanned, Use};

/// A pipeline: the raw tables it reads, the stages it runs, where it publishes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// The pipeline's name.
    #[schemars(with = "String")]
    pub pipeline: Spanned<String>,
    /// What it makes, in a sentence.
    pub description: Option<String>,
    /// What a day and a month mean: an IANA zone; UTC if left out.
    #[schemars(with = "Option<String>")]
    pub time_zone: Option<Spanned<String>>,
    /// The grain of snapshot tables.
    #[serde(default)]
    pub period: PeriodUnit,
    /// The unit whose start as-of must be.
    #[serde(default)]
    pub as_of: AsOf,
    /// The folder or URL to publish under; `${NAME:-default}` is replaced.
    #[schemars(with = "String")]
    pub warehouse: Spanned<String>,
    /// What happens if the as-of of a run is older than that of a published table without a period.
    #[serde(default)]
    pub older_as_of: OlderAsOf,
    /// Where the values of partition columns are, for readers.
    #[serde(default)]
    pub partition_columns: PartitionColumns,
    /// Values that the SQL uses as `$name`, besides those that the tables of the stages declare:
    /// others, or overrides.
    #[serde(default)]
    pub params: Named<Param>,
    /// Raw tables, by the name the SQL uses.
    #[serde(default)]
    pub sources: Named<Source>,
    /// Files below `sources/` with raw tables that several pipelines read: `sources/shop.yaml`, a glob or a
    /// folder. Each of them holds `sources:` as here.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub source_files: Vec<Spanned<String>>,
    /// The families of tables to run that are part of the program, with those that they need: one, such as
    /// `all`, or a list such as `[loyalty, equity]`.
    #[serde(default, rename = "use")]
    #[schemars(with = "Option<Use>")]
    pub uses: Option<Spanned<Use>>,
    /// The project's own stages to run: `sql/staging/*`, `sql/shop`, or one file. Order does not matter. One
    /// that has the name of a stage of the program runs in its place. What `!sql/shop/old.sql` or
    /// `!fact_wallet` names is left out, whatever else finds it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub stages: Vec<Spanned<String>>,
    /// Layouts that differ from the ones beside the SQL, by table.
    #[serde(default)]
    pub publish: Named<Publish>,
    /// Numbers to show at the end of a run, before those that the tables of the stages declare: a title
    /// and a query that returns one value; `false` shows none.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, Headline>")]
    pub headlines: Named<Spanned<String>>,
}

/// A query that returns one value, or `false` for a headline of a stage that is not shown.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "says what is written; both are read as text")]
enum Headline {
    Query(String),
    Hidden(bool),
}

/// A value the SQL can name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Its type. A pipeline may leave it out if a table of its stages declares the parameter;
    /// settings left out are then as declared there.
    #[serde(rename = "type")]
    pub data_type: Option<ColumnType>,
    /// The value if `--param` gives none. Without one, `--param` must.
    #[schemars(with = "Option<String>")]
    pub default: Option<Spanned<String>>,
    /// Other defaults, each by what no stage provides then: a canonical table, or a column of one for which its
    /// stage writes NULL, such as `products.unit_cost`. The first that fits is taken.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub without: Named<Spanned<String>>,
    /// What it means.
    pub description: Option<String>,
}

/// What a run uses whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AsOf {
    /// Days: the open period is built as far as its days are over.
    #[default]
    Day,
    /// Periods: only those that are over are built.
    Period,
}

impl AsOf {
    /// The calendar interval that must be complete.
    pub fn unit(self, period: PeriodUnit) -> PeriodUnit {
        match self {
            Self::Day => PeriodUnit::Day,
            Self::Period => period,
        }
    }
}

/// What happens if the as-of of a run is older than that of a published table without a period, as
/// for a cleared task of a scheduler. A newer state is never replaced by an older one unless
/// requested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OlderAsOf {
    /// It ends before anything is built.
    #[default]
    Stop,
    /// It builds its periods of the tables by period, from rows known at its as-of, and leaves the
    /// tables without a period as they are.
    Periods,
}

/// Where the values of partition columns are, `period` among them. A table keeps the place it has until all of its
/// files are built anew, so that they are alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartitionColumns {
    /// In the files, and in the names of their folders: a reader of single files has them too.
    #[default]
    Files,
    /// In the names of the folders alone, for readers that reject a column in both places.
    Folders,
}

/// The grain of snapshot tables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    /// A calendar day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    #[default]
    Month,
    /// Three calendar months.
    Quarter,
    /// A calendar year.
    Year,
}

impl PeriodUnit {
    /// The first day of the period that contains `day`.
    pub(crate) fn first_day(self, day: NaiveDate) -> NaiveDate {
        let month = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => month(day.month()),
            Self::Quarter => month((day.month() - 1) / 3 * 3 + 1),
            Self::Year => month(1),
        }
    }

    /// The first day of the period before the one that starts on `first_day`.
    pub(crate) fn previous(self, first_day: NaiveDate) -> NaiveDate {
        self.first_day(first_day - Days::new(1))
    }

    /// The first day of the period after the one that starts on `first_day`.
    pub(crate) fn next(self, first_day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => first_day + Days::new(1),
            Self::Week => first_day + Days::new(7),
            Self::Month => first_day + Months::new(1),
            Self::Quarter => first_day + Months::new(3),
            Self::Year => first_day + Months::new(12),
        }
    }
}

impl std::fmt::Display for PeriodUnit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        })
    }
}
