//! Rows expected of a stage, or of a query of its `with`, in its types.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::Result as EngineResult;
use datafusion::prelude::SessionContext;

use super::Suite;
use super::given::schema_of;
use super::typed::column;
use super::written::{Row, rows};
use crate::declare::{Expected, Listed, Spanned, UnitTest};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, SourceFile};
use crate::plan::model::PERIOD_COLUMN;
use crate::plan::param::Bindings;
use crate::plan::query::Query;
use crate::session;

/// The default relative tolerance of floats.
const TOLERANCE: f64 = 1e-9;

/// Rows that are to come out.
#[derive(Debug)]
pub struct ExpectedRows {
    /// The query of `with` that they are of, by its name and as a query of its own; the stage if none.
    pub cte: Option<(String, Query)>,
    /// The rows, with the columns that any of them names; with all columns if there are no rows.
    pub rows: RecordBatch,
    /// The position of each row and of each of its values, in the order of the columns.
    pub places: Vec<(Place, Vec<Place>)>,
    /// The columns that identify a row, if the rows name all of them.
    pub key: Vec<String>,
    /// Whether they are expected in this order.
    pub ordered: bool,
    /// The relative tolerance of floats.
    pub tolerance: f64,
    /// Where the list of them begins.
    pub place: Place,
    /// The CSV file that contains them, if any.
    pub csv: Option<Arc<SourceFile>>,
}

/// The columns of the queries of `with`, by stage and name, if requested.
#[derive(Default)]
pub(super) struct Expectations {
    known: BTreeMap<(String, String), SchemaRef>,
}

impl Expectations {
    /// All that a test expects.
    pub(super) async fn of(
        &mut self,
        suite: Suite<'_>,
        name: &Spanned<String>,
        test: &UnitTest,
        bindings: Option<&Bindings>,
        wrong: &mut Diagnostics,
    ) -> Option<Vec<ExpectedRows>> {
        if test.expect.is_none() && test.ctes.is_empty() {
            let message = format!("`{}` expects nothing", name.value);
            let diagnostic =
                Diagnostic::new(Code::TestExpectation, message, Place::of(suite.file, name));
            wrong.push(diagnostic.help("add `expect: []`; `--update` fills in what comes out"));
            return None;
        }
        let mut all = Vec::new();
        if let Some(expected) = &test.expect {
            let of_stage = Of { cte: None, schema: suite.stage.schema(), key: &suite.stage.key };
            all.push(wrong.keep(of_stage.rows(suite, expected)));
        }
        for (cte, expected) in test.ctes.iter() {
            let found = self.cte(suite, cte, bindings?).await;
            let found = found.and_then(|of| of.rows(suite, expected));
            all.push(wrong.keep(found));
        }
        all.into_iter().collect()
    }

    /// A query of `with` and its columns.
    async fn cte(
        &mut self,
        suite: Suite<'_>,
        name: &Spanned<String>,
        bindings: &Bindings,
    ) -> Result<Of<'static>, Diagnostic> {
        let query = suite.stage.query.cte(&name.value).ok_or_else(|| no_cte(suite, name))?;
        let known = (suite.stage.name.clone(), name.value.clone());
        let schema = match self.known.get(&known) {
            Some(schema) => Arc::clone(schema),
            None => yielded(suite, &query, bindings).await.map_err(|error| {
                let message = format!("`{}` cannot be planned by itself: {error}", name.value);
                let help = "expect rows of the stage, or of another query of its `with`";
                let place = Place::of(suite.file, name);
                Diagnostic::new(Code::TestExpectation, message, place).help(help)
            })?,
        };
        self.known.insert(known, Arc::clone(&schema));
        Ok(Of { cte: Some((name.value.clone(), query)), schema, key: &[] })
    }
}

fn no_cte(suite: Suite<'_>, name: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` has no query `{}` in its `with`", suite.stage.name, name.value);
    let ctes = suite.stage.query.ctes();
    let diagnostic = Diagnostic::new(Code::TestExpectation, message, Place::of(suite.file, name));
    match ctes.is_empty() {
        true => diagnostic.help("write what the stage yields under `expect`"),
        false => diagnostic.nearest_or_all(&name.value, ctes.iter().map(String::as_str), "queries"),
    }
}

/// The columns of a query, planned over tables without rows.
async fn yielded(suite: Suite<'_>, query: &Query, bindings: &Bindings) -> EngineResult<SchemaRef> {
    let session = session::for_planning(suite.plan.time_zone)?;
    register(&session, suite)?;
    let plan = query.planned(&session.state(), bindings).await?;
    let fields = plan.schema().fields().iter().cloned();
    Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
}

fn register(session: &SessionContext, suite: Suite<'_>) -> EngineResult<()> {
    for input in &suite.stage.inputs {
        let Some(schema) = schema_of(suite.plan, input) else { continue };
        session.register_table(input.as_str(), Arc::new(EmptyTable::new(schema)))?;
    }
    Ok(())
}

/// What rows are expected of.
struct Of<'a> {
    cte: Option<(String, Query)>,
    schema: SchemaRef,
    key: &'a [String],
}

impl Of<'_> {
    fn rows(
        self,
        suite: Suite<'_>,
        expected: &Spanned<Expected>,
    ) -> Result<ExpectedRows, Diagnostic> {
        let Expected { rows: listed, ordered, tolerance } = &expected.value;
        let (rows, csv) = rows(suite.project, suite.file, listed)?;
        let columns = self.columns(&rows)?;
        let zone = suite.plan.time_zone;
        let arrays = columns.iter().map(|field| {
            let cells: Vec<_> = rows.iter().map(|row| row.cell(field.name())).collect();
            column(field.name(), &cells, field.data_type(), zone)
        });
        let arrays = arrays.collect::<Result<Vec<ArrayRef>, Diagnostic>>()?;
        // Expected values may be NULL, even if the actual column never is.
        let nullable = columns.iter().map(|field| field.as_ref().clone().with_nullable(true));
        let schema = Arc::new(Schema::new(nullable.collect::<Vec<_>>()));
        let batch = RecordBatch::try_new(schema, arrays)
            .map_err(|error| Diagnostic::nowhere(Code::TestRow, error.to_string()))?;
        let key = self.key(&columns);
        let place = match listed {
            Listed::Here(_, Some(list)) => Place::in_yaml(suite.file, list),
            Listed::Here(_, None) | Listed::Csv(_) => Place::of(suite.file, expected),
        };
        let tolerance = tolerance.as_ref().map_or(TOLERANCE, |it| it.value);
        let places = rows.iter().map(|row| places(row, &columns)).collect();
        let ordered = *ordered;
        Ok(ExpectedRows { cte: self.cte, rows: batch, places, key, ordered, tolerance, place, csv })
    }

    /// The columns that identify a row, except the period, which is the same for all of them; none
    /// if rows do not name all.
    fn key(&self, columns: &[FieldRef]) -> Vec<String> {
        let key = self.key.iter().filter(|name| *name != PERIOD_COLUMN);
        let named = |name: &&String| columns.iter().any(|field| field.name() == *name);
        if key.clone().all(|name| named(&name)) { key.cloned().collect() } else { Vec::new() }
    }

    /// The columns that rows name: the same in all rows, and all existing.
    fn columns(&self, rows: &[Row]) -> Result<Vec<FieldRef>, Diagnostic> {
        let Some(first) = rows.first() else {
            return Ok(self.schema.fields().iter().cloned().collect());
        };
        let all = rows.iter().flat_map(|row| &row.cells);
        for (name, place, _) in all {
            self.schema.field_with_name(name).map_err(|_| self.unknown(name, place))?;
        }
        let named = |name: &str| rows.iter().any(|row| row.cell(name).is_some());
        let others = self.schema.fields().iter().filter(|field| first.cell(field.name()).is_none());
        let order = first.cells.iter().map(|(name, ..)| name.as_str());
        let order = order.chain(others.map(|field| field.name().as_str()));
        let columns: Vec<FieldRef> = order
            .filter(|name| named(name))
            .filter_map(|name| self.schema.fields().find(name).map(|(_, field)| Arc::clone(field)))
            .collect();
        for row in rows {
            let left: Vec<String> = columns
                .iter()
                .filter(|field| row.cell(field.name()).is_none())
                .map(|field| format!("`{}`", field.name()))
                .collect();
            if columns.is_empty() || !left.is_empty() {
                return Err(left_out(row, &left));
            }
        }
        Ok(columns)
    }

    fn unknown(&self, name: &str, place: &Place) -> Diagnostic {
        let message = format!("no column `{name}` comes out");
        let known = self.schema.fields().iter().map(|field| field.name().as_str());
        let diagnostic = Diagnostic::new(Code::UnknownColumn, message, place.clone());
        diagnostic.nearest_or_all(name, known, "columns")
    }
}

fn left_out(row: &Row, left: &[String]) -> Diagnostic {
    let message = match left.is_empty() {
        true => "this row names no column".to_owned(),
        false => format!("this row leaves out {}, which others expect", left.join(", ")),
    };
    let help = "let all rows of a table name the same columns: those are compared";
    Diagnostic::new(Code::TestRow, message, row.place.clone()).help(help)
}

fn places(row: &Row, columns: &[FieldRef]) -> (Place, Vec<Place>) {
    let place = |field: &FieldRef| {
        row.cell(field.name()).map_or_else(|| row.place.clone(), |cell| cell.place.clone())
    };
    (row.place.clone(), columns.iter().map(place).collect())
}
